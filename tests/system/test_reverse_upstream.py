"""How the bridge gets along with a Tracecat server: logins, keys, releases, lost answers, payloads that others write."""
import http.server
import json
import threading
from contextlib import contextmanager

import pytest
from conftest import WORKSPACE, Stack
from reverse_support import BOTH, KEY, LOGIN, SANDBOX_DATA, Reverse, side_by_side
from support import unique

CASES = 12
DATA = {**SANDBOX_DATA, "cases": [
    {"summary": f"native {i}", "description": f"text {i}", "status": "new", "priority": "low", "severity": "low",
     "created_at": f"2026-01-05T09:{i:02}:00Z"} for i in range(CASES)]}


@contextmanager
def site(**how):
    made = Stack()
    try:
        yield Reverse(made, data=DATA, **how)
    finally:
        made.stop()


@pytest.fixture(scope="module")
def both():
    with site(credentials={"main": BOTH}) as built:
        yield built


@pytest.fixture(scope="module")
def login():
    with site(credentials={"main": LOGIN}) as built:
        yield built


def texts(client):
    return [c.get("description") for c in client.page(fields=["description"], resultLimit=1000)["data"]]


def count(seen, method, part):
    return sum(1 for m, target in seen if m == method and part in target)


def end_all_sessions(site):
    """The sandbox forgets who is logged in; its cases are those of the file again."""
    site.native.control("POST", "reset")
    site.native.login("ana@tests.example", "a-password-of-ana")


def test_an_expired_session_is_renewed_once_and_nobody_notices(login):
    client = login.client()
    assert texts(client) == [f"text {i}" for i in range(CASES)]
    end_all_sessions(login)
    with login.native.watched() as seen:
        assert texts(client) == [f"text {i}" for i in range(CASES)]
    assert count(seen, "POST", "/auth/login") == 1
    end_all_sessions(login)
    with login.native.watched() as seen:
        case = client.create(name="written under a session that was over")
    assert count(seen, "POST", "/auth/login") == 1
    assert client.get(case["id"])["name"] == "written under a session that was over"


def test_many_clients_wait_for_one_login(login):
    clients = [login.client() for _ in range(8)]
    side_by_side(texts, clients)
    end_all_sessions(login)
    with login.native.watched() as seen:
        answers = side_by_side(texts, clients)
    assert all(a == answers[0] for a in answers)
    assert count(seen, "POST", "/auth/login") == 1


def test_reads_by_the_key_leave_no_trace_and_writes_carry_the_logins_name(both):
    client = both.client()
    case = client.create(name=unique("key"))
    client.change(case["id"], status="Closed")
    texts(client)
    client.get(case["id"])
    native = both.native.named(case["id"])
    assert both.native.events(native, "case_viewed") == [e for e in both.native.events(native, "case_viewed") if e.get("user_id")
                                                        and e["user_id"] != SANDBOX_DATA["users"][0]["id"]]
    (closed,) = both.native.events(native, "case_closed")
    assert closed["user_id"] == SANDBOX_DATA["users"][0]["id"]


def test_reads_under_a_login_leave_one_view_per_case_at_most(login):
    end_all_sessions(login)
    client = login.client()
    for _ in range(3):
        texts(client)
        client.get(3)
    native = login.native.named(3)
    mine = SANDBOX_DATA["users"][0]["id"]
    assert len([e for e in login.native.events(native, "case_viewed") if e["user_id"] == mine]) <= 1


def test_a_key_that_the_server_does_not_take_gives_way_to_the_login():
    with site(credentials={"main": BOTH}, sandbox=["--no-service-accounts"]) as built:
        assert texts(built.client()) == [f"text {i}" for i in range(CASES)]
    with site(credentials={"main": KEY}, sandbox=["--no-service-accounts"]) as built:
        answer = built.client().call("GET", "/cases")
        assert answer.status_code >= 500 and "own credential" in answer.text


@pytest.mark.parametrize("sandbox", [["--no-addons"], ["--release", "beta.51"], ["--release", "beta.51", "--no-addons"]], ids=" ".join)
@pytest.mark.parametrize("credential", [LOGIN, KEY], ids=["login", "key"])
def test_every_supported_server_serves_a_case_through_its_life(sandbox, credential):
    with site(credentials={"main": credential}, sandbox=sandbox) as built:
        client = built.client()
        case = client.create(name="A case", xid=unique("life"), description="first", tags={"data": [{"name": "phish"}]},
                             resolution="Rejected")
        changed = client.change(case["id"], description="second", status="Closed", tags={"data": [{"name": "more"}]})
        assert (changed["description"], changed["status"], changed["resolution"]) == ("second", "Closed", "Rejected")
        got = client.get(case["xid"])
        assert sorted(t["name"] for t in got["tags"]["data"]) == ["more", "phish"]
        assert client.find(f"xid = \"{case['xid']}\"") == [case["id"]]
        assert len(client.page(resultLimit=5, resultStart=5)["data"]) == 5
        assert client.call("DELETE", f"/cases/{case['id']}").status_code == 200
        assert client.call("GET", f"/cases/{case['id']}").status_code == 404


class OldServer(http.server.BaseHTTPRequestHandler):
    """As 1.0.0-beta.42 answers: no canonical mount, no include_payload."""

    protocol_version = "HTTP/1.1"

    def answer(self, status, body, **fields):
        data = b"" if status == 204 else json.dumps(body).encode()  # a 204 ends with its head
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": len(data), **fields}.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer(204 if self.path == "/auth/login" else 404, None, Set_Cookie="fastapiusersauth=old; Path=/")

    def do_GET(self):
        if self.path == "/info":
            return self.answer(200, {"version": "1.0.0-beta.42"})
        if self.path.startswith("/cases/search?") and f"workspace_id={WORKSPACE}" in self.path:
            return self.answer(422, {"detail": [{"type": "greater_than_equal", "loc": ["query", "limit"], "msg": "x", "input": "0"}]})
        return self.answer(404, {"detail": "Not Found"})

    def log_message(self, *_):
        pass


def test_an_older_server_is_refused_with_a_sentence():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), OldServer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with site(credentials={"main": LOGIN}, between=lambda _: server.server_address[1]) as built:
            answer = built.client().call("GET", "/cases")
            assert answer.status_code >= 400 and answer.json()["status"] == "Error"
            assert "1.0.0-beta.42" in answer.text and "1.0.0-beta.51" in answer.text
    finally:
        server.shutdown()
        server.server_close()


def test_a_create_whose_answer_is_lost_makes_one_case(both):
    client = both.client()
    name = unique("lost")
    with both.native.fault(f"reset-head@POST /workspaces/{WORKSPACE}/cases*1"):
        case = client.create(name=name, description="kept", xid=unique("lost"))
    assert client.get(case["xid"])["description"] == "kept"
    assert len(both.native.search(search_term=name)) == 1


def test_a_create_that_never_arrived_is_an_error_and_no_case(both):
    name = unique("never")
    with both.native.fault(f"reset@POST /workspaces/{WORKSPACE}/cases*1"):
        answer = both.client().call("POST", "/cases", json={"name": name, "severity": "Low", "status": "Open"})
    assert answer.status_code >= 500
    assert both.native.search(search_term=name) == []


def test_many_creates_at_a_time_each_find_their_own_case(both):
    client = both.client()
    names = [unique("own") for _ in range(40)]
    made = side_by_side(lambda n: client.create(name=n, xid=f"xid of {n}"), names)
    assert [c["name"] for c in made] == names
    assert len({c["id"] for c in made}) == len(names)
    assert [client.get(f"xid of {n}")["name"] for n in names] == names


def test_one_unreadable_payload_takes_no_list_down(both):
    client = both.client()
    case = client.create(name=unique("poison"), resolution="Rejected")
    native = both.native.named(case["id"])
    before = {c["id"]: c for c in client.page(resultLimit=1000, fields=["description"])["data"]}
    done = both.native.ask("PATCH", f"/cases/{native}", json={"payload": {"n": 1e22}})
    assert done.status_code == 204 and both.native.ask("GET", f"/cases/{native}").status_code == 500
    after = {c["id"]: c for c in client.page(resultLimit=1000, fields=["description"])["data"]}
    assert after.keys() == before.keys()
    assert [after[i].get("description") for i in after if i != case["id"]] == [before[i].get("description") for i in before if i != case["id"]]
    assert client.get(case["id"])["name"] == case["name"]
    # What needs no state can be changed, what would replace the payload is refused.
    assert client.call("PUT", f"/cases/{case['id']}", json={"resolution": "Escalated"}).status_code >= 500
    assert client.change(case["id"], name="renamed")["name"] == "renamed"
    assert both.native.ask("PATCH", f"/cases/{native}", json={"payload": None}).status_code == 204


def test_a_state_that_a_workflow_wiped_comes_back_with_the_next_write(both):
    client = both.client()
    case = client.create(name=unique("wiped"), xid=unique("wiped"), resolution="Rejected")
    native = both.native.named(case["id"])
    both.native.ask("PATCH", f"/cases/{native}", json={"payload": {"enriched": True}})
    seen = client.get(case["xid"])
    assert (seen["id"], seen["resolution"]) == (case["id"], "Rejected")
    assert "_bridge" not in both.native.payload(native)
    client.change(case["id"], description="whatever")
    payload = both.native.payload(native)
    assert payload["enriched"] is True and "_bridge" in payload
    assert client.get(case["xid"])["resolution"] == "Rejected"


def test_the_payload_of_others_survives_the_bridges_writes(both):
    client = both.client()
    case = client.create(name=unique("payload"))
    native = both.native.named(case["id"])
    payload = both.native.payload(native)
    payload.update(alert={"score": 7.5, "ids": [1, 2, 18446744073709551615]}, text="grüße")
    assert both.native.ask("PATCH", f"/cases/{native}", json={"payload": payload}).status_code == 204
    client.change(case["id"], resolution="Escalated", name="other")
    now = both.native.payload(native)
    assert now["alert"] == payload["alert"] and now["text"] == "grüße"


def test_no_secret_of_the_upstream_is_in_an_error(both):
    both.native.control("POST", "reset")
    with both.native.fault("status:500@GET /"):
        text = both.client().call("GET", "/cases").text
    for secret in (BOTH["password"], BOTH["api_key"]):
        assert secret not in text
    both.native.login("ana@tests.example", "a-password-of-ana")
