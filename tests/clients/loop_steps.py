"""What a ThreatConnect client does with cases and all that hangs on them, mostly by way of the vendor's own client."""

from base64 import b64encode

from loop_bridge import refused
from tcex.api.tc.v3.tql.tql_operator import TqlOperator

WORDS = "Phone rang: “grüezi” \U0001f4de <b>&amp;</b> \\ \"quoted\" 'single' 100 %"
ALL = {"fields": ["_all_"]}


def case(walk, name, who="writer", **members):
    made = walk.client(who).case(**{"name": name, "severity": "Low", "status": "Open", **members})
    made.create()
    return made.model.id


def read(walk, kind, number, who="writer", params=None):
    one = getattr(walk.client(who), kind)(id=number)
    refused(one.get, params=params)
    return one


def change(walk, kind, number, who="writer", **members):
    return refused(getattr(walk.client(who), kind)(id=number, **members).update)


def drop(walk, kind, number, who="writer"):
    return refused(getattr(walk.client(who), kind)(id=number).delete)


def around(walk, world):
    walk.chapter("around")
    for path in ("cases", "notes", "tasks", "artifacts", "workflowEvents", "caseAttributes", "tags"):
        walk.ask("GET", f"/v3/{path}")
    for path in ("security/owners", "security/userGroups", "security/users", "artifactTypes", "attributeTypes", "workflowTemplates"):
        walk.ask("GET", f"/v3/{path}", params={"resultLimit": 1000})
    for path in ("cases", "notes", "tasks", "artifacts", "workflowEvents", "caseAttributes", "tags"):
        walk.ask("OPTIONS", f"/v3/{path}/fields")
    walk.ask("GET", "/v3/cases/1")
    walk.ask("GET", "/v3/nothing")
    walk.ask("GET", "/v3/cases", params={"tql": "nope = 1"})
    walk.ask("GET", "/v3/cases", params={"resultLimit": 0})
    walk.ask("DELETE", "/v3/cases")


def cases(walk, world):
    walk.chapter("cases")
    tc = walk.client()
    made = world["cases"] = {}
    made["plain"] = case(walk, "Plain case")
    made["words"] = case(walk, WORDS[:255], description=WORDS, resolution="Escalated", severity="High",
                         case_occurrence_time="2020-01-02T03:04:05Z", case_detection_time="2020-01-03T00:00:00Z")
    made["closed"] = case(walk, "Closed from the start", status="Closed", severity="Critical", resolution="False Positive",
                          case_close_time="2020-05-06T07:08:09Z")
    made["others"] = case(walk, "Case of another", "other", severity="Medium")
    made["xid"] = case(walk, "Case with an xid", xid="loop-xid-0000001")
    for number in made.values():
        read(walk, "case", number)
    read(walk, "case", made["words"], params=ALL)
    one = tc.case(xid="loop-xid-0000001")
    one.get()
    tc.case(xid="loop-xid-0000001", severity="Critical").update()
    read(walk, "case", made["plain"], "reader")
    refused(tc.case(name="no severity", status="Open").create)
    refused(tc.case(name="x", severity="Awful", status="Open").create)
    refused(tc.case(name="n" * 256, severity="Low", status="Open").create)
    refused(tc.case(name="x", severity="Low", status="Open", xid="loop-xid-0000001").create)
    refused(walk.client("reader").case(name="x", severity="Low", status="Open").create)
    walk.ask("POST", "/v3/cases", json={"name": "x", "severity": "Low", "status": "Open", "nope": 1})
    walk.ask("POST", "/v3/cases", data=b"{broken", headers={"Content-Type": "application/json"})
    for members in ({"name": "Plain case, renamed"}, {"severity": "High"}, {"description": "Other words"}, {"resolution": "Rejected"},
                    {"status": "Closed"}, {"status": "Open"}, {"status": "Closed", "case_close_time": "2021-03-04T05:06:07Z"},
                    {"status": "Open", "name": "Plain case"}, {"case_open_time": "2020-02-02T02:02:02Z"}, {"description": "d" * 1500}):
        change(walk, "case", made["plain"], **members)
        read(walk, "case", made["plain"])
    change(walk, "case", made["plain"], "other", severity="Low")
    change(walk, "case", made["plain"], "reader", severity="Low")
    change(walk, "case", made["plain"], description="d" * 1501)
    for assignee in ({"type": "User", "data": {"userName": "ann@loop.example"}}, {"type": "Group", "data": {"name": "Tier 1"}}, {"type": "None"},
                     {"type": "User", "data": {"userName": "nobody@loop.example"}}, {"type": "User", "data": {"userName": "10000000000000000001"}}):
        walk.ask("PUT", f"/v3/cases/{made['plain']}", json={"assignee": assignee})
    walk.ask("PUT", f"/v3/cases/{made['plain']}", json={})
    walk.ask("PUT", f"/v3/cases/{made['others']}", json={"description": None})
    full = read(walk, "case", made["words"], params={"fields": ["tags", "attributes"]})
    full.model.severity = "Low"
    full.update()
    read(walk, "case", made["words"], params=ALL)


def tags(walk, world):
    walk.chapter("tags")
    tc, number = walk.client(), world["cases"]["plain"]

    def staged(mode, *names):
        one = tc.case(id=number)
        for name in names:
            one.stage_tag({"name": name})
        refused(one.update, mode=mode)
        return read(walk, "case", number, params={"fields": ["tags"]})

    staged("append", "vpn", "Phishing")
    staged("append", "Phishing", "Tier 2")
    staged("delete", "vpn")
    held = staged("replace", "Only One", "überprüfen")
    held.model.severity = "Medium"
    held.update()
    staged("append", "N" * 128)
    staged("append", "N" * 129)
    walk.ask("GET", "/v3/tags", params={"tql": f"hasCase(id = {number})"})
    tag = tc.tag(name="Made alone", owner=None)
    tag.create()
    world["tag"] = tag.model.id
    read(walk, "tag", tag.model.id)
    change(walk, "tag", tag.model.id, name="Renamed alone")
    read(walk, "tag", tag.model.id)
    refused(tc.tag(name="Renamed alone").create)
    drop(walk, "tag", tag.model.id)
    read(walk, "tag", tag.model.id)
    for one in tc.case(id=number).tags:
        if one.model.name == "Only One":
            one.remove()
    read(walk, "case", number, params={"fields": ["tags"]})
    tags_found = tc.tags()
    tags_found.filter.name(TqlOperator.EQ, "Phishing")
    list(tags_found)
    case(walk, "Tagged at once", tags={"data": [{"name": "Phishing"}, {"name": "vpn"}]})


def attributes(walk, world):
    walk.chapter("attributes")
    tc, number = walk.client(), world["cases"]["plain"]
    one = tc.case(id=number)
    one.stage_attribute({"type": "Description", "value": WORDS, "source": "loop"})
    one.stage_attribute({"type": "Source", "value": "30"})
    one.update()
    read(walk, "case", number, params={"fields": ["attributes"]})
    made = tc.case_attribute(case_id=number, type="Description", value="second", source="s")
    made.create()
    read(walk, "case_attribute", made.model.id)
    change(walk, "case_attribute", made.model.id, value="second, changed")
    change(walk, "case_attribute", made.model.id, "other", source="other source")
    read(walk, "case_attribute", made.model.id)
    refused(tc.case_attribute(case_id=number, type="No Such Type", value="x").create)
    refused(tc.case_attribute(case_id=999999, type="Description", value="x").create)
    walk.ask("POST", "/v3/caseAttributes", json={"caseId": number, "type": "Description"})
    found = tc.case_attributes()
    found.filter.case_id(TqlOperator.EQ, number)
    list(found)
    list(tc.case(id=number).attributes)
    drop(walk, "case_attribute", made.model.id)
    drop(walk, "case_attribute", made.model.id)
    read(walk, "case_attribute", made.model.id)
    walk.ask("PUT", f"/v3/cases/{number}", params={"fields": "attributes"}, json={
        "attributes": {"data": [{"type": "Impact Description", "value": "big"}], "mode": "replace"}})
    read(walk, "case", number, params={"fields": ["attributes"]})


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


def nested(walk, world):
    walk.chapter("nested")
    tc = walk.client()
    made = tc.case(name="With everything", severity="High", status="Open", description="d")
    made.stage_tag({"name": "vpn"})
    made.stage_attribute({"type": "Description", "value": "EMEA", "source": "s"})
    made.stage_artifact({"summary": "bad.example", "type": "Host"})
    made.stage_note({"text": "first"})
    made.stage_task({"name": "call"})
    made.stage_associated_case({"id": world["cases"]["plain"]})
    made.create(params={"fields": ["tags", "attributes", "artifacts", "notes", "tasks", "associatedCases"]})
    number = made.model.id
    read(walk, "case", number, params=ALL)
    list(made.associated_cases)
    more = tc.case(id=number)
    more.stage_note({"text": "second"})
    more.stage_artifact({"summary": "evil.example", "type": "Host"})
    more.stage_task({"name": "call again"})
    more.update(params={"fields": ["artifacts", "notes", "tasks"]})
    read(walk, "case", number, params=ALL)
    walk.ask("POST", "/v3/cases", params={"fields": ["artifacts.notes", "tasks.notes", "workflowEvents"]}, json={
        "name": "Two levels", "severity": "Low", "status": "Open",
        "artifacts": {"data": [{"summary": "deep.example", "type": "Host", "notes": {"data": [{"text": "on the artifact"}]}}]},
        "tasks": {"data": [{"name": "deep", "notes": {"data": [{"text": "on the task"}]}}]},
        "workflowEvents": {"data": [{"summary": "Reported", "eventDate": "2020-02-03T09:00:00Z"}]}})
    for body in ({"notes": {"data": [{"text": ""}]}}, {"artifacts": {"data": [{"summary": "x", "type": "No Such Type"}]}}, {"tasks": {"data": [{}]}},
                 {"tags": [{"name": "x"}]}):
        walk.ask("POST", "/v3/cases", json={"name": "Half wrong", "severity": "Low", "status": "Open", **body})
    walk.ask("GET", "/v3/cases", params={"tql": 'name = "Half wrong"'})
    world["cases"]["nested"] = number


def queries(walk, world):
    walk.chapter("queries")
    tc = walk.client()
    for tql in ('name contains "case"', 'name startswith "Plain"', 'severity = "High"', 'severity in ("High", "Critical")', 'status = "Closed"',
                'not status = "Closed"', 'description contains "grüezi"', 'xid = "loop-xid-0000001"', 'resolution = "Rejected"', 'tag = "Phishing"',
                'hasTag(name = "vpn")', 'hasNote(data contains "note")', 'hasTask(name contains "call")', 'hasArtifact(summary contains "example")',
                'hasArtifact(type = "Host")', 'assignedToUserOrGroup = "User"', 'createdBy = "10000000000000000001"',
                '(severity = "Low" or severity = "Medium") and status = "Open"', 'name like "%case%"', "id > 0", 'name = "nothing"', 'status = Open',
                'hasCase(id = 1)', 'name contains', 'caseOpenTime > "2020-01-01"', 'dateAdded < "2021-01-01"'):
        walk.ask("GET", "/v3/cases", params={"tql": tql})
    for sorting in ("id asc", "id desc", "name asc", "nope asc"):
        walk.ask("GET", "/v3/cases", params={"sorting": sorting, "fields": "tags"})
    url = "/v3/cases?resultLimit=2&sorting=id%20asc&count=true"
    while url:
        page = walk.ask("GET", url).json()
        url = (page.get("next") or "").partition("/api")[2]
    found = tc.cases(params={"resultLimit": 3})
    found.filter.severity(TqlOperator.IN, ["Low", "High"])
    list(found)
    found = tc.cases()
    found.filter.name(TqlOperator.CONTAINS, "case")
    len(found)
    many = tc.cases()
    many.filter.tql = "id in (" + ", ".join(str(900000 + i) for i in range(400)) + ") or name = \"Plain case\""
    list(many)


def lists(walk, world):
    """Each kind by filters, orders and pages over the whole owner."""
    walk.chapter("lists")
    number = world["cases"]["plain"]
    for path, names in (("notes", ("summary",)), ("tasks", ("name",)), ("artifacts", ("summary",)),
                        ("workflowEvents", ("eventDate", "summary")), ("caseAttributes", ("dateAdded",))):
        for name in names:
            walk.ask("GET", f"/v3/{path}", params={"sorting": f"{name} asc", "tql": f"caseId = {number}"})
            walk.ask("GET", f"/v3/{path}", params={"sorting": f"{name} desc", "tql": f"caseId = {number}", "resultLimit": 1, "count": "true"})
        walk.ask("GET", f"/v3/{path}", params={"tql": f"caseId = {number}", "resultLimit": 2, "resultStart": 1})
        walk.ask("GET", f"/v3/{path}", params={"tql": f"caseId = {number}", "resultStart": 100})
        walk.ask("GET", f"/v3/{path}", params={"tql": "caseId = 999999"})
        walk.ask("GET", f"/v3/{path}", params={"tql": f"caseId IN ({number}, {world['cases']['nested']})", "sorting": "id asc", "resultLimit": 1})
        walk.ask("GET", f"/v3/{path}", params={"tql": f"caseId = {number} AND nope = 1"})
        walk.ask("GET", f"/v3/{path}/notanumber")
        walk.ask("PUT", f"/v3/{path}/999999", json={})
        walk.ask("DELETE", f"/v3/{path}/999999")
    for tql in ('hasCase(name = "With everything")', 'hasCase(xid = "loop-xid-0000001")', 'hasCase(severity = "High" and status = "Open")'):
        for path in ("notes", "tasks", "artifacts", "tags"):
            walk.ask("GET", f"/v3/{path}", params={"tql": tql})


def deletion(walk, world):
    walk.chapter("deletion")
    number = world["cases"]["nested"]
    drop(walk, "case", number, "reader")
    drop(walk, "case", number)
    drop(walk, "case", number)
    read(walk, "case", number)
    for path in ("notes", "tasks", "artifacts", "caseAttributes", "workflowEvents"):
        walk.ask("GET", f"/v3/{path}", params={"tql": f"caseId = {number}"})
    change(walk, "case", number, severity="Low")
    walk.ask("GET", "/v3/cases", params={"count": "true"})


CHAPTERS = (around, cases, tags, attributes, notes, tasks, artifacts, events, nested, queries, lists, deletion)
