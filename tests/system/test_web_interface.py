"""A walk over everything that Tracecat's own web interface asks of an API, in its order and with its parameters, on
ThreatConnect cases: each step checks what that interface cannot live without (web UI fact sheet §2 to §5)."""
import base64
import concurrent.futures
import datetime
import hashlib
import uuid
from urllib.parse import urlparse

import pytest
import requests
from conftest import WORKSPACE, Stack
from organisation import PASSWORD, Organisation, bridge, password_hash
from support import PRIORITIES, SEVERITIES, STATUSES, unique

EMAIL = "lead@tests.example"
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
OTHERS = {"custom_registry", "git_sync", "agent_addons", "rbac_addons", "service_accounts", "workspace_chat", "watchtower"}


class Interface:
    """The browser's side: one cookie jar, the proxy's /api prefix, the interface's own cookies beside the session's."""

    def __init__(self, url, addons):
        self.url, self.addons = url, addons
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.cookies.set("__tracecat:last-workspace-id", WORKSPACE)
        self.session.cookies.set("tracecat:active-org-id", str(uuid.uuid4()))

    def call(self, method, path, **kwargs):
        return self.session.request(method, f"{self.url}/api{path}", timeout=30, **kwargs)

    def get(self, path, params=None):
        answer = self.call("GET", path, params=params)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.json()

    def here(self, path, params=None):
        return self.get(f"/workspaces/{WORKSPACE}{path}", params)

    def send(self, method, path, body=None, expect=(200, 201, 204), **kwargs):
        answer = self.call(method, f"/workspaces/{WORKSPACE}{path}", **({"json": body} if body is not None else {}), **kwargs)
        assert answer.status_code in expect, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.text else None

    def sign_in(self, email=EMAIL):
        # Multipart, as the interface sends it, never urlencoded.
        answer = self.call("POST", "/auth/login", files={"username": (None, email), "password": (None, PASSWORD)})
        assert (answer.status_code, answer.text) == (204, "")
        return answer

    def create(self, **members):
        """A new case through the form of the list; found again as the interface finds it."""
        summary = members.pop("summary", None) or unique("walk")
        self.send("POST", "/cases", {"summary": summary, "description": "made by the walk", "status": "new", "priority": "medium",
                                     "severity": "low", "assignee_id": None, **members}, expect=(201,))
        return self.here("/cases/search", {"search_term": summary, "limit": 100, "start_time": month_ago()})["items"][0]

    def page(self, case):
        return self.get(f"/cases/{case}", {"workspace_id": WORKSPACE})


def month_ago():
    return (datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%S.") + "123Z"


def when(text):
    assert isinstance(text, str)
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


@pytest.fixture(scope="module")
def organisation():
    made = Stack()
    try:
        hashed = password_hash()
        yield Organisation(made, [bridge("main", hashed=hashed), bridge("plain", hashed=hashed, case_addons=False)], threads=3)
    finally:
        made.stop()


@pytest.fixture(scope="module", params=["with add-ons", "without add-ons"])
def ui(request, organisation):
    addons = request.param == "with add-ons"
    one = Interface(organisation.urls["main" if addons else "plain"], addons)
    one.sign_in()
    return one


@pytest.fixture(scope="module")
def me(ui):
    return ui.get("/users/me")


# sign-in (§2)

@pytest.mark.parametrize("name, addons", [("main", True), ("plain", False)])
def test_sign_in_lands_on_the_cases(organisation, name, addons):
    ui = Interface(organisation.urls[name], addons)
    assert ui.call("GET", "/users/me").status_code == 401
    info = ui.get("/info")
    assert "basic" in info["auth_allowed_types"] and all(isinstance(t, str) for t in info["auth_allowed_types"])
    assert isinstance(info["saml_enabled"], bool) and isinstance(info["ee_multi_tenant"], bool)
    found = ui.call("POST", "/auth/discover", json={"email": EMAIL})
    assert (found.status_code, found.json()["method"]) == (200, "basic")
    cookie = ui.sign_in().headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "Path=/" in cookie and "SameSite=lax" in cookie and "Secure" not in cookie
    me = ui.get("/users/me")
    assert (me["email"], me["first_name"], me["last_name"], me["is_superuser"], me["settings"]) == (EMAIL, "Lee", "Ader", False, {})
    assert me["id"]
    spaces = ui.get("/workspaces")
    assert {"id": WORKSPACE, "name": "SOC"} in [{"id": w["id"], "name": w["name"]} for w in spaces]
    scopes = set(ui.get("/users/me/scopes", {"workspace_id": WORKSPACE})["scopes"])
    assert {"workspace:read", "workspace:member:read", "case:read", "case:create", "case:update", "case:delete"} <= scopes
    # Without these the interface forwards to the cases; nothing is granted that is not served.
    assert not {s for s in scopes if s.split(":")[0] in ("agent", "workflow", "table", "secret", "integration", "*")}
    for _ in range(2):
        organization = ui.get("/organization")
        assert organization["id"] and organization["name"]
    entitlements = ui.get("/organization/entitlements")
    assert entitlements["case_addons"] is addons and all(entitlements[e] is False for e in OTHERS)
    memberships = ui.get("/organization/memberships")
    assert [(m["id"], m["name"]) for m in memberships] == [(organization["id"], organization["name"])]


@pytest.mark.parametrize("email", ["viewer@tests.example", "editor@tests.example"])
def test_what_must_never_fail_does_not_for_any_role(organisation, email):
    ui = Interface(organisation.urls["main"], True)
    ui.sign_in(email)
    for path in ("/organization", "/organization/entitlements", "/organization/memberships", "/workspaces"):
        assert ui.get(path)
    assert "workspace:read" in ui.get("/users/me/scopes", {"workspace_id": WORKSPACE})["scopes"]
    for path in ("/members", "/case-tags", "/case-fields", "/workflows?limit=0", "/folders", "/case-dropdowns", "/case-durations", "/cases"):
        ui.here(path)


def test_a_wrong_password_and_nobody(organisation):
    ui = Interface(organisation.urls["main"], True)
    wrong = ui.call("POST", "/auth/login", files={"username": (None, EMAIL), "password": (None, "wrong")})
    assert (wrong.status_code, wrong.json()) == (400, {"detail": "LOGIN_BAD_CREDENTIALS"})
    assert ui.call("GET", "/workspaces").status_code == 403


# the list (§3)

def check_item(item, members):
    assert item["id"] and item["short_id"].startswith("CASE-") and isinstance(item["summary"], str)
    assert item["status"] in STATUSES and item["priority"] in PRIORITIES and item["severity"] in SEVERITIES
    assert when(item["created_at"]) and when(item["updated_at"])
    assert all(t["id"] and t["name"] and "color" in t for t in item["tags"])
    assert item["dropdown_values"] == [] and item["durations"] in (None, [])
    if item["assignee"]:
        assert item["assignee"]["id"] in members and item["assignee"]["email"]


def test_the_list_opens(ui, me):
    ui.create(assignee_id=me["id"])
    members = {m["user_id"]: m for m in ui.here("/members")}
    assert members[me["id"]]["email"] == EMAIL and all({"first_name", "last_name", "email", "role_name"} <= set(m) for m in members.values())
    assert all(t["id"] and t["name"] and t["ref"] and "color" in t for t in ui.here("/case-tags"))
    assert all(f["id"] and f["type"] and "reserved" in f and "display_name" in f for f in ui.here("/case-fields"))
    if ui.addons:
        assert ui.here("/case-dropdowns") == ui.here("/case-durations") == []
    filters = {"start_time": month_ago()}
    counts = ui.here("/cases/search/aggregate", filters)
    page = ui.here("/cases/search", {"limit": 100, "order_by": "updated_at", "sort": "desc", "include_durations": "true", **filters})
    assert {"items", "next_cursor", "has_more", "total_estimate"} <= set(page)
    for item in page["items"]:
        check_item(item, members)
    assert set(counts["status_groups"]) == set(STATUSES) and all(isinstance(n, int) for n in counts["status_groups"].values())
    assert counts["total"] == page["total_estimate"] == sum(counts["status_groups"].values())
    for status, number in counts["status_groups"].items():
        assert ui.here("/cases/search", {"limit": 100, "status": status, **filters})["total_estimate"] == number


def test_every_filter_of_the_list(ui, me):
    mark = unique("filtered")
    case = ui.create(summary=mark, status="in_progress", priority="high", severity="critical", assignee_id=me["id"])
    other = ui.create(summary=mark)
    tag = ui.send("POST", "/case-tags", {"name": unique("tag")[:50], "color": "#AA0011"}, expect=(201,))
    ui.send("POST", f"/cases/{case['id']}/tags", {"tag_id": tag["id"]}, expect=(201,))
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    both, one, two = {case["id"], other["id"]}, {case["id"]}, {other["id"]}
    for params, wanted in [
        ([], both), ([("status", "in_progress")], one), ([("status", s) for s in STATUSES if s != "in_progress"], two),
        ([("priority", "high"), ("priority", "low")], one), ([("severity", "critical")], one), ([("assignee_id", me["id"])], one),
        ([("assignee_id", "__UNASSIGNED__")], two), ([("assignee_id", me["id"]), ("assignee_id", "__UNASSIGNED__")], both),
        ([("tags", tag["ref"])], one), ([("dropdown", "no_such:option")], set()), ([("end_time", "2020-01-01T00:00:00.000Z")], set()),
        ([("updated_after", month_ago())], both), ([("updated_before", "2020-01-01T00:00:00.000Z")], set()), ([("start_time", now)], None),
    ]:
        params = [("limit", 100), ("search_term", mark), *params]
        found = {i["id"] for i in ui.here("/cases/search", params)["items"]}
        assert wanted is None or found == wanted, params
        counted = ui.here("/cases/search/aggregate", [p for p in params if p[0] != "limit"])
        assert counted["total"] == len(found)
    for order in ("updated_at", "created_at", "priority", "severity", "status", "tasks"):
        for sort in ("asc", "desc"):
            page = ui.here("/cases/search", {"limit": 100, "search_term": mark, "order_by": order, "sort": sort})
            assert {i["id"] for i in page["items"]} == both
    # One search and one count per keystroke.
    for end in range(1, len(mark) + 1):
        assert both <= {i["id"] for i in ui.here("/cases/search", {"limit": 100, "search_term": mark[:end], "start_time": month_ago()})["items"]}
        assert ui.here("/cases/search/aggregate", {"search_term": mark[:end]})["total"] >= 2


def test_further_pages_and_custom_columns(ui):
    mark = unique("paged")
    cases = [ui.create(summary=f"{mark} {i}", fields={"asset_owner": f"team {i}"})["id"] for i in range(5)]
    seen, cursor = [], None
    while True:
        page = ui.here("/cases/search", {"limit": 2, "search_term": mark, "order_by": "created_at", "sort": "asc", "field_ids": "asset_owner",
                                         **({"cursor": cursor} if cursor else {})})
        seen += [(i["id"], i["field_values"]["asset_owner"]) for i in page["items"]]
        assert page["has_more"] == (page["next_cursor"] is not None)
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert sorted(seen) == sorted((c, f"team {i}") for i, c in enumerate(cases))


# the case page (§4)

def test_the_case_page_opens_with_all_its_calls_at_once(ui):
    case = ui.create()["id"]
    here = f"/workspaces/{WORKSPACE}"
    asked = [(f"/cases/{case}", {"workspace_id": WORKSPACE}), (f"{here}/members", {}), (f"{here}/case-tags", {}), (f"{here}/case-fields", {}),
             (f"{here}/workflows", {"limit": 0}), (f"{here}/cases/{case}/comments", {}), ("/organization", {}), ("/organization/entitlements", {}),
             (f"{here}/cases/{case}/attachments", {}), (here, {}), (f"{here}/cases/{case}/rows", {"limit": 200}), (f"{here}/cases/{case}/events", {})]
    if ui.addons:
        asked += [(f"{here}/cases/{case}/{what}", {}) for what in ("comments/threads", "tasks", "durations")]
        asked += [(f"{here}/{what}", {}) for what in ("case-dropdowns", "case-durations", "folders")]
    with concurrent.futures.ThreadPoolExecutor(len(asked)) as pool:
        answers = dict(zip((path for path, _ in asked), pool.map(lambda a: ui.get(*a), asked)))
    assert answers[f"{here}/workflows"]["items"] == [] and answers[f"{here}/workflows"]["next_cursor"] is None
    assert answers[f"{here}/cases/{case}/rows"]["items"] == [] and answers[f"{here}/cases/{case}/comments"] == []
    settings = answers[here]["settings"]
    assert ".txt" in settings["effective_allowed_attachment_extensions"] and "image/png" in settings["effective_allowed_attachment_mime_types"]
    if ui.addons:
        assert all(answers[f"{here}/{what}"] == [] for what in ("case-dropdowns", "case-durations", "folders"))
        assert all(answers[f"{here}/cases/{case}/{what}"] == [] for what in ("comments/threads", "tasks", "durations"))


def test_the_case_has_what_its_page_would_crash_without(ui, me):
    page = ui.page(ui.create(status="on_hold", assignee_id=me["id"], payload={"alert": {"id": 7}})["id"])
    assert isinstance(page["id"], str) and page["short_id"].startswith("CASE-") and page["summary"] and page["description"] == "made by the walk"
    assert page["status"] in STATUSES and page["priority"] in PRIORITIES and page["severity"] in SEVERITIES
    assert when(page["created_at"]) and when(page["updated_at"])
    assert isinstance(page["fields"], list) and page["fields"]
    assert all({"id", "display_name", "type", "value", "reserved"} <= set(f) for f in page["fields"])
    assert [f["id"] for f in page["fields"] if f["reserved"]] == ["id", "case_id", "created_at", "updated_at"]
    assert page["assignee"]["id"] == me["id"] and page["payload"] == {"alert": {"id": 7}}
    assert page["tags"] == page["dropdown_values"] == page["rows"] == []


def test_a_native_case_opens_too(ui, organisation):
    number = organisation.native.post(name=unique("native"), status="Closed")
    item = ui.here("/cases/search", {"short_id": number})["items"][0]
    page = ui.page(item["id"])
    assert page["status"] == "closed" and page["priority"] in PRIORITIES and when(page["created_at"]) and isinstance(page["fields"], list)
    assert ui.here(f"/cases/{item['id']}/comments") == []
    events = ui.here(f"/cases/{item['id']}/events")
    assert isinstance(events["events"], list) and isinstance(events["users"], list)


def test_edits_of_one_member_are_seen_by_the_very_next_read(ui, me):
    case = ui.create()["id"]
    for members in ({"status": "in_progress"}, {"priority": "critical"}, {"severity": "fatal"}, {"assignee_id": me["id"]}, {"summary": unique("renamed")},
                    {"description": "# Title\n\n- [ ] `code` <angle>"}, {"fields": {"asset_owner": "Finance"}}, {"payload": {"a": 1}}):
        for _ in range(2):  # Enter and blur both send it
            assert ui.send("PATCH", f"/cases/{case}", members, expect=(204,)) is None
        page = ui.page(case)
        for key, value in members.items():
            shown = {"assignee_id": lambda: page["assignee"]["id"],
                     "fields": lambda: {"asset_owner": next(f["value"] for f in page["fields"] if f["id"] == "asset_owner")}}.get(key, lambda: page[key])
            assert shown() == value, key
    ui.send("PATCH", f"/cases/{case}", {"assignee_id": None}, expect=(204,))
    assert ui.page(case)["assignee"] is None


def test_tags_of_a_case_and_the_page_of_tags(ui):
    case, name = ui.create()["id"], unique("Tag")[:50]
    assert ui.here("")["name"] == "SOC"  # the page for tags asks for the workspace first
    tag = ui.send("POST", "/case-tags", {"name": name, "color": "#00ff00"}, expect=(201,))
    assert {"id", "name", "ref", "color"} <= set(tag) and tag["id"] in {t["id"] for t in ui.here("/case-tags")}
    ui.send("POST", f"/cases/{case}/tags", {"tag_id": tag["id"]}, expect=(201,))
    assert [(t["id"], t["name"], t["color"]) for t in ui.page(case)["tags"]] == [(tag["id"], name, "#00ff00")]
    ui.send("PATCH", f"/case-tags/{tag['id']}", {"name": name, "color": "#0000ff"}, expect=(200,))
    ui.send("DELETE", f"/cases/{case}/tags/{tag['id']}", expect=(204,))
    assert ui.page(case)["tags"] == []
    ui.send("DELETE", f"/case-tags/{tag['id']}", expect=(204,))


def comments(ui, case):
    """As the page reads them: flat without the add-ons, as threads with them."""
    flat = ui.here(f"/cases/{case}/comments")
    for c in flat:
        assert {"id", "content", "created_at", "parent_id", "user", "last_edited_at", "is_deleted", "mentions"} <= set(c)
        assert when(c["created_at"])
    if not ui.addons:
        return [c for c in flat if c["parent_id"] is None]
    threads = ui.here(f"/cases/{case}/comments/threads")
    assert sorted(c["id"] for t in threads for c in [t["comment"], *t["replies"]]) == sorted(c["id"] for c in flat)
    return [{**t["comment"], "replies": t["replies"]} for t in threads]


def test_comments_threads_and_who_may_edit(ui, me):
    case = ui.create()["id"]
    ui.send("POST", f"/cases/{case}/comments", {"content": "**first**"}, expect=(201,))
    ui.send("POST", f"/cases/{case}/comments", {"content": "second"}, expect=(201,))
    first, second = comments(ui, case)
    assert (first["content"], first["parent_id"], first["last_edited_at"], first["is_deleted"], first["mentions"]) == ("**first**", None, None, False, [])
    assert first["user"]["id"] == me["id"]  # else edit and delete are not offered
    ui.send("PATCH", f"/cases/{case}/comments/{first['id']}", {"content": "first, edited"}, expect=(204,))
    if ui.addons:
        ui.send("POST", f"/cases/{case}/comments", {"content": "a reply", "parent_id": first["id"]}, expect=(201,))
    first, second = comments(ui, case)
    assert first["content"] == "first, edited" and when(first["last_edited_at"])
    if ui.addons:
        assert [(r["content"], r["parent_id"], r["user"]["id"]) for r in first["replies"]] == [("a reply", first["id"], me["id"])]
    ui.send("DELETE", f"/cases/{case}/comments/{second['id']}", expect=(204,))
    ui.send("DELETE", f"/cases/{case}/comments/{first['id']}", expect=(204,))
    left = comments(ui, case)
    assert [(c["content"], c["is_deleted"]) for c in left] == ([("Comment deleted", True)] if ui.addons else [])


def test_somebody_else_may_read_a_comment_and_not_edit_it(ui, organisation):
    case = ui.create()["id"]
    ui.send("POST", f"/cases/{case}/comments", {"content": "mine"}, expect=(201,))
    other = Interface(ui.url, ui.addons)
    other.sign_in("admin@tests.example")
    comment, = comments(other, case)
    assert comment["user"]["id"] != other.get("/users/me")["id"] and comment["user"]["email"] == EMAIL
    refused = other.call("PATCH", f"/workspaces/{WORKSPACE}/cases/{case}/comments/{comment['id']}", json={"content": "theirs"})
    assert (refused.status_code, refused.json()) == (403, {"detail": "You cannot update this comment"})


def test_tasks(ui, me):
    case = ui.create()["id"]
    if not ui.addons:  # the tab opens a dialog instead
        refused = ui.call("GET", f"/workspaces/{WORKSPACE}/cases/{case}/tasks")
        assert (refused.status_code, refused.json()["type"]) == (403, "EntitlementRequired")
        return
    body = {"title": "Call the user", "description": "now", "status": "todo", "priority": "high", "assignee_id": me["id"], "workflow_id": None}
    task = ui.send("POST", f"/cases/{case}/tasks", body, expect=(201,))
    assert {"id", "title", "status", "priority", "assignee", "description", "workflow_id"} <= set(task) and task["assignee"]["id"] == me["id"]
    for members in ({"status": "in_progress"}, {"title": "Called"}, {"description": "done"}, {"priority": "low"}, {"status": "completed"}):
        changed = ui.send("PATCH", f"/cases/{case}/tasks/{task['id']}", members, expect=(200,))
        assert members.items() <= changed.items()
        assert ui.here(f"/cases/{case}/tasks") == [changed]
    item = ui.here("/cases/search", {"short_id": ui.page(case)["short_id"]})["items"][0]
    assert (item["num_tasks_completed"], item["num_tasks_total"]) == (1, 1)
    ui.send("DELETE", f"/cases/{case}/tasks/{task['id']}", expect=(204,))
    assert ui.here(f"/cases/{case}/tasks") == []


def test_attachments_come_and_go_with_their_bytes(ui):
    case = ui.create()["id"]
    for name, kind, data in (("notes.txt", "text/plain", "Grüße\n".encode()), ("dot.png", "image/png", PNG)):
        made = ui.send("POST", f"/cases/{case}/attachments", files={"file": (name, data, kind)}, expect=(201,))
        listed = next(a for a in ui.here(f"/cases/{case}/attachments") if a["id"] == made["id"])
        assert (listed["file_name"], listed["size"], listed["content_type"], listed["sha256"]) == (name, len(data), kind, hashlib.sha256(data).hexdigest())
        assert when(listed["created_at"])
        for preview in (False, kind == "image/png"):
            link = ui.here(f"/cases/{case}/attachments/{made['id']}", {"preview": "true"} if preview else None)
            assert (link["file_name"], link["content_type"]) == (name, kind)
            where = urlparse(link["download_url"])
            assert where.netloc == urlparse(ui.url).netloc  # connect-src 'self'
            got = requests.get(link["download_url"], timeout=30)  # a link: no cookie, no header
            assert (got.status_code, got.content) == (200, data)
            assert preview or got.headers["Content-Disposition"].startswith("attachment")
        ui.send("DELETE", f"/cases/{case}/attachments/{made['id']}", expect=(204,))
    assert ui.here(f"/cases/{case}/attachments") == []


def test_no_event_names_somebody_who_is_not_told_of(ui, me):
    case = ui.create(assignee_id=me["id"])["id"]
    members = {m["user_id"] for m in ui.here("/members")}
    other = next(m for m in members if m != me["id"])
    for change in ({"status": "in_progress"}, {"assignee_id": other}, {"assignee_id": None}, {"priority": "high"}, {"severity": "high"}, {"summary": "s"},
                   {"fields": {"asset_owner": "x"}}, {"payload": {"a": 1}}, {"status": "closed"}, {"status": "in_progress"}):
        ui.send("PATCH", f"/cases/{case}", change, expect=(204,))
    tag = ui.send("POST", "/case-tags", {"name": unique("event tag")}, expect=(201,))
    ui.send("POST", f"/cases/{case}/tags", {"tag_id": tag["id"]}, expect=(201,))
    ui.send("POST", f"/cases/{case}/comments", {"content": "c"}, expect=(201,))
    history = ui.here(f"/cases/{case}/events")
    known = {u["id"] for u in history["users"]}
    for e in history["events"]:
        assert e["type"] and when(e["created_at"])
        assert e.get("user_id") is None or e["user_id"] in known
        if e["type"] == "assignee_changed":
            assert {u for u in (e.get("old"), e.get("new")) if u} <= known
    assert {"case_created", "status_changed", "case_closed", "case_reopened", "assignee_changed", "priority_changed", "severity_changed", "case_updated",
            "fields_changed", "payload_changed", "tag_added", "comment_created"} <= {e["type"] for e in history["events"]}
    assert all(u["id"] and u["email"] for u in history["users"])


def test_bulk_actions_and_their_loops_of_single_calls(ui):
    mark = unique("bulk")
    cases = [ui.create(summary=f"{mark} {i}")["id"] for i in range(6)]
    done = ui.send("POST", "/cases/batch-update", {"case_ids": cases, "update": {"status": "on_hold"}}, expect=(200,))
    assert {r["case_id"]: r["success"] for r in done["results"]} == dict.fromkeys(cases, True) and done["failed"] == 0
    tag = ui.send("POST", "/case-tags", {"name": unique("bulk tag")}, expect=(201,))

    def each(work):
        with concurrent.futures.ThreadPoolExecutor(len(cases)) as pool:
            list(pool.map(work, cases))
    each(lambda c: ui.send("POST", f"/cases/{c}/tags", {"tag_id": tag["id"]}, expect=(201,)))
    each(lambda c: ui.send("POST", f"/cases/{c}/comments", {"content": "for all"}, expect=(201,)))
    each(lambda c: ui.send("PATCH", f"/cases/{c}", {"description": ui.page(c)["description"] + "\n\nappended"}, expect=(204,)))
    for c in cases:
        page = ui.page(c)
        assert (page["status"], page["description"], [t["id"] for t in page["tags"]]) == ("on_hold", "made by the walk\n\nappended", [tag["id"]])
        assert [x["content"] for x in comments(ui, c)] == ["for all"]
    ui.send("DELETE", f"/cases/{cases[0]}", expect=(204,))
    done = ui.send("POST", "/cases/batch-delete", {"case_ids": cases}, expect=(200,))
    assert done["failed"] == 1 and [r["case_id"] for r in done["results"] if not r["success"]] == cases[:1]
    assert ui.here("/cases/search", {"search_term": mark, "limit": 100})["items"] == []


def test_custom_fields_are_made_filled_and_shown(ui):
    name = unique("verdict").replace(" ", "_")
    ui.send("POST", "/case-fields", {"name": name, "type": "SELECT", "options": ["benign", "malicious"], "nullable": True, "default": None,
                                     "required_on_closure": False}, expect=(201,))
    shown = next(f for f in ui.here("/case-fields") if f["id"] == name)
    assert (shown["type"], shown["options"], shown["reserved"]) == ("SELECT", ["benign", "malicious"], False)
    case = ui.create()["id"]
    ui.send("PATCH", f"/cases/{case}", {"fields": {name: "malicious"}}, expect=(204,))
    assert next(f for f in ui.page(case)["fields"] if f["id"] == name)["value"] == "malicious"
    assert ui.here("/cases/search", {"short_id": ui.page(case)["short_id"], "field_ids": name})["items"][0]["field_values"] == {name: "malicious"}
    ui.send("DELETE", f"/case-fields/{name}", expect=(204,))
    assert name not in {f["id"] for f in ui.page(case)["fields"]}


def test_an_unknown_case_says_so(ui):
    nowhere = "5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90"
    missing = ui.call("GET", f"/cases/{nowhere}", params={"workspace_id": WORKSPACE})
    assert (missing.status_code, missing.json()) == (404, {"detail": f"Case with ID {nowhere} not found"})


# sign-out

@pytest.mark.parametrize("name", ["main", "plain"])
def test_sign_out_ends_the_session(organisation, name):
    ui = Interface(organisation.urls[name], name == "main")
    ui.sign_in()
    token = ui.session.cookies["fastapiusersauth"]
    out = ui.call("POST", "/auth/logout")
    assert (out.status_code, out.text) == (204, "") and "Max-Age=0" in out.headers["Set-Cookie"]
    ui.session.cookies.set("fastapiusersauth", token)  # a tab that still has it
    assert ui.call("GET", "/users/me").status_code == 401
    assert ui.call("GET", f"/workspaces/{WORKSPACE}/cases").status_code == 403
