"""Cases of ThreatConnect clients in Tracecat with all that hangs on them: nested writes are one logical write, queries lead from anything to
anything, and lists of many cases cost a bounded number of requests."""
import base64
import random
from collections import Counter

import pytest
from conftest import Stack
from fault_gate import FaultGate
from reverse_support import BOTH, OTHER, SANDBOX_DATA, WRITER, Reverse, reverse_bridge
from support import unique
from test_reverse_children import LISTS, attachments, b64, built, comments, every, get, ids, make, tasks
from test_reverse_faults import FAULTS, named, only


@pytest.fixture(scope="module", params=["login", "no add-ons"])
def site(request):
    made = built(request.param)
    try:
        yield made
    finally:
        made.stack.stop()


@pytest.fixture(scope="module")
def one():
    made = built("both")
    try:
        yield made
    finally:
        made.stack.stop()


def nested(name, data=b"bytes of a file"):
    return {
        "name": name, "severity": "High", "status": "Open", "tags": {"data": [{"name": "vpn"}]},
        "attributes": {"data": [{"type": "Description", "value": "v"}]},
        "notes": {"data": [{"text": "first note"}, {"text": "second note"}]},
        "tasks": {"data": [{"name": "task one", "workflowPhase": 1, "workflowStep": 2, "notes": {"data": [{"text": "of a task"}]},
                            "artifacts": {"data": [{"summary": "10.0.0.1", "type": "IP Address", "notes": {"data": [{"text": "deep"}]}}]}},
                           {"name": "task two", "status": "Closed"}]},
        "artifacts": {"data": [{"summary": "bad.example", "type": "Host", "notes": {"data": [{"text": "of a host"}]}},
                               {"summary": "log.txt", "type": "Log File", "fileData": b64(data)}]},
        "workflowEvents": {"data": [{"summary": "Reported by phone", "eventDate": "2025-02-03T09:00:00Z",
                                     "notes": {"data": [{"text": "of an event"}]}}]},
    }


def whole(client, number):
    fields = ["notes", "tasks.notes", "tasks.artifacts.notes", "artifacts.notes", "artifacts.fileData", "workflowEvents.notes", "tags", "attributes"]
    return client.done("GET", f"/cases/{number}", params=[("fields", f) for f in fields])


def texts(collection, member="text"):
    return [e[member] for e in collection["data"]]


def check_nested(case, times=1):
    assert sorted(texts(case["notes"])) == sorted(["first note", "second note"] * times)
    assert Counter(texts(case["tasks"], "name")) == {"task one": times, "task two": times}
    for task in case["tasks"]["data"]:
        if task["name"] == "task two":
            assert task["status"] == "Closed" and task["completedDate"]
            continue
        assert (task["workflowPhase"], task["workflowStep"], texts(task["notes"])) == (1, 2, ["of a task"])
        (artifact,) = task["artifacts"]["data"]
        assert (artifact["summary"], texts(artifact["notes"])) == ("10.0.0.1", ["deep"])
    assert Counter(texts(case["artifacts"], "summary")) == {"bad.example": times, "log.txt": times, "10.0.0.1": times}
    for artifact in case["artifacts"]["data"]:
        if artifact["summary"] == "log.txt":
            assert base64.b64decode(artifact["fileData"]) == b"bytes of a file"
        if artifact["summary"] == "bad.example":
            assert texts(artifact["notes"]) == ["of a host"]
    own = [e for e in case["workflowEvents"]["data"] if not e["systemGenerated"]]
    told = [(e["summary"], e["eventDate"], texts(e["notes"])) for e in own]
    assert told == [("Reported by phone", "2025-02-03T09:00:00Z", ["of an event"])] * times


def test_a_case_is_made_with_all_that_hangs_on_it(site):
    client, name = site.client(), unique("nested")
    made = client.done("POST", "/cases", json=nested(name))
    assert "notes" not in made
    case = whole(client, made["id"])
    check_nested(case)
    assert [t["name"] for t in case["tags"]["data"]] == ["vpn"] and texts(case["attributes"], "value") == ["v"]
    assert sorted(c["content"] for c in comments(site, made["id"])) == ["first note", "second note"]
    if site.name == "login":
        assert Counter((t["title"], t["status"]) for t in tasks(site, made["id"])) == {("task one", "todo"): 1, ("task two", "completed"): 1}
    assert [a["file_name"] for a in attachments(site, made["id"])] == ["log.txt"]


def test_nested_lists_of_an_update_are_appended(site):
    client = site.client()
    body = nested(unique("twice"))
    made = client.done("POST", "/cases", json=body)
    lists = {k: body[k] for k in LISTS}
    changed = client.done("PUT", f"/cases/{made['id']}", json={**lists, "severity": "Low"})
    assert changed["severity"] == "Low"
    check_nested(whole(client, made["id"]), times=2)


def test_children_take_nested_lists_as_well(site):
    client = site.client()
    case = client.create()["id"]
    body = nested("unused")
    task = make(client, "tasks", caseId=case, **body["tasks"]["data"][0])
    assert texts(task["notes"]) == ["of a task"] and texts(task["artifacts"], "summary") == ["10.0.0.1"]
    again = client.done("PUT", f"/tasks/{task['id']}", json={"notes": {"data": [{"text": "more"}]}}, params=[("fields", "notes")])
    assert texts(again["notes"]) == ["of a task", "more"]
    event = make(client, "workflowEvents", caseId=case, **body["workflowEvents"]["data"][0])
    assert texts(event["notes"]) == ["of an event"]


@pytest.mark.parametrize("bad", [
    {"artifacts": {"data": [{"summary": "s", "type": "No Such Type"}]}},
    {"tasks": {"data": [{"name": "t", "assignee": {"type": "User", "data": {"userName": "nobody"}}}]}},
    {"tasks": {"data": [{"name": "t", "dependentOnId": 5}]}},
    {"artifacts": {"data": [{"summary": "s.exe", "type": "Event File", "fileData": b64(b"MZ" * 200_000)}]}},
    {"associatedCases": {"data": [{"id": 987654}]}},
])
def test_a_case_with_a_part_that_cannot_be_is_not_made_at_all(site, bad):
    client, name = site.client(), unique("refused")
    answer = client.call("POST", "/cases", json={**nested(name), **bad})
    assert answer.status_code == 400, answer.text
    assert named(site, name) == [] and client.find(f'name = "{name}"') == []
    case = client.create()["id"]
    before = whole(client, case)
    assert client.call("PUT", f"/cases/{case}", json={**{k: nested(name)[k] for k in LISTS}, **bad}).status_code == 400
    after = whole(client, case)
    assert {k: ids(after[k]["data"]) for k in LISTS} == {k: ids(before[k]["data"]) for k in LISTS}


# Faults

@pytest.fixture(scope="module")
def faulty():
    made, gate = Stack(), FaultGate()

    def between(port):
        gate.backend_port = port
        return gate.port
    try:
        quick = {"pool": {"call_timeout_ms": 1500, "connect_timeout_ms": 1000}, "breaker": {"failures": 0}}
        site = Reverse(made, data={**SANDBOX_DATA, "tags": [{"name": "vpn"}]}, between=between, upstream=quick, threads=2, credentials={"main": BOTH})
        site.gate, site.name = gate, "both"
        yield site
        gate.close()
    finally:
        made.stop()


BROKEN = ["done, then reset", "done, then 502", "reset", "hang", "500", "503"]


@pytest.mark.parametrize("fault", BROKEN)
@pytest.mark.parametrize("skip", range(8))
def test_a_nested_create_that_meets_a_fault_is_whole_or_gone_or_says_what_there_is(faulty, fault, skip):
    client, name = faulty.client(), unique("faulty")
    client.page(resultLimit=1)
    faulty.gate.arm(only(["POST", "PATCH"], FAULTS[fault], skip=skip))
    answer = client.call("POST", "/cases", json=nested(name))
    faulty.gate.disarm()
    made = named(faulty, name)
    assert len(made) <= 1
    if answer.status_code == 201:
        check_nested(whole(client, answer.json()["data"]["id"]))
    elif made:
        assert "there is now case" in answer.json()["message"], answer.text


@pytest.mark.parametrize("fault", BROKEN)
@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("skip", range(2))
def test_a_child_that_meets_a_fault_is_whole_or_not_there_and_never_twice(faulty, fault, kind, skip):
    client = faulty.client()
    case = client.create()["id"]
    before = ids(every(client, kind, f"caseId = {case}"))
    extra = {"fileData": b64(unique("bytes").encode()), "type": "Log File", "summary": "f.txt"} if kind == "artifacts" else {}
    body = {"caseId": case, **{"notes": {"text": "n"}, "tasks": {"name": "t"}, "artifacts": extra, "workflowEvents": {"summary": "e"}}[kind]}
    faulty.gate.arm(only(["POST", "PATCH"], FAULTS[fault], skip=skip))
    answer = client.call("POST", f"/{kind}", json=body, headers={"Idempotency-Key": unique("key")})
    faulty.gate.disarm()
    after = ids(every(client, kind, f"caseId = {case}"))
    made = len(after) - len(before)
    if answer.status_code == 201:
        assert made == 1 and answer.json()["data"]["id"] in after
    elif made:
        message = answer.json()["message"]
        in_doubt = fault in ("hang", "done, then reset", "done, then 502")
        assert made == 1 and (in_doubt or "there is now" in message), answer.text


@pytest.mark.parametrize("fault", ["done, then reset", "done, then 502", "reset", "500"])
@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("skip", range(2))
def test_a_create_under_a_key_is_done_once_however_often_it_is_sent_again(faulty, fault, kind, skip):
    client, key = faulty.client(), unique("key")
    case = client.create()["id"]
    body = {"caseId": case, **{"notes": {"text": "n"}, "tasks": {"name": "t"}, "artifacts": {"summary": "s", "type": "Host"},
                               "workflowEvents": {"summary": "e"}}[kind]}
    faulty.gate.arm(only(["POST", "PATCH"], FAULTS[fault], skip=skip))
    answers = [client.call("POST", f"/{kind}", json=body, headers={"Idempotency-Key": key})]
    faulty.gate.disarm()
    answers += [client.call("POST", f"/{kind}", json=body, headers={"Idempotency-Key": key}) for _ in range(2)]
    assert answers[-1].status_code == 201
    there = [d for d in every(client, kind, f"caseId = {case}") if not d.get("systemGenerated")]
    assert [d["id"] for d in there] == [answers[-1].json()["data"]["id"]]


@pytest.mark.parametrize("fault", BROKEN)
@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("skip", range(2))
def test_a_change_or_a_removal_that_meets_a_fault_is_done_or_not_and_done_again_without_harm(faulty, fault, kind, skip):
    client = faulty.client()
    case = client.create()["id"]
    member = {"notes": "text", "tasks": "name", "artifacts": "summary", "workflowEvents": "summary"}[kind]
    extra = {"fileData": b64(unique("bytes").encode()), "type": "Log File"} if kind == "artifacts" else {}
    new = b64(unique("new bytes").encode())
    more = {"fileData": new} if kind == "artifacts" else {"required": True} if kind == "tasks" else {}
    made = make(client, kind, caseId=case, **{member: "before.txt"}, **extra)
    others = ids(every(client, kind, f"caseId = {case}"))
    faulty.gate.arm(only(["POST", "PATCH"], FAULTS[fault], skip=skip))
    answer = client.call("PUT", f"/{kind}/{made['id']}", json={member: "after.txt", **more})
    faulty.gate.disarm()
    now = get(client, kind, made["id"])
    assert now[member] in ("before.txt", "after.txt") and ids(every(client, kind, f"caseId = {case}")) == others
    if answer.status_code == 200:
        assert now[member] == "after.txt"
    if kind == "artifacts":
        assert now["fileData"] == (new if now[member] == "after.txt" else extra["fileData"])
    again = client.done("PUT", f"/{kind}/{made['id']}", json={member: "after.txt", **more}, params=[("fields", "_all_")])
    assert again[member] == "after.txt" and all(again[k] == v for k, v in more.items())
    faulty.gate.arm(only(["DELETE", "PATCH"], FAULTS[fault], skip=skip))
    answer = client.call("DELETE", f"/{kind}/{made['id']}", json={"deletedReason": "r"})
    faulty.gate.disarm()
    there = client.call("GET", f"/{kind}/{made['id']}")
    gone = there.status_code == 404 or there.json()["data"].get("deleted", False)
    assert gone or answer.status_code != 200
    assert client.call("DELETE", f"/{kind}/{made['id']}", json={"deletedReason": "r"}).status_code in (200, 404)


def test_a_case_made_under_a_key_is_one_case(one):
    client, key, name = one.client(), unique("key"), unique("keyed")
    answers = [client.call("POST", "/cases", json=nested(name), headers={"Idempotency-Key": key}) for _ in range(3)]
    assert {a.status_code for a in answers} == {201} and len({a.json()["data"]["id"] for a in answers}) == 1
    assert len(named(one, name)) == 1
    check_nested(whole(client, answers[0].json()["data"]["id"]))


# Associations and access

def associated(client, number):
    return ids(client.done("GET", f"/cases/{number}", params=[("fields", "associatedCases")])["associatedCases"]["data"])


def test_associations_of_cases_hold_from_both_sides(one):
    client = one.client()
    a, b = client.create()["id"], client.create()["id"]
    c = client.create(associatedCases={"data": [{"id": a}]})["id"]
    client.change(a, associatedCases={"data": [{"id": b}], "mode": "append"})
    assert associated(client, a) == sorted([b, c]) and associated(client, b) == [a] and associated(client, c) == [a]
    assert client.find(f"hasCase(id = {a})") == sorted([b, c])
    name = client.get(a)["name"]
    assert {b, c} <= set(client.find(f'hasCase(name = "{name}")'))
    client.change(a, associatedCases={"data": [{"id": b}], "mode": "delete"})
    assert associated(client, a) == [c] and associated(client, b) == []
    client.change(a, associatedCases={"data": [{"id": b}], "mode": "replace"})
    assert associated(client, a) == [b] and associated(client, c) == [] and associated(client, b) == [a]
    inline = client.change(c, associatedCases={"data": [{"name": "new one", "severity": "Low", "status": "Open"}]})
    (new,) = associated(client, c)
    assert client.get(new)["name"] == "new one" and associated(client, new) == [c] and inline["id"] == c
    assert client.call("DELETE", f"/cases/{b}").status_code == 200
    assert associated(client, a) == []


def test_user_access_is_honoured_and_nobody_shuts_himself_out(one):
    mine, theirs = one.client(), one.client(who=OTHER)
    me = next(u["id"] for u in mine.done("GET", "/security/users") if u["userName"] == WRITER)
    other = next(u["id"] for u in mine.done("GET", "/security/users") if u["userName"] == OTHER)
    case = mine.create(userAccess={"data": [{"id": me}]}, notes={"data": [{"text": "secret"}]})["id"]
    note = every(mine, "notes", f"caseId = {case}")[0]["id"]
    shown = mine.done("GET", f"/cases/{case}", params=[("fields", "userAccess")])
    assert [u["userName"] for u in shown["userAccess"]["data"]] == [WRITER]
    for path in (f"/cases/{case}", f"/notes/{note}"):
        assert theirs.call("GET", path).status_code == 404
    assert every(theirs, "notes", f"caseId = {case}") == [] and note not in ids(every(theirs, "notes"))
    assert theirs.call("POST", "/notes", json={"caseId": case, "text": "t"}).status_code == 404
    answer = mine.call("PUT", f"/cases/{case}", json={"userAccess": {"data": [{"id": other}], "mode": "replace"}})
    assert answer.status_code == 400 and str(me) in answer.json()["message"], answer.text
    mine.change(case, userAccess={"data": [{"id": other}], "mode": "append"})
    assert theirs.get(case)["id"] == case


def test_groups_indicators_and_templates_are_carried(one):
    client = one.client()
    case = client.create(associatedGroups={"data": [{"id": 7}]}, associatedIndicators={"data": [{"id": 8}]}, workflowTemplate={"id": 12})
    assert (ids(case["associatedGroups"]["data"]), ids(case["associatedIndicators"]["data"]), case["workflowTemplate"]["id"]) == ([7], [8], 12)
    assert client.find("hasWorkflowTemplate = 12") == [case["id"]]
    assert case["id"] in client.find("hasGroup(id = 7)") and case["related"]["data"] == []


# Queries, against a plain evaluation of the same documents

def test_queries_of_all_kinds_agree_with_a_plain_evaluation(one):
    client, dice = one.client(), random.Random(11)
    words = ["alpha", "beta", "gamma"]
    for _ in range(12):
        body = nested(dice.choice(words), dice.choice(words).encode())
        body["severity"] = dice.choice(["Low", "High"])
        for collection in LISTS:
            body[collection]["data"] = dice.sample(body[collection]["data"], dice.randint(0, len(body[collection]["data"])))
        client.done("POST", "/cases", json=body)
    documents = {kind: every(client, kind) for kind in LISTS}
    cases = {c["id"]: c for c in client.page(fields=["_all_"], resultLimit=10000)["data"]}
    of = {kind: {d["id"]: (d.get("parentCase") or {"id": d["id"] // 2**31})["id"] for d in list_} for kind, list_ in documents.items()}

    def found(kind, tql):
        return ids(every(client, kind, tql, fields=()))

    def plain(kind, test):
        return sorted(d["id"] for d in documents[kind] if test(d, cases[of[kind][d["id"]]]))

    queries = [
        ("notes", 'data CONTAINS "of a"', lambda d, c: "of a" in d["text"]),
        ("notes", 'hasCase(severity = "High")', lambda d, c: c["severity"] == "High"),
        ("notes", 'hasCase(name = "alpha") AND summary = "first note"', lambda d, c: c["name"] == "alpha" and d["text"] == "first note"),
        ("notes", 'NOT (hasCase(name = "alpha"))', lambda d, c: c["name"] != "alpha"),
        ("notes", "hasTask()", lambda d, c: "taskId" in d),
        ("notes", 'hasTask(name = "task one")', lambda d, c: "taskId" in d),
        ("notes", f'author = "{WRITER}"', lambda d, c: d["author"] == WRITER),
        ("tasks", 'status = "closed"', lambda d, c: d["status"] == "Closed"),
        ("tasks", 'workflowStep > 1 AND hasNote()', lambda d, c: d["workflowStep"] > 1 and d["notes"]["data"]),
        ("tasks", 'caseSeverity = "Low"', lambda d, c: c["severity"] == "Low"),
        ("tasks", 'hasArtifact(hasNote(data = "deep"))', lambda d, c: d["artifacts"]["data"]),
        ("artifacts", 'typeName IN ("Host", "Log File")', lambda d, c: d["type"] in ("Host", "Log File")),
        ("artifacts", 'hasTask(name STARTSWITH "task")', lambda d, c: "taskId" in d),
        ("artifacts", 'hasCase(hasNote(data = "first note"))', lambda d, c: "first note" in texts(c["notes"])),
        ("workflowEvents", "systemGenerated = true", lambda d, c: d["systemGenerated"]),
        ("workflowEvents", 'summary LIKE "%phone"', lambda d, c: d["summary"].endswith("phone")),
    ]
    for kind, tql, test in queries:
        assert found(kind, tql) == plain(kind, test), (kind, tql)
    for tql, test in [
        ('hasNote(data = "first note")', lambda c: "first note" in texts(c["notes"])),
        ("NOT (hasTask())", lambda c: not c["tasks"]["data"]),
        ('hasTask(status = "Closed") OR hasArtifact(type = "Host")',
         lambda c: any(t["status"] == "Closed" for t in c["tasks"]["data"]) or any(a["type"] == "Host" for a in c["artifacts"]["data"])),
        ('severity = "High" AND hasArtifact()', lambda c: c["severity"] == "High" and c["artifacts"]["data"]),
    ]:
        assert sorted(client.find(tql)) == sorted(c["id"] for c in cases.values() if test(c)), tql
    for kind in LISTS:  # paging and order
        seen, start = [], 0
        while True:
            page = client.whole("GET", f"/{kind}", params=[("resultStart", str(start)), ("resultLimit", "3"), ("sorting", "id DESC")])
            seen += [d["id"] for d in page["data"]]
            start += 3
            if "next" not in page:
                break
        assert seen == sorted((d["id"] for d in documents[kind]), reverse=True)


def test_conditions_on_what_lists_leave_out_of_cases_are_evaluated_on_the_whole_case(one):
    client, text = one.client(), unique("described")
    one.native.post(summary="native", description=text, status="new", priority="low", severity="low")
    (number,) = client.find(f'description = "{text}"')
    mine = client.create(description=text + " too", notes={"data": [{"text": "n"}]})["id"]
    note = make(client, "notes", caseId=number)["id"]
    assert ids(every(client, "notes", f'hasCase(description = "{text}")', fields=())) == [note]
    pinned = f"caseId IN ({number}, {mine})"
    assert [n["id"] // 2**31 for n in every(client, "notes", f'{pinned} AND NOT (hasCase(description = "{text}"))', fields=())] == [mine]
    assert [n["id"] for n in every(client, "notes", f'{pinned} AND hasCase(createdBy = "ana@tests.example")', fields=())] == [note]
    events = every(client, "workflowEvents", f'{pinned} AND userName = "ana@tests.example"')
    assert [e["id"] // 2**31 for e in events] == [number] and events[0]["user"]["userName"] == "ana@tests.example"
    (shown,) = every(client, "notes", f"id = {note}")
    assert shown["parentCase"]["description"] == text


def test_a_list_over_more_cases_than_the_bound_says_to_name_one():
    made = Stack()
    try:
        site = Reverse(made, bridges=[reverse_bridge(child_bound=3)], threads=1)
        client = site.client()
        cases = [client.create(notes={"data": [{"text": "n"}]})["id"] for _ in range(5)]
        for path, params in (("/notes", []), ("/cases", [("tql", "hasNote()")]), ("/artifacts", [("tql", 'summary = "s"')])):
            answer = client.call("GET", path, params=params)
            assert answer.status_code == 400 and "name a case" in answer.json()["message"], answer.text
        assert len(every(client, "notes", f"caseId IN ({cases[0]}, {cases[1]})", fields=())) == 2
        assert len(every(client, "workflowEvents", fields=())) == 5 and every(client, "tasks") == []
        with site.native.watched() as seen:
            client.page(fields=["notes", "tasks"], resultLimit=3)
        assert sum("/comments" in target for _, target in seen) == 3 and not any(t.endswith("/tasks") for _, t in seen)
    finally:
        made.stop()


def test_get_reads_what_a_list_shows(one):
    client = one.client()
    case = client.done("POST", "/cases", json=nested(unique("same")))["id"]
    for kind in LISTS:
        for document in every(client, kind, f"caseId = {case}"):
            assert get(client, kind, document["id"]) == document
