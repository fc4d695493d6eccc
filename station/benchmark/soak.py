"""A day of sessions back to back, faster than real: straps and cables come and go, the clock jumps, nothing may grow.

With the demo's devices and real threads, files and pty, keys pressed on gpiozero's simulated pins, and a picture
painted each simulated second; the sync is a process of its own, as on a station, and sends while all that goes on.
The wall clock is Oslo's on the night in which summer time ends; readings are on the monotonic clock, and must not
notice. The sync's pace is real, and its clock is this machine's.
"""

import asyncio
import gc
import os
import resource
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from rich.console import Console

from drivers.panel.keyboard import INTENTS
from drivers.panel.simulated import PressedPanel
from drivers.simulated.patient import VirtualPatient
from drivers.simulated.strap import StrapFault, Trouble
from drivers.simulated.world import SimulatedWorld
from drivers.treadmill.codec import SpeedUnit
from drivers.treadmill.serial_treadmill import SerialTreadmill
from drivers.treadmill.trackmaster import Trackmaster
from station.app import Station
from station.clock import FastClock
from station.moment import Moment
from station.people import OneInStore
from station.records import records
from station.store.database import FILE_NAME
from station.visit import CHECKS, Visit
from ui.screen import PygameScreen

OSLO = ZoneInfo("Europe/Oslo")
BEGINS = datetime(2026, 10, 24, 13, 0, tzinfo=OSLO)
"""Midnight comes after eleven hours, the end of summer time after fourteen."""
JUMPS_S = (
    (2.5 * 3600, 5400.0),
    (6.2 * 3600, -7200.0),
    (17.3 * 3600, 3600.0 * 24 * 365),
    (19.1 * 3600, -3600.0 * 24 * 365),
)
"""When somebody, or the time service, sets the wall clock, and by how much; each in mid-session."""
STRAP_GONE_EVERY_S, STRAP_GONE_S = 780.0, 45.0
DRY_EVERY_S, DRY_S = 1900.0, 20.0
UNPLUGGED_EVERY_S, UNPLUGGED_S = 1020.0, 8.0
PRESSED_EVERY_S = 97.0
PRESSED_KEYS = (3, 0, 2)
"""OK, BACK, PLUS; not MINUS, which asks for an easier day."""
LOOKS = 48
SETTLED_SHARE = 0.25
"""The first quarter warms caches up; growth is counted from its end."""
GROWTH = {
    "files": 0.0,
    "threads": 0.0,
    "tasks": 0.0,
    "sync_files": 0.0,
    "resident_mb": 0.03,
    "objects": 0.03,
    "sync_mb": 0.03,
}
"""What may not grow, and the share by which it may all the same."""
STEP_S = 0.01
CODE = "soak-1"


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What the process held at one instant."""

    at_h: float
    resident_mb: float
    objects: int
    files: int
    threads: int
    tasks: int
    wal_mb: float
    sync_mb: float = 0.0
    sync_files: int = 0


class SoakFigures(msgspec.Struct, frozen=True, kw_only=True):
    """A day, and what it left behind."""

    asked_hours: float
    hours: float
    took_s: float
    looks: tuple[Look, ...]
    sessions: int
    states: dict[str, int]
    seconds_stored: int
    doubled_or_missing_seconds: int
    pictures: int
    unplugged: int
    presses: int = 0
    sent: int = 0

    def faults(self) -> list[str]:
        """What grew or was lost, as sentences; none when all is well."""
        if self.hours < self.asked_hours:
            return [f"it ended after {self.hours:.1f} of {self.asked_hours:.1f} hours"]
        settled = [look for look in self.looks if look.at_h >= SETTLED_SHARE * self.hours]
        some = max(1, len(settled) // 4)
        first, last = settled[:some], settled[-some:]
        found = []
        # The least of some looks: what is held only while a session is sent is no growth.
        for what, more in GROWTH.items():
            before, after = (min(getattr(look, what) for look in looks) for looks in (first, last))
            if after > before * (1 + more):
                found.append(f"{what}: {before:.0f} at hour {first[0].at_h:.0f}, {after:.0f} at the end")
        half = len(settled) // 2
        if half and max(look.wal_mb for look in settled[half:]) > 1.1 * max(look.wal_mb for look in settled[:half]):
            found.append("the write-ahead log grows")
        if self.doubled_or_missing_seconds:
            found.append(f"{self.doubled_or_missing_seconds} seconds are missing or there twice")
        if set(self.states) - {"closed", "open"}:
            found.append(f"sessions ended as {self.states}")
        return found

    def lines(self) -> Iterator[str]:
        """The figures for people."""
        yield (
            f"{'hour':>6}{'MB':>8}{'objects':>10}{'files':>7}{'threads':>9}{'tasks':>7}{'WAL MB':>8}"
            f"{'sync MB':>14}{'files':>7}"
        )
        for look in self.looks:
            yield (
                f"{look.at_h:6.1f}{look.resident_mb:8.1f}{look.objects:10}{look.files:7}{look.threads:9}{look.tasks:7}"
                f"{look.wal_mb:8.2f}{look.sync_mb:14.1f}{look.sync_files:7}"
            )
        yield (
            f"{self.hours:.1f} hours in {self.took_s:.0f} s: {self.sessions} sessions {self.states}, "
            f"{self.seconds_stored} seconds stored, {self.sent} sessions sent, {self.pictures} pictures, "
            f"{self.presses} keys pressed, the cable pulled {self.unplugged} times"
        )
        yield from (f"FAULT {fault}" for fault in self.faults())


class JumpingClock(FastClock):
    """A fast clock whose wall time is Oslo's, and is set now and then."""

    def wall(self) -> datetime:
        """Oslo's date and time, with the jumps that have been."""
        now_s = self.now_s()
        set_by_s = sum(by_s for at_s, by_s in JUMPS_S if at_s <= now_s)
        return (BEGINS.astimezone(ZoneInfo("UTC")) + timedelta(seconds=now_s + set_by_s)).astimezone(OSLO)


class _EverySecond(PygameScreen):
    """Paints each moment as it is shown, however fast they follow each other."""

    pictures = 0
    _window: Any = None

    def show(self, moment: Moment) -> None:
        """See `Screen`."""
        super().show(moment)
        if self._window is not None:
            self._pressed = True
            self._paint(self._window)

    def _paint(self, window: Any) -> None:
        self._window, before = window, self._painted
        super()._paint(window)
        self.pictures += self._painted is not before


def run(*, hours: float, speed: float, data: Path, sync_to: str | None = None) -> SoakFigures:
    """Train for so many simulated hours; with an address, a sync sends what is finished to the FHIR server there."""
    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    return asyncio.run(_soak(hours=hours, speed=speed, data=data, sync_to=sync_to))


async def _soak(*, hours: float, speed: float, data: Path, sync_to: str | None) -> SoakFigures:
    began_s, clock, looks, unplugged = time.monotonic(), JumpingClock(speed), list[Look](), [0]
    body = VirtualPatient.typical(1)
    screen, panel = _EverySecond((1280, 720), keys=INTENTS), PressedPanel()
    with records(data, resumes=lambda _code: False, console=Console(stderr=True)) as kept:
        async with (
            SimulatedWorld(clock, body, seed=1, strap_faults=_strap_faults(hours)) as world,
            _sync(data, sync_to) as sync,
        ):
            enough = asyncio.Event()
            station = Station(
                people=OneInStore(kept, patient=body.patient, code=CODE),
                clock=clock,
                strap=world.strap,
                treadmill=SerialTreadmill(clock, Trackmaster(unit=SpeedUnit.KMH), str(world.treadmill_path)),
                sessions=kept.writer,
                screen=screen,
                panel=panel,
                visit=Visit(begun=True, confirmed=True, checked=len(CHECKS)),
                watchers=(world.sees, _looking(looks, data, hours, enough.set, sync)),
            )
            pulling = asyncio.create_task(_pull(world, clock, unplugged))
            pressing = asyncio.create_task(panel.pressed(clock, PRESSED_KEYS, every_s=PRESSED_EVERY_S))
            ending = asyncio.create_task(_quit_after(enough, station))
            await station.run()
            for task in (pulling, pressing, ending):
                task.cancel()
        lines = kept.store.sessions()
        stored = [[second.reading.at_s for second in kept.store.seconds(line.id)] for line in lines]
    return SoakFigures(
        asked_hours=hours,
        hours=clock.now_s() / 3600,
        took_s=time.monotonic() - began_s,
        looks=tuple(looks),
        sessions=len(lines),
        states={str(state): sum(line.state == state for line in lines) for state in {line.state for line in lines}},
        seconds_stored=sum(map(len, stored)),
        doubled_or_missing_seconds=sum(_broken(at_s) for at_s in stored),
        pictures=screen.pictures,
        unplugged=unplugged[0],
        presses=panel.presses,
        sent=sum(line.upload == "acked" for line in lines),
    )


@asynccontextmanager
async def _sync(data: Path, to: str | None) -> AsyncIterator[int | None]:
    """The sync beside the station, as systemd starts it; its process, None without an address."""
    if to is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "station.toml"
        # The sessions are of a night long past: none is to be put away in mid-soak.
        sync = f'[sync]\nurl = "{to}"\nduring_sessions = true\nkeep_days = 10000\n'
        settings.write_text(f'[treadmill]\nprotocol = "none"\nunits = "km/h"\n{sync}', encoding="utf-8")
        words = ("-m", "station", "sync", "--config", str(settings), "--data", str(data))
        process = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=asyncio.subprocess.DEVNULL)
        try:
            yield process.pid
        finally:
            process.terminate()
            await process.wait()


def _broken(at_s: Sequence[float]) -> int:
    """How many steps from one stored second to the next are not a second."""
    return sum(abs(after - before - 1.0) > STEP_S for before, after in pairwise(at_s))


def _strap_faults(hours: float) -> list[StrapFault]:
    troubles = ((Trouble.SILENT, STRAP_GONE_EVERY_S, STRAP_GONE_S), (Trouble.NO_CONTACT, DRY_EVERY_S, DRY_S))
    return [
        StrapFault(trouble=trouble, from_s=number * every_s, to_s=number * every_s + lasts_s)
        for trouble, every_s, lasts_s in troubles
        for number in range(1, int(hours * 3600 / every_s) + 1)
    ]


async def _quit_after(enough: asyncio.Event, station: Station) -> None:
    await enough.wait()
    station.quit()


async def _pull(world: SimulatedWorld, clock: FastClock, count: list[int]) -> None:
    while True:
        await clock.sleep(UNPLUGGED_EVERY_S - UNPLUGGED_S)
        world.port.unplug()
        count[0] += 1
        await clock.sleep(UNPLUGGED_S)
        world.port.plug_in()


def _looking(
    looks: list[Look], data: Path, hours: float, enough: Callable[[], None], sync: int | None
) -> Callable[[Moment], None]:
    def sees(moment: Moment) -> None:
        at_s = moment.reading.at_s
        if at_s >= len(looks) * hours * 3600 / LOOKS:
            looks.append(_look(at_s, data, sync))
        if at_s >= hours * 3600:
            enough()

    return sees


def _look(at_s: float, data: Path, sync: int | None) -> Look:
    gc.collect()
    wal = data / f"{FILE_NAME}-wal"
    own, other = _held("self"), (0.0, 0) if sync is None else _held(str(sync))
    return Look(
        at_h=at_s / 3600,
        resident_mb=own[0],
        objects=len(gc.get_objects()),
        files=own[1],
        threads=threading.active_count(),
        tasks=len(asyncio.all_tasks()),
        wal_mb=wal.stat().st_size / 1e6 if wal.exists() else 0.0,
        sync_mb=other[0],
        sync_files=other[1],
    )


def _held(process: str) -> tuple[float, int]:
    """The memory resident (MB) and the files open in this process."""
    place = Path("/proc") / process
    pages = int((place / "statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6, len(list((place / "fd").iterdir()))
