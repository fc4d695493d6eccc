"""Contrast, colour-blindness and size: what can be computed of how readable the screen is."""

import math
from collections.abc import Iterator
from itertools import combinations

import pytest
from ui_moments import every_scene, scenes_in

from station.language import Language
from ui import theme
from ui.gallery import SIZES, moments
from ui.legible import Viewing, farthest_m, too_small
from ui.pages.choose import page
from ui.scene import Box, Disc, Format, Line, Scene, Shape, format_of
from ui.sight import as_seen, linear, seen_by
from ui.theme import Colour


def test_every_text_has_seven_to_one_against_what_lies_behind_it() -> None:
    pairs = {(span.colour, ground) for scene in _bokmal() for line, ground in grounds(scene) for span in line.spans}

    weak = [f"{ink} on {ground}: {contrast(ink, ground):.1f}" for ink, ground in pairs if contrast(ink, ground) < 7]

    assert not weak


def _bokmal() -> Iterator[Scene]:
    """Every page lying, and the gallery's standing: colours hang on neither words nor format."""
    yield from (scene for scene in scenes_in(Language.BOKMAL) if scene.width > scene.height)
    yield from (page(moment, Format.PORTRAIT) for moment in moments().values())


def test_the_dimmed_target_stands_out_from_the_background() -> None:
    assert contrast(theme.TARGET_DIM, theme.BACKGROUND) >= 3


@pytest.mark.parametrize("sight", ["all colours", "protanopia", "deuteranopia", "tritanopia"])
def test_state_fills_are_told_apart_by_everyone(sight: str) -> None:
    fills = [linear(fill) for fill in theme.STATE_FILLS.values()]
    seen = fills if sight == "all colours" else [seen_by(fill, sight) for fill in fills]

    assert min(ciede2000(lab(one), lab(other)) for one, other in combinations(seen, 2)) >= 14


def test_the_colour_difference_is_the_published_one() -> None:
    # Sharma, Wu, Dalal 2005, pairs 1, 7 and 24 of their test data.
    assert ciede2000((50, 2.6772, -79.7751), (50, 0, -82.7485)) == pytest.approx(2.0425, abs=1e-4)
    assert ciede2000((50, 0, 0), (50, -1, 2)) == pytest.approx(2.3669, abs=1e-4)
    assert ciede2000((50, 2.5, 0), (73, 25, -18)) == pytest.approx(27.1492, abs=1e-4)


@pytest.mark.parametrize("pixels", SIZES)
def test_texts_are_large_enough_at_a_metre_and_a_half_from_24_inches(pixels: tuple[int, int]) -> None:
    viewing = Viewing(inches=24, metres=1.5, pixels=pixels)
    form = format_of(pixels)
    # 5:3 and 128:75 show the canvas a little smaller than 16:9 does on the same diagonal.
    scenes = [scene for _, scene in every_scene() if (scene.width, scene.height) == form.size]

    assert not too_small(scenes, viewing)


def test_a_screen_that_is_too_far_away_is_told() -> None:
    scenes = [page(moments()["work-low"])]

    assert "cue: 32" in too_small(scenes, Viewing(inches=15.6, metres=1.5))


def test_how_far_away_a_screen_may_stand_is_told() -> None:
    scenes = [page(moment) for moment in moments().values()]

    for inches in (15.6, 24):
        far = farthest_m(scenes, Viewing(inches=inches, metres=1.5))
        assert not too_small(scenes, Viewing(inches=inches, metres=0.99 * far))
        assert too_small(scenes, Viewing(inches=inches, metres=1.01 * far))
    assert far >= 1.5


def test_arcmin_are_those_of_the_textbook() -> None:
    # NUREG-0700: h = 6.283 * D * MA / 21600; 256 units on 24 inches at 1.5 m are 118 arcmin.
    assert Viewing(inches=24, metres=1.5).arcmin(256, (1920, 1080)) == pytest.approx(118, abs=0.5)


def test_nothing_is_red_but_the_button_that_stops_the_belt() -> None:
    for _, scene in every_scene():
        for element in scene.elements:
            colours = {span.colour for span in element.spans} if isinstance(element, Line) else {element.fill}
            assert theme.STOP not in colours or element.name == "red_button"


def test_grey_has_no_hue_and_sees_the_target() -> None:
    scene = as_seen(page(moments()["work-in-zone"]), "grey")
    fills = {element.fill for element in scene.elements if not isinstance(element, Line)}

    assert all(red == green == blue for red, green, blue in fills)
    assert len(fills) > 5


def test_no_work_state_hangs_on_colour_alone() -> None:
    low, in_zone, high = (page(moments()[name]) for name in ("work-low", "work-in-zone", "work-high"))

    assert len({scene.text("cue") for scene in (low, in_zone, high)}) == 3
    icons = [
        {element.name for element in scene.elements if element.name.startswith("icon.")}
        for scene in (low, in_zone, high)
    ]
    assert icons == [{"icon.up"}, {"icon.check"}, {"icon.down"}]


def grounds(scene: Scene) -> Iterator[tuple[Line, Colour]]:
    """Each line with the fill of the topmost box or disc behind the beginning of its letters."""
    behind: list[Box | Disc | Shape] = []
    for element in scene.elements:
        if isinstance(element, Box | Disc) or element.name == "stop":
            behind.append(element)
        elif isinstance(element, Line):
            inset = {"left": 20, "centre": 0, "right": -20}[element.align]
            fills = [
                theme.BACKGROUND,
                *(at.fill for at in behind if _covers(at, element.x + inset, element.baseline - 10)),
            ]
            yield element, fills[-1]


def _covers(ground: Box | Disc | Shape, x: float, y: float) -> bool:
    if isinstance(ground, Shape):
        xs, ys = zip(*ground.points, strict=True)
        return min(xs) <= x <= max(xs) and min(ys) <= y <= max(ys)
    if isinstance(ground, Disc):
        return math.dist((ground.x, ground.y), (x, y)) <= ground.radius
    return ground.x <= x <= ground.x + ground.width and ground.y <= y <= ground.y + ground.height


def contrast(one: Colour, other: Colour) -> float:
    """WCAG 2: relative luminances with 0.05 of flare."""
    lower, higher = sorted(0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (linear(one), linear(other)))
    return (higher + 0.05) / (lower + 0.05)


def lab(light: tuple[float, float, float]) -> tuple[float, float, float]:
    """CIE L*a*b* under D65."""
    red, green, blue = light
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883
    fx, fy, fz = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def ciede2000(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """The CIE's colour difference of 2000 (formulas of Sharma, Wu, Dalal 2005)."""
    l1, a1, b1 = one
    l2, a2, b2 = other
    mean_chroma = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    g = 0.5 * (1 - math.sqrt(mean_chroma**7 / (mean_chroma**7 + 25**7)))
    c1, c2 = math.hypot((1 + g) * a1, b1), math.hypot((1 + g) * a2, b2)
    h1, h2 = (math.degrees(math.atan2(b, (1 + g) * a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn, middle = _hues(h1, h2, flat=c1 * c2 == 0)
    dl, dc, dh = l2 - l1, c2 - c1, 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2))
    lm, cm = (l1 + l2) / 2, (c1 + c2) / 2
    weights = ((-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.20, 4, -63))
    t = 1 + sum(share * math.cos(math.radians(times * middle + shift)) for share, times, shift in weights)
    sl = 1 + 0.015 * (lm - 50) ** 2 / math.sqrt(20 + (lm - 50) ** 2)
    sc, sh = 1 + 0.045 * cm, 1 + 0.015 * cm * t
    swing = 30 * math.exp(-(((middle - 275) / 25) ** 2))
    rt = -math.sin(math.radians(2 * swing)) * 2 * math.sqrt(cm**7 / (cm**7 + 25**7))
    return math.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * (dc / sc) * (dh / sh))


def _hues(h1: float, h2: float, *, flat: bool) -> tuple[float, float]:
    """The turn from one hue to the other, and the hue between them, in degrees."""
    if flat:
        return 0.0, h1 + h2
    turn = (h2 - h1 + 180) % 360 - 180
    return turn, (h1 + turn / 2) % 360
