"""The pages before and after the sets: the checks, ready to lift, and what was lifted."""

from dataclasses import replace

from station import sets
from station.moment import Moment, StoreState
from station.sets import MACHINE_CHECKS
from station.training.lifting import LiftedSet, next_time
from station.training.prescription import Phase
from station.training.strength import Strength
from station.visit import Step
from ui import theme
from ui.drawings import Icon, icon
from ui.machines import leg_press
from ui.pages.arriving import arriving
from ui.pages.languages import language_keys
from ui.pages.parts import Key, keys, line
from ui.pages.parts import scene as scene_of
from ui.pages.sets import kilograms
from ui.pages.sheet import CARD_MIDDLE, LEFT, ROOM, rows, said_below, sheet
from ui.scene import Align, Arc, Box, Disc, Element, Face, Format, Scene
from ui.wording.catalogue import Words

_CARD_TOP = {Format.LANDSCAPE: 300.0, Format.PORTRAIT: 620.0}
_CARD_HEIGHT = {Format.LANDSCAPE: 510.0, Format.PORTRAIT: 700.0}
_LOWER = {Format.LANDSCAPE: 0.0, Format.PORTRAIT: 516.0}


def before_sets(moment: Moment, words: Words, form: Format) -> Scene:
    """The page before a strength session."""
    match moment.visit.step:
        case Step.CHECKS:
            return _checks(moment, words, form)
        case Step.START:
            return _start(moment, words, form)
        case _:
            # Nobody misses a treadmill here.
            return arriving(replace(moment, treadmill_connected=True), words, form)


def _checks(moment: Moment, words: Words, form: Format) -> Scene:
    names = [f"checks.{check}" for check in MACHINE_CHECKS]
    items = [(name, words.say(name), words.say(f"{name}.how")) for name in names]
    done = moment.visit.checked
    first = done == 0
    return sheet(
        "checks",
        form,
        drawing=leg_press(*CARD_MIDDLE, 600),
        title=words.say("checks.title"),
        body=rows(items, theme.REST, current=done + 1, done=done),
        row=(
            Key(column=0, text=words.say("key.no" if first else "key.back")),
            Key(column=3, text=words.say("key.yes" if first else "key.ok"), primary=True),
        ),
    )


def _start(moment: Moment, words: Words, form: Format) -> Scene:
    strength, load_kg = moment.session.prescription.strength, moment.session.lifting.load_kg
    drawing, languages = leg_press(*CARD_MIDDLE, 600), language_keys(moment.language, form)
    if strength is None or load_kg is None:
        how = said_below("no_load.how", words.say("sets.no_load.how"), 290)
        title = words.say("sets.no_load")
        back = (Key(column=0, text=words.say("key.back")),)
        return sheet("start", form, drawing=drawing, title=title, body=(how,), row=back)
    machine = words.say(f"exercise.{strength.exercise}")
    return sheet(
        "start",
        form,
        drawing=drawing,
        title=words.say("sets.test.title" if strength.test else "sets.start"),
        body=(
            said_below("exercise", machine, 270, colour=theme.INK_SOFT, strong=False),
            line(
                "load",
                words.say("sets.kilograms", load=kilograms(words, load_kg)),
                LEFT,
                470,
                face=Face.DISPLAY,
                size=190,
                room=ROOM,
            ),
            *_since_last_time(moment, words, load_kg),
            said_below("plan", _plan(strength, words), 670),
            line("first", _first(moment, words), LEFT, 750, size=52, colour=theme.INK_SOFT, room=ROOM),
            line("pain", words.say("sets.pain"), LEFT, 840, size=52, colour=theme.INK_SOFT, room=ROOM),
        ),
        row=(Key(column=3, text=words.say("key.ready"), primary=True),),
        beside=languages,
    )


def _plan(strength: Strength, words: Words) -> str:
    if strength.test:
        return words.say("sets.test.plan")
    return words.say("sets.plan", sets=strength.sets, repetitions=strength.repetitions)


def _first(moment: Moment, words: Words) -> str:
    if not moment.session.warm_up_sets_left:
        return words.say("sets.breathe")
    return words.say("sets.first", load=kilograms(words, sets.load_kg(moment.session)))


def _since_last_time(moment: Moment, words: Words, load_kg: float) -> tuple[Element, ...]:
    last_kg = moment.session.lifting.last_kg
    if last_kg is None:
        return ()
    more_kg = load_kg - last_kg
    key = "sets.as_last" if not more_kg else "sets.more" if more_kg > 0 else "sets.less"
    text = words.say(key, load=kilograms(words, abs(more_kg))) if more_kg else words.say(key)
    colour = theme.OK if more_kg > 0 else theme.INK_SOFT
    return (line("since", text, LEFT, 560, face=Face.STRONG, size=theme.SIZE_BODY, colour=colour, room=ROOM),)


def after_sets(moment: Moment, words: Words, form: Format) -> Scene:
    """The page after a strength session: the sets as they were done, and what comes next time."""
    drawn, touches = keys((Key(column=3, text=words.say("key.done"), primary=True),), form)
    done = moment.session.lifting.sets
    right = form.size[0] - theme.MARGIN
    finished = moment.session.phase is Phase.FINISHED
    card = Box(
        name="card",
        x=theme.MARGIN,
        y=_CARD_TOP[form],
        width=right - theme.MARGIN,
        height=_CARD_HEIGHT[form],
        radius=40,
        fill=theme.PANEL,
    )
    title = line(
        "title",
        words.say("cue.well_done" if finished else "cue.you_came"),
        theme.MARGIN,
        150,
        face=Face.DISPLAY,
        size=theme.SIZE_TITLE if form is Format.LANDSCAPE else 104,
        room=1240 if form is Format.LANDSCAPE else 984,
    )
    return scene_of(
        "summary",
        form,
        (
            title,
            *_lifted(moment, words, form),
            card,
            *_columns(done, words, card),
            *_stored(moment, words, form),
            *_next_time(moment, words, form),
            *drawn,
        ),
        touches,
    )


def _lifted(moment: Moment, words: Words, form: Format) -> tuple[Element, ...]:
    strength, lifting = moment.session.prescription.strength, moment.session.lifting
    if strength is None or not lifting.sets:
        return ()
    best_kg = lifting.best_kg()
    if strength.test:
        figure, note = best_kg, words.say("sets.best")
    else:
        figure = sum(one.load_kg * one.repetitions for one in lifting.done)
        note = words.say("sets.lifted")
    if figure is None:
        return ()
    tall = form is Format.PORTRAIT
    x, align = (theme.MARGIN, Align.LEFT) if tall else (theme.RIGHT, Align.RIGHT)
    down = 290.0 if tall else 0.0
    count = sum(one.repetitions for one in lifting.sets)
    return (
        line(
            "lifted",
            words.say("sets.kilograms", load=_thousands(words, figure)),
            x,
            174 + down,
            face=Face.DISPLAY,
            size=152,
            colour=theme.OK,
            align=align,
            room=900,
        ),
        line("lifted.note", note, x, 254 + down, size=50, colour=theme.INK_SOFT, align=align, room=900),
        line(
            "done",
            words.say("sets.count", count=count),
            theme.MARGIN,
            232,
            size=theme.SIZE_BODY,
            colour=theme.INK_SOFT,
            room=880,
        ),
    )


def _thousands(words: Words, load_kg: float) -> str:
    whole = round(load_kg)
    return kilograms(words, load_kg) if load_kg < 1000 else f"{whole:,}".replace(",", "\N{NO-BREAK SPACE}")  # noqa: PLR2004


def _columns(done: tuple[LiftedSet, ...], words: Words, card: Box) -> list[Element]:
    """A column a set: a dot a repetition, a ring for each that was planned and not managed, the load below."""
    if not done:
        return []
    most = max(max(one.repetitions, one.planned) for one in done)
    pitch = min(96.0, (card.height - 150) / most)
    width = (card.width - 80) / len(done)
    elements: list[Element] = []
    for place, one in enumerate(done):
        x = card.x + 40 + width * (place + 0.5)
        foot = card.y + card.height - 110 - pitch / 2
        elements += [
            _repetition(x, foot - pitch * number, pitch * 0.4, full=number < one.repetitions)
            for number in range(max(one.repetitions, one.planned))
        ]
        elements.append(
            line(
                f"load.{place + 1}",
                words.say("sets.kilograms", load=kilograms(words, one.load_kg)),
                x,
                card.y + card.height - 40,
                face=Face.STRONG,
                size=54,
                align=Align.CENTRE,
                room=width - 8,
            )
        )
    return elements


def _repetition(x: float, y: float, radius: float, *, full: bool) -> Element:
    if full:
        return Disc(name="dot.done", x=x, y=y, radius=radius, fill=theme.OK)
    stroke = radius * 0.16
    inner = radius - stroke / 2
    return Arc(name="dot.open", x=x, y=y, radius=inner, stroke=stroke, start_deg=0, end_deg=360, fill=theme.INK_FAINT)


def _stored(moment: Moment, words: Words, form: Format) -> tuple[Element, ...]:
    ill = moment.store is StoreState.NOT_STORED
    which, fill = (Icon.WARNING, theme.WARN) if ill else (Icon.CHECK, theme.OK)
    y = 868 + _LOWER[form]
    room = form.size[0] - theme.MARGIN - 122
    return (
        *icon(which, (76, y), 52, fill=fill),
        line("store", words.say(f"summary.{moment.store}"), 122, y + 18, size=50, colour=theme.INK_SOFT, room=room),
    )


def _next_time(moment: Moment, words: Words, form: Format) -> tuple[Element, ...]:
    strength = moment.session.prescription.strength
    following = None if strength is None else next_time(moment.session.lifting, strength)
    if following is None:
        return ()
    middle = theme.KEY_TOP + theme.KEY_HEIGHT / 2 + _LOWER[form]
    text = words.say("sets.next_time", load=kilograms(words, following[0]))
    heavier = following[0] > moment.session.lifting.sets[0].load_kg
    return (
        *icon(Icon.UP if heavier else Icon.EASY, (76, middle), 52, fill=theme.OK if heavier else theme.REST),
        line(
            "next_time",
            text,
            122,
            middle + theme.SIZE_BODY * theme.CAPITAL_EM / 2,
            face=Face.STRONG,
            size=theme.SIZE_BODY,
            room=form.size[0] - theme.MARGIN - 122 - (500 if form is Format.LANDSCAPE else 0),
        ),
    )
