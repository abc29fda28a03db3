"""Cases that are for certain users only: nobody else learns of them, not by lists, counts, pages, sub-queries or external ids."""
import pytest
from conftest import Bridge, Stack
from reverse_support import BOTH, OTHER, SANDBOX_DATA, WRITER, Facade, PerThread, Reverse, reverse_settings, side_by_side
from support import unique

MINE = {"data": [{"userName": WRITER}]}


def built(**changes):
    made = Stack()
    site = Reverse(made, credentials={"main": BOTH}, data=SANDBOX_DATA, **changes)
    site.stack = made
    return site


@pytest.fixture(scope="module")
def one():
    site = built(threads=2)
    try:
        yield site
    finally:
        site.stack.stop()


def users(client):
    return {u["userName"]: u["id"] for u in client.done("GET", "/security/users")}


def test_the_first_count_that_a_process_tells_leaves_hidden_cases_out():
    site = built(threads=2)
    try:
        mine = site.client()
        shown = [mine.create()["id"] for _ in range(6)]
        hidden = mine.create(userAccess=MINE)["id"]
        # Another process, which has never seen the case: the hidden one is on no page that is asked for.
        config = reverse_settings(int(site.sandbox_url.rpartition(":")[2]), threads=3)
        bridge = Bridge(site.stack, site.stack.write("second.json", config))
        clients = PerThread(lambda: Facade(bridge.url, OTHER))
        counts = side_by_side(lambda n: clients().page(resultLimit=2)["count"], range(12))
        assert set(counts) == {6}
        assert Facade(bridge.url, WRITER).page(resultLimit=2)["count"] == 7
        assert [c["id"] for c in Facade(bridge.url, OTHER).page(resultLimit=100)["data"]] == shown and hidden not in shown
    finally:
        site.stack.stop()


def test_places_in_a_list_are_those_of_the_caller(one):
    mine, theirs = one.client(), one.client(who=OTHER)
    for n in range(12):
        mine.create(**({"userAccess": MINE} if n % 2 else {}))
    everything = {c: [x["id"] for x in c.page(resultLimit=10000)["data"]] for c in (mine, theirs)}
    assert len(everything[theirs]) <= len(everything[mine]) - 6
    for size in (3, 4):
        for c in (mine, theirs):
            assert [x["id"] for p in c.follow(c.page(resultLimit=size)) for x in p["data"]] == everything[c]
        for c in (theirs, mine, theirs):
            for start in range(len(everything[c]), 0, -2):
                assert [x["id"] for x in c.page(resultStart=start, resultLimit=size)["data"]] == everything[c][start:start + size]


def test_sub_queries_and_associations_do_not_tell_of_hidden_cases(one):
    mine, theirs = one.client(), one.client(who=OTHER)
    seen, word = mine.create()["id"], unique("word")
    hidden = mine.create(name=word, userAccess=MINE, associatedCases={"data": [{"id": seen}]}, tags={"data": [{"name": word}]})["id"]
    assert mine.find(f"hasCase(id = {hidden})") == [seen] and seen in mine.find("hasCase()")
    for tql in (f"hasCase(id = {hidden})", f'hasCase(name = "{word}")', "hasCase(name IS NULL)", "hasCase()", f"hasCase(NOT (id = {seen}))"):
        assert seen not in theirs.find(tql), tql
    assert theirs.get(seen)["associatedCases"]["data"] == []
    nested = theirs.done("GET", f"/cases/{theirs.create(associatedCases={'data': [{'id': seen}]})['id']}",
                         params=[("fields", "associatedCases.associatedCases")])
    assert hidden not in [c["id"] for c in nested["associatedCases"]["data"][0]["associatedCases"]["data"]]
    for tql in (f"caseId = {hidden}", f"hasCase(id = {hidden})", f'hasCase(name = "{word}")'):
        assert theirs.done("GET", "/tags", params=[("tql", tql)]) == []
        assert [t["name"] for t in mine.done("GET", "/tags", params=[("tql", tql)])] == [word]


def test_an_xid_is_one_cases_even_where_that_is_hidden(one):
    mine, theirs, xid = one.client(), one.client(who=OTHER), unique("the xid")
    case = mine.create(xid=xid, userAccess=MINE)["id"]
    body = {"name": "n", "severity": "Low", "status": "Open", "xid": xid}
    assert theirs.call("POST", "/cases", json=body).status_code == mine.call("POST", "/cases", json=body).status_code == 409
    assert theirs.call("GET", f"/cases/{xid}").status_code == 404 and mine.get(xid)["id"] == case


def test_a_user_is_one_user_however_named(one):
    mine, theirs = one.client(), one.client(who=OTHER)
    number = users(mine)
    case = mine.create(userAccess={"data": [{"userName": WRITER}, {"userName": OTHER}]})["id"]
    assert theirs.get(case)["id"] == case

    def access():
        return [u["userName"] for u in mine.done("GET", f"/cases/{case}", params=[("fields", "userAccess")])["userAccess"]["data"]]
    mine.change(case, userAccess={"data": [{"id": number[OTHER]}], "mode": "delete"})
    assert access() == [WRITER] and theirs.call("GET", f"/cases/{case}").status_code == 404
    mine.change(case, userAccess={"data": [{"id": number[WRITER]}], "mode": "append"})
    assert access() == [WRITER]
    mine.change(case, userAccess={"data": [{"id": number[WRITER]}, {"id": number[OTHER]}], "mode": "replace"})
    mine.change(case, userAccess={"data": [{"userName": OTHER}], "mode": "delete"})
    assert access() == [WRITER] and theirs.call("GET", f"/cases/{case}").status_code == 404
