"""The page when the strap has been silent for a while in mid-session: what to do, in order, and for how long."""

import math

from station.moment import Moment, StrapState
from station.training.cue import Cue
from station.training.prescription import Phase
from station.training.session import Belt
from ui import theme
from ui.drawings import Icon, body_with_strap
from ui.pages.parts import band, end_key, line, moved, scene, step
from ui.pages.said import Said
from ui.pages.timeline import timeline
from ui.pages.training import phase_name, time_left
from ui.scene import Align, Box, Element, Face, Format, Line, Scene, Span
from ui.wording.catalogue import Words, clock

EASY_WALKING_AFTER_S = 60.0
"""So long the patient keeps the speed; then easy walking (the rule of h/p/cosmos treadmills in heart-rate mode)."""
CARD_WIDTH = 700
LEFT = 814


def strap_lost(moment: Moment, words: Words, form: Format = Format.LANDSCAPE) -> Scene:
    """The page when the strap is lost."""
    until_easy_s = math.ceil(EASY_WALKING_AFTER_S - moment.strap_silent_s)
    what = _what_to_do(moment, until_easy_s)
    keep = what == "lost.keep_speed"
    no_contact = moment.strap in {StrapState.SEARCHING, StrapState.NO_CONTACT}
    sentence = words.say("cue.check_strap" if no_contact else "cue.strap_lost")
    message = Said(sentence=sentence, icon=Icon.WARNING, fill=theme.WARN, act=True)
    countdown = clock(until_easy_s) if keep else time_left(moment)
    time = _countdown(countdown, words.say("lost.until_easy" if keep else "time.left"))
    text = (*_headings(words.say(what), phase_name(moment, words), form), *_steps(words), time)
    tall = form is Format.PORTRAIT
    end, touch = end_key(words, form, (72, 864) if tall else (72, 764))
    card = Box(
        name="card",
        x=theme.MARGIN,
        y=440 if tall else 280,
        width=theme.PORTRAIT_RIGHT - theme.MARGIN if tall else CARD_WIDTH,
        height=560 if tall else 620,
        radius=40,
        fill=theme.PANEL,
    )
    body = body_with_strap(card.x + card.width / 2 + (0 if tall else 60), card.y + 58, 497, theme.WARN)
    line_of_time = timeline(moment.session, theme.WARN, theme.PORTRAIT_RIGHT if tall else theme.RIGHT)
    if tall:
        text, line_of_time = moved(text, 60 - LEFT, 750, narrower=86), moved(line_of_time, 0, 798)
    return scene("strap_lost", form, (*band(message, form), card, *body, *text, *line_of_time, *end), (touch,))


def _what_to_do(moment: Moment, until_easy_s: int) -> str:
    if moment.session.belt is Belt.STANDING:
        return "cue.belt_standing"
    working = moment.session.phase in {Phase.WARM_UP, Phase.INTERVAL}
    in_time = until_easy_s > 0 and moment.cue is not Cue.STRAP_LOST
    return "lost.keep_speed" if working and in_time else "lost.walk_easy"


def _headings(what: str, phase: str, form: Format) -> tuple[Element, ...]:
    tall = form is Format.PORTRAIT
    return (
        line("lost.what", what, LEFT, 376, face=Face.STRONG, size=74, room=1020 if tall else 660),
        line(
            "phase",
            phase,
            LEFT if tall else theme.RIGHT,
            300 if tall else 376,
            size=theme.SIZE_BODY,
            colour=theme.INK_SOFT,
            align=Align.LEFT if tall else Align.RIGHT,
            room=476 if tall else 390,
        ),
    )


def _steps(words: Words) -> tuple[Element, ...]:
    elements: list[Element] = []
    for number, key in enumerate(("lost.press", "lost.tighten"), start=1):
        middle = 370 + 116 * number
        elements += step(number, LEFT + 41, middle, 40, theme.WARN)
        elements.append(
            line(
                key,
                words.say(key),
                LEFT + 112,
                middle + theme.SIZE_BODY * theme.CAPITAL_EM / 2,
                size=theme.SIZE_BODY,
                room=theme.RIGHT - LEFT - 112,
            )
        )
    return tuple(elements)


def _countdown(time: str, what: str) -> Line:
    return Line(
        name="countdown",
        spans=(
            Span(text=time, face=Face.DISPLAY, size=200, colour=theme.INK, steady=True),
            Span(text=what, face=Face.PLAIN, size=theme.SIZE_BODY, colour=theme.INK_SOFT),
        ),
        gap=36,
        x=LEFT - 6,
        baseline=884,
        room=theme.RIGHT - LEFT,
    )
