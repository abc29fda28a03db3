"""What a ThreatConnect client does with what hangs on a case, and with templates."""

from base64 import b64encode

from loop_bridge import refused
from loop_steps import ALL, WORDS, change, drop, read
from tcex.api.tc.v3.tql.tql_operator import TqlOperator


def notes(walk, world):
    walk.chapter("notes")
    tc, number = walk.client(), world["cases"]["plain"]
    made = [tc.note(case_id=number, text=text) for text in ("First note", WORDS + "\nsecond line", "L" * 5000)]
    for note in made:
        note.create()
        read(walk, "note", note.model.id)
    others = walk.client("other").note(case_id=number, text="By another")
    others.create()
    by_xid = tc.note(case_xid="loop-xid-0000001", text="By xid")
    refused(by_xid.create)
    list(tc.case(id=number).notes)
    read(walk, "case", number, params={"fields": ["notes"]})
    read(walk, "note", made[0].model.id, params=ALL)
    change(walk, "note", made[0].model.id, text="First note, edited")
    change(walk, "note", others.model.id, text="Edited by the writer")
    change(walk, "note", made[0].model.id, "reader", text="no")
    read(walk, "note", made[0].model.id)
    drop(walk, "note", others.model.id, "other")
    refused(tc.note(case_id=number, text="x" * 65501).create)
    refused(tc.note(case_id=999999, text="x").create)
    refused(tc.note(text="nowhere").create)
    walk.ask("POST", "/v3/notes", json={"caseId": number})
    walk.ask("POST", "/v3/notes", json={"caseId": number, "text": ""})
    found = tc.notes()
    found.filter.case_id(TqlOperator.EQ, number)
    list(found)
    for tql in (f'caseId = {number} and data contains "note"', f'caseId = {number} and author = "10000000000000000001"', 'data = "First note, edited"',
                f"caseId = {number} and id > 0"):
        walk.ask("GET", "/v3/notes", params={"tql": tql})
    walk.ask("GET", "/v3/notes", params={"tql": f"caseId = {number}", "resultLimit": 2, "resultStart": 1, "count": "true"})
    drop(walk, "note", made[1].model.id)
    drop(walk, "note", made[1].model.id)
    drop(walk, "note", made[0].model.id, "reader")
    read(walk, "note", made[1].model.id)
    list(tc.case(id=number).notes)


def tasks(walk, world):
    walk.chapter("tasks")
    tc, number = walk.client(), world["cases"]["plain"]
    plain = tc.task(case_id=number, name="Call the user")
    plain.create()
    rich = tc.task(case_id=number, name="Block " + WORDS[:100], description=WORDS, due_date="2021-12-24T12:00:00Z", duration_type="Days",
                   required=True, status="Open", workflow_phase=1, workflow_step=2, xid="loop-task-000001")
    rich.create()
    after = tc.task(case_id=number, name="After the call", dependent_on_id=plain.model.id)
    refused(after.create)
    closed = tc.task(case_id=number, name="Done already", status="Closed")
    closed.create()
    world["task"] = plain.model.id
    for task in (plain, rich, closed):
        read(walk, "task", task.model.id)
    read(walk, "task", rich.model.id, params=ALL)
    read(walk, "case", number, params={"fields": ["tasks"]})
    list(tc.case(id=number).tasks)
    for members in ({"status": "Pending"}, {"status": "Closed"}, {"status": "Reopened"}, {"status": "Open"}, {"name": "Call the user back"},
                    {"description": "By phone"}, {"required": True}, {"due_date": "2021-01-01T00:00:00Z"}):
        change(walk, "task", plain.model.id, **members)
        read(walk, "task", plain.model.id)
    for assignee in ({"type": "User", "data": {"userName": "ann@loop.example"}}, {"type": "Group", "data": {"name": "Tier 2"}}, {"type": "None"}):
        walk.ask("PUT", f"/v3/tasks/{plain.model.id}", json={"assignee": assignee})
    walk.ask("PUT", f"/v3/tasks/{plain.model.id}", json={"status": "Nope"})
    refused(tc.task(case_id=number, name="n" * 256).create)
    refused(tc.task(case_id=999999, name="x").create)
    refused(tc.task(case_id=number, description="no name").create)
    refused(walk.client("reader").task(case_id=number, name="x").create)
    note = tc.note(task_id=plain.model.id, text="On the task")
    refused(note.create)
    read(walk, "task", plain.model.id, params={"fields": ["notes"]})
    list(tc.task(id=plain.model.id).notes)
    for tql in (f"caseId = {number}", f'caseId = {number} and status = "Open"', f'caseId = {number} and name contains "call"', 'xid = "loop-task-000001"',
                f"caseId = {number} and required = true", 'hasNote(data contains "On the task")'):
        walk.ask("GET", "/v3/tasks", params={"tql": tql})
    walk.ask("GET", "/v3/tasks", params={"tql": f"caseId = {number}", "sorting": "name asc"})
    drop(walk, "task", closed.model.id)
    drop(walk, "task", closed.model.id)
    list(tc.case(id=number).tasks)


def artifacts(walk, world):
    walk.chapter("artifacts")
    tc, number = walk.client(), world["cases"]["plain"]
    host = tc.artifact(case_id=number, summary="bad.example", type="Host", source="loop", derived_link=False)
    host.create()
    mail = tc.artifact(case_id=number, summary="ann@example.org", type="Email Address")
    mail.create()
    empty, small = b"", bytes(range(256)) * 8
    log = tc.artifact(case_id=number, summary="system.log", type="Log File", file_data=b64encode(small).decode())
    log.create()
    text = tc.artifact(case_id=number, summary="notes.txt", type="Event File", file_data=b64encode(b"line one\nline two\n").decode())
    text.create()
    for one in (host, mail, log, text):
        read(walk, "artifact", one.model.id)
        read(walk, "artifact", one.model.id, params=ALL)
    walk.ask("GET", f"/v3/artifacts/{log.model.id}", params={"fields": "fileData"})
    change(walk, "artifact", log.model.id, file_data=b64encode(b"other bytes").decode())
    walk.ask("GET", f"/v3/artifacts/{log.model.id}", params={"fields": "fileData"})
    walk.ask("PUT", f"/v3/artifacts/{log.model.id}", json={"fileData": b64encode(empty).decode()})
    walk.ask("GET", f"/v3/artifacts/{log.model.id}", params={"fields": "fileData"})
    change(walk, "artifact", host.model.id, summary="worse.example", derived_link=True)
    change(walk, "artifact", host.model.id, "other", source="another")
    read(walk, "artifact", host.model.id)
    note = tc.note(artifact_id=host.model.id, text="On the artifact")
    refused(note.create)
    list(tc.artifact(id=host.model.id).notes)
    refused(tc.artifact(case_id=number, summary="x", type="No Such Type").create)
    refused(tc.artifact(case_id=number, type="Host").create)
    refused(tc.artifact(case_id=999999, summary="x", type="Host").create)
    walk.ask("POST", "/v3/artifacts", json={"caseId": number, "summary": "x.log", "type": "Log File", "fileData": "not base64!"})
    refused(walk.client("reader").artifact(case_id=number, summary="x", type="Host").create)
    list(tc.case(id=number).artifacts)
    read(walk, "case", number, params={"fields": ["artifacts"]})
    on_task = tc.artifact(task_id=world["task"], summary="198.51.100.7", type="IP Address")
    refused(on_task.create)
    list(tc.task(id=world["task"]).artifacts)
    for tql in (f"caseId = {number}", f'caseId = {number} and type = "Host"', 'summary = "worse.example"', f'caseId = {number} and typeName = "Log File"',
                f'hasCase(id = {number}) and summary contains "example"', 'hasNote(summary contains "artifact")'):
        walk.ask("GET", "/v3/artifacts", params={"tql": tql})
    drop(walk, "artifact", mail.model.id)
    drop(walk, "artifact", mail.model.id)
    drop(walk, "artifact", text.model.id)
    list(tc.case(id=number).artifacts)


def events(walk, world):
    walk.chapter("events")
    tc, number = walk.client(), world["cases"]["plain"]
    made = tc.workflow_event(case_id=number, summary="Reported by phone", event_date="2020-02-03T09:00:00Z")
    made.create()
    now = tc.workflow_event(case_id=number, summary=WORDS[:255])
    now.create()
    for one in (made, now):
        read(walk, "workflow_event", one.model.id)
    read(walk, "workflow_event", made.model.id, params=ALL)
    change(walk, "workflow_event", made.model.id, summary="Reported by mail")
    change(walk, "workflow_event", made.model.id, "other", event_date="2020-02-04T09:00:00Z")
    read(walk, "workflow_event", made.model.id)
    refused(tc.workflow_event(case_id=number, summary="n" * 256).create)
    refused(tc.workflow_event(case_id=999999, summary="x").create)
    walk.ask("GET", "/v3/workflowEvents", params={"tql": f"caseId = {number}"})
    walk.ask("GET", "/v3/workflowEvents", params={"tql": f'caseId = {number} and summary contains "Reported"'})
    walk.ask("GET", "/v3/workflowEvents", params={"tql": f"caseId = {number} and systemGenerated = true"})
    read(walk, "case", number, params={"fields": ["workflowEvents"]})
    walk.ask("DELETE", f"/v3/workflowEvents/{now.model.id}")
    walk.ask("DELETE", f"/v3/workflowEvents/{now.model.id}", json={"deletedReason": "a mistake"})
    read(walk, "workflow_event", now.model.id)
    walk.ask("GET", "/v3/workflowEvents", params={"tql": f"caseId = {number}"})
    note = tc.note(workflow_event_id=made.model.id, text="On the event")
    refused(note.create)
    read(walk, "workflow_event", made.model.id, params={"fields": ["notes"]})


def templates(walk, world):
    walk.chapter("templates")
    tc = walk.client()
    made = tc.workflow_template(name="Phishing response", description="First steps", version=2)
    made.create()
    plain = tc.workflow_template(name="Plain template")
    plain.create()
    read(walk, "workflow_template", made.model.id)
    walk.ask("GET", "/v3/workflowTemplates")
    change(walk, "workflow_template", made.model.id, name="Phishing, renamed", description="Other steps")
    change(walk, "workflow_template", made.model.id, "reader", name="no")
    read(walk, "workflow_template", made.model.id)
    for tql in ('name = "Plain template"', 'name startswith "Phishing"', "active = true", "version = 2"):
        walk.ask("GET", "/v3/workflowTemplates", params={"tql": tql})
    refused(tc.workflow_template(description="no name").create)
    refused(walk.client("reader").workflow_template(name="no").create)
    drop(walk, "workflow_template", plain.model.id)
    drop(walk, "workflow_template", plain.model.id)
    read(walk, "workflow_template", plain.model.id)
    walk.ask("GET", "/v3/workflowTemplates")
    drop(walk, "workflow_template", made.model.id)
