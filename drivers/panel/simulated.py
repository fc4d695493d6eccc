"""The panel without pins: gpiozero's own simulated ones, and a hand that presses them."""

import asyncio
from collections.abc import Sequence

from gpiozero.pins.mock import MockFactory, MockPin

from drivers.panel.gpio import GpioPanel, Pins
from station.ports import Clock

PINS = Pins(stop_lamp=23, call_lamp=24)
PRESSED_S = 0.05


class PressedPanel(GpioPanel):
    """The real panel on simulated pins."""

    def __init__(self, factory: MockFactory | None = None) -> None:
        """Nobody's hand is on a key."""
        self._mock = factory or MockFactory(pin_class=MockPin)
        self.presses = 0
        super().__init__(PINS, factory=self._mock)

    async def pressed(self, clock: Clock, keys: Sequence[int], *, every_s: float) -> None:
        """Press these keys in turn (0 is the left one), one each so many seconds; STOP is closed."""
        self._mock.pin(PINS.stop).drive_low()
        while True:
            await clock.sleep(every_s)
            pin = self._mock.pin((PINS.keys or ())[keys[self.presses % len(keys)]])
            pin.drive_low()
            await asyncio.sleep(PRESSED_S)  # a finger's time is real, like the contact's
            pin.drive_high()
            self.presses += 1
            for simulated in self._mock.pins.values():
                simulated.clear_states()  # each remembers every change: in a day of presses nothing else would grow
