"""Tags of a case and of the workspace (Tracecat fact sheet §3.3, §3.4)."""
import uuid

import pytest
from conftest import WORKSPACE
from organisation import SECOND_KEY, SECOND_WORKSPACE

GENERIC = {"message": "An unexpected error occurred. Please try again later."}


@pytest.fixture(scope="module")
def tags(soc):
    return {t["name"]: t for t in soc.client().ask("GET", "/case-tags").json()}


def test_the_workspace_lists_its_tags_and_no_others(soc, tags):
    assert {"vpn", "Tier 2", "überprüfen", "Ransomware"} <= set(tags)
    assert "elsewhere" not in tags
    assert list(tags["Tier 2"]) == ["id", "name", "ref", "color"]
    assert (tags["Tier 2"]["ref"], tags["Tier 2"]["color"], tags["überprüfen"]["ref"]) == ("tier-2", None, "uberprufen")
    assert all(uuid.UUID(t["id"]).version == 4 for t in tags.values())
    theirs = {t["name"] for t in soc.client(key=SECOND_KEY, workspace=SECOND_WORKSPACE).ask("GET", "/case-tags").json()}
    assert "elsewhere" in theirs and "vpn" not in theirs


def test_a_tag_is_read_by_its_id(client, tags):
    assert client.ask("GET", f"/case-tags/{tags['vpn']['id']}").json() == tags["vpn"]
    unknown = client.ask("GET", f"/case-tags/{uuid.uuid4()}")
    assert (unknown.status_code, unknown.json()) == (404, {"detail": "Tag not found"})


@pytest.mark.parametrize("by", ["id", "ref", "name"])
def test_a_tag_is_added_and_removed(client, native, tags, by):
    case = client.create()
    number = client.number(case)
    for _ in range(2):  # adding is idempotent
        added = client.ask("POST", f"/cases/{case}/tags", json={"tag_id": tags["Tier 2"][by]})
        assert (added.status_code, added.json()) == (201, tags["Tier 2"])
    client.ask("POST", f"/cases/{case}/tags", json={"tag_id": "vpn"})
    assert sorted(t["name"] for t in native.case(number)["tags"]["data"]) == ["Tier 2", "vpn"]
    assert sorted(t["name"] for t in client.ask("GET", f"/cases/{case}/tags").json()) == ["Tier 2", "vpn"]
    assert sorted(t["name"] for t in client.get(case)["tags"]) == sorted(t["name"] for t in client.item(case)["tags"])
    removed = client.ask("DELETE", f"/cases/{case}/tags/{tags['Tier 2'][by]}")
    assert (removed.status_code, removed.text) == (204, "")
    assert [t["name"] for t in native.case(number)["tags"]["data"]] == ["vpn"]


def test_a_native_tag_is_shown(client, native):
    case = client.create()
    native.put(client.number(case), tags={"data": [{"name": "made natively"}], "mode": "append"})
    assert [t["ref"] for t in client.get(case)["tags"]] == ["made-natively"]
    # newer than what the bridge remembers of the workspace's tags
    assert client.ask("DELETE", f"/cases/{case}/tags/made-natively").status_code == 204


def test_an_unknown_tag(client, tags):
    case = client.create()
    for tag in ("no such tag", str(uuid.uuid4())):
        added = client.ask("POST", f"/cases/{case}/tags", json={"tag_id": tag})
        assert (added.status_code, added.json()) == (404, {"detail": "Tag not found"})
        removed = client.ask("DELETE", f"/cases/{case}/tags/{tag}")
        assert (removed.status_code, removed.json()) == (404, {"detail": "Tag not found on case"})
    absent = client.ask("DELETE", f"/cases/{case}/tags/vpn")
    assert (absent.status_code, absent.json()) == (500, GENERIC)


def test_an_unknown_case(client):
    nowhere = str(uuid.uuid4())
    for method, path, body in (("POST", "/tags", {"tag_id": "vpn"}), ("DELETE", "/tags/vpn", None)):
        answer = client.ask(method, f"/cases/{nowhere}{path}", json=body)
        assert (answer.status_code, answer.json()) == (404, {"detail": f"Case {nowhere} not found in this workspace."})
    assert client.ask("GET", f"/cases/{nowhere}/tags").json() == []


def test_a_case_or_tag_of_another_workspace(soc, client, tags):
    other = soc.client(key=SECOND_KEY, workspace=SECOND_WORKSPACE)
    case = other.create(summary="theirs")
    elsewhere = next(t for t in other.ask("GET", "/case-tags").json() if t["name"] == "elsewhere")
    assert client.ask("POST", f"/cases/{case}/tags", json={"tag_id": "vpn"}).status_code == 404
    mine = client.create()
    for tag in ("elsewhere", elsewhere["id"]):
        assert client.ask("POST", f"/cases/{mine}/tags", json={"tag_id": tag}).status_code == 404
    assert client.get(mine)["tags"] == [] and other.get(case)["tags"] == []


@pytest.mark.parametrize("body, kinds", [
    ({"tag_id": ""}, ["too_short"]), ({"tag_id": "x" * 101}, ["too_long"]), ({"tag_id": None}, ["uuid_type", "string_type"]), ({}, ["missing"]),
])
def test_a_wrong_body(client, body, kinds):
    answer = client.ask("POST", f"/cases/{client.create()}/tags", json=body)
    assert answer.status_code == 422
    assert [e["type"] for e in answer.json()["detail"]] == kinds


def test_both_mounts(soc, client):
    case = client.create()
    legacy = client.call("POST", f"/api/cases/{case}/tags", params={"workspace_id": WORKSPACE}, json={"tag_id": "vpn"})
    assert legacy.status_code == 201
    assert [t["ref"] for t in client.call("GET", f"/cases/{case}/tags", params={"workspace_id": WORKSPACE}).json()] == ["vpn"]
