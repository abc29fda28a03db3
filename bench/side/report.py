"""What a run found: tables on the terminal and in docs/performance.md, JSON, and a plot."""
import json
import subprocess
from pathlib import Path

from arms import ALL
from stack import ROOT

DOCS = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- side by side: written by tools/bench --docs -->", "<!-- end of side by side -->"


def between(figures: dict, digits: int = 2) -> str:
    return f"{figures['median']:.{digits}f} ({figures['min']:.{digits}f}–{figures['max']:.{digits}f})"


def table(head: list, rows: list) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def in_order(arms) -> list:
    return [a for a in ALL if a in arms]


def throughput(results: dict) -> str:
    head = ["body", "arm", "requests/s", "÷ nginx", "CPU µs per request", "÷ nginx"]
    rows = []
    for body, arms in results["summary"].items():
        for arm in in_order(arms):
            f = arms[arm]
            ratio = [between(f[k]) if k in f else "" for k in ("rate_ratio", "cpu_ratio")]
            rows.append([body, arm, between(f["rate"], 0), ratio[0], between(f["cpu"], 1), ratio[1]])
    return table(head, rows)


def tails(results: dict) -> str:
    head = ["body", "arm", "requests/s", "p50 µs", "p99 µs", "p99.9 µs", "sent of planned"]
    rows = []
    for body, arms in results["tails"].items():
        for arm in in_order(arms):
            f = arms[arm]
            rows.append([body, arm, f"{f['rate']['median']:.0f}", f"{f['p50']['median']:.0f}", between(f["p99"], 0),
                         f"{f['p999']['median']:.0f}", f"{f['sent']['min']:.3f}"])
    return table(head, rows)


def costs(results: dict) -> str:
    c = results["costs"]
    head = ["arm", "peak memory MiB", "KiB per idle connection", "the same with TLS",
            "system calls per request", "allocations per request"]
    rows = []
    for arm in in_order(c["peak"]):
        idle = c["idle"].get(arm, {})
        kib = [f"{idle[k]:.1f}" if k in idle else "" for k in ("plain", "tls")]
        calls = c["system_calls"].get(arm)
        listed = f"{calls['all']:.1f}: " + ", ".join(f"{n} {v:g}" for n, v in calls["most"].items()) if calls else ""
        allocated = c["allocations"].get(arm)
        rows.append([arm, f"{c['peak'][arm] / 1024:.1f}", *kib, listed,
                     f"{allocated['calls']:.1f} ({allocated['bytes']:.0f} bytes)" if allocated else ""])
    return table(head, rows)


def verdicts(results: dict) -> str:
    rows = [[y["name"], f"{y['value']:.2f}{y['unit']}", y["wanted"], y["verdict"]] for y in results["yardsticks"]]
    return table(["yardstick", "measured", "wanted", "verdict"], rows)


def circumstances(results: dict) -> str:
    m = results["machine"]
    bodies = ", ".join(f"{name} {size} bytes" for name, size in results["bytes"].items())
    copies = ", ".join(f"{name} {us:.1f} µs" for name, us in results["copies"].items())
    return (f"{m['time']}, {m['processor']}, {m['cores']} cores, Linux {m['kernel']}, load average before the run "
            f"{m['load']}; {', '.join(m['versions'].values())}. {results['rounds']} rounds. "
            f"Upstream bytes: {bodies}. Boost.JSON parse and serialise: {copies or 'not measured'}.\n")


def text_of(results: dict) -> str:
    parts = [circumstances(results), verdicts(results), throughput(results)]
    if results["tails"]:
        parts.append("Open loop at 60 % of each arm's own capacity:\n\n" + tails(results))
    if results["costs"]["peak"]:
        parts.append("Costs, with the case of 1.5 KB:\n\n" + costs(results))
    return "\n".join(parts)


def write_docs(text: str) -> None:
    page = DOCS.read_text()
    if BEGIN not in page or END not in page:
        raise SystemExit(f"{DOCS} has lost the marks between which the figures stand")
    before, rest = page.split(BEGIN, 1)
    DOCS.write_text(before + BEGIN + "\n\n" + text + "\n" + END + rest.split(END, 1)[1])


def plot(results: dict, file: Path, folder: Path) -> None:
    """Both ratios to nginx pass-through, a group of bars for each body."""
    bodies = list(results["summary"])
    arms = in_order(next(iter(results["summary"].values())))
    blocks = []
    for key in ("rate_ratio", "cpu_ratio"):
        lines = []
        for body in bodies:
            figures = [results["summary"][body][a].get(key, {}) for a in arms]
            lines.append('"' + body + '" ' + " ".join(f"{f.get(k, 0):.4f}" for f in figures for k in ("median", "min", "max")))
        blocks.append("\n".join(lines))
    (folder / "plot.dat").write_text("\n\n\n".join(blocks) + "\n")
    series = lambda block: ", ".join(  # noqa: E731
        f'"plot.dat" index {block} using {2 + 3 * i}:{3 + 3 * i}:{4 + 3 * i}:xtic(1) title "{arm}"'
        for i, arm in enumerate(arms))
    (folder / "plot.gp").write_text(f'''
set terminal pngcairo size 1100,900 font "sans,11"
set output "{file}"
set style data histogram
set style histogram errorbars gap 1.5 linewidth 1
set style fill solid 0.85 border -1
set grid ytics
set key outside top center horizontal
set yrange [0:*]
set multiplot layout 2,1
set title "requests per second ÷ nginx pass-through (more is better)"
plot {series(0)}
set title "CPU time per request ÷ nginx pass-through (less is better)"
set logscale y
set yrange [0.2:*]
plot {series(1)}
unset multiplot
''')
    subprocess.run(["gnuplot", "plot.gp"], cwd=folder, check=True, capture_output=True)


def write_all(results: dict, name: str, folder: Path) -> list:
    out = ROOT / "bench" / "results"
    (out / f"{name}.json").write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    files = [out / f"{name}.json"]
    if any("rate_ratio" in f for arms in results["summary"].values() for f in arms.values()):
        plot(results, out / f"{name}.png", folder)
        files.append(out / f"{name}.png")
    return files
