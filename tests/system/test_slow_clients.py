"""Clients that take their time, and clients that are too many: absolute deadlines, minimum rates, limits, shedding.

Each is answered as its own dialect wants it, or cut off; each moves its own counter; and afterwards nothing is left of it.
"""
import json
import os
import signal
import sys
import threading
import time
from contextlib import ExitStack
from types import SimpleNamespace

import pytest
import requests
from conftest import ROOT, WORKSPACE, Stack, until
from organisation import KEYS, Organisation, bridge
from wire import PATIENCE, Connection, Counters, request, self_signed

sys.path.insert(0, str(ROOT / "tests" / "support"))
from idle_connections import Crowd, measure  # noqa: E402

KEY = KEYS["admins"]
CASES = f"/workspaces/{WORKSPACE}/cases"
HEAD, WHOLE, ANSWER, IDLE, WINDOW = 1, 3, 4, 1.5, 1  # seconds
SLACK = 15  # for a machine that does other things as well
LIMITS = {
    "head_timeout_ms": HEAD * 1000, "request_timeout_ms": WHOLE * 1000, "answer_timeout_ms": ANSWER * 1000,
    "idle_timeout_ms": int(IDLE * 1000), "rate_window_ms": WINDOW * 1000,
    "min_upload_rate": 1000, "min_download_rate": 20_000, "max_requests_per_connection": 5, "max_lag_ms": 0,
}
WAYS = pytest.mark.parametrize("way", ["plain", "tls"])


def serve(folder, limits, threads=2):
    made = Stack()
    try:
        tls = self_signed(folder)
        soc = Organisation(made, [bridge("plain"), bridge("tls", tls=tls)], limits=limits, threads=threads)
    except BaseException:
        made.stop()
        raise
    urls = {"plain": soc.urls["plain"], "tls": soc.urls["tls"].replace("http:", "https:")}
    return made, SimpleNamespace(urls=urls, soc=soc, native=soc.native, admin=soc.bridge.admin, process=soc.bridge.process)


@pytest.fixture(scope="module")
def slow(tmp_path_factory):
    """A bridge with short deadlines."""
    made, running = serve(tmp_path_factory.mktemp("slow"), LIMITS)
    yield running
    made.stop()


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    """A bridge for few: six connections, four from one address, two requests at once."""
    limits = {"max_connections": 6, "max_connections_per_address": 4, "max_requests_in_flight": 2, "max_lag_ms": 0}
    made, running = serve(tmp_path_factory.mktemp("crowded"), limits, threads=1)
    yield running
    made.stop()


def get(target="/health", *fields):
    return request("GET", target, KEY, fields=fields)


def took(start):
    return time.monotonic() - start


def is_late(answer):
    return (answer.status, answer.closes, json.loads(answer.body)) == (408, True, {"detail": "The request did not arrive in time"})


def still_serves(running, way):
    with Connection(running.urls[way]) as c:
        c.send(get())
        assert c.read().status == 200


# Requests that do not arrive


@WAYS
def test_a_silent_head_is_a_408(slow, way):
    counters = Counters(slow.admin)
    with Connection(slow.urls[way]) as c:
        start = time.monotonic()
        c.send(b"GET /health HTTP/1.1\r\nHo")
        assert is_late(c.read())
        assert HEAD <= took(start) < HEAD + SLACK
        assert c.rest() == b""
    assert counters.refused("head_timeout") == 1
    still_serves(slow, way)


@WAYS
def test_one_byte_every_so_often_does_not_keep_a_head_alive(slow, way):
    counters = Counters(slow.admin)
    with Connection(slow.urls[way]) as c:
        assert c.drip(b"GET /health HTTP/1.1\r\nHost: a\r\nX-Slow: " + b"x" * 1000, pause=0.02) < HEAD + SLACK
        assert is_late(c.read())
    assert counters.refused("head_timeout") == 1


@WAYS
def test_a_body_that_trickles_is_cut_off_long_before_the_deadline(slow, way):
    counters = Counters(slow.admin)
    with slow.native.watched() as seen, Connection(slow.urls[way]) as c:
        c.send(request("POST", CASES, KEY, fields=["Content-Type: application/json", "Content-Length: 1000"]))
        assert c.drip(b" " * 1000, pause=0.02) < WHOLE - 0.2  # 50 bytes a second, 1000 are wanted
        assert is_late(c.read())
        assert c.rest() == b""
    assert counters.refused("slow_upload") == 1
    assert seen == []


def test_chunk_headers_are_no_progress(slow):
    counters = Counters(slow.admin)
    with Connection(slow.urls["plain"]) as c:
        c.send(request("POST", CASES, KEY, fields=["Content-Type: application/json", "Transfer-Encoding: chunked"]))
        start = time.monotonic()
        while not c.pending and took(start) < PATIENCE:
            c.drip(b"1\r\n \r\n", pause=0.01)
        assert took(start) < WHOLE - 0.2
        assert is_late(c.read())
    assert counters.refused("slow_upload") == 1


@WAYS
def test_a_body_that_comes_fast_enough_still_ends_at_the_deadline(slow, way):
    counters = Counters(slow.admin)
    with Connection(slow.urls[way]) as c:
        start = time.monotonic()
        c.send(request("POST", CASES, KEY, fields=["Content-Type: application/json", "Content-Length: 1000000"]))
        c.socket.settimeout(0.01)
        while took(start) < PATIENCE and not c.pending:
            c.send(b" " * 1000)  # 100,000 bytes a second
            try:
                c.fill()
            except TimeoutError:
                pass
        assert WHOLE - 0.1 < took(start) < WHOLE + SLACK
        c.socket.settimeout(PATIENCE)
        assert is_late(c.read())
    assert counters.refused("body_timeout") == 1


@WAYS
def test_a_slow_but_honest_upload_is_served(slow, way):
    body = json.dumps({"summary": "slow", "description": "x" * 2000, "status": "new", "priority": "low", "severity": "low"}).encode()
    with Connection(slow.urls[way]) as c:
        c.send(request("POST", CASES, KEY, fields=["Content-Type: application/json", f"Content-Length: {len(body)}"]))
        for at in range(0, len(body), 100):
            c.send(body[at:at + 100])
            time.sleep(0.02)
        assert c.read().status == 201


# Answers that are not read


@pytest.fixture(scope="module")
def large(slow):
    """A case whose answer is large: few of them fill every buffer on the way."""
    return slow.soc.client("plain").create(summary="large", payload={"p": "x" * 900_000})


@pytest.fixture(scope="module")
def unlimited(slow, large):
    """How many bytes five answers are."""
    with Connection(slow.urls["plain"]) as c:
        c.send(get(f"{CASES}/{large}"))
        return len(c.read().body)


@WAYS
def test_a_reader_that_does_not_read_is_cut_off(slow, way, large, unlimited):
    assert unlimited > 900_000
    counters = Counters(slow.admin)
    name = "tls" if way == "tls" else "plain"
    with ExitStack() as stack:
        c = stack.enter_context(Connection(slow.urls[way], receive_buffer=4096))
        c.send(get(f"{CASES}/{large}") * 5)
        until(lambda: counters.connections(name, "slow_reader") == 1)
    assert counters.connections(name, "answer_timeout") == 0
    still_serves(slow, way)


def test_a_reader_that_is_fast_enough_gets_everything(slow, large, unlimited):
    counters = Counters(slow.admin)
    with Connection(slow.urls["plain"], receive_buffer=65536) as c:
        c.send(get(f"{CASES}/{large}"))
        total = 0
        while total < unlimited:
            data = c.socket.recv(16384)
            assert data
            total += len(data)
            time.sleep(0.01)
    assert counters.connections("plain", "slow_reader") == 0


# Connections that do nothing


@WAYS
def test_an_idle_connection_is_closed_without_a_word(slow, way):
    counters = Counters(slow.admin)
    with Connection(slow.urls[way]) as fresh, Connection(slow.urls[way]) as used:
        start = time.monotonic()
        used.send(get())
        assert used.read().status == 200
        assert used.rest() == b"" and fresh.rest() == b""
        assert IDLE <= took(start) < IDLE + SLACK
    assert counters.connections(way, "idle_timeout") == 2
    assert counters.moved("casebridge_refused_total") == 0


@WAYS
def test_a_pause_within_the_idle_time_is_no_reason_to_close(slow, way):
    with Connection(slow.urls[way]) as c:
        for _ in range(5):
            c.send(get())
            assert c.read().status == 200
            time.sleep(IDLE / 3)


def test_a_handshake_that_does_not_come_is_cut_off(slow):
    counters = Counters(slow.admin)
    with Connection(slow.urls["tls"].replace("https:", "http:")) as silent:
        assert silent.rest() == b""
    with Connection(slow.urls["tls"].replace("https:", "http:")) as slowly:
        assert slowly.drip(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(1000), pause=0.02) < HEAD + SLACK
    assert counters.connections("tls", "tls_failed") == 2


@WAYS
def test_a_connection_has_so_many_requests(slow, way):
    counters = Counters(slow.admin)
    with slow.native.watched() as seen, Connection(slow.urls[way]) as c:
        c.send(get() * 5 + get(CASES))
        assert [c.read().closes for _ in range(5)] == [False] * 4 + [True]
        assert c.rest() == b""
    assert seen == []
    assert counters.connections(way, "requests_spent") == 1


# Too many


def told_to_come_again(answer):
    return answer.status == 503 and answer.fields["retry-after"] == "1" and isinstance(json.loads(answer.body)["detail"], str)


@WAYS
def test_too_many_connections_of_one_address_are_told_so(crowded, way):
    counters = Counters(crowded.admin)
    with ExitStack() as stack:
        held = [stack.enter_context(Connection(crowded.urls[way])) for _ in range(4)]
        for c in held:
            c.send(get())
            assert c.read().status == 200
        with Connection(crowded.urls[way]) as fifth:
            fifth.send(get())
            answer = fifth.read()
            assert told_to_come_again(answer) and answer.closes
            assert fifth.rest() == b""
        with Connection(crowded.urls[way], source="127.0.0.2") as neighbour:
            neighbour.send(get())
            assert neighbour.read().status == 200
        for c in held:
            c.send(get())
            assert c.read().status == 200
    assert counters.connections(way, "over_address") == 1
    assert counters.refused("too_many_connections") == 1
    until(lambda: counters.read().get(f'http_server_open_connections{{bridge="{way}"}}', 0) == 0)
    still_serves(crowded, way)


@WAYS
def test_too_many_connections_are_told_so(crowded, way):
    counters = Counters(crowded.admin)
    with ExitStack() as stack:
        for n in range(6):
            c = stack.enter_context(Connection(crowded.urls[way], source=f"127.0.0.{10 + n // 2}"))
            c.send(get())
            assert c.read().status == 200
        with Connection(crowded.urls[way], source="127.0.0.99") as seventh:
            seventh.send(get())
            assert told_to_come_again(seventh.read())
    assert counters.connections(way, "over_total") == 1
    until(lambda: counters.read().get(f'http_server_open_connections{{bridge="{way}"}}', 0) == 0)
    still_serves(crowded, way)


@WAYS
def test_requests_beyond_those_in_flight_are_shed_and_admin_is_not(crowded, way):
    case = crowded.soc.client("plain").create()
    counters = Counters(crowded.admin)
    with crowded.native.fault("slow:3000@GET /api/"), ExitStack() as stack:
        busy = [stack.enter_context(Connection(crowded.urls[way])) for _ in range(2)]
        for c in busy:
            c.send(get(f"{CASES}/{case}"))
        until(lambda: counters.read().get(f'http_server_active_requests{{bridge="{way}"}}', 0) == 2)
        third = stack.enter_context(Connection(crowded.urls[way]))
        third.send(get())
        start = time.monotonic()
        answer = third.read()
        assert told_to_come_again(answer) and not answer.closes
        assert took(start) < 2
        assert requests.get(crowded.admin + "/livez", timeout=PATIENCE).status_code == 200
        assert [c.read().status for c in busy] == [200, 200]
        third.send(get())
        assert third.read().status == 200  # on the same connection
    assert counters.refused("in_flight") == 1


def test_an_event_loop_that_comes_late_sheds_until_it_has_caught_up(tmp_path):
    made, running = serve(tmp_path, {"max_lag_ms": 50, "max_requests_per_connection": 1000000}, threads=1)
    try:
        counters = Counters(running.admin)
        answers, stop = [], threading.Event()

        def ask():
            with Connection(running.urls["plain"]) as c:
                while not stop.is_set():
                    c.send(get())
                    answers.append(c.read())

        asking = threading.Thread(target=ask)
        asking.start()
        start = time.monotonic()
        while took(start) < PATIENCE and all(a.status == 200 for a in answers):  # a machine that is far too busy
            os.kill(running.process.pid, signal.SIGSTOP)
            time.sleep(0.15)
            os.kill(running.process.pid, signal.SIGCONT)
            time.sleep(0.03)
        stop.set()
        asking.join()
        shed = [a for a in answers if a.status != 200]
        assert shed and all(told_to_come_again(a) for a in shed)
        assert counters.refused("lag") == len(shed)
        until(lambda: requests.get(running.urls["plain"] + "/health", timeout=PATIENCE).status_code == 200)
        assert requests.get(running.admin + "/readyz", timeout=PATIENCE).status_code == 200
    finally:
        made.stop()


# Nothing is left of all of them


def resources(pid):
    with open(f"/proc/{pid}/status") as status:
        lines = dict(line.split(":", 1) for line in status)
    return SimpleNamespace(
        threads=int(lines["Threads"]), memory=int(lines["RssAnon"].split()[0]) * 1024, files=len(os.listdir(f"/proc/{pid}/fd")))


def storm(slow, connections):
    """Slow heads, slow bodies, silent and idle ones, half of them over TLS, all at once."""
    beginnings = [
        b"GET /health HTTP/1.1\r\nHo", b"", get(), get() + b"GET /he",
        request("POST", CASES, KEY, fields=["Content-Type: application/json", "Content-Length: 10000"]) + b" " * 100,
        request("POST", CASES, KEY, fields=["Content-Type: application/json", "Transfer-Encoding: chunked"]) + b"fff\r\n ",
    ]
    with ExitStack() as stack:
        for n in range(connections):
            c = stack.enter_context(Connection(slow.urls["tls" if n % 2 else "plain"]))
            c.send(beginnings[n // 2 % len(beginnings)])
        time.sleep(0.1)


@WAYS
def test_an_idle_connection_costs_little_memory(tmp_path, way):
    """Each has made a request that was read, translated and answered."""
    made, running = serve(tmp_path, {"max_connections_per_address": 5000})
    try:
        case = running.soc.client("plain").create(description="d" * 2000)
        port = int(running.urls[way].rpartition(":")[2])
        crowd = Crowd(port, f"{CASES}/{case}", [f"Authorization: Bearer {KEY}"], way == "tls")
        each = measure(crowd, running.process.pid, warm=100, count=400)["bytes_per_connection"]
        assert each <= 24 * 1024, each
        crowd.close()
    finally:
        made.stop()


def test_nothing_is_left_after_a_storm_of_slow_clients(slow):
    pid = slow.process.pid

    def quiet():
        text = requests.get(slow.admin + "/metrics", timeout=PATIENCE).text
        return all(f'http_server_open_connections{{bridge="{way}"}} 0\n' in text for way in ("plain", "tls"))

    def storms(number):
        for _ in range(number):
            storm(slow, 240)
            until(quiet)

    storms(3)  # pools and allocators have then all they need
    before = resources(pid)
    storms(3)
    after = resources(pid)
    assert after.threads == before.threads
    assert after.files <= before.files + 4
    assert after.memory - before.memory < 720 * 2500  # a connection that is not freed leaves more
    still_serves(slow, "plain")
    still_serves(slow, "tls")
