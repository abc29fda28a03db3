"""Requests that a walk along the fact sheet sends, sentence by sentence, where an answer was once wrong."""

import base64
import time

import pytest

EXAMPLE = {  # §6.1, as it stands there
    "name": "Odd login", "severity": "High", "status": "Open", "description": "\u2026",
    "assignee": {"type": "Group", "data": {"name": "Tier 1"}},
    "tags": {"data": [{"name": "vpn"}, {"techniqueId": "T1110"}]},
    "attributes": {"data": [{"type": "Description", "value": "\u2026", "source": "bridge"}]},
    "artifacts": {"data": [{"summary": "bad.example", "type": "Host", "notes": {"data": [{"text": "n"}]}}]},
    "tasks": {"data": [{"name": "Call user", "workflowPhase": 1, "workflowStep": 1}]},
    "notes": {"data": [{"text": "first note"}]},
    "workflowEvents": {"data": [{"summary": "Reported by phone", "eventDate": "2025-02-03T09:00:00Z"}]},
}


def test_the_example_of_nested_writes_is_taken(bridge):
    made = bridge.data("POST", "/v3/cases?fields=tags&fields=workflowEvents&fields=artifacts.notes&fields=tasks&fields=notes", json=EXAMPLE)
    path = f"/v3/cases/{made['id']}?fields=tags"
    assert sorted(t["name"] for t in made["tags"]["data"]) == ["T1110", "vpn"]
    assert [len(made[name]["data"]) for name in ("notes", "tasks", "artifacts")] == [1, 1, 1]
    # That a case was made is the first thing that happens to it.
    assert [e["summary"] for e in made["workflowEvents"]["data"]] == ["Case created", "Reported by phone"]
    assert [c["id"] for c in bridge.data("GET", "/v3/cases", params={"tql": f'tag = "T1110" and id = {made["id"]}'})] == [made["id"]]
    left = bridge.data("PUT", path, json={"tags": {"data": [{"techniqueId": "T1110"}], "mode": "delete"}})
    assert [t["name"] for t in left["tags"]["data"]] == ["vpn"]
    bridge.drop(made["id"])


def test_what_no_backend_stores_is_refused_before_anything_is_done(bridge, number):
    note = bridge.data("POST", "/v3/notes", json={"caseId": number, "text": "as it was"})["id"]
    task = bridge.data("POST", "/v3/tasks", json={"caseId": number, "name": "as it was"})["id"]
    two = {"name": "changed", "notes": {"data": [{"text": "good"}, {"text": "a\u0000b"}]}}
    for method, path, body in [("PUT", f"/v3/notes/{note}", {"text": "\u0000"}), ("PUT", f"/v3/tasks/{task}", {"name": "\u0000"}),
                               ("PUT", f"/v3/cases/{number}", two), ("POST", "/v3/notes", {"caseId": number, "text": "\u0000"})]:
        refused = bridge.ask(method, path, json=body)
        assert (refused.status_code, refused.json()["errCode"]) == (400, "0x2005"), refused.text
    held = bridge.data("GET", f"/v3/cases/{number}?fields=notes&fields=tasks")
    assert (held["name"], [n["text"] for n in held["notes"]["data"]]) == ("A case", ["as it was"])
    assert [t["name"] for t in held["tasks"]["data"]] == ["as it was"]


def test_a_long_note_is_edited_where_the_backend_has_no_room_for_it(bridge, number):
    text = "a" * 30_000
    made = bridge.data("POST", "/v3/notes", json={"caseId": number, "text": text})
    same = bridge.data("PUT", f"/v3/notes/{made['id']}", json={"text": text})
    assert (same["edited"], same["lastModified"]) == (False, made["lastModified"])
    while time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()) <= made["lastModified"]:
        pass  # times have whole seconds
    bridge.data("PUT", f"/v3/notes/{made['id']}", json={"text": text + "b"})
    held = bridge.data("GET", f"/v3/notes/{made['id']}")
    assert (held["text"], held["edited"]) == (text + "b", True) and held["lastModified"] > held["dateAdded"]


@pytest.mark.parametrize("text", ["aGVs\nbG8=\n", "aGVs\r\nbG8=", " aG Vs\tbG8="])
def test_a_file_comes_in_lines(bridge, number, text):
    made = bridge.data("POST", "/v3/artifacts?fields=fileData",
                       json={"caseId": number, "summary": "a.txt", "type": "log file", "fileData": text})
    assert (made["fileData"], made["type"]) == ("aGVsbG8=", "Log File")
    new = bridge.data("PUT", f"/v3/artifacts/{made['id']}?fields=fileData", json={"fileData": base64.encodebytes(b"x" * 200).decode()})
    assert base64.b64decode(new["fileData"]) == b"x" * 200


def test_names_of_tags_that_are_taken(bridge):
    one, two = (bridge.data("POST", "/v3/tags", json={"name": name})["id"] for name in ("Walked one", "Walked two"))
    for method, path, name in [("POST", "/v3/tags", "Walked one"), ("PUT", f"/v3/tags/{two}", "Walked one"),
                               ("POST", "/v3/tags", "walked-ONE"), ("PUT", f"/v3/tags/{two}", "walked-ONE")]:
        refused = bridge.ask(method, path, json={"name": name})
        assert (refused.status_code, refused.json()["errCode"]) == (409, "0x1006"), refused.text
    assert bridge.data("PUT", f"/v3/tags/{one}", json={"name": "walked-one"})["name"] == "walked-one"
    for number in (one, two):
        bridge.data("DELETE", f"/v3/tags/{number}")


@pytest.mark.parametrize("tql, found", [('attackTag = "T1110"', 0), ('attackTag != "T1110"', 1), ('NOT attackTag = "T1110"', 1),
                                        ('attackTag NOT IN ("T1110")', 1)])
def test_no_case_has_an_attack_tag(bridge, number, tql, found):
    assert bridge.ask("GET", "/v3/cases", params={"tql": f"id = {number} and ({tql})"}).json()["count"] == found
