"""HRmax with its truth: the figure, its source, when and by whom it was set, how long it holds, what is doubtful."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from station.training.patient import HrMaxSource
from station.training.zones import HIGHEST_HR_MAX_BPM, LOWEST_HR_MAX_BPM

HOLDS_FOR = timedelta(weeks=8)
"""HRmax moves with training and medicines: Brobakken 2020 saw the peak rise 7 bpm (2-11) within a year."""
SESSION_ADDS_BPM = 15
"""To the highest heart rate of a correct 4x4 session (Hoff and Helgerud, as Bodø's healthy-life centre teaches it)."""
DOUBTED_CHANGE_BPM = 10
DOUBTED_ABOVE_FORMULA_BPM = 15
"""One and a half standard errors (10.8 bpm) of the age formula: fewer than one patient in twelve is there."""
LOWEST_LIKELY_BPM = 120
"""The formula's for 142 years, or 4 standard errors below it at 75: a slip of the finger more often than a heart."""
HIGHEST_WITHOUT_AGE_BPM = 205
"""What is taken at once of somebody without a year of birth: the formula's for 20 years and 7 bpm."""

UNKNOWN_HR_MAX_BPM = 150
"""With neither an HRmax nor a year of birth: the formula's for 95 years, so that every zone errs on the easy side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HrMax:
    """One entry: beats a minute, how they were found, on which day, and the sign of the therapist who set them."""

    bpm: int
    source: HrMaxSource
    on: date
    by: str

    def __post_init__(self) -> None:
        """Refuse what can only be a typing mistake.

        Raises:
            ValueError: naming the bounds.
        """
        if not possible(self.bpm):
            message = f"HRmax must be {LOWEST_HR_MAX_BPM}-{HIGHEST_HR_MAX_BPM}, not {self.bpm}"
            raise ValueError(message)

    @property
    def holds_until(self) -> date:
        """The last day it holds, when no medication changes before."""
        return self.on + HOLDS_FOR


class Expiry(StrEnum):
    """Why an HRmax holds no longer."""

    TIME = "time"
    """Older than eight weeks."""
    MEDICATION = "medication"
    """A medicine that moves the heart rate was changed on its day or after."""


class Doubt(StrEnum):
    """Why an entry is asked for twice."""

    FAR_FROM_LAST = "far_from_last"
    """More than 10 bpm from the one before."""
    FAR_ABOVE_AGE_FORMULA = "far_above_age_formula"
    """More than 15 bpm above 211 - 0.64 x age."""
    LOW_AT_ANY_AGE = "low_at_any_age"
    """Below 120."""
    HIGH_WITHOUT_AGE = "high_without_age"
    """Above 205, of somebody whose year of birth nobody has entered."""


def possible(bpm: int) -> bool:
    """Whether a heart can have this maximum, 100-220 bpm; anything else is refused."""
    return LOWEST_HR_MAX_BPM <= bpm <= HIGHEST_HR_MAX_BPM


def by_age(age_years: int) -> int:
    """HRmax by the HUNT formula, 211 - 0.64 x age, standard error 10.8 bpm (Nes et al. 2013)."""
    return max(LOWEST_HR_MAX_BPM, round(211 - 0.64 * age_years))


def without_one(age_years: int | None) -> tuple[int, HrMaxSource]:
    """What stands for an HRmax that nobody has entered, and what it is worth: at best what the age says."""
    return (UNKNOWN_HR_MAX_BPM if age_years is None else by_age(age_years)), HrMaxSource.AGE_FORMULA


def after_session(highest_bpm: int) -> int:
    """HRmax from the highest heart rate of a correct 4x4 session (see `station.staff.session_test`), at most 220."""
    return min(HIGHEST_HR_MAX_BPM, highest_bpm + SESSION_ADDS_BPM)


def doubts(bpm: int, *, before: int | None, age_years: int | None) -> tuple[Doubt, ...]:
    """What to ask about before this entry is taken; empty when it is taken at once.

    `before` is the HRmax in force, None when there is none.
    """
    found = []
    if before is not None and abs(bpm - before) > DOUBTED_CHANGE_BPM:
        found.append(Doubt.FAR_FROM_LAST)
    if age_years is not None and bpm - by_age(age_years) > DOUBTED_ABOVE_FORMULA_BPM:
        found.append(Doubt.FAR_ABOVE_AGE_FORMULA)
    if age_years is None and bpm > HIGHEST_WITHOUT_AGE_BPM:
        found.append(Doubt.HIGH_WITHOUT_AGE)
    if bpm < LOWEST_LIKELY_BPM:
        found.append(Doubt.LOW_AT_ANY_AGE)
    return tuple(found)


def expiry(hr_max: HrMax, *, today: date, medication_changed: date | None) -> Expiry | None:
    """Why this HRmax holds no longer today; None while it does."""
    if medication_changed is not None and hr_max.on <= medication_changed <= today:
        return Expiry.MEDICATION
    return Expiry.TIME if today > hr_max.holds_until else None
