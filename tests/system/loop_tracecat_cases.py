"""What a Tracecat client does with cases, tags, fields and lists, step by step. Each chapter leaves its ids in `world`."""

UNKNOWN = "99999999-9999-4999-8999-999999999999"
BASE = {"description": "Made by the loop.", "status": "new", "priority": "medium", "severity": "low"}
FIELDS = [
    {"name": "root_cause", "type": "TEXT"},
    {"name": "notes_long", "type": "TEXT", "kind": "LONG_TEXT", "display_name": "Long notes"},
    {"name": "score", "type": "INTEGER"},
    {"name": "cost", "type": "NUMERIC"},
    {"name": "confirmed", "type": "BOOLEAN"},
    {"name": "seen_on", "type": "DATE"},
    {"name": "seen_at", "type": "TIMESTAMPTZ"},
    {"name": "extra", "type": "JSONB"},
    {"name": "link", "type": "JSONB", "kind": "URL"},
    {"name": "verdict", "type": "SELECT", "options": ["true positive", "benign", "unclear"]},
    {"name": "vectors", "type": "MULTI_SELECT", "options": ["mail", "web", "usb"]},
]
VALUES = {
    "root_cause": ["Password reuse", "größer als 10 µm", "", None],
    "notes_long": ["line one\nline two", "x" * 900],
    "score": [42, -7, "17", None],
    "cost": ["12.50", 3, 0.125],
    "confirmed": [True, False],
    "seen_on": ["2020-02-29", "2021-12-31"],
    "seen_at": ["2020-05-04T03:02:01Z", "2021-01-01T00:00:00.250000Z"],
    "extra": [{"a": [1, 2, {"b": None}]}, [1, "two"], "text", 3],
    "link": [{"url": "https://example.org/a?b=c", "label": "A page"}],
    "verdict": ["benign", "true positive", None],
    "vectors": [["mail"], ["usb", "mail"], []],
}


def case(walk, summary, who="ana", **members):
    """Two steps: a case is made, and found by the newest place in the list. Its id."""
    walk.ask("POST", "/cases", {**BASE, "summary": summary, **members}, who)
    return newest(walk, who)


def newest(walk, who="ana"):
    items = walk.get("/cases", who, params={"limit": 1}).json().get("items")
    return items[0]["id"] if items else UNKNOWN


def id_in(answer):
    """Of what a request made; a request that was refused leaves an id that nobody has."""
    made = answer.json()
    return made.get("id", UNKNOWN) if isinstance(made, dict) else UNKNOWN


def session(walk, world):
    walk.chapter("session")
    walk.call("GET", "/users/me")
    for who in ("lee", "vic", "key"):
        walk.call("GET", "/users/me", who)
    walk.call("GET", "/users/me", "nobody")
    walk.call("POST", "/auth/login", "nobody", data={"username": "ana@loop.example", "password": "not-the-password"})
    walk.call("POST", "/auth/login", "nobody", json={"username": "ana@loop.example"})
    for who in ("ana", "vic", "key"):
        walk.call("GET", "/workspaces", who)
    walk.get("", params={})
    for who in ("ana", "lee", "vic", "key"):
        walk.get("/members", who)
    for who in ("ana", "lee", "vic"):
        walk.call("GET", "/users/me/scopes", who, params={"workspace_id": world["workspace"]})
    walk.call("GET", "/users/search", params={"email": "lee@loop.example"})
    walk.call("GET", "/users/search", params={"email": "stranger@loop.example"})
    walk.call("GET", "/health")
    walk.call("GET", "/info")
    walk.call("GET", f"/workspaces/{UNKNOWN}/cases")
    walk.call("GET", "/cases", say="no workspace")
    walk.call("GET", "/cases", params={"workspace_id": world["workspace"]}, say="the old mount")
    walk.call("GET", "/cases", "nobody", params={"workspace_id": world["workspace"]}, say="the old mount")


def empty(walk, world):
    walk.chapter("empty")
    walk.get("/cases")
    walk.get("/cases/search")
    walk.get("/cases/search/aggregate")
    walk.get("/case-tags")
    walk.get("/case-fields")
    walk.get(f"/cases/{UNKNOWN}")
    for below in ("comments", "comments/threads", "tasks", "tags", "attachments", "events", "rows"):
        walk.get(f"/cases/{UNKNOWN}/{below}")


def tag_definitions(walk, world):
    walk.chapter("tag definitions")
    made = {}
    for body in ({"name": "Phishing", "color": "#cc3300"}, {"name": "Low Noise"}, {"name": "überprüfen", "color": None},
                 {"name": "To Rename", "color": "#00ff00"}, {"name": "To Delete"}):
        made[body["name"]] = id_in(walk.ask("POST", "/case-tags", body))
    world["tags"] = made
    walk.get("/case-tags")
    for body in ({"name": "phishing"}, {"name": ""}, {"name": "x" * 51}, {}, {"name": None}, {"name": 5}, {"name": "Red", "color": 7}):
        walk.ask("POST", "/case-tags", body, say="refused")
    for who in ("lee", "vic", "key"):
        walk.ask("POST", "/case-tags", {"name": f"Made by {who}"}, who)
    walk.get(f"/case-tags/{made['Phishing']}")
    walk.get(f"/case-tags/{UNKNOWN}")
    walk.get("/case-tags/not-an-id")
    renamed = f"/case-tags/{made['To Rename']}"
    walk.ask("PATCH", renamed, {"name": "Renamed Tag"})
    walk.ask("PATCH", renamed, {"color": "#0000ff"})
    walk.ask("PATCH", renamed, {"color": None})
    walk.ask("PATCH", renamed, {"name": "Phishing"}, say="taken")
    walk.ask("PATCH", renamed, {})
    walk.ask("PATCH", renamed, {"name": "Nope"}, "vic")
    walk.ask("PATCH", f"/case-tags/{UNKNOWN}", {"name": "Nope"})
    walk.ask("DELETE", f"/case-tags/{made['To Delete']}", who="lee")
    walk.ask("DELETE", f"/case-tags/{made['To Delete']}")
    walk.ask("DELETE", f"/case-tags/{made['To Delete']}", say="again")
    walk.get("/case-tags", "vic")


def fields(walk, world):
    walk.chapter("fields")
    for body in FIELDS:
        walk.ask("POST", "/case-fields", body)
    walk.get("/case-fields")
    for body, say in (({"name": "score", "type": "TEXT"}, "taken"), ({"name": "1st", "type": "TEXT"}, "bad name"),
                      ({"name": "color", "type": "SELECT"}, "no options"), ({"name": "x", "type": "COLOR"}, "bad type"), ({}, "empty"),
                      ({"name": "y", "type": "INTEGER", "options": ["a"]}, "unwanted options")):
        walk.ask("POST", "/case-fields", body, say=say)
    walk.ask("POST", "/case-fields", {"name": "by_lee", "type": "TEXT"}, "lee")
    walk.ask("POST", "/case-fields", {"name": "by_vic", "type": "TEXT"}, "vic")
    walk.ask("POST", "/case-fields", {"name": "passing", "type": "TEXT"})
    walk.ask("PATCH", "/case-fields/passing", {"display_name": "Passing by"})
    walk.get("/case-fields")
    walk.ask("PATCH", "/case-fields/passing", {"name": "score"}, say="taken")
    walk.ask("PATCH", "/case-fields/verdict", {"options": ["true positive", "benign", "unclear", "duplicate"]})
    walk.ask("PATCH", "/case-fields/passing", {"kind": "LONG_TEXT"})
    walk.ask("PATCH", "/case-fields/passing", {"display_name": "No"}, "vic")
    walk.ask("DELETE", "/case-fields/passing", who="lee")
    walk.ask("DELETE", "/case-fields/passing")
    walk.ask("DELETE", "/case-fields/id", say="reserved")
    walk.get("/case-fields", "vic")


def cases(walk, world):
    walk.chapter("cases")
    ana, lee = world["people"]["ana"], world["people"]["lee"]
    made = world["cases"] = {}
    made["plain"] = case(walk, "Plain case")
    made["rich"] = case(walk, "Rich case", status="in_progress", priority="critical", severity="fatal", assignee_id=lee,
                        description="Über **alles**\n\n- a\n- b", payload={"alert": 17, "nested": {"a": [1, 2.5, None, True]}, "text": "ä"})
    made["lees"] = case(walk, "Case of Lee", "lee", priority="low", severity="informational")
    made["keys"] = case(walk, "Case of a key", "key", status="on_hold", severity="unknown", priority="other")
    made["odd"] = case(walk, "  spaces & \"quotes\" <b>\ttab  ", description="", status="other", priority="unknown", severity="other")
    made["closed"] = case(walk, "Made closed", status="closed", priority="high", severity="high", assignee_id=ana)
    made["long"] = case(walk, "S" * 300, description="D" * 6000)
    made["fields"] = case(walk, "Case with fields", fields={"root_cause": "Phish", "score": 5, "verdict": "unclear", "vectors": ["web"]})
    for body, say in (({}, "empty"), ({"summary": "x"}, "only a summary"), ({**BASE, "summary": None}, "null summary"),
                      ({**BASE, "summary": "x", "status": "NEW"}, "bad status"), ({**BASE, "summary": "x", "severity": 3}, "bad severity"),
                      ({**BASE, "summary": "x", "payload": [1]}, "payload no object"), ({**BASE, "summary": "x", "assignee_id": "me"}, "bad assignee"),
                      ({**BASE, "summary": "x", "fields": {"nope": 1}}, "unknown field"),
                      ({**BASE, "summary": "x", "fields": {"score": "many"}}, "bad value")):
        walk.ask("POST", "/cases", body, say=say)
    walk.ask("POST", "/cases", {**BASE, "summary": "x"}, "vic")
    walk.ask("POST", "/cases", {**BASE, "summary": "x"}, "nobody")
    walk.call("POST", f"/workspaces/{world['workspace']}/cases", data=b"{broken", headers={"Content-Type": "application/json"})
    for name in made:
        walk.get(f"/cases/{made[name]}", say=name)
    walk.get(f"/cases/{made['plain']}", "vic")
    walk.get(f"/cases/{made['plain']}", "nobody")
    walk.get(f"/cases/{made['plain']}", params={"include_rows": "true"})


def changes(walk, world):
    walk.chapter("changes")
    one, rich = world["cases"]["plain"], world["cases"]["rich"]
    lee, vic = world["people"]["lee"], world["people"]["vic"]
    for body in ({"summary": "Plain case, renamed"}, {"description": "Other words"}, {"status": "in_progress"}, {"priority": "high"},
                 {"severity": "critical"}, {"assignee_id": lee}, {"assignee_id": vic}, {"assignee_id": None}, {"payload": {"k": "v", "n": 1}},
                 {"payload": None}, {"status": "resolved"}, {"status": "closed"}, {"status": "new"}, {"status": "on_hold", "priority": "low"},
                 {}, {"status": None, "priority": None}, {"tags": ["x"]}, {"summary": ""}, {"summary": "Plain case", "status": "in_progress"}):
        walk.ask("PATCH", f"/cases/{one}", body)
        walk.get(f"/cases/{one}")
    for body, say in (({"status": "open"}, "bad status"), ({"assignee_id": "lee"}, "bad id"), ({"payload": 5}, "payload no object"),
                      ({"summary": None}, "null summary"), ({"assignee_id": UNKNOWN}, "unknown assignee"), ({"fields": {"nope": 1}}, "unknown field")):
        walk.ask("PATCH", f"/cases/{rich}", body, say=say)
    walk.ask("PATCH", f"/cases/{rich}", {"priority": "low"}, "lee")
    walk.ask("PATCH", f"/cases/{rich}", {"priority": "high"}, "key")
    walk.ask("PATCH", f"/cases/{rich}", {"priority": "low"}, "vic")
    walk.ask("PATCH", f"/cases/{rich}", {"priority": "low"}, "nobody")
    walk.ask("PATCH", f"/cases/{UNKNOWN}", {"priority": "low"})
    walk.ask("PATCH", "/cases/nope", {"priority": "low"})
    walk.get(f"/cases/{rich}", "lee")


def values(walk, world):
    walk.chapter("values")
    one = world["cases"]["fields"]
    for field, several in VALUES.items():
        for value in several:
            walk.ask("PATCH", f"/cases/{one}", {"fields": {field: value}}, say=field)
            walk.get(f"/cases/{one}", say=field)
    walk.ask("PATCH", f"/cases/{one}", {"fields": {"score": 1, "root_cause": "both", "confirmed": None}})
    walk.get(f"/cases/{one}")
    for field, value in (("score", "abc"), ("score", 1.5), ("cost", "a lot"), ("verdict", "nope"), ("vectors", "mail"), ("vectors", ["fax"]),
                         ("root_cause", {"a": 1})):
        walk.ask("PATCH", f"/cases/{one}", {"fields": {field: value}}, say=f"{field} refused")
    walk.get("/cases/search", params={"field_ids": list(VALUES), "search_term": "Case with fields"})
    walk.get("/cases", params={"field_ids": ["score", "unknown_one"], "limit": 3})
    walk.get("/cases", params={"field_ids": ["case_id"], "limit": 3})
    walk.ask("DELETE", "/case-fields/extra")
    walk.get(f"/cases/{one}")


def case_tags(walk, world):
    walk.chapter("case tags")
    one, tags = f"/cases/{world['cases']['plain']}/tags", world["tags"]
    walk.get(one)
    walk.ask("POST", one, {"tag_id": tags["Phishing"]})
    walk.ask("POST", one, {"tag_id": "low-noise"}, say="by ref")
    walk.ask("POST", one, {"tag_id": "Überprüfen"}, "lee", say="by name")
    walk.ask("POST", one, {"tag_id": tags["Phishing"]}, say="again")
    for value, say in (("nope", "unknown"), ("", "empty"), ("x" * 101, "long"), (None, "null"), (UNKNOWN, "unknown id")):
        walk.ask("POST", one, {"tag_id": value}, say=say)
    walk.ask("POST", one, {"tag_id": tags["Phishing"]}, "vic")
    walk.ask("POST", f"/cases/{UNKNOWN}/tags", {"tag_id": tags["Phishing"]})
    walk.get(one, "vic")
    walk.get(f"/cases/{world['cases']['plain']}")
    walk.ask("DELETE", f"{one}/{tags['Low Noise']}")
    walk.ask("DELETE", f"{one}/{tags['Low Noise']}", say="again")
    walk.ask("DELETE", f"{one}/nope")
    walk.ask("DELETE", f"{one}/phishing", who="vic")
    walk.ask("POST", f"/cases/{world['cases']['rich']}/tags", {"tag_id": tags["Low Noise"]})
    walk.ask("POST", f"/cases/{world['cases']['lees']}/tags", {"tag_id": tags["To Rename"]})
    walk.ask("DELETE", f"/case-tags/{tags['To Rename']}", say="in use")
    walk.get(f"/cases/{world['cases']['lees']}/tags")
    walk.get(one)


def search(walk, world):
    walk.chapter("search")
    lee, tags = world["people"]["lee"], world["tags"]
    for params in (
            {}, {"limit": 2}, {"sort": "asc"}, {"order_by": "status", "limit": 1}, {"search_term": "case"}, {"search_term": "CASE-0003"}, {"search_term": "ÜBER"}, {"search_term": "100%"}, {"search_term": "p_ain"},
            {"short_id": "2"}, {"short_id": "case-0004"}, {"short_id": "nope"}, {"short_id": "999"},
            {"status": "closed"}, {"status": ["new", "on_hold"]}, {"priority": "critical"}, {"severity": ["low", "fatal"]},
            {"status": "nope"}, {"priority": ""}, {"assignee_id": lee}, {"assignee_id": "unassigned"}, {"assignee_id": [lee, "unassigned"]},
            {"assignee_id": "x"}, {"assignee_id": UNKNOWN}, {"tags": "phishing"}, {"tags": tags["Low Noise"]}, {"tags": ["phishing", "low-noise"]},
            {"tags": "Low Noise"}, {"tags": "unknown-tag"}, {"status": "in_progress", "tags": "phishing"}, {"limit": 0}, {"limit": 201}, {"limit": "x"},
            {"order_by": "summary"}, {"sort": "up"}, {"cursor": "x"}, {"cursor": ""}, {"start_time": "2020-01-01T00:00:00Z"},
            {"end_time": "2020-01-01T00:00:00Z"}, {"updated_after": "2020-01-01"}, {"updated_before": "2021-01-01"}, {"start_time": "soon"},
            {"include_payload": "true"}, {"include_payload": "maybe"}, {"include_durations": "true", "limit": 2}, {"include_rows": "true", "limit": 2},
            {"dropdown": "tier:one"}, {"dropdown": "tier"}):
        walk.get("/cases/search", params=params, say=words(params))
    for params in ({"status": "closed"}, {"search_term": "case"}, {"tags": "phishing"}, {"assignee_id": "unassigned"}, {"status": "nope"}):
        walk.get("/cases/search/aggregate", params=params, say=words(params))
    walk.get("/cases/search", "vic")
    walk.get("/cases", "vic", params={"status": "closed", "limit": 2})
    walk.get("/cases/search", "nobody")


def words(params):
    return " ".join(f"{name}={value}" for name, value in params.items() if not str(value).count("-") > 3) or "all"


def paging(walk, world):
    walk.chapter("paging")
    for order, sort in (("created_at", "desc"), ("created_at", "asc")):
        asked = {"limit": 3, "order_by": order, "sort": sort}
        page = walk.get("/cases", params=asked, say=f"{order} {sort}").json()
        back = None
        while page["next_cursor"]:
            page = walk.get("/cases", params={**asked, "cursor": page["next_cursor"]}, say=f"{order} {sort}").json()
            back = page["prev_cursor"]
        while back:
            page = walk.get("/cases", params={**asked, "cursor": back}, say=f"{order} {sort} back").json()
            back = page["prev_cursor"]
    page = walk.get("/cases/search", params={"limit": 2, "search_term": "case"}).json()
    assert page["next_cursor"]
    walk.get("/cases/search", params={"limit": 2, "search_term": "case", "cursor": page["next_cursor"]}, say="filtered")
    walk.get("/cases/search", params={"limit": 2, "order_by": "status", "cursor": page["next_cursor"]}, say="the cursor of another order")
    walk.get("/cases", params={"limit": 2, "cursor": page["next_cursor"] + "x"}, say="a damaged cursor")


def recency(walk, world):
    """Orders by the last change. ThreatConnect's times are whole seconds, so each change gets a second of its own."""
    walk.chapter("recency")
    for name in ("lees", "odd", "long"):
        walk.next_second()
        walk.ask("PATCH", f"/cases/{world['cases'][name]}", {"description": "Changed in its own second."})
    walk.get("/cases", params={"order_by": "updated_at", "limit": 3})
    page = walk.get("/cases/search", params={"order_by": "updated_at", "limit": 2}).json()
    walk.get("/cases/search", params={"order_by": "updated_at", "limit": 1})
    walk.get("/cases/search", params={"updated_after": page["items"][-1]["updated_at"], "order_by": "updated_at", "sort": "asc"})


def batch(walk, world):
    walk.chapter("batch")
    made = [case(walk, f"Batch {i}") for i in range(4)]
    world["batch"] = made
    walk.ask("POST", "/cases/batch-update", {"case_ids": made[:3], "update": {"status": "in_progress", "priority": "high"}})
    walk.ask("POST", "/cases/batch-update", {"case_ids": [made[0], UNKNOWN, made[0]], "update": {"severity": "high"}}, "lee")
    walk.ask("POST", "/cases/batch-update", {"case_ids": made, "update": {"assignee_id": world["people"]["vic"], "fields": {"score": 9}}})
    walk.ask("POST", "/cases/batch-update", {"case_ids": made, "update": {"fields": {"nope": 9}}}, say="unknown field")
    walk.ask("POST", "/cases/batch-update", {"case_ids": made, "update": {"summary": None}}, say="null summary")
    walk.ask("POST", "/cases/batch-update", {"case_ids": [], "update": {}}, say="none")
    walk.ask("POST", "/cases/batch-update", {"case_ids": ["x"], "update": {}}, say="bad id")
    walk.ask("POST", "/cases/batch-update", {"case_ids": made, "update": {"status": "closed"}}, "vic")
    walk.get("/cases/search", params={"search_term": "Batch", "field_ids": ["score"]})
    walk.ask("POST", "/cases/batch-delete", {"case_ids": made[:1]}, "lee")
    walk.ask("POST", "/cases/batch-delete", {"case_ids": [made[0], UNKNOWN]})
    walk.ask("POST", "/cases/batch-delete", {"case_ids": [made[0]]}, say="again")
    walk.get(f"/cases/{made[0]}")
    walk.get("/cases/search", params={"search_term": "Batch"})


def deletion(walk, world):
    walk.chapter("deletion")
    one = case(walk, "To be deleted", payload={"a": 1})
    walk.ask("DELETE", f"/cases/{one}", who="lee")
    walk.ask("DELETE", f"/cases/{one}", who="vic")
    walk.ask("DELETE", f"/cases/{one}")
    walk.ask("DELETE", f"/cases/{one}", say="again")
    walk.get(f"/cases/{one}")
    walk.ask("PATCH", f"/cases/{one}", {"priority": "low"})
    for below in ("comments", "tasks", "tags", "attachments", "events"):
        walk.get(f"/cases/{one}/{below}", say="of a deleted case")
    case(walk, "After the deletion")
    walk.get("/cases/search/aggregate")
