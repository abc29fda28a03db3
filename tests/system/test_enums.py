"""Status, priority and severity: what a client writes is what it reads, whatever ThreatConnect can express; and
what an analyst does there wins (translation anchors §3.6)."""
import itertools

import pytest
from support import PRIORITIES, SEVERITIES, STATUSES, unique

NATIVE_STATUS = {"closed": "Closed", "resolved": "Closed"}
NATIVE_SEVERITY = {"informational": "Low", "low": "Low", "medium": "Medium", "unknown": "Medium", "other": "Medium", "high": "High",
                   "critical": "Critical", "fatal": "Critical"}
ALL = list(itertools.product(STATUSES, PRIORITIES, SEVERITIES))


def triple(document):
    return document["status"], document["priority"], document["severity"]


@pytest.fixture(scope="module")
def created(soc):
    """Every combination as a case: (status, priority, severity) → id."""
    client, mark = soc.client(), unique("combination")
    return mark, {combination: client.create(summary=mark, **dict(zip(("status", "priority", "severity"), combination)))
                  for combination in ALL}


def test_all_combinations_read_back_in_the_list(client, created):
    mark, cases = created
    items = {i["id"]: triple(i) for page in client.pages("/search", search_term=mark, limit=200) for i in page["items"]}
    assert items == {case: combination for combination, case in cases.items()}


def test_all_combinations_read_back_alone(client, created):
    _, cases = created
    assert len(cases) == 7 * 6 * 8
    for combination, case in cases.items():
        assert triple(client.get(case)) == combination


def test_all_combinations_have_their_native_values(client, native, created):
    _, cases = created
    expected = {client.number(case): (NATIVE_STATUS.get(status, "Open"), NATIVE_SEVERITY[severity])
                for (status, _, severity), case in cases.items()}
    seen, start = {}, 0
    while part := native.done("GET", "/cases", params=[("resultStart", start), ("resultLimit", 1000)]):
        seen.update({c["id"]: (c["status"], c["severity"]) for c in part})
        start += len(part)
    assert {number: seen[number] for number in expected} == expected


def test_what_threatconnect_expresses_carries_nothing(client, native):
    case = client.create(status="closed", priority="unknown", severity="high")
    assert native.attributes(client.number(case)) == []


@pytest.mark.parametrize("status, edit, seen", [
    ("on_hold", "Open", "on_hold"),          # nothing changed
    ("on_hold", "Closed", "closed"),         # closed by an analyst
    ("in_progress", "Closed", "closed"),
    ("resolved", "Open", "in_progress"),     # reopened: being worked on, not new
    ("closed", "Open", "new"),               # nothing is carried for it, so nothing remembers
    ("new", "Closed", "closed"),
])
def test_a_native_status_wins(client, native, status, edit, seen):
    case = client.create(status=status)
    native.put(client.number(case), status=edit)
    assert client.get(case)["status"] == client.item(case)["status"] == seen


@pytest.mark.parametrize("severity, edit, seen", [
    ("fatal", "Critical", "fatal"), ("fatal", "High", "high"), ("informational", "Medium", "medium"), ("informational", "Low", "informational"),
    ("unknown", "Critical", "critical"), ("other", "Low", "low"),
])
def test_a_native_severity_wins(client, native, severity, edit, seen):
    case = client.create(severity=severity)
    native.put(client.number(case), severity=edit)
    assert client.get(case)["severity"] == client.item(case)["severity"] == seen


def test_closed_reopened_and_closed_again_is_not_the_resolved_one(client, native):
    case = client.create(status="resolved")
    number = client.number(case)
    native.put(number, status="Open")
    native.put(number, status="Closed", caseCloseTime="2031-01-01T00:00:00Z")
    assert client.get(case)["status"] == "closed"


@pytest.mark.parametrize("resolution, seen", [
    ("In Progress / Investigating", "in_progress"), ("Deferred / Delayed", "on_hold"), ("Escalated", "new"), ("Not Specified", "new"),
])
def test_where_nothing_is_carried_the_resolution_refines(client, native, resolution, seen):
    number = native.post(name=unique("refined"), resolution=resolution)
    assert client.search(short_id=number)[0]["status"] == seen


def test_a_write_after_a_native_edit_starts_from_what_is_there(client, native):
    case = client.create(status="on_hold", severity="fatal", priority="high")
    number = client.number(case)
    native.put(number, status="Closed")
    client.change(case, severity="informational")
    read = client.get(case)
    assert triple(read) == ("closed", "high", "informational")
    client.change(case, status="resolved")
    assert triple(client.get(case)) == ("resolved", "high", "informational")
    assert native.case(number)["status"] == "Closed"


def test_writing_back_what_is_read_sends_nothing(soc, client, native):
    case = client.create(status="on_hold", severity="fatal", priority="high", description="d", summary="s")
    read = client.get(case)
    with native.watched() as seen:
        client.change(case, **{key: read[key] for key in ("status", "severity", "priority", "description", "summary")})
    assert [method for method, _ in seen if method != "GET"] == []


def test_a_change_within_a_class_leaves_the_native_status_alone(client, native):
    case = client.create(status="new")
    number = client.number(case)
    before = native.case(number)
    client.change(case, status="on_hold")
    after = native.case(number)
    assert (after["status"], after["resolution"]) == (before["status"], before["resolution"])
    assert client.get(case)["status"] == "on_hold"


def test_the_overlay_writes_a_resolution_and_never_an_analyst_s_verdict(soc, native):
    client = soc.client("resolution")
    case = client.create(status="in_progress")
    number = client.number(case)
    assert native.case(number)["resolution"] == "In Progress / Investigating"
    client.change(case, status="on_hold")
    assert native.case(number)["resolution"] == "Deferred / Delayed"
    native.put(number, resolution="False Positive")
    client.change(case, status="resolved")
    assert native.case(number)["resolution"] == "False Positive"
    assert client.get(case)["status"] == "resolved"
