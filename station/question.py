"""What the patient is asked while training, and what an answer means. Pure: one value in, one value out.

Responsible for when a question may be put: never while the belt moves in an interval, but for the patient's own,
never over an alarm, never required. The answers' effect on the load is the coach's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from station.intents import KEYS, Intent
from station.training.cue import Cue
from station.training.prescription import Phase
from station.training.reading import Press
from station.training.session import Belt, Session

EFFORT_FROM_S, EFFORT_GIVEN_UP_AFTER_S = 10.0, 60.0
"""In a break the effort is asked for after the load has come down, and for less than a minute."""
LEAST_LEFT_S = 20.0
"""So long before the next phase nothing is asked any more."""
GIVEN_UP_AFTER_S = 15.0
OK_ASKED_AFTER_S = 10.0
"""A belt that stands in mid-interval for so long without STOP: somebody may need help."""
STAFF_AFTER_S = 60.0
EASED_SAID_FOR_S = 6.0

EFFORT_BORG: Mapping[Intent, int] = dict(zip(KEYS, (11, 13, 16, 19), strict=True))
"""Borg 6-20 (Borg 1982: 11 light, 13 somewhat hard, 15-17 hard, 19 extremely hard) by face, left to right."""
TOO_HARD_BORG = 19
_DIGITS = dict(zip((Intent.ONE, Intent.TWO, Intent.THREE, Intent.FOUR), KEYS, strict=True))
_CALM = frozenset({Cue.WALK_EASY, Cue.COOL_DOWN, Cue.HOLD, Cue.WAIT, Cue.EASY_START, Cue.BY_FEEL})
"""Cues beside which there is room for a question."""
_ENDS_BY_QUESTION = frozenset({Phase.WARM_UP, Phase.COOL_DOWN})


ALARMS = frozenset({Cue.TOO_HARD, Cue.CHECK_STRAP, Cue.STRAP_LOST, Cue.CALL_STAFF, Cue.BELT_STANDING})
"""Cues that no question stands before, not even the patient's own."""


class Question(StrEnum):
    """What the patient is asked."""

    EFFORT = "effort"
    """How hard was it? Four faces."""
    EASIER = "easier"
    """Easier today? After the answer "much too hard", and when the patient asks: a slip of the hand changes nothing."""
    STOP = "stop"
    """Stop training? In the warm-up and the cool-down only; between them STOP ends the effort at once."""
    ARE_YOU_OK = "are_you_ok"
    STAFF = "staff"
    """Nobody answered: those near by are asked to get staff."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is being asked, and what was dealt with."""

    question: Question | None = None
    since_s: float = 0.0
    effort_done_for: int = 0
    """The interval whose effort was asked for last."""
    stand_done: bool = False
    """The patient answered that all is well; not asked again before the belt has moved."""
    eased_at_s: float | None = None
    """When "easier today" was chosen last."""

    def says_eased(self, at_s: float) -> bool:
        """Whether it is still to be said that the rest of the session is easier."""
        return self.eased_at_s is not None and at_s - self.eased_at_s < EASED_SAID_FOR_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an answer tells the training."""

    press: Press | None = None
    effort_borg: int | None = None


def asked(before: Asked, session: Session, cue: Cue) -> Asked:
    """What is asked at this second."""
    at_s = session.at_s or 0.0
    if not session.training:
        return Asked()
    if session.belt is Belt.MOVING:
        before = replace(before, stand_done=False)
    kept = _kept(before, session, cue, at_s)
    if kept.question is not None:
        return kept
    if _stands_oddly(session) and not kept.stand_done:
        return replace(kept, question=Question.ARE_YOU_OK, since_s=at_s)
    if kept.effort_done_for < session.interval and _may_ask_effort(session, cue):
        return replace(kept, question=Question.EFFORT, since_s=at_s, effort_done_for=session.interval)
    return kept


def answered(before: Asked, intent: Intent, session: Session, cue: Cue) -> tuple[Asked, Answer]:
    """What is asked after a key, and what the training is told."""
    at_s = session.at_s or 0.0
    if intent is Intent.STOP:
        if session.phase in _ENDS_BY_QUESTION and cue not in ALARMS and before.question is not Question.STOP:
            return replace(before, question=Question.STOP, since_s=at_s), Answer()
        return Asked(), Answer(press=Press.STOP)
    if not session.training:
        return before, Answer()
    if intent is Intent.OK and session.all_out:
        return Asked(), Answer(press=Press.ENOUGH)
    if intent is Intent.OK:
        return _yes(before, at_s)
    if intent is Intent.BACK and before.question is not None:
        return _no(before, at_s)
    if before.question is Question.EFFORT:
        return _effort(before, intent, at_s)
    if intent in {Intent.MINUS, Intent.DOWN} and may_ask_for_easier(before, session):
        return replace(before, question=Question.EASIER, since_s=at_s), Answer()
    return before, Answer()


def ends_unanswered(before: Asked, session: Session) -> bool:
    """Whether a STOP of the warm-up that nobody answered now counts: a torn cable of the STOP key is such a one."""
    if before.question is not Question.STOP or session.phase is Phase.COOL_DOWN:
        return False
    return session.phase is not Phase.WARM_UP or (session.at_s or 0.0) - before.since_s >= GIVEN_UP_AFTER_S


def ends_in_s(asking: Asked, session: Session) -> float | None:
    """Seconds until a STOP of the warm-up counts if nobody answers; None when none is asked about."""
    if asking.question is not Question.STOP or session.phase is not Phase.WARM_UP:
        return None
    return max(0.0, asking.since_s + GIVEN_UP_AFTER_S - (session.at_s or 0.0))


def may_ask_for_easier(before: Asked, session: Session) -> bool:
    """Whether the patient can now ask for an easier day."""
    hard_is_to_come = session.phase in {Phase.WARM_UP, Phase.INTERVAL, Phase.RECOVERY}
    return before.question is None and hard_is_to_come and not before.says_eased(session.at_s or 0.0)


def _yes(before: Asked, at_s: float) -> tuple[Asked, Answer]:
    none = replace(before, question=None)
    match before.question:
        case Question.EFFORT:
            return _effort(before, Intent.OK, at_s)
        case Question.EASIER:
            return _eased(none, at_s)
        case Question.STOP:
            return Asked(), Answer(press=Press.STOP)
        case Question.ARE_YOU_OK | Question.STAFF:
            return replace(none, stand_done=True), Answer()
        case _:
            return before, Answer()


def _no(before: Asked, at_s: float) -> tuple[Asked, Answer]:
    match before.question:
        case Question.EFFORT:
            return _effort(before, Intent.BACK, at_s)
        case Question.ARE_YOU_OK:
            return replace(before, question=Question.STAFF, since_s=at_s), Answer()
        case Question.STAFF:
            return before, Answer()
        case _:
            return replace(before, question=None), Answer()


def _kept(before: Asked, session: Session, cue: Cue, at_s: float) -> Asked:
    """The standing question, or none when its time is over."""
    none, open_s = replace(before, question=None), at_s - before.since_s
    match before.question:
        case Question.EFFORT:
            keeps = _easy(session) and cue in _CALM and open_s < EFFORT_GIVEN_UP_AFTER_S - EFFORT_FROM_S
            return before if keeps and session.phase_left_s > LEAST_LEFT_S else none
        case Question.EASIER:
            return before if open_s < GIVEN_UP_AFTER_S and cue not in ALARMS else none
        case Question.STOP:
            return before if open_s < GIVEN_UP_AFTER_S and session.phase in _ENDS_BY_QUESTION else none
        case Question.ARE_YOU_OK | Question.STAFF if session.belt is Belt.MOVING:
            return none
        case Question.ARE_YOU_OK if open_s >= STAFF_AFTER_S:
            return replace(before, question=Question.STAFF, since_s=at_s)
        case _:
            return before


def _easy(session: Session) -> bool:
    return session.phase in {Phase.RECOVERY, Phase.COOL_DOWN}


def _stands_oddly(session: Session) -> bool:
    known = session.belt_silent_s == 0
    return session.phase is Phase.INTERVAL and known and session.stood_s >= OK_ASKED_AFTER_S


def _may_ask_effort(session: Session, cue: Cue) -> bool:
    in_time = EFFORT_FROM_S <= session.phase_elapsed_s < EFFORT_GIVEN_UP_AFTER_S
    return _easy(session) and cue in _CALM and in_time and session.phase_left_s > LEAST_LEFT_S


def _effort(before: Asked, intent: Intent, at_s: float) -> tuple[Asked, Answer]:
    borg = EFFORT_BORG.get(_DIGITS.get(intent, intent))
    none = replace(before, question=None)
    if borg is None:
        return before, Answer()
    if borg >= TOO_HARD_BORG:
        return replace(none, question=Question.EASIER, since_s=at_s), Answer(effort_borg=borg)
    return none, Answer(effort_borg=borg)


def _eased(before: Asked, at_s: float) -> tuple[Asked, Answer]:
    return replace(before, eased_at_s=at_s), Answer(press=Press.EASIER)
