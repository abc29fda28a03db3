"""The programs that are compared. Each is started on one core, with the recorded backend behind it."""
import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import world as w
from stack import build_dir, free_port

HERE = Path(__file__).resolve().parent
PROXY_CORE, LOAD_CORE = 1, 0


def pinned(core: int, arguments: list) -> list:
    return ["taskset", "-c", str(core), *map(str, arguments)]


def descendants(pid: int) -> list:
    """The process and its children's children."""
    out = [pid]
    for parent in out:
        try:
            out += map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split())
        except OSError:
            pass
    return out


def wait_for_port(port: int, process: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    process.kill()
    raise SystemExit(f"{process.args[3:6]} did not start:\n{log.read_text(errors='replace')[-3000:]}")


class Arm:
    """One program. translates: it is sent Tracecat's shape, else what casebridge asks the backend."""
    translates = False
    tls = False
    core = PROXY_CORE

    def __init__(self, folder: Path, backend_port: int):
        self.folder, self.backend_port = folder, backend_port
        self.port, self.tls_port, self.process = free_port(), free_port(), None

    def requests(self, body: w.Body) -> w.Requests:
        return body.facade if self.translates else body.backend

    def start(self, environment=None) -> None:
        log = self.folder / f"{self.name}.log"
        with open(log, "wb") as out:
            self.process = subprocess.Popen(pinned(self.core, self.command()), stdout=out, stderr=out,
                                            stdin=subprocess.DEVNULL, env={**os.environ, **(environment or {})})
        wait_for_port(self.port, self.process, log)

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def pids(self) -> list:
        return descendants(self.process.pid)

    def fill(self, template: str, **more) -> Path:
        """conf/<template> with its @NAMES@ filled in, in the folder of this run."""
        text = (HERE / "conf" / template).read_text()
        values = {"FOLDER": self.folder, "HERE": HERE / "conf", "PORT": self.port, "TLS_PORT": self.tls_port,
                  "BACKEND": self.backend_port, "TOKEN": w.TOKEN, "CERTIFICATE": self.folder / "bench.pem",
                  "KEY": self.folder / "bench.key", **more}
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        (self.folder / template).write_text(text)
        return self.folder / template


class NginxArm(Arm):
    def command(self) -> list:
        user = ["-g", "user root;"] if os.geteuid() == 0 else []
        return ["nginx", *user, "-p", self.folder, "-e", self.folder / "nginx.start", "-c", self.fill(self.template)]


class Backend(NginxArm):
    """The backend alone: the floor."""
    name, template, core = "backend", "backend.nginx", LOAD_CORE

    def __init__(self, folder, backend_port):
        super().__init__(folder, backend_port)
        self.port = backend_port

    def write_replies(self, world: w.World) -> None:
        replies = self.folder / "replies"
        replies.mkdir()
        lines = []
        for number, (target, answer) in enumerate(world.replies.items()):
            (replies / str(number)).write_bytes(answer)
            lines.append(f'"{target}" {number};\n')
        # A target that is only posted to must name a file as well.
        lines.append(f'"{world.bodies["create"].backend.targets[0]}" created;\n')
        (replies / "created").write_bytes(world.created)
        (self.folder / "replies.map").write_text("".join(lines))

    def requests_seen(self) -> int:
        text = w.ask(self.port, "GET", "/counted")[2].decode()
        return int(text.splitlines()[2].split()[2])


class NginxPass(NginxArm):
    name, template, tls = "nginx", "pass.nginx", True


class HaproxyPass(Arm):
    name = "haproxy"

    def command(self) -> list:
        return ["haproxy", "-db", "-f", self.fill("pass.haproxy")]


class NginxLua(NginxArm):
    name, template, translates = "nginx+lua", "translate.nginx", True


class Casebridge(Arm):
    name, translates, tls = "casebridge", True, True

    def command(self) -> list:
        certificate = {"certificate_file": str(self.folder / "bench.pem"), "key_file": str(self.folder / "bench.key")}
        settings = w.bridge_settings(self.backend_port, self.port, self.tls_port, certificate)
        settings["admin"] = {"listen": f"127.0.0.1:{free_port()}"}
        config = self.folder / "casebridge.jsonc"
        config.write_text(json.dumps(settings, indent=1))
        return [build_dir() / "casebridge", "serve", "--config", config]


PROXIES = {arm.name: arm for arm in (NginxPass, HaproxyPass, NginxLua, Casebridge)}
ALL = ["backend", *PROXIES]


def make_certificate(folder: Path) -> None:
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", "/CN=localhost", "-keyout", folder / "bench.key", "-out", folder / "bench.pem"],
                   check=True, capture_output=True)


def missing_programs() -> list:
    return [p for p in ("nginx", "haproxy", "wrk", "h2load", "strace", "gnuplot", "taskset") if not shutil.which(p)]
