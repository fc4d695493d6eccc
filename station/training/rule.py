"""One rule of a session, and the facts that rules of every method ask for."""

from collections.abc import Callable
from dataclasses import dataclass

from station.training.course import Session
from station.training.prescription import Phase
from station.training.reading import Press, Reading

Predicate = Callable[[Session, Reading], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """While in one of these phases, when the predicate holds, go to that phase."""

    while_in: frozenset[Phase]
    when: Predicate
    go_to: Phase


def within(*phases: Phase) -> frozenset[Phase]:
    """These phases, as a rule names them."""
    return frozenset(phases)


def stop_pressed(_session: Session, reading: Reading) -> bool:
    """The patient wishes to stop."""
    return Press.STOP in reading.pressed


def time_is_up(session: Session, _reading: Reading) -> bool:
    """The phase has had its time; on the treadmill only a moving belt counts."""
    return session.phase_elapsed_s >= session.phase_length_s
