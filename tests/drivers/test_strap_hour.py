"""An hour of real time with a strap that drops each 150 s, as Polar straps on Debian do, with the station's own waits.

Opt-in, for it takes as long as it says: `MOTBAKKE_STRAP_MINUTES=60 ./run pytest tests/drivers/test_strap_hour.py`.
"""

import asyncio
import os

import pytest
from fake_bluez import HAS_DBUS_DAEMON, FakeBlueZ, private_bus
from waiting import running, until

from drivers.radio import Radio
from drivers.strap.ble import BleStrap
from station.board import Board
from station.clock import RealClock
from station.ports import Link, LinkState

MINUTES = float(os.environ.get("MOTBAKKE_STRAP_MINUTES", "0"))
DROPS_EACH_S = 150.0
AWAY_S = 40.0
"""How long the strap is out of reach after each second drop; BlueZ has forgotten it by then."""
BACK_WITHIN_S, STALE_AFTER_S = 10.0, 5.0

pytestmark = [
    pytest.mark.skipif(not HAS_DBUS_DAEMON, reason="needs the program dbus-daemon (Debian package dbus-daemon)"),
    pytest.mark.skipif(not MINUTES, reason="takes real time: set MOTBAKKE_STRAP_MINUTES=60"),
]


class Watch:
    """What the station would show each second, held against how the strap really was."""

    def __init__(self, clock: RealClock, board: Board) -> None:
        self._clock, self._board = clock, board
        self.stale: list[str] = []
        self.silent_since_s: float | None = None
        self.beats_since_s: float | None = None
        self.back_s: list[float] = []
        self.seconds = 0

    async def run(self) -> None:
        at_s = self._clock.now_s()
        while True:
            at_s += 1.0
            await self._clock.sleep_until(at_s)
            self._second(at_s)

    def _second(self, at_s: float) -> None:
        self.seconds += 1
        shown = self._board.reading(at_s).heart_rate_bpm
        if shown is not None and self.silent_since_s is not None and at_s - self.silent_since_s > STALE_AFTER_S + 1:
            self.stale.append(f"{shown} bpm {at_s - self.silent_since_s:.0f} s after the drop")
        if shown is not None and self.beats_since_s is not None:
            self.back_s.append(at_s - self.beats_since_s)
            self.beats_since_s = None


def test_after_each_drop_the_strap_is_back_within_ten_seconds_and_no_stale_pulse_is_shown() -> None:
    clock, board = RealClock(), Board()
    watch = Watch(clock, board)
    tasks: list[int] = []
    links: list[LinkState] = []

    def heard(report: object) -> None:
        board.heard(report)  # type: ignore[arg-type]
        if isinstance(report, Link):
            links.append(report.state)

    async def hour() -> None:
        async with FakeBlueZ() as bluez:
            strap = bluez.strap()
            async with running(BleStrap(clock, Radio()).run(heard)), running(watch.run()):
                ends_s = clock.now_s() + 60 * MINUTES
                drop = 0
                while clock.now_s() < ends_s:
                    strap.says = bytes([0, 100 + drop % 60])
                    next_s = clock.now_s() + DROPS_EACH_S
                    await until(lambda: clock.now_s() >= next_s, within_s=2 * DROPS_EACH_S)  # noqa: B023
                    tasks.append(len(asyncio.all_tasks()))
                    drop += 1
                    watch.silent_since_s = clock.now_s()
                    strap.drop()
                    if drop % 2 == 0:
                        strap.leave()
                        strap.be_forgotten()
                        back_s = clock.now_s() + AWAY_S
                        await until(lambda: clock.now_s() >= back_s, within_s=2 * AWAY_S)  # noqa: B023
                        strap.near = True
                    watch.silent_since_s, watch.beats_since_s = None, clock.now_s()
                    await until(lambda: watch.beats_since_s is None, within_s=60)

    with private_bus():
        asyncio.run(hour())

    print(f"{len(tasks)} drops, back after {max(watch.back_s):.1f} s at most, tasks {min(tasks)}-{max(tasks)}")  # noqa: T201
    assert not watch.stale
    assert max(watch.back_s) <= BACK_WITHIN_S
    assert max(tasks) <= min(tasks) + 1
    assert links.count(LinkState.CONNECTED) == len(tasks) + 1
