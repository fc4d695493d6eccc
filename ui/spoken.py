"""What is to be heard at each moment: a tone, a tick, a sentence. Pure; the sounding is `ui.sound`'s.

Heard once when it becomes true, never again while it stays so: the station does not nag.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from station.moment import Moment
from station.question import Question
from station.training.cue import Cue
from station.training.prescription import Phase
from station.training.zones import ZoneState

TICKS_S = (3, 2, 1)
"""Ticks before every change of phase."""
CALM_BETWEEN_S = 20.0
"""Praise and patience are said no oftener than this."""
LEAST_BETWEEN_S = 4.0
"""A new sentence waits so long after the last, unless it takes load off."""


class Tone(StrEnum):
    """The tones."""

    ATTENTION = "attention"
    GO = "go"
    EASE = "ease"
    TICK = "tick"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sounding:
    """A tone, and the key of a sentence in the catalogue."""

    tone: Tone | None = None
    sentence: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was heard last, and what is new."""

    sounding: Sounding | None = None
    last: str | None = None
    """What the patient was told last; another thing to tell is news."""
    told_at_s: float = -LEAST_BETWEEN_S
    tick: int | None = None


_TONES: Mapping[Cue, Tone | None] = {
    Cue.RAISE_INCLINE: Tone.GO,
    Cue.FASTER: Tone.GO,
    Cue.GET_READY: Tone.GO,
    Cue.LOWER_INCLINE: Tone.EASE,
    Cue.SLOWER: Tone.EASE,
    Cue.TOO_HARD: Tone.EASE,
    Cue.WALK_EASY: Tone.EASE,
    Cue.COOL_DOWN: Tone.EASE,
    Cue.CHECK_STRAP: Tone.ATTENTION,
    Cue.STRAP_LOST: Tone.ATTENTION,
    Cue.CALL_STAFF: Tone.ATTENTION,
    Cue.BELT_STANDING: None,
    Cue.EASY_START: None,
    Cue.HOLD: None,
    Cue.WAIT: None,
    Cue.BY_FEEL: None,
    Cue.START_BELT: None,
    Cue.BEGIN_SETS: None,
    Cue.ALL_OUT: Tone.GO,
    Cue.EASY_SET: Tone.GO,
    Cue.LIFT: Tone.GO,
    Cue.ONE_MORE: Tone.ATTENTION,
    Cue.REST: Tone.EASE,
    Cue.SET_SOON: None,
    Cue.WELL_DONE: Tone.GO,
    Cue.YOU_CAME: Tone.GO,
}
_SENTENCES: Mapping[tuple[Cue, ZoneState | None], str] = {
    (Cue.STRAP_LOST, None): "lost.walk_easy",
    (Cue.WAIT, None): "cue.wait.rising",
    (Cue.WAIT, ZoneState.ABOVE): "cue.wait.falling",
}
_QUESTIONS: Mapping[Question, tuple[Tone, str]] = {
    Question.EFFORT: (Tone.ATTENTION, "effort.ask"),
    Question.EASIER: (Tone.ATTENTION, "easier.ask"),
    Question.STOP: (Tone.ATTENTION, "stop.ask"),
    Question.ARE_YOU_OK: (Tone.ATTENTION, "ok.ask"),
    Question.STAFF: (Tone.ATTENTION, "staff.title"),
}
_AT_ONCE = frozenset({Tone.EASE, Tone.ATTENTION})
SPOKEN = tuple(
    dict.fromkeys(
        [
            *(f"cue.{cue}" for cue in Cue if (cue, None) not in _SENTENCES),
            *_SENTENCES.values(),
            *(sentence for _, sentence in _QUESTIONS.values()),
            "easier.said",
            "treadmill_lost.stop",
        ]
    )
)
"""The keys of all sentences that may be spoken: these are recorded."""


def heard(before: Heard, moment: Moment) -> Heard:
    """What is to be heard at this moment, after what was heard before."""
    silent = replace(before, sounding=None)
    if moment.session.phase is Phase.READY:
        return replace(silent, last=None, tick=None)
    tick = _tick(moment)
    what, tone = _news(moment)
    at_s = moment.reading.at_s
    least_s = LEAST_BETWEEN_S if tone is not None else CALM_BETWEEN_S
    waits = tone not in _AT_ONCE and before.last is not None and 0 <= at_s - before.told_at_s < least_s
    if what != before.last and not waits:
        return Heard(sounding=Sounding(tone=tone, sentence=what), last=what, told_at_s=at_s, tick=tick)
    if tick is not None and tick != before.tick:
        return replace(silent, sounding=Sounding(tone=Tone.TICK), tick=tick)
    return replace(silent, tick=tick)


def _news(moment: Moment) -> tuple[str, Tone | None]:
    question = moment.asked.question
    if question is not None:
        tone, sentence = _QUESTIONS[question]
        return sentence, tone
    if moment.session.phase is Phase.STOPPED and moment.belt_moves:
        return "treadmill_lost.stop", Tone.ATTENTION
    if moment.asked.says_eased(moment.reading.at_s) and _TONES[moment.cue] not in _AT_ONCE:
        return "easier.said", None
    usual = _SENTENCES.get((moment.cue, None), f"cue.{moment.cue}")
    return _SENTENCES.get((moment.cue, moment.zone_state), usual), _TONES[moment.cue]


def _tick(moment: Moment) -> int | None:
    left_s = round(moment.session.phase_left_s)
    running = moment.session.training and (moment.session.belt == "moving" or moment.session.phase is Phase.REST)
    return left_s if running and left_s in TICKS_S else None
