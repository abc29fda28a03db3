"""TLS on both sides, with certificates made for each run."""
import ssl
import subprocess
from types import SimpleNamespace

import pytest
import requests
from conftest import WORKSPACE, Bridge, Stack, free_port, settings
from organisation import KEYS, SANDBOX_DATA, bridge, upstream
from support import Tracecat


def openssl(*arguments, cwd):
    done = subprocess.run(["openssl", *arguments], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def authority(folder, name):
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.pem",
            "-days", "30", "-subj", f"/CN={name}", "-addext", "keyUsage=critical,keyCertSign", cwd=folder)


def certificate(folder, name, san, by="ca", expired=False):
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr",
            "-subj", f"/CN={name}", cwd=folder)
    (folder / f"{name}.ext").write_text(f"subjectAltName={san}\nextendedKeyUsage=serverAuth,clientAuth\n")
    (folder / "index.txt").write_text("")
    (folder / "serial").write_text("01\n")
    (folder / "ca.cnf").write_text(
        "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\nunique_subject=no\n"
        "[p]\ncommonName=supplied\n")
    dates = ["-startdate", "20200101000000Z", "-enddate", "20200201000000Z"] if expired else ["-days", "10"]
    openssl("ca", "-batch", "-notext", "-config", "ca.cnf", "-cert", f"{by}.pem", "-keyfile", f"{by}.key", "-in", f"{name}.csr",
            "-out", f"{name}.pem", "-extfile", f"{name}.ext", *dates, cwd=folder)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificates")
    authority(folder, "ca")
    authority(folder, "strange")
    certificate(folder, "good", "DNS:localhost,IP:127.0.0.1")
    certificate(folder, "elsewhere", "DNS:elsewhere.example,IP:192.0.2.1")
    certificate(folder, "expired", "DNS:localhost,IP:127.0.0.1", expired=True)
    certificate(folder, "foreign", "DNS:localhost,IP:127.0.0.1", by="strange")
    return folder


@pytest.fixture(scope="module")
def secure(certificates):
    """Sandboxes with a good, a wrong, an expired and a foreign certificate; bridges over all of them, each with TLS itself."""
    made = Stack()
    sandboxes = ("good", "elsewhere", "expired", "foreign")
    try:
        ports = {}
        for name in sandboxes:
            port = ports[name] = free_port()
            start = ["casebridge-sandbox", "threatconnect", "--listen", f"127.0.0.1:{port}", "--data", made.write("data.json", SANDBOX_DATA)]
            made.start("sandbox-" + name, [*start, "--tls", certificates / f"{name}.pem", certificates / f"{name}.key"],
                       lambda port=port: listening(port))
        upstreams, bridges = {}, []
        for name, verify in [*[(n, True) for n in sandboxes], ("elsewhere", False)]:
            label = name if verify else name + "-unverified"
            tls = {"ca_file": str(certificates / "ca.pem"), "verify": verify}
            upstreams[label] = {**upstream(ports[name]), "url": f"https://localhost:{ports[name]}/api", "tls": tls}
            bridges.append(over(label, certificates))
        upstreams["system-authorities"] = {**upstream(ports["good"]), "url": f"https://localhost:{ports['good']}/api"}
        upstreams["plain-to-tls"] = {**upstream(ports["good"]), "url": f"http://localhost:{ports['good']}/api"}
        bridges += [over("system-authorities", certificates), over("plain-to-tls", certificates)]
        running = Bridge(made, made.write("tls.json", settings(upstreams=upstreams, bridges=bridges)))
        urls = {x["bridge"]: f"https://localhost:{x['port']}" for x in running.lines() if x["msg"] == "listening"}
        yield SimpleNamespace(urls=urls, bridge=running)
    finally:
        made.stop()


def over(name, certificates):
    config = bridge(name)
    config["workspaces"] = [{**w, "upstream": name} for w in config["workspaces"]]
    return {**config, "tls": {"certificate_file": str(certificates / "good.pem"), "key_file": str(certificates / "good.key")}}


def listening(port):
    import socket
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def client_of(secure, name, certificates):
    return Tracecat(secure.urls[name], WORKSPACE, KEYS["admins"], verify=str(certificates / "ca.pem"))


def test_a_whole_exchange_over_tls_on_both_sides(secure, certificates):
    client = client_of(secure, "good", certificates)
    case = client.create(summary="sealed", payload={"big": "x" * 100_000})
    assert client.get(case)["payload"] == {"big": "x" * 100_000}
    client.change(case, status="on_hold")
    assert client.search(search_term="sealed")[0]["status"] == "on_hold"
    assert client.ask("DELETE", f"/cases/{case}").status_code == 204


def test_a_session_cookie_over_tls_is_for_tls_only(secure, certificates):
    login = client_of(secure, "good", certificates).call("POST", "/auth/login", data={"username": "x@y.example", "password": "x"})
    assert login.status_code == 400


@pytest.mark.parametrize("name", ["elsewhere", "expired", "foreign", "system-authorities"])
def test_a_certificate_that_does_not_verify_is_refused(secure, certificates, name):
    client = client_of(secure, name, certificates)
    for answer in (client.ask("GET", "/cases"), client.post()):
        assert answer.status_code == 502
        assert "certificate" in answer.json()["detail"]


def test_the_log_says_which_certificate_and_why(secure, certificates):
    client_of(secure, "expired", certificates).ask("GET", "/cases")
    details = [line.get("detail", "") for line in secure.bridge.lines() if line["msg"] == "exchange failed"]
    assert any("expired" in d for d in details), details


def test_verification_can_be_switched_off(secure, certificates):
    assert client_of(secure, "elsewhere-unverified", certificates).page()["items"]


def test_plain_text_is_never_sent_instead(secure, certificates):
    assert client_of(secure, "plain-to-tls", certificates).ask("GET", "/cases").status_code == 502


def test_a_client_that_does_not_trust_the_listener_gets_nothing(secure, certificates):
    with pytest.raises(requests.exceptions.SSLError):
        Tracecat(secure.urls["good"], WORKSPACE, KEYS["admins"], verify=str(certificates / "strange.pem")).ask("GET", "/cases")


def test_plain_text_at_a_tls_listener_is_no_request(secure, certificates):
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(secure.urls["good"].replace("https:", "http:") + "/health", timeout=5)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_tls_versions(secure, certificates, version):
    import socket
    context = ssl.create_default_context(cafile=str(certificates / "ca.pem"))
    context.minimum_version = context.maximum_version = version
    port = int(secure.urls["good"].rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), 5) as raw, context.wrap_socket(raw, server_hostname="localhost") as s:
        s.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert s.recv(100).startswith(b"HTTP/1.1 200")
