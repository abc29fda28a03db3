"""No secret in any log, whatever goes wrong."""
import base64
import re

import pytest
import secret_watch
from conftest import Stack
from organisation import HMAC_ID, KEYS, PASSWORD, SECRETS, Organisation, bridge, password_hash
from support import Tracecat, unique


@pytest.fixture(scope="module")
def run():
    """A run of its own at the most talkative level, with failures of all kinds; what it logged, and every secret of it."""
    made = Stack()
    try:
        hashed = password_hash()
        site_secret = "c2l0ZSBzZWNyZXQgb2YgdGhlIHRlc3RzLCAzMiBieXRlcyBvciBtb3Jl"
        org = Organisation(made, [bridge("main", hashed=hashed), bridge("signed", "signed", hashed)], threads=2, log={"level": "debug"},
                           upstream_changes={"pool": {"call_timeout_ms": 5000}}, secret_file=str(made.write("site-secret", site_secret)))
        secrets = [*SECRETS, site_secret, *exercise(org), *[part for part in hashed.split("$") if len(part) > 20]]
        org.bridge.terminate()
        org.bridge.ended()
        yield made.log("bridge") + made.log("sandbox"), secrets
    finally:
        made.stop()


def exercise(org):
    """Everything that might make a careless program log what it was given; returns the secrets made on the way."""
    issued = []
    for name in ("main", "signed"):
        client, person = org.client(name), org.person("lead", name)
        cookie = person.session.cookies["fastapiusersauth"]
        issued += [cookie, *cookie.split(".")]
        case = client.create(summary=unique("secret"), payload={"x": "y" * 3000})
        cursor = client.page(limit=1)["next_cursor"]
        issued.append(cursor.rpartition(".")[2])
        for spec in ("hang*1", "reset*2", "reset-body*1", "html*1", "wrong-shape*1", "truncate*1", "status:401*1", "status:403*1", "status:500*1"):
            if spec == "hang*1" and name == "signed":
                continue
            with org.native.fault(spec.replace("*", "@/api/*")):
                if spec.startswith("hang"):
                    client.timeout = 1
                    with pytest.raises(Exception):
                        client.get(case)
                    client.timeout = 30
                else:
                    client.ask("GET", f"/cases/{case}")
        wrong = Tracecat(org.urls[name], client.workspace)
        wrong.call("POST", "/auth/login", data={"username": "lead@tests.example", "password": PASSWORD + "!"})
        wrong.call("POST", "/auth/login", json={"username": "lead@tests.example", "password": PASSWORD})
        wrong.call("GET", "/auth/login", params={"username": "lead@tests.example", "password": PASSWORD})
        wrong.call("GET", f"/{KEYS['admins']}/{PASSWORD}/{cookie}?key={KEYS['viewer']}#{cursor}")
        wrong.ask("GET", "/cases", headers={"Authorization": f"Bearer {KEYS['admins']}x"})
        wrong.ask("GET", "/cases", headers={"Cookie": f"fastapiusersauth={cookie}x"})
        wrong.ask("GET", "/cases", headers={"Authorization": f"Basic {base64.b64encode(f'lead:{PASSWORD}'.encode()).decode()}"})
        client.ask("GET", "/cases", params={"cursor": cursor + "x"})
        client.ask("GET", "/cases", headers={"traceparent": KEYS["admins"], "User-Agent": cookie, "Referer": PASSWORD})
        for given in (KEYS["admins"], KEYS["admins"].split("_", 4)[4], cookie, PASSWORD, f"Bearer-{KEYS['admins']}"):
            client.ask("GET", "/cases", headers={"X-Request-Id": given})
        client.patch(case, summary=PASSWORD, fields={"nope": KEYS["admins"]})
        client.ask("POST", "/cases", data="{" + PASSWORD, headers={"Content-Type": "application/json"})
        person.call("POST", "/auth/logout")
    return issued


def test_there_is_something_to_look_through(run):
    log, secrets = run
    assert log.count("exchange failed") > 10 and log.count('"status":40') > 10
    assert all(len(s) >= 8 for s in secrets)


def test_no_secret_is_in_any_log(run):
    log, secrets = run
    found = [s[:4] + "…" for s in secrets if s in log]
    assert found == []


def test_no_signature_and_no_cookie_is_in_any_log(run):
    log, _ = run
    assert re.findall(r"TC (?:" + HMAC_ID + r"):\S+", log) == []
    assert "fastapiusersauth=" not in log and "TC-Token" not in log


def test_the_watch_over_the_whole_run_finds_what_it_should():
    """The check at the end of the run (secret_watch.py) is worth something only if it can fail."""
    secret_watch.add_header("Authorization", "Bearer tc_ws_sk_planted00000_the-planted-key")
    secret_watch.add_header("Set-Cookie", "fastapiusersauth=planted-cookie-value; HttpOnly")
    secret_watch.add_configuration({"upstreams": {"x": {"credentials": {"y": {"token": "APIV2:planted-token"}}}}})
    for leaked in ("the-planted-key", "planted-cookie-value", "planted-token"):
        assert secret_watch.find('{"msg":"a line"}\n{"msg":"said ' + leaked + '"}\n')[0][1] == '{"msg":"said ' + leaked + '"}'
    for leaked in ("tc_ws_sk_unknown00000_x", "APIV2:unknown", "fastapiusersauth=unknown", "TC 1234567890:c2lnbmF0dXJl", "Bearer unknown"):
        assert secret_watch.find(leaked), leaked
    assert secret_watch.find('{"msg":"request","account":"planted00000","path":"/auth/login"}') == []


def test_requests_and_cookies_of_the_tests_are_watched(soc):
    person = soc.person("viewer")
    assert person.session.cookies["fastapiusersauth"] in secret_watch.secrets
    soc.client().ask("GET", "/cases", params={"limit": 1})
    assert KEYS["admins"].split("_", 4)[4] in secret_watch.secrets
