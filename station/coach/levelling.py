"""Whether the heart still answers: what it showed at the loads that were held in intervals.

Responsible for telling a heart that levels off (chronotropic incompetence, beta-blockers) from one that only needs
more load. No line through loads and beats can tell: both are below the zone. The difference shows when more has been
tried: the levelled heart beats no faster than it did at a clearly lower load.
"""

import math
from dataclasses import dataclass, replace

SEEN_S = 20.0
"""What was seen at a load counts when it was held so long: the heart got there, and may have gone on rising."""
SETTLES_S = 24.0
"""Only after so long, and without a rise, is a load said to change nothing."""
SAME_LOAD = 0.05
MORE_LOAD = 0.10
"""A load must be higher by this share before the heart has to answer it: some 5 bpm for most people."""
ANSWERED_BPM = 2.0
RISING_BPM = 1.0
"""The last seconds' mean is above the last half minute's by more than this: it has not levelled off yet."""
QUICK_S = 8.0
SLOW_S = 25.0
KEPT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A load that was held (mL/kg/min above rest), and the smoothed heart rate at its end."""

    load_ml: float
    bpm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the heart has shown at the loads of this session's intervals."""

    load_ml: float = 0.0
    """The load of the present stretch."""
    for_s: float = 0.0
    """How long it has been held while the heart rate was good."""
    quick_bpm: float = 0.0
    slow_bpm: float = 0.0
    held: tuple[Held, ...] = ()
    """Earlier stretches that were long enough, oldest first."""

    def after(self, dt_s: float, load_ml: float, heart_rate_bpm: float) -> "Answers":
        """One more reading of an interval, at this load above rest, with a heart rate that is good."""
        if abs(load_ml - self.load_ml) > SAME_LOAD * max(load_ml, self.load_ml):
            return replace(self.closed(), load_ml=load_ml, quick_bpm=heart_rate_bpm, slow_bpm=heart_rate_bpm)
        quick_bpm = heart_rate_bpm + (self.quick_bpm - heart_rate_bpm) * math.exp(-dt_s / QUICK_S)
        slow_bpm = heart_rate_bpm + (self.slow_bpm - heart_rate_bpm) * math.exp(-dt_s / SLOW_S)
        return replace(self, for_s=self.for_s + dt_s, quick_bpm=quick_bpm, slow_bpm=slow_bpm)

    def closed(self) -> "Answers":
        """The stretch is over: another load, or the end of the interval."""
        if self.for_s < SEEN_S:
            return Answers(held=self.held)
        return Answers(held=(*self.held, Held(load_ml=self.load_ml, bpm=self.slow_bpm))[-KEPT:])

    @property
    def levelled(self) -> bool:
        """Whether the heart has stopped rising, at its fastest, which it had reached at a clearly lower load."""
        if self.for_s < SETTLES_S or self.quick_bpm > self.slow_bpm + RISING_BPM:
            return False
        fastest_bpm = max((earlier.bpm for earlier in self.held), default=math.inf)
        if self.quick_bpm < fastest_bpm - ANSWERED_BPM:
            return False
        return any(
            earlier.load_ml * (1 + MORE_LOAD) <= self.load_ml and self.quick_bpm <= earlier.bpm + ANSWERED_BPM
            for earlier in self.held
        )

    def has_reached(self, bpm: float) -> bool:
        """Whether the heart has held this rate at the present load."""
        return self.for_s >= SEEN_S and min(self.slow_bpm, self.quick_bpm) >= bpm

    @property
    def hardest(self) -> Held | None:
        """The hardest load that was held in this session's intervals; None before any was."""
        return max(self.closed().held, key=lambda held: held.load_ml, default=None)
