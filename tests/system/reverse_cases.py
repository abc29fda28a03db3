"""2,000 cases of one workspace: made in Tracecat and through the façade, edited on both sides afterwards."""
import random
import uuid

from reverse_support import ANA, OTHER, PEOPLE, RESOLUTIONS, SANDBOX_DATA, TC_SEVERITIES, TC_STATUSES, WRITER, PerThread, side_by_side
from support import PRIORITIES, SEVERITIES, STATUSES

TAGS = ["Phishing", "vpn", "Tier 2", "überprüfen", "ÜBER-all", "low noise"]
CARRIED_TAGS = ["phishing", "VPN", "x" * 100, "!!"]  # Tracecat cannot define them beside the others, or at all
WORDS = ["ransom", "Ransom", "wire 50%", "under_score", "back\\slash", 'say "hi"', "it's", "grüße", "GRÜSSE", "😀 astral", "e\u0301 combined",
         "[list]", "(a AND b)", "10.0.0.5", "tab\there", "line\nbreak", "%", "a%b", "日本語"]
NATIVE, FACADE = 1300, 700


def text(random_, words):
    return " ".join(random_.choice(WORDS) for _ in range(words))


def instant(random_):
    """Over three years, with and without a fraction; often one of few, so that there are equal ones."""
    day, fraction = random_.randint(1, 28), random_.choice(["", "", ".5", ".000001", ".999999"])
    return f"{random_.randint(2023, 2025)}-{random_.randint(1, 12):02}-{day:02}T{random_.choice([0, 0, 12, 23]):02}:00:{random_.choice([0, 59]):02}{fraction}Z"


def native_case(random_):
    case = {
        "summary": text(random_, random_.randint(0, 3)), "description": text(random_, random_.choice([0, 0, 1, 5])),
        "status": random_.choice(STATUSES), "priority": random_.choice(PRIORITIES), "severity": random_.choice(SEVERITIES),
        "by": random_.choice(PEOPLE)["email"], "created_at": instant(random_), "tags": random_.sample(TAGS, random_.choice([0, 0, 1, 3])),
    }
    if random_.random() < 0.5:
        case["assignee_id"] = random_.choice(PEOPLE)["id"]
    if random_.random() < 0.3:
        case["payload"] = random_.choice([{}, {"alert": 7, "deep": {"list": [1, "2", None]}}, {"_other": "not ours"}])
    return case


def bulk(seed=1, count=NATIVE):
    """For the sandbox's --data."""
    random_ = random.Random(seed)
    return {**SANDBOX_DATA, "tags": [{"workspace": "SOC", "name": t} for t in TAGS], "cases": [native_case(random_) for _ in range(count)]}


def assignee(random_):
    return random_.choice([
        {"type": "User", "data": {"userName": "ana@tests.example"}}, {"type": "User", "data": {"userName": "lee@tests.example"}},
        {"type": "User", "data": {"userName": OTHER}}, {"type": "Group", "data": {"name": "Tier 1"}},
        {"type": "Group", "data": {"name": "Tier 2"}},
    ])


def facade_case(random_, number):
    case = {"name": text(random_, 2)[:255], "severity": random_.choice(TC_SEVERITIES), "status": random_.choice(TC_STATUSES)}
    if random_.random() < 0.7:
        case["description"] = text(random_, 4)
    if random_.random() < 0.5:
        case["resolution"] = random_.choice(RESOLUTIONS)
    if random_.random() < 0.4:
        case["xid"] = random_.choice([f"external-{number:06}", f"Jira ÄÖ {number} %", str(uuid.UUID(int=random_.getrandbits(128), version=4))])
    if random_.random() < 0.5:
        case["assignee"] = assignee(random_)
    for name in ("caseOpenTime", "caseOccurrenceTime", "caseDetectionTime"):
        if random_.random() < 0.4:
            case[name] = instant(random_)
    if case["status"] == "Closed" and random_.random() < 0.5:
        case["caseCloseTime"] = instant(random_)
    tags = random_.sample([*TAGS, "only here", *CARRIED_TAGS], random_.choice([0, 1, 2, 3]))
    if tags:
        case["tags"] = {"data": [{"name": t} for t in tags]}
    if random_.random() < 0.5:
        case["attributes"] = {"data": [{"type": random_.choice(["Description", "Source"]), "value": text(random_, 2), "source": "tests"}
                                       for _ in range(random_.randint(1, 3))]}
    return case


def native_edit(random_):
    return random_.choice([
        {"status": "closed"}, {"status": "resolved"}, {"status": "in_progress"}, {"severity": random_.choice(SEVERITIES)},
        {"assignee_id": None}, {"assignee_id": ANA}, {"summary": text(random_, 2)}, {"description": text(random_, 3)}, {"priority": "high"},
    ])


def facade_edit(random_):
    return random_.choice([
        {"resolution": random_.choice(RESOLUTIONS)}, {"status": random_.choice(TC_STATUSES)}, {"assignee": assignee(random_)},
        {"caseOccurrenceTime": instant(random_)}, {"tags": {"data": [{"name": random_.choice(TAGS)}], "mode": "append"}},
        {"attributes": {"data": [{"type": "Description", "value": text(random_, 1)}], "mode": "append"}},
        {"description": text(random_, 2)}, {"severity": random_.choice(TC_SEVERITIES)},
    ])


def fill(site, seed=2, made=FACADE, edits=400):
    """Cases through the façade, and edits on both sides in turn. site: a Reverse over bulk()."""
    random_ = random.Random(seed)
    writers = {who: PerThread(lambda who=who: site.client(who=who)) for who in (WRITER, OTHER)}

    def create(job):
        who, body = job
        return writers[who]().create(_fields="tags", **body)["id"]

    jobs = [(random_.choice([WRITER, OTHER]), facade_case(random_, n)) for n in range(made)]
    numbers = side_by_side(create, jobs)
    ids = {int(item["short_id"].removeprefix("CASE-")): item["id"] for item in site.native.everything()}
    assert set(numbers) <= set(ids)
    for _ in range(3):  # close, reopen, close …
        for number in random_.sample(sorted(ids), edits // 4):
            site.native.change(ids[number], **native_edit(random_))
    chosen = random_.sample(sorted(ids), edits // 2)
    some = [(number, facade_edit(random_)) for number in chosen]
    side_by_side(lambda job: writers[OTHER]().change(job[0], **job[1]), some)
    for number in random_.sample(chosen, edits // 8):
        site.native.change(ids[number], **native_edit(random_))
    return ids
