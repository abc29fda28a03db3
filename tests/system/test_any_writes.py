"""Any sequence of writes: what a client wrote last is what it reads, on ThreatConnects of several kinds."""
import json
import random

import pytest
from conftest import Stack
from organisation import Organisation, bridge
from support import PRIORITIES, SEVERITIES, STATUSES
from test_carry import without_state_type

PIECES = ["x", "long text ", "é", "💥", "\n", "\\\"'`", " ", "\t", "[+]", "\n[continued in the attached bridge state]", "(no summary)", "{}", "日本"]
ORGANISATIONS = {"as usual": {}, "one state only": {"data": without_state_type(maxAllowed=1)},
                 "a roomy state": {"data": without_state_type(maxSize=65000, maxAllowed=5)}}


@pytest.fixture(scope="module", params=ORGANISATIONS)
def anywhere(request):
    made = Stack()
    try:
        yield Organisation(made, [bridge("main")], threads=2, **ORGANISATIONS[request.param])
    finally:
        made.stop()


def text(dice):
    size = dice.choice([0, 1, 3, 20, 60, 254, 255, 256, 257, 1499, 1500, 1501, 4000])
    piece = dice.choice(PIECES)
    return (piece * size)[:size] if dice.random() < 0.5 else "".join(dice.choice(PIECES) for _ in range(min(size, 300)))


def payload(dice):
    return dice.choice([None, {}, {"k": None}, {"k": dice.random()}, {"t": text(dice)}, {"deep": [[{"a": [text(dice)]}]]}, {"big": text(dice) * 20}])


def change(dice, people):
    makers = {
        "status": lambda: dice.choice(STATUSES), "priority": lambda: dice.choice(PRIORITIES), "severity": lambda: dice.choice(SEVERITIES),
        "summary": lambda: text(dice), "description": lambda: text(dice), "payload": lambda: payload(dice),
        "assignee_id": lambda: dice.choice([None, *people]),
    }
    return {key: makers[key]() for key in dice.sample(list(makers), dice.randint(1, 4))}


def shown(case):
    keys = ("status", "priority", "severity", "summary", "description", "payload")
    return {**{key: case[key] for key in keys}, "assignee_id": case["assignee"] and case["assignee"]["id"]}


@pytest.mark.parametrize("seed", range(6))
def test_any_sequence_of_changes_reads_back(anywhere, seed):
    dice, client, native = random.Random(seed), anywhere.client(), anywhere.native
    people = [m["user_id"] for m in client.ask("GET", "/members").json()]
    model = {"status": "new", "priority": "medium", "severity": "low", "summary": "A case", "description": "", "payload": None,
             "assignee_id": None, **change(dice, people)}
    case = client.create(**model)
    number = client.number(case)
    for step in range(25):
        assert shown(client.get(case)) == model, (seed, step)
        wanted = change(dice, people)
        done = client.change(case, **wanted)
        assert "Casebridge-Loss" not in done.headers
        model.update(wanted)
        assert len(native.attributes(number)) <= 1
    item = client.item(case, include_payload=True)
    assert {key: item[key] for key in ("status", "severity", "summary", "payload")} == {
        key: model[key] for key in ("status", "severity", "summary", "payload")}
    named = [spill[0] for a in native.attributes(number) for spill in json.loads(a["value"]).get("x", {}).values()]
    named += [json.loads(a["value"])["s"]["f"][0] for a in native.history(number) if '"f":' in a["value"]]
    assert sorted(a["summary"] for a in native.artifacts(number)) == sorted(named)
