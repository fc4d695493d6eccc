"""The clearance: somebody answers for it that this patient may train hard, until a day. Without it: easy walking.

A questionnaire cannot be the gate here, since nearly every patient answers yes to some of its questions; a named role
and a date can (ACSM's screening, as the clinics use it).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

LONGEST = timedelta(days=366)


class Role(StrEnum):
    """Who may clear a patient for intervals; a role, not a name."""

    PHYSICIAN = "physician"
    PSYCHIATRIST = "psychiatrist"
    PHYSIOTHERAPIST = "physiotherapist"
    NURSE = "nurse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """Cleared for intervals on a day, by a role, up to and with the day `until`; `by` is who entered it."""

    on: date
    role: Role
    until: date
    by: str

    def __post_init__(self) -> None:
        """Refuse a clearance that ends before it begins, or lasts more than a year.

        Raises:
            ValueError: naming both days.
        """
        if not self.on <= self.until <= self.on + LONGEST:
            message = f"a clearance lasts from a day to a year, not from {self.on} until {self.until}"
            raise ValueError(message)


def is_cleared(clearance: Clearance | None, *, today: date) -> bool:
    """Whether the patient may train in intervals today."""
    return clearance is not None and clearance.on <= today <= clearance.until
