"""The vendor's client crosses two bridges and meets a ThreatConnect again: it must not notice (docs/loop.md)."""

import loop_child_steps as children
import loop_steps as steps
import pytest
from conftest import TOP
from loop_bridge import Numbers, Stack, ThreatConnectLoop, Walk
from loop_compare import judge, known_differences

LEAST = 400
OPAQUE = ["next", "prev", "hashCode"]
CHAPTERS = (
    steps.around, steps.cases, steps.tags, steps.attributes, children.notes, children.tasks, children.artifacts, children.events,
    children.templates, steps.nested, steps.queries, steps.lists, steps.deletion,
)


def walk_through(url, certificate):
    walk, world = Walk(url, certificate), {}
    for chapter in CHAPTERS:
        chapter(walk, world)
    return walk.steps


@pytest.fixture(scope="module")
def transcripts(certificate):
    stack = Stack()
    try:
        loop = ThreatConnectLoop(stack, certificate)
        yield walk_through(loop.direct, certificate), walk_through(loop.through, certificate)
    finally:
        stack.stop()


def test_a_client_behind_two_bridges_gets_what_it_gets_from_threatconnect(transcripts):
    direct, through = transcripts
    assert len(direct) >= LEAST
    found = Numbers(OPAQUE).steps(direct, through)
    unknown, idle = judge(found, known_differences(TOP / "docs" / "loop.md", "ThreatConnect outside"))
    assert not unknown, f"{len(unknown)} differences that docs/loop.md does not list:\n" + "\n".join(map(str, unknown))
    assert not idle, "docs/loop.md lists what does not differ any more:\n" + "\n".join(map(str, idle))
