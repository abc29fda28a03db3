"""Who may do what: roles, keys, workspaces, restricted cases, and the modes of a bridge."""
import uuid

import pytest
from conftest import WORKSPACE
from organisation import BRIDGE_USER, KEYS, LEAD_USER, SECOND_KEY, SECOND_WORKSPACE, UNKNOWN_WORKSPACE
from support import unique

WRITES = {
    "create": ("case:create", lambda c, case: c.post()),
    "update": ("case:update", lambda c, case: c.patch(case, summary="changed")),
    "tag": ("case:update", lambda c, case: c.ask("POST", f"/cases/{case}/tags", json={"tag_id": "vpn"})),
    "delete": ("case:delete", lambda c, case: c.ask("DELETE", f"/cases/{case}")),
}
MAY = {"viewer": set(), "editor": {"create", "update", "tag"}, "admins": set(WRITES)}


@pytest.fixture
def case(client):
    return client.create(summary=unique("guarded"))


@pytest.mark.parametrize("kind", ["key", "person"])
@pytest.mark.parametrize("role", MAY)
@pytest.mark.parametrize("what", WRITES)
def test_a_role_may_what_tracecat_s_role_may(soc, case, kind, role, what):
    who = soc.client(key=KEYS[role]) if kind == "key" else soc.person("admin" if role == "admins" else role)
    scope, act = WRITES[what]
    answer = act(who, case)
    assert who.get(case)["short_id"] if what != "delete" else True
    if what in MAY[role]:
        assert answer.status_code in (201, 204)
    else:
        assert answer.status_code == 403
        assert answer.json() == {"error": {
            "code": "insufficient_scope", "message": "You don't have permission to perform this action.",
            "required_scopes": [scope], "missing_scopes": [scope]}}


def test_a_stranger_gets_what_tracecat_gives(soc, case):
    outsider = soc.person("outsider")
    for client, status in [(soc.client(key=None), 403), (soc.client(key="tc_ws_sk_admins000000_wrong"), 401), (soc.client(key="foreign"), 403),
                           (outsider, 403), (soc.client(key=SECOND_KEY), 403)]:
        answer = client.ask("GET", f"/cases/{case}")
        assert (answer.status_code, answer.json()) == (status, {"detail": "Unauthorized" if status == 401 else "Forbidden"})
        assert client.ask("GET", "/cases").status_code == status
    assert outsider.call("GET", "/workspaces").json() == []


def test_a_case_of_another_workspace_is_not_there(soc, client, case):
    other = soc.client(key=SECOND_KEY, workspace=SECOND_WORKSPACE)
    theirs = other.create(summary=unique("theirs"))
    for who, foreign in ((client, theirs), (other, case)):
        for answer in (who.ask("GET", f"/cases/{foreign}"), who.patch(foreign, summary="x"), who.ask("DELETE", f"/cases/{foreign}")):
            assert (answer.status_code, answer.json()) == (404, {"detail": f"Case with ID {foreign} not found"})
        assert foreign not in [i["id"] for page in who.pages(limit=200) for i in page["items"]]
    number = other.number(theirs)
    assert client.search(short_id=number) == []
    assert other.get(theirs) and client.get(case)


def test_an_id_that_nothing_has(client):
    for nowhere in (str(uuid.uuid4()), str(uuid.UUID(int=0)), str(uuid.uuid1())):
        answer = client.ask("GET", f"/cases/{nowhere}")
        assert (answer.status_code, answer.json()) == (404, {"detail": f"Case with ID {nowhere} not found"})


def test_a_case_that_a_migration_brought_is_found_by_its_old_id(client, native):
    old = str(uuid.uuid4())
    number = native.post(name="migrated", xid=f"tracecat:{old}")
    assert client.get(old)["short_id"] == f"CASE-{number:04}"


# ── restricted cases ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def restricted(soc, native):
    """A case for the bridge's own user and the lead."""
    mark = unique("restricted")
    return mark, native.post(name=mark, userAccess={"data": [{"id": BRIDGE_USER}, {"id": LEAD_USER}]})


def shown(who, number):
    """By which ways a client sees the case of this number."""
    ways = set()
    if found := who.search(short_id=number):
        ways.add("search")
        if who.ask("GET", "/cases/" + found[0]["id"]).status_code == 200:
            ways.add("single")
    if any(i["short_id"] == f"CASE-{number:04}" for page in who.pages(limit=200) for i in page["items"]):
        ways.add("list")
    return ways


def test_a_restricted_case_is_shown_to_its_users_only(soc, restricted):
    mark, number = restricted
    assert shown(soc.person("lead"), number) == {"search", "single", "list"}
    for who in (soc.person("viewer"), soc.person("admin"), soc.client()):
        assert shown(who, number) == set()
        assert who.search(search_term=mark) == []


def test_a_restricted_case_can_be_changed_by_its_users_only(soc, native, restricted):
    _, number = restricted
    lead, admin = soc.person("lead"), soc.person("admin")
    case = lead.search(short_id=number)[0]["id"]
    for answer in (admin.ask("GET", f"/cases/{case}"), admin.patch(case, summary="x"), admin.ask("DELETE", f"/cases/{case}"),
                   admin.ask("POST", f"/cases/{case}/tags", json={"tag_id": "vpn"})):
        assert answer.status_code == 404
    assert admin.ask("GET", f"/cases/{case}/tags").json() == []
    lead.change(case, summary="changed by the lead")
    assert native.case(number)["name"] == "changed by the lead"


def test_hidden_cases_leave_no_gap_in_pages(soc, native):
    mark = unique("mixed")
    for i in range(9):
        native.post(name=mark, **({"userAccess": {"data": [{"id": BRIDGE_USER}, {"id": LEAD_USER}]}} if i % 3 else {}))
    viewer, lead = soc.person("viewer"), soc.person("lead")
    sizes = [len(p["items"]) for p in viewer.pages("/search", search_term=mark, limit=2)]
    assert sizes == [2, 1]
    assert sum(len(p["items"]) for p in lead.pages("/search", search_term=mark, limit=2)) == 9
    newest = [i for i in viewer.page(limit=3)["items"] if i["summary"] == mark]
    assert len(newest) == 3


# ── whose credential ────────────────────────────────────────────────────────────────────────────────────


def test_an_account_with_its_own_credential_acts_as_itself(soc, native):
    by_lead = soc.person("lead").create(summary=unique("by the lead"))
    by_admin = soc.person("admin").create(summary=unique("by the bridge"))
    client = soc.client()
    assert native.case(client.number(by_lead))["createdBy"]["userName"] == "lead@tests.example"
    assert native.case(client.number(by_admin))["createdBy"]["id"] == BRIDGE_USER


def test_an_account_can_be_assigned_and_is_shown_as_itself(soc, client, native):
    member = next(m for m in client.ask("GET", "/members").json() if m["email"] == "lead@tests.example")
    assert member["role_name"] == "Workspace Admin"
    case = client.create(assignee_id=member["user_id"])
    assert client.get(case)["assignee"]["email"] == "lead@tests.example"
    assert native.case(client.number(case))["assignee"]["data"]["userName"] == "lead@tests.example"
    me = soc.person("lead").call("GET", "/users/me").json()
    assert me["id"] == member["user_id"] == client.item(case)["assignee"]["id"]


def test_an_unknown_assignee_is_tracecat_s_error_and_writes_nothing(client, native):
    case = client.create(summary="untouched")
    with native.watched() as seen:
        create, update = client.post(assignee_id=str(uuid.uuid4())), client.patch(case, summary="x", assignee_id=str(uuid.uuid4()))
    assert (create.status_code, create.json()) == (500, {"message": "An unexpected error occurred. Please try again later."})
    assert (update.status_code, update.json()) == (500, {"detail": "Database operation failed"})
    assert [m for m, _ in seen if m != "GET"] == []


# ── modes of a bridge ───────────────────────────────────────────────────────────────────────────────────


def refusals(soc, name, case):
    client = soc.client(name)
    return {what: act(client, case) for what, (_, act) in WRITES.items()}


@pytest.mark.parametrize("name", ["read-only", "shadow"])
def test_a_bridge_that_does_not_write_refuses_every_write_and_reads(soc, native, case, name):
    assert soc.client(name).get(case)["short_id"]
    with native.watched() as seen:
        answers = refusals(soc, name, case)
    assert {what: a.status_code for what, a in answers.items()} == dict.fromkeys(WRITES, 403)
    assert all(isinstance(a.json()["detail"], str) and a.json()["detail"] for a in answers.values())
    assert [m for m, _ in seen if m != "GET"] == []
    assert soc.client().get(case)["summary"].startswith("guarded")


def test_shadow_logs_the_plan(soc, case):
    soc.client("shadow").patch(case, summary="planned")
    assert any(line["msg"] == "shadow: planned, not written" for line in soc.bridge.lines())


def test_deletes_are_a_switch_of_their_own(soc, case):
    answers = refusals(soc, "no-deletes", case)
    assert {what: a.status_code for what, a in answers.items()} == {"create": 201, "update": 204, "tag": 201, "delete": 403}
    assert "deletes" in answers["delete"].json()["detail"]
    assert soc.client().get(case)


def test_a_deleted_case_is_gone_on_both_sides(client, native, case):
    number = client.number(case)
    assert client.ask("DELETE", f"/cases/{case}").status_code == 204
    assert client.ask("GET", f"/cases/{case}").status_code == 404
    assert client.ask("DELETE", f"/cases/{case}").status_code == 404
    assert native.call("GET", f"/cases/{number}").status_code == 404


def test_a_logout_ends_the_session(soc):
    person = soc.person("viewer")
    cookie = person.session.cookies["fastapiusersauth"]
    assert person.ask("GET", "/cases").status_code == 200
    assert person.call("POST", "/auth/logout").status_code == 204
    again = soc.client(key=None)
    for _ in range(6):  # on every thread
        assert again.ask("GET", "/cases", headers={"Cookie": f"fastapiusersauth={cookie}"}).status_code == 403


def test_an_unknown_workspace(soc, client):
    assert soc.client(workspace=UNKNOWN_WORKSPACE).ask("GET", "/cases").status_code in (403, 404)
    assert client.call("GET", "/workspaces").json() == [{"id": WORKSPACE, "name": "SOC"}]
