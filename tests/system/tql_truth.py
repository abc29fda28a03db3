"""What a TQL query must find, said a second time and naively: ThreatConnect fact sheet §5 as questions to one whole case, as
GET /v3/cases/{id} shows it with all its members. Shares nothing with the bridge. Where the sheet leaves something open, docs/search.md
decides: a comparison of null is unknown, as in SQL; of several values one that fits will do, and for negations none may; a date
without a time is its whole day for = and <=, else its first moment; times have no zone but UTC.

A condition is ("test", keyword, operator, values), ("and" | "or", [conditions]), ("not", condition) or ("has", keyword, condition | None).
"""
import re
from datetime import datetime, timedelta, timezone
from functools import cmp_to_key

TEXT, WHOLE, TIME, TRUTH = "text", "whole", "time", "truth"
EQUALITY = ["=", "!=", "IN", "NOT IN"]
ORDER = [">", "<", ">=", "<="]
PATTERNS = ["LIKE", "NOT LIKE", "CONTAINS", "NOT CONTAINS", "STARTSWITH", "NOT STARTSWITH", "ENDSWITH", "NOT ENDSWITH"]
NULLS = ["IS NULL", "IS NOT NULL"]
OPERATORS = {TEXT: EQUALITY + ORDER + PATTERNS + NULLS, WHOLE: EQUALITY + ORDER + NULLS, TIME: EQUALITY + ORDER + NULLS, TRUTH: EQUALITY + NULLS}
ALL_OPERATORS = OPERATORS[TEXT]
SPELLINGS = {  # §5.2
    "=": ["=", "==", "EQ", "EQUALS", "eq"], "!=": ["!=", "NE"], ">": [">", "GT"], "<": ["<", "lt"], ">=": [">=", "GEQ"], "<=": ["<=", "LEQ"],
    "NOT IN": ["NOT IN", "not in", "NOT_IN"], "NOT LIKE": ["NOT LIKE", "NOT_LIKE"], "STARTSWITH": ["STARTSWITH", "STARTS_WITH", "startsWith"],
    "ENDSWITH": ["ENDSWITH", "ENDS_WITH"], "NOT CONTAINS": ["NOT CONTAINS", "NOT_CONTAINS"],
    "NOT STARTSWITH": ["NOT STARTSWITH", "NOT_STARTS_WITH"], "NOT ENDSWITH": ["NOT ENDSWITH", "NOT_ENDS_WITH"],
}


def at(*path):
    def get(case):
        for name in path:
            case = (case or {}).get(name)
        return [] if case is None else [case]
    return get


def nowhere(case):
    return []


def listed(collection, member):
    return lambda case: [entry[member] for entry in case.get(collection, {}).get("data", []) if member in entry]


def target_name(case):
    return at("assignee", "data", "userName")(case) or at("assignee", "data", "name")(case)


class Word:
    def __init__(self, kind, get, fold=False, several=False):
        self.kind, self.get, self.fold, self.several = kind, get, fold, several

    def values(self, thing):
        return [literal(self, v) for v in self.get(thing)]


def words(kind, **getters):
    return {name: Word(kind, get) for name, get in getters.items()}


CASES = {  # §5.1
    **words(WHOLE, calScore=nowhere, createdById=at("createdBy", "id"), hasWorkflowTemplate=nowhere, id=at("id"),
            missingArtifactCount=lambda case: [0], owner=at("ownerId"), targetId=at("assignee", "data", "id"), threatAssessScore=nowhere,
            timeToDetect=at("timeToDetect"), timeToRespond=at("timeToRespond")),
    **words(TEXT, assigneeName=target_name, caseCloseUser=at("caseCloseUser", "userName"),
            caseDetectionUser=at("caseDetectionUser", "userName"), caseOccurrenceUser=at("caseOccurrenceUser", "userName"),
            caseOpenUser=at("caseOpenUser", "userName"), createdBy=at("createdBy", "userName"), description=at("description"),
            idAsString=lambda case: [str(case["id"])], name=at("name"), ownerName=at("owner"), typeName=at("name"), xid=at("xid")),
    **words(TIME, caseCloseDate=at("caseCloseTime"), caseCloseTime=at("caseCloseTime"), caseDetectionTime=at("caseDetectionTime"),
            caseOccurrenceTime=at("caseOccurrenceTime"), caseOpenDate=at("caseOpenTime"), caseOpenTime=at("caseOpenTime"),
            dateAdded=at("dateAdded"), detectionDue=at("detectionDue"), lastUpdated=at("lastUpdated"), responseDue=at("responseDue")),
    **words(TRUTH, detectionOverdue=at("detectionOverdue"), responseOverdue=at("responseOverdue")),
    "assignedToUserOrGroup": Word(TEXT, lambda case: at("assignee", "type")(case) or ["None"], fold=True),
    "resolution": Word(TEXT, at("resolution"), fold=True), "severity": Word(TEXT, at("severity"), fold=True),
    "status": Word(TEXT, at("status"), fold=True), "targetType": Word(TEXT, at("assignee", "type"), fold=True),
    "tag": Word(TEXT, listed("tags", "name"), several=True), "attackTag": Word(TEXT, listed("tags", "techniqueId"), several=True),
}
TAG = {
    "id": Word(WHOLE, at("id")), "name": Word(TEXT, at("name")), "summary": Word(TEXT, at("name"), fold=True),
    "description": Word(TEXT, at("description")), "ownerName": Word(TEXT, at("owner")), "techniqueId": Word(TEXT, at("techniqueId")),
    "lastUsed": Word(TIME, at("lastUsed")),
}
RELATED = {  # keyword: (collection, words of its objects); the rest has no objects here
    "hasTag": ("tags", TAG), "hasAllTags": ("tags", TAG), "hasCase": ("associatedCases", CASES), "hasArtifact": (None, {}),
    "hasGroup": (None, {}), "hasIndicator": (None, {}), "hasNote": (None, {}), "hasTask": (None, {}),
}


def instant(text):
    whole = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return whole if whole.tzinfo else whole.replace(tzinfo=timezone.utc)


def literal(word, value):
    if word.kind == TIME:
        return instant(value)
    return value.lower() if word.fold else value


def is_like(have, wanted):
    return re.fullmatch(".*".join(map(re.escape, wanted.split("%"))), have, re.S) is not None


def is_day(word, value):
    return word.kind == TIME and re.fullmatch(r"\d{4}-\d\d-\d\d", value)


def compares(operator, word, have, wanted):
    """One value of a case with one value of the query; not for negations."""
    given = literal(word, wanted)
    if is_day(word, wanted) and operator in ("=", "IN"):
        return given <= have < given + timedelta(days=1)
    if is_day(word, wanted) and operator == "<=":
        return have < given + timedelta(days=1)
    return {
        "=": lambda: have == given, "IN": lambda: have == given, ">": lambda: have > given, "<": lambda: have < given,
        ">=": lambda: have >= given, "<=": lambda: have <= given, "LIKE": lambda: is_like(have, given), "CONTAINS": lambda: given in have,
        "STARTSWITH": lambda: have.startswith(given), "ENDSWITH": lambda: have.endswith(given),
    }[operator]()


def test(word, operator, values, thing):
    have = word.values(thing)
    if operator in NULLS:
        return (not have) == (operator == "IS NULL")
    if not have and not word.several:
        return None
    negated = operator.startswith("NOT ") or operator == "!="
    plain = "=" if operator == "!=" else operator.removeprefix("NOT ")
    return any(compares(plain, word, h, v) for h in have for v in values) != negated


def has(keyword, sub, case):
    collection, inner = RELATED[keyword]
    things = case.get(collection, {}).get("data", [])
    if sub is None:
        return bool(things)
    if keyword == "hasAllTags" and sub[0] == "test" and sub[2] == "IN":
        return all(any(test(inner[sub[1]], "=", [v], thing) for thing in things) for v in sub[3])
    return any(holds(sub, thing, inner) is True for thing in things)


def holds(condition, case, vocabulary=CASES):
    """True, False, or None for unknown."""
    kind = condition[0]
    if kind == "test":
        return test(vocabulary[condition[1]], condition[2], condition[3], case)
    if kind == "has":
        return has(condition[1], condition[2], case)
    if kind == "not":
        inner = holds(condition[1], case, vocabulary)
        return None if inner is None else not inner
    parts = [holds(part, case, vocabulary) for part in condition[1]]
    decided = kind == "or"
    return decided if decided in parts else None if None in parts else not decided


def find(condition, cases):
    return {case["id"] for case in cases if holds(condition, case) is True}


# As text

def quoted(text, random):
    quote = random.choice("\"'")
    return quote + re.sub(r"([\\" + quote + "])", r"\\\1", text) + quote


def shown(word, value, random):
    if word.kind in (TEXT, TIME):
        return quoted(value, random)
    return random.choice([str(value), str(value).lower()])


def written(condition, random, vocabulary=CASES):
    kind = condition[0]
    if kind == "test":
        _, keyword, operator, values = condition
        word, name = vocabulary[keyword], random.choice([keyword, keyword, keyword.lower(), keyword.upper()])
        if operator in NULLS:
            return f"{name} {random.choice([operator, operator.lower()])}"
        texts = [shown(word, v, random) for v in values]
        listed_ = f"({random.choice([', ', ',']).join(texts)})" if operator.endswith("IN") or len(texts) > 1 else texts[0]
        return f"{name} {random.choice(SPELLINGS.get(operator, [operator, operator.lower()]))} {listed_}"
    if kind == "has":
        inner = "" if condition[2] is None else written(condition[2], random, RELATED[condition[1]][1])
        return f"{condition[1]}{random.choice(['', ' '])}({inner})"
    if kind == "not":
        return f"{random.choice(['NOT', 'not'])} ({written(condition[1], random, vocabulary)})"
    return f" {random.choice([kind, kind.upper()])} ".join(f"({written(part, random, vocabulary)})" for part in condition[1])


# Order (§3.4): [(keyword, descending, nulls first | None)]

def least(word, case):
    return min(word.values(case), default=None)


def in_order(levels, first, second):
    """Negative, zero, positive. Nulls come last where it ascends, first where it descends, unless said otherwise."""
    for keyword, descending, nulls_first in levels:
        a, b = (least(CASES[keyword], case) for case in (first, second))
        if a == b:
            continue
        if a is None or b is None:
            return -1 if (a is None) == (descending if nulls_first is None else nulls_first) else 1
        return 1 if (a > b) != descending else -1
    return 0


def ordered(levels, cases):
    return sorted(cases, key=cmp_to_key(lambda a, b: in_order(levels, a, b)))


def sorting(levels):
    return " ".join(f"{k} {'desc' if d else 'asc'}{'' if n is None else ' nullsfirst' if n else ' nullslast'}" for k, d, n in levels)
