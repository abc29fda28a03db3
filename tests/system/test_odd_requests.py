"""Requests that no client should send, and what Tracecat says to them: what is refused leaves no trace (fact sheet §1.6,
§3.7, §3.8, §3.9, §5.6)."""
import uuid

import pytest
from conftest import Stack
from organisation import PASSWORD, Organisation, accounts, bridge, password_hash
from support import unique

FORM = {"Content-Type": "multipart/form-data; boundary=edge"}
PART = '--edge\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nwords'


@pytest.fixture(scope="module")
def soc():
    made = Stack()
    try:
        hashed = password_hash()
        boss = {"email": "boss@tests.example", "password_hash": hashed, "superuser": True, "workspaces": {}}
        yield Organisation(made, [bridge("main", hashed=hashed, accounts=[*accounts(hashed), boss])])
    finally:
        made.stop()


@pytest.fixture(scope="module")
def client(soc):
    return soc.client()


def refused(answer, status, detail):
    assert (answer.status_code, answer.json()) == (status, {"detail": detail})


def upload(client, case, body):
    return client.ask("POST", f"/cases/{case}/attachments", data=body.encode(), headers=FORM)


@pytest.mark.parametrize("body", [{"payload": {"a": "x\0y"}}, {"summary": None}, {"description": None}])
def test_a_write_that_is_refused_is_no_look_at_the_case(soc, client, body):
    case = client.create()
    refused(soc.person("lead").ask("PATCH", f"/cases/{case}", json=body), 500, "Database operation failed")
    events = client.ask("GET", f"/cases/{case}/events").json()["events"]
    assert [e["type"] for e in events] == ["case_created"]


def test_values_are_named_as_python_writes_them(client):
    case, whole, choice, some = client.create(), *(unique(what).replace(" ", "_") for what in ("whole", "choice", "some"))
    for name, kind, options in ((whole, "INTEGER", None), (choice, "SELECT", ["a"]), (some, "MULTI_SELECT", ["a"])):
        made = client.ask("POST", "/case-fields", json={"name": name, "type": kind, "options": options})
        assert made.status_code == 201, made.text
    for field, value, detail in (
        (whole, [None, True, "it's", {"a": 1.5}], "Invalid integer value: [None, True, \"it's\", {'a': 1.5}]"),
        (whole, "a\tb\x01", "Invalid integer value: 'a\\tb\\x01'"),
        (choice, ["a"], "Value '['a']' is not in the available options"),
        (some, [None], "Value(s) None are not in the available options"),
        (some, ["a", ""], "Value(s)  are not in the available options"),
    ):
        refused(client.patch(case, fields={field: value}), 400, detail)
        refused(client.post(fields={field: value}), 400, detail)
    assert {name: client.fields(case)[name] for name in (whole, choice, some)} == {whole: None, choice: None, some: None}


def test_times_of_fields_are_numbers_with_fractions_too(client):
    case, day, moment = client.create(), unique("day").replace(" ", "_"), unique("moment").replace(" ", "_")
    for name, kind in ((day, "DATE"), (moment, "TIMESTAMPTZ")):
        assert client.ask("POST", "/case-fields", json={"name": name, "type": kind}).status_code == 201
    client.change(case, fields={day: 1767225600.5, moment: 1767225600.25})
    assert [client.fields(case)[name] for name in (day, moment)] == ["2026-01-01", "2026-01-01T00:00:00.250000Z"]
    refused(client.patch(case, fields={day: 9223372036854775807}), 400, "Invalid date value: 9223372036854775807")


@pytest.mark.parametrize("end", ["", "\r\n--ed", "\r\n--edge"])
def test_an_upload_that_ends_too_soon_was_not_sent(client, end):
    case = client.create()
    answer = upload(client, case, PART + end)
    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body", "file"])
    assert client.ask("GET", f"/cases/{case}/attachments").json() == []


def test_a_part_without_a_name_is_refused(client):
    answer = upload(client, client.create(), PART.replace('name="file"; ', "") + "\r\n--edge--\r\n")
    refused(answer, 400, 'The Content-Disposition header field "name" must be provided.')


@pytest.mark.parametrize("path, body, status", [
    ("/case-dropdowns", {"name": "x"}, 422), ("/case-dropdowns", {"name": "", "ref": "r"}, 422),
    ("/case-dropdowns", {"name": "x", "ref": "r", "options": [{"label": "a"}]}, 422), ("/case-dropdowns", {"name": "x", "ref": "r"}, 400),
    (f"/case-dropdowns/{uuid.uuid4()}/options", {"ref": "r"}, 422), (f"/case-dropdowns/{uuid.uuid4()}/options", {"label": "a", "ref": "r"}, 404),
])
def test_a_dropdown_is_read_before_it_is_refused(client, path, body, status):
    assert client.ask("POST", path, json=body).status_code == status


def test_who_may_not_change_users_is_told_so_before_anything_else(soc):
    boss, admin = soc.person("boss"), soc.person("admin")
    known = boss.call("GET", "/users/me").json()["id"]
    for method in ("PATCH", "DELETE"):
        for ident in (known, str(uuid.uuid4()), "me-or-anything"):
            body = {"json": {}} if method == "PATCH" else {}
            refused(admin.call(method, f"/users/{ident}", **body), 403, "Forbidden")
            answer = boss.call(method, f"/users/{ident}", **body)
            assert answer.status_code == (501 if ident == known else 404), answer.text
    assert boss.login("boss@tests.example", PASSWORD).call("GET", "/users/me").json()["id"] == known
