"""The ThreatConnect sandbox and the façade over Tracecat side by side: generated requests, each sent to both, must be judged
alike: status, code, and what is shown. Where the façade takes more than the sandbox on purpose, the rules below say so."""

import itertools
import json

import pytest
import requests
from bridge import ORGANIZATION, USERS
from conftest import ACCESS_ID, TOKEN

CASE = {"name": "n", "severity": "Low", "status": "Open"}
MADE_IN_CASE = {"notes": {"text": "n"}, "tasks": {"name": "n"}, "artifacts": {"summary": "n", "type": "Host"},
                "workflowEvents": {"summary": "n"}}
INSIDE = {**MADE_IN_CASE, "tags": {"name": "two servers"}, "attributes": {"type": "Description", "value": "n"}}
OBJECTS = {"cases": CASE, "caseAttributes": INSIDE["attributes"], **MADE_IN_CASE}
RICH = {
    "description": "Words of it", "resolution": "Escalated", "caseOccurrenceTime": "2024-01-02T03:04:05Z",
    "assignee": {"type": "User", "data": {"userName": "ana@casebridge.test"}},
    "tags": {"data": [{"name": "Two tags"}, {"name": "vpn"}]},
    "attributes": {"data": [{"type": "Description", "value": "v1", "source": "s1"}, {"type": "Source", "value": "30"}]},
    "notes": {"data": [{"text": "first note"}, {"text": "second Note"}]},
    "artifacts": {"data": [{"summary": "bad.example", "type": "Host", "source": "EDR", "notes": {"data": [{"text": "of it"}]}},
                           {"summary": "a.log", "type": "Log File", "fileData": "aGVsbG8="}]},
    "tasks": {"data": [{"name": "Call", "workflowPhase": 1, "workflowStep": 2, "required": True, "dueDate": "2024-06-01T00:00:00Z",
                        "assignee": {"type": "Group", "data": {"name": "Tier 1"}}}, {"name": "Write", "status": "Closed"}]},
    "workflowEvents": {"data": [{"summary": "By phone", "eventDate": "2025-02-03T09:00:00Z"}]},
}
NAMES = {"cases": "name", "tasks": "name", "notes": "text", "artifacts": "summary", "workflowEvents": "summary",
         "caseAttributes": "value"}


class Server:
    def __init__(self, url, verify):
        self.url, self.session = url, requests.Session()
        self.session.verify = verify
        self.session.headers["Authorization"] = f"TC-Token {TOKEN}"

    def ask(self, method, path, **more):
        return self.session.request(method, self.url + path, timeout=60, **more)

    def data(self, method, path, **more):
        answer = self.ask(method, path, **more)
        assert answer.status_code in (200, 201), answer.text[:1000]
        return answer.json().get("data")

    def make(self, **members):
        return self.data("POST", "/v3/cases", json={**CASE, **members})["id"]

    def drop(self, number):
        self.data("DELETE", f"/v3/cases/{number}")


@pytest.fixture(scope="module")
def servers(start, launch, tmp_path_factory):
    """Two of their own, since what is made stays. The sandbox has the people of the bridge."""
    people = [{"id": 9, "userName": ACCESS_ID, "firstName": "Demi", "lastName": "Api", "pseudonym": "demi", "owner": ORGANIZATION}]
    people += [{"id": number, "userName": name, "firstName": name[:3].title(), "lastName": "User", "pseudonym": name[:3],
                "owner": ORGANIZATION} for name, number in USERS.items()]
    data = tmp_path_factory.mktemp("sandbox") / "data.json"
    data.write_text(json.dumps({
        "replace": True, "owners": [{"id": 3, "name": ORGANIZATION, "type": "Organization"}], "users": people,
        "groups": [{"id": 7, "name": "Tier 1", "description": "First line", "users": [4], "owner": ORGANIZATION}],
        "credentials": [{"user": ACCESS_ID, "token": TOKEN, "owners": [ORGANIZATION]}],
        "attributeTypes": [{"name": name, "maxSize": 65535} for name in ("Description", "Source")],
    }))
    sandbox, bridge = start("--data", str(data)), launch()
    return Server(sandbox.url.replace("127.0.0.1", "localhost"), bridge.verify), Server(bridge.url, bridge.verify)


def judged(answers, *members):
    """What must be equal of two answers."""
    out = []
    for answer in answers:
        body = answer.json()
        shown = body.get("data") or {}
        out.append((answer.status_code, body.get("errCode"), [shown.get(m) for m in members]))
    return out


def alike(answers, *members):
    one, other = judged(answers, *members)
    return one == other or f"{answers[0].request.body}: {answers[0].text[:200]} | {answers[1].text[:200]}"


def different(verdicts):
    return [v for v in verdicts if v is not True]


# One member at a time

ODD = ["", [], {}, ["x"], {"data": "x"}, {"data": []}, "x", " ", " lead ", "a\nb", "\u65e5\u672c\U0001f4de", "x" * 70000]
DATES = ["2024-01-02T03:04:05Z", "2024-01-02", "2024-01-02T03:04:05.678901", "2024-01-02T03:04:05+02:00", "2024-01-02T03:04Z",
         "2024-02-30T00:00:00Z", "2024-01-02T24:00:00Z", "9999-12-31T23:59:59Z", "2024-1-2", "2024-01-02T03:04:60Z"]


def values_for(rule):
    # Which complaint an empty name of a type is worth is not known.
    out = [value for value in ODD if value != "" or "allowableValues" in rule or "maxLength" in rule]
    if rule.get("type") == "Date":
        out += DATES
    for limit in (rule.get("maxLength"), rule.get("minLength")):
        out += [letter * n for n in (limit, limit + 1, limit - 1) for letter in ("b", "\U0001f4de")] if limit else []
    for value in rule.get("allowableValues", [])[:4]:
        out += [value, value.upper(), value + " "]
    if "maxValue" in rule:
        out += [rule["maxValue"], rule["maxValue"] + 1, rule["minValue"], rule["minValue"] - 1]
    return out


def members_of(place, path):
    for name, rule in place.ask("OPTIONS", f"/v3/{path}").json().items():
        rule = rule["data"][0] if "data" in rule else rule
        # References are to other objects on each side; xids would have to be new each time.
        if not name.endswith(("Id", "id")) and name not in ("workflowTemplate", "fileData", "default", "pinned", "securityLabels"):
            yield name, rule


@pytest.mark.parametrize("path", OBJECTS)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_bodies_are_judged_alike(servers, path, method):
    cases = [place.make() for place in servers]
    bodies = [OBJECTS[path] if path == "cases" else {"caseId": number, **OBJECTS[path]} for number in cases]
    made = [place.data("POST", f"/v3/{path}", json=body)["id"] for place, body in zip(servers, bodies)]
    verdicts = []
    for name, rule in members_of(servers[0], path):
        if method == "PUT" and rule.get("updatable") is False:
            continue
        for value in values_for(rule):
            target = f"/v3/{path}" if method == "POST" else f"/v3/{path}/{{}}"
            answers = [place.ask(method, target.format(one), json={**(body if method == "POST" else {}), name: value})
                       for place, body, one in zip(servers, bodies, made)]
            verdicts.append(alike(answers, *([name] if isinstance(value, str) and value else [])))
    assert len(verdicts) > 20 and different(verdicts) == []


# Lists in one another


@pytest.mark.parametrize("name", INSIDE)
def test_lists_inside_a_case_are_judged_alike(servers, name):
    entry = INSIDE[name]
    lists = [{"data": [entry]}, {"data": [entry, entry]}, {"data": [entry], "mode": "append"}, {"data": [entry], "mode": "Replace"},
             {"data": [], "mode": "replace"}, {"data": [], "mode": "delete"}, {}, [entry], entry, {"data": entry}, {"data": [{}]},
             {"data": [{**entry, "bogus": 1}]}, {"data": [entry], "count": 1}, {"data": [entry], "mode": "sideways"},
             {"data": [{"id": "x"}]}, {"data": [None]}, {"data": ["x"]}]
    numbers = [place.make() for place in servers]
    verdicts = []
    for one in lists:
        # A mode means nothing in a POST: the façade does not read it there.
        for method in ("PUT", "POST")[: 1 if "sideways" in str(one) else 2]:
            answers = [place.ask(method, f"/v3/cases{'/' + str(n) if method == 'PUT' else ''}?fields={name}",
                                 json={name: one} if method == "PUT" else {**CASE, name: one}) for place, n in zip(servers, numbers)]
            verdicts.append(alike(answers))
            held = [len(a.json().get("data", {}).get(name, {}).get("data", [])) for a in answers]
            verdicts.append(held[0] == held[1] or f"{method} {one}: {held}")
    assert different(verdicts) == []


@pytest.mark.parametrize("one, other", itertools.permutations(INSIDE, 2))
def test_two_lists_are_written_at_once(servers, one, other):
    both = {one: {"data": [INSIDE[one]]}, other: {"data": [INSIDE[other]]}}
    for place in servers:
        number = place.make(**both)
        held = place.data("PUT", f"/v3/cases/{number}?fields={one}&fields={other}", json=both)
        for name in both:
            extra = name == "workflowEvents"  # the system's own
            assert len(held[name]["data"]) == (1 if name == "tags" else 2) + extra
        place.drop(number)


# Parents


@pytest.mark.parametrize("path", [*MADE_IN_CASE, "caseAttributes"])
def test_parents_that_do_not_fit_are_judged_alike(servers, path):
    wanted = []
    for place in servers:
        number, elsewhere = place.make(), place.make()
        task = place.data("POST", "/v3/tasks", json={"caseId": number, "name": "t"})["id"]
        artifact = place.data("POST", "/v3/artifacts", json={"caseId": number, "summary": "a", "type": "Host"})["id"]
        xid = place.data("GET", f"/v3/cases/{number}")["xid"]
        wanted.append([{"caseId": elsewhere, "taskId": task}, {"caseId": elsewhere, "caseXid": xid}, {"caseId": number, "caseXid": xid},
                       {"caseXid": xid}, {"caseId": elsewhere, "artifactId": artifact}, {"caseId": 999999}, {"caseXid": "no-such-xid-1"}])
    verdicts = []
    for given in zip(*wanted):
        answers = [place.ask("POST", f"/v3/{path}", json={**OBJECTS[path], **one}) for place, one in zip(servers, given)]
        if any(m not in members for m in given[0] for members in [dict(members_of_all(servers[0], path))]):
            assert {a.status_code for a in answers} == {400}  # no member of the object: which complaint comes first is ours
            continue
        verdicts.append(alike(answers))
    assert different(verdicts) == []


def members_of_all(place, path):
    return place.ask("OPTIONS", f"/v3/{path}?show=readOnly").json()


# Queries

OPERATORS = ["=", "!=", ">", "<", ">=", "<=", "IN", "NOT IN", "LIKE", "NOT LIKE", "CONTAINS", "NOT CONTAINS", "STARTSWITH", "ENDSWITH"]
OPERANDS = {
    "Integer": ["0", "1", "(0,1)"], "Boolean": ["true", "False"],
    "Date": ['"2024-01-02 03:04:05"', '"NOW() - 1 HOUR"', '"2025-02-03T09:00:00Z"'],
    "String": ['"%a%"', '"Host"', '("Two tags","v1")', f'"{ACCESS_ID}"'],
    "Enum": ['"Open"', '"Group"', '("Escalated","Low")', '"none of them"'],
}


def operands_of(kind):
    if kind in ("Boolean", "Enum") or kind.startswith("Date"):
        return OPERANDS[kind.removesuffix("Time")]
    return OPERANDS["Integer" if kind in ("Integer", "Long", "BigInteger", "Double") else "String"]


def queries_about(word):
    name, kind = word["keyword"], word["type"]
    if name.startswith("has") and name != "hasWorkflowTemplate":
        return [f"{name}()", f"NOT {name}()", f"{name} (id > 0)", f"{name}(nonsense = 1)", f"{name} = 1", f"{name}(id IS NULL)"]
    # Enums are compared in any letter case by the façade; which comes first, nobody says.
    operators = [op for op in OPERATORS if op in ("=", "!=", "IN", "NOT IN")] if kind == "Enum" else OPERATORS
    listed = [(op, v if v.startswith("(") or "IN" not in op.split() else f"({v})") for op in operators for v in operands_of(kind)]
    return [f"{name} IS NULL", f"{name} IS NOT NULL", *(f"{name} {op} {v}" for op, v in listed)]


@pytest.mark.parametrize("path", NAMES)
def test_every_keyword_with_every_operator_finds_the_same(servers, path):
    numbers = [place.make(**RICH) for place in servers]
    words = servers[0].data("OPTIONS", f"/v3/{path}/tql")
    assert [w["keyword"] for w in words] == [w["keyword"] for w in servers[1].data("OPTIONS", f"/v3/{path}/tql")]
    wrong = []
    # Numbers and xids differ; an author whom nobody knows is an error there and finds nothing here.
    for word in [w for w in words if not w["keyword"].lower().endswith(("id", "xid", "idasstring")) and w["keyword"] != "author"]:
        for tql in queries_about(word):
            found = []
            for place, number in zip(servers, numbers):
                scope = f"id = {number}" if path == "cases" else f"caseId = {number}"
                answer = place.ask("GET", f"/v3/{path}", params={"tql": f"{scope} and ({tql})"})
                body = answer.json()
                found.append(sorted(one[NAMES[path]] for one in body["data"]) if answer.status_code == 200 else body["errCode"])
            if found[0] != found[1]:
                wrong.append((tql, *found))
    for place, number in zip(servers, numbers):
        place.drop(number)
    assert wrong == []
