"""Two bridges back to back, ThreatConnect outside: a façade over Tracecat whose Tracecat is a façade over the ThreatConnect sandbox."""

import json
import os
import re
import subprocess
import sys

from conftest import TOP, TcSession, TokenAuth, sandbox_binary
from tcex.api.tc.v3.v3 import V3
from tcex.input.field_type.sensitive import Sensitive

sys.path[:0] = [str(TOP / "tools" / "lib"), str(TOP / "tests" / "support")]
os.environ.setdefault("CASEBRIDGE_BUILD_DIR", os.path.dirname(sandbox_binary()))
from loop_compare import TOKEN, Comparison, Step  # noqa: E402
from stack import Stack, build_dir, free_port  # noqa: E402

WORKSPACE = "11111111-1111-4111-8111-111111111111"
OWNER = "Loop Organization"
PASSWORD = "Correct-Horse-Battery-9"
# name → access id, first and last name, pseudonym; all of them use the API
CALLERS = {
    "writer": ("10000000000000000000", "Wri", "Ter", "wri"),
    "other": ("10000000000000000001", "Oth", "Er", "oth"),
    "reader": ("10000000000000000002", "Rea", "Der", "rea"),
}
PEOPLE = {"ann@loop.example": ("Ann", "Lyst"), "lee@loop.example": ("Lee", "Ader")}
GROUPS = [{"name": "Tier 1", "description": "First line"}, {"name": "Tier 2", "description": "Second line"}]
ATTRIBUTE_TYPES = ["Description", "Source", "Additional Analysis and Context", "Course of Action Recommendation",
                   "Course of Action Taken", "Impact Description"]


def token(name):
    return f"APIV2:the-token-of-{name}"


def sandbox_data(behind):
    """behind: what the inner bridge stands on. It has no attribute types but the bridge's own: the inner façade would show them as custom
    fields of Tracecat, and the outer would show each of those as one attribute, beside those that it keeps itself."""
    users = [{"id": i, "userName": who, "firstName": first, "lastName": last, "pseudonym": short, "owner": OWNER, "systemRole": "Api User"}
             for i, (who, first, last, short) in enumerate(CALLERS.values(), 1)]
    users += [{"id": i, "userName": email, "firstName": first, "lastName": last, "pseudonym": first.lower(), "owner": OWNER,
               "systemRole": "User"} for i, (email, (first, last)) in enumerate(PEOPLE.items(), 10)]
    types = [{"id": i, "name": name, "description": name, "maxSize": 65535, "allowMarkdown": True} for i, name in enumerate(ATTRIBUTE_TYPES, 1)]
    if behind:
        types = [{"id": 99, "name": "Bridge State", "description": "State of a bridge", "maxSize": 500}]
    return {
        "replace": True, "owners": [{"id": 1, "name": OWNER, "type": "Organization"}], "users": users,
        "groups": [{"id": i, **group, "users": [10], "owner": OWNER} for i, group in enumerate(GROUPS, 1)],
        "credentials": [{"user": who, "token": token(name), "owners": [OWNER], "readOnly": name == "reader"}
                        for name, (who, *_) in CALLERS.items()],
        "attributeTypes": types,
    }


def password_hash():
    return subprocess.run([build_dir() / "casebridge", "password"], input=PASSWORD + "\n", text=True, check=True,
                          capture_output=True).stdout.strip()


def bridges(sandbox, inner, outer, certificate):
    hashed = password_hash()
    here = {"id": WORKSPACE, "name": "SOC", "organization": OWNER}
    accounts = [{"email": f"{name}@loop.example", "first_name": first, "last_name": last, "password_hash": hashed,
                 "workspaces": {"SOC": "viewer" if name == "reader" else "admin"}, "upstream_user": who, "acts_as": name}
                for name, (who, first, last, _) in CALLERS.items()]
    accounts += [{"email": email, "first_name": first, "last_name": last, "password_hash": hashed, "workspaces": {"SOC": "editor"},
                  "upstream_user": email} for email, (first, last) in PEOPLE.items()]
    return {
        "demo": True, "threads": 2, "mappings": str(TOP / "mappings" / "bundle.jsonc"),
        "upstreams": {
            "tc": {"platform": "threatconnect", "url": f"http://127.0.0.1:{sandbox}/api",
                   "credentials": {name: {"token": token(name)} for name in CALLERS}},
            "cat": {"platform": "tracecat", "url": f"http://127.0.0.1:{inner}",
                    "credentials": {name: {"email": f"{name}@loop.example", "password": PASSWORD} for name in CALLERS}},
        },
        "bridges": [{
            "name": "inner", "facade": "tracecat", "backend": "threatconnect", "listen": f"127.0.0.1:{inner}", "mode": "read-write",
            "deletes": True, "overlays": [str(TOP / "mappings" / "overlays" / "plain-fields.jsonc")],
            "workspaces": [{**here, "upstream": "tc", "credential": "writer"}], "accounts": accounts,
        }, {
            "name": "outer", "facade": "threatconnect", "backend": "tracecat", "listen": f"127.0.0.1:{outer}", "mode": "read-write",
            "deletes": True, "public_url": f"https://127.0.0.1:{outer}",
            "tls": {"certificate_file": str(certificate[0]), "key_file": str(certificate[1])}, "workspaces": [{**here, "upstream": "cat", "credential": "writer", "owner_id": 1}],
            "api_users": [{"access_id": who, "tokens": [token(name)], "first_name": first, "last_name": last, "pseudonym": short,
                           "workspace": "SOC", "access": "read-only" if name == "reader" else "read-write", "acts_as": name}
                          for name, (who, first, last, short) in CALLERS.items()],
            "groups": GROUPS,
        }],
    }


class ThreatConnectLoop:
    """.direct and .through: base URLs, behind TLS, without which the vendor's client does not follow links to further pages."""

    def __init__(self, stack, certificate):
        ports = [free_port() for _ in range(4)]
        for name, port, state in (("direct", ports[0], False), ("behind", ports[1], True)):
            data = stack.write(f"{name}.json", sandbox_data(state))
            tls = [] if state else ["--tls", *certificate]
            stack.start(name, ["casebridge-sandbox", "threatconnect", "--listen", f"127.0.0.1:{port}", "--quiet", "--data", data, *tls],
                        lambda name=name: "listening" in stack.log(name))
        stack.start_bridge(stack.write("loop.json", bridges(*ports[1:], certificate)), free_port())
        self.direct, self.through = (f"https://127.0.0.1:{port}/api" for port in (ports[0], ports[3]))


class Walk:
    """Clients of one ThreatConnect, whose every exchange is written down."""

    def __init__(self, url, certificate):
        self.url, self.verify, self.steps, self.section, self.count = url, str(certificate[0]), [], "", 0
        self.clients, self.sessions = {}, {}

    def chapter(self, name):
        self.section, self.count = name, 0

    def session(self, who):
        if who not in self.sessions:
            made = TcSession(auth=TokenAuth(Sensitive(token(who))), base_url=self.url, verify=self.verify)
            made.hooks["response"].append(self.note)
            self.sessions[who] = made
        return self.sessions[who]

    def client(self, who="writer"):
        return self.clients.setdefault(who, V3(self.session(who)))

    def ask(self, method, path, who="writer", **more):
        """A request as scripts write it."""
        return self.session(who).request(method, path, timeout=30, **more)

    def note(self, answer, **_):
        self.count += 1
        path, _, query = answer.request.path_url.removeprefix("/api").partition("?")
        pattern = "/".join("*" if part.isdigit() else TOKEN.sub("*", part) for part in path.split("/"))
        name = f"{self.section} {self.count:02}: {answer.request.method} {pattern}{'?' + words(query) if words(query) else ''}"
        try:
            body = json.loads(answer.text.replace(self.url, "https://here/api"))
        except ValueError:
            body = answer.text
        self.steps.append(Step(name, answer.status_code, answer.headers.get("content-type", ""), body))


def words(query):
    """What a query asks, without its numbers, which differ, and without members to show, of which each server has its own list."""
    told = [part for part in query.split("&") if not part.startswith("fields=")]
    return TOKEN.sub("*", re.sub(r"(?<!%)\b\d+", "*", "&".join(told)))[:80]


def refused(call, *arguments, **more):
    """A call that the client answers with its own exception, for a refusal is part of the script."""
    try:
        call(*arguments, **more)
    except RuntimeError:
        return True
    return False


# What a collection's elements, and references by name, stand for.
KINDS = {"parentCase": "cases", "associatedCases": "cases", "related": "cases", "createdBy": "users", "caseOpenUser": "users",
         "caseCloseUser": "users", "caseOccurrenceUser": "users", "caseDetectionUser": "users", "user": "users", "userAccess": "users",
         "attributes": "caseAttributes", "artifact": "artifacts", "task": "tasks", "note": "notes", "workflowEvent": "workflowEvents",
         "artifactType": "artifactTypes", "workflowTemplate": "workflowTemplates"}
NUMBERS = {"caseId": "cases", "taskId": "tasks", "artifactId": "artifacts", "workflowEventId": "workflowEvents", "dependentOnId": "tasks",
           "ownerId": "owners"}


class Numbers(Comparison):
    """ThreatConnect's ids are integers of one kind each."""

    def value(self, path, a, b):
        name = path.rpartition(".")[2]
        if name == "assignee" and isinstance(a, dict):
            self.assignee = "userGroups" if a.get("type") == "Group" else "users"
        if isinstance(a, int) and isinstance(b, int) and not isinstance(a, bool) and (name == "id" or name in NUMBERS):
            self.number(path, NUMBERS.get(name) or self.kind_of(path), a, b)
        else:
            super().value(path, a, b)

    def members(self, path, a, b):
        """In any order: ThreatConnect's own is not known."""
        super().members(path, a, {name: b[name] for name in [*(n for n in a if n in b), *(n for n in b if n not in a)]})

    def elements(self, path, name, a, b):
        if ": OPTIONS " in self.step:  # in no order
            a, b = (sorted(data, key=lambda e: e["name"]) for data in (a, b))
        super().elements(path, name, a, b)

    def kind_of(self, path):
        parts = [p.removesuffix("[]") for p in path.split(".")[1:-1]]
        named = [p for p in parts if p != "data"]
        if not named:
            return self.step.split("/v3/")[1].removeprefix("security/").split("/")[0].split("?")[0]
        if named[-1] == "assignee":
            return self.assignee
        return KINDS.get(named[-1], named[-1])

    def number(self, path, kind, a, b):
        there, back = (kind, a), (kind, -1 - b)
        if self.there.setdefault(there, b) != b or self.back.setdefault(back, a) != a:
            self.note(path, a, b)
