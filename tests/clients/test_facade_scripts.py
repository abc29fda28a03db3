"""Other clients than the vendor's, by the requests that they send: old apps, integrations, curl (fact sheet §10.9 to §10.11)."""

import json
import subprocess

import pytest
from bridge import signed
from conftest import ACCESS_ID, SECRET, TOKEN


def curl(bridge, path, *arguments, headers=None):
    """(status, headers, body) of one run of the curl program."""
    lines = [v for name, value in (headers or {"Authorization": f"TC-Token {TOKEN}"}).items() for v in ("-H", f"{name}: {value}")]
    ended = subprocess.run(["curl", "-sS", "-i", "--cacert", bridge.verify, *lines, *arguments, bridge.url + path],
                           capture_output=True, text=True, timeout=120, check=True)
    head, _, body = ended.stdout.partition("\n\n") if "\r\n\r\n" not in ended.stdout else ended.stdout.partition("\r\n\r\n")
    while " 100 " in head.splitlines()[0]:
        head, _, body = body.partition("\r\n\r\n")
    first, *rest = head.splitlines()
    return int(first.split()[1]), {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in rest)}, json.loads(body)


# §10.9: tcex 2


def test_an_old_app_learns_from_options_what_it_may_send(bridge):
    """Before each write: a field that says read-only is not sent, nor one that is not updatable on PUT."""
    for show in ("readOnly", "readonly", "READONLY"):
        answer = bridge.ask("OPTIONS", f"/v3/cases?show={show}")
        fields = answer.json()
        assert answer.status_code == 200 and "status" in fields and "data" not in fields
        flat = {name: (f["data"][0] if isinstance(f, dict) and "data" in f else f) for name, f in fields.items()}
        fixed = {name for name, f in flat.items() if f.get("read-only")}
        assert fixed == {name for name, f in flat.items() if f.get("readOnly")} >= {"id", "dateAdded", "createdBy", "owner"}
        assert not fixed & {"name", "status", "severity", "description", "tags", "attributes", "xid"}
        assert flat["xid"]["updatable"] is False and "updatable" not in flat["name"]
    plain = bridge.ask("OPTIONS", "/v3/cases").json()
    assert set(plain) == set(fields) - fixed


def test_an_old_app_writes_what_options_allows(bridge, number):
    fields = bridge.ask("OPTIONS", "/v3/cases?show=readOnly").json()
    held = bridge.data("GET", f"/v3/cases/{number}?fields=tags&fields=attributes")
    body = {}
    for name, value in held.items():
        rule = fields.get(name, {})
        rule = rule["data"][0] if "data" in rule else rule
        if not rule.get("read-only") and rule.get("updatable", True):
            body[name] = value
    assert {"name", "status", "severity", "caseOpenTime", "tags"} <= set(body) and "id" not in body and "xid" not in body
    answer = bridge.ask("PUT", f"/v3/cases/{number}?fields=tags&fields=attributes", json=body)
    assert answer.status_code == 200 and answer.json()["message"] == "Updated"
    assert {**answer.json()["data"], "lastUpdated": ""} == {**held, "lastUpdated": ""}


def test_an_old_app_finds_count_without_asking(bridge):
    answer = bridge.ask("GET", "/v3/cases", params={"resultLimit": 3, "tql": "id GT 0 and status NOT_IN ('x') and name NOT_CONTAINS 'q q'"}).json()
    assert answer["count"] >= 20 and len(answer["data"]) == 3
    for path in ("tags", "caseAttributes", "attributeTypes", "artifactTypes", "security/users", "security/userGroups",
                 "security/owners", "security/ownerRoles", "security/systemRoles"):
        answer = bridge.ask("GET", f"/v3/{path}").json()
        assert answer["count"] == len(answer["data"]) and answer["status"] == "Success"


@pytest.mark.parametrize("tql, texts", [
    ("name EQ \"old app\"", 1), ("name NE \"old app\" AND name EQ \"old app\"", 0), ("name STARTS_WITH \"old\"", 1),
    ("name IN \"['old app', 'b']\"", 1), ("id GEQ 1 AND name ENDS_WITH \"app\"", 1), ("name NOT_LIKE \"%\"", 0), ("name LIKE \"old%\"", 1),
])
def test_an_old_app_writes_operators_by_name(bridge, tql, texts):
    made = bridge.make(name="old app")
    try:
        assert bridge.ask("GET", "/v3/cases", params={"tql": tql}).json()["count"] == texts
    finally:
        bridge.drop(made)


def test_an_old_app_deletes_without_a_body(bridge):
    made = bridge.make()
    assert bridge.ask("DELETE", f"/v3/cases/{made}").json() == {"message": "Deleted", "status": "Success"}
    again = bridge.ask("DELETE", f"/v3/cases/{made}")
    assert again.status_code == 404 and again.json()["errCode"] == "0x1004"


# §10.10: an integration that works on cases


def test_polarity_creates_tags_updates_and_reads(bridge):
    made = bridge.ask("POST", "/v3/cases?fields=tags&fields=attributes&fields=notes", json={
        "name": "From a search", "severity": "Medium", "status": "Open", "description": "d", "tags": {"data": [{"name": "one"}]},
        "attributes": {"data": [{"type": "Description", "value": "v"}]}, "notes": {"data": [{"text": "found by a search"}]}})
    assert made.status_code == 201 and made.headers["Content-Type"] == "application/json"
    case = made.json()["data"]
    assert [t["name"] for t in case["tags"]["data"]] == ["one"] and len(case["attributes"]["data"]) == 1
    assert [n["text"] for n in case["notes"]["data"]] == ["found by a search"]
    path = f"/v3/cases/{case['id']}"
    for mode, name, left in [("append", "two", ["one", "two"]), ("delete", "one", ["two"])]:
        changed = bridge.ask("PUT", path + "?fields=tags", json={"tags": {"data": [{"name": name}], "mode": mode}})
        assert changed.status_code == 200 and changed.json()["status"] == "Success"
        assert sorted(t["name"] for t in changed.json()["data"]["tags"]["data"]) == left
    changed = bridge.ask("PUT", path + "?fields=attributes", json={
        "status": "Closed", "severity": "High", "resolution": "Escalated", "description": "new",
        "attributes": {"data": [{"type": "Source", "value": "s"}]}})
    assert changed.status_code == 200
    now = changed.json()["data"]
    assert (now["status"], now["severity"], now["resolution"], now["description"]) == ("Closed", "High", "Escalated", "new")
    assert [a["value"] for a in now["attributes"]["data"]] == ["v", "s"]
    long_note = "n" * 65_000
    noted = bridge.ask("PUT", path + "?fields=notes", json={"notes": {"data": [{"text": long_note}]}})
    assert noted.status_code == 200 and [n["text"] for n in noted.json()["data"]["notes"]["data"]] == ["found by a search", long_note]
    other = bridge.make(name="second")
    target = f"/v3/cases?tql=id%20IN%20%28{case['id']}%2c{other}%29&fields=tags&fields=attributes&fields=notes&sorting=dateAdded%20DESC"
    status, _, read = curl(bridge, target, headers=signed("GET", "/api" + target))
    assert status == 200 and sorted(c["id"] for c in read["data"]) == [case["id"], other]
    assert {"tags", "attributes", "notes"} <= set(read["data"][0])
    bridge.drop(case["id"])
    bridge.drop(other)


def test_polarity_looks_up_types_templates_and_its_owner(bridge):
    types = bridge.data("GET", "/v3/attributeTypes", params={"tql": 'associatedType EQ "Case"'})
    assert "Description" in {t["name"] for t in types}
    assert bridge.data("GET", "/v3/workflowTemplates", params={"tql": "active EQ true"}) == []
    me = next(u for u in bridge.data("GET", "/v3/security/users") if u["userName"] == ACCESS_ID)
    assert me["owner"] == "Demo Organization"


def test_polarity_signs_its_own_encoding(bridge):
    """!'()* as %21 and so on with lower-case digits: the signature is over the bytes that were sent."""
    target = "/api/v3/cases?tql=name%20LIKE%20%28%27%25%2a%27%29&resultLimit=1"
    assert curl(bridge, target.removeprefix("/api"), headers=signed("GET", target))[0] == 200
    for other in (target.replace("%2a", "%2A"), target.replace("%20", "+"), target.replace("%2a", "*")):
        status, _, body = curl(bridge, target.removeprefix("/api"), headers=signed("GET", other))
        assert (status, body["errCode"], body["status"]) == (401, "0x1002", "Error")


# §10.11: how clients find out whether they are connected


@pytest.mark.parametrize("path", [
    "/v2/owners", "/v2/owners/mine", "/v2/owners/mine/members", "/v2/whoami", "/v2/owners/3", "/v3/groups?resultLimit=1",
    "/v3/security/owners", "/v3/securityLabels?resultLimit=1", "/v3/cases?resultLimit=1", "/v2/types/indicatorTypes",
    "/v3/workflowTemplates?tql=active%20=%20true&resultLimit=10000", "/v3/openApi", "/v3/indicators?resultLimit=1",
    "/v3/security/users?resultLimit=10000", "/v3/artifactTypes?resultLimit=10000", "/v3/attributeTypes?resultLimit=10000",
    "/v3/security/owners?resultLimit=10000", "/v3/security/userGroups?resultLimit=10000",
])
def test_connectivity_checks(bridge, path):
    for body in (None, {}):
        answer = bridge.ask("GET", path, json=body)
        assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/json"
        if "openApi" not in path:
            assert answer.json()["status"] == "Success"
    assert bridge.ask("GET", path, token="APIV2:wrong").status_code == 401


def test_v2_answers_have_the_shapes_of_old(bridge):
    me = {"userName": ACCESS_ID, "firstName": "Demi", "lastName": "Api", "pseudonym": "demi", "role": "Api User"}
    mine = {"id": 3, "name": "Demo Organization", "type": "Organization"}
    assert bridge.ask("GET", "/v2/whoami").json() == {"status": "Success", "data": {"user": me}}
    assert bridge.ask("GET", "/v2/owners").json() == {"status": "Success", "data": {"resultCount": 1, "owner": [mine]}}
    for path in ("/v2/owners/mine", "/v2/owners/3"):
        assert bridge.ask("GET", path).json() == {"status": "Success", "data": {"resultCount": 1, "owner": mine}}
    members = bridge.ask("GET", "/v2/owners/mine/members").json()["data"]["user"]
    assert {"ana@casebridge.test", ACCESS_ID} <= {u["userName"] for u in members}
    assert bridge.ask("GET", "/v2/owners", token="APIV2:wrong").json()["status"] == "Failure"


# The published examples, with the curl program


def test_curl_with_a_token(bridge):
    status, headers, body = curl(bridge, "/v3/cases?resultLimit=2&count=true")
    assert (status, headers["content-type"], body["status"], len(body["data"])) == (200, "application/json", "Success", 2)


def test_curl_signs_as_the_bash_sample_does(bridge):
    """timestamp and signature by date and openssl, as the vendor's sample has them."""
    target = "/api/v3/cases?resultStart=0&resultLimit=100&tql=name%20EQ%20%22Malware%20alert%22&fields=_all_"
    script = """ts=$(date +%s); sig=$(printf '%s' "$1:GET:$ts" | openssl dgst -sha256 -hmac "$2" -binary | base64)
curl -sS --cacert "$5" -H "Timestamp: $ts" -H "Authorization: TC $3:$sig" "$4$1" """
    ended = subprocess.run(["sh", "-c", script, "sh", target, SECRET, ACCESS_ID, bridge.url.removesuffix("/api"), bridge.verify],
                           capture_output=True, text=True, check=True, timeout=120)
    assert json.loads(ended.stdout) == {"data": [], "count": 0, "status": "Success"}


def test_curl_walks_through_the_life_of_a_case(bridge):
    create = {"name": "Malware Investigation", "description": "Case to track", "severity": "Low", "status": "Open",
              "assignee": {"type": "User", "data": {"userName": "ana@casebridge.test"}}, "xid": "curl-made-0001",
              "tags": {"data": [{"name": "Malware"}]}, "caseOccurrenceTime": "2021-04-30T00:00:00Z",
              "attributes": {"data": [{"type": "Description", "value": "example", "source": "curl"}]}}
    send = ("-H", "Content-Type: application/json", "-d")
    status, _, made = curl(bridge, "/v3/cases?fields=tags&fields=attributes", "-X", "POST", *send, json.dumps(create))
    assert (status, made["message"]) == (201, "Created")
    number = made["data"]["id"]
    for key in (number, "curl-made-0001"):
        status, _, read = curl(bridge, f"/v3/cases/{key}?fields=_all_")
        assert (status, read["data"]["id"]) == (200, number)
    assert read["data"]["caseOccurrenceTime"] == "2021-04-30T00:00:00Z"
    status, _, changed = curl(bridge, f"/v3/cases/{number}", "-X", "PUT", *send, json.dumps({"status": "Closed", "resolution": "Rejected"}))
    assert (status, changed["message"], changed["data"]["resolution"]) == (200, "Updated", "Rejected")
    assert changed["data"]["caseCloseUser"]["userName"] == ACCESS_ID
    status, _, gone = curl(bridge, f"/v3/cases/{number}", "-X", "DELETE")
    assert (status, gone) == (200, {"message": "Deleted", "status": "Success"})
    assert curl(bridge, f"/v3/cases/{number}")[0] == 404


@pytest.mark.parametrize("path, has", [
    ("/v3/cases", "severity"), ("/v3/tags", "name"), ("/v3/caseAttributes", "value"), ("/v3/attributeTypes", "name"),
    ("/v3/artifactTypes", "name"), ("/v3/security/users", "userName"), ("/v3/security/userGroups", "name"),
    ("/v3/security/owners", "name"), ("/v3/security/ownerRoles", "name"), ("/v3/security/systemRoles", "name"),
])
def test_curl_asks_for_the_three_kinds_of_options(bridge, path, has):
    """Trap 9: bare, and two with an envelope."""
    status, headers, fields = curl(bridge, path + "?show=readOnly", "-X", "OPTIONS")
    assert status == 200 and headers["content-type"] == "application/json" and has in fields
    for kind, name in (("fields", "name"), ("tql", "keyword")):
        status, _, listed = curl(bridge, f"{path}/{kind}", "-X", "OPTIONS")
        assert (status, listed["status"], listed["count"]) == (200, "Success", len(listed["data"]))
        assert all(name in row and "description" in row for row in listed["data"])


def test_curl_deletes_by_query(bridge):
    numbers = [bridge.make(name=f"bulk {i}", tags={"data": [{"name": "to be deleted"}]}) for i in range(3)]
    kept = bridge.make(name="bulk kept")
    status, _, body = curl(bridge, "/v3/cases?tql=tag%20%3D%20%22to%20be%20deleted%22", "-X", "DELETE")
    assert (status, body["status"]) == (200, "Success")
    for number in numbers:
        assert bridge.ask("GET", f"/v3/cases/{number}").status_code == 404
    bridge.drop(kept)


def test_curl_without_a_content_type_of_its_own(bridge, number):
    """curl -d says that it sends a form; other clients say nothing, or name a charset."""
    for kind in ("application/x-www-form-urlencoded", "application/json;charset=UTF-8", "text/plain", ""):
        status, headers, body = curl(bridge, f"/v3/cases/{number}", "-X", "PUT", "-H", f"Content-Type:{' ' + kind if kind else ''}",
                                     "-d", '{"severity":"High"}')
        assert (status, headers["content-type"], body["data"]["severity"]) == (200, "application/json", "High")


def test_paths_of_old(bridge, number):
    """With a slash at the end, and without /api as on a host of its own."""
    assert len(bridge.data("GET", "/v3/cases/?resultLimit=2")) == 2
    assert bridge.data("GET", f"/v3/cases/{number}/")["id"] == number
    plain = bridge.url.removesuffix("/api")
    answer = bridge.plain.get(plain + "/v3/cases?resultLimit=2", headers=signed("GET", "/v3/cases?resultLimit=2")).json()
    assert len(answer["data"]) == 2 and answer["next"].startswith(plain + "/v3/cases?")


@pytest.mark.parametrize("body, status, code", [
    ({"name": None}, 400, "0x2003"), ({"name": ""}, 400, "0x2005"), ({"name": "n" * 256}, 400, "0x2005"), ({"severity": 3}, 400, "0x2005"),
    ({"status": "Pending"}, 400, "0x2005"), ({"resolution": "Solved"}, 400, "0x2005"), ({"description": "d" * 1501}, 400, "0x2005"),
    ({"tags": {"data": [{"name": "t" * 129}]}}, 400, "0x2005"), ({"tags": {"data": [{"name": f"t{i}"} for i in range(1001)]}}, 400, "0x2005"),
    ({"tags": {"data": [{"name": "t"}], "mode": "sideways"}}, 400, "0x2005"), ({"attributes": {"data": [{"type": "Nope", "value": "v"}]}}, 400, None),
    ({"attributes": {"data": [{"type": "Description", "value": ""}]}}, 400, "0x2005"), ("{", 400, "0x2005"), ("[]", 400, "0x2005"),
    ('{"severity":"Low","severity":"High"}', 400, "0x2005"), (b'{"name":"\xff"}', 400, "0x2005"), ('{"name":"a\\u0000b"}', 400, "0x2005"),
])
def test_bodies_that_cannot_be_change_nothing(bridge, number, body, status, code):
    before = bridge.data("GET", f"/v3/cases/{number}?fields=_all_")
    refused = bridge.ask("PUT", f"/v3/cases/{number}", **({"json": {"severity": "High", **body}} if isinstance(body, dict) else {"data": body}))
    answer = refused.json()
    assert (refused.status_code, answer["status"]) == (status, "Error") and answer["errCode"] == (code or answer["errCode"])
    assert answer["message"] and bridge.data("GET", f"/v3/cases/{number}?fields=_all_") == before


def test_enumerations_in_any_case_and_numbers_as_text(bridge, number):
    tag = bridge.data("PUT", f"/v3/cases/{number}?fields=tags", json={"tags": {"data": [{"name": "by text"}]}})["tags"]["data"][0]
    changed = bridge.data("PUT", f"/v3/cases/{number}?fields=tags", json={
        "severity": "hIGH", "resolution": "false positive", "tags": {"data": [{"id": str(tag["id"])}], "mode": "DELETE"}})
    assert (changed["severity"], changed["resolution"], changed["tags"]["data"]) == ("High", "False Positive", [])


def test_tags_that_differ_in_little_are_several(bridge, number):
    names = ["Alpha Tag", "alpha tag", "alpha-tag", "\U0001f4de", "\u65e5\u672c", " spaced "]
    path = f"/v3/cases/{number}?fields=tags"
    held = bridge.data("PUT", path, json={"tags": {"data": [{"name": n} for n in names], "mode": "replace"}})["tags"]["data"]
    assert sorted(t["name"] for t in held) == sorted(names) and len({t["id"] for t in held}) == len(names)
    for tag in held:
        query = tag["name"]
        assert [c["id"] for c in bridge.data("GET", "/v3/cases", params={"tql": f'tag = "{query}" and id = {number}'})] == [number], query
    left = bridge.data("PUT", path, json={"tags": {"data": [{"name": "alpha tag"}], "mode": "delete"}})["tags"]["data"]
    assert sorted(t["name"] for t in left) == sorted(set(names) - {"alpha tag"})
