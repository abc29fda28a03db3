"""Two transcripts of one script side by side: what differs when ids, times of the server, cursors and links are set aside.

Ids need not be equal, but they must stand for each other: one map over the whole transcript, both ways. Times of the server
need only be times; times that the client set are compared as they are.
"""
import fnmatch
import json
import re
from dataclasses import dataclass

# A UUID, a case's number, an ISO time. The order of alternatives matters: a UUID may begin with digits that look like a year.
TOKEN = re.compile(
    r"(?P<id>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|CASE-\d{4,})"
    r"|(?P<time>20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)")
CLIENT_YEARS = ("2020", "2021")  # of times that a script sets; the servers' own are later


@dataclass
class Step:
    """One exchange: what was asked, in words that are the same on both sides, and what was answered."""
    name: str
    status: int
    kind: str  # content type
    body: object


@dataclass(frozen=True)
class Difference:
    step: str
    member: str  # "status", "type", or a path in the body: items[].tags[].color
    direct: str
    through: str

    def __str__(self):
        return f"{self.step} | {self.member} | {self.direct} | {self.through}"


@dataclass(frozen=True)
class Known:
    """A row of docs/loop.md: patterns for step and member. Any number of steps; a row that meets none is out of date."""
    step: str
    member: str
    reason: str

    def covers(self, difference):
        return matches(self.step, difference.step) and matches(self.member, difference.member)


def matches(pattern, text):
    return any(fnmatch.fnmatchcase(text, one.strip().replace("[", "[[]")) for one in pattern.split(", "))


def shorten(value):
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= 160 else text[:157] + "..."


class Comparison:
    """opaque: names of members whose text says nothing beyond being there."""

    def __init__(self, opaque=(), unordered=()):
        self.opaque, self.unordered = set(opaque), set(unordered)
        self.there, self.back = {}, {}
        self.found = []

    def steps(self, direct, through):
        assert [s.name for s in direct] == [s.name for s in through], "the scripts went different ways"
        for a, b in zip(direct, through):
            self.step = a.name
            if a.status != b.status:
                self.note("status", f"{a.status} {shorten(a.body)}", f"{b.status} {shorten(b.body)}")
                continue
            if a.kind != b.kind:
                self.note("type", a.kind, b.kind)
            self.value("body", a.body, b.body)
        return self.found

    def note(self, member, direct, through):
        self.found.append(Difference(self.step, member, shorten(direct), shorten(through)))

    def value(self, path, a, b):
        name = path.rpartition(".")[2].removesuffix("[]")
        if name in self.opaque and isinstance(a, str) and isinstance(b, str):
            return
        if isinstance(a, dict) and isinstance(b, dict):
            self.members(path, a, b)
        elif isinstance(a, list) and isinstance(b, list):
            self.elements(path, name, a, b)
        elif isinstance(a, str) and isinstance(b, str):
            self.text(path, a, b)
        elif type(a) is not type(b) or a != b:
            self.note(path, a, b)

    def members(self, path, a, b):
        if list(a) != list(b) and sorted(a) == sorted(b):
            self.note(path + ".*order", list(a), list(b))
        for name in [*a, *(n for n in b if n not in a)]:
            inside = f"{path}.{name}"
            if name not in b:
                self.note(inside, a[name], "(absent)")
            elif name not in a:
                self.note(inside, "(absent)", b[name])
            else:
                self.value(inside, a[name], b[name])

    def elements(self, path, name, a, b):
        if name in self.unordered:
            a, b = sorted(a, key=skeleton), sorted(b, key=skeleton)
        if len(a) != len(b):
            a, b = self.aligned(path, a, b)
        for one, other in zip(a, b):
            self.value(path + "[]", one, other)

    def aligned(self, path, a, b):
        """Lists of different length: those elements that both have, by what names them; the others are noted."""
        keys_a, keys_b = [name_of(e) for e in a], [name_of(e) for e in b]
        distinct = all(None not in keys and len(set(keys)) == len(keys) for keys in (keys_a, keys_b))
        if not distinct:
            self.note(path + ".*length", f"{len(a)}: {shorten(a)}", f"{len(b)}: {shorten(b)}")
            return [], []
        for key in keys_a:
            if key not in keys_b:
                self.note(f"{path}.*less", key, "(absent)")
        for key in keys_b:
            if key not in keys_a:
                self.note(f"{path}.*more", "(absent)", key)
        return [e for e, key in zip(a, keys_a) if key in keys_b], [e for e, key in zip(b, keys_b) if key in keys_a]

    def text(self, path, a, b):
        if not self.same_text(a, b):
            self.note(path, a, b)

    def same_text(self, a, b):
        tokens_a, tokens_b = list(TOKEN.finditer(a)), list(TOKEN.finditer(b))
        if len(tokens_a) != len(tokens_b) or TOKEN.sub("\0", a) != TOKEN.sub("\0", b):
            return False
        return all(self.same_token(x, y) for x, y in zip(tokens_a, tokens_b))

    def same_token(self, x, y):
        if (x["id"] is None) != (y["id"] is None):
            return False
        if x["time"]:
            set_by_client = x["time"].startswith(CLIENT_YEARS) or y["time"].startswith(CLIENT_YEARS)
            return x["time"] == y["time"] if set_by_client else True
        return self.there.setdefault(x["id"], y["id"]) == y["id"] and self.back.setdefault(y["id"], x["id"]) == x["id"]


NAMES = ("email", "userName", "id", "name", "file_name", "title", "summary")


def name_of(element):
    """What an element of a list goes by on both sides, if anything."""
    if not isinstance(element, dict):
        return json.dumps(element)
    named = [element[n] for n in NAMES if isinstance(element.get(n), str) and not TOKEN.search(element[n])]
    return named[0] if named else None


def skeleton(value):
    """What of a list's element is the same on both sides, to sort by."""
    return TOKEN.sub("", json.dumps(value, sort_keys=True))


def known_differences(page, heading):
    """The rows of the table below a heading of docs/loop.md: step, member, reason."""
    part = page.read_text().split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in part.splitlines() if line.startswith("|")]
    return [Known(step.replace("`", ""), member.replace("`", ""), reason) for step, member, reason in rows[2:]]


def judge(found, known):
    """The differences that no row covers, and the rows that cover none."""
    unknown = [d for d in found if not any(k.covers(d) for k in known)]
    idle = [k for k in known if not any(k.covers(d) for d in found)]
    return unknown, idle
