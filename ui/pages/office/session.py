"""One session as a chart: the heart over its zones and where the coach expected it, the hill and what was advised.

Readable from the therapist's chair: few lines, large figures, and no meaning in colour alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from station.office.known import Whole
from station.office.side import Side
from station.training.prescription import Phase
from ui import theme
from ui.pages.office.frame import PART, Drawn, Place, back_key, leaf_keys, page, place_of, subtitle
from ui.pages.parts import Key, line
from ui.scene import Align, Box, Disc, Element, Face, Format, Point, Scene, Shape, Stroke
from ui.wording.catalogue import Words, clock

LEFT_OF_PLOT = 110
CURVE_POINT_EACH_S = 5.0
FIGURES_HEIGHT = 140
"""Below the plots: minutes in the zone and effort of each interval."""
LEGEND_HEIGHT = 64
NARROW = 1000
"""A plot less wide than this has its intervals close to each other."""
HEART_SHARE = 0.68
"""Of the plots' height that is the heart's."""
ZONE = theme.mix(theme.PANEL, theme.OK, 0.30)
EXPECTED = theme.mix(theme.PANEL, theme.REST, 0.34)
HILL = theme.mix(theme.PANEL, theme.INK_SOFT, 0.34)


def session_page(side: Side, words: Words, form: Format) -> Scene:
    """The chart of one session; MINUS and PLUS go to the one before and the one after."""
    whole, place = side.known.whole, place_of(form)
    later, earlier = side.top.at > 0, side.top.at + 1 < len(side.known.pasts)
    turn = tuple(key for key, there in zip(leaf_keys(), (earlier, later), strict=True) if there)
    body = Drawn(elements=(_gone(words, place),) if whole is None else tuple(_chart(whole, words, place, form)))
    title = "" if whole is None else words.day(whole.past.started.date())
    return page(
        side,
        words,
        form,
        title=title or words.say("staff.results.title"),
        beside=words.say("staff.results.stopped") if whole is not None and whole.past.stopped else "",
        below=subtitle(side, words) if whole is None else _in_words(whole, words),
        body=body,
        row=(back_key(words), *turn, Key(column=3, text=words.say("staff.key.done"), primary=True)),
    )


def _gone(words: Words, place: Place) -> Element:
    sentence = words.say("staff.session.gone")
    return line("gone", sentence, place.left, place.top + 70, size=theme.SIZE_BODY, room=place.width)


def _in_words(whole: Whole, words: Words) -> str:
    past = whole.past
    told = [
        words.say(
            "staff.session.in_zone",
            clock="–" if past.in_zone_s is None else clock(past.in_zone_s),
            planned=clock(past.planned_s),
        ),
        words.say("staff.session.strap", percent=whole.good_percent),
    ]
    if whole.recovery_60_bpm is not None:
        told.append(words.say("staff.session.recovery", bpm=whole.recovery_60_bpm))
    if whole.start is not None:
        incline = words.short(whole.start.incline_percent)
        told.append(words.say(f"staff.session.start.{whole.start.reason}", incline=incline))
    return PART.join(told)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axes:
    """Where a second and a figure lie."""

    place: Place
    seconds: float
    low: float
    high: float

    def x(self, second: float) -> float:
        share = max(0.0, min(1.0, second / self.seconds))
        return round(self.place.left + self.place.width * share, 1)

    def y(self, figure: float) -> float:
        share = (figure - self.low) / (self.high - self.low)
        return round(self.place.bottom - self.place.height * max(0.0, min(1.0, share)), 1)


def _chart(whole: Whole, words: Words, place: Place, form: Format) -> Iterator[Element]:
    plots_bottom = place.bottom - FIGURES_HEIGHT - (0 if form is Format.LANDSCAPE else LEGEND_HEIGHT)
    split = place.top + (plots_bottom - place.top) * HEART_SHARE
    left, right = place.left + LEFT_OF_PLOT, place.right
    seconds = max(60.0, whole.seconds)
    heart = _Axes(
        place=Place(left=left, top=place.top, right=right, bottom=split - 20),
        seconds=seconds,
        low=_lowest(whole),
        high=_highest(whole),
    )
    hill = _Axes(
        place=Place(left=left, top=split + 20, right=right, bottom=plots_bottom),
        seconds=seconds,
        low=0.0,
        high=_steepest(whole),
    )
    yield from (_ground(axes) for axes in (heart, hill))
    yield from _zones(whole, heart)
    yield from _expected(whole, heart)
    yield from _scale(heart, (100, 140, 180))
    yield from _heart(whole, heart)
    yield from _slope(whole, hill)
    yield from _scale(hill, (0, 5, 10, 15))
    yield from _advice(whole, hill)
    yield from _intervals(whole, words, heart, plots_bottom)
    yield from _legend(words, place, form)


def _lowest(whole: Whole) -> float:
    return min([whole.hr_max_bpm * 0.5, *(bpm for _, bpm in whole.beats if bpm is not None)])


def _highest(whole: Whole) -> float:
    return max([whole.hr_max_bpm + 4, *(bpm for _, bpm in whole.beats if bpm is not None)])


def _steepest(whole: Whole) -> float:
    walked = [incline for _, incline in whole.inclines if incline is not None]
    return max([6.0, *walked, *(told.incline_percent for told in whole.told)]) * 1.15


def _ground(axes: _Axes) -> Box:
    place = axes.place
    return Box(
        name="plot",
        x=place.left,
        y=place.top - 10,
        width=place.width,
        height=place.height + 20,
        radius=16,
        fill=theme.PANEL,
    )


def _zones(whole: Whole, axes: _Axes) -> Iterator[Element]:
    for lap in whole.laps:
        if lap.phase is not Phase.INTERVAL:
            continue
        low, high = lap.zone.beats(whole.hr_max_bpm)
        yield from zone_mark(
            f"zone.{lap.interval}", (axes.x(lap.start_s), axes.y(high)), (axes.x(lap.end_s), axes.y(low))
        )


def zone_mark(name: str, upper_left: Point, lower_right: Point) -> tuple[Element, ...]:
    """A target: a tint between two edges, so that grey eyes tell it from the band of what was expected."""
    (left, top), (right, bottom) = upper_left, lower_right
    width = max(2.0, right - left)
    return (
        Box(name=name, x=left, y=top, width=width, height=bottom - top, fill=ZONE),
        Box(x=left, y=top - 2, width=width, height=4, fill=theme.OK),
        Box(x=left, y=bottom - 2, width=width, height=4, fill=theme.OK),
    )


def _expected(whole: Whole, axes: _Axes) -> Iterator[Element]:
    for piece in _pieces([(second, low, high) for second, low, high in whole.expected]):
        if len(piece) > 1:
            upper = [(axes.x(second), axes.y(high)) for second, _, high in piece]
            lower = [(axes.x(second), axes.y(low)) for second, low, _ in reversed(piece)]
            yield Shape(name="expected", points=tuple(upper + lower), fill=EXPECTED)


def _pieces(points: Sequence[tuple[float, float, float]]) -> Iterator[list[tuple[float, float, float]]]:
    piece: list[tuple[float, float, float]] = []
    for point in points:
        if piece and point[0] - piece[-1][0] > 3 * CURVE_POINT_EACH_S:
            yield piece
            piece = []
        piece.append(point)
    yield piece


def _scale(axes: _Axes, figures: Sequence[int]) -> Iterator[Element]:
    for figure in figures:
        if axes.low <= figure <= axes.high:
            y = axes.y(figure)
            yield Box(x=axes.place.left, y=y - 1, width=axes.place.width, height=2, fill=theme.TRACK)
            yield line(
                f"scale.{figure}",
                str(figure),
                axes.place.left - 18,
                y + theme.SIZE_LABEL * theme.CAPITAL_EM / 2,
                size=theme.SIZE_LABEL,
                colour=theme.INK_SOFT,
                align=Align.RIGHT,
                room=LEFT_OF_PLOT - 20,
            )


def _heart(whole: Whole, axes: _Axes) -> Iterator[Element]:
    """The curve, broken where the strap was silent."""
    piece: list[Point] = []
    for second, bpm in whole.beats:
        if bpm is None:
            yield from _curve(piece)
            piece = []
        else:
            piece.append((axes.x(second), axes.y(bpm)))
    yield from _curve(piece)


def _curve(points: Sequence[Point]) -> Iterator[Element]:
    if points:
        yield Stroke(name="heart", points=tuple(points), width=6, fill=theme.INK)


def _slope(whole: Whole, axes: _Axes) -> Iterator[Element]:
    points: list[Point] = []
    for second, incline in whole.inclines:
        if incline is not None:
            x, y = axes.x(second), axes.y(incline)
            if points:
                points.append((x, points[-1][1]))
            points.append((x, y))
    if len(points) > 1:
        ground = axes.place.bottom
        yield Shape(name="hill", points=((points[0][0], ground), *points, (points[-1][0], ground)), fill=HILL)


def _advice(whole: Whole, axes: _Axes) -> Iterator[Element]:
    """Each advice where it was given: a filled disc when it was followed, a ring with a cross when it was not."""
    for number, told in enumerate(whole.told):
        x, y = axes.x(told.second), axes.y(told.incline_percent)
        yield from advice_mark(f"advice.{number}", (x, y), followed=told.followed)


def advice_mark(name: str, at: Point, *, followed: bool) -> tuple[Element, ...]:
    """How an advice is drawn; the shape tells, the colour only helps."""
    x, y = at
    if followed:
        return (Disc(name=f"{name}.followed", x=x, y=y, radius=13, fill=theme.OK),)
    arm = 11
    return (
        Stroke(name=f"{name}.ignored", points=((x - arm, y - arm), (x + arm, y + arm)), width=7, fill=theme.WARN),
        Stroke(name=f"{name}.ignored", points=((x - arm, y + arm), (x + arm, y - arm)), width=7, fill=theme.WARN),
    )


def _intervals(whole: Whole, words: Words, axes: _Axes, top: float) -> Iterator[Element]:
    past = whole.past
    for lap in whole.laps:
        if lap.phase is not Phase.INTERVAL or lap.interval > len(past.intervals_in_zone_s):
            continue
        x = (axes.x(lap.start_s) + axes.x(lap.end_s)) / 2
        yield line(
            f"interval.{lap.interval}",
            clock(past.intervals_in_zone_s[lap.interval - 1]),
            x,
            top + 72,
            face=Face.STRONG,
            size=60 if axes.place.width > NARROW else 50,
            align=Align.CENTRE,
            steady=True,
            room=200,
        )
        borg = past.efforts_borg[lap.interval - 1] if lap.interval <= len(past.efforts_borg) else None
        if borg is not None:
            yield line(
                f"borg.{lap.interval}",
                str(borg),
                x,
                top + 132,
                size=theme.SIZE_LABEL,
                colour=theme.INK_SOFT,
                align=Align.CENTRE,
                room=90,
            )
    if any(borg is not None for borg in past.efforts_borg):
        x = axes.place.left - 18
        yield line(
            "borg",
            words.say("staff.session.borg"),
            x,
            top + 132,
            size=theme.SIZE_LABEL,
            colour=theme.INK_SOFT,
            align=Align.RIGHT,
            room=LEFT_OF_PLOT + 10,
        )


def _legend(words: Words, place: Place, form: Format) -> Iterator[Element]:
    """What the marks mean, each beside its mark."""
    pitch = place.width / 4 if form is Format.LANDSCAPE else place.width / 2
    for number, name in enumerate(("zone", "expected", "followed", "ignored")):
        down, across = divmod(number, 4 if form is Format.LANDSCAPE else 2)
        x, y = place.left + across * pitch, place.bottom + 46 + 62 * down - (0 if form is Format.LANDSCAPE else 62)
        middle = y - theme.SIZE_LABEL * theme.CAPITAL_EM / 2
        if name == "zone":
            yield from zone_mark(f"legend.{name}", (x, middle - 16), (x + 52, middle + 16))
        elif name == "expected":
            yield Box(name=f"legend.{name}", x=x, y=middle - 18, width=52, height=36, radius=8, fill=EXPECTED)
        else:
            yield from advice_mark(f"legend.{name}", (x + 30, middle), followed=name == "followed")
        yield line(
            f"legend.{name}.text",
            words.say(f"staff.session.{name}"),
            x + 72,
            y,
            size=theme.SIZE_LABEL,
            colour=theme.INK_SOFT,
            room=pitch - 80,
        )
