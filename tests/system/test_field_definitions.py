"""Custom fields that Tracecat clients define over ThreatConnect, and closure requirements (fact sheet §3.8, §4.5)."""
import json

import pytest
from conftest import WORKSPACE, Bridge, Stack, settings
from organisation import KEYS, SANDBOX_DATA, SECOND_KEY, SECOND_WORKSPACE, Organisation, bridge, password_hash, upstream
from support import Tracecat, unique

GENERIC = {"message": "An unexpected error occurred. Please try again later."}
LARGE = {"alert": [{"n": i, "text": "x" * 40, "ü": None, "f": 1.0} for i in range(100)]}


@pytest.fixture(scope="module")
def soc():
    """Several threads, so that each request may meet another one's memory."""
    made = Stack()
    try:
        yield Organisation(made, [
            bridge("main", hashed=password_hash()), bridge("plain", case_addons=False), bridge("shadow", mode="shadow"),
            bridge("read-only", mode="read-only"), bridge("no-deletes", deletes=False),
        ], threads=3)
    finally:
        made.stop()


def define(client, name, kind="TEXT", **more):
    answer = client.ask("POST", "/case-fields", json={"name": name, "type": kind, **more})
    assert (answer.status_code, answer.text) == (201, "null"), answer.text
    return name


def definitions(client):
    return {f["id"]: f for f in client.ask("GET", "/case-fields").json()}


def templates(native):
    return {t["name"]: t for t in native.done("GET", "/workflowTemplates", params=[("resultLimit", "1000")])}


def fresh(what="f"):
    return unique(what).replace(" ", "_")


def refused(answer, status, detail):
    assert (answer.status_code, answer.json()) == (status, {"detail": detail})


# definitions

def test_a_definition_is_an_inactive_template_of_the_backend(client, native):
    name = define(client, fresh(), "SELECT", options=[" benign ", "bad"], display_name="Verdict", default="bad", required_on_closure=True)
    assert definitions(client)[name] == {
        "id": name, "display_name": "Verdict", "type": "SELECT", "description": "", "nullable": True, "default": "bad", "reserved": False,
        "options": ["benign", "bad"], "kind": None, "required_on_closure": True,
    }
    kept = templates(native)[f"casebridge field {name}"]
    assert kept["active"] is False and kept["version"] == 1
    assert json.loads(kept["description"])["t"] == "SELECT"


def test_every_thread_knows_a_definition_at_once(soc, client):
    for _ in range(6):
        name = define(client, fresh())
        for _ in range(6):  # new connections, so other threads
            assert name in definitions(soc.client())
        assert client.ask("DELETE", f"/case-fields/{name}").status_code == 204
        for _ in range(6):
            assert name not in definitions(soc.client())


def test_definitions_belong_to_their_workspace(soc, client):
    name = define(client, fresh())
    assert name not in definitions(soc.client(key=SECOND_KEY, workspace=SECOND_WORKSPACE))


@pytest.mark.parametrize("body, status, detail", [
    ({"name": "case_id", "type": "TEXT"}, 409, "A field with the name 'case_id' already exists"),
    ({"name": "asset_owner", "type": "TEXT"}, 409, "A field with the name 'asset_owner' already exists"),
    ({"name": "tc_resolution", "type": "TEXT"}, 409, "A field with the name 'tc_resolution' already exists"),
    ({"name": "__tc_x", "type": "TEXT"}, 400, "Column __tc_x is reserved for internal use"),
    ({"name": "x8", "type": "INTEGER", "default": "abc"}, 400, "Invalid integer default value: 'abc'"),
    ({"name": "x8", "type": "TIMESTAMPTZ", "default": "soon"}, 400, "Invalid datetime default value: 'soon'"),
])
def test_what_cannot_be_defined(client, body, status, detail):
    refused(client.ask("POST", "/case-fields", json=body), status, detail)
    assert "x8" not in definitions(client)


@pytest.mark.parametrize("body, kind, loc", [
    ({"name": "1abc", "type": "TEXT"}, "value_error", ["body", "name"]),
    ({"name": "", "type": "TEXT"}, "string_too_short", ["body", "name"]),
    ({"name": "x", "type": "UUID"}, "enum", ["body", "type"]),
    ({"type": "TEXT"}, "missing", ["body", "name"]),
    ({"name": "x", "type": "SELECT"}, "value_error", ["body"]),
    ({"name": "x", "type": "SELECT", "options": ["a", " a"]}, "value_error", ["body"]),
    ({"name": "x", "type": "TEXT", "options": ["a"]}, "value_error", ["body"]),
    ({"name": "x", "type": "TEXT", "kind": "URL"}, "value_error", ["body"]),
])
def test_bodies_are_checked_as_tracecat_checks_them(client, body, kind, loc):
    answer = client.ask("POST", "/case-fields", json=body)
    assert answer.status_code == 422
    assert [(e["type"], e["loc"]) for e in answer.json()["detail"]] == [(kind, loc)]


def test_a_second_field_of_a_name_is_refused_and_nothing_is_made(client, native):
    name = define(client, fresh())
    before = len(templates(native))
    refused(client.ask("POST", "/case-fields", json={"name": name.upper(), "type": "DATE"}), 409, f"A field with the name '{name.upper()}' already exists")
    assert len(templates(native)) == before


def test_a_definition_that_does_not_fit_says_what_to_do(client, native):
    before = len(templates(native))
    answer = client.ask("POST", "/case-fields", json={"name": "too_many", "type": "SELECT", "options": [f"option number {i}" for i in range(100)]})
    assert answer.status_code == 400 and "1500" in answer.json()["detail"] and "shorten" in answer.json()["detail"]
    assert len(templates(native)) == before


def test_one_key_makes_one_definition(client, native):
    name, key = fresh(), {"Idempotency-Key": unique("key")}
    for _ in range(3):
        answer = client.ask("POST", "/case-fields", json={"name": name, "type": "TEXT"}, headers=key)
        assert (answer.status_code, answer.text) == (201, "null")
    assert sum(1 for t in templates(native) if name in t) == 1
    other = client.ask("POST", "/case-fields", json={"name": name, "type": "TEXT"}, headers={"Idempotency-Key": unique("key")})
    assert other.status_code == 409


def test_what_clients_may_not_change(client):
    for field in ("asset_owner", "tc_resolution"):
        for answer in (client.ask("PATCH", f"/case-fields/{field}", json={"display_name": "x"}), client.ask("DELETE", f"/case-fields/{field}")):
            assert answer.status_code == 403 and field in answer.json()["detail"] and "overlay" in answer.json()["detail"]
    refused(client.ask("DELETE", "/case-fields/case_id"), 400, "Field case_id is a reserved field")
    assert client.ask("PATCH", "/case-fields/case_id", json={"display_name": "x"}).status_code == 403


def test_a_field_that_does_not_exist(client):
    assert client.ask("PATCH", "/case-fields/nope", json={"display_name": "x"}).status_code == 204
    for answer in (client.ask("PATCH", "/case-fields/nope", json={"name": "other"}), client.ask("DELETE", "/case-fields/nope")):
        assert (answer.status_code, answer.json()) == (500, GENERIC)


def test_roles_and_modes(soc, client):
    name = define(client, fresh())
    viewer, editor = soc.client(key=KEYS["viewer"]), soc.client(key=KEYS["editor"])
    assert viewer.ask("POST", "/case-fields", json={"name": "v", "type": "TEXT"}).status_code == 403
    assert editor.ask("PATCH", f"/case-fields/{name}", json={"display_name": "by the editor"}).status_code == 204
    assert editor.ask("DELETE", f"/case-fields/{name}").status_code == 403
    for mode in ("read-only", "shadow"):
        other = soc.client(mode)
        before = definitions(other)
        for answer in (other.ask("POST", "/case-fields", json={"name": fresh(), "type": "TEXT"}),
                       other.ask("PATCH", f"/case-fields/{name}", json={"display_name": "y"}), other.ask("DELETE", f"/case-fields/{name}")):
            assert answer.status_code == 403, answer.text
        assert definitions(other) == before
    assert soc.client("no-deletes").ask("DELETE", f"/case-fields/{name}").status_code == 403
    assert definitions(client)[name]["display_name"] == "by the editor"


# values

VALUES = [
    ("TEXT", "a \"text\"\nof two lines", None), ("TEXT", "", None), ("INTEGER", -2147483648, None), ("INTEGER", "7", 7),
    ("NUMERIC", 12.5, "12.5"), ("NUMERIC", "123456789012345678901234567890.123456789", None), ("NUMERIC", 1e3, "1000.0"), ("BOOLEAN", False, None),
    ("BOOLEAN", 1, True), ("DATE", "2026-03-01", None), ("DATE", "2026-03-01T10:00:00Z", "2026-03-01"), ("TIMESTAMPTZ", "2026-02-28T23:59:59+01:00",
     "2026-02-28T22:59:59Z"), ("TIMESTAMPTZ", 1767225600, "2026-01-01T00:00:00Z"), ("JSONB", {"b": [1.0, None, {"ü": "ß"}], "a": 18446744073709551616}, None),
    ("JSONB", "text", None), ("JSONB", 5, None), ("SELECT", "b", None), ("MULTI_SELECT", ["b", "a", "b"], None), ("MULTI_SELECT", [], None),
]


@pytest.fixture(scope="module")
def typed(soc):
    """A field of each type."""
    made, client = {}, soc.client()
    for kind in dict.fromkeys(k for k, _, _ in VALUES):
        made[kind] = define(client, fresh(kind.lower()), kind, **({"options": ["a", "b"]} if "SELECT" in kind else {}))
    return made


@pytest.mark.parametrize("kind, sent, shown", VALUES)
def test_a_value_comes_back_exactly(client, typed, kind, sent, shown):
    shown, field = sent if shown is None else shown, typed[kind]
    case = client.create(fields={field: sent})
    assert client.fields(case)[field] == shown and type(client.fields(case)[field]) is type(shown)
    client.change(case, fields={field: None})
    assert client.fields(case)[field] is None
    client.change(case, fields={field: sent})
    assert client.fields(case)[field] == shown
    assert client.item(case, field_ids=[field, "unknown_one"])["field_values"] == {field: shown}


@pytest.mark.parametrize("kind, sent, detail", [
    ("TEXT", ["a"], "Custom field '{f}' expects TEXT but received list."), ("INTEGER", "abc", "Invalid integer value: 'abc'"),
    ("INTEGER", True, "Invalid integer value: True"), ("INTEGER", 9223372036854775808, "Invalid integer value: 9223372036854775808"),
    ("NUMERIC", "NaN", "Invalid numeric value: 'NaN'"), ("BOOLEAN", "true", "Invalid boolean value: 'true'"), ("DATE", "soon", "Invalid date value: 'soon'"),
    ("TIMESTAMPTZ", "soon", "Invalid timestamp value: 'soon'"), ("SELECT", "B", "Value 'B' is not in the available options"),
    ("SELECT", 1, "Value '1' is not in the available options"), ("MULTI_SELECT", "a", "MULTI_SELECT values must be provided as a list of strings"),
    ("MULTI_SELECT", ["a", "X", "Y"], "Value(s) X, Y are not in the available options"),
])
def test_a_value_that_does_not_fit_is_refused_whole(client, typed, kind, sent, detail):
    field, beside = typed[kind], typed["JSONB"]
    case = client.create()
    refused(client.patch(case, fields={beside: {"a": 1}, field: sent}, summary="not this"), 400, detail.replace("{f}", field))
    assert client.get(case)["summary"] != "not this" and client.fields(case)[beside] is None


def test_an_integer_beyond_its_column_is_refused_with_its_bounds(client, typed):
    case = client.create()
    answer = client.patch(case, fields={typed["INTEGER"]: 2147483648})
    assert answer.status_code == 400 and "2147483647" in answer.json()["detail"]


def test_values_leave_no_trace_in_the_backend_but_its_state(client, native, typed):
    case = client.create(fields={typed["TEXT"]: "carried"})
    stored = native.case(client.number(case))["attributes"]["data"]
    assert {a["type"] for a in stored} == {"Bridge State"} and any("carried" in a["value"] for a in stored)


def test_a_large_value_lies_in_a_file_and_goes_with_it(client, native, typed):
    field = typed["JSONB"]
    case = client.create(fields={field: LARGE, typed["TEXT"]: "beside"})
    number = client.number(case)
    assert len(native.artifacts(number)) == 1
    assert client.fields(case)[field] == LARGE
    assert client.item(case, field_ids=[field])["field_values"] == {field: LARGE}
    client.change(case, fields={field: LARGE})  # the same again: nothing is written
    client.change(case, fields={typed["TEXT"]: "other"})
    assert client.fields(case)[field] == LARGE and len(native.artifacts(number)) == 1
    client.change(case, fields={field: {"small": True}})
    assert client.fields(case)[field] == {"small": True} and native.artifacts(number) == []


def test_reading_a_list_with_values_costs_no_further_request(client, native, typed):
    case = client.create(fields={typed["TEXT"]: "listed"})
    number = client.number(case)
    with native.watched() as seen:
        assert client.search(short_id=number, field_ids=[typed["TEXT"]])[0]["field_values"] == {typed["TEXT"]: "listed"}
    assert len([t for _, t in seen if t.startswith("/api/v3/cases")]) == 1 and len(seen) <= 5  # a cold thread asks for people and fields


def test_a_batch_writes_values(client, typed):
    cases = [client.create() for _ in range(3)]
    answer = client.ask("POST", "/cases/batch-update", json={"case_ids": cases, "update": {"fields": {typed["SELECT"]: "a"}}}).json()
    assert (answer["succeeded"], answer["failed"]) == (3, 0)
    assert all(client.fields(c)[typed["SELECT"]] == "a" for c in cases)
    answer = client.ask("POST", "/cases/batch-update", json={"case_ids": cases, "update": {"fields": {typed["SELECT"]: "z"}}}).json()
    assert [r["error"] for r in answer["results"]] == ["Value 'z' is not in the available options"] * 3


# changes of definitions

def test_renaming_keeps_values_and_deleting_drops_them(client):
    old, new = define(client, fresh()), fresh()
    case = client.create(fields={old: "kept"})
    assert client.ask("PATCH", f"/case-fields/{old}", json={"name": new}).status_code == 204
    assert client.fields(case)[new] == "kept" and old not in client.fields(case)
    assert definitions(client)[new]["display_name"] == old
    refused(client.ask("PATCH", f"/case-fields/{new}", json={"name": "case_id"}), 409, "A field with the name 'case_id' already exists")
    assert client.ask("DELETE", f"/case-fields/{new}").status_code == 204
    define(client, new)
    assert client.fields(case)[new] is None  # a new field, whatever it is called


def test_options_and_types_change_without_touching_values(client):
    name = define(client, fresh(), "SELECT", options=["a", "b"])
    case = client.create(fields={name: "a"})
    assert client.ask("PATCH", f"/case-fields/{name}", json={"options": ["b"]}).status_code == 204
    assert client.fields(case)[name] == "a"
    refused(client.patch(case, fields={name: "a"}), 400, "Value 'a' is not in the available options")
    assert client.ask("PATCH", f"/case-fields/{name}", json={"type": "TEXT"}).status_code == 204
    client.change(case, fields={name: "anything"})
    answer = client.ask("PATCH", f"/case-fields/{name}", json={"type": "INTEGER"})
    assert answer.status_code == 400 and "cannot become INTEGER" in answer.json()["detail"]
    assert client.fields(case)[name] == "anything"


def test_defaults_apply_as_columns_do(client, native):
    before, native_case = client.create(), native.post()
    name = define(client, fresh(), "INTEGER", default=0)
    shown = client.item(before)["id"]
    assert client.fields(shown)[name] == 0  # rows that were there take the default
    assert client.ask("PATCH", f"/case-fields/{name}", json={"default": 5}).status_code == 204
    made = client.create()
    assert (client.fields(before)[name], client.fields(made)[name]) == (0, 5)
    client.change(made, fields={name: None})
    assert client.fields(made)[name] is None
    by_number = client.search(short_id=native_case, field_ids=[name])[0]
    assert by_number["field_values"] == {name: 0}


def test_a_backend_without_the_state_attribute_refuses_definitions():
    made = Stack()
    try:
        data = {**SANDBOX_DATA, "replace": True, "owners": [{"id": 1, "name": "Demo Organization", "type": "Organization"}, *SANDBOX_DATA["owners"]],
                "attributeTypes": []}
        soc = Organisation(made, [bridge("main")], data=data, threads=1)
        answer = soc.client().ask("POST", "/case-fields", json={"name": "x", "type": "TEXT"})
        assert answer.status_code == 403 and "attribute type" in answer.json()["detail"]
    finally:
        made.stop()


def test_definitions_survive_a_restart_and_are_shared_by_replicas(client, soc):
    name = define(client, fresh(), "NUMERIC")
    case = client.create(fields={name: "1.50"})
    made = Stack()
    try:
        replica = Bridge(made, made.write("replica.json", settings(upstreams={"tc": upstream(soc.sandbox_port)}, bridges=[bridge("main")])))
        other = Tracecat(replica.url, WORKSPACE, KEYS["admins"])
        assert other.fields(case)[name] == "1.50"
        other.change(case, fields={name: "2.50"})
        assert client.fields(case)[name] == "2.50"
    finally:
        made.stop()


@pytest.mark.parametrize("status", [400, 403, 404, 405, 501])
def test_a_backend_that_shows_no_templates_serves_everything_else(native, soc, status):
    made = Stack()
    try:
        with native.fault(f"status:{status}@/api/v3/workflowTemplates"):
            replica = Bridge(made, made.write("replica.json", settings(upstreams={"tc": upstream(soc.sandbox_port)}, bridges=[bridge("main")])))
            other = Tracecat(replica.url, WORKSPACE, KEYS["admins"])
            case = other.create(fields={"asset_owner": "Finance"})
            assert other.fields(case)["asset_owner"] == "Finance"
            refused_there = other.ask("POST", "/case-fields", json={"name": fresh(), "type": "TEXT"})
            assert refused_there.status_code == {404: 501, 405: 400, 501: 502}.get(status, status) and refused_there.json()["detail"], refused_there.text
    finally:
        made.stop()


def test_a_backend_that_fails_is_not_one_without_fields(native, soc):
    made = Stack()
    try:
        with native.fault("status:500@/api/v3/workflowTemplates"):
            replica = Bridge(made, made.write("replica.json", settings(upstreams={"tc": upstream(soc.sandbox_port)}, bridges=[bridge("main")])))
            other = Tracecat(replica.url, WORKSPACE, KEYS["admins"])
            assert other.ask("GET", "/case-fields").status_code == 502
        assert other.ask("GET", "/case-fields").status_code == 200
    finally:
        made.stop()


# closure

@pytest.fixture
def required(client):
    name = define(client, fresh("lessons"), required_on_closure=True)
    yield name
    assert client.ask("DELETE", f"/case-fields/{name}").status_code == 204


def missing(*fields):
    return json.dumps({"code": "closure_requirements_not_met", "missing_fields": list(fields), "missing_dropdowns": []}, separators=(",", ":"))


@pytest.mark.parametrize("status", ["closed", "resolved"])
def test_a_case_is_not_closed_without_its_required_fields(client, native, required, status):
    case = client.create()
    refused(client.patch(case, status=status, summary="not this"), 422, missing(required))
    assert client.get(case)["status"] == "new" and client.get(case)["summary"] != "not this"
    assert native.case(client.number(case))["status"] == "Open"
    refused(client.patch(case, status=status, fields={required: "  "}), 422, missing(required))
    client.change(case, status=status, fields={required: "Patch sooner"})
    assert client.get(case)["status"] == status


def test_between_closed_and_resolved_it_is_checked_again_and_not_when_cleared(client, required):
    case = client.create(fields={required: "said"})
    client.change(case, status="closed")
    client.change(case, fields={required: None})
    client.change(case, status="closed")  # it is so already
    refused(client.patch(case, status="resolved"), 422, missing(required))
    client.change(case, status="in_progress")


def test_creating_a_closed_case_is_not_checked(client, required):
    assert client.get(client.create(status="closed"))["status"] == "closed"


def test_a_batch_reports_what_is_missing(client, required):
    good, bad = client.create(fields={required: "x"}), client.create()
    answer = client.ask("POST", "/cases/batch-update", json={"case_ids": [good, bad], "update": {"status": "closed"}}).json()
    assert [r["error"] for r in answer["results"]] == [None, missing(required)]


def test_without_the_add_ons_the_rule_does_not_apply(soc, required):
    plain = soc.client("plain")
    plain.change(plain.create(), status="closed")


def test_a_false_or_zero_counts_and_a_default_as_well(client):
    names = [define(client, fresh(), kind, required_on_closure=True, **more)
             for kind, more in (("BOOLEAN", {}), ("INTEGER", {}), ("TEXT", {"default": "standard"}), ("JSONB", {}))]
    try:
        case = client.create(fields={names[0]: False, names[1]: 0, names[3]: {}})
        refused(client.patch(case, status="closed"), 422, missing(names[3]))
        client.change(case, status="closed", fields={names[3]: LARGE})
        client.change(case, status="resolved")  # what lies in a file is there
    finally:
        for name in names:
            assert client.ask("DELETE", f"/case-fields/{name}").status_code == 204
