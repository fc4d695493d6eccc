"""What the station suggests to the patient: an incline, sometimes a speed, always with the reason.

The station never moves the belt; an advice is words on a screen until the patient acts on it.
"""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why an advice was given or withheld; stored with every advice."""

    WARM_UP_LOAD = "warm_up_load"
    PROBE = "probe"
    """A step in the warm-up that shows how this heart answers."""
    INTERVAL_SOON = "interval_soon"
    """The early prompt, seconds before the whistle."""
    INTERVAL_START = "interval_start"
    RECOVERY_LOAD = "recovery_load"
    COOL_DOWN_LOAD = "cool_down_load"
    BELOW_ZONE = "below_zone"
    """The heart rate is, or is heading, below where it should be."""
    ABOVE_ZONE = "above_zone"
    IN_ZONE = "in_zone"
    HILL_AT_ITS_END = "hill_at_its_end"
    """The incline cannot go further; only speed helps."""
    ADAPTED = "adapted"
    """The patient chose another load, and the station follows."""
    EASIER_TODAY = "easier_today"
    EFFORT = "effort"
    """Borg mode: from the patient's answer to the effort question."""
    NOT_REACHING = "not_reaching"
    """This heart does not reach the zone; the coach stops pushing."""
    SIGNAL_LOST = "signal_lost"
    GUARD_ABOVE_95 = "guard_above_95"
    GUARD_ABOVE_97 = "guard_above_97"
    GUARD_AT_MAX = "guard_at_max"
    GUARD_LIMIT = "guard_limit"
    """A cap or step limit cut the coach's wish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """Where the heart rate is expected to be if the advice is followed, in bpm, with one standard deviation."""

    after_s: tuple[int, ...] = (30, 60, 90)
    mean_bpm: tuple[float, ...]
    sd_bpm: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A load to walk or run at. It stands until another takes its place; the same load again is the same advice."""

    incline_percent: float | None
    """The suggested incline on the treadmill's grid; None when only speed, or nothing, is advised."""
    speed_kmh: float | None = None
    """The suggested speed; None means: keep the speed you have."""
    reason: Reason
    since_s: float
    """When this load was first advised, on the readings' time axis."""
    prediction: Prediction | None = None
    confidence: float | None = None
    """0-1: how sure the coach is of its model of this patient."""

    def same_load(self, other: "Advice | None") -> bool:
        """Whether the patient would be asked for the same load."""
        return other is not None and (self.incline_percent, self.speed_kmh) == (
            other.incline_percent,
            other.speed_kmh,
        )
