"""The pages on which a hand or a person is needed: are you OK, get staff, the belt still moves, a device is silent."""

from station.moment import Moment
from station.question import Question
from ui import theme
from ui.drawings import Icon, icon
from ui.pages.parts import Key, line
from ui.pages.sheet import CARD_MIDDLE, LEFT, ROOM, rows, sheet
from ui.pictures import red_button, walker_on_treadmill
from ui.scene import Element, Face, Format, Line, Scene
from ui.wording.catalogue import Words


def are_you_ok(_moment: Moment, words: Words, form: Format) -> Scene:
    """The page that asks whether all is well, when the belt was stopped in mid-interval."""
    return sheet(
        Question.ARE_YOU_OK,
        form,
        drawing=icon(Icon.HEART, CARD_MIDDLE, 420, fill=theme.REST),
        title=words.say("ok.ask"),
        body=(_large("ok.how", words.say("ok.how")),),
        row=(
            Key(column=0, text=words.say("key.no")),
            Key(column=3, text=words.say("key.yes"), primary=True),
        ),
        end=words.say("key.end"),
    )


def staff(_moment: Moment, words: Words, form: Format) -> Scene:
    """Nobody answered: who is near gets staff."""
    return sheet(
        Question.STAFF,
        form,
        drawing=icon(Icon.PERSON, CARD_MIDDLE, 480, fill=theme.WARN),
        title=words.say("staff.title"),
        body=(_large("staff.how", words.say("staff.how")),),
        row=(Key(column=3, text=words.say("key.ok")),),
        end=words.say("key.end"),
    )


def treadmill_lost(_moment: Moment, words: Words, form: Format) -> Scene:
    """The treadmill has been silent for more than a minute: end gently, by hand."""
    items = [
        ("lost.walk_easy", words.say("lost.walk_easy"), ""),
        ("treadmill_lost.stop", words.say("treadmill_lost.stop"), ""),
        ("treadmill_lost.ask", words.say("treadmill_lost.ask"), ""),
    ]
    return sheet(
        "treadmill_lost",
        form,
        drawing=walker_on_treadmill(*CARD_MIDDLE, 560, theme.WARN),
        title=words.say("treadmill_lost.title"),
        body=tuple(part for part in rows(items, theme.WARN) if not (isinstance(part, Line) and not part.text)),
        end=words.say("key.end"),
    )


def belt_moves(_moment: Moment, words: Words, form: Format) -> Scene:
    """The session was ended and the belt still moves: who pressed our key meaning the treadmill's learns it here."""
    return sheet(
        "belt_moves",
        form,
        drawing=red_button(*CARD_MIDDLE, 200),
        title=words.say("belt_moves.title"),
        body=(
            _large("treadmill_lost.stop", words.say("treadmill_lost.stop")),
            line("belt_moves.help", words.say("belt_moves.help"), LEFT, 400, colour=theme.INK_SOFT, room=ROOM),
        ),
    )


def station_fault(_moment: Moment, words: Words, form: Format) -> Scene:
    """The station cannot keep a session: staff look before anybody begins, or one trains without a record."""
    return sheet(
        "fault",
        form,
        drawing=icon(Icon.WARNING, CARD_MIDDLE, 420, fill=theme.WARN, ground=theme.PANEL),
        title=words.say("fault.title"),
        body=(_large("fault.how", words.say("fault.how")),),
        row=(Key(column=3, text=words.say("key.go_on")),),
    )


def _large(name: str, text: str) -> Element:
    return line(name, text, LEFT, 300, face=Face.STRONG, size=theme.SIZE_SECTION, room=ROOM)
