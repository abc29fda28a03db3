"""tools/bench: what a request costs, beside nginx, HAProxy, and nginx with Lua. See docs/performance.md."""
import argparse
import fcntl
import hashlib
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[2] / "tools" / "lib")]

import arms as a  # noqa: E402
import check  # noqa: E402
import cost  # noqa: E402
import figures  # noqa: E402
import load  # noqa: E402
import report  # noqa: E402
import world as w  # noqa: E402
from stack import ROOT, build_dir  # noqa: E402

JUDGED = "case of 1.5 KB"      # the body that memory, system calls and allocations are measured with
SHARE = 0.6                    # of an arm's own capacity, for the tails


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class Quiet:
    """Holds a lock file while something is measured, so that builds beside it can wait."""

    def __init__(self, file):
        self.file = open(file, "a") if file else None

    def __enter__(self):
        if self.file:
            fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *_):
        if self.file:
            fcntl.flock(self.file, fcntl.LOCK_UN)


class Run:
    def __init__(self, options, folder: Path):
        self.options, self.folder, self.quiet = options, folder, Quiet(options.lock)
        say("making cases and recording the exchanges …")
        self.world = w.make_world()
        self.bodies = [b for b in self.world.bodies.values() if not options.body or b.name in options.body]
        self.proxies = [a.PROXIES[name](folder, self.world.backend_port) for name in a.PROXIES if name in options.only]
        self.backend = a.Backend(folder, self.world.backend_port)
        self.backend.write_replies(self.world)
        a.make_certificate(folder)
        (folder / "translation.json").write_text(json.dumps(self.world.translation))

    def arms(self) -> list:
        return ([self.backend] if "backend" in self.options.only else []) + self.proxies

    def check(self) -> None:
        compared = check.check_all(self.proxies, self.world, self.bodies)
        say(f"correctness: {compared} answers as expected, and the backend was asked alike")

    def start(self) -> None:
        self.backend.start()
        for arm in self.proxies:
            arm.start()

    def stop(self) -> None:
        for arm in [*self.proxies, self.backend]:
            arm.stop()

    def one(self, arm, body, seconds) -> dict:
        """One measurement: requests/s, CPU µs per request, backend requests per request."""
        load.closed_loop(self.folder, arm, body, 1)
        pids, seen = arm.pids(), self.backend.requests_seen()
        before = cost.cpu_seconds(pids)
        done = load.closed_loop(self.folder, arm, body, seconds)
        spent = cost.cpu_seconds(pids) - before
        asked = self.backend.requests_seen() - seen
        # Requests in flight at either end are counted on one side only.
        if abs(asked - done["requests"]) > 0.02 * done["requests"] + 2 * body.connections:
            raise SystemExit(f"bench: {arm.name} asked the backend {asked} times for {done['requests']} requests "
                             f"({body.name})")
        return {"rate": done["requests"] / done["microseconds"] * 1e6, "cpu": spent / done["requests"] * 1e6}

    def capacity(self) -> dict:
        """body → arm → a measurement per round; forward and backward in turn."""
        out = {b.name: {arm.name: [] for arm in self.arms()} for b in self.bodies}
        for body in self.bodies:
            for number in range(self.options.rounds):
                order = self.arms() if number % 2 == 0 else self.arms()[::-1]
                with self.quiet:
                    for arm in order:
                        out[body.name][arm.name].append(self.one(arm, body, self.options.seconds))
            say(f"{body.name}: " + ", ".join(
                f"{name} {figures.median([t['rate'] for t in taken]):.0f}/s {figures.median([t['cpu'] for t in taken]):.1f} µs"
                for name, taken in out[body.name].items()))
        return out

    def tails(self, summary: dict) -> dict:
        out = {}
        bodies = [b for b in self.bodies if not self.options.quick or b.name == JUDGED]
        for body in bodies:
            taken = {arm.name: [] for arm in self.proxies}
            for number in range(1 if self.options.quick else 3):
                with self.quiet:
                    for arm in self.proxies if number % 2 == 0 else self.proxies[::-1]:
                        rate = SHARE * summary[body.name][arm.name]["rate"]["median"]
                        taken[arm.name].append(load.open_loop(self.folder, arm, body, rate, self.options.seconds + 1))
            out[body.name] = {name: {key: figures.spread([t[key] for t in list_]) for key in list_[0]}
                              for name, list_ in taken.items()}
            say(f"{body.name}: p99 " + ", ".join(f"{n} {f['p99']['median']:.0f} µs" for n, f in out[body.name].items()))
        return out

    def costs(self) -> dict:
        """Peak after all load; then each figure on programs that were started for it."""
        out = {"peak": {arm.name: cost.peak_kib(arm) for arm in self.proxies}, "idle": {}, "system_calls": {},
               "allocations": {}}
        body = self.world.bodies[JUDGED]
        seconds = 1 if self.options.quick else 3
        connections = 500 if self.options.quick else 2000
        counter = cost.AllocationCounter(self.folder)
        for arm in self.proxies:
            with self.quiet:
                arm.stop()
                arm.start()
                idle = {"plain": cost.idle_connection_kib(arm, body, connections, False)}
                if arm.tls:
                    arm.stop()
                    arm.start()
                    idle["tls"] = cost.idle_connection_kib(arm, body, connections, True)
                out["idle"][arm.name] = idle
                out["system_calls"][arm.name] = cost.system_calls(self.folder, arm, body, seconds)
                arm.stop()
                arm.start(counter.environment())
                out["allocations"][arm.name] = cost.allocations(self.folder, arm, body, seconds, counter)
                arm.stop()
                arm.start()
            say(f"{arm.name}: " + json.dumps({k: v.get(arm.name) for k, v in out.items() if isinstance(v, dict)}))
        return out

    def copies(self) -> dict:
        """CPU µs of Boost.JSON's parse and serialise of the bytes of each body that is read."""
        out = {}
        for body in self.bodies:
            if body.backend.method != "GET":
                continue
            listed = self.folder / "copies.txt"
            files = []
            for number, target in enumerate(body.backend.targets):
                files.append(self.folder / f"copy-{number}")
                files[-1].write_bytes(self.world.replies[target])
            listed.write_text("".join(f"{f}\n" for f in files))
            with self.quiet:
                done = subprocess.run(a.pinned(a.PROXY_CORE, [build_dir() / "casebridge-bench", f"--copy={listed}"]),
                                      capture_output=True, text=True)
            if done.returncode:
                raise SystemExit(f"bench: casebridge-bench failed: {done.stdout}{done.stderr}")
            out[body.name] = float(done.stdout)
        return out


def first_line(*command) -> str:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    return ((done.stdout or done.stderr).splitlines() or [""])[0].strip()


def machine(folder: Path) -> dict:
    model = [line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")][0]
    versions = {
        "casebridge": first_line(build_dir() / "casebridge", "--version"), "nginx": first_line("nginx", "-v"),
        "haproxy": first_line("haproxy", "-v").split(" - ")[0], "wrk": first_line("wrk", "-v").split(" Copyright")[0],
        "h2load": first_line("h2load", "--version"),
    }
    return {"time": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()), "kernel": platform.release(), "processor": model,
            "cores": os.cpu_count(), "load": " ".join(f"{x:.2f}" for x in os.getloadavg()), "versions": versions,
            "templates": {f.name: hashlib.sha256(f.read_bytes()).hexdigest()[:16]
                          for f in sorted((a.HERE / "conf").iterdir())}}


def measure(options, folder: Path) -> dict:
    results = {"machine": machine(folder), "rounds": options.rounds, "seconds": options.seconds}
    run = Run(options, folder)
    run.check()
    run.start()
    try:
        rounds = run.capacity()
        results["rounds_taken"] = rounds
        results["summary"] = figures.summarise(rounds)
        results["tails"] = run.tails(results["summary"]) if "tails" not in options.skip else {}
        empty = {"peak": {}, "idle": {}, "system_calls": {}, "allocations": {}}
        results["costs"] = run.costs() if "costs" not in options.skip else empty
    finally:
        run.stop()
    results["copies"] = run.copies()
    results["bytes"] = {b.name: b.upstream_bytes for b in run.bodies}
    found = figures.yardsticks(results["summary"], rounds, results["tails"], results["copies"], results["costs"]["idle"])
    results["yardsticks"] = [{**y.as_json(), "wanted": y.wanted()} for y in found]
    return results


def read_options(arguments: list):
    p = argparse.ArgumentParser(prog="tools/bench", description=__doc__,
                                epilog="example: tools/bench --only backend,nginx,casebridge --body 'case of 1.5 KB' --rounds 3")
    p.add_argument("--rounds", type=int, default=5, help="rounds, the order of the arms alternating (5)")
    p.add_argument("--seconds", type=int, default=3, help="length of one measurement (3)")
    p.add_argument("--quick", action="store_true", help="one round of one second: whether it works, not what it costs")
    p.add_argument("--only", default=",".join(a.ALL), help="arms, separated by commas: " + ", ".join(a.ALL))
    p.add_argument("--body", action="append", help="a body; may be given again: case of 1.5 KB, case of 3.4 KB, page of 100, create")
    p.add_argument("--skip", action="append", default=[], choices=["tails", "costs"], help="leave a part out")
    p.add_argument("--check", action="store_true", help="exit status 1 if a yardstick is missed")
    p.add_argument("--docs", action="store_true", help="write the tables into docs/performance.md")
    p.add_argument("--keep", action="store_true", help="keep the folder with configurations and logs")
    p.add_argument("--lock", default=os.environ.get("CASEBRIDGE_BENCH_LOCK"),
                   help="file that is locked (flock) while something is measured, where others build beside")
    options = p.parse_args(arguments)
    options.only = [name.strip() for name in options.only.split(",")]
    if unknown := [name for name in options.only if name not in a.ALL]:
        p.error(f"no arm {unknown[0]!r}")
    if unknown := [name for name in options.body or [] if name not in (JUDGED, "case of 3.4 KB", "page of 100", "create")]:
        p.error(f"no body {unknown[0]!r}")
    if options.quick:
        options.rounds, options.seconds = 1, 1
    return options


def main() -> int:
    options = read_options(sys.argv[1:])
    if missing := a.missing_programs():
        raise SystemExit(f"bench: {missing[0]} is missing: tools/setup --bench")
    if len(os.sched_getaffinity(0)) < 2:
        raise SystemExit("bench: two cores are needed, one for the proxy and one for generator and backend")
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    folder = Path(tempfile.mkdtemp(prefix="casebridge-bench-"))
    try:
        results = measure(options, folder)
        text = report.text_of(results)
        name = "quick" if options.quick or options.body or len(options.only) < len(a.ALL) else "side-by-side"
        files = report.write_all(results, name, folder)
    finally:
        if options.keep:
            say(f"configurations and logs: {folder}")
        else:
            subprocess.run(["rm", "-rf", str(folder)], check=False)
    print(text)
    say("written: " + ", ".join(str(f.relative_to(ROOT)) for f in files))
    if options.docs:
        report.write_docs(text)
    missed = [y["name"] for y in results["yardsticks"] if y["verdict"] == "missed"]
    for name in missed:
        say(f"missed: {name}")
    return 1 if missed and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
