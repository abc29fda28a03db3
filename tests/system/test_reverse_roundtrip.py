"""Cases of ThreatConnect clients that lie in Tracecat: what is written is what is read, and analysts in Tracecat see sensible cases."""
import copy
import json
import random
import uuid

import pytest
from conftest import Stack
from reverse_cases import CARRIED_TAGS, TAGS, assignee, instant
from reverse_support import RESOLUTIONS, SANDBOX_DATA, TC_SEVERITIES, TC_STATUSES, WRITER, PerThread, Reverse, names, side_by_side, reverse_bridge

COUNT = 1000
TIMES = ["caseOpenTime", "caseCloseTime", "caseOccurrenceTime", "caseDetectionTime"]
SCALARS = ["name", "description", "status", "severity", "resolution", "xid", *TIMES]
# What the server itself sets (fact sheet §4.1), beside defaults of what can be written.
SERVER = ["id", "xid", "dateAdded", "lastUpdated", "caseOpenTime", "caseOpenUser", "caseCloseTime", "caseCloseUser", "caseOccurrenceUser",
          "caseDetectionUser", "detectionOverdue", "responseOverdue", "resolution", "createdBy", "owner", "ownerId"]
PIECES = ["a", "Z", "ß", "ẞ", "İ", "ı", "ﬁ", "é", "e\u0301", "Å", "א", "العربية", "日本", "\U0001F600", "\U0001F469\u200D\U0001F4BB", "\U0010FFFD",
          "\u00a0", "\u200b", "\u2028", "\t", "\n", "\r\n", "\\", '"', "'", "`", "%", "_", "<b>", "&amp;", "{", "}", "[+]", "\u0001", "\x7f", "\ufeff", " "]


@pytest.fixture(scope="module")
def site():
    made = Stack()
    try:
        yield Reverse(made, bridges=[reverse_bridge(child_bound=100000)], data={**SANDBOX_DATA, "tags": [{"name": t} for t in TAGS]}, threads=2)
    finally:
        made.stop()


def text(dice, least, most):
    size = dice.choice([least, most, dice.randint(least, most), min(most, least + 10), min(most, least + 3)])
    out = ""
    while len(out) < size:
        out += dice.choice(PIECES)
    return out[:size]


def tag_name(dice):
    return dice.choice([*TAGS, *CARRIED_TAGS, text(dice, 1, 20), text(dice, 1, 128)])


def document(dice, number):
    """A body of POST: members absent, null, empty, filled."""
    body = {"name": text(dice, 1, 255), "severity": dice.choice(TC_SEVERITIES), "status": dice.choice(TC_STATUSES)}
    optional = {
        "description": lambda: dice.choice(["", None, text(dice, 0, 1500)]),
        "resolution": lambda: dice.choice([*RESOLUTIONS, None]),
        "xid": lambda: dice.choice([f"{number:04}-{text(dice, 10, 90)}", str(uuid.UUID(int=dice.getrandbits(128), version=4))]),
        "caseOpenTime": lambda: dice.choice([instant(dice), None]),
        "caseOccurrenceTime": lambda: instant(dice), "caseDetectionTime": lambda: instant(dice),
        "assignee": lambda: dice.choice([assignee(dice), {"type": "None"}, None]),
        "tags": lambda: dice.choice([{"data": []}, {}, {"data": [{"name": n} for n in {tag_name(dice) for _ in range(dice.randint(1, 4))}]}]),
        "attributes": lambda: dice.choice([{"data": []}, {"data": [attribute(dice) for _ in range(dice.randint(1, 5))]}]),
    }
    if body["status"] == "Closed":
        optional["caseCloseTime"] = lambda: instant(dice)
    for name, make in optional.items():
        if dice.random() < 0.5:
            body[name] = make()
    return body


def attribute(dice):
    return {"type": dice.choice(["Description", "Source"]), "value": text(dice, 1, 400), **({"source": text(dice, 1, 60)} if dice.random() < 0.5 else {})}


def second(value):
    """Whole seconds, as façades show times."""
    return value[:19] + "Z"


def as_read(body):
    """What a body says, in the form of an answer."""
    out = {}
    for name in SCALARS:
        if body.get(name) not in (None, ""):
            out[name] = second(body[name]) if name in TIMES else body[name]
    out["assignee"] = named(body.get("assignee"))
    out["tags"] = sorted(t["name"] for t in (body.get("tags") or {}).get("data", []))
    out["attributes"] = [entry(a) for a in (body.get("attributes") or {}).get("data", [])]
    return out


def named(who):
    data = (who or {}).get("data")
    return data and (who["type"], data.get("userName") or data["name"])


def entry(a):
    return a["type"], a["value"], a.get("source")


def shown(case):
    out = {name: case[name] for name in SCALARS if name in case}
    return {**out, "assignee": named(case.get("assignee")), "tags": names(case), "attributes": [entry(a) for a in case["attributes"]["data"]]}


def differences(case, wanted):
    """Members that are otherwise than wanted; what the server sets counts where the client said something."""
    have = shown(case)
    return {n: (wanted.get(n), have.get(n)) for n in {*have, *wanted} if have.get(n) != wanted.get(n) and (n in wanted or n not in SERVER)}


@pytest.fixture(scope="module")
def written(site):
    """(body, the answer to it) of a thousand cases."""
    bodies = [document(random.Random(n), n) for n in range(COUNT)]
    client = PerThread(site.client)
    return list(zip(bodies, side_by_side(lambda b: client().create(**b), bodies), strict=True))


def test_what_is_posted_is_in_the_answer_and_is_read_back(site, written):
    client = PerThread(site.client)
    alone = side_by_side(lambda made: client().get(made[1]["id"]), written)
    listed = {case["id"]: case for case in client().page(fields=["_all_"], resultLimit=10000)["data"]}
    for (body, answer), read in zip(written, alone, strict=True):
        wanted = as_read(body)
        assert differences(answer, wanted) == {} and differences(read, wanted) == {}, body
        assert answer == read == listed[read["id"]]
        assert read["resolution"] == (body.get("resolution") or "Not Specified")
        assert ("caseCloseTime" in read) == (body["status"] == "Closed") == ("caseCloseUser" in read)
        assert read["createdBy"]["userName"] == read["caseOpenUser"]["userName"] == WRITER
        assert ("assignee" in read) == (wanted["assignee"] is not None)


def test_analysts_see_sensible_cases_and_one_tidy_object_of_the_bridge(site, written):
    natives = {int(item["short_id"].removeprefix("CASE-")): item["id"] for item in site.native.everything()}
    for body, answer in written:
        case = site.native.get(natives[answer["id"]])
        assert case["summary"] == body["name"] and case["description"] == (body.get("description") or "")
        assert case["status"] == {"Open": "new", "Closed": "closed"}[body["status"]]
        assert case["severity"] == body["severity"].lower()
        wanted = as_read(body)
        on_case = sorted(t["name"] for t in case["tags"])
        assert set(on_case) <= set(wanted["tags"]) and set(TAGS) & set(wanted["tags"]) <= set(on_case)
        who = wanted["assignee"]
        assert (case["assignee"] or {}).get("email") == (who[1] if who and "@" in who[1] else None)
        assert list(case["payload"]) == ["_bridge"] and isinstance(case["payload"]["_bridge"], dict)
        assert all(f["value"] is None for f in case["fields"] if not f["reserved"])


def test_clients_never_see_what_the_bridge_keeps(site, written):
    client = site.client()
    fields = {f["name"] for f in client.done("OPTIONS", "/cases/fields")} | set(client.call("OPTIONS", "/cases", params=[("show", "readOnly")]).json())
    page = client.page(fields=["_all_"], resultLimit=10000)
    for case in page["data"]:
        assert set(case) <= fields
    assert "_bridge" not in str(page)


# Changes, and a small model of them

def change(dice, wanted, read):
    """A body of PUT and what the case is to be then."""
    body, wanted = {}, copy.deepcopy(wanted)
    for name in dice.sample(["name", "description", "severity", "resolution", "caseOpenTime", "caseOccurrenceTime", "caseDetectionTime"], dice.randint(0, 4)):
        body[name] = {"name": lambda: text(dice, 1, 255), "description": lambda: dice.choice([text(dice, 0, 1500), "", None]),
                      "severity": lambda: dice.choice(TC_SEVERITIES), "resolution": lambda: dice.choice(RESOLUTIONS)}.get(
                          name, lambda: dice.choice([instant(dice), instant(dice), None]))()
        wanted.pop(name, None)
        if body[name]:
            wanted[name] = second(body[name]) if name in TIMES else body[name]
    if dice.random() < 0.4:
        body["status"] = dice.choice(TC_STATUSES)
        if body["status"] != wanted["status"]:
            wanted.pop("caseCloseTime", None)
        wanted["status"] = body["status"]
        if body["status"] == "Closed" and dice.random() < 0.5:
            body["caseCloseTime"] = instant(dice)
            wanted["caseCloseTime"] = second(body["caseCloseTime"])
    if dice.random() < 0.4:
        body["assignee"] = dice.choice([assignee(dice), {"type": "None"}])
        wanted["assignee"] = named(body["assignee"])
    if dice.random() < 0.6:
        body["tags"] = change_tags(dice, wanted, read)
    if dice.random() < 0.6:
        body["attributes"] = change_attributes(dice, wanted, read)
    return body, wanted


def change_tags(dice, wanted, read):
    mode = dice.choice(["append", "Append", "delete", "replace", "Replace", None])
    some = dice.sample(read["tags"]["data"], dice.randint(0, len(read["tags"]["data"])))
    listed = [dice.choice([{"name": t["name"]}, {"id": t["id"]}]) for t in some]
    given = [t["name"] for t in some]
    if mode != "delete":
        more = list({tag_name(dice) for _ in range(dice.randint(0, 2))})
        listed, given = listed + [{"name": n} for n in more], given + more
    folded = (mode or "append").lower()
    before = set(wanted["tags"])
    wanted["tags"] = sorted(before - set(given) if folded == "delete" else {*given} if folded == "replace" else before | {*given})
    return {"data": listed, **({"mode": mode} if mode else {})}


def change_attributes(dice, wanted, read):
    mode = dice.choice(["append", "delete", "replace"])
    have = read["attributes"]["data"]
    some = dice.sample(range(len(have)), dice.randint(0, len(have)))
    if mode == "delete":
        wanted["attributes"] = [entry(a) for i, a in enumerate(have) if i not in some]
        return {"data": [{"id": have[i]["id"]} for i in some], "mode": mode}
    new = [attribute(dice) for _ in range(dice.randint(0, 2))]
    if mode == "replace":
        wanted["attributes"] = [entry(a) for a in new]
        return {"data": new, "mode": mode}
    changed = {have[i]["id"]: text(dice, 1, 200) for i in some}
    wanted["attributes"] = [(a["type"], changed.get(a["id"], a["value"]), a.get("source")) for a in have] + [entry(a) for a in new]
    return {"data": [{"id": n, "value": v} for n, v in changed.items()] + new, "mode": mode}


def test_random_updates_leave_what_a_small_model_of_them_says(site, written):
    client = PerThread(site.client)

    def work(made):
        body, read = made
        dice, wanted, wrong = random.Random(json.dumps(body)), as_read(body), []
        for _ in range(2):
            put, wanted = change(dice, wanted, read)
            before, read = read, client().change(read["id"], **put)
            kept = [n for n in ("id", "xid", "dateAdded", "createdBy", "caseOpenUser", "owner", "ownerId") if before.get(n) != read.get(n)]
            if different := differences(read, wanted):
                wrong.append((put, different))
            if kept or ("caseCloseTime" in read) != (read["status"] == "Closed"):
                wrong.append((put, kept, read.get("caseCloseTime")))
            if read != client().get(read["id"]):
                wrong.append((put, "is read otherwise"))
        return wrong

    wrong = [w for each in side_by_side(work, written) for w in each]
    assert wrong == [], len(wrong)


def test_what_a_client_read_it_can_write_back_without_a_change(site, written):
    client = site.client()
    for _, answer in written[:60]:
        before = client.get(answer["id"])
        back = {n: before[n] for n in ("name", "severity", "status", *TIMES, "resolution", "assignee") if n in before}
        with site.native.watched() as seen:
            after = client.change(answer["id"], **back)
        assert after == before
        assert [m for m, _ in seen if m != "GET"] == []


def test_members_that_must_have_a_value_cannot_be_cleared(site, written):
    client, number = site.client(), written[0][1]["id"]
    before = client.get(number)
    for body in ({"name": None}, {"name": ""}, {"status": None}, {"severity": ""}, {"status": "Reopened"}, {"severity": "Fatal"}, {"resolution": "Done"},
                 {"name": "x" * 256}, {"description": "x" * 1501}, {"tags": {"data": [{"name": "x" * 129}]}}, {"tags": [{"name": "bare"}]},
                 {"caseOpenTime": "yesterday"}, {"assignee": {"type": "User", "data": {"userName": "nobody"}}}, {"payload": {}}, {"_bridge": {}},
                 {"attributes": {"data": [{"type": "Unheard Of", "value": "x"}]}}, {"attributes": {"data": [{"type": "Description", "value": ""}]}}):
        answer = client.call("PUT", f"/cases/{number}", json=body)
        assert answer.status_code == 400 and answer.json()["errCode"], body
    assert client.get(number) == before
    for body in ({}, {"name": "x", "severity": "Low"}, {"name": "x", "status": "Open"}, {"severity": "Low", "status": "Open"},
                 {"name": "x", "severity": "Low", "status": "Open", "xid": "short"}, {"name": "x", "severity": "Low", "status": "Open", "xid": "x" * 101}):
        assert client.call("POST", "/cases", json=body).status_code == 400, body


def test_an_xid_is_one_case_and_is_free_again_when_that_is_gone(site):
    client = site.client()
    first = client.create(xid="an external id Ä 100%")
    again = client.call("POST", "/cases", json={"name": "x", "severity": "Low", "status": "Open", "xid": "an external id Ä 100%"})
    assert again.status_code == 409 and again.json()["errCode"] == "0x1006"
    assert client.get("an external id Ä 100%".replace(" ", "%20").replace("%20100%", "%20100%25"))["id"] == first["id"]
    assert client.whole("DELETE", f"/cases/{first['id']}")["status"] == "Success"
    assert client.call("GET", f"/cases/{first['id']}").status_code == 404
    assert client.create(xid="an external id Ä 100%")["id"] != first["id"]
