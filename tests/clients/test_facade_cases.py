"""Cases on Tracecat through the façade, as the vendor's client handles them (fact sheet §10.1, C1 to C20)."""

import pytest
from bridge import CALLER_ID, GROUP_ID, USERS, body_of
from conftest import ACCESS_ID
from tcex.api.tc.v3.tql.tql_operator import TqlOperator

WORDS = ("Phone rang: “grüezi” \U0001f4de <b>&amp;</b> \\ \"quoted\" 'single' 100 %\tTab\nNew line")


@pytest.fixture
def case(tc):
    made = tc.case(name="A case", severity="Low", status="Open")
    made.create()
    yield made
    tc.case(id=made.model.id).delete()


@pytest.fixture
def number(bridge):
    made = bridge.make()
    yield made
    bridge.drop(made)


def fresh(tc, number, *fields):
    again = tc.case(id=number)
    again.get(params={"fields": list(fields)} if fields else None)
    return again.model


def names(collection):
    return sorted(tag.name for tag in collection.data or [])


def values(collection):
    return sorted((a.type, a.value) for a in collection.data or [])


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


ANA = "ana@casebridge.test"


@pytest.mark.parametrize("kind, data, who", [
    ("User", {"userName": ANA}, 4), ("User", {"id": 4}, 4), ("User", {"id": 5, "userName": ANA}, 5),
    ("Group", {"name": "Tier 1"}, GROUP_ID), ("Group", {"id": GROUP_ID}, GROUP_ID),
])
def test_c13_assignees_of_the_client(tc, wire, number, kind, data, who):
    staged = tc.case(id=number)
    staged.stage_assignee(type=kind, data=data)
    staged.update()
    assert body_of(wire.heard[-1])["assignee"] == {"data": data, "type": kind}
    after = fresh(tc, number).assignee
    assert (after.type, after.data.id) == (kind, who)
    assert wire.heard[-1].json()["data"]["assignee"]["type"] == kind


def test_c13_an_assignee_given_as_an_object_has_no_type(signing, bridge, number):
    for kind, held in [("User", signing.security.user(id=4, userName=ANA)), ("Group", signing.security.user_group(id=GROUP_ID, name="Tier 1"))]:
        staged = signing.case(id=number)
        staged.stage_assignee(type=kind, data=held)
        staged.update()
        assert body_of_last(staged)["assignee"]["type"] is None
        assert bridge.data("GET", f"/v3/cases/{number}")["assignee"]["type"] == kind


def body_of_last(thing):
    return body_of(thing.request)


@pytest.mark.parametrize("assignee, kind, who", [
    ({"data": {"userName": ANA}, "type": "User"}, "User", 4),
    ({"data": {"id": 5}, "type": "user"}, "User", 5),
    ({"data": {"name": "Tier 1"}, "type": "Group"}, "Group", GROUP_ID),
    ({"data": {"name": "Tier 1"}, "type": None}, "Group", GROUP_ID),
    ({"data": {"userName": ANA}, "type": None}, "User", 4),
    ({"data": {"id": 5, "userName": ANA}, "type": "User"}, "User", 5),
    ({"data": {"id": 5, "userName": "nobody@anywhere.test"}, "type": None}, "User", 5),
])
def test_c13_assignees_of_other_forms(bridge, number, assignee, kind, who):
    """Trap 33: where id and name differ, the id decides."""
    held = bridge.data("PUT", f"/v3/cases/{number}", json={"assignee": assignee})["assignee"]
    assert (held["type"], held["data"]["id"]) == (kind, who)
    assert bridge.data("GET", f"/v3/cases/{number}")["assignee"] == held
    assert "assignee" not in bridge.data("PUT", f"/v3/cases/{number}", json={"assignee": {"type": "None"}})


@pytest.mark.parametrize("assignee", [
    {"type": "User", "data": {"userName": "nobody@anywhere.test"}}, {"type": "User", "data": {"id": 424242}},
    {"type": "Group", "data": {"name": "No such group"}}, {"type": "Robot", "data": {"id": 4}},
])
def test_c13_unknown_assignees_are_refused_and_change_nothing(bridge, number, assignee):
    refused = bridge.ask("PUT", f"/v3/cases/{number}", json={"severity": "High", "assignee": assignee})
    assert refused.status_code == 400 and refused.json()["status"] == "Error"
    held = bridge.data("GET", f"/v3/cases/{number}")
    assert "assignee" not in held and held["severity"] == "Low"


def test_c15_len_of_filters(tc, wire, case):
    found = tc.cases(params={"result_limit": 50})
    found.filter.id(TqlOperator.EQ, case.model.id)
    assert len(found) == 1
    target = wire.heard[-1].request.path_url
    assert target == f"/api/v3/cases?result_limit=50&resultLimit=1&count=True&tql=id+%3D+{case.model.id}"
    assert wire.heard[-1].json()["count"] == 1


@pytest.mark.parametrize("digits", [600, 3000])
def test_c16_a_long_query_travels_in_the_body(tc, wire, bridge, digits):
    first = [c["id"] for c in bridge.data("GET", "/v3/cases?resultLimit=3")]
    found = tc.cases(params={"result_limit": 2, "fields": ["tags"]})
    found.filter.tql = "id IN (" + ",".join(map(str, first + list(range(10**6, 10**6 + digits)))) + ")"
    assert [c.model.id for c in found] == first
    one, two = wire.heard[-2:]
    assert one.request.path_url == "/api/v3/cases" and one.request.method == "GET"
    assert set(body_of(one)["data"]) == {"result_limit", "resultLimit", "fields", "tql"}
    assert one.json()["count"] == 3 and two.request.body is None
    assert one.json()["next"] == bridge.url.removesuffix("/api") + two.request.path_url
    assert "tags" in two.json()["data"][0]
    assert len(found) == 3


def test_c17_children_are_found_through_the_case(tc, wire, case):
    one = tc.case(id=case.model.id)
    one.stage_tag({"name": "child tag"})
    one.stage_attribute({"type": "Description", "value": "child value"})
    one.update(mode="append")
    assert [t.model.name for t in one.tags] == ["child tag"]
    assert wire.heard[-1].request.path_url == f"/api/v3/tags?tql=hasCase%28id+%3D+{case.model.id}%29"
    assert [(a.model.type, a.model.value) for a in one.attributes] == [("Description", "child value")]
    by_xid = tc.case(xid=fresh(tc, case.model.id).xid)
    assert [t.model.name for t in by_xid.tags] == ["child tag"]
    assert "hasCase%28xid+%3D+%22" in wire.heard[-1].request.path_url
    assert [a.model.value for a in by_xid.attributes] == ["child value"]
    for children in (one.artifacts, one.notes, one.tasks, one.associated_cases):
        assert list(children) == []


def test_c18_a_tag_is_removed_through_its_case(tc, wire, number):
    one = tc.case(id=number)
    one.stage_tag({"name": "stays"})
    one.stage_tag({"name": "goes"})
    one.update(mode="append")
    for tag in tc.case(id=number).tags:
        if tag.model.name == "goes":
            tag.remove()
            sent = body_of(wire.heard[-1])
            assert sent["tags"]["mode"] == "delete" and sent["tags"]["data"][0]["id"] == tag.model.id
    assert names(fresh(tc, number, "tags").tags) == ["stays"]


def test_c19_c20_properties_keywords_and_fields(signing):
    properties = signing.case().properties
    assert properties["name"]["maxLength"] == 255 and properties["name"]["required"] is True
    assert properties["id"]["readOnly"] is True and "status" in properties
    assert properties["severity"]["allowableValues"] == ["Low", "Medium", "High", "Critical"]
    writable = {name for name, p in properties.items() if isinstance(p, dict) and not p.get("readOnly")}
    assert {"name", "severity", "status", "description", "resolution", "tags", "attributes", "assignee"} <= writable
    keywords = signing.cases().tql_keywords
    assert len(keywords) == len(set(keywords)) and {"caseOpenTime", "hasTag", "xid", "tag"} <= set(keywords)


def test_every_property_of_a_case_is_known_to_the_client(signing, bridge, number):
    known = {f.alias if hasattr(f, "alias") and f.alias else name for name, f in fields_of(signing.case().model).items()}
    known |= {camel(name) for name in fields_of(signing.case().model)}
    assert set(signing.case().properties) <= known
    assert set(bridge.data("GET", f"/v3/cases/{number}?fields=_all_")) <= known


def fields_of(model):
    return getattr(type(model), "model_fields", None) or model.__fields__


def camel(name):
    head, *tail = name.split("_")
    return head + "".join(t.capitalize() for t in tail)


def test_refusals_reach_the_caller_with_their_code(signing):
    for members, code in [
        ({"name": "n" * 256}, "0x2005"), ({"description": "x" * 1501}, "0x2005"), ({"severity": "Urgent"}, "0x2005"),
        ({"severity": None}, "0x2003"), ({"xid": "short"}, "0x2005"),
    ]:
        made = signing.case(**{k: v for k, v in {"name": "n", "severity": "Low", "status": "Open", **members}.items() if v})
        with pytest.raises(RuntimeError) as refused:
            made.create()
        assert code in str(refused.value), members


def test_attribute_objects_live_on_their_own(signing, number):
    tc = signing
    made = tc.case_attribute(case_id=number, type="Description", value="X", source="s", default=True, pinned=False)
    made.create()
    assert made.model.created_by.user_name == ACCESS_ID and made.model.default is False
    made.model.value = "Y"
    made.update()
    again = tc.case_attribute(id=made.model.id)
    again.get(params={"fields": ["_all_"]})
    assert (again.model.value, again.model.source, again.model.case_id) == ("Y", "s", number)
    assert again.model.last_modified >= again.model.date_added
    made.delete()
    with pytest.raises(RuntimeError):
        tc.case_attribute(id=again.model.id).get()


def test_tag_objects_live_on_their_own(signing, number):
    tc = signing
    made = tc.tag(name="made alone", description="by tcex")
    made.create()
    read = tc.tag(id=made.model.id)
    read.get(params={"fields": ["_all_"]})
    assert read.model.name == "made alone" and read.model.owner == "Demo Organization"
    tc.case(id=number, tags={"data": [{"id": made.model.id}]}).update(mode="append")
    assert names(fresh(tc, number, "tags").tags) == ["made alone"]
    tc.tag(id=made.model.id, name="made anew").update()
    assert names(fresh(tc, number, "tags").tags) == ["made anew"]
    tc.tag(id=made.model.id).delete()
    assert names(fresh(tc, number, "tags").tags) == []


@pytest.mark.parametrize("stage, child", [
    ("note", {"text": "n"}), ("task", {"name": "t"}), ("artifact", {"summary": "bad.example", "type": "Host"}),
    ("user_access", {"id": USERS[ANA]}), ("associated_case", {"id": 1}),
])
def test_children_that_have_no_place_are_refused_and_nothing_is_made(signing, bridge, stage, child):
    before = bridge.ask("GET", "/v3/cases?resultLimit=1").json()["count"]
    made = signing.case(name="With a child", severity="Low", status="Open")
    getattr(made, "stage_" + stage)(child)
    with pytest.raises(RuntimeError) as refused:
        made.create()
    assert "there is no place for it" in str(refused.value)
    assert bridge.ask("GET", "/v3/cases?resultLimit=1").json()["count"] == before


def test_catalogues(tc):
    users = {u.model.user_name: u.model.id for u in tc.security.users()}
    assert users == {ACCESS_ID: CALLER_ID, **USERS, "2" * 20: users["2" * 20]}
    assert [(g.model.name, g.model.id) for g in tc.security.user_groups()] == [("Tier 1", GROUP_ID)]
    assert [(o.model.name, o.model.id, o.model.type) for o in tc.security.owners()] == [("Demo Organization", 3, "Organization")]
    for catalogue, name in [(tc.artifact_types(), "Email Address"), (tc.security.owner_roles(), None), (tc.security.system_roles(), None)]:
        first = next(iter(catalogue)).model
        assert first.id == 1 and name in (first.name, None)
    types = tc.attribute_types()
    types.filter.associated_type(TqlOperator.EQ, "Case")
    found = {t.model.name for t in types}
    assert {"Description", "Source"} <= found
