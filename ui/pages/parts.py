"""Parts that several pages share: lines of text, the band, keys, numbered steps, facts for the staff."""

from station.moment import Intent
from ui import theme
from ui.drawings import Icon, icon
from ui.pages.said import Said
from ui.scene import Align, Box, Disc, Element, Face, Line, Span, Touch
from ui.theme import Colour

ICON_SIZE = 120


def line(  # noqa: PLR0913  # a line of text has as many properties
    name: str,
    text: str,
    x: float,
    baseline: float,
    *,
    face: Face = Face.PLAIN,
    size: float = theme.SIZE_BODY,
    colour: Colour = theme.INK,
    align: Align = Align.LEFT,
    steady: bool = False,
    room: float,
) -> Line:
    """A line of one span."""
    span = Span(text=text, face=face, size=size, colour=colour, steady=steady)
    return Line(name=name, spans=(span,), x=x, baseline=baseline, align=align, room=room)


def band(message: Said) -> tuple[Element, ...]:
    """The band with the one thing to do."""
    ground = message.fill if message.act else theme.mix(theme.BACKGROUND, message.fill, 0.14)
    ink = theme.DARK_INK if message.act else theme.INK
    drawing = theme.DARK_INK if message.act else message.fill
    middle = theme.BAND_TOP + theme.BAND_HEIGHT / 2
    elements: list[Element] = [
        Box(
            name="band",
            x=theme.MARGIN,
            y=theme.BAND_TOP,
            width=theme.RIGHT - theme.MARGIN,
            height=theme.BAND_HEIGHT,
            radius=theme.BAND_RADIUS,
            fill=ground,
        ),
        *icon(message.icon, (164, middle), ICON_SIZE, fill=drawing, ground=ground),
        line(
            "cue",
            message.sentence,
            272,
            middle + theme.SIZE_CUE * theme.CAPITAL_EM / 2,
            face=Face.DISPLAY,
            size=theme.SIZE_CUE,
            colour=ink,
            room=980 if message.note else 1540,
        ),
    ]
    if message.note:
        elements.append(
            line(
                "note",
                message.note,
                1812,
                middle + theme.SIZE_NOTE * theme.CAPITAL_EM / 2,
                size=theme.SIZE_NOTE,
                colour=ink if message.act else theme.INK_SOFT,
                align=Align.RIGHT,
                room=540,
            )
        )
    return tuple(elements)


def key(
    column: int, text: str, intent: Intent, *, primary: bool = False, which: Icon | None = None
) -> tuple[tuple[Element, ...], Touch]:
    """A key over the button in this column, 0-3 from the left, and where it can be touched."""
    x = theme.MARGIN + column * (theme.KEY_WIDTH + theme.KEY_GAP)
    middle = theme.KEY_TOP + theme.KEY_HEIGHT / 2
    ink = theme.DARK_INK if primary else theme.INK
    beside = 36 if which else 0
    drawn: tuple[Element, ...] = (
        Box(
            name=f"key.{intent}",
            x=x,
            y=theme.KEY_TOP,
            width=theme.KEY_WIDTH,
            height=theme.KEY_HEIGHT,
            radius=32,
            fill=theme.OK if primary else theme.KEY,
        ),
        line(
            f"key.{intent}.text",
            text,
            x + theme.KEY_WIDTH / 2 + beside,
            middle + 62 * theme.CAPITAL_EM / 2,
            face=Face.STRONG,
            size=62,
            colour=ink,
            align=Align.CENTRE,
            room=theme.KEY_WIDTH - 48 - 4 * beside,
        ),
        *(icon(which, (x + 88, middle), 60, fill=theme.INK_SOFT) if which else ()),
    )
    return drawn, Touch(x=x, y=theme.KEY_TOP, width=theme.KEY_WIDTH, height=theme.KEY_HEIGHT, intent=intent)


def step(number: int, x: float, y: float, radius: float, fill: Colour) -> tuple[Element, ...]:
    """The disc with a step's number."""
    size = radius * 1.26
    digit = line(
        f"step.{number}",
        str(number),
        x,
        y + size * theme.CAPITAL_EM / 2,
        face=Face.STRONG,
        size=size,
        colour=theme.DARK_INK,
        align=Align.CENTRE,
        room=radius * 2,
    )
    return Disc(x=x, y=y, radius=radius, fill=fill), digit


def fact(name: str, text: str, x: float, baseline: float, *, room: float) -> tuple[Element, ...]:
    """A fact that staff should see to: a small warning, no fuss."""
    size = theme.SIZE_LABEL
    middle = baseline - size * theme.CAPITAL_EM / 2
    return (
        *icon(Icon.WARNING, (x + 22, middle), 48, fill=theme.WARN),
        line(name, text, x + 62, baseline, size=size, colour=theme.WARN, room=room - 62),
    )
