"""Lists: every order, page sizes, both directions, while others write."""
import random

import pytest
from conftest import Stack
from organisation import SANDBOX_DATA, Organisation, bridge
from support import PRIORITIES, SEVERITIES, STATUSES, unique

ORDERS = ["created_at", "updated_at", "priority", "severity", "status", "tasks"]
DECLARED = {"priority": PRIORITIES, "severity": SEVERITIES, "status": STATUSES}
COUNT = 300


def made_up_cases():
    """300 cases; hundreds of them share a second, some share a millisecond."""
    dice = random.Random(7)
    seconds = ["2024-05-01T10:00:00Z"] * 150 + ["2024-05-01T10:00:00.250Z"] * 40
    seconds += [f"2024-05-0{dice.randint(1, 9)}T{dice.randint(10, 20)}:00:{dice.randint(10, 40)}Z" for _ in range(COUNT - len(seconds))]
    dice.shuffle(seconds)
    return [{
        "id": 1000 + i, "name": f"case {i}", "dateAdded": at, "lastUpdated": f"2024-06-01T10:{i % 60:02}:00Z",
        "status": dice.choice(["Open", "Closed"]), "severity": dice.choice(["Low", "Medium", "High", "Critical"]),
    } for i, at in enumerate(seconds)]


@pytest.fixture(scope="module")
def paging():
    made = Stack()
    try:
        data = {**SANDBOX_DATA, "cases": made_up_cases()}
        yield Organisation(made, [bridge("main")], data=data, threads=2)
    finally:
        made.stop()


@pytest.fixture(scope="module")
def client(paging):
    """The example cases go, so that there are 300."""
    admin = paging.client()
    for number in (1, 2, 3):
        assert admin.ask("DELETE", "/cases/" + admin.search(short_id=number)[0]["id"]).status_code == 204
    return admin


def sort_key(item, order):
    value = 0 if order == "tasks" else item[order]
    if order in DECLARED:
        value = DECLARED[order].index(value)
    if order.endswith("_at"):
        value = value.replace("Z", "") if "." in value else value.replace("Z", ".000000")
    return value


def check_order(items, order, sort):
    keys = [sort_key(i, order) for i in items]
    assert keys == sorted(keys, reverse=sort == "desc")


@pytest.mark.parametrize("limit", [1, 7, 200])
@pytest.mark.parametrize("sort", ["asc", "desc"])
@pytest.mark.parametrize("order", ORDERS)
def test_every_case_once_in_order_forward_and_back(client, order, sort, limit):
    if limit == 1 and (order, sort) != ("created_at", "desc"):
        limit = 11  # one by one takes its time: in the default order only
    where = {"order_by": order, "sort": sort, "limit": limit}
    pages = list(client.pages(**where))
    items = [i for p in pages for i in p["items"]]
    ids = [i["id"] for i in items]
    assert len(ids) == len(set(ids)) == COUNT
    check_order(items, order, sort)
    assert [len(p["items"]) for p in pages[:-1]] == [limit] * (len(pages) - 1)
    assert all(p["total_estimate"] == COUNT for p in pages)
    assert all(p["has_more"] == (p["next_cursor"] is not None) and p["has_previous"] == (p["prev_cursor"] is not None) for p in pages)
    assert (pages[0]["has_previous"], pages[-1]["has_more"]) == (False, False)

    back = list(client.pages(start=pages[-1]["prev_cursor"], backward=True, **where)) if len(pages) > 1 else []
    assert [[i["id"] for i in p["items"]] for p in reversed(back)] == [[i["id"] for i in p["items"]] for p in pages[:-1]]
    if back:
        assert (back[-1]["prev_cursor"], back[-1]["has_previous"]) == (None, False)
        assert back[-1]["has_more"]


def test_back_and_forth_gives_the_same_page(client):
    where = {"limit": 20}
    first = client.page(**where)
    second = client.page(cursor=first["next_cursor"], **where)
    again = client.page(cursor=second["prev_cursor"], **where)
    assert [i["id"] for i in again["items"]] == [i["id"] for i in first["items"]]
    forth = client.page(cursor=again["next_cursor"], **where)
    assert [i["id"] for i in forth["items"]] == [i["id"] for i in second["items"]]


def test_the_default_is_twenty_newest_first(client):
    page = client.page()
    assert len(page["items"]) == 20
    check_order(page["items"], "created_at", "desc")
    assert [i["id"] for i in page["items"]] == [i["id"] for i in client.page(order_by="created_at", sort="desc", limit=20)["items"]]


def test_a_cursor_is_bound_to_its_query_and_unforgeable(client):
    cursor = client.page(limit=10)["next_cursor"]
    for params, detail in [
        ({"cursor": cursor, "sort": "asc"}, "Pagination cursor does not match the current query"),
        ({"cursor": cursor, "order_by": "status"}, "Pagination cursor does not match the current query"),
        ({"cursor": cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB")}, "Invalid pagination cursor"),
        ({"cursor": cursor.partition(".")[0]}, "Invalid pagination cursor"), ({"cursor": "x" * 100}, "Invalid pagination cursor"),
        ({"cursor": ""}, "Invalid pagination cursor"), ({"cursor": "é"}, "Invalid pagination cursor"),
    ]:
        answer = client.ask("GET", "/cases", params=params)
        assert (answer.status_code, answer.json()) == (400, {"detail": detail})
    assert client.page(cursor=cursor, limit=37, include_payload=True)["items"]  # neither is part of the query
    assert client.page("/search", cursor=cursor, limit=10)["items"]


@pytest.mark.parametrize("order", ["created_at", "updated_at", "status"])
@pytest.mark.parametrize("backward", [False, True])
def test_deletes_and_inserts_while_paging_lose_and_double_nothing(paging, client, order, backward):
    mark = unique("temporary")
    extra = [client.create(summary=mark) for _ in range(12)]
    where = {"order_by": order, "sort": "desc", "limit": 25}
    stable = {i["id"] for p in client.pages(limit=200) for i in p["items"]} - set(extra)
    start = None
    if backward:
        start = list(client.pages(**where))[-1]["prev_cursor"]
    seen, added = [], []
    for n, page in enumerate(client.pages(start=start, backward=backward, **where)):
        ids = [i["id"] for i in page["items"]]
        seen += ids
        victims = [c for c in ids if c in extra]  # boundary cases among them
        for victim in victims[-2:]:
            assert client.ask("DELETE", f"/cases/{victim}").status_code == 204
            extra.remove(victim)
        if n % 3 == 0:
            added.append(client.create(summary=mark))
    assert len(seen) == len(set(seen))
    if backward:
        stable -= {i["id"] for i in client.page(**{**where, "sort": "asc"}, cursor=None)["items"]}  # the last page was where we began
    assert stable <= set(seen)
    for case in extra + added:
        assert client.ask("DELETE", f"/cases/{case}").status_code == 204
    assert client.page()["total_estimate"] == COUNT


def test_a_page_that_deletes_emptied_has_a_way_back(client):
    mark = unique("emptied")
    cases = [client.create(summary=mark) for _ in range(4)]
    where = {"search_term": mark, "limit": 2, "order_by": "created_at", "sort": "asc"}
    first = client.page("/search", **where)
    for case in cases[2:]:
        assert client.ask("DELETE", f"/cases/{case}").status_code == 204
    empty = client.page("/search", cursor=first["next_cursor"], **where)
    assert (empty["items"], empty["has_more"], empty["next_cursor"], empty["has_previous"]) == ([], False, None, True)
    back = client.page("/search", cursor=empty["prev_cursor"], **where)
    assert [i["id"] for i in back["items"]] == cases[:2]
    for case in cases[:2]:
        client.ask("DELETE", f"/cases/{case}")


def test_a_page_fetched_twice_by_one_cursor_is_the_same_on_every_thread(paging, client):
    cursor = client.page(limit=13)["next_cursor"]
    pages = [[i["id"] for i in paging.client().page(limit=13, cursor=cursor)["items"]] for _ in range(8)]
    assert all(p == pages[0] for p in pages)
