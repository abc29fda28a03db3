"""Tasks over ThreatConnect's tasks (Tracecat fact sheet §3.2, ThreatConnect fact sheet §4.2)."""
import threading
import uuid

import pytest
from conftest import Stack
from organisation import SANDBOX_DATA, Organisation, bridge, password_hash
from support import PRIORITIES, STATE, unique
from talk_support import TASK_KEYS, Talk, detail, native_tasks, states

STATUSES = {"todo": "Open", "in_progress": "Open", "blocked": "Pending", "completed": "Closed"}
NOT_CREATED, NOT_UPDATED, NOT_DELETED = ((c, f"Failed to {w} task") for c, w in ((400, "create"), (400, "update"), (500, "delete")))


@pytest.fixture(scope="module")
def org():
    made = Stack()
    try:
        hashed = password_hash()
        built = Organisation(made, [
            bridge("main", hashed=hashed), bridge("plain", case_addons=False), bridge("strict", strict=True), bridge("read-only", mode="read-only"),
            bridge("shadow", mode="shadow"), bridge("no-deletes", deletes=False),
        ], data=SANDBOX_DATA, threads=3)
        built.people = {name: built.person(name) for name in ("viewer", "editor", "admin", "lead")}
        members = built.client().ask("GET", "/case-tags").status_code  # warms what is remembered
        assert members == 200
        yield built
    finally:
        made.stop()


@pytest.fixture
def case(org):
    client = org.people["admin"]
    talk = Talk(client, org.client().create(summary=unique("tasks")))
    talk.number = client.number(talk.case)
    return talk


def user_id(org, name):
    return org.people[name].call("GET", "/users/me").json()["id"]


def test_a_task_with_nothing_but_a_title(org, case):
    made = case.give("Collect mail headers")
    assert list(made) == TASK_KEYS
    assert {k: v for k, v in made.items() if k not in ("id", "created_at", "updated_at")} == {
        "case_id": case.case, "title": "Collect mail headers", "description": None, "priority": "unknown", "status": "todo",
        "assignee": None, "workflow_id": None, "default_trigger_values": None}
    assert made["created_at"] == made["updated_at"] and uuid.UUID(made["id"]).version == 4
    assert case.tasks() == [made]
    (native,) = native_tasks(org.native, case.number)
    assert (native["name"], native["status"]) == ("Collect mail headers", "Open")


@pytest.mark.parametrize("priority", PRIORITIES)
@pytest.mark.parametrize("status", STATUSES)
def test_every_status_and_priority_comes_back(org, case, status, priority):
    made = case.give(status=status, priority=priority, description="d")
    assert (made["status"], made["priority"], made["description"]) == (status, priority, "d")
    assert case.tasks() == [made]
    assert native_tasks(org.native, case.number)[0]["status"] == STATUSES[status]


@pytest.mark.parametrize("after", STATUSES)
@pytest.mark.parametrize("before", STATUSES)
def test_any_status_follows_any_other(org, case, before, after):
    made = case.give(status=before)
    changed = case.change(made["id"], status=after)
    assert changed["status"] == after and case.tasks() == [changed]
    assert native_tasks(org.native, case.number)[0]["status"] == STATUSES[after]


@pytest.mark.parametrize("native, shown", [("Open", "todo"), ("Pending", "blocked"), ("Closed", "completed")])
def test_tasks_made_natively(org, case, native, shown):
    made = org.native.done("POST", "/tasks", json={"caseId": case.number, "name": "native", "status": native, "description": "why"})
    (task,) = case.tasks()
    assert {k: task[k] for k in ("case_id", "title", "description", "status", "priority", "assignee")} == {
        "case_id": case.case, "title": "native", "description": "why", "status": shown, "priority": "unknown", "assignee": None}
    assert task["created_at"] == case.client.get(case.case)["created_at"]  # ThreatConnect's tasks have no times
    assert case.change(task["id"], priority="high")["priority"] == "high"
    assert [t["id"] for t in native_tasks(org.native, case.number)] == [made["id"]]


def test_a_native_change_wins(org, case):
    made = case.give(status="in_progress", priority="critical", description="d")
    (task,) = native_tasks(org.native, case.number)
    org.native.done("PUT", f"/tasks/{task['id']}", json={"status": "Closed", "name": "renamed natively"})
    shown = case.task(made["id"])
    assert (shown["status"], shown["title"], shown["priority"]) == ("completed", "renamed natively", "critical")
    org.native.done("PUT", f"/tasks/{task['id']}", json={"status": "Reopened"})
    assert case.task(made["id"])["status"] == "in_progress"
    assert case.change(made["id"], title="back")["status"] == "in_progress"
    assert native_tasks(org.native, case.number)[0]["status"] == "Reopened"  # the class is the same


def test_what_patch_does_with_null(org, case):
    made = case.give("T", description="d", priority="high", status="blocked", assignee_id=user_id(org, "editor"))
    for name in ("title", "description", "priority", "status", "assignee_id"):
        assert case.change(made["id"], **{name: None}) == made
    assert case.change(made["id"], workflow_id=None, default_trigger_values=None) == made
    assert case.change(made["id"]) == made  # nothing is written, so that its time stays
    changed = case.change(made["id"], description="")
    assert changed["description"] in ("", None) and changed["updated_at"] > made["updated_at"]


def test_assignees_known_to_threatconnect_and_not(org, case):
    # the admin is ThreatConnect's user smithj, the editor is nobody there
    admin, editor = user_id(org, "admin"), user_id(org, "editor")
    made = case.give(assignee_id=admin)
    assert made["assignee"]["id"] == admin
    assert native_tasks(org.native, case.number)[0]["assignee"]["data"]["userName"] == "smithj@threatconnect.com"
    changed = case.change(made["id"], assignee_id=editor)
    assert changed["assignee"]["email"] == "editor@tests.example" and case.tasks() == [changed]
    assert "assignee" not in native_tasks(org.native, case.number)[0]
    back = case.change(made["id"], assignee_id=admin)
    assert back["assignee"]["id"] == admin and case.tasks() == [back]


@pytest.mark.parametrize("body", [{"assignee_id": "5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90"}, {"workflow_id": "wf_0000000000000000000001"},
                                  {"default_trigger_values": {"a": 1}}, {"title": "nul \0"}])
def test_what_cannot_be_done_is_worded_as_tracecat_does(org, case, body):
    made = case.give("as it was")
    assert detail(case.ask("POST", "/tasks", json={"title": "x", **body})) == NOT_CREATED
    assert detail(case.ask("PATCH", f"/tasks/{made['id']}", json=body)) == NOT_UPDATED
    assert case.tasks() == [made]


def test_what_does_not_exist(org, case):
    unknown, made = str(uuid.uuid4()), case.give()["id"]
    other, nowhere = Talk(case.client, org.client().create()), Talk(case.client, unknown)
    assert nowhere.tasks() == []  # whether the case exists is not looked at
    assert detail(nowhere.ask("POST", "/tasks", json={"title": "x"})) == (404, "Case not found")
    assert detail(nowhere.ask("POST", "/tasks", json={"title": "x", "workflow_id": "wf_1"})) == (404, "Case not found")
    for talk in (case, other, nowhere):
        assert detail(talk.ask("PATCH", f"/tasks/{unknown}", json={"status": "todo"})) == (404, "Task not found")
        assert detail(talk.ask("DELETE", f"/tasks/{unknown}")) == (404, "Task not found")
    for talk in (other, nowhere):  # it is another case's
        assert detail(talk.ask("PATCH", f"/tasks/{made}", json={"status": "todo"})) == NOT_UPDATED
        assert detail(talk.ask("DELETE", f"/tasks/{made}")) == NOT_DELETED
    assert case.ask("DELETE", f"/tasks/{made}").status_code == 204
    assert detail(case.ask("DELETE", f"/tasks/{made}")) == (404, "Task not found")
    assert detail(case.ask("PATCH", f"/tasks/{made}", json={})) == (404, "Task not found")
    assert case.ask("GET", f"/tasks/{made}").status_code == 405
    assert native_tasks(org.native, case.number) == [] and states(org.native, case.number, "task") == []


def test_lists_are_ordered_by_priority_then_by_age(case):
    wanted = [case.give(f"{p} {i}", priority=p)["id"] for p in reversed(PRIORITIES) for i in range(2)]
    for i in range(2):
        assert [t["id"] for t in case.tasks()] == wanted


def test_a_task_moves_the_time_of_its_case(case):
    before = case.client.get(case.case)["updated_at"]
    made = case.give()
    middle = case.client.get(case.case)["updated_at"]
    case.change(made["id"], priority="high")
    assert before <= middle <= case.client.get(case.case)["updated_at"]


def test_cases_tell_how_many_tasks_they_have_and_are_ordered_by_them(org, case):
    mark = unique("counted")
    client = org.client()
    wanted = []
    for n in (2, 0, 3, 1):
        talk = Talk(client, client.create(summary=mark))
        for i in range(n):
            talk.give(status="completed" if i == 0 else "todo")
        wanted.append((n, talk.case))
    org.native.done("POST", "/tasks", json={"caseId": client.number(wanted[1][1]), "name": "native", "status": "Closed"})
    wanted[1] = (1, wanted[1][1])
    found = {i["id"]: (i["num_tasks_completed"], i["num_tasks_total"]) for i in client.search(search_term=mark)}
    assert found == {c: (min(n, 1), n) for n, c in wanted}
    for direction in ("desc", "asc"):
        items = client.search(search_term=mark, order_by="tasks", sort=direction)
        assert [i["num_tasks_total"] for i in items] == sorted((n for n, _ in wanted), reverse=direction == "desc")
        paged = [i["id"] for page in client.pages("/search", search_term=mark, order_by="tasks", sort=direction, limit=1) for i in page["items"]]
        assert paged == [i["id"] for i in items]
    plain = org.client("plain")
    assert {(i["num_tasks_completed"], i["num_tasks_total"]) for i in plain.search(search_term=mark)} == {(0, 0)}
    assert len(plain.search(search_term=mark, order_by="tasks")) == 4


def test_without_add_ons_tasks_are_refused(org, case):
    made = case.give()
    plain = case.of(org.client("plain"))
    refused = plain.ask("GET", "/tasks")
    assert (refused.status_code, refused.json()["type"]) == (403, "EntitlementRequired")
    assert detail(plain.ask("POST", "/tasks", json={"title": "x"})) == NOT_CREATED
    assert detail(plain.ask("PATCH", f"/tasks/{made['id']}", json={"status": "todo"})) == NOT_UPDATED
    assert detail(plain.ask("DELETE", f"/tasks/{made['id']}")) == NOT_DELETED
    assert plain.ask("POST", "/tasks", json={"title": ""}).status_code == 422
    assert case.tasks() == [made]


def test_modes_and_scopes(org, case):
    made = case.give()["id"]
    for name in ("read-only", "shadow"):
        assert case.of(org.client(name)).ask("POST", "/tasks", json={"title": "x"}).status_code == 403
    assert case.of(org.client("no-deletes")).ask("DELETE", f"/tasks/{made}").status_code == 403
    assert case.of(org.people["viewer"]).ask("POST", "/tasks", json={"title": "x"}).json()["error"]["missing_scopes"] == ["case:create"]
    assert case.of(org.people["editor"]).ask("DELETE", f"/tasks/{made}").json()["error"]["missing_scopes"] == ["case:delete"]
    assert [t["id"] for t in case.tasks()] == [made]


def test_an_idempotency_key_makes_one_task_and_answers_it_again(org, case):
    key = {"Idempotency-Key": uuid.uuid4().hex}
    first = case.ask("POST", "/tasks", json={"title": "once", "priority": "high"}, headers=key)
    again = case.ask("POST", "/tasks", json={"title": "once", "priority": "high"}, headers=key)
    assert (first.status_code, again.status_code) == (201, 201) and first.json() == again.json()
    assert case.of(org.people["lead"]).ask("POST", "/tasks", json={"title": "once"}, headers=key).json()["id"] != first.json()["id"]
    assert len(case.tasks()) == 2
    assert case.change(first.json()["id"], status="completed")["status"] == "completed"
    assert case.ask("POST", "/tasks", json={"title": "once", "priority": "high"}, headers=key).json() == case.task(first.json()["id"])


HOSTILE = ['{"v":1,"of":["task",%d],"r":7,"t":"","s":{"priority":"loud","status":["completed","x",1],"created":"never","updated":[],"assignee":5}}',
           '{"v":1,"of":["task",%d],"r":8,"t":"","s":{"priority":{},"status":{},"workflow_id":7,"default_trigger_values":[1],"k":{}}}',
           '{"v":1,"of":["task",%d],"r":9,"t":"","s":{},"x":{"default_trigger_values":["no-such-file.json","0000000000000000",9]}}',
           '{"of":["task",%d]', '{"v":1,"of":["task",1e999],"r":1,"s":{}}']


@pytest.mark.parametrize("state", HOSTILE)
def test_hostile_states_are_ignored(org, case, state):
    made = case.give("T")["id"]
    (task,) = native_tasks(org.native, case.number)
    org.native.add_attribute(case.number, STATE, state.replace("%d", str(task["id"])))
    (shown,) = case.tasks()
    assert (shown["id"], shown["title"], shown["status"], list(shown)) == (made, "T", "todo", TASK_KEYS)
    assert shown["priority"] in PRIORITIES
    assert case.change(made, priority="low", status="blocked")["priority"] == "low"
    assert (case.task(made)["priority"], case.task(made)["status"]) == ("low", "blocked")


@pytest.mark.parametrize("fault", ["reset-head@POST /api/v3/tasks*1", "truncate@POST /api/v3/tasks*1", "reset-head@PUT /api/v3/cases*1"])
def test_what_was_made_although_the_answer_was_lost_is_a_success(org, case, fault):
    with org.native.fault(fault):
        made = case.give("made all the same", priority="high", status="blocked")
    assert case.tasks() == [made] and made["priority"] == "high"
    assert len(native_tasks(org.native, case.number)) == 1


@pytest.mark.parametrize("fault", ["reset@POST /api/v3/tasks*1", "status:500@POST /api/v3/tasks*1", "status:500@PUT /api/v3/cases*1"])
def test_a_task_that_failed_leaves_nothing_behind(org, case, fault):
    with org.native.fault(fault):
        assert case.ask("POST", "/tasks", json={"title": "never made"}).status_code == 502
    assert case.tasks() == [] and native_tasks(org.native, case.number) == []


def test_a_change_that_is_half_done_says_what_is_done(org, case):
    made = case.give("T", priority="low")
    with org.native.fault("status:500@PUT /api/v3/cases"):
        done = case.ask("PATCH", f"/tasks/{made['id']}", json={"title": "T2", "priority": "high"})
    assert done.status_code == 502 and "is changed, but" in done.json()["detail"]
    shown = case.task(made["id"])
    assert (shown["title"], shown["priority"]) == ("T2", "low")
    assert case.change(made["id"], title="T2", priority="high")["priority"] == "high"


def test_concurrent_writers_lose_nothing(org, case):
    ids = [case.give(f"task {i}")["id"] for i in range(3)]

    def write(name, mine):
        talk = case.of(org.person(name))
        for i in range(3):
            talk.change(mine, priority=PRIORITIES[i + 1])
            talk.give(f"{name} {i}")
            talk.change(mine, status="blocked", title=f"by {name} {i}")
    threads = [threading.Thread(target=write, args=pair) for pair in zip(("admin", "lead", "editor"), ids, strict=True)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    shown = {t["title"]: (t["priority"], t["status"]) for t in case.tasks()}
    assert shown == {**{f"by {n} 2": ("high", "blocked") for n in ("admin", "lead", "editor")},
                     **{f"{n} {i}": ("unknown", "todo") for n in ("admin", "lead", "editor") for i in range(3)}}
    kept = states(org.native, case.number, "task")
    assert len(kept) == len(shown) and len({n for n, _ in kept}) == len(kept)  # the older ones are gone


def test_costs(org, case):
    made = case.give()["id"]
    for i in range(5):
        case.give(f"t{i}")
    with org.native.watched() as seen:
        assert len(case.tasks()) == 6
    assert len(seen) == 1
    with org.native.watched() as seen:
        case.give()
    assert [m for m, _ in seen] == ["GET", "POST", "PUT"]
    with org.native.watched() as seen:
        case.change(made, title="changed", priority="high")
    assert [m for m, _ in seen] == ["GET", "PUT", "PUT", "PUT"]
    with org.native.watched() as seen:
        case.change(made)
    assert len(seen) == 1
    with org.native.watched() as seen:
        case.ask("DELETE", f"/tasks/{made}")
    assert [m for m, _ in seen] == ["GET", "DELETE", "PUT"]


def test_texts_that_threatconnect_has_no_room_for_come_back_whole(org, case):
    title, description = "💥" * 255, "🙂" * 1000  # twice as many characters to a server that counts as Java does
    made = case.give(title, description=description)
    assert (made["title"], made["description"]) == (title, description)
    assert case.tasks() == [made]
    (native,) = native_tasks(org.native, case.number)
    assert len(native["name"].encode("utf-16-le")) <= 510 and len(native["description"].encode("utf-16-le")) <= 3000
    changed = case.change(made["id"], priority="high")
    assert (changed["title"], changed["description"], changed["priority"]) == (title, description, "high")
    assert case.tasks() == [changed]
    shorter = case.change(made["id"], title="short", description="shorter")
    assert case.tasks() == [shorter] and shorter["title"] == "short"
    assert [a for a in org.native.artifacts(case.number) if "history" not in a["summary"]] == []
