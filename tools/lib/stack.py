"""Starts and stops the programs of one try-out: a sandbox and a bridge over it. Standard library only."""
import collections
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def build_dir() -> Path:
    """Where the binaries are: CASEBRIDGE_BUILD_DIR, else build/release."""
    return Path(os.environ.get("CASEBRIDGE_BUILD_DIR", ROOT / "build" / "release"))


# Ports that were given out stay bound for a while, without listening: the system gives them to nobody else, and the
# program that they are for can listen there all the same, with SO_REUSEADDR.
_kept = collections.deque(maxlen=64)


def free_port() -> int:
    kept = socket.socket()
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    kept.bind(("127.0.0.1", 0))
    _kept.append(kept)
    return kept.getsockname()[1]


def fetch(url: str, timeout: float = 2):
    """Status of a GET, or None when nothing answers."""
    try:
        return urllib.request.urlopen(url, timeout=timeout).status
    except urllib.error.HTTPError as e:
        return e.code
    except OSError:
        return None


class Stack:
    """A folder for generated files, and the processes started so far."""

    def __init__(self, quiet: bool = False):
        self.folder = tempfile.TemporaryDirectory(prefix="casebridge-")
        self.processes = []
        self.quiet = quiet

    def path(self, name: str) -> Path:
        return Path(self.folder.name) / name

    def write(self, name: str, content) -> Path:
        self.path(name).write_text(content if isinstance(content, str) else json.dumps(content, indent=1))
        return self.path(name)

    def start(self, name: str, arguments: list, ready, env=None) -> subprocess.Popen:
        """Runs a program with its output in <folder>/<name>.log; returns once ready() is true."""
        program = build_dir() / arguments[0]
        if not program.exists():
            raise SystemExit(f"{program} is missing: cmake --preset release && cmake --build --preset release")
        beside = sum(n.partition("#")[0] == name and p.poll() is None for n, p in self.processes)
        name += f"#{beside + 1}" if beside else ""  # each has a log of its own
        log = open(self.path(name + ".log"), "wb")
        process = subprocess.Popen(
            [str(program), *map(str, arguments[1:])], stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            env={**os.environ, **(env or {})}, start_new_session=True,
        )
        self.processes.append((name, process))
        end = time.monotonic() + 120
        while not ready():
            if process.poll() is not None or time.monotonic() > end:
                text = self.log(name)
                self.stop()
                raise SystemExit(f"{name} did not start:\n{text[-3000:]}")
            time.sleep(0.02)
        return process

    def log(self, name: str) -> str:
        return self.path(name + ".log").read_text(errors="replace")

    def start_sandbox(self, port: int, data=None) -> subprocess.Popen:
        arguments = ["casebridge-sandbox", "threatconnect", "--listen", f"127.0.0.1:{port}"]
        if data is not None:
            arguments += ["--data", data]
        return self.start("sandbox", arguments, lambda: fetch(f"http://127.0.0.1:{port}/api/v3/cases") is not None)

    def start_bridge(self, config, admin_port: int, env=None) -> subprocess.Popen:
        settings = {"CASEBRIDGE_ADMIN_LISTEN": f"127.0.0.1:{admin_port}", **(env or {})}
        ready = f"http://127.0.0.1:{admin_port}/readyz"
        return self.start("bridge", ["casebridge", "serve", "--config", config], lambda: fetch(ready) == 200, settings)

    def wait(self) -> int:
        """Until a signal, or until one of the programs ends by itself (then 1)."""
        stopped = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.append(True))
        while not stopped:
            for name, process in self.processes:
                if process.poll() is not None:
                    print(f"{name} ended by itself ({process.returncode}):\n{self.log(name)[-2000:]}", file=sys.stderr)
                    return 1
            time.sleep(0.1)
        return 0

    def stop(self) -> None:
        for _, process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for _, process in reversed(self.processes):
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()
        self.folder.cleanup()
