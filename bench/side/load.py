"""The generators: wrk in a closed loop for capacity, h2load in an open loop for tails. Both on the load's core."""
import json
import subprocess
from pathlib import Path

from arms import HERE, LOAD_CORE, pinned


def lua_text(text: str) -> str:
    return '"' + "".join(f"\\{b:03d}" if b < 32 or b > 126 or b in b'"\\' else chr(b) for b in text.encode()) + '"'


def request_file(folder: Path, arm, body) -> Path:
    wanted = arm.requests(body)
    file = folder / f"requests-{arm.name}-{body.name.replace(' ', '-')}.lua"
    headers = ",".join(f"[{lua_text(k)}]={lua_text(v)}" for k, v in wanted.headers.items())
    targets = ",".join(map(lua_text, wanted.targets))
    sent = f"body={lua_text(wanted.body)}," if wanted.body else ""
    file.write_text(f'return {{method="{wanted.method}",headers={{{headers}}},{sent}targets={{{targets}}}}}\n')
    return file


def closed_loop(folder: Path, arm, body, seconds: float) -> dict:
    """wrk: requests, microseconds, errors."""
    command = ["wrk", "-t", "1", "-c", body.connections, "-d", f"{max(1, round(seconds))}s", "--timeout", "5s",
               "-s", HERE / "conf" / "requests.lua", f"http://127.0.0.1:{arm.port}", "--",
               request_file(folder, arm, body)]
    done = subprocess.run(pinned(LOAD_CORE, command), capture_output=True, text=True)
    try:
        result = json.loads(done.stdout.strip().splitlines()[-1])
    except (IndexError, ValueError):
        raise SystemExit(f"bench: wrk failed on {arm.name}: {done.stdout}{done.stderr}") from None
    if result["errors"] or not result["requests"]:
        raise SystemExit(f"bench: {arm.name} answered {body.name} with errors: {result}")
    return result


STAGGER_MS = 10


def open_loop(folder: Path, arm, body, rate: float, seconds: int) -> dict:
    """h2load at a rate: percentiles in µs of what was sent after the first second, and the share of the planned
    requests that was sent at all. All clients of h2load walk through the same list at the same pace; they begin one
    after the other, so that they ask for different things: identical reads in flight would share one upstream
    request."""
    wanted = arm.requests(body)
    targets, log = folder / "targets.txt", folder / "h2load.log"
    targets.write_text("".join(f"http://127.0.0.1:{arm.port}{t}\n" for t in wanted.targets))
    log.unlink(missing_ok=True)
    each = max(1, round(rate / body.connections))
    number = each * body.connections * (seconds + 2)
    command = ["h2load", "--h1", "-t", "1", "-c", body.connections, "-r", "1", "--rate-period", f"{STAGGER_MS}ms",
               "--rps", each, "-n", number, "-i", targets, "--log-file", log]
    for name, value in wanted.headers.items():
        command += ["-H", f"{name}: {value}"]
    if wanted.body:
        (folder / "sent.json").write_text(wanted.body)
        command += ["-d", folder / "sent.json"]
    done = subprocess.run(pinned(LOAD_CORE, command), capture_output=True, text=True)
    lines = [tuple(map(int, line.split("\t"))) for line in log.read_text().splitlines()] if log.exists() else []
    if len(lines) != number or any(status // 100 != 2 for _, status, _ in lines):
        raise SystemExit(f"bench: {arm.name} failed under {rate:.0f} requests/s: {done.stdout}{done.stderr}")
    begin = min(start for start, _, _ in lines) + 1_000_000
    taken = sorted(took for start, _, took in lines if begin <= start < begin + seconds * 1_000_000)
    at = lambda share: taken[min(len(taken) - 1, int(len(taken) * share))]  # noqa: E731
    return {"rate": round(rate), "p50": at(0.5), "p99": at(0.99), "p999": at(0.999),
            "sent": len(taken) / (each * body.connections * seconds)}
