"""The rules of a strength session: sets end by hand, rests by the clock.

Nobody is hurried: a set begins when its rest is over and waits until its repetitions are counted.
"""

from station.training import lifting as lifts
from station.training.course import Session
from station.training.prescription import IN_SETS, Phase
from station.training.reading import Press, Reading
from station.training.rule import Rule, stop_pressed, time_is_up, within

LONGEST_SET_S = 600.0
"""A set in which nothing has been pressed for so long: the patient has left, and the session ends."""
ANSWERED_WITHIN_S = 120.0
"""So long it is waited for an answer whether one repetition more was managed."""


def begun_with_warm_up(session: Session, reading: Reading) -> bool:
    """The patient is ready, there is a load, and warm-up sets are prescribed."""
    return begun(session, reading) and session.warm_up_sets_left


def begun(session: Session, reading: Reading) -> bool:
    """The patient is ready, and there is a load to begin with."""
    return Press.BEGIN in reading.pressed and session.lifting.load_kg is not None


def left_alone(session: Session, _reading: Reading) -> bool:
    """Nothing has been pressed for ten minutes of a set."""
    return session.untouched_s >= LONGEST_SET_S


def last_set_is_done(session: Session, _reading: Reading) -> bool:
    """The last set, or attempt, is over."""
    return session.lifting.over and session.in_last_set


def one_more_unanswered(session: Session, _reading: Reading) -> bool:
    """The last set has its repetitions, and for two minutes nobody has said whether there was one more."""
    return session.asks_for_one_more and session.untouched_s >= ANSWERED_WITHIN_S


def set_is_done(session: Session, _reading: Reading) -> bool:
    """The set is over: its repetitions are done, or the patient has had enough."""
    return session.lifting.over


def taken_back_to_warm_up(session: Session, reading: Reading) -> bool:
    """The last repetition of the warm-up set before was a slip of the finger."""
    return taken_back(session, reading) and session.lifting.done[-1].warm_up


def taken_back(session: Session, _reading: Reading) -> bool:
    """The last repetition of the set before was a slip of the finger, and the rest has hardly begun."""
    return session.lifting.taken_back and session.phase_elapsed_s <= lifts.TAKEN_BACK_WITHIN_S


def rested_for_warm_up(session: Session, reading: Reading) -> bool:
    """The rest is over, or the patient is ready, and warm-up sets are left."""
    return session.warm_up_sets_left and (time_is_up(session, reading) or Press.BEGIN in reading.pressed)


def ready_after_warm_up(session: Session, reading: Reading) -> bool:
    """The patient is ready for the first heavy set before the warm-up's rest is over."""
    return not session.lifting.sets and Press.BEGIN in reading.pressed


STRENGTH_RULES: tuple[Rule, ...] = (
    Rule(IN_SETS, stop_pressed, Phase.STOPPED),
    Rule(within(Phase.WARM_UP, Phase.SET), left_alone, Phase.STOPPED),
    Rule(within(Phase.READY), begun_with_warm_up, Phase.WARM_UP),
    Rule(within(Phase.READY), begun, Phase.SET),
    Rule(within(Phase.WARM_UP), set_is_done, Phase.REST),
    Rule(within(Phase.SET), last_set_is_done, Phase.FINISHED),
    Rule(within(Phase.SET), one_more_unanswered, Phase.FINISHED),
    Rule(within(Phase.SET), set_is_done, Phase.REST),
    Rule(within(Phase.REST), taken_back_to_warm_up, Phase.WARM_UP),
    Rule(within(Phase.REST), taken_back, Phase.SET),
    Rule(within(Phase.REST), rested_for_warm_up, Phase.WARM_UP),
    Rule(within(Phase.REST), ready_after_warm_up, Phase.SET),
    Rule(within(Phase.REST), time_is_up, Phase.SET),
)
