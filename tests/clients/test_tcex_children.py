"""What the vendor's client does with notes, tasks, artifacts and events (fact sheet §10.2 to §10.6), in front of our
ThreatConnect sandbox and of the façade: the same steps, the same answers."""

import datetime

import pytest
from children import SYSTEM_EVENT, fresh, of_facade, of_sandbox
from tcex.api.tc.v3.tql.tql_operator import TqlOperator as op


@pytest.fixture(scope="module", params=["sandbox", "facade"])
def place(request):
    if request.param == "sandbox":
        return of_sandbox(request.getfixturevalue("sandbox"))
    return of_facade(request.getfixturevalue("bridge"))


@pytest.fixture
def tc(place):
    return place.v3


@pytest.fixture
def number(place):
    with place.case() as made:
        yield made


def gone(make, identity):
    with pytest.raises(RuntimeError) as refused:
        make(id=identity).get()
    return "404" in str(refused.value) or "0x1004" in str(refused.value)


# Notes, §4.3


def test_a_note_of_a_case(place, tc, number):
    text = "é" * 120 + " end"
    made = tc.note(case_id=number, text=text)
    made.create()
    assert place.sent() == ("/v3/notes", {"caseId": number, "text": text})
    note = fresh(tc.note, made.model.id)
    assert (note.text, note.summary, note.author, note.edited) == (text, "é" * 100, place.caller, False)
    assert note.case_id == number and note.case_xid and note.last_modified == note.date_added
    made.model.text = "new"
    made.update()
    changed = fresh(tc.note, made.model.id)
    assert (changed.text, changed.summary, changed.edited, changed.date_added) == ("new", "new", True, note.date_added)
    assert [n.model.text for n in tc.case(id=number).notes] == ["new"]
    made.delete()
    assert gone(tc.note, changed.id) and list(tc.case(id=number).notes) == []


@pytest.mark.parametrize("parent", ["caseXid", "taskId", "taskXid", "artifactId", "workflowEventId"])
def test_a_note_of_something_else(place, tc, number, parent):
    task = place.data("POST", "/v3/tasks", json={"caseId": number, "name": "T", "xid": f"task-of-{number}-{parent}"})
    ids = {
        "caseXid": place.data("GET", f"/v3/cases/{number}")["xid"], "taskId": task["id"], "taskXid": task["xid"],
        "artifactId": place.data("POST", "/v3/artifacts", json={"caseId": number, "summary": "s", "type": "Host"})["id"],
        "workflowEventId": place.data("POST", "/v3/workflowEvents", json={"caseId": number, "summary": "s"})["id"],
    }
    note = place.data("POST", "/v3/notes", json={parent: ids[parent], "text": "beside"})
    assert place.data("GET", f"/v3/notes/{note['id']}") == note
    shown = {"caseXid": {"caseId", "caseXid"}, "taskXid": {"taskId"}}.get(parent, {parent})
    assert shown == set(note) & {"caseId", "caseXid", "taskId", "artifactId", "workflowEventId"}
    with_all = place.data("GET", f"/v3/notes/{note['id']}?fields=parentCase&fields=task&fields=artifact&fields=workflowEvent")
    assert with_all["parentCase"]["id"] == number
    there = {"taskId": "task", "taskXid": "task", "artifactId": "artifact", "workflowEventId": "workflowEvent"}.get(parent)
    assert there is None or with_all[there]["id"] == ids["taskId" if parent == "taskXid" else parent]
    assert {"task", "artifact", "workflowEvent"} & set(with_all) == ({there} if there else set())
    own = [n["id"] for n in place.data("GET", f"/v3/cases/{number}?fields=notes")["notes"].get("data", [])]
    assert own == ([note["id"]] if parent == "caseXid" else [])
    if there:
        path = {"task": "tasks", "artifact": "artifacts", "workflowEvent": "workflowEvents"}[there]
        held = place.data("GET", f"/v3/{path}/{with_all[there]['id']}?fields=notes")["notes"]["data"]
        assert [n["id"] for n in held] == [note["id"]]
    # A second one there, then both are gone with the first's removal counted.
    place.data("POST", "/v3/notes", json={parent: ids[parent], "text": "second"})
    assert place.ask("DELETE", f"/v3/notes/{note['id']}").status_code == 200
    assert len(place.ids("notes", f"caseId = {number}")) == 1


def test_parents_that_are_missing_or_differ_are_refused(place, number):
    with place.case() as other:
        task = place.data("POST", "/v3/tasks", json={"caseId": other, "name": "T"})["id"]
        place.refused("POST", "/v3/notes", 400, "0x2003", json={"text": "t"})
        place.refused("POST", "/v3/notes", 404, "0x1004", json={"text": "t", "caseId": 424242})
        place.refused("POST", "/v3/notes", 404, "0x1004", json={"text": "t", "taskId": 424242})
        place.refused("POST", "/v3/notes", 404, "0x1004", json={"text": "t", "caseXid": "no such xid at all"})
        assert place.ask("POST", "/v3/notes", json={"text": "t", "caseId": number, "taskId": task}).status_code == 400
        assert place.ids("notes", f"caseId IN ({number},{other})") == []


def test_a_note_of_the_greatest_length(place, number):
    text = "n" * 65_499 + "é"
    made = place.data("POST", "/v3/notes", json={"caseId": number, "text": text})
    assert place.data("GET", f"/v3/notes/{made['id']}")["text"] == text
    assert "65500" in place.refused("POST", "/v3/notes", 400, "0x2005", json={"caseId": number, "text": text + "x"})


# Tasks, §4.2


def test_a_task_with_everything(place, tc, number):
    made = tc.task(
        case_id=number, name="Call", description="d", due_date="2030-01-02T03:04:05+00:00", duration_type="Days", required=True,
        status="Open", workflow_phase=1, workflow_step=2, xid=f"task-xid-{number}-1")
    made.stage_note({"text": "of the task"})
    made.stage_artifact({"summary": "bad.example", "type": "Host"})
    made.stage_assignee(type="User", data={"id": place.other_user})
    made.create(params={"fields": ["notes", "artifacts"]})
    task = fresh(tc.task, made.model.id, "_all_")
    assert (task.name, task.description, task.required, task.status) == ("Call", "d", True, "Open")
    assert (task.workflow_phase, task.workflow_step, task.duration_type, task.xid) == (1, 2, "Days", f"task-xid-{number}-1")
    assert task.due_date == datetime.datetime(2030, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
    assert (task.assignee.type, task.assignee.data.id) == ("User", place.other_user)
    assert [n.text for n in task.notes.data] == ["of the task"] and [a.summary for a in task.artifacts.data] == ["bad.example"]
    assert (task.case_id, task.parent_case.id, task.owner) == (number, number, "Demo Organization")
    one = tc.task(id=task.id)
    assert [n.model.text for n in one.notes] == ["of the task"] and [a.model.summary for a in one.artifacts] == ["bad.example"]
    by_xid = tc.task(xid=task.xid)
    by_xid.get()
    assert by_xid.model.id == task.id
    plain = place.data("GET", f"/v3/tasks/{task.id}")
    assert not {"caseId", "caseXid", "notes", "artifacts", "parentCase", "completedDate", "completedBy"} & set(plain)


def test_a_task_without_anything_has_its_defaults(place, tc, number):
    """Trap 37."""
    made = tc.task(case_id=number, name="T")
    made.create()
    task = place.data("GET", f"/v3/tasks/{made.model.id}")
    assert (task["workflowPhase"], task["workflowStep"], task["required"], task["status"]) == (0, 1, False, "Open")
    assert "assignee" not in task and "description" not in task and len(task["xid"]) >= 10


def test_closing_and_reopening_a_task(place, tc, number):
    made = tc.task(case_id=number, name="T")
    made.create()
    closing = tc.task(id=made.model.id)
    closing.get()
    closing.model.status = "Closed"
    closing.update()
    closed = fresh(tc.task, made.model.id)
    assert closed.status == "Closed" and closed.completed_by == place.caller and closed.completed_date is not None
    place.data("PUT", f"/v3/tasks/{made.model.id}", json={"status": "Reopened"})
    again = place.data("GET", f"/v3/tasks/{made.model.id}")
    assert again["status"] == "Reopened" and not {"completedBy", "completedDate"} & set(again)
    place.data("PUT", f"/v3/tasks/{made.model.id}", json={"status": "Closed"})
    assert place.data("GET", f"/v3/tasks/{made.model.id}")["completedBy"] == place.caller


def test_a_dependent_task_begins_pending(place, tc, number):
    first = tc.task(case_id=number, name="first")
    first.create()
    second = tc.task(case_id=number, name="second", dependent_on_id=first.model.id)
    second.create()
    read = fresh(tc.task, second.model.id)
    assert (read.status, read.dependent_on_id) == ("Pending", first.model.id)
    assert place.ask("POST", "/v3/tasks", json={"caseId": number, "name": "t", "dependentOnId": 424242}).status_code in (400, 404)


def test_a_task_is_updated_by_what_the_client_knows_of_it(place, tc, number):
    made = tc.task(case_id=number, name="old", description="d", workflow_phase=3, workflow_step=4, required=True)
    made.create()
    read = tc.task(id=made.model.id)
    read.get(params={"fields": ["_all_"]})
    read.model.name = "new"
    read.update()
    _, sent = place.sent()
    assert {"name", "status", "required", "description"} <= set(sent) and "workflowPhase" not in sent
    after = fresh(tc.task, made.model.id)
    assert (after.name, after.description, after.workflow_phase, after.workflow_step, after.required) == ("new", "d", 3, 4, True)
    made.delete()
    assert gone(tc.task, after.id) and list(tc.case(id=number).tasks) == []


def test_a_task_xid_is_unique_until_its_task_is_gone(place, number):
    body = {"caseId": number, "name": "t", "xid": f"unique-task-{number}"}
    first = place.data("POST", "/v3/tasks", json=body)["id"]
    place.refused("POST", "/v3/tasks", 409, "0x1006", json=body)
    assert place.ask("DELETE", f"/v3/tasks/{first}").status_code == 200
    assert place.data("POST", "/v3/tasks", json=body)["id"] != first


# Artifacts, §4.4


@pytest.mark.parametrize("kind, summary, intel", [
    ("Email Address", "a@bad.example", "indicator-EmailAddress"), ("Host", "bad.example", "indicator-Host"),
    ("URL", "https://bad.example/x", "indicator-URL"), ("IP Address", "198.51.100.7", "indicator-Address"),
    ("ASN", "ASN123", "indicator-ASN"), ("File Hash", "d41d8cd98f00b204e9800998ecf8427e", "indicator-File"),
    ("Process Name", "cmd.exe", None), ("Phone Number", "+1 555 0100", None),
])
def test_an_artifact_takes_after_its_type(place, tc, number, kind, summary, intel):
    made = tc.artifact(case_id=number, summary=summary, type=kind, source="src", derived_link=False)
    made.create()
    read = fresh(tc.artifact, made.model.id, "_all_")
    assert (read.summary, read.type, read.source, read.derived_link, read.intel_type) == (summary, kind, "src", False, intel)
    assert read.hash_code and read.case_id == number and read.parent_case.id == number and read.artifact_type.name == kind
    assert read.file_data is None and (read.task is None or read.task.id is None)
    made.model.summary = summary + "x"
    made.update()
    assert fresh(tc.artifact, made.model.id).summary == summary + "x"
    made.delete()
    assert gone(tc.artifact, read.id)


def test_an_artifact_of_a_task_with_notes(place, tc, number):
    task = place.data("POST", "/v3/tasks", json={"caseId": number, "name": "T"})
    made = tc.artifact(task_id=task["id"], task_xid=task["xid"], summary="bad.example", type="Host")
    made.stage_note({"text": "one"})
    made.create()
    made.stage_note({"text": "two"})
    made.update()
    read = fresh(tc.artifact, made.model.id, "_all_")
    assert (read.task.id, read.task_id, read.task_xid, read.case_id) == (task["id"], task["id"], task["xid"], number)
    assert sorted(n.text for n in read.notes.data) == ["one", "two"]
    assert sorted(n.model.text for n in tc.artifact(id=read.id).notes) == ["one", "two"]
    assert [a.model.id for a in tc.task(id=task["id"]).artifacts] == [a.model.id for a in tc.case(id=number).artifacts] == [read.id]
    assert list(tc.artifact(id=read.id).associated_groups) == [] == list(tc.artifact(id=read.id).associated_indicators)
    assert place.ask("DELETE", f"/v3/tasks/{task['id']}").status_code == 200
    assert gone(tc.artifact, read.id) and place.ids("notes", f"caseId = {number}") == []


def test_two_artifacts_that_are_alike_are_two(place, number):
    """Trap 36."""
    body = {"caseId": number, "summary": "bad.example", "type": "Host"}
    one, two = (place.data("POST", "/v3/artifacts", json=body)["id"] for _ in range(2))
    assert one != two and sorted(place.ids("artifacts", f"caseId = {number}")) == sorted([one, two])
    assert place.ask("DELETE", f"/v3/artifacts/{one}").status_code == 200
    assert place.ids("artifacts", f"caseId = {number}") == [two]


def test_artifacts_that_cannot_be_are_refused(place, number):
    good = {"caseId": number, "summary": "s", "type": "Host"}
    place.refused("POST", "/v3/artifacts", 400, "0x2005", json={**good, "type": "No such type"})
    place.refused("POST", "/v3/artifacts", 400, "0x2005", json={**good, "summary": "x" * 501})
    assert place.ask("POST", "/v3/artifacts", json={**good, "fileData": "QQ=="}).status_code == 400
    place.refused("POST", "/v3/artifacts", 400, "0x2005", json={**good, "type": "Log File", "fileData": "Q"})
    place.refused("POST", "/v3/artifacts", 400, "0x2003", json={"caseId": number, "type": "Host"})
    assert place.ids("artifacts", f"caseId = {number}") == []


# Events, §4.6


def test_events_of_a_case(place, tc, number):
    """Traps 22, 34, 38."""
    made = tc.workflow_event(case_id=number, summary="phoned", event_date="2024-01-01T01:01:01")
    made.create()
    event = fresh(tc.workflow_event, made.model.id, "_all_")
    assert (event.summary, event.system_generated, event.case_id, event.user.user_name) == ("phoned", False, number, place.caller)
    assert event.event_date.isoformat().startswith("2024-01-01T01:01:01")
    plain = place.data("GET", f"/v3/workflowEvents/{event.id}")
    assert not {"deleted", "deletedReason", "link", "caseId", "user"} & set(plain)
    place.data("PUT", f"/v3/workflowEvents/{event.id}", json={"summary": "called back"})
    place.data("PUT", f"/v3/cases/{number}", json={"severity": "High", "status": "Closed"})
    place.data("POST", "/v3/notes", json={"caseId": number, "text": "t"})
    events = tc.workflow_events()
    events.filter.case_id(op.EQ, number)
    assert sorted((e.model.summary, e.model.system_generated) for e in events) == [(SYSTEM_EVENT, True), ("called back", False)]
    made.model.deleted_reason = "dup"
    place.data("DELETE", f"/v3/workflowEvents/{event.id}", data='{"deletedReason":"dup"}')
    after = place.data("GET", f"/v3/workflowEvents/{event.id}")
    assert (after["deleted"], after["deletedReason"], after["summary"]) == (True, "dup", "called back")
    still = tc.workflow_events()
    still.filter.case_id(op.EQ, number)
    still.filter.deleted(op.EQ, False)
    assert [e.model.summary for e in still] == [SYSTEM_EVENT]


def test_the_system_event_is_read_only_and_takes_notes(place, number):
    (system,) = place.ids("workflowEvents", f"caseId = {number} and systemGenerated = true")
    event = place.data("GET", f"/v3/workflowEvents/{system}?fields=user")
    assert event["summary"] == SYSTEM_EVENT and event["user"]["userName"] == place.caller and "deleted" not in event
    assert event["dateAdded"] == event["eventDate"] == place.data("GET", f"/v3/cases/{number}")["dateAdded"]
    assert event["link"].startswith("https://") and event["link"].endswith(f"/api/v3/cases/{number}")
    assert place.ask("PUT", f"/v3/workflowEvents/{system}", json={"summary": "x"}).status_code == 400
    assert place.ask("DELETE", f"/v3/workflowEvents/{system}", json={"deletedReason": "dup"}).status_code == 400
    place.data("PUT", f"/v3/workflowEvents/{system}", json={"notes": {"data": [{"text": "on the timeline"}]}})
    held = place.data("GET", f"/v3/workflowEvents/{system}?fields=notes")
    assert [n["text"] for n in held["notes"]["data"]] == ["on the timeline"]
    assert held["notes"]["data"][0]["workflowEventId"] == system


def test_an_event_is_removed_with_a_reason_only(place, number):
    event = place.data("POST", "/v3/workflowEvents", json={"caseId": number, "summary": "s"})["id"]
    for body in ("{}", ""):
        place.refused("DELETE", f"/v3/workflowEvents/{event}", 400, "0x2003", data=body)
    place.refused("DELETE", f"/v3/workflowEvents/{event}", 400, "0x2005", data='{"deletedReason":"' + "x" * 256 + '"}')
    assert "deleted" not in place.data("GET", f"/v3/workflowEvents/{event}")


# Nested, §6.1


def everything():
    return {
        "tags": {"data": [{"name": "nested tag"}]}, "attributes": {"data": [{"type": "Description", "value": "v", "source": "s"}]},
        "artifacts": {"data": [{"summary": "bad.example", "type": "Host", "notes": {"data": [{"text": "of an artifact"}]}},
                               {"summary": "a.log", "type": "Log File", "fileData": "AAH/"}], "mode": "append"},
        "tasks": {"data": [{"name": "Call", "workflowPhase": 1, "workflowStep": 1, "notes": {"data": [{"text": "of a task"}]},
                            "artifacts": {"data": [{"summary": "198.51.100.7", "type": "IP Address", "notes": {"data": [{"text": "deep"}]}}]}}]},
        "notes": {"data": [{"text": "first note"}, {"text": "second note"}]},
        "workflowEvents": {"data": [{"summary": "Reported by phone", "eventDate": "2025-02-03T09:00:00Z", "notes": {"data": [{"text": "of an event"}]}}]},
    }


def outline(place, number):
    """What hangs on a case, as deep as it goes, without ids and times."""
    case = place.data("GET", f"/v3/cases/{number}", params={"fields": [
        "tags", "attributes", "notes", "artifacts.notes", "artifacts.fileData", "tasks.notes", "tasks.artifacts.notes", "workflowEvents.notes"]})

    def texts(collection, key, *below):
        return sorted((one[key], *(tuple(texts(one.get(b[0], {}), *b[1:])) for b in below)) for one in collection.get("data", []))

    notes = ("notes", "text")
    return {
        "tags": texts(case["tags"], "name"), "attributes": texts(case["attributes"], "value"), "notes": texts(case["notes"], "text"),
        "artifacts": texts(case["artifacts"], "summary", notes), "tasks": texts(case["tasks"], "name", notes, ("artifacts", "summary", notes)),
        "workflowEvents": texts(case["workflowEvents"], "summary", notes),
        "files": sorted(a["fileData"] for a in case["artifacts"]["data"] if "fileData" in a),
    }


EVERYTHING = {
    "tags": [("nested tag",)], "attributes": [("v",)], "notes": [("first note",), ("second note",)],
    "artifacts": [("198.51.100.7", (("deep",),)), ("a.log", ()), ("bad.example", (("of an artifact",),))],
    "tasks": [("Call", (("of a task",),), (("198.51.100.7", (("deep",),)),))],
    "workflowEvents": [(SYSTEM_EVENT, ()), ("Reported by phone", (("of an event",),))], "files": ["AAH/"],
}


def test_a_case_is_made_with_everything_at_once(place):
    with place.case(**everything()) as number:
        assert outline(place, number) == EVERYTHING
        assert len(place.ids("notes", f"hasCase(id = {number})")) == 6
        assert "notes" not in place.data("GET", f"/v3/cases/{number}")


def test_an_update_appends_what_is_nested_and_doubles_it_when_sent_again(place):
    """Trap 11."""
    with place.case() as number:
        for times in (1, 2):
            place.data("PUT", f"/v3/cases/{number}", json={k: v for k, v in everything().items() if k not in ("tags", "attributes")})
            held = outline(place, number)
            assert len(held["notes"]) == len(held["tasks"]) * 2 == 2 * times and len(held["artifacts"]) == 3 * times


def test_staged_children_of_the_client(place, tc):
    made = tc.case(name="With children", severity="High", status="Open")
    made.stage_artifact({"summary": "bad.example", "type": "Host"})
    made.stage_note({"text": "first"})
    made.stage_task({"name": "call"})
    made.stage_user_access({"id": place.caller_id})
    made.create(params={"fields": ["artifacts", "notes", "tasks", "userAccess"]})
    assert made.request.status_code == 201
    model = made.model
    assert model.artifacts.data[0].intel_type == "indicator-Host" and model.notes.data[0].author == place.caller
    assert model.tasks.data[0].workflow_step == 1 and [u.id for u in model.user_access.data] == [place.caller_id]
    held = tc.case(id=model.id)
    held.get(params={"fields": ["_all_"]})
    held.model.severity = "Critical"
    held.update()
    _, sent = place.sent()
    assert not {"notes", "tasks", "artifacts"} & set(sent)
    assert [a.model.summary for a in held.artifacts] == ["bad.example"]
    assert [n.model.text for n in held.notes] == ["first"] and [t.model.name for t in held.tasks] == ["call"]
    assert fresh(tc.case, model.id).severity == "Critical"
    place.drop(model.id)


def test_existing_children_are_changed_by_their_own_endpoint(place, number):
    note = place.data("POST", "/v3/notes", json={"caseId": number, "text": "t"})["id"]
    said = place.refused("PUT", f"/v3/cases/{number}", 400, "0x2005", json={"notes": {"data": [{"id": note, "text": "x"}]}})
    assert "own endpoint" in said
    assert [n["text"] for n in place.data("GET", "/v3/notes", params={"tql": f"caseId = {number}"})] == ["t"]


@pytest.mark.parametrize("wrong", [
    {"notes": {"data": [{"text": "fine"}, {"text": ""}]}}, {"tasks": {"data": [{"name": "t", "artifacts": {"data": [{"summary": "s"}]}}]}},
    {"artifacts": {"data": [{"summary": "s", "type": "Host", "notes": {"data": [{}]}}]}}, {"workflowEvents": {"data": [{"summary": "s" * 256}]}},
    {"artifacts": {"data": [{"summary": "s", "type": "No such type"}]}}, {"associatedCases": {"data": [{"id": 424242}]}},
    {"notes": {"data": [{"text": "t"}] * 1001}},
])
def test_a_wrong_child_anywhere_refuses_the_whole(place, number, wrong):
    before = place.ask("GET", "/v3/cases?resultLimit=1&count=true").json()["count"]
    assert place.ask("POST", "/v3/cases", json={"name": "n", "severity": "Low", "status": "Open", **wrong}).status_code in (400, 404)
    assert place.ask("GET", "/v3/cases?resultLimit=1&count=true").json()["count"] == before
    assert place.ask("PUT", f"/v3/cases/{number}", json={"severity": "High", **wrong}).status_code in (400, 404)
    assert place.data("GET", f"/v3/cases/{number}")["severity"] == "Low" and place.ids("notes", f"caseId = {number}") == []


def test_many_notes_at_once(place):
    with place.case(notes={"data": [{"text": f"note {n}"} for n in range(150)]}) as number:
        assert place.ask("GET", "/v3/notes", params={"tql": f"caseId = {number}", "resultLimit": 1, "count": "true"}).json()["count"] == 150


# Associations, §6.4


def test_associated_cases_by_mode(place, tc, number):
    with place.case(name="second") as second, place.case(name="third") as third:
        def change(mode, *ids):
            one = tc.case(id=number)
            for each in ids:
                one.stage_associated_case({"id": each})
            one.update(mode=mode)
            return sorted(c["id"] for c in place.data("GET", f"/v3/cases/{number}?fields=associatedCases")["associatedCases"].get("data", []))

        assert change("append", second) == [second]
        assert change("append", third) == sorted([second, third])
        assert change("delete", second) == [third]
        assert change("replace", second) == [second]
        assert [c.model.id for c in tc.case(id=number).associated_cases] == [second]
        assert place.ids("cases", f"hasCase(id = {second})") == [number]


def test_access_is_for_those_who_are_named(place, number):
    path = f"/v3/cases/{number}"
    place.data("PUT", path, json={"userAccess": {"data": [{"id": place.caller_id}, {"id": place.other_user}]}})
    assert sorted(u["id"] for u in place.data("GET", path + "?fields=userAccess")["userAccess"]["data"]) == sorted([place.caller_id, place.other_user])
    place.data("PUT", path, json={"userAccess": {"data": [{"userName": place.caller}]}})
    assert [u["userName"] for u in place.data("GET", path + "?fields=userAccess")["userAccess"]["data"]] == [place.caller]
    assert place.ask("PUT", path, json={"userAccess": {"data": [{"id": 424242}]}}).status_code == 400


def test_there_is_no_threat_intelligence(place, tc, number):
    assert list(tc.case(id=number).associated_groups) == list(tc.case(id=number).associated_indicators) == []
    case = place.data("GET", f"/v3/cases/{number}?fields=associatedGroups&fields=associatedIndicators&fields=related")
    assert [case[name].get("data", []) for name in ("associatedGroups", "associatedIndicators", "related")] == [[], [], []]
    assert place.ask("GET", "/v3/groups/1").status_code == place.ask("GET", "/v3/indicators/1").status_code == 404
    assert place.ask("POST", "/v3/groups", json={"name": "g", "type": "Adversary"}).status_code == 405


# Templates, §4.7


def test_a_template_and_a_case_made_from_it(place, tc):
    made = tc.workflow_template(name="By the book", description="d", version=2, config_attribute=[{"attributeTypeId": 1}])
    made.create()
    path, sent = place.sent()
    assert path == "/v3/workflowTemplates" and sent["configAttribute"] == [{"attributeTypeId": 1}]
    template = place.data("GET", f"/v3/workflowTemplates/{made.model.id}")
    assert (template["name"], template["description"], template["version"], template["active"]) == ("By the book", "d", 2, False)
    made.model.name = "By the other book"
    made.update()
    assert place.data("GET", f"/v3/workflowTemplates/{made.model.id}")["name"] == "By the other book"
    with place.case(workflowTemplate={"id": made.model.id}) as number:
        held = place.data("GET", f"/v3/cases/{number}?fields=workflowTemplate")["workflowTemplate"]
        assert held["id"] == made.model.id
        assert place.ids("cases", f"hasWorkflowTemplate = {made.model.id}") == [number]
        found = tc.workflow_templates()
        found.filter.name(op.EQ, "By the other book")
        assert [t.model.id for t in found] == [made.model.id]
        assert place.ids("workflowTemplates", "active EQ true and id = " + str(made.model.id)) == []
    made.delete()
    assert gone(tc.workflow_template, template["id"])


# Filters, paging, keywords


@pytest.mark.parametrize("path", ["notes", "tasks", "artifacts", "workflowEvents"])
def test_lists_by_pages_and_counts(place, number, path):
    body = {"notes": {"text": "x {}"}, "tasks": {"name": "x {}"}, "artifacts": {"summary": "x {}", "type": "Host"}, "workflowEvents": {"summary": "x {}"}}[path]
    for n in range(7):
        place.data("POST", f"/v3/{path}", json={"caseId": number, **{k: v.format(n) for k, v in body.items()}})
    key = next(iter(body))
    params = {"tql": f"caseId = {number} and {'summary' if key == 'text' else key} STARTSWITH \"x\"", "resultLimit": 3, "count": "true", "sorting": f"{'summary' if key == 'text' else key} desc"}
    page = place.ask("GET", f"/v3/{path}", params=params).json()
    assert page["count"] == 7
    seen = list(page["data"])
    while "next" in page:
        page = place.ask("GET", page["next"]).json()
        seen += page["data"]
    assert [one[key] for one in seen] == [f"x {n}" for n in reversed(range(7))]


def test_sub_queries_across_the_children(place):
    with place.case(**everything()) as number, place.case(notes={"data": [{"text": "another"}]}) as other:
        within = f"id IN ({number},{other}) and "
        expected = {
            'hasNote(data CONTAINS "first")': [number], 'hasNote()': sorted([number, other]), 'hasTask(name = "Call")': [number],
            'hasTask(hasNote(data = "of a task"))': [number], 'hasArtifact(hasNote(summary CONTAINS "deep"))': [number],
            'hasArtifact(type = "Host" and summary = "bad.example")': [number], 'NOT hasTask()': [other], "hasCase()": [],
            'hasTask(hasArtifact(type = "IP Address"))': [number], 'hasArtifact(summary = "none")': [], "missingArtifactCount = 0": sorted([number, other]),
        }
        for tql, found in expected.items():
            assert sorted(place.ids("cases", within + tql)) == found, tql
        ask = lambda path, tql: len(place.ids(path, f"caseId IN ({number},{other}) and {tql}"))  # noqa: E731
        assert ask("notes", "hasTask()") == 1 and ask("notes", 'hasArtifact(type = "Host")') == 1
        assert ask("notes", 'hasCase(name = "A case")') == 7 and ask("notes", "taskId IS NULL and artifactId IS NULL and workflowEventId IS NULL") == 3
        assert ask("artifacts", 'hasTask(name = "Call")') == 1 and ask("artifacts", 'hasNote(data = "of an artifact")') == 1
        assert ask("tasks", 'hasArtifact(summary STARTSWITH "198")') == 1 and ask("tasks", "automated = false and missingArtifactCount = 0") == 1
        assert ask("workflowEvents", 'userName = "' + place.caller + '"') >= 2 and ask("artifacts", "noteId IS NOT NULL") == 2
        assert ask("workflowEvents", "link IS NOT NULL") == 2


def test_every_keyword_that_options_names_exists_in_the_client(tc):
    for collection in (tc.artifacts(), tc.workflow_events(), tc.notes(), tc.tasks(), tc.workflow_templates()):
        listed = collection.tql_keywords
        assert len(listed) == len(set(listed)) >= 9
        for keyword in listed:
            snake = "".join("_" + c.lower() if c.isupper() else c for c in keyword)
            assert hasattr(collection.filter, snake), keyword


@pytest.mark.parametrize("kind", ["task", "note", "artifact", "workflow_event", "workflow_template"])
def test_properties_of_each_object_are_known_to_the_client(tc, kind):
    thing = getattr(tc, kind)()
    fields = getattr(type(thing.model), "model_fields", None) or type(thing.model).__fields__
    known = {f.alias if getattr(f, "alias", None) else name for name, f in fields.items()} | {camel(name) for name in fields}
    assert set(thing.properties) <= known and {"id"} <= set(thing.properties)


def camel(name):
    head, *tail = name.split("_")
    return head + "".join(t.capitalize() for t in tail)


def test_numbers_of_children_are_never_used_again(place, number):
    """Trap 39."""
    bodies = {"notes": {"text": "t"}, "tasks": {"name": "t"}, "artifacts": {"summary": "t", "type": "Host"}, "artifacts?": {"summary": "t", "type": "Log File", "fileData": "QQ=="}}
    for path, body in bodies.items():
        path = path.rstrip("?")
        seen = []
        for _ in range(3):
            made = place.data("POST", f"/v3/{path}", json={"caseId": number, **body})["id"]
            assert isinstance(made, int) and 0 < made < 2**53
            seen.append(made)
            assert place.ask("DELETE", f"/v3/{path}/{made}").status_code == 200
            assert place.ask("GET", f"/v3/{path}/{made}").status_code == 404
        assert len(set(seen)) == 3
