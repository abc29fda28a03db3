"""Every error row of the Tracecat fact sheet §0.3 that this façade can give, in shape and status."""
import json

import pytest
from conftest import WORKSPACE
from organisation import KEYS, SECOND_KEY, SECOND_WORKSPACE, UNKNOWN_WORKSPACE

GENERIC = {"message": "An unexpected error occurred. Please try again later."}
CASES = f"/workspaces/{WORKSPACE}/cases"
NOWHERE = "99999999-9999-4999-8999-999999999999"
JSON = {"Content-Type": "application/json"}
CASE = {"summary": "s", "description": "d", "status": "new", "priority": "low", "severity": "low"}
NEEDS_ADDONS = {"type": "EntitlementRequired", "message": "Feature 'case_addons' requires an upgraded plan.",
                "detail": {"entitlement": "case_addons"}}

EXACT = [  # method, path, what is sent, status, body
    ("GET", "/nothing/here", {}, 404, {"detail": "Not Found"}),
    ("HEAD", CASES, {}, 405, None),
    ("PUT", CASES, {}, 405, {"detail": "Method Not Allowed"}),
    ("GET", "/cases", {}, 422, {"detail": "workspace_id is required"}),
    ("GET", "/workspaces/x/cases", {}, 422, {"detail": "Invalid workspace_id path parameter"}),
    ("GET", f"{CASES}?workspace_id={SECOND_WORKSPACE}", {}, 400, {"detail": "Path and query workspace_id values must match"}),
    ("GET", f"/workspaces/{UNKNOWN_WORKSPACE}/cases", {}, 403, {"detail": "Forbidden"}),
    ("POST", CASES, {"data": b'{"summary": "\xff"}', "headers": JSON}, 400, {"detail": "There was an error parsing the body"}),
    ("GET", f"{CASES}/{NOWHERE}", {}, 404, {"detail": f"Case with ID {NOWHERE} not found"}),
    ("PATCH", f"{CASES}/{NOWHERE}", {"json": {"summary": "x"}}, 404, {"detail": f"Case with ID {NOWHERE} not found"}),
    ("DELETE", f"{CASES}/{NOWHERE}", {}, 404, {"detail": f"Case with ID {NOWHERE} not found"}),
    ("POST", CASES, {"json": {**CASE, "dropdown_values": [{"definition_ref": "nope"}]}}, 500,
     {"type": "TracecatNotFoundError", "message": "Dropdown definition with ref 'nope' not found", "detail": None}),
    ("POST", CASES, {"json": {**CASE, "summary": "nul \0"}}, 500, GENERIC),
    ("GET", f"{CASES}?cursor=x", {}, 400, {"detail": "Invalid pagination cursor"}),
    ("GET", f"{CASES}/search?short_id=x", {}, 400, {"detail": "Short ID must match CASE-<number> or <number>"}),
    ("GET", f"{CASES}?field_ids=id", {}, 400, {"detail": "Field id is a reserved field"}),
    ("POST", CASES, {"json": {**CASE, "fields": {"nope": 1}}}, 400, {"detail": "Column 'nope' does not exist in table case_fields"}),
    ("POST", "/auth/login", {"data": {"username": "admin@tests.example", "password": "wrong"}}, 400, {"detail": "LOGIN_BAD_CREDENTIALS"}),
    ("GET", "/users/me", {}, 401, {"detail": "Unauthorized"}),
    ("POST", "/auth/logout", {}, 401, {"detail": "Unauthorized"}),
]


@pytest.mark.parametrize("method, path, sent, status, body", EXACT, ids=[f"{m} {p} {s}" for m, p, _, s, _ in EXACT])
def test_an_error_has_tracecat_s_status_and_body(client, method, path, sent, status, body):
    answer = client.call(method, path, **sent)
    assert answer.status_code == status
    if body is not None:
        assert answer.json() == body
        assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("method, path, sent", [
    ("POST", CASES, {"json": {**CASE, "dropdown_values": []}}), ("GET", f"{CASES}/{NOWHERE}/tasks", {}),
    ("GET", f"{CASES}/{NOWHERE}/comments/threads", {}), ("GET", f"/workspaces/{WORKSPACE}/case-dropdowns", {}),
    ("GET", f"/workspaces/{WORKSPACE}/case-durations", {}), ("GET", f"{CASES}/{NOWHERE}/durations", {}),
])
def test_without_the_add_ons_they_are_refused_as_an_unentitled_tracecat_does(soc, method, path, sent):
    answer = soc.client("plain").call(method, path, **sent)
    assert (answer.status_code, answer.json()) == (403, NEEDS_ADDONS)


def test_a_key_that_is_wrong_says_how_to_authenticate(soc):
    answer = soc.client(key=KEYS["admins"] + "x").ask("GET", "/cases")
    assert (answer.status_code, answer.json(), answer.headers["WWW-Authenticate"]) == (401, {"detail": "Unauthorized"}, "Cookie")
    assert "WWW-Authenticate" not in soc.client(key=None).ask("GET", "/cases").headers


STATUS_TEXT = "'unknown', 'new', 'in_progress', 'on_hold', 'resolved', 'closed' or 'other'"
MODEL = [  # what is sent to POST /cases, the list of details
    ({"json": {"summary": "s"}}, [
        {"type": "missing", "loc": ["body", key], "msg": "Field required", "input": {"summary": "s"}}
        for key in ("description", "status", "priority", "severity")]),
    ({"json": {**CASE, "status": "NEW"}}, [
        {"type": "enum", "loc": ["body", "status"], "msg": f"Input should be {STATUS_TEXT}", "input": "NEW", "ctx": {"expected": STATUS_TEXT}}]),
    ({"json": {**CASE, "summary": 5, "assignee_id": "x"}}, None),
    ({"json": {**CASE, "payload": [1]}}, [
        {"type": "dict_type", "loc": ["body", "payload"], "msg": "Input should be a valid dictionary", "input": [1]}]),
    ({"data": "", "headers": JSON}, [{"type": "missing", "loc": ["body"], "msg": "Field required", "input": None}]),
    ({"data": "null", "headers": JSON}, [{"type": "missing", "loc": ["body"], "msg": "Field required", "input": None}]),
    ({"data": "[1]", "headers": JSON}, [
        {"type": "model_attributes_type", "loc": ["body"], "msg": "Input should be a valid dictionary or object to extract fields from",
         "input": [1]}]),
    ({"data": json.dumps(CASE), "headers": {"Content-Type": "text/plain"}}, [
        {"type": "model_attributes_type", "loc": ["body"], "msg": "Input should be a valid dictionary or object to extract fields from",
         "input": json.dumps(CASE)}]),
    ({"data": '{"summary": x}', "headers": JSON}, [
        {"type": "json_invalid", "loc": ["body", 12], "msg": "JSON decode error", "input": {}, "ctx": {"error": "Expecting value"}}]),
]


@pytest.mark.parametrize("sent, details", MODEL)
def test_a_model_error_lists_everything_that_is_wrong(client, sent, details):
    answer = client.call("POST", CASES, **sent)
    assert answer.status_code == 422
    if details is not None:
        assert answer.json() == {"detail": details}
    else:
        assert [e["loc"] for e in answer.json()["detail"]] == [["body", "summary"], ["body", "assignee_id"]]


@pytest.mark.parametrize("query, kind, loc", [
    ("limit=0", "greater_than_equal", ["query", "limit"]), ("limit=201", "less_than_equal", ["query", "limit"]),
    ("limit=x", "int_parsing", ["query", "limit"]), ("sort=up", "literal_error", ["query", "sort"]),
    ("order_by=name", "literal_error", ["query", "order_by"]), ("include_payload=maybe", "bool_parsing", ["query", "include_payload"]),
])
def test_a_wrong_query_parameter(client, query, kind, loc):
    (detail,) = client.call("GET", f"{CASES}?{query}").json()["detail"]
    assert (detail["type"], detail["loc"]) == (kind, loc)


def test_the_order_of_checks(soc, client):
    nobody, viewer, foreign = soc.client(key=None), soc.client(key=KEYS["viewer"]), soc.client(key=SECOND_KEY)
    broken = {"data": "{", "headers": JSON}
    assert nobody.call("POST", "/workspaces/x/cases", **broken).json()["detail"][0]["type"] == "json_invalid"
    assert nobody.call("POST", "/workspaces/x/cases", json={}).json() == {"detail": "Invalid workspace_id path parameter"}
    assert nobody.call("POST", CASES, json={}).status_code == 403
    assert foreign.call("POST", CASES, json={}).status_code == 403
    assert viewer.call("POST", CASES, json={}).status_code == 422
    assert "error" in viewer.call("POST", CASES, json=CASE).json()
    assert viewer.call("DELETE", f"{CASES}/x").status_code == 422
    assert viewer.call("DELETE", f"{CASES}/{NOWHERE}").status_code == 403
    assert client.call("PATCH", f"{CASES}/{NOWHERE}", json={"status": "NEW"}).status_code == 422


def test_null_summary_is_tracecat_s_database_error(client):
    case = client.create()
    for key in ("summary", "description"):
        answer = client.patch(case, **{key: None})
        assert (answer.status_code, answer.json()) == (500, {"detail": "Database operation failed"})
    assert client.patch(case).status_code == 204
    assert client.patch(case, tags=["x"], case_title="ignored", status=None).status_code == 204


def test_a_trailing_slash_redirects(client):
    answer = client.call("GET", CASES + "/", allow_redirects=False)
    assert (answer.status_code, answer.text) == (307, "")
    assert answer.headers["Location"].endswith(CASES)
