"""What a Tracecat client does with what hangs on a case: comments, tasks, files, history."""
import struct
import zlib

from loop_tracecat_cases import UNKNOWN, case, id_in

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def png(shade=0):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    pixels = zlib.compress(b"\0" + bytes([shade]) * 3)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def comment(walk, path, content, who="ana", say="", **more):
    """Two steps: a comment is made, and found as the one that was not there before. Its id."""
    walk.ask("POST", path, {"content": content, **more}, who, say=say)
    new = [c["id"] for c in listed(walk.get(path, who)) if c["id"] not in walk.seen]
    walk.seen.update(new)
    return new[0] if new else UNKNOWN


def listed(answer):
    return answer.json() if answer.status_code == 200 else []


def comments(walk, world):
    walk.chapter("comments")
    one = case(walk, "Case for comments")
    path = world["comments"] = f"/cases/{one}/comments"
    walk.get(path + "/threads")
    first = comment(walk, path, "  First look.\n")
    lees = comment(walk, path, "Seen by **Lee** – ä\n\n> quoted", "lee")
    keys = comment(walk, path, "By a program", "key")
    same = comment(walk, path, "First look.")
    reply = comment(walk, path, "A reply", "lee", parent_id=first)
    comment(walk, path, "Another reply", parent_id=first)
    comment(walk, path, "A reply of a key", "key", parent_id=lees)
    walk.get(path, "vic")
    walk.get(path + "/threads", "vic")
    for body, say in (({}, "empty"), ({"content": ""}, "no text"), ({"content": "   "}, "blank"), ({"content": "x" * 25001}, "long"),
                      ({"content": None}, "null"), ({"content": 5}, "number"), ({"content": "x", "parent_id": UNKNOWN}, "unknown parent"),
                      ({"content": "x", "parent_id": reply}, "reply to a reply"), ({"content": "x", "parent_id": "x"}, "bad parent")):
        walk.ask("POST", path, body, say=say)
    walk.ask("POST", path, {"content": "x"}, "vic")
    walk.ask("POST", path, {"content": "x"}, "nobody")
    walk.ask("POST", f"/cases/{UNKNOWN}/comments", {"content": "x"})
    comment(walk, path, "L" * 25000, say="longest")
    comment(walk, path, "line one\nline two\ttab \u2028 \U0001F600 <b>&amp;</b>", say="odd characters")

    walk.ask("PATCH", f"{path}/{first}", {"content": "First look, edited"})
    walk.ask("PATCH", f"{path}/{lees}", {"content": "Lee again"}, "lee")
    walk.ask("PATCH", f"{path}/{reply}", {"content": "A better reply"}, "lee")
    walk.get(path)
    for target, body, who in ((lees, {"content": "not mine"}, "ana"), (keys, {"content": "nobody's"}, "ana"), (keys, {"content": "own"}, "key"),
                              (first, {"content": "x"}, "vic"), (first, {"content": ""}, "ana"), (first, {"content": None}, "ana"),
                              (first, {}, "ana"), (first, {"content": "x", "parent_id": same}, "ana"), (UNKNOWN, {"content": "x"}, "ana")):
        walk.ask("PATCH", f"{path}/{target}", body, who)
    other = case(walk, "Another case")
    walk.ask("PATCH", f"/cases/{other}/comments/{first}", {"content": "wrong case"})
    walk.ask("POST", f"/cases/{other}/comments", {"content": "x", "parent_id": first}, say="parent elsewhere")
    walk.ask("DELETE", f"/cases/{other}/comments/{first}")

    walk.ask("DELETE", f"{path}/{same}", who="lee")
    walk.ask("DELETE", f"{path}/{lees}")
    walk.ask("DELETE", f"{path}/{keys}", who="key")
    walk.ask("DELETE", f"{path}/{same}")
    walk.ask("DELETE", f"{path}/{same}", say="again")
    walk.ask("DELETE", f"{path}/{first}", say="a root with replies")
    walk.get(path)
    walk.get(path + "/threads")
    walk.ask("DELETE", f"{path}/{first}", say="deleted already")
    walk.ask("PATCH", f"{path}/{first}", {"content": "too late"})
    walk.ask("POST", path, {"content": "too late", "parent_id": first}, say="reply to a deleted one")
    walk.get(f"/cases/{one}/events")
    walk.get(f"/cases/{one}")
    walk.get("/cases/search", params={"search_term": "Case for comments"})


def tasks(walk, world):
    walk.chapter("tasks")
    one = case(walk, "Case for tasks")
    path, lee = f"/cases/{one}/tasks", world["people"]["lee"]
    walk.get(path)
    made = {}
    for body in ({"title": "Call the user"}, {"title": "Block", "description": "At the **edge**", "priority": "high", "status": "in_progress"},
                 {"title": "Assigned", "assignee_id": lee, "priority": "critical"}, {"title": "Blocked", "status": "blocked", "priority": "low"},
                 {"title": "Done", "status": "completed", "priority": "medium"}, {"title": "  blanks  ", "description": "", "priority": "other"}):
        made[body["title"]] = id_in(walk.ask("POST", path, body))
    made["lee"] = id_in(walk.ask("POST", path, {"title": "Made by Lee"}, "lee"))
    made["key"] = id_in(walk.ask("POST", path, {"title": "Made by a key"}, "key"))
    walk.get(path, "vic")
    for body, say in (({}, "empty"), ({"title": ""}, "no title"), ({"title": "x" * 256}, "long"), ({"title": "x", "description": "x" * 1001}, "long text"),
                      ({"title": "x", "status": "open"}, "bad status"), ({"title": "x", "priority": "p1"}, "bad priority"),
                      ({"title": "x", "assignee_id": UNKNOWN}, "unknown assignee"), ({"title": "x", "default_trigger_values": {"a": 1}}, "no workflow")):
        walk.ask("POST", path, body, say=say)
    walk.ask("POST", path, {"title": "x"}, "vic")
    walk.ask("POST", f"/cases/{UNKNOWN}/tasks", {"title": "x"})
    target = f"{path}/{made['Call the user']}"
    for body in ({"status": "in_progress"}, {"status": "blocked"}, {"status": "completed"}, {"status": "todo"}, {"priority": "high"},
                 {"title": "Call the user back"}, {"description": "By phone"}, {"assignee_id": lee}, {"assignee_id": None}, {"description": None},
                 {"title": None, "status": None, "priority": None}, {}, {"status": "in_progress", "priority": "low", "title": "All at once"}):
        walk.ask("PATCH", target, body)
    walk.get(path)
    for body, say in (({"status": "open"}, "bad status"), ({"title": ""}, "no title"), ({"assignee_id": UNKNOWN}, "unknown assignee")):
        walk.ask("PATCH", target, body, say=say)
    walk.ask("PATCH", target, {"priority": "high"}, "lee")
    walk.ask("PATCH", target, {"priority": "high"}, "vic")
    walk.ask("PATCH", f"{path}/{UNKNOWN}", {"priority": "high"})
    other = case(walk, "Another case for tasks")
    walk.ask("PATCH", f"/cases/{other}/tasks/{made['Block']}", {"priority": "low"}, say="of another case")
    walk.ask("DELETE", f"{path}/{made['Done']}", who="lee")
    walk.ask("DELETE", f"{path}/{made['Done']}")
    walk.ask("DELETE", f"{path}/{made['Done']}", say="again")
    walk.get(path)
    walk.get("/cases/search", params={"search_term": "Case for tasks"})
    walk.get("/cases/search", params={"order_by": "tasks", "limit": 1})
    walk.get(f"/cases/{one}/events")
    walk.get(f"/cases/{one}")


def upload(walk, path, name, kind, content, who="ana", say=""):
    part = (name, content, kind) if kind else (name, content)
    return walk.ask("POST", path, who=who, files={"file": part}, say=say or name)


def content(walk, path, number, who="ana", say=""):
    """Two steps: the link, and what lies behind it."""
    link = walk.get(f"{path}/{number}", who, say=say)
    walk.fetch(link.json()["download_url"] if link.status_code == 200 else None, say)


def attachments(walk, world):
    walk.chapter("attachments")
    one, other = case(walk, "Case for files"), case(walk, "Another case for files")
    path, second = f"/cases/{one}/attachments", f"/cases/{other}/attachments"
    walk.get(path)
    made = {}
    for name, kind, data in (("screen.png", "image/png", png()), ("notes.txt", "text/plain", b"Timeline of the incident.\n"),
                             ("hosts.csv", "text/csv", b"host,ip\nWKS-1,192.0.2.10\n"), ("report.pdf", "application/pdf", PDF),
                             ("größe.txt", "text/plain", "Größe".encode()), ("UPPER.TXT", "text/plain", b"upper"),
                             ("big.txt", "text/plain", b"0123456789abcdef" * 20000)):
        made[name] = id_in(upload(walk, path, name, kind, data))
    upload(walk, path, "again.png", "image/png", png(), say="the same bytes again")
    walk.get(path)
    for name in made:
        content(walk, path, made[name], say=name)
    walk.get(f"{path}/{made['screen.png']}", params={"preview": "true"}, say="preview")
    upload(walk, second, "elsewhere.txt", "text/plain", b"only here\n", "lee")
    walk.get(second)
    for name, kind, data in (("alert.json", "application/json", b"{}"), ("tool.exe", "application/octet-stream", b"MZ\x90"), ("fake.png", "image/png", b"text"),
                             ("empty.txt", "text/plain", b""), ("../x.txt", "text/plain", b"path"), ("x.html", "text/html", b"<p>")):
        upload(walk, path, name, kind, data, say=f"{name} refused")
    walk.ask("POST", path, files={"upload": ("x.txt", b"x", "text/plain")}, say="another part")
    upload(walk, path, "x.txt", "text/plain", b"x", "vic")
    upload(walk, f"/cases/{UNKNOWN}/attachments", "x.txt", "text/plain", b"unknown case")
    keys = id_in(upload(walk, path, "key.txt", "text/plain", b"by a key", "key"))
    walk.get(f"{path}/{UNKNOWN}")
    walk.get(f"{second}/{made['notes.txt']}", say="of another case")
    walk.get(f"{path}/{made['notes.txt']}", "vic")
    walk.ask("DELETE", f"{path}/{made['notes.txt']}", who="vic")
    walk.ask("DELETE", f"{path}/{made['notes.txt']}", who="lee")
    walk.ask("DELETE", f"{path}/{made['notes.txt']}")
    walk.ask("DELETE", f"{path}/{made['notes.txt']}", say="again")
    walk.ask("DELETE", f"{path}/{keys}", who="key")
    walk.get(path)
    walk.get(f"{path}/{made['notes.txt']}", say="deleted")
    walk.get(f"/cases/{one}/events")
    walk.get(f"/cases/{one}")


def large_files(walk, world):
    walk.chapter("large files")
    path = f"/cases/{case(walk, 'Case for large files')}/attachments"
    for size in (1, 1 << 20, 20 << 20):
        content(walk, path, id_in(upload(walk, path, f"{size}.txt", "text/plain", b"0123456789abcdef"[:size] * max(1, size // 16))), say=f"{size} bytes")
    upload(walk, path, "more.txt", "text/plain", b"x" * ((20 << 20) + 1))
    walk.get(path)


def shared_files(walk, world):
    """Tracecat keeps the same bytes once in a workspace: in a second case, and when they come back after a deletion."""
    walk.chapter("shared files")
    one, other = (f"/cases/{case(walk, 'Case that shares a file')}/attachments" for _ in range(2))
    upload(walk, one, "first.png", "image/png", png(7))
    second = id_in(upload(walk, other, "second.png", "image/png", png(7), "lee"))
    walk.get(other)
    walk.ask("DELETE", f"{other}/{second}")
    walk.get(one, say="the same file in the first case")
    upload(walk, other, "third.png", "image/png", png(7))
    walk.get(one)
    walk.get(other)
    walk.get(other.removesuffix("attachments") + "events")


def events(walk, world):
    walk.chapter("events")
    for name, number in world["cases"].items():
        walk.get(f"/cases/{number}/events", say=name)
    walk.get(f"/cases/{world['cases']['plain']}/events", "vic")
    walk.get(f"/cases/{world['batch'][1]}/events", say="batch")
    walk.get(f"/cases/{world['cases']['plain']}/events", "nobody")


def closure(walk, world):
    walk.chapter("closure")
    walk.ask("POST", "/case-fields", {"name": "lessons", "type": "TEXT", "required_on_closure": True})
    one = case(walk, "To be closed by the rules")
    walk.ask("PATCH", f"/cases/{one}", {"status": "closed"})
    walk.ask("PATCH", f"/cases/{one}", {"status": "resolved"})
    walk.ask("PATCH", f"/cases/{one}", {"status": "closed", "fields": {"lessons": "  "}}, say="blank")
    walk.ask("POST", "/cases/batch-update", {"case_ids": [one], "update": {"status": "closed"}})
    walk.ask("PATCH", f"/cases/{one}", {"status": "closed", "fields": {"lessons": "Patch sooner"}})
    walk.get(f"/cases/{one}")
    walk.ask("PATCH", f"/cases/{one}", {"fields": {"lessons": None}})
    walk.ask("PATCH", f"/cases/{one}", {"status": "new"}, say="reopened")
    walk.ask("PATCH", f"/cases/{one}", {"status": "closed"})
    walk.ask("PATCH", "/case-fields/lessons", {"required_on_closure": False})
    walk.ask("PATCH", f"/cases/{one}", {"status": "closed"})
    walk.get(f"/cases/{one}/events")


def add_ons(walk, world, which):
    """What belongs to the add-on or to tables: with it, and on a server without."""
    walk.chapter(f"add-ons {which}", which)
    one = world["cases"]["plain"]
    for method, path, body in (
            ("GET", "/case-dropdowns", None), ("POST", "/case-dropdowns", {"name": "Tier", "ref": "tier"}), ("GET", f"/case-dropdowns/{UNKNOWN}", None),
            ("PATCH", f"/case-dropdowns/{UNKNOWN}", {"name": "x"}), ("DELETE", f"/case-dropdowns/{UNKNOWN}", None),
            ("POST", f"/case-dropdowns/{UNKNOWN}/options", {"label": "x", "ref": "x"}), ("GET", f"/cases/{one}/dropdowns", None),
            ("PATCH", f"/case-dropdowns/{UNKNOWN}/options/{UNKNOWN}", {"label": "x"}), ("DELETE", f"/case-dropdowns/{UNKNOWN}/options/{UNKNOWN}", None),
            ("PUT", f"/case-dropdowns/{UNKNOWN}/options/reorder", [UNKNOWN]), ("GET", f"/cases/{UNKNOWN}/dropdowns", None),
            ("PUT", f"/cases/{one}/dropdowns/{UNKNOWN}", {"option_id": None}), ("GET", "/case-durations", None),
            ("POST", "/case-durations", {"name": "x", "start_anchor": {"event_type": "case_created"}, "end_anchor": {"event_type": "case_closed"}}),
            ("GET", f"/case-durations/{UNKNOWN}", None), ("PATCH", f"/case-durations/{UNKNOWN}", {"name": "x"}), ("DELETE", f"/case-durations/{UNKNOWN}", None), ("GET", f"/cases/{one}/durations", None),
            ("GET", f"/cases/{one}/durations/{UNKNOWN}", None), ("POST", f"/cases/{one}/durations", {"definition_id": UNKNOWN}),
            ("PATCH", f"/cases/{one}/durations/{UNKNOWN}", {}), ("DELETE", f"/cases/{one}/durations/{UNKNOWN}", None),
            ("GET", f"/cases/{one}/rows", None), ("POST", f"/cases/{one}/rows", {"table_id": UNKNOWN, "row_id": UNKNOWN}),
            ("POST", f"/cases/{one}/rows/insert", {"table_id": UNKNOWN, "row": {"data": {}}}), ("DELETE", f"/cases/{one}/rows/{UNKNOWN}/{UNKNOWN}", None), ("GET", f"/cases/{one}/comments/threads", None),
            ("POST", f"/cases/{one}/comments", {"content": "x", "parent_id": UNKNOWN}), ("GET", f"/cases/{one}/tasks", None),
            ("POST", f"/cases/{one}/tasks", {"title": "x"}), ("PATCH", f"/cases/{one}/tasks/{UNKNOWN}", {"title": "x"}),
            ("DELETE", f"/cases/{one}/tasks/{UNKNOWN}", None), ("PATCH", f"/cases/{one}", {"dropdown_values": []}), ("GET", f"/cases/{one}", None)):
        walk.ask(method, path, body)

