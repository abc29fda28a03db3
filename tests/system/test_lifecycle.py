"""Start, drain and stop of the real program, and what its admin listener says meanwhile."""
import signal
import socket
import time

import requests
from conftest import run, until


def connect(bridge):
    s = socket.create_connection(("127.0.0.1", bridge.port), timeout=10)
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
    bridge = serve(shutdown={"delay_ms": 1500, "drain_ms": 5000})
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
        assert bridge.ended(5) == 1


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
