"""Each keyword of each filter class with each operator: what is found is what the objects themselves say."""

import filters
import pytest
from bridge import ORGANIZATION
from conftest import ACCESS_ID, SECRET, V3, HmacAuth, Sensitive
from filters import op

ANA = "ana@casebridge.test"
WORDS = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot"]
COLLECTIONS = {
    "cases": lambda v3: v3.cases, "tags": lambda v3: v3.tags, "caseAttributes": lambda v3: v3.case_attributes,
    "attributeTypes": lambda v3: v3.attribute_types, "security/users": lambda v3: v3.security.users,
    "security/userGroups": lambda v3: v3.security.user_groups, "security/owners": lambda v3: v3.security.owners,
    "artifactTypes": lambda v3: v3.artifact_types, "notes": lambda v3: v3.notes, "tasks": lambda v3: v3.tasks,
    "artifacts": lambda v3: v3.artifacts, "workflowEvents": lambda v3: v3.workflow_events, "workflowTemplates": lambda v3: v3.workflow_templates,
}
# Where the value of a keyword stands, if not under its own name; always.X: X. None: clients are not shown it, so that
# only an answer is asked for.
PLACES = {
    "cases": {
        "assignedToUserOrGroup": "assignee.type", "assigneeName": "assignee.data", "attackTag": None, "calScore": None,
        "caseCloseDate": "caseCloseTime", "caseOpenDate": "caseOpenTime", "createdById": "createdBy.id",
        "hasWorkflowTemplate": None, "idAsString": "id", "missingArtifactCount": None, "owner": "ownerId",
        "ownerName": "owner", "tag": "tags", "targetId": "assignee.data.id", "targetType": "assignee.type",
        "threatAssessScore": None, "typeName": "name",
    },
    "tags": dict.fromkeys(["associatedGroup", "associatedIndicator", "associatedVictim", "financialRisk",
                           "financialRiskScore", "financialRiskValue", "securityCoverage"])
    | {"associatedCase": "cases", "caseId": "cases", "owner": "always.3", "ownerName": "owner", "summary": "name"},
    "caseAttributes": dict.fromkeys(["displayed", "maxSize", "type"])
    | {"dateVal": "dated", "intVal": "numeric", "owner": "always.3", "ownerName": "always." + ORGANIZATION, "shortText": "value", "text": "value",
       "typeName": "type", "user": "createdBy"},
    "attributeTypes": dict.fromkeys(["default", "defaultOwnerId", "defaultType", "system"])
    | {"owner": "always.3", "ownerName": "always." + ORGANIZATION, "associatedType": "always.Case", "maxsize": "maxSize"},
    "security/users": {"groupId": "groups"},
    "security/owners": {"ownerId": "id", "ownerName": "name", "userId": None},
    "artifactTypes": dict.fromkeys(["active", "managed"]),
    "notes": {"data": "text"},
    "tasks": dict.fromkeys(["automated", "missingArtifactCount"])
    | {"assignedToUserOrGroup": "assignee.type", "assigneeName": "assignee.data", "caseIdAsString": "caseId", "caseSeverity": "parentCase.severity",
       "owner": "always.3", "ownerName": "owner", "targetId": "assignee.data.id", "targetType": "assignee.type"},
    "artifacts": dict.fromkeys(["analyticsScore", "indicatorActive"]) | {"noteId": "notes", "typeName": "type"},
    "workflowEvents": {"link": None, "userName": "user"},
    "workflowTemplates": dict.fromkeys(["targetId", "targetType"]) | {"owner": "always.3", "ownerName": "always." + ORGANIZATION},
}
USER_NAMES = {"caseCloseUser", "caseDetectionUser", "caseOccurrenceUser", "caseOpenUser", "createdBy"}


def seeds():
    """Cases whose texts are lower-case, so that no rule about letter case matters here."""
    for i in range(24):
        word = WORDS[i % 6]
        case = {
            "name": f"{word} case {i:02}", "severity": ["Low", "Medium", "High", "Critical"][i % 4], "status": "Open",
            "xid": f"external-{word}-{i:02}", "caseOccurrenceTime": f"2024-0{1 + i % 9}-02T03:04:05Z",
            "tags": {"data": [{"name": WORDS[n] + " tag"} for n in range(i % 4)]},
            "attributes": {"data": [{"type": "Description", "value": str(i) if i % 2 else f"2024-05-{i + 1:02}"}] * (i % 3)},
        }
        if i % 2:
            case |= {"description": f"about {word} and more", "caseDetectionTime": f"2024-1{i % 3}-02T03:04:05Z"}
        if i % 3:
            case["assignee"] = {"type": "User", "data": {"userName": ANA}} if i % 3 == 1 else {"type": "Group", "data": {"name": "Tier 1"}}
        if i % 4 == 3:
            case |= {"status": "Closed", "resolution": "False Positive"}
        if i % 5 == 0:
            case["attributes"]["data"].append({"type": "Source", "value": word, "source": "the source"})
        yield case | children_of(i, word)


def children_of(i, word):
    """Of some cases notes, of others tasks, artifacts, events; notes beside those, too."""
    def some(*entries):
        return {"data": list(entries)}

    out = {}
    if i % 3 == 0:
        out["notes"] = some({"text": f"{word} note {i:02}"}, {"text": f"another {word}"})
    if i % 4 == 1:
        task = {"name": f"{word} task {i:02}", "workflowPhase": i % 3, "workflowStep": 1 + i % 5, "required": i % 8 == 1,
                "status": ["Open", "Closed", "Pending", "Reopened"][i // 4 % 4], "xid": f"task-of-{word}-{i:02}", "notes": some({"text": f"of a task {i:02}"})}
        if i % 8 == 1:
            task |= {"description": f"about {word}", "dueDate": f"2024-0{1 + i % 9}-02T03:04:05Z", "assignee": {"type": "User", "data": {"userName": ANA}}}
        out["tasks"] = some(task, {"name": f"{word} plain", "artifacts": some({"summary": f"{word} of a task", "type": "Process Name"})})
    if i % 5 == 2:
        out["artifacts"] = some({"summary": f"{word}.example", "type": "Host", "source": word, "notes": some({"text": f"of a host {i:02}"})},
                                {"summary": f"{word}@bad.example", "type": "Email Address"})
    if i % 6 == 3:
        out["workflowEvents"] = some({"summary": f"{word} phoned", "eventDate": f"2024-0{1 + i % 9}-02T03:04:05Z"}, {"summary": f"{word} wrote"})
    return out


@pytest.fixture(scope="module")
def world(launch):
    """The bridge, a client, and all objects with all fields."""
    bridge = launch()
    for number in [c["id"] for c in bridge.data("GET", "/v3/cases?resultLimit=100")]:
        bridge.drop(number)
    for tag in bridge.data("GET", "/v3/tags"):
        bridge.data("DELETE", f"/v3/tags/{tag['id']}")
    for case in seeds():
        bridge.make(**case)
    for n in range(3):
        bridge.data("POST", "/v3/workflowTemplates", json={"name": f"{WORDS[n]} template", "version": 1 + n, **({"description": WORDS[n]} if n else {})})
    for event in bridge.data("GET", "/v3/workflowEvents", params={"tql": 'summary ENDSWITH "wrote"', "resultLimit": 2}):
        bridge.data("DELETE", f"/v3/workflowEvents/{event['id']}", data='{"deletedReason":"' + event["summary"] + ' by mistake"}')
    bridge.all = {path: bridge.data("GET", f"/v3/{path}?resultLimit=1000&fields=_all_") for path in COLLECTIONS}
    assert len(bridge.all["cases"]) == 24 and len(bridge.all["caseAttributes"]) >= 24
    sizes = {path: len(bridge.all[path]) for path in ("notes", "tasks", "artifacts", "workflowEvents", "workflowTemplates")}
    assert sizes == {"notes": 27, "tasks": 12, "artifacts": 16, "workflowEvents": 32, "workflowTemplates": 3}
    for tag in bridge.all["tags"]:
        tag["cases"] = [c["id"] for c in bridge.all["cases"] if tag["id"] in [t["id"] for t in c["tags"]["data"]]]
    for user in bridge.all["security/users"]:
        user["groups"] = [g["id"] for g in bridge.all["security/userGroups"] if user["id"] in [u["id"] for u in g["users"]["data"]]]
    bridge.v3 = V3(bridge.session(HmacAuth(ACCESS_ID, Sensitive(SECRET))))
    return bridge


def held(path, keyword, kind, one):
    """The values of a keyword in an object, [] for none."""
    place = PLACES.get(path, {}).get(keyword, keyword)
    if place.startswith("always."):
        text = place.removeprefix("always.")
        return [text if kind == "text" else int(text)]
    if place in {"numeric", "dated"}:
        value = one["value"]
        return [int(v) for v in [value] if v.isdigit()] if place == "numeric" else [value + "T00:00:00Z"] * value.startswith("2024-")
    value = one
    for step in place.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    if keyword == "assignedToUserOrGroup" and value is None:
        return ["None"]
    if keyword == "assigneeName" and value is not None:
        return [value.get("userName") or value["name"]]
    if keyword == "tag":
        return [t["name"] for t in value["data"]]
    if keyword == "noteId":
        return [n["id"] for n in value["data"]]
    if keyword == "deleted":
        return [value is True]
    if isinstance(value, dict):
        return [value["userName"]]
    return value if isinstance(value, list) else [] if value is None else [str(value) if kind == "text" else value]


SEVERAL = {"tag", "associatedCase", "caseId", "groupId", "noteId"}
GRID = [(path, *row) for path, of in COLLECTIONS.items() for row in filters.keywords(of(V3(None))())]


def test_the_grid_is_whole():
    assert len(GRID) >= 190 and {path for path, *_ in GRID} == set(COLLECTIONS)
    assert {keyword for path, _, keyword, _ in GRID if path == "cases"} >= {"id", "xid", "caseOpenTime", "detectionOverdue", "tag"}


@pytest.mark.parametrize("path, name, keyword, kind", GRID, ids=[f"{p}-{k}" for p, _, k, _ in GRID])
def test_each_operator_finds_what_the_objects_say(world, path, name, keyword, kind):
    make = COLLECTIONS[path](world.v3)
    unseen = PLACES.get(path, {}).get(keyword, keyword) is None
    have = {one["id"]: [] for one in world.all[path]} if unseen else {one["id"]: held(path, keyword, kind, one) for one in world.all[path]}
    with_value = {i for i, v in have.items() if v or keyword in SEVERAL}
    asked = 0
    for operator in op:
        for wanted in filters.values_for(operator, kind, [v for values in have.values() for v in values]):
            if not filters.applies(operator, kind):
                with pytest.raises(RuntimeError, match="0x2001.*position"):
                    filters.ids(make(), name, operator, wanted)
                continue
            found = filters.ids(make(), name, operator, wanted)
            assert len(found) == len(set(found)) and set(found) <= set(have)
            asked += 1
            if unseen:
                continue
            expected = {i for i in with_value if filters.truth(have[i], operator, wanted, kind)}
            assert sorted(set(found) & with_value) == sorted(expected), (operator, wanted)
            without = set(found) - with_value
            assert not without or (operator in filters.OPPOSITE and without == set(have) - with_value)
    assert asked >= 4


def tags_of(world, case):
    return {t["name"] for t in case["tags"]["data"]}


NESTED = [
    ("cases", lambda f: f.has_tag.name(op.EQ, "bravo tag"), lambda w, c: "bravo tag" in tags_of(w, c)),
    ("cases", lambda f: f.has_tag.name(op.IN, ["bravo tag", "no such"]), lambda w, c: "bravo tag" in tags_of(w, c)),
    ("cases", lambda f: f.has_tag.summary(op.EQ, "BRAVO TAG"), lambda w, c: "bravo tag" in tags_of(w, c)),
    ("cases", lambda f: f.has_tag.name(op.EQ, "no such tag"), lambda w, c: False),
    ("cases", lambda f: f.has_tag, lambda w, c: bool(tags_of(w, c))),
    ("cases", lambda f: f.has_all_tags.name(op.IN, ["alpha tag", "charlie tag"]), lambda w, c: {"alpha tag", "charlie tag"} <= tags_of(w, c)),
    ("cases", lambda f: (f.has_tag.name(op.EQ, "alpha tag"), f.has_tag.name(op.EQ, "bravo tag")), lambda w, c: {"alpha tag", "bravo tag"} <= tags_of(w, c)),
    ("cases", lambda f: (f.tag(op.EQ, "alpha tag"), f.severity(op.EQ, "High")), lambda w, c: "alpha tag" in tags_of(w, c) and c["severity"] == "High"),
    ("cases", lambda f: f.has_case.id(op.GT, 0), lambda w, c: False),
    ("cases", lambda f: f.has_artifact.summary(op.CONTAINS, "example"), lambda w, c: any("example" in a["summary"] for a in c["artifacts"]["data"])),
    ("cases", lambda f: f.has_artifact.has_note.summary(op.STARTS_WITH, "of a host"), lambda w, c: any(a["type"] == "Host" for a in c["artifacts"]["data"])),
    ("cases", lambda f: f.has_note.summary(op.CONTAINS, "another a"), lambda w, c: any("another a" in n["text"] for n in c["notes"]["data"])),
    ("cases", lambda f: f.has_note, lambda w, c: bool(c["notes"]["data"])),
    ("cases", lambda f: f.has_task.name(op.EQ, "bravo plain"), lambda w, c: any(t["name"] == "bravo plain" for t in c["tasks"]["data"])),
    ("cases", lambda f: f.has_task.has_artifact.type(op.EQ, "Process Name"), lambda w, c: bool(c["tasks"]["data"])),
    ("notes", lambda f: f.has_case.severity(op.EQ, "Medium"), lambda w, n: severity_of(w, n["caseId"]) == "Medium"),
    ("notes", lambda f: f.has_task.required(op.EQ, True), lambda w, n: n.get("taskId") in {t["id"] for t in w.all["tasks"] if t["required"]}),
    ("notes", lambda f: f.has_artifact.type(op.EQ, "Host"), lambda w, n: "artifactId" in n),
    ("notes", lambda f: f.has_task.has_case.xid(op.EQ, "external-bravo-01"), lambda w, n: "taskId" in n and n["caseId"] == case_of(w, "external-bravo-01")),
    ("tasks", lambda f: f.has_case.xid(op.EQ, "external-bravo-01"), lambda w, t: t["caseId"] == case_of(w, "external-bravo-01")),
    ("tasks", lambda f: f.has_note.summary(op.STARTS_WITH, "of a task"), lambda w, t: bool(t["notes"]["data"])),
    ("tasks", lambda f: f.has_artifact.summary(op.ENDS_WITH, "of a task"), lambda w, t: bool(t["artifacts"]["data"])),
    ("artifacts", lambda f: f.has_case.status(op.EQ, "Closed"), lambda w, a: a["parentCase"]["status"] == "Closed"),
    ("artifacts", lambda f: f.has_note.summary(op.STARTS_WITH, "of a host"), lambda w, a: bool(a["notes"]["data"])),
    ("artifacts", lambda f: f.has_task.name(op.ENDS_WITH, "plain"), lambda w, a: a["type"] == "Process Name"),
    ("artifacts", lambda f: f.has_group.id(op.EQ, 1), lambda w, a: False),
    ("artifacts", lambda f: f.has_indicator.id(op.EQ, 1), lambda w, a: False),
    ("cases", lambda f: f.has_group.id(op.EQ, 1), lambda w, c: False),
    ("cases", lambda f: f.has_indicator.id(op.EQ, 1), lambda w, c: False),
    ("tags", lambda f: f.has_case.severity(op.EQ, "Medium"), lambda w, t: any(c["severity"] == "Medium" and t["name"] in tags_of(w, c) for c in w.all["cases"])),
    ("tags", lambda f: f.has_case.xid(op.EQ, "external-charlie-02"), lambda w, t: t["name"] in {"alpha tag", "bravo tag"}),
    ("tags", lambda f: f.has_case.name(op.EQ, "no such case"), lambda w, t: False),
    ("tags", lambda f: f.has_group.id(op.EQ, 1), lambda w, t: False),
    ("tags", lambda f: f.has_indicator.id(op.EQ, 1), lambda w, t: False),
    ("tags", lambda f: f.has_victim.id(op.EQ, 1), lambda w, t: False),
    ("caseAttributes", lambda f: f.has_case.xid(op.EQ, "external-echo-04"), lambda w, a: a["caseId"] == case_of(w, "external-echo-04")),
    ("caseAttributes", lambda f: (f.has_case.severity(op.EQ, "Low"), f.type_name(op.EQ, "Source")), lambda w, a: a["type"] == "Source" and severity_of(w, a["caseId"]) == "Low"),
]


def case_of(world, xid):
    return next(c["id"] for c in world.all["cases"] if c["xid"] == xid)


def severity_of(world, number):
    return next(c["severity"] for c in world.all["cases"] if c["id"] == number)


@pytest.mark.parametrize("path, narrow, expected", NESTED, ids=map(str, range(len(NESTED))))
def test_nested_filters(world, path, narrow, expected):
    found = COLLECTIONS[path](world.v3)()
    narrow(found.filter)
    wanted = {one["id"] for one in world.all[path] if expected(world, one)}
    assert {one.model.id for one in found} == wanted
    assert len(found) == len(wanted)


def test_each_nested_filter_of_the_client_is_used_here():
    used = {(p, n) for p, of in COLLECTIONS.items() for n in filters.nested(of(V3(None))())}
    assert used == {("cases", "has_" + n) for n in ("all_tags", "artifact", "case", "group", "indicator", "note", "tag", "task")} \
        | {("tags", "has_" + n) for n in ("case", "group", "indicator", "victim")} | {("caseAttributes", "has_case")} \
        | {("notes", "has_" + n) for n in ("artifact", "case", "task")} | {("tasks", "has_" + n) for n in ("artifact", "case", "note")} \
        | {("artifacts", "has_" + n) for n in ("case", "group", "indicator", "note", "task")}


@pytest.mark.parametrize("path", COLLECTIONS)
def test_each_keyword_that_the_server_names_is_known_to_the_client(world, path):
    make = COLLECTIONS[path](world.v3)
    offered = {keyword for p, _, keyword, _ in GRID if p == path}
    offered |= {f.tql.filters[0]["keyword"] for n in filters.nested(make()) for f in [make().filter] if getattr(f, n) is not None}
    assert set(make().tql_keywords) - {"normalized"} <= offered
    assert offered <= set(make().tql_keywords)


TEXTS = [
    ('name = "alpha case 00" OR name = \'bravo case 01\'', {"alpha case 00", "bravo case 01"}),
    ("name eq \"alpha case 00\" or name EQUALS \"bravo case 01\" And status IN (\"Open\")", {"alpha case 00", "bravo case 01"}),
    ('NOT hasTag(summary in ("alpha tag")) and name STARTSWITH "alpha"', {"alpha case 00", "alpha case 12"}),
    ('name LIKE ("alpha%")and name not like "%2"', {"alpha case 00", "alpha case 06", "alpha case 18"}),
    ("id NOT_IN (0) and name STARTS_WITH \"echo\" AND name NOT_ENDS_WITH \"4\"", {"echo case 10", "echo case 16", "echo case 22"}),
    ('xid="external-echo-04"', {"echo case 04"}),
    ("xid = 'external-\\echo-04'", None),
    ('caseOccurrenceTime >= "2024-09-01" AND caseOccurrenceTime<"2024-10-01"', {"charlie case 08", "foxtrot case 17"}),
    ('dateAdded > "NOW() - 1 HOUR" and dateAdded <= "NOW()" and name CONTAINS ("e 23","e 22")', {"echo case 22", "foxtrot case 23"}),
    ('dateAdded < "TODAY() - 1 DAY"', set()),
    ("description IS NULL and severity=Low", None),
    ('description is null and name in ("alpha case 00","bravo case 01")', {"alpha case 00"}),
    ('name = "say "hi" \\ it\'s"', None), ("nonsense = 1", None), ("name =", None), ("((name = 'a')", None), ("id = 'x'", None),
]


@pytest.mark.parametrize("tql, expected", TEXTS, ids=map(str, range(len(TEXTS))))
def test_raw_queries(world, tql, expected):
    """None: refused, with the position of the mistake."""
    found = world.v3.cases()
    found.filter.tql = tql
    if expected is None:
        with pytest.raises(RuntimeError, match="0x2001.*position"):
            list(found)
    else:
        assert {c.model.name for c in found} == expected


def nulls(rows, field, last):
    """Whether the rows without a value stand together, at one end."""
    missing = [field not in r for r in rows]
    return missing == sorted(missing, reverse=not last)


@pytest.mark.parametrize("sorting, field, last, descending", [
    ("caseDetectionTime asc", "caseDetectionTime", None, False), ("caseDetectionTime desc", "caseDetectionTime", None, True),
    ("caseDetectionTime nullsfirst", "caseDetectionTime", False, False), ("caseDetectionTime nullslast", "caseDetectionTime", True, False),
    ("caseDetectionTime desc nullslast id asc", "caseDetectionTime", True, True), ("description asc nullsfirst", "description", False, False),
    ("CASEOPENTIME DESC", "caseOpenTime", None, True), ("xid desc", "xid", None, True),
])
def test_sorting_with_and_without_values(world, sorting, field, last, descending):
    rows = [c for size in (24, 7) for c in pages(world, {"sorting": sorting, "resultLimit": size})]
    assert rows[:24] == rows[24:]
    values = [r[field] for r in rows[:24] if field in r]
    assert values == sorted(values, reverse=descending) and len(values) >= 12
    assert nulls(rows[:24], field, True) or nulls(rows[:24], field, False)
    assert last is None or nulls(rows[:24], field, last)


def pages(world, params):
    answer = world.ask("GET", "/v3/cases", params=params).json()
    yield from answer["data"]
    while "next" in answer:
        answer = world.ask("GET", answer["next"].removeprefix(world.url)).json()
        yield from answer["data"]


@pytest.mark.parametrize("sorting", ["nonsense asc", "id sideways", "asc", "id asc nonsense desc"])
def test_sorting_that_cannot_be_is_refused(world, sorting):
    refused = world.ask("GET", "/v3/cases", params={"sorting": sorting})
    assert refused.status_code == 400 and refused.json()["errCode"] in {"0x1001", "0x2001", "0x2005"}


def test_fields_in_every_form(world):
    """Fact sheet §3.5: repeated, dotted, unknown, all."""
    def first(query):
        return world.data("GET", "/v3/cases?resultLimit=1&" + query)[0]

    plain = first("")
    assert set(first("fields=nonsense&fields=caseId&fields=summary")) == set(plain)
    assert set(first("fields=tags&fields=attributes")) == set(plain) | {"tags", "attributes"}
    assert set(first("fields=attributes.createdBy")) == set(plain) | {"attributes"}
    assert set(first("fields=_all_")) >= set(plain) | {"tags", "attributes", "notes", "tasks", "artifacts", "userAccess", "related"}
    assert set(first("fields=userDetails")["createdBy"]) >= set(plain["createdBy"])
    assert "cases" in world.data("GET", "/v3/tags?resultLimit=1&fields=cases")[0]
    assert "caseId" in world.data("GET", "/v3/caseAttributes?resultLimit=1&fields=caseId")[0]
    every = world.v3.cases(params={"fields": ["_all_"], "result_limit": 5})
    assert sum(len(c.model.tags.data) for c in every) == sum(len(c["tags"]["data"]) for c in world.all["cases"])


def test_unknown_names_find_nothing_and_delete_nothing(world):
    """Trap 31: some clients delete whatever an unknown tag returns."""
    for tql in ['tag = "never used"', 'hasTag(name = "never used")', 'tag IN ("never", "used")', 'assigneeName = "nobody"',
                'createdBy = "nobody@anywhere.test"', 'hasTag(id = 424242)', 'xid = "no such xid at all"', "id = 424242", 'ownerName = "Elsewhere"']:
        found = world.v3.cases()
        found.filter.tql = tql
        assert list(found) == [] and len(found) == 0, tql
        world.ask("DELETE", "/v3/cases", params={"tql": tql})
    assert len(world.v3.cases()) == 24


def test_the_owner_of_everything_is_the_organization(world):
    assert {c["owner"] for c in world.all["cases"]} == {ORGANIZATION}
