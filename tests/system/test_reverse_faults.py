"""Tracecat that misbehaves, and several writers at a time, behind the ThreatConnect façade: no write is done twice, none is called done
that was not, none of two writers loses anything, and what a workflow overwrites natively is put back or said."""
import random
from collections import Counter

import fault_gate as gate_
import pytest
from conftest import Stack
from fault_gate import FaultGate
from reverse_support import BOTH, LOGIN, OTHER, SANDBOX_DATA, WRITER, PerThread, Reverse, bridge_part, names, side_by_side
from support import unique

CALL = 1.5  # seconds that one upstream request may take in this module


@pytest.fixture(scope="module", params=[LOGIN, BOTH], ids=["login", "both"])
def site(request):
    made, gate = Stack(), FaultGate()

    def between(port):
        gate.backend_port = port
        return gate.port
    try:
        quick = {"pool": {"call_timeout_ms": int(CALL * 1000), "connect_timeout_ms": 1000}, "breaker": {"failures": 0}}
        built = Reverse(made, data={**SANDBOX_DATA, "tags": [{"name": "vpn"}]}, between=between, upstream=quick, threads=2,
                        credentials={"main": request.param})
        built.gate = gate
        yield built
        gate.close()
    finally:
        made.stop()


@pytest.fixture
def gate(site):
    yield site.gate
    site.gate.disarm()


HTML = b"<!DOCTYPE html><html><body><h1>Please sign in</h1></body></html>"
FAULTS = {
    "done, then reset": gate_.done_reset,
    "reset within the head": gate_.partial(lambda n: -20, gate_.Wire.reset),
    "done, then 502": gate_.done_status(502),
    "done, then hang": gate_.done_hang,
    "reset": gate_.reset,
    "hang": gate_.hang,
    "500": gate_.status(500),
    "502": gate_.status(502),
    "503": gate_.status(503),
    "429": gate_.status(429),
    "html": gate_.instead(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(HTML) + HTML),
    "a list": gate_.instead(gate_.json_answer(200, b"[]")),
}


def only(methods, fault, times=1, skip=0):
    """The fault for requests of these methods (not logins), so many times, after so many of them."""
    left = [skip, times]

    def act(gate, wire, request, answer):
        if request.method not in methods or request.target.startswith("/auth/"):
            return wire.send(answer())
        if left[0] > 0:
            left[0] -= 1
            return wire.send(answer())
        if left[1] == 0:
            return wire.send(answer())
        left[1] -= 1
        return fault(gate, wire, request, answer)
    return act


def named(site, name):
    return [item for item in site.native.everything() if item["summary"] == name]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_create_that_meets_a_fault_makes_one_case_or_none_and_says_which(site, gate, fault):
    client, name = site.client(), unique("create")
    client.page(resultLimit=1)
    gate.arm(only(["POST"], FAULTS[fault]))
    answer = client.call("POST", "/cases", json={"name": name, "severity": "Low", "status": "Open", "resolution": "Escalated"})
    gate.disarm()
    made = named(site, name)
    assert len(made) <= 1
    if answer.status_code == 201:
        assert len(made) == 1 and client.get(answer.json()["data"]["id"])["resolution"] == "Escalated"
    else:
        assert answer.status_code >= 500 and answer.json()["status"] == "Error", answer.text
    if fault in ("done, then reset", "reset within the head", "done, then 502"):
        assert answer.status_code == 201  # it is found by its token
    assert client.create(name=unique("after"))["id"]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("skip", [0, 1])
def test_a_case_made_with_an_xid_and_tags_is_one_case_however_often_it_is_sent_again(site, gate, fault, skip):
    client, xid = site.client(), unique("external")
    body = {"name": xid, "severity": "Low", "status": "Open", "xid": xid, "tags": {"data": [{"name": "vpn"}, {"name": unique("t")}]}}
    gate.arm(only(["POST"], FAULTS[fault], skip=skip))
    first = client.call("POST", "/cases", json=body)
    gate.disarm()
    if first.status_code != 201:
        assert client.call("POST", "/cases", json=body).status_code in (201, 409)
    assert len(named(site, xid)) == 1
    (number,) = client.find(f'xid = "{xid}"')
    if first.status_code == 201:
        assert set(names(client.get(number))) == {t["name"] for t in body["tags"]["data"]} or "Casebridge-Loss" in first.headers


@pytest.mark.parametrize("fault", FAULTS)
def test_an_update_that_meets_a_fault_is_done_or_not_and_done_again_without_harm(site, gate, fault):
    client, text = site.client(), unique("update")
    number = client.create(name=unique("case"), resolution="Rejected", attributes={"data": [{"type": "Source", "value": "stays"}]})["id"]
    body = {"description": text, "severity": "High", "resolution": "Escalated"}
    gate.arm(only(["PATCH"], FAULTS[fault]))
    answer = client.call("PUT", f"/cases/{number}", json=body)
    gate.disarm()
    case = client.get(number)
    done = {n: case.get(n) for n in body} == body
    assert done or (case.get("description"), case["severity"], case["resolution"]) == (None, "Low", "Rejected"), "half an update"
    if answer.status_code == 200:
        assert done
    else:
        assert answer.status_code >= 409 and answer.json()["status"] == "Error", answer.text
    again = client.change(number, **body)
    assert {n: again[n] for n in body} == body and [a["value"] for a in again["attributes"]["data"]] == ["stays"]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_read_that_meets_a_fault_once_is_an_answer_or_an_error_and_never_half_a_list(site, gate, fault):
    client = site.client()
    for _ in range(3):
        client.create()
    everything = client.find("id > 0")
    for skip in (0, 1):
        for path, params in (("/cases", [("tql", 'name CONTAINS "a" OR id > 0'), ("resultLimit", "10000")]), (f"/cases/{everything[0]}", [])):
            gate.arm(only(["GET"], FAULTS[fault], skip=skip))
            answer = client.call("GET", path, params=params)
            gate.disarm()
            if answer.status_code != 200:
                assert answer.status_code >= 500 and answer.json()["status"] == "Error"
            elif path == "/cases":
                assert [c["id"] for c in answer.json()["data"]] == everything
    assert client.find("id > 0") == everything


@pytest.mark.parametrize("fault", ["500", "503", "reset", "hang", "done, then reset"])
def test_a_delete_that_meets_a_fault_is_done_or_not(site, gate, fault):
    client = site.client()
    number = client.create(xid=unique("doomed"))["id"]
    gate.arm(only(["DELETE"], FAULTS[fault]))
    answer = client.call("DELETE", f"/cases/{number}")
    gate.disarm()
    there = client.call("GET", f"/cases/{number}").status_code
    assert there in (200, 404) and (answer.status_code != 200 or there == 404)
    assert client.call("DELETE", f"/cases/{number}").status_code == (200 if there == 200 else 404)


# Several writers

def test_writers_of_one_case_lose_nothing(site):
    writers = {who: PerThread(lambda who=who: site.client(who=who)) for who in (WRITER, OTHER)}
    number = site.client().create(name="written by many")["id"]
    dice = random.Random(5)
    jobs = [("attribute", n) for n in range(30)] + [("tag", n) for n in range(15)] + [("resolution", n) for n in range(10)] + \
        [("entry", n) for n in range(15)] + [("severity", n) for n in range(10)]
    dice.shuffle(jobs)

    def work(job):
        kind, n = job
        client = writers[dice.choice([WRITER, OTHER])]()
        if kind == "entry":
            return client.call("POST", "/caseAttributes", json={"caseId": number, "type": "Source", "value": f"entry {n}"})
        body = {"attribute": {"attributes": {"data": [{"type": "Description", "value": f"attribute {n}"}]}},
                "tag": {"tags": {"data": [{"name": f"tag {n % 5}"}]}}, "resolution": {"resolution": "Escalated"}, "severity": {"severity": "High"}}[kind]
        return client.call("PUT", f"/cases/{number}", json=body)

    answers = side_by_side(work, jobs)
    assert Counter(a.status_code for a in answers if a.status_code not in (200, 201)) == {}
    case = site.client().get(number)
    values = Counter(a["value"] for a in case["attributes"]["data"])
    assert values == Counter([f"attribute {n}" for n in range(30)] + [f"entry {n}" for n in range(15)])
    assert len({a["id"] for a in case["attributes"]["data"]}) == 45
    assert names(case) == [f"tag {n}" for n in range(5)]
    assert (case["resolution"], case["severity"]) == ("Escalated", "High")
    native = site.native.get(site.native.named(number))
    assert sorted(t["name"] for t in native["tags"]) == names(case)


def test_one_xid_created_by_many_at_a_time_is_one_case(site):
    clients, xid = PerThread(site.client), unique("contested")
    body = {"name": xid, "severity": "Low", "status": "Open", "xid": xid}
    answers = side_by_side(lambda n: clients().call("POST", "/cases", json=body), range(16))
    assert Counter(a.status_code for a in answers) == {201: 1, 409: 15}
    assert len(named(site, xid)) == 1 and len(site.client().find(f'xid = "{xid}"')) == 1


def test_a_new_tag_given_by_many_at_a_time_is_one_tag(site):
    clients, name = PerThread(site.client), unique("tag")
    cases = side_by_side(lambda n: clients().create(tags={"data": [{"name": name}]}), range(16))
    assert all(names(c) == [name] for c in cases)
    assert [t["name"] for t in site.native.ask("GET", "/case-tags").json()].count(name) == 1
    assert sorted(site.client().find(f'tag = "{name}"')) == sorted(c["id"] for c in cases)


# Workflows that write the payload natively

def kept_case(site):
    case = site.client().create(name=unique("kept"), resolution="Escalated", xid=unique("kept id"), attributes={"data": [{"type": "Source", "value": "v"}]})
    native = site.native.named(case["id"])
    return case, native, site.native.payload(native)


def test_payload_members_of_others_are_kept_by_every_write(site):
    client = site.client()
    case, native, payload = kept_case(site)
    site.native.change(native, payload={**payload, "alert": {"id": 7, "list": [1, 2.5, None, "ü"]}})
    client.change(case["id"], resolution="Rejected", attributes={"data": [{"type": "Source", "value": "w"}]})
    after = site.native.payload(native)
    assert set(after) == {"_bridge", "alert"} and after["alert"] == {"id": 7, "list": [1, 2.5, None, "ü"]}
    assert "alert" not in client.call("GET", f"/cases/{case['id']}", params=[("fields", "_all_")]).text


@pytest.mark.parametrize("replacement", [{"by": "a workflow"}, {}, None], ids=["another", "empty", "cleared"])
def test_a_payload_that_a_workflow_replaced_is_put_back_by_the_next_write(site, replacement):
    client = site.client()
    case, native, _ = kept_case(site)
    site.native.change(native, payload=replacement)
    read = client.get(case["id"])
    for name in ("resolution", "xid", "attributes", "createdBy", "caseOpenUser", "name"):
        assert read[name] == case[name], name
    after = client.change(case["id"], severity="High")
    assert (after["resolution"], after["xid"], after["severity"]) == ("Escalated", case["xid"], "High")
    client.change(case["id"], description="once more", resolution="Rejected")
    payload = site.native.payload(native)
    assert bridge_part(payload)[0]["s"]["xid"] == case["xid"] and {k: v for k, v in payload.items() if k != "_bridge"} == (replacement or {})


def test_a_workflow_that_replaces_the_payload_within_an_update_is_reported_or_put_right_and_never_overwritten(site, gate):
    client = site.client()
    case, native, payload = kept_case(site)
    state = payload["_bridge"]
    tampered = {**payload, "_bridge": {**state, "s": {**state["s"], "resolution": "False Positive"}}, "workflow": 1}

    def after_the_write(change):
        done = []

        def act(gate, wire, request, answer):
            whole = answer()
            if request.method == "PATCH" and not done:
                done.append(site.native.change(native, payload=change))
            wire.send(whole)
        return act

    # Another writer's state: ours is not there, and the client is told.
    gate.arm(after_the_write(tampered))
    answer = client.call("PUT", f"/cases/{case['id']}", json={"resolution": "Rejected"})
    gate.disarm()
    assert answer.status_code == 409 and answer.json()["errCode"] == "0x1006"
    now = site.native.payload(native)
    assert now["_bridge"]["s"]["resolution"] == "False Positive" and now["workflow"] == 1
    assert client.change(case["id"], resolution="Rejected")["resolution"] == "Rejected"
    assert site.native.payload(native)["workflow"] == 1
    # A read-modify-write of a workflow that began before: the state before is there again, and ours is written once more.
    stale = {**site.native.payload(native), "workflow": 2}
    gate.arm(after_the_write(stale))
    answer = client.call("PUT", f"/cases/{case['id']}", json={"resolution": "Escalated"})
    gate.disarm()
    assert answer.status_code == 200 or answer.status_code == 409
    now = site.native.payload(native)
    assert now["workflow"] == 2
    if answer.status_code == 200:
        assert client.get(case["id"])["resolution"] == "Escalated"
