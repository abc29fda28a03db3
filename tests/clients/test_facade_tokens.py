"""Who is let in: signatures, tokens, their renewal, and the certificate (fact sheet §2)."""

import hmac
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
import requests
from bridge import signed
from conftest import ACCESS_ID, SECRET, TOKEN, V3, HmacAuth, Sensitive, TcSession, TokenAuth
from tcex.app.token.token import Token

WHO = "/v2/whoami"


def who(bridge, **headers):
    return bridge.plain.get(bridge.url + WHO, headers=headers, timeout=60)


def test_the_certificate_is_checked(bridge):
    plain = TcSession(auth=TokenAuth(TOKEN), base_url=bridge.url, verify=True)
    plain.trust_env = False
    plain.mount("https://", requests.adapters.HTTPAdapter(max_retries=0))
    with pytest.raises(requests.exceptions.SSLError):
        plain.get("/v3/cases")


def test_the_authority_may_come_from_the_environment(bridge, monkeypatch):
    """Trap 41: what operators set for all Python programs decides here as well."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", bridge.verify)
    session = TcSession(auth=HmacAuth(ACCESS_ID, Sensitive(SECRET)), base_url=bridge.url, verify=True)
    assert len(V3(session).cases()) >= 20


def test_an_issued_token_is_the_api_users(bridge):
    token = bridge.issued_token()
    assert token.startswith("APIV2:") and token != bridge.issued_token()
    assert who(bridge, Authorization=f"TC-Token {token}").json()["data"]["user"]["userName"] == ACCESS_ID


@pytest.mark.parametrize("headers", [
    {}, {"Authorization": "TC-Token "}, {"Authorization": "TC-Token APIV2:nonsense"}, {"Authorization": f"Bearer {TOKEN}"},
    {"Authorization": f"TC {ACCESS_ID}:"}, {"Authorization": "TC nobody:c2lnbmF0dXJl", "Timestamp": "1"}, {"Authorization": "TC"},
])
def test_without_good_credentials_nothing_is_shown(bridge, headers):
    for path in ("/v3/cases", WHO):
        refused = bridge.plain.get(bridge.url + path, headers=headers)
        assert refused.status_code in (401, 403) and refused.json()["status"] in ("Error", "Failure")
    assert bridge.plain.post(bridge.url + "/v3/token/api", headers=headers).status_code in (401, 403)


@pytest.mark.parametrize("off, status", [(0, 200), (-240, 200), (240, 200), (-360, 401), (360, 401)])
def test_a_signature_is_good_for_five_minutes(bridge, off, status):
    headers = signed("GET", "/api" + WHO, at=int(time.time()) + off)
    assert who(bridge, **headers).status_code == status


@pytest.mark.parametrize("method, target, secret", [
    ("POST", "/api" + WHO, SECRET), ("GET", WHO, SECRET), ("GET", "/api" + WHO + "?", SECRET), ("GET", "/api" + WHO, SECRET + "x"),
])
def test_a_signature_over_something_else_is_refused(bridge, method, target, secret):
    refused = who(bridge, **signed(method, target, secret=secret))
    assert refused.status_code == 401


def test_a_signature_may_be_used_twice(bridge):
    headers = signed("GET", "/api" + WHO)
    assert who(bridge, **headers).status_code == who(bridge, **headers).status_code == 200


def test_a_genuine_refusal_arrives_twice(bridge):
    """Trap 4: the client repeats any 401 once."""
    wire = bridge.session(HmacAuth(ACCESS_ID, Sensitive("wrong")))
    with pytest.raises(RuntimeError, match="0x1002"):
        V3(wire).case(id=1).get()
    assert [a.status_code for a in wire.heard] == [401, 401]


def renew(bridge, token):
    return bridge.plain.get(bridge.url + "/appAuth", params={"expiredToken": token}, timeout=60)


def test_a_token_is_renewed_without_credentials(bridge):
    for token in (bridge.issued_token(), TOKEN):
        answer = renew(bridge, token)
        body = answer.json()
        assert answer.status_code == 200 and body["success"] is True and int(body["apiTokenExpires"]) > time.time() + 600
        assert who(bridge, Authorization=f"TC-Token {body['apiToken']}").status_code == 200
    refused = renew(bridge, "APIV2:nonsense")
    assert refused.status_code >= 400 or refused.json()["success"] is False


def test_a_changed_token_is_nobodys(bridge):
    token = bridge.issued_token()
    for at in (6, len(token) // 2, len(token) - 1):
        other = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1:]
        assert who(bridge, Authorization=f"TC-Token {other}").status_code == 401, at


def test_the_client_renews_its_token_by_itself(bridge, monkeypatch):
    """The vendor's own renewal: a token about to expire is exchanged, and the new one works."""
    monkeypatch.setenv("TC_TOKEN_SLEEP_INTERVAL", "3600")
    holder = Token(bridge.url, verify=bridge.verify)
    try:
        answer = holder.renew_token(Sensitive(bridge.issued_token()))
        holder.register_token("MainThread", answer["apiToken"], int(answer["apiTokenExpires"]))
        session = bridge.session(TokenAuth(holder.get_token))
        assert len(V3(session).cases()) >= 20
        sent = session.heard[0].request.headers
        assert sent["Authorization"] == f"TC-Token {answer['apiToken']}" and sent["Timestamp"]
    finally:
        holder.shutdown = True


KEPT = "a secret that several processes share: 0123456789abcdef"


def aged(token, seconds):
    """The token as it was issued so long ago: its time set back, and sealed anew as only holders of the secret can."""
    def digest(key, text):
        return hmac.digest(key, text, "sha256")

    key = digest(digest(bytes(32), KEPT.encode()), b"threatconnect token v1 clients\x01")
    raw = urlsafe_b64decode(token.removeprefix("APIV2:") + "=")
    at = (int.from_bytes(raw[8:12], "big") - seconds).to_bytes(4, "big")
    body = raw[:8] + at + raw[12:16]
    sealed = body + digest(key, b"casebridge.threatconnect.token.v1\0" + body)[:16]
    return "APIV2:" + urlsafe_b64encode(sealed).decode().rstrip("=")


@pytest.fixture(scope="module")
def replicas(launch, tmp_path_factory):
    secret = tmp_path_factory.mktemp("secret") / "kept"
    secret.write_text(KEPT)
    return [launch(top={"secret_file": str(secret)}) for _ in range(2)]


def test_a_token_is_good_at_every_process_with_the_secret(replicas):
    one, two = replicas
    token = one.issued_token()
    assert aged(token, 0) == token
    assert who(two, Authorization=f"TC-Token {token}").status_code == 200


@pytest.mark.parametrize("hours, good, renewable", [(3, True, True), (5, False, True), (27, False, True), (29, False, False)])
def test_an_expired_token_is_renewed_for_a_day(replicas, hours, good, renewable):
    one, two = replicas
    token = aged(one.issued_token(), hours * 3600)
    assert who(one, Authorization=f"TC-Token {token}").status_code == (200 if good else 401)
    body = renew(two, token).json()
    assert body["success"] is renewable
    if renewable:
        assert who(one, Authorization=f"TC-Token {body['apiToken']}").status_code == 200
        assert 3 * 3600 < int(body["apiTokenExpires"]) - time.time() <= 4 * 3600
    else:
        assert body["message"]


def test_a_client_whose_token_expired_goes_on_with_a_new_one(replicas):
    """What the vendor's client does from its own thread: exchange, and repeat the request."""
    one = replicas[0]
    old = aged(one.issued_token(), 5 * 3600)
    held = [Sensitive(old)]
    wire = one.session(TokenAuth(lambda: held[0]))
    with pytest.raises(RuntimeError, match="0x1002"):
        len(V3(wire).cases())
    holder = Token(one.url, verify=one.verify)
    held[0] = Sensitive(holder.renew_token(Sensitive(old))["apiToken"])
    holder.shutdown = True
    assert len(V3(wire).cases()) >= 0 and wire.heard[-1].status_code == 200
