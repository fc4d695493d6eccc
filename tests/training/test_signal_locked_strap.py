"""Whole sessions with a strap that locks to the steps: nobody is sent uphill on a step rate."""

from dataclasses import dataclass, replace
from itertools import pairwise

import pytest

from drivers.simulated.cohort import individual
from station.benchmark.trial import Conditions, World, noted_patient
from station.coach.coaching import after, begin
from station.training.prescription import Phase

THIRD_WHISTLE_S = 600 + 2 * (240 + 180)
LATER_THAN_THE_START_S = 20


@dataclass(frozen=True)
class Second:
    """A second of a session in which the strap lies."""

    in_interval_s: float | None
    true_percent: float
    incline_percent: float


def locked(seed: int, from_s: float, to_s: float, steps: int) -> list[Second]:
    """The third interval of a session whose strap says the step rate, with hardly any scatter, for so long."""
    person, sunny = individual(seed), Conditions(troubled=False)
    world, coaching = World(person, sunny), begin(noted_patient(person, sunny))
    seconds = []
    while world.at_s < THIRD_WHISTLE_S + 240:
        reading = world.second()
        if from_s <= reading.at_s < to_s:
            reading = replace(reading, heart_rate_bpm=steps + int(reading.at_s) % 2)
        coaching = after(coaching, reading)
        advice = coaching.advice
        load = (None, None) if advice is None else (advice.incline_percent, advice.speed_kmh)
        lies = from_s <= reading.at_s < to_s
        if lies and load[0] is not None:
            in_interval = coaching.session.phase is Phase.INTERVAL
            elapsed_s = coaching.session.phase_elapsed_s if in_interval else None
            seconds.append(Second(elapsed_s, 100 * world.true_bpm / world.hr_max_bpm, load[0]))
        world.shown(load, motor=False)
    return seconds


def raised(seconds: list[Second]) -> list[Second]:
    """The seconds of the interval, later than its start, in which a steeper hill was asked for."""
    return [
        now
        for before, now in pairwise(seconds)
        if now.incline_percent > before.incline_percent and (now.in_interval_s or 0) > LATER_THAN_THE_START_S
    ]


@pytest.mark.parametrize(("seed", "steps"), [(100_001, 127), (100_008, 127)])
def test_a_strap_that_locks_in_mid_interval_sends_nobody_uphill(seed: int, steps: int) -> None:
    seconds = locked(seed, THIRD_WHISTLE_S + 60, THIRD_WHISTLE_S + 200, steps)

    assert raised(seconds) == []
    assert max(second.true_percent for second in seconds) < 97


def test_a_strap_that_locks_before_the_whistle_does_not_cost_the_interval() -> None:
    seconds = locked(100_000, THIRD_WHISTLE_S - 40, THIRD_WHISTLE_S + 70, 102)

    assert raised(seconds) == []
    assert max(second.incline_percent for second in seconds) >= 3
    assert max(second.true_percent for second in seconds) < 97
