"""The easy parts of a session: warm-up, recovery and cool-down.

Responsible for keeping them in their zone with hardly a prompt: first the therapist's load, then at most a few steps
toward the upper edge of 60-70 % of HRmax. In the warm-up those steps are also the question to which the heart's
answer teaches the estimator; in a recovery they keep a runner who walks from cooling down.
"""

from station.coach.demand import REST_ML, oxygen_demand
from station.coach.estimator import forecast
from station.coach.loads import easy_incline_percent
from station.coach.mind import SPEED_STEP_KMH, Advisor, advice, grid, insisted
from station.training.advice import Advice, Reason
from station.training.prescription import Phase
from station.training.session import Belt, Session
from station.training.signal import GOOD_BEFORE_UP_S, Quality, Signal

PROBES_AT_S = (240.0, 400.0)
RECOVERY_AT_S = 40.0
GAP_S = {Phase.WARM_UP: 60.0, Phase.RECOVERY: 40.0}
NOT_IN_THE_LAST_S = 50.0
TOP_OF_WARM_UP = 0.95
"""The warm-up ends near 70 % (rusfeltet.no), the recovery holds about there: this far up in a zone of 60-70 %."""
TOP_OF_RECOVERY = 0.9
STEP_PERCENT = 3.0
SLOWER_FROM_S = {Phase.WARM_UP: 120.0, Phase.RECOVERY: 75.0, Phase.COOL_DOWN: 75.0}
SLOWER_ABOVE_PERCENT = {Phase.WARM_UP: 80.0, Phase.RECOVERY: 86.0, Phase.COOL_DOWN: 82.0}
"""Above this, so long after the last load was taken off, only walking slower helps."""
SLOWER_GAP_S = 28.0
STEEPEST_RECOVERY_PERCENT = 8.0
DEAD_BAND_PERCENT = 2.5
"""An easy part is not corrected for less, in percent of HRmax."""


def warm_up(mind: Advisor, session: Session, signal: Signal) -> Advice | None:
    """What to advise now in the warm-up; None: nothing new."""
    if mind.wish is None:
        return advice(mind, easy_incline_percent(mind.patient, Phase.WARM_UP), Reason.WARM_UP_LOAD)
    slower = _slower(mind, session, signal)
    if slower is not None:
        return slower
    due_s = PROBES_AT_S[1] if mind.wish.reason is Reason.PROBE else PROBES_AT_S[0]
    if session.phase_elapsed_s < due_s or not _may_ask(mind, session, signal):
        return None
    zone = mind.patient.prescription.warm_up_zone
    aim = zone.low_percent + TOP_OF_WARM_UP * (zone.high_percent - zone.low_percent)
    return _led_to(mind, aim, session.phase_left_s, Reason.PROBE, mind.patient.treadmill.incline_max_percent)


def recovery(mind: Advisor, session: Session, signal: Signal) -> Advice | None:
    """What to advise now in a recovery; None: nothing new."""
    if mind.wish is None or mind.wish.reason is not Reason.RECOVERY_LOAD:
        noted = easy_incline_percent(mind.patient, Phase.RECOVERY)
        return advice(mind, noted if mind.recovery_percent is None else mind.recovery_percent, Reason.RECOVERY_LOAD)
    if mind.missed_downward and session.phase_left_s >= NOT_IN_THE_LAST_S:
        return insisted(mind, 0.0, Reason.RECOVERY_LOAD)
    slower = _slower(mind, session, signal)
    if slower is not None:
        return slower
    if session.phase_elapsed_s < RECOVERY_AT_S or not _may_ask(mind, session, signal):
        return None
    zone = mind.patient.prescription.recovery_zone
    aim = zone.low_percent + TOP_OF_RECOVERY * (zone.high_percent - zone.low_percent)
    return _led_to(mind, aim, session.phase_left_s, Reason.RECOVERY_LOAD, STEEPEST_RECOVERY_PERCENT)


def cool_down(mind: Advisor, session: Session, signal: Signal) -> Advice | None:
    """What to advise now in the cool-down; None: nothing new."""
    if mind.wish is None or mind.wish.reason is not Reason.COOL_DOWN_LOAD:
        return advice(mind, easy_incline_percent(mind.patient, Phase.COOL_DOWN), Reason.COOL_DOWN_LOAD)
    return _slower(mind, session, signal)


def _slower(mind: Advisor, session: Session, signal: Signal) -> Advice | None:
    """Half a km/h less for a heart that stays high in an easy part although the hill is flat already."""
    reach, wish, beats = mind.patient.treadmill, mind.wish, signal.heart_rate_bpm
    if wish is None or wish.incline_percent is None or beats is None or mind.by_feel or mind.speed_kmh <= 0:
        return None
    flat = max(wish.incline_percent, mind.incline_percent) <= reach.incline_min_percent + reach.incline_step_percent / 2
    trusted = signal.quality is Quality.GOOD and signal.good_for_s >= GOOD_BEFORE_UP_S
    if not flat or not trusted or session.phase_elapsed_s < SLOWER_FROM_S[session.phase]:
        return None
    if mind.since_prompt_s < SLOWER_GAP_S or session.phase_left_s < NOT_IN_THE_LAST_S:
        return None
    high = beats > SLOWER_ABOVE_PERCENT[session.phase] / 100 * mind.patient.hr_max_bpm
    return insisted(mind, SPEED_STEP_KMH, wish.reason) if high else None


def _may_ask(mind: Advisor, session: Session, signal: Signal) -> bool:
    trusted = signal.quality is Quality.GOOD and signal.good_for_s >= GOOD_BEFORE_UP_S
    settled = mind.since_prompt_s >= GAP_S[session.phase] and session.phase_left_s >= NOT_IN_THE_LAST_S
    return trusted and settled and session.belt is Belt.MOVING and mind.speed_kmh > 0 and not mind.by_feel


def _led_to(mind: Advisor, percent: float, within_s: float, reason: Reason, steepest: float) -> Advice | None:
    """The incline that leads to this share of HRmax in this time, unless the present one is about as good."""
    patient, estimator = mind.patient, mind.estimator
    if estimator is None or mind.wish is None or mind.wish.incline_percent is None:
        return None
    here = mind.incline_percent
    target = percent / 100 * patient.hr_max_bpm

    def off(incline: float) -> float:
        load = oxygen_demand(mind.speed_kmh, incline, mind.gait) - REST_ML
        return abs(forecast(estimator, load, within_s)[0] - target)

    best = min(grid(patient, here - STEP_PERCENT, min(steepest, here + STEP_PERCENT)), key=off)
    if best == mind.wish.incline_percent or off(here) - off(best) < DEAD_BAND_PERCENT / 100 * patient.hr_max_bpm:
        return None
    return advice(mind, best, reason)
