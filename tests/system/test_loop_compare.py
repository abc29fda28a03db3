"""The comparison of the loop tests finds what it must find."""
import sys

import pytest
from conftest import ROOT

sys.path.append(str(ROOT / "tests" / "support"))
from loop_compare import Comparison, Known, Step, judge, known_differences  # noqa: E402

A, B, C = (f"00000000-0000-4000-8000-00000000000{i}" for i in "abc")
X, Y = (f"99999999-0000-4000-8000-00000000000{i}" for i in "ab")
NOW, LATER, THEN = "2026-01-01T00:00:00.123456Z", "2026-01-02T00:00:00Z", "2020-01-01T00:00:00Z"


def differences(direct, through, status=(200, 200), **options):
    """Of transcripts whose bodies these are, one step each."""
    def steps(bodies, code):
        return [Step(f"step {i}", code, "application/json", body) for i, body in enumerate(bodies)]
    return [(d.step, d.member) for d in Comparison(**options).steps(steps(direct, status[0]), steps(through, status[1]))]


@pytest.mark.parametrize("direct, through", [
    ([{"id": A}, {"id": B}, {"id": A}], [{"id": X}, {"id": Y}, {"id": X}]),
    ([{"text": f"Case {A} is not {B}"}], [{"text": f"Case {X} is not {Y}"}]),
    ([{"created_at": NOW}], [{"created_at": LATER}]),
    ([{"at": THEN}], [{"at": THEN}]),
    ([{"short_id": "CASE-0001"}, {"short_id": "CASE-0001"}], [{"short_id": "CASE-0007"}, {"short_id": "CASE-0007"}]),
])
def test_what_may_differ_does_not_count(direct, through):
    assert differences(direct, through) == []


@pytest.mark.parametrize("direct, through, found", [
    ([{"id": A}, {"id": A}], [{"id": X}, {"id": Y}], [("step 1", "body.id")]),  # one became two
    ([{"id": A}, {"id": B}], [{"id": X}, {"id": X}], [("step 1", "body.id")]),  # two became one
    ([{"at": THEN}], [{"at": NOW}], [("step 0", "body.at")]),  # a time of the client's was lost
    ([{"at": NOW}], [{"at": None}], [("step 0", "body.at")]),
    ([{"n": 1}], [{"n": 1.0}], [("step 0", "body.n")]),
    ([{"n": 1}], [{"n": "1"}], [("step 0", "body.n")]),
    ([{"a": 1}], [{"a": 1, "b": None}], [("step 0", "body.b")]),
    ([{"a": 1, "b": 2}], [{"b": 2, "a": 1}], [("step 0", "body.*order")]),
    ([[{"id": "x"}, {"id": "y"}]], [[{"id": "y"}, {"id": "x"}]], [("step 0", "body[].id")] * 2),
    ([[{"id": "x"}, {"id": "y", "n": 1}]], [[{"id": "y", "n": 2}]], [("step 0", "body.*less"), ("step 0", "body[].n")]),
    ([[1, 1]], [[1]], [("step 0", "body.*length")]),
])
def test_what_must_not_differ_is_found(direct, through, found):
    assert differences(direct, through) == found


def test_a_status_is_compared_before_its_body():
    assert differences([{"a": 1}], [{"b": 1}], (200, 404)) == [("step 0", "status")]


def test_opaque_members_must_still_be_there():
    assert differences([{"next": "x"}], [{"next": "y"}], opaque=["next"]) == []
    assert differences([{"next": "x"}], [{"next": None}], opaque=["next"]) == [("step 0", "body.next")]


def test_scripts_that_went_different_ways_are_not_compared():
    with pytest.raises(AssertionError, match="different ways"):
        differences([1, 2], [1])


def test_rows_cover_differences_and_idle_ones_are_told():
    found = Comparison().steps([Step("cases 01: GET /cases", 200, "", {"a": [{"b": 1}]})], [Step("cases 01: GET /cases", 200, "", {"a": [{"b": 2}]})])
    good, other, idle = Known("cases *", "body.a[].b", "why"), Known("cases *", "body.a[].c", "why"), Known("tasks *", "body.a[].b", "why")
    assert judge(found, [good]) == ([], [])
    assert judge(found, [other]) == (found, [other])
    assert judge(found, [good, idle]) == ([], [idle])


@pytest.mark.parametrize("heading", ["Tracecat outside", "ThreatConnect outside"])
def test_every_known_difference_has_a_reason(heading):
    rows = known_differences(ROOT / "docs" / "loop.md", heading)
    assert 5 <= len(rows) <= 30
    assert all(len(row.reason) > 20 and row.step and row.member for row in rows)
