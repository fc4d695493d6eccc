"""What the therapist prescribes: phases, their lengths and their zones. The 4x4 is data, so is 1x4, so is strength.

Both methods run through the same session; its rules are looked up by `Prescription.method`. The intervals' default
follows Helgerud et al. 2007 and the Norwegian clinics' practice: 10 min warm-up, 4 x 4 min at 85-95 % of HRmax with
3 min of easy walking between, 5 min cool-down; 40 minutes in all. The sets' default is `strength`'s.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import assert_never

from station.training.strength import SET_S, Strength
from station.training.zones import Zone

MOST_INTERVALS = 6
ALL_OUT_AFTER_S = 120.0
"""Into the last interval of an HRmax test; from there on as hard as she can (NTNU, Cardiac Exercise Research Group)."""
LONGEST_ALL_OUT_S = 240.0
LONGEST_PHASE_S = 3600.0


class Phase(StrEnum):
    """The parts of a session a physiotherapist names."""

    READY = "ready"
    WARM_UP = "warm_up"
    INTERVAL = "interval"
    RECOVERY = "recovery"
    COOL_DOWN = "cool_down"
    SET = "set"
    """A heavy set; in a test of 1RM an attempt."""
    REST = "rest"
    """Between two sets."""
    FINISHED = "finished"
    STOPPED = "stopped"


class Method(StrEnum):
    """Which rules the session follows."""

    INTERVALS = "intervals"
    STRENGTH = "strength"
    HR_MAX_TEST = "hr_max_test"


ON_THE_BELT = frozenset({Phase.WARM_UP, Phase.INTERVAL, Phase.RECOVERY, Phase.COOL_DOWN})
"""The phases of interval training; their clock is the moving belt's."""
IN_SETS = frozenset({Phase.WARM_UP, Phase.SET, Phase.REST})
"""The phases of strength training; their clock never stands."""
TRAINING = ON_THE_BELT | IN_SETS
"""The phases of a session that has begun and has not ended."""
ENDED = frozenset({Phase.FINISHED, Phase.STOPPED})


@dataclass(frozen=True, slots=True)
class Stage:
    """One timed part of the plan: a phase, the interval it belongs to, and when it starts and ends."""

    phase: Phase
    interval: int
    """1 for the first interval, or set, and the rest after it; 0 in the warm-up; the last one's in the cool-down."""
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescription:
    """How long each phase lasts (seconds), how many intervals there are (0-6) and which zones apply.

    Without intervals it is easy walking: the warm-up, then the cool-down.
    With `strength` it is a strength session, and the figures for intervals mean nothing. With `hr_max_test` the last
    interval goes on to exhaustion, led by a therapist.
    """

    warm_up_s: float = 600.0
    intervals: int = 4
    interval_s: float = 240.0
    recovery_s: float = 180.0
    cool_down_s: float = 300.0
    warm_up_zone: Zone = Zone(60, 70)
    interval_zone: Zone = Zone(85, 95)
    recovery_zone: Zone = Zone(60, 70)
    cool_down_zone: Zone = Zone(50, 70)
    strength: Strength | None = None
    hr_max_test: bool = False

    @property
    def method(self) -> Method:
        """Which rules the session follows."""
        if self.strength is not None:
            return Method.STRENGTH
        return Method.HR_MAX_TEST if self.hr_max_test else Method.INTERVALS

    @property
    def all_out_interval(self) -> int | None:
        """The interval that an HRmax test ends in; None where nobody goes all out."""
        return self.intervals if self.method is Method.HR_MAX_TEST and self.intervals else None

    def __post_init__(self) -> None:
        """Refuse lengths and counts no session can have.

        Raises:
            ValueError: naming the length or count that is out of bounds, and the bounds.
        """
        if not 0 <= self.intervals <= MOST_INTERVALS:
            message = f"intervals must be 0-{MOST_INTERVALS}, not {self.intervals}"
            raise ValueError(message)
        for name in ("warm_up_s", "interval_s", "recovery_s", "cool_down_s"):
            length = getattr(self, name)
            if not 1 <= length <= LONGEST_PHASE_S:
                message = f"{name} must be 1-{LONGEST_PHASE_S:.0f} seconds, not {length:g}"
                raise ValueError(message)

    def length_s(self, phase: Phase) -> float:
        """How long the phase lasts in seconds; 0 for the phases without a clock."""
        match phase:
            case Phase.WARM_UP:
                return self.warm_up_s
            case Phase.INTERVAL:
                return self.interval_s
            case Phase.RECOVERY:
                return self.recovery_s
            case Phase.COOL_DOWN:
                return self.cool_down_s
            case Phase.REST if self.strength is not None:
                return self.strength.rest_s
            case Phase.SET | Phase.REST | Phase.READY | Phase.FINISHED | Phase.STOPPED:
                return 0.0
            case _:  # pragma: no cover
                assert_never(phase)

    def zone(self, phase: Phase) -> Zone:
        """The zone that applies in the phase; before the session it is the warm-up's, after it the cool-down's.

        Strength training has none: nobody looks it up there.
        """
        match phase:
            case Phase.READY | Phase.WARM_UP:
                return self.warm_up_zone
            case Phase.INTERVAL:
                return self.interval_zone
            case Phase.RECOVERY:
                return self.recovery_zone
            case Phase.COOL_DOWN | Phase.SET | Phase.REST | Phase.FINISHED | Phase.STOPPED:
                return self.cool_down_zone
            case _:  # pragma: no cover
                assert_never(phase)

    def stages(self) -> tuple[Stage, ...]:
        """The whole plan in order, from 0 s to `total_s`, as the timeline on the screen shows it.

        Sets last as long as they last: here they have a length to reckon with.
        """
        return _stages(self)

    @property
    def total_s(self) -> float:
        """Length of the whole session in seconds."""
        return self.stages()[-1].end_s


# A page asks for the plan some twenty times, each second anew.
@lru_cache(maxsize=16)
def _stages(plan: Prescription) -> tuple[Stage, ...]:
    if plan.strength is not None:
        return _in_order(_sets(plan.strength))
    parts = [(Phase.WARM_UP, 0)]
    for number in range(1, plan.intervals + 1):
        parts.append((Phase.INTERVAL, number))
        if number < plan.intervals:
            parts.append((Phase.RECOVERY, number))
    parts.append((Phase.COOL_DOWN, plan.intervals))
    return _in_order((phase, interval, _length_s(plan, phase, interval)) for phase, interval in parts)


def _length_s(plan: Prescription, phase: Phase, interval: int) -> float:
    if phase is Phase.INTERVAL and interval == plan.all_out_interval:
        return ALL_OUT_AFTER_S + LONGEST_ALL_OUT_S
    return plan.length_s(phase)


def _sets(strength: Strength) -> Iterator[tuple[Phase, int, float]]:
    for easy in strength.warm_up:
        yield Phase.WARM_UP, 0, SET_S
        yield Phase.REST, 0, easy.rest_s
    for number in range(1, strength.sets + 1):
        yield Phase.SET, number, SET_S
        if number < strength.sets:
            yield Phase.REST, number, strength.rest_s


def _in_order(parts: Iterable[tuple[Phase, int, float]]) -> tuple[Stage, ...]:
    stages = []
    start_s = 0.0
    for phase, interval, length_s in parts:
        end_s = start_s + length_s
        stages.append(Stage(phase, interval, start_s, end_s))
        start_s = end_s
    return tuple(stages)
