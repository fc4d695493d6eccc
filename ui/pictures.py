"""Faces that stand for effort, the red button, and the large drawings of the sheets."""

from collections.abc import Sequence

from ui.drawings import Icon, heart, icon
from ui.scene import Box, Disc, Element, Point, Stroke
from ui.theme import BODY, DARK_INK, OK, REST, STOP, TARGET_DIM, TRACK, Colour

_MOUTHS: Sequence[tuple[Point, ...]] = (
    ((-44, 12), (-26, 36), (0, 45), (26, 36), (44, 12)),
    ((-38, 22), (0, 36), (38, 22)),
    ((-36, 32), (36, 32)),
    ((-36, 44), (-20, 26), (0, 20), (20, 26), (36, 44)),
)
"""From light to much too hard."""


def effort_face(level: int, x: float, y: float, radius: float) -> tuple[Element, ...]:
    """A face, 0 light to 3 much too hard; only the mouth tells them apart, never a colour."""
    scale = radius / 100
    mouth = tuple((x + across * scale, y + down * scale) for across, down in _MOUTHS[level])
    eyes = [Disc(x=x + side * 34 * scale, y=y - 26 * scale, radius=12 * scale, fill=DARK_INK) for side in (-1, 1)]
    return (
        Disc(name=f"face.{level}", x=x, y=y, radius=radius, fill=REST),
        *eyes,
        Stroke(points=mouth, width=13 * scale, fill=DARK_INK),
    )


def red_button(x: float, y: float, radius: float) -> tuple[Element, ...]:
    """The treadmill's red button, which stops the belt: drawn, so that it is found, and never a key of ours."""
    return (
        Disc(x=x, y=y, radius=1.39 * radius, fill=TRACK),
        Disc(name="red_button", x=x, y=y, radius=radius, fill=STOP),
    )


def hill(x: float, y: float, size: float) -> tuple[Element, ...]:
    """The four hills of a session with a heart on the way: nobody is training."""
    elements: list[Element] = []
    for number in range(4):
        height = (0.2 + 0.12 * number) * size
        left = x + (number - 2) * size / 4 + 6
        elements.append(
            Box(
                x=left,
                y=y + size * 0.36 - height,
                width=size / 4 - 12,
                height=height,
                radius=18,
                fill=OK if number == 0 else TARGET_DIM if number == 1 else TRACK,
            )
        )
    return *elements, heart(x - size * 3 / 8, y - size * 0.02, size * 0.2, OK)


def walker_on_treadmill(x: float, y: float, size: float, fill: Colour) -> tuple[Element, ...]:
    """A person who walks on a rising belt."""

    def line(*points: Point, width: float, colour: Colour) -> Stroke:
        return Stroke(
            points=tuple((x + across * size / 100, y + down * size / 100) for across, down in points),
            width=width * size / 100,
            fill=colour,
        )

    return (
        line((-44, 46), (40, 34), width=9, colour=fill),
        line((34, 36), (44, -14), (30, -14), width=5, colour=fill),
        line((-4, -12), (-6, 12), (12, 24), (6, 36), width=8, colour=BODY),
        line((-6, 12), (-18, 26), (-28, 38), width=8, colour=BODY),
        line((-4, -12), (10, 2), (22, -4), width=6, colour=BODY),
        Disc(x=x - 2 * size / 100, y=y - 28 * size / 100, radius=9 * size / 100, fill=BODY),
    )


def two_people(x: float, y: float, size: float, one: Colour, other: Colour) -> tuple[Element, ...]:
    """Somebody beside somebody else, together `size` wide: this is talked about first."""
    return (
        *icon(Icon.PERSON, (x + 0.24 * size, y - 0.06 * size), 0.62 * size, fill=other),
        *icon(Icon.PERSON, (x - 0.2 * size, y + 0.06 * size), 0.62 * size, fill=one),
    )
