"""Files as artifacts (fact sheet §7, traps 30 and 35): byte for byte, in front of the sandbox and of the façade."""

import hashlib
from base64 import b64decode, b64encode

import pytest
from children import fresh, of_facade, of_sandbox

MIB = 1024 * 1024
SIZES = {"0 B": 0, "1 B": 1, "1 MiB": MIB, "20 MiB": 20 * MIB}


@pytest.fixture(scope="module", params=["sandbox", "facade"])
def place(request):
    if request.param == "sandbox":
        return of_sandbox(request.getfixturevalue("sandbox"))
    return of_facade(request.getfixturevalue("bridge"))


@pytest.fixture
def number(place):
    with place.case() as made:
        yield made


def content(size, seed=7):
    """Bytes of every value, without a pattern that anything could shorten; behind a picture's first ones."""
    out = bytearray(b"\x89PNG\r\n\x1a\n" if size >= 8 else b"")
    block = str(seed).encode()
    while len(out) < size:
        block = hashlib.sha512(block).digest()
        out += block * 64 if size > MIB else block
    return bytes(out[:size])


def text(size, seed=7):
    return b64encode(content(size, seed)).decode()


def held(place, artifact):
    return b64decode(place.data("GET", f"/v3/artifacts/{artifact}?fields=fileData")["fileData"], validate=True)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_a_file_comes_back_byte_for_byte(place, number, size):
    made = place.data("POST", "/v3/artifacts", json={"caseId": number, "summary": "a file.png", "type": "Screenshot File", "fileData": text(size)})
    assert not {"fileData", "intelType"} & set(made) and made["hashCode"]
    assert held(place, made["id"]) == content(size)
    plain = place.data("GET", f"/v3/artifacts/{made['id']}")
    assert plain == made
    listed = place.data("GET", "/v3/artifacts", params={"tql": f"caseId = {number}"})
    assert listed == [made]
    assert place.ask("DELETE", f"/v3/artifacts/{made['id']}").status_code == 200
    assert place.ask("GET", f"/v3/artifacts/{made['id']}?fields=fileData").status_code == 404


@pytest.mark.parametrize("size", [1, MIB], ids=["1 B", "1 MiB"])
def test_the_client_writes_and_reads_a_file(place, number, size):
    tc = place.v3
    made = tc.artifact(case_id=number, summary="evidence.png", type="Certificate File", file_data=text(size), source="src")
    made.create()
    read = fresh(tc.artifact, made.model.id, "_all_")
    assert b64decode(read.file_data) == content(size)
    assert (read.case_id, read.parent_case.id, read.artifact_type.name, read.intel_type) == (number, number, "Certificate File", None)
    listed = tc.artifacts(params={"fields": ["_all_"]})
    listed.filter.tql = f"caseId = {number}"
    assert [b64decode(a.model.file_data) for a in listed] == [content(size)]


def test_new_bytes_under_the_same_number(place, number):
    """Trap 35."""
    made = place.data("POST", "/v3/artifacts", json={"caseId": number, "summary": "f.png", "type": "Log File", "fileData": text(1000)})
    note = place.data("POST", "/v3/notes", json={"artifactId": made["id"], "text": "stays"})["id"]
    for size in (2000, 0, 300_000):
        changed = place.data("PUT", f"/v3/artifacts/{made['id']}", json={"fileData": text(size, seed=size)})
        assert changed["id"] == made["id"] and changed["hashCode"] != made["hashCode"]
        assert held(place, made["id"]) == content(size, seed=size)
    assert place.ids("artifacts", f"caseId = {number}") == [made["id"]]
    assert place.ids("notes", f"artifactId = {made['id']}") == [note]
    place.data("PUT", f"/v3/artifacts/{made['id']}", json={"summary": "renamed.png"})
    assert held(place, made["id"]) == content(300_000, seed=300_000)


def test_the_same_bytes_in_several_places_are_removed_one_at_a_time(place):
    """Trap 35: twice in one case, once in another."""
    body = {"summary": "same", "type": "Log File", "fileData": text(5000, seed=99)}
    with place.case() as first, place.case() as second:
        made = [place.data("POST", "/v3/artifacts", json={"caseId": case, **body})["id"] for case in (first, first, second)]
        assert len(set(made)) == 3
        while made:
            assert all(held(place, each) == content(5000, seed=99) for each in made)
            gone = made.pop(0)
            assert place.ask("DELETE", f"/v3/artifacts/{gone}").status_code == 200
            assert place.ask("GET", f"/v3/artifacts/{gone}").status_code == 404
        again = place.data("POST", "/v3/artifacts", json={"caseId": second, **body})["id"]
        assert held(place, again) == content(5000, seed=99)


@pytest.mark.parametrize("name", ["no extension", "report.pdf", "strange.xyz123", "naïve \"quoted\"; name.txt", "../../etc/passwd", "x" * 500])
@pytest.mark.parametrize("kind", ["Log File", "Screenshot File"])
def test_any_name_and_any_type(place, number, name, kind):
    """Names may lack an extension, contents be of any type."""
    made = place.data("POST", "/v3/artifacts", json={"caseId": number, "summary": name, "type": kind, "fileData": text(100, seed=3)})
    assert (made["summary"], made["type"]) == (name, kind)
    assert held(place, made["id"]) == content(100, seed=3)


def test_a_large_file_that_the_backend_does_not_take_is_refused_with_the_way_out(bridge):
    """Up to carry_files_up_to any file has a place; beyond that Tracecat's own settings decide."""
    with of_facade(bridge).case() as case:
        body = {"caseId": case, "summary": "evidence.strange", "type": "Log File"}
        answer = bridge.ask("POST", "/v3/artifacts", json={**body, "fileData": text(300_000)})
        assert answer.status_code == 400 and "allowed_attachment_extensions" in answer.json()["message"], answer.text
        assert bridge.data("GET", "/v3/artifacts", params={"tql": f"caseId = {case}"}) == []
        assert bridge.data("POST", "/v3/artifacts", json={**body, "fileData": text(200_000)})["summary"] == "evidence.strange"


def test_files_inside_a_new_case(place):
    files = [{"summary": f"f{n}", "type": "Log File", "fileData": text(1000 + n, seed=n)} for n in range(3)]
    with place.case(artifacts={"data": files[:2]}, tasks={"data": [{"name": "T", "artifacts": {"data": files[2:]}}]}) as number:
        artifacts = place.data("GET", "/v3/artifacts", params={"tql": f"caseId = {number}", "fields": "fileData", "sorting": "summary asc"})
        assert [(a["summary"], b64decode(a["fileData"])) for a in artifacts] == [(f"f{n}", content(1000 + n, seed=n)) for n in range(3)]


def test_what_is_no_base64_is_refused(place, number):
    for wrong in ("QQ=", "Q-==", "QQ==QQ==", "QQ", "====", 12, ["QQ=="]):
        place.refused("POST", "/v3/artifacts", 400, "0x2005", json={"caseId": number, "summary": "f", "type": "Log File", "fileData": wrong})
    assert place.ids("artifacts", f"caseId = {number}") == []
