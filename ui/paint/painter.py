"""Paints a scene, or only what changed in it, on a surface of any size."""

import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pygame

from ui.paint.cache import Cache
from ui.paint.changes import changes
from ui.paint.sprites import Drawn, disc, outline, sprite
from ui.paint.typeface import SHARE_LEFT_OF_X, Typeface
from ui.scene import Arc, Box, Disc, Element, Face, Line, Point, Scene, Shape, Span, Stroke
from ui.theme import BACKGROUND, INK, Colour

MOST_SPRITES = 32
SHEET = (64, 64, 64)
"""What lies between the pictures of a contact sheet."""
MOST_BOUNDS = 256
FIGURES_ASCENT_EM, FIGURES_DESCENT_EM = 0.8, 0.06
"""The same for steady figures, which have no accents and no tails: the largest type on the page."""
ASCENT_EM, DESCENT_EM, OVERHANG_EM = 1.0, 0.3, 0.1
"""How far ink may reach above and below the baseline and beside the line, in parts of the type size."""


def render(scene: Scene, size: tuple[int, int]) -> pygame.Surface:
    """The scene as a picture of this size in pixels. Needs no display."""
    surface = blank(size)
    Painter(size, scene).paint(surface, scene)
    return surface


def blank(size: tuple[int, int]) -> pygame.Surface:
    """A picture of this size in pixels with nothing on it yet. Needs no display."""
    return pygame.Surface(size, depth=32)


def png(scene: Scene, size: tuple[int, int]) -> bytes:
    """The scene as a PNG file of this size in pixels. Needs no display."""
    file = io.BytesIO()
    pygame.image.save(render(scene, size), file, "scene.png")
    return file.getvalue()


def contact_sheet(scenes: Mapping[str, Scene], *, across: int = 5, width: int = 480) -> bytes:
    """All these scenes, small and side by side, each above its name, as a PNG file. Needs no display."""
    first = next(iter(scenes.values()))
    height, size = width * first.height // first.width, max(8, width // 24)
    gap, pitch = width // 24, height + 2 * size + width // 48
    typeface = Typeface(1.0)
    sheet = blank((across * (width + gap) + gap, math.ceil(len(scenes) / across) * pitch + gap))
    sheet.fill(SHEET)
    for number, (name, scene) in enumerate(scenes.items()):
        x, y = gap + number % across * (width + gap), gap + number // across * pitch
        sheet.blit(pygame.transform.smoothscale(render(scene, (2 * width, 2 * height)), (width, height)), (x, y))
        caption = Span(text=name, face=Face.PLAIN, size=size, colour=INK)
        typeface.draw(
            sheet, Line(name=name, spans=(caption,), x=0, baseline=0, room=width), x, y + height + round(1.3 * size)
        )
    file = io.BytesIO()
    pygame.image.save(sheet, file, "sheet.png")
    return file.getvalue()


class Painter:
    """Paints scenes of one canvas on surfaces of one size; the canvas is centred and as large as it can be."""

    def __init__(self, size: tuple[int, int], canvas: Scene) -> None:
        self.size = size
        self.scale = min(size[0] / canvas.width, size[1] / canvas.height)
        self._left = round((size[0] - canvas.width * self.scale) / 2)
        self._top = round((size[1] - canvas.height * self.scale) / 2)
        self._typeface = Typeface(self.scale)
        self._sprites: Cache[pygame.Surface] = Cache(MOST_SPRITES)
        self._bounds: Cache[pygame.Rect] = Cache(MOST_BOUNDS)
        self._placed: list[tuple[Element, pygame.Rect]] = []

    def paint(self, surface: pygame.Surface, scene: Scene, before: Scene | None = None) -> list[pygame.Rect]:
        """Paint the scene, or only what differs from `before`; returns the places that changed, in pixels."""
        dirty = self._dirty(scene, before)
        placed = self._all_placed(scene) if dirty else []
        for rect in dirty:
            surface.set_clip(rect)
            surface.fill(BACKGROUND)
            for element, bounds in placed:
                if bounds.colliderect(rect):
                    self._draw(surface, element, bounds)
        surface.set_clip(None)
        return dirty

    def _all_placed(self, scene: Scene) -> list[tuple[Element, pygame.Rect]]:
        """Every element with its bounds; most stand where they stood, which is seen sooner than looked up."""
        last = self._placed if len(self._placed) == len(scene.elements) else [None] * len(scene.elements)
        self._placed = [
            was if was is not None and was[0] == element else (element, self.bounds(element))
            for was, element in zip(last, scene.elements, strict=True)
        ]
        return self._placed

    def canvas_point(self, position: tuple[float, float]) -> Point:
        """A place on the surface, in pixels, as a point of the canvas."""
        return (position[0] - self._left) / self.scale, (position[1] - self._top) / self.scale

    def width(self, line: Line) -> float:
        """How wide the line is, in canvas units."""
        return self._typeface.width_px(line) / self.scale

    def bounds(self, element: Element) -> pygame.Rect:
        """The pixels that the element can touch."""
        return self._bounds.get(element, lambda: self._reckoned(element)).copy()

    def _reckoned(self, element: Element) -> pygame.Rect:
        match element:
            case Line():
                return self._line_bounds(element)
            case Box():
                return self._exact(element)
            case Disc():
                radius = self._radius(element.radius)
                return pygame.Rect(self._x(element.x) - radius, self._y(element.y) - radius, 2 * radius, 2 * radius)
            case Arc():
                whole = self._around(outline(element), element.stroke / 2 if element.round_ends else 0)
                if element.to_y is not None:
                    whole.height = max(0, self._y(element.to_y) - whole.top)
                return whole
            case Stroke():
                return self._around(element.points, element.width / 2)
            case Shape():
                return self._around(element.points, 0)

    def _dirty(self, scene: Scene, before: Scene | None) -> list[pygame.Rect]:
        whole = pygame.Rect((0, 0), self.size)
        if before is None or before.page != scene.page:
            return [whole]
        gone, come = changes(before.elements, scene.elements)
        places = []
        for new in [element for element in come if element.name]:
            old = next((element for element in gone if element.name == new.name), None)
            part = self._part_changed(old, new) if old is not None else None
            if old is not None and part is not None:
                gone.remove(old)
                come.remove(new)
                places.append(part)
        places += [self.bounds(element) for element in (*gone, *come)]
        return _merged(place.clip(whole) for place in places)

    def _part_changed(self, old: Element, new: Element) -> pygame.Rect | None:
        """The only place where the two differ, when it is less than both; None when nobody knows."""
        match old, new:
            case Arc(), Arc() if new.to_y is not None and replace(old, to_y=new.to_y) == new:
                # It only grew or shrank.
                one, other = self.bounds(old), self.bounds(new)
                top, bottom = min(one.bottom, other.bottom), max(one.bottom, other.bottom)
                return pygame.Rect(one.left, top, one.width, bottom - top)
            case Line(), Line() if (cells := self._typeface.cells_changed_px(old, new)) is not None:
                # A clock whose last digit goes on.
                place = self.bounds(new)
                left = self._x(new.x) + cells[0]
                return pygame.Rect(left, place.top, cells[1] - cells[0], place.height)
            case _:
                return None

    def _draw(self, surface: pygame.Surface, element: Element, bounds: pygame.Rect) -> None:
        match element:
            case Line():
                self._typeface.draw(surface, element, self._x(element.x), self._y(element.baseline))
            case Box():
                self._draw_box(surface, element, bounds)
            case Disc():
                surface.blit(self._disc(self._radius(element.radius), element.fill), bounds)
            case Arc() if element.to_y is not None:
                whole = replace(element, to_y=None)
                place = self.bounds(whole)
                drawn = self._sprites.get(whole, lambda: self._sprite(whole, place))
                surface.blit(drawn, bounds, pygame.Rect((0, 0), bounds.size))
            case _:
                surface.blit(self._sprites.get(element, lambda: self._sprite(element, bounds)), bounds)

    def _sprite(self, element: Drawn, bounds: pygame.Rect) -> pygame.Surface:
        def place(point: Point) -> Point:
            return (
                self._left + point[0] * self.scale - bounds.left,
                self._top + point[1] * self.scale - bounds.top,
            )

        return sprite(element, bounds.size, place, self.scale)

    def _draw_box(self, surface: pygame.Surface, box: Box, rect: pygame.Rect) -> None:
        if rect.width <= 0 or rect.height <= 0:
            return  # a phase of a few seconds has no width on the timeline
        radius = min(self._radius(box.radius), rect.width // 2, rect.height // 2)
        surface.fill(box.fill, rect.inflate(-2 * radius, 0))
        surface.fill(box.fill, rect.inflate(0, -2 * radius))
        if not radius:
            return
        quarters = self._disc(radius, box.fill)
        for right in (False, True):
            square = box.square_right if right else box.square_left
            for lower in (False, True):
                corner = pygame.Rect(
                    rect.right - radius if right else rect.left,
                    rect.bottom - radius if lower else rect.top,
                    radius,
                    radius,
                )
                if square:
                    surface.fill(box.fill, corner)
                else:
                    surface.blit(quarters, corner, pygame.Rect(radius * right, radius * lower, radius, radius))

    def _disc(self, radius: int, fill: Colour) -> pygame.Surface:
        return self._sprites.get((radius, fill), lambda: disc(radius, fill))

    def _radius(self, radius: float) -> int:
        return round(radius * self.scale)

    def _line_bounds(self, line: Line) -> pygame.Rect:
        largest = max(span.size for span in line.spans)
        left = line.x - self.width(line) * SHARE_LEFT_OF_X[line.align]
        return self._around(
            [
                (left - largest * OVERHANG_EM, line.baseline - max(map(_ascent, line.spans))),
                (left + self.width(line) + largest * OVERHANG_EM, line.baseline + max(map(_descent, line.spans))),
            ],
            0,
        )

    def _around(self, points: Iterable[Point], reach: float) -> pygame.Rect:
        xs, ys = zip(*points, strict=True)
        left = self._left + math.floor((min(xs) - reach) * self.scale) - 1
        top = self._top + math.floor((min(ys) - reach) * self.scale) - 1
        right = self._left + math.ceil((max(xs) + reach) * self.scale) + 1
        bottom = self._top + math.ceil((max(ys) + reach) * self.scale) + 1
        return pygame.Rect(left, top, right - left, bottom - top)

    def _exact(self, box: Box) -> pygame.Rect:
        left, top = self._x(box.x), self._y(box.y)
        return pygame.Rect(left, top, self._x(box.x + box.width) - left, self._y(box.y + box.height) - top)

    def _x(self, x: float) -> int:
        return self._left + round(x * self.scale)

    def _y(self, y: float) -> int:
        return self._top + round(y * self.scale)


def _ascent(span: Span) -> float:
    return span.size * (FIGURES_ASCENT_EM if span.steady else ASCENT_EM)


def _descent(span: Span) -> float:
    return span.size * (FIGURES_DESCENT_EM if span.steady else DESCENT_EM)


def _merged(rects: Iterable[pygame.Rect]) -> list[pygame.Rect]:
    """The same places in rectangles that do not overlap, so that nothing is painted twice."""
    merged: list[pygame.Rect] = []
    for rect in rects:
        if not (rect.width and rect.height):
            continue
        grown = rect
        while (overlapping := grown.collidelist(merged)) >= 0:
            grown = grown.union(merged.pop(overlapping))
        merged.append(grown)
    return merged
