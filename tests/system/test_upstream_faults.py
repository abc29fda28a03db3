"""A ThreatConnect that misbehaves, at every moment: the client gets Tracecat's dialect within the deadline, no write is
done twice, none is called done that was not, and the next request works."""
import time
from collections import Counter, namedtuple
from concurrent.futures import ThreadPoolExecutor
from random import Random

import fault_gate as gate_
import pytest
from conftest import Stack
from fault_gate import FaultGate
from organisation import Organisation, bridge
from support import unique

CALL = 1.5  # seconds that one upstream request may take in this module, all its tries together
SLACK = 15  # for a machine that does other things as well


def behind_gate(stack, **changes):
    """An organisation whose bridge reaches its sandbox through a gate."""
    gate = FaultGate()
    url = {"url": f"http://127.0.0.1:{gate.port}/api"}
    pool = {"pool": {"call_timeout_ms": int(CALL * 1000), "connect_timeout_ms": 1000}}
    made = Organisation(stack, [bridge("main")], threads=1, upstream_changes={**url, **pool, **changes})
    gate.backend_port, made.gate = made.sandbox_port, gate
    return made


@pytest.fixture(scope="module")
def shaky():
    made = Stack()
    try:
        # The breaker has tests of its own: here each fault is seen by itself.
        organisation = behind_gate(made, breaker={"failures": 0})
        yield organisation
        organisation.gate.close()
    finally:
        made.stop()


@pytest.fixture
def client(shaky):
    return shaky.client()


@pytest.fixture
def native(shaky):
    return shaky.native


@pytest.fixture
def gate(shaky):
    yield shaky.gate
    shaky.gate.disarm()
    if shaky.gate.listener is None or shaky.gate.fillers:
        shaky.gate.up()


HTML = b"<!DOCTYPE html><html><body><h1>Please sign in</h1></body></html>"
LONG_HEAD = b"".join(b"X-Filler-%d: " % i + b"x" * 1000 + b"\r\n" for i in range(200))
OTHER = gate_.json_answer(200, b'{"data":{"id":1,"name":"not yours"},"status":"Success"}')

# How the fault looks to a client: the statuses that may follow; slow: it lasts until the deadline; fine_for: the
# operation that takes it for an answer, since it is one.
Fault = namedtuple("Fault", "name act statuses slow fine_for", defaults=[{502}, False, None])
FAULTS = [
    Fault("refuse", gate_.refuse),
    Fault("hang", gate_.hang, {504}, True),
    Fault("done, then hang", gate_.done_hang, {504}, True),
    Fault("reset", gate_.reset),
    Fault("done, then reset", gate_.done_reset),
    Fault("reset within the head", gate_.partial(lambda n: -20, gate_.Wire.reset)),
    Fault("reset within the body", gate_.partial(lambda n: 4 + (n - 4) // 2, gate_.Wire.reset)),
    Fault("end within the head", gate_.partial(lambda n: -20, gate_.Wire.close)),
    Fault("end within the body", gate_.partial(lambda n: 4 + (n - 4) // 2, gate_.Wire.close)),
    Fault("truncated json", gate_.changed(lambda head, body: gate_.json_answer(200, body[:len(body) // 2]))),
    Fault("content-length too small", gate_.length_off_by(-8)),
    Fault("content-length too large", gate_.length_off_by(8)),
    Fault("two content-lengths", gate_.changed(lambda head, body: head + b"\r\nContent-Length: 2\r\n\r\n" + body)),
    Fault("length and chunked", gate_.changed(lambda head, body: head + b"\r\nTransfer-Encoding: chunked\r\n\r\n" + body)),
    Fault("html", gate_.instead(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(HTML) + HTML)),
    Fault("html that calls itself json", gate_.instead(gate_.json_answer(200, HTML))),
    Fault("json called html", gate_.changed(lambda head, body: gate_.relabelled(head, body, b"Content-Type: text/html"))),
    Fault("invalid json", gate_.instead(gate_.json_answer(200, b'{"data": nothing, "status": "Success"}'))),
    Fault("text for data", gate_.instead(gate_.json_answer(200, b'{"data":"surprise","status":"Success"}')), fine_for="delete"),
    Fault("a list", gate_.instead(gate_.json_answer(200, b"[]"))),
    Fault("no data", gate_.instead(gate_.json_answer(200, b'{"status":"Success"}')), fine_for="delete"),
    Fault("204 with a body", gate_.instead(b"HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n{}")),
    Fault("302", gate_.instead(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")),
    Fault("401", gate_.status(401)),
    Fault("403", gate_.status(403), {403}),
    Fault("429", gate_.status(429), {503}),
    Fault("429 for no time", gate_.status(429, "Retry-After: 0\r\n"), {503}),
    Fault("500", gate_.status(500)),
    Fault("502", gate_.status(502)),
    Fault("503", gate_.status(503), {503}),
    Fault("503 for a while", gate_.status(503, "Retry-After: 3\r\n"), {503}),
    Fault("done, then 503", gate_.done_status(503), {503}),
    Fault("flood of interim answers", gate_.instead(b"HTTP/1.1 102 Processing\r\n\r\n" * 100)),
    Fault("huge head", gate_.changed(lambda head, body: head + b"\r\n" + LONG_HEAD + b"\r\n" + body)),
    Fault("slow drip", gate_.drip, {504}, True),
    Fault("another protocol", gate_.instead(b"SSH-2.0-OpenSSH_9.2p1\r\n")),
]
HARMLESS = [  # odd, but an answer
    Fault("interim answer", gate_.changed(lambda head, body: b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + head + b"\r\n\r\n" + body)),
    Fault("debris behind the answer", gate_.changed(lambda head, body: head + b"\r\n\r\n" + body + OTHER)),
    Fault("announced end", gate_.announced_end),
]
MOMENTS = ["fresh connection", "reused connection", "second request of a walk"]


# What a client does; done(native, case, mark) says whether it really happened.
Operation = namedtuple("Operation", "name write send done")
OPERATIONS = [
    Operation("get", False, lambda c, case, mark: c.ask("GET", f"/cases/{case}"), None),
    Operation("list", False, lambda c, case, mark: c.ask("GET", "/cases"), None),
    Operation("search", False, lambda c, case, mark: c.ask("GET", "/cases/search", params={"search_term": mark}), None),
    Operation("create", True, lambda c, case, mark: c.post(summary=mark),
              lambda native, number, mark: len(native.done("GET", "/cases", params=[("tql", f'name = "{mark}"')])) == 1),
    Operation("update", True, lambda c, case, mark: c.patch(case, summary=mark, status="on_hold"),
              lambda native, number, mark: native.case(number)["name"] == mark),
    Operation("delete", True, lambda c, case, mark: c.ask("DELETE", f"/cases/{case}"),
              lambda native, number, mark: native.call("GET", f"/cases/{number}").status_code == 404),
]


class Row:
    """One operation while the fault is there."""

    def __init__(self, shaky, operation):
        self.shaky, self.operation, self.client, self.mark = shaky, operation, shaky.client(), unique(operation.name)
        self.case = self.client.create(summary=unique("target"))
        self.number = self.client.number(self.case)

    def run(self):
        start = time.monotonic()
        self.answer = self.operation.send(self.client, self.case, self.mark)
        self.took = time.monotonic() - start
        return self

    def check(self, statuses, fired):
        where = f"{self.operation.name}: {self.answer.status_code} {self.answer.text[:300]}"
        assert self.took < 2 * CALL + SLACK, where
        ok = self.answer.status_code < 300
        assert ok or self.answer.status_code in statuses, where
        assert ok or fired, "no fault, and yet a failure: " + where
        if not ok:
            assert self.answer.headers["Content-Type"] == "application/json", where
            assert isinstance(self.answer.json()["detail"], str), where
        if ok and self.operation.write:
            assert self.operation.done(self.shaky.native, self.number, self.mark), "called done, but was not: " + where


def settle(gate):
    """Lets what was done end, and looks at it."""
    if gate.listener is None or gate.fillers:
        gate.up()
    gate.disarm()
    gate.drop()
    doubled = [write for write, times in Counter((w.method, w.target, w.body) for w in gate.writes).items() if times > 1]
    assert not doubled


def ready(shaky, moment):
    if moment == "fresh connection":
        shaky.gate.drop()
    else:
        shaky.client().page()


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("fault", FAULTS, ids=[f.name for f in FAULTS])
def test_a_fault_doubles_nothing_invents_nothing_and_passes(shaky, gate, fault, moment):
    skip = 1 if moment.startswith("second") else 0
    if fault.slow and not skip:
        rows = [Row(shaky, o) for o in OPERATIONS]
        ready(shaky, moment)
        gate.arm(fault.act)
        with ThreadPoolExecutor(len(rows)) as pool:
            list(pool.map(Row.run, rows))
        fired = gate.fired
        settle(gate)
        for row in rows:
            row.check(fault.statuses, fired)
    else:
        for operation in OPERATIONS:
            if operation.name == fault.fine_for:
                continue
            row = Row(shaky, operation)
            ready(shaky, moment)
            gate.arm(fault.act, skip)
            row.run()
            fired = gate.fired
            settle(gate)
            row.check(fault.statuses, fired)
            if not skip:
                assert fired and row.answer.status_code >= 400, operation.name
            elif operation.name in ("update", "delete"):
                assert fired, operation.name
    anchor = shaky.client().create(summary="after all")
    assert shaky.client().get(anchor)["summary"] == "after all"


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("fault", HARMLESS, ids=[f.name for f in HARMLESS])
def test_an_odd_answer_is_an_answer_and_leaves_nothing_behind(shaky, gate, fault, moment):
    for operation in OPERATIONS:
        row = Row(shaky, operation)
        ready(shaky, moment)
        gate.arm(fault.act, 1 if moment.startswith("second") else 0)
        row.run()
        assert row.answer.status_code < 300, row.answer.text
        next_one = unique("next")
        assert shaky.client().get(shaky.client().create(summary=next_one))["summary"] == next_one
        settle(gate)
        row.check(set(), True)


SAFE = {"reset": gate_.reset, "502": gate_.status(502), "503": gate_.status(503), "504": gate_.status(504),
        "429 for no time": gate_.status(429, "Retry-After: 0\r\n")}


@pytest.mark.parametrize("moment", MOMENTS[:2])
@pytest.mark.parametrize("name", SAFE)
def test_a_fault_that_happens_once_is_not_noticed_by_reads_and_told_to_writes(shaky, gate, name, moment):
    for operation in OPERATIONS:
        row = Row(shaky, operation)
        ready(shaky, moment)
        gate.arm(SAFE[name], times=1)
        row.run()
        sent, fired = gate.seen, gate.fired
        settle(gate)
        row.check({502, 503}, fired)
        # Updates and deletes read the case first; a create that begins with its write is not sent again.
        if operation.name in ("get", "list", "search"):
            assert row.answer.status_code == 200 and sent >= 2, operation.name


def test_a_write_that_is_reset_is_sent_once(shaky, client, gate):
    client.page()
    # What was carried out although nobody said so is looked for, and found.
    for act, carried_out in ((gate_.reset, False), (gate_.done_reset, True), (gate_.status(503), False), (gate_.done_status(502), True)):
        gate.arm(lambda g, wire, request, answer, act=act: (act if request.method == "POST" else pass_it)(g, wire, request, answer))
        name = unique("once")
        answered = client.post(summary=name).status_code
        assert answered in ((201,) if carried_out else (502, 503))
        assert len(client.search(search_term=name)) == int(carried_out)
        posts = [w for w in gate.writes if w.method == "POST"]
        settle(gate)
        assert len(posts) <= 1


def pass_it(gate, wire, request, answer):
    wire.send(answer())


def test_the_gate_would_notice_a_write_that_is_done_twice(client, gate):
    def twice(gate, wire, request, answer):
        answer()
        wire.send(answer())
    gate.arm(twice)
    client.post(summary=unique("twice"))
    with pytest.raises(AssertionError):
        settle(gate)


def test_a_connection_that_breaks_before_anything_was_sent_costs_nobody_anything(shaky, client, gate):
    """Also writes are tried again: nothing of them left."""
    gate.drop()
    case = client.create(summary="before")
    gate.down()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(client.patch, case, summary="after")
        answer = answer.result()
    gate.up()
    assert answer.status_code == 502
    assert client.get(case)["summary"] == "before"


def test_nobody_answers_the_connection_attempt(shaky, gate):
    """A black hole: packets to it vanish."""
    rows = [Row(shaky, o) for o in OPERATIONS]
    gate.arm()
    gate.black_hole()
    with ThreadPoolExecutor(len(rows)) as pool:
        list(pool.map(Row.run, rows))
    writes = list(gate.writes)
    settle(gate)
    assert writes == []
    for row in rows:
        assert row.answer.status_code == 504, row.answer.text
        row.check({504}, True)
    assert shaky.client().get(rows[0].case)["id"] == rows[0].case


def test_a_reset_at_once_is_a_refusal(shaky, gate):
    for operation in OPERATIONS:
        row = Row(shaky, operation)
        gate.drop()
        gate.arm(on_accept=gate_.Wire.reset)
        row.run()
        settle(gate)
        row.check({502}, True)
        assert row.answer.status_code == 502


def test_a_create_whose_answer_is_lost_is_not_done_twice(client, gate, native):
    mark = unique("once")
    client.page()
    gate.arm(gate_.done_reset)
    assert client.post(summary=mark).status_code == 502
    settle(gate)
    assert len(client.search(search_term=mark)) == 1


def test_a_write_that_half_fails_says_so(client, native, shaky):
    """The case is read, the write fails: nothing changed."""
    case = client.create(summary="before")
    with native.fault("status:503@PUT /api/"):
        assert client.patch(case, summary="after", status="on_hold").status_code == 503
    read = client.get(case)
    assert (read["summary"], read["status"]) == ("before", "new")


def test_a_custom_field_that_fails_takes_everything_with_it_and_makes_no_event(client, native):
    case = client.create()
    client.change(case, fields={"free_text": "x", "asset_owner": "a"})
    with native.fault("status:500@PUT /api/v3/caseAttributes*1"):
        assert client.patch(case, fields={"free_text": "y"}, severity="high").status_code == 502
    assert (client.fields(case)["free_text"], client.get(case)["severity"]) == ("x", "low")
    with native.fault("status:500@PUT /api/v3/cases*1"):
        done = client.patch(case, fields={"free_text": "y"}, severity="high")
    assert (done.status_code, "custom fields of the case are changed, and the rest is not" in done.json()["detail"]) == (502, True)
    assert (client.fields(case)["free_text"], client.get(case)["severity"]) == ("y", "low")
    with native.fault("status:400@PUT /api/v3/cases*2"):  # without its history as well
        done = client.patch(case, fields={"asset_owner": "b"}, severity="high")
    assert (done.status_code, "custom fields of the case are changed" in done.json()["detail"]) == (400, True)
    client.change(case, fields={"free_text": "y"}, severity="high")
    told = [e for e in client.ask("GET", f"/cases/{case}/events").json()["events"] if e["type"] == "fields_changed"]
    assert len(told) == 1


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
    with native.fault("slow:200@GET /api/"):
        assert client.get(case)["id"] == case


def test_what_the_backend_says_reaches_the_client(client, gate):
    case = client.create()
    for code, more, expected, word in [(403, "", 403, "from the gate"), (400, "", 400, "from the gate"), (401, "", 502, "credential"),
                                       (503, "Retry-After: 7\r\n", 503, "from the gate")]:
        gate.arm(gate_.status(code, more))
        answer = client.ask("GET", f"/cases/{case}")
        gate.disarm()
        assert answer.status_code == expected and word in answer.json()["detail"], answer.text
        assert answer.headers.get("Retry-After") == ("7" if more else None)


def test_a_storm_of_faults_doubles_nothing_and_loses_nothing_in_silence(shaky, gate, native):
    weather = Random(4711)
    faults = [f.act for f in FAULTS if not f.slow and f.act is not gate_.refuse] + [gate_.hang]
    dice = [weather.choice(faults) if weather.random() < 0.4 else pass_it for _ in range(5000)]
    gate.arm(lambda g, wire, request, answer: dice.pop()(g, wire, request, answer))

    def work(n):
        client, mine = shaky.client(), []
        for _ in range(12):
            mark = unique(f"storm {n}")
            mine.append((mark, client.post(summary=mark).status_code))
            assert client.ask("GET", "/cases", params={"limit": 5}).status_code in (200, 400, 403, 502, 503, 504)
        return mine

    with ThreadPoolExecutor(12) as pool:
        sent = [each for mine in pool.map(work, range(12)) for each in mine]
    posts = Counter(w.body for w in gate.writes if w.method == "POST")
    settle(gate)
    assert set(posts.values()) == {1}
    there = Counter(case["name"] for case in native.done("GET", "/cases", params=[("tql", 'name startswith "storm "'), ("resultLimit", "1000")]))
    for mark, status in sent:
        assert there[mark] == 1 if status == 201 else there[mark] <= 1, (mark, status)
    said = Counter(status for _, status in sent)
    assert said[201] >= 20 and len(said) >= 3, said
    assert set(said) <= {201, 403, 502, 503, 504}
    assert shaky.client().page()["items"]


def test_many_requests_while_nothing_answers_do_not_take_the_bridge_down(shaky, client, gate):
    case = client.create()
    client.get(case)
    gate.arm(gate_.hang)
    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda _: shaky.client().ask("GET", f"/cases/{case}").status_code, range(64)))
    settle(gate)
    assert set(answers) <= {503, 504}
    assert client.get(case)["id"] == case
    assert client.call("GET", "/health").status_code == 200
