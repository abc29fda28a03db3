"""What does not fit a model is refused as FastAPI and pydantic refuse it (tests/data/fastapi/README.md), by the Tracecat
façade and by the Tracecat sandbox."""
import http.client
import json
from urllib.parse import urlsplit

import pytest
from conftest import API_KEY, ROOT, WORKSPACE, Stack
from organisation import KEYS
from stack import fetch, free_port

EXCHANGES = [json.loads(line) for line in (ROOT / "tests" / "data" / "fastapi" / "answers.jsonl").read_text().splitlines()]


def differences(url, key):
    """The exchanges that this server answers in another way."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    found = []
    for e in EXCHANGES:
        path = e["path"] if e["path"].startswith("/auth/") else f"/workspaces/{WORKSPACE}{e['path']}"
        headers = {"Authorization": f"Bearer {key}"} | ({"Content-Type": e["type"]} if "type" in e else {})
        body = e["body"].encode() if "body" in e else None
        connection.request(e["method"], path + (f"?{e['query']}" if "query" in e else ""), body, headers)
        answer = connection.getresponse()
        text = answer.read()
        wanted = json.dumps(e["answer"]) if "answer" in e else None  # the order of members counts
        if answer.status != e["status"] or (wanted and json.dumps(json.loads(text)) != wanted):
            found.append((e, answer.status, text.decode()[:400]))
    connection.close()
    return found


@pytest.fixture(scope="module")
def sandbox():
    made, port = Stack(), free_port()
    try:
        made.start("tracecat", ["casebridge-sandbox", "tracecat", "--listen", f"127.0.0.1:{port}", "--quiet"],
                   lambda: fetch(f"http://127.0.0.1:{port}/health") == 200)
        yield f"http://127.0.0.1:{port}"
    finally:
        made.stop()


def test_there_is_something_of_every_route():
    assert len(EXCHANGES) > 1000
    assert {e["status"] for e in EXCHANGES} == {200, 422}


def test_the_facade_refuses_as_fastapi_does(soc):
    assert differences(soc.urls["main"], KEYS["admins"]) == []


def test_the_sandbox_refuses_as_fastapi_does(sandbox):
    assert differences(sandbox, API_KEY) == []
