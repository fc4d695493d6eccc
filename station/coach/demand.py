"""Speed and incline to oxygen demand, walking and running: the only place with metabolic equations.

ACSM's equations as printed in *ACSM's Health & Fitness Journal* 2020; they hold for steady walking and running without
a hand on the rail. A person's own cost differs by several percent: that is the estimator's to learn, not this module's.
"""

from enum import StrEnum

REST_ML = 3.5
"""Oxygen demand at rest, mL/kg/min (one MET)."""
RUNS_FROM_KMH = 7.2
WALKS_UP_TO_KMH = 6.6
"""Most people change between walking and running at about 7 km/h; between these two speeds they keep their gait."""


class Gait(StrEnum):
    """How the patient moves."""

    WALKING = "walking"
    RUNNING = "running"


_COST = {Gait.WALKING: (0.1, 1.8), Gait.RUNNING: (0.2, 0.9)}


def gait(speed_kmh: float, before: Gait = Gait.WALKING) -> Gait:
    """Walking or running at this speed (km/h), given the gait before: near 7 km/h people keep the gait they have."""
    if speed_kmh >= RUNS_FROM_KMH:
        return Gait.RUNNING
    return Gait.WALKING if speed_kmh <= WALKS_UP_TO_KMH else before


def oxygen_demand(speed_kmh: float, incline_percent: float, moving: Gait | None = None) -> float:
    """Steady oxygen demand in mL/kg/min at this speed (km/h) and incline (percent); never below rest."""
    flat, uphill = _COST[moving or gait(speed_kmh)]
    metres_a_minute = max(0.0, speed_kmh) * 1000 / 60
    return max(REST_ML, REST_ML + metres_a_minute * (flat + uphill * incline_percent / 100))


def demand_per_percent(speed_kmh: float, moving: Gait | None = None) -> float:
    """How much one percent of incline adds to the oxygen demand at this speed, mL/kg/min."""
    _, uphill = _COST[moving or gait(speed_kmh)]
    return max(0.0, speed_kmh) * 1000 / 60 * uphill / 100


def incline_for(demand_ml: float, speed_kmh: float, moving: Gait | None = None) -> float:
    """The incline in percent (off the grid, unbounded) at which this speed has this oxygen demand (mL/kg/min).

    A belt that stands has no such incline: the answer is 0.
    """
    per_percent = demand_per_percent(speed_kmh, moving)
    if per_percent <= 0:
        return 0.0
    flat, _ = _COST[moving or gait(speed_kmh)]
    return (demand_ml - REST_ML - flat * speed_kmh * 1000 / 60) / per_percent
