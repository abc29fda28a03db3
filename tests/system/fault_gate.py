"""A gate between a bridge and its backend that passes requests on, notes the writes, and misbehaves on demand.

The sandbox's own faults end where a server ends; this one owns every byte, the listening socket and the certificate.
"""
import contextlib
import http.client
import socket
import struct
import threading
from collections import namedtuple

Request = namedtuple("Request", "method target head body")
Write = namedtuple("Write", "method target body status")
PATIENCE = 60  # seconds until a connection that nobody uses is given up


def json_answer(status, body, more=""):
    kind = "Content-Type: application/json\r\n"
    return f"HTTP/1.1 {status} X\r\n{kind}{more}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Wire:
    """One connection from the bridge."""

    def __init__(self, sock):
        self.socket, self.pending = sock, b""

    def read_request(self):
        while b"\r\n\r\n" not in self.pending:
            if not self.fill():
                return None
        head, _, rest = self.pending.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        self.pending = rest
        while len(self.pending) < length:
            if not self.fill():
                return None
        body, self.pending = self.pending[:length], self.pending[length:]
        method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
        return Request(method, target, head.split(b"\r\n")[1:], body)

    def fill(self):
        with contextlib.suppress(OSError):
            block = self.socket.recv(65536)
            self.pending += block
            return bool(block)
        return False

    def send(self, data):
        with contextlib.suppress(OSError):
            self.socket.sendall(data)

    def reset(self):
        with contextlib.suppress(OSError):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.socket.close()

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            self.socket.close()


class FaultGate:
    """fault(gate, wire, request, answer): answer() passes the request on and returns the whole answer's bytes."""

    def __init__(self, backend_port=None, context=None):
        self.backend_port, self.context = backend_port, context  # may be set later, or changed
        self.lock = threading.Lock()
        self.wires, self.writes, self.seen = set(), [], 0
        self.fault, self.on_accept, self.skip, self.times, self.fired = None, None, 0, -1, 0
        self.hung = threading.Event()
        self.listener, self.fillers = None, []
        self.port = 0
        self.up()

    # The listening socket

    def up(self):
        self.down()
        self.listener = self.bound(64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept_all, args=(self.listener,), daemon=True).start()

    def bound(self, backlog):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(backlog)
        return listener

    def down(self):
        """From now on connections are refused, and open ones end."""
        for each in [*self.fillers, *([self.listener] if self.listener else [])]:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self.listener, self.fillers = None, []
        self.drop()

    def black_hole(self):
        """From now on connecting neither succeeds nor fails: the listening socket's queue is full."""
        self.down()
        self.listener = self.bound(0)
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", self.port))
            self.fillers.append(filler)

    def drop(self):
        with self.lock:
            wires = list(self.wires)
        for wire in wires:
            wire.close()

    def accept_all(self, listener):
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(sock,), daemon=True).start()

    # Requests

    def arm(self, fault=None, skip=0, times=-1, on_accept=None):
        """The fault happens to every request after so many, so many times at most."""
        with self.lock:
            self.fault, self.on_accept, self.skip, self.times, self.fired = fault, on_accept, skip, times, 0
            self.writes, self.seen = [], 0
        self.hung.clear()

    def disarm(self):
        with self.lock:
            self.fault = self.on_accept = None
        self.hung.set()

    def due(self):
        with self.lock:
            self.seen += 1
            if self.fault is None or self.seen <= self.skip or self.times == 0:
                return None
            self.times -= 1
            self.fired += 1
            return self.fault

    def serve(self, sock):
        sock.settimeout(PATIENCE)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wire = Wire(sock)
        if self.on_accept:
            self.fired += 1
            return self.on_accept(wire)
        try:
            if self.context:
                wire.socket = self.context.wrap_socket(sock, server_side=True)
        except OSError:
            return wire.close()
        with self.lock:
            self.wires.add(wire)
        backend = http.client.HTTPConnection("127.0.0.1", self.backend_port, timeout=PATIENCE)
        try:
            while request := wire.read_request():
                if fault := self.due():
                    fault(self, wire, request, lambda request=request: self.pass_on(backend, request))
                else:
                    wire.send(self.pass_on(backend, request))
        finally:
            with self.lock:
                self.wires.discard(wire)
            backend.close()
            wire.close()

    def pass_on(self, backend, request):
        fields = dict(line.decode().split(": ", 1) for line in request.head)
        backend.request(request.method, request.target, request.body or None, fields)
        answer = backend.getresponse()
        body = answer.read()
        if request.method != "GET":
            with self.lock:
                self.writes.append(Write(request.method, request.target, request.body, answer.status))
        head = "".join(f"{k}: {v}\r\n" for k, v in answer.getheaders() if k.lower() not in ("content-length", "transfer-encoding"))
        length = "" if answer.status in (204, 304) else f"Content-Length: {len(body)}\r\n"
        return f"HTTP/1.1 {answer.status} X\r\n{head}{length}\r\n".encode() + body

    def close(self):
        self.disarm()
        self.down()


# Faults. Those that begin with done_ pass the request on first: it is done, whatever the bridge hears of it.

def hang(gate, wire, request, answer):
    gate.hung.wait(PATIENCE)
    wire.close()


def done_hang(gate, wire, request, answer):
    answer()
    hang(gate, wire, request, answer)


def reset(gate, wire, request, answer):
    wire.reset()


def refuse(gate, wire, request, answer):
    gate.down()


def done_reset(gate, wire, request, answer):
    answer()
    wire.reset()


def partial(cut, end):
    """The first so many bytes of the answer, counted from the end of its head, and then the end."""
    def fault(gate, wire, request, answer):
        whole = answer()
        wire.send(whole[:whole.index(b"\r\n\r\n") + cut(len(whole) - whole.index(b"\r\n\r\n"))])
        end(wire)
    return fault


def changed(change):
    def fault(gate, wire, request, answer):
        head, _, body = answer().partition(b"\r\n\r\n")
        wire.send(change(head, body))
    return fault


def announced_end(gate, wire, request, answer):
    """Unannounced, it would be a race that no client can win: the next request may be on its way."""
    head, _, body = answer().partition(b"\r\n\r\n")
    wire.send(head + b"\r\nConnection: close\r\n\r\n" + body)
    wire.close()


def length_off_by(n):
    """A Content-Length that is wrong; the connection stays open if it is too small, and ends if it is too large."""
    def fault(gate, wire, request, answer):
        head, _, body = answer().partition(b"\r\n\r\n")
        head = head.replace(f"Content-Length: {len(body)}".encode(), f"Content-Length: {len(body) + n}".encode())
        wire.send(head + b"\r\n\r\n" + body)
        if n > 0:
            wire.close()
    return fault


def instead(data):
    """An answer of the gate's own; the request is not done."""
    def fault(gate, wire, request, answer):
        wire.send(data)
    return fault


def status(code, more=""):
    return instead(json_answer(code, b'{"message":"from the gate","status":"Error"}', more))


def done_status(code):
    def fault(gate, wire, request, answer):
        answer()
        status(code)(gate, wire, request, answer)
    return fault


def drip(gate, wire, request, answer):
    for byte in answer():
        if gate.hung.wait(0.02):
            break
        wire.send(bytes([byte]))
    wire.close()


def relabelled(head, body, kind):
    return b"\r\n".join(kind if line.lower().startswith(b"content-type") else line for line in head.split(b"\r\n")) + b"\r\n\r\n" + body
