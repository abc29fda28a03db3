"""Raw connections: exactly the bytes that a test says, over TCP or TLS, and the answers as they came."""
import re
import socket
import ssl
import subprocess
import time

import requests

PATIENCE = 60  # seconds for what is expected to happen; only a test that fails waits so long


def self_signed(folder):
    """Certificate and key for a listener, as its configuration wants them."""
    files = {"certificate_file": str(folder / "own.pem"), "key_file": str(folder / "own.key")}
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "10", "-subj", "/CN=localhost",
         "-keyout", files["key_file"], "-out", files["certificate_file"]], check=True, capture_output=True)
    return files


def unverified():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class Answer:
    def __init__(self, head, body):
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split(" ")[1])
        self.fields = {}
        for line in lines[1:]:
            name, _, value = line.partition(": ")
            self.fields[name.lower()] = value
        self.body = body

    @property
    def closes(self):
        return self.fields.get("connection") == "close"


class Connection:
    """Sends bytes as they are; answers are framed by their Content-Length."""

    def __init__(self, url, timeout=PATIENCE, receive_buffer=None, source=None):
        secure, port = url.startswith("https:"), int(url.rpartition(":")[2])
        self.socket = socket.socket()
        self.socket.settimeout(timeout)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        if source:
            self.socket.bind((source, 0))
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if secure:
            self.socket = unverified().wrap_socket(self.socket)
        self.pending = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """False when the server is gone."""
        try:
            self.socket.sendall(data)
            return True
        except OSError:
            return False

    def drip(self, data, pause, seconds=PATIENCE):
        """One byte after the other until the server says something or is gone; the time that took."""
        start = time.monotonic()
        self.socket.settimeout(pause)
        for byte in data:
            assert time.monotonic() - start < seconds, "the server is too patient"
            if not self.send(bytes([byte])):
                break
            try:
                got = self.socket.recv(65536)
                self.pending += got
                break
            except (TimeoutError, ssl.SSLWantReadError):
                continue
            except OSError:
                break
        self.socket.settimeout(PATIENCE)
        return time.monotonic() - start

    def fill(self):
        try:
            data = self.socket.recv(65536)
        except (ConnectionError, ssl.SSLError) as e:
            assert not isinstance(e, TimeoutError)
            data = b""
        self.pending += data
        return bool(data)

    def read(self, no_body=False):
        """The next answer, or None when the connection ended instead."""
        while b"\r\n\r\n" not in self.pending:
            if not self.fill():
                return None
        head, _, self.pending = self.pending.partition(b"\r\n\r\n")
        found = re.search(rb"\r\ncontent-length: (\d+)", head, re.IGNORECASE)
        length = int(found[1]) if found and not no_body else 0
        while len(self.pending) < length:
            assert self.fill(), "the connection ended within a body"
        body, self.pending = self.pending[:length], self.pending[length:]
        return Answer(head, body)

    def rest(self):
        """Everything until the server closes."""
        while self.fill():
            pass
        return self.pending


def request(method, target, key=None, body=b"", fields=(), host="localhost", version="1.1"):
    """The bytes of a request that is well formed if its parts are."""
    lines = [f"{method} {target} HTTP/{version}"]
    if host is not None:
        lines.append(f"Host: {host}")
    if key:
        lines.append(f"Authorization: Bearer {key}")
    if body:
        lines += [f"Content-Length: {len(body)}", "Content-Type: application/json"]
    return "\r\n".join([*lines, *fields, "", ""]).encode("latin-1") + body


class Counters:
    """What a bridge's /metrics said at one time."""

    def __init__(self, admin):
        self.admin = admin
        self.before = self.read()

    def read(self):
        text = requests.get(self.admin + "/metrics", timeout=PATIENCE).text
        return {name: float(value) for name, _, value in (line.rpartition(" ") for line in text.splitlines() if line[:1] != "#")}

    def moved(self, name, **labels):
        """By how much the sum of the series with these labels has grown."""
        now = self.read()
        wanted = [f'{key}="{value}"' for key, value in labels.items()]
        series = [s for s in now if s.partition("{")[0] == name and all(w in s for w in wanted)]
        return sum(now[s] - self.before.get(s, 0) for s in series)

    def refused(self, reason):
        return self.moved("casebridge_refused_total", reason=reason)

    def connections(self, bridge, outcome):
        return self.moved("casebridge_connections_total", bridge=bridge, outcome=outcome)
