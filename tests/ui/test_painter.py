import io
from dataclasses import replace
from itertools import pairwise, product

import pygame
import pytest

from ui import theme
from ui.gallery import SIZES, moments
from ui.pages.choose import page
from ui.paint.cache import Cache
from ui.paint.painter import MOST_SPRITES, Painter, contact_sheet, png, render
from ui.paint.typeface import MOST_GLYPHS
from ui.scene import Align, Arc, Box, Disc, Element, Face, Line, Scene, Shape, Span, Stroke

WHITE, BLACK = (255, 255, 255), (0, 0, 0)


def of(*elements: Element, width: int = 1920, height: int = 1080) -> Scene:
    return Scene(page="test", elements=elements, width=width, height=height)


def pixel(surface: pygame.Surface, x: float, y: float) -> tuple[int, ...]:
    return tuple(surface.get_at((round(x), round(y))))[:3]


def pixels(surface: pygame.Surface) -> bytes:
    return pygame.image.tobytes(surface, "RGB")


@pytest.mark.parametrize("size", SIZES[:2])
def test_the_band_has_the_colour_of_what_is_to_be_done(size: tuple[int, int]) -> None:
    scale = size[0] / 1920

    low, high = (render(page(moments()[name]), size) for name in ("work-low", "work-high"))

    assert pixel(low, 1700 * scale, 100 * scale) == theme.LOW
    assert pixel(high, 1700 * scale, 100 * scale) == theme.HIGH


@pytest.mark.parametrize("size", SIZES[:2])
def test_the_target_lights_up_in_the_zone(size: tuple[int, int]) -> None:
    scale = size[0] / 1920
    inside, below = (render(page(moments()[name]), size) for name in ("work-in-zone", "work-low"))
    beside_the_dot = (430 * scale, (672 - 304) * scale)

    assert pixel(inside, *beside_the_dot) == theme.OK
    assert pixel(below, *beside_the_dot) == theme.TARGET_DIM


def test_the_work_states_differ_in_greyscale() -> None:
    greys = []
    for name in ("work-low", "work-in-zone", "work-high"):
        picture = render(page(moments()[name]), (1280, 720))
        # The icon's place: its outline must tell the states apart without any colour.
        icon = pygame.transform.grayscale(picture.subsurface((64, 48, 90, 90)))
        greys.append([value > 100 for value in pixels(icon)[::3]])

    for one, other in ((0, 1), (0, 2), (1, 2)):
        different = sum(a != b for a, b in zip(greys[one], greys[other], strict=True))
        assert different > 0.08 * len(greys[one])


def test_repainting_what_changed_gives_the_same_picture_as_painting_all() -> None:
    for (first, before), (second, after) in pairwise(moments().items()):
        old, new = page(before), page(after)
        surface = pygame.Surface((1280, 720), depth=32)
        painter = Painter((1280, 720), old)
        painter.paint(surface, old)
        painter.paint(surface, new, before=old)

        assert pixels(surface) == pixels(render(new, (1280, 720))), f"{first} to {second}"


def test_repainting_a_tail_that_grows_or_shrinks_gives_the_same_picture_as_painting_all() -> None:
    moment = moments()["work-low"]
    scenes = [
        page(replace(moment, reading=replace(moment.reading, heart_rate_bpm=beats)))
        for beats in (146, 140, 110, 145, 168, 180, 200, 176, 172)
    ]
    surface = pygame.Surface((1280, 720), depth=32)
    painter = Painter((1280, 720), scenes[0])
    painter.paint(surface, scenes[0])

    for old, new in pairwise(scenes):
        painter.paint(surface, new, before=old)

        assert pixels(surface) == pixels(render(new, (1280, 720)))


def test_a_second_that_passes_repaints_little() -> None:
    moment = moments()["work-low"]
    later = replace(moment, session=replace(moment.session, phase_elapsed_s=moment.session.phase_elapsed_s + 1))
    painter = Painter((1920, 1080), page(moment))
    surface = pygame.Surface((1920, 1080), depth=32)
    painter.paint(surface, page(moment))

    dirty = painter.paint(surface, page(later), before=page(moment))

    assert 0 < sum(rect.width * rect.height for rect in dirty) < 0.25 * 1920 * 1080


def test_nothing_is_painted_when_nothing_changed() -> None:
    scene = page(moments()["work-low"])
    painter = Painter((1280, 720), scene)

    assert painter.paint(pygame.Surface((1280, 720), depth=32), scene, before=scene) == []


def test_places_to_repaint_do_not_overlap() -> None:
    low, high = page(moments()["work-low"]), page(moments()["work-high"])
    painter = Painter((1280, 720), low)

    dirty = painter.paint(pygame.Surface((1280, 720), depth=32), high, before=low)

    assert not any(one.colliderect(other) for one, other in product(dirty, dirty) if one is not other)


@pytest.mark.parametrize(
    "element",
    [
        Disc(x=100, y=100, radius=40, fill=WHITE),
        Arc(x=100, y=100, radius=60, stroke=20, start_deg=-40, end_deg=200, fill=WHITE, round_ends=True),
        Stroke(points=((30, 40), (120, 160), (170, 60)), width=14, fill=WHITE),
        Shape(points=((30, 30), (170, 60), (90, 170)), fill=WHITE),
        Box(x=30, y=30, width=120, height=80, radius=24, fill=WHITE),
        Line(
            name="x",
            spans=(Span(text="Åg 8", face=Face.DISPLAY, size=60, colour=WHITE),),
            x=100,
            baseline=120,
            align=Align.CENTRE,
            room=200,
        ),
    ],
    ids=lambda element: type(element).__name__,
)
def test_an_element_stays_within_its_bounds(element: Element) -> None:
    scene = of(element, width=200, height=200)
    surface = render(scene, (200, 200))
    bounds = Painter((200, 200), scene).bounds(element)
    surface.fill(theme.BACKGROUND, bounds)

    assert pixels(surface) == pixels(render(of(width=200, height=200), (200, 200)))
    assert pixels(render(scene, (200, 200))) != pixels(surface)


def test_a_phase_too_short_to_be_drawn_is_left_out() -> None:
    scene = of(Box(name="warm-up", x=100, y=100, width=-6, height=84, radius=12, fill=theme.OK))

    assert pixels(render(scene, (1280, 720))) == pixels(render(of(), (1280, 720)))


def test_edges_are_smooth() -> None:
    surface = render(of(Disc(x=50, y=50, radius=40, fill=WHITE), width=100, height=100), (100, 100))
    shades = {pixel(surface, x, y) for x, y in product(range(100), range(100))}

    assert pixel(surface, 50, 50) == WHITE
    assert len(shades) > 8


def test_round_corners_have_the_very_colour_of_their_box() -> None:
    box = Box(x=10, y=10, width=80, height=80, radius=30, fill=theme.LOW)
    surface = render(of(box, width=100, height=100), (100, 100))

    assert pixel(surface, 10, 10) == theme.BACKGROUND
    assert {pixel(surface, 25 + step, 25 + step) for step in range(50)} == {theme.LOW}


def test_a_square_end_is_square() -> None:
    box = Box(x=10, y=10, width=80, height=80, radius=30, fill=theme.LOW, square_right=True)
    surface = render(of(box, width=100, height=100), (100, 100))

    assert pixel(surface, 89, 10) == theme.LOW
    assert pixel(surface, 10, 10) == theme.BACKGROUND


def test_steady_digits_do_not_move_when_the_number_changes() -> None:
    painter = Painter((1920, 1080), of())
    widths = {
        painter.width(
            Line(
                name="n",
                spans=(Span(text=text, face=Face.DISPLAY, size=256, colour=WHITE, steady=True),),
                x=0,
                baseline=0,
                room=900,
            )
        )
        for text in ("111", "146", "200")
    }

    assert len(widths) == 1


def test_a_screen_of_another_shape_shows_the_whole_canvas_in_its_middle() -> None:
    scene = of(Box(x=0, y=0, width=1920, height=1080, fill=WHITE))
    surface = render(scene, (960, 640))

    assert pixel(surface, 480, 49) == theme.BACKGROUND
    assert pixel(surface, 480, 51) == WHITE
    assert Painter((960, 640), scene).canvas_point((480, 320)) == (960, 540)


def test_a_png_has_the_asked_for_size() -> None:
    data = png(page(moments()["summary"]), (1280, 720))

    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert data[16:24] == (1280).to_bytes(4, "big") + (720).to_bytes(4, "big")


def test_a_cache_keeps_what_was_used_last_and_no_more() -> None:
    made: list[str] = []
    cache: Cache[str] = Cache(2)

    for key in ("a", "b", "a", "c", "a", "b"):
        cache.get(key, lambda key=key: made.append(key) or key)  # type: ignore[misc]

    assert made == ["a", "b", "c", "b"]
    assert len(cache) == 2


def test_the_caches_stay_bounded_through_a_whole_session() -> None:
    scenes = [page(moment) for moment in moments().values()]
    painter = Painter((640, 360), scenes[0])
    surface = pygame.Surface((640, 360), depth=32)

    for scene in scenes:
        painter.paint(surface, scene)

    assert len(painter._sprites) <= MOST_SPRITES
    assert len(painter._typeface._texts) <= MOST_GLYPHS


def test_a_contact_sheet_has_each_pages_name_below_it() -> None:
    scenes = {"work-in-zone": page(moments()["work-in-zone"]), "": page(moments()["idle"])}

    sheet = pygame.image.load(io.BytesIO(contact_sheet(scenes, across=1, width=240)), "sheet.png")

    below_first, below_second = (pygame.Rect(10, y, 240, 18) for y in (147, 307))
    lit = [_lit(sheet, place) for place in (below_first, below_second)]
    assert lit[0] > 50
    assert lit[1] == 0


def _lit(picture: pygame.Surface, place: pygame.Rect) -> int:
    """How many of these pixels are as bright as ink."""
    pixels = [picture.get_at((x, y)) for x in range(place.left, place.right) for y in range(place.top, place.bottom)]
    return sum(min(pixel[:3]) > 180 for pixel in pixels)
