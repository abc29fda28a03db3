"""Files of cases through the Tracecat façade, kept as file artifacts of ThreatConnect."""
import base64
import json
import uuid

import pytest
import requests
from conftest import until
from files_support import LARGEST, MEBIBYTE, PNG, picture, sha256, text_file
from organisation import Organisation, bridge
from support import unique


def upload(client, case, name, data, kind="text/plain", prefix="", **headers):
    url = f"{client.url}{prefix}/workspaces/{client.workspace}/cases/{case}/attachments"
    return client.session.post(url, files={"file": (name, data, kind)}, headers=headers, timeout=60)


def stored(client, case, name, data, kind="text/plain", **headers):
    done = upload(client, case, name, data, kind, **headers)
    assert done.status_code == 201, done.text
    return done.json()


def listed(client, case):
    done = client.ask("GET", f"/cases/{case}/attachments")
    assert done.status_code == 200, done.text
    return done.json()


def link(client, case, attachment, prefix="", **params):
    url = f"{client.url}{prefix}/workspaces/{client.workspace}/cases/{case}/attachments/{attachment}"
    done = client.session.get(url, params=params, timeout=30)
    assert done.status_code == 200, done.text
    return done.json()


def fetch(url, method="GET"):
    """As a browser follows a link: without the client's credentials."""
    with requests.Session() as stranger:
        stranger.trust_env = False
        return stranger.request(method, url, timeout=60)


def download(client, case, attachment):
    done = fetch(link(client, case, attachment)["download_url"])
    assert done.status_code == 200, done.text
    return done.content


def events(client, case):
    done = client.ask("GET", f"/cases/{case}/events")
    assert done.status_code == 200, done.text
    return [e for e in done.json()["events"] if e["type"].startswith("attachment")]


@pytest.fixture
def case(client):
    return client.create(summary=unique("files"))


@pytest.mark.parametrize("size", [1, 2, 3, 1000, MEBIBYTE, LARGEST])
def test_bytes_come_back_as_they_were_sent(client, native, case, size):
    data = text_file(size, seed=size)
    made = stored(client, case, "server log.txt", data)
    assert (made["size"], made["sha256"]) == (size, sha256(data))
    assert (made["file_name"], made["content_type"], made["is_deleted"]) == ("server log.txt", "text/plain", False)
    assert download(client, case, made["id"]) == data
    (artifact,) = native.artifacts(client.number(case))
    whole = native.done("GET", f"/artifacts/{artifact['id']}", params=[("fields", "fileData")])
    assert base64.b64decode(whole["fileData"]) == data
    assert (whole["summary"], whole["type"], whole["derivedLink"]) == ("server log.txt", "Log File", False)


@pytest.mark.parametrize("name, kind, data, type_", [
    ("a.PNG", "image/png", PNG, "Image File"), ("a.webp", "image/webp", b"RIFF\0\0\0\0WEBP", "Image File"),
    ("a.csv", "text/csv", b"a,b\n", "Log File"), ("a.pdf", "application/pdf", b"%PDF-1.4", "Log File"),
])
def test_the_artifact_type_follows_from_the_name(client, native, case, name, kind, data, type_):
    assert stored(client, case, name, data, kind)["content_type"] == kind
    assert [a["type"] for a in native.artifacts(client.number(case))] == [type_]


def test_a_picture_of_the_largest_size_passes_both_ways(client, case):
    data = picture(LARGEST)
    made = stored(client, case, "screen.png", data, "image/png")
    assert download(client, case, made["id"]) == data


def test_what_is_listed_is_what_was_told_newest_first(client, case):
    made = [stored(client, case, f"{i}.txt", f"number {i}") for i in range(3)]
    for i, each in enumerate(made):
        assert set(each) == {"id", "case_id", "file_id", "file_name", "content_type", "size", "sha256", "created_at", "updated_at",
                             "creator_id", "is_deleted"}
        assert each["case_id"] == case and uuid.UUID(each["id"]) and uuid.UUID(each["file_id"]), i
    assert listed(client, case) == made[::-1]
    assert [(e["type"], e["file_name"], e["size"]) for e in events(client, case)] == [
        ("attachment_created", f"{i}.txt", 8) for i in (2, 1, 0)]
    assert [e["attachment_id"] for e in events(client, case)] == [m["id"] for m in made[::-1]]


def test_a_list_is_one_upstream_request_and_an_upload_three(client, native, case):
    client.ask("GET", "/case-fields"), client.ask("GET", f"/cases/{case}")  # what is remembered for a while is asked for
    with native.watched() as seen:
        made = stored(client, case, "a.txt", "bytes")
    assert [m for m, _ in seen] == ["GET", "POST", "PUT"], seen
    with native.watched() as seen:
        listed(client, case)
    assert len(seen) == 1, seen
    with native.watched() as seen:
        url = link(client, case, made["id"])["download_url"]
    assert len(seen) == 1, seen
    with native.watched() as seen:
        assert fetch(url).content == b"bytes"
    assert len(seen) == 1 and "fields=fileData" in seen[0][1], seen


@pytest.mark.parametrize("prefix", ["", "/api"])
def test_links_lead_to_where_the_client_came_in(client, case, prefix):
    made = stored(client, case, "bericht für zwei.pdf", b"%PDF-1.4\n", "application/pdf", prefix=prefix)
    told = link(client, case, made["id"], prefix)
    assert set(told) == {"download_url", "file_name", "content_type"}
    assert (told["file_name"], told["content_type"]) == ("bericht für zwei.pdf", "application/pdf")
    assert told["download_url"].startswith(f"{client.url}{prefix}/files/")
    got = fetch(told["download_url"])
    assert got.content == b"%PDF-1.4\n"
    assert got.headers["Content-Type"] == "application/octet-stream"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Disposition"] == \
        "attachment; filename=\"bericht f_r zwei.pdf\"; filename*=UTF-8''bericht%20f%C3%BCr%20zwei.pdf"
    head = fetch(told["download_url"], "HEAD")
    assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", "9")


def test_only_pictures_are_shown_in_place(client, case):
    image = stored(client, case, "screen.png", PNG, "image/png")
    text = stored(client, case, "notes.txt", "text")
    shown = fetch(link(client, case, image["id"], preview="true")["download_url"])
    assert (shown.content, shown.headers["Content-Type"]) == (PNG, "image/png")
    assert shown.headers["Content-Disposition"] == 'inline; filename="screen.png"'
    for attachment, preview in ((text["id"], "true"), (image["id"], "false")):
        got = fetch(link(client, case, attachment, preview=preview)["download_url"])
        assert got.headers["Content-Type"] == "application/octet-stream"
        assert got.headers["Content-Disposition"].startswith("attachment;")


def test_a_link_that_was_touched_leads_nowhere(client, case):
    made = stored(client, case, "a.txt", "bytes")
    url = link(client, case, made["id"])["download_url"]
    root, token = url.rsplit("/", 1)
    payload, seal = token.split(".")
    claim = json.loads(base64.urlsafe_b64decode(payload + "=="))
    claim["e"] += 1_000_000
    forged = base64.urlsafe_b64encode(json.dumps(claim).encode()).decode().rstrip("=")
    for bad in (f"{forged}.{seal}", payload, f"{payload}.", f"{payload}.{seal[:-2]}", "x", seal, f"{token}x"):
        got = fetch(f"{root}/{bad}")
        assert (got.status_code, got.json()) == (404, {"detail": "Not Found"}), bad
    assert fetch(url).content == b"bytes"


def test_a_link_ends_with_its_time_and_with_its_account(stack):
    organisation = Organisation(stack, [bridge("main", file_link_seconds=5)])
    client = organisation.client()
    case = client.create()
    made = stored(client, case, "a.txt", "bytes")
    url = link(client, case, made["id"])["download_url"]
    assert fetch(url).content == b"bytes"
    until(lambda: fetch(url).status_code == 403)
    assert fetch(url).json() == {"detail": "This download link has expired"}


def test_the_same_bytes_are_the_same_file(client, native, case):
    first = stored(client, case, "a.png", PNG, "image/png")
    with native.watched() as seen:
        assert stored(client, case, "b.png", PNG, "image/png") == first
    assert [m for m, _ in seen if m != "GET"] == []
    assert listed(client, case) == [first]
    assert len(events(client, case)) == 1
    other = client.create(summary="another case")
    assert stored(client, other, "c.png", PNG, "image/png")["file_name"] == "c.png"
    assert client.ask("DELETE", f"/cases/{case}/attachments/{first['id']}").status_code == 204
    assert len(listed(client, other)) == 1


def test_a_key_of_the_client_is_one_upload(client, case):
    first = stored(client, case, "a.txt", "bytes", **{"Idempotency-Key": "key 1"})
    assert stored(client, case, "a.txt", "bytes", **{"Idempotency-Key": "key 1"}) == first
    otherwise = upload(client, case, "a.txt", b"bytes that came out otherwise", **{"Idempotency-Key": "key 1"})
    assert (otherwise.status_code, otherwise.json()["detail"]) == (422, "This Idempotency-Key was used for another request")
    second = stored(client, case, "a.txt", "bytes of another", **{"Idempotency-Key": "key 2"})
    assert [a["id"] for a in listed(client, case)] == [second["id"], first["id"]]


# The request is done and its answer lost: the artifact is there and says nothing of itself. The client tries again.
def test_an_upload_whose_answer_was_lost_is_not_doubled(client, native, case):
    with native.fault("reset-head@POST /api/v3/artifacts*1"):
        upload(client, case, "a.txt", "bytes")
    made = stored(client, case, "a.txt", "bytes")
    assert [a["id"] for a in listed(client, case)] == [made["id"]]
    assert len(native.artifacts(client.number(case))) == 1
    assert download(client, case, made["id"]) == b"bytes"


def test_deleting_takes_the_artifact_and_its_state(client, native, case):
    number = client.number(case)
    made = stored(client, case, "a.txt", "bytes")
    url = link(client, case, made["id"])["download_url"]
    done = client.ask("DELETE", f"/cases/{case}/attachments/{made['id']}")
    assert (done.status_code, done.text) == (204, "")
    assert listed(client, case) == [] and native.artifacts(number) == []
    assert not [a for a in native.attributes(number) if '"of":["artifact"' in a["value"]]
    assert [e["type"] for e in events(client, case)] == ["attachment_deleted", "attachment_created"]
    assert fetch(url).status_code == 404
    again = client.ask("DELETE", f"/cases/{case}/attachments/{made['id']}")
    assert (again.status_code, again.json()) == (404, {"detail": f"Attachment {made['id']} not found"})
    gone = client.ask("GET", f"/cases/{case}/attachments/{made['id']}")
    assert (gone.status_code, gone.json()) == (404, {"detail": f"Attachment {made['id']} not found"})


def test_only_who_brought_a_file_or_runs_the_workspace_takes_it_away(soc, case):
    admin, editor, lead = soc.person("admin"), soc.person("editor"), soc.person("lead")
    made = stored(admin, case, "a.txt", "of the admin")
    refused = editor.ask("DELETE", f"/cases/{case}/attachments/{made['id']}")
    assert refused.status_code == 403
    assert refused.json() == {"detail": "You don't have permission to delete this attachment"}
    own = stored(editor, case, "b.txt", "of the editor")
    for each, who in ((own, editor), (made, lead)):
        assert who.ask("DELETE", f"/cases/{case}/attachments/{each['id']}").status_code == 204
    by_key = stored(soc.client(), case, "c.txt", "of nobody")
    assert by_key["creator_id"] is None
    assert admin.ask("DELETE", f"/cases/{case}/attachments/{by_key['id']}").status_code == 204


# What an analyst put there in ThreatConnect: its bytes are read once, and then remembered.
def test_files_of_threatconnect_itself_are_listed_and_read_once(client, native, case):
    number = client.number(case)
    files = {"capture.pcap": ("PCAP File", b"\xd4\xc3\xb2\xa1" + bytes(50)), "screen.png": ("Screenshot File", PNG),
             "empty": ("Certificate File", b"")}
    for name, (kind, data) in files.items():
        native.done("POST", "/artifacts", json={"caseId": number, "type": kind, "summary": name,
                                                "fileData": base64.b64encode(data).decode()})
    native.done("POST", "/artifacts", json={"caseId": number, "type": "Host", "summary": "a.example"})
    with native.watched() as seen:
        shown = {a["file_name"]: a for a in listed(client, case)}
    assert len(seen) == 1 + len(files), seen
    assert {n: (a["size"], a["sha256"]) for n, a in shown.items()} == {
        n: (len(d), sha256(d)) for n, (_, d) in files.items()}
    assert shown["screen.png"]["content_type"] == "image/png"
    assert shown["empty"]["content_type"] == "application/octet-stream"
    assert {a["creator_id"] for a in shown.values()} == {None}
    for name, (_, data) in files.items():
        assert download(client, case, shown[name]["id"]) == data
    counts = []
    for _ in range(8):  # each thread remembers for itself
        with native.watched() as seen:
            assert {a["file_name"]: a for a in listed(client, case)} == shown
        counts.append(len(seen))
    assert counts.count(1) >= 5, counts
    # The same bytes again are the file that is there.
    assert stored(client, case, "screen.png", PNG, "image/png")["id"] == shown["screen.png"]["id"]


def test_bytes_that_an_analyst_replaces_are_the_files_bytes(client, native, case):
    made = stored(client, case, "a.txt", "first bytes")
    (artifact,) = native.artifacts(client.number(case))
    native.done("PUT", f"/artifacts/{artifact['id']}", json={"fileData": base64.b64encode(b"second").decode()})
    (shown,) = listed(client, case)
    assert (shown["id"], shown["size"], shown["sha256"], shown["content_type"]) == (made["id"], 6, sha256(b"second"), "text/plain")
    assert download(client, case, made["id"]) == b"second"
    assert stored(client, case, "b.txt", "second")["id"] == made["id"]
    assert stored(client, case, "c.txt", "first bytes")["id"] != made["id"]


def test_what_the_bridge_keeps_in_files_is_nobodys_attachment(client, native):
    case = client.create(payload={"alert": "x" * 2000})
    assert [a["summary"].startswith("casebridge-state-") for a in native.artifacts(client.number(case))] == [True]
    assert listed(client, case) == []


def refusal(done):
    return done.status_code, done.json()["detail"]


def test_refusals_are_tracecats_in_its_order(client, case):
    text, kind = "text/plain", "application/octet-stream"
    assert refusal(upload(client, case, "a.txt", b"x" * (LARGEST + 1), text)) == (
        400, "Failed to read file content: File exceeds maximum allowed size")
    assert refusal(upload(client, case, "a.exe", b"", text)) == (
        400, "Failed to read file content: File appears to be empty or unreadable")
    status, detail = refusal(upload(client, case, "a.exe", b"MZ", kind))
    assert (status, detail["error"], detail["extension"]) == (415, "unsupported_file_extension", ".exe")
    status, detail = refusal(upload(client, case, "a.txt", b"text", kind))
    assert (status, detail["error"], detail["content_type"]) == (415, "unsupported_content_type", kind)
    status, detail = refusal(upload(client, case, "a.png", b"text", "image/png"))
    assert (status, detail["message"]) == (415, "Unknown or unsupported file type")
    status, detail = refusal(upload(client, case, "a/b.txt", b"text", text))
    assert (status, detail) == (400, {"error": "file_validation_failed", "message": "Invalid file name"})
    assert refusal(upload(client, case, "n" * 300 + ".txt", b"text", text)) == (500, "Failed to upload attachment.")
    nowhere = str(uuid.uuid4())
    for name, data in (("a.txt", b"text"), ("a.exe", b"MZ"), ("a.txt", b"")):
        assert refusal(upload(client, nowhere, name, data, text)) == (404, f"Case with ID {nowhere} not found")
    missing = client.ask("POST", f"/cases/{case}/attachments", files={"other": ("a.txt", b"x", text)})
    assert (missing.status_code, missing.json()["detail"][0]["loc"]) == (422, ["body", "file"])
    no_file = client.ask("POST", f"/cases/{case}/attachments", files={"file": (None, "text")})
    assert no_file.json()["detail"][0]["msg"] == "Value error, Expected UploadFile, received: <class 'str'>"
    broken = client.ask("POST", f"/cases/{case}/attachments", data=b"--y\r\n",
                        headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert refusal(broken) == (400, "There was an error parsing the body")
    assert listed(client, case) == []


def test_a_case_has_room_for_ten_files(client, case):
    for i in range(10):
        stored(client, case, f"{i}.txt", f"number {i}")
    full = {"error": "max_attachments_exceeded", "message": "Case already has 10 attachments. Maximum allowed is 10",
            "current_count": 10, "max_count": 10}
    assert refusal(upload(client, case, "more.txt", b"one more")) == (409, full)
    assert refusal(upload(client, case, "more.exe", b"one more")) == (409, full)  # before the name is looked at
    assert stored(client, case, "again.txt", "number 3")["file_name"] == "3.txt"


def test_writes_are_audited_and_refused_ones_are_not(stack, tmp_path):
    audit = tmp_path / "audit.jsonl"
    organisation = Organisation(stack, [bridge("main")], log={"audit_file": str(audit)})
    client = organisation.client()
    case = client.create()
    upload(client, case, "a.exe", b"MZ", "application/octet-stream")
    made = stored(client, case, "a.txt", "bytes")
    client.ask("DELETE", f"/cases/{case}/attachments/{made['id']}")

    def lines():
        return [json.loads(line) for line in audit.read_text().splitlines()] if audit.exists() else []
    until(lambda: len(lines()) >= 3)
    seen = [(w["action"], w["object"], w["result"]) for w in lines()]
    assert seen == [("create", "case", "done"), ("create", "attachment", "done"), ("remove", "attachment", "done")]
    assert [w["child"] for w in lines()] == ["", made["id"], made["id"]]
    assert "a.txt" not in audit.read_text()


def test_a_file_that_cannot_be_read_takes_no_list_with_it(stack):
    organisation = Organisation(stack, [bridge("main")], threads=1, upstream_changes={"pool": {"max_body_bytes": 300_000}})
    client, native = organisation.client(), organisation.native
    case = client.create()
    for name, data in (("small.log", b"small"), ("huge.log", bytes(400_000)), ("casebridge-statement.txt", b"of an analyst")):
        native.done("POST", "/artifacts", json={"caseId": client.number(case), "type": "Log File", "summary": name,
                                                "fileData": base64.b64encode(data).decode()})
    shown = {a["file_name"]: a["size"] for a in listed(client, case)}
    assert shown == {"small.log": 5, "huge.log": 0, "casebridge-statement.txt": 13}
    with native.watched() as seen:  # nor is it asked for again
        listed(client, case)
    assert len(seen) == 1
    stored(client, case, "huge.log.txt", "another file")
    assert len([e for e in events(client, case) if e["type"] == "attachment_created"]) == 4


def test_modes_of_a_bridge_hold_for_files(soc, case):
    made = stored(soc.client(), case, "a.txt", "bytes")
    for name in ("read-only", "shadow"):
        assert upload(soc.client(name), case, "b.txt", b"other bytes").status_code == 403, name
    removed = soc.client("no-deletes").ask("DELETE", f"/cases/{case}/attachments/{made['id']}")
    assert removed.status_code == 403, removed.text
    assert listed(soc.client(), case) == [made]
    viewer = soc.person("viewer")
    assert upload(viewer, case, "b.txt", b"other bytes").status_code == 403
    assert download(viewer, case, made["id"]) == b"bytes"


@pytest.mark.parametrize("fault", ["status:500@POST /api/v3/artifacts", "status:400@POST /api/v3/artifacts",
                                   "status:500@PUT /api/v3/cases"])
def test_a_failure_leaves_nothing_behind(client, native, case, fault):
    with native.fault(fault):
        done = upload(client, case, "a.txt", b"bytes")
    assert done.status_code >= 400, done.text
    assert listed(client, case) == [] and native.artifacts(client.number(case)) == []
    stored(client, case, "a.txt", b"bytes")
