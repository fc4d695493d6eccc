"""A plain integral controller with this patient's gain: a coach that needs four numbers and no statistics.

Responsible for holding the heart rate by the simplest means that are any good (an internal-model controller, which is
a PI in other clothes): a first-order heart runs beside the real one, and what the real one does differently moves
the load. Source of the tuning: lambda design after Hunt et al. 2015-2019.
"""

import math
from dataclasses import dataclass, replace

from station.coach.demand import REST_ML

RISE_S = 55.0
"""Mean time constant of heart rate on treadmills: 57.6 s (Hunt 2015), 62.5 s (Hunt 2019), lag of the strap apart."""
FALL_RATIO = 1.6
SETTLE_S = 45.0
"""The heart rate is to be where it should be this much later."""
LAMBDA_S = 45.0
"""How quickly a lasting difference between heart and model is believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steady:
    """A first-order heart with this patient's gain, and how far the real one is from it."""

    rest_bpm: float
    beats_per_ml: float
    rise_bpm: float = 0.0
    offset_bpm: float = 0.0
    tau_s: float = RISE_S

    def after(self, dt_s: float, demand_ml: float, heart_rate_bpm: float | None) -> "Steady":
        """The model after this much time at this demand; a trusted heart rate moves the offset."""
        aim = self.beats_per_ml * (demand_ml - REST_ML)
        lag_s = self.tau_s if aim > self.rise_bpm else self.tau_s * FALL_RATIO
        rise = aim + (self.rise_bpm - aim) * math.exp(-dt_s / lag_s)
        offset = self.offset_bpm
        if heart_rate_bpm is not None:
            offset += (heart_rate_bpm - self.rest_bpm - rise - offset) * (1 - math.exp(-dt_s / LAMBDA_S))
        return replace(self, rise_bpm=rise, offset_bpm=offset)

    @property
    def expected_bpm(self) -> float:
        """The heart rate (bpm) the model expects now."""
        return self.rest_bpm + self.rise_bpm + self.offset_bpm

    def demand_for(self, target_bpm: float, within_s: float = SETTLE_S) -> float:
        """The demand (mL/kg/min) that, held from now on, leads to this heart rate within so many seconds."""
        wanted = target_bpm - self.rest_bpm - self.offset_bpm
        lag_s = self.tau_s if wanted > self.rise_bpm else self.tau_s * FALL_RATIO
        left = math.exp(-within_s / lag_s)
        return REST_ML + (wanted - left * self.rise_bpm) / (1 - left) / self.beats_per_ml

    def steady_demand_for(self, target_bpm: float) -> float:
        """The demand (mL/kg/min) that holds this heart rate."""
        return REST_ML + (target_bpm - self.rest_bpm - self.offset_bpm) / self.beats_per_ml
