"""GET /cases/search (Tracecat fact sheet §1.3)."""
import pytest
from support import unique


@pytest.mark.parametrize("where", ["summary", "description"])
@pytest.mark.parametrize("size", [0, 2000, 60_000])
def test_a_term_is_found_wherever_it_lies(client, where, size):
    mark = unique("Needle")
    text = "h" * size + mark + "t" * size
    case = client.create(**{where: text})
    for term in (mark, mark.upper(), mark.lower(), mark[2:-2], mark.replace(" ", "_"), mark[:6] + "%" + mark[-4:]):
        found = client.search(search_term=term)
        assert case in [i["id"] for i in found], term
    assert client.search(search_term=mark + " no") == []


def test_a_native_edit_is_what_is_searched(client, native):
    old, new = unique("Old"), unique("New")
    case = client.create(description="d" * 3000 + old)
    native.put(client.number(case), description=new)
    assert client.search(search_term=old) == []
    assert [i["id"] for i in client.search(search_term=new)] == [case]


def test_a_term_finds_the_number(client):
    case = client.create()
    short = client.get(case)["short_id"]
    assert case in [i["id"] for i in client.search(search_term=short.lower())]


@pytest.mark.parametrize("form", ["{n}", "{n:04}", "CASE-{n}", "case-{n:04}", " CASE-{n} "])
def test_a_short_id_is_exact(client, form):
    case = client.create()
    number = client.number(case)
    assert [i["id"] for i in client.search(short_id=form.format(n=number))] == [case]


def test_a_short_id_that_nothing_has(client):
    assert client.search(short_id="99999999") == []


def test_short_id_and_term_are_both_required_to_match(client):
    mark = unique("both")
    case, other = client.create(summary=mark), client.create()
    assert [i["id"] for i in client.search(short_id=client.number(case), search_term=mark)] == [case]
    assert client.search(short_id=client.number(other), search_term=mark) == []


@pytest.mark.parametrize("params, detail", [
    ({"short_id": "CASE-x"}, "Short ID must match CASE-<number> or <number>"), ({"short_id": "-1"}, "Short ID must match CASE-<number> or <number>"),
    ({"search_term": "x" * 1001}, "Search term cannot exceed 1000 characters"),
    ({"search_term": "a\0b"}, "Search term cannot contain null bytes"),
])
def test_wrong_terms(client, params, detail):
    answer = client.ask("GET", "/cases/search", params=params)
    assert (answer.status_code, answer.json()) == (400, {"detail": detail})


def test_payloads_come_when_asked_for(client):
    mark = unique("with payloads")
    payloads = {}
    for n, payload in enumerate([None, {}, {"n": 1}, {"big": "x" * 50_000}, {"also": ["y" * 20_000]}]):
        payloads[client.create(summary=mark, payload=payload)] = payload
    assert {i["id"]: i["payload"] for i in client.search(search_term=mark, include_payload="true")} == payloads
    assert {i["id"]: i["payload"] for i in client.search(search_term=mark)} == dict.fromkeys(payloads)
    listed = {i["id"]: i["payload"] for i in client.page(limit=20, include_payload=1)["items"]}
    assert {case: listed[case] for case in payloads if case in listed} == {c: p for c, p in payloads.items() if c in listed}


def test_a_limit_and_the_total(client):
    mark = unique("counted")
    for _ in range(5):
        client.create(summary=mark)
    answer = client.ask("GET", "/cases/search", params={"search_term": mark, "limit": 2})
    page = answer.json()
    assert (len(page["items"]), page["total_estimate"], page["has_more"]) == (2, 5, True)
    assert answer.headers["Casebridge-Filter"].startswith("residual; scanned=")
    for limit in (0, 201, -1, "x", ""):
        assert client.ask("GET", "/cases/search", params={"limit": limit}).status_code == 422


def test_the_plain_list_ignores_filters_and_says_that_it_is_exact(client):
    client.create()
    answer = client.ask("GET", "/cases", params={"status": "closed", "search_term": "nothing has this", "limit": 5})
    assert answer.status_code == 200 and answer.json()["items"]
    assert answer.headers["Casebridge-Filter"] == "exact"


@pytest.mark.parametrize("params", [{"status": "new"}, {"priority": "high"}, {"severity": "low"}, {"tags": "vpn"}, {"assignee_id": "unassigned"},
                                    {"start_time": "2026-01-01T00:00:00Z"}, {"updated_after": "2026-01-01T00:00:00Z"}])
def test_a_filter_that_is_not_offered_is_refused_and_never_ignored(client, params):
    answer = client.ask("GET", "/cases/search", params=params)
    if answer.status_code == 200:  # offered: then it filters
        items = answer.json()["items"]
        for key in ("status", "priority", "severity"):
            assert all(i[key] == params[key] for i in items if key in params)
    else:
        assert answer.status_code == 501
        assert next(iter(params)) in answer.json()["detail"]
