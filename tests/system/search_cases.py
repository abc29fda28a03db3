"""Two thousand made-up cases for the search tests: the same seed makes the same cases. Some are ThreatConnect's own, most are
written through the façade, and many of both are edited natively afterwards, so that carried values are fresh, stale and absent."""
import random
from concurrent.futures import ThreadPoolExecutor

from organisation import BRIDGE_USER, LEAD_USER, SANDBOX_DATA, TOKEN
from support import PRIORITIES, SEVERITIES, STATUSES, ThreatConnect

COUNT = 2000
NATIVE = 800          # the data file's; three more are the sandbox's own examples
RESTRICTED = 60       # of the native ones: userAccess without the key's account
FIRST = 9400          # numbers pass 9999, where the search for CASE-<number> changes
SMITH, SOC_TEAM, NINA, PHANTOM = 1, 1, 30, 31  # users and a group of ThreatConnect; Nina and Phantom have no account here

RESOLUTIONS = ["Containment Achieved", "Deferred / Delayed", "Escalated", "False Positive", "In Progress / Investigating",
               "Not Specified", "Rejected", "Restoration Achieved"]
NATIVE_SEVERITIES = ["Low", "Medium", "High", "Critical"]
TAGS = ["vpn", "Tier 2", "überprüfen", "Phishing Campaign", "never used", "a/b", "100%"]
WORDS = ["needle", "Ärger", "ärger", "STRASSE", "Straße", "ΣΊΣΥΦΟΣ", "σίσυφος", "σίσυφοσ", "100%", "100 percent", "a_b", "axb", r"c:\temp",
         "c:/temp", '"quoted"', "it's", "`tick`", "🔥 alarm", "ransom", "Ransomware", "naïve café", "東京", "tab\there", "two\nlines", "CASE-0042",
         "x" * 40, "(+1) [2] {3} ^$.*?|", "NULL", "O'Hare; DROP", "é", "e\u0301"]
RARE = ["in the tail", "schwanz Ä", "Tail%_\\"]  # words that long texts end with

DATA = {
    "users": [{"id": NINA, "userName": "nina@native.example", "firstName": "Nina", "lastName": "Native", "pseudonym": "nn",
               "owner": "Demo Organization", "systemRole": "User"},
              {"id": PHANTOM, "userName": "phantom", "firstName": "", "lastName": "", "pseudonym": "ph", "owner": "Demo Organization",
               "systemRole": "User"}],
    "tags": [{"name": name, "owner": "Demo Organization"} for name in TAGS[3:]],
}


def text(dice, most):
    return " ".join(dice.choice(WORDS) for _ in range(dice.randint(0, most)))


def long_text(dice, size):
    """More than `size` characters; what is searched for may lie beyond them only."""
    return "h" * dice.randint(size - 30, size + 100) + " " + dice.choice(RARE) + " " + text(dice, 2)


def summary(dice):
    return dice.choice([text(dice, 3) + " ", long_text(dice, 255)] if dice.random() < 0.05 else [text(dice, 4) + f" {dice.randint(0, 99)}"])


def description(dice, files=0.01):
    kind = dice.random()
    if kind < files:
        return long_text(dice, dice.choice([3000, 9000, 60_000]))
    return long_text(dice, 1500) if kind < 0.06 else "" if kind < 0.3 else text(dice, 12)


def moment(dice):
    """Hundreds share a second, some a millisecond, some differ by one."""
    return dice.choice(["2024-05-01T10:00:00Z"] * 4 + ["2024-05-01T10:00:00.250Z", "2024-05-01T10:00:00.001Z", "2024-05-01T09:59:59.999Z"] + [
        f"2024-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}T{dice.randint(0, 23):02}:{dice.randint(0, 59):02}:{dice.randint(0, 59):02}Z"] * 5)


def native_assignee(dice):
    return dice.choice([{}] * 3 + [{"assignee": {"type": "User", "data": {"id": who}}} for who in (SMITH, LEAD_USER, NINA, PHANTOM)]
                       + [{"assignee": {"type": "Group", "data": {"id": SOC_TEAM}}}])


def native_tags(dice):
    return {"data": [{"name": name} for name in dice.sample(TAGS[:4] + TAGS[5:], dice.choice([0, 0, 1, 1, 2, 3]))]}


def restricted(number):
    return number % 4 == 0 and number < FIRST + 4 * RESTRICTED


def native_case(dice, number):
    case = {
        "id": number, "name": (summary(dice) or "x")[:255].strip() or "x", "description": description(dice)[:1500], "dateAdded": moment(dice),
        "lastUpdated": moment(dice), "status": dice.choice(["Open", "Open", "Closed"]), "severity": dice.choice(NATIVE_SEVERITIES),
        "resolution": dice.choice(RESOLUTIONS), "tags": native_tags(dice), **native_assignee(dice),
    }
    if case["description"] == "" and dice.random() < 0.5:
        del case["description"]
    if restricted(number):
        others = [LEAD_USER] if number % 8 == 0 else [SMITH]
        case["userAccess"] = {"data": [{"id": who} for who in [*others, *([BRIDGE_USER] if number % 12 else [])]]}
    return case


def data_files(seed):
    dice = random.Random(seed)
    return [SANDBOX_DATA, DATA, {"cases": [native_case(dice, FIRST + i) for i in range(NATIVE)]}]


def facade_case(dice, people):
    return {"summary": summary(dice), "description": description(dice), "status": dice.choice(STATUSES), "priority": dice.choice(PRIORITIES),
            "severity": dice.choice(SEVERITIES), **({"assignee_id": dice.choice(people)} if dice.random() < 0.5 else {})}


def native_edit(dice):
    """What an analyst changes in ThreatConnect: one or two things."""
    ways = [
        lambda: {"status": dice.choice(["Open", "Closed"])}, lambda: {"severity": dice.choice(NATIVE_SEVERITIES)},
        lambda: {"resolution": dice.choice(RESOLUTIONS)}, lambda: {"name": text(dice, 3).strip() or "renamed"},
        lambda: {"description": text(dice, 8)}, lambda: native_assignee(dice) or {"assignee": {"type": "None"}},
        lambda: {"tags": {**native_tags(dice), "mode": dice.choice(["append", "replace"])}},
    ]
    return {name: value for way in dice.sample(ways, dice.randint(1, 2)) for name, value in way().items()}


def facade_edit(dice, people):
    whole = facade_case(dice, people)
    whole["assignee_id"] = dice.choice([None, *people])
    return {name: whole[name] for name in dice.sample(sorted(whole), dice.randint(1, 3))}


def fill(organisation, seed):
    """Writes the rest of the cases through the façade, then edits a third of all, natively and through the façade."""
    client, native, dice = organisation.client(), organisation.native, random.Random(seed + 1)
    people = [m["user_id"] for m in client.ask("GET", "/members").json()]
    new = [facade_case(dice, people) for _ in range(COUNT - NATIVE - 3)]
    created = in_parallel(organisation, lambda c, n, case: c.create(**case), new)
    tags = [(case, name) for case in created for name in dice.sample(TAGS[:4], dice.choice([0, 0, 0, 1, 2]))]
    in_parallel(organisation, tag_it, tags)
    first = FIRST + NATIVE
    numbers = [n for n in range(FIRST, first + len(new)) if not restricted(n)]
    in_parallel(organisation, lambda c, n, edit: n.put(edit[0], **edit[1]), [(n, native_edit(dice)) for n in dice.sample(numbers, 500)])
    edits = [(case, facade_edit(dice, people)) for case in dice.sample(created, 150)]
    in_parallel(organisation, lambda c, n, edit: c.change(edit[0], **edit[1]), edits)


def tag_it(client, native, pair):
    case, name = pair
    done = client.ask("POST", f"/cases/{case}/tags", json={"tag_id": name})
    assert done.status_code == 201, done.text


def in_parallel(organisation, work, items, threads=4):
    """[work(client, native, item), …] in the order of the items; each thread has clients of its own."""
    def some(part):
        client, native = organisation.client(), ThreatConnect(organisation.sandbox_url, TOKEN)
        return [work(client, native, item) for item in part]
    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(some, [items[i::threads] for i in range(threads)]))
    out = [None] * len(items)
    for i, part in enumerate(parts):
        out[i::threads] = part
    return out
