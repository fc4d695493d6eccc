"""The heaviest load that can be lifted once: measured in a test, or estimated from a set as a range.

Repetitions at a fixed share of 1RM differ much between people (Grosicki 2014), so an estimate is never shown without
its range, and never stored as if it were measured.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import ceil, floor

MOST_REPETITIONS_FOR_ESTIMATE = 6
"""From more repetitions than this nobody estimates a 1RM here: the formulas part, and the error grows."""


class OneRmSource(StrEnum):
    """How 1RM was found, best first."""

    MEASURED = "measured"
    """In a guided test: the best of the attempts."""
    ESTIMATED = "estimated"
    """From a set of at most six repetitions, after Epley and Brzycki."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneRm:
    """A 1RM in kilograms, and how far it can be believed."""

    kg: float
    """Of an estimate the low end: loads are reckoned from it."""
    source: OneRmSource = OneRmSource.MEASURED
    high_kg: float | None = None
    """The estimate's high end; None when measured."""
    on: str | None = None
    """The date of the test or set, YYYY-MM-DD."""
    expired: bool = False
    """Too old to raise a load on; it still limits."""

    def __post_init__(self) -> None:
        """Refuse what nobody lifts.

        Raises:
            ValueError: naming the figure and its bounds.
        """
        if not 1 <= self.kg <= 1000:  # noqa: PLR2004
            message = f"1RM must be 1-1000 kg, not {self.kg:g}"
            raise ValueError(message)
        if self.high_kg is not None and self.high_kg < self.kg:
            message = f"the high end of the estimate must not be below the low one, {self.kg:g}; it is {self.high_kg:g}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A range for 1RM in kilograms, to a tenth."""

    low_kg: float
    high_kg: float


def whole_kg(low_kg: float, high_kg: float) -> tuple[int, int]:
    """The range as it is told to people: whole kilograms, outwards; an estimate is no finer than that."""
    return floor(low_kg), ceil(high_kg)


def epley_kg(load_kg: float, repetitions: int) -> float:
    """1RM by Epley: load x (1 + repetitions / 30)."""
    return load_kg * (1 + repetitions / 30)


def brzycki_kg(load_kg: float, repetitions: int) -> float:
    """1RM by Brzycki: load x 36 / (37 - repetitions)."""
    return load_kg * 36 / (37 - repetitions)


def estimated(load_kg: float, repetitions: int) -> Estimate | None:
    """The range of both formulas; None for more than six repetitions, or none. One repetition is no estimate."""
    if not 1 <= repetitions <= MOST_REPETITIONS_FOR_ESTIMATE or load_kg <= 0:
        return None
    if repetitions == 1:
        return Estimate(load_kg, load_kg)
    one, other = epley_kg(load_kg, repetitions), brzycki_kg(load_kg, repetitions)
    return Estimate(round(min(one, other), 1), round(max(one, other), 1))
