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


@pytest.fixture(scope="module")
def crowd(launch):
    return launch(top={"threads": 4})


def at_once(count, work):
    """Runs work(0) … work(count - 1), each in a thread of its own; their results, or what they raised."""
    out = [None] * count

    def one(i):
        try:
            out[i] = work(i)
        except Exception as trouble:
            out[i] = trouble

    threads = [threading.Thread(target=one, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return out


def test_many_clients_write_to_one_case_and_nothing_is_lost(crowd):
    number = crowd.make(name="Written by many")

    def write(i):
        tc = client(crowd)
        for part in range(3):
            one = tc.case(id=number)
            one.stage_attribute({"type": "Description", "value": f"{i}.{part}"})
            one.stage_tag({"name": f"tag of {i}"})
            one.update(mode="append")

    assert at_once(8, write) == [None] * 8
    held = crowd.data("GET", f"/v3/cases/{number}?fields=attributes&fields=tags")
    assert sorted(a["value"] for a in held["attributes"]["data"]) == sorted(f"{i}.{part}" for i in range(8) for part in range(3))
    assert sorted(t["name"] for t in held["tags"]["data"]) == [f"tag of {i}" for i in range(8)]
    assert len({a["id"] for a in held["attributes"]["data"]}) == 24
    crowd.drop(number)


def test_many_clients_create_with_one_xid_and_one_succeeds(crowd):
    body = {"name": "Once", "severity": "Low", "status": "Open", "xid": "only once, please"}
    answers = at_once(8, lambda i: crowd.ask("POST", "/v3/cases", json={**body, "description": str(i)}))
    assert sorted(a.status_code for a in answers) == [201] + [409] * 7
    (made,) = [a.json()["data"] for a in answers if a.status_code == 201]
    assert crowd.data("GET", "/v3/cases/only%20once,%20please") == made
    assert crowd.ask("GET", "/v3/cases", params={"tql": 'xid = "only once, please"'}).json()["count"] == 1
    crowd.drop(made["id"])


def test_many_clients_create_cases_with_one_new_tag(crowd):
    def make(i):
        made = client(crowd).case(name=f"Together {i}", severity="Low", status="Open", tags={"data": [{"name": "brand new"}]})
        made.create(params={"fields": ["tags"]})
        return made.model.id, [t.id for t in made.model.tags.data]

    made = at_once(8, make)
    assert len({number for number, _ in made}) == 8 and len({tag for _, (tag,) in made}) == 1
    found = client(crowd).cases()
    found.filter.tag(TqlOperator.EQ, "brand new")
    assert sorted(c.model.id for c in found) == sorted(number for number, _ in made)
    assert [a.status_code for a in at_once(8, lambda i: crowd.ask("DELETE", f"/v3/cases/{made[i][0]}"))] == [200] * 8


def test_many_clients_delete_one_case_and_one_succeeds(crowd):
    number = crowd.make()
    codes = sorted(a.status_code for a in at_once(6, lambda i: crowd.ask("DELETE", f"/v3/cases/{number}")))
    assert codes == [200] + [404] * 5


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
