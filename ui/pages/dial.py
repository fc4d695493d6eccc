"""The heart-rate dial: the target is always on top; bring the dot to the top."""

from collections.abc import Iterable
from dataclasses import replace

from station.moment import Moment
from ui import theme
from ui.pages.parts import line
from ui.scene import Align, Arc, Disc, Element, Face, Line, Span, on_ring
from ui.theme import Colour
from ui.wording.catalogue import DASHES

STALE_AFTER_S = 5.0
"""A heart rate older than this is never shown (a value that stands still for ever has misled people)."""
HALF_BAND_DEG = 34.0
"""Half the target zone on the dial: the same error always looks the same, in work, break and cool-down."""
DIAL_END_DEG = 132.0
TAIL_GAP_DEG = 2.5


def shown_heart_rate(moment: Moment) -> int | None:
    """The heart rate that may be shown, None when it is stale."""
    return None if moment.strap_silent_s > STALE_AFTER_S else moment.reading.heart_rate_bpm


def dial(
    heart_rate_bpm: int | None, zone_bpm: tuple[int, int], *, state: Colour, in_zone: bool, unit: str
) -> tuple[Element, ...]:
    """The dial with the number in it; `state` colours what shows the way to the target."""
    low, high = zone_bpm
    x, radius = theme.DIAL_X, theme.DIAL_RADIUS
    limit_ink = theme.OK if in_zone else theme.INK_SOFT
    limits = tuple(
        line(
            f"limit.{name}",
            str(beats),
            x + side * 261,
            357,
            face=Face.STRONG,
            size=theme.SIZE_UNIT,
            colour=limit_ink,
            align=Align.CENTRE,
            steady=True,
            room=150,
        )
        for name, beats, side in (("low", low, -1), ("high", high, 1))
    )
    return (
        _arc("dial.track", theme.DIAL_STROKE, -DIAL_END_DEG, DIAL_END_DEG, theme.KEY, round_ends=True),
        *_needle_tail(heart_rate_bpm, zone_bpm, state),
        _arc(
            "dial.target",
            theme.TARGET_STROKE,
            -HALF_BAND_DEG,
            HALF_BAND_DEG,
            theme.OK if in_zone else theme.TARGET_DIM,
        ),
        *limits,
        *_needle(heart_rate_bpm, zone_bpm, state),
        line(
            "heart_rate",
            DASHES if heart_rate_bpm is None else str(heart_rate_bpm),
            x,
            753,
            face=Face.DISPLAY,
            size=theme.SIZE_HEART_RATE,
            align=Align.CENTRE,
            colour=theme.INK_SOFT if heart_rate_bpm is None else theme.INK,
            steady=True,
            room=2 * radius - 100,
        ),
        _beats_label(unit, theme.INK_SOFT if heart_rate_bpm is None else state),
    )


def angle_deg(heart_rate_bpm: float, zone_bpm: tuple[int, int]) -> float:
    """Where on the dial this heart rate stands: 0 at the top, the zone's ends at -34 and 34 degrees."""
    low, high = zone_bpm
    middle, half = (low + high) / 2, max(1.0, (high - low) / 2)
    turned = (heart_rate_bpm - middle) / half * HALF_BAND_DEG
    return max(-DIAL_END_DEG, min(DIAL_END_DEG, turned))


def _arc(  # noqa: PLR0913  # an arc has two ends, a stroke and a colour
    name: str, stroke: float, start_deg: float, end_deg: float, fill: Colour, *, round_ends: bool = False
) -> Arc:
    return Arc(
        name=name,
        x=theme.DIAL_X,
        y=theme.DIAL_Y,
        radius=theme.DIAL_RADIUS,
        stroke=stroke,
        start_deg=start_deg,
        end_deg=end_deg,
        fill=fill,
        round_ends=round_ends,
    )


def _needle_tail(heart_rate_bpm: int | None, zone_bpm: tuple[int, int], state: Colour) -> Iterable[Element]:
    """The gap to close: one whole tail, seen from the needle on; the needle's gap hides where it is cut."""
    if heart_rate_bpm is None:
        return
    angle = angle_deg(heart_rate_bpm, zone_bpm)
    if abs(angle) > HALF_BAND_DEG + TAIL_GAP_DEG:
        _, needle_y = on_ring((theme.DIAL_X, theme.DIAL_Y), theme.DIAL_RADIUS, angle)
        start, end = HALF_BAND_DEG + TAIL_GAP_DEG, DIAL_END_DEG
        start, end = (start, end) if angle > 0 else (-end, -start)
        yield replace(_arc("dial.tail", theme.DIAL_STROKE, start, end, state), to_y=round(needle_y))


def _needle(heart_rate_bpm: int | None, zone_bpm: tuple[int, int], state: Colour) -> Iterable[Element]:
    if heart_rate_bpm is None:
        return
    angle = angle_deg(heart_rate_bpm, zone_bpm)
    x, y = on_ring((theme.DIAL_X, theme.DIAL_Y), theme.DIAL_RADIUS, angle)
    inside = abs(angle) <= HALF_BAND_DEG
    yield Disc(name="dial.gap", x=x, y=y, radius=52, fill=theme.BACKGROUND)
    yield Disc(name="dial.dot", x=x, y=y, radius=40, fill=theme.INK)
    if not inside:
        yield Disc(name="dial.core", x=x, y=y, radius=20, fill=state)


def _beats_label(unit: str, colour: Colour) -> Line:
    return Line(
        name="heart_rate.unit",
        spans=(
            Span(text="♥", face=Face.PLAIN, size=theme.SIZE_UNIT, colour=colour),
            Span(text=unit, face=Face.PLAIN, size=theme.SIZE_UNIT, colour=theme.INK_SOFT),
        ),
        gap=14,
        x=theme.DIAL_X,
        baseline=845,
        align=Align.CENTRE,
        room=400,
    )
