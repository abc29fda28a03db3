"""The history of a case: Tracecat's events over a ThreatConnect that keeps none (Tracecat fact sheet §3.6; docs/history.md)."""
import base64
import json
import threading
import uuid
from datetime import datetime

import pytest
from conftest import WORKSPACE, Bridge, Stack, settings
from organisation import ATTRIBUTE_TYPES, KEYS, SANDBOX_DATA, SECOND_KEY, SECOND_WORKSPACE, Organisation, bridge, password_hash, upstream
from support import STATE, Tracecat, unique

PREFIX = "casebridge-state-history-"
TYPES = """case_created case_updated case_closed case_reopened case_viewed priority_changed severity_changed status_changed
fields_changed assignee_changed attachment_created attachment_deleted tag_added tag_removed payload_changed task_created task_deleted
task_status_changed task_priority_changed task_workflow_changed task_assignee_changed dropdown_value_changed table_row_linked
table_row_unlinked comment_created comment_updated comment_deleted comment_reply_created comment_reply_updated
comment_reply_deleted""".split()


def history(client, case, legacy=False):
    done = client.call("GET", f"/cases/{case}/events", params={"workspace_id": client.workspace}) if legacy else client.ask("GET", f"/cases/{case}/events")
    assert done.status_code == 200, done.text
    answer = done.json()
    assert list(answer) == ["events", "users"]
    people = [u["id"] for u in answer["users"]]
    assert len(people) == len(set(people))
    times = [datetime.fromisoformat(e["created_at"].replace("Z", "+00:00")) for e in answer["events"]]
    assert times == sorted(times, reverse=True)
    for e in answer["events"]:
        assert e["type"] in TYPES and None not in e.values()
        # whoever is named must be among the users, or the interface's panel crashes
        named = [e.get("user_id"), *([e.get("old"), e.get("new")] if e["type"].endswith("assignee_changed") else [])]
        assert {n for n in named if n} <= set(people)
    assert all(None not in u.values() for u in answer["users"])
    return answer


def events(client, case):
    """What happened, the oldest first, without times and people."""
    return [{k: v for k, v in e.items() if k not in ("created_at", "user_id")} for e in reversed(history(client, case)["events"])]


def since(client, case, before):
    """What happened after so many events."""
    return [e for e in events(client, case)[before:]]


def types(client, case):
    return [e["type"] for e in events(client, case)]


@pytest.fixture(scope="module")
def lead(soc):
    return soc.person("lead")


@pytest.fixture(scope="module")
def admin(soc):
    return soc.person("admin")


def user_id(person):
    return person.call("GET", "/users/me").json()["id"]


# --- what it says ---

def test_a_new_case_was_created_by_whoever_created_it(lead, soc):
    case = lead.create()
    answer = history(lead, case)
    me = lead.call("GET", "/users/me").json()
    (event,) = answer["events"]
    assert list(event) == ["type", "user_id", "created_at"]
    assert (event["type"], event["user_id"]) == ("case_created", me["id"])
    assert answer["users"] == [{k: v for k, v in me.items() if v is not None}]
    assert history(lead, case, legacy=True) == answer


def test_what_an_api_key_does_is_done_by_nobody(client):
    case = client.create()
    client.change(case, status="in_progress")
    answer = history(client, case)
    assert [list(e) for e in answer["events"]] == [["type", "old", "new", "created_at"], ["type", "created_at"]]
    assert answer["users"] == []


CHANGES = [
    ({"status": "in_progress"}, [{"type": "status_changed", "old": "new", "new": "in_progress"}]),
    ({"status": "on_hold", "priority": "high"}, [{"type": "status_changed", "old": "in_progress", "new": "on_hold"},
                                                {"type": "priority_changed", "old": "medium", "new": "high"}]),
    ({"severity": "fatal"}, [{"type": "severity_changed", "old": "low", "new": "fatal"}]),
    ({"summary": "Another"}, [{"type": "case_updated", "field": "summary", "old": "A case", "new": "Another"}]),
    ({"description": "changed"}, []),
    ({"payload": {"a": 1, "b": [1, 2]}}, [{"type": "payload_changed"}]),
    ({"payload": {"b": [1.0, 2], "a": 1}}, []),
    ({"payload": None}, [{"type": "payload_changed"}]),
    ({"fields": {"asset_owner": "Finance"}}, [{"type": "fields_changed", "changes": [{"field": "asset_owner", "new": "Finance"}]}]),
    ({"fields": {"asset_owner": "Sales", "tc_resolution": "Escalated"}},
     [{"type": "fields_changed", "changes": [{"field": "asset_owner", "old": "Finance", "new": "Sales"},
                                             {"field": "tc_resolution", "old": "Not Specified", "new": "Escalated"}]}]),
    ({"fields": {"asset_owner": None, "tc_case_detection_time": 1767225600}},
     [{"type": "fields_changed", "changes": [{"field": "asset_owner", "old": "Sales"}, {"field": "tc_case_detection_time", "new": 1767225600}]}]),
    ({"fields": {}}, []), ({"status": "on_hold", "priority": "high", "severity": "fatal"}, []), ({"status": None, "nonsense": 5}, []),
    ({"status": "resolved"}, [{"type": "status_changed", "old": "on_hold", "new": "resolved"}]),
    ({"status": "closed"}, [{"type": "case_closed", "old": "resolved", "new": "closed"}]),
    ({"status": "resolved"}, [{"type": "case_reopened", "old": "closed", "new": "resolved"}]),
    ({"status": "closed"}, [{"type": "case_closed", "old": "resolved", "new": "closed"}]),
    ({"status": "new"}, [{"type": "case_reopened", "old": "closed", "new": "new"}]),
]


def test_each_change_makes_the_events_that_tracecat_makes(client):
    case, seen = client.create(), 1
    for change, expected in CHANGES:
        client.change(case, **change)
        assert since(client, case, seen) == expected, change
        seen += len(expected)


def test_assignees_are_told_by_their_ids(client, lead, admin):
    case, a, b = client.create(), user_id(lead), user_id(admin)
    for assignee in (a, a, b, None, None):
        client.change(case, assignee_id=assignee)
    assert since(client, case, 1) == [
        {"type": "assignee_changed", "new": a}, {"type": "assignee_changed", "old": a, "new": b}, {"type": "assignee_changed", "old": b}]
    assert {u["id"] for u in history(client, case)["users"]} == {a, b}


def test_tags_come_and_go(client):
    case = client.create()
    tag = next(t for t in client.ask("GET", "/case-tags").json() if t["name"] == "Tier 2")
    for _ in range(2):  # adding is idempotent, and then nothing happens
        assert client.ask("POST", f"/cases/{case}/tags", json={"tag_id": "tier-2"}).status_code == 201
    assert client.ask("DELETE", f"/cases/{case}/tags/{tag['id']}").status_code == 204
    told = {"tag_id": tag["id"], "tag_ref": "tier-2", "tag_name": "Tier 2"}
    assert since(client, case, 1) == [{"type": "tag_added", **told}, {"type": "tag_removed", **told}]


def test_comments_tasks_and_files_tell_of_themselves(lead):
    case = lead.create()
    assert lead.ask("POST", f"/cases/{case}/comments", json={"content": "one"}).status_code == 201
    (root,) = lead.ask("GET", f"/cases/{case}/comments").json()
    assert lead.ask("POST", f"/cases/{case}/comments", json={"content": "two", "parent_id": root["id"]}).status_code == 201
    reply = lead.ask("GET", f"/cases/{case}/comments").json()[1]
    assert lead.ask("PATCH", f"/cases/{case}/comments/{reply['id']}", json={"content": "2"}).status_code == 204
    assert lead.ask("DELETE", f"/cases/{case}/comments/{root['id']}").status_code == 204
    assert lead.ask("POST", f"/cases/{case}/tasks", json={"title": "T", "status": "todo", "priority": "low"}).status_code == 201
    task = lead.ask("GET", f"/cases/{case}/tasks").json()[0]["id"]
    assert lead.ask("PATCH", f"/cases/{case}/tasks/{task}", json={"status": "completed"}).status_code in (200, 204)
    made = lead.ask("POST", f"/cases/{case}/attachments", files={"file": ("a.txt", b"hello", "text/plain")}).json()
    assert lead.ask("DELETE", f"/cases/{case}/attachments/{made['id']}").status_code == 204
    of_root = {"comment_id": root["id"], "thread_root_id": root["id"]}
    of_reply = {"comment_id": reply["id"], "parent_id": root["id"], "thread_root_id": root["id"]}
    assert since(lead, case, 1) == [
        {**of_root, "type": "comment_created"}, {**of_reply, "type": "comment_reply_created"}, {**of_reply, "type": "comment_reply_updated"},
        {**of_root, "type": "comment_deleted", "delete_mode": "soft"},
        {"type": "task_created", "task_id": task, "title": "T"},
        {"type": "task_status_changed", "task_id": task, "title": "T", "old": "todo", "new": "completed"},
        {"type": "attachment_created", "attachment_id": made["id"], "file_name": "a.txt", "content_type": "text/plain", "size": 5},
        {"type": "attachment_deleted", "attachment_id": made["id"], "file_name": "a.txt"},
    ]
    # the comment is told before the type, as Tracecat does
    told = next(e for e in history(lead, case)["events"] if e["type"] == "comment_deleted")
    assert list(told) == ["comment_id", "thread_root_id", "type", "delete_mode", "user_id", "created_at"]


def test_a_batch_is_part_of_the_history_of_every_case(client):
    cases = [client.create(status=s) for s in ("new", "closed", "on_hold")]
    done = client.ask("POST", "/cases/batch-update", json={"case_ids": cases, "update": {"status": "on_hold", "priority": "high"}})
    assert done.json()["succeeded"] == 3
    assert [types(client, c)[1:] for c in cases] == [
        ["status_changed", "priority_changed"], ["case_reopened", "priority_changed"], ["priority_changed"]]


# --- who looked ---

def test_a_look_is_shown_once_in_a_while_and_written_down_with_the_next_write(client, lead, admin, native):
    case = client.create()
    number = client.number(case)
    for person in (lead, lead, admin):
        person.get(case)
    before = native.case(number)
    assert types(client, case) == ["case_created", "case_viewed", "case_viewed"]
    assert len(native.history(number)) == 1 and native.case(number) == before  # a read is no write
    seen = [e for e in history(client, case)["events"] if e["type"] == "case_viewed"]
    assert [e["user_id"] for e in seen] == [user_id(admin), user_id(lead)]
    client.change(case, severity="high")
    assert types(client, case) == ["case_created", "case_viewed", "case_viewed", "severity_changed"]
    assert [e for e in history(client, case)["events"] if e["type"] == "case_viewed"] == seen
    assert sum(a["value"].count("case_viewed") for a in native.history(number)) == 2
    lead.get(case)
    client.change(case, severity="low")
    assert sum(a["value"].count("case_viewed") for a in native.history(number)) == 2


def test_lists_searches_and_api_keys_look_at_nothing(client, lead):
    mark = unique("unseen")
    case = lead.create(summary=mark)
    lead.search(search_term=mark)
    lead.page()
    client.get(case)
    assert lead.ask("GET", f"/cases/{case}/comments").status_code == 200
    assert types(lead, case) == ["case_created"]


# --- what nobody wrote down ---

def test_what_threatconnects_users_do_is_part_of_it(client, native, soc):
    number = native.post(notes={"data": [{"text": "by hand"}]})
    case = client.search(short_id=number)[0]["id"]
    data = base64.b64encode(b"bytes").decode()
    native.done("POST", "/artifacts", json={"caseId": number, "summary": "found.log", "type": "Log File", "fileData": data})
    native.done("POST", "/artifacts", json={"caseId": number, "summary": "bad.example", "type": "Host"})
    (note,) = client.ask("GET", f"/cases/{case}/comments").json()
    (file,) = client.ask("GET", f"/cases/{case}/attachments").json()
    answer = history(client, case)
    by_type = {e["type"]: e for e in answer["events"]}
    assert sorted(by_type) == ["attachment_created", "case_created", "comment_created"] and len(answer["events"]) == 3
    assert by_type["comment_created"]["comment_id"] == by_type["comment_created"]["thread_root_id"] == note["id"]
    assert (by_type["attachment_created"]["attachment_id"], by_type["attachment_created"]["file_name"]) == (file["id"], "found.log")
    creator = by_type["case_created"]["user_id"]
    assert [u for u in answer["users"] if u["id"] == creator][0]["first_name"] == "Test"
    # the same again, once something is written
    client.change(case, priority="high")
    assert sorted(types(client, case)) == ["attachment_created", "case_created", "comment_created", "priority_changed"]
    assert not any("created" in a["value"] for a in native.history(number))


def test_a_case_that_threatconnect_closed_was_closed(client, native):
    number = native.post()
    case = client.search(short_id=number)[0]["id"]
    native.put(number, status="Closed")
    assert events(client, case)[-1] == {"type": "case_closed", "old": "unknown", "new": "closed"}
    native.put(number, status="Open")
    assert types(client, case) == ["case_created"]


@pytest.mark.parametrize("status", ["closed", "resolved"])
def test_what_the_bridge_closed_is_not_told_twice(client, status):
    case = client.create()
    client.change(case, status=status)
    assert types(client, case) == ["case_created", "case_closed" if status == "closed" else "status_changed"]


@pytest.mark.parametrize("status", ["closed", "resolved"])
def test_a_case_that_is_made_closed_was_not_closed(client, status):
    assert types(client, client.create(status=status)) == ["case_created"]


def test_what_threatconnect_closes_after_the_bridge_changed_it_is_told_too(client, native):
    case = client.create()
    client.change(case, status="in_progress")
    native.put(client.number(case), status="Closed", caseCloseTime="2099-01-01T00:00:00Z")
    assert types(client, case) == ["case_created", "status_changed", "case_closed"]
    client.change(case, status="on_hold")
    assert types(client, case) == ["case_created", "status_changed", "case_reopened"]


def test_threatconnects_own_timeline_is_not_told(client, native):
    case = client.create()
    native.done("POST", "/workflowEvents", json={"caseId": client.number(case), "summary": "Reported by phone"})
    assert types(client, case) == ["case_created"]


# --- how it is kept ---

def test_every_write_appends_and_nothing_is_rewritten(client, native):
    case = client.create(status="on_hold")
    number = client.number(case)
    before = native.history(number)
    client.change(case, status="in_progress", payload={"x": 1})
    after = native.history(number)
    assert after[:1] == before and len(after) == 2
    assert all(len(a["value"]) <= 500 for a in after)
    assert len(native.attributes(number)) == 1  # the state of the case itself


def test_concurrent_writers_of_two_bridges_lose_nothing(soc):
    clients = [soc.client(b) for b in ("main", "signed", "strict")]
    case = clients[0].create(status="new", priority="unknown", severity="low")
    tags = [t["ref"] for t in clients[0].ask("GET", "/case-tags").json() if t["ref"] in ("vpn", "tier-2", "uberprufen")]
    assert len(tags) == 3
    work = [lambda c=c, t=t: c.ask("POST", f"/cases/{case}/tags", json={"tag_id": t}) for c, t in zip(clients, tags)]
    work += [lambda c=c, m=m: c.patch(case, **m) for c, m in zip(clients, ({"status": "on_hold"}, {"priority": "high"}, {"severity": "high"}))]
    work += [lambda c=c, i=i: c.ask("POST", f"/cases/{case}/comments", json={"content": str(i)}) for i, c in enumerate(clients)]
    codes = []
    threads = [threading.Thread(target=lambda w=w: codes.append(w().status_code)) for w in work]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(codes) == [201] * 6 + [204] * 3
    assert sorted(types(clients[0], case)) == sorted(
        ["case_created", "status_changed", "priority_changed", "severity_changed"] + ["tag_added"] * 3 + ["comment_created"] * 3)


def test_two_processes_that_fold_at_the_same_time_lose_nothing(stack):
    org = Organisation(stack, [bridge("main")], threads=2)
    other = Bridge(stack, stack.write("other.json", settings(threads=2, upstreams={"tc": upstream(org.sandbox_port)}, bridges=[bridge("main")])))
    clients = [org.client(), Tracecat(other.url, WORKSPACE, KEYS["admins"])]
    case = clients[0].create(severity="low")
    clients[1].ask("GET", "/case-fields")
    codes = []

    def work(client, member, values):
        for i in range(40):
            codes.append(client.patch(case, **{member: values[i % 2]}).status_code)

    def look():
        for _ in range(40):
            seen.append(types(clients[0], case))

    seen = []
    threads = [threading.Thread(target=work, args=(clients[0], "description", ("x", "y"))),
               threading.Thread(target=work, args=(clients[0], "summary", ("a", "b"))),
               threading.Thread(target=work, args=(clients[1], "severity", ("high", "low"))), threading.Thread(target=look)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert set(codes) == {204}
    expected = {"case_created": 1, "case_updated": 40, "severity_changed": 40}
    assert {t: types(clients[1], case).count(t) for t in expected} == expected and set(types(clients[1], case)) == set(expected)
    assert [len(s) for s in seen] == sorted(len(s) for s in seen)  # nothing that was there went away meanwhile
    many_changes(clients[0], case, 20)
    assert len(org.native.history(clients[0].number(case))) <= 18


def many_changes(client, case, count, start=0):
    for i in range(start, start + count):
        client.change(case, summary=f"summary {i}")


def expected_summaries(count):
    return [{"type": "case_created"}] + [
        {"type": "case_updated", "field": "summary", "old": f"summary {i - 1}" if i else "A case", "new": f"summary {i}"} for i in range(count)]


def history_files(native, number):
    return [a for a in native.artifacts(number) if a["summary"].startswith(PREFIX)]


def test_a_long_history_is_folded_into_one_file_and_reads_the_same(client, native):
    case = client.create()
    number = client.number(case)
    for rounds in range(1, 4):
        many_changes(client, case, 20, 20 * (rounds - 1))
        assert events(client, case) == expected_summaries(20 * rounds)
        assert len(native.history(number)) <= 17
        (file,) = history_files(native, number)
        assert file["derivedLink"] is False
    # nobody sees the file
    assert client.ask("GET", f"/cases/{case}/attachments").json() == []
    assert "attachment_created" not in types(client, case)


def test_a_crash_between_writing_the_file_and_removing_the_entries_doubles_nothing(client, native):
    case = client.create()
    number = client.number(case)
    many_changes(client, case, 14)
    kept = {a["id"]: a["value"] for a in native.history(number)}
    many_changes(client, case, 6, 14)
    left = {a["id"] for a in native.history(number)}
    gone = [value for at, value in kept.items() if at not in left]
    assert len(gone) == len(kept) >= 14
    for value in gone:  # as if they had never been removed
        native.add_attribute(number, STATE, value)
    assert events(client, case) == expected_summaries(20)
    many_changes(client, case, 20, 20)
    assert events(client, case) == expected_summaries(40)
    assert len(history_files(native, number)) == 1 and len(native.history(number)) <= 17


def test_a_fold_that_fails_costs_nobody_anything(client, native):
    case = client.create()
    number = client.number(case)
    many_changes(client, case, 14)
    with native.fault("status:500@GET /api/v3/artifacts"), native.fault("status:500@DELETE /api/v3/artifacts"):
        many_changes(client, case, 30, 14)
    assert events(client, case) == expected_summaries(44)
    many_changes(client, case, 20, 44)
    assert events(client, case) == expected_summaries(64)
    named = {json.loads(a["value"])["s"]["f"][0] for a in native.history(number) if '"f":' in a["value"]}
    assert named <= {a["summary"] for a in history_files(native, number)}


def test_a_file_that_is_gone_takes_its_events_and_nothing_else(client, native):
    case = client.create()
    number = client.number(case)
    many_changes(client, case, 20)
    (file,) = history_files(native, number)
    native.done("DELETE", f"/artifacts/{file['id']}")
    left = events(client, case)
    assert left[0] == {"type": "case_created"} and left[-1] == expected_summaries(20)[-1]
    many_changes(client, case, 20, 20)
    assert events(client, case)[-20:] == expected_summaries(40)[-20:]


def test_values_that_do_not_fit_are_shortened_and_the_event_stays(client):
    case = client.create()
    done = client.change(case, summary="s" * 3000, payload={"p": "x" * 3000})
    assert "Casebridge-Loss" not in done.headers
    changed, payload = since(client, case, 1)
    assert (changed["type"], changed["old"], payload) == ("case_updated", "A case", {"type": "payload_changed"})
    assert changed["new"].startswith("sss") and changed["new"].endswith("…") and len(changed["new"]) < 500
    fields = {"asset_owner": "o" * 250, "tc_resolution": "Escalated", "tc_case_detection_time": "2026-01-01T00:00:00Z"}
    client.change(case, fields=fields)
    client.change(case, fields={**fields, "asset_owner": "p" * 250})
    assert since(client, case, 3)[0]["changes"] == [
        {"field": "asset_owner", "new": "o" * 250}, {"field": "tc_resolution", "old": "Not Specified", "new": "Escalated"},
        {"field": "tc_case_detection_time", "new": "2026-01-01T00:00:00Z"}]
    (change,) = since(client, case, 4)[0]["changes"]
    assert change["field"] == "asset_owner" and change["old"].rstrip("…") in "o" * 250 and change["new"].rstrip("…") in "p" * 250


def test_a_value_that_is_nested_deeply_is_told(client):
    value = "x"
    for _ in range(90):
        value = [value]
    assert client.ask("POST", "/case-fields", json={"name": "deeply_nested", "type": "JSONB"}).status_code == 201
    case = client.create()
    client.change(case, fields={"deeply_nested": value})
    assert {"type": "fields_changed", "changes": [{"field": "deeply_nested", "new": value}]} in events(client, case)
    client.ask("DELETE", "/case-fields/deeply_nested")


FORGED = [
    "{}", '{"v":1,"of":["history",0]}', '{"v":1,"of":["history",0],"r":"now","t":"x","s":{"e":[{"type":"case_closed"}]}}',
    '{"v":1,"of":["history",0],"r":1767225600000000,"t":"x","s":{"e":[{"type":"case_exploded"},{"type":5},7]}}',
    '{"v":1,"of":["history",0],"r":1767225600000000,"t":"y","s":{"u":"not a user","e":[{"type":"payload_changed","evil":"<script>","created_at":"x"}]}}',
    '{"v":1,"of":["history",0],"r":1767225600000000,"t":"z","s":{"u":"5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90",'
    '"e":[{"type":"assignee_changed","old":"5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90","new":{"a":1}}]}}',
    '{"v":1,"of":["history",0],"r":1767225600000000,"t":"f","s":{"f":["casebridge-state-history-0.json","0000000000000000",10]}}',
    '{"v":1,"of":["history",0],"r":1767225600000000,"t":"g","s":{"f":["\\" or caseId > 0 or summary = \\"x","0000000000000000",10]}}',
]


def test_forged_entries_break_no_read_and_no_write(client, native):
    case = client.create()
    number = client.number(case)
    for value in FORGED:
        native.add_attribute(number, STATE, value)
    told = events(client, case)
    assert [e for e in told if e["type"] not in ("case_created",)] == [{"type": "payload_changed"}, {"type": "assignee_changed"}]
    client.change(case, status="on_hold")
    many_changes(client, case, 20)
    assert {"type": "status_changed", "old": "new", "new": "on_hold"} in events(client, case)
    assert client.get(case)["status"] == "on_hold"


def without_state_type(**state):
    data = json.loads(json.dumps(SANDBOX_DATA))
    types = [{"id": 1, "name": STATE, "description": "state", "maxSize": 500, **state}] if state else []
    data["replace"] = True
    data["owners"] = [{"id": 1, "name": "Demo Organization", "type": "Organization"}, *data["owners"]]
    data["attributeTypes"] = [*types, *ATTRIBUTE_TYPES]
    return data


@pytest.fixture(params=[None, 1, 2, 3, 6], ids=lambda n: f"room for {n}")
def narrow(request):
    made = Stack()
    try:
        data = without_state_type(maxAllowed=request.param) if request.param else without_state_type()
        built = Organisation(made, [bridge("main", hashed=password_hash())], data=data, threads=1)
        built.room = request.param or 0
        yield built
    finally:
        made.stop()


def test_where_there_is_little_room_writes_go_on_and_the_state_comes_first(narrow):
    client, native = narrow.client(), narrow.native
    case = client.create()
    number = client.number(case)
    for i, change in enumerate([{"severity": "high"}, {"status": "on_hold"}, {"summary": "B"}, {"status": "in_progress"}, {"severity": "low"},
                                {"status": "resolved"}, {"summary": "C"}, {"status": "on_hold"}]):
        done = client.change(case, **change)
        read = client.get(case)
        if narrow.room:
            assert {k: read[k] for k in change} == change, i
            assert "Casebridge-Loss" not in done.headers
        assert len(native.entries(number)) <= narrow.room
        assert types(client, case)[0] == "case_created"
    assert client.ask("POST", f"/cases/{case}/tags", json={"tag_id": "vpn"}).status_code == 201
    assert [t["name"] for t in client.get(case)["tags"]] == ["vpn"]


def test_what_is_carried_of_a_comment_comes_before_history(narrow):
    if narrow.room < 2:
        return  # there is no other place than the case's own
    client, native = narrow.person("admin"), narrow.native
    case = narrow.client().create(priority="high")
    number = client.number(case)
    for i in range(narrow.room):
        client.change(case, summary=f"history {i}")
    for i in range(narrow.room):
        done = client.ask("POST", f"/cases/{case}/comments", json={"content": f"comment {i}"})
        fits = i < narrow.room - 1  # one is the case's
        assert (done.status_code, "Casebridge-Loss" in done.headers) == (201, not fits), (i, done.text)
        signed = [c["user"] and c["user"]["email"] for c in client.ask("GET", f"/cases/{case}/comments").json()]
        assert signed[:narrow.room - 1] == ["admin@tests.example"] * min(i + 1, narrow.room - 1)
        assert len(native.entries(number)) <= narrow.room and client.get(case)["priority"] == "high"


def test_tags_come_and_go_where_there_is_little_room_and_make_it(narrow):
    client, native = narrow.client(), narrow.native
    case = client.create(priority="high")
    number = client.number(case)
    for _ in range(6):
        assert client.ask("POST", f"/cases/{case}/tags", json={"tag_id": "vpn"}).status_code == 201
        assert client.ask("DELETE", f"/cases/{case}/tags/vpn").status_code == 204
    if narrow.room >= 6:  # what was there was folded, so that later events are told as well
        assert {"tag_added", "tag_removed"} <= set(types(client, case))
    assert len(native.entries(number)) <= narrow.room


def test_a_history_without_room_is_counted_and_not_asked_for_again(stack):
    org = Organisation(stack, [bridge("main")], data=without_state_type(maxAllowed=1), threads=1)
    client = org.client()
    case = client.create(status="on_hold")
    client.change(case, severity="high")
    with org.native.watched() as seen:
        client.change(case, severity="low")
    assert [method for method, _ in seen] == ["GET", "PUT"]


# --- the route ---

def test_refusals_are_tracecats(client, soc):
    case = client.create()
    unknown = str(uuid.uuid4())
    missing = client.ask("GET", f"/cases/{unknown}/events")
    assert (missing.status_code, missing.json()) == (404, {"detail": f"Case with ID {unknown} not found"})
    posted = client.ask("POST", f"/cases/{case}/events", json={})
    assert (posted.status_code, posted.json()) == (405, {"detail": "Method Not Allowed"})
    assert client.ask("GET", "/cases/nonsense/events").status_code == 422
    assert soc.client(key=None).ask("GET", f"/cases/{case}/events").status_code == 403
    other = soc.client(key=SECOND_KEY, workspace=SECOND_WORKSPACE)
    assert other.ask("GET", f"/cases/{case}/events").status_code == 404
    assert history(soc.client(key=KEYS["viewer"]), case)["events"]
    assert history(soc.client("read-only"), case)["events"]


def test_a_shadow_bridge_writes_no_history(soc, client, native):
    case = client.create()
    number = client.number(case)
    assert soc.client("shadow").patch(case, status="closed").status_code >= 400
    assert types(client, case) == ["case_created"] and len(native.history(number)) == 1


def test_reading_a_history_costs_one_request_and_one_more_for_its_files(client, native):
    case = client.create()
    number = client.number(case)
    history(client, case)
    with native.watched() as seen:
        history(client, case)
    assert [m for m, _ in seen] == ["GET"]
    many_changes(client, case, 20)
    with native.watched() as seen:
        history(client, case)
    assert [(m, t.split("?")[0]) for m, t in seen] == [("GET", f"/api/v3/cases/{number}"), ("GET", "/api/v3/artifacts")]


def test_folding_costs_what_the_page_says(client, native):
    case = client.create()
    costs = []
    for i in range(50):
        with native.watched() as seen:
            many_changes(client, case, 1, i)
        costs.append(len(seen))
    assert sorted(set(costs)) == [2, 5, 8]  # a write; with the first fold; with a later one
    assert costs.count(5) == 1 and costs.count(8) in (2, 3)


def test_writes_cost_what_they_cost_without_a_history(client, native):
    case = client.create()
    tags = {"tag_id": "vpn"}
    for write, expected in [
        (lambda: client.change(case, severity="high"), ["GET", "PUT"]),
        (lambda: client.ask("POST", f"/cases/{case}/tags", json=tags), ["GET", "PUT"]),
        (lambda: client.ask("DELETE", f"/cases/{case}/tags/vpn"), ["GET", "PUT"]),
        (lambda: client.create(), ["POST"]),
    ]:
        client.get(case), client.ask("GET", "/case-tags"), client.ask("GET", "/case-fields")
        with native.watched() as seen:
            write()
        assert [m for m, t in seen if "/cases" in t] == expected
