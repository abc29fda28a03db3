"""What the program tells about itself: metrics by name, one log line per request, the trace that goes upstream."""
import http.server
import json
import re
import signal
import threading

import pytest
import requests
from conftest import WORKSPACE, Bridge, Stack, settings, until
from organisation import KEYS, Organisation, api_keys, bridge
from support import Tracecat, unique

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"

# name, type, labels of its series
FAMILIES = [
    ("http_server_request_duration_seconds", "histogram", {"bridge", "http_request_method", "http_response_status_code", "http_route"}),
    ("http_server_active_requests", "gauge", {"bridge"}),
    ("http_server_open_connections", "gauge", {"bridge"}),
    ("http_client_request_duration_seconds", "histogram", {"upstream", "http_request_method", "http_response_status_code", "error_type"}),
    ("http_client_open_connections", "gauge", {"upstream", "http_connection_state"}),
    ("casebridge_upstream_requests_per_request", "histogram", {"bridge", "http_route"}),
    ("casebridge_upstream_retries_total", "counter", {"upstream"}),
    ("casebridge_upstream_shared_total", "counter", {"upstream"}),
    ("casebridge_upstream_shed_total", "counter", {"upstream", "reason"}),
    ("casebridge_upstream_breaker_state", "gauge", {"upstream", "state"}),
    ("casebridge_upstream_waiting_calls", "gauge", {"upstream"}),
    ("casebridge_mapping_loss_total", "counter", {"code"}),
    ("casebridge_filter_evaluations_total", "counter", {"bridge", "evaluation"}),
    ("casebridge_reloads_total", "counter", {"outcome"}),
    ("casebridge_refused_total", "counter", {"reason"}),
    ("casebridge_connections_total", "counter", {"bridge", "outcome"}),
    ("casebridge_handler_exceptions_total", "counter", {"bridge"}),
    ("casebridge_log_lines_dropped_total", "counter", set()),
    ("build_info", "gauge", {"version", "bundle"}),
]


@pytest.fixture(scope="module")
def busy():
    """A process that everything countable has happened to: its organisation."""
    stack = Stack()
    try:
        org = Organisation(stack, [bridge("main")], threads=2, upstream_changes={
            "breaker": {"failures": 2, "open_ms": 60000}, "pool": {"call_timeout_ms": 2000}})
        client = org.client()
        case = client.create(summary="x", priority="low")
        carried = client.create(priority="high")
        org.native.set_attribute(org.native.attributes(client.number(carried))[0], "not a state")
        client.get(carried)
        client.search(short_id=client.get(case)["short_id"])
        client.search(priority="high")
        client.call("GET", "/" + "x" * 20000)
        with org.native.fault("hang@/api/v3"):
            for _ in range(4):
                client.ask("GET", f"/cases/{case}")
        yield org
    finally:
        stack.stop()


def metrics(org):
    """family → (type, help, {labels as a frozenset of pairs: value})."""
    types, helps, series = {}, {}, {}
    for line in requests.get(org.bridge.admin + "/metrics").text.splitlines():
        if line.startswith("# "):
            _, kind, name, text = line.split(" ", 3)
            (types if kind == "TYPE" else helps)[name] = text
            continue
        name, labels, value = re.fullmatch(r"([a-z_]+)(?:\{(.*)\})? (\S+)", line).groups()
        family = re.sub(r"_(bucket|sum|count)$", "", name) if name not in types else name
        pairs = frozenset(p for p in re.findall(r'([a-z_]+)="((?:[^"\\]|\\.)*)"', labels or "") if p[0] != "le")
        series.setdefault(family, {}).setdefault(pairs, {})[name] = float(value)
    return {f: (types[f], helps.get(f, ""), series.get(f, {})) for f in types}


@pytest.mark.parametrize(("name", "kind", "labels"), FAMILIES, ids=[f[0] for f in FAMILIES])
def test_every_family_is_there_with_its_type_help_and_labels(busy, name, kind, labels):
    shown = metrics(busy)
    assert name in shown, sorted(shown)
    assert shown[name][0] == kind
    assert len(shown[name][1]) > 10
    assert shown[name][2]
    for pairs in shown[name][2]:
        assert {key for key, _ in pairs} == labels


def test_there_is_no_family_that_nobody_knows(busy):
    assert set(metrics(busy)) == {f[0] for f in FAMILIES}


def test_what_happened_is_what_is_counted(busy):
    shown = metrics(busy)

    def value(family, **labels):
        return next(iter(shown[family][2][frozenset(labels.items())].values()))

    assert value("casebridge_upstream_breaker_state", upstream="tc", state="open") == 1
    assert value("casebridge_upstream_breaker_state", upstream="tc", state="closed") == 0
    assert value("casebridge_upstream_shed_total", upstream="tc", reason="breaker_open") >= 1
    assert value("casebridge_filter_evaluations_total", bridge="main", evaluation="exact") >= 1
    assert value("casebridge_refused_total", reason="target_too_long") == 1
    assert value("http_server_active_requests", bridge="main") == 0
    assert value("casebridge_upstream_waiting_calls", upstream="tc") == 0
    timeouts = [v for k, v in shown["http_client_request_duration_seconds"][2].items() if ("error_type", "upstream_timeout") in k]
    assert timeouts


def test_reads_are_counted_once_on_each_side(busy):
    shown = metrics(busy)
    reads = [v["http_server_request_duration_seconds_count"] for k, v in shown["http_server_request_duration_seconds"][2].items()
             if ("http_response_status_code", "200") in k and ("http_request_method", "GET") in k]

    def logged():
        return [x for x in busy.bridge.lines() if x["msg"] == "request" and x["status"] == 200 and x["method"] == "GET"]
    until(lambda: len(logged()) >= sum(reads))  # lines are written behind the answers
    assert sum(reads) == len(logged()) > 0


def last_request(org_or_bridge, **wanted):
    b = getattr(org_or_bridge, "bridge", org_or_bridge)
    found = []

    def there():
        found[:] = [x for x in b.lines() if x["msg"] == "request" and all(x.get(k) == v for k, v in wanted.items())]
        return bool(found)

    until(there)
    return found[-1]


def test_a_request_leaves_one_line_with_everything_that_is_asked_for_later(busy):
    request_id = "0a6f3c1e-7d0b-4c58-9f55-0f3f1a9f4b11"
    client = busy.client()
    answer = client.ask("GET", "/cases", headers={"X-Request-Id": request_id, "traceparent": f"00-{TRACE}-{PARENT}-01"})
    line = last_request(busy, request_id=request_id)
    assert answer.headers["X-Request-Id"] == request_id
    assert line["trace_id"] == TRACE
    assert line["status"] == answer.status_code
    assert line["bridge"] == "main" and line["method"] == "GET" and line["peer"] == "127.0.0.1"
    assert line["account"] == KEYS["admins"].split("_")[3]
    assert line["bytes_out"] > len(answer.content) and line["bytes_in"] > 100
    assert line["duration_ms"] >= line["upstream_ms"] >= 0
    assert line["level"] == "info" and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
    assert set(line) == {"time", "level", "msg", "start", "bridge", "method", "route", "status", "bytes_in", "bytes_out", "duration_ms",
                         "upstream_ms", "upstream_requests", "reason", "peer", "request_id", "trace_id", "filter", "account"}


def test_failures_are_named_in_the_line(busy):
    line = last_request(busy, reason="target_too_long")
    assert line["status"] == 414
    assert last_request(busy, reason="upstream_timeout")


def test_a_list_says_in_its_line_how_the_filter_was_evaluated(soc):
    client = soc.client()
    request_id = "f117e4"
    answer = client.ask("GET", "/cases/search", params={"status": "new"}, headers={"X-Request-Id": request_id})
    assert answer.headers["Casebridge-Filter"]
    assert last_request(soc, request_id=request_id)["filter"] == answer.headers["Casebridge-Filter"]
    client.ask("GET", "/case-fields", headers={"X-Request-Id": "f117e5"})
    assert last_request(soc, request_id="f117e5")["filter"] == ""


@pytest.mark.parametrize("given", ["my-key", "tc_ws_sk_admins000000_the-admins-key", "a" * 65, "7 7", "APIV2"])
def test_a_request_id_that_might_be_a_credential_is_replaced(soc, given):
    answer = soc.client().ask("GET", "/cases", params={"limit": 1}, headers={"X-Request-Id": given})
    assert answer.status_code == 200
    assert re.fullmatch(r"[0-9a-f]{16}-[0-9a-f]+", answer.headers["X-Request-Id"])
    last_request(soc, request_id=answer.headers["X-Request-Id"])
    assert f'"{given}"' not in soc.bridge.log()


class Recorder:
    """An upstream that keeps the head of each request and knows no case."""

    def __init__(self):
        heads = self.heads = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                heads.append(self.headers)
                body = json.dumps({"status": "Success", "data": [], "count": 0}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server.server_address[1]


@pytest.fixture(scope="module")
def recorded():
    stack, recorder = Stack(), Recorder()
    try:
        config = settings(recorder.port)
        config["bridges"][0]["api_keys"] = api_keys()[:3]
        served = Bridge(stack, stack.write("recorded.json", config))
        yield recorder, served, Tracecat(served.url, WORKSPACE, KEYS["admins"])
    finally:
        stack.stop()
        recorder.server.shutdown()
        recorder.server.server_close()


def upstream_trace(recorded, headers):
    recorder, served, client = recorded
    before = len(recorder.heads)
    answer = client.ask("GET", "/cases", params={"search": unique("q")}, headers=headers)
    assert answer.status_code == 200, answer.text
    heads = recorder.heads[before:]
    assert heads
    line = last_request(served, request_id=answer.headers["X-Request-Id"])
    return heads, line


def test_a_trace_goes_on_upstream_with_a_parent_of_ours(recorded):
    heads, line = upstream_trace(recorded, {"traceparent": f"00-{TRACE}-{PARENT}-01", "tracestate": "rojo=00f067aa0ba902b7,congo=t61"})
    for head in heads:
        version, trace, parent, flags = head["traceparent"].split("-")
        assert (version, trace, flags) == ("00", TRACE, "01")
        assert re.fullmatch(r"[0-9a-f]{16}", parent) and parent not in (PARENT, "0" * 16)
        assert head["tracestate"] == "rojo=00f067aa0ba902b7,congo=t61"
    assert line["trace_id"] == TRACE


@pytest.mark.parametrize("given", [None, "nonsense", f"00-{'0' * 32}-{PARENT}-01", f"ff-{TRACE}-{PARENT}-01", f"00-{TRACE.upper()}-{PARENT}-01"])
def test_without_a_valid_trace_a_fresh_one_begins(recorded, given):
    headers = {"tracestate": "rojo=1", **({"traceparent": given} if given else {})}
    heads, line = upstream_trace(recorded, headers)
    for head in heads:
        assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", head["traceparent"])
        assert head["traceparent"].split("-")[1] == line["trace_id"] != TRACE
        assert head["tracestate"] is None


def test_a_broken_state_stays_here_and_the_trace_goes_on(recorded):
    heads, _ = upstream_trace(recorded, {"traceparent": f"00-{TRACE}-{PARENT}-00", "tracestate": "Not=a valid, state="})
    assert heads[0]["traceparent"].startswith(f"00-{TRACE}-") and heads[0]["traceparent"].endswith("-00")
    assert heads[0]["tracestate"] is None


def test_nothing_else_of_the_client_s_head_goes_upstream(recorded):
    heads, _ = upstream_trace(recorded, {"X-Evil": "1", "Cookie": "a=b", "User-Agent": "their-agent", "X-Forwarded-For": "192.0.2.1"})
    for head in heads:
        assert {k.lower() for k in head} <= {"host", "accept", "authorization", "traceparent", "content-type", "content-length", "connection",
                                             "accept-encoding", "user-agent"}
        assert "their-agent" not in str(head)


AUDIT = {"time", "level", "msg", "bridge", "workspace", "account", "peer", "request_id", "trace_id", "action", "object", "id", "child",
         "upstream_id", "fields", "result", "upstream_status", "losses", "tables"}


@pytest.fixture(scope="module")
def audited():
    """An organisation with an audit file; audit() gives the lines that the block before it made."""
    stack = Stack()
    try:
        file = stack.path("audit.jsonl")
        org = Organisation(stack, [bridge("main"), bridge("shadow", mode="shadow"), bridge("no-deletes", deletes=False)], threads=2,
                           log={"audit_file": str(file)})
        seen = []

        def audit():
            lines = [json.loads(line) for line in file.read_text().splitlines()]
            new = lines[len(seen):]
            seen.extend(new)
            assert all(set(line) == AUDIT for line in new)
            return new

        org.audit, org.audit_file = audit, file
        yield org
    finally:
        stack.stop()


def test_every_write_is_one_line_of_the_audit_file(audited):
    client = audited.client()
    audited.audit()
    case = client.create(summary="audited", payload={"a": 1})
    [made] = audited.audit()
    number = client.number(case)
    assert (made["action"], made["object"], made["id"], made["upstream_id"]) == ("create", "case", case, number)
    assert made["fields"].split(",") == ["summary", "description", "status", "priority", "severity", "payload"]
    assert (made["account"], made["peer"], made["workspace"], made["bridge"]) == (KEYS["admins"].split("_")[3], "127.0.0.1", "SOC", "main")
    assert (made["result"], made["upstream_status"], made["losses"]) == ("done", 201, "")
    answer = client.change(case, status="closed", fields={"asset_owner": "a-value-that-is-nobody-s-business"})
    [changed] = audited.audit()
    assert (changed["action"], changed["id"], changed["fields"]) == ("update", case, "status,fields.asset_owner")
    assert changed["request_id"] == answer.headers["X-Request-Id"] and re.fullmatch(r"[0-9a-f]{32}", changed["trace_id"])
    client.ask("DELETE", f"/cases/{case}")
    [removed] = audited.audit()
    assert (removed["action"], removed["upstream_id"], removed["result"]) == ("remove", number, "done")
    text = audited.audit_file.read_text()
    assert "nobody-s-business" not in text and "audited" not in text.replace("audited_", "")
    assert '"msg":"write"' not in audited.bridge.log()


def test_reads_are_no_writes(audited):
    client = audited.client()
    audited.audit()
    client.search(status="new")
    client.ask("GET", "/case-fields")
    assert audited.audit() == []


def test_writes_that_fail_are_lines_too(audited):
    client = audited.client()
    case = client.create()
    audited.audit()
    with audited.native.fault("status:500@PUT*9"):
        assert client.patch(case, status="closed").status_code >= 500
    [failed] = audited.audit()
    assert failed["result"].startswith("upstream_") and failed["upstream_status"] == 500
    shadow = audited.client("shadow")
    assert shadow.patch(case, status="closed").status_code == 403
    [planned] = audited.audit()
    assert (planned["bridge"], planned["result"], planned["id"]) == ("shadow", "read_only", case)


def test_a_batch_is_a_line_for_each_case(audited):
    client = audited.client()
    cases = [client.create() for _ in range(3)]
    unknown = "99999999-9999-4999-8999-999999999999"
    audited.audit()
    done = client.ask("POST", "/cases/batch-update", json={"case_ids": [*cases, unknown], "update": {"status": "closed"}})
    assert done.status_code == 200, done.text
    lines = audited.audit()
    assert [line["id"] for line in lines] == [*cases, unknown]
    assert [line["result"] for line in lines] == ["done"] * 3 + ["not_found"]


def test_without_a_file_the_lines_are_among_the_others(soc):
    case = soc.client().create()
    until(lambda: any(x["msg"] == "write" and x["id"] == case for x in soc.bridge.lines()))


def test_the_audit_file_is_opened_anew_by_a_hang_up(audited):
    client = audited.client()
    client.create()
    audited.audit()
    moved = audited.audit_file.with_suffix(".1")
    lines = len(audited.audit_file.read_text().splitlines())
    audited.audit_file.rename(moved)
    reloads = audited.bridge.messages().count("reloaded")
    audited.bridge.process.send_signal(signal.SIGHUP)
    until(lambda: audited.bridge.messages().count("reloaded") > reloads)
    client.create()
    assert len(moved.read_text().splitlines()) == lines
    assert len(audited.audit_file.read_text().splitlines()) == 1
