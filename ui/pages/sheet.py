"""The shape of every page that does not show training: a drawing in a card, a title, what to read, four keys."""

from collections.abc import Iterable, Sequence

from station.intents import Intent
from ui import theme
from ui.pages.parts import Key, keys, line, moved, scene, side_key, step
from ui.scene import Box, Element, Face, Format, Line, Scene, Touch
from ui.theme import Colour

LEFT = 874
"""Where the text begins, in landscape; drawings and texts are given for landscape and moved for portrait."""
ROOM = theme.RIGHT - LEFT
CARD_WIDTH, CARD_HEIGHT, CARD_TOP = 760, 832, 40
PORTRAIT_CARD_HEIGHT = 720
CARD_MIDDLE = (theme.MARGIN + CARD_WIDTH / 2, CARD_TOP + CARD_HEIGHT / 2)
END_ON_CARD = {Format.LANDSCAPE: (72.0, 736.0), Format.PORTRAIT: (72.0, 624.0)}
"""Where the key stands that ends the session."""
_ACROSS, _DOWN, _NARROWER = 60 - LEFT, 752, ROOM - 972


def sheet(  # noqa: PLR0913  # what a page is made of
    name: str,
    form: Format,
    *,
    drawing: Iterable[Element],
    title: str,
    body: Iterable[Element],
    row: Sequence[Key] = (),
    beside: tuple[tuple[Element, ...], tuple[Touch, ...]] = ((), ()),
    end: str | None = None,
) -> Scene:
    """A page with a drawing, a title, a body and keys; `beside` are keys of another kind, `end` names the session's."""
    text = (_title(title), *body)
    drawn_keys, touches = keys(row, form)
    drawn_keys, touches = (*beside[0], *drawn_keys), (*beside[1], *touches)
    if end is not None:
        drawn_end, touch = side_key(end, Intent.STOP, END_ON_CARD[form])
        drawn_keys, touches = (*drawn_end, *drawn_keys), (*touches, touch)
    if form is Format.LANDSCAPE:
        card = _card(CARD_WIDTH, CARD_HEIGHT)
        return scene(name, form, (card, *drawing, *text, *drawn_keys), touches)
    card = _card(theme.PORTRAIT_RIGHT - theme.MARGIN, PORTRAIT_CARD_HEIGHT)
    across = theme.PORTRAIT_WIDTH / 2 - CARD_MIDDLE[0]
    down = CARD_TOP + PORTRAIT_CARD_HEIGHT / 2 - CARD_MIDDLE[1]
    placed = (*moved(drawing, across, down), *moved(text, _ACROSS, _DOWN, narrower=_NARROWER))
    return scene(name, form, (card, *placed, *drawn_keys), touches)


def rows(
    items: Sequence[tuple[str, str, str]], fill: Colour, *, current: int | None = None, done: int = 0
) -> tuple[Element, ...]:
    """Numbered lines, each with a line of how below: (key, what, how). With `current`, the others step back."""
    elements: list[Element] = []
    for number, (key, what, how) in enumerate(items, start=1):
        middle = 125 + 176 * number
        waits = current is not None and number > current
        disc = theme.OK if number <= done else theme.KEY if waits else fill
        elements += step(number, 926, middle, 46, disc, ink=theme.INK_SOFT if waits else theme.DARK_INK)
        ink = theme.INK_SOFT if waits or number <= done else theme.INK
        room = theme.RIGHT - 1008
        elements += [
            line(key, what, 1008, middle + 7, face=Face.STRONG, size=62, colour=ink, room=room),
            line(f"{key}.how", how, 1008, middle + 77, size=48, colour=theme.INK_SOFT, room=room),
        ]
    return tuple(elements)


def said_below(name: str, text: str, baseline: float, *, colour: Colour = theme.INK, strong: bool = True) -> Line:
    """A line under the title, at this baseline of the landscape canvas."""
    face = Face.STRONG if strong else Face.PLAIN
    return line(name, text, LEFT, baseline, face=face, size=theme.SIZE_SECTION, colour=colour, room=ROOM)


def _title(text: str) -> Line:
    return line("title", text, LEFT, 150, face=Face.DISPLAY, size=theme.SIZE_TITLE, room=ROOM)


def _card(width: float, height: float) -> Box:
    return Box(name="card", x=theme.MARGIN, y=CARD_TOP, width=width, height=height, radius=40, fill=theme.PANEL)
