"""How many requests to ThreatConnect each request costs: the table of docs/upstream-requests.md, row by row."""
import re

import pytest
from conftest import ROOT, WORKSPACE, Bridge, Stack, settings, until
from organisation import KEYS, SANDBOX_DATA, Organisation, bridge, upstream
from support import Tracecat, unique

PAGE = ROOT / "docs" / "upstream-requests.md"


@pytest.fixture(scope="module")
def org():
    """A bridge of one thread over sixty cases."""
    made = Stack()
    cases = [{"id": 100 + i, "name": f"case {i}", "dateAdded": f"2025-01-01T00:{i // 60:02}:{i % 60:02}Z"} for i in range(60)]
    try:
        secret = made.write("site-secret", "the secret of the site, which signs cursors " * 2)
        built = Organisation(made, [bridge("main")], data={**SANDBOX_DATA, "cases": cases}, threads=1, secret_file=str(secret))
        built.secret_file = str(secret)
        yield built
    finally:
        made.stop()


class Actions:
    """One request per row of the table, in its order. `helper` prepares what they need, `client` is counted."""

    def __init__(self, org):
        self.native, self.helper, self.client = org.native, org.client(), org.client()
        c, self.mark = self.helper, unique("row")
        self.plain = c.create(summary=self.mark, description="x", priority="unknown")
        self.big = c.create(payload={"p": "x" * 5000})
        self.last = c.create(priority="unknown")
        self.three = [c.create(priority="unknown", severity="low") for _ in range(3)]
        self.number = c.number(self.plain)
        self.cursor = c.page(limit=20)["next_cursor"]
        self.painted, self.doomed = (c.ask("POST", "/case-tags", json={"name": unique("row")}).json()["id"] for _ in range(2))
        self.tag = next(t["id"] for t in c.ask("GET", "/case-tags").json() if t["name"] == "vpn")
        self.full = c.create(summary=unique("full"), priority="unknown")
        self.base = f"/cases/{self.full}"
        for text in ("one", "two", "three"):
            assert c.ask("POST", f"{self.base}/comments", json={"content": text}).status_code == 201
        self.task, self.done = (c.ask("POST", f"{self.base}/tasks", json={"title": t}).json()["id"] for t in ("a", "b"))
        self.file, self.old_file = (self.upload(c, n).json()["id"] for n in ("kept.txt", "old.txt"))
        self.link = c.ask("GET", f"{self.base}/attachments/{self.file}").json()["download_url"]
        self.fields = [unique("f").replace(" ", "_") for _ in range(3)]
        for name in self.fields[:2]:
            made = c.ask("POST", "/case-fields", json={"name": name, "type": "TEXT"})
            assert made.status_code == 201, made.text
        c.ask("GET", "/case-fields")

    def upload(self, c, name):
        return c.ask("POST", f"{self.base}/attachments", files={"file": (name, name.encode(), "text/plain")})

    def rows(self, client):
        c = client
        return {
            "GET /cases/{id}": lambda: c.ask("GET", f"/cases/{self.plain}"),
            "GET /cases/{id}, payload in a file": lambda: c.ask("GET", f"/cases/{self.big}"),
            "GET /cases": lambda: c.ask("GET", "/cases"),
            "GET /cases?cursor=": lambda: c.ask("GET", "/cases", params={"cursor": self.cursor}),
            "GET /cases?field_ids=": lambda: c.ask("GET", "/cases", params={"field_ids": "asset_owner"}),
            "GET /cases?include_payload=true, payloads in files": lambda: c.ask("GET", "/cases", params={"include_payload": "true", "limit": 25}),
            "GET /cases?order_by=": lambda: c.ask("GET", "/cases", params={"order_by": "status"}),
            "GET /cases/search?short_id=": lambda: c.ask("GET", "/cases/search", params={"short_id": self.number}),
            "GET /cases/search?search_term=": lambda: c.ask("GET", "/cases/search", params={"search_term": self.mark}),
            "POST /cases": lambda: c.post(status="on_hold"),
            "POST /cases, payload in a file": lambda: c.post(payload={"p": "y" * 5000}),
            "PATCH /cases/{id}, nothing changes": lambda: c.patch(self.plain, summary=self.mark),
            "PATCH /cases/{id}": lambda: c.patch(self.plain, severity="high"),
            "PATCH /cases/{id}, first carried value": lambda: c.patch(self.last, status="on_hold"),
            "PATCH /cases/{id}, carried value changes": lambda: c.patch(self.last, status="in_progress"),
            "PATCH /cases/{id}, payload in a file replaced": lambda: c.patch(self.big, payload={"q": unique("q") * 500}),
            "PATCH /cases/{id}, new custom field": lambda: c.patch(self.last, fields={"asset_owner": "a"}),
            "PATCH /cases/{id}, custom field changes": lambda: c.patch(self.last, fields={"asset_owner": "b"}),
            "DELETE /cases/{id}": lambda: c.ask("DELETE", f"/cases/{self.last}"),
            "POST /cases/batch-update, nothing changes": lambda: c.ask("POST", "/cases/batch-update", json={"case_ids": self.three, "update": {"status": "new"}}),
            "POST /cases/batch-update, three cases": lambda: c.ask("POST", "/cases/batch-update", json={"case_ids": self.three, "update": {"severity": "high"}}),
            "POST /cases/batch-delete, three cases": lambda: c.ask("POST", "/cases/batch-delete", json={"case_ids": self.three}),
            "GET /cases/{id}/tags": lambda: c.ask("GET", f"/cases/{self.plain}/tags"),
            "POST /cases/{id}/tags": lambda: c.ask("POST", f"/cases/{self.plain}/tags", json={"tag_id": "vpn"}),
            "POST /cases/{id}/tags, is there": lambda: c.ask("POST", f"/cases/{self.plain}/tags", json={"tag_id": "vpn"}),
            "DELETE /cases/{id}/tags/{tag}": lambda: c.ask("DELETE", f"/cases/{self.plain}/tags/vpn"),
            "GET /case-tags": lambda: c.ask("GET", "/case-tags"),
            "GET /case-tags/{id}": lambda: c.ask("GET", f"/case-tags/{self.tag}"),
            "POST /case-tags": lambda: c.ask("POST", "/case-tags", json={"name": self.mark, "color": "red"}),
            "PATCH /case-tags/{id}": lambda: c.ask("PATCH", f"/case-tags/{self.painted}", json={"color": "blue"}),
            "DELETE /case-tags/{id}": lambda: c.ask("DELETE", f"/case-tags/{self.doomed}"),
            "GET /case-fields": lambda: c.ask("GET", "/case-fields"),
            "GET /cases/{id}/comments": lambda: c.ask("GET", f"{self.base}/comments"),
            "GET /cases/{id}/comments/threads": lambda: c.ask("GET", f"{self.base}/comments/threads"),
            "POST /cases/{id}/comments": lambda: c.ask("POST", f"{self.base}/comments", json={"content": "new"}),
            "GET /cases/{id}/tasks": lambda: c.ask("GET", f"{self.base}/tasks"),
            "POST /cases/{id}/tasks": lambda: c.ask("POST", f"{self.base}/tasks", json={"title": "new"}),
            "PATCH /cases/{id}/tasks/{task}": lambda: c.ask("PATCH", f"{self.base}/tasks/{self.task}", json={"status": "completed"}),
            "DELETE /cases/{id}/tasks/{task}": lambda: c.ask("DELETE", f"{self.base}/tasks/{self.done}"),
            "GET /cases/{id}/attachments": lambda: c.ask("GET", f"{self.base}/attachments"),
            "POST /cases/{id}/attachments": lambda: self.upload(c, unique("new") + ".txt"),
            "GET /cases/{id}/attachments/{attachment}": lambda: c.ask("GET", f"{self.base}/attachments/{self.file}"),
            "DELETE /cases/{id}/attachments/{attachment}": lambda: c.ask("DELETE", f"{self.base}/attachments/{self.old_file}"),
            "GET /cases/{id}/events": lambda: c.ask("GET", f"{self.base}/events"),
            "POST /case-fields": lambda: c.ask("POST", "/case-fields", json={"name": self.fields[2], "type": "TEXT"}),
            "PATCH /case-fields/{field}": lambda: c.ask("PATCH", f"/case-fields/{self.fields[0]}", json={"display_name": "another"}),
            "DELETE /case-fields/{field}": lambda: c.ask("DELETE", f"/case-fields/{self.fields[1]}"),
            "GET /members": lambda: c.ask("GET", "/members"),
            "GET /workspaces, /users/me, /info, /health": lambda: [c.call("GET", p) for p in ("/workspaces", "/info", "/health")][0],
        }


def table():
    """(row, cold, warm) of the page."""
    rows = []
    for line in PAGE.read_text().partition("\n# Requests to Tracecat per request")[0].splitlines():
        found = re.fullmatch(r"\| `?(.+?)`? \| (\d+) \| (\d+) \|.*", line)
        if found:
            rows.append((found[1].replace("`", ""), int(found[2]), int(found[3])))
    return rows


def count(actions, client_for_row, expected):
    """What the table says otherwise than it is: (row, said, the requests)."""
    wrong = []
    for row, said in expected:
        act = actions.rows(client_for_row())[row]
        with actions.native.watched() as seen:
            assert act().status_code < 300, row
        if len(seen) != said:
            wrong.append((row, said, [f"{m} {t.partition('?')[0]}" for m, t in seen]))
    return wrong


def test_the_table_is_about_every_action(org):
    assert [row for row, _, _ in table()] == list(Actions(org).rows(org.client()))


def test_every_request_costs_what_the_table_says_warm(org):
    assert count(Actions(org), org.client, [(row, warm) for row, _, warm in table()]) == []


def test_the_first_request_of_a_thread_costs_what_the_table_says_cold(org):
    made, running = Stack(), []

    def fresh():
        """A bridge that remembers nothing; ids and cursors are the same for every bridge of a site."""
        for previous in running:  # they share a log file
            previous.terminate()
            previous.ended()
        running.clear()
        config = settings(threads=1, upstreams={"tc": upstream(org.sandbox_port)}, bridges=[bridge("main")], secret_file=org.secret_file)
        running.append(Bridge(made, made.write("cold.json", config)))
        return Tracecat(running[0].url, WORKSPACE, KEYS["admins"])

    try:
        assert count(Actions(org), fresh, [(row, cold) for row, cold, _ in table()]) == []
    finally:
        made.stop()


def test_catalogues_are_asked_for_again_when_they_are_old(stack):
    org = Organisation(stack, [bridge("main", catalogue_seconds=1)], threads=1)
    client = org.client()

    def asked():
        return sum("/security/users" in r["target"] for r in org.native.control("GET", "requests")["requests"])
    client.page()
    first = asked()
    assert first
    until(lambda: client.page() and asked() > first)


def test_cases_of_one_second_cost_few_requests_more():
    made = Stack()
    try:
        cases = [{"name": f"case {i}", "dateAdded": "2025-01-01T00:00:00Z"} for i in range(300)]
        org = Organisation(made, [bridge("main")], data={**SANDBOX_DATA, "cases": cases}, threads=1)
        client = org.client()
        first = client.page(limit=200)
        client.page(limit=1)
        with org.native.watched() as seen:
            (item,) = client.page(limit=1, cursor=first["next_cursor"])["items"]
        assert len(seen) <= 6
        assert item["id"] == client.page(limit=200, cursor=first["next_cursor"])["items"][0]["id"]
    finally:
        made.stop()
