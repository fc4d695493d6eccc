"""1RM with its truth: the load, how it was found, when and by whom, how long it holds, what is doubtful.

An estimate is a range and stays one: loads are reckoned from its low end, and it is never stored as measured.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from station.training.one_rm import OneRm, OneRmSource, estimated
from station.training.strength import Exercise

HOLDS_FOR = timedelta(weeks=8)
"""As for HRmax: in eight weeks of maximal strength training 1RM is another one."""
DOUBTED_CHANGE = 0.25
"""A quarter more or less than the last one is asked for twice: most likely a slip of the finger."""
DOUBTED_FIRST_BELOW_KG = 20.0
"""A first one lighter than a bare bar is asked for twice: most likely the last digits of another."""
LIGHTEST_KG, HEAVIEST_KG = 1.0, 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OneRmEntry:
    """One entry: exercise, load in kilograms, how it was found, on which day, and the sign of who set it."""

    exercise: Exercise
    kg: float
    """Of an estimate the low end."""
    source: OneRmSource
    on: date
    by: str
    high_kg: float | None = None
    """Of an estimate the high end."""

    def __post_init__(self) -> None:
        """Refuse what can only be a typing mistake, and an estimate that pretends to be measured.

        Raises:
            ValueError: naming the bounds.
        """
        if not possible(self.kg):
            message = f"1RM must be {LIGHTEST_KG:g}-{HEAVIEST_KG:g} kg, not {self.kg:g}"
            raise ValueError(message)
        if (self.source is OneRmSource.ESTIMATED) != (self.high_kg is not None):
            message = "an estimated 1RM has a low and a high end, a measured one has not"
            raise ValueError(message)

    @property
    def holds_until(self) -> date:
        """The last day it holds."""
        return self.on + HOLDS_FOR


class OneRmDoubt(StrEnum):
    """Why an entry is asked for twice."""

    FAR_FROM_LAST = "far_from_last"
    """More than a quarter from the one before."""
    EARLIER_THAN_LAST = "earlier_than_last"
    """Found on a day before the one in force."""
    LIGHT_FIRST = "light_first"
    """The first one, below 20 kg."""


def possible(kg: float) -> bool:
    """Whether somebody can lift this once, 1-600 kg; anything else is refused."""
    return LIGHTEST_KG <= kg <= HEAVIEST_KG


def from_attempts(exercise: Exercise, loads_kg: Iterable[float], *, on: date, by: str) -> OneRmEntry:
    """A measured 1RM: the best of the attempts that were managed, of one occasion or of two (Boston ROC core).

    Raises:
        ValueError: no attempt was managed.
    """
    best_kg = max(loads_kg, default=None)
    if best_kg is None:
        message = "no attempt was managed: there is no measured 1RM. Lower the load and test again"
        raise ValueError(message)
    return OneRmEntry(exercise=exercise, kg=best_kg, source=OneRmSource.MEASURED, on=on, by=by)


def from_set(exercise: Exercise, load_kg: float, repetitions: int, *, on: date, by: str) -> OneRmEntry:
    """An estimated 1RM from a set of two to six repetitions, as the range of Epley's and Brzycki's formulas.

    Raises:
        ValueError: the set had too many repetitions, or only one.
    """
    found = estimated(load_kg, repetitions) if repetitions > 1 else None
    if found is None:
        message = f"1RM is estimated from 2-6 repetitions, not from {repetitions}"
        raise ValueError(message)
    source = OneRmSource.ESTIMATED
    return OneRmEntry(exercise=exercise, kg=found.low_kg, high_kg=found.high_kg, source=source, on=on, by=by)


def doubts(entry: OneRmEntry, *, before: OneRmEntry | None) -> tuple[OneRmDoubt, ...]:
    """What to ask about before this entry is taken; empty when it is taken at once."""
    if before is None:
        return (OneRmDoubt.LIGHT_FIRST,) if entry.kg < DOUBTED_FIRST_BELOW_KG else ()
    found = []
    if abs(entry.kg - before.kg) > DOUBTED_CHANGE * before.kg:
        found.append(OneRmDoubt.FAR_FROM_LAST)
    if entry.on < before.on:
        found.append(OneRmDoubt.EARLIER_THAN_LAST)
    return tuple(found)


def expired(entry: OneRmEntry, *, today: date) -> bool:
    """Whether it holds no longer: it raises no load any more, and still limits."""
    return today > entry.holds_until


def of_today(entry: OneRmEntry, *, today: date) -> OneRm:
    """What the core knows of it today."""
    return OneRm(
        kg=entry.kg,
        source=entry.source,
        high_kg=entry.high_kg,
        on=entry.on.isoformat(),
        expired=expired(entry, today=today),
    )
