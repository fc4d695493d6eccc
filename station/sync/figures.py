"""What the clinic's record needs of a session in figures, reckoned from the stored seconds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from station.store.kept import StoredSecond
from station.training.patient import Patient
from station.training.prescription import Phase
from station.training.reading import Reading
from station.training.session import Session, advance
from station.training.signal import Quality, Signal, judged
from station.training.tally import IntervalTally, Tally, counted

GRID_S = 1.0
"""Distance of the points of the heart-rate series."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalFigures:
    """One interval. None: nothing was measured."""

    number: int
    tally: IntervalTally
    mean_heart_rate_bpm: float | None
    peak_heart_rate_bpm: int | None
    """The highest that the strap could be trusted with."""
    mean_speed_kmh: float | None
    mean_incline_percent: float | None
    effort_borg: int | None = None
    """The last answer to the effort question in the interval or the rest after it, Borg 6-20."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFigures:
    """A session from its first reading to its last. None: nothing was measured."""

    first_at_s: float
    last_at_s: float
    mean_heart_rate_bpm: float | None
    peak_heart_rate_bpm: int | None
    """The highest that the strap could be trusted with: a spike of the signal is no peak of the heart."""
    in_zone_s: float
    counted_in_zone_s: tuple[float, ...]
    """What each second added to that: it counts for the phase that it ends, not for the one that it begins."""
    qualities: tuple[Quality, ...]
    """How far the strap could be trusted, for each second."""
    intervals: tuple[IntervalFigures, ...]
    heart_rates: tuple[int | None, ...]
    """One a second from `first_at_s` on."""


def figures(plan: Patient, seconds: Sequence[StoredSecond]) -> SessionFigures:
    """The figures of a session with at least one second."""
    readings = [second.reading for second in seconds]
    tallies, qualities = _tallies(plan, readings), _qualities(readings)
    tally = tallies[-1]
    return SessionFigures(
        first_at_s=readings[0].at_s,
        last_at_s=max(reading.at_s for reading in readings),
        mean_heart_rate_bpm=_mean(reading.heart_rate_bpm for reading in readings),
        peak_heart_rate_bpm=_peak(zip(readings, qualities, strict=True)),
        in_zone_s=tally.in_zone_s,
        counted_in_zone_s=tuple(now.in_zone_s - before.in_zone_s for before, now in pairwise((Tally(), *tallies))),
        qualities=qualities,
        intervals=tuple(
            _interval(number, interval, seconds, qualities) for number, interval in enumerate(tally.intervals, start=1)
        ),
        heart_rates=_on_grid(readings),
    )


def _tallies(plan: Patient, readings: Iterable[Reading]) -> list[Tally]:
    """The tally after each reading."""
    session, tallies = Session(prescription=plan.prescription), [Tally()]
    for reading in readings:
        before, session = session, advance(session, reading)
        tallies.append(counted(tallies[-1], before, session, reading, plan.hr_max_bpm))
    return tallies[1:]


def _qualities(readings: Iterable[Reading]) -> tuple[Quality, ...]:
    signals = accumulate(readings, judged, initial=Signal())
    return tuple(signal.quality for signal in signals)[1:]


def _peak(judged_readings: Iterable[tuple[Reading, Quality]]) -> int | None:
    """The highest trusted heart rate; where none could be trusted, the highest of all."""
    told = [(r.heart_rate_bpm, quality) for r, quality in judged_readings if r.heart_rate_bpm is not None]
    trusted = [beats for beats, quality in told if quality is Quality.GOOD]
    return max(trusted or (beats for beats, _ in told), default=None)


def _interval(
    number: int, tally: IntervalTally, seconds: Sequence[StoredSecond], qualities: Sequence[Quality]
) -> IntervalFigures:
    here = [
        (second.reading, quality)
        for second, quality in zip(seconds, qualities, strict=True)
        if second.phase == Phase.INTERVAL and second.interval == number
    ]
    within = [reading for reading, _ in here]
    return IntervalFigures(
        number=number,
        tally=tally,
        mean_heart_rate_bpm=_mean(reading.heart_rate_bpm for reading in within),
        peak_heart_rate_bpm=_peak(here),
        mean_speed_kmh=_mean(reading.speed_kmh for reading in within),
        mean_incline_percent=_mean(reading.incline_percent for reading in within),
        effort_borg=_effort(second.reading for second in seconds if second.interval == number),
    )


def _effort(readings: Iterable[Reading]) -> int | None:
    told = [reading.effort_borg for reading in readings if reading.effort_borg is not None]
    return told[-1] if told else None


def _mean(measured: Iterable[float | None]) -> float | None:
    known = [figure for figure in measured if figure is not None]
    return round(sum(known) / len(known), 1) if known else None


def _on_grid(readings: Sequence[Reading]) -> tuple[int | None, ...]:
    first_at_s = readings[0].at_s
    points = {round((reading.at_s - first_at_s) / GRID_S): reading.heart_rate_bpm for reading in readings}
    return tuple(points.get(point) for point in range(max(points) + 1))
