"""The treadmill's serial port: read at least once a second, never told to move, found again when it was pulled out."""

import asyncio
import errno
import logging
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from waiting import running, until

from drivers.simulated.port import SimulatedPort
from drivers.simulated.trackmaster_console import TrackmasterConsole
from drivers.simulated.treadmill import SimulatedTreadmill
from drivers.treadmill.codec import Line, SpeedUnit
from drivers.treadmill.port import ForbiddenBytes, ReadOnlyPort
from drivers.treadmill.serial_treadmill import SerialTreadmill
from drivers.treadmill.trackmaster import Trackmaster
from station.clock import FastClock
from station.errors import DeviceSilent
from station.ports import BeltSample, Clock, Link, LinkState

LINE = Line(baud=4800)
QUERIES = frozenset({b"\xc0", b"\xc1", b"\xc2"})


@dataclass
class Station:
    """What the treadmill has reported so far."""

    reports: list[BeltSample | Link] = field(default_factory=list)

    @property
    def belt(self) -> list[BeltSample]:
        return [report for report in self.reports if isinstance(report, BeltSample)]

    @property
    def links(self) -> list[Link]:
        return [report for report in self.reports if isinstance(report, Link)]

    def is_told(self, state: LinkState, words: str = "") -> bool:
        return bool(self.links) and self.links[-1].state is state and words in self.links[-1].detail


@dataclass
class Room:
    """A treadmill that stands at 5.0 km/h and 3.0 %, its port, and a station that reads it."""

    port: SimulatedPort
    console: TrackmasterConsole
    treadmill: SimulatedTreadmill
    station: Station


@asynccontextmanager
async def room(
    folder: Path, clock: Clock, *, answer: Callable[[bytes], bytes] | None = None, plugged_in: bool = True
) -> AsyncIterator[Room]:
    treadmill = SimulatedTreadmill()
    treadmill.set_speed_kmh(5.0)
    treadmill.set_incline_percent(3.0)
    treadmill.start()
    for _ in range(60):
        treadmill.step(0.5)
    console = TrackmasterConsole(treadmill, unit=SpeedUnit.KMH)
    port, station = SimulatedPort(folder / "treadmill", answer or console.feed, clock), Station()
    driver = SerialTreadmill(clock, Trackmaster(unit=SpeedUnit.KMH), str(port.link))
    async with running(port.run()):
        await until(port.link.exists)
        if not plugged_in:
            port.unplug()
        async with running(driver.run(station.reports.append)):
            yield Room(port, console, treadmill, station)


def test_speed_and_incline_arrive_together_several_times_a_second(tmp_path: Path) -> None:
    clock = FastClock(20)

    async def act() -> list[BeltSample]:
        async with room(tmp_path, clock) as there:
            await until(lambda: there.station.belt)
            start_s = clock.now_s()
            for second in range(1, 11):
                await clock.sleep_until(start_s + second)
            return there.station.belt

    belt = asyncio.run(act())

    assert {(sample.speed_kmh, sample.incline_percent) for sample in belt} == {(5.0, 3.0)}
    assert len(belt) >= belt[-1].at_s - belt[0].at_s


def test_a_ramping_belt_is_followed_sixty_times_as_fast_as_it_is(tmp_path: Path) -> None:
    clock = FastClock(60)

    async def act() -> list[BeltSample]:
        async with room(tmp_path, clock) as there:
            await until(lambda: there.station.belt)
            there.treadmill.set_speed_kmh(9.0)
            there.treadmill.set_incline_percent(8.0)
            start_s = clock.now_s()
            for quarter in range(1, 81):
                await clock.sleep_until(start_s + quarter / 4)
                there.treadmill.step(0.25)
            await until(lambda: there.station.belt[-1].speed_kmh == 9.0)
            return there.station.belt

    belt = asyncio.run(act())

    speeds = [sample.speed_kmh for sample in belt if sample.speed_kmh is not None]
    assert speeds == sorted(speeds)
    assert (speeds[0], speeds[-1], belt[-1].incline_percent) == (5.0, 9.0, 8.0)
    assert len(set(speeds)) > 2  # it was seen on its way


def test_nothing_but_the_three_questions_ever_reaches_the_treadmill(tmp_path: Path) -> None:
    async def act() -> Room:
        async with room(tmp_path, FastClock(60)) as there:
            await until(lambda: len(there.station.belt) > 20)
            there.port.unplug()
            await until(lambda: there.station.is_told(LinkState.LOST))
            there.port.plug_in()
            await until(lambda: there.station.is_told(LinkState.CONNECTED))
            return there

    there = asyncio.run(act())

    assert set(there.port.received) == {0xC0, 0xC1, 0xC2}
    assert there.console.belt_commands == []


def test_a_cable_that_is_pulled_out_and_put_back_is_told_once_each_and_read_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "motbakke")

    async def act() -> list[Link]:
        async with room(tmp_path, FastClock(60)) as there:
            await until(lambda: there.station.belt)
            there.port.unplug()
            await until(lambda: there.station.is_told(LinkState.LOST))
            there.port.plug_in()
            await until(lambda: there.station.is_told(LinkState.CONNECTED))
            heard = len(there.station.belt)
            await until(lambda: len(there.station.belt) > heard + 3)
            return there.station.links

    links = asyncio.run(act())

    assert [link.state for link in links] == [LinkState.CONNECTED, LinkState.LOST, LinkState.CONNECTED]
    assert "back after" in links[-1].detail
    warnings = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(warnings) == 1


def test_a_port_that_is_not_there_at_the_start_is_waited_for(tmp_path: Path) -> None:
    async def act() -> None:
        async with room(tmp_path, FastClock(60), plugged_in=False) as there:
            await until(lambda: there.station.is_told(LinkState.SEARCHING, "plug the treadmill's cable in"))
            there.port.plug_in()
            await until(lambda: there.station.belt)
            assert there.station.is_told(LinkState.CONNECTED)

    asyncio.run(act())


def test_a_treadmill_that_is_switched_off_says_nothing_and_staff_are_told_what_to_look_at(tmp_path: Path) -> None:
    async def act() -> None:
        async with room(tmp_path, FastClock(60), answer=lambda _: b"") as there:
            await until(lambda: there.station.is_told(LinkState.SEARCHING, "switched on"))
            assert there.station.belt == []

    asyncio.run(act())


def test_a_treadmill_that_falls_silent_is_lost_and_its_last_speed_is_not_repeated(tmp_path: Path) -> None:
    clock = FastClock(60)

    async def act() -> None:
        async with room(tmp_path, clock) as there:
            await until(lambda: there.station.belt)
            there.port._answer = lambda _: b""
            last = await settled(there.station)
            await until(lambda: there.station.is_told(LinkState.LOST, "no answer"))
            assert len(there.station.belt) == last
            there.port._answer = there.console.feed
            await until(lambda: there.station.is_told(LinkState.CONNECTED, "back after"))

    async def settled(station: Station) -> int:
        start_s = clock.now_s()
        await until(lambda: clock.now_s() > start_s + 1)
        return len(station.belt)

    asyncio.run(act())


def test_bytes_that_are_no_answers_point_to_baud_rate_and_protocol(tmp_path: Path) -> None:
    async def act() -> None:
        async with room(tmp_path, FastClock(60), answer=lambda _: b"\xf8\x80\x06") as there:
            await until(lambda: there.station.is_told(LinkState.LOST, "baud_rate"))
            assert there.station.belt == []

    asyncio.run(act())


def test_one_lost_answer_does_not_blank_the_figure_that_came_a_moment_ago(tmp_path: Path) -> None:
    incline_answers = [b"\xd20030"]

    def forgetful(question: bytes) -> bytes:
        if question == b"\xc2":
            return incline_answers.pop() if incline_answers else b""
        return {b"\xc0": b"\xd03", b"\xc1": b"\xd10050"}[question]

    async def act() -> list[BeltSample]:
        async with room(tmp_path, FastClock(20), answer=forgetful) as there:
            await until(lambda: there.station.belt and there.station.belt[-1].incline_percent is None)
            return there.station.belt

    belt = asyncio.run(act())

    assert belt[0].incline_percent == 3.0
    assert {sample.speed_kmh for sample in belt} == {5.0}
    gone = next(sample for sample in belt if sample.incline_percent is None)
    assert gone.at_s - belt[0].at_s > 1


def test_a_refused_question_is_an_answer_but_no_figure(tmp_path: Path) -> None:
    answers = {b"\xc0": b"\xd03", b"\xc1": b"\xd10050", b"\xc2": b"\xbf"}

    async def act() -> list[BeltSample]:
        async with room(tmp_path, FastClock(60), answer=lambda question: answers[question]) as there:
            await until(lambda: len(there.station.belt) > 2)
            return there.station.belt

    assert {(sample.speed_kmh, sample.incline_percent) for sample in asyncio.run(act())} == {(5.0, None)}


def test_figures_keep_coming_when_every_hundredth_byte_is_wrong(tmp_path: Path) -> None:
    count = [0]

    def corrupted(answer: bytes) -> bytes:
        spoilt = bytearray(answer)
        for at in range(len(spoilt)):
            count[0] += 1
            if count[0] % 100 == 0:
                spoilt[at] ^= 0xFF
        return bytes(spoilt)

    async def act() -> list[BeltSample]:
        async with room(tmp_path, FastClock(20)) as there:
            there.port._answer = lambda question: corrupted(there.console.feed(question))
            await until(lambda: there.port.received.count(0xC1) >= 100)
            return there.station.belt

    speeds = [sample.speed_kmh for sample in asyncio.run(act())]

    # A hundred rounds, and in one of twenty the five bytes of the speed are hit.
    assert count[0] > 500
    assert set(speeds) <= {5.0, None}
    assert speeds.count(5.0) >= 85


def test_ending_the_station_ends_the_readers_thread_at_once(tmp_path: Path) -> None:
    async def act() -> float:
        async with room(tmp_path, FastClock(60), answer=lambda _: b"") as there:
            await until(lambda: there.port.received)
            before_s = time.monotonic()
        return time.monotonic() - before_s

    assert asyncio.run(act()) < 1


def test_bytes_that_are_not_on_the_list_are_refused_and_not_sent(tmp_path: Path) -> None:
    async def act() -> bytes:
        port = SimulatedPort(tmp_path / "treadmill", lambda _: b"", FastClock(60))
        async with running(port.run()):
            await until(port.link.exists)
            line = ReadOnlyPort(str(port.link), LINE, QUERIES, block_s=0.01)
            for forbidden in (b"\xa1", b"\xa30050", b"\xc0\xa1", b"\xc3", b"", b"\xc0\xc1"):
                with pytest.raises(ForbiddenBytes, match="allow-list"):
                    line.send(forbidden)
            line.send(b"\xc1")
            await until(lambda: port.received)
            line.close()
            return bytes(port.received)

    assert asyncio.run(act()) == b"\xc1"


def test_a_driver_that_asks_for_forbidden_bytes_ends_the_station(tmp_path: Path) -> None:
    class Careless(Trackmaster):
        safe_tx = frozenset({b"\xc0"})

    async def act() -> None:
        port = SimulatedPort(tmp_path / "treadmill", lambda _: b"\xd01", FastClock(60))
        async with running(port.run()):
            await until(port.link.exists)
            await SerialTreadmill(FastClock(60), Careless(unit=SpeedUnit.KMH), str(port.link)).run(lambda _: None)

    with pytest.raises(ForbiddenBytes, match="c1"):
        asyncio.run(asyncio.wait_for(act(), 5))


def test_a_port_that_goes_away_is_a_silent_device_whatever_is_asked_of_it(tmp_path: Path) -> None:
    async def act() -> None:
        port = SimulatedPort(tmp_path / "treadmill", lambda _: b"", FastClock(60))
        async with running(port.run()):
            await until(port.link.exists)
            line = ReadOnlyPort(str(port.link), LINE, QUERIES, block_s=0.01)
            port.unplug()
            with pytest.raises(DeviceSilent, match="cable"):
                line.send(b"\xc0")
            with pytest.raises(DeviceSilent, match="cable"):
                line.receive()
            os.close(line._serial.fd)
            with pytest.raises(DeviceSilent, match="cable"):
                line.close()
            line._serial.fd = None

    asyncio.run(act())


def test_a_port_held_by_another_program_is_told_so(tmp_path: Path) -> None:
    async def act() -> None:
        port = SimulatedPort(tmp_path / "treadmill", lambda _: b"", FastClock(60))
        async with running(port.run()):
            await until(port.link.exists)
            ours = ReadOnlyPort(str(port.link), LINE, QUERIES, block_s=0.01)
            with pytest.raises(DeviceSilent, match="another program"):
                ReadOnlyPort(str(port.link), LINE, QUERIES, block_s=0.01)
            ours.close()

    asyncio.run(act())


@pytest.mark.parametrize(
    ("number", "words"), [(errno.EACCES, "dialout"), (errno.EIO, "cannot be opened"), (errno.EBUSY, "another program")]
)
def test_why_a_port_cannot_be_opened_is_told_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(DeviceSilent, match=words):
        ReadOnlyPort("/dev/treadmill", LINE, QUERIES, block_s=0.01)
