"""Readings in, advice out: what the coach would suggest, before the guard has its say."""

from dataclasses import dataclass, field

from station.training.advice import Advice
from station.training.patient import Patient
from station.training.reading import Reading
from station.training.session import Session
from station.training.signal import Expectation, Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Advisor:
    """The coach's mind after the newest reading."""

    patient: Patient
    wish: Advice | None = None
    """The load the coach would advise now."""
    expectation: Expectation | None = None
    """What the coach expects the next reading's heart rate to be; None when it has no model."""
    prior: object | None = field(default=None, repr=False)


def advised(advisor: Advisor, reading: Reading, session: Session, signal: Signal, shown: Advice | None) -> Advisor:
    """The coach's mind after one more reading.

    `session` and `signal` already include the reading; `shown` is the advice the patient was last shown, after
    the guard.
    """
    del reading, session, signal, shown
    return advisor
