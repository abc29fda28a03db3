"""The Tracecat sandbox, and a bridge behind TLS that shows it as ThreatConnect."""

import hmac
import json
import os
import sys
import time
from base64 import b64encode

import requests

from conftest import ACCESS_ID, SECRET, TOKEN, TOP, TcSession, sandbox_binary

sys.path.insert(0, str(TOP / "tools" / "lib"))
os.environ.setdefault("CASEBRIDGE_BUILD_DIR", os.path.dirname(sandbox_binary()))
from stack import Stack, free_port  # noqa: E402

WORKSPACE = "11111111-1111-4111-8111-111111111111"
ORGANIZATION = "Demo Organization"
USERS = {"demo@casebridge.test": 1, "ana@casebridge.test": 4, "vic@casebridge.test": 5}
CALLER_ID, GROUP_ID = 9, 7
READER = "22222222222222222222"


def settings(sandbox_port, port, certificate, **bridge):
    """One bridge over the demo workspace; the ids that client tests write down are pinned."""
    who = {"workspace": "Demo Workspace"}
    return {
        "demo": True, "threads": 2, "mappings": str(TOP / "mappings" / "bundle.jsonc"),
        "upstreams": {"tracecat": {
            "platform": "tracecat", "url": f"http://127.0.0.1:{sandbox_port}",
            "credentials": {"bridge": {"email": "demo@casebridge.test", "password": "demo-password"}},
        }},
        "bridges": [{
            "name": "clients", "facade": "threatconnect", "backend": "tracecat", "listen": f"127.0.0.1:{port}",
            "public_url": f"https://localhost:{port}", "mode": "read-write", "deletes": True, "bulk_delete": True,
            "tls": {"certificate_file": str(certificate[0]), "key_file": str(certificate[1])},
            "workspaces": [{
                "id": WORKSPACE, "name": "Demo Workspace", "upstream": "tracecat", "credential": "bridge",
                "organization": ORGANIZATION, "owner_id": 3,
            }],
            "api_users": [
                {"access_id": ACCESS_ID, "secret": SECRET, "tokens": [TOKEN], "id": CALLER_ID, "access": "read-write",
                 "first_name": "Demi", "last_name": "Api", "pseudonym": "demi", **who},
                {"access_id": READER, "secret": SECRET + "-reader", "tokens": [TOKEN + "-reader"], "access": "read-only", **who},
            ],
            "groups": [{"name": "Tier 1", "description": "First line", "members": ["ana@casebridge.test"]}],
            "numbers": [{"kind": "user", "name": name, "id": number} for name, number in USERS.items()]
            + [{"kind": "group", "name": "Tier 1", "id": GROUP_ID}],
            **bridge,
        }],
    }


def signed(method, target, access_id=ACCESS_ID, secret=SECRET, at=None):
    """The two headers of a signed request (fact sheet §2.2)."""
    at = int(time.time()) if at is None else at
    signature = hmac.digest(secret.encode(), f"{target}:{method}:{at}".encode(), "sha256")
    return {"Authorization": f"TC {access_id}:{b64encode(signature).decode()}", "Timestamp": str(at)}


class Bridge:
    def __init__(self, certificate, *arguments, top=None, **bridge):
        """arguments: of the sandbox. top: settings beside the bridge's own."""
        self.stack = Stack()
        self.verify = str(certificate[0])
        self.sandbox_port, self.port = free_port(), free_port()
        try:
            self.start(arguments, {**settings(self.sandbox_port, self.port, certificate, **bridge), **(top or {})})
        except BaseException:
            self.stack.stop()
            raise
        self.url = f"https://localhost:{self.port}/api"
        self.plain = requests.Session()
        self.plain.verify = self.verify
        self.secrets = [SECRET, TOKEN, "demo-password"]

    def start(self, arguments, config):
        listen = ["--listen", f"127.0.0.1:{self.sandbox_port}", "--quiet", *arguments]
        self.stack.start("sandbox", ["casebridge-sandbox", "tracecat", *listen], lambda: "listening" in self.stack.log("sandbox"))
        self.stack.start_bridge(self.stack.write("bridge.json", config), free_port())

    def session(self, auth):
        """The vendor's client, checking our certificate; `heard` collects what went over the wire."""
        made = TcSession(auth=auth, base_url=self.url, verify=self.verify)
        made.heard = []
        made.hooks["response"].append(lambda answer, **_: made.heard.append(answer))
        return made

    def ask(self, method, path, token=TOKEN, **more):
        """A request as scripts write it: path and query go out as they stand here."""
        headers = {"Authorization": f"TC-Token {token}", **more.pop("headers", {})}
        return self.plain.request(method, self.url + path, headers=headers, timeout=60, **more)

    def data(self, method, path, status=None, **more):
        answer = self.ask(method, path, **more)
        assert answer.status_code == (status or (201 if method == "POST" else 200)), answer.text
        return answer.json().get("data")

    def make(self, **members):
        """The id of a new case."""
        return self.data("POST", "/v3/cases", json={"name": "A case", "severity": "Low", "status": "Open", **members})["id"]

    def drop(self, number):
        assert self.ask("DELETE", f"/v3/cases/{number}").status_code == 200

    def sandbox(self, path, method="GET", **more):
        return self.plain.request(method, f"http://127.0.0.1:{self.sandbox_port}{path}", timeout=60, **more)

    def native(self, path, method="GET", **more):
        """What a user of Tracecat gets, or does."""
        key = {"Authorization": "Bearer tc_ws_sk_demo00000000_demo-secret"}
        return self.sandbox(f"/workspaces/{WORKSPACE}{path}", method, headers=key, **more)

    def issued_token(self):
        answer = self.plain.post(self.url + "/v3/token/api", headers=signed("POST", "/api/v3/token/api"), timeout=60)
        assert answer.status_code == 200, answer.text
        self.secrets.append(answer.json()["data"])
        return self.secrets[-1]

    def stop(self):
        """Ends both; what is secret must not have been logged."""
        log = self.stack.log("bridge")
        self.stack.stop()
        assert "listening" in log and not [s for s in self.secrets if s in log]


def body_of(answer):
    """The body of the request that was answered so."""
    sent = answer.request.body
    return json.loads(sent) if sent else None


def fresh(tc, number, *fields):
    again = tc.case(id=number)
    again.get(params={"fields": list(fields)} if fields else None)
    return again.model


def names(collection):
    return sorted(tag.name for tag in collection.data or [])


def values(collection):
    return sorted((a.type, a.value) for a in collection.data or [])
