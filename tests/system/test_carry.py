"""What ThreatConnect cannot express: carried, spilled into files, and safe from everybody else who writes."""
import json
import threading
import time

import pytest
from conftest import Stack
from organisation import ATTRIBUTE_TYPES, SANDBOX_DATA, Organisation, bridge
from support import STATE, compact, unique

BIG = {size: {"alert": {"raw": "ü" * (size // 2 - 50), "n": [1, 2.5, -0.0, 12345678901234567, None, True], "deep": {"a": {"b": "💥"}}}}
       for size in (40_000, 900_000)}
MANGLED = [
    "", " ", "{", "null", "[]", "0", '"text"', "{}", '{"v":1}', '{"v":0,"r":1,"s":{}}', '{"v":1,"r":-1,"s":{}}', '{"v":1,"r":1e999,"s":{}}',
    '{"v":1,"r":5,"s":[]}', '{"v":1,"r":5,"s":{"status":5,"priority":{},"severity":[],"payload":null}}',
    '{"v":1,"r":5,"s":{"status":["nonsense","x",1],"severity":["fatal"],"priority":"loud"}}',
    '{"v":1,"r":5,"s":{},"x":{"payload":["no-such-file.json","0000000000000000",10]}}',
    '{"v":1,"r":5,"s":{},"x":{"payload":[],"description":{},"summary":[1,2,3]}}',
    '{"v":1,"r":5,"s":{"assignee":"not-an-id","summary":{"p":1},"description":["x"]}}',
    '{"v":1,"r":999999999999,"s":{"status":["on_hold","new",""]}}', '{"v":1,"r":1000000000000,"s":{}}',
    *('{"v":1,"r":5,"s":{},"x":{"payload":[' + name + ',"0000000000000000",10]}}' for name in (
        '"a\\" or caseId > 0 or summary = \\"b"', '"\\u0000"', '"\\n"', '"\\\\"', '"\'`%"', '""', '"ü💥"', '"' + "n" * 400 + '"', '5', '{}', '"\\ud83d"')),
    "\\u0000", "é" * 400, "[" * 450, '{"v":1,"r":999999999999999999999,"s":{}}', "<script>alert(1)</script>", "' or 1=1 --",
]


@pytest.mark.parametrize("value", MANGLED[1:])
def test_a_mangled_state_breaks_no_read_list_or_later_write(client, native, value):
    mark = unique("mangled")
    case = client.create(summary=mark, status="on_hold", severity="fatal", priority="high", payload={"a": 1})
    number = client.number(case)
    (state,) = native.attributes(number)
    done = native.set_attribute(state, value)
    assert done.status_code == 200
    read = client.get(case)
    assert (read["summary"], read["short_id"]) == (mark, f"CASE-{number:04}")
    assert read["status"] in ("new", "on_hold") and read["severity"] in ("critical", "fatal")
    assert client.item(case, include_payload=True)["status"] == read["status"]
    # nor does it harm its neighbours in a list
    neighbour = client.create(summary=mark, payload={"n": "x" * 3000})
    found = {i["id"]: i["payload"] for i in client.search(search_term=mark, include_payload=True)}
    assert found[neighbour] == {"n": "x" * 3000} and set(found) == {case, neighbour}
    client.change(case, status="in_progress", severity="fatal", priority="high", payload={"b": 2})
    read = client.get(case)
    assert (read["status"], read["severity"], read["priority"], read["payload"]) == ("in_progress", "fatal", "high", {"b": 2})
    assert len(native.attributes(number)) == 1


@pytest.mark.parametrize("size", BIG)
def test_a_large_payload_comes_back_equal(client, native, size):
    case = client.create(payload=BIG[size], status="on_hold")
    number = client.number(case)
    assert compact(client.get(case)["payload"]) == compact(BIG[size])
    assert compact(client.item(case, include_payload=True)["payload"]) == compact(BIG[size])
    assert client.item(case)["payload"] is None
    (state,) = native.attributes(number)
    assert len(state["value"]) <= 500
    (file,) = native.artifacts(number)
    assert file["derivedLink"] is False


def test_a_large_payload_is_replaced_and_cleared_and_leaves_nothing_behind(client, native):
    case = client.create(payload=BIG[40_000])
    number = client.number(case)
    (first,) = native.artifacts(number)
    other = {"changed": BIG[40_000]}
    client.change(case, payload=other)
    assert client.get(case)["payload"] == other
    (second,) = native.artifacts(number)
    assert second["summary"] != first["summary"] and len(native.attributes(number)) == 1
    client.change(case, payload={"small": 1})
    assert client.get(case)["payload"] == {"small": 1}
    assert native.artifacts(number) == [] and len(native.attributes(number)) == 1
    client.change(case, payload=None, priority="unknown")
    assert client.get(case)["payload"] is None
    assert native.artifacts(number) == []
    # what is left says nothing any more
    assert all(json.loads(a["value"])["s"] == {} for a in native.attributes(number))


def test_a_changed_status_keeps_the_file_of_the_payload(client, native):
    case = client.create(payload=BIG[40_000])
    number = client.number(case)
    (before,) = native.artifacts(number)
    client.change(case, status="on_hold")
    (after,) = native.artifacts(number)
    assert before["id"] == after["id"]
    assert client.get(case)["payload"] == BIG[40_000]


def test_numbers_in_a_payload_keep_their_value(client):
    payload = {"i": 9007199254740993, "n": -1, "d": 0.1, "e": 1e300, "z": 0, "s": "1.50", "list": [[], {}, [[]]], "": "empty key"}
    case = client.create(payload=payload)
    assert client.get(case)["payload"] == payload


def test_a_removed_state_loses_no_more_than_itself(client, native):
    case = client.create(summary="stays", status="on_hold", severity="high", payload={"a": 1})
    (state,) = native.attributes(client.number(case))
    native.done("DELETE", f"/caseAttributes/{state['id']}")
    read = client.get(case)
    assert (read["summary"], read["status"], read["severity"], read["payload"]) == ("stays", "new", "high", None)
    client.change(case, status="on_hold")
    assert client.get(case)["status"] == "on_hold"


def test_a_lost_file_loses_the_payload_and_not_the_case(client, native):
    case = client.create(payload=BIG[40_000], status="on_hold", summary="without its file")
    number = client.number(case)
    (file,) = native.artifacts(number)
    native.done("DELETE", f"/artifacts/{file['id']}")
    read = client.get(case)
    assert (read["payload"], read["status"], read["summary"]) == (None, "on_hold", "without its file")
    client.change(case, payload={"new": 1})
    assert client.get(case)["payload"] == {"new": 1}


def test_a_file_with_other_contents_is_not_believed(client, native):
    case = client.create(payload=BIG[40_000])
    (file,) = native.artifacts(client.number(case))
    native.done("PUT", f"/artifacts/{file['id']}", json={"fileData": "eyJldmlsIjp0cnVlfQ=="})
    assert client.get(case)["payload"] is None


# ── long texts ──────────────────────────────────────────────────────────────────────────────────────────

TEXTS = {
    "300": "s" * 299 + "!", "6000": "long " * 1200, "100000": "0123456789" * 10_000, "emoji": "👩‍🚒🔥" * 400, "blanks": "   ", "empty": "",
    "255": "e" * 255, "256": "e" * 256, "newlines": "a\r\nb\n\n\tc" * 300, "quotes": "\"'\\`" * 200, "combining": "é" * 300,
    "leading blank": " padded ", "one": "x",
}


@pytest.mark.parametrize("name", TEXTS)
def test_texts_of_any_length_come_back_whole(client, name):
    text = TEXTS[name]
    case = client.create(summary=text, description=text)
    read = client.get(case)
    assert (read["summary"], read["description"]) == (text, text)
    assert client.item(case)["summary"] == text


@pytest.mark.parametrize("name", TEXTS)
def test_texts_of_any_length_can_be_written_later(client, name):
    text = TEXTS[name]
    case = client.create(summary="before", description="before")
    client.change(case, summary=text, description=text)
    read = client.get(case)
    assert (read["summary"], read["description"]) == (text, text)
    client.change(case, summary="after", description="after")
    read = client.get(case)
    assert (read["summary"], read["description"]) == ("after", "after")


@pytest.mark.parametrize("length", [300, 6000, 100_000])
def test_a_native_edit_of_a_long_text_wins(client, native, length):
    case = client.create(summary="s" * length, description="d" * length)
    number = client.number(case)
    stored = native.case(number)
    assert len(stored["name"]) <= 255 and len(stored["description"]) <= 1500
    native.put(number, name="named anew", description="told anew")
    read = client.get(case)
    assert (read["summary"], read["description"]) == ("named anew", "told anew")
    assert client.item(case)["summary"] == "named anew"


def test_a_native_edit_of_an_empty_summary_wins(client, native):
    case = client.create(summary="")
    assert client.get(case)["summary"] == ""
    native.put(client.number(case), name="has a name now")
    assert client.get(case)["summary"] == "has a name now"


# ── other writers ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def slow():
    """A bridge whose ThreatConnect answers after a while, so that others can write in between."""
    made = Stack()
    try:
        yield Organisation(made, [bridge("main"), bridge("second")], sandbox=["--latency", "60"], threads=2)
    finally:
        made.stop()


NATIVE_WRITES = {
    "another attribute": lambda native, n: native.add_attribute(n, "Asset Owner", "an analyst"),
    "the description": lambda native, n: native.put(n, description="told by an analyst"),
    "a tag": lambda native, n: native.put(n, tags={"data": [{"name": "vpn"}], "mode": "append"}),
    "the resolution": lambda native, n: native.put(n, resolution="Escalated"),
    "the severity": lambda native, n: native.put(n, severity="High"),
}


@pytest.mark.parametrize("what", NATIVE_WRITES)
@pytest.mark.parametrize("delay", [0.03, 0.09, 0.15])
def test_a_native_write_between_read_and_write_is_not_lost(slow, what, delay):
    client, native = slow.client(), slow.native
    case = client.create(status="new", description="told first", severity="low")
    number = client.number(case)
    client.get(case)  # everything else is known by now
    failures = []

    def write():
        answer = client.patch(case, status="on_hold", payload={"from": "the client"})
        if answer.status_code != 204:
            failures.append(answer.text)

    thread = threading.Thread(target=write)
    thread.start()
    time.sleep(delay)
    NATIVE_WRITES[what](native, number)
    thread.join()
    assert failures == []
    read, stored = client.get(case), native.case(number)
    assert (read["status"], read["payload"]) == ("on_hold", {"from": "the client"})
    kept = {
        "another attribute": [a["value"] for a in native.attributes(number, "Asset Owner")] == ["an analyst"],
        "the description": stored.get("description") == read["description"] == "told by an analyst",
        "a tag": [t["name"] for t in stored.get("tags", {}).get("data", [])] == ["vpn"],
        "the resolution": stored["resolution"] == "Escalated",
        "the severity": stored["severity"] == "High" and read["severity"] == "high",
    }
    assert kept[what]


def test_concurrent_changes_of_one_case_lose_nothing(slow):
    case = slow.client().create(status="new", priority="unknown", severity="low", description="x")
    changes = {"status": "on_hold", "priority": "critical", "severity": "fatal", "payload": {"k": "v"}, "summary": "s" * 400,
               "description": "d" * 2000}
    answers = {}

    def change(key):
        answers[key] = slow.client().patch(case, **{key: changes[key]}).status_code

    threads = [threading.Thread(target=change, args=(key,)) for key in changes]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert set(answers.values()) == {204}
    read = slow.client().get(case)
    assert {key: read[key] for key in changes} == changes
    number = slow.client().number(case)
    assert len(slow.native.attributes(number)) == 1


def test_two_bridges_of_one_process_lose_nothing_either(slow):
    case = slow.client().create(status="new", priority="unknown", severity="low", description="x")
    for name in ("main", "second") * 4:  # nobody has anything left to look up
        slow.client(name).get(case)
        slow.client(name).ask("GET", "/case-fields")
    changes = {"status": "on_hold", "priority": "critical", "severity": "fatal", "payload": {"k": "v"}}
    threads = [threading.Thread(target=slow.client(("main", "second")[n % 2]).change, args=(case,), kwargs={key: changes[key]})
               for n, key in enumerate(changes)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    read = slow.client().get(case)
    assert {key: read[key] for key in changes} == changes
    assert len(slow.native.attributes(slow.client().number(case))) == 1


def test_concurrent_changes_of_one_tag_and_fields_lose_nothing(slow):
    client = slow.client()
    case = client.create()
    answers = []

    def work(method, path, body):
        answers.append(slow.client().ask(method, path, json=body).status_code)

    jobs = [("POST", f"/cases/{case}/tags", {"tag_id": "vpn"}), ("POST", f"/cases/{case}/tags", {"tag_id": "tier-2"}),
            ("PATCH", f"/cases/{case}", {"fields": {"integer": "5"}}), ("PATCH", f"/cases/{case}", {"fields": {"select": "x"}}),
            ("PATCH", f"/cases/{case}", {"status": "on_hold"})]
    threads = [threading.Thread(target=work, args=j) for j in jobs]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert set(answers) <= {201, 204}
    read = client.get(case)
    assert {t["ref"] for t in read["tags"]} == {"vpn", "tier-2"}
    fields = {f["id"]: f["value"] for f in read["fields"]}
    assert (fields["integer"], fields["select"], read["status"]) == ("5", "x", "on_hold")


# ── little room, and none ───────────────────────────────────────────────────────────────────────────────


def without_state_type(**changes):
    """The data of the tests with another type for the carried state, or none."""
    types = [{"name": STATE, "maxSize": 500, **changes}] if changes else []
    data = json.loads(json.dumps(SANDBOX_DATA))
    data["replace"] = True
    data["owners"] = [{"id": 1, "name": "Demo Organization", "type": "Organization"}, *data["owners"]]
    data["attributeTypes"] = [*types, *ATTRIBUTE_TYPES]
    return data


@pytest.fixture(scope="module")
def single():
    """Only one state attribute is allowed per case."""
    made = Stack()
    try:
        yield Organisation(made, [bridge("main")], data=without_state_type(maxAllowed=1), threads=1)
    finally:
        made.stop()


def test_a_type_that_allows_one_value_is_enough(single):
    client, native = single.client(), single.native
    case = client.create(status="on_hold", payload={"a": 1}, priority="high")
    number = client.number(case)
    for change in ({"status": "resolved"}, {"priority": "low"}, {"payload": BIG[40_000]}, {"payload": {"b": 2}, "summary": "s" * 300},
                   {"status": "in_progress", "severity": "fatal"}):
        client.change(case, **change)
        read = client.get(case)
        assert {key: read[key] for key in change} == change
        assert len(native.attributes(number)) == 1
    assert native.artifacts(number) == [] or len(native.artifacts(number)) == 1
    assert client.get(case)["priority"] == "low"


def test_a_mangled_state_is_replaced_where_one_value_is_allowed(single):
    client, native = single.client(), single.native
    case = client.create(status="on_hold")
    (state,) = native.attributes(client.number(case))
    assert native.set_attribute(state, "{{{").status_code == 200
    assert client.get(case)["status"] == "new"
    client.change(case, status="in_progress", priority="other")
    read = client.get(case)
    assert (read["status"], read["priority"]) == ("in_progress", "other")


@pytest.fixture(scope="module")
def placeless():
    """No attribute type for the state at all."""
    made = Stack()
    try:
        yield Organisation(made, [bridge("main"), bridge("strict", strict=True)], data=without_state_type(), threads=1)
    finally:
        made.stop()


def test_without_a_place_a_loss_is_declared(placeless):
    client = placeless.client()
    made = client.post(status="on_hold", priority="unknown", payload={"a": 1})
    assert made.status_code == 201
    loss = made.headers["Casebridge-Loss"]
    assert "status=loss_no_carry" in loss and "payload=loss_no_carry" in loss and "priority" not in loss
    case = made.headers["Location"].rpartition("/")[2]
    assert client.get(case)["status"] == "new"
    changed = client.change(case, severity="fatal")
    assert "severity=loss_no_carry" in changed.headers["Casebridge-Loss"]
    assert client.get(case)["severity"] == "critical"


def test_without_a_place_nothing_is_declared_that_is_not_lost(placeless):
    made = placeless.client().post(status="closed", priority="unknown", severity="high")
    assert made.status_code == 201 and "Casebridge-Loss" not in made.headers


def test_strict_refuses_a_loss_and_writes_nothing(placeless):
    client, native = placeless.client("strict"), placeless.native
    with native.watched() as seen:
        refused = client.post(status="on_hold")
    assert refused.status_code == 409
    assert "status" in refused.json()["detail"]
    assert [m for m, _ in seen if m != "GET"] == []
    case = client.create(status="closed", priority="unknown")
    with native.watched() as seen:
        assert client.patch(case, summary="not even this", priority="high").status_code == 409
    assert [m for m, _ in seen if m != "GET"] == []
    assert client.get(case)["summary"] == "A case"


def test_strict_does_what_loses_nothing(soc):
    client = soc.client("strict")
    case = client.create(status="on_hold", priority="high", payload=BIG[40_000])
    assert client.get(case)["payload"] == BIG[40_000]


EVERYTHING = {
    "summary": "s" * 400, "description": "d" * 3000, "status": "resolved", "severity": "informational", "priority": "critical",
    "payload": {"k": "v" * 5000},
}


def test_everything_that_can_be_carried_fits_into_500_characters(client, native):
    nobody_there = client.ask("GET", "/members").json()
    carried = next(m["user_id"] for m in nobody_there if m["email"] == "viewer@tests.example")  # unknown to ThreatConnect
    made = client.post(**EVERYTHING, assignee_id=carried)
    assert made.status_code == 201 and "Casebridge-Loss" not in made.headers
    read = client.get(made.headers["Location"].rpartition("/")[2])
    assert {key: read[key] for key in EVERYTHING} == EVERYTHING
    assert read["assignee"]["id"] == carried


def test_where_300_characters_are_not_enough_the_loss_is_declared():
    made = Stack()
    try:
        client = Organisation(made, [bridge("main")], sandbox=["--max-attribute", "300"], threads=1).client()
        done = client.post(**EVERYTHING)
        assert done.status_code == 201
        lost = {part.split("=")[0] for part in done.headers["Casebridge-Loss"].split(", ")}
        read = client.get(done.headers["Location"].rpartition("/")[2])
        assert {key for key in EVERYTHING if read[key] != EVERYTHING[key]} == lost
    finally:
        made.stop()
