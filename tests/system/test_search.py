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


@pytest.mark.parametrize("path", ["/cases/search", "/cases/search/aggregate"])
@pytest.mark.parametrize("params, status, detail", [
    ({"assignee_id": "nobody"}, 400, "Invalid assignee_id: nobody"),
    ({"assignee_id": "UNASSIGNED"}, 400, "Invalid assignee_id: UNASSIGNED"),
    ({"dropdown": "kind"}, 400, "Invalid dropdown filter format: 'kind'. Expected 'definition_ref:option_ref'."),
    ({"search_term": "x" * 1001}, 400, "Search term cannot exceed 1000 characters"),
    ({"status": "New"}, 422, None), ({"priority": "fatal"}, 422, None), ({"severity": ""}, 422, None), ({"start_time": "yesterday"}, 422, None),
    ({"updated_before": "2026-02-30"}, 422, None),
])
def test_a_filter_that_cannot_be_read_is_refused_and_never_ignored(client, path, params, status, detail):
    answer = client.ask("GET", path, params=params)
    assert answer.status_code == status
    if detail:
        assert answer.json() == {"detail": detail}
    else:
        assert answer.json()["detail"][0]["loc"] in (["query", next(iter(params))], ["query", next(iter(params)), 0])


def test_an_aggregate_names_every_status_and_ignores_what_only_lists_have(client):
    mark = unique("aggregated")
    client.create(summary=mark, status="on_hold")
    client.create(summary=mark, status="closed")
    expected = {"total": 2, "status_groups": {"new": 0, "in_progress": 0, "on_hold": 1, "resolved": 0, "closed": 1, "unknown": 0, "other": 0}}
    for more in ({}, {"short_id": "999999"}, {"limit": 1}, {"order_by": "status"}):
        answer = client.ask("GET", "/cases/search/aggregate", params={"search_term": mark, **more})
        assert (answer.status_code, answer.json()) == (200, expected), more


def test_a_search_sees_a_change_at_once(client, native):
    mark = unique("changed")
    case = client.create(summary=mark, status="new", severity="low")
    for status in ("in_progress", "resolved", "other"):
        client.change(case, status=status)
        assert [i["id"] for i in client.search(search_term=mark, status=status)] == [case]
        assert client.search(search_term=mark, status="new") == []
    native.put(client.number(case), status="Closed", severity="Critical")
    assert [i["id"] for i in client.search(search_term=mark, status="closed", severity="critical")] == [case]
    assert client.search(search_term=mark, severity=["low", "fatal"]) == []
