import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import pygame
import pytest
from waiting import until

from station.errors import DeviceSilent
from station.intents import Intent
from station.language import Language
from station.moment import Moment
from ui import theme
from ui.gallery import moments
from ui.screen import PygameScreen, why_no_window

KEYS = {"space": Intent.STOP, "return": Intent.OK, "l": Intent.LETTER_L, "ø": Intent.LETTER_OE}
SIZE = (1280, 720)


@asynccontextmanager
async def opened(moment: Moment) -> AsyncIterator[tuple[PygameScreen, list[Intent]]]:
    screen, reported = PygameScreen(SIZE, keys=KEYS), list[Intent]()
    screen.show(moment)
    task = asyncio.create_task(screen.run(reported.append))
    try:
        await until(lambda: task.done() or (pygame.display.get_init() and band() != (0, 0, 0)))
        yield screen, reported
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def band() -> tuple[int, ...]:
    """The colour of the window where the band is."""
    window = pygame.display.get_surface()
    return (0, 0, 0) if window is None else tuple(window.get_at((1130, 66)))[:3]


def key(code: int, modifiers: int = 0, writes: str = "") -> None:
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=code, mod=modifiers, unicode=writes))


def test_the_window_shows_the_newest_moment() -> None:
    async def story() -> None:
        async with opened(moments()["work-low"]) as (screen, _):
            assert band() == theme.LOW

            screen.show(moments()["work-high"])

            await until(lambda: band() == theme.HIGH)

    asyncio.run(story())


def test_keys_are_reported_as_what_they_mean() -> None:
    async def story() -> None:
        async with opened(moments()["work-low"]) as (_, reported):
            key(pygame.K_SPACE)
            key(pygame.K_x)
            key(pygame.K_RETURN)

            await until(lambda: len(reported) == 2)
            assert reported == [Intent.STOP, Intent.OK]

    asyncio.run(story())


@pytest.mark.parametrize("writes", ["ø", "Ø"])
def test_a_norwegian_letter_is_known_by_what_it_writes(writes: str) -> None:
    async def story() -> None:
        async with opened(moments()["work-low"]) as (_, reported):
            key(ord("ø"), writes=writes)

            await until(lambda: reported == [Intent.LETTER_OE])

    asyncio.run(story())


@pytest.mark.parametrize("how", ["the window is closed", "Ctrl-C"])
def test_closing_the_window_asks_the_station_to_end(how: str) -> None:
    async def story() -> None:
        async with opened(moments()["work-low"]) as (_, reported):
            if how == "Ctrl-C":
                key(pygame.K_c, pygame.KMOD_LCTRL)
            else:
                pygame.event.post(pygame.event.Event(pygame.QUIT))

            await until(lambda: reported == [Intent.QUIT])

    asyncio.run(story())


def test_touching_a_drawn_key_is_pressing_it() -> None:
    async def story() -> None:
        async with opened(moments()["start"]) as (_, reported):
            for position in ((640, 100), (180, 655)):
                pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=position, button=1))

            await until(lambda: reported)
            assert reported == [Intent.ONE]

    asyncio.run(story())


def test_a_touch_before_anything_is_shown_means_nothing() -> None:
    assert PygameScreen(SIZE, keys=KEYS)._touched((180, 655)) is None


def test_a_window_that_was_covered_is_painted_anew() -> None:
    async def story() -> None:
        async with opened(moments()["work-low"]):
            window = pygame.display.get_surface()
            assert window is not None
            window.fill((1, 2, 3))

            pygame.event.post(pygame.event.Event(pygame.VIDEOEXPOSE))

            await until(lambda: band() == theme.LOW)

    asyncio.run(story())


def test_another_language_is_shown_at_once() -> None:
    async def story() -> None:
        async with opened(moments()["work-low"]) as (screen, _):
            window = pygame.display.get_surface()
            assert window is not None
            before = pygame.image.tobytes(window, "RGB")

            screen.show(replace(moments()["work-low"], language=Language.ENGLISH))

            await until(lambda: pygame.image.tobytes(window, "RGB") != before)

    asyncio.run(story())


def test_the_picture_changes_three_times_a_second_at_most_and_for_two_changes_nobody_waits() -> None:
    screen = PygameScreen(SIZE, keys=KEYS)

    def changes(wishes_s: list[float]) -> list[float]:
        screen._painted_at_s.clear()
        done = []
        for at_s in wishes_s:
            if screen._may_change(at_s):
                screen._painted_at_s.append(at_s)
                done.append(at_s)
        return done

    twice_a_second = [second + part for second in range(10) for part in (0.0, 0.1)]
    assert changes(twice_a_second) == twice_a_second
    hurried = changes([frame / 15 for frame in range(150)])
    assert all(fourth - first >= 1.0 for first, fourth in zip(hurried, hurried[3:], strict=False))
    assert len(hurried) >= 25


def test_a_press_is_answered_at_once_however_lately_the_picture_changed() -> None:
    async def story() -> None:
        async with opened(moments()["work-low"]) as (screen, reported):
            screen._painted_at_s.extend([asyncio.get_running_loop().time() + 1000] * 3)
            screen.show(moments()["work-high"])
            key(pygame.K_RETURN)

            await until(lambda: reported and band() == theme.HIGH)

    asyncio.run(story())


def test_cancelling_closes_the_window() -> None:
    async def story() -> None:
        async with opened(moments()["work-low"]):
            assert pygame.display.get_init()

    asyncio.run(story())

    assert not pygame.display.get_init()


def test_the_screen_can_be_run_again_after_it_was_closed() -> None:
    async def story() -> None:
        screen = PygameScreen(SIZE, keys=KEYS)
        screen.show(moments()["work-high"])
        for _ in range(2):
            task = asyncio.create_task(screen.run(lambda _intent: None))
            await until(lambda: pygame.display.get_init() and band() == theme.HIGH)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    asyncio.run(story())


def test_sound_is_left_alone() -> None:
    async def story() -> None:
        async with opened(moments()["work-low"]):
            assert not pygame.get_init()
            assert pygame.mixer.get_init() is None

    asyncio.run(story())


def test_a_driver_that_shows_nothing_is_no_window() -> None:
    assert why_no_window() == "SDL's video driver is 'dummy', which shows nothing."


def test_a_driver_that_is_not_there_is_no_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "no-such-driver")

    assert (why_no_window() or "").startswith("no display was found")


def test_a_screen_without_a_display_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "no-such-driver")

    with pytest.raises(DeviceSilent, match="headless"):
        asyncio.run(PygameScreen(SIZE, keys=KEYS).run(lambda _intent: None))
