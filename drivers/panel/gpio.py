"""Buttons, a knob and lamps on the Raspberry Pi's pins: the only user of gpiozero.

Responsible for turning presses into intents in the station's loop, and for not being fooled: contacts that bounce
count once, a key that hangs counts once and is told to staff.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from gpiozero import LED, Button, RotaryEncoder

from station.intents import KEYS, Intent
from station.moment import Moment

log = logging.getLogger(__name__)

BOUNCE_S = 0.03
"""Mechanical contacts settle within 5-20 ms; a finger cannot press twice in 30 ms."""
STUCK_AFTER_S = 10.0
"""A key held for so long is stuck, or somebody leans on it."""
AGAIN_S = 5.0
"""Pins that cannot be used are tried again after this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pins:
    """Where what is connected, by Broadcom number; None: not connected."""

    stop: int | None = 17
    """A normally closed contact: a cable that comes off is a press, as safety wants it."""
    keys: tuple[int, int, int, int] | None = (5, 6, 13, 19)
    """From left to right under the screen."""
    knob: tuple[int, int] | None = None
    knob_press: int | None = None
    stop_lamp: int | None = None
    call_lamp: int | None = None


class GpioPanel:
    """Four keys, STOP, a knob and two lamps: implements `station.ports.Panel`."""

    def __init__(
        self,
        pins: Pins,
        *,
        factory: Any = None,
        bounce_s: float = BOUNCE_S,
        stuck_after_s: float = STUCK_AFTER_S,
        again_s: float = AGAIN_S,
    ) -> None:
        self._pins = pins
        self._factory = factory
        self._bounce_s = bounce_s
        self._stuck_after_s = stuck_after_s
        self._again_s = again_s
        self._lamps: dict[str, Any] = {}

    def show(self, moment: Moment) -> None:
        """STOP's lamp is lit while there is something to stop, the other while staff are asked to come."""
        wanted = {
            "stop": moment.session.training,
            "call": moment.cue == "call_staff" or moment.asked.question == "staff",
        }
        for name, lamp in self._lamps.items():
            lamp.value = wanted[name]

    async def run(self, report: Callable[[Intent], None]) -> None:
        """Report each press until cancelled; the pins are let go of then.

        Pins that cannot be used are tried again: keyboard, touch and the training go on without them.
        """
        told = False
        while True:
            with ExitStack() as held:
                trouble = self._connected(held, report)
                if trouble is None:
                    if told:
                        log.info("panel: the pins are there")
                    try:
                        await asyncio.Event().wait()
                    finally:
                        self._lamps = {}
            if not told:
                log.error("panel: the pins cannot be used (%s); check [panel] of the settings", trouble)
                told = True
            await asyncio.sleep(self._again_s)

    def _connected(self, held: ExitStack, report: Callable[[Intent], None]) -> str | None:
        """What stands in the way, in the library's words; None: nothing."""
        loop = asyncio.get_running_loop()
        settled = _Settled(report, loop.time, self._bounce_s)
        try:
            self._connect(held, lambda intent: loop.call_soon_threadsafe(settled, intent))
        except Exception as error:  # noqa: BLE001  # lgpio's own errors, which cannot be named where it is not installed
            return str(error) or type(error).__name__
        return None

    def _connect(self, held: ExitStack, send: Callable[[Intent], object]) -> None:
        pins = self._pins
        wired: list[tuple[int, Intent, bool]] = []
        if pins.stop is not None:
            wired.append((pins.stop, Intent.STOP, True))
        wired += [(pin, intent, False) for pin, intent in zip(pins.keys or (), KEYS, strict=False)]
        if pins.knob_press is not None:
            wired.append((pins.knob_press, Intent.OK, False))
        for pin, intent, opens in wired:
            self._wire(held.enter_context(self._button(pin)), intent, send, opens=opens)
        if pins.knob is not None:
            knob = held.enter_context(RotaryEncoder(*pins.knob, max_steps=0, pin_factory=self._factory))
            knob.when_rotated_clockwise = lambda: send(Intent.PLUS)
            knob.when_rotated_counter_clockwise = lambda: send(Intent.MINUS)
        lamps: Mapping[str, int | None] = {"stop": pins.stop_lamp, "call": pins.call_lamp}
        self._lamps = {
            name: held.enter_context(LED(pin, pin_factory=self._factory))
            for name, pin in lamps.items()
            if pin is not None
        }

    def _button(self, pin: int) -> Any:
        return Button(pin, pull_up=True, hold_time=self._stuck_after_s, pin_factory=self._factory)

    @staticmethod
    def _wire(button: Any, intent: Intent, send: Callable[[Intent], object], *, opens: bool) -> None:
        if opens:
            # Closed at rest: released means pressed, or that the cable came off.
            button.when_released = lambda: send(intent)
            if not button.is_pressed:
                log.warning("panel: STOP is pressed or not connected; the station goes on with the keys and the screen")
            return
        button.when_pressed = lambda: send(intent)
        button.when_held = lambda: log.warning("panel: the %s key hangs; it counts as one press", intent)
        if button.is_pressed:
            log.warning("panel: the %s key was down at the start; it counts from its next press", intent)


class _Settled:
    """Reports a press, and not what the contact does while it settles. In the loop's own thread."""

    def __init__(self, report: Callable[[Intent], None], now_s: Callable[[], float], bounce_s: float) -> None:
        self._report = report
        self._now_s = now_s
        self._bounce_s = bounce_s
        self._last: tuple[Intent, float] | None = None

    def __call__(self, intent: Intent) -> None:
        now_s = self._now_s()
        bounces = self._last is not None and self._last[0] is intent and now_s - self._last[1] < self._bounce_s
        self._last = (intent, now_s)
        # A knob's clicks are not bounces: gpiozero has decoded both its contacts by then.
        if not bounces or intent in {Intent.PLUS, Intent.MINUS}:
            self._report(intent)
