"""Advice by felt effort: for Borg mode, and for hearts that do not reach the zone."""

from dataclasses import replace

from station.coach.bounds import DOWN_GAP_S, UP_GAP_S
from station.coach.loads import start_incline_percent
from station.coach.mind import Advisor, limited
from station.training.advice import Advice, Reason

GOES_ON_PERCENT = 1.0
"""Above the usual incline, for somebody whose heart does not reach the zone."""
HARD_BORG = 18
LIGHT_BORG = 14
"""Borg 15-17 is what intervals feel like (Bodø, Tromsø 2019; Anderson 2019)."""
EFFORT_STEP_PERCENT = 1.0
MOST_EFFORT_PERCENT = 3.0


def felt_load(mind: Advisor, speed_kmh: float) -> Advice:
    """The usual load at this speed, as the answers about effort have moved it."""
    usual = start_incline_percent(mind.patient, speed_kmh)
    base = usual + (GOES_ON_PERCENT if mind.not_reaching else 0.0) + mind.effort_percent
    return limited(mind, base, Reason.NOT_REACHING if mind.not_reaching else Reason.EFFORT)


def felt(mind: Advisor) -> Advice | None:
    """The load by felt effort, if it is not the one that is shown."""
    wish, shown = felt_load(mind, mind.speed_kmh), mind.shown
    if shown is not None and shown.incline_percent is not None and wish.incline_percent is not None:
        harder = wish.incline_percent > shown.incline_percent
        if mind.since_prompt_s < (UP_GAP_S if harder else DOWN_GAP_S) or (harder and not mind.patient.by_feel):
            return None
    return wish


def answered(mind: Advisor, borg: int) -> Advisor:
    """The mind after an answer to the effort question: a step down when it was too hard, up when it was light."""
    step = -EFFORT_STEP_PERCENT if borg >= HARD_BORG else EFFORT_STEP_PERCENT if borg <= LIGHT_BORG else 0.0
    most = MOST_EFFORT_PERCENT
    return replace(mind, effort_percent=max(-2 * most, min(most, mind.effort_percent + step)))
