"""Queries of the ThreatConnect façade on 2,000 cases that lie in Tracecat: each finds what a naive evaluation finds (tql_truth.py)."""
import random
from datetime import timedelta

import pytest
import tql_truth as truth
from conftest import Stack
from reverse_cases import CARRIED_TAGS, FACADE, NATIVE, TAGS, bulk, fill
from reverse_support import Reverse, side_by_side
from tql_truth import CASES, OPERATORS, TAG, TEXT, TIME, TRUTH, WHOLE

CLIENTS = 4

# Of each case a request of its own: with fewer cases in test_reverse_nested.py.
PER_CASE = {"hasNote", "hasArtifact"}
HANGING = {"notes", "tasks", "artifacts", "workflowEvents", "associatedCases"}
OWN_MEMBERS = ["attributes", "tags", "related", "userAccess", "userDetails", "workflowTemplate", "associatedGroups", "associatedIndicators"]


@pytest.fixture(scope="module")
def site():
    made = Stack()
    try:
        built = Reverse(made, data=bulk(), threads=2)
        fill(built)
        # One by one: lists leave out who made a case, where nobody has asked.
        clients = [built.client() for _ in range(CLIENTS)]
        numbers = built.client().find("id > 0")
        parts = side_by_side(lambda n: [clients[n].get(number) for number in numbers[n::CLIENTS]], range(CLIENTS), CLIENTS)
        built.cases = {case["id"]: case for part in parts for case in part}
        # In the order of their making, as Tracecat has it.
        built.as_made = [int(item["short_id"].removeprefix("CASE-")) for item in built.native.everything()]
        assert sorted(built.cases) == sorted(numbers) == sorted(built.as_made) and len(numbers) == NATIVE + FACADE
        yield built
    finally:
        made.stop()


@pytest.fixture(scope="module")
def samples(site):
    """What the cases have, by keyword; the commonest first."""
    def all_of(word, things):
        seen = {}
        for thing in things:
            for value in word.get(thing):
                seen[value] = seen.get(value, 0) + 1
        return sorted(seen, key=lambda v: (-seen[v], str(v)))
    found = {name: all_of(word, site.cases.values()) for name, word in CASES.items()}
    tags = [tag for case in site.cases.values() for tag in case["tags"]["data"]]
    return {**found, **{("tag", name): all_of(word, tags) for name, word in TAG.items()}}


def later(text, seconds):
    return (truth.instant(text) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def near(word, operator, have, dice):
    """Values that hit, miss and lie on the edge, for one operator."""
    one, other = dice.choice(have[:8]), dice.choice(have)
    if word.kind == WHOLE:
        return [one, other, max(have), min(have), max(have) + 1, -1]
    if word.kind == TIME:
        day = one[:10]
        return [one, later(one, 1), later(other, -1), min(have), max(have), day, other[:10], day + " 00:00:00", day + "T12:00:00.5+02:00"]
    if word.kind == TRUTH:
        return [True, False]
    cut = dice.randint(0, max(0, len(one) - 1))
    part = one[cut:cut + dice.randint(1, 6)]
    if "LIKE" in operator:
        return [f"%{part}%", f"{one[:cut]}%", f"%{one[cut:]}", one, "%", "", part.swapcase() + "%", f"{one[:2]}%{one[-2:]}"]
    if operator in truth.PATTERNS:
        return [part, one[:cut + 1], one[cut:], one, other, "", one.swapcase(), "nowhere at all"]
    return [one, other, one.swapcase(), one + " ", "", "nobody@nowhere", "~~~"]


def values_for(word, operator, have, dice):
    if operator in truth.NULLS:
        return []
    texts = ["", "x", "%", "Zed"] if word.kind == TEXT else ["2024-05-01", "2024-05-01 10:00:00"] if word.kind == TIME else [0, 7]
    some = near(word, operator, have, dice) if have else [True, False] if word.kind == TRUTH else texts
    many = operator.endswith("IN") or "CONTAINS" in operator and dice.random() < 0.3
    return dice.sample(some, min(len(some), dice.randint(1, 3))) if many else [dice.choice(some)]


ENOUGH = 300  # of what a query finds is compared, beside the total


def differences(site, conditions, dice):
    """Queries that find something else: (text, too much, too little, the total)."""
    clients = [site.client() for _ in range(CLIENTS)]
    jobs = [(n % CLIENTS, c, truth.written(c, dice)) for n, c in enumerate(conditions)]

    def ask(mine):
        wrong, hits = [], 0
        for _, condition, text in (j for j in jobs if j[0] == mine):
            expected = truth.find(condition, site.cases.values())
            page = clients[mine].page(text, resultLimit=ENOUGH if len(expected) > ENOUGH else 10000)
            found = [case["id"] for case in page["data"]]
            hits += bool(expected)
            if len(expected) <= ENOUGH:  # a few that are named by id come by their numbers
                found.sort(key=site.as_made.index)
            if page["count"] != len(expected) or found != [n for n in site.as_made if n in expected][:ENOUGH]:
                wrong.append((text, sorted(set(found) - expected)[:5], sorted(expected - set(found))[:5], (page["count"], len(expected))))
        return wrong, hits

    results = side_by_side(ask, range(CLIENTS), CLIENTS)
    return [w for wrong, _ in results for w in wrong], sum(hits for _, hits in results)


@pytest.mark.parametrize("kind", OPERATORS)
def test_every_keyword_with_every_operator_finds_what_a_naive_evaluation_finds(site, samples, kind):
    dice = random.Random(kind)
    conditions = [
        ("test", name, operator, values_for(word, operator, samples[name], dice))
        for name, word in CASES.items() if word.kind == kind
        for operator in OPERATORS[kind] for _ in range(2 if operator in ("=", "IN", ">=", "<=") and samples[name] else 1)
    ]
    wrong, hits = differences(site, conditions, dice)
    assert wrong == [], len(wrong)
    assert hits > len(conditions) // 6  # the values are not all misses


def test_operators_that_do_not_apply_to_a_keyword_are_refused_with_their_position(site):
    client = site.client()
    for name, word in CASES.items():
        for operator in set(truth.ALL_OPERATORS) - set(OPERATORS[word.kind]):
            answer = client.call("GET", "/cases", params=[("tql", f'{name} {operator} "x"')])
            assert (answer.status_code, answer.json()["errCode"]) == (400, "0x2001"), (name, operator)
            assert f"position {len(name) + 2}" in answer.json()["message"]


def random_condition(dice, samples, depth=0):
    kind = dice.choice(["test"] * 5 + ["has"] * 2 + (["and", "or", "not"] * 3 if depth < 3 else []))
    if kind == "not":
        return ("not", random_condition(dice, samples, depth + 1))
    if kind in ("and", "or"):
        return (kind, [random_condition(dice, samples, depth + 1) for _ in range(dice.randint(2, 4))])
    if kind == "has":
        keyword = dice.choice(["hasTag"] * 6 + ["hasAllTags"] * 2 + [k for k in truth.RELATED if k not in PER_CASE])
        inner = truth.RELATED[keyword][1]
        return ("has", keyword, None if inner is not TAG or dice.random() < 0.2 else tag_condition(dice, samples))
    name = dice.choice(list(CASES))
    operator = dice.choice(OPERATORS[CASES[name].kind])
    return ("test", name, operator, values_for(CASES[name], operator, samples[name], dice))


def tag_condition(dice, samples, depth=0):
    if depth < 2 and dice.random() < 0.3:
        parts = [tag_condition(dice, samples, depth + 1) for _ in range(2)]
        return dice.choice([("and", parts), ("or", parts), ("not", parts[0])])
    name = dice.choice(["name"] * 4 + list(TAG))
    operator = dice.choice(OPERATORS[TAG[name].kind])
    return ("test", name, operator, values_for(TAG[name], operator, samples["tag", name], dice))


def test_random_combinations_find_what_a_naive_evaluation_finds(site, samples):
    dice = random.Random(11)
    wrong, hits = differences(site, [random_condition(dice, samples) for _ in range(200)], dice)
    assert wrong == [], len(wrong)
    assert hits > 60


def test_what_does_not_exist_is_the_empty_set_and_its_negation_is_all(site):
    client, everything = site.client(), set(site.cases)
    nobody = ['tag = "no such tag"', 'tag IN ("no such tag")', 'tag LIKE "no such%"', 'hasTag(name = "no such tag")', "hasTag(id = 4711)",
              'hasTag(summary IN ("no such tag", "neither"))', 'hasAllTags(name IN ("vpn", "no such tag"))', 'createdBy = "nobody@nowhere"',
              'caseOpenUser = "nobody@nowhere"', 'caseCloseUser = "nobody@nowhere"', 'assigneeName = "nobody@nowhere"', "targetId = 1234567",
              'attackTag = "T1566"', "hasCase(id = 1)", "hasTask()", 'xid = "nobody knows it"',
              "id = 999999", "id IN (0, -1, 9007199254740993)", 'status = "Reopened"', 'severity = "Fatal"', 'ownerName = "Somebody Else"',
              "owner = 77", "hasGroup()", "hasIndicator()", "hasWorkflowTemplate = 12", 'tag = "Vpn"', 'tag = "PHISHING"']
    for tql in nobody:
        assert client.find(tql) == [], tql
        assert client.find(f"({tql}) AND id > 0") == [] and client.find(f"id = 5 AND {tql}") == [], tql
        assert set(client.find(f'{tql} OR severity = "Low"')) == set(client.find('severity = "Low"')), tql
    for tql in ('tag != "no such tag"', 'NOT tag = "no such tag"', 'NOT hasTag(name = "no such tag")', 'tag NOT IN ("no such tag")', "NOT hasTask()"):
        assert set(client.find(tql)) == everything, tql
    assert set(client.find('tag IN ("no such tag", "vpn")')) == set(client.find('tag = "vpn"'))


def test_tags_are_found_by_every_way_of_naming_them(site):
    client = site.client()
    for name in [*TAGS, *CARRIED_TAGS]:
        expected = {c["id"] for c in site.cases.values() if name in [t["name"] for t in c["tags"]["data"]]}
        number = next(t["id"] for c in site.cases.values() for t in c["tags"]["data"] if t["name"] == name)
        assert len(expected) > 30
        for tql in (f'tag = "{name}"', f'hasTag(name = "{name}")', f"hasTag(id = {number})",
                    f'hasAllTags(name IN ("{name}"))', f'tag IN ("{name}", "{name}")'):
            assert set(client.find(tql)) == expected, tql
        folded = {c["id"] for c in site.cases.values() if name.lower() in [t["name"].lower() for t in c["tags"]["data"]]}
        assert set(client.find(f'hasTag(summary = "{name.swapcase()}")')) == folded


# Order and pages

def levels_of(dice):
    return [(name, dice.random() < 0.5, dice.choice([None, None, True, False])) for name in dice.sample(list(CASES), dice.choice([1, 1, 2, 3]))]


def test_without_an_order_cases_come_as_they_were_made(site):
    assert site.client().find("id > 0") == site.as_made
    assert [c["id"] for c in site.client().page(resultLimit=10000)["data"]] == site.as_made
    some = 'severity = "High" OR name CONTAINS "ransom"'
    found = site.client().find(some)
    assert 100 < len(found) < 2000 and found == [n for n in site.as_made if n in set(found)]


def test_lists_are_in_every_order_of_one_level_or_more_with_nulls_where_they_belong(site):
    dice, client = random.Random(3), site.client()
    orders = [[(name, descending, nulls)] for name in ("caseCloseTime", "xid") for descending in (False, True) for nulls in (None, True, False)]
    orders += [[(name, True, None)] for name in ("name", "lastUpdated", "dateAdded", "severity", "tag")] + [levels_of(dice) for _ in range(12)]
    for levels in orders:
        ids = client.find("id > 0", sorting=truth.sorting(levels))
        assert sorted(ids) == sorted(site.as_made), levels
        cases = [site.cases[n] for n in ids]
        wrong = [(a["id"], b["id"]) for a, b in zip(cases, cases[1:]) if truth.in_order(levels, a, b) > 0]
        assert wrong == [], levels
    by_name = client.find("id > 0", sorting="name ASC id DESC")
    assert by_name == [c["id"] for c in truth.ordered([("name", False, None), ("id", True, None)], site.cases.values())]


LISTS = [  # (query, order, sizes): all; asked of Tracecat; finished here; ordered here
    (None, None, (1, 7, 100, 200, 201, 1000, 10000)),
    ('severity = "High"', None, (1, 7, 100, 200, 201, 1000)),
    ('name CONTAINS "a" AND NOT tag = "vpn"', None, (7, 100, 200, 201, 1000, 10000)),
    (None, "dateAdded desc", (100, 201, 1000)),
    ('status = "Open"', "severity desc name asc id asc", (100, 201, 1000)),
]


@pytest.mark.parametrize("tql, order, sizes", LISTS)
def test_every_walk_and_every_jump_shows_the_list_that_one_big_page_shows(site, tql, order, sizes):
    client, dice = site.client(), random.Random(7)
    more = {"sorting": order} if order else {}
    whole = client.page(tql, resultLimit=10000, **more)
    ids = [c["id"] for c in whole["data"]]
    assert whole["count"] == len(ids) == len(set(ids)) > 300 and "next" not in whole and "prev" not in whole
    for size in sizes:
        pages = list(client.follow(client.page(tql, resultLimit=size, **more)))
        assert [c["id"] for page in pages for c in page["data"]] == ids, size
        assert all(len(page["data"]) == size for page in pages[:-1]) and pages[-1]["data"]
        assert pages[0]["count"] == len(ids)
        assert ["prev" in page for page in pages] == [n > 0 for n in range(len(pages))]
    for _ in range(12):
        start, size = dice.choice([0, 1, 199, 200, 201, len(ids) - 1, len(ids), len(ids) + 5, dice.randint(0, len(ids))]), dice.choice(sizes)
        page = client.page(tql, resultStart=start, resultLimit=size, **more)
        assert [c["id"] for c in page["data"]] == ids[start:start + size], (start, size)
        assert ("next" in page) == (start + size < len(ids)) and ("prev" in page) == (start > 0)
    back = client.page(tql, resultStart=30, resultLimit=20, **more)
    assert [c["id"] for c in client.session.get(back["prev"], timeout=30).json()["data"]] == ids[10:30]


def test_a_walk_is_not_disturbed_by_cases_that_are_made_meanwhile(site):
    client, made = site.client(), []
    before = client.find("id > 0")
    walked = []
    for page in client.follow(client.page("id > 0", resultLimit=400)):
        walked += [c["id"] for c in page["data"]]
        made.append(client.create(name="made meanwhile", caseOpenTime="2020-01-01T00:00:00Z")["id"])
    assert walked[:len(before)] == before and set(walked[len(before):]) <= set(made)
    for number in made:
        client.whole("DELETE", f"/cases/{number}")
    assert client.find("id > 0") == before


def test_a_list_with_all_members_shows_each_case_as_it_is_read_alone(site):
    listed = site.client().page(fields=OWN_MEMBERS, resultLimit=10000)["data"]
    alone = {number: {k: v for k, v in case.items() if k not in HANGING} for number, case in site.cases.items()}
    assert {case["id"]: case for case in listed} == alone
