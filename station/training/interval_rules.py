"""The rules of an interval session on the treadmill: when it begins, what follows what, and when it is over."""

from station.training.course import Belt, Session
from station.training.prescription import ON_THE_BELT, Phase
from station.training.reading import Press, Reading
from station.training.rule import Rule, stop_pressed, time_is_up, within

LONGEST_STAND_S = 300.0
"""A belt that stands longer than this ends the session."""


def stood_too_long(session: Session, _reading: Reading) -> bool:
    """The belt has been standing for more than five minutes."""
    return session.stood_s > LONGEST_STAND_S


def belt_moving(session: Session, reading: Reading) -> bool:
    """The belt is seen to move."""
    return reading.speed_kmh is not None and session.belt is Belt.MOVING


def walk_is_up(session: Session, reading: Reading) -> bool:
    """No interval is prescribed, and the easy walk has had its time."""
    return session.prescription.intervals == 0 and time_is_up(session, reading)


def last_interval_is_up(session: Session, reading: Reading) -> bool:
    """The last prescribed interval has had its time."""
    return session.interval >= session.prescription.intervals and time_is_up(session, reading)


def resumed_in_last_interval(session: Session, reading: Reading) -> bool:
    """The station comes back from a restart in the last interval."""
    return reading.resumed and session.interval >= session.prescription.intervals


def resumed(_session: Session, reading: Reading) -> bool:
    """The station comes back from a restart in mid-session."""
    return reading.resumed


def enough(session: Session, reading: Reading) -> bool:
    """In the all-out part of an HRmax test: it was said that this was all."""
    return session.all_out and Press.ENOUGH in reading.pressed


INTERVAL_RULES: tuple[Rule, ...] = (
    Rule(ON_THE_BELT, stop_pressed, Phase.STOPPED),
    Rule(ON_THE_BELT, stood_too_long, Phase.STOPPED),
    # After a restart the patient gets easy walking first, never hard work out of the blue.
    Rule(within(Phase.INTERVAL), resumed_in_last_interval, Phase.COOL_DOWN),
    Rule(within(Phase.INTERVAL), resumed, Phase.RECOVERY),
    Rule(within(Phase.READY), belt_moving, Phase.WARM_UP),
    Rule(within(Phase.WARM_UP), walk_is_up, Phase.COOL_DOWN),
    Rule(within(Phase.WARM_UP), time_is_up, Phase.INTERVAL),
    Rule(within(Phase.INTERVAL), last_interval_is_up, Phase.COOL_DOWN),
    Rule(within(Phase.INTERVAL), time_is_up, Phase.RECOVERY),
    Rule(within(Phase.RECOVERY), time_is_up, Phase.INTERVAL),
    Rule(within(Phase.COOL_DOWN), time_is_up, Phase.FINISHED),
)
HR_MAX_TEST_RULES: tuple[Rule, ...] = (
    *INTERVAL_RULES[:2],
    Rule(within(Phase.INTERVAL), enough, Phase.COOL_DOWN),
    *INTERVAL_RULES[2:],
)
"""The same, and the last interval ends when the patient can no more."""
