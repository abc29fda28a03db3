"""The tour that tools/run prints, on the shipped demo: a Tracecat client over ThreatConnect's cases."""
import pytest
import requests
from conftest import API_KEY, WORKSPACE


@pytest.fixture
def client(demo):
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {API_KEY}"
    session.cases = f"{demo.url}/workspaces/{WORKSPACE}/cases"
    return session


def case_3(client):
    found = client.get(client.cases + "/search", params={"short_id": 3}).json()["items"]
    assert len(found) == 1
    return found[0]["id"]


def test_a_person_logs_in_and_is_recognised(demo):
    person = requests.Session()
    wrong = person.post(demo.url + "/auth/login", data={"username": "demo@casebridge.test", "password": "no"})
    assert wrong.status_code == 400
    form = {"username": "demo@casebridge.test", "password": "demo-password"}
    assert person.post(demo.url + "/auth/login", data=form).status_code == 204
    assert person.get(demo.url + "/users/me").json()["email"] == "demo@casebridge.test"


def test_nobody_gets_in_without_a_credential(demo, client):
    assert requests.get(client.cases).status_code == 403  # without any: 403, with a bad one: 401
    assert requests.get(client.cases, headers={"Authorization": f"Bearer {API_KEY}x"}).status_code == 401


def test_the_three_example_cases_are_listed(client):
    names = {item["summary"] for item in client.get(client.cases).json()["items"]}
    assert {"Phishing Investigation", "Malware Investigation", "Analyze Suspicious Email and Report Findings"} <= names


def test_case_3_is_found_by_its_number_and_read_whole(client):
    case = client.get(f"{client.cases}/{case_3(client)}").json()
    assert case["short_id"] == "CASE-0003"
    assert case["summary"] == "Analyze Suspicious Email and Report Findings"
    assert (case["status"], case["severity"]) == ("new", "medium")


def test_a_created_case_reads_back_and_lives_in_threatconnect(demo, client):
    new = {"summary": "Beaconing host", "description": "Seen by the proxy", "status": "new", "priority": "high", "severity": "fatal"}
    made = client.post(client.cases, json=new)
    assert (made.status_code, made.text) == (201, "null")
    item = client.get(client.cases + "/search", params={"search_term": "Beaconing host"}).json()["items"][0]
    case = client.get(f"{client.cases}/{item['id']}").json()
    assert {key: case[key] for key in new} == new
    number = int(case["short_id"].split("-")[1])
    there = requests.get(f"{demo.sandbox}/v3/cases/{number}", headers={"Authorization": "TC-Token APIV2:demo-token"})
    assert there.json()["data"]["name"] == "Beaconing host"
    assert there.json()["data"]["severity"] == "Critical"


def test_a_change_reaches_threatconnect(demo, client):
    changed = client.patch(f"{client.cases}/{case_3(client)}", json={"severity": "high", "status": "in_progress"})
    assert (changed.status_code, changed.text) == (204, "")
    there = requests.get(f"{demo.sandbox}/v3/cases/3", headers={"Authorization": "TC-Token APIV2:demo-token"}).json()
    assert (there["data"]["severity"], there["data"]["status"]) == ("High", "Open")
    assert client.get(f"{client.cases}/{case_3(client)}").json()["status"] == "in_progress"
