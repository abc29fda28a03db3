"""Surprises that clients rely on (fact sheet §12), and refusals, by requests that anybody can write."""

import time

import pytest
from bridge import READER, signed
from conftest import ACCESS_ID, SECRET, TOKEN


def test_trap_5_next_is_https_and_needs_nothing_added(bridge):
    link = bridge.ask("GET", "/v3/cases", params={"resultLimit": 2, "fields": ["tags", "attributes"], "tql": 'name != "é & = + #"',
                                                  "sorting": "id desc", "owner": "Demo Organization"}).json()["next"]
    assert link.startswith(bridge.url + "/v3/cases?")
    page = bridge.ask("GET", link.removeprefix(bridge.url)).json()
    assert len(page["data"]) == 2 and {"tags", "attributes"} <= set(page["data"][0])
    assert page["data"][0]["id"] > page["data"][1]["id"]
    target = "/api" + link.removeprefix(bridge.url)
    assert bridge.plain.get(link, headers=signed("GET", target)).json()["data"] == page["data"]


def test_trap_5_next_of_a_query_too_long_for_a_target(bridge):
    many = "id IN (" + ",".join(map(str, range(1, 5000))) + ")"
    answer = bridge.ask("GET", "/v3/cases", json={"data": {"tql": many, "resultLimit": 3, "fields": ["tags"]}}).json()
    seen = [c["id"] for c in answer["data"]]
    while "next" in answer:
        assert len(answer["next"]) < 16_000
        answer = bridge.ask("GET", answer["next"].removeprefix(bridge.url)).json()
        assert all("tags" in c for c in answer["data"])
        seen += [c["id"] for c in answer["data"]]
    assert len(seen) == len(set(seen)) >= 20


def test_trap_6_bodies_come_with_get_and_delete(bridge):
    number = bridge.make()
    path = f"/v3/cases/{number}"
    for kind in ({}, {"Content-Type": "application/json"}):
        assert bridge.ask("GET", path, data="{}", headers=kind).status_code == 200
        assert bridge.ask("GET", "/v3/cases", data='{"data":{"resultLimit":1,"count":true}}', headers=kind).json()["data"][1:] == []
    assert bridge.ask("DELETE", path, data="{}").status_code == 200


def test_trap_7_snake_case_and_capital_booleans(bridge):
    answer = bridge.ask("GET", "/v3/cases?result_limit=7&resultLimit=1&count=True&create_activity_log=True&nonsense=1")
    assert answer.status_code == 200 and len(answer.json()["data"]) == 1 and answer.json()["count"] >= 20


def test_trap_8_the_first_page_always_has_count(bridge):
    assert bridge.ask("GET", "/v3/cases?resultLimit=1").json()["count"] == bridge.ask("GET", "/v3/cases?count=false").json()["count"]
    assert "count" not in bridge.ask("GET", "/v3/cases?resultLimit=1&resultStart=1&count=true").json()


def test_trap_17_dates_go_out_in_whole_seconds(bridge, number):
    for written, shown in [("2024-01-02T03:04:05.27Z", "2024-01-02T03:04:05Z"), ("2024-01-02", "2024-01-02T00:00:00Z"),
                           ("2024-01-02T03:04:05.123456789+05:30", "2024-01-01T21:34:05Z"), ("2024-01-02T03:04:05", "2024-01-02T03:04:05Z")]:
        assert bridge.data("PUT", f"/v3/cases/{number}", json={"caseOccurrenceTime": written})["caseOccurrenceTime"] == shown
        time.strptime(bridge.data("GET", f"/v3/cases/{number}")["caseOccurrenceTime"], "%Y-%m-%dT%H:%M:%SZ")
    assert bridge.ask("PUT", f"/v3/cases/{number}", json={"caseOccurrenceTime": "yesterday"}).status_code == 400


def test_trap_19_a_query_may_hold_a_raw_equals_sign(bridge, number):
    target = f"/api/v3/cases?tql=id%20=%20{number}&resultLimit=5"
    found = bridge.plain.get(bridge.url + target.removeprefix("/api"), headers=signed("GET", target)).json()
    assert [c["id"] for c in found["data"]] == [number]


def test_trap_31_a_clean_up_by_an_unknown_tag_deletes_nothing(bridge):
    before = bridge.ask("GET", "/v3/cases?resultLimit=1").json()["count"]
    for tql in ('tag = "casebridge never had this tag"', 'hasTag(name="casebridge never had this tag")', 'createdBy = "who is this"'):
        found = bridge.ask("GET", "/v3/cases", params={"tql": tql}).json()
        assert found["data"] == [] and found["count"] == 0
        bridge.ask("DELETE", "/v3/cases", params={"tql": tql})
    assert bridge.ask("GET", "/v3/cases?resultLimit=1").json()["count"] == before


def test_trap_32_the_caller_is_the_api_user(bridge, number):
    case = bridge.data("GET", f"/v3/cases/{number}")
    assert case["createdBy"] == case["caseOpenUser"] == {
        "id": 9, "userName": ACCESS_ID, "firstName": "Demi", "lastName": "Api", "pseudonym": "demi", "owner": "Demo Organization"}


def test_trap_39_numbers_are_never_used_again_and_every_case_has_an_xid(bridge):
    first = bridge.make()
    bridge.drop(first)
    second = bridge.make()
    assert second > first
    xid = bridge.data("GET", f"/v3/cases/{second}")["xid"]
    assert [c["id"] for c in bridge.data("GET", "/v3/cases", params={"tql": f'xid = "{xid}"'})] == [second]
    attribute = bridge.data("POST", "/v3/caseAttributes", json={"caseId": second, "type": "Description", "value": "v"})["id"]
    bridge.data("DELETE", f"/v3/caseAttributes/{attribute}")
    assert bridge.data("POST", "/v3/caseAttributes", json={"caseId": second, "type": "Description", "value": "v"})["id"] != attribute
    assert bridge.ask("POST", "/v3/cases", json={"name": "n", "severity": "Low", "status": "Open", "xid": xid}).status_code == 409
    bridge.drop(second)


def test_trap_40_small_fixed_ids(bridge):
    assert bridge.data("GET", "/v3/artifactTypes/1")["name"] == "Email Address"
    assert bridge.data("GET", "/v3/security/ownerRoles/1")["id"] == bridge.data("GET", "/v3/security/systemRoles/1")["id"] == 1
    assert bridge.data("GET", "/v3/security/users/4")["userName"] == "ana@casebridge.test"
    assert bridge.data("GET", "/v3/security/userGroups/7?fields=users")["users"]["data"][0]["userName"] == "ana@casebridge.test"
    assert bridge.data("GET", "/v3/security/owners/3")["name"] == "Demo Organization"


BODIES = {"notes": {"text": "t"}, "tasks": {"name": "t"}, "artifacts": {"summary": "s", "type": "Host"}, "workflowEvents": {"summary": "s"}}


@pytest.mark.parametrize("path", BODIES)
def test_the_same_key_again_answers_what_was_made_and_makes_nothing(bridge, number, path):
    def post(key, **more):
        answer = bridge.ask("POST", f"/v3/{path}", json={"caseId": number, **BODIES[path], **more}, headers={"Idempotency-Key": key} if key else {})
        assert answer.status_code == 201, answer.text
        return answer.json()["data"]["id"]

    first = post(f"key-{path}-1")
    assert post(f"key-{path}-1") == first != post(f"key-{path}-2") != post(None)
    held = bridge.data("GET", f"/v3/{path}", params={"tql": f"caseId = {number}"})
    assert len([one for one in held if not one.get("systemGenerated")]) == 3


def test_the_same_key_again_makes_no_second_case(bridge):
    body = {"name": "once", "severity": "Low", "status": "Open", "notes": {"data": [{"text": "once"}]}}
    one, two = (bridge.data("POST", "/v3/cases", json=body, headers={"Idempotency-Key": "case-once"})["id"] for _ in range(2))
    assert one == two and len(bridge.data("GET", "/v3/notes", params={"tql": f"caseId = {one}"})) == 1
    bridge.drop(one)


@pytest.mark.parametrize("path", BODIES)
def test_children_are_removed_by_a_query(bridge, number, path):
    for name in ("stays", "goes", "goes"):
        bridge.data("POST", f"/v3/{path}", json={"caseId": number, **{k: name if k != "type" else v for k, v in BODIES[path].items()}})
    word = {"notes": "data", "tasks": "name"}.get(path, "summary")
    query = {"tql": f'caseId = {number} and {word} = "goes"'}
    bridge.data("DELETE", f"/v3/{path}", params=query, data='{"deletedReason":"by a query"}')
    left = bridge.data("GET", f"/v3/{path}", params=query)
    assert left == [] or [one["deletedReason"] for one in left] == ["by a query"] * 2
    assert len(bridge.data("GET", f"/v3/{path}", params={"tql": f'caseId = {number} and {word} = "stays"'})) == 1


# Refusals


@pytest.mark.parametrize("path", BODIES)
def test_a_reader_does_not_write_what_hangs_on_a_case(bridge, number, path):
    made = bridge.data("POST", f"/v3/{path}", json={"caseId": number, **BODIES[path]})["id"]
    reads = TOKEN + "-reader"
    assert bridge.ask("GET", f"/v3/{path}/{made}", token=reads).status_code == 200
    for method, target in [("POST", f"/v3/{path}"), ("PUT", f"/v3/{path}/{made}"), ("DELETE", f"/v3/{path}/{made}")]:
        refused = bridge.ask(method, target, token=reads, json={"caseId": number, **BODIES[path], "deletedReason": "r"})
        assert (refused.status_code, refused.json()["errCode"]) == (403, "0x1003")
    assert bridge.ask("GET", f"/v3/{path}/{made}").status_code == 200


def test_what_hangs_on_a_case_is_seen_by_those_who_see_the_case(bridge):
    hidden = bridge.make(userAccess={"data": [{"id": 9}]}, notes={"data": [{"text": "for few"}]}, tasks={"data": [{"name": "for few"}]},
                         artifacts={"data": [{"summary": "for few", "type": "Host"}]})
    reads = TOKEN + "-reader"
    for path in (*BODIES, "caseAttributes"):
        query = {"tql": f"caseId = {hidden}"}
        mine = bridge.data("GET", f"/v3/{path}", params=query)
        assert bridge.ask("GET", f"/v3/{path}", params=query, token=reads).json()["data"] == []
        for one in mine:
            assert bridge.ask("GET", f"/v3/{path}/{one['id']}", token=reads).status_code == 404
    bridge.drop(hidden)


def test_a_reader_reads_and_does_not_write(bridge, number):
    reads = TOKEN + "-reader"
    assert bridge.ask("GET", f"/v3/cases/{number}", token=reads).status_code == 200
    for method, path in [("POST", "/v3/cases"), ("PUT", f"/v3/cases/{number}"), ("DELETE", f"/v3/cases/{number}")]:
        refused = bridge.ask(method, path, token=reads, json={"name": "n", "severity": "Low", "status": "Open"})
        assert (refused.status_code, refused.json()["errCode"]) == (403, "0x1003")
    target = "/api/v2/whoami"
    headers = signed("GET", target, READER, SECRET + "-reader")
    assert bridge.plain.get(bridge.url + "/v2/whoami", headers=headers).json()["data"]["user"]["userName"] == READER


@pytest.mark.parametrize("path, method, status, code", [
    ("/v3/cases?owner=Elsewhere", "GET", 403, "0x1003"), ("/v3/nonsense", "GET", 404, "0x1004"), ("/v3/cases/1", "PATCH", 405, "0x1005"),
    ("/v3/security/owners", "POST", 405, "0x1005"), ("/v3/cases?tql=((", "GET", 400, "0x2001"), ("/v3/cases/424242", "GET", 404, "0x1004"),
])
def test_errors_have_their_code(bridge, path, method, status, code):
    answer = bridge.ask(method, path, json={} if method == "POST" else None)
    body = answer.json()
    assert (answer.status_code, body["errCode"], body["status"]) == (status, code, "Error")
    assert body["message"] and answer.headers["Content-Type"] == "application/json"
