#!/usr/bin/env python3
"""Sums up a folder of test reports in one line.

usage: tools/lib/summary.py REPORTS

REPORTS holds JUnit files: one per Boost.Test executable (unit_*.xml), pytest's, and ctest's own
(ctest.xml), which counts here only for tests that left no report themselves, a crashed executable
among them; and one small JSON file per fuzz target. Exit code 1 if a test failed or none ran.

example: tools/lib/summary.py build/dev/test-reports
"""
import json
import sys
import xml.etree.ElementTree as ET
from pathlib import Path


def cases(path: Path):
    """(name, 'passed' | 'failed' | 'skipped') of each test case of a JUnit file."""
    for case in ET.parse(path).getroot().iter("testcase"):
        kinds = {child.tag for child in case}
        if kinds & {"failure", "error"} or case.get("status") == "fail":
            yield case.get("name"), "failed"
        elif "skipped" in kinds:
            yield case.get("name"), "skipped"
        else:
            yield case.get("name"), "passed"


def collect(reports: Path) -> dict:
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    readable = set()
    for path in sorted(reports.glob("*.xml")):
        if path.name == "ctest.xml":
            continue
        try:
            found = list(cases(path))
        except ET.ParseError:  # the executable died while writing; ctest.xml counts it
            continue
        readable.add(path.stem)
        for _, outcome in found:
            counts[outcome] += 1
    if (reports / "ctest.xml").exists():
        for name, outcome in cases(reports / "ctest.xml"):
            failed_unseen = outcome == "failed" and counts["failed"] == 0
            if name not in readable or failed_unseen:
                counts[outcome] += 1
    for path in reports.glob("fuzz_*.json"):
        counts[json.loads(path.read_text())["result"]] += 1
    return counts


def main() -> int:
    if len(sys.argv) != 2 or sys.argv[1] in ("-h", "--help"):
        print(__doc__)
        return 2
    counts = collect(Path(sys.argv[1]))
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    print(f"tests: {counts['passed']} passed, {counts['failed']} failed{skipped}")
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
