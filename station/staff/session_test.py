"""What a whole session says of HRmax: an all-out test, or a 4x4 that was done exactly as the rule asks.

Highest heart rate of a correct 4x4, plus 15: valid with 5 % incline or more, the same speed in all four intervals, and
Borg about 17 (Hoff and Helgerud, as Bodø's healthy-life centre teaches it). Never after an all-out run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from station.staff.higher import highest_held
from station.staff.hr_max import after_session
from station.training.prescription import ALL_OUT_AFTER_S, Phase, Prescription
from station.training.reading import Reading
from station.training.zones import LOWEST_HR_MAX_BPM

CORRECT_INTERVALS = 4
STEEP_ENOUGH_PERCENT = 5.0
SAME_SPEED_WITHIN_KMH = 0.3
BORG_ABOUT = range(16, 19)
SETTLES_S = 30
"""Into an interval, until the belt is as it was prescribed."""
PEAK_HELD_S = 5
"""At exhaustion nobody holds the peak for long; a strap's own average makes five seconds safe."""
AFTER_S = 30
"""The heart may rise for some seconds after the belt has been slowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """A reading and the part of the session it belongs to."""

    reading: Reading
    phase: str
    interval: int


def hr_max_of_test(plan: Prescription, seconds: Sequence[Second]) -> int | None:
    """HRmax by an all-out test: the highest heart rate of its end; None when it was broken off before, or not clean."""
    last = [
        n for n, each in enumerate(seconds) if (each.phase, each.interval) == (Phase.INTERVAL, plan.all_out_interval)
    ]
    if len(last) <= ALL_OUT_AFTER_S:
        return None
    begun, ended = last[0] + round(ALL_OUT_AFTER_S), last[-1]
    at_the_end = [each.reading for each in seconds[begun : ended + 1 + AFTER_S]]
    return highest_held(at_the_end, above_bpm=LOWEST_HR_MAX_BPM - 1, held_s=PEAK_HELD_S)


def hr_max_of_4x4(plan: Prescription, seconds: Sequence[Second]) -> int | None:
    """HRmax by a correct 4x4: its highest heart rate plus 15; None when it was not done exactly so."""
    if plan.method != "intervals" or plan.intervals != CORRECT_INTERVALS:
        return None
    intervals = [
        [each.reading for each in seconds if (each.phase, each.interval) == (Phase.INTERVAL, number)]
        for number in range(1, CORRECT_INTERVALS + 1)
    ]
    if any(len(interval) < plan.interval_s - 2 for interval in intervals):
        return None
    if not all(_steep(interval[SETTLES_S:]) for interval in intervals):
        return None
    speeds = [_usual_speed(interval[SETTLES_S:]) for interval in intervals]
    if None in speeds or max(filter(None, speeds)) - min(filter(None, speeds)) > SAME_SPEED_WITHIN_KMH:
        return None
    efforts = [each.reading.effort_borg for each in seconds if each.reading.effort_borg is not None]
    if not efforts or efforts[-1] not in BORG_ABOUT:
        return None
    highest = highest_held((reading for interval in intervals for reading in interval), above_bpm=0)
    return None if highest is None else after_session(highest)


def _steep(readings: Sequence[Reading]) -> bool:
    told = [reading.incline_percent for reading in readings if reading.incline_percent is not None]
    return bool(told) and min(told) >= STEEP_ENOUGH_PERCENT


def _usual_speed(readings: Sequence[Reading]) -> float | None:
    told = [reading.speed_kmh for reading in readings if reading.speed_kmh is not None]
    return median(told) if told else None
