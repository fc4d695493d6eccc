"""Readings for the tests of signal and guard: what a strap and a belt say, second by second."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from station.training.reading import Reading
from station.training.signal import Expectation, Signal, judged

HeartRate = int | None | Callable[[float], int | None]

REST, WORK = 1.0, 7.0
"""Inclines in percent."""


def told(  # noqa: PLR0913  # one for each thing a reading can tell
    seconds: int,
    heart_rate: HeartRate,
    *,
    from_s: float = 0.0,
    incline_percent: float | None = WORK,
    speed_kmh: float | None = 5.0,
    contact: bool | None = None,
) -> list[Reading]:
    """So many seconds of readings; the heart rate is a number or a function of the second."""
    return [
        Reading(
            at_s=from_s + second,
            heart_rate_bpm=heart_rate(from_s + second) if callable(heart_rate) else heart_rate,
            speed_kmh=speed_kmh,
            incline_percent=incline_percent,
            contact=contact,
        )
        for second in range(seconds)
    ]


def after(*parts: Iterable[Reading]) -> Iterator[Reading]:
    """The parts one after another on one time axis."""
    at_s = 0.0
    for part in parts:
        begins_s = None
        for reading in part:
            begins_s = reading.at_s if begins_s is None else begins_s
            yield replace(reading, at_s=at_s + reading.at_s - begins_s)
            last_s = at_s + reading.at_s - begins_s
        at_s = last_s + 1


def signals(readings: Iterable[Reading], expectation: Expectation | None = None) -> list[Signal]:
    """The judgement after each reading."""
    signal, judgements = Signal(), []
    for reading in readings:
        signal = judged(signal, reading, expectation)
        judgements.append(signal)
    return judgements


def beating(bpm: float, phase: float = 0.0) -> Callable[[float], int]:
    """A heart rate around this figure that wanders as hearts do: SD about 2 bpm, slowly."""
    return lambda second: round(bpm + 1.6 * math.sin(second / 7 + phase) + 1.1 * math.sin(second / 2.3))
