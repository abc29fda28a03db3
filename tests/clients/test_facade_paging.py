"""2,500 cases through the client, page by page, and what goes over the wire meanwhile (fact sheet §3.1 to §3.3, C14, C15)."""

import pytest
from conftest import ACCESS_ID, SECRET, V3, HmacAuth, Sensitive
from tcex.api.tc.v3.tql.tql_operator import TqlOperator

MANY = 2500


@pytest.fixture(scope="module")
def large(launch):
    started = launch("--seed", "5", "--cases", str(MANY))
    started.known = False
    return started


@pytest.fixture
def wire(large):
    return large.session(HmacAuth(ACCESS_ID, Sensitive(SECRET)))


def asked(wire):
    return [answer.request for answer in wire.heard]


def upstream(large):
    return large.sandbox("/__sandbox/requests").json()["count"]


@pytest.mark.parametrize("size", [100, 1000, 10000])
def test_c14_every_case_comes_once_and_in_order(large, wire, size):
    before = upstream(large)
    ids = [c.model.id for c in V3(wire).cases(params={"result_limit": size})]
    assert len(ids) == len(set(ids)) == MANY and ids == sorted(ids)
    sent = asked(wire)
    assert len(sent) == -(-MANY // size)
    assert sent[0].path_url == f"/api/v3/cases?result_limit={size}&resultLimit={size}"
    assert sent[0].headers["content-type"] == "application/json" and all(r.body is None for r in sent)
    for i, answer in enumerate(wire.heard):
        page = answer.json()
        assert ("next" in page) == (i + 1 < len(sent)) and ("prev" in page) == (i > 0)
        assert page["data"] and ("count" in page) == (i == 0)
        if i:
            assert sent[i].url == wire.heard[i - 1].json()["next"]
            assert f"resultStart={i * size}&resultLimit={size}" in sent[i].url
    assert wire.heard[0].json()["count"] == MANY
    # Tracecat's pages hold 200, and a client's page that cuts one reads it over again; descriptions are read once.
    lists = max(MANY // 200 + 1, len(sent))
    assert upstream(large) - before <= 2 * lists + 5 + (0 if large.known else MANY)
    large.known = True


def test_a_filter_is_carried_along_by_next(large, wire):
    """The sequence of §3.2: all of the query is in each link, and the client adds nothing."""
    cases = V3(wire).cases(params={"result_limit": 40, "fields": ["tags"], "sorting": "name desc"})
    cases.filter.severity(TqlOperator.IN, ["High", "Critical"])
    cases.filter.id(TqlOperator.LEQ, 300)
    found = [c.model for c in cases]
    first, *others = asked(wire)
    assert first.path_url == ("/api/v3/cases?result_limit=40&fields=tags&sorting=name+desc&resultLimit=40"
                              "&tql=severity+IN+%28%22High%22%2C%22Critical%22%29+and+id+%3C%3D+300")
    assert len(others) >= 2
    for request, before in zip(others, wire.heard):
        assert request.url == before.json()["next"] and request.url.startswith(large.url + "/v3/cases?")
        assert all(part in request.url for part in ("tql=", "fields=tags", "sorting=", "resultStart=", "resultLimit=40"))
    assert len({c.id for c in found}) == len(found) == wire.heard[0].json()["count"]
    assert all(c.severity in {"High", "Critical"} and c.id <= 300 for c in found)
    assert [c.name for c in found] == sorted((c.name for c in found), reverse=True)
    assert all("tags" in c for answer in wire.heard for c in answer.json()["data"])


def test_c15_len(large, wire):
    cases = V3(wire).cases(params={"result_limit": 1000})
    assert len(cases) == MANY
    assert asked(wire)[0].path_url == "/api/v3/cases?result_limit=1000&resultLimit=1&count=True"
    narrow = V3(wire).cases()
    narrow.filter.id(TqlOperator.GT, MANY - 7)
    assert len(narrow) == 7 == len(list(narrow))


def test_list_asks_for_the_length_first(large, wire):
    """python's list() calls len(): two requests, the first of one case."""
    cases = V3(wire).cases(params={"result_limit": 2500})
    assert len(list(cases)) == MANY
    assert ["count=True" in r.url for r in asked(wire)] == [True, False]
    assert len(wire.heard[0].json()["data"]) == 1


def test_any_start_and_the_links_back(large):
    def page(query):
        return large.ask("GET", "/v3/cases?" + query).json()

    for start, limit in [(5, 10), (199, 2), (2490, 10), (1234, 567)]:
        answer = page(f"resultStart={start}&resultLimit={limit}")
        assert [c["id"] for c in answer["data"]] == list(range(start + 1, start + 1 + limit))
        assert "count" not in answer
        assert f"resultStart={max(0, start - limit)}&resultLimit={limit}" in answer["prev"]
        assert ("next" in answer) == (start + limit < MANY)
    last = page("resultStart=2499")
    assert [c["id"] for c in last["data"]] == [MANY] and "next" not in last
    beyond = page("resultStart=2500&resultLimit=10")
    assert beyond["data"] == [] and "next" not in beyond


@pytest.mark.parametrize("query", ["resultLimit=10001", "resultLimit=-1", "resultLimit=x", "resultStart=-1", "resultStart=1.5"])
def test_limits_out_of_range_are_refused(large, query):
    refused = large.ask("GET", "/v3/cases?" + query)
    assert refused.status_code == 400 and refused.json()["status"] == "Error"


def test_sorting_by_several_keywords_and_both_ways(large):
    def rows(sorting):
        return large.data("GET", "/v3/cases", params={"sorting": sorting, "resultLimit": 300, "tql": "id <= 300"})

    order = ["Low", "Medium", "High", "Critical"]
    for sorting, key, backwards in [("id desc", lambda c: c["id"], True), ("dateAdded ASC", lambda c: c["dateAdded"], False),
                                    ("name asc id desc", lambda c: (c["name"], -c["id"]), False)]:
        found = rows(sorting)
        assert found == sorted(found, key=key, reverse=backwards), sorting
    grouped = [c["severity"] for c in rows("severity desc id asc")]
    assert len(grouped) == 300 and len([1 for a, b in zip(grouped, grouped[1:]) if a != b]) <= len(order) - 1


def test_splunk_advances_by_itself(large):
    """It goes on by the number of rows, and takes next for a flag (fact sheet §3.1)."""
    seen, start = [], 0
    while True:
        answer = large.ask("GET", f"/v3/cases?resultStart={start}&resultLimit=1000", json={}).json()
        seen += [c["id"] for c in answer["data"]]
        start += len(answer["data"])
        if "next" not in answer:
            break
        assert answer["data"]
    assert len(seen) == MANY == len(set(seen))
