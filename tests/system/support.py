"""Two small clients: of the façade as a Tracecat client speaks to it, and of the sandbox as ThreatConnect."""
import hashlib
import json
import secrets
import time
from contextlib import contextmanager

import requests

DEMO_ORGANIZATION = "Demo Organization"
STATE = "Bridge State"  # the attribute that carries what ThreatConnect cannot express
STATUSES = ["unknown", "new", "in_progress", "on_hold", "resolved", "closed", "other"]
PRIORITIES = ["unknown", "low", "medium", "high", "critical", "other"]
SEVERITIES = ["unknown", "informational", "low", "medium", "high", "critical", "fatal", "other"]


def secret_hash(secret):
    """As api_keys in the configuration want it."""
    return "sha256$" + hashlib.sha256(secret.encode()).hexdigest()


def names_child(state):
    """The kind of child that a state is of; None: it is the case's own, or none of ours."""
    try:
        return json.loads(state)["of"][0]
    except (ValueError, TypeError, KeyError, IndexError):
        return None


def unique(what):
    return f"{what} {secrets.token_hex(6)}"


class Tracecat:
    """A Tracecat client of one workspace."""

    def __init__(self, url, workspace, key=None, verify=None):
        self.url, self.workspace = url, workspace
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = verify
        if key:
            self.session.headers["Authorization"] = f"Bearer {key}"
        self.timeout = 90

    def login(self, email, password):
        done = self.call("POST", "/auth/login", data={"username": email, "password": password})
        assert done.status_code == 204, done.text
        return self

    def call(self, method, path, **kwargs):
        return self.session.request(method, self.url + path, timeout=self.timeout, **kwargs)

    def ask(self, method, path, **kwargs):
        """A request below the workspace."""
        return self.call(method, f"/workspaces/{self.workspace}{path}", **kwargs)

    def create(self, **members):
        """The id of a new case."""
        done = self.post(**members)
        assert (done.status_code, done.text) == (201, "null"), done.text
        return done.headers["Location"].rpartition("/")[2]

    def post(self, **members):
        body = {"summary": "A case", "description": "", "status": "new", "priority": "medium", "severity": "low", **members}
        return self.ask("POST", "/cases", json=body)

    def get(self, case):
        done = self.ask("GET", f"/cases/{case}")
        assert done.status_code == 200, (done.status_code, done.text)
        return done.json()

    def patch(self, case, **members):
        return self.ask("PATCH", f"/cases/{case}", json=members)

    def change(self, case, **members):
        done = self.patch(case, **members)
        assert (done.status_code, done.text) == (204, ""), (done.status_code, done.text)
        return done

    def fields(self, case):
        """The values of the custom fields by id."""
        return {f["id"]: f["value"] for f in self.get(case)["fields"]}

    def page(self, where="", **params):
        done = self.ask("GET", "/cases" + where, params=params)
        assert done.status_code == 200, (done.status_code, done.text)
        return done.json()

    def search(self, **params):
        return self.page("/search", **params)["items"]

    def item(self, case, **params):
        """The list item of one case, found by its number."""
        found = self.search(short_id=self.get(case)["short_id"], **params)
        assert [i["id"] for i in found] == [case]
        return found[0]

    def number(self, case):
        return int(self.get(case)["short_id"].removeprefix("CASE-"))

    def pages(self, where="", start=None, backward=False, **params):
        """All pages in one direction."""
        cursor = start
        for _ in range(2000):
            page = self.page(where, **params, **({"cursor": cursor} if cursor else {}))
            yield page
            cursor = page["prev_cursor" if backward else "next_cursor"]
            if not cursor:
                return
        raise AssertionError("paging does not end")


class SandboxControl:
    """What a sandbox offers besides its platform's API; beside .session and .url."""

    def control(self, method, what, body=None):
        answer = self.session.request(method, f"{self.url}/__sandbox/{what}", json=body, timeout=90)
        assert answer.status_code == 200, answer.text
        return answer.json()

    @contextmanager
    def fault(self, spec):
        """The sandbox misbehaves within the block (src/sandbox/faults.hpp says how)."""
        try:
            self.control("POST", "fault", {"spec": spec})
        except requests.ConnectionError:
            assert spec.startswith("refuse")  # it ends open connections, this one too
        try:
            yield
        finally:
            for _ in range(200):  # "refuse" takes the control endpoint away for a while
                try:
                    self.control("POST", "fault", {"spec": ""})
                    break
                except requests.ConnectionError:
                    time.sleep(0.02)

    @contextmanager
    def watched(self):
        """Collects the requests that reach the sandbox within the block."""
        before = self.control("GET", "requests")["count"]
        seen = []
        yield seen
        after = self.control("GET", "requests")
        new = after["count"] - before
        assert new <= len(after["requests"]), "the sandbox remembers fewer requests than there were"
        seen.extend((r["method"], r["target"]) for r in after["requests"][len(after["requests"]) - new:])


class ThreatConnect(SandboxControl):
    """Direct calls to the sandbox, and its control."""

    def __init__(self, url, token="APIV2:demo-token", organization=DEMO_ORGANIZATION, verify=None):
        self.url, self.organization = url, organization
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = verify
        self.session.headers["Authorization"] = f"TC-Token {token}"

    def call(self, method, path, **kwargs):
        params = [("owner", self.organization), *kwargs.pop("params", [])]
        return self.session.request(method, f"{self.url}/api/v3{path}", params=params, timeout=90, **kwargs)

    def done(self, method, path, **kwargs):
        answer = self.call(method, path, **kwargs)
        assert answer.status_code in (200, 201), answer.text
        return answer.json().get("data")

    def case(self, number):
        fields = ("attributes", "tags", "artifacts", "userAccess")
        return self.done("GET", f"/cases/{number}", params=[("fields", f) for f in fields])

    def put(self, number, **members):
        return self.done("PUT", f"/cases/{number}", json=members)

    def post(self, **members):
        return self.done("POST", "/cases", json={"name": "native", "severity": "Low", "status": "Open", **members})["id"]

    def attributes(self, number, kind=STATE):
        """Entries of an attribute type; of the bridge's states those of the case itself."""
        return [a for a in self.entries(number, kind) if not names_child(a["value"])]

    def entries(self, number, kind=STATE):
        return [a for a in self.case(number).get("attributes", {}).get("data", []) if a["type"] == kind]

    def history(self, number):
        """What is written down of a case's history, entry by entry."""
        return [a for a in self.entries(number) if names_child(a["value"]) == "history"]

    def artifacts(self, number):
        return self.case(number).get("artifacts", {}).get("data", [])

    def set_attribute(self, attribute, value):
        return self.call("PUT", f"/caseAttributes/{attribute['id']}", json={"value": value})

    def add_attribute(self, number, kind, value):
        return self.put(number, attributes={"data": [{"type": kind, "value": value}], "mode": "append"})


def compact(value):
    return json.dumps(value, sort_keys=True)
