"""The station is killed, stopped dead, starved of memory, or one of its tasks dies, in each phase of a session.

It runs as systemd runs it (`systemd/motbakke.service`: Restart=always after half a second, a watchdog of five), with
the real drivers against a stand-in for bluetoothd and a treadmill on a pty, both of which live on while it is away.
"""

import asyncio
import os
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from fake_bluez import HAS_DBUS_DAEMON, FakeBlueZ, FakeStrap, private_bus
from waiting import running, until

from drivers.simulated.port import serve
from drivers.simulated.trackmaster_console import TrackmasterConsole
from drivers.simulated.treadmill import SimulatedTreadmill
from drivers.treadmill.codec import SpeedUnit
from station.clock import RealClock
from station.ports import SessionState
from station.store.sessions import Store
from station.training.prescription import Phase

pytestmark = pytest.mark.skipif(not HAS_DBUS_DAEMON, reason="needs the program dbus-daemon (Debian: dbus-daemon)")

CHILD = Path(__file__).parent.parent / "crash_child.py"
UNIT = (Path(__file__).parents[2] / "systemd" / "motbakke.service").read_text(encoding="utf-8")
REACHED_WITHIN_S = 60.0
LONG_S = 300
TASKS = ("strap", "treadmill", "panel", "screen", "writer", "tick", "memory")
FAULTS = ("SIGKILL", "SIGSTOP", *TASKS)
LENGTHS_S = {
    # warm-up, interval, recovery, cool-down: the phase that is meant is long, those before it are not
    Phase.READY: (LONG_S, LONG_S, LONG_S, LONG_S),
    Phase.WARM_UP: (LONG_S, LONG_S, LONG_S, LONG_S),
    Phase.INTERVAL: (2, LONG_S, LONG_S, LONG_S),
    Phase.RECOVERY: (1, 1, LONG_S, LONG_S),
    Phase.COOL_DOWN: (1, 1, 1, LONG_S),
    Phase.FINISHED: (1, 1, 1, 1),
}
BACK_IN = {
    Phase.READY: Phase.READY,
    Phase.WARM_UP: Phase.WARM_UP,
    Phase.INTERVAL: Phase.RECOVERY,
    Phase.RECOVERY: Phase.RECOVERY,
    Phase.COOL_DOWN: Phase.COOL_DOWN,
    Phase.FINISHED: Phase.READY,
}
"""Into which phase a restart leads: never into work, and after the end to the next patient."""
SETTINGS = """
[screen]
width = 800
height = 480
fullscreen = false
[sound]
on = false
[panel]
stop = 17
keys = [5, 6, 13, 19]
[strap]
name = "{strap}"
[treadmill]
protocol = "trackmaster"
port = "{port}"
units = "km/h"
[patient]
code = "K-1"
hr_max_bpm = 180
[patient.prescription]
warm_up_s = {0}
interval_s = {1}
recovery_s = {2}
cool_down_s = {3}
intervals = {intervals}
"""


def of_unit(key: str) -> float:
    """A figure of the unit file, in seconds."""
    said = next(line.partition("=")[2] for line in UNIT.splitlines() if line.startswith(f"{key}="))
    return float(said.removesuffix("ms")) / 1000 if said.endswith("ms") else float(said.removesuffix("s"))


class Manager(asyncio.DatagramProtocol):
    """As much of systemd as the unit asks for: starts, listens, kills what is silent, starts again."""

    def __init__(self, folder: Path, settings: Path, strap: FakeStrap) -> None:
        self.data = folder / "data"
        self.phases: list[str] = []
        """What was painted since the last start."""
        self.starts = 0
        self.fault: str | None = None
        self.rests_s = of_unit("RestartSec")
        self.stderr = folder / "stderr"
        self.process: asyncio.subprocess.Process | None = None
        self._settings = settings
        self._socket = folder / "notify"
        self._strap = strap
        self._fed_s: float | None = None

    def datagram_received(self, data: bytes, _addr: object) -> None:
        if b"WATCHDOG=1" in data:
            self._fed_s = time.monotonic()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        line, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=str(self._socket), family=socket.AF_UNIX)
        try:
            while True:
                await self._once()
                await asyncio.sleep(self.rests_s)
        finally:
            line.close()

    async def _once(self) -> None:
        surroundings = {
            **os.environ,
            "NOTIFY_SOCKET": str(self._socket),
            "GPIOZERO_PIN_FACTORY": "mock",
            "PYTHONPATH": str(CHILD.parent),
            "SDL_VIDEODRIVER": "dummy",
        }
        if self.fault in TASKS and not self.starts:
            surroundings["FAULT"] = self.fault
        self.starts, self.phases, self._fed_s = self.starts + 1, [], None
        with self.stderr.open("ab") as stderr:
            self.process = process = await asyncio.create_subprocess_exec(
                *(sys.executable, str(CHILD), "run", "--needs-screen"),
                *("--config", str(self._settings), "--data", str(self.data)),
                stdout=asyncio.subprocess.PIPE,
                stderr=stderr,
                env=surroundings,
            )
        try:
            async with asyncio.TaskGroup() as group:
                watching = group.create_task(self._watch(process))
                reading = group.create_task(self._read(process))
                await process.wait()
                await reading
                watching.cancel()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
            # bluetoothd lets a device go when the program that asked for it has gone.
            self._strap.drop()

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            self.phases.append(line.decode().strip())

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        while True:
            await asyncio.sleep(0.1)
            if self._fed_s is not None and time.monotonic() - self._fed_s > of_unit("WatchdogSec"):
                process.send_signal(signal.SIGABRT)
                with suppress(TimeoutError):
                    async with asyncio.timeout(of_unit("TimeoutAbortSec")):
                        await process.wait()
                if process.returncode is None:
                    process.kill()
                return

    def set_off(self, fault: str) -> None:
        assert self.process is not None
        number = getattr(signal, fault) if fault.startswith("SIG") else signal.SIGUSR1
        self.process.send_signal(number)


@dataclass(frozen=True, slots=True)
class Scene:
    """A station in a phase, and what stands around it."""

    manager: Manager
    console: TrackmasterConsole
    treadmill: SimulatedTreadmill

    def stored(self) -> list[tuple[object, ...]]:
        """Every second on the disk, of all sessions, as rows."""
        path = self.manager.data / "motbakke.sqlite3"
        if not path.exists():
            return []
        with closing(sqlite3.connect(path, timeout=10)) as database:
            rows = database.execute("SELECT session, n, at_s, heart_rate_bpm, phase FROM reading ORDER BY session, n")
            return list(rows.fetchall())

    def states(self) -> list[SessionState]:
        with Store.at(self.manager.data) as store:
            return [line.state for line in store.sessions()]


@asynccontextmanager
async def station_in(phase: Phase, folder: Path, bluez: FakeBlueZ, number: int, fault: str) -> AsyncIterator[Scene]:
    """A station that has got into this phase, its own strap beating, its own belt running."""
    folder.mkdir(exist_ok=True)  # noqa: ASYNC240  # once
    strap = bluez.strap(f"A0:00:00:00:00:{number:02X}", f"Strap {number}")
    treadmill = SimulatedTreadmill()
    console = TrackmasterConsole(treadmill, unit=SpeedUnit.KMH)
    link, settings = folder / "treadmill", folder / "station.toml"
    one = 1 if phase in {Phase.COOL_DOWN, Phase.FINISHED} else 2
    settings.write_text(SETTINGS.format(*LENGTHS_S[phase], strap=f"Strap {number}", port=link, intervals=one))
    manager = Manager(folder, settings, strap)
    manager.fault = fault
    async with running(serve(link, RealClock(), treadmill, console)), running(manager.run()):
        scene = Scene(manager, console, treadmill)
        await until(lambda: "ready" in manager.phases and strap.listened_to, REACHED_WITHIN_S)
        if phase is not Phase.READY:
            treadmill.set_speed_kmh(5.0)
            treadmill.start()
            await until(lambda: str(phase) in manager.phases, REACHED_WITHIN_S)
            await until(lambda: len(scene.stored()) >= 3, REACHED_WITHIN_S)
        yield scene


async def back_on_the_right_page(phase: Phase, fault: str, folder: Path, bluez: FakeBlueZ, number: int) -> float:
    """Set the fault off; how long it took until the right page was painted (seconds)."""
    async with station_in(phase, folder, bluez, number, fault) as scene:
        stored = scene.stored()
        began_s = time.monotonic()
        scene.manager.set_off(fault)
        wanted = str(BACK_IN[phase])
        try:
            await until(lambda: scene.manager.starts == 2 and wanted in scene.manager.phases, REACHED_WITHIN_S)
        except TimeoutError as error:
            raise AssertionError(
                f"{fault} in {phase}: not back in {wanted}, but {scene.manager.phases} after {scene.manager.starts} "
                f"starts; {scene.manager.stderr.read_text()[-1500:]}"
            ) from error
        took_s = time.monotonic() - began_s
        again = [page for page in scene.manager.phases if page in {Phase.INTERVAL, Phase.SET}]
        assert again == [], f"{fault} in {phase}: back in work"
        assert scene.stored()[: len(stored)] == stored, f"{fault} in {phase}: what was stored has changed"
        if phase not in {Phase.READY, Phase.FINISHED}:
            await until(lambda: len(scene.stored()) > len(stored), REACHED_WITHIN_S)
            assert scene.states() == [SessionState.OPEN], f"{fault} in {phase}: {scene.states()}"
        elif phase is Phase.FINISHED:
            assert scene.states() == [SessionState.CLOSED]
        assert scene.console.belt_commands == []
        return took_s


def together(cases: list[tuple[Phase, str]], folder: Path) -> dict[str, float]:
    """All these cases at the same time, each a station of its own; how long each was away."""

    async def story() -> dict[str, float]:
        async with FakeBlueZ() as bluez, asyncio.TaskGroup() as group:
            away = {
                f"{fault} in {phase}": group.create_task(
                    back_on_the_right_page(phase, fault, folder / str(number), bluez, number)
                )
                for number, (phase, fault) in enumerate(cases, start=1)
            }
        return {what: task.result() for what, task in away.items()}

    with private_bus():
        return asyncio.run(story())


def test_whatever_ends_the_station_it_is_back_and_goes_on_gently(tmp_path: Path) -> None:
    together(
        [
            (Phase.INTERVAL, "SIGKILL"),
            (Phase.RECOVERY, "SIGSTOP"),
            (Phase.INTERVAL, "writer"),
            (Phase.WARM_UP, "treadmill"),
        ],
        tmp_path,
    )


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_the_whole_matrix_is_back_on_the_right_page(fault: str, tmp_path: Path) -> None:
    """With -s it says how long each was away: within ten seconds on a calm machine."""
    for phase in BACK_IN:
        if fault == "writer" and phase in {Phase.READY, Phase.FINISHED}:
            continue  # there is nothing to write then
        (tmp_path / phase).mkdir()
        for what, took_s in together([(phase, fault)], tmp_path / phase).items():
            sys.stdout.write(f"{what}: back after {took_s:.1f} s\n")
            sys.stdout.flush()


@pytest.mark.slow
def test_after_more_than_a_minute_the_session_is_closed_as_interrupted_and_the_next_can_begin(tmp_path: Path) -> None:
    async def story() -> None:
        async with FakeBlueZ() as bluez, station_in(Phase.INTERVAL, tmp_path, bluez, 1, "SIGKILL") as scene:
            stored = scene.stored()
            scene.treadmill.stop()
            scene.manager.rests_s = 65.0
            scene.manager.set_off("SIGKILL")
            await until(lambda: scene.manager.starts == 2 and "ready" in scene.manager.phases, 120)

            assert scene.stored() == stored
            assert scene.states() == [SessionState.RECOVERED]
            assert scene.console.belt_commands == []

    with private_bus():
        asyncio.run(story())
