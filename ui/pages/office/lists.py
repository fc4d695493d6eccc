"""Lists of the therapist's: rows with a label and what stands behind it, one of them pointed at, each to be touched."""

from collections.abc import Sequence
from dataclasses import dataclass

from station.intents import ROWS
from station.office.rows import NUMBERED, shown_from
from station.office.sheet import Sheet
from station.visit import Picture
from ui import theme
from ui.drawings import Icon, icon
from ui.emblems import picture
from ui.pages.office.frame import Drawn, Place
from ui.pages.parts import line
from ui.scene import Align, Box, Element, Face, Line, Touch

GAP = 10
TALLEST, TALLEST_STACKED = 104, 148
MOST_STACKED = 8
TYPE = 50
LAST_DIGIT = 9
LABEL_WIDTH, TOLD_WIDTH = 28.0, 25.0
"""What a letter takes, about: how label and figure share a row."""
SHARED = 12.0
"""Most of what lies between the two: the shares are only about right."""
MARK_WIDTH = 140.0
"""Of the sign that a row is being changed."""
EDGE = 6
"""Of the frame around the row that is pointed at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: what it is, what stands behind it now, and how it is marked."""

    name: str
    label: str
    told: str = ""
    picture: Picture | None = None
    warns: bool = False
    opened: bool = False
    """It is being changed: MINUS and PLUS turn what stands in it."""
    share: float | None = None
    """A bar behind the label, 0-1 of the room for it."""
    primary: bool = False


def listed(rows: Sequence[Row], sheet: Sheet, place: Place, *, columns: int = 1, stacked: bool = False) -> Drawn:
    """The rows in this place, from the top, in columns; of a long list those around the one that is pointed at.

    Stacked, what stands behind a label stands below it: for narrow screens.
    """
    first, most = shown_from(sheet)
    seen, at = rows[first : first + most], sheet.at
    down = -(-len(seen) // columns)
    stacked = stacked and len(seen) <= MOST_STACKED
    height = min(TALLEST_STACKED if stacked else TALLEST, (place.height + GAP) / max(1, down) - GAP)
    width = (place.width - (columns - 1) * 2 * GAP) / columns
    whole = Drawn()
    for number, row in enumerate(seen):
        column, level = divmod(number, down)
        corner = Place(
            left=place.left + column * (width + 2 * GAP),
            top=place.top + level * (height + GAP),
            right=place.left + column * (width + 2 * GAP) + width,
            bottom=place.top + level * (height + GAP) + height,
        )
        digit = number + 1 if sheet.page in NUMBERED and number < LAST_DIGIT else None
        whole += _row(row, corner, digit, chosen=first + number == at, stacked=stacked)
        touch = Touch(x=corner.left, y=corner.top, width=width, height=height, intent=ROWS[number])
        whole += Drawn(touches=(touch,))
    return whole


def _row(row: Row, place: Place, digit: int | None, *, chosen: bool, stacked: bool) -> Drawn:
    fill = theme.OK if row.opened else theme.KEY if chosen else theme.PANEL
    ink = theme.DARK_INK if row.opened else theme.INK
    soft = theme.DARK_INK if row.opened else theme.WARN if row.warns else theme.INK_SOFT
    elements: list[Element] = []
    if chosen:
        elements.append(_box("pointed", place, EDGE, theme.OK))
    elements.append(_box(f"row.{row.name}", place, 0, fill))
    middle = (place.top + place.bottom) / 2
    x, right = place.left + 28, place.right - 28
    baseline = middle + TYPE * theme.CAPITAL_EM / 2
    if row.share is not None:
        elements.append(_bar(row, place, stacked=stacked))
    if digit is not None:
        elements.append(line(f"digit.{row.name}", str(digit), x, baseline, size=46, colour=soft, room=60))
        x += 62
    if row.picture is not None:
        elements += picture(row.picture, x + 34, middle, min(72, place.height - 12))
        x += 96
    if row.opened and _marked(row, right - x):
        elements.append(
            line(
                f"turn.{row.name}",
                "− +",
                right,
                baseline,
                face=Face.STRONG,
                size=TYPE,
                colour=ink,
                align=Align.RIGHT,
                room=130,
            )
        )
        right -= MARK_WIDTH
    elif row.warns:
        elements += icon(Icon.WARNING, (right - 20, middle), 44, fill=theme.WARN, ground=fill)
        right -= 60
    elements += _texts(row, (x, right), baseline, (ink, soft), stacked=stacked)
    return Drawn(elements=tuple(elements))


def _marked(row: Row, room: float) -> bool:
    """Whether the sign has room beside both texts; the row is green, and the keys below it say the same."""
    return LABEL_WIDTH * len(row.label) + TOLD_WIDTH * len(row.told) + MARK_WIDTH <= room


def _texts(
    row: Row, sides: tuple[float, float], baseline: float, inks: tuple[theme.Colour, theme.Colour], *, stacked: bool
) -> list[Line]:
    """The label, and what stands behind it: on the same line, each with its share of the room, or below."""
    (x, right), (ink, soft) = sides, inks
    room = right - x - 16
    lines = []
    below = stacked and bool(row.told) and bool(row.label)
    told_room = room
    if not below and row.label and row.told:
        told_room = room * TOLD_WIDTH * len(row.told) / (TOLD_WIDTH * len(row.told) + LABEL_WIDTH * len(row.label))
    if row.label:
        label_room = room if below else room - (told_room - SHARED if row.told else 0)
        y = baseline - (32 if below else 0)
        lines.append(
            line(f"label.{row.name}", row.label, x, y, face=Face.STRONG, size=TYPE, colour=ink, room=label_room)
        )
    if row.told:
        align, at = (Align.LEFT, x) if below else (Align.RIGHT, right)
        y = baseline + (34 if below else 0)
        size = theme.SIZE_LABEL
        lines.append(line(f"told.{row.name}", row.told, at, y, size=size, colour=soft, align=align, room=told_room))
    return lines


def _bar(row: Row, place: Place, *, stacked: bool) -> Box:
    left, room = (0.44, 0.52) if stacked else (0.24, 0.42)
    return Box(
        name=f"bar.{row.name}",
        x=place.left + place.width * left,
        y=place.top + (16 if stacked else 14),
        width=max(8.0, place.width * room * min(1.0, row.share or 0.0)),
        height=56 if stacked else place.height - 28,
        radius=10,
        fill=theme.mix(theme.PANEL, theme.OK, 0.55),
    )


def _box(name: str, place: Place, wider: float, fill: theme.Colour) -> Box:
    return Box(
        name=name,
        x=place.left - wider,
        y=place.top - wider,
        width=place.width + 2 * wider,
        height=place.height + 2 * wider,
        radius=20 + wider,
        fill=fill,
    )
