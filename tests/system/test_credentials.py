"""The bridge's own credentials towards ThreatConnect: signed requests, tokens, and wrong ones."""
import pytest
from conftest import WORKSPACE, Stack
from organisation import HMAC_ID, KEYS, bridge, upstream
from support import unique


def test_signed_requests_of_every_kind_are_accepted(soc, native):
    client = soc.client("signed")
    mark = unique("signed & sealed +%/?ü")
    case = client.create(summary=mark, status="on_hold", payload={"big": "x" * 5000})
    read = client.get(case)
    assert (read["summary"], read["status"], read["payload"]) == (mark, "on_hold", {"big": "x" * 5000})
    client.change(case, severity="fatal", payload=None, fields={"asset_owner": "Finance"}, description="d" * 3000)
    client.change(case, fields={"asset_owner": None}, description="d")
    assert client.ask("POST", f"/cases/{case}/tags", json={"tag_id": "vpn"}).status_code == 201
    assert client.ask("DELETE", f"/cases/{case}/tags/vpn").status_code == 204
    for path in ("/case-fields", "/case-tags", "/members", f"/cases/{case}/tags"):
        assert client.ask("GET", path).status_code == 200
    assert client.page(limit=3)["items"]
    assert client.search(search_term=mark)[0]["id"] == case
    assert native.case(client.number(case))["createdBy"]["userName"] == HMAC_ID
    assert client.ask("DELETE", f"/cases/{case}").status_code == 204


def test_ids_are_the_same_whichever_credential_asks(soc):
    case = soc.client().create()
    assert soc.client("signed").get(case)["id"] == case


@pytest.mark.parametrize("credential", [
    {"token": "APIV2:nobody-knows-this"}, {"access_id": HMAC_ID, "secret": "not-the-secret"}, {"access_id": "1" * 20, "secret": "x"},
])
def test_a_wrong_credential_is_the_bridge_s_own_fault(soc, credential):
    from conftest import Bridge, settings
    from support import Tracecat
    made = Stack()
    try:
        there = {"tc": {**upstream(soc.sandbox_port), "credentials": {"wrong": credential, "lead": {"token": "APIV2:x"}}}}
        config = settings(upstreams=there, bridges=[bridge("main", "wrong")])
        client = Tracecat(Bridge(made, made.write("wrong.json", config)).url, WORKSPACE, KEYS["admins"])
        for answer in (client.ask("GET", "/cases"), client.post()):
            assert answer.status_code == 502
            assert "credential" in answer.json()["detail"]
    finally:
        made.stop()
