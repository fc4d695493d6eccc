"""Buttons, knob and lamps on pins of gpiozero's own mock."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import pytest
from gpiozero import Button
from gpiozero.pins.mock import MockFactory, MockPin
from waiting import until

from drivers.panel.gpio import GpioPanel, Pins
from station.intents import KEYS, Intent
from station.question import Asked, Question
from ui.gallery import moments

PINS = Pins(stop=17, keys=(5, 6, 13, 19), knob=(20, 21), knob_press=26, stop_lamp=23, call_lamp=24)
ALL = (17, 5, 6, 13, 19, 20, 21, 26)


class WiredPin(MockPin):
    """A pin to which something is connected: the pull-up does not change what is held low."""

    def _set_pull(self, value: str) -> None:
        self._pull = value


@pytest.fixture
def factory() -> Iterator[MockFactory]:
    factory = MockFactory(pin_class=WiredPin)
    for number in ALL:
        factory.pin(number).drive_high()
    factory.pin(17).drive_low()  # STOP is closed at rest
    yield factory
    factory.close()


@asynccontextmanager
async def panel(factory: MockFactory, **options: float) -> AsyncIterator[tuple[GpioPanel, list[Intent]]]:
    made, reported = GpioPanel(PINS, factory=factory, **options), list[Intent]()
    task = asyncio.create_task(made.run(reported.append))
    await until(lambda: task.done() or bool(made._lamps))
    try:
        yield made, reported
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def press(factory: MockFactory, number: int) -> None:
    factory.pin(number).drive_low()
    factory.pin(number).drive_high()


def test_four_keys_are_the_four_keys(factory: MockFactory) -> None:
    async def story() -> None:
        async with panel(factory) as (_, reported):
            for number in (5, 6, 13, 19):
                press(factory, number)
            await until(lambda: reported == list(KEYS))

    asyncio.run(story())


def test_stop_is_a_contact_that_opens_so_that_a_torn_cable_stops_too(factory: MockFactory) -> None:
    async def story() -> None:
        async with panel(factory, bounce_s=0) as (_, reported):
            factory.pin(17).drive_high()
            await until(lambda: reported == [Intent.STOP])

    asyncio.run(story())


def test_the_knob_turns_both_ways_and_is_pressed(factory: MockFactory) -> None:
    async def story() -> None:
        async with panel(factory, bounce_s=0) as (_, reported):
            for first, second in ((20, 21), (21, 20)):
                factory.pin(first).drive_low()
                factory.pin(second).drive_low()
                factory.pin(first).drive_high()
                factory.pin(second).drive_high()
            press(factory, 26)
            await until(lambda: len(reported) == 3)
            assert set(reported[:2]) == {Intent.PLUS, Intent.MINUS}
            assert reported[2] is Intent.OK

    asyncio.run(story())


def test_contacts_that_bounce_count_once(factory: MockFactory) -> None:
    async def story() -> None:
        async with panel(factory, bounce_s=5.0) as (_, reported):
            for _ in range(6):
                press(factory, 5)
            press(factory, 19)
            await until(lambda: Intent.OK in reported)
            assert reported == [Intent.BACK, Intent.OK]

    asyncio.run(story())


def test_a_key_that_hangs_counts_once_and_is_told(factory: MockFactory, caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        async with panel(factory, bounce_s=0, stuck_after_s=0.02) as (_, reported):
            factory.pin(13).drive_low()
            await until(lambda: "plus key hangs" in caplog.text)
            assert reported == [Intent.PLUS]
            press(factory, 19)
            await until(lambda: reported == [Intent.PLUS, Intent.OK])

    with caplog.at_level(logging.WARNING):
        asyncio.run(story())


def test_a_key_that_is_down_at_the_start_presses_nothing(
    factory: MockFactory, caplog: pytest.LogCaptureFixture
) -> None:
    factory.pin(5).drive_low()
    factory.pin(17).drive_high()

    async def story() -> None:
        async with panel(factory, bounce_s=0) as (_, reported):
            press(factory, 19)
            await until(lambda: reported == [Intent.OK])

    asyncio.run(story())

    assert "back key was down" in caplog.text
    assert "STOP is pressed or not connected" in caplog.text


def test_the_lamps_say_that_there_is_something_to_stop_and_that_staff_are_wanted(factory: MockFactory) -> None:
    async def story() -> None:
        async with panel(factory) as (made, _):
            seen = []
            calling = replace(moments()["belt-standing"], asked=Asked(question=Question.STAFF))
            for moment in (moments()["idle"], moments()["work-low"], calling, moments()["call-staff"]):
                made.show(moment)
                seen.append((factory.pin(23).state, factory.pin(24).state))
            assert seen == [(0, 0), (1, 0), (1, 1), (1, 1)]

    asyncio.run(story())


def test_showing_before_it_runs_does_nothing() -> None:
    GpioPanel(PINS).show(moments()["work-low"])


def test_pins_that_cannot_be_used_are_told_once_and_tried_again(
    factory: MockFactory, caplog: pytest.LogCaptureFixture
) -> None:
    reported: list[Intent] = []

    async def story() -> None:
        somebody_else = Button(5, pin_factory=factory)
        made = GpioPanel(PINS, factory=factory, bounce_s=0, again_s=0.01)
        task = asyncio.create_task(made.run(reported.append))
        await until(lambda: "[panel]" in caplog.text)
        await asyncio.sleep(0.05)
        assert not task.done()
        assert caplog.text.count("[panel]") == 1

        somebody_else.close()
        await until(lambda: bool(made._lamps))
        press(factory, 5)
        await until(lambda: bool(reported))
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    with caplog.at_level(logging.INFO):
        asyncio.run(story())

    assert reported == [KEYS[0]]
    assert "the pins are there" in caplog.text
