"""The sandbox as a process: ready line, wrong credentials, faults, end."""

import json
import os
import subprocess
import time

import pytest
import requests
from conftest import sandbox_binary
from tcex.api.tc.v3.v3 import V3
from tcex.input.field_type.sensitive import Sensitive
from tcex.requests_tc.auth.hmac_auth import HmacAuth
from tcex.requests_tc.auth.token_auth import TokenAuth

TOKEN = {"Authorization": "TC-Token APIV2:demo-token"}


def ask(sandbox, path, method="GET", **more):
    return requests.request(method, sandbox.url.removesuffix("/api") + path, headers=TOKEN, verify=False, timeout=60, **more)


def fault(sandbox, spec):
    assert ask(sandbox, "/__sandbox/fault", "POST", json={"spec": spec}).status_code == 200


def test_content_type_is_exact_and_links_are_https(sandbox):
    answer = ask(sandbox, "/api/v3/cases?resultLimit=1")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["next"].startswith(sandbox.url + "/v3/cases?")


@pytest.mark.parametrize("auth", [
    HmacAuth("12345678901234567890", Sensitive("wrong")),
    HmacAuth("99999999999999999999", Sensitive("demo-secret")),
    TokenAuth("APIV2:wrong"),
])
def test_wrong_credentials_are_refused_twice(sandbox, auth):
    before = ask(sandbox, "/__sandbox/requests").json()["count"]
    with pytest.raises(RuntimeError):
        V3(sandbox.session(auth)).case(id=1).get()
    log = ask(sandbox, "/__sandbox/requests").json()
    assert log["count"] == before + 2
    assert [r["status"] for r in log["requests"][-2:]] == [401, 401]


def test_log_holds_no_credentials(sandbox):
    text = ask(sandbox, "/__sandbox/requests").text
    assert "demo-token" not in text and "demo-secret" not in text


def test_a_large_body_with_expect_continue(sandbox, certificate):
    body = json.dumps({"caseId": 1, "summary": "big", "type": "Log File", "fileData": "QUFB" * 700_000})
    curl = subprocess.run(
        ["curl", "-s", "--cacert", str(certificate[0]), "-H", "Authorization: TC-Token APIV2:demo-token", "-H", "Expect: 100-continue",
         "-X", "POST", "--data-binary", "@-", sandbox.url + "/v3/artifacts"],
        input=body.encode(), capture_output=True, check=True, timeout=120)
    made = json.loads(curl.stdout)["data"]
    assert len(ask(sandbox, f"/api/v3/artifacts/{made['id']}?fields=fileData").json()["data"]["fileData"]) == 2_800_000
    assert ask(sandbox, f"/api/v3/artifacts/{made['id']}", "DELETE").status_code == 200


@pytest.mark.parametrize("spec", ["reset*1", "reset-head*1", "reset-body*1", "truncate*1"])
def test_broken_answers_break_the_connection_once(start, spec):
    sandbox = start()
    fault(sandbox, spec)
    with pytest.raises(requests.exceptions.RequestException):
        ask(sandbox, "/api/v3/cases")
    assert ask(sandbox, "/api/v3/cases").status_code == 200


def test_status_html_slow_and_hang(start):
    sandbox = start()
    fault(sandbox, "status:429:7@GET /api/v3/cases*1")
    limited = ask(sandbox, "/api/v3/cases")
    assert limited.status_code == 429 and limited.headers["Retry-After"] == "7"
    fault(sandbox, "html*1")
    assert ask(sandbox, "/api/v3/cases").headers["Content-Type"] == "text/html"
    fault(sandbox, "wrong-shape*1")
    assert ask(sandbox, "/api/v3/cases").json()["data"] == "surprise"
    fault(sandbox, "slow:80*1")
    begun = time.monotonic()
    assert ask(sandbox, "/api/v3/cases").status_code == 200
    assert time.monotonic() - begun >= 0.08
    fault(sandbox, "hang*1")
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(sandbox.url + "/v3/cases", headers=TOKEN, verify=False, timeout=(60, 0.5))


def test_refused_for_a_while_and_then_back(start):
    sandbox = start()
    # The connection that carries the order ends as well.
    with pytest.raises(requests.exceptions.RequestException):
        ask(sandbox, "/__sandbox/fault", "POST", json={"spec": "refuse:2000"})
    with pytest.raises(requests.exceptions.ConnectionError):
        ask(sandbox, "/api/v3/cases")
    deadline = time.monotonic() + 60
    while True:
        try:
            assert ask(sandbox, "/api/v3/cases").status_code == 200
            break
        except requests.exceptions.ConnectionError:
            assert time.monotonic() < deadline
            time.sleep(0.02)


def test_reset_restores_the_start(start):
    sandbox = start()
    assert ask(sandbox, "/api/v3/cases/1", "DELETE").status_code == 200
    assert ask(sandbox, "/api/v3/cases/1").status_code == 404
    assert ask(sandbox, "/__sandbox/reset", "POST").status_code == 200
    assert ask(sandbox, "/api/v3/cases/1").status_code == 200


def test_five_thousand_cases_list_quickly(start):
    sandbox = start("--seed", "5", "--cases", "5000")
    begun = time.monotonic()
    answer = ask(sandbox, "/api/v3/cases?resultLimit=10000&fields=tags&fields=attributes&count=true&tql=id%20%3E%200&sorting=name%20asc")
    assert answer.json()["count"] == 5003 and len(answer.json()["data"]) == 5003
    assert time.monotonic() - begun < 30


def test_sigterm_ends_it_at_once(start):
    sandbox = start()
    begun = time.monotonic()
    assert sandbox.stop() == 0
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("arguments", [["--fault", "nonsense"], ["--listen", "nowhere"], ["--data", os.devnull]])
def test_bad_arguments_end_with_a_sentence(arguments):
    binary = sandbox_binary()
    ended = subprocess.run([binary, "threatconnect", "--listen", "127.0.0.1:0", *arguments], capture_output=True, timeout=60, text=True)
    assert ended.returncode != 0 and ended.stderr.strip()
