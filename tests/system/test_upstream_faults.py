"""A ThreatConnect that misbehaves: the client gets Tracecat's dialect within the deadline, and the next request works."""
import time

import pytest
from conftest import Stack
from organisation import Organisation, bridge
from support import unique

DEADLINE = 1.2  # seconds; the upstream's call timeout of this module


@pytest.fixture(scope="module")
def shaky():
    made = Stack()
    try:
        pool = {"call_timeout_ms": 1000, "connect_timeout_ms": 500}
        yield Organisation(made, [bridge("main")], threads=1, upstream_changes={"pool": pool})
    finally:
        made.stop()


@pytest.fixture
def client(shaky):
    return shaky.client()


@pytest.fixture
def native(shaky):
    return shaky.native


FAULTS = [  # specification, statuses that may follow, a word of the detail
    ("refuse:200", {502}, "refuses"), ("hang", {504}, "in time"), ("reset", {502}, "broke"), ("reset-head", {502}, "broke"),
    ("reset-body", {502}, "broke"), ("truncate", {502}, ""), ("html", {502}, ""), ("wrong-shape", {502}, ""), ("status:401", {502}, "credential"),
    ("status:403", {403}, "injected"), ("status:429:7", {503}, "slow down"), ("status:429", {503}, "slow down"), ("status:503:3", {503}, ""),
    ("status:503", {503}, ""), ("status:500", {502}, ""), ("status:502", {502}, ""), ("status:302", {502}, ""), ("status:204", {502}, ""),
    ("status:400", {400}, "injected"),
]
REQUESTS = {
    "single": lambda c, case: c.ask("GET", f"/cases/{case}"),
    "list": lambda c, case: c.ask("GET", "/cases"),
    "search": lambda c, case: c.ask("GET", "/cases/search", params={"search_term": "x"}),
    "create": lambda c, case: c.post(),
    "update": lambda c, case: c.patch(case, status="on_hold", summary=unique("new")),
    "delete": lambda c, case: c.ask("DELETE", f"/cases/{case}"),
}


@pytest.mark.parametrize("what", REQUESTS)
@pytest.mark.parametrize("spec, statuses, word", FAULTS, ids=[f[0] for f in FAULTS])
def test_a_fault_is_answered_in_time_and_passes(client, native, spec, statuses, word, what):
    case = client.create(summary=unique("shaky"))
    client.get(case)
    with native.fault(spec + ("" if spec.startswith("refuse") else "@/api/")):
        start = time.monotonic()
        answer = REQUESTS[what](client, case)
        assert time.monotonic() - start < 3 * DEADLINE
        assert answer.status_code in statuses, answer.text
        assert answer.headers["Content-Type"] == "application/json"
        assert isinstance(answer.json()["detail"], str) and word in answer.json()["detail"]
        if ":7" in spec or spec == "status:503:3":
            assert answer.headers["Retry-After"] == spec.rpartition(":")[2]
    if what != "delete" or client.ask("GET", f"/cases/{case}").status_code == 200:
        assert client.get(case)["id"] == case
    assert client.get(client.create(summary="after all"))["summary"] == "after all"


@pytest.mark.parametrize("spec", ["reset*1", "reset-head*1"])
def test_a_read_survives_one_broken_connection(client, native, spec):
    case = client.create()
    client.get(case)
    with native.fault(spec.replace("*", "@GET /api/*")):
        answer = client.ask("GET", f"/cases/{case}")
    assert answer.status_code in (200, 502)  # a retry is allowed, a wrong answer is not
    assert client.get(case)["id"] == case


def test_a_create_whose_answer_is_lost_is_not_done_twice(client, native):
    mark = unique("once")
    client.get(client.create())
    with native.fault("reset-head@POST /api/*1"):
        assert client.post(summary=mark).status_code == 502
    assert len(client.search(search_term=mark)) == 1


def test_a_write_that_half_fails_says_so(client, native):
    """The case is read, the write fails: nothing changed."""
    case = client.create(summary="before")
    client.get(case)
    with native.fault("status:503@PUT /api/"):
        assert client.patch(case, summary="after", status="on_hold").status_code == 503
    read = client.get(case)
    assert (read["summary"], read["status"]) == ("before", "new")


def test_what_cannot_be_tidied_up_does_not_fail_the_write(client, native):
    case = client.create(payload={"p": "x" * 5000})
    number = client.number(case)
    with native.fault("status:500@DELETE /api/"):
        client.change(case, payload={"q": "y" * 5000})
    assert client.get(case)["payload"] == {"q": "y" * 5000}
    client.change(case, payload={"r": 1})
    assert client.get(case)["payload"] == {"r": 1}
    assert len(native.attributes(number)) == 1


def test_a_file_that_cannot_be_read_fails_the_read_and_does_not_lie(client, native):
    case = client.create(payload={"p": "x" * 5000})
    short = client.get(case)["short_id"]
    with native.fault("status:503@GET /api/v3/artifacts"):
        assert client.ask("GET", f"/cases/{case}").status_code == 503
        assert client.search(short_id=short)[0]["payload"] is None  # a list without payloads needs no file
    assert client.get(case)["payload"] == {"p": "x" * 5000}


def test_a_slow_answer_within_the_deadline_is_an_answer(client, native):
    case = client.create()
    with native.fault("slow:300@GET /api/"):
        assert client.get(case)["id"] == case


def test_many_requests_while_nothing_answers_do_not_take_the_bridge_down(shaky, client, native):
    from concurrent.futures import ThreadPoolExecutor
    case = client.create()
    client.get(case)
    with native.fault("hang@/api/"), ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda _: shaky.client().ask("GET", f"/cases/{case}").status_code, range(64)))
    assert set(answers) <= {503, 504}
    assert client.get(case)["id"] == case
    assert client.call("GET", "/health").status_code == 200
