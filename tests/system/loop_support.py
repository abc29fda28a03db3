"""Two bridges back to back. Tracecat outside: a Tracecat façade over ThreatConnect, whose ThreatConnect is a façade over Tracecat."""
import hashlib
import json
import re
import sys
import time

import requests
from conftest import ROOT, WORKSPACE, Bridge, free_port, settings, until
from organisation import PASSWORD, password_hash
from reverse_support import listening
from support import secret_hash

sys.path.append(str(ROOT / "tests" / "support"))
from loop_compare import Step  # noqa: E402

OWNER = "Loop Organization"
PLAIN_FIELDS = str(ROOT / "mappings" / "overlays" / "plain-fields.jsonc")
# name → id, e-mail, first and last name, role
PEOPLE = {
    "ana": ("44444444-4444-4444-8444-00000000000a", "ana@loop.example", "Ana", "Admin", "admin"),
    "lee": ("44444444-4444-4444-8444-00000000000b", "lee@loop.example", "Lee", "Editor", "editor"),
    "vic": ("44444444-4444-4444-8444-00000000000c", "vic@loop.example", "Vic", "Viewer", "viewer"),
}
KEY_ID, KEY_SECRET = "loopkey00000", "the-key-of-the-loop"
KEY = f"tc_ws_sk_{KEY_ID}_{KEY_SECRET}"
UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def tracecat_data():
    return {
        "replace": True,
        "organization": {"id": "33333333-3333-4333-8333-333333333333", "name": OWNER},
        "workspaces": [{"id": WORKSPACE, "name": "SOC"}],
        "users": [{"id": number, "email": email, "password": PASSWORD, "first_name": first, "last_name": last,
                   "workspaces": {"SOC": role}} for number, email, first, last, role in PEOPLE.values()],
        "keys": [{"id": KEY_ID, "secret": KEY_SECRET, "workspace": "SOC",
                  "scopes": ["case:*", "workspace:read", "workspace:member:read", "org:read"]}],
    }


def token(name):
    return f"APIV2:the-token-of-{name}"


def access_id(name):
    return str(10_000_000_000_000_000_000 + [*PEOPLE, "key"].index(name))


def inner_bridge(port):
    """ThreatConnect over Tracecat. Everybody has a login of their own on both sides of it, so that everybody is themselves."""
    def user(name, first, last):
        return {"access_id": access_id(name), "tokens": [token(name)], "first_name": first, "last_name": last, "pseudonym": name,
                "workspace": "SOC", "access": "read-write", "acts_as": name}
    return {
        "name": "inner", "facade": "threatconnect", "backend": "tracecat", "listen": f"127.0.0.1:{port}", "mode": "read-write",
        "deletes": True,
        "workspaces": [{"id": WORKSPACE, "name": "SOC", "upstream": "cat", "credential": "key", "organization": OWNER, "owner_id": 1}],
        "api_users": [*(user(name, first, last) for name, (_, _, first, last, _) in PEOPLE.items()), user("key", "A", "Key")],
    }


def outer_bridge(name, hashed, **changes):
    """Tracecat over ThreatConnect."""
    return {
        "name": name, "facade": "tracecat", "backend": "threatconnect", "listen": f"127.0.0.1:{free_port()}", "mode": "read-write",
        "deletes": True, "overlays": [PLAIN_FIELDS],
        "workspaces": [{"id": WORKSPACE, "name": "SOC", "upstream": "tc", "credential": "key", "organization": OWNER}],
        "accounts": [{"email": email, "id": number, "password_hash": hashed, "first_name": first, "last_name": last,
                      "workspaces": {"SOC": role}, "acts_as": name} for name, (number, email, first, last, role) in PEOPLE.items()],
        "api_keys": [{"id": KEY_ID, "secret_hash": secret_hash(KEY_SECRET), "workspace": "SOC", "role": "admin"}],
        **changes,
    }


def loop_settings(sandbox, inner, hashed):
    logins = {name: {"email": email, "password": PASSWORD} for name, (_, email, _, _, _) in PEOPLE.items()}
    return settings(
        upstreams={
            "cat": {"platform": "tracecat", "url": f"http://127.0.0.1:{sandbox}", "credentials": {**logins, "key": {"api_key": KEY}}},
            "tc": {"platform": "threatconnect", "url": f"http://127.0.0.1:{inner}/api",
                   "credentials": {name: {"token": token(name)} for name in [*PEOPLE, "key"]}},
        },
        bridges=[inner_bridge(inner), outer_bridge("outer", hashed), outer_bridge("outer-oss", hashed, case_addons=False)])


def start_tracecat(stack, name):
    """Ports of a sandbox with add-ons and of the same one without."""
    port, plain = free_port(), free_port()
    data = stack.write(f"{name}.json", tracecat_data())
    url = f"http://127.0.0.1:{port}"
    stack.start(name, ["casebridge-sandbox", "tracecat", "--listen", f"127.0.0.1:{port}", "--plain-listen", f"127.0.0.1:{plain}",
                       "--quiet", "--public-url", url, "--data", data], lambda: listening(url + "/__sandbox/requests"))
    return port, plain


class TracecatLoop:
    """.direct and .through: base URLs of a Tracecat with add-ons, and of one without, by "addons" and "oss"."""

    def __init__(self, stack):
        self.stack = stack
        port, plain = start_tracecat(stack, "direct")
        self.direct = {"addons": f"http://127.0.0.1:{port}", "oss": f"http://127.0.0.1:{plain}"}
        behind, _ = start_tracecat(stack, "behind")
        inner = free_port()
        self.bridge = Bridge(stack, stack.write("loop.json", loop_settings(behind, inner, password_hash())))
        urls = {line["bridge"]: f"http://127.0.0.1:{line['port']}" for line in self.bridge.lines() if line["msg"] == "listening"}
        self.through = {"addons": urls["outer"], "oss": urls["outer-oss"]}


class Walk:
    """A client of one Tracecat that writes down every exchange."""

    def __init__(self, urls):
        self.urls, self.steps, self.section, self.count = urls, [], "", 0
        self.which = "addons"
        self.sessions, self.seen = {}, set()

    def chapter(self, name, which="addons"):
        self.section, self.count, self.which = name, 0, which

    def session(self, who):
        key = (who, self.which)
        if key not in self.sessions:
            made = requests.Session()
            made.trust_env = False
            if who == "key":
                made.headers["Authorization"] = f"Bearer {KEY}"
            elif who in PEOPLE:
                done = made.post(self.urls[self.which] + "/auth/login", data={"username": PEOPLE[who][1], "password": PASSWORD}, timeout=30)
                assert done.status_code == 204, done.text
            self.sessions[key] = made
        return self.sessions[key]

    def call(self, method, path, who="ana", say="", **more):
        """A step; answers the response. say: words for its name, where the request itself does not tell it from others."""
        answer = self.session(who).request(method, self.urls[self.which] + path, timeout=60, **more)
        pattern = UUIDS.sub("*", path.replace(f"/workspaces/{WORKSPACE}", "").partition("?")[0])
        by = "" if who == "ana" else f" as {who}"
        self.note(f"{method} {pattern}{by}{' (' + say + ')' if say else ''}", answer, body_of(answer, self.urls[self.which]))
        return answer

    def note(self, name, answer, body):
        self.count += 1
        self.steps.append(Step(f"{self.section} {self.count:02}: {name}", answer.status_code, answer.headers.get("content-type", ""), body))

    def next_second(self):
        """Waits until the clock shows another second."""
        now = int(time.time())
        until(lambda: int(time.time()) > now)

    def fetch(self, url, say=""):
        """A step: what lies behind a download link, without credentials."""
        answer = self.session("nobody").get(url or self.urls[self.which] + "/no-link", timeout=60)
        self.note(f"download {say}", answer, {"sha256": hashlib.sha256(answer.content).hexdigest(), "size": len(answer.content)})

    def ask(self, method, path, body=None, who="ana", **more):
        """A step below the workspace, with a JSON body if there is one."""
        if body is not None:
            more["json"] = body
        return self.call(method, f"/workspaces/{WORKSPACE}{path}", who, **more)

    def get(self, path, who="ana", **more):
        return self.ask("GET", path, who=who, **more)


def body_of(answer, url):
    """As JSON if it is; the server's own address is nobody's concern."""
    text = answer.text.replace(url, "http://here")
    try:
        return json.loads(text) if text else ""
    except ValueError:
        return text
