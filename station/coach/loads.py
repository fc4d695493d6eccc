"""The loads of a session's easy parts, and what is taken for granted when the therapist has noted little.

Responsible for the incline advised in warm-up, recovery and cool-down and for a first guess of the incline in
intervals; everything about a heart that answers is the estimator's and the planner's.
"""

from station.coach.demand import REST_ML, Gait, gait, incline_for, oxygen_demand
from station.training.patient import Patient
from station.training.prescription import Phase

USUAL_HR_REST_BPM = 75.0
"""Standing beside the treadmill, when no resting heart rate is noted."""
STANDING_ADDS_BPM = 5.0
"""A resting heart rate is noted lying or sitting; upright it is a little higher."""
USUAL_SPEED_KMH = 5.0
SLOWEST_USUAL_KMH = 2.0
"""A belt slower than this is only starting."""
START_PERCENT_OF_MAX = 90.0
"""The therapist's usual incline in intervals is meant to lead to the middle of the zone."""
LOWEST_START_INCLINE_PERCENT = 1.0
HIGHEST_FIRST_GUESS_PERCENT = 10.0
"""Nobody is sent up a steeper hill on a guess alone."""


def hr_rest_bpm(patient: Patient) -> float:
    """The heart rate (bpm) at which the line from demand to beats begins: upright, before the first step."""
    if patient.hr_rest_bpm is None:
        return min(USUAL_HR_REST_BPM, 0.5 * patient.hr_max_bpm)
    return min(patient.hr_rest_bpm + STANDING_ADDS_BPM, 0.7 * patient.hr_max_bpm)


def gait_of(patient: Patient, speed_kmh: float, before: Gait = Gait.WALKING) -> Gait:
    """Walking or running at this speed (km/h), given the gait before; who is to walk only, walks."""
    return Gait.WALKING if patient.walk_only else gait(speed_kmh, before)


def interval_speed_kmh(patient: Patient, speed_kmh: float | None) -> float:
    """The speed (km/h) to reckon with in intervals: the usual one, else the present one."""
    if patient.speed_kmh is not None:
        return patient.speed_kmh
    if speed_kmh is not None and speed_kmh >= SLOWEST_USUAL_KMH:
        return speed_kmh
    return USUAL_SPEED_KMH


def capacity_ml(patient: Patient) -> float:
    """A first guess of VO2max in mL/kg/min when the therapist has noted no usual incline.

    Norwegian adults of both sexes, lowered by 15 % for people in treatment: Loe et al. 2013 (HUNT), Flemmen 2014.
    """
    age_years = patient.age_years if patient.age_years is not None else 40
    return max(18.0, 0.85 * (52 - 0.35 * (age_years - 20)) - (4 if patient.beta_blocker else 0))


def start_incline_percent(patient: Patient, speed_kmh: float | None) -> float:
    """The usual incline in intervals (percent), or a careful first guess of it."""
    if patient.start_incline_percent is not None:
        return patient.start_incline_percent
    rest_bpm = hr_rest_bpm(patient)
    share = (START_PERCENT_OF_MAX / 100 * patient.hr_max_bpm - rest_bpm) / (patient.hr_max_bpm - rest_bpm)
    speed = interval_speed_kmh(patient, speed_kmh)
    incline = incline_for(REST_ML + share * (capacity_ml(patient) - REST_ML), speed, gait_of(patient, speed))
    return min(HIGHEST_FIRST_GUESS_PERCENT, max(LOWEST_START_INCLINE_PERCENT, incline))


def first_line(patient: Patient, speed_kmh: float | None) -> float:
    """Beats per mL/kg/min of demand: the line through rest and the prescription [usual load at 90 % of HRmax]."""
    speed = interval_speed_kmh(patient, speed_kmh)
    demand_ml = oxygen_demand(speed, start_incline_percent(patient, speed_kmh), gait_of(patient, speed))
    rise_bpm = START_PERCENT_OF_MAX / 100 * patient.hr_max_bpm - hr_rest_bpm(patient)
    return rise_bpm / max(5.0, demand_ml - REST_ML)


def easy_incline_percent(patient: Patient, phase: Phase) -> float:
    """The incline (percent, on the grid) of the warm-up, a recovery or the cool-down, as the therapist noted it."""
    noted = patient.warm_up_incline_percent if phase is Phase.WARM_UP else patient.recovery_incline_percent
    return patient.treadmill.incline_on_grid(noted if noted is not None else 0.0)
