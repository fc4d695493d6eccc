"""The report's two curves as inline SVG: heart rate over the target bands, and incline beside what was advised.

Colours never carry a meaning alone: the band has a frame, the advice is dashed, each has its word.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from station.sync.whole import WholeSession
from station.sync.words import Words
from station.training.prescription import Phase

WIDTH = 1000
LEFT, RIGHT = 46, 990
HEART_TOP, HEART_BOTTOM = 26, 300
HILL_TOP, HILL_BOTTOM = 336, 440
HEIGHT = 478
POINT_EACH_S = 2.0
LONGEST_BRIDGED_S = 5.0
"""The heart-rate curve is broken where the strap was silent for longer."""
MINUTES_APART = 5
BEATS_APART = 20


def chart(whole: WholeSession, words: Words) -> str:
    """Both curves on one time axis, as an `svg` element."""
    return "".join(_Chart(whole, words).parts())


class _Chart:
    def __init__(self, whole: WholeSession, words: Words) -> None:
        self._whole = whole
        self._words = words
        self._start_s = whole.figures.first_at_s
        self._length_s = max(60.0, whole.figures.last_at_s - self._start_s)
        known = [beat for beat in whole.figures.heart_rates if beat is not None]
        hr_max = whole.header.plan.hr_max_bpm
        self._lowest = min([hr_max * 0.45, *known]) // 10 * 10
        self._highest = max(hr_max, *known, 0) + 5
        climbs = [second.reading.incline_percent or 0.0 for second in whole.seconds]
        advised = [(told.advice or {}).get("incline_percent") or 0.0 for told in whole.advices]
        self._steepest = max(4.0, *climbs, *advised) * 1.1

    def parts(self) -> Iterator[str]:
        label = f"{self._words('heart_rate')}; {self._words('incline')}"
        yield f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">'
        yield from self._bands()
        yield from self._axes()
        yield from self._heart_rate()
        yield from self._hill()
        yield from self._advice()
        yield from self._legend()
        yield "</svg>"

    def _x(self, at_s: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * (at_s - self._start_s) / self._length_s, 1)

    def _beat(self, bpm: float) -> float:
        share = (bpm - self._lowest) / (self._highest - self._lowest)
        return round(HEART_BOTTOM - (HEART_BOTTOM - HEART_TOP) * share, 1)

    def _climb(self, percent: float) -> float:
        return round(HILL_BOTTOM - (HILL_BOTTOM - HILL_TOP) * percent / self._steepest, 1)

    def _bands(self) -> Iterator[str]:
        plan = self._whole.header.plan
        for lap in self._whole.laps():
            left, right = self._x(lap.seconds[0].reading.at_s), self._x(lap.end_at_s)
            low, high = plan.prescription.zone(Phase(lap.phase)).beats(plan.hr_max_bpm)
            hard = lap.phase == Phase.INTERVAL
            kind = "band hard" if hard else "band"
            top = self._beat(high + 0.5)
            yield _box(kind, left, top, right, self._beat(low - 0.5))
            yield _box("strip hard" if hard else "strip", left, 4, right, 20)
            name = str(lap.interval) if hard else self._words(lap.phase) if lap.phase in _NAMED else ""
            if name and right - left > 7 * len(name):
                yield _text((left + right) / 2, 16, name, "middle", "phase hard" if hard else "phase")

    def _axes(self) -> Iterator[str]:
        first = int(-(-self._lowest // BEATS_APART) * BEATS_APART)
        for bpm in range(first, int(self._highest) + 1, BEATS_APART):
            yield _line("grid", LEFT, self._beat(bpm), RIGHT, self._beat(bpm))
            yield _text(LEFT - 6, self._beat(bpm) + 4, str(bpm), "end")
        for percent in range(0, int(self._steepest) + 1, 5 if self._steepest > 8 else 2):  # noqa: PLR2004
            yield _line("grid", LEFT, self._climb(percent), RIGHT, self._climb(percent))
            yield _text(LEFT - 6, self._climb(percent) + 4, str(percent), "end")
        apart = MINUTES_APART if self._length_s >= 2 * 60 * MINUTES_APART else 1
        for minute in range(0, int(self._length_s / 60) + 1, apart):
            x = self._x(self._start_s + 60 * minute)
            yield _text(x, HILL_BOTTOM + 18, str(minute), "middle")
        yield _text(RIGHT, HEIGHT - 4, self._words("minutes"), "end")

    def _heart_rate(self) -> Iterator[str]:
        piece: list[tuple[float, float]] = []
        last_s = next_s = self._start_s
        for second in self._whole.seconds:
            at_s, bpm = second.reading.at_s, second.reading.heart_rate_bpm
            if bpm is None:
                continue
            if piece and at_s - last_s > LONGEST_BRIDGED_S:
                yield _curve("heart", piece)
                piece = []
                next_s = at_s
            last_s = at_s
            if at_s >= next_s:
                piece.append((self._x(at_s), self._beat(bpm)))
                next_s = at_s + POINT_EACH_S
        yield _curve("heart", piece)

    def _hill(self) -> Iterator[str]:
        for from_s, until_s in self._stored():
            stairs = list(
                _stairs(
                    (self._x(second.reading.at_s), self._climb(second.reading.incline_percent))
                    for second in self._whole.seconds
                    if second.reading.incline_percent is not None and from_s <= second.reading.at_s <= until_s
                )
            )
            if stairs:
                ground = [(stairs[0][0], HILL_BOTTOM), *stairs, (stairs[-1][0], HILL_BOTTOM)]
                yield f'<polygon class="hill" points="{_points(ground)}"/>'

    def _stored(self) -> Iterator[tuple[float, float]]:
        """The stretches in which the station stored its seconds: between them it was away."""
        away = list(self._whole.away())
        starts_s = [self._start_s, *(gap.until_s for gap in away)]
        ends_s = [*(gap.from_s for gap in away), self._whole.figures.last_at_s]
        yield from zip(starts_s, ends_s, strict=True)

    def _advice(self) -> Iterator[str]:
        told = [*self._whole.advices]
        for number, one in enumerate(told):
            percent = (one.advice or {}).get("incline_percent")
            until_s = told[number + 1].at_s if number + 1 < len(told) else self._whole.figures.last_at_s
            if percent is not None:
                yield from self._advised(percent, one.at_s, until_s)

    def _advised(self, percent: float, at_s: float, until_s: float) -> Iterator[str]:
        y = self._climb(percent)
        for from_s, to_s in self._stored():
            begin_s, end_s = max(at_s, from_s), min(until_s, to_s)
            if begin_s < end_s:
                yield _line("advice", self._x(begin_s), y, self._x(end_s), y)

    def _legend(self) -> Iterator[str]:
        words = self._words
        yield _text(LEFT + 4, HEART_TOP + 14, words("heart_rate"), "start", "name")
        if self._whole.figures.intervals:
            yield _box("band hard", LEFT + 150, HEART_TOP + 4, LEFT + 176, HEART_TOP + 15)
            yield _text(LEFT + 182, HEART_TOP + 14, words("zone"), "start")
        yield _text(LEFT + 4, HILL_TOP - 8, words("incline"), "start", "name")
        yield _box("hill", LEFT + 150, HILL_TOP - 18, LEFT + 176, HILL_TOP - 7)
        yield _text(LEFT + 182, HILL_TOP - 8, words("gone"), "start")
        yield _line("advice", LEFT + 250, HILL_TOP - 12, LEFT + 276, HILL_TOP - 12)
        yield _text(LEFT + 282, HILL_TOP - 8, words("advised"), "start")


_NAMED = frozenset({Phase.WARM_UP, Phase.RECOVERY, Phase.COOL_DOWN})


def _stairs(points: Iterable[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Only the corners: an incline stands for minutes."""
    before: tuple[float, float] | None = None
    for x, y in points:
        if before is None:
            yield x, y
        elif y != before[1]:
            yield x, before[1]
            yield x, y
        before = (x, y)
    if before is not None:
        yield before


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _curve(kind: str, points: Sequence[tuple[float, float]]) -> str:
    return f'<polyline class="{kind}" points="{_points(points)}"/>' if points else ""


def _box(kind: str, left: float, top: float, right: float, bottom: float) -> str:
    size = f'width="{max(0.0, right - left):g}" height="{max(0.0, bottom - top):g}"'
    return f'<rect class="{kind}" x="{left:g}" y="{top:g}" {size}/>'


def _line(kind: str, x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<line class="{kind}" x1="{x:g}" y1="{y:g}" x2="{to_x:g}" y2="{to_y:g}"/>'


def _text(x: float, y: float, text: str, anchor: str, kind: str = "") -> str:
    of_kind = f' class="{kind}"' if kind else ""
    return f'<text{of_kind} x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(text)}</text>'
