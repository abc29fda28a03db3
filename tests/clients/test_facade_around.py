"""What hangs on cases through the façade, and what describes them (fact sheet §10.1, C13 to C20; §10.7)."""

import pytest
from bridge import CALLER_ID, GROUP_ID, USERS, body_of, fresh, names
from conftest import ACCESS_ID
from tcex.api.tc.util.threat_intel_util import ThreatIntelUtil
from tcex.api.tc.v3.tql.tql_operator import TqlOperator

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


def test_the_clients_input_variables_are_resolved(wire):
    """What playbooks ask for when they start, by the client's own utility (fact sheet §10.7)."""
    resolve = ThreatIntelUtil(wire).resolve_variables
    assert set(resolve(["${USERS}"])) == set(resolve(["${API_USERS}"])) == {ACCESS_ID, "2" * 20, *USERS}
    assert resolve(["${OWNERS}", "${USER_GROUPS}"]) == ["Demo Organization", "Tier 1"]
    assert {"Email Address", "Host"} <= set(resolve(["${ARTIFACT_TYPES}"])) and "Description" in resolve(["${ATTRIBUTES}"])
    assert resolve(["${WORKFLOW_TEMPLATES}"]) == []
    assert wire.heard[-1].request.path_url == "/api/v3/workflowTemplates?tql=active%20=%20true&resultLimit=10000"
    resolve(["${INDICATOR_TYPES}"])
    assert all(answer.status_code == 200 for answer in wire.heard)
