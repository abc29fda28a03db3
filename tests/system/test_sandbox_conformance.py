"""The Tracecat sandbox beside the recordings of a real server, and the program around it."""
import json
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from conftest import API_KEY, ROOT, WORKSPACE
from stack import Stack, fetch, free_port

# Ties that a real server breaks at random are what keeps a group below the whole.
GROUPS = "meta cases search batch comments tasks tags fields attachments events dropdowns permissions limits paging".split()
LEAST = 0.95


@pytest.fixture(scope="module")
def table():
    """group → exchanges sent, and those that have the recording's shape."""
    done = subprocess.run([sys.executable, ROOT / "tools" / "conformance", "compare", "--sandbox", *GROUPS],
                          text=True, capture_output=True, timeout=300)
    assert done.returncode == 0, done.stderr
    rows = {}
    for line in done.stdout.splitlines():
        words = line.split()
        if len(words) == 6 and words[1].isdigit():
            recorded, _, shape, _, missing = map(int, words[1:])
            rows[words[0]] = recorded - missing, shape
    return rows


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_answers_as_the_recorded_server_did(table, group):
    sent, same = table[group]
    assert sent > 0
    assert same >= LEAST * sent, f"{same} of {sent}"


def test_all_groups_together_lose_next_to_nothing(table):
    sent = sum(table[group][0] for group in GROUPS)
    same = sum(table[group][1] for group in GROUPS)
    assert sent > 600
    assert same >= 0.98 * sent


def ask(port, path, token=f"Bearer {API_KEY}", method="GET"):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method, headers={"Authorization": token})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.loads(answer.read() or "null")
    except urllib.error.HTTPError as e:
        return e.code, json.loads(e.read() or "null")


@pytest.fixture
def sandbox():
    stack, port, plain = Stack(), free_port(), free_port()
    stack.start("tracecat", ["casebridge-sandbox", "tracecat", "--listen", f"127.0.0.1:{port}", "--cases", "300",
                             "--plain-listen", f"127.0.0.1:{plain}", "--quiet"],
                lambda: fetch(f"http://127.0.0.1:{plain}/health") == 200)
    yield port, plain
    stack.stop()


def test_two_listeners_stand_over_one_store(sandbox):
    port, plain = sandbox
    cases = f"/workspaces/{WORKSPACE}/cases?limit=1"
    status, page = ask(port, cases)
    assert (status, page["total_estimate"]) == (200, 300)
    assert ask(plain, cases)[0] == 401  # no service accounts there
    body = b"username=demo%40casebridge.test&password=demo-password"
    request = urllib.request.Request(f"http://127.0.0.1:{plain}/auth/login", data=body)
    with urllib.request.urlopen(request, timeout=60) as answer:
        cookie = answer.headers["set-cookie"].split(";")[0]
        assert (answer.status, answer.read(), answer.headers["content-length"]) == (204, b"", None)
    for where in (port, plain):
        request = urllib.request.Request(f"http://127.0.0.1:{where}{cases}", headers={"Cookie": cookie})
        assert urllib.request.urlopen(request, timeout=60).status == 200
    assert ask(port, "/__sandbox/forget-sessions", method="POST")[0] == 200
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=60)
    assert refused.value.code == 403


def test_a_reset_brings_back_the_data_of_the_start(sandbox):
    port, _ = sandbox
    first = ask(port, f"/workspaces/{WORKSPACE}/cases?limit=1")[1]["items"][0]
    assert ask(port, f"/workspaces/{WORKSPACE}/cases/{first['id']}", method="DELETE")[0] == 204
    assert ask(port, f"/workspaces/{WORKSPACE}/cases")[1]["total_estimate"] == 299
    assert ask(port, "/__sandbox/reset", method="POST")[0] == 200
    again = ask(port, f"/workspaces/{WORKSPACE}/cases?limit=1")[1]
    assert again["total_estimate"] == 300
    assert again["items"][0]["id"] == first["id"]
