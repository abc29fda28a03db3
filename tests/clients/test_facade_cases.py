"""Cases on Tracecat through the façade, as the vendor's client writes and reads them (fact sheet §10.1, C1 to C12)."""

import pytest
from bridge import CALLER_ID, body_of, fresh, names, values
from conftest import ACCESS_ID

WORDS = ("Phone rang: “grüezi” \U0001f4de <b>&amp;</b> \\ \"quoted\" 'single' 100 %\tTab\nNew line")


def test_c1_a_new_case_has_an_id_defaults_and_the_caller(tc, wire, case):
    assert wire.heard[0].status_code == 201
    assert wire.heard[0].request.headers["content-type"] == "application/json"
    assert body_of(wire.heard[0]) == {"name": "A case", "severity": "Low", "status": "Open"}
    assert wire.heard[0].json()["message"] == "Created"
    read = fresh(tc, case.model.id)
    assert (read.name, read.severity, read.status, read.resolution) == ("A case", "Low", "Open", "Not Specified")
    assert len(read.xid) == 36
    for person in (read.created_by, read.case_open_user):
        assert (person.user_name, person.id) == (ACCESS_ID, CALLER_ID)
    assert read.owner == "Demo Organization" and read.owner_id == 3
    assert read.date_added == read.last_updated == read.case_open_time
    assert read.case_close_time is None and read.assignee.type is None
    assert not {"assignee", "caseCloseTime", "description"} & set(wire.heard[-1].json()["data"])


def test_c2_c7_a_case_with_tags_and_attributes_is_created_in_one_request(tc, wire):
    made = tc.case(name=WORDS[:255], severity="High", status="Open", description=WORDS, resolution="Escalated",
                   xid="client-made-xid-0001", case_occurrence_time="2024-01-02T03:04:05+02:00")
    made.stage_tag({"name": "tcex one", "description": "first"})
    made.stage_tag({"name": "Tcex Two"})
    made.stage_attribute({"type": "Description", "value": WORDS, "source": "s", "default": True})
    made.stage_attribute({"type": "Description", "value": "30"})
    made.create(params={"fields": ["tags", "attributes"], "owner": "Demo Organization"})
    try:
        sent = body_of(wire.heard[0])
        assert wire.heard[0].request.path_url == "/api/v3/cases?fields=tags&fields=attributes&owner=Demo+Organization"
        assert sent["tags"]["mode"] == sent["attributes"]["mode"] == "append"
        for model in (made.model, fresh(tc, made.model.id, "tags", "attributes")):
            assert names(model.tags) == ["Tcex Two", "tcex one"]
            assert values(model.attributes) == sorted([("Description", WORDS), ("Description", "30")])
            assert all(a.created_by.user_name == ACCESS_ID and a.pinned is False for a in model.attributes.data)
            assert (model.name, model.description, model.resolution) == (WORDS[:255], WORDS, "Escalated")
            assert model.xid == "client-made-xid-0001"
            assert model.case_occurrence_time.isoformat() == "2024-01-02T01:04:05+00:00"
            assert model.case_occurrence_user.user_name == ACCESS_ID
    finally:
        tc.case(id=made.model.id).delete()


def test_c3_a_case_is_read_with_an_empty_body_and_no_content_type(tc, wire, case):
    read = tc.case(id=case.model.id)
    read.get()
    sent = wire.heard[-1].request
    assert (sent.method, sent.path_url, sent.body) == ("GET", f"/api/v3/cases/{case.model.id}", "{}")
    assert "Content-Type" not in sent.headers and int(sent.headers["Timestamp"]) > 0
    assert wire.heard[-1].headers["Content-Type"] == "application/json"
    assert "tags" not in wire.heard[-1].json()["data"]


def test_c4_all_is_expanded_by_way_of_options(tc, wire, case):
    read = tc.case(id=case.model.id)
    read.get(params={"fields": ["_all_"]})
    asked, got = wire.heard[-2:]
    assert (asked.request.method, asked.request.path_url) == ("OPTIONS", "/api/v3/cases/fields")
    offered = [f["name"] for f in asked.json()["data"]]
    assert got.request.path_url.endswith("?" + "&".join("fields=" + name for name in offered))
    assert {"tags", "attributes", "userDetails"} <= set(offered) == set(read.available_fields)
    assert set(offered) - {"userDetails", "workflowTemplate"} <= set(got.json()["data"])
    assert read.model.id == case.model.id


def test_c5_the_xid_stands_in_for_the_id(tc, wire, case):
    xid = fresh(tc, case.model.id).xid
    read = tc.case(xid=xid)
    read.get()
    assert wire.heard[-1].request.path_url == f"/api/v3/cases/{xid}"
    assert read.model.id == case.model.id
    tc.case(xid=xid, severity="Critical").update()
    assert fresh(tc, case.model.id).severity == "Critical"


def test_c5_a_case_is_deleted_by_the_clients_own_xid_which_is_free_again(tc):
    numbers = []
    for _ in range(2):
        tc.case(name="By xid", severity="Low", status="Open", xid="xid of a client 7").create()
        read = tc.case(xid="xid of a client 7")
        read.get()
        numbers.append(read.model.id)
        tc.case(xid="xid of a client 7").delete()
    assert numbers[1] > numbers[0]


def test_c6_an_update_after_a_read_sends_all_again_and_changes_one_thing(tc, wire, case):
    tc.case(id=case.model.id, tags={"data": [{"name": "kept"}]}, description="d").update(mode="append")
    before = tc.case(id=case.model.id)
    before.get(params={"fields": ["tags", "attributes"]})
    was = wire.heard[-1].json()["data"]
    before.model.severity = "Critical"
    before.update(params={"fields": ["tags", "attributes"]})
    sent, now = body_of(wire.heard[-1]), wire.heard[-1].json()["data"]
    assert {"name", "severity", "status", "resolution", "caseOpenTime", "description", "tags"} <= set(sent)
    assert sent["tags"]["data"][0]["id"] == was["tags"]["data"][0]["id"]
    assert now.pop("severity") == "Critical" and was.pop("severity") == "Low"
    assert now.pop("lastUpdated") >= was.pop("lastUpdated")
    assert now == was


def test_c6_an_update_after_reading_all_doubles_nothing(signing, bridge, number):
    bridge.data("PUT", f"/v3/cases/{number}", json={
        "tags": {"data": [{"name": "once"}]}, "attributes": {"data": [{"type": "Description", "value": "once"}]},
        "assignee": {"type": "Group", "data": {"name": "Tier 1"}}})
    was = bridge.data("GET", f"/v3/cases/{number}?fields=_all_")
    for _ in range(2):
        one = signing.case(id=number)
        one.get(params={"fields": ["_all_"]})
        one.update()
    now = bridge.data("GET", f"/v3/cases/{number}?fields=_all_")
    assert {**now, "lastUpdated": ""} == {**was, "lastUpdated": ""}


def test_c6_a_case_of_an_analyst_updated_twice_stays_as_it_is(bridge, tc, wire):
    """Trap 15: whatever tcex repeats is no change."""
    number = bridge.data("GET", "/v3/cases?resultLimit=1")[0]["id"]
    for _ in range(2):
        read = tc.case(id=number)
        read.get()
        was = wire.heard[-1].json()["data"]
        read.update()
        assert wire.heard[-1].json()["message"] == "Updated"
        now = bridge.data("GET", f"/v3/cases/{number}")
        assert {**now, "lastUpdated": ""} == {**was, "lastUpdated": ""}


FIELDS = [
    ("name", WORDS[:255]), ("description", WORDS), ("description", "x" * 1500), ("severity", "Medium"),
    ("severity", "Critical"), ("resolution", "Deferred / Delayed"), ("resolution", "Rejected"),
    ("case_open_time", "2024-01-02T03:04:05.678901"), ("case_open_time", "2024-01-02T03:04:05+02:00"),
    ("case_occurrence_time", "2023-12-31T23:59:59Z"), ("case_detection_time", "2024-02-29T00:00:00"),
]


@pytest.mark.parametrize("field, value", FIELDS)
def test_each_field_is_updated_alone(signing, bridge, number, field, value):
    was = bridge.data("GET", f"/v3/cases/{number}")
    signing.case(id=number, **{field: value}).update()
    now = bridge.data("GET", f"/v3/cases/{number}")
    head, *tail = field.split("_")
    wire_name = head + "".join(t.capitalize() for t in tail)
    expected = {
        "case_open_time": ["2024-01-02T03:04:05Z", "2024-01-02T01:04:05Z"],
        "case_occurrence_time": ["2023-12-31T23:59:59Z"], "case_detection_time": ["2024-02-29T00:00:00Z"],
    }.get(field, [value])
    assert now[wire_name] in expected
    changed = {k for k in now if now[k] != was.get(k)} | {k for k in was if k not in now}
    beside = {wire_name.replace("Time", "User")} if field.endswith("_time") else set()
    assert wire_name in changed and changed <= {wire_name, "lastUpdated", "timeToDetect", "timeToRespond"} | beside


def test_c8_c9_tags_by_mode(signing, number):
    tc = signing

    def change(mode, *tags):
        one = tc.case(id=number)
        for tag in tags:
            one.stage_tag({"name": tag})
        one.update(mode=mode)
        return names(fresh(tc, number, "tags").tags)

    assert change("append", "m1", "m2") == ["m1", "m2"]
    assert change("append", "m2", "m3") == ["m1", "m2", "m3"]
    assert change("delete", "m2", "never heard of") == ["m1", "m3"]
    assert change("Replace", "m4") == ["m4"]
    assert change("replace", "m1", "m4") == ["m1", "m4"]
    assert change(None, "m5") == ["m1", "m4", "m5"]


def test_c8_c9_attributes_by_mode(signing, number):
    tc = signing

    def change(mode, *attributes):
        one = tc.case(id=number)
        for attribute in attributes:
            one.stage_attribute(attribute)
        one.update(mode=mode)
        return fresh(tc, number, "attributes").attributes

    description = {"type": "Description"}
    held = change("append", {**description, "value": "A"}, {**description, "value": "B"}, {"type": "Source", "value": "S"})
    assert values(held) == [("Description", "A"), ("Description", "B"), ("Source", "S")]
    first = next(a for a in held.data if a.value == "A")
    held = change("delete", {"id": first.id})
    assert values(held) == [("Description", "B"), ("Source", "S")]
    held = change("replace", {**description, "value": "C"})
    assert values(held) == [("Description", "C")]
    assert first.id not in [a.id for a in held.data]


def test_c10_an_empty_update_succeeds(tc, wire, case):
    tc.case(id=case.model.id).update()
    assert wire.heard[-1].request.body == "{}" and wire.heard[-1].status_code == 200


def test_c11_delete_with_raw_parameters(tc, wire, bridge):
    number = bridge.make()
    tc.case(id=number).delete(params={"owner": "Demo Organization", "create_activity_log": True})
    sent = wire.heard[-1]
    assert sent.request.path_url == f"/api/v3/cases/{number}?owner=Demo+Organization&create_activity_log=True"
    assert sent.request.body == "{}" and "Content-Type" not in sent.request.headers
    assert sent.json() == {"message": "Deleted", "status": "Success"}
    with pytest.raises(RuntimeError) as refused:
        tc.case(id=number).get()
    assert "0x1004" in str(refused.value)
    assert bridge.make(name="the next") > number


def test_c12_close_and_reopen(tc, bridge, case):
    number = case.model.id
    tc.case(id=number, status="Closed", resolution="False Positive", case_close_time="2024-05-06T07:08:09").update()
    closed = fresh(tc, number)
    assert (closed.status, closed.resolution) == ("Closed", "False Positive")
    assert closed.case_close_time.isoformat() == "2024-05-06T07:08:09+00:00"
    assert closed.case_close_user.user_name == ACCESS_ID
    tc.case(id=number, status="Open").update()
    assert "caseCloseTime" not in bridge.data("GET", f"/v3/cases/{number}")
