"""Virtual people for the coach's tests: whole sessions through the production composition, every reading kept."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from drivers.simulated.cohort import Individual, individual
from station.benchmark.trial import Conditions, Outcome, World, noted_patient
from station.coach.coaching import Coaching, after, begin
from station.coach.memory import Memory
from station.training.patient import Patient
from station.training.reading import Reading

QUIET = Conditions(troubled=False, follow=(1.0, 0.0))
"""A strap that does not lie and a person who follows."""


@dataclass(frozen=True, slots=True)
class Told:
    """One session: what the core made of each reading, and what it amounts to."""

    moments: tuple[Coaching, ...]
    readings: tuple[Reading, ...]
    outcome: Outcome


def coached(
    person: Individual,
    conditions: Conditions = QUIET,
    *,
    memories: tuple[Memory, ...] = (),
    lied: Callable[[Reading], Reading] = lambda reading: reading,
) -> Told:
    """A whole session of this person; `lied` may change each reading before the core sees it."""
    coaching = begin(noted_patient(person, conditions), memories)
    world = World(person, conditions)
    moments, readings = [], []
    while not world.over:
        reading = lied(world.second())
        coaching = after(coaching, reading)
        advice = coaching.advice
        world.shown((None, None) if advice is None else (advice.incline_percent, advice.speed_kmh), motor=False)
        moments.append(coaching)
        readings.append(reading)
    return Told(tuple(moments), tuple(readings), world.outcome())


@cache
def usual_session() -> Told:
    """The walker's session on a quiet day; the same for every test that only looks."""
    return coached(walker())


@cache
def walker(seed: int = 41) -> Individual:
    """Somebody who walks uphill, with everything noted."""
    return next(
        person
        for person in (individual(seed * 1000 + n) for n in range(200))
        if person.patient.walk_only and not person.patient.beta_blocker and 4 <= person.true_start_incline_percent <= 8
    )


def noted_otherwise(person: Individual, **changes: object) -> Individual:
    """The same person with other notes by the therapist."""
    return replace(person, patient=changed(person.patient, **changes))


def changed(patient: Patient, **changes: object) -> Patient:
    """The same notes but for these."""
    return replace(patient, **changes)  # type: ignore[arg-type]
