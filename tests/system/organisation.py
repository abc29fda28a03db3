"""An organisation as the system tests see it: a sandbox with its people, and one process with a bridge per mode."""
import json
import subprocess

import requests
from conftest import WORKSPACE, Bridge, build_dir, free_port, settings
from support import Tracecat, ThreatConnect, secret_hash

SECOND_WORKSPACE = "22222222-2222-4222-8222-222222222222"
UNKNOWN_WORKSPACE = "33333333-3333-4333-8333-333333333333"
PASSWORD = "Correct-Horse-Battery-9"
HMAC_ID, HMAC_SECRET = "77777777777777777777", "a-signing-secret-of-the-tests"
TOKEN, LEAD_TOKEN = "APIV2:a-token-of-the-tests", "APIV2:the-token-of-the-lead"
KEYS = {role: f"tc_ws_sk_{role}000000_the-{role}-key" for role in ("viewer", "editor", "admins")}
SECOND_KEY = "tc_ws_sk_second000000_the-second-key"
ORGANISATION_KEY = "tc_org_sk_orgkey000000_the-organisation-key"
SECRETS = [PASSWORD, HMAC_SECRET, TOKEN.split(":")[1], LEAD_TOKEN.split(":")[1], *(k.split("_", 4)[4] for k in KEYS.values()),
           SECOND_KEY.split("_", 4)[4], ORGANISATION_KEY.split("_", 4)[4]]

BRIDGE_USER, LEAD_USER = 20, 21
ATTRIBUTE_TYPES = [  # one for each kind of custom field; 500 characters, as sites have them
    {"id": 100 + i, "name": name, "description": f"{name} of the tests", "maxSize": 500, "maxAllowed": 0 if name == "Many" else 1}
    for i, name in enumerate(["Integer", "Numeric", "Date", "Boolean", "Timestamp", "Json", "Select", "Multi", "Many", "Free Text"])
]
SANDBOX_DATA = {
    "owners": [{"id": 4, "name": "Second Organization", "type": "Organization"}],
    "users": [
        {"id": BRIDGE_USER, "userName": HMAC_ID, "firstName": "Test", "lastName": "Bridge", "pseudonym": "tests",
         "owner": "Demo Organization", "systemRole": "Api User"},
        {"id": LEAD_USER, "userName": "lead@tests.example", "firstName": "Lee", "lastName": "Ader", "pseudonym": "lead",
         "owner": "Demo Organization", "systemRole": "User"},
    ],
    "credentials": [
        {"user": HMAC_ID, "token": TOKEN, "accessId": HMAC_ID, "secret": HMAC_SECRET,
         "owners": ["Demo Organization", "Second Organization"]},
        {"user": "lead@tests.example", "token": LEAD_TOKEN, "owners": ["Demo Organization"]},
    ],
    "tags": [{"name": name, "owner": "Demo Organization"} for name in ("vpn", "Tier 2", "überprüfen")]
    + [{"name": "elsewhere", "owner": "Second Organization"}],
    "attributeTypes": ATTRIBUTE_TYPES,
}


def password_hash(password=PASSWORD):
    done = subprocess.run([build_dir() / "casebridge", "password"], input=password + "\n", text=True, check=True, capture_output=True)
    return done.stdout.strip()


def accounts(hashed):
    def account(email, **more):
        return {"email": email, "password_hash": hashed, "workspaces": {}, **more}
    return [
        account("viewer@tests.example", workspaces={"SOC": "viewer"}),
        account("editor@tests.example", workspaces={"SOC": "editor"}),
        account("admin@tests.example", workspaces={"SOC": "admin"}, upstream_user="smithj@threatconnect.com"),
        account("lead@tests.example", workspaces={"SOC": "admin"}, acts_as="lead", first_name="Lee", last_name="Ader"),
        account("outsider@tests.example"),
    ]


def workspaces(credential="token"):
    return [
        {"id": WORKSPACE, "name": "SOC", "upstream": "tc", "credential": credential, "organization": "Demo Organization"},
        {"id": SECOND_WORKSPACE, "name": "Second", "upstream": "tc", "credential": credential, "organization": "Second Organization"},
    ]


def api_keys():
    def key(text, workspace, role, **more):
        kind, secret = text.split("_")[3], text.split("_", 4)[4]
        return {"id": kind, "secret_hash": secret_hash(secret), "workspace": workspace, "role": role, **more}
    return [
        key(KEYS["viewer"], "SOC", "viewer"), key(KEYS["editor"], "SOC", "editor"), key(KEYS["admins"], "SOC", "admin"),
        key(SECOND_KEY, "Second", "admin"),
    ]


# Nothing that is remembered becomes old while the tests run: what a request costs does not depend on the minute.
LASTING = {"catalogue_seconds": 86400}


def bridge(name, credential="token", hashed="", **changes):
    return {
        **LASTING,
        "name": name, "facade": "tracecat", "backend": "threatconnect", "listen": "127.0.0.1:0", "mode": "read-write", "deletes": True,
        "workspaces": workspaces(credential), "accounts": accounts(hashed) if hashed else [], "api_keys": api_keys(), **changes,
    }


def upstream(port, **changes):
    return {
        "platform": "threatconnect", "url": f"http://127.0.0.1:{port}/api",
        "credentials": {
            "token": {"token": TOKEN}, "signed": {"access_id": HMAC_ID, "secret": HMAC_SECRET}, "lead": {"token": LEAD_TOKEN},
        },
        **changes,
    }


class Organisation:
    """The sandbox as .native (and .second for its other organisation), and one façade per bridge by name."""

    def __init__(self, stack, bridges, data=SANDBOX_DATA, sandbox=(), env=None, upstream_changes=None, **changes):
        port = free_port()
        start = ["casebridge-sandbox", "threatconnect", "--listen", f"127.0.0.1:{port}", *sandbox]
        for i, each in enumerate(data if isinstance(data, list) else [data]):
            start += ["--data", stack.write(f"sandbox-{i}.json", each)]
        self.sandbox_port = port
        self.sandbox_url = f"http://127.0.0.1:{port}"
        stack.start("sandbox", start, lambda: answers(self.sandbox_url + "/__sandbox/requests"))
        self.native = ThreatConnect(self.sandbox_url, TOKEN)
        self.second = ThreatConnect(self.sandbox_url, TOKEN, "Second Organization")
        config = settings(upstreams={"tc": upstream(port, **(upstream_changes or {}))}, bridges=bridges, **changes)
        self.bridge = Bridge(stack, stack.write("bridges.json", config), env)
        self.urls = {
            line["bridge"]: f"http://127.0.0.1:{line['port']}" for line in self.bridge.lines() if line["msg"] == "listening"
        }

    def client(self, bridge="main", key=KEYS["admins"], workspace=WORKSPACE):
        return Tracecat(self.urls[bridge], workspace, key)

    def person(self, name, bridge="main", workspace=WORKSPACE):
        return self.client(bridge, None, workspace).login(f"{name}@tests.example", PASSWORD)


def answers(url):
    try:
        return requests.get(url, timeout=2).status_code == 200
    except requests.RequestException:
        return False


def overlay(stack, name, *fields, **more):
    """An overlay file with these custom fields, next to a copy of nothing: overlays stand alone."""
    return str(stack.write(name, json.dumps({"extends": "case", **({"fields+": list(fields)} if fields else {}), **more})))
