"""The vendor's client tcex, by HMAC and by token, in front of our ThreatConnect sandbox and of our façade, behind TLS."""

import contextlib
import os
import pathlib
import re
import signal
import subprocess

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
ACCESS_ID = "12345678901234567890"
SECRET = "demo-secret"
TOKEN = "APIV2:demo-token"

# Either would make the client verify against that file although it was told not to (fact sheet §12.41).
for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
    os.environ.pop(name, None)

import tcex.logger.trace_logger  # noqa: E402, F401  the client's own modules rely on its log level
from tcex.api.tc.v3.v3 import V3  # noqa: E402
from tcex.input.field_type.sensitive import Sensitive  # noqa: E402
from tcex.requests_tc.auth.hmac_auth import HmacAuth  # noqa: E402
from tcex.requests_tc.auth.token_auth import TokenAuth  # noqa: E402
from tcex.requests_tc.tc_session import TcSession  # noqa: E402


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)],
        check=True, capture_output=True)
    return cert, key


def sandbox_binary():
    """CASEBRIDGE_SANDBOX, else the program in CASEBRIDGE_BUILD_DIR, else the release build's."""
    build = os.environ.get("CASEBRIDGE_BUILD_DIR", str(TOP / "build/release"))
    return os.environ.get("CASEBRIDGE_SANDBOX", os.path.join(build, "casebridge-sandbox"))


class Sandbox:
    def __init__(self, certificate, *arguments):
        binary = sandbox_binary()
        self.process = subprocess.Popen(
            [binary, "threatconnect", "--listen", "127.0.0.1:0", "--tls", *map(str, certificate), "--quiet", *arguments],
            stdout=subprocess.PIPE, text=True)
        ready = re.search(r"https://127\.0\.0\.1:(\d+)", self.process.stdout.readline())
        assert ready, "the sandbox did not say where it listens"
        self.url = f"https://127.0.0.1:{ready.group(1)}/api"

    def session(self, auth):
        return TcSession(auth=auth, base_url=self.url, verify=False)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


@pytest.fixture(scope="module")
def sandbox(certificate):
    running = Sandbox(certificate, "--seed", "11", "--cases", "25")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def start(certificate):
    """Starts further sandboxes with arguments of the test's own."""
    running = []

    def launch(*arguments):
        running.append(Sandbox(certificate, *arguments))
        return running[-1]

    yield launch
    for one in running:
        if one.process.poll() is None:
            one.stop()


@pytest.fixture(params=["hmac", "token"])
def session(sandbox, request):
    auth = HmacAuth(ACCESS_ID, Sensitive(SECRET)) if request.param == "hmac" else TokenAuth(TOKEN)
    return sandbox.session(auth)


@pytest.fixture
def v3(session):
    return V3(session)


# The façade (bridge.py says what it stands on).
@pytest.fixture(scope="session")
def launch(certificate):
    """launch(*sandbox arguments, **bridge settings): a bridge of the test's own."""
    from bridge import Bridge
    with contextlib.ExitStack() as running:
        def start(*arguments, **bridge):
            one = Bridge(certificate, *arguments, **bridge)
            running.callback(one.stop)
            return one

        yield start


@pytest.fixture(scope="session")
def bridge(launch):
    """One bridge, over 20 cases that analysts made, for all tests that clean up behind themselves."""
    return launch("--seed", "11", "--cases", "20")


@pytest.fixture(params=["signed", "issued", "configured"])
def auth(bridge, request):
    """A signature on every request, a token issued by the façade, a token from its configuration."""
    if request.param == "signed":
        return HmacAuth(ACCESS_ID, Sensitive(SECRET))
    return TokenAuth(Sensitive(bridge.issued_token() if request.param == "issued" else TOKEN))


@pytest.fixture
def wire(bridge, auth):
    return bridge.session(auth)


@pytest.fixture
def tc(wire):
    return V3(wire)


@pytest.fixture
def signing(bridge):
    """Where the kind of credentials does not matter: signing, the strictest."""
    return V3(bridge.session(HmacAuth(ACCESS_ID, Sensitive(SECRET))))


@pytest.fixture
def case(tc):
    """A case that the client made."""
    made = tc.case(name="A case", severity="Low", status="Open")
    made.create()
    yield made
    tc.case(id=made.model.id).delete()


@pytest.fixture
def number(bridge):
    """The id of a case that a script made."""
    made = bridge.make()
    yield made
    bridge.drop(made)
