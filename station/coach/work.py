"""The intervals: the load to begin with, and the corrections on the way.

Responsible for what may be considered: steps, gaps, when to be quiet. How far anybody is asked to go is `bounds`',
speed is `speed`'s, felt effort `effort`'s, the comparison of plans the planner's.
"""

from dataclasses import replace

from station.coach.bounds import DOWN_GAP_S, NO_UP_ABOVE_PERCENT, may_go_up, most_percent, not_reaching
from station.coach.demand import REST_ML, Gait, incline_for
from station.coach.effort import felt, felt_load
from station.coach.loads import START_PERCENT_OF_MAX, interval_speed_kmh, start_incline_percent
from station.coach.mind import SPEED_STEP_KMH, Advisor, forecast_bpm, grid, insisted, level_percent, limited
from station.coach.planner import Course, Heart, chosen, hearts, split, start
from station.coach.speed import by_speed, speed_on_grid, start_speed_kmh
from station.training.advice import Advice, Reason
from station.training.prescription import Phase
from station.training.session import Belt, Session
from station.training.signal import Quality, Signal

MISSED_GAP_S = 28.0
"""Whoever did not follow is not asked again before this."""
MISSED_WITHIN_S = 75.0
"""Until then, from the whistle or from a stop of the belt, the whole step may be asked for at once."""
MISSED_AGAIN_PERCENT = 1.0
"""A missed downward prompt is repeated with at least this much less."""
RAMPS_FOR_S = 4.0
"""A belt that brakes or gets going is at no load that anybody has chosen: nothing is asked until it has settled."""
TAKEN_UP_WITHIN_S = 20.0
"""Until then, from the whistle or a stop, the interval's usual speed is reckoned with: the belt is on its way to it."""
QUIET_END_S = 22.0
"""Nothing new in the last seconds of an interval: the heart would not show it any more."""
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
AT_WHISTLE_S = 4.0
"""A prompt this close to the whistle is acted on after it."""


def better_at_whistle(mind: Advisor, session: Session) -> bool:
    """Whether an early prompt would take load off: somebody walks a steep hill now and will run a gentle one."""
    if session.phase_left_s <= AT_WHISTLE_S or mind.estimator is None or mind.by_feel:
        return False
    speed = start_speed_kmh(mind)
    if speed <= mind.speed_kmh + SPEED_STEP_KMH:
        return False
    return level_percent(mind, mind.target_bpm, speed) + MOST_OVER_AT_START_PERCENT < mind.incline_percent


def start_load(mind: Advisor, session: Session, signal: Signal, reason: Reason) -> Advice:
    """The load to begin an interval with."""
    patient = mind.patient
    usual_kmh = interval_speed_kmh(patient, mind.speed_kmh)
    speed = start_speed_kmh(mind)
    said_kmh = None if speed == usual_kmh and not mind.speed_spoken else speed_on_grid(mind, speed)
    usual = start_incline_percent(patient, speed)
    if mind.by_feel or mind.estimator is None or mind.worth is None:
        return felt_load(mind, speed)
    if signal.quality is not Quality.GOOD:
        cautious = level_percent(mind, CAUTIOUS_PERCENT / 100 * patient.hr_max_bpm, speed)
        # What an interval has taught holds without the strap; before the first one the therapist's load is the limit.
        return limited(mind, cautious if session.interval > 0 else min(cautious, usual), reason, speed_kmh=said_kmh)
    course = _course(mind, session, speed)
    level = level_percent(mind, mind.target_bpm, speed)
    # The nearest setting of the treadmill to the most; and nothing that takes load off somebody who walks uphill.
    over = min(level + MOST_OVER_AT_START_PERCENT, most_percent(mind, speed, course.interval_gait))
    most = patient.treadmill.incline_on_grid(over)
    least = (
        mind.incline_percent if speed > mind.speed_kmh + SPEED_STEP_KMH and session.phase_left_s > AT_WHISTLE_S else 0
    )
    inclines = grid(patient, max(level - 2, min(least, most)), most)
    crowd = hearts(mind.estimator, mind.worth, course)[:START_HEARTS]
    known = [(heart, _holds(mind, heart, course)) for heart in split(crowd, course, mind.worth)]
    incline = start(known, course, inclines, prompt_costs_s=LATER_COSTS_S)
    return limited(mind, incline, reason, speed_kmh=said_kmh)


def correction(mind: Advisor, session: Session, signal: Signal) -> tuple[Advisor, Advice | None]:
    """The mind after thinking, if it was time to, and what to advise now in an interval; None: nothing new."""
    shown, at_s = mind.shown, mind.at_s
    if shown is None or shown.incline_percent is None or at_s is None or session.belt is Belt.STANDING:
        return mind, None
    mind = replace(mind, not_reaching=not_reaching(mind, session, signal))
    if mind.not_reaching and session.phase_left_s < QUIET_END_S:
        return mind, None
    if mind.by_feel:
        return mind, felt(mind)
    if at_s - mind.ramped_at_s < RAMPS_FOR_S:
        return mind, None
    gap_s = MISSED_GAP_S if mind.missed and not _must_be_eased(mind, signal) else DOWN_GAP_S
    if session.phase_left_s < QUIET_END_S or mind.since_prompt_s < gap_s or mind.worth is None:
        return mind, None
    if at_s - mind.thought_at_s < THINK_EVERY_S:
        return mind, None
    mind = replace(mind, thought_at_s=at_s)
    return mind, by_speed(mind, session, signal) or _by_hill(mind, session, signal)


def _by_hill(mind: Advisor, session: Session, signal: Signal) -> Advice | None:
    shown, patient = mind.shown, mind.patient
    if shown is None or shown.incline_percent is None or mind.estimator is None or mind.worth is None:
        return None
    course = _course(mind, session, mind.speed_kmh)
    level = level_percent(mind, mind.target_bpm, course.interval_speed_kmh)
    here = course.heading_percent
    begins = session.phase_elapsed_s <= MISSED_WITHIN_S or mind.stood_ago_s <= MISSED_WITHIN_S
    highest = min(level + MOST_OVER_PERCENT, most_percent(mind, course.interval_speed_kmh, course.interval_gait))
    if not begins:
        highest = min(highest, here + MOST_UP_PERCENT)
    up = may_go_up(mind, signal)
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
    return limited(mind, choice, Reason.BELOW_ZONE if choice > here else Reason.ABOVE_ZONE, speed_kmh=shown.speed_kmh)


def _must_be_eased(mind: Advisor, signal: Signal) -> bool:
    """Whether whoever has not followed a downward prompt must be asked again soon: the heart is near the zone's top."""
    if not mind.missed_downward or signal.heart_rate_bpm is None or signal.quality is not Quality.GOOD:
        return False
    return signal.heart_rate_bpm >= NO_UP_ABOVE_PERCENT / 100 * mind.patient.hr_max_bpm


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
