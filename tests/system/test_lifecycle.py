"""Start, drain and stop of the real program, and what its admin listener says meanwhile."""
import signal
import socket
import threading
import time

import pytest
import requests
from conftest import Stack, run, until
from organisation import Organisation, bridge
from support import unique


def connect(bridge):
    s = socket.create_connection(("127.0.0.1", bridge.port), timeout=60)
    return s


def ask(s, path="/health"):
    s.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return s.recv(65536).decode()


def test_admin_tells_life_readiness_and_metrics(serve):
    bridge = serve()
    assert requests.get(bridge.admin + "/livez").text == "alive\n"
    assert requests.get(bridge.admin + "/readyz").text == "ready\n"
    metrics = requests.get(bridge.admin + "/metrics")
    assert metrics.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert 'build_info{' in metrics.text
    assert requests.get(bridge.admin + "/").status_code == 404
    wrong = requests.post(bridge.admin + "/livez")
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "GET, HEAD")


def test_metrics_count_a_request_once_however_often_they_are_read(serve):
    bridge = serve()
    with connect(bridge) as s:
        ask(s)
    for _ in range(2):
        text = requests.get(bridge.admin + "/metrics").text
    assert 'casebridge_connections_total{bridge="system",outcome="accepted"} 1\n' in text
    counts = [x for x in text.splitlines() if x.startswith('http_server_request_duration_seconds_count{bridge="system"')]
    assert len(counts) == 1 and counts[0].endswith(" 1")


def test_health_asks_the_admin_listener(serve):
    bridge = serve()
    assert run("health", "--url", bridge.admin + "/readyz").returncode == 0
    assert run("health", "--url", bridge.admin + "/nothing").returncode == 1
    assert run("health", "--url", "http://127.0.0.1:9/readyz").returncode == 1
    assert run("health", "--url", "readyz").returncode == 2


def test_a_signal_ends_an_idle_program_cleanly(serve):
    bridge = serve()
    bridge.terminate()
    assert bridge.ended() == 0
    assert bridge.messages()[-1] == "stopped"
    assert bridge.lines()[-1]["clean"] is True


def test_idle_keep_alive_connections_do_not_hold_up_the_end(serve):
    bridge = serve()
    with connect(bridge) as s:
        assert ask(s).startswith("HTTP/1.1 ")
        bridge.process.send_signal(signal.SIGINT)
        assert s.recv(100) == b""
        assert bridge.ended() == 0


def test_during_the_shutdown_delay_readiness_fails_and_requests_are_still_served(serve):
    bridge = serve(shutdown={"delay_ms": 4000, "drain_ms": 5000})
    bridge.terminate()
    until(lambda: requests.get(bridge.admin + "/readyz").status_code == 503)
    assert requests.get(bridge.admin + "/livez").status_code == 200
    with connect(bridge) as s:
        assert ask(s).startswith("HTTP/1.1 ")
    assert bridge.ended() == 0


def test_a_request_that_does_not_end_is_cut_off_when_the_drain_time_is_over(serve):
    bridge = serve(shutdown={"drain_ms": 300})
    with connect(bridge) as s:
        s.sendall(b"GET /health HTTP/1.1\r\nHo")
        until(lambda: 'http_server_open_connections{bridge="system"} 1' in requests.get(bridge.admin + "/metrics").text)
        time.sleep(0.05)
        bridge.terminate()
        assert bridge.ended() == 1
    assert "drain time is over, closing" in bridge.messages()


def test_a_second_signal_means_now(serve):
    bridge = serve(shutdown={"drain_ms": 60000})
    with connect(bridge) as s:
        s.sendall(b"GET /health HTTP/1.1\r\nHo")
        until(lambda: 'http_server_open_connections{bridge="system"} 1' in requests.get(bridge.admin + "/metrics").text)
        time.sleep(0.05)
        bridge.terminate()
        until(lambda: "draining" in bridge.messages())
        bridge.terminate()
        assert bridge.ended() == 1


def test_all_threads_accept(serve):
    bridge = serve(threads=4)
    connections = [connect(bridge) for _ in range(40)]
    assert all(ask(s).startswith("HTTP/1.1 ") for s in connections)
    for s in connections:
        s.close()
    bridge.terminate()
    assert bridge.ended() == 0


def test_no_secret_of_the_configuration_is_ever_logged(serve):
    bridge = serve(log={"level": "debug"})
    with connect(bridge) as s:
        ask(s, "/APIV2:a-token-for-tests?key=APIV2:a-token-for-tests")
    bridge.terminate()
    bridge.ended()
    assert "a-token-for-tests" not in bridge.log()


@pytest.fixture
def served():
    """served(**changes): a bridge over a sandbox."""
    stacks = []

    def start(**changes):
        stacks.append(Stack())
        return Organisation(stacks[-1], [bridge("main")], threads=2, **changes)

    yield start
    for stack in stacks:
        stack.stop()


class Writer(threading.Thread):
    """Creates cases one after the other until the program is gone; remembers which ones it was told are there."""

    def __init__(self, org, keep_alive):
        super().__init__()
        self.client, self.keep_alive = org.client(), keep_alive
        self.done, self.others, self.after_close = [], [], 0

    def run(self):
        while True:
            name = unique("drain")
            try:
                answer = self.client.post(summary=name)
            except requests.ConnectionError:
                return
            if answer.status_code == 201:
                self.done.append(name)
            else:
                self.others.append((name, answer.status_code))
            if answer.headers.get("Connection") == "close":
                self.after_close += 1
            if not self.keep_alive:
                self.client.session.close()


def names(org):
    found, start = [], 0
    while True:
        page = org.native.done("GET", "/cases", params=[("resultStart", start), ("resultLimit", 1000)])
        found += [c["name"] for c in page]
        start += 1000
        if len(page) < 1000:
            return [n for n in found if n.startswith("drain ")]


def test_the_end_under_load_loses_no_request_that_was_taken(served):
    org = served(shutdown={"drain_ms": 10000})
    writers = [Writer(org, keep_alive=i % 2 == 0) for i in range(8)]
    with org.native.fault("slow:20@POST"):
        for w in writers:
            w.start()
        until(lambda: all(len(w.done) > 2 for w in writers))
        org.bridge.terminate()
        for w in writers:
            w.join(60)
        assert org.bridge.ended() == 0
    told = [name for w in writers for name in w.done]
    assert sorted(names(org)) == sorted(told)  # what was done was said, and what was said was done
    assert [w.others for w in writers if w.others] == []
    assert sum(w.after_close for w in writers) > 0  # those in flight said that they are the last
    assert org.bridge.lines()[-1]["clean"] is True


def test_while_requests_end_nobody_new_gets_in_and_the_probes_say_so(served):
    org = served(shutdown={"drain_ms": 10000})
    case = org.client().create()
    answers = []
    with org.native.fault("slow:5000@GET /api/v3/cases*1"):
        last = threading.Thread(target=lambda: answers.append(org.client().ask("GET", f"/cases/{case}")))
        last.start()
        until(lambda: 'http_server_active_requests{bridge="main"} 1' in requests.get(org.bridge.admin + "/metrics").text)
        org.bridge.terminate()
        until(lambda: "draining" in org.bridge.messages())

        def refused():
            try:
                socket.create_connection(("127.0.0.1", org.bridge.port), timeout=5).close()
                return False
            except ConnectionRefusedError:
                return True

        until(refused)
        assert requests.get(org.bridge.admin + "/readyz").status_code == 503
        assert requests.get(org.bridge.admin + "/livez").status_code == 200
        org.bridge.process.send_signal(signal.SIGHUP)  # too late for that
        last.join()
    assert answers[0].status_code == 200 and answers[0].headers["Connection"] == "close"
    assert org.bridge.ended() == 0
    assert "reloaded" not in org.bridge.messages()


def test_a_request_that_waits_for_the_backend_is_cut_off_when_the_time_is_over(served):
    org = served(shutdown={"drain_ms": 300})
    case = org.client().create()
    with org.native.fault("hang@GET /api/v3/cases"):
        failures = []

        def ask():
            try:
                org.client().ask("GET", f"/cases/{case}")
            except requests.ConnectionError as problem:
                failures.append(problem)

        waiting = threading.Thread(target=ask)
        waiting.start()
        until(lambda: 'http_server_active_requests{bridge="main"} 1' in requests.get(org.bridge.admin + "/metrics").text)
        start = time.monotonic()
        org.bridge.terminate()
        assert org.bridge.ended() == 1
        assert time.monotonic() - start < 30
        waiting.join()
    assert len(failures) == 1


def test_a_hang_up_does_not_end_the_program(serve):
    served = serve()
    for _ in range(3):
        served.process.send_signal(signal.SIGHUP)
    until(lambda: "reloaded" in served.messages())
    with connect(served) as s:
        assert ask(s).startswith("HTTP/1.1 ")
    assert served.process.poll() is None
