#!/usr/bin/env python3
"""Checks that dependencies between the folders of src/ point in one direction.

usage: tools/layers.py [--selftest]

Three rules, each reported as file:line: message:
  1. a folder's DEPENDS (src/<folder>/CMakeLists.txt) names only folders that it may know (MAY_KNOW);
  2. a file includes only its own folder, what its DEPENDS names, and, in config, the headers that
     declare options (OPTION_HEADERS);
  3. a platform's name stands only where platforms are known (NAMES_ALLOWED), comments aside.

example: tools/layers.py && echo fine
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PURE = ["core", "json"]
WIRE = PURE + ["mapping", "query", "http", "upstream", "observe"]
TRACECAT = "platform/tracecat"
THREATCONNECT = "platform/threatconnect"
FACADES = [f"{TRACECAT}/facade", f"{THREATCONNECT}/facade"]
CLIENTS = [f"{TRACECAT}/client", f"{THREATCONNECT}/client"]
WIRES = [f"{TRACECAT}/wire", f"{THREATCONNECT}/wire"]
MAY_KNOW = {
    "core": [],
    "json": ["core"],
    "mapping": PURE,
    "query": PURE + ["mapping"],
    "observe": PURE,
    "http": ["core"],
    "upstream": ["http", "core", "observe"],
    "server": ["http", "core", "observe"],
    "platform": WIRE,
    "platform/tracecat/wire": PURE + ["http"],
    "platform/tracecat/facade": PURE + ["query", "http", "platform", f"{TRACECAT}/wire"],
    "platform/tracecat/client": WIRE + ["platform", f"{TRACECAT}/wire"],
    "platform/threatconnect/wire": PURE + ["http", "upstream"],
    "platform/threatconnect/facade": PURE + ["query", "http", "platform", f"{THREATCONNECT}/wire"],
    "platform/threatconnect/client": WIRE + ["platform", f"{THREATCONNECT}/wire"],
    "bridge": WIRE + ["platform"],
    "bridge/records": WIRE + ["platform", "bridge"],
    "config": PURE + ["mapping"],
    "sandbox": PURE + ["http", "server", "observe", "platform/tracecat/wire"],
    "app": WIRE + ["platform"] + FACADES + CLIENTS + WIRES + ["bridge", "bridge/records", "config", "server"],
}
OPTION_HEADERS = {"upstream/client.hpp", "server/listener.hpp", "platform/accounts.hpp", "observe/log.hpp"}
NAMES_ALLOWED = ("platform", "sandbox", "config", "app")  # config: defaults; app: wiring
NAME = re.compile(r"tracecat|threatconnect", re.IGNORECASE)
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')
CALL = re.compile(r"casebridge_library\(\s*(\S+)(.*?)\)", re.DOTALL)
KEYWORDS = {"SOURCES", "DEPENDS", "LINKS"}
COMMENT = re.compile(r'//[^\n]*|/\*.*?\*/|("(?:\\.|[^"\\\n])*")', re.DOTALL)


def folder_of(path: str) -> str:
    """The known folder that a path below src/ lies in, the longest first."""
    for folder in sorted(MAY_KNOW, key=len, reverse=True):
        if path.startswith(folder + "/"):
            return folder
    return path.split("/", 1)[0]


def declared(text: str) -> dict:
    """folder → DEPENDS of every casebridge_library call in a CMakeLists.txt."""
    found = {}
    for name, rest in CALL.findall(re.sub(r"#[^\n]*", "", text)):
        section, depends = "", []
        for word in rest.split():
            if word in KEYWORDS:
                section = word
            elif section == "DEPENDS":
                depends.append(word)
        found[name] = depends
    return found


def without_comments(text: str) -> str:
    """Comments become blanks; line numbers and string literals stay."""
    return COMMENT.sub(lambda m: m.group(0) if m.group(1) else re.sub(r"[^\n]", " ", m.group(0)), text)


def check_depends(depends: dict) -> list:
    problems = []
    for folder, names in depends.items():
        if folder not in MAY_KNOW:
            problems.append(f"src/{folder}/CMakeLists.txt:1: folder {folder} is not in tools/layers.py")
            continue
        for name in names:
            if name not in MAY_KNOW[folder]:
                problems.append(f"src/{folder}/CMakeLists.txt:1: {folder} may not depend on {name}")
    return problems


def check_file(path: str, text: str, depends: dict) -> list:
    problems = []
    own = folder_of(path)
    known = {own, *depends.get(own, MAY_KNOW.get(own, []))}
    names_allowed = own.startswith(NAMES_ALLOWED)
    for number, line in enumerate(without_comments(text).splitlines(), 1):
        included = INCLUDE.match(line)
        if included:
            target = included.group(1)
            if own == "config" and target in OPTION_HEADERS:
                continue
            if "/" in target and folder_of(target) not in known:
                problems.append(f"src/{path}:{number}: {own} includes {target}, which its DEPENDS does not name")
        if not names_allowed and NAME.search(line):
            problems.append(f"src/{path}:{number}: a platform's name in {own}; it belongs into platform/ or a table")
    return problems


def check_tree(src: Path) -> list:
    depends, problems, files = {}, [], 0
    for listing in sorted(src.rglob("CMakeLists.txt")):
        if listing.parent != src:
            depends.update(declared(listing.read_text()))
    problems += check_depends(depends)
    for path in sorted([*src.rglob("*.hpp"), *src.rglob("*.cpp")]):
        relative = path.relative_to(src).as_posix()
        if not relative.startswith("third_party_impl/"):
            files += 1
            problems += check_file(relative, path.read_text(), depends)
    print(f"layers: {files} files, {len(depends)} libraries", file=sys.stderr)
    return problems


def selftest() -> list:
    """Each rule must find its own breach, and nothing in what is allowed."""
    depends = {"http": ["core"], "config": ["core", "json"]}
    cases = [
        (check_file("http/a.cpp", '#include "core/error.hpp"\n#include <vector>\n', depends), 0),
        (check_file("http/a.cpp", '#include "upstream/client.hpp"\n', depends), 1),
        (check_file("http/a.cpp", "// Tracecat does this\nint x;\n", depends), 0),
        (check_file("http/a.cpp", 'const char* x = "https://tracecat";\n', depends), 1),
        (check_file("http/a.cpp", 'f("//"); int threatconnect_id;\n', depends), 1),
        (check_file("config/a.hpp", '#include "upstream/client.hpp"\n#include "upstream/pool.hpp"\n', depends), 1),
        (check_file("platform/tracecat/facade/a.hpp", '#include "platform/accounts.hpp"\n', {}), 0),
        (check_file("platform/tracecat/facade/a.hpp", '#include "platform/threatconnect/facade/a.hpp"\n', {}), 1),
        (check_file("platform/tracecat/facade/a.hpp", '#include "platform/tracecat/client/a.hpp"\n', {}), 1),
        (check_file("platform/tracecat/wire/a.hpp", '#include "platform/tracecat/facade/a.hpp"\n', {}), 1),
        (check_file("sandbox/a.cpp", '#include "platform/tracecat/wire/a.hpp"\n', {}), 0),
        (check_file("sandbox/a.cpp", '#include "platform/tracecat/facade/a.hpp"\n', {}), 1),
        (check_depends(declared("casebridge_library(json SOURCES a.cpp DEPENDS core LINKS x)")), 0),
        (check_depends(declared("casebridge_library(core\n SOURCES a.cpp\n DEPENDS json)")), 1),
        (check_depends({"attic": []}), 1),
    ]
    return [f"selftest {i}: expected {want} problems, found {got}" for i, (got, want) in enumerate(cases) if len(got) != want]


def main() -> int:
    if {"-h", "--help"} & set(sys.argv):
        print(__doc__)
        return 0
    problems = selftest() if "--selftest" in sys.argv else check_tree(ROOT / "src")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
