"""casebridge translate and check: the tables without any server."""
import json
import re
import shutil
from pathlib import Path

import pytest
from conftest import ROOT, run
from test_samples import EXPECTED, WHOLE

SAMPLES = ROOT / "tests" / "data" / "samples"
MAPPINGS = ROOT / "mappings"


def translate(document, source, target, *arguments):
    done = run("translate", "--from", source, "--to", target, "--mappings", MAPPINGS, *arguments, "-", text=json.dumps(document))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def leaves(value, pointer=""):
    if isinstance(value, dict) and value:
        for key, v in value.items():
            yield from leaves(v, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list) and value:
        for i, v in enumerate(value):
            yield from leaves(v, f"{pointer}/{i}")
    else:
        yield pointer


def complete(document, ledger):
    """Every leaf has its fate, a dropped one a reason."""
    assert sorted(leaf["source"] for leaf in ledger) == sorted(leaves(document))
    assert {leaf["fate"] for leaf in ledger} <= {"mapped", "carried", "dropped"}
    assert all(leaf.get("reason") for leaf in ledger if leaf["fate"] == "dropped")
    return True


def published():
    cases = json.loads((SAMPLES / "threatconnect-cases.json").read_text())["data"]
    return {c["id"]: c for c in [*cases, json.loads((SAMPLES / "threatconnect-case-3.json").read_text())["data"]]}


@pytest.mark.parametrize("number", EXPECTED)
def test_a_threatconnect_sample_becomes_a_tracecat_case(number):
    case = published()[number]
    done = translate(case, "threatconnect", "tracecat")
    assert list(done["document"]) == WHOLE
    assert {key: done["document"][key] for key in EXPECTED[number]} == EXPECTED[number]
    assert complete(case, done["ledger"])


def test_what_hangs_on_a_case_is_listed_in_its_fields_and_each_leaf_is_accounted_for():
    host = {"id": 11, "summary": "bad.example", "type": "Host", "intelType": "indicator-Host", "hashCode": "x", "derivedLink": True}
    case = {**published()[3], "artifacts": {"data": [host, {"id": 12, "summary": "mail.log", "type": "Log File"}]},
            "workflowEvents": {"data": [{"id": 13, "summary": "Case created", "systemGenerated": True},
                                        {"id": 14, "summary": "Called back", "user": {"id": 3, "userName": "kim"}}], "count": 2}}
    done = translate(case, "threatconnect", "tracecat")
    values = {f["id"]: f["value"] for f in done["document"]["fields"]}
    assert values["tc_artifacts"] == [{"id": 11, "type": "Host", "summary": "bad.example", "intelType": "indicator-Host"}]
    assert values["tc_timeline"] == [{"id": 14, "summary": "Called back", "user": "kim"}]
    assert complete(case, done["ledger"])
    fates = {leaf["source"]: leaf["fate"] for leaf in done["ledger"]}
    assert [fates[f"/artifacts/data/{leaf}"] for leaf in ("0/id", "0/hashCode", "1/summary")] == ["mapped", "dropped", "dropped"]
    assert [fates[f"/workflowEvents/{leaf}"] for leaf in ("data/0/id", "data/1/user/id", "data/1/user/userName", "count")] == [
        "dropped", "dropped", "mapped", "dropped"]


# What hangs on a case has tables of its own.
NOTE = {"id": 7, "caseId": 42, "caseXid": "0d6c0f0e", "text": "seen on VPN", "summary": "seen on VPN", "author": "12345678901234567890",
        "dateAdded": "2025-02-03T10:20:00Z", "lastModified": "2025-02-03T10:25:00Z", "edited": True}
TASK = {"id": 5, "xid": "5b0c5b0c5b0c", "name": "Block sender", "workflowPhase": 1, "workflowStep": 2, "required": False,
        "status": "Reopened", "owner": "Acme", "dueDate": "2025-02-04T00:00:00Z"}
ARTIFACT = {"id": 11, "summary": "mail.log", "type": "Log File", "source": "EDR", "dateAdded": "2025-02-03T10:21:00Z", "derivedLink": True,
            "hashCode": "abc"}
COMMENT = {"id": "0b0f3c1e-7a52-4a61-9a0e-2f3b5c6d7e8f", "created_at": "2025-02-03T10:20:00Z", "updated_at": "2025-02-03T10:20:00Z",
           "content": "seen on VPN", "parent_id": "5f0e8c1a-0b2d-4c3e-8a7b-6d5e4f3a2b1c", "workflow": None, "agent": None,
           "user": {"id": "7c0e6d5a-1b2c-4d3e-8f90-a1b2c3d4e5f6", "email": "ana@example.com"}, "last_edited_at": None,
           "deleted_at": None, "is_deleted": False, "mentions": []}


@pytest.mark.parametrize("kind, document, expected", [
    ("comment", NOTE, {"content": "seen on VPN", "parent_id": None, "last_edited_at": "2025-02-03T10:25:00Z", "is_deleted": False}),
    ("task", TASK, {"title": "Block sender", "status": "in_progress", "priority": "unknown", "description": None}),
    ("attachment", ARTIFACT, {"file_name": "mail.log", "created_at": "2025-02-03T10:21:00Z", "is_deleted": False}),
])
def test_what_hangs_on_a_threatconnect_case_becomes_tracecats(kind, document, expected):
    done = translate(document, "threatconnect", "tracecat", "--object", kind)
    assert {key: done["document"][key] for key in expected} == expected
    assert complete(document, done["ledger"])
    assert done["findings"] == []


def test_a_comment_becomes_a_note_and_a_state_that_lies_with_the_case():
    done = translate(COMMENT, "tracecat", "threatconnect", "--object", "comment")
    assert done["document"]["members"] == {"text": "seen on VPN"}
    state = done["document"]["state"]
    assert state["of"] == ["note", 0]
    assert state["s"] == {"parent_id": "1", "user": COMMENT["user"]["id"]}
    assert complete(COMMENT, done["ledger"])
    fates = {leaf["source"]: leaf["fate"] for leaf in done["ledger"]}
    assert (fates["/content"], fates["/parent_id"], fates["/user/email"], fates["/agent"]) == ("mapped", "carried", "carried", "dropped")


def test_the_tracecat_sample_becomes_a_threatconnect_case():
    case = json.loads((SAMPLES / "tracecat-case.json").read_text())
    done = translate(case, "tracecat", "threatconnect")
    assert (done["document"]["name"], done["document"]["status"], done["document"]["severity"]) == ("<string>", "Open", "Medium")
    assert complete(case, done["ledger"])


def test_there_and_back_is_the_same_case():
    case = {"summary": "s" * 300, "description": "d" * 20, "status": "on_hold", "priority": "high", "severity": "fatal", "payload": {"a": [1]}}
    there = translate(case, "tracecat", "threatconnect")
    assert {leaf["source"]: leaf["fate"] for leaf in there["ledger"]}["/payload/a/0"] == "carried"
    stored = there["document"]
    for i, attribute in enumerate(stored["attributes"]["data"]):
        attribute["id"] = i + 1
    back = translate({"id": 7, **stored}, "threatconnect", "tracecat")["document"]
    assert {key: back[key] for key in case} == case


def test_an_unknown_member_is_reported_as_unknown_by_name():
    done = translate({"summary": "s", "surprise": 1}, "tracecat", "threatconnect")
    fates = {leaf["source"]: leaf for leaf in done["ledger"]}
    assert fates["/surprise"]["fate"] == "unknown" and "surprise" in fates["/surprise"]["reason"]


@pytest.mark.parametrize("arguments, text", [
    (["--from", "tracecat", "--to", "tracecat"], "{}"), (["--from", "x", "--to", "threatconnect"], "{}"),
])
def test_translate_between_what_the_tables_do_not_is_exit_code_2(arguments, text):
    assert run("translate", *arguments, "--mappings", MAPPINGS, "-", text=text).returncode == 2


@pytest.mark.parametrize("text", ["", "{", "[]", "5"])
def test_translate_of_no_document_is_exit_code_1(text):
    done = run("translate", "--from", "tracecat", "--to", "threatconnect", "--mappings", MAPPINGS, "-", text=text)
    assert done.returncode == 1 and done.stderr


# ── check ───────────────────────────────────────────────────────────────────────────────────────────────

BREAKS = {  # what is replaced in case.jsonc
    "a law": ('"tracecat": "closed", "threatconnect": "Closed", "rel": "equal", "pick": true',
              '"tracecat": "closed", "threatconnect": "Closed", "rel": "equal"'),
    "an unknown member": ('"tracecat": "summary"', '"tracecat": "sumary"'),
    "an unknown kind": ('"kind": "json"', '"kind": "jason"'),
    "a missing rule": ('{ "id": "payload", "kind": "json", "tracecat": "payload", "carry": true },', ""),
    "a syntax error": ('"object": "case",', '"object": "case"'),
    "a duplicate key": ('"object": "case",', '"object": "case", "object": "case",'),
}


@pytest.mark.parametrize("name", BREAKS)
def test_check_names_the_place_of_a_broken_table(tmp_path, name):
    shutil.copytree(MAPPINGS, tmp_path / "mappings")
    table = tmp_path / "mappings" / "case.jsonc"
    old, new = BREAKS[name]
    assert old in table.read_text()
    table.write_text(table.read_text().replace(old, new, 1))
    config = tmp_path / "casebridge.jsonc"
    demo = (ROOT / "config" / "demo.jsonc").read_text().replace("../mappings/", f"{tmp_path}/mappings/")
    config.write_text(demo)
    done = run("check", "--config", config)
    assert done.returncode == 1, done.stderr
    findings = [re.fullmatch(r"(.+\.jsonc):(\d+):(\d+): (.+)", line) for line in done.stderr.splitlines()]
    assert findings and all(findings), done.stderr
    for file, line, column, what in (f.groups() for f in findings):
        assert file.startswith(str(tmp_path)) and what
        assert len(Path(file).read_text().splitlines()[int(line) - 1]) >= int(column) - 1
