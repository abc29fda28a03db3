"""What is asked and answered: cases made in a casebridge-sandbox through casebridge itself, and every exchange that
took place between the two, so that the backend of the measuring gives real bytes to exactly those requests."""
import hashlib
import hmac
import http.client
import json
import ssl
from dataclasses import dataclass, field

from recorder import Exchange, Recorder
from stack import ROOT, Stack, free_port

DISTINCT = 256           # cases of one size: more than casebridge remembers ids of
ORGANIZATION = "Bench Organization"
TOKEN = "APIV2:bench-token"
KEY_ID, KEY_SECRET = "bench0000000", "bench-secret"
API_KEY = f"tc_org_sk_{KEY_ID}_{KEY_SECRET}"
ASSIGNEE = {"type": "User", "data": {"userName": "rivera@bench.test"}}
ANALYST = "5b0cfa0e-7d0b-4c58-9f55-0f3f1a9f4b21"
# Lists of one identity that are asked for at the same time would share one upstream request, which is not what
# is to be measured. So the lists are spread over workspaces with a credential each; cases are all different.
WORKSPACES = [f"{n:08x}-1111-4111-8111-111111111111" for n in range(1, 17)]

LONG = (
    "Three users of the finance department reported a message that claims to be a missed call.\n"
    "The link leads to a page that copies the company's sign-on; one user entered a password, which was reset at 09:40. "
    "The sending host is known from case 1841. The proxy shows no further visits to the page since then.\n"
    "Open: whether the same page was sent to the subsidiaries; the mail logs of all three of them arrive tomorrow. "
)
FIELDS = {
    "environment": "Production",
    "business_unit": "Finance",
    "asset_owner": "Corporate IT, workplace services",
    "root_cause": 'Credential phishing: the user followed a link in a "voicemail" message.',
    "users_affected": "12",
}
TAGS = ["Phishing", "Credential Access", "T1566.002 - Spearphishing Link", "Finance"]
PAYLOAD = {
    "alert": {"id": "a-20931", "rule": "Impossible travel", "score": 0.93, "hosts": ["fin-lt-204", "fin-lt-377"]},
    "source": "mail gateway",
}
NEW_CASE = {
    "summary": "Beaconing host in the finance network", "description": LONG[:330], "status": "in_progress",
    "priority": "high", "severity": "critical", "assignee_id": ANALYST,
    "fields": {"environment": "Production", "business_unit": "Finance", "tc_resolution": "In Progress / Investigating"},
    "payload": PAYLOAD,
}


@dataclass(frozen=True)
class Size:
    """Cases of so many upstream bytes each. Those that people made in ThreatConnect carry nothing of ours; those that were
    made through the bridge carry their state and the first entry of their history."""
    upstream_bytes: int
    cases: int
    fields: int
    tags: int
    payload: bool
    native: bool


SIZES = {
    "1.5": Size(1500, DISTINCT, fields=0, tags=1, payload=False, native=True),
    "3.4": Size(3400, DISTINCT, fields=3, tags=3, payload=True, native=False),
    "2.2": Size(2200, 101, fields=0, tags=1, payload=False, native=False),
}


@dataclass
class Requests:
    """What a generator sends in turn."""
    method: str
    targets: list
    headers: dict
    body: str = ""


@dataclass
class Body:
    name: str
    connections: int
    facade: Requests         # Tracecat's shape, for the arms that translate
    backend: Requests        # what casebridge asks the backend for the same
    expected: dict = field(default_factory=dict)  # façade target → casebridge's answer (status, text)
    upstream_bytes: int = 0


@dataclass
class World:
    bodies: dict
    replies: dict            # upstream target → bytes of the answer to GET
    created: bytes           # the answer to POST
    translation: dict        # what the Lua arm is told: keys, catalogues
    backend_port: int


def key_of(port: int) -> str:
    """The key of the ids, as src/bridge derives it: HKDF over what every replica knows."""
    secret = f"http://127.0.0.1:{port}/api".encode() + b"\0" + ORGANIZATION.encode()
    prk = hmac.new(bytes(32), secret, hashlib.sha256).digest()
    return hmac.new(prk, b"casebridge object ids v1\x01", hashlib.sha256).hexdigest()


def bridge_settings(backend_port: int, port: int, tls_port=None, certificate=None) -> dict:
    """The configuration that is measured: every check on, the access log off as in the other arms."""
    def bridge(name, listen):
        return {
            "name": name, "facade": "tracecat", "backend": "threatconnect", "listen": f"127.0.0.1:{listen}",
            "mode": "read-write",
            "workspaces": [
                {"id": id, "name": f"Bench {n}", "upstream": "tc", "credential": f"bridge-{n}",
                 "organization": ORGANIZATION} for n, id in enumerate(WORKSPACES)],
            "accounts": [{"email": "analyst@bench.test", "id": ANALYST, "first_name": "Alma", "last_name": "Rivera",
                          "superuser": True, "upstream_user": "rivera@bench.test"}],
            "api_keys": [{"id": KEY_ID, "secret_hash": "sha256$" + hashlib.sha256(KEY_SECRET.encode()).hexdigest(),
                          "organization": True, "role": "admin"}],
        }
    bridges = [bridge("bench", port)]
    if tls_port:
        bridges.append({**bridge("bench-tls", tls_port), "tls": certificate})
    return {
        "demo": True, "threads": 1, "mappings": str(ROOT / "mappings" / "bundle.jsonc"),
        "log": {"level": "warn", "access": False},
        "limits": {"max_requests_per_connection": 1000000, "max_connections_per_address": 10000,
                   "idle_timeout_ms": 600000},
        "upstreams": {"tc": {
            "platform": "threatconnect", "url": f"http://127.0.0.1:{backend_port}/api",
            "credentials": {f"bridge-{n}": {"token": TOKEN} for n in range(len(WORKSPACES))}}},
        "bridges": bridges,
    }


def sandbox_data() -> dict:
    return {
        "replace": True,
        "owners": [{"id": 1, "name": ORGANIZATION, "type": "Organization"}],
        "users": [{"id": 1, "userName": "bridge-service", "firstName": "Bridge", "lastName": "Service",
                   "owner": ORGANIZATION, "systemRole": "Api User"},
                  {"id": 7, "userName": "rivera@bench.test", "firstName": "Alma", "lastName": "Rivera",
                   "owner": ORGANIZATION, "systemRole": "User"}],
        "credentials": [{"user": "bridge-service", "token": TOKEN, "owners": [ORGANIZATION]}],
        "attributeTypes": [{"name": name, "description": name, "maxSize": 500, "types": ["Case"],
                            "owners": [ORGANIZATION]} for name in (
            "Environment", "Business Unit", "Asset Owner", "Root Cause", "Users Affected", "Bridge State")],
    }


def ask(port, method, target, headers=None, body=None, tls=False):
    """One request: (status, headers, text)."""
    if tls:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=20, context=context)
    else:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, target, body, headers or {})
    reply = connection.getresponse()
    text = reply.read()
    connection.close()
    return reply.status, reply.headers, text


FACADE_HEADERS = {"Authorization": f"Bearer {API_KEY}"}
BACKEND_HEADERS = {"Authorization": f"TC-Token {TOKEN}", "Accept": "application/json"}
JSON_TYPE = {"Content-Type": "application/json"}


class Maker:
    """Makes the cases and records the exchanges."""

    def __init__(self, stack: Stack):
        self.stack = stack
        self.catalogues = {}     # upstream target → answer, of everything that is not a case
        self.backend_port = free_port()
        self.sandbox_port, self.facade_port, admin = free_port(), free_port(), free_port()
        stack.start_sandbox(self.sandbox_port, stack.write("sandbox.json", sandbox_data()))
        self.recorder = Recorder(self.backend_port, self.sandbox_port)
        settings = bridge_settings(self.backend_port, self.facade_port)
        stack.start_bridge(stack.write("record.jsonc", settings), admin)

    def facade(self, method, target, document=None):
        """Status, headers and text of the façade's answer, and what casebridge asked upstream about cases."""
        self.recorder.take()
        body = None if document is None else json.dumps(document)
        status, headers, text = ask(self.facade_port, method, target, {**FACADE_HEADERS, **(JSON_TYPE if body else {})}, body)
        if status >= 300:
            raise SystemExit(f"casebridge answered {status} to {method} {target}: {text[:500]!r}")
        seen = self.recorder.take()
        cases = [e for e in seen if "/v3/cases" in e.target]
        self.catalogues.update((e.target, e.answer) for e in seen if e not in cases)
        return status, headers, text, cases

    def make_case(self, number: int, size: str, text: str) -> str:
        """A new case; its façade id."""
        wanted = SIZES[size]
        title = f"Suspicious voicemail link reported by Finance, wave {number:04}"
        tags = {"data": [{"name": t} for t in TAGS[:wanted.tags]]}
        if wanted.native:
            made = self.backend("POST", "/api/v3/cases", {
                "name": title, "description": text, "status": "Open", "tags": tags,
                "severity": ["Medium", "Critical", "High"][number % 3], "assignee": ASSIGNEE})
            target = f"/workspaces/{WORKSPACES[0]}/cases/search?short_id={made['id']}"
            return json.loads(self.facade("GET", target)[2])["items"][0]["id"]
        document = {
            "summary": title, "description": text, "status": "on_hold" if number % 3 else "new",
            "priority": ["low", "medium", "high"][number % 3], "severity": ["medium", "critical", "fatal"][number % 3],
            "assignee_id": ANALYST, "fields": dict(list(FIELDS.items())[:wanted.fields]),
        }
        if wanted.payload:
            document["payload"] = PAYLOAD
        _, headers, _, seen = self.facade("POST", f"/workspaces/{WORKSPACES[0]}/cases", document)
        post = [e for e in seen if e.method == "POST"][0]
        self.backend("PUT", f"/api/v3/cases/{json.loads(post.answer)['data']['id']}", {"tags": tags})
        return headers["location"].rsplit("/", 1)[1]

    def backend(self, method: str, target: str, document) -> dict:
        """What ThreatConnect's own people do, past the bridge."""
        status, _, answer = ask(self.sandbox_port, method, target, {**BACKEND_HEADERS, **JSON_TYPE}, json.dumps(document))
        if status >= 300:
            raise SystemExit(f"the sandbox refused a case: {answer[:300]!r}")
        return json.loads(answer)["data"]

    def read(self, id: str):
        target = f"/workspaces/{WORKSPACES[0]}/cases/{id}"
        status, _, text, seen = self.facade("GET", target)
        if len(seen) != 1:
            raise SystemExit(f"reading one case asked the backend {len(seen)} times for cases")
        return target, (status, text), seen[0]

    def description(self, size: str) -> str:
        """As long as is needed for the wanted number of upstream bytes."""
        wanted = SIZES[size].upstream_bytes
        probe = self.read(self.make_case(0, size, "x"))[2]
        room = wanted - len(probe.answer)
        if not 20 <= room <= 1400:
            raise SystemExit(f"a case of {wanted} bytes needs a description of {room} characters")
        text = (LONG * 5)[:room]
        return text[: room - json.dumps(text).count("\\n")].rstrip()


def single(maker: Maker, size: str, people: dict):
    text = maker.description(size)
    body = Body(f"case of {size} KB", 32, Requests("GET", [], FACADE_HEADERS), Requests("GET", [], BACKEND_HEADERS))
    replies = {}
    for number in range(1, SIZES[size].cases + 1):
        target, answer, exchange = maker.read(maker.make_case(number, size, text))
        body.facade.targets.append(target)
        body.expected[target] = answer
        body.backend.targets.append(exchange.target)
        replies[exchange.target] = exchange.answer
        stored = json.loads(exchange.answer)["data"]
        people[str(stored["assignee"]["data"]["id"])] = json.loads(answer[1])["assignee"]
    body.upstream_bytes = sum(map(len, replies.values())) // len(replies)
    return body, replies


def page(maker: Maker):
    text = maker.description("2.2")
    for number in range(1, SIZES["2.2"].cases + 1):
        maker.make_case(number, "2.2", text)
    body = Body("page of 100", 8, Requests("GET", [], FACADE_HEADERS), Requests("GET", [], BACKEND_HEADERS))
    replies = {}
    for id in WORKSPACES:
        target = f"/workspaces/{id}/cases?limit=100"
        status, _, text, seen = maker.facade("GET", target)
        if len(seen) != 1:
            raise SystemExit(f"one page asked the backend {len(seen)} times for cases")
        body.facade.targets.append(target)
        body.expected[target] = (status, text)
        body.backend.targets.append(seen[0].target)
        replies[seen[0].target] = seen[0].answer
    body.upstream_bytes = len(seen[0].answer)
    return body, replies


def create(maker: Maker):
    target = f"/workspaces/{WORKSPACES[0]}/cases"
    status, _, text, seen = maker.facade("POST", target, NEW_CASE)
    posts = [e for e in seen if e.method == "POST"]
    if len(seen) != 1 or not posts:
        raise SystemExit(f"creating a case took {len(seen)} requests about cases")
    body = Body("create", 32, Requests("POST", [target], {**FACADE_HEADERS, **JSON_TYPE}, json.dumps(NEW_CASE)),
                Requests("POST", [posts[0].target], {**BACKEND_HEADERS, **JSON_TYPE}, posts[0].sent.decode()))
    body.expected[target] = (status, text)
    body.upstream_bytes = len(posts[0].sent)
    return body, posts[0]


def translation_of(small: Body, posted: Exchange, people: dict, maker: Maker) -> dict:
    """Facts that casebridge reads from its tables and from the catalogues; the Lua arm gets them at start."""
    fields = [{k: v for k, v in f.items() if k != "value"}
              for f in json.loads(next(iter(small.expected.values()))[1])["fields"]]
    types = [t["name"] for target, answer in maker.catalogues.items() if "attributeTypes" in target
             for t in json.loads(answer)["data"]]
    sent = json.loads(posted.sent)
    states = [json.loads(a["value"]) for a in sent["attributes"]["data"] if a["type"] == "Bridge State"]
    carry = [state for state in states if "of" not in state][0]  # the case's own
    return {
        "id_key": key_of(maker.backend_port)[:32], "key_id": KEY_ID, "key_hash": hashlib.sha256(KEY_SECRET.encode()).hexdigest(),
        "token": TOKEN, "organization": ORGANIZATION, "workspaces": WORKSPACES, "fields": fields,
        "attributes": {n: n.lower().replace(" ", "_") for n in types if n != "Bridge State"},
        "people": people, "assignees": {ANALYST: sent["assignee"]}, "table": carry["t"],
    }


def make_world() -> World:
    stack = Stack()
    try:
        maker = Maker(stack)
        people = {}
        small, small_replies = single(maker, "1.5", people)
        large, large_replies = single(maker, "3.4", people)
        pages, page_replies = page(maker)
        made, posted = create(maker)
        maker.recorder.stop()
    finally:
        stack.stop()
    replies = {**small_replies, **large_replies, **page_replies, **maker.catalogues}
    bodies = {b.name: b for b in (small, large, pages, made)}
    return World(bodies, replies, posted.answer, translation_of(small, posted, people, maker), maker.backend_port)
