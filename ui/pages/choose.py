"""Which page is to be seen at this moment."""

from station.moment import Moment, StrapState
from station.question import Question
from station.training.cue import Cue
from station.training.prescription import Phase
from station.training.session import Belt
from station.visit import Step
from ui.pages.arriving import arriving
from ui.pages.help import are_you_ok, belt_moves, staff, station_fault, treadmill_lost
from ui.pages.office.choose import office
from ui.pages.said import Said
from ui.pages.sets import lifting, resting
from ui.pages.sets_around import after_sets, before_sets
from ui.pages.strap_lost import strap_lost
from ui.pages.summary import summary
from ui.pages.training import training
from ui.scene import Format, Scene
from ui.wording.catalogue import Words, words_in

LOST_AFTER_S = 8.0
"""Shorter silences show dashes on the training page, and no alarm."""

BEFORE_THE_STRAP = frozenset({Cue.BY_FEEL, Cue.TOO_HARD, Cue.CALL_STAFF})
"""What matters more to the patient than a silent strap."""
IN_THE_STRIP = frozenset({Question.EFFORT, Question.EASIER, Question.STOP})
"""Questions that are put on the training page, in place of the timeline."""


def page(moment: Moment, form: Format = Format.LANDSCAPE, *, message: Said | None = None) -> Scene:
    """The page for this moment, in its language; `message` is what the band still has to say, if not the newest."""
    words = words_in(moment.language)
    if moment.session.phase is Phase.READY:
        return _before(moment, words, form)
    if moment.session.prescription.strength is not None:
        return _beside_a_machine(moment, words, form, message)
    if moment.session.phase is Phase.STOPPED and moment.belt_moves:
        return belt_moves(moment, words, form)
    if moment.session.ended:
        return summary(moment, words, form)
    if moment.asked.question is Question.STAFF:
        return staff(moment, words, form)
    if moment.asked.question is Question.ARE_YOU_OK:
        return are_you_ok(moment, words, form)
    if not moment.treadmill_connected and moment.session.belt is Belt.STANDING:
        return treadmill_lost(moment, words, form)
    if _strap_is_lost(moment) and moment.asked.question not in IN_THE_STRIP:
        return strap_lost(moment, words, form)
    return training(moment, words, form, message)


def _before(moment: Moment, words: Words, form: Format) -> Scene:
    if moment.office is not None and moment.office.is_open:
        return office(moment.office, words, form)
    if moment.station_fault and moment.visit.step is Step.IDLE:
        return station_fault(moment, words, form)
    before = arriving if moment.session.prescription.strength is None else before_sets
    return before(moment, words, form)


def _beside_a_machine(moment: Moment, words: Words, form: Format, message: Said | None) -> Scene:
    if moment.session.ended:
        return after_sets(moment, words, form)
    shown = resting if moment.session.phase is Phase.REST else lifting
    return shown(moment, words, form, message)


def _strap_is_lost(moment: Moment) -> bool:
    if moment.patient.borg_mode or moment.cue in BEFORE_THE_STRAP or moment.strap is StrapState.BEATING:
        return False
    silent = moment.strap_silent_s > LOST_AFTER_S
    return moment.cue is Cue.STRAP_LOST or silent
