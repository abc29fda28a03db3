"""A Tracecat client crosses two bridges and meets a Tracecat again: it must not notice (docs/loop.md)."""
import pytest
import loop_tracecat_cases as cases
import loop_tracecat_children as children
from conftest import ROOT, WORKSPACE, Stack
from loop_support import PEOPLE, TracecatLoop, Walk
from loop_compare import Comparison, judge, known_differences  # after loop_support, which says where it is

LEAST = 400
# What is another's business in every answer: links and cursors are followed, not compared.
OPAQUE = ["next_cursor", "prev_cursor", "download_url"]
UNORDERED = ["users", "body.users"]


def walk_through(urls):
    walk = Walk(urls)
    world = {"workspace": WORKSPACE, "people": {name: person[0] for name, person in PEOPLE.items()}}
    for chapter in (cases.session, cases.empty, cases.tag_definitions, cases.fields, cases.cases, cases.changes, cases.values,
                    cases.case_tags, cases.search, cases.paging, cases.recency, cases.batch, children.comments, children.tasks, children.attachments,
                    children.large_files, children.shared_files, children.events, children.closure, cases.deletion):
        chapter(walk, world)
    for which in ("addons", "oss"):
        children.add_ons(walk, world, which)
    return walk.steps


@pytest.fixture(scope="module")
def transcripts():
    stack = Stack()
    try:
        loop = TracecatLoop(stack)
        yield walk_through(loop.direct), walk_through(loop.through)
    finally:
        stack.stop()


def test_a_client_behind_two_bridges_gets_what_it_gets_from_tracecat(transcripts):
    direct, through = transcripts
    assert len(direct) >= LEAST
    found = Comparison(OPAQUE, UNORDERED).steps(direct, through)
    unknown, idle = judge(found, known_differences(ROOT / "docs" / "loop.md", "Tracecat outside"))
    assert not unknown, f"{len(unknown)} differences that docs/loop.md does not list:\n" + "\n".join(map(str, unknown))
    assert not idle, "docs/loop.md lists what does not differ any more:\n" + "\n".join(map(str, idle))
