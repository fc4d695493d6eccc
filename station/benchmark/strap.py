"""A strap that lies as straps do: lag, drop-outs, spikes, cadence lock, a dry start, a frozen value.

Figures after public recordings and reports (0.6-5.7 % of RR intervals wrong in public runs). It sees a true heart
rate once a second and answers what the station would be given.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from random import Random


class Fault(StrEnum):
    """How a strap can be wrong."""

    DROPPED = "dropped"
    SPIKE = "spike"
    CADENCE = "cadence"
    DRY = "dry"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True)
class Spell:
    """One stretch of trouble, in seconds from the start; `amount` is the fault's own size."""

    fault: Fault
    start_s: float
    end_s: float
    amount: float


def spells(random: Random, total_s: float, more: int = 0) -> tuple[Spell, ...]:
    """The troubles of one session; `more` adds that many of 8-60 s."""
    troubles = []

    def add(fault: Fault, shortest_s: float, longest_s: float, amount: float) -> None:
        start = random.uniform(30, total_s)
        length = math.exp(random.uniform(math.log(shortest_s), math.log(longest_s)))
        troubles.append(Spell(fault, start, start + length, amount))

    for _ in range(_poisson(random, 1.5)):
        add(Fault.DROPPED, 3, 60, 0)
    for _ in range(_poisson(random, 2.0)):
        add(Fault.SPIKE, 1, 5, random.choice((-1, 1)) * random.uniform(15, 50))
    if random.random() < 0.10:  # noqa: PLR2004
        add(Fault.CADENCE, 20, 90, random.uniform(-6, 6))
    if random.random() < 0.12:  # noqa: PLR2004
        add(Fault.FROZEN, 12, 60, 0)
    if random.random() < 0.25:  # noqa: PLR2004
        troubles.append(Spell(Fault.DRY, 0, random.uniform(30, 240), random.uniform(0.5, 0.9)))
    for _ in range(more):
        fault = random.choice((Fault.DROPPED, Fault.DROPPED, Fault.CADENCE, Fault.FROZEN, Fault.SPIKE))
        add(fault, 8, 60, random.uniform(-6, 6) if fault is Fault.CADENCE else random.choice((-1, 1)) * 30)
    return tuple(troubles)


class LyingStrap:
    """True heart rate in, the strap's heart rate and contact out, once a second."""

    def __init__(self, seed: int, total_s: float, *, troubled: bool = True, more: int = 0) -> None:
        self._random = Random(f"strap {seed}")  # noqa: S311  # a simulation, not a secret
        lag_s = self._random.uniform(2, 5)
        self._delay_s = round(lag_s / 2)
        self._mean_over_s = max(1, round(lag_s))
        self._has_contact = self._random.random() < 0.8  # noqa: PLR2004
        self._spells = spells(self._random, total_s, more) if troubled else ()
        self._true: list[float] = []
        self._last: int | None = None

    def worn(self, at_s: float, true_bpm: float, speed_kmh: float) -> tuple[int | None, bool | None]:
        """The strap's heart rate (bpm, None when silent) and contact after one more second."""
        self._true.append(true_bpm)
        end = max(1, len(self._true) - self._delay_s)
        recent = self._true[max(0, end - self._mean_over_s) : end]
        beats: int | None = round(sum(recent) / len(recent))
        contact = True if self._has_contact else None
        noise = self._random.gauss(0, 1)
        for spell in self._spells:
            if spell.start_s <= at_s < spell.end_s and beats is not None:
                beats, contact = self._lied(spell, beats, contact, speed_kmh, noise)
        self._last = beats if beats is not None else self._last
        return beats, contact

    def _lied(
        self,
        spell: Spell,
        beats: int,
        contact: bool | None,  # noqa: FBT001
        speed_kmh: float,
        noise: float,
    ) -> tuple[int | None, bool | None]:
        match spell.fault:
            case Fault.DROPPED:
                return None, contact
            case Fault.SPIKE:
                return max(40, round(beats + spell.amount)), contact
            case Fault.FROZEN:
                return self._last if self._last is not None else beats, contact
            case Fault.DRY:
                wrong = round(beats * spell.amount + 6 * noise)
                return max(40, wrong), (False if contact is not None and noise > 0 else contact)
            case Fault.CADENCE:
                steps = 82 + 7.0 * speed_kmh if speed_kmh < 7 else 145 + 1.6 * speed_kmh  # noqa: PLR2004
                return round(steps + spell.amount + noise), contact


def _poisson(random: Random, mean: float) -> int:
    limit, product, count = math.exp(-mean), random.random(), 0
    while product > limit:
        product *= random.random()
        count += 1
    return count
