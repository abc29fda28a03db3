"""Cases on ThreatConnect have other writers: people, automations, and bridges in other processes (docs/comments-and-tasks.md)."""
import base64
import json
import threading
import uuid

import pytest
from conftest import WORKSPACE, Bridge, Stack, settings
from fault_gate import FaultGate
from organisation import PASSWORD, SANDBOX_DATA, Organisation, bridge, password_hash, upstream
from support import STATE, Tracecat, unique
from talk_support import Talk, detail, native_tasks, notes, states

LONG = " " + "d" * 900 + " "  # what stands around a text lies in the state, and this much of it in a file


@pytest.fixture(scope="module")
def two():
    """Two processes over one sandbox: .first through a gate, .second straight."""
    made, gate = Stack(), FaultGate()
    try:
        hashed = password_hash()
        built = Organisation(made, [bridge("main", hashed=hashed)], data=SANDBOX_DATA, threads=1,
                             upstream_changes={"url": f"http://127.0.0.1:{gate.port}/api"})
        gate.backend_port, built.gate = built.sandbox_port, gate
        other = settings(upstreams={"tc": upstream(built.sandbox_port)}, bridges=[bridge("other", hashed=hashed)])
        built.first = built.person("admin")
        built.second = Tracecat(Bridge(made, made.write("other.json", other)).url, WORKSPACE).login("admin@tests.example", PASSWORD)
        yield built
    finally:
        gate.close()
        made.stop()


@pytest.fixture
def case(two):
    talk = Talk(two.first, two.first.create(summary=unique("case"), priority="low"))
    talk.number = two.first.number(talk.case)
    return talk


def there(two, talk):
    """The same case for the other process, which knows the backend by another address and so has ids of its own."""
    (found,) = two.second.search(short_id=str(talk.number))
    two.second.get(found["id"])  # and from now on nothing is left to look up
    two.second.ask("GET", "/case-fields")
    return Talk(two.second, found["id"])


def during(two, method, path, first, then):
    """`then` happens while the first process' request of that kind is on its way; the answer to `first`."""
    came, go, answers = threading.Event(), threading.Event(), []

    def hold(gate, wire, request, answer):
        if request.method == method and path in request.target and not came.is_set():
            came.set()
            assert go.wait(20)
        wire.send(answer())

    two.gate.arm(hold)
    thread = threading.Thread(target=lambda: answers.append(first()))
    thread.start()
    try:
        assert came.wait(20)
        then()
    finally:
        go.set()
        thread.join()
        two.gate.disarm()
    return answers[0]


# Two bridges that know nothing of each other

@pytest.mark.parametrize("mine, theirs", [
    ({"priority": "high"}, {"payload": {"k": 1}}), ({"payload": {"big": "x" * 2000}}, {"priority": "critical"}),
    ({"status": "on_hold"}, {"severity": "fatal", "priority": "high"}), ({"summary": "s" * 400}, {"description": "d" * 2000}),
])
def test_what_two_processes_carry_at_the_same_moment_is_put_together(two, case, mine, theirs):
    other = there(two, case)
    done = during(two, "PUT", "/v3/cases/", lambda: two.first.patch(case.case, **mine), lambda: two.second.change(other.case, **theirs))
    assert done.status_code == 204, done.text
    for talk in (case, other):
        read = talk.client.get(talk.case)
        assert {k: read[k] for k in {**mine, **theirs}} == {**mine, **theirs}
    (state,) = two.native.attributes(case.number)  # and of the files only those that it names
    named = [file[0] for file in json.loads(state["value"]).get("x", {}).values()]
    assert sorted(a["summary"] for a in two.native.artifacts(case.number)) == sorted(named)
    told = [e["type"] for e in case.good("GET", "/events", 200).json()["events"]]
    assert len([t for t in told if t in ("priority_changed", "status_changed", "payload_changed", "severity_changed", "case_updated")]) == \
        len([k for k in {**mine, **theirs} if k != "description"])


def test_a_batch_puts_it_together_as_well(two, case):
    other = there(two, case)
    change = {"case_ids": [case.case], "update": {"priority": "high"}}
    done = during(two, "PUT", "/v3/cases/", lambda: two.first.ask("POST", "/cases/batch-update", json=change),
                  lambda: two.second.change(other.case, payload={"k": 1}))
    assert (done.status_code, done.json()["succeeded"]) == (200, 1), done.text
    read = two.first.get(case.case)
    assert (read["priority"], read["payload"]) == ("high", {"k": 1})


def test_changes_of_one_task_are_put_together(two, case):
    task = case.give("x", priority="low")["id"]
    other = there(two, case)
    (same,) = other.tasks()
    done = during(two, "PUT", "/v3/cases/", lambda: case.ask("PATCH", f"/tasks/{task}", json={"priority": "high"}),
                  lambda: other.change(same["id"], status="in_progress"))
    assert done.status_code == 200, done.text
    assert [(t["priority"], t["status"]) for t in (done.json(), case.task(task))] == [("high", "in_progress")] * 2
    assert len(states(two.native, case.number, "task")) == 1


# What ThreatConnect's people remove between a read and the write that follows it

@pytest.mark.parametrize("value", ["y", None])
def test_an_attribute_that_is_gone_by_now(two, case, value):
    two.first.change(case.case, fields={"free_text": "x"})
    (attribute,) = two.native.entries(case.number, "Free Text")
    done = during(two, "PUT" if value else "DELETE", "/v3/caseAttributes/",
                  lambda: two.first.patch(case.case, fields={"free_text": value}, severity="high"),
                  lambda: two.native.call("DELETE", f"/caseAttributes/{attribute['id']}"))
    assert done.status_code == 204, done.text
    assert (two.first.fields(case.case)["free_text"], two.first.get(case.case)["severity"]) == (value, "high")


@pytest.mark.parametrize("kind, method", [("notes", "PUT"), ("notes", "DELETE"), ("tasks", "PUT"), ("tasks", "DELETE"), ("artifacts", "DELETE")])
def test_a_child_that_is_gone_by_now_is_not_there_and_the_case_is(two, case, kind, method):
    if kind == "notes":
        made, (native,) = case.say("x"), notes(two.native, case.number)
        path, body, missing = f"/comments/{made}", {"content": "y"}, f"Comment with ID {made} not found"
    elif kind == "tasks":
        made, (native,) = case.give("x")["id"], native_tasks(two.native, case.number)
        path, body, missing = f"/tasks/{made}", {"title": "y"}, "Task not found"
    else:
        made, (native,) = upload(case)["id"], two.native.artifacts(case.number)
        path, body, missing = f"/attachments/{made}", None, f"Attachment {made} not found"
    done = during(two, method, f"/v3/{kind}/", lambda: case.ask("PATCH" if method == "PUT" else "DELETE", path, json=body),
                  lambda: two.native.call("DELETE", f"/{kind}/{native['id']}"))
    assert detail(done) == (404, missing)


def upload(talk, name="a.txt", data=b"hello", **kwargs):
    return talk.good("POST", "/attachments", 201, files={"file": (name, data, "text/plain")}, **kwargs).json()


@pytest.mark.parametrize("kind", ["note", "task", "artifact"])
def test_the_state_of_what_somebody_removed_goes_with_the_next_write(two, case, kind):
    make, path = {"note": (case.say, "notes"), "task": (lambda text: case.give(text, priority="high", description=LONG), "tasks"),
                  "artifact": (lambda text: upload(case, data=text.encode()), "artifacts")}[kind]
    for text in ("removed", "kept"):
        make(text)
    (gone, _), (kept, _) = states(two.native, case.number, kind)
    assert two.native.call("DELETE", f"/{path}/{gone}").status_code == 200
    make("another")
    assert gone not in [n for n, _ in states(two.native, case.number, kind)]
    assert kept in [n for n, _ in states(two.native, case.number, kind)] and len(states(two.native, case.number, kind)) == 2
    assert len(two.native.artifacts(case.number)) == 2 * (kind != "note")  # files of states that nothing needs are gone


# Tags that are called otherwise by now, within the time for which they are remembered

@pytest.fixture
def renamed(two):
    """A tag that the second process knows by its old name."""
    name = unique("tag")
    number = two.native.done("POST", "/tags", json={"name": name})["id"]
    two.second.ask("POST", "/case-tags", json={"name": unique("refresh")})
    (tag,) = [t for t in two.second.ask("GET", "/case-tags").json() if t["name"] == name]
    return number, tag, f"{name} renamed"


@pytest.mark.parametrize("by", ["id", "name", "ref"])
def test_a_tag_that_was_renamed_comes_and_no_new_one(two, renamed, by):
    number, tag, name = renamed
    talk = Talk(two.second, two.second.create())
    two.native.done("PUT", f"/tags/{number}", json={"name": name})
    done = talk.ask("POST", "/tags", json={"tag_id": tag[by]})
    assert (done.status_code, done.json()["id"], done.json()["name"]) == (201, tag["id"], name)
    assert [t["id"] for t in talk.good("GET", "/tags", 200).json()] == [tag["id"]]


def test_a_tag_that_is_gone_is_not_made_again(two, renamed):
    number, tag, _ = renamed
    talk = Talk(two.second, two.second.create())
    assert two.native.call("DELETE", f"/tags/{number}").status_code == 200
    assert detail(talk.ask("POST", "/tags", json={"tag_id": tag["id"]})) == (404, "Tag not found")
    assert talk.good("GET", "/tags", 200).json() == []


def test_a_tag_that_was_renamed_goes(two, renamed):
    number, tag, name = renamed
    talk = Talk(two.second, two.second.create())
    talk.good("POST", "/tags", 201, json={"tag_id": tag["id"]})
    two.native.done("PUT", f"/tags/{number}", json={"name": name})
    talk.good("DELETE", f"/tags/{tag['id']}", 204)
    assert talk.good("GET", "/tags", 200).json() == []


# What lies in files of the case

def test_a_file_of_a_tasks_state_goes_with_the_task(two, case):
    task = case.give("long", description=LONG)
    assert case.task(task["id"])["description"] == LONG and len(two.native.artifacts(case.number)) == 1
    case.good("DELETE", f"/tasks/{task['id']}", 204)
    assert two.native.artifacts(case.number) == [] and states(two.native, case.number, "task") == []


def test_a_task_whose_state_is_there_although_the_answer_was_lost_is_made(two, case):
    other = there(two, case)  # no gate stands in its way
    with two.native.fault("reset-head@PUT /api/v3/cases*1"):
        task = other.give("long", description=LONG)
    assert [t["description"] for t in (task, other.task(task["id"]))] == [LONG] * 2
    assert len(two.native.artifacts(case.number)) == len(states(two.native, case.number, "task")) == len(native_tasks(two.native, case.number)) == 1


@pytest.mark.parametrize("of", ["", '"of":["task",%d],'])
def test_a_forged_state_takes_nobodys_file_away(two, case, of):
    task = case.give("x")["id"]
    (native,) = native_tasks(two.native, case.number)
    evidence = base64.b64encode(b"evidence").decode()
    for name in ("evidence.pcap", "casebridge-statement.json"):
        two.native.done("POST", "/artifacts", json={"caseId": case.number, "type": "PCAP File", "summary": name, "fileData": evidence})
    for name in ("evidence.pcap", "casebridge-statement.json"):
        subject = of % native["id"] if of else of
        files = json.dumps({"title" if of else "payload": [name, "0000000000000000", 8]})
        two.native.add_attribute(case.number, STATE, '{"v":1,%s"r":90,"t":"","s":{},"x":%s}' % (subject, files))
        two.first.change(case.case, payload={"a": name})
        case.change(task, title="y" + name)
    case.good("DELETE", f"/tasks/{task}", 204)
    assert {"casebridge-statement.json", "evidence.pcap"} <= {a["summary"] for a in two.native.artifacts(case.number)}


def test_a_state_of_a_later_version_is_left_alone(two, case):
    later = ['{"v":2,"r":9,"t":"","s":{"priority":"low"}}', '{"v":3,"of":["task",1],"s":[]}']
    for value in later:
        two.native.add_attribute(case.number, STATE, value)
    two.first.change(case.case, priority="critical", status="on_hold")
    case.say("here")
    assert two.first.get(case.case)["priority"] == "critical"
    assert set(later) <= {a["value"] for a in two.native.entries(case.number)}


# One key, another request

@pytest.mark.parametrize("what", ["comment", "task", "file", "bytes", "case", "field"])
def test_one_key_is_good_for_one_request(two, case, what):
    key = {"Idempotency-Key": uuid.uuid4().hex}
    body = {"summary": unique("keyed"), "description": "", "status": "new", "priority": "unknown", "severity": "low"}
    ask, first, second = {
        "comment": (case.ask, ("/comments", {"json": {"content": "one"}}), ("/comments", {"json": {"content": "two"}})),
        "task": (case.ask, ("/tasks", {"json": {"title": "one"}}), ("/tasks", {"json": {"title": "one", "status": "blocked"}})),
        "file": (case.ask, *(("/attachments", {"files": {"file": (name, b"text", "text/plain")}}) for name in ("a.txt", "b.txt"))),
        "bytes": (case.ask, *(("/attachments", {"files": {"file": ("a.txt", data, "text/plain")}}) for data in (b"one", b"two"))),
        "case": (two.first.ask, ("/cases", {"json": body}), ("/cases", {"json": {**body, "description": "another"}})),
        "field": (two.first.ask, *(("/case-fields", {"json": {"name": f"f{key['Idempotency-Key'][:8]}_{n}", "type": "TEXT"}}) for n in "ab")),
    }[what]
    made = ask("POST", first[0], headers=key, **first[1])
    again = ask("POST", first[0], headers=key, **first[1])
    assert (made.status_code, again.status_code, again.text) == (201, 201, made.text), (made.text, again.text)
    assert made.headers.get("Location") == again.headers.get("Location")
    refused = ask("POST", second[0], headers=key, **second[1])
    assert detail(refused) == (422, "This Idempotency-Key was used for another request")
    assert json.loads(ask("POST", second[0], headers={"Idempotency-Key": uuid.uuid4().hex}, **second[1]).text) != {}
