"""Readings in, advice out: what the coach would suggest, before the guard has its say.

Responsible for the order of a reading: first what it teaches, then what the phase asks for. The easy parts are
`easy`'s, the intervals `work`'s, what is known of the heart the estimator's.
"""

from collections.abc import Sequence
from dataclasses import replace

from station.coach import easy, effort, work
from station.coach.demand import REST_ML, Gait, oxygen_demand
from station.coach.estimator import Estimator, begun, line, recalled
from station.coach.levelling import Answers
from station.coach.loads import START_PERCENT_OF_MAX, gait_of, hr_rest_bpm, interval_speed_kmh, start_incline_percent
from station.coach.memory import Memory, newest_fitting
from station.coach.mind import Advisor, level_percent
from station.coach.planner import Worth, worth
from station.training.advice import Advice, Reason
from station.training.patient import Patient
from station.training.prescription import Phase
from station.training.reading import Press, Reading
from station.training.session import Belt, Session
from station.training.signal import Expectation, Quality, Signal

__all__ = ["Advisor", "advised", "advisor", "learnt"]

EARLY_PROMPT_S = 20.0
"""The hand needs some seconds and the belt ten or more: so most of the load is there at the whistle."""
USUAL_SD_PERCENT = 4.0
"""How far the heart rate at the therapist's usual load may be from 90 % of HRmax, one standard deviation."""
LONGEST_STEP_S = 5.0
RAMPS_BY_KMH = 0.25
"""A belt whose speed differs by more from one second to the next is braking or getting going."""
FIRST_ENDS_S = 5.0
EASIER_PERCENT = 1.0
_BEFORE_WORK = frozenset({Reason.WARM_UP_LOAD, Reason.PROBE, Reason.RECOVERY_LOAD})


def advisor(patient: Patient, memories: Sequence[Memory] = ()) -> Advisor:
    """The coach's mind before the first reading; `memories` of earlier sessions, newest first."""
    return Advisor(patient=patient, prior=newest_fitting(memories, patient))


def learnt(mind: Advisor, session: Session) -> Memory | None:
    """What the session has taught; None when no interval was begun or the heart was not followed."""
    if mind.estimator is None or session.interval < 1 or mind.patient.by_feel:
        return None
    (b, k, g), covariance = line(mind.estimator)
    speed = interval_speed_kmh(mind.patient, mind.speed_kmh)
    return Memory(
        hr_max_bpm=mind.patient.hr_max_bpm,
        beta_blocker=mind.patient.beta_blocker,
        offset_bpm=b - mind.estimator.drifted_bpm if mind.first_bpm is None else mind.first_bpm - _rise(mind, k, g),
        gain_bpm_per_ml=k,
        running_bpm=g,
        covariance=covariance,
        lag_weights=mind.estimator.weights,
        interval_incline_percent=round(level_percent(mind, mind.target_bpm, speed), 1),
        recovery_incline_percent=mind.recovery_percent,
    )


def _rise(mind: Advisor, k: float, g: float) -> float:
    """Beats above the offset at the usual interval's load."""
    load = mind.estimator.full_load if mind.estimator is not None else 0.0
    runs = gait_of(mind.patient, interval_speed_kmh(mind.patient, mind.speed_kmh)) is Gait.RUNNING
    return k * load + (g if runs else 0.0)


def _first_taught(mind: Advisor, session: Session) -> Advisor:
    """The first interval's end is kept: what comes later is tired."""
    if mind.estimator is None or mind.first_bpm is not None or session.phase is not Phase.INTERVAL:
        return mind
    if session.interval != 1 or session.phase_left_s > FIRST_ENDS_S:
        return mind
    (b, k, g), _ = line(mind.estimator)
    return replace(mind, first_bpm=b + _rise(mind, k, g) - mind.estimator.drifted_bpm)


def advised(advisor: Advisor, reading: Reading, session: Session, signal: Signal, shown: Advice | None) -> Advisor:
    """The coach's mind after one more reading.

    `session` and `signal` already include the reading; `shown` is the advice the patient was last shown, after
    the guard.
    """
    mind = _observed(_shown(advisor, shown), reading, session, signal)
    if not session.training:
        return replace(mind, wish=None)
    mind = _first_taught(_asked(_speed_kept(mind, session), reading), session)
    mind, wish = _wish(mind, session, signal)
    if wish is None:
        return mind
    if wish.same_load(mind.wish) and mind.wish is not None:
        return mind if wish.reason is mind.wish.reason else replace(mind, wish=replace(wish, since_s=mind.wish.since_s))
    if wish.reason is Reason.RECOVERY_LOAD:
        mind = replace(mind, recovery_percent=wish.incline_percent)
    return replace(mind, wish=wish)


def _speed_kept(mind: Advisor, session: Session) -> Advisor:
    """The speed that was advised because the hill was at its end is the next interval's, too."""
    shown = mind.shown
    if session.phase is not Phase.INTERVAL or shown is None or shown.reason is not Reason.HILL_AT_ITS_END:
        return mind
    return mind if mind.advised_kmh == shown.speed_kmh else replace(mind, advised_kmh=shown.speed_kmh)


def _shown(mind: Advisor, shown: Advice | None) -> Advisor:
    if shown is None or shown.same_load(mind.shown):
        return mind
    at_s = mind.at_s if mind.at_s is not None else shown.since_s
    return replace(
        mind,
        shown=shown,
        prompted_at_s=at_s,
        prompted_from_percent=mind.incline_percent,
        speed_spoken=mind.speed_spoken or shown.speed_kmh is not None,
    )


def _asked(mind: Advisor, reading: Reading) -> Advisor:
    """What the patient has said: by the button, or in answer to the effort question."""
    if reading.effort_borg is not None:
        mind = effort.answered(mind, reading.effort_borg)
    if Press.EASIER in reading.pressed and mind.wish is not None and mind.wish.incline_percent is not None:
        eased = max(mind.patient.treadmill.incline_min_percent, mind.wish.incline_percent - EASIER_PERCENT)
        wish = replace(mind.wish, incline_percent=eased, reason=Reason.EASIER_TODAY, since_s=reading.at_s)
        mind = replace(mind, wish=wish, most_percent=eased)
    return mind


def _wish(mind: Advisor, session: Session, signal: Signal) -> tuple[Advisor, Advice | None]:
    reason = mind.wish.reason if mind.wish is not None else None
    match session.phase:
        case Phase.INTERVAL if reason is None or reason in _BEFORE_WORK:
            return mind, work.start_load(mind, session, signal, Reason.INTERVAL_START)
        case Phase.INTERVAL:
            mind, wish = work.correction(mind, session, signal)
            return mind, wish if wish is not None else _withdrawn(mind)
        case Phase.WARM_UP | Phase.RECOVERY if session.phase_left_s <= EARLY_PROMPT_S:
            if (reason is not None and reason not in _BEFORE_WORK) or work.better_at_whistle(mind, session):
                return mind, None
            return mind, work.start_load(mind, session, signal, Reason.INTERVAL_SOON)
        case Phase.WARM_UP:
            return mind, easy.warm_up(mind, session, signal)
        case Phase.RECOVERY:
            return mind, easy.recovery(mind, session, signal)
        case _:
            return mind, easy.cool_down(mind, session, signal)


def _withdrawn(mind: Advisor) -> Advice | None:
    """What the guard has held back is not wished for any longer: it was meant for that moment."""
    wish, shown, at_s = mind.wish, mind.shown, mind.at_s
    if wish is None or shown is None or at_s is None or wish.same_load(shown) or at_s - wish.since_s < 1:
        return None
    return replace(shown, reason=wish.reason)


def _observed(mind: Advisor, reading: Reading, session: Session, signal: Signal) -> Advisor:
    passed_s = 0.0 if mind.at_s is None else min(LONGEST_STEP_S, max(0.0, reading.at_s - mind.at_s))
    speed = mind.speed_kmh if reading.speed_kmh is None else reading.speed_kmh
    incline = mind.incline_percent if reading.incline_percent is None else reading.incline_percent
    if session.belt is Belt.STANDING:
        speed = 0.0
    moves = mind.moves_at(speed)
    ramps = mind.at_s is not None and abs(mind.speed_kmh - speed) > RAMPS_BY_KMH
    estimator = mind.estimator
    if estimator is None and session.training:
        estimator = _begun(mind.patient, speed, mind.prior)
        mind = replace(mind, worth=_worth(mind.patient))
    expectation = None
    if estimator is not None:
        trusted = signal.heart_rate_bpm if signal.quality is Quality.GOOD else None
        running = 1.0 if moves is Gait.RUNNING else 0.0
        estimator = estimator.after(passed_s, oxygen_demand(speed, incline, moves), running, trusted)
        expectation = Expectation(mean_bpm=estimator.expected_bpm, sd_bpm=estimator.expected_sd_bpm)
    return replace(
        mind,
        estimator=estimator,
        answers=_answers(mind, session, signal, passed_s, oxygen_demand(speed, incline, moves) - REST_ML),
        gait=moves,
        speed_kmh=speed,
        incline_percent=incline,
        at_s=reading.at_s,
        ramped_at_s=reading.at_s if ramps else mind.ramped_at_s,
        stood_at_s=reading.at_s if session.training and session.belt is Belt.STANDING else mind.stood_at_s,
        expectation=expectation,
    )


def _answers(mind: Advisor, session: Session, signal: Signal, passed_s: float, load_ml: float) -> Answers:
    if session.phase is not Phase.INTERVAL or session.belt is Belt.STANDING:
        return mind.answers.closed()
    if signal.quality is not Quality.GOOD or signal.heart_rate_bpm is None:
        return mind.answers
    return mind.answers.after(passed_s, load_ml, signal.heart_rate_bpm)


def _begun(patient: Patient, speed_kmh: float, prior: Memory | None) -> Estimator:
    speed = interval_speed_kmh(patient, speed_kmh)
    moves = gait_of(patient, speed)
    usual = oxygen_demand(speed, start_incline_percent(patient, speed), moves)
    unsure = 1.0 if patient.start_incline_percent is not None and patient.speed_kmh is not None else 2.0
    fresh = begun(
        rest_bpm=hr_rest_bpm(patient),
        rest_sd_bpm=9.0 if patient.hr_rest_bpm is not None else 13.0,
        usual_bpm=START_PERCENT_OF_MAX / 100 * patient.hr_max_bpm,
        usual_sd_bpm=unsure * USUAL_SD_PERCENT / 100 * patient.hr_max_bpm,
        full_load=max(6.0, usual - REST_ML),
        runs=moves is Gait.RUNNING,
    )
    return fresh if prior is None else recalled(fresh, prior)


def _worth(patient: Patient) -> Worth:
    percent = patient.hr_max_bpm / 100
    if patient.hr_max_estimated:
        return worth(85 * percent, 90 * percent, 92 * percent)
    zone = patient.prescription.interval_zone
    return worth(zone.low_percent * percent, zone.high_percent * percent, (zone.high_percent + 2) * percent)
