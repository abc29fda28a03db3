"""How a bridge treats its backend: breaker, pauses, limits, fair shares and shared reads, as clients and metrics see them."""
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import fault_gate as gate_
import pytest
import requests
from conftest import Stack, until
from fault_gate import PATIENCE, FaultGate
from organisation import KEYS, Organisation, bridge
from support import unique
from test_tls import certificates  # noqa: F401 (a fixture)


@pytest.fixture
def behind():
    """behind(**changes): an organisation with a gate before its sandbox, two threads, and these upstream settings."""
    stacks, gates = [], []

    def start(context=None, scheme="http", **changes):
        stacks.append(Stack())
        gates.append(FaultGate(context=context))
        pool = {"call_timeout_ms": 20_000, "connect_timeout_ms": 5000}
        url = f"{scheme}://127.0.0.1:{gates[-1].port}/api"
        changes = {"url": url, "pool": pool, **changes}
        credentials = changes.pop("limits", {})
        made = Organisation(stacks[-1], [bridge("main")], threads=2, upstream_changes=with_limits(changes, credentials))
        gates[-1].backend_port, made.gate = made.sandbox_port, gates[-1]
        return made
    yield start
    for gate in gates:
        gate.close()
    for stack in stacks:
        stack.stop()


def with_limits(changes, limits):
    from organisation import HMAC_ID, HMAC_SECRET, LEAD_TOKEN, TOKEN
    credentials = {"token": {"token": TOKEN, **limits}, "signed": {"access_id": HMAC_ID, "secret": HMAC_SECRET},
                   "lead": {"token": LEAD_TOKEN}}
    return {**changes, "credentials": credentials}


def metric(organisation, name, **labels):
    total = 0.0
    for line in requests.get(organisation.bridge.admin + "/metrics", timeout=PATIENCE).text.splitlines():
        if line.startswith(name) and line[len(name)] in "{ " and all(f'{k}="{v}"' in line for k, v in labels.items()):
            total += float(line.rpartition(" ")[2])
    return total


def shed(organisation, reason):
    return metric(organisation, "casebridge_upstream_shed_total", reason=reason)


def test_an_open_breaker_answers_at_once_and_a_probe_closes_it(behind):
    shaky = behind(breaker={"failures": 4, "open_ms": 5000, "max_open_ms": 5000}, retry={"tries": 1})
    client = shaky.client()
    case = client.create()
    shaky.gate.arm(gate_.status(503))
    for _ in range(4):
        answer = client.ask("GET", f"/cases/{case}")
        assert answer.status_code == 503 and "Retry-After" not in answer.headers
    asked = shaky.gate.seen
    for send in (lambda: client.ask("GET", f"/cases/{case}"), lambda: client.ask("GET", "/cases"), lambda: client.post(),
                 lambda: client.patch(case, summary="x"), lambda: client.ask("DELETE", f"/cases/{case}")):
        answer = send()
        assert answer.status_code == 503 and 1 <= int(answer.headers["Retry-After"]) <= 5, answer.text
        assert "4 calls in a row failed" in answer.json()["detail"]
    assert shaky.gate.seen == asked
    assert shed(shaky, "breaker_open") >= 5
    assert metric(shaky, "casebridge_upstream_breaker_state", state="open") == 1
    shaky.gate.disarm()
    until(lambda: client.ask("GET", f"/cases/{case}").status_code == 200)
    assert metric(shaky, "casebridge_upstream_breaker_state", state="closed") == 1
    assert metric(shaky, "casebridge_upstream_breaker_state", state="open") == 0
    until(lambda: {"upstream breaker opened", "upstream breaker closed"} <= set(shaky.bridge.messages()))


def test_a_backend_that_asks_to_slow_down_is_left_alone_until_then(behind):
    shaky = behind(pool={"call_timeout_ms": 2000})
    client = shaky.client()
    case = client.create()
    shaky.gate.arm(gate_.status(429, "Retry-After: 4\r\n"), times=1)
    told = time.monotonic()
    answer = client.ask("GET", f"/cases/{case}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "4")
    sent = shaky.gate.seen
    for send in (lambda: client.ask("GET", f"/cases/{case}"), lambda: client.post()):
        answer = send()
        if time.monotonic() - told < 1.9:
            assert answer.status_code == 503 and 2 <= int(answer.headers["Retry-After"]) <= 4, answer.text
            assert shaky.gate.seen == sent
    # The wait fits the deadline now: it is waited, not refused.
    time.sleep(max(0, told + 3 - time.monotonic()))
    assert client.get(case)["id"] == case
    assert time.monotonic() - told >= 3.95


def test_a_read_waits_as_long_as_it_is_told_where_that_fits(behind):
    shaky = behind()
    client = shaky.client()
    case = client.create()
    shaky.gate.arm(gate_.status(429, "Retry-After: 1\r\n"), times=1)
    start = time.monotonic()
    assert client.get(case)["id"] == case
    assert 1 <= time.monotonic() - start < 15
    assert metric(shaky, "casebridge_upstream_retries_total") >= 1


def active(organisation, count):
    """Whether the bridge has so many requests in its hands."""
    return metric(organisation, "http_server_active_requests", bridge="main") == count


class Crowd:
    """Counts how many requests the backend has at a time. It answers none before it may, and then after a while each."""

    def __init__(self, hold, held=False):
        self.hold, self.now, self.most, self.order, self.lock = hold, 0, 0, [], Lock()
        self.may = Event()
        if not held:
            self.may.set()

    def fault(self, gate, wire, request, answer):
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
            self.order.append(request.target)
        self.may.wait(PATIENCE)
        time.sleep(self.hold)
        whole = answer()
        with self.lock:
            self.now -= 1
        wire.send(whole)


def test_a_credential_has_so_many_requests_at_a_time_over_all_threads(behind):
    crowded = behind(limits={"max_in_flight": 3})
    cases = [crowded.client().create() for _ in range(12)]
    crowd = Crowd(0.02, held=True)
    crowded.gate.arm(crowd.fault)
    with ThreadPoolExecutor(24) as pool:
        answers = pool.map(lambda i: crowded.client().ask("GET", f"/cases/{cases[i % 12]}").status_code, range(48))
        until(lambda: crowd.now == 3 and active(crowded, 24))
        crowd.may.set()
    assert set(answers) == {200}
    assert crowd.most == 3


def test_a_noisy_account_does_not_starve_another(behind):
    crowded = behind(limits={"max_in_flight": 1})
    client = crowded.client()
    noisy = [client.create() for _ in range(40)]
    quiet = client.create()
    quiet_number = client.number(quiet)
    crowd = Crowd(0.02, held=True)
    crowded.gate.arm(crowd.fault)
    with ThreadPoolExecutor(41) as pool:
        busy = [pool.submit(crowded.client().ask, "GET", f"/cases/{case}") for case in noisy]
        until(lambda: crowd.now == 1 and active(crowded, 40))
        before = len(crowd.order)
        waiting = pool.submit(crowded.client(key=KEYS["viewer"]).ask, "GET", f"/cases/{quiet}")
        until(lambda: active(crowded, 41))
        crowd.may.set()
        answer = waiting.result()
        assert answer.status_code == 200
        assert {each.result().status_code for each in busy} == {200}
    passed = [i for i, target in enumerate(crowd.order) if f"/cases/{quiet_number}?" in target]
    # Its own four catalogues and the case, each behind one of the noisy account's or of its catalogues; forty would be unfair.
    assert passed and passed[0] - before <= 20, crowd.order


def test_a_rate_is_kept(behind):
    slow = behind(limits={"max_rps": 40})
    case = slow.client().create()
    time.sleep(0.2)
    start = time.monotonic()
    before = slow.gate.seen
    for _ in range(30):
        assert slow.client().get(case)["id"] == case
    sent = slow.gate.seen - before
    assert sent >= 30
    assert time.monotonic() - start >= (sent - 5) / 40 * 0.95


def test_what_does_not_fit_the_line_is_shed_with_a_time_to_come_back(behind):
    crowded = behind(limits={"max_in_flight": 1, "max_waiting": 2})
    cases = [crowded.client().create() for _ in range(12)]
    crowd = Crowd(0, held=True)
    crowded.gate.arm(crowd.fault)
    with ThreadPoolExecutor(12) as pool:
        answers = pool.map(lambda case: crowded.client().ask("GET", f"/cases/{case}"), cases)
        until(lambda: shed(crowded, "queue_full") >= 9)
        crowd.may.set()
    answers = list(answers)
    shut = [a for a in answers if a.status_code == 503]
    assert shut and {a.status_code for a in answers} == {200, 503}
    assert {a.headers["Retry-After"] for a in shut} == {"1"}
    assert all(isinstance(a.json()["detail"], str) for a in shut)
    assert shed(crowded, "queue_full") >= len(shut)


def test_identical_reads_in_flight_are_one(behind):
    busy = behind()
    clients = [busy.client() for _ in range(16)]
    case = clients[0].create()
    for client in clients:
        client.get(case)
    crowd = Crowd(0, held=True)
    busy.gate.arm(crowd.fault)
    with ThreadPoolExecutor(16) as pool:
        answers = pool.map(lambda client: client.get(case)["id"], clients)
        until(lambda: active(busy, 16))
        crowd.may.set()
    assert list(answers) == [case] * 16
    assert busy.gate.seen <= 4  # one for each thread, or two where one came after an answer
    assert metric(busy, "casebridge_upstream_shared_total") == 16 - busy.gate.seen
    # Another account is another identity.
    busy.gate.arm(crowd.fault)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda key: busy.client(key=key).get(case), [KEYS["admins"], KEYS["viewer"]]))
    assert busy.gate.seen == 2


def test_a_read_after_a_write_sees_it_whatever_is_in_flight(behind):
    busy = behind()
    client = busy.client()
    case = client.create(summary="0")
    held = Crowd(0.25)
    for i in range(1, 6):
        busy.gate.arm(held.fault, times=1)  # the first read is slow
        with ThreadPoolExecutor(1) as pool:
            slow = pool.submit(busy.client().get, case)
            until(lambda: held.now == 1)
            client.change(case, summary=str(i))
            assert client.get(case)["summary"] == str(i)
            slow.result()


def test_the_pool_is_in_the_metrics(behind):
    busy = behind()
    client = busy.client()
    case = client.create()
    until(lambda: metric(busy, "http_client_open_connections", http_connection_state="idle") >= 1)
    crowd = Crowd(0, held=True)
    busy.gate.arm(crowd.fault)
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(client.get, case)
        until(lambda: metric(busy, "http_client_open_connections", http_connection_state="active") >= 1)
        crowd.may.set()
        reading.result()
    until(lambda: metric(busy, "http_client_open_connections", http_connection_state="active") == 0)


@pytest.mark.parametrize("name, word", [("expired", "expired"), ("elsewhere", ""), ("foreign", "")])
def test_a_certificate_that_turns_bad_ends_everything_but_what_is_open(behind, certificates, name, word):  # noqa: F811
    def context(which):
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(certificates / f"{which}.pem", certificates / f"{which}.key")
        return made
    shaky = behind(context("good"), "https", tls={"ca_file": str(certificates / "ca.pem")}, breaker={"failures": 0})
    client = shaky.client()
    case = client.create(summary="before")
    shaky.gate.context = context(name)
    assert client.get(case)["summary"] == "before"  # over the connection that is open
    shaky.gate.drop()
    shaky.gate.arm()
    for send in (lambda: client.ask("GET", f"/cases/{case}"), lambda: client.ask("GET", "/cases"), lambda: client.post(),
                 lambda: client.patch(case, summary="after"), lambda: client.ask("DELETE", f"/cases/{case}")):
        answer = send()
        assert answer.status_code == 502 and "certificate" in answer.json()["detail"], answer.text
    assert shaky.gate.seen == 0 and shaky.gate.writes == []
    assert word in shaky.bridge.log()
    shaky.gate.context = context("good")
    assert client.get(case)["summary"] == "before"
    assert client.get(client.create(summary=unique("again")))["id"]
