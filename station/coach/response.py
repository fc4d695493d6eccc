"""How a heart follows the load: a first-order lag that is slower downward than upward, after a dead time.

Responsible for time alone. The size of the answer (beats per mL/kg/min) and where it starts are the estimator's.
Time constants: 57.6 +- 23.6 s (Hunt 2015), 62.5 +- 18.5 s (Hunt 2019) on treadmills; recordings of real runs show the
fall 1.5-2.2 times slower than the rise.
"""

import math
from dataclasses import dataclass

DEAD_S = 5.0
"""Load to measured heart rate: some seconds in the body, 2-5 s in the strap."""
STRAP_LAG_S = 3.0
"""The part of the dead time that is the strap's: the true heart rate is this much ahead of the measured one."""


@dataclass(frozen=True, slots=True)
class Lag:
    """Time constant of the rise in seconds, and how many times slower the fall is."""

    rise_s: float
    fall_ratio: float

    def followed(self, now: float, aim: float, dt_s: float) -> float:
        """Where the lagged quantity is after this much time on its way to the aim."""
        lag_s = self.rise_s if aim > now else self.rise_s * self.fall_ratio
        return aim + (now - aim) * math.exp(-dt_s / lag_s)


@dataclass(frozen=True, slots=True)
class Passage:
    """Loads on their way through the dead time, oldest first: (seconds still to wait, load above rest, running 0-1)."""

    waiting: tuple[tuple[float, float, float], ...] = ()
    arrived: tuple[float, float] = (0.0, 0.0)

    def after(self, dt_s: float, load: float, running: float) -> "Passage":
        """The passage after this load has been on for so many seconds."""
        arrived = self.arrived
        waiting = []
        for left_s, old_load, old_running in (*self.waiting, (DEAD_S, load, running)):
            if left_s <= dt_s:
                arrived = (old_load, old_running)
            else:
                waiting.append((left_s - dt_s, old_load, old_running))
        return Passage(tuple(waiting), arrived)
