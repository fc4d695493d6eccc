"""The simulated treadmill's Trackmaster face, in bytes, and as another's client sees it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
import trackmaster
from hypothesis import given
from hypothesis import strategies as st
from treadmills import driver
from waiting import running, until

from drivers.simulated.port import SimulatedPort, serve, serve_trackmaster
from drivers.simulated.trackmaster_console import TrackmasterConsole
from drivers.simulated.treadmill import SimulatedTreadmill
from drivers.treadmill.codec import SpeedUnit
from drivers.treadmill.serial_treadmill import SerialTreadmill
from station.clock import FastClock
from station.ports import BeltSample, Clock, Link

T = TypeVar("T")


def console_and_treadmill(unit: SpeedUnit = SpeedUnit.KMH) -> tuple[TrackmasterConsole, SimulatedTreadmill]:
    treadmill = SimulatedTreadmill()
    return TrackmasterConsole(treadmill, unit=unit), treadmill


def walking(kmh: float, percent: float) -> tuple[TrackmasterConsole, SimulatedTreadmill]:
    console, treadmill = console_and_treadmill()
    treadmill.set_speed_kmh(kmh)
    treadmill.set_incline_percent(percent)
    treadmill.start()
    for _ in range(600):
        treadmill.step(0.1)
    return console, treadmill


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (b"\xc0", b"\xd03"),
        (b"\xc1", b"\xd10062"),
        (b"\xc2", b"\xd20025"),
        (b"\xc3", b"\xd30062"),
        (b"\xc4", b"\xd40025"),
        (b"\xc5", b"\xd50000"),
        (b"\xc8", b"\xd800"),
        (b"\xc9", b"\xd900"),
        (b"\xcd", b"\xdd0000"),
    ],
)
def test_questions_are_answered_as_the_manual_says(question: bytes, answer: bytes) -> None:
    console, _ = walking(6.2, 2.5)

    assert console.feed(question) == answer
    assert console.belt_commands == []


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (b"\xa1", b"\xb1"),
        (b"\xa2", b"\xb2"),
        (b"\xa30050", b"\xb3"),
        (b"\xa30999", b"\xbe"),
        (b"\xa3+050", b"\xbe"),
        (b"\xa40050", b"\xb4"),
        (b"\xa40043", b"\xbe"),
        (b"\xa40300", b"\xbe"),
        (b"\xa50000", b"\xb5"),
        (b"\xa8", b"\xb8"),
        (b"\xaf", b"\xbf"),
        (b"\x80", b"\xbf"),
        (b"\xff", b"\xbf"),
    ],
)
def test_commands_are_acknowledged_or_refused_as_the_manual_says(command: bytes, answer: bytes) -> None:
    console, _ = console_and_treadmill()

    assert console.feed(command) == answer


def test_a_belt_started_without_watchdog_runs_until_it_is_stopped() -> None:
    console, treadmill = console_and_treadmill()
    console.feed(b"\xa30050\xa1")
    for _ in range(200):
        treadmill.step(0.1)
    assert (console.feed(b"\xc0"), console.feed(b"\xc1")) == (b"\xd03", b"\xd10050")

    console.feed(b"\xa2")
    for _ in range(200):
        treadmill.step(0.1)
    assert (console.feed(b"\xc0"), console.feed(b"\xc1")) == (b"\xd01", b"\xd10000")


def test_a_watched_belt_stops_and_flattens_half_a_second_after_its_master_falls_silent() -> None:
    console, treadmill = console_and_treadmill()
    console.feed(b"\xa30050\xa40050\xa0")
    for _ in range(20):
        treadmill.step(0.4)
        assert console.feed(b"\xc0") == b"\xd02"

    treadmill.step(0.6)

    assert console.feed(b"\xc0") == b"\xd01"
    assert treadmill.set_incline == 0


def test_auto_stop_and_cool_down_do_what_they_are_called() -> None:
    console, treadmill = walking(6.0, 5.0)
    assert console.feed(b"\xab") == b"\xbb"
    assert (treadmill.running, treadmill.set_speed, treadmill.set_incline) == (True, 3.0, 0.0)

    assert console.feed(b"\xaa") == b"\xba"
    assert treadmill.running is False


def test_echo_trails_the_command_data_behind_each_reply() -> None:
    console, _ = console_and_treadmill()

    assert console.feed(b"\xac") == b"\xbc"
    assert console.feed(b"\xa30050") == b"\xb30050"
    assert console.feed(b"\xc3") == b"\xd30050"


def test_every_command_that_would_move_a_belt_is_kept() -> None:
    console, _ = console_and_treadmill()

    console.feed(b"\xc0\xa30050\xc1\xa1\xa50000\xa40020\xa2")

    assert console.belt_commands == [b"\xa30050", b"\xa1", b"\xa40020", b"\xa2"]


def test_a_console_in_miles_counts_in_miles() -> None:
    console, treadmill = console_and_treadmill(SpeedUnit.MPH)

    console.feed(b"\xa30030")

    assert treadmill.set_speed == pytest.approx(4.828, abs=0.001)
    assert console.feed(b"\xc3") == b"\xd30030"


@given(st.binary(max_size=40), st.integers(0, 40))
def test_any_chunking_of_the_bytes_gets_the_same_answers(data: bytes, cut: int) -> None:
    whole, _ = console_and_treadmill()
    in_two, _ = console_and_treadmill()

    assert in_two.feed(data[:cut]) + in_two.feed(data[cut:]) == whole.feed(data)


def patient_client(link: Path) -> trackmaster.Treadmill:
    """The package's own half second for an answer is a long time for a console, and a short one for a busy machine."""
    machine = trackmaster.Treadmill(str(link))
    machine.device.timeout = 10
    return machine


def with_client(link: Path, ask: Callable[[trackmaster.Treadmill], T], clock: Clock) -> T:
    """Let PyPI's trackmaster, in a thread of its own, do something with a served treadmill."""

    def client() -> T:
        machine = patient_client(link)
        try:
            return ask(machine)
        finally:
            machine.device.close()

    async def act() -> T:
        served = serve_trackmaster(link, clock, SimulatedTreadmill(), unit=SpeedUnit.MPH, paced_at_baud=4800)
        async with running(served):
            await until(link.exists)
            return await asyncio.to_thread(client)

    return asyncio.run(act())


def test_the_trackmaster_package_sets_speed_and_incline_and_reads_them_back(tmp_path: Path) -> None:
    def ask(machine: trackmaster.Treadmill) -> tuple[float, float]:
        assert machine.get_actual_speed() == 0
        assert not machine.belt_running
        machine.speed = 3.0
        machine.incline = 2.5
        assert machine.belt_running
        assert (machine.get_set_speed(), machine.get_set_incline()) == (3.0, 2.5)
        for _ in range(2000):
            reached = machine.get_actual_speed(), machine.get_actual_elevation()
            if reached == (3.0, 2.5):
                break
        return reached

    # Ten times as fast as it is: the belt needs six seconds, the hill five.
    assert with_client(tmp_path / "treadmill", ask, FastClock(10)) == (3.0, 2.5)


def test_our_driver_reads_what_the_trackmaster_package_has_set(tmp_path: Path) -> None:
    link, clock = tmp_path / "treadmill", FastClock(20)
    reports: list[BeltSample | Link] = []

    def belt() -> list[tuple[float | None, float | None]]:
        return [(report.speed_kmh, report.incline_percent) for report in reports if isinstance(report, BeltSample)]

    def set_by_another() -> None:
        machine = patient_client(link)
        try:
            machine.speed, machine.incline = 3.0, 2.5
        finally:
            machine.device.close()

    async def act() -> TrackmasterConsole:
        treadmill = SimulatedTreadmill()
        console = TrackmasterConsole(treadmill, unit=SpeedUnit.MPH)
        async with running(serve(link, clock, treadmill, console, paced_at_baud=4800)):
            await until(link.exists)
            await asyncio.to_thread(set_by_another)
            moved = len(console.belt_commands)
            ours = SerialTreadmill(clock, driver("trackmaster", unit=SpeedUnit.MPH), str(link))
            async with running(ours.run(reports.append)):
                # 3.0 mph; the belt needs six seconds, the hill five.
                await until(lambda: (4.83, 2.5) in belt())
            assert len(console.belt_commands) == moved
            return console

    console = asyncio.run(act())

    assert {b"\xa30030", b"\xa40025"} <= set(console.belt_commands)
    assert belt()[-1] == (4.83, 2.5)


def test_the_trackmaster_package_stops_the_belt(tmp_path: Path) -> None:
    def ask(machine: trackmaster.Treadmill) -> bool:
        machine.speed = 2.0
        machine.auto_stop()
        return bool(machine.belt_running)

    assert with_client(tmp_path / "treadmill", ask, FastClock(10)) is False


def test_the_link_is_gone_when_the_treadmill_is_served_no_more(tmp_path: Path) -> None:
    link = tmp_path / "treadmill"

    with_client(link, lambda machine: machine.get_actual_speed(), FastClock(10))

    assert not link.is_symlink()


def test_a_link_that_a_killed_simulator_left_behind_is_replaced(tmp_path: Path) -> None:
    link = tmp_path / "treadmill"
    link.symlink_to("/dev/pts/not-there")

    assert with_client(link, lambda machine: machine.get_actual_elevation(), FastClock(10)) == 0


def test_bytes_nobody_reads_go_nowhere(tmp_path: Path) -> None:
    async def act() -> None:
        port = SimulatedPort(tmp_path / "treadmill", lambda _: b"", FastClock(10))
        port.send(b"T")
        port.plug_in()
        port.plug_in()
        for _ in range(100):
            port.send(b"T" * 1000)
        port.unplug()
        port.unplug()

    asyncio.run(act())
