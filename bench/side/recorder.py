"""A backend for the minutes before the measuring: passes requests on to the sandbox and remembers the exchanges,
or gives remembered answers back and keeps what the arms sent."""
import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Exchange:
    def __init__(self, method, target, sent, status, answer):
        self.method, self.target, self.sent, self.status, self.answer = method, target, sent, status, answer


class Recorder:
    """Listens on `port`. upstream: port of the sandbox, or None to answer from `known` only."""

    def __init__(self, port: int, upstream=None, known=()):
        self.upstream = upstream
        self.answers = {(e.method, e.target): e for e in known}
        self.seen = []
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def pass_on(self):
                sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, answer = recorder.answer(self.command, self.path, dict(self.headers), sent)
                self.send_response_only(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST = do_PUT = pass_on

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def answer(self, method, target, headers, sent):
        if self.upstream is None:
            known = self.answers.get((method, target))
            status, answer = (known.status, known.answer) if known else (404, b'{"status":"Not Found"}')
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.upstream, timeout=10)
            kept = {k: v for k, v in headers.items() if k.lower() in ("authorization", "timestamp", "content-type")}
            connection.request(method, target, sent or None, kept)
            reply = connection.getresponse()
            status, answer = reply.status, reply.read()
            connection.close()
        self.seen.append(Exchange(method, target, sent, status, answer))
        return status, answer

    def take(self) -> list:
        """What has been seen since the last call."""
        seen, self.seen = self.seen, []
        return seen

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
