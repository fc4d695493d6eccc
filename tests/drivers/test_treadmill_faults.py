"""Each treadmill driver on a real port whose line misbehaves: what the station is told, and that no belt is moved."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from treadmills import DRIVERS, SPEED_KMH, console, driver, face_of, running_treadmill
from waiting import running, until

from drivers.simulated.console import Console
from drivers.simulated.faults import Fault
from drivers.simulated.port import SimulatedPort, serve
from drivers.simulated.treadmill import SimulatedTreadmill
from drivers.treadmill.serial_treadmill import SerialTreadmill
from station.clock import FastClock
from station.ports import BeltSample, Link, LinkState


@dataclass
class Told:
    """What the treadmill has reported so far."""

    reports: list[BeltSample | Link] = field(default_factory=list)

    @property
    def belt(self) -> list[BeltSample]:
        return [report for report in self.reports if isinstance(report, BeltSample)]

    @property
    def links(self) -> list[Link]:
        return [report for report in self.reports if isinstance(report, Link)]

    def said(self, state: LinkState, words: str = "") -> bool:
        return any(link.state is state and words in link.detail for link in self.links)


@asynccontextmanager
async def read(  # noqa: PLR0913  # a driver, a treadmill, a line
    name: str,
    folder: Path,
    faults: Collection[Fault],
    clock: FastClock,
    *,
    baud: int | None = None,
    treadmill: SimulatedTreadmill | None = None,
) -> AsyncIterator[tuple[Told, Console]]:
    """A running treadmill with these faults, read by this driver."""
    link, told = folder / "treadmill", Told()
    treadmill = treadmill or running_treadmill()
    there = console(face_of(name), treadmill)
    async with running(serve(link, clock, treadmill, there, faults=faults, paced_at_baud=baud)):
        await until(link.exists)
        async with running(SerialTreadmill(clock, driver(name), str(link)).run(told.reports.append)):
            yield told, there


@pytest.mark.parametrize("name", DRIVERS)
def test_a_figure_a_second_comes_through_one_wrong_and_one_lost_byte_in_a_hundred(name: str, tmp_path: Path) -> None:
    clock = FastClock(10)

    async def act() -> tuple[list[BeltSample], Console]:
        async with read(name, tmp_path, {Fault.NOISE, Fault.LOST}, clock) as (told, there):
            await until(lambda: told.belt)
            await until(lambda: told.belt[-1].at_s - told.belt[0].at_s > 12, within_s=20)
            return told.belt, there

    belt, there = asyncio.run(act())

    right = [sample.at_s for sample in belt if sample.speed_kmh == SPEED_KMH]
    assert len(right) >= belt[-1].at_s - belt[0].at_s
    assert set(there.belt_commands) <= ({b"\x82", b"\x85"} if name == "csafe-session" else set())


@pytest.mark.parametrize("name", ["trackmaster", "woodway-us", "csafe"])
def test_figures_come_at_least_once_a_second_over_a_line_as_slow_as_the_real_one(name: str, tmp_path: Path) -> None:
    clock = FastClock(4)

    async def act() -> list[BeltSample]:
        async with read(name, tmp_path, set(), clock, baud=driver(name).line.baud) as (told, _):
            await until(lambda: len(told.belt) > 12)
            return told.belt

    belt = asyncio.run(act())

    assert {(sample.speed_kmh, sample.incline_percent) for sample in belt} == {(SPEED_KMH, 4.0)}
    assert belt[-1].at_s - belt[0].at_s < len(belt)


@pytest.mark.parametrize("fault", [Fault.UNSTUFFED, Fault.MISSTUFFED])
def test_a_belt_that_sits_on_a_checksum_its_console_stuffs_wrongly_is_read_once_a_second(
    fault: Fault, tmp_path: Path
) -> None:
    # At 12.9 km/h and 0 % every second answer has a checksum that must be stuffed.
    treadmill = running_treadmill(12.9, 0.0)

    async def act() -> list[BeltSample]:
        async with read("csafe", tmp_path, {fault}, FastClock(10), treadmill=treadmill) as (told, _):
            await until(lambda: told.belt and told.belt[-1].at_s - told.belt[0].at_s > 6)
            return told.belt

    belt = asyncio.run(act())

    assert {(sample.speed_kmh, sample.incline_percent) for sample in belt} == {(12.9, 0.0)}
    assert len(belt) >= belt[-1].at_s - belt[0].at_s


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault.MANUAL, "manual mode and keeps its speed to itself"),
        (Fault.OFFLINE, "offline and keeps its speed to itself"),
    ],
)
def test_a_csafe_console_that_tells_no_speed_is_said_to_and_why(fault: Fault, words: str, tmp_path: Path) -> None:
    async def act() -> list[BeltSample]:
        async with read("csafe", tmp_path, {fault}, FastClock(20)) as (told, _):
            await until(lambda: any(words in link.detail for link in told.links))
            return told.belt

    assert asyncio.run(act()) == []


def test_a_line_at_the_wrong_baud_rate_points_to_the_settings(tmp_path: Path) -> None:
    async def act() -> list[BeltSample]:
        async with read("trackmaster", tmp_path, {Fault.WRONG_BAUD}, FastClock(20)) as (told, _):
            await until(lambda: any("baud_rate" in link.detail for link in told.links))
            return told.belt

    assert asyncio.run(act()) == []


def test_a_console_that_rejects_each_question_is_said_to(tmp_path: Path) -> None:
    async def act() -> None:
        async with read("csafe", tmp_path, {Fault.REJECT}, FastClock(20)) as (told, _):
            await until(lambda: any("refuses to tell" in link.detail for link in told.links))

    asyncio.run(act())


def test_session_mode_opens_a_session_at_a_console_that_is_ready(tmp_path: Path) -> None:
    async def act() -> Console:
        async with read("csafe-session", tmp_path, {Fault.POWER_UP}, FastClock(40)) as (told, there):
            await until(lambda: {b"\x82", b"\x85"} <= set(there.belt_commands))
            heard = len(told.belt)
            await until(lambda: len(told.belt) > heard)
            return there

    assert set(asyncio.run(act()).belt_commands) == {b"\x82", b"\x85"}


@pytest.mark.parametrize("name", ["trackmaster", "csafe", "biodex"])
@pytest.mark.parametrize("fault", [Fault.UNPLUG, Fault.ESTOP])
def test_a_cable_pulled_out_and_an_emergency_stop_are_lost_once_and_found_once(
    name: str, fault: Fault, tmp_path: Path
) -> None:
    async def act() -> list[Link]:
        async with read(name, tmp_path, {fault}, FastClock(20)) as (told, _):
            await until(lambda: told.said(LinkState.LOST))
            await until(lambda: told.said(LinkState.CONNECTED, "back after"))
            return told.links

    # While it is lost the reason may change (silent first, then states that tell nothing); the state may not.
    states = [state for state, _ in itertools.groupby(link.state for link in asyncio.run(act()))]
    if states[0] is LinkState.SEARCHING:  # on a busy machine the first answer takes its time
        del states[0]

    assert states[:3] == [LinkState.CONNECTED, LinkState.LOST, LinkState.CONNECTED]


@pytest.mark.parametrize("name", ["trackmaster", "woodway-us", "csafe"])
def test_a_second_master_on_the_line_does_not_put_wrong_figures_in(name: str, tmp_path: Path) -> None:
    async def act() -> tuple[list[BeltSample], Console]:
        async with read(name, tmp_path, {Fault.SECOND_MASTER}, FastClock(20)) as (told, there):
            await until(lambda: told.belt and told.belt[-1].at_s - told.belt[0].at_s > 20)
            return told.belt, there

    belt, there = asyncio.run(act())

    assert {sample.speed_kmh for sample in belt} <= {SPEED_KMH, None}
    assert there.belt_commands == []


def test_who_listens_on_a_tap_reads_what_the_treadmills_own_master_asks_and_sends_nothing(tmp_path: Path) -> None:
    clock, told = FastClock(20), Told()

    async def act(name: str) -> bytes:
        there = console(name)
        tap = SimulatedPort(tmp_path / name, lambda _: b"", clock)
        codec = driver(name)
        async with (
            running(tap.run()),
            running(SerialTreadmill(clock, codec, str(tap.link), listens_only=True).run(told.reports.append)),
        ):
            await until(tap.link.exists)
            for request in itertools.cycle(codec.poll()):
                tap.send(request.send + there.feed(request.send))
                await asyncio.sleep(0.002)
                if told.belt and told.belt[-1].speed_kmh == SPEED_KMH and told.belt[-1].incline_percent == 4.0:
                    return bytes(tap.received)
        return b""

    for name in ("trackmaster", "csafe"):
        told.reports.clear()
        assert asyncio.run(asyncio.wait_for(act(name), 10)) == b""


def test_a_tap_on_which_nothing_is_said_points_to_the_master_and_the_tap(tmp_path: Path) -> None:
    clock, told = FastClock(40), Told()

    async def act() -> None:
        tap = SimulatedPort(tmp_path / "tap", lambda _: b"", clock)
        codec = driver("trackmaster")
        async with (
            running(tap.run()),
            running(SerialTreadmill(clock, codec, str(tap.link), listens_only=True).run(told.reports.append)),
        ):
            await until(lambda: told.links and "own master" in told.links[-1].detail)

    asyncio.run(act())
