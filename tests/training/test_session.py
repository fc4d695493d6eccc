"""The session's clock and rules. Lengths and counts: Helgerud et al. 2007 and the Norwegian clinics' practice."""

from dataclasses import replace
from functools import reduce
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.training.prescription import Method, Phase, Prescription
from station.training.reading import Press, Reading
from station.training.session import RULES, Belt, Session, advance

RULES_PAGE = Path(__file__).parents[2] / "docs" / "session-rules.md"
ONE_BY_FOUR = Prescription(intervals=1)


def moving(seconds: float, *, from_s: float = 0.0, step_s: float = 1.0, speed_kmh: float | None = 5.0) -> list[Reading]:
    count = round(seconds / step_s) + 1
    return [Reading(at_s=from_s + step_s * number, speed_kmh=speed_kmh) for number in range(count)]


def walked(seconds: float, prescription: Prescription | None = None) -> Session:
    return reduce(advance, moving(seconds), Session(prescription=prescription or Prescription()))


def test_the_first_reading_of_a_moving_belt_starts_the_warm_up() -> None:
    standing = advance(Session(prescription=Prescription()), Reading(at_s=3.0, speed_kmh=0.0))
    started = advance(standing, Reading(at_s=4.0, speed_kmh=0.8))

    assert (standing.phase, started.phase) == (Phase.READY, Phase.WARM_UP)
    assert (started.started_at_s, started.last_rule) == (4.0, "belt_moving")


def test_a_treadmill_that_tells_nothing_starts_no_session() -> None:
    assert walked(0).phase is Phase.WARM_UP
    assert advance(Session(prescription=Prescription()), Reading(at_s=0.0)).phase is Phase.READY


@pytest.mark.parametrize(
    ("at_s", "phase", "interval"),
    [
        (599, Phase.WARM_UP, 0),
        (600, Phase.INTERVAL, 1),
        (839, Phase.INTERVAL, 1),
        (840, Phase.RECOVERY, 1),
        (1020, Phase.INTERVAL, 2),
        (1860, Phase.INTERVAL, 4),
        (2100, Phase.COOL_DOWN, 4),
        (2399, Phase.COOL_DOWN, 4),
        (2400, Phase.FINISHED, 4),
    ],
)
def test_a_4x4_takes_forty_minutes(at_s: int, phase: Phase, interval: int) -> None:
    session = walked(at_s)

    assert (session.phase, session.interval) == (phase, interval)


def test_the_timetable_does_not_slip_with_the_rhythm_of_the_readings() -> None:
    uneven = reduce(advance, moving(2407, step_s=1.7), Session(prescription=Prescription()))

    assert uneven.phase is Phase.FINISHED
    assert walked(1000).phase_left_s == pytest.approx(20)


def test_a_phase_knows_how_long_it_has_left() -> None:
    session = walked(700)

    assert (session.phase_elapsed_s, session.phase_left_s, session.plan_elapsed_s) == (100, 140, 700)


def test_before_the_start_and_after_the_end_there_is_a_place_on_the_plan_too() -> None:
    assert Session(prescription=Prescription()).plan_elapsed_s == 0
    assert walked(2500).plan_elapsed_s == 2400
    assert Session(prescription=Prescription()).phase_left_s == 0


def test_a_standing_belt_stops_the_clock() -> None:
    session = reduce(advance, moving(60, from_s=701, speed_kmh=0.0), walked(700))

    assert (session.phase_elapsed_s, session.stood_s, session.belt) == (100, 61, Belt.STANDING)


def test_a_pause_does_not_shorten_the_interval() -> None:
    paused = reduce(advance, moving(60, from_s=701, speed_kmh=0.0), walked(700))

    resumed = reduce(advance, moving(100, from_s=762), paused)

    assert (resumed.phase, resumed.phase_elapsed_s, resumed.stood_s) == (Phase.INTERVAL, 201, 0)


def test_a_belt_that_stands_for_more_than_five_minutes_ends_the_session() -> None:
    waited = reduce(advance, moving(299, from_s=701, speed_kmh=0.0), walked(700))
    ended = advance(advance(waited, Reading(at_s=1001, speed_kmh=0.0)), Reading(at_s=1002, speed_kmh=0.0))

    assert waited.phase is Phase.INTERVAL
    assert (ended.phase, ended.last_rule, ended.ended) == (Phase.STOPPED, "stood_too_long", True)


def test_a_silent_treadmill_is_taken_to_go_on_for_a_minute() -> None:
    minute = reduce(advance, moving(59, from_s=701, speed_kmh=None), walked(700))
    longer = reduce(advance, moving(20, from_s=761, speed_kmh=None), minute)

    assert (minute.belt, minute.phase_elapsed_s) == (Belt.MOVING, 160)
    assert (longer.belt, longer.phase_elapsed_s) == (Belt.STANDING, 160)


@pytest.mark.parametrize("at_s", [10, 700, 900, 2200])
def test_stop_ends_the_session_from_every_phase(at_s: int) -> None:
    session = advance(walked(at_s), Reading(at_s=at_s + 1, speed_kmh=5.0, pressed=(Press.STOP,)))

    assert (session.phase, session.training) == (Phase.STOPPED, False)


def test_stop_before_the_start_stops_nothing() -> None:
    assert advance(Session(prescription=Prescription()), Reading(at_s=0.0, pressed=(Press.STOP,))).phase is Phase.READY


def test_nothing_moves_an_ended_session_but_the_clock() -> None:
    ended = walked(2400)

    later = advance(ended, Reading(at_s=2500.0, speed_kmh=5.0, pressed=(Press.STOP,)))

    assert later == replace(ended, at_s=2500.0)


@pytest.mark.parametrize(
    ("at_s", "phase"),
    [(300, Phase.WARM_UP), (700, Phase.RECOVERY), (900, Phase.RECOVERY), (2000, Phase.COOL_DOWN)],
)
def test_after_a_restart_the_patient_walks_easily_first(at_s: int, phase: Phase) -> None:
    session = advance(walked(at_s), Reading(at_s=7.0, speed_kmh=5.0, resumed=True))

    assert session.phase is phase


def test_the_time_the_station_was_away_does_not_count() -> None:
    session = advance(walked(300), Reading(at_s=9999.0, speed_kmh=5.0, resumed=True))

    assert session.phase_elapsed_s == 300


def test_a_reading_from_the_past_counts_as_no_time() -> None:
    assert advance(walked(300), Reading(at_s=10.0, speed_kmh=5.0)).phase_elapsed_s == 300


def test_a_single_interval_leads_straight_to_the_cool_down() -> None:
    assert walked(840, ONE_BY_FOUR).phase is Phase.COOL_DOWN


readings = st.builds(
    Reading,
    at_s=st.floats(0, 400),
    speed_kmh=st.sampled_from([None, 0.0, 0.05, 0.1, 5.0]),
    pressed=st.sampled_from([(), (), (), (), (), (), (Press.EASIER,), (Press.STOP,)]),
    resumed=st.sampled_from([False] * 9 + [True]),
)
QUICK = Prescription(warm_up_s=30, interval_s=40, recovery_s=20, cool_down_s=10, intervals=2)


def in_order(told: list[Reading]) -> list[Reading]:
    return sorted(told, key=lambda reading: reading.at_s)


@given(st.lists(readings, max_size=60).map(in_order), st.integers(0, 60))
def test_folding_a_log_gives_the_session_wherever_it_was_cut(told: list[Reading], cut: int) -> None:
    start = Session(prescription=QUICK)

    assert reduce(advance, told[cut:], reduce(advance, told[:cut], start)) == reduce(advance, told, start)


@given(st.lists(readings, max_size=60))
def test_no_log_makes_time_or_intervals_that_were_not_prescribed(told: list[Reading]) -> None:
    session = Session(prescription=QUICK)
    for reading in told:
        before, session = session, advance(session, reading)
        assert 0 <= session.interval <= QUICK.intervals
        assert session.interval >= before.interval
        assert session.phase_elapsed_s >= 0
        assert before.phase is session.phase or session.last_rule is not None


TITLES = {Method.INTERVALS: "Intervals", Method.STRENGTH: "Strength", Method.HR_MAX_TEST: "Test of HRmax"}


def rules_page() -> str:
    """The rules as the page in docs/ shows them."""
    lines = [
        "# The session's rules",
        "",
        "Made from `station/training/interval_rules.py` and `set_rules.py` by a test; do not edit.",
        "The first rule that applies wins.",
    ]
    order = list(Phase)
    for method, rules in RULES.items():
        lines += ["", f"## {TITLES[method]}", ""]
        lines += ["| while in | when | which means | go to |", "|---|---|---|---|"]
        for rule in rules:
            phases = ", ".join(phase.value for phase in sorted(rule.while_in, key=order.index))
            meaning = (rule.when.__doc__ or "").strip().rstrip(".")
            lines.append(f"| {phases} | `{rule.when.__name__}` | {meaning} | {rule.go_to.value} |")
    return "\n".join(lines) + "\n"


def test_the_page_of_rules_is_the_table_of_rules() -> None:
    assert RULES_PAGE.read_text(encoding="utf-8") == rules_page(), (
        "docs/session-rules.md is stale: write rules_page() of this test into it"
    )
