"""The client on Tracecat servers of several kinds; what their own users see of it; and many clients at once."""

import threading

import pytest
from conftest import ACCESS_ID, SECRET, V3, HmacAuth, Sensitive
from tcex.api.tc.v3.tql.tql_operator import TqlOperator


def client(bridge):
    return V3(bridge.session(HmacAuth(ACCESS_ID, Sensitive(SECRET))))


@pytest.mark.parametrize("kind", [[], ["--no-addons"], ["--release", "beta.51"], ["--release", "beta.51", "--no-addons"],
                                  ["--no-service-accounts"]], ids=lambda k: "".join(k) or "today")
def test_the_life_of_a_case_on_each_kind_of_server(launch, kind):
    bridge = launch("--seed", "3", "--cases", "450", *kind)
    tc = client(bridge)
    made = tc.case(name="Everywhere", severity="High", status="Open", description="d", resolution="Escalated")
    made.stage_tag({"name": "everywhere"})
    made.stage_attribute({"type": "Description", "value": "v"})
    made.create(params={"fields": ["tags", "attributes"]})
    number = made.model.id
    found = tc.cases(params={"fields": ["attributes", "tags"]})
    found.filter.tag(TqlOperator.EQ, "everywhere")
    assert [(c.model.id, c.model.resolution, c.model.attributes.data[0].value) for c in found] == [(number, "Escalated", "v")]
    tc.case(id=number, status="Closed").update()
    read = tc.case(id=number)
    read.get(params={"fields": ["_all_"]})
    assert (read.model.status, read.model.case_close_user.user_name) == ("Closed", ACCESS_ID)
    ids = [c.model.id for c in tc.cases(params={"result_limit": 100})]
    assert ids == sorted(set(ids)) and len(ids) == len(tc.cases()) >= 451
    newest = tc.cases(params={"result_limit": 30, "sorting": "dateAdded desc"})
    assert [c.model.id for c in newest][:1] == [number]
    made.delete()
    assert len(tc.cases()) == len(ids) - 1


def stored(bridge, summary):
    """The case as a user of Tracecat gets it."""
    rows = bridge.native("/cases/search", params={"search_term": summary}).json()["items"]
    assert [r["summary"] for r in rows] == [summary]
    return bridge.native(f"/cases/{rows[0]['id']}").json()


def test_an_analyst_sees_one_tidy_case(bridge):
    tc = client(bridge)
    made = tc.case(name="Seen by an analyst", severity="High", status="Open", description="It **happened**.",
                   assignee={"type": "User", "data": {"user_name": "ana@casebridge.test"}})
    made.stage_tag({"name": "from tcex"})
    made.stage_attribute({"type": "Description", "value": "kept"})
    made.create()
    case = stored(bridge, "Seen by an analyst")
    assert (case["severity"], case["status"], case["description"]) == ("high", "new", "It **happened**.")
    assert case["assignee"]["email"] == "ana@casebridge.test" and [t["name"] for t in case["tags"]] == ["from tcex"]
    assert list(case["payload"]) == ["_bridge"]
    assert case["short_id"].endswith(f"{made.model.id:04}")
    made.delete()
    assert bridge.native(f"/cases/{case['id']}").status_code == 404


def test_the_client_sees_at_once_what_an_analyst_changes(bridge):
    tc = client(bridge)
    made = tc.case(name="Edited by an analyst", severity="Low", status="Open", description="before", resolution="Rejected")
    made.create()
    case = stored(bridge, "Edited by an analyst")
    ana = next(m["user_id"] for m in bridge.native("/members").json() if m["email"] == "ana@casebridge.test")
    edits = [({"summary": "Edited anew"}, "name", "Edited anew"), ({"description": "after"}, "description", "after"),
             ({"severity": "critical"}, "severity", "Critical"), ({"status": "closed"}, "status", "Closed"),
             ({"status": "in_progress"}, "status", "Open"), ({"payload": {"alert": 7, **case["payload"]}}, "resolution", "Rejected"),
             ({"assignee_id": ana}, "assignee", "ana@casebridge.test")]
    for change, field, shown in edits:
        assert bridge.native(f"/cases/{case['id']}", "PATCH", json=change).status_code == 204, change
        read = tc.case(id=made.model.id)
        read.get()
        value = getattr(read.model, field)
        assert (value.data.user_name if field == "assignee" else value) == shown
        rows = tc.cases()
        rows.filter.id(TqlOperator.EQ, made.model.id)
        listed = getattr(next(iter(rows)).model, field)
        assert (listed.data.user_name if field == "assignee" else listed) == shown
    made.delete()


def test_what_analysts_made_has_their_names(bridge):
    assert bridge.native("/cases", "POST", json={"summary": "Made by hand", "description": "", "status": "new", "priority": "low",
                                                 "severity": "fatal"}).status_code == 201
    tc = client(bridge)
    found = tc.cases()
    found.filter.name(TqlOperator.EQ, "Made by hand")
    (one,) = [c.model for c in found]
    assert one.severity == "Critical" and one.xid == stored(bridge, "Made by hand")["id"]
    assert one.created_by.user_name != ACCESS_ID
    tc.case(id=one.id).delete()


def test_many_clients_write_to_one_case_and_nothing_is_lost(bridge):
    number = bridge.make(name="Written by many")
    failed = []

    def write(i):
        try:
            tc = client(bridge)
            for part in range(3):
                one = tc.case(id=number)
                one.stage_attribute({"type": "Description", "value": f"{i}.{part}"})
                one.stage_tag({"name": f"tag of {i}"})
                one.update(mode="append")
        except Exception as trouble:  # reported below, in the test's own thread
            failed.append(trouble)

    threads = [threading.Thread(target=write, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failed
    held = bridge.data("GET", f"/v3/cases/{number}?fields=attributes&fields=tags")
    assert sorted(a["value"] for a in held["attributes"]["data"]) == sorted(f"{i}.{part}" for i in range(8) for part in range(3))
    assert sorted(t["name"] for t in held["tags"]["data"]) == [f"tag of {i}" for i in range(8)]
    assert len({a["id"] for a in held["attributes"]["data"]}) == 24
    bridge.drop(number)


def every_id(value, path=""):
    """(path, value) of whatever is called an id."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key in {"id", "ownerId", "caseId"}:
                yield path + "/" + key, one
            yield from every_id(one, path + "/" + key)
    elif isinstance(value, list):
        for one in value:
            yield from every_id(one, path)


def test_trap_14_every_id_is_an_integer_that_a_double_holds(bridge):
    number = bridge.make(tags={"data": [{"name": "an id"}]}, attributes={"data": [{"type": "Description", "value": "v"}]},
                         assignee={"type": "Group", "data": {"name": "Tier 1"}})
    seen = 0
    for path in ("cases", "tags", "caseAttributes", "attributeTypes", "security/users", "security/userGroups", "security/owners"):
        for where, value in every_id(bridge.data("GET", f"/v3/{path}?fields=_all_&resultLimit=1000")):
            assert type(value) is int and 0 < value < 2**53, (path, where, value)
            seen += 1
    assert seen > 100
    bridge.drop(number)
