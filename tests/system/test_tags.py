"""Tags of a case and of the workspace (Tracecat fact sheet §3.3, §3.4)."""
import uuid

import pytest
from conftest import WORKSPACE, Stack
from organisation import KEYS, SANDBOX_DATA, SECOND_KEY, SECOND_WORKSPACE, Organisation, bridge
from support import unique

GENERIC = {"message": "An unexpected error occurred. Please try again later."}


@pytest.fixture(scope="module")
def tags(soc):
    return {t["name"]: t for t in soc.client().ask("GET", "/case-tags").json()}


def test_the_workspace_lists_its_tags_and_no_others(soc, tags):
    assert {"vpn", "Tier 2", "überprüfen", "Ransomware"} <= set(tags)
    assert "elsewhere" not in tags
    assert list(tags["Tier 2"]) == ["id", "name", "ref", "color"]
    assert (tags["Tier 2"]["ref"], tags["Tier 2"]["color"], tags["überprüfen"]["ref"]) == ("tier-2", None, "uberprufen")
    assert all(uuid.UUID(t["id"]).version == 4 for t in tags.values())
    theirs = {t["name"] for t in soc.client(key=SECOND_KEY, workspace=SECOND_WORKSPACE).ask("GET", "/case-tags").json()}
    assert "elsewhere" in theirs and "vpn" not in theirs


def test_a_tag_is_read_by_its_id(client, tags):
    assert client.ask("GET", f"/case-tags/{tags['vpn']['id']}").json() == tags["vpn"]
    unknown = client.ask("GET", f"/case-tags/{uuid.uuid4()}")
    assert (unknown.status_code, unknown.json()) == (404, {"detail": "Tag not found"})


@pytest.mark.parametrize("by", ["id", "ref", "name"])
def test_a_tag_is_added_and_removed(client, native, tags, by):
    case = client.create()
    number = client.number(case)
    for _ in range(2):  # adding is idempotent
        added = client.ask("POST", f"/cases/{case}/tags", json={"tag_id": tags["Tier 2"][by]})
        assert (added.status_code, added.json()) == (201, tags["Tier 2"])
    client.ask("POST", f"/cases/{case}/tags", json={"tag_id": "vpn"})
    assert sorted(t["name"] for t in native.case(number)["tags"]["data"]) == ["Tier 2", "vpn"]
    assert sorted(t["name"] for t in client.ask("GET", f"/cases/{case}/tags").json()) == ["Tier 2", "vpn"]
    assert sorted(t["name"] for t in client.get(case)["tags"]) == sorted(t["name"] for t in client.item(case)["tags"])
    removed = client.ask("DELETE", f"/cases/{case}/tags/{tags['Tier 2'][by]}")
    assert (removed.status_code, removed.text) == (204, "")
    assert [t["name"] for t in native.case(number)["tags"]["data"]] == ["vpn"]


def test_a_native_tag_is_shown(client, native):
    case = client.create()
    native.put(client.number(case), tags={"data": [{"name": "made natively"}], "mode": "append"})
    assert [t["ref"] for t in client.get(case)["tags"]] == ["made-natively"]
    # newer than what the bridge remembers of the workspace's tags
    assert client.ask("DELETE", f"/cases/{case}/tags/made-natively").status_code == 204


def test_an_unknown_tag(client, tags):
    case = client.create()
    for tag in ("no such tag", str(uuid.uuid4())):
        added = client.ask("POST", f"/cases/{case}/tags", json={"tag_id": tag})
        assert (added.status_code, added.json()) == (404, {"detail": "Tag not found"})
        removed = client.ask("DELETE", f"/cases/{case}/tags/{tag}")
        assert (removed.status_code, removed.json()) == (404, {"detail": "Tag not found on case"})
    absent = client.ask("DELETE", f"/cases/{case}/tags/vpn")
    assert (absent.status_code, absent.json()) == (500, GENERIC)


def test_an_unknown_case(client):
    nowhere = str(uuid.uuid4())
    for method, path, body in (("POST", "/tags", {"tag_id": "vpn"}), ("DELETE", "/tags/vpn", None)):
        answer = client.ask(method, f"/cases/{nowhere}{path}", json=body)
        assert (answer.status_code, answer.json()) == (404, {"detail": f"Case {nowhere} not found in this workspace."})
    assert client.ask("GET", f"/cases/{nowhere}/tags").json() == []


def test_a_case_or_tag_of_another_workspace(soc, client, tags):
    other = soc.client(key=SECOND_KEY, workspace=SECOND_WORKSPACE)
    case = other.create(summary="theirs")
    elsewhere = next(t for t in other.ask("GET", "/case-tags").json() if t["name"] == "elsewhere")
    assert client.ask("POST", f"/cases/{case}/tags", json={"tag_id": "vpn"}).status_code == 404
    mine = client.create()
    for tag in ("elsewhere", elsewhere["id"]):
        assert client.ask("POST", f"/cases/{mine}/tags", json={"tag_id": tag}).status_code == 404
    assert client.get(mine)["tags"] == [] and other.get(case)["tags"] == []


@pytest.mark.parametrize("body, kinds", [
    ({"tag_id": ""}, ["too_short"]), ({"tag_id": "x" * 101}, ["too_long"]), ({"tag_id": None}, ["uuid_type", "string_type"]), ({}, ["missing"]),
])
def test_a_wrong_body(client, body, kinds):
    answer = client.ask("POST", f"/cases/{client.create()}/tags", json=body)
    assert answer.status_code == 422
    assert [e["type"] for e in answer.json()["detail"]] == kinds


def test_both_mounts(soc, client):
    case = client.create()
    legacy = client.call("POST", f"/api/cases/{case}/tags", params={"workspace_id": WORKSPACE}, json={"tag_id": "vpn"})
    assert legacy.status_code == 201
    assert [t["ref"] for t in client.call("GET", f"/cases/{case}/tags", params={"workspace_id": WORKSPACE}).json()] == ["vpn"]


# ---- definitions

MARKER = "[casebridge] "


def make(client, name, **members):
    done = client.ask("POST", "/case-tags", json={"name": name, **members})
    assert done.status_code == 201, done.text
    return done.json()


def change(client, tag, **members):
    return client.ask("PATCH", f"/case-tags/{tag['id']}", json=members)


def stored(native, name):
    """The tag as ThreatConnect has it."""
    (found,) = [t for t in native.done("GET", "/tags", params=[("resultLimit", 1000)]) if t["name"] == name]
    return found


def describe(native, name, text):
    return native.done("PUT", f"/tags/{stored(native, name)['id']}", json={"description": text})


@pytest.fixture
def alone():
    """A bridge of one thread, so that what it remembers is known."""
    made = Stack()
    try:
        data = {**SANDBOX_DATA, "tags": [*SANDBOX_DATA["tags"], {"name": "Phishing", "owner": "Demo Organization", "synonyms": ["phish"]}]}
        yield Organisation(made, [bridge("main"), bridge("strict", strict=True)], data=data, threads=1)
    finally:
        made.stop()


def test_a_definition_is_made_with_its_colour(soc, client, native):
    name = unique("Made Here")
    tag = make(client, name, color="#FF0000")
    assert list(tag) == ["id", "name", "ref", "color"]
    assert (tag["name"], tag["ref"], tag["color"]) == (name, name.lower().replace(" ", "-"), "#FF0000")
    assert client.ask("GET", f"/case-tags/{tag['id']}").json() == tag
    assert tag in client.ask("GET", "/case-tags").json()
    description = stored(native, name)["description"]
    assert description.startswith(MARKER + "{") and "#FF0000" in description
    # every thread knows it at once
    assert all(tag in soc.client().ask("GET", "/case-tags").json() for _ in range(8))


def test_a_definition_without_a_colour_leaves_no_state(client, native):
    for name, body in ((unique("plain"), {}), (unique("null"), {"color": None})):
        assert make(client, name, **body)["color"] is None
        assert "description" not in stored(native, name)


def test_the_colour_is_shown_on_cases(client):
    tag, case = make(client, unique("On Cases"), color="rebeccapurple"), client.create()
    assert client.ask("POST", f"/cases/{case}/tags", json={"tag_id": tag["ref"]}).json() == tag
    assert client.get(case)["tags"] == client.item(case)["tags"] == client.ask("GET", f"/cases/{case}/tags").json() == [tag]
    assert change(client, tag, color="teal").status_code == 200
    assert [t["color"] for t in client.get(case)["tags"]] == ["teal"]


def test_tags_without_a_description_are_looked_up_until_one_is_seen_with_it(alone):
    """A ThreatConnect may show the tags of a case without the text that holds the colour."""
    client, native = alone.client(), alone.native
    plain, case = unique("plain"), client.create()
    native.put(client.number(case), tags={"data": [{"name": plain}], "mode": "append"})
    read = f"/api/v3/cases/{client.number(case)}"

    def cost(tags):
        client.ask("POST", "/case-tags", json={"name": unique("forgotten")})  # nothing is remembered of tags
        with native.watched() as seen:
            assert [t["color"] for t in client.get(case)["tags"]] == tags
        return [t.partition("?")[0] for _, t in seen]

    assert cost([None]) == [read, "/api/v3/tags"]
    colored = make(client, unique("colored"), color="red")
    client.ask("POST", f"/cases/{case}/tags", json={"tag_id": colored["id"]})
    assert cost([None, "red"]) == [read]
    client.ask("DELETE", f"/cases/{case}/tags/{colored['id']}")
    assert cost([None]) == [read]


def test_a_ref_that_is_taken(client):
    name = unique("Taken")
    first, other = make(client, name), make(client, unique("other"))
    ref = first["ref"]
    for twin in (name, name.upper(), name.replace(" ", "_")):
        for refused in (client.ask("POST", "/case-tags", json={"name": twin}), change(client, other, name=twin)):
            assert (refused.status_code, refused.json()) == (400, {"detail": f"Case tag with slug '{ref}' already exists"})
    assert change(client, first, name=name).json() == first  # its own name


@pytest.mark.parametrize("body, problem", [
    ({"name": ""}, {"type": "string_too_short", "loc": ["body", "name"], "msg": "String should have at least 1 character", "input": "", "ctx": {"min_length": 1}}),
    ({"name": "ü" * 51}, {"type": "string_too_long", "loc": ["body", "name"], "msg": "String should have at most 50 characters", "input": "ü" * 51,
                          "ctx": {"max_length": 50}}),
    ({}, {"type": "missing", "loc": ["body", "name"], "msg": "Field required", "input": {}}),
    ({"name": None}, {"type": "string_type", "loc": ["body", "name"], "msg": "Input should be a valid string", "input": None}),
    ({"name": "x", "color": 7}, {"type": "string_type", "loc": ["body", "color"], "msg": "Input should be a valid string", "input": 7}),
])
def test_a_definition_that_does_not_fit(client, body, problem):
    answer = client.ask("POST", "/case-tags", json=body)
    assert (answer.status_code, answer.json()) == (422, {"detail": [problem]})


def test_odd_names(soc, alone):
    client = alone.client()
    long = "💥" * 49 + "x"
    assert make(client, long)["name"] == long
    assert make(client, "Bob's 1,000_things Überfall", color="not a color")["ref"] == "bob-s-1000-things-uberfall"
    # one name of symbols only may be, and a blank one is such a name
    blank = make(client, "   ", color="red")
    assert (blank["name"], blank["ref"], blank["color"]) == ("   ", "", "red")
    assert client.ask("GET", f"/case-tags/{blank['id']}").json() == blank
    for second in ("!!!", "???", " "):
        refused = client.ask("POST", "/case-tags", json={"name": second})
        assert (refused.status_code, refused.json()) == (400, {"detail": "Case tag with slug '' already exists"})
    padded = make(client, "  padded ")
    assert (padded["name"], padded["ref"]) == ("  padded ", "padded")
    case = client.create()
    client.ask("POST", f"/cases/{case}/tags", json={"tag_id": padded["id"]})
    assert client.get(case)["tags"] == [padded]
    for unstorable in ('{"name":"a\\u0000"}', '{"name":"a\\ud800"}', '{"name":"c","color":"\\u0000"}'):
        answer = client.ask("POST", "/case-tags", data=unstorable, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()) == (500, GENERIC)


def test_a_definition_changes(client, native):
    tag, case = make(client, unique("Before"), color="red"), client.create()
    client.ask("POST", f"/cases/{case}/tags", json={"tag_id": tag["id"]})
    name = unique("After")
    changed = change(client, tag, name=name)
    assert changed.status_code == 200
    assert changed.json() == {"id": tag["id"], "name": name, "ref": name.lower().replace(" ", "-"), "color": "red"}
    assert client.get(case)["tags"] == [changed.json()]
    for body, color in (({"color": "blue"}, "blue"), ({}, "blue"), ({"color": ""}, ""), ({"color": None}, None), ({"color": None}, None)):
        assert change(client, tag, **body).json()["color"] == color
    assert stored(native, name).get("description", "") == ""
    refused = change(client, tag, name=None)
    assert (refused.status_code, refused.json()) == (400, {"detail": "Case tag already exists"})
    unknown = change(client, {"id": str(uuid.uuid4())}, name="x")
    assert (unknown.status_code, unknown.json()) == (404, {"detail": "Tag not found"})
    assert change(client, {"id": str(uuid.uuid4())}, name=None).status_code == 404


def test_a_definition_goes_with_its_place_on_cases(client):
    tag, case = make(client, unique("Going")), client.create()
    client.ask("POST", f"/cases/{case}/tags", json={"tag_id": tag["id"]})
    gone = client.ask("DELETE", f"/case-tags/{tag['id']}")
    assert (gone.status_code, gone.text) == (204, "")
    assert client.get(case)["tags"] == []
    again = client.ask("DELETE", f"/case-tags/{tag['id']}")
    assert (again.status_code, again.json()) == (404, {"detail": "Tag not found"})


ANALYST = ["What is forwarded\nto the outside", "  two\n\nlines ", "a\n", f"{MARKER}is a bridge", f"{MARKER}{{\"v\":1}}\nnot a state", "ends\r\nin dos"]


@pytest.mark.parametrize("text", ANALYST)
def test_what_an_analyst_wrote_stays_byte_for_byte(client, native, text):
    name = unique("described")
    tag = make(client, name)
    describe(native, name, text)
    text = stored(native, name)["description"]  # as the server keeps it
    for color in ("#111111", "#222222"):
        assert change(client, tag, color=color).json()["color"] == color
        assert stored(native, name)["description"].startswith(text + "\n" + MARKER)
        assert stored(native, name)["description"].count("#") == 1
    assert change(client, tag, color=None).json()["color"] is None
    assert stored(native, name)["description"] == text


def test_an_analyst_writes_around_the_state(client, native):
    name = unique("around")
    tag = make(client, name, color="red")
    line = stored(native, name)["description"]
    describe(native, name, f"before\n{line}\nafter")
    client.ask("POST", "/case-tags", json={"name": unique("refresh")})  # nothing is remembered any more
    assert client.ask("GET", f"/case-tags/{tag['id']}").json()["color"] == "red"
    change(client, tag, color="blue")
    assert stored(native, name)["description"].startswith(f"before\nafter\n{MARKER}")
    assert change(client, tag, color=None).status_code == 200
    assert stored(native, name)["description"] == "before\nafter"


@pytest.mark.parametrize("state", [
    "", "{", "[]", '"red"', '{"v":1,"r":1,"s":{"color":{"a":1}}}', '{"v":1,"r":1,"s":{"color":7}}', '{"v":2,"r":1,"s":{"color":"red"}}',
    '{"v":1,"r":-1,"s":{"color":"red"}}', '{"v":1,"r":1,"s":{"color":"red"}} x', '{"v":1,"r":1,"s":[]}', '{"v":1,"r":1,"s":{"name":{"n":-5,"l":9}}}',
])
def test_a_damaged_state_is_no_colour_and_no_error(client, native, state):
    name = unique("damaged")
    native.done("POST", "/tags", json={"name": name, "description": "mine\n" + MARKER + state})
    client.ask("POST", "/case-tags", json={"name": unique("refresh")})
    (tag,) = [t for t in client.ask("GET", "/case-tags").json() if t["name"] == name]
    assert tag["color"] is None
    assert change(client, tag, color="green").json() == {**tag, "color": "green"}
    assert stored(native, name)["description"].startswith("mine\n")


def test_a_description_that_is_full_is_a_declared_loss(alone):
    client, native, name = alone.client(), alone.native, unique("full")
    full = "x" * 3950
    native.done("POST", "/tags", json={"name": name, "description": full})
    (tag,) = [t for t in client.ask("GET", "/case-tags").json() if t["name"] == name]
    refused = change(alone.client("strict"), tag, color="red")
    assert (refused.status_code, "color=loss_too_large" in refused.text) == (409, True)
    lossy = change(client, tag, color="red", name=unique("renamed"))
    assert (lossy.status_code, lossy.json()["color"], lossy.headers["Casebridge-Loss"]) == (200, None, "color=loss_too_large")
    assert stored(native, lossy.json()["name"])["description"] == full
    long = client.ask("POST", "/case-tags", json={"name": unique("long"), "color": "c" * 5000})
    assert (long.status_code, long.json()["color"], long.headers["Casebridge-Loss"]) == (201, None, "color=loss_too_large")
    fits = client.ask("POST", "/case-tags", json={"name": unique("fits"), "color": "c" * 3900})
    assert (fits.json()["color"], "Casebridge-Loss" in fits.headers) == ("c" * 3900, False)


def test_a_name_that_the_server_knows_by_another_one(alone):
    refused = alone.client().ask("POST", "/case-tags", json={"name": "phish"})
    assert (refused.status_code, refused.json()) == (400, {"detail": "Case tag already exists"})


def test_who_may_define_tags(soc):
    viewer, editor = soc.client(key=KEYS["viewer"]), soc.client(key=KEYS["editor"])
    tag = make(editor, unique("by an editor"))
    for who, method, path, body, scope in (
        (viewer, "POST", "/case-tags", {"name": "x"}, "case:create"), (viewer, "PATCH", f"/case-tags/{tag['id']}", {}, "case:update"),
        (editor, "DELETE", f"/case-tags/{tag['id']}", None, "case:delete"),
    ):
        refused = who.ask(method, path, json=body)
        assert (refused.status_code, refused.json()["error"]["required_scopes"]) == (403, [scope])
    other = soc.client(key=SECOND_KEY, workspace=SECOND_WORKSPACE)
    assert change(other, tag, color="red").status_code == 404
    assert other.ask("DELETE", f"/case-tags/{tag['id']}").status_code == 404


def test_bridges_that_do_not_write_definitions(soc, native):
    tag, name = make(soc.client(), unique("stays")), unique("never")
    with native.watched() as seen:
        for mode in ("read-only", "shadow"):
            c = soc.client(mode)
            for refused in (c.ask("POST", "/case-tags", json={"name": name}), change(c, tag, color="red"), c.ask("DELETE", f"/case-tags/{tag['id']}")):
                assert refused.status_code == 403, (mode, refused.text)
        assert soc.client("no-deletes").ask("DELETE", f"/case-tags/{tag['id']}").status_code == 403
    assert [m for m, _ in seen if m != "GET"] == []
    assert soc.client("no-deletes").ask("PATCH", f"/case-tags/{tag['id']}", json={"color": "red"}).status_code == 200


def test_a_write_that_fails_changes_nothing_that_is_remembered(client, native):
    name = unique("fails")
    with native.fault("status:503@POST /api/v3/tags"):
        assert client.ask("POST", "/case-tags", json={"name": name}).status_code == 503
    assert name not in [t["name"] for t in client.ask("GET", "/case-tags").json()]
    with native.fault("status:409@POST /api/v3/tags"):
        refused = client.ask("POST", "/case-tags", json={"name": name})
        assert (refused.status_code, refused.json()) == (400, {"detail": "Case tag already exists"})
    assert make(client, name)["name"] == name
