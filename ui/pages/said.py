"""What the band at the top says for each cue: one sentence, an icon, and whether the patient must act.

Solid colour only when something is to be done; a quiet tint when all is well.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from station.language import Language
from station.moment import Moment
from station.question import ALARMS, Question, ends_in_s
from station.training.advice import Advice, Reason
from station.training.cue import Cue
from station.training.prescription import Phase
from station.training.zones import ZoneState
from ui.drawings import Icon
from ui.theme import HIGH, LOW, OK, REST, WARN, Colour
from ui.wording.catalogue import Words

BREAK_SOON_S = 30
LAST_SAID_FOR_S = 60
HELD_S = 4.0
"""A message is left so long, unless safety replaces it (clinic's rule for slow readers)."""
STARTS_FOR_S = 60
"""So long a warm-up is a start; then it goes on."""
GET_READY_S = 12
"""So long before an interval the patient is told that it comes."""

URGENT = frozenset(
    {
        Cue.LOWER_INCLINE,
        Cue.SLOWER,
        Cue.TOO_HARD,
        Cue.CHECK_STRAP,
        Cue.STRAP_LOST,
        Cue.BELT_STANDING,
        Cue.CALL_STAFF,
    }
)
_QUESTIONS: Mapping[Question | None, str] = {
    Question.EFFORT: "effort.ask",
    Question.EASIER: "easier.ask",
    Question.STOP: "stop.ask",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message: what to read, and how loudly it is shown."""

    sentence: str
    note: str = ""
    loud: bool = False
    """The note matters as much as the sentence."""
    icon: Icon
    fill: Colour
    act: bool = False
    """The patient is asked to do something: the band is solid."""
    urgent: bool = False
    """It takes load off or answers the patient: it waits for no other message."""


def said(moment: Moment, words: Words) -> Said:
    """What the band says at this moment."""
    if moment.asked.question in _QUESTIONS and moment.cue not in ALARMS:
        ask = words.say(_QUESTIONS[moment.asked.question])
        left_s = ends_in_s(moment.asked, moment.session)
        note = "" if left_s is None else words.say("stop.note", seconds=math.ceil(left_s - 1e-6))
        return Said(sentence=ask, note=note, icon=Icon.HEART, fill=REST, act=True, urgent=True)
    if moment.cue not in URGENT and moment.asked.says_eased(moment.reading.at_s):
        return Said(sentence=words.say("easier.said"), icon=Icon.CHECK, fill=OK, urgent=True)
    message = _of_cue(moment, words)
    return replace(message, urgent=moment.cue in URGENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The message on the band, and since when."""

    message: Said
    since_s: float
    language: Language


def held(before: Held | None, moment: Moment, words: Words) -> Held:
    """What the band says when each message is left long enough to be read: an urgent one waits for none."""
    newest, at_s = said(moment, words), moment.reading.at_s
    fresh = Held(message=newest, since_s=at_s, language=moment.language)
    if before is None or before.language is not moment.language:
        return fresh
    if newest.sentence == before.message.sentence:
        return replace(before, message=newest)
    waits = 0 <= at_s - before.since_s < HELD_S
    return before if waits and not newest.urgent else fresh


def _of_cue(moment: Moment, words: Words) -> Said:
    work_to_come = moment.session.prescription.intervals > 0
    if (
        work_to_come
        and moment.cue in {Cue.EASY_START, Cue.WALK_EASY}
        and 0 < moment.session.phase_left_s <= GET_READY_S
    ):
        return _get_ready(moment, words)
    return _SENTENCES[moment.cue](moment, words)


def open_incline(moment: Moment) -> float | None:
    """The advised incline while the belt has another one, in percent; None when there is nothing to change."""
    advised = moment.advice.incline_percent if moment.advice else None
    if advised is None or _reached(
        moment.reading.incline_percent, advised, moment.patient.treadmill.incline_step_percent
    ):
        return None
    return advised


def open_speed(moment: Moment) -> float | None:
    """The advised speed while the belt has another one, in km/h; None when there is nothing to change."""
    advised = moment.advice.speed_kmh if moment.advice else None
    if advised is None or _reached(moment.reading.speed_kmh, advised, moment.patient.treadmill.speed_step_kmh):
        return None
    return advised


def change_colour(now: float | None, wanted: float, phase: Phase) -> Colour:
    """The colour of an asked-for change: blue for more, orange for less, calm in the easy phases."""
    if phase in {Phase.RECOVERY, Phase.COOL_DOWN}:
        return REST
    return HIGH if now is not None and wanted < now else LOW


def _reached(now: float | None, wanted: float, step: float) -> bool:
    # Half a step: treadmills round what they report.
    return now is not None and abs(now - wanted) < step / 2


def _change(moment: Moment, words: Words) -> Said:
    up = moment.cue in {Cue.RAISE_INCLINE, Cue.FASTER}
    calm = moment.session.phase in {Phase.RECOVERY, Phase.COOL_DOWN} and moment.cue is not Cue.TOO_HARD
    advice = moment.advice
    wanted = ""
    if advice and moment.cue in {Cue.FASTER, Cue.SLOWER} and advice.speed_kmh is not None:
        wanted = words.decimal(advice.speed_kmh)
    elif advice and moment.cue in {Cue.RAISE_INCLINE, Cue.LOWER_INCLINE} and advice.incline_percent is not None:
        wanted = words.short(advice.incline_percent)
    elif advice and moment.cue is Cue.TOO_HARD and _lower(advice, moment):
        wanted = words.short(advice.incline_percent or 0.0)
    key = f"cue.{moment.cue}.to" if wanted else f"cue.{moment.cue}"
    top = moment.cue is Cue.FASTER and advice is not None and advice.reason is Reason.HILL_AT_ITS_END
    return Said(
        sentence=words.say(key, incline=wanted, speed=wanted),
        note=words.say("cue.faster.note") if top else "",
        icon=Icon.UP if up else Icon.DOWN,
        fill=REST if calm else LOW if up else HIGH,
        act=True,
    )


def _lower(advice: Advice, moment: Moment) -> bool:
    now = moment.reading.incline_percent
    return advice.incline_percent is not None and now is not None and advice.incline_percent < now


def _get_ready(moment: Moment, words: Words) -> Said:
    session = moment.session
    seconds = math.ceil(session.phase_left_s - 1e-6)
    note = words.say("cue.get_ready.note", interval=session.interval + 1, seconds=seconds)
    incline, speed = open_incline(moment), open_speed(moment)
    if incline is not None:
        up = _upward(moment.reading.incline_percent, incline)
        sentence = words.say(f"cue.get_ready.{'raise' if up else 'lower'}", incline=words.short(incline))
    elif speed is not None:
        up = _upward(moment.reading.speed_kmh, speed)
        sentence = words.say(f"cue.{Cue.FASTER if up else Cue.SLOWER}.to", speed=words.decimal(speed))
    else:
        return Said(sentence=words.say("cue.get_ready"), note=note, icon=Icon.CLOCK, fill=REST)
    return Said(sentence=sentence, note=note, icon=Icon.UP if up else Icon.DOWN, fill=LOW if up else HIGH, act=True)


def _upward(now: float | None, wanted: float) -> bool:
    return now is None or wanted > now


def _hold(moment: Moment, words: Words) -> Said:
    session = moment.session
    last = session.interval >= session.prescription.intervals
    note = ""
    if session.phase is Phase.INTERVAL and session.phase_left_s <= BREAK_SOON_S and not last:
        note = words.say("cue.hold.note.break_soon")
    elif session.phase is Phase.INTERVAL and last and session.phase_elapsed_s <= LAST_SAID_FOR_S:
        note = words.say("cue.hold.note.last")
    elif moment.zone_state is ZoneState.IN:
        note = words.say("cue.hold.note")
    elif moment.zone_state is ZoneState.ABOVE:
        return Said(sentence=words.say("cue.hold"), note=words.say("cue.hold.note.high"), icon=Icon.CHECK, fill=HIGH)
    return Said(sentence=words.say("cue.hold"), note=note, icon=Icon.CHECK, fill=OK)


def _wait(moment: Moment, words: Words) -> Said:
    if moment.zone_state is ZoneState.ABOVE:
        return Said(sentence=words.say("cue.wait.falling"), icon=Icon.CLOCK, fill=HIGH)
    if moment.zone_state is ZoneState.BELOW:
        return Said(sentence=words.say("cue.wait.rising"), icon=Icon.CLOCK, fill=LOW)
    return Said(sentence=words.say("cue.hold"), icon=Icon.CHECK, fill=OK)


def _walk_easy(_moment: Moment, words: Words) -> Said:
    # The strap's own page shows this cue; here it stands when the strap beats, but is not to be trusted.
    note = words.say("cue.check_strap")
    return Said(sentence=words.say("lost.walk_easy"), note=note, icon=Icon.WARNING, fill=WARN, act=True)


def _staff(_moment: Moment, words: Words) -> Said:
    note = words.say("cue.call_staff.note")
    return Said(sentence=words.say("cue.call_staff"), note=note, loud=True, icon=Icon.WARNING, fill=HIGH, act=True)


def _plain(icon: Icon, fill: Colour, *, act: bool = False) -> Callable[[Moment, Words], Said]:
    def sentence(moment: Moment, words: Words) -> Said:
        return Said(sentence=words.say(f"cue.{moment.cue}"), icon=icon, fill=fill, act=act)

    return sentence


def _easy_start(moment: Moment, words: Words) -> Said:
    started = moment.session.phase_elapsed_s >= STARTS_FOR_S
    sentence = words.say("cue.easy_start.on" if started else "cue.easy_start")
    return Said(sentence=sentence, note=words.say("cue.easy_start.note"), icon=Icon.EASY, fill=REST)


def _cool_down(moment: Moment, words: Words) -> Said:
    note = words.say("cue.cool_down.note") if moment.session.prescription.intervals else ""
    return Said(sentence=words.say("cue.cool_down"), note=note, icon=Icon.EASY, fill=REST)


def _with_note(icon: Icon, fill: Colour) -> Callable[[Moment, Words], Said]:
    def sentence(moment: Moment, words: Words) -> Said:
        note = words.say(f"cue.{moment.cue}.note", interval=moment.session.interval)
        return Said(sentence=words.say(f"cue.{moment.cue}"), note=note, icon=icon, fill=fill)

    return sentence


_SENTENCES: Mapping[Cue, Callable[[Moment, Words], Said]] = {
    Cue.START_BELT: _plain(Icon.EASY, REST),
    Cue.EASY_START: _easy_start,
    Cue.RAISE_INCLINE: _change,
    Cue.LOWER_INCLINE: _change,
    Cue.FASTER: _change,
    Cue.SLOWER: _change,
    Cue.HOLD: _hold,
    Cue.WAIT: _wait,
    Cue.GET_READY: _get_ready,
    Cue.TOO_HARD: _change,
    Cue.WALK_EASY: _with_note(Icon.EASY, REST),
    Cue.COOL_DOWN: _cool_down,
    Cue.CHECK_STRAP: _plain(Icon.WARNING, WARN, act=True),
    Cue.STRAP_LOST: _walk_easy,
    Cue.BELT_STANDING: _with_note(Icon.PAUSE, REST),
    Cue.BY_FEEL: _with_note(Icon.HEART, REST),
    Cue.CALL_STAFF: _staff,
    Cue.BEGIN_SETS: _plain(Icon.CHECK, REST),
    Cue.EASY_SET: _plain(Icon.EASY, REST),
    Cue.LIFT: _plain(Icon.UP, OK, act=True),
    Cue.ALL_OUT: _with_note(Icon.UP, OK),
    Cue.ONE_MORE: _plain(Icon.HEART, REST, act=True),
    Cue.REST: _plain(Icon.EASY, REST),
    Cue.SET_SOON: _plain(Icon.CLOCK, REST),
    Cue.WELL_DONE: _plain(Icon.CHECK, OK),
    Cue.YOU_CAME: _plain(Icon.CHECK, OK),
}
