"""What the patient should now see and hear, as values, not words. The words are in `ui.wording`.

One thing at a time: the guard's alarm before the belt's state, that before an open advice, that before the
phase's own sentence.
"""

from enum import StrEnum
from typing import assert_never

from station.training.advice import Advice, Reason
from station.training.guard import Alarm
from station.training.prescription import Phase
from station.training.reading import Reading
from station.training.session import Belt, Session
from station.training.zones import ZoneState

SPEED_REACHED_WITHIN_KMH = 0.25
COUNT_IN_S = 10.0
"""So long before a set the patient is counted in."""


class Cue(StrEnum):
    """The one thing to say to the patient now."""

    START_BELT = "start_belt"
    EASY_START = "easy_start"
    """Warm-up: walk easily, you can still talk."""
    RAISE_INCLINE = "raise_incline"
    LOWER_INCLINE = "lower_incline"
    FASTER = "faster"
    SLOWER = "slower"
    HOLD = "hold"
    """The load is right: keep this."""
    WAIT = "wait"
    """The load is right, the heart is on its way: wait."""
    GET_READY = "get_ready"
    """The next interval is about to start."""
    TOO_HARD = "too_hard"
    WALK_EASY = "walk_easy"
    """Recovery: walk, breathe out."""
    COOL_DOWN = "cool_down"
    CHECK_STRAP = "check_strap"
    STRAP_LOST = "strap_lost"
    """No heart rate for long: walk easily."""
    BELT_STANDING = "belt_standing"
    BY_FEEL = "by_feel"
    """No heart-rate advice: go by how hard it feels."""
    CALL_STAFF = "call_staff"
    BEGIN_SETS = "begin_sets"
    """Strength: press when the load is on and you are ready."""
    EASY_SET = "easy_set"
    """A warm-up set."""
    LIFT = "lift"
    """Fast up, slow down."""
    ONE_MORE = "one_more"
    """After the last set: did you manage one more?"""
    REST = "rest"
    SET_SOON = "set_soon"
    """The rest's last seconds."""
    ALL_OUT = "all_out"
    """An HRmax test's end: as hard as you can, until you can no more."""
    WELL_DONE = "well_done"
    YOU_CAME = "you_came"


def cue(  # noqa: PLR0913  # what is said hangs on all that is known
    session: Session,
    reading: Reading,
    zone_state: ZoneState,
    advice: Advice | None,
    alarm: Alarm | None,
    *,
    own_choice: bool = False,
) -> Cue:
    """The one thing to say now. In strength training nothing is said of the heart.

    With `own_choice` the patient has set another hill than she was asked for: nobody promises that the pulse will rise.
    """
    if session.prescription.strength is not None:
        return _in_sets(session)
    if session.all_out and session.belt is Belt.MOVING:
        return Cue.ALL_OUT
    match session.phase:
        case Phase.READY:
            return Cue.START_BELT
        case Phase.FINISHED:
            return Cue.WELL_DONE
        case Phase.STOPPED:
            return Cue.YOU_CAME
        case _ if alarm is not None:
            return _of_alarm(alarm)
        case _ if session.belt is Belt.STANDING:
            return Cue.BELT_STANDING
        case _:
            said = open_advice(advice, reading) or _of_phase(session, zone_state, advice)
            return Cue.HOLD if said is Cue.WAIT and own_choice else said


def open_advice(advice: Advice | None, reading: Reading) -> Cue | None:
    """What is still to be done to follow the advice; None when it is followed or nobody knows the load."""
    if advice is None:
        return None
    to_do = _incline_to_do(advice, reading) or _speed_to_do(advice, reading)
    if to_do is not None and advice.reason is Reason.INTERVAL_SOON:
        return Cue.GET_READY
    return to_do


def _incline_to_do(advice: Advice, reading: Reading) -> Cue | None:
    if advice.incline_percent is None or reading.incline_percent is None:
        return None
    missing = advice.incline_percent - reading.incline_percent
    # Treadmills report tenths of a percent and are set in halves; a quarter is the middle of that.
    if abs(missing) < 0.25:  # noqa: PLR2004
        return None
    return Cue.RAISE_INCLINE if missing > 0 else Cue.LOWER_INCLINE


def _speed_to_do(advice: Advice, reading: Reading) -> Cue | None:
    if advice.speed_kmh is None or reading.speed_kmh is None:
        return None
    missing = advice.speed_kmh - reading.speed_kmh
    if abs(missing) < SPEED_REACHED_WITHIN_KMH:
        return None
    return Cue.FASTER if missing > 0 else Cue.SLOWER


def _of_alarm(alarm: Alarm) -> Cue:
    match alarm:
        case Alarm.TOO_HARD | Alarm.REST_NOW:
            return Cue.TOO_HARD
        case Alarm.CALL_STAFF:
            return Cue.CALL_STAFF
        case Alarm.CHECK_STRAP:
            return Cue.CHECK_STRAP
        case Alarm.STRAP_LOST:
            return Cue.STRAP_LOST
        case _:  # pragma: no cover
            assert_never(alarm)


def _of_phase(session: Session, zone_state: ZoneState, advice: Advice | None) -> Cue:
    if session.phase is Phase.WARM_UP:
        return Cue.EASY_START
    if session.phase is Phase.RECOVERY:
        return Cue.WALK_EASY
    if session.phase is Phase.COOL_DOWN:
        return Cue.COOL_DOWN
    if advice is not None and advice.reason in (Reason.EFFORT, Reason.NOT_REACHING):
        return Cue.BY_FEEL
    return Cue.WAIT if zone_state is ZoneState.BELOW else Cue.HOLD


def _in_sets(session: Session) -> Cue:
    match session.phase:
        case Phase.FINISHED:
            return Cue.WELL_DONE
        case Phase.STOPPED:
            return Cue.YOU_CAME
        case Phase.WARM_UP:
            return Cue.EASY_SET
        case Phase.SET:
            return Cue.ONE_MORE if session.asks_for_one_more else Cue.LIFT
        case Phase.REST:
            return Cue.SET_SOON if session.phase_left_s <= COUNT_IN_S else Cue.REST
        case _:
            return Cue.BEGIN_SETS
