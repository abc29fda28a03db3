"""Custom fields: attribute types as fields, typed by an overlay, and ThreatConnect's own members (fact sheet §3.8)."""
import pytest
from conftest import Stack
from organisation import Organisation, bridge, overlay

RESERVED = {"id": "UUID", "case_id": "UUID", "created_at": "TIMESTAMPTZ", "updated_at": "TIMESTAMPTZ"}


@pytest.fixture(scope="module")
def typed(soc):
    return soc.client("fields")


def test_the_list_begins_with_the_reserved_columns(client):
    fields = client.ask("GET", "/case-fields").json()
    assert {f["id"]: f["type"] for f in fields[:4]} == RESERVED
    assert all(f["reserved"] and not f["nullable"] for f in fields[:4])
    assert not any(f["reserved"] for f in fields[4:])
    assert all(list(f) == ["id", "display_name", "type", "description", "nullable", "default", "reserved", "options", "kind",
                           "required_on_closure"] for f in fields)


def test_attribute_types_are_fields_without_any_configuration(client):
    fields = {f["id"]: f for f in client.ask("GET", "/case-fields").json()}
    assert fields["asset_owner"] == {
        "id": "asset_owner", "display_name": "Asset Owner", "type": "TEXT", "description": "Who owns the asset.", "nullable": True,
        "default": None, "reserved": False, "options": None, "kind": None, "required_on_closure": False}
    assert fields["root_cause"]["type"] == "SELECT"
    assert fields["root_cause"]["options"] == ["Phishing", "Malware", "Misconfiguration", "Human Error", "Unknown"]
    assert "bridge_state" not in fields and "adversary_type" not in fields


def test_the_definitions_are_those_of_the_case(client):
    listed = client.ask("GET", "/case-fields").json()
    shown = [{k: v for k, v in f.items() if k != "value"} for f in client.get(client.create())["fields"]]
    assert shown == listed


def test_a_field_is_written_changed_and_cleared(client, native):
    case = client.create(fields={"asset_owner": "Finance", "root_cause": "Malware"})
    number = client.number(case)
    assert [a["value"] for a in native.attributes(number, "Asset Owner")] == ["Finance"]
    assert client.fields(case)["root_cause"] == "Malware"
    client.change(case, fields={"asset_owner": "Sales"})
    assert [a["value"] for a in native.attributes(number, "Asset Owner")] == ["Sales"]
    assert client.fields(case)["root_cause"] == "Malware"
    client.change(case, fields={"asset_owner": None})
    assert native.attributes(number, "Asset Owner") == []
    assert client.fields(case)["asset_owner"] is None
    client.change(case, fields=None)
    client.change(case, fields={})
    assert client.fields(case)["root_cause"] == "Malware"


def test_a_native_attribute_is_read(client, native):
    case = client.create()
    native.add_attribute(client.number(case), "Asset Owner", "an analyst's")
    assert client.fields(case)["asset_owner"] == "an analyst's"
    assert client.item(case, field_ids="asset_owner")["field_values"] == {"asset_owner": "an analyst's"}


GOOD = [  # field, what is sent, what is read, what ThreatConnect holds
    ("f_text", "plain", "plain", ["plain"]),
    ("f_text", 12, "12", ["12"]),
    ("f_text", True, "True", ["True"]),
    ("f_integer", 42, 42, ["42"]),
    ("f_integer", "42", 42, ["42"]),
    ("f_integer", -7.0, -7, ["-7"]),
    ("f_numeric", "12.50", "12.50", ["12.50"]),
    ("f_numeric", 0.1, "0.1", ["0.1"]),
    ("f_numeric", 3, "3", ["3"]),
    ("f_date", "2026-03-04", "2026-03-04", None),
    ("f_date", "2026-03-04T10:00:00Z", "2026-03-04", None),
    ("f_boolean", True, True, ["true"]),
    ("f_boolean", 0, False, ["false"]),
    ("f_timestamp", "2026-03-04T05:06:07Z", "2026-03-04T05:06:07Z", None),
    ("f_timestamp", "2026-03-04T05:06:07.25+02:00", "2026-03-04T03:06:07.250000Z", None),
    ("f_timestamp", 1767225600, "2026-01-01T00:00:00Z", None),
    ("f_json", {"url": "https://a.example/?q=1&b", "label": "ä"}, {"url": "https://a.example/?q=1&b", "label": "ä"}, None),
    ("f_json", [1, None, "x", 2.5], [1, None, "x", 2.5], None),
    ("f_json", "text", "text", ['"text"']),
    ("f_select", "red", "red", ["red"]),
    ("f_multi", ["a", "c"], ["a", "c"], ['["a","c"]']),
    ("f_multi", [], [], ["[]"]),
    ("f_multi", ["a", "a"], ["a", "a"], ['["a","a"]']),
    ("f_many", ["a", "c"], ["a", "c"], ["a", "c"]),
]
NAMES = {"f_text": "Free Text", "f_integer": "Integer", "f_numeric": "Numeric", "f_date": "Date", "f_boolean": "Boolean",
         "f_timestamp": "Timestamp", "f_json": "Json", "f_select": "Select", "f_multi": "Multi", "f_many": "Many"}


@pytest.mark.parametrize("field, sent, read, stored", GOOD)
def test_a_typed_field_comes_back(typed, native, field, sent, read, stored):
    created = typed.create(fields={field: sent})
    changed = typed.create()
    typed.change(changed, fields={field: sent})
    for case in (created, changed):
        value = typed.fields(case)[field]
        assert (value, type(value)) == (read, type(read))
        assert typed.item(case, field_ids=field)["field_values"] == {field: read}
        if stored is not None:
            assert [a["value"] for a in native.attributes(typed.number(case), NAMES[field])] == stored
    typed.change(created, fields={field: None})
    assert typed.fields(created)[field] is None


def test_all_types_are_declared(typed):
    types = {f["id"]: f["type"] for f in typed.ask("GET", "/case-fields").json()}
    assert {types[f] for f in NAMES} | {types["id"]} == {
        "TEXT", "INTEGER", "NUMERIC", "DATE", "BOOLEAN", "TIMESTAMPTZ", "JSONB", "SELECT", "MULTI_SELECT", "UUID"}


BAD = [  # field, value, status and detail; None: the generic 500
    ("f_text", {"a": 1}, "Custom field 'f_text' expects TEXT but received dict."),
    ("f_text", [1], "Custom field 'f_text' expects TEXT but received list."),
    ("f_integer", "abc", "Invalid integer value: 'abc'"),
    ("f_integer", 1.5, "Invalid integer value: 1.5"),
    ("f_integer", True, "Invalid integer value: True"),
    ("f_numeric", "twelve", "Invalid numeric value: 'twelve'"),
    ("f_select", "blue", "Value 'blue' is not in the available options"),
    ("f_multi", "a", "MULTI_SELECT values must be provided as a list of strings"),
    ("f_multi", ["a", "x", "y"], "Value(s) x, y are not in the available options"),
    ("nope", 1, "Column 'nope' does not exist in table case_fields"),
]


@pytest.mark.parametrize("field, value, detail", BAD)
def test_a_wrong_value_is_refused_in_tracecat_s_words_and_nothing_is_written(typed, native, field, value, detail):
    case = typed.create(summary="untouched", fields={"f_text": "before"})
    body = {"summary": "touched", "status": "closed", "fields": {"f_text": "after", field: value, "asset_owner": "after"}}
    with native.watched() as seen:
        answer = typed.patch(case, **body)
        create = typed.post(fields=body["fields"])
    assert (answer.status_code, answer.json()) == (400, {"detail": detail})
    assert (create.status_code, create.json()) == (400, {"detail": detail})
    assert [m for m, _ in seen if m != "GET"] == []
    read = typed.get(case)
    assert (read["summary"], read["status"], typed.fields(case)["f_text"]) == ("untouched", "new", "before")


@pytest.mark.parametrize("field, value", [("f_date", "soon"), ("f_timestamp", "soon"), ("f_boolean", "true"), ("f_boolean", 2)])
def test_a_value_that_breaks_tracecat_is_refused_clearly(typed, native, field, value):
    case = typed.create(summary="untouched")
    with native.watched() as seen:
        answer = typed.patch(case, summary="touched", fields={field: value})
    assert answer.status_code in (400, 500)
    assert [m for m, _ in seen if m != "GET"] == []


@pytest.mark.parametrize("field", [*RESERVED, "tc_created_by", "tc_xid", "tc_owner", "tc_detection_overdue", "tc_time_to_detect"])
def test_read_only_fields_are_refused_by_name(client, native, field):
    case = client.create(summary="untouched")
    with native.watched() as seen:
        answer = client.patch(case, summary="touched", fields={field: "x"})
    assert answer.status_code in (400, 403)
    assert field in answer.json()["detail"]
    assert [m for m, _ in seen if m != "GET"] == []
    assert client.get(case)["summary"] == "untouched"


def test_native_members_are_shown(client):
    fields = client.fields(client.search(short_id=2)[0]["id"])
    assert fields["tc_resolution"] == "Deferred / Delayed"
    assert fields["tc_case_close_time"] == "2025-04-09T09:55:45Z"
    assert fields["tc_detection_overdue"] is True and fields["tc_time_to_detect"] == 2023
    assert fields["tc_created_by"] == "smithj@threatconnect.com"
    assert fields["tc_xid"] == "b2b2b2b2-b2b2-b2b2-b2b2-b2b2b2b2b2b2"
    assert fields["tc_owner"] == "Demo Organization"


def test_native_members_are_written(client, native):
    case = client.create()
    client.change(case, fields={"tc_resolution": "False Positive", "tc_case_occurrence_time": "2026-01-02T03:04:05Z",
                                "tc_case_detection_time": "2026-01-02T04:04:05Z", "tc_case_open_time": "2026-01-02T05:04:05Z"})
    stored = native.case(client.number(case))
    assert stored["resolution"] == "False Positive"
    assert stored["caseOccurrenceTime"].startswith("2026-01-02T03:04:05")
    fields = client.fields(case)
    assert fields["tc_resolution"] == "False Positive"
    assert fields["tc_case_detection_time"] == "2026-01-02T04:04:05Z"
    assert fields["tc_case_open_time"] == "2026-01-02T05:04:05Z"
    client.change(case, fields={"tc_resolution": None})
    assert native.case(client.number(case))["resolution"] == "Not Specified"
    wrong = client.patch(case, fields={"tc_resolution": "Solved"})
    assert (wrong.status_code, wrong.json()["detail"]) == (400, "Value 'Solved' is not in the available options")


def test_a_native_time_that_cannot_be_cleared_says_so(client):
    case = client.create(fields={"tc_case_detection_time": "2026-01-02T04:04:05Z"})
    answer = client.patch(case, fields={"tc_case_detection_time": None})
    assert answer.status_code == 400 and "tc_case_detection_time" in answer.json()["detail"]


def test_a_value_beyond_the_attribute_s_size_is_refused(client, native):
    case = client.create()
    answer = client.patch(case, fields={"asset_owner": "x" * 256})
    assert answer.status_code == 400 and "255" in answer.json()["detail"]
    client.change(case, fields={"asset_owner": "x" * 255})


def test_field_ids_of_a_list(client):
    assert client.ask("GET", "/cases", params={"field_ids": "case_id"}).json() == {"detail": "Field case_id is a reserved field"}
    case = client.create(fields={"asset_owner": "Finance"})
    item = client.item(case, field_ids=["asset_owner", "root_cause", "unknown_one"])
    assert item["field_values"] == {"asset_owner": "Finance"}
    assert client.item(case)["field_values"] is None


def test_one_line_in_an_overlay_makes_a_field_served_after_a_restart():
    made = Stack()
    try:
        before = Organisation(made, [bridge("main")], threads=1)
        case = before.client().create(fields={"integer": "7"})
        assert before.client().fields(case)["integer"] == "7"
        before.bridge.terminate()
        assert before.bridge.ended() == 0
        line = {"field": "score", "attribute": "Integer", "type": "INTEGER", "display_name": "Score"}
        restarted = restart(made, before, overlays=[overlay(made, "score.jsonc", line)])
        assert restarted.fields(case)["score"] == 7
        restarted.change(case, fields={"score": 8})
        assert before.native.attributes(restarted.number(case), "Integer")[0]["value"] == "8"
    finally:
        made.stop()


def restart(stack, organisation, **changes):
    """A client of a new bridge process over the same sandbox; ids stay valid, as they do over any restart."""
    from conftest import WORKSPACE, Bridge, settings
    from organisation import KEYS, upstream
    from support import Tracecat
    config = settings(upstreams={"tc": upstream(organisation.sandbox_port)}, bridges=[bridge("main", **changes)])
    return Tracecat(Bridge(stack, stack.write("again.json", config)).url, WORKSPACE, KEYS["admins"])
