"""The page before the session: get the strap to beat, then start the belt."""

from station.moment import Intent, Language, Moment, StrapState
from station.training.prescription import Prescription
from ui import theme
from ui.drawings import Icon, body_with_strap, heart, icon
from ui.pages.dial import shown_heart_rate
from ui.pages.parts import fact, key, line, step
from ui.scene import Align, Box, Disc, Element, Face, Line, Scene, Span
from ui.theme import Colour
from ui.wording.catalogue import Words, words_in

LEFT = 874
ROOM = theme.RIGHT - LEFT
CARD_WIDTH = 760
PUT_ON = (
    ("ready.wet", "ready.wet.how"),
    ("ready.fasten", "ready.fasten.how"),
    ("ready.stand", "ready.stand.how"),
)
FEEL_THE_SKIN = (
    ("ready.wet", "ready.wet_again.how"),
    ("ready.press", "ready.press.how"),
    ("ready.tighten", "ready.tighten.how"),
)


def ready(moment: Moment, words: Words) -> Scene:
    """The page before the session."""
    drawn, touch = key(0, next_language(moment.language), Intent.LANGUAGE, which=Icon.GLOBE)
    beating = moment.strap is StrapState.BEATING and shown_heart_rate(moment) is not None
    return Scene(
        page="ready",
        elements=(
            Box(name="card", x=theme.MARGIN, y=40, width=CARD_WIDTH, height=832, radius=40, fill=theme.PANEL),
            *body_with_strap(theme.MARGIN + CARD_WIDTH / 2, 163, 634, _strap_colour(moment), theme.TARGET_DIM),
            *(_found(moment, words) if beating else _put_on(moment, words)),
            *drawn,
            *_how_to_start(moment, words, beating=beating),
        ),
        touches=(touch,),
    )


def next_language(language: Language) -> str:
    """What the language key says: the next language's own name, for those who do not read this one."""
    languages = list(Language)
    following = languages[(languages.index(language) + 1) % len(languages)]
    return words_in(following).say("language.name")


def _strap_colour(moment: Moment) -> Colour:
    match moment.strap:
        case StrapState.BEATING:
            return theme.OK
        case StrapState.NO_CONTACT:
            return theme.WARN
        case _:
            return theme.REST


def _put_on(moment: Moment, words: Words) -> tuple[Element, ...]:
    no_contact = moment.strap is StrapState.NO_CONTACT
    title = words.say("ready.no_contact" if no_contact else "ready.put_on")
    fill = _strap_colour(moment)
    elements: list[Element] = [_title(title)]
    for number, (what, how) in enumerate(FEEL_THE_SKIN if no_contact else PUT_ON, start=1):
        middle = 125 + 176 * number
        elements += step(number, 926, middle, 46, fill)
        elements += [
            line(what, words.say(what), 1008, middle + 7, face=Face.STRONG, size=62, room=theme.RIGHT - 1008),
            line(how, words.say(how), 1008, middle + 77, size=48, colour=theme.INK_SOFT, room=theme.RIGHT - 1008),
        ]
    status = words.say("ready.no_contact.how" if no_contact else "ready.searching")
    elements += _search(status, fill)
    return tuple(elements)


def _search(status: str, fill: Colour) -> tuple[Element, ...]:
    dim = theme.mix(theme.BACKGROUND, fill, 0.45)
    dots = tuple(Disc(x=888 + 40 * place, y=836, radius=11, fill=fill if place == 1 else dim) for place in range(3))
    return *dots, line("strap", status, 1008, 852, size=48, colour=theme.INK_SOFT, room=theme.RIGHT - 1008)


def _found(moment: Moment, words: Words) -> tuple[Element, ...]:
    prescription = moment.session.prescription
    return (
        _title(words.say("ready.found")),
        line("strap", words.say("ready.found.how"), LEFT, 236, size=theme.SIZE_BODY, colour=theme.OK, room=ROOM),
        heart(930, 450, 104, theme.OK),
        Line(
            name="heart_rate",
            spans=(
                Span(text=str(shown_heart_rate(moment)), face=Face.DISPLAY, size=224, colour=theme.INK, steady=True),
                Span(text=words.say("heart.unit"), face=Face.PLAIN, size=theme.SIZE_BODY, colour=theme.INK_SOFT),
            ),
            gap=32,
            x=1030,
            baseline=500,
            room=theme.RIGHT - 1030,
        ),
        line("plan", _plan(prescription, words), LEFT, 660, face=Face.STRONG, size=theme.SIZE_SECTION, room=ROOM),
        line("plan.note", _plan_note(prescription, words), LEFT, 738, size=52, colour=theme.INK_SOFT, room=ROOM),
    )


def _plan(prescription: Prescription, words: Words) -> str:
    return words.say("ready.plan", intervals=prescription.intervals, length=words.length(prescription.interval_s))


def _plan_note(prescription: Prescription, words: Words) -> str:
    warm_up, total = (
        words.say("ready.minutes", minutes=round(seconds / 60))
        for seconds in (prescription.warm_up_s, prescription.total_s)
    )
    return words.say("ready.plan.note", warm_up=warm_up, total=total)


def _how_to_start(moment: Moment, words: Words, *, beating: bool) -> tuple[Element, ...]:
    baseline = theme.KEY_TOP + theme.KEY_HEIGHT / 2 + theme.SIZE_BODY * theme.CAPITAL_EM / 2
    if not moment.treadmill_connected:
        return fact("treadmill", words.say("ready.treadmill_missing"), LEFT, baseline, room=ROOM)
    if not beating:
        return ()
    return (
        *icon(Icon.UP, (LEFT + 26, theme.KEY_TOP + theme.KEY_HEIGHT / 2), 52, fill=theme.OK),
        line(
            "start",
            words.say("ready.start"),
            LEFT + 84,
            baseline,
            face=Face.STRONG,
            size=theme.SIZE_BODY,
            room=ROOM - 84,
        ),
    )


def _title(text: str) -> Line:
    return line("title", text, LEFT, 150, face=Face.DISPLAY, size=theme.SIZE_TITLE, align=Align.LEFT, room=ROOM)
