"""What tcex does with cases (fact sheet §10.1), each as the client itself sends it."""

import pytest
from tcex.api.tc.v3.tql.tql_operator import TqlOperator

CALLER = "12345678901234567890"


@pytest.fixture
def case(v3):
    made = v3.case(name="A case", severity="Low", status="Open")
    made.create()
    yield made
    v3.case(id=made.model.id).delete()


def fresh(v3, case, *fields):
    again = v3.case(id=case.model.id)
    again.get(params={"fields": list(fields)} if fields else None)
    return again.model


def names(collection):
    return sorted(tag.name for tag in collection.data or [])


def test_created_case_has_id_defaults_and_caller(v3, case):
    read = fresh(v3, case)
    assert read.id == case.model.id
    assert read.xid
    assert read.resolution == "Not Specified"
    assert read.created_by.user_name == CALLER
    assert read.case_open_user.user_name == CALLER
    assert read.date_added is not None and read.case_close_time is None


def test_published_cases_are_read_by_the_client(v3):
    one = v3.case(id=1)
    one.get()
    assert one.model.name == "Phishing Investigation"
    assert one.model.assignee.type == "User"
    assert one.model.assignee.data.user_name == "smithj@threatconnect.com"
    three = v3.case(id=3)
    three.get()
    assert three.model.assignee.type == "Group"
    assert three.model.assignee.data.name == "SOC Team"
    two = v3.case(id=2)
    two.get()
    assert two.model.assignee is None or two.model.assignee.type is None


def test_get_with_all_fields(v3, case):
    read = v3.case(id=case.model.id)
    read.get(params={"fields": ["_all_"]})
    assert read.model.id == case.model.id
    assert read.request.json()["data"]["workflowEvents"]["data"][0]["summary"] == "Case created"


def test_get_by_xid(v3, case):
    read = v3.case(xid=fresh(v3, case).xid)
    read.get()
    assert read.model.id == case.model.id


def test_create_with_children_and_fields(v3):
    made = v3.case(name="With children", severity="High", status="Open", description="d")
    made.stage_tag({"name": "tcex one"})
    made.stage_tag({"name": "tcex two"})
    made.stage_attribute({"type": "Region", "value": "EMEA", "source": "s"})
    made.stage_artifact({"summary": "bad.example", "type": "Host"})
    made.stage_note({"text": "first"})
    made.stage_task({"name": "call"})
    made.stage_associated_case({"id": 1})
    made.stage_user_access({"id": 4})
    made.create(params={"fields": ["tags", "attributes", "artifacts", "notes", "tasks", "associatedCases", "userAccess"]})
    assert made.request.status_code == 201
    model = made.model
    assert names(model.tags) == ["tcex one", "tcex two"]
    assert model.attributes.data[0].value == "EMEA"
    assert model.artifacts.data[0].intel_type == "indicator-Host"
    assert model.notes.data[0].author == CALLER
    assert model.tasks.data[0].workflow_step == 1
    assert [c.id for c in model.associated_cases.data] == [1]
    assert [u.id for u in model.user_access.data] == [4]
    assert [t.model.name for t in made.tags if t.model.name.startswith("tcex")] == ["tcex one", "tcex two"]
    assert [a.model.summary for a in made.artifacts] == ["bad.example"]
    assert [n.model.text for n in made.notes] == ["first"]
    assert [a.model.value for a in made.attributes] == ["EMEA"]
    assert [t.model.name for t in made.tasks] == ["call"]
    v3.case(id=made.model.id).delete()


def test_update_after_get_resends_everything_and_changes_nothing_else(v3, case):
    read = v3.case(id=case.model.id)
    read.get(params={"fields": ["tags"]})
    read.model.severity = "Critical"
    read.update()
    after = fresh(v3, case)
    assert after.severity == "Critical"
    assert after.name == "A case"
    assert after.case_open_time == read.model.case_open_time


def test_tags_by_mode(v3, case):
    def change(mode, *tags):
        one = v3.case(id=case.model.id)
        for tag in tags:
            one.stage_tag({"name": tag})
        one.update(mode=mode)
        return names(fresh(v3, case, "tags").tags)

    assert change("append", "m1", "m2") == ["m1", "m2"]
    assert change("append", "m3") == ["m1", "m2", "m3"]
    assert change("delete", "m2") == ["m1", "m3"]
    assert change("Replace", "m4") == ["m4"]


def test_tag_removed_through_the_case(v3, case):
    one = v3.case(id=case.model.id)
    one.stage_tag({"name": "to remove"})
    one.update(mode="append")
    for tag in v3.case(id=case.model.id).tags:
        tag.remove()
    assert names(fresh(v3, case, "tags").tags) == []


def test_attributes_by_mode(v3, case):
    one = v3.case(id=case.model.id)
    one.stage_attribute({"type": "Region", "value": "A"})
    one.stage_attribute({"type": "Region", "value": "B"})
    one.update(mode="append")
    held = fresh(v3, case, "attributes").attributes.data
    assert sorted(a.value for a in held) == ["A", "B"]
    first = min(held, key=lambda a: a.id)
    one = v3.case(id=case.model.id)
    one.stage_attribute({"id": first.id})
    one.update(mode="delete")
    assert [a.value for a in fresh(v3, case, "attributes").attributes.data] == ["B"]
    one = v3.case(id=case.model.id)
    one.stage_attribute({"type": "Region", "value": "C"})
    one.update(mode="replace")
    assert [a.value for a in fresh(v3, case, "attributes").attributes.data] == ["C"]


def test_attribute_objects(v3, case):
    made = v3.case_attribute(case_id=case.model.id, type="Region", value="X", source="s", default=True, pinned=False)
    made.create()
    assert made.model.created_by.user_name == CALLER
    made.model.value = "Y"
    made.update()
    again = v3.case_attribute(id=made.model.id)
    again.get()
    assert again.model.value == "Y"
    made.delete()
    with pytest.raises(RuntimeError):
        v3.case_attribute(id=again.model.id).get()


@pytest.mark.parametrize("assignee, kind, key", [
    ({"type": "User", "data": {"user_name": "smithj@threatconnect.com"}}, "User", 1),
    ({"type": "Group", "data": {"name": "SOC Team"}}, "Group", 1),
])
def test_assignee(v3, case, assignee, kind, key):
    one = v3.case(id=case.model.id, assignee=assignee)
    one.update()
    after = fresh(v3, case).assignee
    assert after.type == kind
    assert after.data.id == key


def test_close_and_reopen(v3, case):
    one = v3.case(id=case.model.id, status="Closed", resolution="False Positive", case_close_time="2024-05-06T07:08:09")
    one.update()
    after = fresh(v3, case)
    assert after.status == "Closed"
    assert after.case_close_time.isoformat().startswith("2024-05-06T07:08:09")
    assert after.case_close_user.user_name == CALLER
    v3.case(id=case.model.id, status="Open").update()
    assert fresh(v3, case).case_close_time is None


def test_empty_update_succeeds(v3, case):
    v3.case(id=case.model.id).update()


def test_delete_then_get_is_the_clients_own_error(v3):
    made = v3.case(name="short life", severity="Low", status="Open")
    made.create()
    made.delete(params={"owner": "Demo Organization", "create_activity_log": True})
    with pytest.raises(RuntimeError) as refused:
        v3.case(id=made.model.id).get()
    assert "404" in str(refused.value) or "0x1004" in str(refused.value)


def test_refusal_reaches_the_caller(v3):
    with pytest.raises(RuntimeError) as refused:
        v3.case(name="n", severity="Low", status="Open", description="x" * 1501).create()
    assert "0x2005" in str(refused.value)


def test_artifact_with_a_file(v3, case):
    made = v3.artifact(case_id=case.model.id, summary="notes", type="Log File", file_data="AAH/AA==")
    made.create()
    read = v3.artifact(id=made.model.id)
    read.get(params={"fields": ["_all_"]})
    assert read.model.file_data == "AAH/AA=="
    assert read.model.case_id == case.model.id
    assert read.model.parent_case.id == case.model.id
    assert read.model.artifact_type.name == "Log File"
    assert read.model.intel_type is None
    made.delete()


def test_events(v3, case):
    made = v3.workflow_event(case_id=case.model.id, summary="phoned", event_date="2024-01-01T01:01:01")
    made.create()
    events = v3.workflow_events()
    events.filter.case_id(TqlOperator.EQ, case.model.id)
    assert sorted(e.model.summary for e in events) == ["Case created", "phoned"]


def test_iterating_pages_reaches_every_case_once(v3):
    cases = v3.cases(params={"result_limit": 4, "fields": ["tags"]})
    cases.filter.status(TqlOperator.IN, ["Open", "Closed"])
    ids = [c.model.id for c in cases]
    assert len(ids) == len(set(ids)) == len(cases)
    assert len(ids) >= 28


@pytest.mark.parametrize("narrow", [
    lambda f: f.name(TqlOperator.EQ, "Malware Investigation"),
    lambda f: f.name(TqlOperator.CONTAINS, ["Malware Inv"]),
    lambda f: f.description(TqlOperator.STARTS_WITH, "Case to"),
    lambda f: f.id(TqlOperator.IN, [2]),
    lambda f: (f.date_added(TqlOperator.GEQ, "2025-04-09 09:51:54"), f.date_added(TqlOperator.LT, "2025-04-09 09:51:55")),
    lambda f: f.detection_overdue(TqlOperator.EQ, True),
    lambda f: f.xid(TqlOperator.EQ, "b2b2b2b2-b2b2-b2b2-b2b2-b2b2b2b2b2b2"),
    lambda f: (f.severity(TqlOperator.NE, "Low"), f.case_occurrence_user(TqlOperator.EQ, "smithj@threatconnect.com")),
])
def test_filters(v3, narrow):
    cases = v3.cases()
    narrow(cases.filter)
    assert [c.model.id for c in cases] == [2]


def test_nested_filter_and_unknown_tag(v3, case):
    one = v3.case(id=case.model.id)
    one.stage_tag({"name": "needle"})
    one.update(mode="append")
    found = v3.cases()
    found.filter.has_tag.name(TqlOperator.EQ, "needle")
    assert [c.model.id for c in found] == [case.model.id]
    none = v3.cases()
    none.filter.tag(TqlOperator.EQ, "no such tag at all")
    assert list(none) == [] and len(none) == 0


def test_raw_tql_and_a_query_too_long_for_the_target(v3):
    cases = v3.cases(params={"result_limit": 2})
    cases.filter.tql = "id IN (" + ",".join(str(n) for n in range(1, 900)) + ") and id <= 3"
    assert [c.model.id for c in cases] == [1, 2, 3]
    bad = v3.cases()
    bad.filter.tql = "nonsense = 1"
    with pytest.raises(RuntimeError) as refused:
        list(bad)
    assert "0x2001" in str(refused.value)


def test_catalogues(v3):
    assert {u.model.user_name for u in v3.security.users()} >= {CALLER, "smithj@threatconnect.com"}
    assert [g.model.name for g in v3.security.user_groups()] == ["SOC Team"]
    assert "Demo Organization" in {o.model.name for o in v3.security.owners()}
    assert next(iter(v3.artifact_types())).model.name == "Email Address"
    types = v3.attribute_types()
    types.filter.associated_type(TqlOperator.EQ, "Case")
    assert "Bridge State" in {t.model.name for t in types}


def test_every_keyword_that_options_names_exists_in_the_client(v3):
    for collection in (v3.cases(), v3.artifacts(), v3.case_attributes(), v3.workflow_events(), v3.notes(), v3.tasks()):
        for keyword in collection.tql_keywords:
            snake = "".join("_" + c.lower() if c.isupper() else c for c in keyword)
            assert hasattr(collection.filter, snake), keyword


def test_properties(v3):
    properties = v3.case().properties
    assert properties["name"]["maxLength"] == 255
    assert properties["id"]["readOnly"] is True
