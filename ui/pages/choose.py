"""Which page is to be seen at this moment."""

from station.moment import Moment, StrapState
from station.training.prescription import Phase
from ui.pages.ready import ready
from ui.pages.strap_lost import strap_lost
from ui.pages.summary import summary
from ui.pages.training import training
from ui.scene import Scene
from ui.wording.catalogue import words_in

LOST_AFTER_S = 8.0
"""Shorter silences show dashes on the training page, and no alarm."""


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
    if moment.patient.borg_mode:
        return False
    return moment.strap in {StrapState.LOST, StrapState.NO_CONTACT} and moment.strap_silent_s > LOST_AFTER_S
