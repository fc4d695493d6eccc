"""Load and 1RM over the weeks as inline SVG: dots for loads, bars for estimates, diamonds for tests.

Each kind has its own shape, so that it says the same in grey; the axis begins where the figures do, not at zero.
"""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape

from station.sync.lifted import Earlier
from station.sync.words import Words

WIDTH, HEIGHT = 1000, 300
LEFT, RIGHT, TOP, BOTTOM = 46, 990, 34, 262
DAY_S = 86_400.0
LEAST_DAYS = 14.0
STEPS_KG = (5, 10, 20, 25, 50, 100)
MOST_LINES = 7


def course(sessions: Sequence[Earlier], words: Words) -> str:
    """The course of these sessions, oldest first, as an `svg` element."""
    return "".join(_Course(sessions, words).parts())


class _Course:
    def __init__(self, sessions: Sequence[Earlier], words: Words) -> None:
        self._sessions = sessions
        self._words = words
        self._first = sessions[0].on
        self._days = max(LEAST_DAYS, self._day(sessions[-1].on))
        figures = [figure for one in sessions for figure in _figures(one)] or [0.0, 100.0]
        self._step = next((step for step in STEPS_KG if self._lines(figures, step) <= MOST_LINES), STEPS_KG[-1])
        self._low = math.floor(min(figures) / self._step) * self._step
        self._high = max(math.ceil(max(figures) / self._step) * self._step, self._low + self._step)

    def parts(self) -> Iterator[str]:
        yield f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(self._words("course"))}">'
        yield from self._axes()
        yield from self._estimates()
        yield from self._loads()
        yield from self._tests()
        yield from self._legend()
        yield "</svg>"

    @staticmethod
    def _lines(figures: Sequence[float], step: int) -> int:
        return math.ceil(max(figures) / step) - math.floor(min(figures) / step) + 1

    def _day(self, when: datetime) -> float:
        return (when - self._first).total_seconds() / DAY_S

    def _x(self, when: datetime) -> float:
        return round(LEFT + 20 + (RIGHT - LEFT - 40) * self._day(when) / self._days, 1)

    def _y(self, load_kg: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * (load_kg - self._low) / (self._high - self._low), 1)

    def _axes(self) -> Iterator[str]:
        for load_kg in range(round(self._low), round(self._high) + 1, self._step):
            y = self._y(load_kg)
            yield f'<line class="grid" x1="{LEFT}" y1="{y:g}" x2="{RIGHT}" y2="{y:g}"/>'
            yield f'<text x="{LEFT - 6}" y="{y + 4:g}" text-anchor="end">{load_kg}</text>'
        for when in (self._first, self._sessions[-1].on):
            if when is self._first or self._day(when) > self._days / 4:
                day = f"{when.day}.{when.month}.{when.year}"
                anchor = "start" if when is self._first else "end"
                yield f'<text x="{self._x(when):g}" y="{BOTTOM + 20}" text-anchor="{anchor}">{day}</text>'

    def _loads(self) -> Iterator[str]:
        points = [(self._x(one.on), self._y(one.load_kg)) for one in self._sessions if one.load_kg is not None]
        if len(points) > 1:
            yield f'<polyline class="load" points="{" ".join(f"{x:g},{y:g}" for x, y in points)}"/>'
        for x, y in points:
            yield f'<circle class="dot" cx="{x:g}" cy="{y:g}" r="5"/>'

    def _estimates(self) -> Iterator[str]:
        for one in self._sessions:
            if one.low_kg is not None and one.high_kg is not None:
                x = self._x(one.on)
                yield from _range(x, self._y(one.low_kg), self._y(one.high_kg))

    def _tests(self) -> Iterator[str]:
        for one in self._sessions:
            if one.measured_kg is not None:
                yield _diamond(self._x(one.on), self._y(one.measured_kg))

    def _legend(self) -> Iterator[str]:
        y = 16
        yield f'<circle class="dot" cx="{LEFT + 8}" cy="{y - 4}" r="5"/>'
        yield f'<text x="{LEFT + 20}" y="{y}">{escape(self._words("of_load"))}</text>'
        yield from _range(LEFT + 188, y + 2, y - 12)
        yield f'<text x="{LEFT + 200}" y="{y}">{escape(self._words("of_estimate"))}</text>'
        yield _diamond(LEFT + 368, y - 5)
        yield f'<text x="{LEFT + 382}" y="{y}">{escape(self._words("of_test"))}</text>'


def _figures(one: Earlier) -> list[float]:
    return [figure for figure in (one.load_kg, one.low_kg, one.high_kg, one.measured_kg) if figure is not None]


def _range(x: float, low_y: float, high_y: float) -> Iterator[str]:
    yield f'<line class="range" x1="{x:g}" y1="{low_y:g}" x2="{x:g}" y2="{high_y:g}"/>'
    for y in (low_y, high_y):
        yield f'<line class="range" x1="{x - 6:g}" y1="{y:g}" x2="{x + 6:g}" y2="{y:g}"/>'


def _diamond(x: float, y: float) -> str:
    points = " ".join(f"{x + across:g},{y + down:g}" for across, down in ((0, -8), (8, 0), (0, 8), (-8, 0)))
    return f'<polygon class="test" points="{points}"/>'
