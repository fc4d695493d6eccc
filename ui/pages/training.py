"""The page while the patient trains: one cue, the heart on its dial, how long is left, the load."""

import math
from collections.abc import Callable, Mapping

from station.intents import KEYS, Intent
from station.moment import Moment
from station.question import Question, may_ask_for_easier
from station.training.prescription import Phase
from station.training.zones import ZoneState
from ui import theme
from ui.pages.dial import dial, shown_heart_rate
from ui.pages.parts import SIDE_KEY_TOPS, SIDE_KEY_WIDTH, Key, band, end_key, fact, keys, line, moved, scene, side_key
from ui.pages.said import Said, change_colour, open_incline, open_speed, said
from ui.pages.timeline import timeline
from ui.scene import Align, Element, Face, Format, Line, Scene, Span, Touch
from ui.theme import Colour
from ui.wording.catalogue import Words, clock

_SPEED_X = {
    (False, False): (1520, theme.SIZE_READOUT),
    (True, False): (1520, theme.SIZE_READOUT),
    (False, True): (1400, theme.SIZE_READOUT),
    (True, True): (1470, 64),
}
"""Where the speed stands and how large the figures are, by what is to be changed: incline, speed."""
EASIER_RIGHT = {Format.LANDSCAPE: theme.COLUMN - 24, Format.PORTRAIT: theme.PORTRAIT_RIGHT}
"""The right edge of the key for an easier day: the dial stands between the two keys."""
LONG_CLOCK_FROM_S = 600
"""From ten minutes on the clock has a digit more."""


def training(moment: Moment, words: Words, form: Format = Format.LANDSCAPE, message: Said | None = None) -> Scene:
    """The page while the patient trains; `message` is what the band says, if not the newest."""
    prescription = moment.session.prescription
    state = state_colour(moment)
    heart_rate = shown_heart_rate(moment)
    tall = form is Format.PORTRAIT
    heart = dial(
        heart_rate,
        prescription.zone(moment.session.phase).beats(moment.patient.hr_max_bpm),
        state=state,
        in_zone=heart_rate is not None and moment.zone_state is ZoneState.IN,
        unit=words.say("heart.unit"),
    )
    time, load = _clock(moment, words), _load(moment, words)
    if tall:
        heart, time, load = moved(heart, -10, 602), moved(time, -926, 136), moved(load, -926, 756)
    strip, touches = _strip(moment, words, form, state)
    beside, beside_touches = _beside_the_dial(moment, words, form)
    return scene(
        "training",
        form,
        (*band(message or said(moment, words), form), *heart, *time, *load, *strip, *beside),
        (*beside_touches, *touches),
    )


def _beside_the_dial(moment: Moment, words: Words, form: Format) -> tuple[tuple[Element, ...], tuple[Touch, ...]]:
    """The two things a patient can ask for at any time: to end the session, and an easier day."""
    end, end_touch = end_key(words, form)
    if not may_ask_for_easier(moment.asked, moment.session):
        return end, (end_touch,)
    corner = (EASIER_RIGHT[form] - SIDE_KEY_WIDTH, SIDE_KEY_TOPS[form])
    easier, easier_touch = side_key(words.say("easier.key"), Intent.MINUS, corner)
    return (*end, *easier), (end_touch, easier_touch)


def _strip(moment: Moment, words: Words, form: Format, state: Colour) -> tuple[tuple[Element, ...], tuple[Touch, ...]]:
    """The lowest strip: the timeline, or the answers to a question over their keys."""
    if moment.asked.question in ANSWERS:
        return keys(ANSWERS[moment.asked.question](words), form, top=_STRIP_TOP[form], height=_STRIP_HEIGHT[form])
    if form is Format.LANDSCAPE:
        return timeline(moment.session, state), ()
    return moved(timeline(moment.session, state, theme.PORTRAIT_RIGHT), 0, 798), ()


def _effort(words: Words) -> tuple[Key, ...]:
    return tuple(Key(column=face, text=words.say(f"effort.{KEYS[face]}"), effort=face) for face in range(4))


def _no_or_yes(words: Words) -> tuple[Key, ...]:
    return Key(column=0, text=words.say("key.no")), Key(column=3, text=words.say("key.yes"), primary=True)


ANSWERS: Mapping[Question | None, Callable[[Words], tuple[Key, ...]]] = {
    Question.EFFORT: _effort,
    Question.EASIER: _no_or_yes,
    Question.STOP: _no_or_yes,
}
_STRIP_TOP = {Format.LANDSCAPE: 934, Format.PORTRAIT: 1690}
_STRIP_HEIGHT = {Format.LANDSCAPE: 122, Format.PORTRAIT: 206}


def state_colour(moment: Moment) -> Colour:
    """The colour of how it goes: mint in the zone; blue below and orange above it; calm in the easy phases."""
    if shown_heart_rate(moment) is None or moment.zone_state is ZoneState.UNKNOWN:
        return theme.INK_SOFT
    if moment.zone_state is ZoneState.IN:
        return theme.OK
    if moment.session.phase in {Phase.RECOVERY, Phase.COOL_DOWN}:
        return theme.REST
    return theme.LOW if moment.zone_state is ZoneState.BELOW else theme.HIGH


def phase_name(moment: Moment, words: Words) -> str:
    """What the phase is called on the screen."""
    session = moment.session
    if session.phase is Phase.WARM_UP and not session.prescription.intervals:
        return words.say("phase.walk")
    return words.say(f"phase.{session.phase}", interval=session.interval, intervals=session.prescription.intervals)


def time_left(moment: Moment) -> str:
    """The phase's time left, as m:ss; 0:00 only when it is over."""
    return clock(math.ceil(moment.session.phase_left_s - 1e-6))


def _clock(moment: Moment, words: Words) -> tuple[Element, ...]:
    long = moment.session.phase_left_s > LONG_CLOCK_FROM_S - 1
    return (
        line(
            "phase",
            phase_name(moment, words),
            theme.COLUMN,
            367,
            face=Face.STRONG,
            size=theme.SIZE_SECTION,
            room=620,
        ),
        line(
            "time.left",
            words.say("time.left"),
            theme.RIGHT,
            367,
            size=theme.SIZE_UNIT,
            colour=theme.INK_SOFT,
            align=Align.RIGHT,
            room=180,
        ),
        Line(
            name="clock",
            spans=(
                Span(
                    text=time_left(moment),
                    face=Face.DISPLAY,
                    size=theme.SIZE_CLOCK_LONG if long else theme.SIZE_CLOCK,
                    colour=theme.INK,
                    steady=True,
                    spacing_em=-0.04,
                ),
            ),
            x=theme.COLUMN - 6,
            baseline=700 if not long else 665,
            room=theme.RIGHT - theme.COLUMN + 16,
        ),
    )


def _load(moment: Moment, words: Words) -> tuple[Element, ...]:
    if _next_matters_more(moment):
        return _next(moment, words)
    incline, speed = open_incline(moment), open_speed(moment)
    speed_x, size = _SPEED_X[incline is not None, speed is not None]
    reached = incline is None and moment.advice is not None and moment.advice.incline_percent is not None
    shown: list[Element] = [
        _label("incline.label", words, theme.COLUMN),
        Line(
            name="incline",
            spans=(
                *_figures(moment.reading.incline_percent, incline, size, moment, words),
                *([] if incline is not None else [_unit("%")]),
                *([_tick()] if reached else []),
            ),
            gap=14,
            x=theme.COLUMN,
            baseline=889,
            room=speed_x - 16 - theme.COLUMN,
        ),
    ]
    if not moment.treadmill_connected:
        return *shown, *fact("treadmill", words.say("treadmill.silent"), 1330, 889, room=theme.RIGHT - 1330)
    shown += [
        _label("speed.label", words, speed_x),
        Line(
            name="speed",
            spans=(
                *_figures(moment.reading.speed_kmh, speed, size, moment, words),
                *([] if speed is not None else [_unit(words.say("speed.unit"))]),
            ),
            gap=14,
            x=speed_x,
            baseline=889,
            room=theme.RIGHT - speed_x,
        ),
    ]
    return tuple(shown)


def _next_matters_more(moment: Moment) -> bool:
    session = moment.session
    return (
        session.phase is Phase.RECOVERY
        and moment.treadmill_connected
        and open_incline(moment) is None
        and open_speed(moment) is None
    )


def _next(moment: Moment, words: Words) -> tuple[Element, ...]:
    session = moment.session
    following = words.say(
        "next.interval", interval=session.interval + 1, length=words.length(session.prescription.interval_s)
    )
    return (
        _label("next.label", words, theme.COLUMN),
        line(
            "next",
            following,
            theme.COLUMN,
            889,
            face=Face.STRONG,
            size=theme.SIZE_READOUT,
            room=theme.RIGHT - theme.COLUMN,
        ),
    )


def _label(key: str, words: Words, x: float) -> Line:
    return line(key, words.say(key), x, 800, size=theme.SIZE_LABEL, colour=theme.INK_SOFT, room=350)


def _figures(now: float | None, wanted: float | None, size: float, moment: Moment, words: Words) -> list[Span]:
    figures = [_figure(words.decimal(now), theme.INK if now is not None else theme.INK_SOFT, size)]
    if wanted is not None:
        colour = change_colour(now, wanted, moment.session.phase)
        figures += [_figure("→", colour, size), _figure(words.decimal(wanted), colour, size)]
    return figures


def _figure(text: str, colour: Colour, size: float) -> Span:
    return Span(text=text, face=Face.STRONG, size=size, colour=colour)


def _unit(text: str) -> Span:
    return Span(text=text, face=Face.PLAIN, size=theme.SIZE_LABEL, colour=theme.INK_SOFT)


def _tick() -> Span:
    return Span(text="✓", face=Face.STRONG, size=theme.SIZE_BODY, colour=theme.OK)
