"""Speed, where the hill is at its end: half a km/h at a time, never between walking and running."""

from station.coach.bounds import is_too_much, may_go_up
from station.coach.loads import interval_speed_kmh
from station.coach.mind import SPEED_STEP_KMH, WALKS_AT_MOST_KMH, Advisor, advice, forecast_bpm, level_percent
from station.training.advice import Advice, Reason
from station.training.session import Session
from station.training.signal import Quality, Signal

SLOWEST_RUN_KMH = 7.5
"""No speed between this and `WALKS_AT_MOST_KMH` is advised: people there fall from running into walking and back."""
BEYOND_HILL_PERCENT = 0.7
"""The hill must be this much too short, or too steep, before an interval begins at another speed."""
SLOWER_FROM_S = 15.0
SPEED_FROM_S = 45.0
"""Speed is not advised before the heart has had this long to answer the hill."""
TOO_HIGH_PERCENT = 93.0
TOO_HIGH_WHILE_RUNNING_PERCENT = 95.0
"""Only for this is a runner at the slowest running speed asked to walk."""
SLOWER_WITHIN_S = 60.0
FASTER_WITHIN_S = 80.0


def start_speed_kmh(mind: Advisor) -> float:
    """The speed to begin an interval with: the usual one, or another where the hill alone would not do."""
    patient, reach = mind.patient, mind.patient.treadmill
    usual = interval_speed_kmh(patient, mind.speed_kmh)
    if mind.advised_kmh is not None:
        return mind.advised_kmh
    if mind.estimator is None or mind.by_feel:
        return usual
    level = level_percent(mind, mind.target_bpm, usual)
    if level < reach.incline_min_percent - BEYOND_HILL_PERCENT:
        slower = speed_on_grid(mind, usual - SPEED_STEP_KMH)
        return slower if mind.moves_at(slower) is mind.moves_at(usual) else usual
    if level > reach.incline_max_percent + BEYOND_HILL_PERCENT:
        return max(usual, min(mind.fastest_kmh, speed_on_grid(mind, usual + SPEED_STEP_KMH)))
    return usual


def speed_on_grid(mind: Advisor, speed_kmh: float) -> float:
    """The nearest speed (km/h) that the treadmill and the patient's limits allow."""
    reach = mind.patient.treadmill
    steps = max(0, round((speed_kmh - reach.speed_min_kmh) / reach.speed_step_kmh))
    most = int((mind.fastest_kmh - reach.speed_min_kmh) / reach.speed_step_kmh + 1e-9)
    return round(reach.speed_min_kmh + max(0, min(steps, most)) * reach.speed_step_kmh, 2)


def by_speed(mind: Advisor, session: Session, signal: Signal) -> Advice | None:
    """Speed, where the hill is at its end: half a km/h at a time."""
    if signal.quality is not Quality.GOOD or session.phase_elapsed_s < SLOWER_FROM_S:
        return None
    reach, here = mind.patient.treadmill, mind.heading_percent
    if here <= reach.incline_min_percent + reach.incline_step_percent / 2:
        return _slower(mind)
    top = reach.incline_on_grid(reach.incline_max_percent)
    if here >= top - reach.incline_step_percent / 2 and session.phase_elapsed_s >= SPEED_FROM_S:
        return _faster(mind, signal, top)
    return None


def _slower(mind: Advisor) -> Advice | None:
    shown_kmh = mind.shown.speed_kmh if mind.shown is not None else None
    slower = speed_on_grid(mind, mind.speed_kmh - SPEED_STEP_KMH)
    if shown_kmh is not None and slower >= shown_kmh:
        slower = speed_on_grid(mind, shown_kmh - SPEED_STEP_KMH) if mind.missed else shown_kmh
    expected = forecast_bpm(mind, mind.heading_percent, mind.speed_kmh, SLOWER_WITHIN_S)
    if _between_gaits(slower) and expected <= TOO_HIGH_WHILE_RUNNING_PERCENT / 100 * mind.patient.hr_max_bpm:
        return None
    if slower >= mind.speed_kmh or slower == shown_kmh or expected <= TOO_HIGH_PERCENT / 100 * mind.patient.hr_max_bpm:
        return None
    lowest = mind.patient.treadmill.incline_on_grid(mind.patient.treadmill.incline_min_percent)
    return advice(mind, lowest, Reason.HILL_AT_ITS_END, speed_kmh=slower)


def _between_gaits(speed_kmh: float) -> bool:
    return WALKS_AT_MOST_KMH < speed_kmh < SLOWEST_RUN_KMH


def _faster(mind: Advisor, signal: Signal, top: float) -> Advice | None:
    patient = mind.patient
    hr_max, shown_kmh = patient.hr_max_bpm, mind.shown.speed_kmh if mind.shown is not None else None
    if not may_go_up(mind, signal):
        return None
    # Somebody who is slower than usual, after a stop perhaps, is first led back to the usual speed.
    faster = speed_on_grid(mind, max(mind.speed_kmh + SPEED_STEP_KMH, interval_speed_kmh(patient, mind.speed_kmh)))
    if shown_kmh is not None and faster == shown_kmh:
        faster = speed_on_grid(mind, shown_kmh + SPEED_STEP_KMH)
    low = max(patient.prescription.interval_zone.low_percent / 100 * hr_max, mind.target_bpm - 0.035 * hr_max)
    if (
        _between_gaits(faster)
        or is_too_much(mind, faster, top)
        or faster <= mind.speed_kmh
        or faster == shown_kmh
        or forecast_bpm(mind, top, mind.speed_kmh, FASTER_WITHIN_S) >= low
    ):
        return None
    return advice(mind, top, Reason.HILL_AT_ITS_END, speed_kmh=faster)
