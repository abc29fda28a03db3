"""Whole-program tests: the real binaries, on ports that the system picks, with files of their own."""
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
os.environ.setdefault("CASEBRIDGE_BUILD_DIR", str(ROOT / "build" / "dev"))
sys.path.insert(0, str(ROOT / "tools" / "lib"))
from stack import Stack, build_dir, free_port  # noqa: E402

import secret_watch  # noqa: E402

secret_watch.install(Stack)

WORKSPACE = "11111111-1111-4111-8111-111111111111"
API_KEY = "tc_ws_sk_demo00000000_demo-secret"
# demo-password and demo-secret, as in config/demo.jsonc
DEMO = ROOT / "config" / "demo.jsonc"


def run(*arguments, text="", env=None):
    """One run of the casebridge program to its end."""
    return subprocess.run(
        [str(build_dir() / "casebridge"), *map(str, arguments)], input=text, text=True, capture_output=True, timeout=120,
        env={**os.environ, **(env or {})},
    )


def settings(upstream_port=9, **changes):
    """A small configuration; nobody answers on its upstream's port unless a test sees to that."""
    return {
        "demo": True,
        "threads": 2,
        "mappings": str(ROOT / "mappings" / "bundle.jsonc"),
        "upstreams": {"tc": {
            "platform": "threatconnect", "url": f"http://127.0.0.1:{upstream_port}/api",
            "credentials": {"main": {"token": "APIV2:a-token-for-tests"}},
        }},
        "bridges": [{
            "name": "system", "facade": "tracecat", "backend": "threatconnect", "listen": "127.0.0.1:0",
            "workspaces": [{
                "id": WORKSPACE, "name": "SOC", "upstream": "tc", "credential": "main", "organization": "Demo Organization",
            }],
        }],
        **changes,
    }


def until(condition, seconds=60):
    """Waits for a condition; fails when it does not come true. Only a test that fails waits so long."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not come true in time"
        time.sleep(0.01)


class Bridge:
    """A running `casebridge serve`."""

    def __init__(self, stack, config, env=None):
        self.stack = stack
        self.admin_port = free_port()
        self.process = stack.start_bridge(config, self.admin_port, env)
        self.name = stack.processes[-1][0]
        until(lambda: "ready" in self.messages())  # lines are written behind the answers
        listening = next(line for line in self.lines() if line["msg"] == "listening" and line["bridge"] != "admin")
        self.port = listening["port"]
        self.url = f"http://127.0.0.1:{self.port}"
        self.admin = f"http://127.0.0.1:{self.admin_port}"

    def log(self):
        return self.stack.log(self.name)

    def lines(self):
        whole = self.log().rpartition("\n")[0]  # the last line may be half written
        return [json.loads(line) for line in whole.splitlines()]

    def messages(self):
        return [line["msg"] for line in self.lines()]

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)

    def ended(self, seconds=60):
        return self.process.wait(seconds)


def pytest_sessionfinish(session):
    """No log of the whole run may hold a secret of it."""
    if secret_watch.findings:
        session.exitstatus = 1


def pytest_terminal_summary(terminalreporter):
    looked = secret_watch.looked_at
    terminalreporter.write_line(
        f"{looked['logs']} logs ({looked['bytes']} bytes) looked through for {len(secret_watch.secrets)} secrets: {len(secret_watch.findings)} found")
    for log, what, line in secret_watch.findings:
        terminalreporter.write_line(f"SECRET in {log}: {what} in: {line[:300]}", red=True)


@pytest.fixture
def stack():
    made = Stack()
    yield made
    made.stop()


@pytest.fixture
def serve(stack):
    """serve(**changes): a bridge without an upstream."""
    def start(env=None, **changes):
        return Bridge(stack, stack.write("system.json", settings(**changes)), env)
    return start


@pytest.fixture(scope="module")
def demo():
    """The shipped demo on free ports: a sandbox, and the bridge of config/demo.jsonc over it."""
    made = Stack()
    sandbox = free_port()
    config = DEMO.read_text().replace("127.0.0.1:9301", f"127.0.0.1:{sandbox}").replace(":8081", ":0")
    config = config.replace("../mappings/", str(ROOT / "mappings") + "/")
    try:
        made.start_sandbox(sandbox)
        bridge = Bridge(made, made.write("demo.jsonc", config), {"CASEBRIDGE_LISTEN_TRACECAT_DEMO": "127.0.0.1:0"})
        bridge.sandbox = f"http://127.0.0.1:{sandbox}/api"
        yield bridge
    finally:
        made.stop()


@pytest.fixture(scope="session")
def soc():
    """One sandbox, and one process of several threads with a bridge for each mode over it."""
    from organisation import Organisation, bridge, overlay, password_hash
    made = Stack()
    try:
        hashed = password_hash()
        fields = overlay(made, "fields.jsonc", *TYPED_FIELDS)
        yield Organisation(made, [
            bridge("main", hashed=hashed), bridge("signed", "signed"), bridge("read-only", mode="read-only"),
            bridge("shadow", mode="shadow"), bridge("no-deletes", deletes=False), bridge("strict", strict=True), bridge("plain", case_addons=False),
            bridge("fields", overlays=[fields]),
            bridge("resolution", overlays=[str(ROOT / "mappings" / "overlays" / "status-with-resolution.jsonc")]),
        ], threads=3)
    finally:
        made.stop()


# One attribute, typed as each of the ten types that Tracecat knows (UUID is for reserved columns only).
TYPED_FIELDS = [
    {"field": "f_text", "attribute": "Free Text", "type": "TEXT"},
    {"field": "f_integer", "attribute": "Integer", "type": "INTEGER"},
    {"field": "f_numeric", "attribute": "Numeric", "type": "NUMERIC"},
    {"field": "f_date", "attribute": "Date", "type": "DATE"},
    {"field": "f_boolean", "attribute": "Boolean", "type": "BOOLEAN"},
    {"field": "f_timestamp", "attribute": "Timestamp", "type": "TIMESTAMPTZ"},
    {"field": "f_json", "attribute": "Json", "type": "JSONB"},
    {"field": "f_select", "attribute": "Select", "type": "SELECT", "options": ["red", "green"]},
    {"field": "f_multi", "attribute": "Multi", "type": "MULTI_SELECT", "options": ["a", "b", "c"]},
    {"field": "f_many", "attribute": "Many", "type": "MULTI_SELECT", "options": ["a", "b", "c"], "spread": True},
]


@pytest.fixture
def client(soc):
    """An admin's key on the bridge "main"; modules with a fixture of this name use their own."""
    return soc.client()


@pytest.fixture
def native(soc):
    return soc.native
