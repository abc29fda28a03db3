"""The framing gate on the real wire: every row of one table, over plain TCP and over TLS.

Each bad row is followed by an attacker's remainder: a PATCH and a DELETE with valid credentials. It must never reach
the backend, whatever the row made of the boundary between requests; afterwards the server still serves.
"""
import json
import socket
import ssl
import time
from types import SimpleNamespace

import pytest
from conftest import WORKSPACE, Stack
from organisation import KEYS, Organisation, bridge
from wire import Connection, Counters, request, self_signed, unverified

KEY = KEYS["admins"]
CASES = f"/workspaces/{WORKSPACE}/cases"
NEXT = b"0\r\n\r\n"  # ends a chunked body, should one have begun


@pytest.fixture(scope="module")
def wire(tmp_path_factory):
    made = Stack()
    try:
        tls = self_signed(tmp_path_factory.mktemp("framing"))
        soc = Organisation(made, [bridge("plain"), bridge("tls", tls=tls)])
        urls = {"plain": soc.urls["plain"], "tls": soc.urls["tls"].replace("http:", "https:")}
        case = soc.client("plain").create(summary="must stay")
        yield SimpleNamespace(urls=urls, soc=soc, native=soc.native, case=case, admin=soc.bridge.admin)
    finally:
        made.stop()


def post(*fields):
    return "\r\n".join([f"POST {CASES} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {KEY}", *fields, "", ""]).encode("latin-1")


def get(target="/health", host="localhost", *fields, version="1.1", method="GET"):
    return request(method, target, host=host, fields=fields, version=version)


def chunked(body):
    return post("Content-Type: application/json", "Transfer-Encoding: chunked") + body


CL, TE = "Content-Length: ", "Transfer-Encoding: "
REFUSED = {  # name: (bytes, status, the reason under which it is counted)
    # Two ways to say where the body ends
    "length-then-chunked": (post(CL + "4", TE + "chunked"), 400, "malformed"),
    "chunked-then-length": (post(TE + "chunked", CL + "4"), 400, "malformed"),
    "gzip-then-length": (post(TE + "gzip", CL + "4"), 400, "malformed"),
    "length-then-gzip": (post(CL + "4", TE + "gzip"), 400, "malformed"),
    "identity-with-length": (post(TE + "identity", CL + "4"), 400, "malformed"),
    "xchunked-with-length": (post(TE + "xchunked", CL + "4"), 400, "malformed"),
    "chunked-with-zero-length": (post(TE + "chunked", CL + "0"), 400, "malformed"),
    "transfer-encoding-of-http-1.0": (b"POST /x HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "malformed"),
    "transfer-encoding-of-http-1.0-kept-alive":
        (b"POST /x HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "malformed"),
    # Codings that are not exactly "chunked"
    "gzip-alone": (post(TE + "gzip"), 501, "transfer_coding"),
    "chunked-comma-gzip": (post(TE + "chunked, gzip"), 501, "transfer_coding"),
    "gzip-comma-chunked": (post(TE + "gzip, chunked"), 501, "transfer_coding"),
    "identity-alone": (post(TE + "identity"), 501, "transfer_coding"),
    "xchunked-alone": (post(TE + "xchunked"), 501, "transfer_coding"),
    "chunked-with-parameter": (post(TE + "chunked;q=1"), 501, "transfer_coding"),
    "comma-chunked": (post(TE + ",chunked"), 501, "transfer_coding"),
    "chunked-comma": (post(TE + "chunked,"), 501, "transfer_coding"),
    "chunked-twice": (post(TE + "chunked, chunked"), 501, "transfer_coding"),
    "quoted-chunked": (post(TE + '"chunked"'), 501, "transfer_coding"),
    "empty-coding": (post("Transfer-Encoding:"), 501, "transfer_coding"),
    "coding-with-high-byte": (post(TE + "chunked\xa0"), 501, "transfer_coding"),
    "gzip-and-chunked-in-two-fields": (post(TE + "gzip", TE + "chunked"), 400, "malformed"),
    "chunked-and-gzip-in-two-fields": (post(TE + "chunked", TE + "gzip"), 400, "malformed"),
    "chunked-in-two-fields": (post(TE + "chunked", TE + "chunked"), 400, "malformed"),
    "folded-chunked": (post("Transfer-Encoding:", " chunked"), 400, "malformed"),
    "tab-folded-chunked": (post("Transfer-Encoding:", "\tchunked"), 400, "malformed"),
    "vertical-tab-chunked": (post(TE + "\x0bchunked"), 400, "malformed"),
    "coding-with-blank-before-the-colon": (post("Transfer-Encoding : chunked"), 400, "malformed"),
    "coding-name-with-nul": (post("Transfer-Encoding\x00: chunked"), 400, "malformed"),
    # Lengths that are not one plain number
    "two-equal-lengths": (post(CL + "4", CL + "4"), 400, "malformed"),
    "two-different-lengths": (post(CL + "4", CL + "5"), 400, "malformed"),
    "list-of-lengths": (post(CL + "4, 4"), 400, "malformed"),
    "length-005": (post(CL + "005"), 400, "malformed"),
    "length-plus": (post(CL + "+5"), 400, "malformed"),
    "length-minus": (post(CL + "-1"), 400, "malformed"),
    "length-hexadecimal": (post(CL + "0x5"), 400, "malformed"),
    "length-with-point": (post(CL + "4.0"), 400, "malformed"),
    "length-with-exponent": (post(CL + "1e2"), 400, "malformed"),
    "length-with-blank": (post(CL + "4 4"), 400, "malformed"),
    "length-with-underscore": (post(CL + "1_0"), 400, "malformed"),
    "length-empty": (post("Content-Length:"), 400, "malformed"),
    "length-overflows": (post(CL + "9" * 30), 400, "malformed"),
    "length-folded": (post("Content-Length:", " 5"), 400, "malformed"),
    "length-of-19-digits": (post(CL + "1000000000000000000"), 413, "body_too_large"),
    "length-above-the-route's-limit": (post(CL + str(200 * 1024 * 1024)), 413, "body_too_large"),
    # Lines and characters
    "obs-fold": (post("X-A: 1", "  continued"), 400, "malformed"),
    "obs-fold-of-the-first-field": (b"GET /health HTTP/1.1\r\n Host: a\r\n\r\n", 400, "malformed"),
    "bare-line-feeds": (b"GET /health HTTP/1.1\nHost: a\n\n", 400, "malformed"),
    "bare-line-feed-in-a-field": (post("X-A: 1\nTransfer-Encoding: chunked"), 400, "malformed"),
    "bare-carriage-return-in-a-field": (post("X-A: 1\rTransfer-Encoding: chunked"), 400, "malformed"),
    "carriage-return-at-the-end-of-a-value": (post("X-A: 1\r"), 400, "malformed"),
    "nul-in-a-field": (post("X-A: 1\x002"), 400, "malformed"),
    "escape-in-a-field": (post("X-A: \x1b[31m"), 400, "malformed"),
    "delete-in-a-field": (post("X-A: \x7f"), 400, "malformed"),
    "empty-field-name": (post(": value"), 400, "malformed"),
    "field-without-colon": (post("Nonsense"), 400, "malformed"),
    "blank-in-a-field-name": (post("X A: 1"), 400, "malformed"),
    "high-byte-in-a-field-name": (post("X-\xe9: 1"), 400, "malformed"),
    "tab-before-the-colon": (post("Content-Length\t: 4"), 400, "malformed"),
    "empty-line-first": (b"\r\nGET /health HTTP/1.1\r\nHost: a\r\n\r\n", 400, "malformed"),
    "blank-first": (b" GET /health HTTP/1.1\r\nHost: a\r\n\r\n", 400, "malformed"),
    # The request line
    "absolute-form": (get("http://localhost/health"), 400, "malformed"),
    "absolute-form-of-elsewhere": (get("http://169.254.169.254/latest"), 400, "malformed"),
    "authority-form": (get("localhost:80"), 400, "malformed"),
    "asterisk-form": (get("*", method="OPTIONS"), 400, "malformed"),
    "target-without-slash": (get("health"), 400, "malformed"),
    "connect": (get("localhost:443", method="CONNECT"), 400, "malformed"),
    "connect-with-a-path": (get("/health", method="CONNECT"), 400, "malformed"),
    "fragment": (get("/health#x"), 400, "malformed"),
    "high-byte-in-the-target": (get("/health\xe9"), 400, "malformed"),
    "tab-in-the-target": (get("/health\tx"), 400, "malformed"),
    "nul-in-the-target": (get("/health\x00"), 400, "malformed"),
    "delete-in-the-target": (get("/health\x7f"), 400, "malformed"),
    "blank-in-the-target": (get("/health x"), 400, "malformed"),
    "two-blanks": (b"GET  /health HTTP/1.1\r\nHost: a\r\n\r\n", 400, "malformed"),
    "blank-at-the-end": (b"GET /health HTTP/1.1 \r\nHost: a\r\n\r\n", 400, "malformed"),
    "http-0.9": (b"GET /health\r\n\r\n", 400, "malformed"),
    "http-1.2": (get(version="1.2"), 400, "malformed"),
    "http-2.0": (get(version="2.0"), 400, "malformed"),
    "http-2-preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "malformed"),
    "http-11": (get(version="11"), 400, "malformed"),
    "lower-case-version": (b"GET /health http/1.1\r\nHost: a\r\n\r\n", 400, "malformed"),
    "parenthesis-in-the-method": (get(method="G(T"), 400, "malformed"),
    # Host
    "no-host": (get(host=None), 400, "host"),
    "two-hosts": (get("/health", "a", "Host: a"), 400, "host"),
    "two-hosts-of-http-1.0": (get("/health", "a", "Host: b", version="1.0"), 400, "host"),
    "empty-host": (b"GET /health HTTP/1.1\r\nHost:\r\n\r\n", 400, "host"),
    "host-with-path": (get(host="a/b"), 400, "malformed"),
    "host-with-blank": (get(host="a b"), 400, "malformed"),
    "host-with-user": (get(host="u@a"), 400, "malformed"),
    "host-with-high-byte": (get(host="\xe9"), 400, "malformed"),
    # Expectations and content codings
    "expect-something-else": (post("Expect: 200-ok", CL + "4"), 417, "expectation"),
    "expect-twice": (post("Expect: 100-continue", "Expect: 100-continue", CL + "4"), 417, "expectation"),
    "expect-a-list": (post("Expect: 100-continue, 100-continue", CL + "4"), 417, "expectation"),
    "compressed-body": (post("Content-Encoding: gzip", CL + "4"), 415, "content_coding"),
    "two-content-codings": (post("Content-Encoding: identity", "Content-Encoding: br", CL + "4"), 415, "content_coding"),
    # Too much
    "target-too-long": (get("/health?" + "a" * 17000), 414, "target_too_long"),
    "endless-method": (b"G" * 20000, 414, "target_too_long"),
    "101-fields": (get("/health", "a", *["X: 1"] * 100), 431, "header_too_large"),
    "2000-tiny-fields": (get("/health", "a", *["X:"] * 2000), 431, "header_too_large"),
    "one-huge-field": (post("X-Long: " + "a" * 40000), 431, "header_too_large"),
    "endless-field-name": (post("X" * 40000 + ": 1"), 431, "header_too_large"),
    # Chunks
    "chunk-extension": (chunked(b"4;a=b\r\nnull\r\n0\r\n\r\n"), 400, "malformed"),
    "extension-of-the-last-chunk": (chunked(b"4\r\nnull\r\n0;a\r\n\r\n"), 400, "malformed"),
    "line-feed-in-a-quoted-extension": (chunked(b'4;a="\n"\r\nnull\r\n0\r\n\r\n'), 400, "malformed"),
    "huge-extension": (chunked(b"4;a=" + b"x" * 900_000 + b"\r\nnull\r\n0\r\n\r\n"), 400, "malformed"),
    "huge-trailers": (chunked(b"4\r\nnull\r\n0\r\n" + b"X-Trailer: 0123456789\r\n" * 40_000 + b"\r\n"), 400, "malformed"),
    "hexadecimal-chunk-prefix": (chunked(b"0x4\r\nnull\r\n0\r\n\r\n"), 400, "malformed"),
    "chunk-size-then-blank": (chunked(b"4 \r\nnull\r\n0\r\n\r\n"), 400, "malformed"),
    "blank-then-chunk-size": (chunked(b" 4\r\nnull\r\n0\r\n\r\n"), 400, "malformed"),
    "negative-chunk-size": (chunked(b"-4\r\nnull\r\n0\r\n\r\n"), 400, "malformed"),
    "chunk-size-plus": (chunked(b"+4\r\nnull\r\n0\r\n\r\n"), 400, "malformed"),
    "chunk-size-underscore": (chunked(b"0_4\r\nnull\r\n0\r\n\r\n"), 400, "malformed"),
    "chunk-size-of-17-digits": (chunked(b"10000000000000004\r\nnull\r\n0\r\n\r\n"), 400, "malformed"),
    "no-chunk-size": (chunked(b"\r\nnull\r\n0\r\n\r\n"), 400, "malformed"),
    "wrong-end-of-chunk": (chunked(b"4\r\nnullXX0\r\n\r\n"), 400, "malformed"),
    "line-feed-only-chunks": (chunked(b"4\nnull\n0\n\n"), 400, "malformed"),
    "line-feed-after-the-chunk-size": (chunked(b"4\nnull\r\n0\r\n\r\n"), 400, "malformed"),
    "line-feed-after-the-chunk": (chunked(b"4\r\nnull\n0\r\n\r\n"), 400, "malformed"),
    "length-among-the-trailers": (chunked(b"0\r\nContent-Length: 50\r\n\r\n"), 400, "malformed"),
    "coding-among-the-trailers": (chunked(b"0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400, "malformed"),
    "folded-trailer": (chunked(b"0\r\nX-A: 1\r\n 2" + b"\x00" + b"\r\n\r\n"), 400, "malformed"),
    "chunk-above-the-route's-limit": (chunked(b"ffffffff\r\n"), 413, "body_too_large"),
}


def remainder(case):
    """What an attacker hopes to have executed: whole requests with valid credentials."""
    body = json.dumps({"status": "closed"}).encode()
    return request("PATCH", f"{CASES}/{case}", KEY, body) + request("DELETE", f"{CASES}/{case}", KEY)


def dialect(answer):
    """Tracecat's own: its HTTP server's sentence for what is no HTTP, else a JSON detail."""
    if answer.status == 400:
        return answer.body == b"Invalid HTTP request received." and answer.fields["content-type"].startswith("text/plain")
    return isinstance(json.loads(answer.body)["detail"], str) and answer.fields["content-type"] == "application/json"


@pytest.mark.parametrize("way", ["plain", "tls"])
@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_frame_is_refused_and_nothing_after_it_is_executed(wire, name, way):
    data, status, reason = REFUSED[name]
    counters = Counters(wire.admin)
    with wire.native.watched() as seen, Connection(wire.urls[way]) as c:
        c.send(data + NEXT + remainder(wire.case))
        answer = c.read()
        assert answer is not None, "closed without an answer"
        assert (answer.status, answer.closes) == (status, True), answer.body
        assert dialect(answer), answer.body
        assert c.rest() == b""  # exactly one answer, then the end
    assert seen == []
    assert counters.refused(reason) == 1
    with Connection(wire.urls[way]) as c:
        c.send(get())
        assert c.read().status == 200


@pytest.mark.parametrize("way", ["plain", "tls"])
@pytest.mark.parametrize("name", ["gzip-alone", "two-equal-lengths", "no-host", "chunk-extension", "length-then-chunked"])
def test_a_bad_frame_after_good_ones_ends_the_pipeline(wire, name, way):
    data, status, _ = REFUSED[name]
    with wire.native.watched() as seen, Connection(wire.urls[way]) as c:
        c.send(get() + request("GET", f"{CASES}/{wire.case}", KEY) + data + NEXT + remainder(wire.case))
        assert [c.read().status for _ in range(3)] == [200, 200, status]
        assert c.rest() == b""
    assert {method for method, _ in seen} == {"GET"}


@pytest.mark.parametrize("way", ["plain", "tls"])
@pytest.mark.parametrize("name", ["two-different-lengths", "chunked-comma-gzip", "101-fields", "line-feed-in-a-quoted-extension"])
def test_a_bad_frame_in_single_bytes_is_refused_as_well(wire, name, way):
    data, status, _ = REFUSED[name]
    with wire.native.watched() as seen, Connection(wire.urls[way]) as c:
        for byte in data + NEXT + remainder(wire.case):
            if not c.send(bytes([byte])):
                break
        assert c.read().status == status
    assert seen == []


def test_the_case_of_all_these_attacks_is_as_it_was(wire):
    case = wire.soc.client("plain").get(wire.case)
    assert (case["summary"], case["status"]) == ("must stay", "new")


# What must work: name -> (bytes, the statuses of the answers)
CREATE = json.dumps({"summary": "framed", "description": "", "status": "new", "priority": "low", "severity": "low"}).encode()
HALF = len(CREATE) // 2
SERVED = {
    "get": (get(), [200]),
    "pipelined": (get() * 20, [200] * 20),
    "reads-and-a-write-pipelined": (get() + request("POST", CASES, KEY, CREATE) + get() + get("/nowhere"), [200, 201, 200, 404]),
    "chunked-upload": (chunked(b"%x\r\n%s\r\n%X\r\n%s\r\n0\r\n\r\n" % (HALF, CREATE[:HALF], len(CREATE) - HALF, CREATE[HALF:])) + get(), [201, 200]),
    "chunk-sizes-with-leading-zeros": (chunked(b"00%x\r\n%s\r\n000\r\n\r\n" % (len(CREATE), CREATE)) + get(), [201, 200]),
    "chunked-in-capitals": (post("Content-Type: application/json", TE + "Chunked") + b"%x\r\n%s\r\n0\r\n\r\n" % (len(CREATE), CREATE), [201]),
    "harmless-trailers": (chunked(b"%x\r\n%s\r\n0\r\nX-Sum: 1\r\nConnection: close\r\n\r\n" % (len(CREATE), CREATE)) + get(), [201, 200]),
    "expect-with-the-body-at-once": (request("POST", CASES, KEY, CREATE, ["Expect: 100-continue"]) + get(), [201, 200]),
    "body-of-a-get": (request("GET", "/health", body=b"ignored") + get(), [200, 200]),
    "http-1.0-kept-alive": (get("/health", None, "Connection: keep-alive", version="1.0") + get(version="1.0"), [200, 200]),
    "host-with-port": (get(host="[::1]:8080"), [200]),
    "upgrade-to-h2c-is-ignored":
        (get("/health", "a", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__") + get(), [200, 200]),
    "upgrade-to-websocket-is-ignored": (get("/health", "a", "Connection: Upgrade", "Upgrade: websocket") + get(), [200, 200]),
    "utf-8-in-a-value": (get("/health", "a", "X-Name: M\xc3\xbcller") + get(), [200, 200]),
    "100-fields": (get("/health", "a", *["X: 1"] * 99) + get(), [200, 200]),
    "target-of-16-kib": (get("/health?" + "a" * (16 * 1024 - 8)) + get(), [200, 200]),
    "unknown-method": (get(method="BREW") + get(), [405, 200]),
    "zero-length": (get("/health", "a", "Content-Length: 0") + get(), [200, 200]),
}


@pytest.mark.parametrize("way", ["plain", "tls"])
@pytest.mark.parametrize("name", SERVED)
def test_a_good_frame_is_served(wire, name, way):
    data, statuses = SERVED[name]
    counters = Counters(wire.admin)
    with Connection(wire.urls[way]) as c:
        c.send(data)
        assert [c.read().status for _ in statuses] == statuses
    assert counters.moved("casebridge_refused_total") == 0


@pytest.mark.parametrize("way", ["plain", "tls"])
def test_head_is_answered_without_a_body_and_the_connection_goes_on(wire, way):
    with Connection(wire.urls[way]) as c:
        c.send(request("HEAD", "/health") + get())
        head = c.read(no_body=True)
        whole = c.read()
    assert head.status in (200, 405)
    assert (whole.status, whole.body[:1]) == (200, b"{")


@pytest.mark.parametrize("way", ["plain", "tls"])
def test_connection_close_is_honoured_and_what_follows_is_not_executed(wire, way):
    with wire.native.watched() as seen, Connection(wire.urls[way]) as c:
        c.send(get("/health", "a", "Connection: close") + remainder(wire.case))
        answer = c.read()
        assert (answer.status, answer.closes) == (200, True)
        assert c.rest() == b""
    assert seen == []


def test_http_1_0_closes_by_default(wire):
    with Connection(wire.urls["plain"]) as c:
        c.send(get(version="1.0") + remainder(wire.case))
        assert c.read().closes
        assert c.rest() == b""


def test_trailers_give_no_credentials(wire):
    head = "\r\n".join([f"POST {CASES} HTTP/1.1", "Host: a", "Content-Type: application/json", "Transfer-Encoding: chunked", "", ""]).encode()
    with wire.native.watched() as seen, Connection(wire.urls["plain"]) as c:
        c.send(head + b"%x\r\n%s\r\n0\r\nAuthorization: Bearer %s\r\n\r\n" % (len(CREATE), CREATE, KEY.encode()))
        assert c.read().status in (401, 403)
    assert seen == []


def test_100_continue_comes_before_the_body_only_if_the_body_is_wanted(wire):
    with Connection(wire.urls["plain"]) as c:
        c.send(post("Content-Type: application/json", f"Content-Length: {len(CREATE)}", "Expect: 100-continue"))
        assert c.read().status == 100
        c.send(CREATE)
        assert c.read().status == 201
        c.send(post("Content-Type: application/json", "Content-Length: 999999999", "Expect: 100-continue"))
        assert c.read().status == 413
        assert c.rest() == b""


class Records:
    """A TLS client that decides itself which bytes of its records travel together."""

    def __init__(self, url, version):
        context = unverified()
        context.minimum_version = context.maximum_version = version
        self.socket = socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), 5)
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing)

    def shake_hands(self):
        """Until the client is done; its last flight has not been sent yet."""
        while True:
            try:
                return self.tls.do_handshake()
            except ssl.SSLWantReadError:
                self.socket.sendall(self.outgoing.read())
                self.incoming.write(self.socket.recv(65536))

    def records(self, *texts):
        for text in texts:
            self.tls.write(text)
        return self.outgoing.read()

    def read(self, answers):
        """The statuses of so many answers without a body that matters."""
        text = b""
        while text.count(b"HTTP/1.1 ") < answers:
            try:
                text += self.tls.read(65536)
            except ssl.SSLWantReadError:
                data = self.socket.recv(65536)
                assert data, "the server closed"
                self.incoming.write(data)
        return [int(part[:3]) for part in text.split(b"HTTP/1.1 ")[1:]]


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_records_may_arrive_in_any_portion(wire, version):
    c = Records(wire.urls["tls"], version)
    with c.socket:
        c.shake_hands()
        if version == ssl.TLSVersion.TLSv1_3:  # the first request together with the end of the handshake
            c.socket.sendall(c.records(get()))
            assert c.read(1) == [200]
        c.socket.sendall(c.records(get(), get()[:20], get()[20:] + get()))  # several records at once
        assert c.read(3) == [200] * 3
        one = c.records(get())
        for at in range(0, len(one), 7):  # one record in many pieces
            c.socket.sendall(one[at:at + 7])
            time.sleep(0.005)
        assert c.read(1) == [200]
        two = c.records(get()) + c.records(get())
        c.socket.sendall(two[:-10])  # a request, and most of the next one's record
        assert c.read(1) == [200]
        time.sleep(0.1)
        c.socket.sendall(two[-10:])
        assert c.read(1) == [200]


def test_plain_text_on_the_tls_port_is_not_executed(wire):
    with wire.native.watched() as seen, Connection(wire.urls["tls"].replace("https:", "http:")) as c:
        c.send(remainder(wire.case))
        assert b"HTTP/1.1" not in c.rest()
    assert seen == []
