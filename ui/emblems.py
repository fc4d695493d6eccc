"""The pictures that stand for people on a screen that all can see; each is known by its outline, not its colour."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from station.visit import Picture
from ui.scene import Disc, Element, Point, Shape, Stroke, on_ring
from ui.theme import BODY, DARK_INK, HIGH, INK, LOW, OK, PANEL, REST, WARN, Colour


def picture(which: Picture, x: float, y: float, size: float) -> tuple[Element, ...]:
    """The picture around its middle, about `size` wide, for the ground of a card."""
    return _DRAWN[which](_Pen(which=which, x=x, y=y, share=size / 100))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pen:
    """Draws in hundredths of the picture's size, from its middle."""

    which: Picture
    x: float
    y: float
    share: float

    def at(self, point: Point) -> Point:
        return self.x + point[0] * self.share, self.y + point[1] * self.share

    def shape(self, fill: Colour, *points: Point) -> Shape:
        return Shape(name=f"picture.{self.which}", points=tuple(map(self.at, points)), fill=fill)

    def disc(self, fill: Colour, middle: Point, radius: float) -> Disc:
        x, y = self.at(middle)
        return Disc(name=f"picture.{self.which}", x=x, y=y, radius=radius * self.share, fill=fill)

    def line(self, fill: Colour, width: float, *points: Point) -> Stroke:
        return Stroke(
            name=f"picture.{self.which}", points=tuple(map(self.at, points)), width=width * self.share, fill=fill
        )


def _sun(pen: _Pen) -> tuple[Element, ...]:
    rays = [pen.line(WARN, 7, on_ring((0, 0), 33, turn), on_ring((0, 0), 47, turn)) for turn in range(0, 360, 45)]
    return pen.disc(WARN, (0, 0), 24), *rays


def _house(pen: _Pen) -> tuple[Element, ...]:
    return (
        pen.shape(REST, (-34, -6), (34, -6), (34, 44), (-34, 44)),
        pen.shape(HIGH, (0, -48), (46, -4), (-46, -4)),
        pen.shape(DARK_INK, (-9, 14), (9, 14), (9, 44), (-9, 44)),
    )


def _tree(pen: _Pen) -> tuple[Element, ...]:
    return (
        pen.shape(BODY, (-7, 20), (7, 20), (7, 48), (-7, 48)),
        pen.shape(OK, (0, -48), (24, -12), (-24, -12)),
        pen.shape(OK, (0, -26), (38, 26), (-38, 26)),
    )


def _boat(pen: _Pen) -> tuple[Element, ...]:
    return (
        pen.shape(INK, (-4, -46), (-4, 14), (-40, 14)),
        pen.shape(WARN, (4, -34), (34, 14), (4, 14)),
        pen.shape(LOW, (-46, 20), (46, 20), (28, 44), (-28, 44)),
    )


def _star(pen: _Pen) -> tuple[Element, ...]:
    return (pen.shape(WARN, *(on_ring((0, 0), 48 if corner % 2 == 0 else 20, corner * 36) for corner in range(10))),)


def _mountain(pen: _Pen) -> tuple[Element, ...]:
    return (
        pen.shape(LOW, (14, -20), (50, 42), (-22, 42)),
        pen.shape(REST, (-14, -44), (32, 42), (-50, 42)),
        pen.shape(INK, (-14, -44), (0, -18), (-12, -24), (-24, -14), (-29, -17)),
    )


def _moon(pen: _Pen) -> tuple[Element, ...]:
    outer = [on_ring((6, 0), 46, turn) for turn in range(130, 411, 8)]
    inner = [on_ring((36, 0), 31, turn) for turn in range(370, 169, -8)]
    return (pen.shape(WARN, *outer, *inner),)


def _flower(pen: _Pen) -> tuple[Element, ...]:
    petals = [pen.disc(REST, on_ring((0, -12), 22, turn), 16) for turn in range(0, 360, 72)]
    return pen.shape(OK, (-4, 8), (4, 8), (4, 48), (-4, 48)), *petals, pen.disc(WARN, (0, -12), 13)


def _fish(pen: _Pen) -> tuple[Element, ...]:
    turns = [math.radians(turn) for turn in range(0, 360, 15)]
    body = [(36 * math.cos(turn) - 8, 24 * math.sin(turn)) for turn in turns]
    return pen.shape(LOW, *body), pen.shape(LOW, (20, 0), (48, -26), (48, 26)), pen.disc(DARK_INK, (-26, -6), 5)


def _cup(pen: _Pen) -> tuple[Element, ...]:
    handle = pen.line(HIGH, 9, (22, -16), (44, -12), (42, 14), (20, 18))
    return handle, pen.shape(HIGH, (-36, -30), (26, -30), (18, 38), (-28, 38))


def _key(pen: _Pen) -> tuple[Element, ...]:
    blade = ((-8, -6), (48, -6), (48, 24), (36, 24), (36, 7), (26, 7), (26, 20), (14, 20), (14, 7), (-8, 7))
    return pen.disc(OK, (-26, 0), 22), pen.disc(PANEL, (-26, 0), 9), pen.shape(OK, *blade)


def _umbrella(pen: _Pen) -> tuple[Element, ...]:
    crook = pen.line(INK, 7, (0, 4), (0, 38), (6, 44), (14, 42), (16, 34))
    return crook, pen.shape(HIGH, *(on_ring((0, 4), 46, turn) for turn in range(-90, 91, 10)))


_DRAWN: Mapping[Picture, Callable[[_Pen], tuple[Element, ...]]] = {
    Picture.SUN: _sun,
    Picture.HOUSE: _house,
    Picture.TREE: _tree,
    Picture.BOAT: _boat,
    Picture.STAR: _star,
    Picture.MOUNTAIN: _mountain,
    Picture.MOON: _moon,
    Picture.FLOWER: _flower,
    Picture.FISH: _fish,
    Picture.CUP: _cup,
    Picture.KEY: _key,
    Picture.UMBRELLA: _umbrella,
}
