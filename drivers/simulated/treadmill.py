"""A treadmill made of figures: what the console is set to, and what the belt and the hill do about it.

Responsible for the machine only. Who sets it (a hand on the console, or a protocol on its port) and who reads it is
others' business. Ramps: 0.15-0.3 m/s2 for the belt and 0.3-0.6 %/s for the incline are estimates for clinic
treadmills; the incline goes in steps of 0.5 %, as on Trackmaster consoles.
"""

from dataclasses import dataclass

KMH_PER_MS = 3.6


@dataclass(frozen=True, slots=True, kw_only=True)
class TreadmillMake:
    """What kind of treadmill it is; as it stands a large Trackmaster, 0.2-15 mph and up to 25 %."""

    speed_min_kmh: float = 0.3
    speed_max_kmh: float = 24.2
    incline_max_percent: float = 25.0
    incline_step_percent: float = 0.5
    belt_ramp_kmh_per_s: float = 0.22 * KMH_PER_MS
    stop_ramp_kmh_per_s: float = 0.5 * KMH_PER_MS
    incline_slew_percent_per_s: float = 0.5
    gauge_lag_s: float = 0.7
    """How far the reported speed and incline limp behind the true ones."""


class SimulatedTreadmill:
    """One treadmill, standing still and flat until someone starts it. Not safe for more than one thread."""

    def __init__(self, make: TreadmillMake | None = None) -> None:
        self.make = make or TreadmillMake()
        self.set_speed = self.make.speed_min_kmh
        self.set_incline = 0.0
        self.running = False
        self.speed_kmh = 0.0
        self.incline_percent = 0.0
        self.watchdog_s: float | None = None
        """Seconds until the belt stops by itself unless its master speaks; None when nobody watches."""
        self._gauge_speed_kmh = 0.0
        self._gauge_incline_percent = 0.0

    @property
    def shown_speed_kmh(self) -> float:
        """The speed its gauge reports: a little late, in tenths."""
        return round(self._gauge_speed_kmh, 1)

    @property
    def shown_incline_percent(self) -> float:
        """The incline its gauge reports: a little late, in tenths."""
        return round(self._gauge_incline_percent, 1)

    def start(self) -> None:
        """Press START: the belt ramps up to the speed that is set."""
        self.running = True

    def stop(self) -> None:
        """Press STOP: the belt ramps down; the hill stays as it is."""
        self.running = False
        self.watchdog_s = None

    def stop_and_flatten(self) -> None:
        """What the console does when its master falls silent: stop, and down with the hill."""
        self.stop()
        self.set_incline = 0.0

    def set_speed_kmh(self, speed_kmh: float) -> None:
        """Set the speed on the console; out of reach becomes the nearest there is."""
        self.set_speed = min(self.make.speed_max_kmh, max(self.make.speed_min_kmh, speed_kmh))

    def set_incline_percent(self, incline_percent: float) -> None:
        """Set the incline on the console; off the grid or out of reach becomes the nearest there is."""
        steps = round(incline_percent / self.make.incline_step_percent)
        self.set_incline = min(self.make.incline_max_percent, max(0.0, steps * self.make.incline_step_percent))

    def step(self, dt_s: float) -> None:
        """Let this many seconds pass."""
        if self.watchdog_s is not None:
            self.watchdog_s -= dt_s
            if self.watchdog_s <= 0:
                self.stop_and_flatten()
        wanted_kmh = self.set_speed if self.running else 0.0
        ramp = self.make.belt_ramp_kmh_per_s if self.running else self.make.stop_ramp_kmh_per_s
        self.speed_kmh = _towards(self.speed_kmh, wanted_kmh, ramp * dt_s)
        self.incline_percent = _towards(
            self.incline_percent, self.set_incline, self.make.incline_slew_percent_per_s * dt_s
        )
        share = min(1.0, dt_s / self.make.gauge_lag_s)
        self._gauge_speed_kmh += share * (self.speed_kmh - self._gauge_speed_kmh)
        self._gauge_incline_percent += share * (self.incline_percent - self._gauge_incline_percent)


def _towards(now: float, wanted: float, at_most: float) -> float:
    return min(wanted, now + at_most) if wanted > now else max(wanted, now - at_most)
