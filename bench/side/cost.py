"""What an arm costs: CPU time, memory, system calls, allocations. All from outside, the same way for every arm."""
import mmap
import re
import socket
import ssl
import struct
import subprocess
import time
from pathlib import Path

import load


def cpu_seconds(pids: list) -> float:
    """Time on a processor of all threads of these processes, in user mode and in the kernel."""
    total = 0
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def status_kib(pids: list, name: str) -> int:
    total = 0
    for pid in pids:
        found = re.search(rf"^{name}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.M)
        total += int(found.group(1)) if found else 0
    return total


def private_kib(pids: list) -> int:
    """Memory that only these processes have; pages that nginx's master and worker share count once."""
    return sum(int(re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M).group(1))
               for pid in pids)


def read_answer(connection) -> None:
    def more() -> bytes:
        part = connection.recv(65536)
        if not part:
            raise SystemExit("bench: a connection was closed in the middle of an answer")
        return part

    data = b""
    while b"\r\n\r\n" not in data:
        data += more()
    head, _, rest = data.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"bench: an idle connection was answered {head[:80]!r}")
    left = int(re.search(rb"content-length: (\d+)", head, re.I).group(1)) - len(rest)
    while left > 0:
        left -= len(more())


def idle_connection_kib(arm, body, count: int, tls: bool) -> float:
    """Memory per connection that has been answered once and waits for its next request."""
    wanted = arm.requests(body)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    fields = "".join(f"{k}: {v}\r\n" for k, v in {"Host": "localhost", **wanted.headers}.items())

    def open_one(number: int):
        connection = socket.create_connection(("127.0.0.1", arm.tls_port if tls else arm.port), timeout=10)
        if tls:
            connection = context.wrap_socket(connection)
        target = wanted.targets[number % len(wanted.targets)]
        connection.sendall(f"{wanted.method} {target} HTTP/1.1\r\n{fields}\r\n".encode())
        read_answer(connection)
        return connection

    first = [open_one(i) for i in range(50)]   # what is allocated once is there already
    time.sleep(0.2)
    before = private_kib(arm.pids())
    connections = [open_one(i) for i in range(count)]
    time.sleep(0.3)
    grown = private_kib(arm.pids()) - before
    for connection in first + connections:
        connection.close()
    return grown / count


def system_calls(folder: Path, arm, body, seconds: int) -> dict:
    """Calls per request: all of them, and the five most frequent. A run of its own, since strace slows everything."""
    table = folder / "strace.txt"
    pids = [argument for pid in arm.pids() for argument in ("-p", str(pid))]
    tracer = subprocess.Popen(["strace", "-f", "-c", "-o", table, *pids], stderr=subprocess.PIPE, text=True)
    try:
        tracer.stderr.readline()   # attached
        time.sleep(0.2)
        number = load.closed_loop(folder, arm, body, seconds)["requests"]
    finally:
        tracer.send_signal(2)
        tracer.wait(10)
    counts = {}
    for line in table.read_text().splitlines():
        columns = line.split()
        if len(columns) >= 5 and columns[0][0].isdigit() and columns[-1] != "total":
            counts[columns[-1]] = int(columns[3]) / number
    most = sorted(counts, key=counts.get, reverse=True)[:5]
    return {"all": sum(counts.values()), "most": {name: round(counts[name], 2) for name in most}}


class AllocationCounter:
    """Counts malloc, calloc and realloc in every process that is started with its environment."""

    def __init__(self, folder: Path):
        self.library, self.counts = folder / "count_allocations.so", folder / "allocations"
        source = Path(__file__).resolve().parent / "count_allocations.c"
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", self.library, source], check=True)
        self.counts.write_bytes(bytes(4096))

    def environment(self) -> dict:
        return {"LD_PRELOAD": str(self.library), "COUNT_ALLOCATIONS": str(self.counts)}

    def read(self) -> tuple:
        with open(self.counts, "rb") as file, mmap.mmap(file.fileno(), 4096, access=mmap.ACCESS_READ) as memory:
            return struct.unpack("QQ", memory[:16])


def allocations(folder: Path, arm, body, seconds: int, counter: AllocationCounter) -> dict:
    """Allocations and bytes per request, after a second that is not counted. The arm must run under the counter."""
    load.closed_loop(folder, arm, body, 1)
    calls, size = counter.read()
    number = load.closed_loop(folder, arm, body, seconds)["requests"]
    calls_after, size_after = counter.read()
    return {"calls": (calls_after - calls) / number, "bytes": (size_after - size) / number}


def peak_kib(arm) -> int:
    return status_kib(arm.pids(), "VmHWM")
