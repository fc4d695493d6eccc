"""What is to be seen, as values on a canvas of 1920 x 1080: text, boxes, discs, arcs, strokes and shapes.

Pages make scenes, `ui.paint` paints them. A scene knows no pixels of a real screen, no fonts' files and no
library: two scenes can be compared element by element, which is how the screen finds out what to repaint and
how the tests see what is on a page.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from station.intents import Intent
from ui.theme import HEIGHT, WIDTH, Colour

Point = tuple[float, float]


def on_ring(centre: Point, radius: float, angle_deg: float) -> Point:
    """The point at this angle of a ring, 0 at the top, clockwise."""
    angle = math.radians(angle_deg)
    return centre[0] + radius * math.sin(angle), centre[1] - radius * math.cos(angle)


class Format(StrEnum):
    """How the screen stands."""

    LANDSCAPE = "landscape"
    PORTRAIT = "portrait"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the canvas."""
        return (WIDTH, HEIGHT) if self is Format.LANDSCAPE else (HEIGHT, WIDTH)


def format_of(size: tuple[int, int]) -> Format:
    """The format that suits a screen of this size in pixels."""
    return Format.PORTRAIT if size[1] > size[0] else Format.LANDSCAPE


class Face(StrEnum):
    """The three cuts of the typeface."""

    DISPLAY = "InterDisplay-Bold"
    STRONG = "Inter-SemiBold"
    PLAIN = "Inter-Medium"


class Align(StrEnum):
    """Which part of a line stands at its x."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A run of text in one face, size (canvas units per em) and colour."""

    text: str
    face: Face
    size: float
    colour: Colour
    steady: bool = False
    """Digits in cells of the widest digit, so that a number does not jump when it changes."""
    spacing_em: float = 0
    """Added to every digit's cell, in parts of the size; very large type wants less air."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of text on a baseline, of one or more spans."""

    name: str
    spans: tuple[Span, ...]
    x: float
    baseline: float
    align: Align = Align.LEFT
    gap: float = 0
    """Space between the spans."""
    room: float
    """The widest this line may be; a test holds every sentence of every language to it."""

    @property
    def text(self) -> str:
        """What the line says."""
        return " ".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A filled rectangle with round corners."""

    name: str = ""
    x: float
    y: float
    width: float
    height: float
    radius: float = 0
    fill: Colour
    square_left: bool = False
    """Only the right corners are round."""
    square_right: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Disc:
    """A filled circle."""

    name: str = ""
    x: float
    y: float
    radius: float
    fill: Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Arc:
    """A part of a ring. Angles in degrees, 0 at the top, clockwise."""

    name: str = ""
    x: float
    y: float
    radius: float
    """To the middle of the stroke."""
    stroke: float
    start_deg: float
    end_deg: float
    fill: Colour
    round_ends: bool = False
    to_y: float | None = None
    """Only what lies above this y of the canvas is seen: what grows and shrinks need not be drawn anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A line through points, with round joints and ends."""

    name: str = ""
    points: tuple[Point, ...]
    width: float
    fill: Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A filled polygon."""

    name: str = ""
    points: tuple[Point, ...]
    fill: Colour


Element = Line | Box | Disc | Arc | Stroke | Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """A place that can be touched, and what that means."""

    x: float
    y: float
    width: float
    height: float
    intent: Intent

    def hit(self, x: float, y: float) -> bool:
        """Whether this point of the canvas lies on it."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All there is to see, back to front, and where it can be touched."""

    page: str
    """The page's name; when it changes, all is painted anew."""
    elements: tuple[Element, ...]
    touches: tuple[Touch, ...] = ()
    width: int = WIDTH
    height: int = HEIGHT

    def lines(self) -> Iterator[Line]:
        """Every line of text."""
        return (element for element in self.elements if isinstance(element, Line))

    def named(self, name: str) -> Element | None:
        """The first element with this name, None when there is none."""
        return next((element for element in self.elements if element.name == name), None)

    def text(self, name: str) -> str | None:
        """What the line with this name says; None when the page has no such line."""
        element = self.named(name)
        return element.text if isinstance(element, Line) else None
