"""What the clinic's record needs of a strength session: each set with its time, and the course over weeks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from station.coach.coaching import StrengthOutcome, after, begin, lessons_in, outcome
from station.store.kept import StoredSecond
from station.training.lifting import LiftedSet
from station.training.patient import Patient
from station.training.prescription import Phase
from station.training.strength import Strength


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedSet:
    """One set, and when it was done, on the readings' clock."""

    done: LiftedSet
    start_at_s: float
    end_at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """One strength session of the same exercise: its load, and what it said of 1RM, in kilograms."""

    on: datetime
    load_kg: float | None
    low_kg: float | None
    """Of the estimate."""
    high_kg: float | None
    measured_kg: float | None
    """Of a test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftedFigures:
    """A strength session in figures."""

    strength: Strength
    sets: tuple[TimedSet, ...]
    came_to: StrengthOutcome


def lifted(
    plan: Patient, seconds: Sequence[StoredSecond], prior: Sequence[Mapping[str, object]]
) -> LiftedFigures | None:
    """The figures of a strength session; None for one on the treadmill. `prior` is what was known at its start."""
    strength = plan.prescription.strength
    if strength is None:
        return None
    core, started_s = begin(plan, lessons_in(prior)), 0.0
    timed: list[TimedSet] = []
    for second in seconds:
        before, core = core, after(core, second.reading)
        at_s, done = second.reading.at_s, core.session.lifting.done
        if len(done) > len(before.session.lifting.done):
            timed.append(TimedSet(done=done[-1], start_at_s=started_s, end_at_s=at_s))
        elif len(done) < len(before.session.lifting.done):
            started_s = timed.pop().start_at_s
            continue
        if core.session.phase is not before.session.phase and core.session.phase in {Phase.WARM_UP, Phase.SET}:
            started_s = at_s
    came_to = outcome(core)
    if not isinstance(came_to, StrengthOutcome):  # pragma: no cover  # a strength prescription has no other outcome
        raise TypeError(came_to)
    return LiftedFigures(strength=strength, sets=tuple(timed), came_to=came_to)


def earlier(on: datetime, summary: Mapping[str, Any]) -> Earlier:
    """What a stored summary of a strength session says of load and 1RM; what is not a figure is left out."""
    return Earlier(
        on=on,
        load_kg=None if summary.get("test") else _figure(summary, "load_kg"),
        low_kg=_figure(summary, "estimate_low_kg"),
        high_kg=_figure(summary, "estimate_high_kg"),
        measured_kg=_figure(summary, "one_rm_kg"),
    )


def _figure(summary: Mapping[str, Any], name: str) -> float | None:
    figure = summary.get(name)
    return float(figure) if isinstance(figure, int | float) and not isinstance(figure, bool) else None
