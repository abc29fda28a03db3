"""`casebridge users export`: who is who on both platforms, and what a bridge makes of people whom it does not know."""
import csv
import io

import pytest
from conftest import WORKSPACE, Bridge, Stack, free_port, run, settings
from organisation import KEYS, Organisation, bridge, password_hash, upstream
from reverse_support import PEOPLE, WRITER, Reverse, reverse_bridge
from support import Tracecat

HEADER = ["bridge", "workspace", "tracecat_email", "tracecat_id", "tracecat_name", "threatconnect_user", "threatconnect_id",
          "threatconnect_name", "match"]


def table(text):
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == HEADER and all(len(r) == len(HEADER) for r in rows)
    return [dict(zip(HEADER, r)) for r in rows[1:]]


@pytest.fixture(scope="module")
def soc():
    made = Stack()
    try:
        yield Organisation(made, [bridge("main", hashed=password_hash()), bridge("other")], threads=1)
    finally:
        made.stop()


def test_accounts_beside_the_users_of_threatconnect(soc):
    config = soc.bridge.stack.path("bridges.json")
    done = run("users", "export", "--config", config, "--bridge", "main")
    assert done.returncode == 0, done.stderr
    rows = table(done.stdout)
    assert {(r["bridge"], r["workspace"]) for r in rows} == {("main", "SOC"), ("main", "Second")}
    mine = {r["tracecat_email"]: r for r in rows if r["workspace"] == "SOC" and r["tracecat_email"]}
    assert set(mine) == {f"{name}@tests.example" for name in ("viewer", "editor", "admin", "lead")}  # no outsider
    admin, lead = mine["admin@tests.example"], mine["lead@tests.example"]
    assert (admin["threatconnect_user"], admin["match"]) == ("smithj@threatconnect.com", "configured")
    assert (lead["threatconnect_id"], lead["threatconnect_name"], lead["match"]) == ("21", "Lee Ader", "same name")
    assert mine["viewer@tests.example"]["match"] == "unmatched" and mine["viewer@tests.example"]["threatconnect_user"] == ""
    alone = [r for r in rows if r["workspace"] == "SOC" and not r["tracecat_email"]]
    assert alone and all(r["threatconnect_user"] and r["threatconnect_id"] and r["match"] == "unmatched" for r in alone)
    account = soc.person("lead").call("GET", "/users/me").json()
    assert lead["tracecat_id"] == account["id"]


def test_every_bridge_is_in_the_table_unless_one_is_named(soc):
    rows = table(run("users", "export", "--config", soc.bridge.stack.path("bridges.json")).stdout)
    assert {r["bridge"] for r in rows} == {"main", "other"}


def test_members_beside_the_names_that_threatconnect_clients_see():
    made = Stack()
    try:
        reverse = Reverse(made, [reverse_bridge(users={"ana@tests.example": "analyst1", "gone@tests.example": "gone"})])
        rows = table(run("users", "export", "--config", reverse.bridge.stack.path("reverse.json")).stdout)
        by_email = {r["tracecat_email"]: r for r in rows}
        assert {p["email"] for p in PEOPLE} <= set(by_email)
        ana, lee = by_email["ana@tests.example"], by_email["lee@tests.example"]
        assert (ana["threatconnect_user"], ana["match"], ana["tracecat_name"]) == ("analyst1", "configured", "Ana Analyst")
        assert (lee["threatconnect_user"], lee["match"]) == ("lee@tests.example", "same name")
        assert by_email["gone@tests.example"]["match"] == "configured, but no such user"
        assert any(r["threatconnect_user"] == WRITER and not r["tracecat_email"] for r in rows)
        listed = {u["userName"]: u["id"] for u in reverse.client().done("GET", "/security/users")}  # the numbers that clients get
        assert (str(listed["analyst1"]), str(listed["lee@tests.example"])) == (ana["threatconnect_id"], lee["threatconnect_id"])
    finally:
        made.stop()


def test_what_goes_wrong_is_said(soc):
    unknown = run("users", "export", "--config", soc.bridge.stack.path("bridges.json"), "--bridge", "nobody")
    assert (unknown.returncode, unknown.stdout) == (1, "") and "nobody" in unknown.stderr
    assert run("users", "export", "--config", "/nowhere.jsonc").returncode == 2
    made = Stack()
    try:
        config = settings(upstreams={"tc": upstream(free_port())}, bridges=[bridge("main")])
        done = run("users", "export", "--config", made.write("down.json", config))
        assert (done.returncode, done.stdout) == (2, "") and "upstream_refused" in done.stderr
    finally:
        made.stop()
    text = run("users", "export", "--help").stdout
    assert "--bridge" in text and "Example:" in text and "users" in text


# somebody whom the bridge does not know is somebody

def test_an_assignee_whose_account_is_gone_is_still_somebody(soc):
    carried = soc.person("viewer").call("GET", "/users/me").json()["id"]  # known here, not to ThreatConnect
    case = soc.client().create(assignee_id=carried)
    assert soc.client().get(case)["assignee"]["email"] == "viewer@tests.example"
    made = Stack()
    try:
        without = bridge("main", hashed=password_hash())
        without["accounts"] = [a for a in without["accounts"] if not a["email"].startswith("viewer")]
        later = Bridge(made, made.write("later.json", settings(upstreams={"tc": upstream(soc.sandbox_port)}, bridges=[without])))
        client = Tracecat(later.url, WORKSPACE, KEYS["admins"])
        shown = client.get(case)["assignee"]
        assert shown["id"] == carried and shown["email"].startswith("unknown-user-") and (shown["first_name"], shown["last_name"]) == ("Unknown", "user")
        number = client.number(case)
        assert [i["id"] for i in client.search(assignee_id=carried, short_id=number)] == [case]
        assert client.search(assignee_id="unassigned", short_id=number) == []
        client.change(case, summary="edited meanwhile")
        assert client.get(case)["assignee"]["id"] == carried
        refused = client.patch(client.create(), assignee_id=carried)  # nobody new is given to them
        assert (refused.status_code, refused.json()) == (500, {"detail": "Database operation failed"})
        client.change(case, assignee_id=None)
        assert client.get(case)["assignee"] is None
    finally:
        made.stop()


def test_a_native_assignee_who_is_no_account_is_shown_and_found(soc):
    case = soc.client().create()
    number = soc.client().number(case)
    soc.native.put(number, assignee={"type": "User", "data": {"id": 20}})
    shown = soc.client().get(case)["assignee"]
    assert shown["id"] in {m["user_id"] for m in soc.client().ask("GET", "/members").json()} and shown["first_name"] == "Test"
    assert [i["id"] for i in soc.client().search(assignee_id=shown["id"], short_id=number)] == [case]
