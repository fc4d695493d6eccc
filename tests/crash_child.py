"""The station as `motbakke run` starts it, on SDL's dummy display, with one fault that SIGUSR1 sets off.

Prints the phase of each new picture. FAULT names who is to die: strap, treadmill, panel, screen, writer, tick, memory.
"""

import asyncio
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from drivers.panel.gpio import GpioPanel
from drivers.strap.ble import BleStrap
from drivers.treadmill import serial_treadmill
from station import __main__ as command_line
from station.board import Board
from station.store.writer import SessionWriter
from ui import screen

DUE = threading.Event()
ROOM_BYTES = 64 * 1024 * 1024
hoard: list[bytearray] = []


def die(*_: object) -> None:
    if DUE.is_set():
        message = "a fault was set off"
        raise RuntimeError(message)


def run_out_of_memory(*_: object) -> None:
    if DUE.is_set():
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + ROOM_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        while True:
            hoard.append(bytearray(1024 * 1024))


def before(owner: type, method: str, do: Callable[..., None]) -> None:
    """Let each call of this method begin with that."""
    real = getattr(owner, method)

    def both(*given: Any, **named: Any) -> Any:
        do()
        return real(*given, **named)

    setattr(owner, method, both)


def beside(owner: type) -> None:
    """Let a driver's `run` die when the fault is due."""
    real = owner.run  # type: ignore[attr-defined]

    async def run(driver: Any, report: Any) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(real(driver, report))
            while not DUE.is_set():  # noqa: ASYNC110  # set by a signal
                await asyncio.sleep(0.02)
            die()

    owner.run = run  # type: ignore[attr-defined]


def tell_each_picture() -> None:
    real = screen.PygameScreen._paint
    told: list[str] = [""]

    def paint(self: screen.PygameScreen, window: Any) -> None:
        real(self, window)
        if self._painted is not None and (phase := str(self._painted.session.phase)) != told[0]:
            told[0] = phase
            sys.stdout.write(f"{phase}\n")
            sys.stdout.flush()

    screen.PygameScreen._paint = paint  # type: ignore[method-assign]


FAULTS: dict[str, Callable[[], None]] = {
    "strap": lambda: beside(BleStrap),
    "panel": lambda: beside(GpioPanel),
    "screen": lambda: beside(screen.PygameScreen),
    "treadmill": lambda: before(serial_treadmill._Reader, "_judge_silence", die),
    "writer": lambda: before(SessionWriter, "_commit", die),
    "tick": lambda: before(Board, "reading", die),
    "memory": lambda: before(Board, "reading", run_out_of_memory),
}

if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, lambda *_: DUE.set())
    screen.BLIND_DRIVERS = frozenset()  # type: ignore[misc]
    tell_each_picture()
    if (fault := os.environ.get("FAULT")) is not None:
        FAULTS[fault]()
    command_line.main()
