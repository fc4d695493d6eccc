"""The pages from the door to the belt: nobody there, who are you, the strap, your pulse, the checks, start."""

from collections.abc import Callable, Mapping

from station.intents import Intent
from station.moment import Moment, StrapState
from station.training.prescription import Prescription
from station.visit import CHECKS, Step
from ui import theme
from ui.drawings import Icon, body_with_strap, heart, icon
from ui.emblems import picture
from ui.pages.dial import shown_heart_rate
from ui.pages.languages import language_keys
from ui.pages.parts import Key, fact, line
from ui.pages.sheet import CARD_MIDDLE, LEFT, ROOM, rows, said_below, sheet
from ui.pages.who import who
from ui.pictures import hill, red_button, two_people
from ui.scene import Box, Disc, Element, Face, Format, Line, Scene, Span, Stroke, Touch
from ui.theme import Colour
from ui.wording.catalogue import Words

STAFF_KEY = {Format.LANDSCAPE: (1116.0, 928.0, 150.0, 112.0), Format.PORTRAIT: (882.0, 1500.0, 150.0, 156.0)}
"""Over the third button: left, top, width, height."""
PUT_ON = ("ready.wet", "ready.fasten", "ready.stand")
FEEL_THE_SKIN = ("ready.wet_again", "ready.press", "ready.tighten")
HELD_BY_PHONE = ("phone.close", "ready.wet", "phone.ask")


def arriving(moment: Moment, words: Words, form: Format) -> Scene:
    """The page before the session."""
    return _PAGES[moment.visit.step](moment, words, form)


def _idle(moment: Moment, words: Words, form: Format) -> Scene:
    nobody_known = moment.visit.people == 0
    how = line(
        "idle.how",
        words.say("idle.ask" if nobody_known else "idle.how"),
        LEFT,
        290,
        face=Face.STRONG,
        size=theme.SIZE_READOUT,
        colour=theme.INK_SOFT,
        room=ROOM,
    )
    why = (said_below("idle.nobody", words.say("idle.nobody"), 430),) if nobody_known else ()
    return sheet(
        "idle",
        form,
        drawing=hill(*CARD_MIDDLE, 600),
        title=words.say("idle.title"),
        body=(how, *why, *_treadmill_missing(moment, words)),
        row=() if nobody_known else (Key(column=3, text=words.say("key.start"), primary=True),),
        beside=_languages_and_staff(moment, form),
    )


def _languages_and_staff(moment: Moment, form: Format) -> tuple[tuple[Element, ...], tuple[Touch, ...]]:
    """The languages, and a small key without a word for those who know what it is for."""
    elements, touches = language_keys(moment.language, form)
    if moment.office is None:
        return elements, touches
    x, y, width, height = STAFF_KEY[form]
    key = Box(name="key.staff", x=x, y=y, width=width, height=height, radius=32, fill=theme.KEY)
    person = icon(Icon.PERSON, (x + width / 2, y + height / 2), 60, fill=theme.INK_SOFT, ground=theme.KEY)
    touch = Touch(x=x, y=y, width=width, height=height, intent=Intent.PLUS)
    return (*elements, key, *person), (*touches, touch)


def _you(moment: Moment, words: Words, form: Format) -> Scene:
    person = moment.people[moment.visit.person]
    when = words.say("you.first") if person.last is None else words.say("you.last", day=words.day(person.last))
    return sheet(
        "you",
        form,
        drawing=picture(person.picture, *CARD_MIDDLE, 520),
        title=words.say("you.title"),
        body=(
            line("you.code", person.code, LEFT, 310, face=Face.STRONG, size=theme.SIZE_READOUT, room=ROOM),
            said_below("you.last", when, 430),
        ),
        row=(
            Key(column=0, text=words.say("key.no")),
            Key(column=3, text=words.say("key.yes"), primary=True),
        ),
    )


def _strap(moment: Moment, words: Words, form: Format) -> Scene:
    no_contact = moment.strap is StrapState.NO_CONTACT
    held = moment.visit.held_by_phone and not no_contact
    which = FEEL_THE_SKIN if no_contact else HELD_BY_PHONE if held else PUT_ON
    title = "ready.no_contact" if no_contact else "phone.title" if held else "ready.put_on"
    fill = _strap_colour(moment)
    items = [(_what(key), words.say(_what(key)), words.say(f"{key}.how")) for key in which]
    status = words.say("ready.no_contact.how" if no_contact else "ready.searching")
    return sheet(
        "strap",
        form,
        drawing=_body(_strap_colour(moment)),
        title=words.say(title),
        body=(*rows(items, fill), *_search(status, fill)),
        row=(Key(column=0, text=words.say("key.back")),),
    )


def _what(key: str) -> str:
    # The strap is wetted again for another reason, and in other words below the same ones.
    return "ready.wet" if key == "ready.wet_again" else key


def _search(status: str, fill: Colour) -> tuple[Element, ...]:
    dim = theme.mix(theme.BACKGROUND, fill, 0.45)
    dots = tuple(Disc(x=888 + 40 * place, y=836, radius=11, fill=fill if place == 1 else dim) for place in range(3))
    return *dots, line("strap", status, 1008, 852, size=48, colour=theme.INK_SOFT, room=theme.RIGHT - 1008)


def _pulse(moment: Moment, words: Words, form: Format) -> Scene:
    return sheet(
        "pulse",
        form,
        drawing=_body(_strap_colour(moment)),
        title=words.say("pulse.title"),
        body=(
            *_heart_rate(moment, words, 420),
            said_below("pulse.ask", words.say("pulse.ask"), 620),
            line("pulse.how", words.say("pulse.how"), LEFT, 700, size=52, colour=theme.INK_SOFT, room=ROOM),
        ),
        row=(
            Key(column=0, text=words.say("key.no")),
            Key(column=3, text=words.say("key.yes"), primary=True),
        ),
    )


def _not_mine(_moment: Moment, words: Words, form: Format) -> Scene:
    return _refused(words, form, "not_mine", _body(theme.WARN))


def _unwell(_moment: Moment, words: Words, form: Format) -> Scene:
    return _refused(words, form, "unwell", two_people(*CARD_MIDDLE, 560, theme.REST, theme.BODY))


def _refused(words: Words, form: Format, name: str, drawing: tuple[Element, ...]) -> Scene:
    how = line(f"{name}.how", words.say(f"{name}.how"), LEFT, 290, face=Face.STRONG, size=theme.SIZE_BODY, room=ROOM)
    return sheet(
        name,
        form,
        drawing=drawing,
        title=words.say(f"{name}.title"),
        body=(how,),
        row=(
            Key(column=0, text=words.say("key.back")),
            Key(column=3, text=words.say("key.home")),
        ),
    )


def _checks(moment: Moment, words: Words, form: Format) -> Scene:
    items = [(f"checks.{check}", words.say(f"checks.{check}"), words.say(f"checks.{check}.how")) for check in CHECKS]
    done = moment.visit.checked
    first = done == 0
    return sheet(
        "checks",
        form,
        drawing=_check_drawing(done, moment),
        title=words.say("checks.title"),
        body=rows(items, theme.REST, current=done + 1, done=done),
        row=(
            Key(column=0, text=words.say("key.no" if first else "key.back")),
            Key(column=3, text=words.say("key.yes" if first else "key.ok"), primary=True),
        ),
    )


def _check_drawing(done: int, moment: Moment) -> tuple[Element, ...]:
    if done == 0:
        return (heart(*CARD_MIDDLE, 360, theme.REST),)
    if done == 1:
        return *_body(_strap_colour(moment)), *_cord()
    return red_button(*CARD_MIDDLE, 180)


def _cord() -> tuple[Element, ...]:
    x, y = CARD_MIDDLE
    cord = ((x + 60, y - 90), (x + 120, y - 20), (x + 210, y + 20), (x + 300, y + 40), (x + 340, y + 150))
    return (
        Stroke(name="cord", points=cord, width=12, fill=theme.WARN),
        Disc(x=x + 60, y=y - 90, radius=24, fill=theme.WARN),
        Box(x=x + 316, y=y + 140, width=48, height=70, radius=12, fill=theme.STOP, name="red_button"),
    )


def _start(moment: Moment, words: Words, form: Format) -> Scene:
    prescription = moment.session.prescription
    return sheet(
        "start",
        form,
        drawing=_body(_strap_colour(moment)),
        title=words.say("ready.found"),
        body=(
            line("strap", words.say("ready.found.how"), LEFT, 236, size=theme.SIZE_BODY, colour=theme.OK, room=ROOM),
            *_heart_rate(moment, words, 450),
            said_below("plan", _plan(prescription, words), 640),
            line("plan.note", _plan_note(prescription, words), LEFT, 716, size=52, colour=theme.INK_SOFT, room=ROOM),
            *(_treadmill_missing(moment, words) or _how_to_start(words)),
        ),
        beside=language_keys(moment.language, form),
    )


def _heart_rate(moment: Moment, words: Words, baseline: float) -> tuple[Element, ...]:
    beats = shown_heart_rate(moment)
    return (
        heart(930, baseline - 50, 104, theme.OK),
        Line(
            name="heart_rate",
            spans=(
                Span(text=str(beats or ""), face=Face.DISPLAY, size=224, colour=theme.INK, steady=True),
                Span(text=words.say("heart.unit"), face=Face.PLAIN, size=theme.SIZE_BODY, colour=theme.INK_SOFT),
            ),
            gap=32,
            x=1030,
            baseline=baseline,
            room=theme.RIGHT - 1030,
        ),
    )


def _plan(prescription: Prescription, words: Words) -> str:
    if not prescription.intervals:
        return words.say("phase.walk")
    return words.say("ready.plan", intervals=prescription.intervals, length=words.length(prescription.interval_s))


def _plan_note(prescription: Prescription, words: Words) -> str:
    warm_up, total = (
        words.say("ready.minutes", minutes=round(seconds / 60))
        for seconds in (prescription.warm_up_s, prescription.total_s)
    )
    if not prescription.intervals:
        return words.say("ready.plan.note.walk", total=total)
    return words.say("ready.plan.note", warm_up=warm_up, total=total)


def _treadmill_missing(moment: Moment, words: Words) -> tuple[Element, ...]:
    if moment.treadmill_connected:
        return ()
    return fact("treadmill", words.say("ready.treadmill_missing"), LEFT, 840, room=ROOM)


def _how_to_start(words: Words) -> tuple[Element, ...]:
    return (
        *icon(Icon.UP, (LEFT + 26, 820), 52, fill=theme.OK),
        line("start", words.say("ready.start"), LEFT + 84, 840, face=Face.STRONG, size=theme.SIZE_BODY, room=ROOM - 84),
    )


def _body(strap: Colour) -> tuple[Element, ...]:
    return body_with_strap(CARD_MIDDLE[0], 163, 634, strap, theme.TARGET_DIM)


def _strap_colour(moment: Moment) -> Colour:
    match moment.strap:
        case StrapState.BEATING:
            return theme.OK
        case StrapState.NO_CONTACT:
            return theme.WARN
        case _:
            return theme.REST


_PAGES: Mapping[Step, Callable[[Moment, Words, Format], Scene]] = {
    Step.IDLE: _idle,
    Step.WHO: who,
    Step.YOU: _you,
    Step.STRAP: _strap,
    Step.PULSE: _pulse,
    Step.NOT_MINE: _not_mine,
    Step.CHECKS: _checks,
    Step.UNWELL: _unwell,
    Step.START: _start,
}
