"""Which page is to be seen at this moment."""

from station.moment import Moment, StrapState
from station.training.cue import Cue
from station.training.prescription import Phase
from ui.pages.ready import ready
from ui.pages.strap_lost import strap_lost
from ui.pages.summary import summary
from ui.pages.training import training
from ui.scene import Scene
from ui.wording.catalogue import words_in

LOST_AFTER_S = 8.0
"""Shorter silences show dashes on the training page, and no alarm."""

BEFORE_THE_STRAP = frozenset({Cue.BY_FEEL, Cue.TOO_HARD, Cue.CALL_STAFF})
"""What matters more to the patient than a silent strap."""


def page(moment: Moment) -> Scene:
    """The page for this moment, in its language."""
    words = words_in(moment.language)
    if moment.session.ended:
        return summary(moment, words)
    if moment.session.phase is Phase.READY:
        return ready(moment, words)
    if _strap_is_lost(moment):
        return strap_lost(moment, words)
    return training(moment, words)


def _strap_is_lost(moment: Moment) -> bool:
    if moment.patient.borg_mode or moment.cue in BEFORE_THE_STRAP or moment.strap is StrapState.BEATING:
        return False
    return moment.cue is Cue.STRAP_LOST or moment.strap_silent_s > LOST_AFTER_S
