"""Who trains today, as far as training needs to know: HRmax, usual loads and the treadmill's reach.

No name and no code: the store knows whose session it is, the core does not.
"""

import math
from dataclasses import dataclass, field
from enum import StrEnum

from station.training.prescription import Prescription
from station.training.zones import HIGHEST_HR_MAX_BPM, LOWEST_HR_MAX_BPM, LOWEST_HR_REST_BPM


class HrMaxSource(StrEnum):
    """How HRmax was found, best first."""

    MEASURED = "measured"
    SESSION = "session"
    """Highest heart rate of a correct 4x4 session, plus 15."""
    AGE_FORMULA = "age_formula"
    """211 - 0.64 x age, standard error 10.8 bpm (Nes et al. 2013): an estimate, to be treated as one."""
    EXPIRED = "expired"
    """Found better once, but too long ago or before a medicine was changed: to be treated as an estimate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What the treadmill, or the therapist's limit on it, allows."""

    incline_min_percent: float = 0.0
    incline_max_percent: float = 15.0
    incline_step_percent: float = 0.5
    speed_min_kmh: float = 2.0
    speed_max_kmh: float = 12.0
    speed_step_kmh: float = 0.5

    def __post_init__(self) -> None:
        """Refuse limits that leave no room.

        Raises:
            ValueError: naming the limits that contradict each other.
        """
        if not -10 <= self.incline_min_percent < self.incline_max_percent <= 40:  # noqa: PLR2004
            message = (
                "incline_min_percent must be below incline_max_percent, within -10 to 40 %, not "
                f"{self.incline_min_percent:g} to {self.incline_max_percent:g}"
            )
            raise ValueError(message)
        if not 0.1 <= self.incline_step_percent <= 5:  # noqa: PLR2004
            message = f"incline_step_percent must be 0.1-5, not {self.incline_step_percent:g}"
            raise ValueError(message)
        if not 0 < self.speed_min_kmh < self.speed_max_kmh <= 30:  # noqa: PLR2004
            message = (
                "speed_min_kmh must be below speed_max_kmh, within 0-30 km/h, not "
                f"{self.speed_min_kmh:g} to {self.speed_max_kmh:g}"
            )
            raise ValueError(message)
        if not 0.1 <= self.speed_step_kmh <= 2:  # noqa: PLR2004
            message = f"speed_step_kmh must be 0.1-2, not {self.speed_step_kmh:g}"
            raise ValueError(message)

    def incline_on_grid(self, incline_percent: float) -> float:
        """The nearest incline the treadmill can be set to, in percent."""
        lowest, highest = self.incline_min_percent, self.incline_max_percent
        steps = round((incline_percent - lowest) / self.incline_step_percent)
        on_grid = lowest + steps * self.incline_step_percent
        if on_grid > highest:
            on_grid = lowest + int((highest - lowest) / self.incline_step_percent + 1e-9) * self.incline_step_percent
        return round(max(lowest, on_grid), 3)

    def incline_not_above(self, incline_percent: float) -> float:
        """The steepest incline (percent) the treadmill can be set to that is not above this one, if there is one."""
        highest = min(incline_percent, self.incline_max_percent)
        steps = math.floor((highest - self.incline_min_percent) / self.incline_step_percent + 1e-9)
        return round(self.incline_min_percent + max(0, steps) * self.incline_step_percent, 3)

    def speed_not_above(self, speed_kmh: float) -> float:
        """The highest speed (km/h) the treadmill can be set to that is not above this one, if there is one."""
        highest = min(speed_kmh, self.speed_max_kmh)
        steps = math.floor((highest - self.speed_min_kmh) / self.speed_step_kmh + 1e-9)
        return round(self.speed_min_kmh + max(0, steps) * self.speed_step_kmh, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """What the therapist has set for the patient. Only HRmax is needed; the rest makes the first advice better."""

    hr_max_bpm: int
    hr_max_source: HrMaxSource = HrMaxSource.MEASURED
    hr_rest_bpm: int | None = None
    weight_kg: float | None = None
    age_years: int | None = None
    beta_blocker: bool = False
    walk_only: bool = False
    borg_mode: bool = False
    """The therapist's choice to coach by felt effort instead of heart rate."""
    speed_kmh: float | None = None
    """The usual speed in intervals."""
    warm_up_incline_percent: float | None = None
    start_incline_percent: float | None = None
    """The usual incline in intervals."""
    recovery_incline_percent: float | None = None
    treadmill: Reach = field(default_factory=Reach)
    prescription: Prescription = field(default_factory=Prescription)

    @property
    def hr_max_estimated(self) -> bool:
        """Whether HRmax may be off by more than half a zone: aim at 85-90 %, and never push above 90."""
        return self.hr_max_source is HrMaxSource.AGE_FORMULA or self.hr_max_source is HrMaxSource.EXPIRED

    @property
    def by_feel(self) -> bool:
        """Whether to coach by felt effort: the therapist's choice, or a beta-blocker without a measured HRmax.

        What a beta-blocker does to HRmax cannot be told from its dose (Harvard Health).
        """
        return self.borg_mode or (self.beta_blocker and self.hr_max_source is not HrMaxSource.MEASURED)

    def __post_init__(self) -> None:
        """Refuse what can only be a typing mistake.

        Raises:
            ValueError: naming the figure and its bounds.
        """
        if not LOWEST_HR_MAX_BPM <= self.hr_max_bpm <= HIGHEST_HR_MAX_BPM:
            message = f"hr_max_bpm must be {LOWEST_HR_MAX_BPM}-{HIGHEST_HR_MAX_BPM}, not {self.hr_max_bpm}"
            raise ValueError(message)
        if self.hr_rest_bpm is not None and not LOWEST_HR_REST_BPM <= self.hr_rest_bpm < self.hr_max_bpm:
            message = f"hr_rest_bpm must be at least {LOWEST_HR_REST_BPM} and below hr_max_bpm, not {self.hr_rest_bpm}"
            raise ValueError(message)
