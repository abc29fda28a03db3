"""The other direction: a ThreatConnect façade over the Tracecat sandbox, its clients, and direct calls to the sandbox."""
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import requests
from conftest import WORKSPACE, Bridge, free_port, settings
from organisation import LASTING
from support import SandboxControl, ThreatConnect, Tracecat

OWNER, OWNER_ID = "Demo Organization", 1
RESOLUTIONS = ["Containment Achieved", "Deferred / Delayed", "Escalated", "False Positive", "In Progress / Investigating",
               "Not Specified", "Rejected", "Restoration Achieved"]
TC_STATUSES, TC_SEVERITIES = ["Open", "Closed"], ["Low", "Medium", "High", "Critical"]
GROUPS = [{"name": "Tier 1", "description": "First line"}, {"name": "Tier 2"}]
NATIVE_LOGIN = {"email": "bridge@tests.example", "password": "a-password-of-the-bridge"}
NATIVE_KEY = "tc_ws_sk_reversekey00_the-key-of-the-bridge"
ANA = "44444444-4444-4444-8444-000000000002"
PEOPLE = [
    {"id": "44444444-4444-4444-8444-000000000001", "email": NATIVE_LOGIN["email"], "password": NATIVE_LOGIN["password"],
     "first_name": "Bridge", "last_name": "Login", "workspaces": {"SOC": "admin"}},
    {"id": ANA, "email": "ana@tests.example", "password": "a-password-of-ana", "first_name": "Ana", "last_name": "Analyst",
     "workspaces": {"SOC": "admin"}},
    {"id": "44444444-4444-4444-8444-000000000003", "email": "lee@tests.example", "password": "a-password-of-lee",
     "first_name": "Lee", "last_name": "Ader", "workspaces": {"SOC": "editor"}},
]
# Tracecat's own side: who works there, and the bridge's two ways in.
SANDBOX_DATA = {
    "replace": True,
    "workspaces": [{"id": WORKSPACE, "name": "SOC"}],
    "users": PEOPLE,
    "keys": [{"id": "reversekey00", "secret": "the-key-of-the-bridge", "workspace": "SOC",
              "scopes": ["case:*", "workspace:read", "workspace:member:read", "org:read"]}],
}
LOGIN, KEY, BOTH = NATIVE_LOGIN, {"api_key": NATIVE_KEY}, {**NATIVE_LOGIN, "api_key": NATIVE_KEY}
WRITER, OTHER, READER = "11110000000000000001", "11110000000000000002", "11110000000000000003"
TOKENS = {who: f"APIV2:the-token-of-{who[-1]}" for who in (WRITER, OTHER, READER)}


def api_users():
    def user(who, first, access):
        return {"access_id": who, "tokens": [TOKENS[who]], "first_name": first, "last_name": "Api", "pseudonym": first.lower(),
                "workspace": "SOC", "access": access}
    return [user(WRITER, "Wri", "read-write"), user(OTHER, "Oth", "read-write"), user(READER, "Rea", "read-only")]


def reverse_bridge(name="main", credential="main", **changes):
    return {
        **LASTING,
        # A port that is known beforehand: links to further pages are absolute.
        "name": name, "facade": "threatconnect", "backend": "tracecat", "listen": f"127.0.0.1:{free_port()}", "mode": "read-write",
        "deletes": True,
        "workspaces": [{"id": WORKSPACE, "name": "SOC", "upstream": "cat", "credential": credential, "organization": OWNER,
                        "owner_id": OWNER_ID}],
        "api_users": api_users(), "groups": GROUPS, **changes,
    }


def reverse_settings(port, bridges=None, credentials=None, upstream=None, **changes):
    return settings(
        upstreams={"cat": {"platform": "tracecat", "url": f"http://127.0.0.1:{port}", "credentials": credentials or {"main": BOTH},
                           **(upstream or {})}},
        bridges=bridges or [reverse_bridge()], **changes)


class Facade(ThreatConnect):
    """A ThreatConnect client of the bridge."""

    def __init__(self, url, who=WRITER):
        super().__init__(url, TOKENS[who], OWNER)
        self.session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=32))

    def whole(self, method, path, **kwargs):
        """The whole envelope of a success."""
        answer = self.call(method, path, **kwargs)
        assert answer.status_code in (200, 201), (answer.status_code, answer.text)
        return answer.json()

    def create(self, _fields="_all_", **members):
        body = {"name": "A case", "severity": "Low", "status": "Open", **members}
        return self.done("POST", "/cases", json=body, params=[("fields", _fields)])

    def get(self, case):
        return self.done("GET", f"/cases/{case}", params=[("fields", "_all_")])

    def change(self, case, **members):
        return self.done("PUT", f"/cases/{case}", json=members, params=[("fields", "_all_")])

    def page(self, tql=None, fields=(), **params):
        asked = [("tql", tql)] if tql is not None else []
        asked += [("fields", f) for f in fields] + [(k, str(v)) for k, v in params.items()]
        return self.whole("GET", "/cases", params=asked)

    def find(self, tql, **params):
        """The ids that a query finds, in the order of the answer."""
        page = self.page(tql, resultLimit=10000, **params)
        assert "next" not in page
        ids = [c["id"] for c in page["data"]]
        assert page["count"] == len(ids), tql
        return ids

    def follow(self, start):
        """The pages of a list, by its own links."""
        page = start
        for _ in range(20000):
            yield page
            if "next" not in page:
                return
            answer = self.session.get(page["next"], timeout=30)
            assert answer.status_code == 200, answer.text
            page = answer.json()
        raise AssertionError("paging does not end")


class NativeTracecat(Tracecat, SandboxControl):
    """Direct calls to the sandbox as an analyst, and its control."""

    def __init__(self, url, email="ana@tests.example", password="a-password-of-ana"):
        super().__init__(url, WORKSPACE)
        self.session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=32))
        self.login(email, password)

    def named(self, number):
        """The id of the case with this number."""
        (item,) = self.search(short_id=number, limit=1)
        return item["id"]

    def payload(self, case):
        return self.get(case)["payload"]

    def events(self, case, kind=None):
        events = self.ask("GET", f"/cases/{case}/events").json()["events"]
        return [e for e in events if kind in (None, e["type"])]

    def add_tag(self, case, name):
        done = self.ask("POST", f"/cases/{case}/tags", json={"tag_id": name})
        assert done.status_code == 201, done.text

    def everything(self):
        return [item for page in self.pages(limit=200, sort="asc") for item in page["items"]]


class Reverse:
    """The sandbox as .native, and one façade per bridge by name. between(port): a port of something in between."""

    def __init__(self, stack, bridges=None, data=SANDBOX_DATA, sandbox=(), credentials=None, between=None, upstream=None, **changes):
        self.stack = stack
        port = free_port()
        start = ["casebridge-sandbox", "tracecat", "--listen", f"127.0.0.1:{port}", "--quiet", *sandbox]
        for i, each in enumerate(data if isinstance(data, list) else [data]):
            start += ["--data", stack.write(f"sandbox-{i}.json", each)]
        self.sandbox_url = f"http://127.0.0.1:{port}"
        stack.start("sandbox", start, lambda: listening(self.sandbox_url + "/__sandbox/requests"))
        self.native = NativeTracecat(self.sandbox_url)
        config = reverse_settings(between(port) if between else port, bridges, credentials, upstream, **changes)
        self.bridge = Bridge(stack, stack.write("reverse.json", config))
        self.urls = {line["bridge"]: f"http://127.0.0.1:{line['port']}" for line in self.bridge.lines() if line["msg"] == "listening"}

    def client(self, bridge="main", who=WRITER):
        return Facade(self.urls[bridge], who)


def listening(url):
    try:
        return requests.get(url, timeout=2).status_code == 200
    except requests.RequestException:
        return False


def side_by_side(work, items, threads=8):
    """work(item) for all, several at a time; the results in their order."""
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, items))


class PerThread:
    """One client per thread: connections are not shared."""

    def __init__(self, make):
        self.make, self.local = make, threading.local()

    def __call__(self):
        if not hasattr(self.local, "client"):
            self.local.client = self.make()
        return self.local.client


def names(case):
    return sorted(t["name"] for t in case["tags"]["data"])


def bridge_part(payload):
    """What the bridge keeps on a case, and how long it is."""
    state = (payload or {}).get("_bridge")
    return state, len(json.dumps(state))
