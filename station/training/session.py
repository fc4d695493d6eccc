"""The session as a fold over readings: `advance` applies the rules of the prescription's method, first match wins.

The rules are a table of named predicates for each method of training. Facts (belt standing, strap silent) are in the
reading, never phases. The timetable is moved by the belt's clock and the patient alone; neither the coach nor the
guard can shift it. In strength training it is moved by the patient's presses and the clock of the rests.
"""

from collections.abc import Mapping
from dataclasses import replace

from station.training import lifting as lifts
from station.training.course import Belt, Session
from station.training.interval_rules import HR_MAX_TEST_RULES, INTERVAL_RULES, last_interval_is_up, walk_is_up
from station.training.lifting import Lifting
from station.training.prescription import Method, Phase
from station.training.reading import Reading, belt_speed_moves
from station.training.rule import Rule, time_is_up
from station.training.set_rules import (
    STRENGTH_RULES,
    last_set_is_done,
    one_more_unanswered,
    set_is_done,
    taken_back,
    taken_back_to_warm_up,
)
from station.training.strength import Strength

__all__ = ["BELT_SILENCE_BRIDGED_S", "RULES", "Belt", "Session", "advance"]

BELT_SILENCE_BRIDGED_S = 60.0
"""A treadmill that stops reporting is taken to do what it last did for this long, then to stand.

A cable that comes loose in mid-interval must not make the interval longer for someone who still runs.
"""

RULES: Mapping[Method, tuple[Rule, ...]] = {
    Method.INTERVALS: INTERVAL_RULES,
    Method.STRENGTH: STRENGTH_RULES,
    Method.HR_MAX_TEST: HR_MAX_TEST_RULES,
}
"""The rules of each method; the first that applies wins."""
RUN_OVER = frozenset({time_is_up, walk_is_up, last_interval_is_up})
"""What a phase ran over is the next one's, after these: the timetable does not slip with the rhythm of the readings."""


def advance(session: Session, reading: Reading) -> Session:
    """The session after one more reading. Readings come in time order; one that does not counts as no time passed."""
    if session.ended:
        return replace(session, at_s=reading.at_s)
    clocked = _clocked(session, reading)
    for rule in RULES[session.prescription.method]:
        if clocked.phase in rule.while_in and rule.when(clocked, reading):
            return _entered(clocked, rule, reading)
    return clocked


def _clocked(session: Session, reading: Reading) -> Session:
    passed_s = 0.0
    if session.at_s is not None and not reading.resumed:
        # Of a gap between readings nobody knows more than of a silent treadmill: a minute of it counts.
        passed_s = min(BELT_SILENCE_BRIDGED_S, max(0.0, reading.at_s - session.at_s))
    if session.prescription.strength is not None:
        return _counted(session, session.prescription.strength, reading, passed_s)
    belt, silent_s = _belt(session, reading, passed_s)
    elapsed_s, stood_s = session.phase_elapsed_s, session.stood_s
    if session.training and belt is Belt.MOVING:
        elapsed_s, stood_s = elapsed_s + passed_s, 0.0
    elif session.training:
        stood_s += passed_s
    return replace(
        session,
        at_s=reading.at_s,
        belt=belt,
        belt_silent_s=silent_s,
        phase_elapsed_s=elapsed_s,
        stood_s=stood_s,
    )


def _belt(session: Session, reading: Reading, passed_s: float) -> tuple[Belt, float]:
    if reading.speed_kmh is not None:
        return (Belt.MOVING if belt_speed_moves(reading.speed_kmh) else Belt.STANDING), 0.0
    silent_s = session.belt_silent_s + passed_s
    return (session.belt if silent_s <= BELT_SILENCE_BRIDGED_S else Belt.STANDING), silent_s


def _counted(session: Session, strength: Strength, reading: Reading, passed_s: float) -> Session:
    """A second of strength training: the clock never stands, and what was pressed counts where the patient is."""
    if not session.training:
        return replace(session, at_s=reading.at_s)
    return replace(
        session,
        at_s=reading.at_s,
        phase_elapsed_s=session.phase_elapsed_s + passed_s,
        untouched_s=0.0 if reading.pressed else session.untouched_s + passed_s,
        lifting=lifts.pressed(session.lifting, strength, reading.pressed, resting=session.phase is Phase.REST),
    )


def _entered(session: Session, rule: Rule, reading: Reading) -> Session:
    over_s = 0.0
    if rule.when in RUN_OVER:
        over_s = session.phase_elapsed_s - session.phase_length_s
    return replace(
        session,
        phase=rule.go_to,
        interval=session.interval + _intervals_more(rule),
        phase_elapsed_s=over_s,
        stood_s=0.0,
        started_at_s=reading.at_s if session.phase is Phase.READY else session.started_at_s,
        last_rule=rule.when.__name__,
        lifting=_after_rule(session, rule),
        untouched_s=0.0,
    )


def _intervals_more(rule: Rule) -> int:
    if rule.when is taken_back:
        return 0
    return 1 if rule.go_to in {Phase.INTERVAL, Phase.SET} else 0


def _after_rule(session: Session, rule: Rule) -> Lifting:
    strength, lifting = session.prescription.strength, session.lifting
    if strength is None:
        return lifting
    if rule.when in {taken_back, taken_back_to_warm_up}:
        return lifts.set_again(lifting)
    # Of a set that was stopped what had been lifted is kept.
    stopped = rule.go_to is Phase.STOPPED and session.phase is not Phase.REST and lifting.repetitions > 0
    if stopped or rule.when in {set_is_done, last_set_is_done, one_more_unanswered}:
        return lifts.set_done(lifting, strength, warm_up=session.phase is Phase.WARM_UP)
    return lifting
