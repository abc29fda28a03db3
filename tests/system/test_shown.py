"""What ThreatConnect's people and automations put on a case and Tracecat has no objects for: fields that list it."""
import base64
import json
from urllib.parse import parse_qsl, urlsplit

import pytest
from conftest import ROOT, Stack
from fault_gate import FaultGate, changed
from organisation import BRIDGE_USER, LEAD_USER, Organisation, bridge
from support import unique

ARTIFACTS, TIMELINE = "tc_artifacts", "tc_timeline"
CHILDREN = {"notes", "tasks", "artifacts", "workflowEvents"}


@pytest.fixture(scope="module")
def org():
    """A bridge as it is shipped, one that hides native fields, one that keeps its state as another type, one behind a gate."""
    made, gate = Stack(), FaultGate()
    try:
        plain = str(ROOT / "mappings" / "overlays" / "plain-fields.jsonc")
        built = Organisation(made, [bridge("main"), bridge("hidden", overlays=[plain])], threads=1)
        gate.backend_port = built.sandbox_port
        url = {"url": f"http://127.0.0.1:{gate.port}/api"}
        built.gated = Organisation(Stack(), [bridge("main")], threads=1, upstream_changes=url)
        gate.backend_port, built.gate = built.gated.sandbox_port, gate
        yield built
    finally:
        gate.close()
        built.gated.bridge.stack.stop()
        made.stop()


@pytest.fixture
def client(org):
    return org.client()


@pytest.fixture
def native(org):
    return org.native


def artifact(native, number, **members):
    return native.done("POST", "/artifacts", json={"caseId": number, **members})


def event(native, number, **members):
    return native.done("POST", "/workflowEvents", json={"caseId": number, **members})


def case_of(client, number):
    return client.search(short_id=number)[0]["id"]


def asked(seen):
    """Children that were asked for with cases, request by request."""
    found = []
    for method, target in seen:
        split = urlsplit(target)
        fields = {v for k, v in parse_qsl(split.query) if k == "fields"}
        assert "fileData" not in target
        if method == "GET" and split.path.startswith("/api/v3/cases"):
            found.append(fields & CHILDREN)
    return found


@pytest.fixture
def busy(native, client):
    """A case as ThreatConnect's people leave it: (number, id, its host, its address)."""
    number = native.post(name=unique("busy"))
    host = artifact(native, number, summary="bad.example", type="Host", source="EDR")
    data = base64.b64encode(b"a log").decode()
    artifact(native, number, summary="server.log", type="Log File", fileData=data)
    address = artifact(native, number, summary="203.0.113.7", type="IP Address")
    return number, case_of(client, number), host, address


def test_artifacts_that_are_no_files_are_a_field_of_the_case(client, busy):
    _, case, host, address = busy
    shown = client.fields(case)[ARTIFACTS]
    assert shown == [
        {"id": host["id"], "type": "Host", "summary": "bad.example", "intelType": "indicator-Host", "source": "EDR", "dateAdded": host["dateAdded"]},
        {key: address[key] for key in ("id", "type", "summary", "intelType", "source", "dateAdded") if key in address},
    ]
    assert [a["file_name"] for a in client.ask("GET", f"/cases/{case}/attachments").json()] == ["server.log"]


def test_entries_that_people_wrote_are_a_field_of_the_case(client, native):
    number = native.post()
    first = event(native, number, summary="Reported by phone", eventDate="2026-01-02T03:04:05Z")
    gone = event(native, number, summary="A mistake")
    native.done("DELETE", f"/workflowEvents/{gone['id']}", json={"deletedReason": "wrong case"})
    last = event(native, number, summary="Called \"Kim\" back\n…")
    shown = client.fields(case_of(client, number))[TIMELINE]
    assert [e["summary"] for e in shown] == ["Reported by phone", 'Called "Kim" back\n…']
    assert [e["id"] for e in shown] == [first["id"], last["id"]]
    assert shown[0]["eventDate"] == "2026-01-02T03:04:05Z"
    assert set(shown[0]) == {"id", "eventDate", "summary", "dateAdded"}


def test_a_case_without_them_shows_null(client, native):
    number = native.post()
    artifact(native, number, summary="only.log", type="Log File", fileData="YQ==")
    fields = client.fields(case_of(client, number))
    assert fields[ARTIFACTS] is None and fields[TIMELINE] is None


def test_they_are_told_among_the_definitions(client, busy):
    defined = {f["id"]: f for f in client.ask("GET", "/case-fields").json()}
    assert {f: (defined[f]["type"], defined[f]["display_name"], defined[f]["reserved"]) for f in (ARTIFACTS, TIMELINE)} == {
        ARTIFACTS: ("JSONB", "Artifacts", False), TIMELINE: ("JSONB", "Timeline", False)}
    made = client.ask("POST", "/case-fields", json={"name": ARTIFACTS, "type": "JSONB"})
    assert made.status_code == 409
    for method, body in (("PATCH", {"display_name": "x"}), ("DELETE", None)):
        assert client.ask(method, f"/case-fields/{ARTIFACTS}", json=body).status_code in (400, 403)


@pytest.mark.parametrize("field", [ARTIFACTS, TIMELINE])
@pytest.mark.parametrize("value", [None, [], [{"id": 1, "summary": "x"}], "x"])
def test_they_are_refused_by_name_and_nothing_is_written(client, native, busy, field, value):
    _, case, _, _ = busy
    with native.watched() as seen:
        answers = [client.patch(case, summary="touched", fields={field: value}), client.post(fields={field: value})]
    for answer in answers:
        assert answer.status_code in (400, 403) and field in answer.json()["detail"]
    assert [m for m, _ in seen if m != "GET"] == []


def test_a_single_read_is_one_request_with_them_and_never_their_bytes(client, native, busy):
    _, case, _, _ = busy
    client.get(case)
    with native.watched() as seen:
        client.get(case)
    assert asked(seen) == [{"artifacts", "workflowEvents"}] and len(seen) == 1


def test_writes_do_not_ask_for_them(client, native, busy):
    _, case, _, _ = busy
    client.get(case)
    with native.watched() as seen:
        client.change(case, summary="changed")
        client.ask("POST", f"/cases/{case}/tags", json={"tag_id": "vpn"})
    assert asked(seen) and not any(asked(seen))


def test_lists_ask_for_what_they_show(client, native, busy):
    number, case, host, _ = busy
    event(native, number, summary="Reported by phone")
    for fields, children in (([], set()), (["asset_owner"], set()), ([ARTIFACTS], {"artifacts"}), ([TIMELINE], {"workflowEvents"}),
                             ([ARTIFACTS, TIMELINE], {"artifacts", "workflowEvents"})):
        with native.watched() as seen:
            values = client.search(short_id=number, field_ids=fields)[0]["field_values"]
        assert asked(seen) == [children | {"tasks"}] and len(seen) == 1
        assert set(values or {}) == set(fields) - {"asset_owner"}
    assert values[ARTIFACTS][0]["id"] == host["id"]
    assert values[TIMELINE] == [e for e in client.fields(case)[TIMELINE]]


def test_a_list_item_without_them_has_no_value(client, native):
    number = native.post()
    assert client.search(short_id=number, field_ids=[ARTIFACTS, TIMELINE])[0]["field_values"] == {}


def test_where_more_is_looked_at_than_shown_the_page_alone_is_asked_for_them(client, native):
    mark = unique("many")
    numbers = [native.post(name=f"{mark} {i}", artifacts={"data": [{"summary": f"h{i}.example", "type": "Host"}]}) for i in range(6)]
    for params in ({"search_term": mark, "limit": 2}, {"search_term": mark, "limit": 2, "order_by": "severity"}):
        with native.watched() as seen:
            pages = list(client.pages("/search", **params, field_ids=ARTIFACTS))
        items = [i for page in pages for i in page["items"]]
        assert {i["field_values"][ARTIFACTS][0]["summary"] for i in items} == {f"h{i}.example" for i in range(6)} and len(items) == 6
        with_them = [(t, a) for (_, t), a in zip([s for s in seen if "/v3/cases" in s[1]], asked(seen)) if "artifacts" in a]
        assert len(with_them) == len(pages)
        assert all("id+IN+" in t or "id%20IN%20" in t for t, _ in with_them)
        assert items[0]["num_tasks_total"] == 0
    assert len(numbers) == 6


def test_cases_hidden_from_somebody_count_and_list_them_all_the_same(client, native):
    mark = unique("restricted")
    numbers = [native.post(name=mark, artifacts={"data": [{"summary": "h.example", "type": "Host"}]},
                           **({"userAccess": {"data": [{"id": BRIDGE_USER}, {"id": LEAD_USER}]}} if i == 1 else {})) for i in range(3)]
    items = client.search(search_term=mark, field_ids=ARTIFACTS)
    assert [i["short_id"] for i in items] == [f"CASE-{n:04}" for n in reversed(numbers) if n != numbers[1]]
    assert all(i["field_values"][ARTIFACTS][0]["summary"] == "h.example" for i in items)


def test_hidden_native_fields_are_neither_shown_nor_asked_for(org, native, busy):
    number, case, _, _ = busy
    plain = org.client("hidden")
    assert ARTIFACTS not in plain.fields(case)
    with native.watched() as seen:
        plain.get(case)
        assert plain.search(short_id=number, field_ids=[ARTIFACTS])[0]["field_values"] is None
    assert asked(seen) == [set(), {"tasks"}]


def test_the_bridge_s_own_files_are_never_shown(client, native):
    case = client.create(payload={"p": "x" * 5000})
    number = client.number(case)
    names = [a["summary"] for a in native.artifacts(number)]
    assert len(names) == 1 and names[0].startswith("casebridge-state-")
    assert client.fields(case)[ARTIFACTS] is None
    artifact(native, number, summary=names[0], type="Ticket ID")  # whatever a site keeps them as
    artifact(native, number, summary="casebridge-statement", type="Ticket ID")
    assert [a["summary"] for a in client.fields(case)[ARTIFACTS]] == ["casebridge-statement"]


def test_a_thousand_and_more_artifacts(client, native):
    number = native.post()
    for start in (0, 600):
        count = 600 if start == 0 else 405
        native.put(number, artifacts={"data": [{"summary": f"h{start + i}.example", "type": "Host"} for i in range(count)]})
    shown = client.fields(case_of(client, number))[ARTIFACTS]
    assert len(shown) == 1001 and shown[-1] == {"more": 5}
    assert [a["summary"] for a in shown[:-1]] == [f"h{i}.example" for i in range(1000)]


def test_a_client_that_writes_back_what_it_reads_is_told_which_field_it_may_not(client, busy):
    _, case, _, _ = busy
    fields = {f["id"]: f["value"] for f in client.get(case)["fields"] if f["id"] == ARTIFACTS}
    answer = client.patch(case, fields=fields)
    assert (answer.status_code, ARTIFACTS in answer.json()["detail"]) == (403, True)


# ── what a server may list that the sandbox does not ────────────────────────────────────────────────────

def rewritten(change):
    """A fault of the gate: the case in the answer is changed."""
    def rewrite(head, body):
        answer = json.loads(body)
        change(answer["data"])
        body = json.dumps(answer).encode()
        head = b"\r\n".join(line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length"))
        return head + b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    return changed(rewrite)


def test_notes_of_tasks_artifacts_and_events_are_no_comments_wherever_they_are_listed(org):
    """Whether ThreatConnect lists them with their case is not known: here it does."""
    client, native, gate = org.gated.client(), org.gated.native, org.gate
    number = native.post(notes={"data": [{"text": "about the case"}]})
    case = case_of(client, number)
    parents = {"taskId": 5, "artifactId": 6, "workflowEventId": 7}

    others = [{"id": 900 + n, "text": "false positive", "author": "kim", "dateAdded": "2026-01-01T00:00:00Z", key: n}
              for key, n in parents.items()]
    gate.arm(rewritten(lambda stored: stored["notes"]["data"].extend(others)))
    try:
        comments = client.ask("GET", f"/cases/{case}/comments").json()
        threads = client.ask("GET", f"/cases/{case}/comments/threads").json()
        events = client.ask("GET", f"/cases/{case}/events").json()["events"]
    finally:
        gate.disarm()
    assert gate.fired == 3
    assert [c["content"] for c in comments] == ["about the case"]
    assert [t["comment"]["content"] for t in threads] == ["about the case"]
    assert sorted(e["type"] for e in events) == ["case_created", "comment_created"]


@pytest.mark.parametrize("answer, shown", [
    ({"data": [{"id": 1, "type": "Host", "summary": "h"}, None, 7, [], {"id": {}}]}, [{"id": 1, "type": "Host", "summary": "h"}]),
    ({"data": {"id": 1}}, None), ({"data": None}, None), ({}, None), ("x", None), (None, None),
])
def test_a_list_that_makes_no_sense_is_not_shown_and_disturbs_nobody(org, answer, shown):
    client, native, gate = org.gated.client(), org.gated.native, org.gate
    case = case_of(client, native.post(name="whole"))
    client.get(case)

    gate.arm(rewritten(lambda stored: stored.update(artifacts=answer)))
    try:
        read = client.get(case)
    finally:
        gate.disarm()
    assert gate.fired == 1 and read["summary"] == "whole"
    assert {f["id"]: f["value"] for f in read["fields"]}[ARTIFACTS] == shown
