"""The drawings: icons, the heart, and the body that shows where the strap sits. Pure shapes, no text.

Each icon differs in outline, so that it says the same in greyscale and to the colour-blind.
"""

import math
from collections.abc import Callable, Sequence
from enum import StrEnum

from ui.scene import Arc, Box, Disc, Element, Point, Shape, Stroke
from ui.theme import BACKGROUND, BODY, DARK_INK, INK, Colour


class Icon(StrEnum):
    """What the icon in the band, or beside a line, says."""

    UP = "up"
    DOWN = "down"
    CHECK = "check"
    EASY = "easy"
    CLOCK = "clock"
    PAUSE = "pause"
    WARNING = "warning"
    HEART = "heart"
    GLOBE = "globe"
    MINUS = "minus"
    PLUS = "plus"
    BACK = "back"
    PERSON = "person"


def icon(  # noqa: C901, PLR0912  # one case an icon
    which: Icon, centre: Point, size: float, *, fill: Colour, ground: Colour = BACKGROUND
) -> tuple[Element, ...]:
    """The icon around its centre, about `size` wide; `ground` is what lies behind it."""
    x, y = centre
    pen = _Pen(f"icon.{which}", x, y, size, fill)
    match which:
        case Icon.UP:
            return pen.line((-40, 0), (0, -38), (40, 0)), pen.line((-40, 40), (0, 2), (40, 40))
        case Icon.DOWN:
            return pen.line((-40, -40), (0, -2), (40, -40)), pen.line((-40, 0), (0, 38), (40, 0))
        case Icon.CHECK:
            return (pen.line((-40, 4), (-13, 31), (40, -31)),)
        case Icon.EASY:
            wave = [(at, -20 * math.sin(math.radians(at * 3.4))) for at in range(-52, 53, 4)]
            return (pen.line(*wave, width=15),)
        case Icon.CLOCK:
            ring = Arc(
                name=pen.name, x=x, y=y, radius=0.42 * size, stroke=0.13 * size, start_deg=0, end_deg=360, fill=fill
            )
            return ring, pen.line((0, -20), (0, 2), (15, 13), width=11)
        case Icon.PAUSE:
            return pen.line((-20, -32), (-20, 32), width=22), pen.line((20, -32), (20, 32), width=22)
        case Icon.WARNING:
            corners = ((0, -38), (43, 36), (-43, 36))
            return (
                pen.shape(*corners),
                pen.line(*corners, corners[0], width=14),
                pen.line((0, -14), (0, 8), width=10, colour=ground),
                pen.line((0, 27), (0, 27.1), width=11, colour=ground),
            )
        case Icon.HEART:
            return (heart(x, y, size, fill),)
        case Icon.MINUS:
            return (pen.line((18, -38), (-20, 0), (18, 38)),)
        case Icon.PLUS:
            return (pen.line((-18, -38), (20, 0), (-18, 38)),)
        case Icon.BACK:
            return pen.line((-6, -38), (-42, 0), (-6, 38)), pen.line((-36, 0), (44, 0))
        case Icon.PERSON:
            head = Disc(name=pen.name, x=x, y=y - 0.24 * size, radius=0.2 * size, fill=fill)
            trunk = Box(
                name=pen.name,
                x=x - 0.36 * size,
                y=y + 0.04 * size,
                width=0.72 * size,
                height=0.42 * size,
                radius=0.22 * size,
                fill=fill,
            )
            return head, trunk
        case Icon.GLOBE:
            meridian = [
                (21 * math.sin(math.radians(turn)), -42 * math.cos(math.radians(turn))) for turn in range(0, 361, 12)
            ]
            ring = Arc(
                name=pen.name, x=x, y=y, radius=0.43 * size, stroke=0.08 * size, start_deg=0, end_deg=360, fill=fill
            )
            return ring, pen.line(*meridian, width=8), pen.line((-42, 0), (42, 0), width=8)


def heart(x: float, y: float, size: float, fill: Colour) -> Shape:
    """A heart `size` wide, centred at x, y."""
    half: list[Point] = [
        *_curve((0, -26), (6, -44), (22, -48), (30, -46)),
        *_curve((30, -46), (46, -43), (54, -24), (46, -6)),
        *_curve((46, -6), (38, 14), (10, 30), (0, 50)),
    ]
    other = [(-across, down) for across, down in reversed(half)]
    points = tuple((x + across * size / 100, y + down * size / 100) for across, down in (*half, *other))
    return Shape(name="heart", points=points, fill=fill)


def body_with_strap(
    x: float, top: float, height: float, strap: Colour, pulse: Colour = DARK_INK
) -> tuple[Element, ...]:
    """A head and upper body, `height` tall, with the strap around the chest in its colour."""
    scale = height / 481

    def place(points: Sequence[Point]) -> tuple[Point, ...]:
        return tuple((x + across * scale, top + down * scale) for across, down in points)

    chest = y_of_strap = top + 337 * scale
    right_side: list[Point] = [
        *_curve((38, 118), (40, 146), (50, 161), (92, 174)),
        *_curve((92, 174), (150, 191), (172, 221), (180, 286)),
        *_curve((180, 286), (188, 356), (192, 421), (194, 481)),
        (142, 481),
        *_curve((142, 481), (138, 421), (133, 350), (126, 297)),
        *_curve((126, 297), (120, 356), (120, 421), (122, 481)),
    ]
    body = [*right_side, *((-across, down) for across, down in reversed(right_side))]
    band = [
        *_curve((-126, 297), (-60, 322), (60, 322), (126, 297)),
        *_curve((122.5, 339), (60, 364), (-60, 364), (-122.5, 339)),
    ]
    return (
        Disc(name="body", x=x, y=top + 68 * scale, radius=68 * scale, fill=BODY),
        Shape(name="body", points=place(body), fill=BODY),
        Shape(name="strap", points=place(band), fill=strap),
        _capsule(x, y_of_strap, 100 * scale, 50 * scale, DARK_INK),
        _capsule(x, y_of_strap, 88 * scale, 38 * scale, INK),
        heart(x, chest, 24 * scale, pulse),
    )


def _capsule(x: float, y: float, width: float, height: float, fill: Colour) -> Box:
    return Box(x=x - width / 2, y=y - height / 2, width=width, height=height, radius=height / 2, fill=fill)


class _Pen:
    """Draws in hundredths of the icon's size around its centre."""

    def __init__(self, name: str, x: float, y: float, size: float, fill: Colour) -> None:
        self.name = name
        self._place: Callable[[Point], Point] = lambda point: (x + point[0] * size / 100, y + point[1] * size / 100)
        self._size = size
        self._fill = fill

    def line(self, *points: Point, width: float = 20, colour: Colour | None = None) -> Stroke:
        return Stroke(
            name=self.name,
            points=tuple(self._place(point) for point in points),
            width=width * self._size / 100,
            fill=colour or self._fill,
        )

    def shape(self, *points: Point) -> Shape:
        return Shape(name=self.name, points=tuple(self._place(point) for point in points), fill=self._fill)


def _curve(start: Point, leave: Point, arrive: Point, end: Point, steps: int = 14) -> list[Point]:
    """A cubic Bézier curve as points."""
    points: list[Point] = []
    for step in range(steps + 1):
        t = step / steps
        s = 1 - t
        x, y = (
            s**3 * start[axis] + 3 * s * s * t * leave[axis] + 3 * s * t * t * arrive[axis] + t**3 * end[axis]
            for axis in (0, 1)
        )
        points.append((x, y))
    return points
