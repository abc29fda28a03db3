"""Searches over 2,000 cases return exactly what a naive evaluation of every case returns: no gap, no double, in order, whatever the
page size; with a ThreatConnect that matches letter case, with one that does not, and with one whose dates mean another zone."""
import random
import uuid

import pytest
import search_cases
from conftest import Stack
from organisation import Organisation, bridge, password_hash
from search_truth import ORDERS, Truth
from search_walk import Asker, Check, aggregates_agree, all_right, shown
from support import PRIORITIES, SEVERITIES, STATUSES

SEED = 20261
COMBINATIONS = 200
BOUND = 500  # cases that a list of the bridge "bounded" may read
SANDBOXES = {
    "letter case matters": ["--tql-case", "sensitive"],
    "letter case does not matter": ["--tql-case", "insensitive"],
    "dates mean another zone": ["--tql-case", "insensitive", "--tql-zone", "+05:00"],
}


class World:
    """The organisation, an asker with an account's key, and the truth as that account sees it."""

    def __init__(self, stack, sandbox):
        hashed = password_hash()
        self.organisation = Organisation(stack, [bridge("main", hashed=hashed), bridge("bounded", hashed=hashed, scan_bound=BOUND)],
                                         data=search_cases.data_files(SEED), sandbox=[*sandbox, "--quiet"], threads=2)
        search_cases.fill(self.organisation, SEED)
        self.native = self.organisation.native
        self.client = self.organisation.client()
        for name in ("main", "bounded"):
            self.meet_hidden_cases(name)
        self.ask = Asker(self.client.url)
        self.truth = self.truth_of(self.client, self.ask)
        self.people = [m["user_id"] for m in sorted(self.client.ask("GET", "/members").json(), key=lambda m: m["email"])]

    def meet_hidden_cases(self, bridge_name):
        """A thread knows that cases are hidden from some accounts once it has met one; until then the backend's count is the total.
        Connections are spread over the threads by chance: twelve reach both."""
        for _ in range(12):
            assert self.organisation.client(bridge_name).page(sort="asc", limit=200)["has_more"]

    def truth_of(self, client, ask):
        ids = [i["id"] for page in client.pages(limit=200) for i in page["items"]]
        assert len(ids) == len(set(ids))
        documents = search_cases.in_parallel(self.organisation, lambda c, n, case: ask(f"/cases/{case}"), ids)
        assert {status for status, _, _ in documents} == {200}
        return Truth([d for _, _, d in documents], client.ask("GET", "/case-tags").json())

    def as_lead(self):
        """The same for an account with a credential of its own, which sees restricted cases."""
        lead = self.organisation.person("lead")
        ask = Asker(lead.url, {"Cookie": "; ".join(f"{c.name}={c.value}" for c in lead.session.cookies)})
        return ask, self.truth_of(lead, ask)


@pytest.fixture(scope="module")
def worlds():
    """Makes each world when it is asked for first."""
    stacks, known = [], {}

    def get(name):
        if name not in known:
            stacks.append(Stack(quiet=True))
            known[name] = World(stacks[-1], SANDBOXES[name])
        return known[name]

    yield get
    for stack in stacks:
        stack.stop()


@pytest.fixture(params=["letter case matters", "letter case does not matter"])
def world(worlds, request):
    return worlds(request.param)


@pytest.fixture
def one_world(worlds):
    """For what has nothing to do with letters."""
    return worlds("letter case matters")


# ── what is asked ───────────────────────────────────────────────────────────────────────────────────────


def enum_values(name, values):
    def some(dice, world):
        return [(name, v) for v in dice.sample(values, dice.choice([1, 1, 2, 3]))]
    return some


def assignees(dice, world):
    known = [*world.people, "unassigned", "unassigned", "__UNASSIGNED__", str(uuid.UUID(int=dice.getrandbits(128), version=4))]
    return [("assignee_id", v) for v in dice.sample(known, dice.choice([1, 2, 3]))]


def tags(dice, world):
    known = sorted(name for name in world.truth.tags if len(name) != 36)  # refs and names; the ids are new in each run
    ids = [world.truth.tags[name] for name in ("vpn", "tier-2", "uberprufen")]
    unknown = ["nothing-has-this", "elsewhere", "No Such Tag", str(uuid.UUID(int=dice.getrandbits(128), version=4))]
    return [("tags", v) for v in dice.sample([*known, *ids, *unknown], dice.choice([1, 1, 2, 3]))]


TERMS = [
    "NEEDLE", "nee%le", "n__dle", "n_dle", "%", "_", "a_b", r"a\_b", "100%", r"100\%", " ransom", "ransom ", "  ", "ÄRGER", "straße", "STRASSE",
    "σίσυφος", "ΣΊΣΥΦΟΣ", "ς", r"c:\temp", r"c:\\temp", '"quoted"', "it's", "`", "🔥_alarm", "東京", "tab\there", "two\nlines", "é", "e\u0301",
    "in the tail", "schwanz ä", r"Tail\%\_\\", "tail%\\", "\\", "\\\\", "h" * 200, "CASE-1002", "case-1_0", "CASE-10021", "0042", "^$.*?|", "[2]",
    "[+]", "no summary", "continued in the attached", "nobody wrote this",
]


def terms(dice, world):
    return [("search_term", dice.choice(TERMS))]


def written(dice, moment):
    """A point in time in one of the forms that Tracecat reads."""
    date, clock = moment.rstrip("Z").split("T")
    forms = [moment, f"{date}T{clock}", f"{date} {clock}", f"{date}T{clock}+00:00", date]
    forms += [f"{date}T{clock[:8]}.000001Z", f"{date}T{clock[:8]}.999999Z"]
    return dice.choice(forms)


def since_until(name, since, until):
    def some(dice, world):
        have = sorted({c.document[name] for c in world.truth.cases})
        which = dice.choice([[since], [until], [since, until]])
        return [(each, written(dice, dice.choice(have))) for each in which]
    return some


PARAMETERS = {
    "status": enum_values("status", STATUSES), "priority": enum_values("priority", PRIORITIES), "severity": enum_values("severity", SEVERITIES),
    "assignee_id": assignees, "tags": tags, "search_term": terms, "created": since_until("created_at", "start_time", "end_time"),
    "updated": since_until("updated_at", "updated_after", "updated_before"),
}


def size(dice, truth, params, most=6):
    """A page size from 1 to 200 with which a walk takes not too many pages; test_every_page_size has them all."""
    return dice.randint(min(200, max(1, len(truth.find(params)) // most)), 200)


def combination(dice, world):
    params = [p for kind in dice.sample(sorted(PARAMETERS), dice.choice([1, 2, 2, 3, 3, 4])) for p in PARAMETERS[kind](dice, world)]
    dice.shuffle(params)
    return params, dice.choice([None, *ORDERS]), dice.choice([None, "asc", "desc"])


def combinations(world, count, seed=SEED):
    dice = random.Random(seed)
    return [(*combination(dice, world), random.Random(f"{seed} {i}")) for i in range(count)]


def checks(world, asked):
    return [Check(world.ask, world.truth, params, order, sort, size(dice, world.truth, params), dice.random() < 0.25)
            for params, order, sort, dice in asked]


# ── the cases are worth searching ───────────────────────────────────────────────────────────────────────


def test_the_cases_are_all_there_and_of_every_kind(world):
    shown, cases = {c.number for c in world.truth.cases}, world.truth.cases
    stored, start = [], 0
    while part := world.native.done("GET", "/cases", params=[("fields", "userAccess"), ("resultStart", start), ("resultLimit", 1000)]):
        stored += part
        start += len(part)
    open_to_all = {c["id"] for c in stored if not c.get("userAccess", {}).get("data")}
    assert shown == open_to_all
    hidden = sum(search_cases.restricted(n) for n in range(search_cases.FIRST, search_cases.FIRST + search_cases.NATIVE))
    assert len(open_to_all) + hidden == search_cases.COUNT and hidden == search_cases.RESTRICTED
    for name, values in (("status", STATUSES), ("priority", PRIORITIES), ("severity", SEVERITIES)):
        assert min(sum(c.document[name] == v for c in cases) for v in values) > 30
    assert sum(len(c.texts[0]) > 255 for c in cases) > 20 and sum(len(c.texts[1]) > 1500 for c in cases) > 50
    assert max(len(c.texts[1]) for c in cases) > 50_000
    assert sum(c.assignee is None for c in cases) > 100 and len({c.assignee for c in cases}) > 8
    assert max(len(c.tags) for c in cases) > 2 and sum(not c.tags for c in cases) > 100
    seconds = [c.times["created_at"] // 1_000_000 for c in cases]
    assert max(seconds.count(s) for s in set(seconds)) > 100
    assert sum(c.number > 9999 for c in cases) > 1000


# ── each parameter alone ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name, values", [("status", STATUSES), ("priority", PRIORITIES), ("severity", SEVERITIES)])
def test_each_value_of_an_enum_alone_and_two_by_two(world, name, values):
    asked = [[(name, a)] for a in values] + [[(name, a), (name, b)] for a, b in zip(values, values[2:] + values[:2])] + [[(name, v) for v in values]]
    all_right(Check(world.ask, world.truth, params) for params in asked)
    aggregates_agree(world.ask, world.truth, asked)


def test_each_term_alone(world):
    asked = [[("search_term", term)] for term in TERMS]
    all_right(Check(world.ask, world.truth, params) for params in asked)
    aggregates_agree(world.ask, world.truth, asked[::4])


def test_each_assignee_alone(world):
    nobody = str(uuid.UUID(int=7, version=4))
    asked = [[("assignee_id", v)] for v in [*world.people, "unassigned", "__UNASSIGNED__", nobody]]
    asked += [[("assignee_id", "unassigned"), ("assignee_id", nobody)], [("assignee_id", v) for v in world.people[:4]],
              [("assignee_id", v) for v in [*world.people, "unassigned"]]]
    assert world.truth.find(asked[-1]) == world.truth.find([]) and not world.truth.find([("assignee_id", nobody)])
    all_right(Check(world.ask, world.truth, params) for params in asked)
    aggregates_agree(world.ask, world.truth, asked)


def test_each_tag_alone_by_id_ref_and_name_and_unknown_tags(world):
    asked = [[("tags", name)] for name in world.truth.tags]
    unknown = [("tags", "nothing-has-this"), ("tags", str(uuid.UUID(int=9, version=4))), ("tags", "elsewhere")]
    asked += [[u] for u in unknown] + [unknown, [("tags", "vpn"), *unknown], [("tags", "vpn"), ("tags", "tier-2")], [("tags", "never used")]]
    assert world.truth.find(unknown) == world.truth.find([])
    all_right(Check(world.ask, world.truth, params) for params in asked)
    aggregates_agree(world.ask, world.truth, asked)


@pytest.mark.parametrize("name, since, until", [("created_at", "start_time", "end_time"), ("updated_at", "updated_after", "updated_before")])
def test_each_bound_of_time_is_inclusive_in_every_form(world, name, since, until):
    dice = random.Random(SEED)
    have = sorted({c.document[name] for c in world.truth.cases})
    moments = ["2024-05-01T10:00:00Z", "2024-05-01T10:00:00.250000Z", "2024-05-01T09:59:59.999000Z", dice.choice(have)]
    asked = [[(which, written(dice, moment))] for which in (since, until) for moment in moments] + [[(since, have[-1])], [(until, have[0])]]
    asked += [[(since, moment), (until, moment)] for moment in moments]
    asked += [[(since, "1714557600")], [(until, "1714557600000")], [(since, "2024-05-01T12:00:00+02:00")], [(until, "1999-01-01")],
              [(since, have[-1]), (until, have[0])]]
    assert world.truth.find([(since, have[3]), (until, have[3])])
    all_right(Check(world.ask, world.truth, params) for params in asked)
    aggregates_agree(world.ask, world.truth, asked[::2])


@pytest.mark.parametrize("form", ["{n}", "{n:04}", "{n:010}", "CASE-{n}", "case-{n:06}", " Case-{n} "])
def test_a_short_id_finds_one_case_alone_and_with_other_filters(world, form):
    dice = random.Random(SEED)
    cases = [dice.choice(world.truth.cases) for _ in range(6)]
    alone = [[("short_id", form.format(n=c.number))] for c in cases] + [[("short_id", form.format(n=999_999))]]
    asked = alone + [[*alone[i], *combination(dice, world)[0]] for i in range(6)] + [[*alone[i], ("status", cases[i].document["status"])] for i in range(6)]
    hidden = [n for n in range(search_cases.FIRST, search_cases.FIRST + 40) if search_cases.restricted(n)]
    asked += [[("short_id", form.format(n=n))] for n in hidden[:3]]
    all_right(Check(world.ask, world.truth, params) for params in asked)
    aggregates_agree(world.ask, world.truth, [a for a in asked if len(a) > 1])


def test_a_dropdown_that_nobody_has_matches_nothing(one_world):
    asked = [[("dropdown", "kind:one")], [("dropdown", "kind:one"), ("status", "new")], [("dropdown", "a:b"), ("dropdown", "c:d")]]
    all_right(Check(one_world.ask, one_world.truth, params) for params in asked)
    aggregates_agree(one_world.ask, one_world.truth, asked)


@pytest.mark.parametrize("sort", ["asc", "desc"])
@pytest.mark.parametrize("order", ORDERS)
def test_every_order_without_a_filter_and_with_one_forward_and_back(one_world, order, sort):
    all_right(Check(one_world.ask, one_world.truth, params, order, sort, limit, backward)
              for params, limit, backward in (([], 199, sort == "desc"), ([("severity", "fatal")], 31, True)))
    all_right([Check(one_world.ask, one_world.truth, [("severity", "fatal")], order), Check(one_world.ask, one_world.truth, [("severity", "fatal")], None, sort)])


# ── many together ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("block", range(10))
def test_random_combinations_of_parameters_orders_and_page_sizes(world, block):
    asked = combinations(world, COMBINATIONS)[block::10]
    all_right(checks(world, asked))
    aggregates_agree(world.ask, world.truth, [params for params, *_ in asked])


def test_the_random_combinations_are_worth_asking(one_world):
    asked = combinations(one_world, COMBINATIONS)
    found = [len(one_world.truth.find(params)) for params, *_ in asked]
    assert sum(n > 0 for n in found) > COMBINATIONS / 2 and sum(n > 50 for n in found) > COMBINATIONS / 4
    assert {order for _, order, *_ in asked} == {None, *ORDERS}
    assert len({name for params, *_ in asked for name, _ in params}) == 10


@pytest.mark.parametrize("params, order, sort", [
    ([("severity", "high"), ("end_time", "2024-05-01T10:00:00Z")], None, None),
    ([("status", "resolved"), ("status", "closed"), ("severity", "critical"), ("severity", "fatal")], "updated_at", "asc"),
    ([("tags", "vpn"), ("priority", "high"), ("priority", "critical"), ("search_term", "e")], "priority", "desc"),
])
def test_every_page_size_from_one_to_two_hundred(world, params, order, sort):
    assert 20 < len(world.truth.find(params)) < 500
    all_right(Check(world.ask, world.truth, params, order, sort, limit, backward=limit % 40 == 7) for limit in range(1, 201))


def test_an_account_that_may_see_restricted_cases_finds_them_as_well(one_world):
    ask, truth = one_world.as_lead()
    assert len(truth.cases) > len(one_world.truth.cases) + 10
    dice = random.Random(SEED + 2)
    asked = [[], [("search_term", "needle")], [("status", "closed")], [("tags", "vpn")], *(combination(dice, one_world)[0] for _ in range(12))]
    all_right(Check(ask, truth, params, limit=dice.randint(60, 200)) for params in asked)
    aggregates_agree(ask, truth, asked)


# ── what it costs, and where it ends ────────────────────────────────────────────────────────────────────


def test_a_search_costs_few_requests_upstream(one_world):
    """One per thousand cases that must be read, one per 25 texts of these that lie in files, and one for the page's own files."""
    dice, thousands = random.Random(SEED + 5), -(-len(one_world.truth.cases) // 1000)
    files = one_world.native.done("GET", "/artifacts", params=[("tql", 'summary STARTSWITH "casebridge-state"'), ("resultLimit", 10000)])
    assert len(files) > 20
    most = thousands + (len(files) // 25 + thousands) + 1
    asked = [([], None, None), ([("search_term", "needle")], "priority", "asc"), ([("short_id", "10021")], None, None), *(
        combination(dice, one_world) for _ in range(25))]
    for params, order, sort in asked:
        query = [*params, *([("order_by", order)] if order else []), *([("sort", sort)] if sort else []), ("limit", 20)]
        for path, parameters in (("/cases/search", query), ("/cases/search/aggregate", params)):
            costs = []
            for _ in range(2):  # the catalogues are read anew now and then
                before = one_world.native.control("GET", "requests")["count"]
                assert one_world.ask(path, parameters)[0] == 200
                costs.append(one_world.native.control("GET", "requests")["count"] - before)
            assert min(costs) <= most, f"{path} {shown(parameters)} costs {costs}, at most {most} is meant"


def test_a_list_says_how_its_filter_was_evaluated(one_world):
    asked = {"exact": [[], [("short_id", "10021")]], "residual": [[("search_term", "needle")], [("priority", "high")]]}
    for how, queries in asked.items():
        for params in queries:
            status, headers, _ = one_world.ask("/cases/search", params)
            assert (status, headers["Casebridge-Filter"].partition(";")[0]) == (200, how), params


def test_beyond_the_bound_there_is_a_clear_answer_and_never_a_short_page(one_world):
    bounded = Asker(one_world.organisation.urls["bounded"])
    dice = random.Random(SEED + 6)
    refusals, ends = [], 0
    for params, order, sort in [([], None, None), *(combination(dice, one_world) for _ in range(60))]:
        answer = walk_or_refusal(bounded, one_world.truth, params, order, sort, dice.randint(100, 200))
        refusals += [answer] if answer else []
        ends += not answer
        status, _, counts = bounded("/cases/search/aggregate", params)
        assert (status, counts) == (200, one_world.truth.counts(params)) or status == 400, f"aggregate {shown(params)}: {status} {counts}"
        refusals += [counts["detail"]] if status == 400 else []
    assert ends > 5 and len(refusals) > 20
    assert all(str(BOUND) in text for text in refusals), set(refusals)
    assert one_world.ask("/cases/search", [("search_term", "needle")])[0] == 200


def walk_or_refusal(ask, truth, params, order, sort, limit):
    """Walks on as long as the answers are 200, each page being right; the sentence of the 400 that ends it, or nothing."""
    expected, cursor, at = truth.find(params, order, sort), None, 0
    query = [*params, *([("order_by", order)] if order else []), *([("sort", sort)] if sort else []), ("limit", limit)]
    while True:
        status, _, page = ask("/cases/search", [*query, *([("cursor", cursor)] if cursor else [])])
        if status == 400:
            return page["detail"]
        assert status == 200, page
        assert [i["id"] for i in page["items"]] == expected[at:at + limit], shown(query)
        assert page["total_estimate"] in (None, len(expected)), shown(query)
        at, cursor = at + limit, page["next_cursor"]
        assert bool(cursor) == (at < len(expected)), shown(query)
        if not cursor:
            return ""


def test_dates_that_mean_another_zone_over_there_change_nothing(worlds):
    other_zone = worlds("dates mean another zone")
    dice = random.Random(SEED + 3)
    asked = []
    for kind in ("created", "updated"):
        for _ in range(20):
            params = PARAMETERS[kind](dice, other_zone) + (combination(dice, other_zone)[0] if dice.random() < 0.5 else [])
            asked.append(([p for i, p in enumerate(params) if p[0] not in {n for n, _ in params[:i]}], dice.choice([None, *ORDERS]),
                          dice.choice([None, "asc", "desc"]), random.Random(dice.random())))
    all_right(checks(other_zone, asked + combinations(other_zone, 20, SEED + 4)))
    aggregates_agree(other_zone.ask, other_zone.truth, [params for params, *_ in asked])
    for order in ("created_at", "updated_at"):
        all_right(Check(other_zone.ask, other_zone.truth, [], order, sort, 199, sort == "asc") for sort in ("asc", "desc"))
