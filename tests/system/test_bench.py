"""The judgements of tools/bench: a correctness pass that lets nothing through, ratios by round, yardsticks. The
programs that it measures are not needed here. And the world that it measures in, made once, small."""
import dataclasses
import json
import sys

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "bench" / "side"))
import check  # noqa: E402
import figures  # noqa: E402
import world as w  # noqa: E402


class Arm:
    name, translates = "some arm", True


BODY = w.Body("case", 1, w.Requests("GET", ["/f"], {}), w.Requests("GET", ["/api/v3/cases/1?a"], {}))


def answer(**changes):
    document = {"items": [{"id": "x", "n": 1.0, "tags": []}], "next_cursor": "opaque", "total": 3}
    return json.dumps({**document, **changes}).encode()


def test_answers_that_are_equal_as_json_pass_whatever_the_order_of_members():
    other = json.dumps(dict(reversed(json.loads(answer()).items())), indent=2).encode()
    check.compare(Arm, BODY, (200, answer()), 200, other, "/f")


def test_cursors_only_have_to_be_there():
    check.compare(Arm, BODY, (200, answer()), 200, answer(next_cursor="another"), "/f")
    with pytest.raises(SystemExit, match="/next_cursor"):
        check.compare(Arm, BODY, (200, answer()), 200, answer(next_cursor=None), "/f")


@pytest.mark.parametrize("changes, where", [
    ({"total": 4}, "/total"),
    ({"total": "3"}, "/total"),
    ({"items": []}, "/items: 0 and 1 entries"),
    ({"items": [{"id": "x", "n": 1.0, "tags": {}}]}, "/items/0/tags"),
    ({"more": 1}, "/more: only on one side"),
])
def test_the_first_difference_ends_the_run_and_is_named(changes, where):
    with pytest.raises(SystemExit, match=where):
        check.compare(Arm, BODY, (200, answer()), 200, answer(**changes), "/f")


def test_another_status_ends_the_run():
    with pytest.raises(SystemExit, match="status 500, expected 200"):
        check.compare(Arm, BODY, (200, answer()), 500, answer(), "/f")


def test_the_backend_must_be_asked_once_and_for_the_recorded_target():
    right = check.Exchange("GET", "/api/v3/cases/1?a", b"", 200, b"{}")
    catalogue = check.Exchange("GET", "/api/v3/security/users", b"", 200, b"{}")
    check.check_upstream(Arm, BODY, 0, [catalogue, right])
    for seen in ([], [right, right], [check.Exchange("GET", "/api/v3/cases/1?b", b"", 200, b"{}")]):
        with pytest.raises(SystemExit, match="asked the backend"):
            check.check_upstream(Arm, BODY, 0, seen)


def test_a_created_case_is_compared_with_its_carried_state_opened():
    def case(state, turned=False):
        data = [{"type": "Region", "value": "EU"}, {"type": "Bridge State", "value": json.dumps(state, separators=(",", ":"))}]
        return json.dumps({"name": "n", "attributes": {"data": data[::-1] if turned else data}}).encode()
    state = {"v": 1, "r": 1, "s": {"priority": "high"}}
    other = case(dict(reversed(state.items())), turned=True)
    assert check.first_difference(check.sent_plain(case(state)), check.sent_plain(other)) == ""
    low = case({**state, "s": {"priority": "low"}})
    assert "priority" in check.first_difference(check.sent_plain(case(state)), check.sent_plain(low))


def taken(*pairs):
    return [{"rate": rate, "cpu": cpu} for rate, cpu in pairs]


def test_ratios_are_paired_by_round_so_that_a_slow_phase_hits_both():
    rounds = {"case": {"nginx": taken((100, 10), (50, 20), (200, 5)), "casebridge": taken((80, 15), (40, 30), (160, 7.5))}}
    ratio = figures.summarise(rounds)["case"]["casebridge"]
    assert ratio["rate_ratio"] == pytest.approx({"median": 0.8, "min": 0.8, "max": 0.8})
    assert ratio["cpu_ratio"] == pytest.approx({"median": 1.5, "min": 1.5, "max": 1.5})


@pytest.mark.parametrize("value, at_least, verdict", [
    (0.69, True, "missed"), (0.7, True, "reached"), (1.0, True, "reached, aim included"),
    (1.21, False, "missed"), (1.2, False, "reached"), (0.99, False, "reached, aim included"),
])
def test_a_yardstick_says_whether_limit_and_aim_are_reached(value, at_least, verdict):
    limit = 0.7 if at_least else 1.2
    assert figures.Yardstick("y", value, limit, 1.0, at_least).verdict() == verdict


def test_every_yardstick_is_judged_when_everything_was_measured():
    case = {"nginx": taken((100, 20)), "casebridge": taken((70, 26.4))}
    page = {"nginx": taken((100, 20)), "nginx+lua": taken((10, 900)), "casebridge": taken((49, 150))}
    rounds = {"case of 1.5 KB": case, "case of 3.4 KB": case, "page of 100": page}
    p99 = {arm: {"p99": {"median": value}} for arm, value in (("nginx", 100), ("casebridge", 201))}
    found = figures.yardsticks(figures.summarise(rounds), rounds, {"case of 1.5 KB": p99},
                               {"case of 1.5 KB": 2, "case of 3.4 KB": 1.9}, {"casebridge": {"plain": 24.1}})
    assert [y.verdict() for y in found] == ["reached", "reached", "reached", "missed", "missed", "missed", "missed"]


def test_what_was_not_measured_is_not_judged():
    rounds = {"case of 1.5 KB": {"casebridge": taken((70, 26))}}
    assert figures.yardsticks(figures.summarise(rounds), rounds, {}, {}, {}) == []


def test_the_world_of_the_measurement_has_bodies_of_the_sizes_in_their_names(monkeypatch):
    for size in ("1.5", "3.4"):
        monkeypatch.setitem(w.SIZES, size, dataclasses.replace(w.SIZES[size], cases=2))
    world = w.make_world()
    assert set(world.bodies) == {"case of 1.5 KB", "case of 3.4 KB", "page of 100", "create"}
    for size in ("1.5", "3.4"):
        body = world.bodies[f"case of {size} KB"]
        assert len(set(body.facade.targets)) == 2
        assert body.upstream_bytes == pytest.approx(float(size) * 1000, rel=0.05)
    assert all(target in world.replies for body in list(world.bodies.values())[:3] for target in body.backend.targets)
