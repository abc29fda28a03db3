"""What a search must answer, said a second time and naively: every parameter of Tracecat fact sheet §1.3 as a question to one whole
case, as GET /cases/{id} shows it. Shares nothing with the bridge. One thing differs from the sheet on purpose: a number above
9999 is searched as it is shown, not cut to four digits (docs/conformance.md)."""
import re
from datetime import datetime, timedelta, timezone
from functools import lru_cache

from support import PRIORITIES, SEVERITIES, STATUSES

DECLARED = {"status": STATUSES, "priority": PRIORITIES, "severity": SEVERITIES}
ORDERS = ["created_at", "updated_at", "priority", "severity", "status", "tasks"]
UNASSIGNED = ("unassigned", "__UNASSIGNED__")


def folded(text):
    """Lower case as the reference's database makes it: letter by letter (Σ is σ and never ς), nothing becomes two letters."""
    return "".join(low if len(low := c.lower()) == 1 else c for c in text)


@lru_cache(4096)
def pattern(term):
    """ILIKE '%term%': % is any text, _ any character, a backslash makes the next one plain (the closing % too)."""
    out, like = [], folded(f"%{term}%")
    i = 0
    while i < len(like):
        c = like[i]
        if c == "\\":
            i += 1
            c = re.escape(like[i])
        else:
            c = {"%": ".*", "_": "."}.get(c) or re.escape(c)
        out.append(c)
        i += 1
    return re.compile("".join(out).removeprefix(".*") + r"\Z" if out[-1] != ".*" else "".join(out[:-1]).removeprefix(".*"), re.DOTALL)


def instant(text):
    """Microseconds; naive times are UTC."""
    if re.fullmatch(r"\d+", text):
        number = int(text)
        return number * 1_000_000 if number < 20_000_000_000 else number * 1000
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return (moment - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(microseconds=1)


class Case:
    """One case as read alone, with what the questions need worked out once."""

    def __init__(self, document):
        self.id = document["id"]
        self.number = int(document["short_id"].removeprefix("CASE-"))
        self.document = document
        self.texts = [folded(t) for t in (document["summary"], document["description"], document["short_id"])]
        self.times = {name: instant(document[name]) for name in ("created_at", "updated_at")}
        self.assignee = (document["assignee"] or {}).get("id")
        self.tags = {t["id"] for t in document["tags"]}

    def rank(self, order):
        if order in DECLARED:
            return DECLARED[order].index(self.document[order])
        return 0 if order == "tasks" else self.times[order]


class Truth:
    """All cases that a client may see, and the tags of its workspace."""

    def __init__(self, documents, tags):
        self.cases = [Case(d) for d in documents]
        self.tags = {}
        for tag in tags:
            for name in (tag["id"], tag["ref"], tag["name"], tag["name"].upper()):
                self.tags[name] = tag["id"]
        self.answers = {}

    def matching(self, name, values):
        """The ids of the cases that one parameter lets through; None: it filters nothing."""
        key = (name, *values)
        if key not in self.answers:
            asks = QUESTIONS[name](self, values)
            self.answers[key] = asks and {c.id for c in self.cases if asks(c)}
        return self.answers[key]

    def find(self, params, order=None, sort=None):
        """The ids in the order of the answer. params: [(name, value), …]"""
        left = None
        for name in dict.fromkeys(name for name, _ in params):
            some = self.matching(name, tuple(v for n, v in params if n == name))
            left = some if left is None else left if some is None else left & some
        rows = [c for c in self.cases if left is None or c.id in left]
        rows.sort(key=lambda c: (c.rank(order or "created_at"), c.number), reverse=sort != "asc")
        return [c.id for c in rows]

    def counts(self, params):
        found = set(self.find([p for p in params if p[0] != "short_id"]))
        groups = dict.fromkeys(["new", "in_progress", "on_hold", "resolved", "closed", "unknown", "other"], 0)
        for case in self.cases:
            if case.id in found:
                groups[case.document["status"]] += 1
        return {"total": len(found), "status_groups": groups}


def one_of(name):
    return lambda truth, values: lambda case: case.document[name] in values


def term(truth, values):
    looks_like = pattern(values[-1])
    return lambda case: any(looks_like.search(t) for t in case.texts)


def number(truth, values):
    wanted = int(re.fullmatch(r"(?:CASE-)?(\d{1,10})", values[-1].strip().upper())[1])
    return lambda case: case.number == wanted


def assignee(truth, values):
    wanted = {None if v in UNASSIGNED else v for v in values}
    return lambda case: case.assignee in wanted


def tags(truth, values):
    known = {truth.tags[v] for v in values if v in truth.tags}
    return (lambda case: case.tags & known) if known else None


def nothing(truth, values):
    return lambda case: False


def since(name):
    return lambda truth, values: lambda case: case.times[name] >= instant(values[-1])


def until(name):
    return lambda truth, values: lambda case: case.times[name] <= instant(values[-1])


QUESTIONS = {
    "status": one_of("status"), "priority": one_of("priority"), "severity": one_of("severity"), "search_term": term, "short_id": number,
    "assignee_id": assignee, "tags": tags, "dropdown": nothing, "start_time": since("created_at"), "end_time": until("created_at"),
    "updated_after": since("updated_at"), "updated_before": until("updated_at"),
}
