"""How many requests to Tracecat each request costs: the second table of docs/upstream-requests.md row by row, long lists, and what
analysts change meanwhile."""
import re

import pytest
from conftest import ROOT, Bridge, Stack
from reverse_support import ANA, BOTH, KEY, LOGIN, SANDBOX_DATA, Facade, Reverse, names, reverse_settings
from support import unique

PAGE = ROOT / "docs" / "upstream-requests.md"
CASES = 150


def data(count):
    cases = [{"summary": f"case {i}", "description": f"description {i}", "status": "new", "priority": "low", "severity": "low",
              "created_at": f"2025-01-01T{i // 3600:02}:{i // 60 % 60:02}:{i % 60:02}Z", "by": "ana@tests.example"} for i in range(count)]
    return {**SANDBOX_DATA, "tags": [{"name": "vpn"}], "cases": cases}


def make(stack, count=CASES, **more):
    return Reverse(stack, data=data(count), threads=1, **more)


def fresh(site, stack, credential=BOTH):
    """A client of a new bridge of one thread, which remembers nothing."""
    site.bridge.terminate()  # they share a log file
    site.bridge.ended()
    port = int(site.sandbox_url.rpartition(":")[2])
    site.bridge = Bridge(stack, stack.write("fresh.json", reverse_settings(port, credentials={"main": credential}, threads=1)))
    site.urls["main"] = site.bridge.url
    return Facade(site.bridge.url)


@pytest.fixture
def stack_of_one():
    made = Stack()
    yield made
    made.stop()


class Actions:
    """One request per row of the table, in its order, on cases that nobody has read before."""

    def __init__(self, site):
        c, self.mark = site.client(), unique("row")
        self.xid = unique("external id")
        self.plain = c.create(name=self.mark, description="x", tags={"data": [{"name": "vpn"}, {"name": self.mark}]}, xid=self.xid)["id"]
        self.doomed = c.create()["id"]
        case = c.create(attributes={"data": [{"type": "Description", "value": "a"}, {"type": "Source", "value": "b"}]})
        self.with_attributes, (self.attribute, self.other) = case["id"], [a["id"] for a in case["attributes"]["data"]]
        tags = c.done("GET", "/tags")
        self.tag = next(t["id"] for t in tags if t["name"] == "vpn")
        self.painted, self.gone = (c.done("POST", "/tags", json={"name": unique("row")})["id"] for _ in range(2))
        self.full = c.create()["id"]

        def two(path, **members):
            return [c.done("POST", path, json={"caseId": self.full, **{k: v.replace("*", n) for k, v in members.items()}})["id"] for n in "ab"]
        self.note, self.old_note = two("/notes", text="note *")
        self.task, self.old_task = two("/tasks", name="task *")
        self.artifact, self.old_artifact = two("/artifacts", summary="host-*.example", type="Host")
        self.file, self.old_file = two("/artifacts", summary="*.txt", type="Log File", fileData="Ynl0ZXM*"[:-1] + "=")
        self.event, self.old_event = two("/workflowEvents", summary="event *")
        c.page(resultLimit=10000)
        c.get(self.plain)

    def rows(self, client):
        def get(path, **params):
            return lambda: client.call("GET", path, params=list(params.items()))

        def put(**members):
            return lambda: client.call("PUT", f"/cases/{self.plain}", json=members)

        def post(**members):
            return lambda: client.call("POST", "/cases", json={"name": "x", "severity": "Low", "status": "Open", **members})
        attributes = "/caseAttributes"
        return {
            "GET /cases/{id}": get(f"/cases/{self.plain}"),
            "GET /cases/{xid}": get(f"/cases/{self.xid}"),
            "GET /cases?tql=id IN (3 of them)": get("/cases", tql=f"id IN ({self.plain}, {self.doomed}, {self.with_attributes})"),
            "GET /cases": get("/cases"),
            "GET /cases?resultStart=100": get("/cases", resultStart="100", resultLimit="20"),
            "GET /cases?tql=, asked of Tracecat": get("/cases", tql=f'tag = "{self.mark}" and status = "Open"'),
            "GET /cases?tql=, finished here": get("/cases", tql=f'name = "{self.mark}" or resolution = "Rejected"'),
            "GET /cases?sorting=dateAdded": get("/cases", sorting="dateAdded desc", resultLimit="20"),
            "GET /cases?sorting=": get("/cases", sorting="severity desc name asc", resultLimit="20"),
            "POST /cases": post(),
            "POST /cases, with an xid": post(xid=unique("another id")),
            "POST /cases, a tag": post(tags={"data": [{"name": "vpn"}]}),
            "PUT /cases/{id}, nothing changes": put(name=self.mark, severity="Low"),
            "PUT /cases/{id}": put(severity="High"),
            "PUT /cases/{id}, what is carried": put(resolution="Escalated"),
            "PUT /cases/{id}, attributes": put(attributes={"data": [{"type": "Source", "value": "new"}]}),
            "PUT /cases/{id}, a tag goes": put(tags={"data": [{"name": "vpn"}], "mode": "replace"}),
            "DELETE /cases/{id}": lambda: client.call("DELETE", f"/cases/{self.doomed}"),
            "GET /caseAttributes?tql=caseId =": get(attributes, tql=f"caseId = {self.with_attributes}"),
            "GET /caseAttributes": get(attributes),
            "GET /caseAttributes/{id}": get(f"{attributes}/{self.attribute}"),
            "POST /caseAttributes": lambda: client.call("POST", attributes, json={"caseId": self.with_attributes, "type": "Source", "value": "c"}),
            "PUT /caseAttributes/{id}": lambda: client.call("PUT", f"{attributes}/{self.attribute}", json={"value": "d"}),
            "DELETE /caseAttributes/{id}": lambda: client.call("DELETE", f"{attributes}/{self.other}"),
            "GET /tags": get("/tags"),
            "GET /tags/{id}": get(f"/tags/{self.tag}"),
            "POST /tags": lambda: client.call("POST", "/tags", json={"name": unique("row")}),
            "PUT /tags/{id}": lambda: client.call("PUT", f"/tags/{self.painted}", json={"name": unique("row")}),
            "DELETE /tags/{id}": lambda: client.call("DELETE", f"/tags/{self.gone}"),
            "POST /cases, a new tag": post(tags={"data": [{"name": unique("tag")}]}),
            **self.rows_of_children(client, get),
            "GET /attributeTypes": get("/attributeTypes"),
            "GET /security/users": get("/security/users"),
            "GET /security/userGroups, /security/owners, /artifactTypes": get("/security/userGroups"),
            "OPTIONS /cases, /v2/owners, /v2/whoami": lambda: client.call("OPTIONS", "/cases"),
        }


    def rows_of_children(self, client, get):
        def make(path, **members):
            return lambda: client.call("POST", path, json={"caseId": self.full, **members})

        def change(path, **members):
            return lambda: client.call("PUT", path, json=members)

        def remove(path, **body):
            return lambda: client.call("DELETE", path, json=body)
        of_case = f"caseId = {self.full}"
        children = ["notes", "tasks", "artifacts", "workflowEvents"]
        nested = {"notes": [{"text": "n"}], "tasks": [{"name": "t"}], "artifacts": [{"summary": "h", "type": "Host"}],
                  "workflowEvents": [{"summary": "e"}]}
        return {
            "GET /cases/{id}?fields= notes, tasks, artifacts, workflowEvents": lambda: client.call(
                "GET", f"/cases/{self.full}", params=[("fields", n) for n in children]),
            "GET /cases?fields=notes, 20 cases": get("/cases", fields="notes", resultLimit="20"),
            "GET /cases?fields=tasks, 20 cases": get("/cases", fields="tasks", resultLimit="20"),
            "GET /cases?fields=artifacts, 20 cases": get("/cases", fields="artifacts", resultLimit="20"),
            "GET /cases?fields=workflowEvents, 20 cases": get("/cases", fields="workflowEvents", resultLimit="20"),
            "POST /cases, with a note, a task, an artifact, an event": lambda: client.call(
                "POST", "/cases", json={"name": "x", "severity": "Low", "status": "Open", **{k: {"data": v} for k, v in nested.items()}}),
            "GET /notes?tql=caseId =": get("/notes", tql=of_case),
            "GET /notes/{id}": get(f"/notes/{self.note}"),
            "POST /notes": make("/notes", text="new"),
            "PUT /notes/{id}": change(f"/notes/{self.note}", text="changed"),
            "DELETE /notes/{id}": remove(f"/notes/{self.old_note}"),
            "GET /tasks?tql=caseId =": get("/tasks", tql=of_case),
            "POST /tasks": make("/tasks", name="new"),
            "PUT /tasks/{id}": change(f"/tasks/{self.task}", status="Closed"),
            "DELETE /tasks/{id}": remove(f"/tasks/{self.old_task}"),
            "GET /artifacts?tql=caseId =": get("/artifacts", tql=of_case),
            "POST /artifacts": make("/artifacts", summary="new", type="Host"),
            "PUT /artifacts/{id}": change(f"/artifacts/{self.artifact}", source="changed"),
            "DELETE /artifacts/{id}": remove(f"/artifacts/{self.old_artifact}"),
            "POST /artifacts, a file": make("/artifacts", summary="new.txt", type="Log File", fileData="bmV3"),
            "GET /artifacts/{id}?fields=fileData": get(f"/artifacts/{self.file}", fields="fileData"),
            "PUT /artifacts/{id}, new bytes": change(f"/artifacts/{self.file}", fileData="bmV3ZXI="),
            "DELETE /artifacts/{id}, a file": remove(f"/artifacts/{self.old_file}"),
            "GET /workflowEvents?tql=caseId =": get("/workflowEvents", tql=of_case),
            "POST /workflowEvents": make("/workflowEvents", summary="new"),
            "PUT /workflowEvents/{id}": change(f"/workflowEvents/{self.event}", summary="changed"),
            "DELETE /workflowEvents/{id}": remove(f"/workflowEvents/{self.old_event}", deletedReason="twice"),
        }


def table():
    """(row, cold, warm) of the page's second part."""
    part = PAGE.read_text().partition("\n# Requests to Tracecat per request")[2]
    found = (re.fullmatch(r"\| `?(.+?)`? \| (\d+) \| (\d+) \|.*", line) for line in part.splitlines())
    return [(f[1].replace("`", ""), int(f[2]), int(f[3])) for f in found if f]


def costs(site, actions, client_for_row, expected):
    """What the table says otherwise than it is: (row, said, the requests)."""
    wrong = []
    for row, said in expected:
        act = actions.rows(client_for_row())[row]
        with site.native.watched() as seen:
            assert act().status_code < 300, row
        if len(seen) != said:
            wrong.append((row, said, len(seen), [f"{m} {t.rpartition('/')[2][:60]}" for m, t in seen[:8]]))
    return wrong


def test_the_table_is_about_every_action(stack_of_one):
    site = make(stack_of_one)
    assert [row for row, _, _ in table()] == list(Actions(site).rows(site.client()))


def test_every_request_costs_what_the_table_says_warm(stack_of_one):
    site = make(stack_of_one)
    assert costs(site, Actions(site), site.client, [(row, warm) for row, _, warm in table()]) == []


def test_the_first_request_of_a_process_costs_what_the_table_says_cold(stack_of_one):
    site = make(stack_of_one)
    actions = Actions(site)
    assert costs(site, actions, lambda: fresh(site, stack_of_one), [(row, cold) for row, cold, _ in table()]) == []


EDITS = [  # of an analyst; (what, what the façade shows then)
    ({"summary": "another summary"}, lambda c: c["name"] == "another summary"),
    ({"description": "another description"}, lambda c: c["description"] == "another description"),
    ({"description": ""}, lambda c: "description" not in c),
    ({"status": "closed"}, lambda c: c["status"] == "Closed"),
    ({"status": "in_progress"}, lambda c: c["status"] == "Open"),
    ({"status": "resolved"}, lambda c: c["status"] == "Closed"),
    ({"severity": "fatal"}, lambda c: c["severity"] == "Critical"),
    ({"assignee_id": ANA}, lambda c: c["assignee"]["data"]["userName"] == "ana@tests.example"),
    ({"assignee_id": None}, lambda c: "assignee" not in c),
    ({"payload": {"something": "else"}}, lambda c: c["name"].startswith("case")),
]


def test_a_list_of_a_hundred_costs_a_read_of_each_once_and_shows_every_native_edit(stack_of_one):
    site = make(stack_of_one)
    site.client().page(resultLimit=1)  # logs in, reads people and fields
    client = site.client()
    with site.native.watched() as first:
        before = client.page(resultLimit=100)["data"]
    assert len(before) == 100 and len(first) <= 1 + 100
    with site.native.watched() as again:
        assert client.page(resultLimit=100)["data"] == before
    assert len(again) == 1
    ids = {c["id"]: site.native.named(c["id"]) for c in before[:len(EDITS) + 2]}
    for (edit, shown), case in zip(EDITS, before, strict=False):
        site.native.change(ids[case["id"]], **edit)
        with site.native.watched() as seen:
            after = {c["id"]: c for c in client.page(resultLimit=100)["data"]}
        assert shown(after[case["id"]]), edit
        assert {n: c for n, c in after.items() if n != case["id"]} == {c["id"]: c for c in before if c["id"] != case["id"]}
        assert len(seen) <= 2, edit  # the page, and the one case that is another now
        before = list(after.values())
    tagged, other = before[-1]["id"], site.native.named(before[-1]["id"])
    site.native.add_tag(other, "vpn")  # does not move updated_at
    with site.native.watched() as seen:
        page = client.page(resultLimit=100, fields=["tags"])["data"]
    assert names(next(c for c in page if c["id"] == tagged)) == ["vpn"] and len(seen) == 1
    assert client.find('tag = "vpn"') == [tagged]


def test_many_edits_at_a_time_are_all_seen(stack_of_one):
    site = make(stack_of_one)
    client = site.client()
    numbers = [c["id"] for c in client.page(resultLimit=100)["data"]]
    ids = {n: site.native.named(n) for n in numbers}
    for turn in range(3):
        for n in numbers[turn::3]:
            site.native.change(ids[n], summary=f"turn {turn} of {n}", description=f"text {turn} of {n}", severity="high")
        page = client.page(resultLimit=100)["data"]
        changed = {c["id"]: c for c in page if c["id"] in numbers[turn::3]}
        assert len(changed) == len(numbers[turn::3])
        for n, case in changed.items():
            assert (case["name"], case["description"], case["severity"]) == (f"turn {turn} of {n}", f"text {turn} of {n}", "High")


def test_reads_by_xid_cost_at_most_two_requests_and_see_what_others_do(stack_of_one):
    site = make(stack_of_one)
    client = site.client()
    made = {f"external-{n:04}": client.create(xid=f"external-{n:04}")["id"] for n in range(20)}
    for xid, number in made.items():
        with site.native.watched() as seen:
            assert client.done("GET", f"/cases/{xid}", params=[("fields", "attributes"), ("fields", "tags")])["id"] == number
        assert len(seen) <= 2
    with site.native.watched() as seen:
        assert client.call("GET", "/cases/external-9999").status_code == 404
    assert len(seen) <= 2
    number = made["external-0007"]
    native = site.native.named(number)
    assert client.get(native)["id"] == number  # a Tracecat id is one as well
    payload = site.native.payload(native)
    site.native.change(native, summary="moved", description="natively")
    assert client.get("external-0007")["name"] == "moved"
    twin = site.native.named(made["external-0008"])
    site.native.change(twin, payload={**payload, "_bridge": {**payload["_bridge"], "s": {**payload["_bridge"]["s"], "xid": "external-moved"}}})
    assert client.get("external-moved")["id"] == made["external-0008"]
    assert client.call("GET", "/cases/external-0008").status_code == 404
    assert client.call("DELETE", f"/cases/{number}").status_code == 200
    assert client.call("GET", "/cases/external-0007").status_code == 404


def test_a_walk_through_all_pages_costs_a_number_of_requests_that_grows_with_the_list(stack_of_one):
    site = make(stack_of_one, count=2000)
    client = site.client()
    assert client.page(resultLimit=10000)["count"] == 2000  # every description is known from here on
    for size, most in ((100, 20), (1000, 10), (10000, 10), (7, 286)):
        count = site.native.control("GET", "requests")["count"]
        walked = [c["id"] for page in client.follow(client.page(resultLimit=size)) for c in page["data"]]
        assert len(walked) == len(set(walked)) == 2000
        assert site.native.control("GET", "requests")["count"] - count <= most, size
    count = site.native.control("GET", "requests")["count"]
    for start in range(0, 2000, 100):
        assert len(client.page(resultStart=start, resultLimit=100)["data"]) == 100
    assert site.native.control("GET", "requests")["count"] - count <= 20
    with site.native.watched() as seen:
        client.page('description CONTAINS "description 1999"', resultLimit=100)
    assert len(seen) <= 10


def test_what_a_key_reads_leaves_no_views_and_a_login_leaves_few(stack_of_one):
    for credential, most in ((KEY, 0), (BOTH, 0), (LOGIN, 1)):
        site = make(stack_of_one, count=30, credentials={"main": credential})
        client = site.client()
        for _ in range(5):
            for case in client.page(resultLimit=100)["data"]:
                client.get(case["id"])
        for item in site.native.everything():
            assert len(site.native.events(item["id"], "case_viewed")) <= most, credential
        site.stack.stop()
        stack_of_one = Stack()
