"""What the bridge keeps on cases, edited or outlived by others: nothing of it is an error, nothing reaches another's, and what is gone in
Tracecat is gone for clients."""
import base64
import json

import pytest
from conftest import Stack, until
from reverse_support import BOTH, NATIVE_LOGIN, SANDBOX_DATA, WRITER, NativeTracecat, PerThread, Reverse, reverse_bridge, side_by_side
from support import unique

PER_CASE = 2**31
BODIES = {"notes": {"text": "t"}, "tasks": {"name": "t"}, "artifacts": {"summary": "s", "type": "Host"}, "workflowEvents": {"summary": "s"}}


@pytest.fixture(scope="module")
def one():
    made = Stack()
    try:
        yield Reverse(made, credentials={"main": BOTH}, threads=2, data={**SANDBOX_DATA, "tags": [{"name": "vpn"}]})
    finally:
        made.stop()


def make(client, kind, **members):
    return client.done("POST", f"/{kind}", json={**BODIES.get(kind, {}), **members}, params=[("fields", "_all_")])


def get(client, kind, number):
    return client.done("GET", f"/{kind}/{number}", params=[("fields", "_all_")])


def listed(client, kind, tql, *fields):
    return client.done("GET", f"/{kind}", params=[("tql", tql), ("resultLimit", "10000"), *(("fields", f) for f in fields)])


def ids(documents):
    return sorted(d["id"] for d in documents)


def edit(site, case, change):
    """A workflow edits what the bridge keeps."""
    native = site.native.named(case)
    payload = site.native.payload(native)
    change(payload["_bridge"]["s"])
    site.native.change(native, payload=payload)


def as_the_bridge(site):
    return NativeTracecat(site.sandbox_url, NATIVE_LOGIN["email"], NATIVE_LOGIN["password"])


def natively_gone(site, case, path):
    """An analyst removes the case's only child of that kind."""
    native = site.native.named(case)
    (child,) = site.native.ask("GET", f"/cases/{native}/{path}").json()
    gone = as_the_bridge(site).ask("DELETE", f"/cases/{native}/{path}/{child['id']}")
    assert gone.status_code == 204, gone.text


# Edited states

def test_carried_values_that_are_none_are_shown_as_if_nothing_were_carried(one):
    client = one.client()
    case = client.create(resolution="Escalated", attributes={"data": [{"type": "Description", "value": "v"}]})["id"]
    task = make(client, "tasks", caseId=case, workflowPhase=7, durationType="Days")["id"]

    def change(state):
        state["tasks"][0]["s"].update(workflowPhase="007", durationType="Fortnights")
        state["attributes"][0].update(a="soon", m={})
        state["resolution"] = "Solved, honestly"
    edit(one, case, change)
    (shown,) = listed(client, "tasks", f"caseId = {case}")
    assert (shown["id"], shown["workflowPhase"], "durationType" in shown) == (task, 7, False)
    whole = client.get(case)
    assert whole["resolution"] == "Not Specified" and "dateAdded" not in whole["attributes"]["data"][0]


def test_one_number_is_one_attribute(one):
    client = one.client()
    case = client.create(attributes={"data": [{"type": "Description", "value": "a"}, {"type": "Source", "value": "b"}]})["id"]
    edit(one, case, lambda state: state["attributes"][1].update(n=state["attributes"][0]["n"]))
    (shown,) = client.get(case)["attributes"]["data"]
    assert shown["value"] == "a" and client.done("GET", f"/caseAttributes/{shown['id']}")["value"] == "a"
    client.done("PUT", f"/caseAttributes/{shown['id']}", json={"value": "c"})
    assert [a["value"] for a in client.get(case)["attributes"]["data"]] == ["c"]


def test_a_hash_that_somebody_else_wrote_takes_no_bytes_from_another_case(one):
    client = one.client()
    case, other = client.create()["id"], client.create()["id"]
    file = {"summary": "a.txt", "type": "Log File", "fileData": base64.b64encode(unique("bytes").encode()).decode()}
    mine, theirs = (make(client, "artifacts", caseId=c, **file)["id"] for c in (case, other))
    edit(one, case, lambda state: state["artifacts"][0]["d"].update(sha256="00" * 32, size=-5))
    assert [a["fileData"] for a in listed(client, "artifacts", f"caseId IN ({case}, {other})", "fileData")] == [file["fileData"]] * 2
    client.whole("DELETE", f"/artifacts/{mine}")
    assert get(client, "artifacts", theirs)["fileData"] == file["fileData"]


def test_numbers_that_no_object_can_have_find_nothing(one):
    client = one.client()
    for number in (2**63 - 1, 2**62, 2**53 + 1, 2**31 - 1, 0):
        for kind in (*BODIES, "cases", "caseAttributes", "tags", "workflowTemplates"):
            assert client.call("GET", f"/{kind}/{number}").status_code == 404, (kind, number)
        for kind in (*BODIES, "caseAttributes"):
            assert listed(client, kind, f"id = {number}") == listed(client, kind, f"caseId IN ({number}, {2**40})") == []
    for members in ({"caseId": 2**63 - 1}, {"artifactId": 2**63 - 1}, {"taskId": PER_CASE * 3}):
        assert client.call("POST", "/notes", json={"text": "t", **members}).status_code == 404


# What is gone in Tracecat

@pytest.mark.parametrize("kind, path", [("notes", "comments"), ("tasks", "tasks")])
def test_a_key_whose_object_is_gone_makes_another_one(one, kind, path):
    client, key = one.client(), {"Idempotency-Key": unique("key")}
    case = client.create()["id"]
    post = lambda: client.call("POST", f"/{kind}", json={"caseId": case, **BODIES[kind]}, headers=key)  # noqa: E731
    first = post()
    assert first.status_code == 201 and post().json()["data"]["id"] == first.json()["data"]["id"]
    natively_gone(one, case, path)
    second = post()
    assert second.status_code == 201, second.text
    assert second.json()["data"]["id"] != first.json()["data"]["id"] == first.json()["data"]["id"]
    assert post().json()["data"]["id"] == second.json()["data"]["id"]
    assert len(listed(client, kind, f"caseId = {case}")) == 1


def test_an_xid_whose_task_is_gone_is_free_and_finds_nothing(one):
    client, xid = one.client(), unique("task xid")
    case, elsewhere = client.create()["id"], client.create()["id"]
    first = make(client, "tasks", caseId=case, xid=xid)["id"]
    natively_gone(one, case, "tasks")
    for path in (f"/tasks/{first}", f"/tasks/{xid}"):
        assert client.call("GET", path).status_code == 404
    there = make(client, "tasks", caseId=elsewhere, xid=xid)["id"]
    assert get(client, "tasks", xid)["id"] == there
    client.whole("DELETE", f"/tasks/{there}")
    second = make(client, "tasks", caseId=case, xid=xid)["id"]
    assert second != first and get(client, "tasks", xid)["id"] == second


def test_a_case_that_is_gone_is_associated_with_none(one):
    client = one.client()
    gone = client.create()["id"]
    left = client.create(associatedCases={"data": [{"id": gone}]})["id"]
    assert left in client.find("hasCase()") and client.find(f"hasCase(id = {gone})") == [left]
    client.whole("DELETE", f"/cases/{gone}")
    assert left not in client.find("hasCase()") and client.find(f"hasCase(id = {gone})") == []


# Sub-queries that lead further than one step

def test_sub_queries_see_what_hangs_on_the_cases_that_they_lead_to(one):
    client, word = one.client(), unique("word")
    far = client.create(notes={"data": [{"text": f"about {word}"}]}, description=f"described {word}")["id"]
    near = client.create(associatedCases={"data": [{"id": far}]})["id"]
    next_to_near = client.create(associatedCases={"data": [{"id": near}]})["id"]
    assert client.find(f'hasCase(hasNote(data CONTAINS "{word}"))') == [near]
    assert client.find(f'hasCase(id = {far} AND hasNote(data CONTAINS "{word}"))') == [near]
    assert client.find(f'hasCase(id = {far} AND NOT (hasNote()))') == []
    assert client.find(f'hasCase(hasCase(hasNote(data CONTAINS "{word}")))') == sorted([far, next_to_near])
    tag = unique("tag")
    client.change(far, tags={"data": [{"name": tag}]})
    for sub in (f'hasNote(data CONTAINS "{word}")', f'description CONTAINS "{word}"', f"hasCase(id = {near})"):
        assert [t["name"] for t in listed(client, "tags", f"hasCase({sub})")] == [tag], sub
    assert listed(client, "tags", f'name = "{tag}" AND hasCase(hasNote(data CONTAINS "no {word}"))') == []


def test_tags_are_found_by_all_of_their_cases_and_shown_with_all_of_them(one):
    client, tag, long = one.client(), unique("tag"), unique("x" * 60)
    case = client.create(tags={"data": [{"name": tag}, {"name": long}]}, description="d")["id"]
    other = client.create(tags={"data": [{"name": tag}]})["id"]
    assert sorted(t["name"] for t in listed(client, "tags", f"caseId = {case}")) == sorted([tag, long])
    assert [t["name"] for t in listed(client, "tags", f"hasCase(id = {other})")] == [tag]
    assert listed(client, "tags", f"caseId = {case} AND NOT (hasCase(id = {other}))") == \
        [t for t in listed(client, "tags", f"caseId = {case}") if t["name"] == long]
    assert listed(client, "tags", f'caseId = {other} AND caseId != {case}') == []
    (shown,) = listed(client, "tags", f'name = "{tag}" AND caseId = {case}', "cases", "cases.tags")
    assert ids(shown["cases"]["data"]) == sorted([case, other]) and shown["cases"]["data"][0]["description"] == "d"
    assert tag in [t["name"] for t in shown["cases"]["data"][0]["tags"]["data"]]
    # Of a case's tags it is not asked which other cases have them: nothing is said, and not that there are none.
    within = client.done("GET", f"/cases/{case}", params=[("fields", "tags"), ("fields", "tags.cases")])
    assert all("cases" not in t for t in within["tags"]["data"])


def test_a_tag_that_is_made_with_its_case_keeps_its_description(one):
    client, tag = one.client(), unique("tag")
    case = client.create(tags={"data": [{"name": tag, "description": "what it is for"}]})["id"]
    (shown,) = listed(client, "tags", f'name = "{tag}"')
    assert shown["description"] == "what it is for"
    client.change(case, tags={"data": [{"name": tag, "description": "for something else"}], "mode": "append"})
    assert client.done("GET", f"/tags/{shown['id']}")["description"] == "for something else"
    lost = client.call("PUT", f"/cases/{case}", json={"tags": {"data": [{"name": "y" * 60, "description": "d"}]}})
    assert lost.status_code == 200 and "description" in lost.headers["Casebridge-Loss"]


def test_nested_lists_of_other_cases_are_loaded_and_parents_are_whole(one):
    client = one.client()
    case = client.create(description="the whole of it", notes={"data": [{"text": "n"}]}, tasks={"data": [{"name": "t"}]})["id"]
    other = client.create(associatedCases={"data": [{"id": case}]})["id"]
    asked = [("fields", f) for f in ("associatedCases.notes", "associatedCases.tasks", "associatedCases.associatedCases.notes")]
    (shown,) = client.done("GET", f"/cases/{other}", params=asked)["associatedCases"]["data"]
    assert [n["text"] for n in shown["notes"]["data"]] == ["n"] and [t["name"] for t in shown["tasks"]["data"]] == ["t"]
    assert [(c["id"], c["notes"]["data"]) for c in shown["associatedCases"]["data"]] == [(other, [])]
    artifact = make(client, "artifacts", caseId=case)["id"]
    note = make(client, "notes", artifactId=artifact)["id"]
    within = client.done("GET", f"/notes/{note}", params=[("fields", "artifact.parentCase")])
    assert within["artifact"]["parentCase"]["description"] == "the whole of it"


# Templates

def test_templates_made_at_the_same_time_are_as_many(one):
    clients, word = PerThread(one.client), unique("template")
    made = side_by_side(lambda n: clients().done("POST", "/workflowTemplates", json={"name": f"{word} {n}"}), range(8))
    assert len(set(ids(made))) == 8
    assert sorted(t["name"] for t in listed(one.client(), "workflowTemplates", f'name STARTSWITH "{word}"')) == [f"{word} {n}" for n in range(8)]


def test_a_case_may_name_its_template(one):
    client, name = one.client(), unique("template")
    template = make(client, "workflowTemplates", name=name, configAttribute=[{"attributeTypeId": 2}], version=3)
    assert get(client, "workflowTemplates", template["id"]) == template and template["version"] == 3
    case = client.create(workflowTemplate={"name": name})
    assert case["workflowTemplate"]["id"] == template["id"] and client.find(f"hasWorkflowTemplate = {template['id']}") == [case["id"]]
    body = {"name": "n", "severity": "Low", "status": "Open", "workflowTemplate": {"name": unique("nobody's")}}
    refused = client.call("POST", "/cases", json=body)
    assert refused.status_code == 400 and "workflowTemplate" in refused.json()["message"], refused.text
    assert "cases" not in client.done("GET", f"/workflowTemplates/{template['id']}", params=[("fields", "cases")])


@pytest.mark.parametrize("text", ["{}", "[]", "7", "not JSON", '{"s":7}', '{"s":{"name":7,"version":"007"}}'])
def test_texts_that_somebody_else_wrote_among_the_templates_are_passed_over(one, text):
    client = one.client()
    make(client, "workflowTemplates", name=unique("template"))
    (field,) = [f for f in one.native.ask("GET", "/case-fields").json() if f["id"] == "casebridge_texts"]
    options = [*field["options"], f"template-7 {text}", f"template-007 {text}", f"template--1 {text}"]
    before = ids(listed(client, "workflowTemplates", "id > 100"))
    try:
        assert one.native.ask("PATCH", "/case-fields/casebridge_texts", json={"options": options}).status_code == 204
        make(client, "workflowTemplates", name=unique("template"))  # whoever writes reads them anew
        shown = client.done("GET", "/workflowTemplates?resultLimit=1000")
        assert set(before) < set(ids(shown)) and all(isinstance(t.get("version"), int) for t in shown)
    finally:
        client.call("DELETE", "/workflowTemplates/7")


# Keys

@pytest.mark.parametrize("kind", [*BODIES, "cases", "workflowTemplates"])
def test_a_key_stands_for_one_request(one, kind):
    client, key = one.client(), {"Idempotency-Key": unique("key")}
    if kind == "cases":
        body = {"name": "n", "severity": "Low", "status": "Open"}
    else:
        body = {"name": "n"} if kind == "workflowTemplates" else {"caseId": client.create()["id"], **BODIES[kind]}
    member = next(k for k in body if k != "caseId")
    post = lambda **more: client.call("POST", f"/{kind}", json={**body, **more}, headers=key)  # noqa: E731
    first = post()
    assert first.status_code == 201 and post().json()["data"]["id"] == first.json()["data"]["id"]
    refused = post(**{member: "another"})
    assert refused.status_code == 409 and "Idempotency-Key" in refused.json()["message"], refused.text
    assert post().json()["data"]["id"] == first.json()["data"]["id"]


# What does not fit, and what stays behind

def test_what_a_case_keeps_has_a_bound_and_what_is_there_can_go(one):
    client = one.client()
    case = client.create()["id"]
    bytes_ = lambda n: base64.b64encode(bytes([n]) * 262144).decode()  # noqa: E731
    kept = []
    for n in range(40):
        answer = client.call("POST", "/artifacts", json={"caseId": case, "summary": f"{n}.bin", "type": "Event File", "fileData": bytes_(n)})
        if answer.status_code != 201:
            break
        kept.append(answer.json()["data"]["id"])
    assert answer.status_code == 400 and "Remove something" in answer.json()["message"] and 20 <= len(kept) < 30, answer.text
    assert client.call("POST", "/notes", json={"caseId": case, "text": "a small one"}).status_code in (201, 400)
    client.whole("DELETE", f"/artifacts/{kept.pop()}")
    assert client.call("POST", "/notes", json={"caseId": case, "text": "a small one"}).status_code == 201
    assert ids(listed(client, "artifacts", f"caseId = {case}")) == sorted(kept)


def test_payloads_that_are_too_large_together_take_no_list_down():
    made = Stack()
    try:
        site = Reverse(made, upstream={"pool": {"max_body_bytes": 300000}}, threads=1)
        client = site.client()
        numbers = [client.create(name=f"case {n}", resolution="Escalated")["id"] for n in range(12)]
        for number in numbers[:8]:
            native = site.native.named(number)
            site.native.change(native, payload={**site.native.payload(native), "alert": "x" * 100000})
        huge = site.native.named(numbers[9])
        site.native.change(huge, payload={**site.native.payload(huge), "alert": "x" * 400000})
        page = client.page(resultLimit=100)
        assert [c["id"] for c in page["data"]] == numbers and page["count"] == 12
        assert [c["id"] for c in page["data"] if c["resolution"] != "Escalated"] in ([], [numbers[9]])
        assert client.get(numbers[9])["name"] == "case 9"
        assert client.change(numbers[0], resolution="Rejected")["resolution"] == "Rejected"
        assert client.find('resolution = "Rejected"') == [numbers[0]]
    finally:
        made.stop()


def test_bytes_that_may_stay_behind_are_told():
    made = Stack()
    try:
        site = Reverse(made, bridges=[reverse_bridge(child_bound=3)], threads=1)
        client = site.client()
        files = {"summary": "a.txt", "type": "Log File", "fileData": base64.b64encode(b"the bytes").decode()}
        cases = [client.create()["id"] for _ in range(3)]
        first, second = (make(client, "artifacts", caseId=cases[0], **{**files, "fileData": base64.b64encode(b).decode()})["id"] for b in (b"one", b"two"))
        gone = client.call("DELETE", f"/artifacts/{first}")
        assert gone.status_code == 200 and "Casebridge-Loss" not in gone.headers
        for _ in range(3):
            client.create()
        gone = client.call("DELETE", f"/artifacts/{second}")
        assert gone.status_code == 200 and gone.headers["Casebridge-Loss"] == "file_data=bytes_left"
        assert client.call("GET", f"/artifacts/{second}").status_code == 404
        assert len(site.native.ask("GET", f"/cases/{site.native.named(cases[0])}/attachments").json()) == 1
        third = make(client, "artifacts", caseId=cases[0], **files)["id"]
        changed = client.call("PUT", f"/artifacts/{third}", json={"fileData": base64.b64encode(b"others").decode()})
        assert changed.status_code == 200 and changed.headers["Casebridge-Loss"] == "file_data=bytes_left"
    finally:
        made.stop()


# The audit stream

def test_every_object_that_a_write_touches_has_its_line():
    made = Stack()
    try:
        stream = made.path("audit.jsonl")
        site = Reverse(made, bridges=[reverse_bridge(bulk_delete=True)], threads=1, log={"audit_file": str(stream)})
        client = site.client()
        cases = [client.create()["id"] for _ in range(3)]
        notes = [make(client, "notes", caseId=cases[0], text="goes")["id"] for _ in range(2)]
        client.change(cases[0], associatedCases={"data": [{"id": cases[1]}]})
        client.whole("DELETE", "/notes", params=[("tql", f"caseId = {cases[0]}")])
        client.whole("DELETE", "/cases", params=[("tql", f"id IN ({cases[1]}, {cases[2]})")])
        until(lambda: len(stream.read_text().splitlines()) >= 11)
        lines = [json.loads(line) for line in stream.read_text().splitlines()]
        of = lambda action, kind: [line["id"] for line in lines if (line["action"], line["object"]) == (action, kind)]  # noqa: E731
        assert sorted(of("remove", "note")) == sorted(notes) and sorted(of("remove", "case")) == cases[1:]
        assert sorted(of("update", "case")) == cases[:2]
        assert all(line["account"] == WRITER and line["result"] == "done" and line["upstream_id"] for line in lines)
    finally:
        made.stop()
