#!/usr/bin/env python3
"""What an idle connection costs a server in memory: resident bytes per connection, measured as a slope.

Opens connections, makes one request on each, waits a moment, and compares the server's resident memory before
and after. The first connections only warm up (allocators, pools), so what is reported is the cost of the later ones.

usage: idle_connections.py --port PORT --pid PID [--path /health] [--header 'Authorization: …'] [--tls]
                           [--warm 500] [--count 4000]
prints one line of JSON: {"connections":…, "bytes_per_connection":…, "rss_before":…, "rss_after":…}
"""
import argparse
import json
import resource
import socket
import ssl
import sys
import time


def resident(pid):
    """Resident bytes of a process that no other process shares (VmRSS of its anonymous part)."""
    with open(f"/proc/{pid}/status") as status:
        for line in status:
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024
    raise SystemExit(f"no memory figure for process {pid}")


def read_answer(connection):
    """Reads one answer that has a Content-Length."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            raise SystemExit("the server closed a connection: " + data.decode(errors="replace"))
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head


class Crowd:
    """Idle connections, each of which has made one request."""

    def __init__(self, port, path="/health", headers=(), tls=False):
        self.port, self.tls = port, tls
        lines = [f"GET {path} HTTP/1.1", "Host: localhost", *headers, "", ""]
        self.request = "\r\n".join(lines).encode()
        self.open = []
        if tls:
            self.context = ssl.create_default_context()
            self.context.check_hostname = False
            self.context.verify_mode = ssl.CERT_NONE

    def grow(self, count):
        for _ in range(count):
            connection = socket.create_connection(("127.0.0.1", self.port), 10)
            if self.tls:
                connection = self.context.wrap_socket(connection)
            connection.sendall(self.request)
            read_answer(connection)
            self.open.append(connection)

    def close(self):
        for connection in self.open:
            connection.close()
        self.open.clear()


def measure(crowd, pid, warm, count, settle=0.5):
    crowd.grow(warm)
    time.sleep(settle)
    before = resident(pid)
    crowd.grow(count)
    time.sleep(settle)
    after = resident(pid)
    return {
        "connections": count, "bytes_per_connection": round((after - before) / count), "rss_before": before, "rss_after": after,
    }


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--pid", type=int, required=True)
    arguments.add_argument("--path", default="/health")
    arguments.add_argument("--header", action="append", default=[])
    arguments.add_argument("--tls", action="store_true")
    arguments.add_argument("--warm", type=int, default=500)
    arguments.add_argument("--count", type=int, default=4000)
    given = arguments.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard != resource.RLIM_INFINITY and given.warm + given.count + 50 > hard:
        sys.exit(f"only {hard} descriptors allowed")
    crowd = Crowd(given.port, given.path, given.header, given.tls)
    print(json.dumps(measure(crowd, given.pid, given.warm, given.count)))
    crowd.close()


if __name__ == "__main__":
    main()
