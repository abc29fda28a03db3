"""Ten thousand random query texts over real sockets: each is answered, and each that is refused is refused with its place."""
import random
import re

import pytest
import tql_truth as truth
from conftest import Stack
from reverse_support import PerThread, Reverse, side_by_side

TOKENS = [*truth.CASES, *truth.RELATED, *truth.ALL_OPERATORS, "AND", "OR", "NOT", "(", ")", "()", ",", '"a"', "'b'", '"', "'", "\\", "1", "-1", "7.0", "1e9",
          "9" * 30, "true", "False", "NULL", "IS", '"2024-01-02"', "2024-01-02", '"NOW() - 1 DAY"', '"TODAY()"', '"%"', "%", "ä", "\U0001F600", "\t", "\n",
          "nope", "_", "[", "]", "['a']", "==", "<>", "=>", ";", "--", "/*", "NOT_IN", "STARTS_WITH", "("*40, "\u0001"]


@pytest.fixture(scope="module")
def site():
    made = Stack()
    try:
        built = Reverse(made, threads=2)
        for severity in ("Low", "High"):
            built.client().create(severity=severity, tags={"data": [{"name": "a"}]})
        yield built
    finally:
        made.stop()


def random_text(dice):
    if dice.random() < 0.5:
        return "".join(dice.choice(TOKENS) + dice.choice([" ", " ", ""]) for _ in range(dice.randint(1, 9)))
    text = dice.choice(['name = "a" AND (severity IN ("Low", "High") OR NOT hasTag(name LIKE "a%"))', 'dateAdded >= "NOW() - 1 DAY" and id NOT IN (1, 2)',
                        "tag in ('x') or assignedToUserOrGroup = 'None'", 'caseOpenTime <= 2024-02-28 AND xid IS NOT NULL', "hasAllTags(id > 3) and owner=1"])
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(len(text) + 1)
        text = text[:at] + dice.choice(["", dice.choice(TOKENS), chr(dice.randrange(32, 127))]) + text[at + dice.randint(0, 2):]
    return text


def test_random_queries_are_answered_or_refused_with_a_position(site):
    client = PerThread(site.client)

    def ask(seed):
        text = random_text(random.Random(seed))
        answer = client().call("GET", "/cases", params=[("tql", text), ("resultLimit", "1")])
        body = answer.json()
        if answer.status_code == 200:
            return 200 if body["status"] == "Success" else text
        place = re.search(r"position (\d+)", body["message"])
        good = (answer.status_code, body["errCode"], body["status"]) == (400, "0x2001", "Error") and place and 1 <= int(place[1]) <= len(text.encode()) + 1
        return 400 if good or text.strip() == "" else text

    answers = side_by_side(ask, range(10000))
    assert [a for a in answers if a not in (200, 400)] == []
    assert answers.count(200) > 200 and answers.count(400) > 5000
    assert len(site.client().find("id > 0")) == 2
