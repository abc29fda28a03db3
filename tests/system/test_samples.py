"""The published samples: ThreatConnect's example cases, as Tracecat shows them."""
import json
import re

import pytest
from conftest import ROOT
from support import ThreatConnect

SAMPLES = ROOT / "tests" / "data" / "samples"
# Tracecat fact sheet §1.1, in the order of a real server's answer.
WHOLE = ["id", "short_id", "created_at", "updated_at", "summary", "status", "priority", "severity", "description", "fields", "assignee",
         "payload", "tags", "dropdown_values", "rows"]
ITEM = ["id", "short_id", "created_at", "updated_at", "summary", "status", "priority", "severity", "assignee", "tags", "dropdown_values",
        "rows", "durations", "field_values", "payload", "num_tasks_completed", "num_tasks_total"]
FIELD = ["id", "display_name", "type", "description", "nullable", "default", "reserved", "options", "kind", "required_on_closure", "value"]
USER = ["id", "email", "is_active", "is_superuser", "is_verified", "role", "first_name", "last_name", "settings"]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z")
UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

EXPECTED = {
    1: {"summary": "Phishing Investigation", "status": "new", "severity": "low", "description": "", "short_id": "CASE-0001",
        "created_at": "2023-03-09T14:41:27.622000Z", "updated_at": "2023-03-09T14:41:27.622000Z", "priority": "unknown"},
    2: {"summary": "Malware Investigation", "status": "closed", "severity": "critical", "description": "Case to investigate new malware",
        "short_id": "CASE-0002", "created_at": "2025-04-09T09:51:54Z", "updated_at": "2025-04-09T09:55:54Z", "priority": "unknown"},
    3: {"summary": "Analyze Suspicious Email and Report Findings", "status": "new", "severity": "medium", "description": "",
        "short_id": "CASE-0003", "created_at": "2023-03-19T14:41:27.622000Z", "updated_at": "2023-03-21T09:22:39.622000Z",
        "priority": "unknown"},
}


def case_id(client, number):
    found = client.search(short_id=number)
    assert len(found) == 1
    return found[0]["id"]


@pytest.mark.parametrize("number", EXPECTED)
def test_a_sample_reads_whole(client, number):
    case = client.get(case_id(client, number))
    assert list(case) == WHOLE
    assert {key: case[key] for key in EXPECTED[number]} == EXPECTED[number]
    assert case["payload"] is None and case["tags"] == case["dropdown_values"] == case["rows"] == []
    assert all(list(f) == FIELD for f in case["fields"])
    assert UUID4.fullmatch(case["id"])


@pytest.mark.parametrize("number", EXPECTED)
def test_a_sample_is_in_the_list(client, number):
    items = [i for page in client.pages(limit=200) for i in page["items"] if i["short_id"] == f"CASE-{number:04}"]
    assert len(items) == 1
    item = items[0]
    assert list(item) == ITEM
    assert {key: item[key] for key in EXPECTED[number] if key != "description"} == {
        key: value for key, value in EXPECTED[number].items() if key != "description"}
    assert item["id"] == case_id(client, number)


def test_every_key_of_the_published_tracecat_page_is_there_with_its_kind(client):
    published = json.loads((SAMPLES / "tracecat-case.json").read_text())
    case = client.get(case_id(client, 3))
    assert set(published) <= set(case)
    for key, value in published.items():
        assert isinstance(case[key], type(value)), key
    for f in case["fields"]:
        assert set(published["fields"][0]) <= set(f)


@pytest.mark.parametrize("number", EXPECTED)
def test_timestamps_have_no_fraction_or_six_digits(client, number):
    case = client.get(case_id(client, number))
    for key in ("created_at", "updated_at"):
        assert TIME.fullmatch(case[key]), case[key]


def test_the_group_of_case_3_is_shown_as_its_assignee_and_is_a_member(client):
    case = client.get(case_id(client, 3))
    assert list(case["assignee"]) == USER
    assert case["assignee"]["last_name"] == "SOC Team"
    members = {m["user_id"]: m for m in client.ask("GET", "/members").json()}
    assert members[case["assignee"]["id"]]["last_name"] == "SOC Team"
    assert case["assignee"]["email"] == members[case["assignee"]["id"]]["email"]
    assert "@" in case["assignee"]["email"]


def test_the_group_can_be_assigned_and_is_kept(client, native):
    group = client.get(case_id(client, 3))["assignee"]
    case = client.create(summary="for the group")
    client.change(case, assignee_id=group["id"])
    assert client.get(case)["assignee"] == group
    assert native.case(client.number(case))["assignee"]["data"]["name"] == "SOC Team"
    client.change(case, summary="still for the group")
    assert client.get(case)["assignee"] == group
    client.change(case, assignee_id=None)
    assert client.get(case)["assignee"] is None
    assert "assignee" not in native.case(client.number(case))


def test_the_samples_of_the_sandbox_are_the_published_ones(native):
    published = json.loads((SAMPLES / "threatconnect-cases.json").read_text())["data"]
    for case in [*published, json.loads((SAMPLES / "threatconnect-case-3.json").read_text())["data"]]:
        mine = ThreatConnect.case(native, case["id"])
        for key in ("name", "status", "severity", "resolution", "dateAdded"):
            assert mine[key] == case[key]
