"""Smooth-edged sprites: drawn four times as large, strip by strip to need little memory, and scaled down."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import pygame

from ui.scene import Arc, Point, Shape, Stroke, on_ring
from ui.theme import Colour

OVERSIZE = 4
"""A power of two: with others pygame's scaling takes 255 to 253, and a corner would differ from its box."""
STRIP_PX = 64
"""Height of a strip of the finished sprite."""

Drawn = Arc | Stroke | Shape
Pen = Callable[[pygame.Surface, Colour, float], None]
"""Draws its part in this colour, so many oversize pixels further up."""


def outline(arc: Arc) -> list[Point]:
    """The polygon around an arc's stroke, without its round ends, on the canvas."""
    steps = max(2, math.ceil((arc.end_deg - arc.start_deg) / 2))
    angles = [arc.start_deg + (arc.end_deg - arc.start_deg) * step / steps for step in range(steps + 1)]
    centre, half = (arc.x, arc.y), arc.stroke / 2
    return [on_ring(centre, arc.radius + half, angle) for angle in angles] + [
        on_ring(centre, arc.radius - half, angle) for angle in reversed(angles)
    ]


def end_points(arc: Arc) -> tuple[Point, Point]:
    """The middles of the arc's two ends."""
    first, last = (on_ring((arc.x, arc.y), arc.radius, angle) for angle in (arc.start_deg, arc.end_deg))
    return first, last


def sprite(element: Drawn, size: tuple[int, int], place: Callable[[Point], Point], scale: float) -> pygame.Surface:
    """The element on a transparent surface of this size.

    `place` turns a point of the canvas into pixels of the sprite, `scale` a length.
    """

    def large(point: Point) -> Point:
        x, y = place(point)
        return x * OVERSIZE, y * OVERSIZE

    return _smoothed(size, element.fill, _pens(element, large, scale * OVERSIZE))


def disc(radius_px: int, fill: Colour) -> pygame.Surface:
    """A disc; its quarters are the corners of boxes."""
    centre = (float(radius_px * OVERSIZE), float(radius_px * OVERSIZE))
    return _smoothed((2 * radius_px, 2 * radius_px), fill, [_round(centre, radius_px * OVERSIZE)])


def _pens(element: Drawn, large: Callable[[Point], Point], scale: float) -> list[Pen]:
    match element:
        case Arc():
            ends = end_points(element) if element.round_ends else ()
            body = _polygon([large(point) for point in outline(element)])
            return [body, *(_round(large(end), element.stroke * scale / 2) for end in ends)]
        case Stroke():
            points = [large(point) for point in element.points]
            half = element.width * scale / 2
            limbs = [_polygon(_limb(start, end, half)) for start, end in pairwise(points)]
            return [*limbs, *(_round(point, half) for point in points)]
        case Shape():
            return [_polygon([large(point) for point in element.points])]


def _smoothed(size: tuple[int, int], fill: Colour, pens: Sequence[Pen]) -> pygame.Surface:
    finished = pygame.Surface(size, pygame.SRCALPHA, 32)
    # The transparent ground has the fill's own colour, so that only the coverage is averaged at the edges.
    ground = (*fill, 0)
    for top in range(0, size[1], STRIP_PX):
        height = min(STRIP_PX, size[1] - top)
        strip = pygame.Surface((size[0] * OVERSIZE, height * OVERSIZE), pygame.SRCALPHA, 32)
        strip.fill(ground)
        for pen in pens:
            pen(strip, fill, top * OVERSIZE)
        place = pygame.Rect(0, top, size[0], height)
        pygame.transform.smoothscale(strip, place.size, finished.subsurface(place))
    return finished


def _polygon(points: Sequence[Point]) -> Pen:
    highest, lowest = min(y for _, y in points), max(y for _, y in points)

    def draw(strip: pygame.Surface, fill: Colour, up: float) -> None:
        if lowest >= up and highest < up + strip.get_height():
            pygame.draw.polygon(strip, fill, [(round(x), round(y - up)) for x, y in points])

    return draw


def _round(centre: Point, radius: float) -> Pen:
    def draw(strip: pygame.Surface, fill: Colour, up: float) -> None:
        if centre[1] + radius >= up and centre[1] - radius < up + strip.get_height():
            pygame.draw.circle(strip, fill, (round(centre[0]), round(centre[1] - up)), round(radius))

    return draw


def _limb(start: Point, end: Point, half: float) -> list[Point]:
    length = math.dist(start, end) or 1.0
    x, y = (end[1] - start[1]) / length * half, (start[0] - end[0]) / length * half
    return [
        (start[0] + x, start[1] + y),
        (end[0] + x, end[1] + y),
        (end[0] - x, end[1] - y),
        (start[0] - x, start[1] - y),
    ]
