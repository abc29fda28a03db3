"""Changing and deleting many cases by one request (Tracecat fact sheet §1.9)."""
import contextlib
import json
import threading
import time
import uuid

import pytest
import requests
from conftest import Stack, until
from organisation import KEYS, SANDBOX_DATA, SECOND_KEY, SECOND_WORKSPACE, Organisation, bridge
from support import unique

MANY = 1000
FIRST = 1001
SCOPE = {"error": {"code": "insufficient_scope", "message": "You don't have permission to perform this action."}}


@pytest.fixture(scope="module")
def crowd():
    """A thousand cases, bridges of one thread; requests may take ten seconds."""
    made = Stack()
    cases = [{"id": FIRST + i, "name": f"case {i}", "dateAdded": f"2025-01-01T{i // 3600:02}:{i // 60 % 60:02}:{i % 60:02}Z"} for i in range(MANY)]
    migrated = {"id": 900, "name": "migrated", "xid": "tracecat:77777777-7777-4777-8777-777777777777"}
    data = {**SANDBOX_DATA, "cases": [migrated, *cases]}
    try:
        yield Organisation(made, [bridge("main"), bridge("shadow", mode="shadow")], data=data, threads=1, limits={"request_timeout_ms": 10_000})
    finally:
        made.stop()


@pytest.fixture(scope="module")
def everyone(crowd):
    found = {i["summary"]: i["id"] for page in crowd.client().pages(limit=200) for i in page["items"]}
    return [found[f"case {i}"] for i in range(MANY)]


def update(client, ids, **changes):
    return client.ask("POST", "/cases/batch-update", json={"case_ids": ids, "update": changes})


def delete(client, ids):
    return client.ask("POST", "/cases/batch-delete", json={"case_ids": ids})


def results(answer):
    """Per case None or the error; the counts must agree."""
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert list(body) == ["results", "succeeded", "failed"]
    assert all(list(r) == ["case_id", "success", "error"] and r["success"] == (r["error"] is None) for r in body["results"])
    errors = {r["case_id"]: r["error"] for r in body["results"]}
    assert len(errors) == len(body["results"])
    assert body["succeeded"] == sum(e is None for e in errors.values()) and body["failed"] == len(errors) - body["succeeded"]
    return errors


def writes(seen):
    return [(m, t.partition("?")[0]) for m, t in seen if m != "GET"]


def test_each_case_is_changed_and_reported_once_in_order(client, native):
    a, b, c = (client.create(status="new", severity="low") for _ in range(3))
    with native.watched() as seen:
        answer = update(client, [b, a.upper(), b, c.replace("-", ""), a], status="on_hold", severity="high", priority="critical", payload={"n": 1})
    assert results(answer) == {b: None, a: None, c: None}
    assert [r["case_id"] for r in answer.json()["results"]] == [b, a, c]
    assert len(writes(seen)) == 6  # the new state of each, then the old one goes
    for case in (a, b, c):
        read = client.get(case)
        assert (read["status"], read["severity"], read["priority"], read["payload"]) == ("on_hold", "high", "critical", {"n": 1})
        assert native.case(client.number(case))["severity"] == "High"


def test_what_is_not_there_is_said_so(soc, client):
    mine, unknown = client.create(), str(uuid.uuid4())
    theirs = soc.client(key=SECOND_KEY, workspace=SECOND_WORKSPACE).create()
    gone = client.create()
    client.ask("DELETE", f"/cases/{gone}")
    for act in (lambda ids: update(client, ids, status="closed"), lambda ids: delete(client, ids)):
        missing = "Case not found"
        assert results(act([unknown, mine, theirs, gone])) == {unknown: missing, mine: None, theirs: missing, gone: missing}
    assert soc.client(key=SECOND_KEY, workspace=SECOND_WORKSPACE).get(theirs)["status"] == "new"
    assert results(update(client, [unknown], status="new")) == {unknown: "Case not found"}


@pytest.mark.parametrize("change, error", [
    ({"fields": {"nope": 1}}, "Column 'nope' does not exist in table case_fields"),
    ({"assignee_id": "5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90"}, "Database operation failed"),
    ({"summary": None}, "Database operation failed"),
    ({"description": None, "status": "closed"}, "Database operation failed"),
    ({"summary": "a\0b", "status": "closed"}, "Database operation failed"),
])
def test_a_change_that_fails_fails_in_each_case_that_exists(client, native, change, error):
    case, unknown = client.create(summary="as it was"), str(uuid.uuid4())
    with native.watched() as seen:
        assert results(update(client, [case, unknown], **change)) == {case: error, unknown: "Case not found"}
    assert writes(seen) == []
    assert (client.get(case)["summary"], client.get(case)["status"]) == ("as it was", "new")


def test_dropdowns_that_nobody_has_fail_case_by_case(client):
    case, unknown, choice = client.create(), str(uuid.uuid4()), [{"definition_ref": "nope", "option_ref": "x"}]
    error = "Dropdown definition with ref 'nope' not found"
    assert results(update(client, [case, unknown], dropdown_values=choice, status="closed")) == {case: error, unknown: "Case not found"}
    assert client.get(case)["status"] == "new"
    assert results(update(client, [case], dropdown_values=[])) == {case: None}


def test_an_add_on_is_refused_as_a_whole_if_any_case_exists(soc):
    client = soc.client("plain")
    case, unknown = client.create(), str(uuid.uuid4())
    refused = update(client, [unknown, case], dropdown_values=[], status="closed")
    assert (refused.status_code, refused.json()["type"], refused.json()["detail"]) == (403, "EntitlementRequired", {"entitlement": "case_addons"})
    assert client.get(case)["status"] == "new"
    assert results(update(client, [unknown], dropdown_values=[])) == {unknown: "Case not found"}
    assert results(update(client, [case], dropdown_values=None)) == {case: None}


LONG = ["5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90"] * 1001
STATUS = "'unknown', 'new', 'in_progress', 'on_hold', 'resolved', 'closed' or 'other'"


def size(kind, at, n):
    word, bound = ("least", "min") if kind == "too_short" else ("most", "max")
    return {"type": kind, "loc": ["body", "case_ids"], "msg": f"List should have at {word} {at} item{'' if at == 1 else 's'} after validation, not {n}",
            "ctx": {"field_type": "List", f"{bound}_length": at, "actual_length": n}}


@pytest.mark.parametrize("body, problems", [
    ({"case_ids": [], "update": {}}, [{**size("too_short", 1, 0), "input": []}]),
    ({"case_ids": LONG, "update": {}}, [{**size("too_long", 1000, 1001), "input": LONG}]),
    ({"case_ids": LONG[:1]}, [{"type": "missing", "loc": ["body", "update"], "msg": "Field required", "input": {"case_ids": LONG[:1]}}]),
    ({"case_ids": "x", "update": {}}, [{"type": "list_type", "loc": ["body", "case_ids"], "msg": "Input should be a valid list", "input": "x"}]),
    ({"case_ids": [LONG[0], 7], "update": {"status": "x"}}, [
        {"type": "uuid_type", "loc": ["body", "case_ids", 1], "msg": "UUID input should be a string, bytes or UUID object", "input": 7},
        {"type": "enum", "loc": ["body", "update", "status"], "msg": f"Input should be {STATUS}", "input": "x", "ctx": {"expected": STATUS}}]),
    ({"case_ids": LONG[:1], "update": None}, [
        {"type": "model_attributes_type", "loc": ["body", "update"], "msg": "Input should be a valid dictionary or object to extract fields from",
         "input": None}]),
])
def test_a_body_that_does_not_fit(client, body, problems):
    answer = client.ask("POST", "/cases/batch-update", json=body)
    assert (answer.status_code, answer.json()) == (422, {"detail": problems})


def test_a_malformed_id_is_named_by_its_place(client):
    answer = delete(client, [LONG[0], "nope", LONG[0][:-1]])
    assert answer.status_code == 422
    assert [(p["type"], p["loc"], p["input"]) for p in answer.json()["detail"]] == [
        ("uuid_parsing", ["body", "case_ids", 1], "nope"), ("uuid_parsing", ["body", "case_ids", 2], LONG[0][:-1])]
    assert client.ask("POST", "/cases/batch-delete").json()["detail"] == [
        {"type": "missing", "loc": ["body"], "msg": "Field required", "input": None}]


def test_who_may(soc):
    case = soc.client().create()
    for key, act, scope in (("viewer", lambda c: update(c, [case], status="closed"), "case:update"), ("editor", lambda c: delete(c, [case]), "case:delete")):
        refused = act(soc.client(key=KEYS[key]))
        assert refused.status_code == 403
        assert refused.json() == {"error": {**SCOPE["error"], "required_scopes": [scope], "missing_scopes": [scope]}}
    assert results(update(soc.client(key=KEYS["editor"]), [case], severity="high")) == {case: None}
    assert update(soc.client(key=None), [case], status="closed").status_code == 403


def test_bridges_that_do_not_write(soc):
    client = soc.client()
    case = client.create()
    with soc.native.watched() as seen:
        for name, act in (("read-only", lambda c: update(c, [case], status="closed")), ("read-only", lambda c: delete(c, [case])),
                          ("shadow", lambda c: update(c, [case], status="closed")), ("shadow", lambda c: delete(c, [case])),
                          ("no-deletes", lambda c: delete(c, [case]))):
            refused = act(soc.client(name))
            assert (refused.status_code, list(refused.json())) == (403, ["detail"]), name
    assert writes(seen) == []
    assert results(update(soc.client("shadow"), [case], status="new")) == {case: None}  # nothing to write
    assert results(update(soc.client("no-deletes"), [case], status="closed")) == {case: None}


def test_deleted_cases_are_gone(client, native):
    a, b, kept = (client.create() for _ in range(3))
    numbers = [client.number(a), client.number(b)]
    assert results(delete(client, [a, b, a])) == {a: None, b: None}
    assert [client.ask("GET", f"/cases/{c}").status_code for c in (a, b, kept)] == [404, 404, 200]
    assert [native.call("GET", f"/cases/{n}").status_code for n in numbers] == [404, 404]


def test_extra_keys_are_ignored_and_the_other_mount_serves_too(client):
    case = client.create()
    answer = client.call("POST", "/api/cases/batch-delete", params={"workspace_id": client.workspace}, json={"case_ids": [case], "update": {}, "x": 1})
    assert results(answer) == {case: None}


def test_a_thousand_cases_that_are_so_already_cost_only_reading(crowd, everyone):
    client = crowd.client()
    assert set(results(update(client, everyone, status="new", severity="low")).values()) == {None}
    with crowd.native.watched() as seen:
        errors = results(update(client, everyone, status="new", severity="low"))
    assert len(errors) == MANY and set(errors.values()) == {None}
    assert writes(seen) == [] and len(seen) == 5


def test_each_case_that_changes_costs_one_write(crowd, everyone):
    client = crowd.client()
    changed = everyone[:3]
    assert results(update(client, changed, severity="high")) == dict.fromkeys(changed)
    with crowd.native.watched() as seen:
        assert set(results(update(client, everyone[:50], severity="high")).values()) == {None}
    assert len(writes(seen)) == 47 and len(seen) == 48
    assert [client.get(c)["severity"] for c in everyone[:51]] == ["high"] * 50 + ["low"]
    assert set(results(update(client, everyone[:50], severity="low")).values()) == {None}


def test_ids_that_a_migration_left_are_found_many_at_a_time(crowd, everyone):
    client = crowd.client()
    migrated, unknown = "77777777-7777-4777-8777-777777777777", [str(uuid.uuid4()) for _ in range(60)]
    with crowd.native.watched() as seen:
        errors = results(update(client, [migrated, everyone[0], *unknown], description="found"))
    assert errors == {migrated: None, everyone[0]: None, **dict.fromkeys(unknown, "Case not found")}
    assert len(writes(seen)) == 2 and len(seen) == 5  # two look-ups, one page, two writes
    assert crowd.native.case(900)["description"] == "found"


def test_writes_go_out_four_at_a_time(crowd, everyone):
    client, mine = crowd.client(), everyone[10:30]
    with crowd.native.fault("slow:300@PUT /"):
        start = time.monotonic()
        assert results(update(client, mine, description=unique("slow"))) == dict.fromkeys(mine)
        took = time.monotonic() - start
    assert 5 * 0.3 <= took < 20 * 0.3  # five rounds of four


def test_what_was_done_is_reported_when_the_time_is_used_up(crowd, everyone):
    client, mine, text = crowd.client(), everyone[100:160], unique("late")
    with crowd.native.fault("slow:1400@PUT /"):
        with crowd.native.watched() as seen:
            errors = results(update(client, mine, description=text))
    late = [c for c, e in errors.items() if e is not None]
    assert {errors[c] for c in late} == {"Not attempted: the time for this request was used up"}
    assert 4 <= len(mine) - len(late) <= 28 and len(writes(seen)) == len(mine) - len(late)
    shown = {FIRST + i: n for i in range(100, 160) for n in [crowd.native.case(FIRST + i).get("description")]}
    assert [n == text for n in shown.values()] == [errors[c] is None for c in mine]


def test_a_write_that_fails_is_the_error_of_its_case_only(crowd, everyone):
    client, mine = crowd.client(), everyone[200:206]
    with crowd.native.fault(f"status:500@PUT /api/v3/cases/{FIRST + 203}"):
        errors = results(update(client, mine, description=unique("partly")))
    assert {c for c, e in errors.items() if e} == {mine[3]}
    with crowd.native.fault(f"status:404@DELETE /api/v3/cases/{FIRST + 203}"):
        assert results(delete(client, mine[2:5])) == {mine[2]: None, mine[3]: "Case not found", mine[4]: None}


def test_cases_that_cannot_be_read_are_not_written(crowd, everyone):
    with crowd.native.fault("status:500@GET /api/v3/cases"):
        with crowd.native.watched() as seen:
            assert update(crowd.client(), everyone[:5], status="closed").status_code == 502
    assert writes(seen) == []


def test_batches_and_single_writes_lose_nothing_of_each_other(soc, native):
    """The carried state of one case is rewritten by all of them; each owns one member."""
    client = soc.client()
    cases = [client.create(status="new", priority="low") for _ in range(6)]
    failed = []

    def ask(work):
        own = soc.client()
        for turn in range(8):
            answer = work(own, turn)
            if answer.status_code not in (200, 204) or '"success":false' in answer.text:
                failed.append(answer.text)

    priorities, statuses = ["high", "critical", "medium", "other"], ["on_hold", "in_progress", "unknown", "other"]
    jobs = [lambda c, i: update(c, cases, priority=priorities[i % 4]), lambda c, i: update(c, cases[::-1], payload={"turn": i}),
            lambda c, i: c.patch(cases[2], status=statuses[i % 4])]
    threads = [threading.Thread(target=ask, args=(job,)) for job in jobs]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert failed == []
    assert [(client.get(c)["priority"], client.get(c)["payload"]) for c in cases] == [("other", {"turn": 7})] * 6
    assert client.get(cases[2])["status"] == "other"
    assert all(len(native.attributes(client.number(c))) == 1 for c in cases)


def test_a_case_that_is_being_written_for_too_long_is_a_409():
    made = Stack()
    try:
        org = Organisation(made, [bridge("main")], threads=1)
        client = org.client()
        cases = [client.create(description="as it was") for _ in range(3)]
        held = f"/api/v3/cases/{client.number(cases[1])}"

        def hold():
            with contextlib.suppress(requests.RequestException):  # it ends with the bridge
                org.client().patch(cases[1], description="held")

        with org.native.fault(f"hang@PUT {held}"), org.native.watched() as seen:
            threading.Thread(target=hold, daemon=True).start()
            until(lambda: any(r["method"] == "PUT" for r in org.native.control("GET", "requests")["requests"]))
            start = time.monotonic()
            refused = update(client, cases, description="waits")
            took = time.monotonic() - start
        assert (refused.status_code, refused.json()) == (409, {"detail": "Timed out waiting to lock cases for batch update"})
        assert 4.9 <= took < 25  # five seconds, as a Tracecat waits
        assert writes(seen) == [("PUT", held)]
        assert client.get(cases[0])["description"] == "as it was"
    finally:
        made.stop()


def test_a_loss_in_many_cases_is_declared_once():
    made = Stack()
    from test_carry import without_state_type
    try:
        org = Organisation(made, [bridge("main"), bridge("strict", strict=True)], data=without_state_type(), threads=1)
        client = org.client()
        cases = [client.create() for _ in range(4)]
        answer = update(client, cases, payload={"lost": True}, severity="high")
        assert set(results(answer).values()) == {None}
        assert answer.headers["Casebridge-Loss"] == "payload=loss_no_carry"
        errors = results(update(org.client("strict"), cases, payload={"lost": 2}, severity="low"))
        assert all(e.startswith("Refused, since the backend cannot keep: payload=loss_no_carry") for e in errors.values())
        assert {client.get(c)["severity"] for c in cases} == {"high"}
    finally:
        made.stop()


def test_the_shadow_bridge_answers_a_thousand_at_once(crowd, everyone):
    with crowd.native.watched() as seen:
        assert update(crowd.client("shadow"), everyone, description=json.dumps("never")).status_code == 403
    assert writes(seen) == []
