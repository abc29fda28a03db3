"""Comments over ThreatConnect's notes (Tracecat fact sheet §3.1, ThreatConnect fact sheet §4.3)."""
import threading
import uuid

import pytest
from conftest import Stack
from organisation import LEAD_TOKEN, SANDBOX_DATA, Organisation, bridge, password_hash
from support import STATE, ThreatConnect, unique
from talk_support import COMMENT_KEYS, Talk, detail, notes, states

FORBIDDEN_EDIT = (403, "You cannot update this comment")
FORBIDDEN_DELETE = (403, "You can only delete your own comments")


@pytest.fixture(scope="module")
def org():
    """One process: with add-ons, without them over the same sessions, with visible authors, strict."""
    made = Stack()
    try:
        hashed = password_hash()
        built = Organisation(made, [
            bridge("main", hashed=hashed, session_realm="soc"), bridge("plain", hashed=hashed, session_realm="soc", case_addons=False),
            bridge("visible", hashed=hashed, session_realm="soc", attribution="carried, visible"), bridge("strict", strict=True),
            bridge("read-only", mode="read-only"), bridge("shadow", mode="shadow"), bridge("no-deletes", deletes=False),
        ], data=SANDBOX_DATA, threads=3)
        built.people = {name: built.person(name) for name in ("viewer", "editor", "admin", "lead")}
        yield built
    finally:
        made.stop()


def events_of(talk):
    """The events of the case that are about comments, the newest first."""
    return [e for e in talk.good("GET", "/events", 200).json()["events"] if "comment_id" in e]


@pytest.fixture
def case(org):
    """A new case, as an admin who is logged in sees it."""
    client = org.people["admin"]
    talk = Talk(client, org.client().create(summary=unique("talk")))
    talk.number = client.number(talk.case)
    return talk


def test_a_comment_is_a_note_whose_author_is_carried(org, case):
    made = case.of(org.people["editor"]).say("Blocked the domain **example.org**.")
    (shown,) = case.comments()
    assert list(shown) == COMMENT_KEYS
    assert shown["id"] == made and uuid.UUID(made).version == 4
    assert shown["user"]["email"] == "editor@tests.example"
    assert {k: shown[k] for k in ("parent_id", "workflow", "agent", "last_edited_at", "deleted_at", "is_deleted", "mentions")} == {
        "parent_id": None, "workflow": None, "agent": None, "last_edited_at": None, "deleted_at": None, "is_deleted": False, "mentions": []}
    assert shown["created_at"] == shown["updated_at"] and shown["created_at"].endswith("Z")
    (note,) = notes(org.native, case.number)
    assert note["text"] == shown["content"] == "Blocked the domain **example.org**."
    assert [n for n, _ in states(org.native, case.number, "note")] == [note["id"]]


def test_the_author_is_the_same_user_that_the_interface_knows(org, case):
    me = org.people["editor"].call("GET", "/users/me").json()
    case.of(org.people["editor"]).say("mine")
    assert case.comments()[0]["user"] == me


@pytest.mark.parametrize("text", ["  \n padded \t ", "\u2003wide\u2003", "ünïcode 🙂 \"quoted\" \\ and <b>", "y" * 25000, "line\r\nbreaks\n\nkept"])
def test_texts_are_trimmed_and_otherwise_come_back_as_they_were(case, text):
    case.say(text)
    assert case.contents() == [text.strip()]


def test_a_comment_of_an_api_key_is_nobodys(org, case):
    by_key = case.of(org.client())
    made = by_key.say("from a script")
    assert case.authors() == [None]
    for who in (by_key, case):  # an admin is no exception
        assert detail(who.edit(made, content="x")) == FORBIDDEN_EDIT
        assert detail(who.take_back(made)) == FORBIDDEN_DELETE
    assert case.contents() == ["from a script"]


def test_only_the_author_edits_and_deletes(org, case):
    made = case.say("of the admin")
    other = case.of(org.people["lead"])
    assert detail(other.edit(made, content="x")) == FORBIDDEN_EDIT
    assert detail(other.take_back(made)) == FORBIDDEN_DELETE
    assert case.edit(made, content="  changed ").status_code == 204
    (shown,) = case.comments()
    assert (shown["content"], shown["user"]["email"]) == ("changed", "admin@tests.example")
    assert shown["last_edited_at"] is not None
    assert case.take_back(made).status_code == 204
    assert case.comments() == [] and notes(org.native, case.number) == []
    assert states(org.native, case.number, "note") == []


@pytest.mark.parametrize("body, answer", [
    ({}, (204, None)),
    ({"content": None}, (400, "Comment content is required")),
    ({"parent_id": None}, (400, "Changing a comment parent is not supported")),
    ({"content": "x", "parent_id": "5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90"}, (400, "Changing a comment parent is not supported")),
])
def test_edits_that_change_nothing_or_are_refused(org, case, body, answer):
    made = case.say("as it was")
    done = case.ask("PATCH", f"/comments/{made}", json=body)
    assert (done.status_code, done.json()["detail"] if done.text else None) == answer
    # whose comment it is comes first
    foreign = case.of(org.people["lead"]).ask("PATCH", f"/comments/{made}", json=body)
    assert detail(foreign) == FORBIDDEN_EDIT
    (shown,) = case.comments()
    assert (shown["content"], shown["last_edited_at"]) == ("as it was", None)


def test_what_does_not_exist(org, case):
    unknown, made = str(uuid.uuid4()), case.say("here")
    other = Talk(case.client, org.client().create())
    for talk, id_ in ((case, unknown), (other, made)):
        for done in (talk.edit(id_, content="x"), talk.take_back(id_)):
            assert detail(done) == (404, f"Comment with ID {id_} not found")
    nowhere = Talk(case.client, unknown)
    for done in (nowhere.ask("GET", "/comments"), nowhere.ask("GET", "/comments/threads"), nowhere.post("x"), nowhere.post("x", made),
                 nowhere.edit(made, content="x"), nowhere.take_back(made),
                 nowhere.ask("POST", "/comments", json={"content": "x", "workflow_id": "wf_0000000000000000000001"})):
        assert detail(done) == (404, f"Case with ID {unknown} not found")
    assert case.ask("GET", f"/comments/{made}").status_code == 405


# Threads

def test_replies_stand_below_their_root(org, case):
    root, second = case.say("Root"), case.say("Second root")
    one = case.of(org.people["editor"]).say("Reply one", root)
    two = case.say("Reply two", root)
    flat = case.comments()
    assert [(c["id"], c["parent_id"]) for c in flat] == [(root, None), (second, None), (one, root), (two, root)]
    threads = case.threads()
    assert [list(t) for t in threads] == [["comment", "replies", "reply_count", "last_activity_at"]] * 2
    assert [(t["comment"]["id"], [r["id"] for r in t["replies"]], t["reply_count"]) for t in threads] == [(root, [one, two], 2), (second, [], 0)]
    assert threads[0]["replies"] == flat[2:]
    assert threads[0]["last_activity_at"] == max(c["updated_at"] for c in (flat[0], *flat[2:]))


def test_replies_that_are_refused(org, case):
    root = case.say("Root")
    reply = case.say("Reply", root)
    other = Talk(case.client, org.client().create())
    before = len(notes(org.native, case.number))
    assert detail(case.post("x", str(uuid.uuid4()))) == (400, "Parent comment not found")
    assert detail(other.post("x", root)) == (400, "Parent comment must belong to the same case")
    assert detail(case.post("x", reply)) == (400, "Replies cannot have replies")
    assert detail(case.ask("POST", "/comments", json={"content": "x", "workflow_id": "wf_0000000000000000000001"})) == (400, "Workflow not found")
    gone = case.say("soon gone")
    assert case.take_back(gone).status_code == 204
    assert detail(case.post("x", gone)) == (400, "Parent comment not found")
    assert case.take_back(root).status_code == 204
    assert detail(case.post("x", root)) == (400, "Cannot reply to a deleted comment")
    assert len(notes(org.native, case.number)) == before


def test_a_root_with_replies_leaves_a_stone(org, case):
    root = case.say("Root")
    reply = case.of(org.people["editor"]).say("Reply", root)
    assert case.edit(root, content="Root, edited").status_code == 204
    edited = case.comments()[0]["last_edited_at"]
    assert case.take_back(root).status_code == 204
    stone = case.comments()[0]
    assert (stone["content"], stone["is_deleted"], stone["parent_id"]) == ("Comment deleted", True, None)
    assert stone["deleted_at"] is not None and stone["user"]["email"] == "admin@tests.example"
    assert stone["last_edited_at"] == edited
    assert {k: v for k, v in events_of(case)[0].items() if k not in ("user_id", "created_at")} == {
        "comment_id": root, "thread_root_id": root, "type": "comment_deleted", "delete_mode": "soft"}
    assert [n["text"] for n in notes(org.native, case.number)] == ["Comment deleted", "Reply"]
    assert case.take_back(root).status_code == 204  # once more changes nothing
    assert case.comments()[0] == stone
    assert detail(case.edit(root, content="x")) == (400, "Deleted comments cannot be updated")
    assert case.of(org.people["editor"]).take_back(reply).status_code == 403  # an editor may not delete
    assert [t["reply_count"] for t in case.threads()] == [1]


def test_a_stone_that_was_never_edited_says_so(case):
    root = case.say("Root")
    case.say("Reply", root)
    case.take_back(root)
    assert (case.comments()[0]["last_edited_at"], case.comments()[0]["is_deleted"]) == (None, True)


def test_a_reply_whose_root_was_deleted_natively_stands_alone(org, case):
    root = case.say("Root")
    case.say("Reply", root)
    org.native.done("DELETE", f"/notes/{notes(org.native, case.number)[0]['id']}")
    assert [(c["content"], c["parent_id"]) for c in case.comments()] == [("Reply", None)]
    assert [t["comment"]["content"] for t in case.threads()] == ["Reply"]


def test_without_add_ons_threads_and_replies_are_refused(org, case):
    root = case.say("Root")
    reply = case.say("Reply", root)
    plain = case.of(org.people["admin"].__class__(org.urls["plain"], case.client.workspace))
    plain.client.session.cookies.update(case.client.session.cookies)  # one login for both
    missing = {"type": "EntitlementRequired", "message": "Feature 'case_addons' requires an upgraded plan.", "detail": {"entitlement": "case_addons"}}
    for done in (plain.ask("GET", "/comments/threads"), plain.post("x", root),
                 plain.ask("POST", "/comments", json={"content": "x", "workflow_id": "wf_0000000000000000000001"})):
        assert (done.status_code, done.json()) == (403, missing)
    assert plain.comments() == case.comments()  # what is there is shown by both
    assert plain.say("without") and plain.edit(reply, content="Reply, edited").status_code == 204
    assert case.contents() == ["Root", "Reply, edited", "without"]


# What ThreatConnect's own users do

def test_native_notes_are_comments_of_whoever_is_known_by_that_name(org, case):
    lead = ThreatConnect(org.sandbox_url, LEAD_TOKEN)
    lead.done("POST", "/notes", json={"caseId": case.number, "text": "written in ThreatConnect"})
    (shown,) = case.comments()
    assert (shown["content"], shown["user"]["email"]) == ("written in ThreatConnect", "lead@tests.example")
    assert detail(case.edit(shown["id"], content="x")) == FORBIDDEN_EDIT
    assert detail(case.of(org.people["lead"]).take_back(shown["id"])) == FORBIDDEN_DELETE
    assert case.say("answered here", shown["id"])
    assert [t["reply_count"] for t in case.threads()] == [1]


def test_a_native_edit_wins_and_is_told(org, case):
    made = case.say("as the admin wrote it")
    (note,) = notes(org.native, case.number)
    org.native.done("PUT", f"/notes/{note['id']}", json={"text": "as an analyst left it"})
    (shown,) = case.comments()
    assert (shown["content"], shown["user"]["email"]) == ("as an analyst left it", "admin@tests.example")
    assert shown["last_edited_at"] is not None
    assert case.edit(made, content="and back").status_code == 204
    assert case.contents() == ["and back"]


def test_notes_of_tasks_are_no_comments(org, case):
    task = org.native.done("POST", "/tasks", json={"caseId": case.number, "name": "native"})
    org.native.done("POST", "/notes", json={"taskId": task["id"], "text": "of the task"})
    assert case.comments() == []


HOSTILE = [
    '{"v":1,"of":["note",%d],"r":7,"t":"","s":{"user":"not an id","parent_id":"999999999","deleted_at":"never","last_edited_at":5}}',
    '{"v":1,"of":["note",%d],"r":8,"t":"","s":{"user":{},"parent_id":[],"deleted_at":{},"shown_author":7,"k":[]}}',
    '{"v":1,"of":["note",%d],"r":9,"t":"","s":{"user":"5b1e1f0a-9d1c-4c55-8f6e-0a7c3d2e1b90","parent_id":%d}}',
    '{"v":2,"of":["note",%d]}', '{"v":1,"of":["note","%d"],"r":1,"s":{}}', '{"of":["note",%d', '{"v":1,"of":[[],%d],"r":1,"s":{}}',
]


@pytest.mark.parametrize("state", HOSTILE)
def test_hostile_states_are_ignored_and_never_shown(org, case, state):
    made = case.say("untouched")
    (note,) = notes(org.native, case.number)
    org.native.add_attribute(case.number, STATE, state.replace("%d", str(note["id"])))
    (shown,) = case.comments()
    assert (shown["id"], shown["content"], shown["parent_id"]) == (made, "untouched", None)
    assert list(shown) == COMMENT_KEYS
    assert case.client.get(case.case)["summary"]
    case.say("and another")
    assert case.contents() == ["untouched", "and another"]


# Visible attribution

def test_a_visible_author_stands_in_the_note_and_is_not_shown(org, case):
    visible = case.of(org.person("lead", "visible"))
    made = visible.say("Looks bad.")
    line = "Lee Ader <lead@tests.example> wrote:"
    assert [n["text"] for n in notes(org.native, case.number)] == [f"{line}\nLooks bad."]
    assert visible.contents() == case.contents() == ["Looks bad."]
    assert visible.edit(made, content="Looks worse.").status_code == 204
    assert [n["text"] for n in notes(org.native, case.number)] == [f"{line}\nLooks worse."]
    (note,) = notes(org.native, case.number)
    org.native.done("PUT", f"/notes/{note['id']}", json={"text": f"{line}\nLooks worse. Indeed."})
    assert case.contents() == ["Looks worse. Indeed."]
    org.native.done("PUT", f"/notes/{note['id']}", json={"text": "without the line"})
    assert case.contents() == ["without the line"]
    keyed = case.of(org.client("visible"))
    keyed.say("a script")
    assert notes(org.native, case.number)[-1]["text"] == "API key admins000000 wrote:\na script"


# The same request again

def test_an_idempotency_key_makes_one_comment(org, case):
    key = {"Idempotency-Key": uuid.uuid4().hex}
    first = case.say("once", headers=key)
    assert case.say("once", headers=key) == first
    assert case.contents() == ["once"]
    assert case.of(org.person("lead")).say("once", headers=key) != first  # another's key is another one
    assert case.say("once") != first  # a bare repetition is a second comment, as for Tracecat
    assert case.contents() == ["once"] * 3


def test_one_key_from_many_clients_at_a_time_makes_one_comment(org, case):
    key, ids = {"Idempotency-Key": uuid.uuid4().hex}, []

    def post():
        mine = case.of(org.person("admin"))
        ids.append(mine.say("at the same time", headers=key))
    run_all([threading.Thread(target=post) for _ in range(6)])
    assert len(ids) == 6 and len(set(ids)) == 1
    assert len(notes(org.native, case.number)) == 1


def run_all(threads):
    for t in threads:
        t.start()
    for t in threads:
        t.join()


def test_concurrent_writers_lose_nothing(org, case):
    wanted = set()

    def write(name, bridge_name, n):
        mine = case.of(org.person(name, bridge_name))
        for i in range(4):
            mine.say(f"{name} {bridge_name} {n} {i}")
            mine.client.change(case.case, priority="high" if i % 2 else "low", status="on_hold")
    threads = [threading.Thread(target=write, args=(name, b, n)) for n, (name, b) in
               enumerate([("admin", "main"), ("lead", "main"), ("editor", "plain"), ("admin", "plain")])]
    for n, (name, b) in enumerate([("admin", "main"), ("lead", "main"), ("editor", "plain"), ("admin", "plain")]):
        wanted |= {(f"{name} {b} {n} {i}", f"{name}@tests.example") for i in range(4)}
    run_all(threads)
    shown = case.comments()
    assert {(c["content"], c["user"]["email"]) for c in shown} == wanted and len(shown) == len(wanted)
    after = case.client.get(case.case)
    assert (after["status"], after["priority"]) == ("on_hold", "high")


# Backends that misbehave

@pytest.mark.parametrize("fault", ["reset-head@POST /api/v3/notes*1", "reset-body@POST /api/v3/notes*1", "truncate@POST /api/v3/notes*1",
                                   "reset-head@PUT /api/v3/cases*1", "truncate@PUT /api/v3/cases*1"])
def test_what_was_made_although_the_answer_was_lost_is_a_success(org, case, fault):
    with org.native.fault(fault):
        case.say("made all the same")
    assert (case.contents(), case.authors()) == (["made all the same"], ["admin@tests.example"])
    assert [e["type"] for e in events_of(case)] == ["comment_created"]
    assert len(notes(org.native, case.number)) == 1
    assert len(states(org.native, case.number, "note")) == 1


@pytest.mark.parametrize("fault, status", [("reset@POST /api/v3/notes*1", 502), ("status:500@POST /api/v3/notes*1", 502),
                                           ("status:403@POST /api/v3/notes*1", 403), ("wrong-shape@POST /api/v3/notes*1", 502),
                                           ("reset@PUT /api/v3/cases*1", 502), ("status:500@PUT /api/v3/cases*1", 502)])
def test_a_comment_that_failed_leaves_nothing_behind(org, case, fault, status):
    with org.native.fault(fault):
        assert case.post("never made").status_code == status
    assert case.comments() == [] and notes(org.native, case.number) == []
    case.say("made")
    assert case.contents() == ["made"]


def test_a_comment_that_cannot_be_taken_back_is_told(org, case):
    with org.native.fault("status:500@PUT /api/v3/cases"), org.native.fault("status:500@DELETE /api/v3/notes"):
        done = case.post("half made")
    (note,) = notes(org.native, case.number)
    assert done.status_code == 502
    assert "was made" in done.json()["detail"] and done.json()["detail"].endswith(f" {note['id']}")
    assert case.contents() == ["half made"]


def test_a_comment_without_its_state_gets_it_as_soon_as_that_is_possible(org, case):
    with org.native.fault("status:500@PUT /api/v3/cases*1"), org.native.fault("status:500@DELETE /api/v3/notes*1"):
        case.say("at the second try")
    assert (case.contents(), case.authors()) == (["at the second try"], ["admin@tests.example"])
    assert [e["type"] for e in events_of(case)] == ["comment_created"]


@pytest.mark.parametrize("fault, status, text", [
    ("reset-head@PUT /api/v3/notes*1", 204, "after"), ("truncate@PUT /api/v3/notes*1", 204, "after"), ("reset-head@PUT /api/v3/cases*1", 204, "after"),
    ("reset@PUT /api/v3/notes*1", 502, "before"), ("status:500@PUT /api/v3/notes*1", 502, "before")])
def test_an_edit_is_a_failure_only_if_nothing_changed(org, case, fault, status, text):
    made = case.say("before")
    with org.native.fault(fault):
        assert case.edit(made, content="after").status_code == status
    assert (case.contents(), case.authors()) == ([text], ["admin@tests.example"])


def test_an_edit_to_the_same_text_is_one(org, case):
    made = case.say("the same")
    assert case.edit(made, content="the same").status_code == 204
    assert [(e["type"], e["comment_id"]) for e in events_of(case)] == [("comment_updated", made), ("comment_created", made)]


def test_a_removal_whose_answer_was_lost_is_done(org, case):
    made = case.say("to be removed")
    with org.native.fault("reset-head@DELETE /api/v3/notes*1"):
        assert case.take_back(made).status_code == 204
    assert case.comments() == []
    again = case.say("to be kept")
    with org.native.fault("reset@DELETE /api/v3/notes*1"):
        assert case.take_back(again).status_code == 502
    assert case.contents() == ["to be kept"]


# Where the attribute type has no room

@pytest.fixture(scope="module")
def narrow():
    made = Stack()
    types = [*SANDBOX_DATA["attributeTypes"], {"id": 2, "name": STATE, "description": "State", "maxSize": 500, "maxAllowed": 1}]
    try:
        hashed = password_hash()
        yield Organisation(made, [bridge("main", hashed=hashed), bridge("strict", hashed=hashed, strict=True)],
                           data={**SANDBOX_DATA, "attributeTypes": types}, threads=1)
    finally:
        made.stop()


def test_without_room_for_the_state_the_comment_is_kept_and_the_loss_told(narrow):
    client = narrow.person("admin")
    talk = Talk(client, narrow.client().create(priority="high"))  # its state takes the only place
    done = talk.post("without its author")
    assert (done.status_code, done.headers["Casebridge-Loss"]) == (201, "carry=loss_no_carry")
    assert talk.contents() == ["without its author"]
    assert client.get(talk.case)["priority"] == "high"


def test_a_strict_bridge_takes_such_a_comment_back(narrow):
    talk = Talk(narrow.person("admin", "strict"), narrow.client().create(priority="high"))
    done = talk.post("refused")
    assert done.status_code in (400, 409), done.text
    assert talk.comments() == []
    assert notes(narrow.native, talk.client.number(talk.case)) == []


# Modes

def test_bridges_that_do_not_write_say_so(org, case):
    made = case.say("here")
    for name in ("read-only", "shadow"):
        done = case.of(org.client(name)).post("x")
        assert done.status_code == 403 and "bridge" in done.json()["detail"]
    done = case.of(org.client("no-deletes")).take_back(made)
    assert (done.status_code, "deletes" in done.json()["detail"]) == (403, True)
    assert case.contents() == ["here"]
    assert case.of(org.people["viewer"]).post("x").json()["error"]["missing_scopes"] == ["case:update"]


def test_comments_of_a_case_that_others_may_not_see(org, case):
    case.say("secret")
    org.native.put(case.number, userAccess={"data": [{"userName": "lead@tests.example"}]})
    unknown = (404, f"Case with ID {case.case} not found")
    assert detail(case.ask("GET", "/comments")) == unknown
    assert detail(case.post("x")) == unknown
    assert case.of(org.people["lead"]).contents() == ["secret"]


# Costs

def test_a_list_costs_one_request_however_long_it_is(org, case):
    for i in range(12):
        case.say(f"comment {i}")
    case.comments()
    with org.native.watched() as seen:
        assert len(case.comments()) == 12
    assert len(seen) == 1
    with org.native.watched() as seen:
        case.threads()
    assert len(seen) == 1


def test_a_write_costs_a_read_the_note_and_what_goes_with_it(org, case):
    first = case.say("warm")
    with org.native.watched() as seen:
        case.say("counted")
    assert [m for m, _ in seen] == ["GET", "POST", "PUT"]
    with org.native.watched() as seen:
        case.edit(first, content="edited")
    assert [m for m, _ in seen] == ["GET", "PUT", "PUT"]
    with org.native.watched() as seen:
        case.take_back(first)
    assert [m for m, _ in seen][:2] == ["GET", "DELETE"] and len(seen) <= 4


# Two listeners over one organisation

def test_a_login_counts_at_every_bridge_of_its_realm_until_it_ends(org):
    here = org.person("lead")
    there, elsewhere = (here.__class__(org.urls[name], here.workspace) for name in ("plain", "strict"))
    for other in (there, elsewhere):
        other.session.cookies.update(here.session.cookies)
    assert there.call("GET", "/users/me").json()["email"] == "lead@tests.example"
    assert elsewhere.call("GET", "/users/me").status_code == 401  # a realm of its own
    assert there.call("POST", "/auth/logout").status_code == 204
    there.session.cookies.update(here.session.cookies)
    assert [c.call("GET", "/users/me").status_code for c in (here, there)] == [401, 401]


def test_the_entitlements_tell_what_each_listener_has(org):
    for name, has in (("main", True), ("plain", False)):
        assert org.person("admin", name).call("GET", "/organization/entitlements").json()["case_addons"] is has
