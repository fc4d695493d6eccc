"""The pages beside a machine: a set with its dots, and the rest with its ring. One load, one thing to do."""

import math
from dataclasses import replace

from station import sets
from station.intents import Intent
from station.moment import Moment, StrapState
from station.training.lifting import TAKEN_BACK_WITHIN_S
from station.training.prescription import Phase
from station.training.session import Session
from ui import theme
from ui.drawings import Icon, icon
from ui.pages.parts import Key, band, end_key, keys, line
from ui.pages.parts import scene as scene_of
from ui.pages.said import Said, said
from ui.scene import Align, Arc, Box, Disc, Element, Face, Format, Line, Scene, Span, Touch
from ui.wording.catalogue import Words, clock

DOTS_A_ROW = 5
SAFETY_X = theme.MARGIN + 216
_LOAD_X = 72
_RIGHT = {Format.LANDSCAPE: theme.COLUMN, Format.PORTRAIT: 96}
_RIGHT_DOWN = {Format.LANDSCAPE: 0.0, Format.PORTRAIT: 672.0}
_DOTS_HEIGHT = {Format.LANDSCAPE: 350.0, Format.PORTRAIT: 290.0}
_END = {Format.LANDSCAPE: (float(theme.MARGIN), 790.0), Format.PORTRAIT: (float(theme.MARGIN), 1408.0)}
_BELOW_END = 1626.0
"""In portrait, the line under the key that ends the session."""
_LEFT_DOWN = {Format.LANDSCAPE: 0.0, Format.PORTRAIT: 180.0}


def lifting(moment: Moment, words: Words, form: Format = Format.LANDSCAPE, message: Said | None = None) -> Scene:
    """The page in a set: what is on the machine, and a dot for each repetition."""
    session = moment.session
    drawn, touches = keys(_keys_in_set(session, words), form)
    end, end_touch = end_key(words, form, _END[form])
    dots, dots_touch = _dots(session, form)
    return scene_of(
        "set",
        form,
        (
            *band(message or _message(moment, words), form),
            *_load(moment, words, form),
            *_heart_rate(moment, words, form),
            _which_set(session, words, form),
            *dots,
            *_breathe(words, form),
            *_safety(words, form),
            *end,
            *drawn,
        ),
        (end_touch, *touches, dots_touch),
    )


def resting(moment: Moment, words: Words, form: Format = Format.LANDSCAPE, message: Said | None = None) -> Scene:
    """The page between two sets: how long is left, and what comes next."""
    session = moment.session
    drawn, touches = keys(_keys_in_rest(session, words), form)
    end, end_touch = end_key(words, form, _END[form])
    return scene_of(
        "rest",
        form,
        (
            *band(message or _message(moment, words), form),
            *_ring(session, form),
            *_next(moment, words, form),
            *_heart_rate(moment, words, form, right=True),
            *_safety(words, form),
            *end,
            *drawn,
        ),
        (end_touch, *touches),
    )


def kilograms(words: Words, load_kg: float | None) -> str:
    """A load as people say it: 115, or 112,5."""
    return "" if load_kg is None else words.short(load_kg)


def set_name(session: Session, words: Words, *, following: bool = False) -> str:
    """What the set is called; with `following`, the one after the rest."""
    strength, done = session.prescription.strength, session.lifting
    if strength is None:
        return ""
    if session.phase is Phase.WARM_UP or (following and session.warm_up_sets_left):
        return words.say("sets.warm_up", number=len(done.warm_ups) + 1, sets=len(strength.warm_up))
    number = session.interval + 1 if following else session.interval
    key = "sets.attempt" if strength.test else "sets.set"
    return words.say(key, number=number, sets=strength.sets)


def _message(moment: Moment, words: Words) -> Said:
    """The band's sentence, with what belongs to the set."""
    message, session = said(moment, words), moment.session
    strength = session.prescription.strength
    if strength is None:
        return message
    one_more = strength.repetitions + 1
    if session.asks_for_one_more:
        return replace(message, sentence=words.say("sets.one_more", repetitions=one_more))
    if session.phase is Phase.SET and session.in_last_set and strength.asks_for_one_more:
        return replace(message, note=words.say("sets.try_one_more", repetitions=one_more))
    return message


def _keys_in_set(session: Session, words: Words) -> tuple[Key, ...]:
    strength, done = session.prescription.strength, session.lifting.repetitions
    if session.asks_for_one_more:
        return (
            Key(column=0, text=words.say("key.no")),
            Key(column=1, text=words.say("key.undo")),
            Key(column=3, text=words.say("key.yes"), primary=True),
        )
    test = strength is not None and strength.test
    lighter = done == 0 and not test and session.phase is Phase.SET
    enough = "key.lighter" if lighter else "key.not_managed" if test else "key.no_more"
    left = sets.planned(session) - done
    return (
        *([Key(column=0, text=words.say("key.undo"))] if done else []),
        Key(column=1, text=words.say(enough)),
        *([Key(column=2, text=words.say("key.all_lifts", repetitions=sets.planned(session)))] if left > 1 else []),
        Key(column=3, text=words.say("key.one_lift"), primary=True),
    )


def _keys_in_rest(session: Session, words: Words) -> tuple[Key, ...]:
    strength = session.prescription.strength
    row = []
    if session.phase_elapsed_s <= TAKEN_BACK_WITHIN_S:
        row.append(Key(column=0, text=words.say("key.undo")))
    row.append(Key(column=1, text=words.say("key.lighter")))
    if strength is not None and strength.test:
        row.append(Key(column=2, text=words.say("key.heavier")))
    if not session.lifting.sets:
        row.append(Key(column=3, text=words.say("key.ready"), primary=True))
    return tuple(row)


def _load(moment: Moment, words: Words, form: Format) -> tuple[Element, ...]:
    down, strength = _LEFT_DOWN[form], moment.session.prescription.strength
    name = "" if strength is None else words.say(f"exercise.{strength.exercise}")
    return (
        line("exercise", name, _LOAD_X, 367 + down, face=Face.STRONG, size=theme.SIZE_SECTION, room=900),
        _figure("load", kilograms(words, sets.load_kg(moment.session)), words, _LOAD_X - 8, 640 + down, 300, 940),
    )


def _figure(  # noqa: PLR0913, PLR0917  # a figure has a place and a size
    name: str, text: str, words: Words, x: float, baseline: float, size: float, room: float
) -> Line:
    size = size if len(text) < 5 else size * 0.8  # noqa: PLR2004  # 112,5
    return Line(
        name=name,
        spans=(
            # A decimal comma hangs below the line, where digits in cells are taken to end.
            Span(text=text, face=Face.DISPLAY, size=size, colour=theme.INK, steady=text.isdigit(), spacing_em=-0.03),
            Span(text=words.say("sets.unit"), face=Face.PLAIN, size=size * 0.36, colour=theme.INK_SOFT),
        ),
        gap=size * 0.1,
        x=x,
        baseline=baseline,
        room=room,
    )


def _heart_rate(moment: Moment, words: Words, form: Format, *, right: bool = False) -> tuple[Element, ...]:
    """The heart rate where a strap is worn; nothing follows from it here."""
    if moment.strap is not StrapState.BEATING or moment.reading.heart_rate_bpm is None:
        return ()
    x = _RIGHT[form] if right else _LOAD_X
    baseline = (780.0 if right else 752.0) + (0.0 if right else _LEFT_DOWN[form])
    if right and form is Format.PORTRAIT:
        baseline = _BELOW_END
    return (
        *icon(Icon.HEART, (x + 26, baseline - 24), 56, fill=theme.INK_SOFT),
        Line(
            name="beats",
            spans=(
                Span(
                    text=str(moment.reading.heart_rate_bpm),
                    face=Face.STRONG,
                    size=theme.SIZE_SECTION,
                    colour=theme.INK,
                    steady=True,
                ),
                Span(text=words.say("heart.unit"), face=Face.PLAIN, size=theme.SIZE_LABEL, colour=theme.INK_SOFT),
            ),
            gap=18,
            x=x + 76,
            baseline=baseline,
            room=700,
        ),
    )


def _which_set(session: Session, words: Words, form: Format) -> Line:
    return line(
        "phase",
        set_name(session, words),
        _RIGHT[form],
        367 + _RIGHT_DOWN[form],
        face=Face.STRONG,
        size=theme.SIZE_SECTION,
        room=theme.RIGHT - theme.COLUMN,
    )


def _dots(session: Session, form: Format) -> tuple[tuple[Element, ...], Touch]:
    """A dot for each repetition: full with a tick when it is done, a ring while it is to come."""
    strength, done = session.prescription.strength, session.lifting.repetitions
    count = sets.planned(session)
    if session.in_last_set and strength is not None and strength.asks_for_one_more:
        count += 1
    a_row = min(count, DOTS_A_ROW) if count <= DOTS_A_ROW else math.ceil(count / math.ceil(count / DOTS_A_ROW))
    rows = math.ceil(count / a_row)
    left, top, width, height = _RIGHT[form], 410 + _RIGHT_DOWN[form], theme.RIGHT - theme.COLUMN, _DOTS_HEIGHT[form]
    pitch = min((width - 48) / a_row, (height - 24) / rows, 200.0)
    radius = pitch * 0.42
    elements: list[Element] = [
        Box(name="key.dots", x=left, y=top, width=width, height=height, radius=32, fill=theme.PANEL)
    ]
    first = left + (width - pitch * a_row) / 2
    for place in range(count):
        x = first + pitch * (place % a_row + 0.5)
        y = top + height / 2 + pitch * (place // a_row - (rows - 1) / 2)
        extra = place >= sets.planned(session)
        elements += _dot(x, y, radius * (0.8 if extra else 1.0), full=place < done)
    return tuple(elements), Touch(x=left, y=top, width=width, height=height, intent=Intent.OK)


def _dot(x: float, y: float, radius: float, *, full: bool) -> tuple[Element, ...]:
    if full:
        tick = icon(Icon.CHECK, (x, y), radius * 1.1, fill=theme.DARK_INK)
        return Disc(name="dot.done", x=x, y=y, radius=radius, fill=theme.OK), *tick
    stroke = radius * 0.14
    return (
        Arc(
            name="dot.open",
            x=x,
            y=y,
            radius=radius - stroke / 2,
            stroke=stroke,
            start_deg=0,
            end_deg=360,
            fill=theme.INK_FAINT,
        ),
    )


def _breathe(words: Words, form: Format) -> tuple[Element, ...]:
    x, baseline = _RIGHT[form], 858.0 if form is Format.LANDSCAPE else _BELOW_END
    return (
        *icon(Icon.EASY, (x + 30, baseline - 20), 60, fill=theme.REST),
        line("breathe", words.say("sets.breathe"), x + 84, baseline, size=theme.SIZE_BODY, room=theme.RIGHT - 1144),
    )


def _safety(words: Words, form: Format) -> tuple[Element, ...]:
    baseline = 862.0 if form is Format.LANDSCAPE else 1482.0
    room = theme.COLUMN - 40 - SAFETY_X if form is Format.LANDSCAPE else theme.PORTRAIT_RIGHT - SAFETY_X
    return (
        line(
            "safety",
            words.say("sets.pain"),
            SAFETY_X,
            baseline,
            size=theme.SIZE_LABEL,
            colour=theme.INK_SOFT,
            room=room,
        ),
    )


def _ring(session: Session, form: Format) -> tuple[Element, ...]:
    left_s = math.ceil(session.phase_left_s - 1e-6)
    counts_in = left_s <= 10  # noqa: PLR2004  # COUNT_IN_S, in whole seconds
    x, y = (530.0, 545.0) if form is Format.LANDSCAPE else (theme.PORTRAIT_WIDTH / 2, 700.0)
    share = session.phase_left_s / session.phase_length_s if session.phase_length_s else 0.0
    ring = Arc(name="ring", x=x, y=y, radius=230, stroke=44, start_deg=0, end_deg=360, fill=theme.TRACK)
    fill = theme.OK if counts_in else theme.REST
    gone = replace(ring, name="ring.left", end_deg=max(1.0, round(360 * share)), fill=fill)
    text = str(left_s) if counts_in else clock(left_s)
    size = 260 if counts_in else 176
    return (
        ring,
        gone,
        Line(
            name="clock",
            spans=(Span(text=text, face=Face.DISPLAY, size=size, colour=theme.INK, steady=True, spacing_em=-0.04),),
            x=x,
            baseline=y + size * theme.CAPITAL_EM / 2,
            align=Align.CENTRE,
            room=400,
        ),
    )


def _next(moment: Moment, words: Words, form: Format) -> tuple[Element, ...]:
    session, x, down = moment.session, _RIGHT[form], _RIGHT_DOWN[form]
    load_kg, done = sets.load_kg(session), session.lifting.done
    changed = load_kg is not None and bool(done) and done[-1].load_kg != load_kg
    return (
        line(
            "next.label", words.say("next.label"), x, 340 + down, size=theme.SIZE_LABEL, colour=theme.INK_SOFT, room=812
        ),
        line(
            "phase",
            set_name(session, words, following=True),
            x,
            420 + down,
            face=Face.STRONG,
            size=theme.SIZE_SECTION,
            room=812,
        ),
        _figure("load", kilograms(words, load_kg), words, x - 6, 620 + down, 220, 812),
        *([line("change", words.say("sets.change"), x, 700 + down, colour=theme.WARN, room=812)] if changed else []),
    )
