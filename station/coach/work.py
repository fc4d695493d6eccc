"""The intervals: the load to begin with, and the corrections on the way.

Responsible for what may be considered (steps, gaps, when to be quiet), for speed where the hill is at its end, and for
leaving hearts in peace that do not reach the zone. The comparison of plans is the planner's.
"""

from dataclasses import replace

from station.coach.demand import REST_ML, Gait, incline_for, oxygen_demand
from station.coach.loads import START_PERCENT_OF_MAX, interval_speed_kmh, start_incline_percent
from station.coach.mind import (
    WALKS_AT_MOST_KMH,
    Advisor,
    advice,
    forecast_bpm,
    grid,
    holding_demand,
    insisted,
    level_percent,
)
from station.coach.planner import Course, Heart, chosen, hearts, split, start
from station.training.advice import Advice, Reason
from station.training.prescription import Phase
from station.training.session import Belt, Session
from station.training.signal import GOOD_BEFORE_UP_S, Quality, Signal

UP_GAP_S = 28.0
DOWN_GAP_S = 14.0
MISSED_GAP_S = 28.0
"""Whoever did not follow is not asked again before this."""
MISSED_WITHIN_S = 75.0
"""Until then, from the whistle or from a stop of the belt, the whole step may be asked for at once."""
MISSED_AGAIN_PERCENT = 1.0
"""A missed downward prompt is repeated with at least this much less."""
RAMPS_FOR_S = 4.0
"""A belt that brakes or gets going is at no load that anybody has chosen: nothing is asked until it has settled."""
SLOWEST_RUN_KMH = 7.5
"""No speed between this and `WALKS_AT_MOST_KMH` is advised: people there fall from running into walking and back."""
TAKEN_UP_WITHIN_S = 20.0
"""Until then, from the whistle or a stop, the interval's usual speed is reckoned with: the belt is on its way to it."""
QUIET_END_S = 22.0
"""Nothing new in the last seconds of an interval: the heart would not show it any more."""
NO_UP_ABOVE_PERCENT = 93.0
NO_UP_ABOVE_PERCENT_OF_ESTIMATE = 88.0
MOST_UP_PERCENT = 3.0
MOST_DOWN_PERCENT = 4.0
MOST_OVER_PERCENT = 3.0
"""How much steeper than what would hold the heart rate an interval may be, in its first minute."""
MOST_OVER_AT_START_PERCENT = 4.0
"""The same, seen from the level expected before the whistle: after a recovery that level comes out about one percent
too low (what was held from 2:30 on lay 1.7-2.1 % below starts that were planned 3 % above it)."""
NO_DOWN_BELOW_PERCENT = 86.5
NO_DOWN_WITHIN_S = 25.0
"""Nobody is eased whose heart is not about to be in the zone."""
CAUTIOUS_PERCENT = 88.0
"""An interval that begins without a trusted heart rate aims here."""
LATER_SHIFTS_PERCENT = (-2.0, -1.0, 0.0, 1.0)
"""Where a second change may lead, seen from the incline that holds the target: a sketch, it is never asked for."""
START_HEARTS = 3
THINK_EVERY_S = 4.0
PROMPT_COSTS_S = 4.0
"""A prompt must buy at least this much time in the zone."""
LATER_COSTS_S = 3.0
SPEED_STEP_KMH = 0.5
AT_WHISTLE_S = 4.0
"""A prompt this close to the whistle is acted on after it."""
BEYOND_HILL_PERCENT = 0.7
"""The hill must be this much too short, or too steep, before an interval begins at another speed."""
SLOWER_FROM_S = 15.0
SPEED_FROM_S = 45.0
"""Speed is not advised before the heart has had this long to answer the hill."""
REACHES_PERCENT = 84.5
TOO_HIGH_PERCENT = 93.0
TOO_HIGH_WHILE_RUNNING_PERCENT = 95.0
"""Only for this is a runner at the slowest running speed asked to walk."""
SLOWER_WITHIN_S = 60.0
FASTER_WITHIN_S = 80.0
BEYOND_USUAL = 1.4
"""A heart that would need so much more than the therapist's usual load does not reach the zone by walking harder."""
TRIED_OF_USUAL = 1.15
TRIED_ENOUGH_OF_USUAL = 1.3
"""Whoever is still below the zone after so much has been tried, is left in peace, whatever a straight line promises:
hearts that level off (beta-blockers, chronotropic incompetence) never follow it."""
MOST_OF_USUAL = 1.5
"""Nobody is asked for more than this, seen from the therapist's usual load (demand above rest)."""
GOES_ON_PERCENT = 1.0
"""Above the usual incline, for somebody whose heart does not reach the zone."""
HARD_BORG = 18
LIGHT_BORG = 14
"""Borg 15-17 is what intervals feel like (Bodø, Tromsø 2019; Anderson 2019)."""
EFFORT_STEP_PERCENT = 1.0
MOST_EFFORT_PERCENT = 3.0


def better_at_whistle(mind: Advisor, session: Session) -> bool:
    """Whether an early prompt would take load off: somebody walks a steep hill now and will run a gentle one."""
    if session.phase_left_s <= AT_WHISTLE_S or mind.estimator is None or mind.by_feel:
        return False
    speed = start_speed_kmh(mind)
    if speed <= mind.speed_kmh + SPEED_STEP_KMH:
        return False
    return level_percent(mind, mind.target_bpm, speed) + MOST_OVER_AT_START_PERCENT < mind.incline_percent


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
        slower = _speed_on_grid(mind, usual - SPEED_STEP_KMH)
        return slower if mind.moves_at(slower) is mind.moves_at(usual) else usual
    if level > reach.incline_max_percent + BEYOND_HILL_PERCENT:
        return max(usual, min(mind.fastest_kmh, _speed_on_grid(mind, usual + SPEED_STEP_KMH)))
    return usual


def _speed_on_grid(mind: Advisor, speed_kmh: float) -> float:
    reach = mind.patient.treadmill
    steps = max(0, round((speed_kmh - reach.speed_min_kmh) / reach.speed_step_kmh))
    most = int((mind.fastest_kmh - reach.speed_min_kmh) / reach.speed_step_kmh + 1e-9)
    return round(reach.speed_min_kmh + max(0, min(steps, most)) * reach.speed_step_kmh, 2)


def start_load(mind: Advisor, session: Session, signal: Signal, reason: Reason) -> Advice:
    """The load to begin an interval with."""
    patient = mind.patient
    usual_kmh = interval_speed_kmh(patient, mind.speed_kmh)
    speed = start_speed_kmh(mind)
    said_kmh = None if speed == usual_kmh and not mind.speed_spoken else _speed_on_grid(mind, speed)
    usual = start_incline_percent(patient, speed)
    if mind.by_feel or mind.estimator is None or mind.worth is None:
        felt = usual + (GOES_ON_PERCENT if mind.not_reaching else 0.0) + mind.effort_percent
        return _limited(mind, felt, Reason.NOT_REACHING if mind.not_reaching else Reason.EFFORT)
    if signal.quality is not Quality.GOOD:
        cautious = level_percent(mind, CAUTIOUS_PERCENT / 100 * patient.hr_max_bpm, speed)
        # What an interval has taught holds without the strap; before the first one the therapist's load is the limit.
        return _limited(mind, cautious if session.interval > 0 else min(cautious, usual), reason, speed_kmh=said_kmh)
    course = _course(mind, session, speed)
    level = level_percent(mind, mind.target_bpm, speed)
    # The nearest setting of the treadmill to the most; and nothing that takes load off somebody who walks uphill.
    over = min(level + MOST_OVER_AT_START_PERCENT, _most_percent(mind, speed, course.interval_gait))
    most = patient.treadmill.incline_on_grid(over)
    least = (
        mind.incline_percent if speed > mind.speed_kmh + SPEED_STEP_KMH and session.phase_left_s > AT_WHISTLE_S else 0
    )
    inclines = grid(patient, max(level - 2, min(least, most)), most)
    crowd = hearts(mind.estimator, mind.worth, course)[:START_HEARTS]
    known = [(heart, _holds(mind, heart, course)) for heart in split(crowd, course, mind.worth)]
    incline = start(known, course, inclines, prompt_costs_s=LATER_COSTS_S)
    return _limited(mind, incline, reason, speed_kmh=said_kmh)


def correction(mind: Advisor, session: Session, signal: Signal) -> tuple[Advisor, Advice | None]:
    """The mind after thinking, if it was time to, and what to advise now in an interval; None: nothing new."""
    shown = mind.shown
    if shown is None or shown.incline_percent is None or mind.at_s is None or session.belt is Belt.STANDING:
        return mind, None
    if mind.by_feel:
        return mind, _felt(mind)
    if mind.at_s - mind.ramped_at_s < RAMPS_FOR_S:
        return mind, None
    gap_s = MISSED_GAP_S if mind.missed and not _must_be_eased(mind, signal) else DOWN_GAP_S
    if session.phase_left_s < QUIET_END_S or mind.since_prompt_s < gap_s or mind.worth is None:
        return mind, None
    if mind.at_s - mind.thought_at_s < THINK_EVERY_S:
        return mind, None
    mind = replace(mind, thought_at_s=mind.at_s)
    if _never_reaches(mind, session, signal):
        mind = replace(mind, not_reaching=True)
        return mind, _felt(mind)
    by_speed = _by_speed(mind, session, signal)
    return mind, by_speed if by_speed is not None else _by_hill(mind, session, signal)


def _by_hill(mind: Advisor, session: Session, signal: Signal) -> Advice | None:
    shown, patient = mind.shown, mind.patient
    if shown is None or shown.incline_percent is None or mind.estimator is None or mind.worth is None:
        return None
    course = _course(mind, session, mind.speed_kmh)
    level = level_percent(mind, mind.target_bpm, course.interval_speed_kmh)
    here = course.heading_percent
    begins = session.phase_elapsed_s <= MISSED_WITHIN_S or mind.stood_ago_s <= MISSED_WITHIN_S
    highest = min(level + MOST_OVER_PERCENT, _most_percent(mind, course.interval_speed_kmh, course.interval_gait))
    if not begins:
        highest = min(highest, here + MOST_UP_PERCENT)
    up = _may_go_up(mind, signal)
    lowest = here - MOST_DOWN_PERCENT
    if _must_be_eased(mind, signal):
        # Something new must be asked: the same load again would be no prompt.
        lowest = min(lowest, shown.incline_percent - MISSED_AGAIN_PERCENT)
    candidates = grid(patient, lowest, highest)
    now = [
        incline
        for incline in candidates
        if incline != shown.incline_percent and (incline < here or (up and incline > here))
    ]
    soon_bpm = forecast_bpm(mind, here, mind.speed_kmh, NO_DOWN_WITHIN_S)
    if session.phase_elapsed_s < session.prescription.interval_s / 2 and soon_bpm < mind.target_bpm - (
        (START_PERCENT_OF_MAX - NO_DOWN_BELOW_PERCENT) / 100 * patient.hr_max_bpm
    ):
        now = [incline for incline in now if incline > here]
    if mind.missed_downward:
        # Less than was asked, or slower: anything in between would be a raise in the guard's eyes.
        now = [incline for incline in now if incline < shown.incline_percent]
        if not now:
            return insisted(mind, SPEED_STEP_KMH, Reason.ABOVE_ZONE, again=_must_be_eased(mind, signal))
    crowd = hearts(mind.estimator, mind.worth, course)
    later = [level + shift for shift in LATER_SHIFTS_PERCENT]
    choice = chosen(crowd, course, now, later, prompt_costs_s=PROMPT_COSTS_S)
    if choice is None:
        return None
    return _limited(mind, choice, Reason.BELOW_ZONE if choice > here else Reason.ABOVE_ZONE, speed_kmh=shown.speed_kmh)


def _most_percent(mind: Advisor, speed_kmh: float, moves: Gait) -> float:
    """The incline (percent) at which this speed costs the most that anybody is asked for: see `MOST_OF_USUAL`."""
    if mind.estimator is None or not _usual_is_noted(mind):
        return mind.patient.treadmill.incline_max_percent
    return incline_for(REST_ML + MOST_OF_USUAL * mind.estimator.full_load, speed_kmh, moves)


def _usual_is_noted(mind: Advisor) -> bool:
    # A usual incline of nought says nothing about what this patient can do.
    return (mind.patient.start_incline_percent or 0) > 0 and mind.patient.speed_kmh is not None


def _must_be_eased(mind: Advisor, signal: Signal) -> bool:
    """Whether whoever has not followed a downward prompt must be asked again soon: the heart is near the zone's top."""
    if not mind.missed_downward or signal.heart_rate_bpm is None or signal.quality is not Quality.GOOD:
        return False
    return signal.heart_rate_bpm >= NO_UP_ABOVE_PERCENT / 100 * mind.patient.hr_max_bpm


def _may_go_up(mind: Advisor, signal: Signal) -> bool:
    if signal.quality is not Quality.GOOD or signal.good_for_s < GOOD_BEFORE_UP_S or signal.heart_rate_bpm is None:
        return False
    estimated = mind.target_bpm < mind.patient.hr_max_bpm * 0.89
    edge = NO_UP_ABOVE_PERCENT_OF_ESTIMATE if estimated else NO_UP_ABOVE_PERCENT
    return mind.since_prompt_s >= UP_GAP_S and signal.heart_rate_bpm < edge / 100 * mind.patient.hr_max_bpm


def _by_speed(mind: Advisor, session: Session, signal: Signal) -> Advice | None:
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
    slower = _speed_on_grid(mind, mind.speed_kmh - SPEED_STEP_KMH)
    if shown_kmh is not None and slower >= shown_kmh:
        slower = _speed_on_grid(mind, shown_kmh - SPEED_STEP_KMH) if mind.missed else shown_kmh
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
    if mind.since_prompt_s < UP_GAP_S or not _may_go_up(mind, signal):
        return None
    # Somebody who is slower than usual, after a stop perhaps, is first led back to the usual speed.
    faster = _speed_on_grid(mind, max(mind.speed_kmh + SPEED_STEP_KMH, interval_speed_kmh(patient, mind.speed_kmh)))
    if shown_kmh is not None and faster == shown_kmh:
        faster = _speed_on_grid(mind, shown_kmh + SPEED_STEP_KMH)
    low = max(patient.prescription.interval_zone.low_percent / 100 * hr_max, mind.target_bpm - 0.035 * hr_max)
    demand = oxygen_demand(faster, top, mind.moves_at(faster)) - REST_ML
    if (
        _between_gaits(faster)
        or (_usual_is_noted(mind) and mind.estimator is not None and demand > MOST_OF_USUAL * mind.estimator.full_load)
        or faster <= mind.speed_kmh
        or faster == shown_kmh
        or forecast_bpm(mind, top, mind.speed_kmh, FASTER_WITHIN_S) >= low
    ):
        return None
    return advice(mind, top, Reason.HILL_AT_ITS_END, speed_kmh=faster)


def _never_reaches(mind: Advisor, session: Session, signal: Signal) -> bool:
    """Whether neither hill nor speed within reach, nor a fair stretch of the usual load, would do."""
    estimator, patient = mind.estimator, mind.patient
    if estimator is None or signal.quality is not Quality.GOOD or session.phase_elapsed_s < 2 * SPEED_FROM_S:
        return False
    low_bpm = REACHES_PERCENT / 100 * patient.hr_max_bpm
    if signal.heart_rate_bpm is None or signal.heart_rate_bpm >= low_bpm:
        return False
    doing = oxygen_demand(mind.speed_kmh, mind.incline_percent, mind.gait) - REST_ML
    needed = holding_demand(estimator, low_bpm, mind.gait) - REST_ML
    if forecast_bpm(mind, mind.incline_percent, mind.speed_kmh, 120) >= low_bpm:
        return False
    top = patient.treadmill.incline_max_percent
    at_the_end = mind.heading_percent >= top - 0.01 and mind.speed_kmh + SPEED_STEP_KMH > mind.fastest_kmh
    usual = estimator.full_load if _usual_is_noted(mind) else float("inf")
    beyond = doing >= TRIED_OF_USUAL * usual and needed > BEYOND_USUAL * usual
    return at_the_end or beyond or doing >= TRIED_ENOUGH_OF_USUAL * usual


def _felt(mind: Advisor) -> Advice | None:
    """The load by felt effort, if it is not the one that is shown."""
    usual = start_incline_percent(mind.patient, mind.speed_kmh)
    base = usual + (GOES_ON_PERCENT if mind.not_reaching else 0.0) + mind.effort_percent
    reason = Reason.NOT_REACHING if mind.not_reaching else Reason.EFFORT
    felt = _limited(mind, base, reason)
    shown = mind.shown
    if shown is not None and shown.incline_percent is not None and felt.incline_percent is not None:
        harder = felt.incline_percent > shown.incline_percent
        if mind.since_prompt_s < UP_GAP_S or (harder and not mind.patient.by_feel):
            return None
    return felt


def answered(mind: Advisor, borg: int) -> Advisor:
    """The mind after an answer to the effort question: a step down when it was too hard, up when it was light."""
    step = -EFFORT_STEP_PERCENT if borg >= HARD_BORG else EFFORT_STEP_PERCENT if borg <= LIGHT_BORG else 0.0
    most = MOST_EFFORT_PERCENT
    return replace(mind, effort_percent=max(-2 * most, min(most, mind.effort_percent + step)))


def _limited(mind: Advisor, incline_percent: float, reason: Reason, *, speed_kmh: float | None = None) -> Advice:
    most = mind.most_percent if mind.most_percent is not None else mind.patient.treadmill.incline_max_percent
    incline = mind.patient.treadmill.incline_on_grid(min(incline_percent, most))
    return advice(mind, incline, reason, speed_kmh=speed_kmh)


def _holds(mind: Advisor, heart: Heart, course: Course) -> float:
    """The incline that holds this heart at the target."""
    running = heart.g if course.interval_gait is Gait.RUNNING else 0.0
    demand = REST_ML + max(0.0, (mind.target_bpm - heart.b - running) / max(0.3, heart.k))
    return incline_for(demand, course.interval_speed_kmh, course.interval_gait)


def _course(mind: Advisor, session: Session, speed_kmh: float) -> Course:
    working = session.phase is Phase.INTERVAL
    to_whistle_s = 0.0 if working else session.phase_left_s
    speed = (
        interval_speed_kmh(mind.patient, speed_kmh)
        if working and min(session.phase_elapsed_s, mind.stood_ago_s) < TAKEN_UP_WITHIN_S
        else speed_kmh
    )
    return Course(
        incline_percent=mind.incline_percent,
        heading_percent=mind.heading_percent,
        speed_kmh=mind.speed_kmh,
        interval_speed_kmh=speed,
        gait=mind.gait,
        interval_gait=mind.moves_at(speed),
        to_whistle_s=to_whistle_s,
        to_end_s=session.phase_left_s if working else to_whistle_s + session.prescription.interval_s,
    )
