"""Parts that several pages share: lines of text, the band, keys, the end key, numbered steps, facts for staff."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from station.intents import KEYS, Intent
from ui import theme
from ui.drawings import Icon, icon
from ui.pages.said import Said
from ui.pictures import effort_face
from ui.scene import Align, Arc, Box, Disc, Element, Face, Format, Line, Point, Scene, Shape, Span, Stroke, Touch
from ui.theme import Colour
from ui.wording.catalogue import Words

ICON_SIZE = 120
KEYS_BELOW_Y = {Format.LANDSCAPE: theme.KEY_TOP, Format.PORTRAIT: 1716}
KEY_HEIGHTS = {Format.LANDSCAPE: theme.KEY_HEIGHT, Format.PORTRAIT: 156}
SIDE_KEY_WIDTH, SIDE_KEY_HEIGHT = 188, 112
SIDE_KEY_REACH = 16
"""A side key is felt for so far outside its edge: fingers are not steady on a moving belt."""
SIDE_KEY_TOPS: dict[Format, float] = {Format.LANDSCAPE: 806, Format.PORTRAIT: 1408}
"""Where the keys beside the dial's open foot begin."""


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


def moved(elements: Iterable[Element], across: float, down: float, *, narrower: float = 0) -> tuple[Element, ...]:
    """The same elements elsewhere on the canvas; their lines have `narrower` less room."""
    return tuple(_moved(element, across, down, narrower) for element in elements)


def _moved(element: Element, across: float, down: float, narrower: float) -> Element:
    match element:
        case Line():
            room = element.room - narrower if element.align is Align.LEFT else element.room
            return replace(element, x=element.x + across, baseline=element.baseline + down, room=room)
        case Stroke() | Shape():
            return replace(element, points=tuple((x + across, y + down) for x, y in element.points))
        case Arc():
            to_y = None if element.to_y is None else element.to_y + down
            return replace(element, x=element.x + across, y=element.y + down, to_y=to_y)
        case Box() | Disc():
            return replace(element, x=element.x + across, y=element.y + down)


def band(message: Said, form: Format = Format.LANDSCAPE) -> tuple[Element, ...]:
    """The band with the one thing to do."""
    ground = message.fill if message.act else theme.mix(theme.BACKGROUND, message.fill, 0.14)
    ink = theme.DARK_INK if message.act else theme.INK
    drawing = theme.DARK_INK if message.act else message.fill
    soft = ink if message.act else theme.INK_SOFT
    if form is Format.PORTRAIT:
        return _tall_band(message, ground, ink, drawing, soft)
    middle = theme.BAND_TOP + theme.BAND_HEIGHT / 2
    note_size = theme.SIZE_SECTION if message.loud else theme.SIZE_NOTE
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
            room=1540 - (0.58 * note_size * len(message.note) + 10 if message.note else 0),
        ),
    ]
    if message.note:
        elements.append(
            line(
                "note",
                message.note,
                1836,
                middle + note_size * theme.CAPITAL_EM / 2,
                face=Face.STRONG if message.loud else Face.PLAIN,
                size=note_size,
                colour=soft,
                align=Align.RIGHT,
                room=540,
            )
        )
    return tuple(elements)


def _tall_band(message: Said, ground: Colour, ink: Colour, drawing: Colour, soft: Colour) -> tuple[Element, ...]:
    left, room = 214, theme.PORTRAIT_RIGHT - 20 - 214
    lines = two_lines(message.sentence)
    note = [message.note] if message.note else []
    height = theme.SIZE_CUE_PORTRAIT * theme.CAPITAL_EM
    total = 118 * (len(lines) - 1) + height + 78 * len(note)
    first = theme.BAND_TOP + (360 - total) / 2 + height
    elements: list[Element] = [
        Box(
            name="band",
            x=theme.MARGIN,
            y=theme.BAND_TOP,
            width=theme.PORTRAIT_RIGHT - theme.MARGIN,
            height=360,
            radius=theme.BAND_RADIUS,
            fill=ground,
        ),
        *icon(message.icon, (132, theme.BAND_TOP + 180), ICON_SIZE, fill=drawing, ground=ground),
    ]
    for number, text in enumerate(lines):
        elements.append(
            line(
                "cue" if number == 0 else "cue.more",
                text,
                left,
                first + 118 * number,
                face=Face.DISPLAY,
                size=theme.SIZE_CUE_PORTRAIT,
                colour=ink,
                room=room,
            )
        )
    if note:
        below = first + 118 * (len(lines) - 1) + 78
        elements.append(line("note", message.note, left, below, size=theme.SIZE_NOTE, colour=soft, room=room))
    return tuple(elements)


def two_lines(text: str, longest: int = 12) -> list[str]:
    """The text in one line, or parted at the space that leaves the shorter lines."""
    words = text.split(" ")
    if len(text) <= longest or len(words) == 1:
        return [text]
    halves = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words))]
    # A number stays with its unit.
    whole = [pair for pair in halves if pair[1] not in {"%", "s"}] or halves
    return list(min(whole, key=lambda pair: max(map(len, pair))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One of the four keys under the screen, 0-3 from the left, and what it says here."""

    column: int
    text: str = ""
    primary: bool = False
    icon: Icon | None = None
    effort: int | None = None
    """The face that is drawn on it, 0-3."""

    @property
    def intent(self) -> Intent:
        """What touching it means: the same as pressing its button."""
        return KEYS[self.column]


def keys(
    row: Iterable[Key], form: Format, *, top: float | None = None, height: float | None = None
) -> tuple[tuple[Element, ...], tuple[Touch, ...]]:
    """The keys over their buttons, and where they can be touched."""
    top = KEYS_BELOW_Y[form] if top is None else top
    height = KEY_HEIGHTS[form] if height is None else height
    gap = theme.KEY_GAP if form is Format.LANDSCAPE else 18
    width = (form.size[0] - 2 * theme.MARGIN - 3 * gap) / 4
    elements: list[Element] = []
    touches: list[Touch] = []
    for key in row:
        place = Box(
            name=f"key.{key.intent}",
            x=theme.MARGIN + key.column * (width + gap),
            y=top,
            width=width,
            height=height,
            radius=32,
            fill=theme.OK if key.primary else theme.KEY,
        )
        elements += [place, *(_beside(key, place) if form is Format.LANDSCAPE else _stacked(key, place))]
        touches.append(Touch(x=place.x, y=top, width=width, height=height, intent=key.intent))
    return tuple(elements), tuple(touches)


def _beside(key: Key, place: Box) -> list[Element]:
    """A wide key: the drawing left of the words."""
    middle = place.y + place.height / 2
    elements: list[Element] = []
    beside = 0.0
    if key.icon and not key.text:
        return list(icon(key.icon, (place.x + place.width / 2, middle), 64, fill=_ink(key)))
    if key.icon:
        beside = 40
        elements += icon(key.icon, (place.x + 72, middle), 60, fill=theme.INK_SOFT)
    if key.effort is not None:
        beside = 60
        elements += effort_face(key.effort, place.x + 80, middle, 52)
    size = theme.SIZE_KEY if key.effort is None else theme.SIZE_NOTE
    lines = [key.text] if key.effort is None else two_lines(key.text, 9)
    first = middle + size * theme.CAPITAL_EM / 2 - (len(lines) - 1) * size * 0.58
    for number, text in enumerate(lines):
        elements.append(
            line(
                f"key.{key.intent}.text" if number == 0 else f"key.{key.intent}.more",
                text,
                place.x + place.width / 2 + beside,
                first + number * size * 1.16,
                face=Face.STRONG,
                size=size,
                colour=_ink(key),
                align=Align.CENTRE,
                room=place.width - 48 - 2 * beside - (20 if key.icon else 0),
            )
        )
    return elements


def _stacked(key: Key, place: Box) -> list[Element]:
    """A narrow key: the drawing above the words."""
    x, middle = place.x + place.width / 2, place.y + place.height / 2
    elements: list[Element] = []
    text_y = middle
    if key.effort is not None:
        elements += effort_face(key.effort, x, place.y + 54, 42)
        text_y = place.y + place.height - 54
    elif key.icon and not key.text:
        return list(icon(key.icon, (x, middle), 64, fill=_ink(key)))
    elif key.icon:
        elements += icon(key.icon, (x, place.y + 48), 54, fill=theme.INK_SOFT)
        text_y = place.y + place.height - 46
    lines = two_lines(key.text, 8)
    size = theme.SIZE_LABEL
    first = text_y + size * theme.CAPITAL_EM / 2 - (len(lines) - 1) * size * 0.58
    for number, text in enumerate(lines):
        elements.append(
            line(
                f"key.{key.intent}.text" if number == 0 else f"key.{key.intent}.more",
                text,
                x,
                first + number * size * 1.16,
                face=Face.STRONG,
                size=size,
                colour=_ink(key),
                align=Align.CENTRE,
                room=place.width - 20,
            )
        )
    return elements


def _ink(key: Key) -> Colour:
    return theme.DARK_INK if key.primary else theme.INK


def end_key(words: Words, form: Format, corner: Point | None = None) -> tuple[tuple[Element, ...], Touch]:
    """The key that ends the session, there as long as somebody trains. It stops no belt, and does not look so."""
    return side_key(words.say("key.end"), Intent.STOP, corner or (theme.MARGIN, SIDE_KEY_TOPS[form]))


def side_key(text: str, intent: Intent, corner: Point) -> tuple[tuple[Element, ...], Touch]:
    """A small key beside the dial, its words in two lines, and where it can be touched."""
    x, y = corner
    place = Box(name=f"key.{intent}", x=x, y=y, width=SIDE_KEY_WIDTH, height=SIDE_KEY_HEIGHT, radius=28, fill=theme.KEY)
    lines = _in_the_middle(intent, two_lines(text, 0), x + SIDE_KEY_WIDTH / 2, y + SIDE_KEY_HEIGHT / 2)
    touch = Touch(
        x=x - SIDE_KEY_REACH,
        y=y - SIDE_KEY_REACH,
        width=SIDE_KEY_WIDTH + 2 * SIDE_KEY_REACH,
        height=SIDE_KEY_HEIGHT + 2 * SIDE_KEY_REACH,
        intent=intent,
    )
    return (place, *lines), touch


def _in_the_middle(intent: Intent, lines: Sequence[str], x: float, middle: float) -> tuple[Element, ...]:
    size = theme.SIZE_LABEL
    first = middle + size * theme.CAPITAL_EM / 2 - (len(lines) - 1) * size * 0.52
    return tuple(
        line(
            f"key.{intent}.text" if number == 0 else f"key.{intent}.more",
            text,
            x,
            first + number * size * 1.04,
            face=Face.STRONG,
            size=size,
            align=Align.CENTRE,
            room=SIDE_KEY_WIDTH - 4,
        )
        for number, text in enumerate(lines)
    )


def step(  # noqa: PLR0913  # a disc and its digit
    number: int, x: float, y: float, radius: float, fill: Colour, *, ink: Colour = theme.DARK_INK
) -> tuple[Element, ...]:
    """The disc with a step's number."""
    size = radius * 1.26
    digit = line(
        f"step.{number}",
        str(number),
        x,
        y + size * theme.CAPITAL_EM / 2,
        face=Face.STRONG,
        size=size,
        colour=ink,
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


def scene(page: str, form: Format, elements: Iterable[Element], touches: Iterable[Touch] = ()) -> Scene:
    """A scene on the canvas of this format."""
    width, height = form.size
    return Scene(page=page, elements=tuple(elements), touches=tuple(touches), width=width, height=height)
