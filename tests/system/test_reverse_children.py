"""What hangs on cases of ThreatConnect clients that lie in Tracecat: every kind is made, read, listed, changed and removed; what Tracecat
has a place for is there for its analysts, and what they make is there for ThreatConnect clients."""
import base64
import hashlib
import random

import pytest
from conftest import Stack
from reverse_support import ANA, BOTH, KEY, LOGIN, OTHER, WRITER, PerThread, Reverse, bridge_part, side_by_side
from support import unique

PER_CASE = 2**31
KINDS = {
    "notes": lambda: {"text": unique("note")},
    "tasks": lambda: {"name": unique("task")},
    "artifacts": lambda: {"summary": unique("host"), "type": "Host"},
    "workflowEvents": lambda: {"summary": unique("event")},
}
LISTS = sorted(KINDS)
# What the store is: an analyst's login, an API key, both, and a Tracecat without its case add-ons.
SITES = {"login": (LOGIN, ()), "key": (KEY, ()), "both": (BOTH, ()), "no add-ons": (LOGIN, ("--no-addons",))}


def built(name, **changes):
    made = Stack()
    credential, sandbox = SITES[name]
    site = Reverse(made, credentials={"main": credential}, sandbox=sandbox, threads=2, **changes)
    site.stack, site.name = made, name
    return site


@pytest.fixture(scope="module", params=SITES)
def site(request):
    made = built(request.param)
    try:
        yield made
    finally:
        made.stack.stop()


@pytest.fixture(scope="module")
def one():
    made = built("login")
    try:
        yield made
    finally:
        made.stack.stop()


def b64(data):
    return base64.b64encode(data).decode()


def every(client, kind, tql=None, fields=("_all_",), **params):
    asked = [("fields", f) for f in fields] + [("resultLimit", "10000")] + [(k, str(v)) for k, v in params.items()]
    if tql is not None:
        asked.append(("tql", tql))
    page = client.whole("GET", f"/{kind}", params=asked)
    assert "next" not in page and page["count"] == len(page["data"])
    return page["data"]


def ids(documents):
    return sorted(d["id"] for d in documents)


def get(client, kind, number):
    return client.done("GET", f"/{kind}/{number}", params=[("fields", "_all_")])


def make(client, kind, **members):
    return client.done("POST", f"/{kind}", json={**KINDS[kind](), **members}, params=[("fields", "_all_")])


def comments(site, case):
    return site.native.ask("GET", f"/cases/{site.native.named(case)}/comments").json()


def tasks(site, case):
    return site.native.ask("GET", f"/cases/{site.native.named(case)}/tasks").json()


def attachments(site, case):
    return site.native.ask("GET", f"/cases/{site.native.named(case)}/attachments").json()


# Every kind

@pytest.mark.parametrize("kind", LISTS)
def test_a_child_is_made_read_listed_changed_and_gone(site, kind):
    client = site.client()
    case = client.create()["id"]
    body = KINDS[kind]()
    made = make(client, kind, caseId=case, **body)
    assert {k: made[k] for k in body} == body and made["id"] // PER_CASE == case
    assert get(client, kind, made["id"]) == made
    assert made["id"] in ids(every(client, kind, f"caseId = {case}"))
    assert ids(every(client, kind, f"hasCase(id = {case})" if kind != "workflowEvents" else f"caseId = {case}")) == \
        ids(every(client, kind, f"caseId = {case}"))
    assert made["id"] in ids(client.get(case)[kind]["data"])
    text = next(iter(body))
    if kind == "notes" and site.name == "key":
        answer = client.call("PUT", f"/{kind}/{made['id']}", json={text: "changed"})
        assert answer.status_code == 403 and "log in" in answer.json()["message"], answer.text
        assert client.call("DELETE", f"/{kind}/{made['id']}").status_code == 403
        assert get(client, kind, made["id"]) == made
        return
    changed = client.done("PUT", f"/{kind}/{made['id']}", json={text: "changed"}, params=[("fields", "_all_")])
    assert changed[text] == "changed" and get(client, kind, made["id"]) == changed
    if kind == "workflowEvents":
        answer = client.call("DELETE", f"/{kind}/{made['id']}", json={"deletedReason": "dup"})
        assert answer.status_code == 200, answer.text
        gone = get(client, kind, made["id"])
        assert (gone["deleted"], gone["deletedReason"]) == (True, "dup")
        return
    assert client.call("DELETE", f"/{kind}/{made['id']}").status_code == 200
    assert client.call("GET", f"/{kind}/{made['id']}").status_code == 404
    assert client.call("DELETE", f"/{kind}/{made['id']}").status_code == 404
    assert made["id"] not in ids(every(client, kind, f"caseId = {case}"))


def test_a_new_case_has_exactly_one_event_which_nobody_writes_and_notes_may_hang_on(site):
    client = site.client()
    case = client.create()
    (event,) = every(client, "workflowEvents", f"caseId = {case['id']}")
    assert (event["summary"], event["systemGenerated"], event["eventDate"]) == ("Case created", True, case["dateAdded"])
    assert event["link"].endswith(f"/api/v3/cases/{case['id']}") and event["user"]["userName"] == WRITER
    assert "deleted" not in event
    for method, body in (("PUT", {"summary": "mine"}), ("DELETE", {"deletedReason": "why"})):
        answer = client.call(method, f"/workflowEvents/{event['id']}", json=body)
        assert answer.status_code == 400 and "system-generated" in answer.json()["message"], answer.text
    note = make(client, "notes", workflowEventId=event["id"], text="about the beginning")
    assert note["workflowEventId"] == event["id"] and "caseId" not in client.done("GET", f"/notes/{note['id']}")
    whole = get(client, "workflowEvents", event["id"])
    assert ids(whole["notes"]["data"]) == [note["id"]]
    assert every(client, "workflowEvents", f"caseId = {case['id']} AND deleted = False") == [whole]


# Notes and comments

def test_a_note_is_a_comment_and_a_comment_is_a_note(one):
    client = one.client(who=OTHER)
    case = client.create()["id"]
    mine = make(client, "notes", caseId=case, text="from ThreatConnect")
    assert (mine["author"], mine["summary"], mine["edited"], mine["caseId"]) == (OTHER, "from ThreatConnect", False, case)
    assert [c["content"] for c in comments(one, case)] == ["from ThreatConnect"]
    native = one.native.named(case)
    done = one.native.ask("POST", f"/cases/{native}/comments", json={"content": "from Tracecat"})
    assert done.status_code == 201
    both = every(client, "notes", f"caseId = {case}")
    assert [(n["text"], n["author"]) for n in both] == [("from ThreatConnect", OTHER), ("from Tracecat", "ana@tests.example")]
    answer = client.call("PUT", f"/notes/{both[1]['id']}", json={"text": "not mine"})
    assert answer.status_code == 403 and "author" in answer.json()["message"], answer.text
    parent = next(c for c in comments(one, case) if c["content"] == "from Tracecat")
    assert one.native.ask("POST", f"/cases/{native}/comments", json={"content": "a reply", "parent_id": parent["id"]}).status_code == 201
    assert [n["text"] for n in every(client, "notes", f"caseId = {case}")] == ["from ThreatConnect", "from Tracecat", "a reply"]
    assert one.native.ask("DELETE", f"/cases/{native}/comments/{parent['id']}").status_code == 204
    assert [n["text"] for n in every(client, "notes", f"caseId = {case}")] == ["from ThreatConnect", "a reply"]
    assert client.call("GET", f"/notes/{both[1]['id']}").status_code == 404


@pytest.mark.parametrize("text", [" padded \n", "x" * 25000, "y" * 25001, "é\U0001F600" * 20000, "z" * 65500, "\u00a0", "  "],
                         ids=["padded", "25000", "25001", "astral", "65500", "blank", "spaces"])
def test_a_note_is_read_as_it_was_written_whatever_a_comment_holds(one, text):
    client = one.client()
    case = client.create()["id"]
    text = text[:65500]
    note = make(client, "notes", caseId=case, text=text)
    assert note["text"] == text and get(client, "notes", note["id"])["text"] == text
    assert 0 < len(note["summary"]) <= 100 and text.startswith(note["summary"])
    if text.strip():
        assert len(comments(one, case)[0]["content"]) <= 25000
    changed = client.done("PUT", f"/notes/{note['id']}", json={"text": "short"})
    assert (changed["text"], changed["edited"]) == ("short", True)
    again = client.done("PUT", f"/notes/{note['id']}", json={"text": text})
    assert again["text"] == text


def test_notes_hang_on_tasks_artifacts_and_events_and_are_none_of_the_cases_own(site):
    client = site.client()
    case = client.create()["id"]
    parents = {"taskId": make(client, "tasks", caseId=case)["id"], "artifactId": make(client, "artifacts", caseId=case)["id"],
               "workflowEventId": make(client, "workflowEvents", caseId=case)["id"]}
    notes = {name: make(client, "notes", **{name: number}, text=f"about {name}") for name, number in parents.items()}
    own = make(client, "notes", caseId=case, text="about the case")
    assert ids(client.get(case)["notes"]["data"]) == [own["id"]]
    assert ids(every(client, "notes", f"caseId = {case}")) == sorted([own["id"], *(n["id"] for n in notes.values())])
    assert not any(n["edited"] for n in [own, *notes.values()])
    for name, kind in (("taskId", "tasks"), ("artifactId", "artifacts"), ("workflowEventId", "workflowEvents")):
        assert notes[name][name] == parents[name]
        assert ids(get(client, kind, parents[name])["notes"]["data"]) == [notes[name]["id"]]
        assert ids(every(client, "notes", f"{name} = {parents[name]}")) == [notes[name]["id"]]
    assert ids(every(client, "notes", f"hasTask(id = {parents['taskId']})")) == [notes["taskId"]["id"]]
    assert ids(every(client, "notes", f"hasArtifact(id = {parents['artifactId']})")) == [notes["artifactId"]["id"]]
    assert ids(every(client, "tasks", f'caseId = {case} AND hasNote(data CONTAINS "taskId")')) == [parents["taskId"]]
    assert ids(every(client, "artifacts", f"noteId = {notes['artifactId']['id']}")) == [parents["artifactId"]]
    # What hangs on something goes with it.
    assert client.call("DELETE", f"/tasks/{parents['taskId']}").status_code == 200
    assert client.call("GET", f"/notes/{notes['taskId']['id']}").status_code == 404


@pytest.mark.parametrize("members, status", [
    ({"caseId": 987654}, 404), ({"caseXid": "nobody has this one"}, 404), ({"taskId": 987654 * PER_CASE + 7}, 404),
    ({"artifactId": 5}, 404), ({}, 400),
])
def test_a_child_of_nothing_is_refused(one, members, status):
    answer = one.client().call("POST", "/notes", json={"text": "t", **members})
    assert answer.status_code == status and answer.json()["status"] == "Error", answer.text


def test_parents_that_contradict_each_other_are_refused(one):
    client = one.client()
    a, b = client.create(xid=unique("case xid"))["id"], client.create()["id"]
    task = make(client, "tasks", caseId=a, xid=unique("task xid"))
    for members in ({"caseId": b, "taskId": task["id"]}, {"taskXid": task["xid"], "taskId": task["id"] + 1}):
        assert client.call("POST", "/notes", json={"text": "t", **members}).status_code == 400
    note = make(client, "notes", caseId=a, taskId=task["id"], taskXid=task["xid"], text="all agree")
    assert note["taskId"] == task["id"]


# Tasks

def test_a_task_keeps_everything_and_an_analyst_sees_it(site):
    client = site.client()
    case = client.create()["id"]
    body = {"name": "Call the user", "description": "d" * 1500, "dueDate": "2026-01-02T03:04:05Z", "durationType": "Days", "required": True,
            "workflowPhase": 0, "workflowStep": 7, "xid": unique("task xid"), "status": "Open",
            "assignee": {"type": "User", "data": {"userName": "ana@tests.example"}}}
    task = make(client, "tasks", caseId=case, **body)
    assert {k: task[k] for k in body if k != "assignee"} == {k: v for k, v in body.items() if k != "assignee"}
    assert task["assignee"]["data"]["userName"] == "ana@tests.example" and task["owner"] == "Demo Organization"
    assert get(client, "tasks", task["xid"]) == task
    if site.name != "no add-ons":
        (native,) = tasks(site, case)
        assert (native["title"], native["status"], native["assignee"]["id"], len(native["description"])) == ("Call the user", "todo", ANA, 1000)
    closed = client.done("PUT", f"/tasks/{task['id']}", json={"status": "Closed"})
    assert closed["status"] == "Closed" and closed["completedBy"] == WRITER and closed["completedDate"]
    again = client.done("PUT", f"/tasks/{task['id']}", json={"status": "Reopened"})
    assert again["status"] == "Reopened" and "completedDate" not in again and "completedBy" not in again
    assert client.call("POST", "/tasks", json={"caseId": case, "name": "t", "xid": task["xid"]}).status_code == 409


def test_tasks_have_defaults_and_wait_for_each_other(site):
    client = site.client()
    case = client.create()["id"]
    first = make(client, "tasks", caseId=case, name="first")
    assert (first["workflowPhase"], first["workflowStep"], first["required"], first["status"]) == (0, 1, False, "Open")
    assert first["xid"]
    second = make(client, "tasks", caseId=case, name="second", dependentOnId=first["id"])
    assert (second["dependentOnId"], second["status"]) == (first["id"], "Pending")
    other = make(client, "tasks", caseId=client.create()["id"])
    answer = client.call("POST", "/tasks", json={"caseId": case, "name": "third", "dependentOnId": other["id"]})
    assert answer.status_code == 400, answer.text


def test_a_task_is_unassigned_for_both_sides(site):
    client = site.client()
    case = client.create()["id"]
    task = make(client, "tasks", caseId=case, assignee={"type": "User", "data": {"userName": "ana@tests.example"}}, notes={"data": [{"text": "n"}]})
    second = make(client, "tasks", caseId=case)
    changed = client.done("PUT", f"/tasks/{task['id']}", json={"assignee": {"type": "None"}})
    assert "assignee" not in changed and "assignee" not in get(client, "tasks", task["id"])
    if site.name != "no add-ons":
        assert [t["assignee"] for t in tasks(site, case)] == [None, None]
    # For clients it is the same task in the same place.
    assert changed["xid"] == task["xid"] and get(client, "tasks", task["xid"])["id"] == task["id"]
    assert [t["id"] for t in every(client, "tasks", f"caseId = {case}")] == [task["id"], second["id"]]
    assert len(get(client, "tasks", task["id"])["notes"]["data"]) == 1
    group = client.done("PUT", f"/tasks/{task['id']}", json={"assignee": {"type": "Group", "data": {"name": "Tier 1"}}})
    assert (group["assignee"]["data"]["name"], group["xid"]) == ("Tier 1", task["xid"])


def test_a_task_of_an_analyst_is_one_for_clients(one):
    client = one.client()
    case = client.create()["id"]
    native = one.native.named(case)
    done = one.native.ask("POST", f"/cases/{native}/tasks", json={"title": "native", "status": "blocked", "priority": "high", "assignee_id": ANA})
    assert done.status_code == 201
    (task,) = every(client, "tasks", f"caseId = {case}")
    assert (task["name"], task["status"], task["assignee"]["data"]["userName"]) == ("native", "Pending", "ana@tests.example")
    assert get(client, "tasks", task["id"]) == task and task["xid"] == done.json()["id"]
    assert get(client, "tasks", task["xid"]) == task
    client.done("PUT", f"/tasks/{task['id']}", json={"required": True, "status": "Open"})
    (after,) = tasks(one, case)
    assert (after["id"], after["priority"], after["status"]) == (done.json()["id"], "high", "todo")
    assert get(client, "tasks", task["id"])["required"] is True


# Artifacts and files

def test_artifacts_that_are_no_files_follow_their_type(site):
    client = site.client()
    case = client.create()["id"]
    made = make(client, "artifacts", caseId=case, summary="bad.example", type="Host", source="EDR", fieldName="f", derivedLink=False)
    assert (made["intelType"], made["source"], made["fieldName"], made["derivedLink"]) == ("indicator-Host", "EDR", "f", False)
    assert made["hashCode"] and made["artifactType"]["name"] == "Host" and made["parentCase"]["id"] == case
    twin = make(client, "artifacts", caseId=case, summary="bad.example", type="Host")
    assert twin["id"] != made["id"] and twin["derivedLink"] is True
    assert make(client, "artifacts", caseId=case, hashCode="given")["hashCode"] == "given"
    for body in ({"type": "No Such Type"}, {"type": "Host", "fileData": b64(b"x")}):
        assert client.call("POST", "/artifacts", json={"caseId": case, "summary": "s", **body}).status_code == 400
    assert attachments(site, case) == []


FILES = {"a text": b"plain text\n", "a picture": base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="), "nothing": b"", "one byte": b"\x00",
         "any bytes": bytes(range(256)) * 40}


@pytest.mark.parametrize("name", FILES)
def test_a_file_comes_back_byte_for_byte(site, name):
    client, data = site.client(), FILES[name]
    case = client.create()["id"]
    suffix = {"a picture": ".png"}.get(name, ".txt")
    made = make(client, "artifacts", caseId=case, summary=f"file{suffix}", type="Log File", fileData=b64(data))
    assert made["fileData"] == b64(data) and made["hashCode"] == hashlib.sha256(data).hexdigest() and "intelType" not in made
    read = get(client, "artifacts", made["id"])
    assert base64.b64decode(read["fileData"]) == data
    assert "fileData" not in client.done("GET", f"/artifacts/{made['id']}")
    whole = client.done("GET", f"/cases/{case}", params=[("fields", "artifacts"), ("fields", "artifacts.fileData")])
    assert [a["fileData"] for a in whole["artifacts"]["data"]] == [b64(data)]
    other = data + b" and more"
    changed = client.done("PUT", f"/artifacts/{made['id']}", json={"fileData": b64(other), "summary": "renamed.txt"}, params=[("fields", "_all_")])
    assert (changed["id"], changed["fileData"], changed["summary"]) == (made["id"], b64(other), "renamed.txt")
    assert [a["id"] for a in every(client, "artifacts", f"caseId = {case}")] == [made["id"]]
    assert client.call("DELETE", f"/artifacts/{made['id']}").status_code == 200
    assert every(client, "artifacts", f"caseId = {case}") == [] and attachments(site, case) == []


def test_the_same_bytes_are_artifacts_of_several_cases_and_go_one_at_a_time(site):
    client, data = site.client(), unique("bytes").encode()
    a, b = client.create()["id"], client.create()["id"]
    files = [make(client, "artifacts", caseId=c, summary=f"f{n}.txt", type="Log File", fileData=b64(data)) for n, c in enumerate([a, a, b])]
    assert len({f["id"] for f in files}) == 3 and [f["summary"] for f in files] == ["f0.txt", "f1.txt", "f2.txt"]
    assert len(attachments(site, a)) == 1 and len(attachments(site, b)) == 1
    left = list(files)
    for gone in files:
        assert client.call("DELETE", f"/artifacts/{gone['id']}").status_code == 200
        left.remove(gone)
        for each in left:
            assert get(client, "artifacts", each["id"])["fileData"] == b64(data)
        assert ids(every(client, "artifacts", f"caseId IN ({a}, {b})")) == ids(left)
    assert attachments(site, a) == [] and attachments(site, b) == []


def test_an_attachment_of_an_analyst_is_an_artifact_and_its_bytes_stay_where_another_case_has_them(one):
    client, data = one.client(), unique("native bytes").encode()
    case, other = client.create()["id"], client.create()["id"]
    native = one.native.named(other)
    done = one.native.ask("POST", f"/cases/{native}/attachments", files={"file": ("theirs.txt", data, "text/plain")})
    assert done.status_code == 201
    mine = make(client, "artifacts", caseId=case, summary="mine.txt", type="Log File", fileData=b64(data))
    (theirs,) = every(client, "artifacts", f"caseId = {other}")
    assert (theirs["summary"], theirs["fileData"]) == ("theirs.txt", b64(data))
    assert client.call("DELETE", f"/artifacts/{mine['id']}").status_code == 200
    assert every(client, "artifacts", f"caseId = {case}") == []
    assert get(client, "artifacts", theirs["id"])["fileData"] == b64(data)
    assert client.done("PUT", f"/artifacts/{theirs['id']}", json={"source": "analyst"})["source"] == "analyst"
    assert client.call("DELETE", f"/artifacts/{theirs['id']}").status_code == 200
    assert attachments(one, other) == []


def test_bytes_that_an_analyst_has_attached_to_the_case_become_an_artifact_beside_hers(one):
    client, data = one.client(), unique("shared bytes").encode()
    case = client.create()["id"]
    native = one.native.named(case)
    assert one.native.ask("POST", f"/cases/{native}/attachments", files={"file": ("hers.txt", data, "text/plain")}).status_code == 201
    (hers,) = every(client, "artifacts", f"caseId = {case}")
    mine = make(client, "artifacts", caseId=case, summary="mine.txt", type="Event File", fileData=b64(data))
    assert [(a["id"], a["summary"], a["type"]) for a in every(client, "artifacts", f"caseId = {case}", sorting="summary asc")] == \
        [(hers["id"], "hers.txt", "Log File"), (mine["id"], "mine.txt", "Event File")]
    assert client.call("DELETE", f"/artifacts/{mine['id']}").status_code == 200
    assert get(client, "artifacts", hers["id"])["fileData"] == b64(data)
    # And where the bytes of another artifact become those that are there.
    other = make(client, "artifacts", caseId=case, summary="other.txt", type="Log File", fileData=b64(b"first"))
    client.done("PUT", f"/artifacts/{other['id']}", json={"fileData": b64(data)})
    assert {a["id"]: a["fileData"] for a in every(client, "artifacts", f"caseId = {case}")} == {hers["id"]: b64(data), other["id"]: b64(data)}
    assert client.call("DELETE", f"/artifacts/{hers['id']}").status_code == 200
    assert get(client, "artifacts", other["id"])["fileData"] == b64(data)
    assert client.call("DELETE", f"/artifacts/{other['id']}").status_code == 200
    assert attachments(one, case) == [] and every(client, "artifacts", f"caseId = {case}") == []


def test_a_file_that_tracecat_does_not_take_is_kept_or_refused_by_its_size(one):
    client = one.client()
    case = client.create()["id"]
    small = make(client, "artifacts", caseId=case, summary="tool.exe", type="Event File", fileData=b64(b"MZ" + b"\0" * 1000))
    assert get(client, "artifacts", small["id"])["fileData"] == b64(b"MZ" + b"\0" * 1000) and attachments(one, case) == []
    answer = client.call("POST", "/artifacts", json={"caseId": case, "summary": "big.exe", "type": "Event File",
                                                     "fileData": b64(b"MZ" + b"\0" * 300_000)})
    assert answer.status_code == 400 and "carry_files_up_to" in answer.json()["message"], answer.text
    assert ids(every(client, "artifacts", f"caseId = {case}")) == [small["id"]]


# Numbers, keys, faults

def test_numbers_are_never_given_out_again(one):
    client = one.client()
    case, seen = client.create()["id"], set()
    for _ in range(5):
        for kind in LISTS:
            made = make(client, kind, caseId=case)
            assert (kind, made["id"]) not in seen
            seen.add((kind, made["id"]))
            client.call("DELETE", f"/{kind}/{made['id']}", json={"deletedReason": "r"})
    state, _ = bridge_part(one.native.payload(one.native.named(case)))
    kept = [e for name in LISTS for e in state["s"].get(name, [])]
    assert all(set(e) == {"n"} or "deleted" in e["s"] for e in kept)


@pytest.mark.parametrize("kind", LISTS)
def test_an_idempotency_key_makes_one_object_however_often_it_is_sent(site, kind):
    client = site.client()
    case, key = client.create()["id"], unique("key")
    body = {"caseId": case, **KINDS[kind]()}
    answers = [client.call("POST", f"/{kind}", json=body, headers={"Idempotency-Key": key}) for _ in range(3)]
    assert {a.status_code for a in answers} == {201} and len({a.json()["data"]["id"] for a in answers}) == 1
    other = client.call("POST", f"/{kind}", json=body, headers={"Idempotency-Key": key + "2"}).json()["data"]["id"]
    assert other != answers[0].json()["data"]["id"]
    theirs = site.client(who=OTHER).call("POST", f"/{kind}", json=body, headers={"Idempotency-Key": key}).json()["data"]["id"]
    assert theirs not in (other, answers[0].json()["data"]["id"])


def test_writers_of_one_case_lose_nothing_that_hangs_on_it(site):
    writers = {who: PerThread(lambda who=who: site.client(who=who)) for who in (WRITER, OTHER)}
    case = site.client().create()["id"]
    dice = random.Random(7)
    jobs = [kind for kind in LISTS for _ in range(8)]
    dice.shuffle(jobs)
    made = side_by_side(lambda kind: (kind, make(writers[dice.choice([WRITER, OTHER])](), kind, caseId=case)["id"]), jobs)
    client = site.client()
    for kind in LISTS:
        mine = sorted(number for k, number in made if k == kind)
        there = [e["id"] for e in every(client, kind, f"caseId = {case}") if not e.get("systemGenerated")]
        assert len(set(mine)) == 8 and sorted(there) == mine, kind
