"""What a ThreatConnect client does with cases, tags, attributes and lists, mostly by way of the vendor's own client."""

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
    change(walk, "tag", tag.model.id, description="What it “means”")
    read(walk, "tag", tag.model.id)
    described = tc.tag(name="Described", description="From the start")
    described.create()
    walk.ask("GET", "/v3/tags", params={"tql": 'description contains "start"'})
    change(walk, "tag", described.model.id, "other", description="Another text")
    read(walk, "tag", described.model.id)
    walk.ask("GET", "/v3/tags", params={"sorting": "name asc"})
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
        walk.ask("GET", f"/v3/{path}", params={"tql": f"caseId IN ({number}, {world['cases']['nested']})"})
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
