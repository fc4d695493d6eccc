"""The page of a station that cannot start: to be read by a patient, and by staff from near."""

import asyncio

import pygame
import pytest

from station.errors import DeviceSilent
from station.language import Language
from ui.pages.out_of_order import out_of_order
from ui.paint.painter import Painter
from ui.scene import Format
from ui.still import still
from ui.theme import BACKGROUND
from ui.wording.catalogue import words_in

LONG = "station.toml: [patient.prescription] interval_zone_percent: must be a list. Correct the file. " * 6


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("form", Format)
def test_every_line_fits_however_long_the_reason_is(language: Language, form: Format) -> None:
    scene = out_of_order(words_in(language), words_in(Language.ENGLISH), LONG, form)

    for line in scene.lines():
        assert Painter((scene.width, scene.height), scene).width(line) <= line.room, line.text
        assert line.baseline < scene.height - 100


def test_the_patient_is_told_what_to_do_and_staff_why() -> None:
    scene = out_of_order(words_in(Language.BOKMAL), words_in(Language.ENGLISH), "station.toml: units is missing")

    texts = [line.text for line in scene.lines()]
    assert texts == [
        "Si fra til oss",
        "Stasjonen virker ikke nå",
        "Please tell us",
        "Not in use right now",
        "station.toml: units is missing",
    ]


def test_it_stays_on_the_screen_until_it_is_no_longer_wanted() -> None:
    scene = out_of_order(words_in(Language.BOKMAL), words_in(Language.ENGLISH), "why")

    async def shown() -> set[tuple[int, ...]]:
        showing = asyncio.create_task(still(scene, (640, 360), fullscreen=False))
        while not pygame.display.get_init() or pygame.display.get_surface() is None:  # noqa: ASYNC110
            await asyncio.sleep(0)
        window = pygame.display.get_surface()
        await asyncio.sleep(0)
        assert window is not None
        colours = {tuple(window.get_at((x, y)))[:3] for x in range(0, 640, 8) for y in range(0, 360, 8)}
        showing.cancel()
        await asyncio.wait({showing})
        return colours

    colours = asyncio.run(shown())

    assert len(colours - {BACKGROUND}) > 2
    assert not pygame.display.get_init()


def test_without_a_screen_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "no such driver")

    with pytest.raises(DeviceSilent, match="no window can be opened"):
        asyncio.run(
            still(
                out_of_order(words_in(Language.ENGLISH), words_in(Language.BOKMAL), "why"), (640, 360), fullscreen=False
            )
        )
