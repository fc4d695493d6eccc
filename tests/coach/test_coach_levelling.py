"""Telling a heart that levels off from one that only needs more load."""

import math
from dataclasses import replace

import pytest
from coach_people import QUIET, coached, walker

from station.coach.levelling import ANSWERED_BPM, MORE_LOAD, SEEN_S, SETTLES_S, Answers
from station.training.prescription import Phase
from station.training.reading import Reading


def held(answers: Answers, load_ml: float, bpm: float, seconds: float, *, rises_bpm_s: float = 0.0) -> Answers:
    for second in range(round(seconds)):
        answers = answers.after(1.0, load_ml, bpm + rises_bpm_s * second)
    return answers


@pytest.mark.parametrize(
    ("more", "faster_bpm", "levelled"),
    [
        (2 * MORE_LOAD, 0.0, True),
        (2 * MORE_LOAD, ANSWERED_BPM + 1, False),
        (MORE_LOAD / 2, 0.0, False),
        (2 * MORE_LOAD, -ANSWERED_BPM - 1, False),
    ],
    ids=["no faster at a clearly higher load", "faster", "the load is about the same", "below what it has been"],
)
def test_a_heart_has_levelled_when_clearly_more_load_makes_it_beat_no_faster(
    more: float, faster_bpm: float, *, levelled: bool
) -> None:
    tried = held(Answers(), 25.0, 150.0, 60)

    assert held(tried, 25.0 * (1 + more), 150.0 + faster_bpm, SETTLES_S + 2).levelled is levelled


def test_a_heart_that_still_rises_has_not_levelled() -> None:
    tried = held(Answers(), 25.0, 150.0, 60)

    assert not held(tried, 30.0, 145.0, SETTLES_S + 2, rises_bpm_s=0.2).levelled


def test_nothing_is_said_before_a_load_was_held_long_enough() -> None:
    tried = held(Answers(), 25.0, 150.0, 60)

    assert not held(tried, 30.0, 150.0, SETTLES_S - 2).levelled
    assert held(Answers(), 25.0, 150.0, SEEN_S - 2).closed().held == ()
    assert Answers().hardest is None


def test_the_hardest_load_that_was_held_is_remembered_over_the_recovery() -> None:
    tried = held(held(Answers(), 30.0, 150.0, 60), 25.0, 148.0, 60).closed()

    hardest = tried.hardest
    assert hardest is not None
    assert (hardest.load_ml, hardest.bpm) == (30.0, pytest.approx(150.0))


def test_a_heart_that_levels_off_is_not_driven_much_beyond_its_usual_load() -> None:
    person = walker()

    usual, levelled = coached(person), coached(person, replace(QUIET, levels_at=0.82))

    assert any(m.advisor.not_reaching for m in levelled.moments)
    assert not any(m.advisor.not_reaching for m in usual.moments)
    assert levelled.outcome.hardest_minute <= usual.outcome.hardest_minute + 20


def test_whoever_reaches_the_zone_after_all_is_coached_by_the_heart_again() -> None:
    person = walker()
    ceiling_bpm = round(0.8 * person.patient.hr_max_bpm)

    def held_down_in_the_first_interval(reading: Reading) -> Reading:
        bpm, varying_bpm = reading.heart_rate_bpm, ceiling_bpm + 2 * math.sin(reading.at_s / 6)
        return replace(reading, heart_rate_bpm=min(bpm, round(varying_bpm)) if bpm and reading.at_s < 1000 else bpm)

    told = coached(person, lied=held_down_in_the_first_interval)

    given_up = next(n for n, m in enumerate(told.moments) if m.advisor.not_reaching)
    assert told.moments[given_up].session.interval == 1
    last = next(m for m in reversed(told.moments) if m.session.phase is Phase.INTERVAL)
    assert not last.advisor.not_reaching
    assert last.signal.heart_rate_bpm is not None
    assert last.signal.heart_rate_bpm >= 0.85 * person.patient.hr_max_bpm
