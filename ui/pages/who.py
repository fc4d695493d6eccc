"""The page on which a patient finds her own picture: nobody types, and no name is shown."""

from dataclasses import dataclass

from station.intents import CARDS
from station.moment import Moment
from station.visit import PEOPLE_AT_ONCE, Person
from ui import theme
from ui.drawings import Icon
from ui.emblems import picture
from ui.pages.parts import KEYS_BELOW_Y, Key, keys, line, scene
from ui.scene import Align, Box, Disc, Element, Face, Format, Scene, Touch
from ui.wording.catalogue import Words

GAP = 24
TOP = 216
LARGEST_PICTURE = 300
FEW_ACROSS = {Format.LANDSCAPE: 3, Format.PORTRAIT: 2}
MANY_ACROSS = {Format.LANDSCAPE: 4, Format.PORTRAIT: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Card:
    """Where a person's card is."""

    x: float
    y: float
    width: float
    height: float


def who(moment: Moment, words: Words, form: Format) -> Scene:
    """The page that asks who comes: a card for each person, the one that is pointed at framed."""
    shown = moment.visit.shown
    people = moment.people[shown.start : shown.stop]
    cards = _cards(len(people), form, many=len(moment.people) > PEOPLE_AT_ONCE)
    elements: list[Element] = [
        line("title", words.say("who.title"), theme.MARGIN + 8, 150, face=Face.DISPLAY, size=theme.SIZE_TITLE, room=940)
    ]
    for place, person, card in zip(shown, people, cards, strict=True):
        elements += _person(person, card, chosen=place == moment.visit.person)
    touches = [
        Touch(x=card.x, y=card.y, width=card.width, height=card.height, intent=intent)
        for card, intent in zip(cards, CARDS, strict=False)
    ]
    drawn, key_touches = keys(
        (
            Key(column=0, text=words.say("key.back")),
            Key(column=1, icon=Icon.MINUS),
            Key(column=2, icon=Icon.PLUS),
            Key(column=3, text=words.say("key.choose"), primary=True),
        ),
        form,
    )
    more = _which_page(moment, form)
    return scene("who", form, (*elements, *more, *drawn), (*touches, *key_touches))


def _cards(count: int, form: Format, *, many: bool) -> list[_Card]:
    across = (MANY_ACROSS if many else FEW_ACROSS)[form]
    at_most = len(CARDS) if many else PEOPLE_AT_ONCE
    # A page that is not full keeps the size of its cards, except where a single row has room to grow.
    down = -(-(at_most if many or count > across else count) // across)
    width = (form.size[0] - 2 * theme.MARGIN - (across - 1) * GAP) / across
    height = (KEYS_BELOW_Y[form] - GAP - TOP - (down - 1) * GAP) / down
    return [
        _Card(
            x=theme.MARGIN + place % across * (width + GAP),
            y=TOP + place // across * (height + GAP),
            width=width,
            height=height,
        )
        for place in range(count)
    ]


def _person(person: Person, card: _Card, *, chosen: bool) -> list[Element]:
    x, y, width, height = card.x, card.y, card.width, card.height
    elements: list[Element] = []
    if chosen:
        elements.append(
            Box(name="chosen", x=x - 8, y=y - 8, width=width + 16, height=height + 16, radius=40, fill=theme.OK)
        )
    elements.append(Box(name="person", x=x, y=y, width=width, height=height, radius=32, fill=theme.PANEL))
    free = height - theme.SIZE_NOTE - 30
    drawn = min(LARGEST_PICTURE, free * 0.82, width - 40)
    elements += picture(person.picture, x + width / 2, y + 8 + free / 2, drawn)
    elements.append(
        line(
            f"code.{person.code}",
            person.code,
            x + width / 2,
            y + height - 26,
            face=Face.STRONG,
            size=theme.SIZE_NOTE,
            align=Align.CENTRE,
            room=width - 40,
        )
    )
    return elements


def _which_page(moment: Moment, form: Format) -> list[Element]:
    """A dot for each page of people, the shown one lit."""
    pages = -(-len(moment.people) // len(CARDS))
    if pages == 1:
        return []
    here = moment.visit.person // len(CARDS)
    right = form.size[0] - theme.MARGIN - 20
    return [
        Disc(x=right - (pages - 1 - number) * 48, y=112, radius=14, fill=theme.INK if number == here else theme.TRACK)
        for number in range(pages)
    ]
