"""Readings in, advice out: what the coach would suggest, before the guard has its say.

Responsible for when something is said: the load of each phase, the early prompt before the whistle, the hold-off
between prompts, and that a patient who chooses another load is not nagged. How much is `steady`'s matter.
"""

from dataclasses import dataclass, replace

from station.coach.demand import Gait, demand_per_percent, gait, incline_for, oxygen_demand
from station.coach.loads import (
    easy_incline_percent,
    first_line,
    hr_rest_bpm,
    interval_speed_kmh,
    start_incline_percent,
)
from station.coach.steady import Steady
from station.training.advice import Advice, Reason
from station.training.patient import HrMaxSource, Patient
from station.training.prescription import Phase
from station.training.reading import Reading
from station.training.session import Belt, Session
from station.training.signal import GOOD_BEFORE_UP_S, Expectation, Quality, Signal

TARGET_PERCENT = 89.5
"""Aim just below the middle of 85-95 %: "closer to 85 than 95", and the drift only goes up."""
TARGET_OF_ESTIMATE_PERCENT = 87.5
"""With an HRmax from the age formula: the middle of 85-90 %."""
EARLY_PROMPT_S = 12.0
UP_GAP_S = 28.0
DOWN_GAP_S = 14.0
QUIET_END_S = 22.0
"""Nothing new in the last seconds of an interval: the heart would not show it any more."""
NO_UP_ABOVE_PERCENT = 93.0
DEAD_BAND_PERCENT = 1.8
"""Differences smaller than this, in percent of HRmax, are not worth a prompt."""
MOST_UP_PERCENT = 3.0
MOST_OVER_PERCENT = 3.0
"""How much steeper than what would hold the heart rate the first minute of an interval may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advisor:
    """The coach's mind after the newest reading."""

    patient: Patient
    wish: Advice | None = None
    """The load the coach would advise now."""
    expectation: Expectation | None = None
    """What the coach expects the next reading's heart rate to be; None when it has no model."""
    prior: object | None = None
    steady: Steady | None = None
    gait: Gait = Gait.WALKING
    speed_kmh: float = 0.0
    incline_percent: float = 0.0
    at_s: float | None = None
    prompted_at_s: float = float("-inf")


def advised(advisor: Advisor, reading: Reading, session: Session, signal: Signal, shown: Advice | None) -> Advisor:
    """The coach's mind after one more reading.

    `session` and `signal` already include the reading; `shown` is the advice the patient was last shown, after
    the guard.
    """
    del shown
    advisor = _observed(advisor, reading, session, signal)
    if not session.training:
        return replace(advisor, wish=None)
    wish = _wish(advisor, session, signal)
    if wish is None or wish.same_load(advisor.wish):
        return advisor
    return replace(advisor, wish=wish, prompted_at_s=reading.at_s)


def _observed(advisor: Advisor, reading: Reading, session: Session, signal: Signal) -> Advisor:
    passed_s = 0.0 if advisor.at_s is None else min(5.0, max(0.0, reading.at_s - advisor.at_s))
    speed = advisor.speed_kmh if reading.speed_kmh is None else reading.speed_kmh
    incline = advisor.incline_percent if reading.incline_percent is None else reading.incline_percent
    if session.belt is Belt.STANDING:
        speed = 0.0
    moves = gait(speed, advisor.gait)
    steady = advisor.steady
    if steady is None and session.training:
        steady = Steady(rest_bpm=hr_rest_bpm(advisor.patient), beats_per_ml=first_line(advisor.patient, speed))
    trusted = signal.heart_rate_bpm if signal.quality is Quality.GOOD else None
    if steady is not None:
        steady = steady.after(passed_s, oxygen_demand(speed, incline, moves), trusted)
    return replace(
        advisor,
        steady=steady,
        gait=moves,
        speed_kmh=speed,
        incline_percent=incline,
        at_s=reading.at_s,
        expectation=None,
    )


def _wish(advisor: Advisor, session: Session, signal: Signal) -> Advice | None:
    easy = easy_incline_percent(advisor.patient, session.phase)
    soon = session.phase_left_s <= EARLY_PROMPT_S
    match session.phase:
        case Phase.INTERVAL if advisor.wish is None or advisor.wish.reason is Reason.RECOVERY_LOAD:
            return _interval_load(advisor, signal, Reason.INTERVAL_START)
        case Phase.INTERVAL:
            return _corrected(advisor, session, signal)
        case Phase.WARM_UP | Phase.RECOVERY if soon:
            if advisor.wish is not None and advisor.wish.reason is Reason.INTERVAL_SOON:
                return None
            return _interval_load(advisor, signal, Reason.INTERVAL_SOON)
        case Phase.WARM_UP:
            return _advice(advisor, easy, Reason.WARM_UP_LOAD)
        case Phase.RECOVERY:
            return _advice(advisor, easy, Reason.RECOVERY_LOAD)
        case _:
            return _advice(advisor, easy, Reason.COOL_DOWN_LOAD)


def _interval_load(advisor: Advisor, signal: Signal, reason: Reason) -> Advice:
    patient = advisor.patient
    speed = interval_speed_kmh(patient, advisor.speed_kmh)
    incline = _incline(advisor, speed)
    if signal.quality is not Quality.GOOD:
        incline = min(incline, start_incline_percent(patient, speed))
    return _advice(advisor, patient.treadmill.incline_on_grid(incline), reason)


def _corrected(advisor: Advisor, session: Session, signal: Signal) -> Advice | None:
    heart_rate, wish, at_s = signal.heart_rate_bpm, advisor.wish, advisor.at_s
    if heart_rate is None or wish is None or wish.incline_percent is None or at_s is None:
        return None
    if signal.quality is not Quality.GOOD or session.belt is Belt.STANDING or session.phase_left_s < QUIET_END_S:
        return None
    patient, reach = advisor.patient, advisor.patient.treadmill
    asked = wish.incline_percent
    incline = min(_incline(advisor, advisor.speed_kmh), asked + MOST_UP_PERCENT)
    per_percent = _beats_per_percent(advisor)
    if abs(incline - asked) * per_percent < DEAD_BAND_PERCENT / 100 * patient.hr_max_bpm:
        return None
    incline = reach.incline_on_grid(incline)
    since_s = at_s - advisor.prompted_at_s
    if incline < asked and since_s >= DOWN_GAP_S:
        return _advice(advisor, incline, Reason.ABOVE_ZONE)
    up_allowed = signal.good_for_s >= GOOD_BEFORE_UP_S and heart_rate < NO_UP_ABOVE_PERCENT / 100 * patient.hr_max_bpm
    if incline > asked and since_s >= UP_GAP_S and up_allowed:
        return _advice(advisor, incline, Reason.BELOW_ZONE)
    return None


def _beats_per_percent(advisor: Advisor) -> float:
    steady = advisor.steady
    return 0.0 if steady is None else steady.beats_per_ml * demand_per_percent(advisor.speed_kmh, advisor.gait)


def _incline(advisor: Advisor, speed_kmh: float) -> float:
    if advisor.steady is None or speed_kmh <= 0:
        return start_incline_percent(advisor.patient, speed_kmh)
    estimated = advisor.patient.hr_max_source is HrMaxSource.AGE_FORMULA
    target = TARGET_OF_ESTIMATE_PERCENT if estimated else TARGET_PERCENT
    target_bpm = target / 100 * advisor.patient.hr_max_bpm
    moves = gait(speed_kmh, advisor.gait)
    holds = incline_for(advisor.steady.steady_demand_for(target_bpm), speed_kmh, moves)
    leads = incline_for(advisor.steady.demand_for(target_bpm), speed_kmh, moves)
    return min(leads, holds + MOST_OVER_PERCENT)


def _advice(advisor: Advisor, incline_percent: float, reason: Reason) -> Advice:
    at_s = advisor.at_s if advisor.at_s is not None else 0.0
    return Advice(incline_percent=incline_percent, reason=reason, since_s=at_s)
