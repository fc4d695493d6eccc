"""How far anybody is asked to go: the gaps and edges above which nothing harder is asked, and the most of all.

Responsible for leaving hearts in peace that do not reach the zone: what a heart has shown is `levelling`'s, what
follows from it is said here.
"""

from station.coach.demand import REST_ML, Gait, incline_for, oxygen_demand
from station.coach.estimator import Estimator
from station.coach.mind import SPEED_STEP_KMH, Advisor, forecast_bpm, holding_demand
from station.training.patient import Patient
from station.training.session import Session
from station.training.signal import GOOD_BEFORE_UP_S, Quality, Signal

UP_GAP_S = 28.0
DOWN_GAP_S = 14.0
NO_UP_ABOVE_PERCENT = 93.0
NO_UP_ABOVE_PERCENT_OF_ESTIMATE = 88.0
REACHES_PERCENT = 84.5
REACHED_PERCENT = 87.0
"""A heart that holds this after all is coached by its rate again."""
REACHES_WITHIN_S = 120.0
TRIED_FOR_S = 90.0
"""No line through loads and beats says that a heart will not reach the zone before an interval is so old."""
BEYOND_USUAL = 1.4
"""A heart that would need so much more than the therapist's usual load does not reach the zone by walking harder."""
TRIED_OF_USUAL = 1.15
TRIED_ENOUGH_OF_USUAL = 1.3
"""Whoever is still below the zone after so much has been tried, is left in peace, whatever a straight line promises:
hearts that level off (beta-blockers, chronotropic incompetence) never follow it."""
MOST_OF_TRIED = 1.08
"""Where the hardest load that was held has not led to the zone, the next is at most so much harder."""
MOST_OF_USUAL = 1.5
"""Nobody is asked for more than this, seen from the therapist's usual load (demand above rest)."""


def may_go_up(mind: Advisor, signal: Signal) -> bool:
    """Whether more may be asked for now, as far as the strap and the last prompt are concerned."""
    if signal.quality is not Quality.GOOD or signal.good_for_s < GOOD_BEFORE_UP_S or signal.heart_rate_bpm is None:
        return False
    estimated = mind.target_bpm < mind.patient.hr_max_bpm * 0.89
    edge = NO_UP_ABOVE_PERCENT_OF_ESTIMATE if estimated else NO_UP_ABOVE_PERCENT
    return mind.since_prompt_s >= UP_GAP_S and signal.heart_rate_bpm < edge / 100 * mind.patient.hr_max_bpm


def most_percent(mind: Advisor, speed_kmh: float, moves: Gait) -> float:
    """The incline (percent) at which this speed costs the most that anybody is asked for, or may be tried next."""
    most_ml = _most_ml(mind)
    if most_ml is None:
        return mind.patient.treadmill.incline_max_percent
    return incline_for(REST_ML + most_ml, speed_kmh, moves)


def is_too_much(mind: Advisor, speed_kmh: float, incline_percent: float) -> bool:
    """Whether this load is more than anybody is asked for, or more than may be tried next."""
    most_ml = _most_ml(mind)
    return (
        most_ml is not None and oxygen_demand(speed_kmh, incline_percent, mind.moves_at(speed_kmh)) - REST_ML > most_ml
    )


def _most_ml(mind: Advisor) -> float | None:
    if mind.estimator is None:
        return None
    usual_ml, tried = mind.estimator.full_load, mind.answers.hardest
    bounds = [MOST_OF_USUAL * usual_ml] if usual_is_noted(mind.patient) else []
    if tried is not None and tried.bpm < REACHES_PERCENT / 100 * mind.patient.hr_max_bpm:
        bounds.append(MOST_OF_TRIED * max(tried.load_ml, usual_ml))
    return min(bounds, default=None)


def usual_is_noted(patient: Patient) -> bool:
    """Whether the therapist has noted an interval's load: a usual incline of nought says nothing about a patient."""
    return (patient.start_incline_percent or 0) > 0 and patient.speed_kmh is not None


def not_reaching(mind: Advisor, session: Session, signal: Signal) -> bool:
    """Whether this heart is known not to reach the zone, by what it has shown, and has not held it since."""
    hr_max_bpm = mind.patient.hr_max_bpm
    if mind.not_reaching:
        return not mind.answers.has_reached(REACHED_PERCENT / 100 * hr_max_bpm)
    low_bpm = REACHES_PERCENT / 100 * hr_max_bpm
    estimator, seen_bpm = mind.estimator, signal.heart_rate_bpm
    if estimator is None or signal.quality is not Quality.GOOD or seen_bpm is None or seen_bpm >= low_bpm:
        return False
    if mind.answers.levelled and mind.answers.load_ml >= estimator.full_load:
        return True
    return session.phase_elapsed_s >= TRIED_FOR_S and _out_of_reach(mind, estimator, low_bpm)


def _out_of_reach(mind: Advisor, estimator: Estimator, low_bpm: float) -> bool:
    """Whether neither hill nor speed within reach, nor a fair stretch of the usual load, would do."""
    if forecast_bpm(mind, mind.incline_percent, mind.speed_kmh, REACHES_WITHIN_S) >= low_bpm:
        return False
    doing = oxygen_demand(mind.speed_kmh, mind.incline_percent, mind.gait) - REST_ML
    needed = holding_demand(estimator, low_bpm, mind.gait) - REST_ML
    top = mind.patient.treadmill.incline_max_percent
    at_the_end = mind.heading_percent >= top - 0.01 and mind.speed_kmh + SPEED_STEP_KMH > mind.fastest_kmh
    usual = estimator.full_load if usual_is_noted(mind.patient) else float("inf")
    beyond = doing >= TRIED_OF_USUAL * usual and needed > BEYOND_USUAL * usual
    return at_the_end or beyond or doing >= TRIED_ENOUGH_OF_USUAL * usual
