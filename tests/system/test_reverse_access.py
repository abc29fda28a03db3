"""Who the bridge is to Tracecat and its clients to it: sessions that expire, servers without extras, releases, roles, identities."""
import re
from contextlib import contextmanager

import fault_gate
import pytest
import requests
from conftest import Stack
from fault_gate import FaultGate
from reverse_support import BOTH, KEY, LOGIN, OTHER, READER, SANDBOX_DATA, WRITER, PerThread, Reverse, names, side_by_side

TAGS = {**SANDBOX_DATA, "tags": [{"name": "vpn"}]}


@contextmanager
def site_of(**more):
    made = Stack()
    try:
        yield Reverse(made, data=TAGS, **more)
    finally:
        made.stop()


@contextmanager
def gated(**more):
    """A site whose bridge reaches the sandbox through a gate: .gate."""
    gate = FaultGate()

    def between(port):
        gate.backend_port = port
        return gate.port
    with site_of(between=between, **more) as site:
        site.gate = gate
        yield site
        gate.close()


def everything_works(site):
    """A tour of what clients do."""
    client = site.client()
    case = client.create(name="a tour", xid="the xid of the tour", tags={"data": [{"name": "vpn"}, {"name": "toured"}]}, resolution="Escalated",
                         attributes={"data": [{"type": "Description", "value": "v"}]}, assignee={"type": "User", "data": {"userName": "ana@tests.example"}})
    number = case["id"]
    assert client.get(number) == case == client.get("the%20xid%20of%20the%20tour")
    assert client.find('tag = "toured"') == client.find('name CONTAINS "tour"') == client.find('assigneeName = "ana@tests.example"') == [number]
    changed = client.change(number, status="Closed", tags={"data": [{"name": "toured"}], "mode": "delete"}, description="done")
    assert (changed["status"], changed["description"], names(changed), changed["caseCloseUser"]["userName"]) == ("Closed", "done", ["vpn"], WRITER)
    native = site.native.named(number)
    site.native.change(native, status="in_progress", summary="natively")
    assert client.get(number)["name"] == "natively"
    assert [u["userName"] for u in client.done("GET", "/security/users")]
    assert client.done("GET", "/caseAttributes", params=[("tql", f"caseId = {number}")])[0]["value"] == "v"
    assert len(client.page(resultLimit=10000)["data"]) == client.page(resultLimit=1)["count"]
    client.whole("DELETE", f"/cases/{number}")
    assert client.call("GET", f"/cases/{number}").status_code == 404 and client.find(f"id = {number}") == []


def cookie_of(request):
    found = re.search(rb"(?i)cookie: ([^\r\n]+)", b"\r\n".join(request.head))
    return found and found[1].decode()


class Expiry:
    """Ends the session that the bridge uses, as an administrator would."""

    def __init__(self, site):
        self.site, self.cookie, self.logins = site, None, 0  # logins since the last end
        site.gate.arm(self.watch)

    def watch(self, gate, wire, request, answer):
        self.logins += request.target == "/auth/login"
        self.cookie = cookie_of(request) or self.cookie
        wire.send(answer())

    def end(self):
        done = requests.post(self.site.sandbox_url + "/auth/logout", headers={"Cookie": self.cookie}, timeout=10)
        assert done.status_code == (204 if self.logins else 401)  # nobody may have needed a new one
        self.logins = 0


def test_an_expired_session_is_one_login_more_and_clients_notice_nothing():
    with gated(credentials={"main": LOGIN}, threads=3) as site:
        client, expiry = site.client(), Expiry(site)
        number = client.create(name="before")["id"]
        assert expiry.logins == 1
        acts = [
            lambda: client.get(number), lambda: client.page(resultLimit=5), lambda: client.find('name = "before"'),
            lambda: client.change(number, severity="High"), lambda: client.create(name="made after the end"),
            lambda: client.done("GET", "/tags"), lambda: client.whole("DELETE", f"/cases/{client.create()['id']}"),
        ]
        for act in acts:
            expiry.end()
            act()
            assert expiry.logins <= 1  # what is remembered needs none
        client.get(number)
        assert len(client.find('name = "made after the end"')) == 1
        # A crowd that finds the session ended logs in once, whatever thread serves it.
        clients = PerThread(site.client)
        expiry.end()
        answers = side_by_side(lambda n: clients().call("GET", f"/cases/{number}"), range(24), threads=8)
        assert {a.status_code for a in answers} == {200} and expiry.logins == 1


def test_a_login_that_is_refused_is_an_error_of_the_server_and_no_storm_of_logins():
    with gated(credentials={"main": {**LOGIN, "password": "not the password"}}, threads=2) as site:
        expiry = Expiry(site)
        answers = [site.client().call("GET", "/cases") for _ in range(10)]
        assert {a.status_code for a in answers} <= {500, 502, 503} and expiry.logins <= 2
        assert all(a.json()["status"] == "Error" and "password" not in a.text for a in answers)


@pytest.mark.parametrize("credential", [LOGIN, KEY, BOTH], ids=["login", "key", "both"])
def test_a_login_a_key_or_both_are_enough(credential):
    with site_of(credentials={"main": credential}) as site:
        everything_works(site)


@pytest.mark.parametrize("sandbox", [["--no-addons"], ["--no-service-accounts"], ["--no-addons", "--no-service-accounts"], ["--release", "beta.51"],
                                     ["--release", "beta.51", "--no-addons", "--no-service-accounts"]], ids=" ".join)
def test_everything_works_without_extras_and_with_the_oldest_release(sandbox):
    with site_of(sandbox=sandbox, credentials={"main": BOTH}) as site:
        everything_works(site)
        client = site.client()
        for n in range(25):
            client.create(name=f"case {n}")
        walked = [c["name"] for page in client.follow(client.page(resultLimit=4)) for c in page["data"]]
        assert walked == [f"case {n}" for n in range(25)]


def old_release(gate, wire, request, answer):
    """An answer of a release that does not know include_payload; /info says which."""
    if request.target.startswith("/info"):
        return wire.send(fault_gate.json_answer(200, b'{"version":"1.0.0-beta.24"}'))
    if "/cases/search" in request.target:
        problem = b'{"detail":[{"type":"greater_than_equal","loc":["query","limit"],"msg":"too small","input":"0","ctx":{"ge":1}}]}'
        return wire.send(fault_gate.json_answer(422, problem))
    return wire.send(answer())


def test_an_older_release_is_refused_with_a_sentence():
    with gated() as site:
        site.gate.arm(old_release)
        for path in ("/cases", "/cases/1"):
            answer = site.client().call("GET", path)
            assert answer.status_code >= 400 and "too old" in answer.json()["message"] and "beta.51" in answer.json()["message"]
        assert site.client().call("POST", "/cases", json={"name": "x", "severity": "Low", "status": "Open"}).status_code >= 400
        site.gate.disarm()
        assert site.native.everything() == []


def test_a_reader_reads_everything_and_writes_nothing():
    with site_of() as site:
        reader, case = site.client(who=READER), site.client().create(attributes={"data": [{"type": "Description", "value": "v"}]})
        number, attribute = case["id"], case["attributes"]["data"][0]["id"]
        tag = site.client().done("POST", "/tags", json={"name": "a tag"})["id"]
        assert reader.get(number) == case and reader.find("id > 0") == [number] and reader.done("GET", f"/tags/{tag}")
        with site.native.watched() as seen:
            for method, path, body in [
                ("POST", "/cases", {"name": "x", "severity": "Low", "status": "Open"}), ("PUT", f"/cases/{number}", {"name": "y"}),
                ("DELETE", f"/cases/{number}", None), ("POST", "/tags", {"name": "z"}), ("PUT", f"/tags/{tag}", {"name": "z"}), ("DELETE", f"/tags/{tag}", None),
                ("POST", "/caseAttributes", {"caseId": number, "type": "Source", "value": "v"}), ("PUT", f"/caseAttributes/{attribute}", {"value": "w"}),
                ("DELETE", f"/caseAttributes/{attribute}", None),
            ]:
                answer = reader.call(method, path, json=body)
                assert answer.status_code == 403 and answer.json()["status"] == "Error", (method, path)
        assert seen == []
        assert reader.get(number) == case


def test_everybody_has_an_identity_of_their_own_and_analysts_show_as_themselves():
    with site_of() as site:
        writer, other = site.client(), site.client(who=OTHER)
        case = writer.create(caseOccurrenceTime="2024-01-01T00:00:00Z", attributes={"data": [{"type": "Description", "value": "v"}]})
        number = case["id"]
        assert case["createdBy"] == case["caseOpenUser"] == case["caseOccurrenceUser"] == case["attributes"]["data"][0]["createdBy"]
        assert (case["createdBy"]["userName"], case["createdBy"]["firstName"]) == (WRITER, "Wri")
        other.change(number, caseDetectionTime="2024-01-02T00:00:00Z", attributes={"data": [{"type": "Source", "value": "w"}]})
        closed = other.change(number, status="Closed")
        assert [closed[m]["userName"] for m in ("createdBy", "caseOpenUser", "caseOccurrenceUser", "caseDetectionUser", "caseCloseUser")] == \
            [WRITER, WRITER, WRITER, OTHER, OTHER]
        assert [a["createdBy"]["userName"] for a in closed["attributes"]["data"]] == [WRITER, OTHER]
        assert writer.get(number) == closed
        assert writer.find(f'createdBy = "{WRITER}"') == writer.find(f'caseCloseUser = "{OTHER}"') == [number]

        native = site.native.named(number)
        site.native.change(native, status="in_progress")
        assert "caseCloseUser" not in writer.get(number) and "caseCloseTime" not in writer.get(number)
        # As if that had been long ago: clocks of two servers differ, so that a minute proves nothing.
        payload = site.native.payload(native)
        for member in ("caseCloseTime", "caseCloseUser"):
            if member in payload["_bridge"]["s"]:
                payload["_bridge"]["s"][member][1] = "2024-01-03T00:00:00Z"
        site.native.change(native, payload=payload, status="closed")
        again = writer.get(number)
        assert again["caseCloseUser"]["userName"] == "ana@tests.example" and again["createdBy"]["userName"] == WRITER
        assert other.find('caseCloseUser = "ana@tests.example"') == [number] and other.find(f'caseCloseUser = "{OTHER}"') == []

        site.native.post(summary="made by an analyst")
        number = writer.find('name = "made by an analyst"')[0]
        made = writer.get(number)
        assert made["createdBy"]["userName"] == made["caseOpenUser"]["userName"] == "ana@tests.example"
        assert writer.change(number, status="Closed")["caseCloseUser"]["userName"] == WRITER
        assert writer.get(number)["createdBy"]["userName"] == "ana@tests.example"
        me = writer.done("GET", "/security/users", params=[("tql", f'userName = "{WRITER}"')])
        assert [u["id"] for u in me] == [case["createdBy"]["id"]]


def test_what_is_remembered_of_tracecats_cases_is_not_a_way_around_access():
    with site_of() as site:
        number = site.client().create()["id"]
        for header, status in (("", 403), ("TC-Token ", 403), ("TC-Token APIV2:not-a-token", 401), (f"TC {WRITER}:c2lnbmF0dXJl", 401)):
            stranger = site.client()
            stranger.session.headers["Authorization"] = header
            answer = stranger.call("GET", f"/cases/{number}")
            assert answer.status_code == status and answer.json()["status"] == "Error", header
