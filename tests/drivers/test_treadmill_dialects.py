"""The dialects of the Trackmaster protocol, and a client of Woodway's by other hands against our stand-in."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from pywoodway import treadmill as pywoodway
from waiting import running, until

from drivers.simulated.console import BAUDS, CONSOLES
from drivers.simulated.port import serve
from drivers.simulated.treadmill import SimulatedTreadmill
from drivers.simulated.woodway_console import WoodwayConsole
from drivers.treadmill.codec import BeltStatusSeen, Nak, Noise, SpeedUnit, Withheld
from drivers.treadmill.trackmaster import DIALECTS, WOODWAY_US, Dialect, Trackmaster
from station.clock import FastClock
from station.ports import BeltSample


def woodway(unit: SpeedUnit = SpeedUnit.MPH) -> Trackmaster:
    return Trackmaster(unit=unit, dialect=WOODWAY_US)


@pytest.mark.parametrize(
    ("name", "baud", "questions"),
    [
        ("trackmaster", 4800, "c0 c1 c2"),
        ("ge-t2100", 9600, "c0 c1 c2"),
        ("medisoft", 4800, "c0 c1 c2"),
        ("woodway-us", 4800, "c1 c2"),
    ],
)
def test_each_dialect_has_its_line_and_its_own_list_of_questions(name: str, baud: int, questions: str) -> None:
    codec = next(Trackmaster(unit=SpeedUnit.KMH, dialect=dialect) for dialect in DIALECTS if dialect.name == name)

    assert (codec.name, codec.line.baud) == (name, baud)
    assert b"".join(sorted(codec.safe_tx)).hex(" ") == questions
    assert {request.send for request in codec.poll()} == codec.safe_tx


def test_a_woodway_belt_tells_its_direction_before_its_speed() -> None:
    assert woodway().feed(b"\xd10020", 1.0) == (BeltSample(at_s=1.0, speed_kmh=3.22),)


def test_a_woodway_belt_that_runs_backwards_is_said_to_and_is_no_speed() -> None:
    (event,) = woodway().feed(b"\xd13018", 1.0)

    assert isinstance(event, Withheld)
    assert "backwards" in event.why


def test_a_belt_that_has_stopped_after_running_backwards_stands() -> None:
    assert woodway().feed(b"\xd13000", 1.0) == (BeltSample(at_s=1.0, speed_kmh=0.0),)


def test_a_direction_that_is_none_is_line_noise() -> None:
    assert woodway().feed(b"\xd15018", 1.0) == (Noise(at_s=1.0, data=b"\xd15018"),)


def test_a_woodways_firmware_is_not_taken_for_a_set_speed_nor_its_bytes_for_answers() -> None:
    firmware = b"\xd3\xd1\x00\x02\x07"

    assert woodway().feed(firmware + b"\xd20025", 1.0) == (
        Noise(at_s=1.0, data=firmware),
        BeltSample(at_s=1.0, incline_percent=2.5),
    )


def test_a_woodways_state_is_not_guessed_at() -> None:
    events = woodway().feed(b"\xd01", 1.0)

    assert not any(isinstance(event, BeltStatusSeen) for event in events)


def test_a_master_that_fell_silent_is_told() -> None:
    assert woodway().feed(b"\xbd", 1.0) == (Nak(at_s=1.0, what="the treadmill's master fell silent"),)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_each_dialect_reads_its_own_face_of_the_simulated_treadmill(dialect: Dialect) -> None:
    treadmill = SimulatedTreadmill()
    treadmill.set_speed_kmh(6.0)
    treadmill.set_incline_percent(4.5)
    treadmill.start()
    for _ in range(300):
        treadmill.step(0.1)
    console = CONSOLES[dialect.name](treadmill, SpeedUnit.KMH)
    codec = Trackmaster(unit=SpeedUnit.KMH, dialect=dialect)

    events = [event for request in codec.poll() for event in codec.feed(console.feed(request.send), 1.0)]

    assert BeltSample(at_s=1.0, speed_kmh=6.0) in events
    assert BeltSample(at_s=1.0, incline_percent=4.5) in events
    assert codec.line.baud == BAUDS[dialect.name]
    assert console.belt_commands == []


def with_pywoodway(link: Path, ask: Callable[[pywoodway.Treadmill], None]) -> tuple[WoodwayConsole, SimulatedTreadmill]:
    """Let PyPI's pywoodway, in a thread of its own, do something with a served treadmill."""
    treadmill = SimulatedTreadmill()
    console = WoodwayConsole(treadmill, unit=SpeedUnit.MPH)

    def client() -> None:
        machine = pywoodway.Treadmill(str(link))
        try:
            ask(machine)
        finally:
            machine.close()

    async def act() -> None:
        async with running(serve(link, FastClock(20), treadmill, console, paced_at_baud=4800)):
            await until(link.exists)
            await asyncio.to_thread(client)

    asyncio.run(act())
    return console, treadmill


def test_the_pywoodway_package_sets_speed_and_incline_and_our_driver_reads_them(tmp_path: Path) -> None:
    def ask(machine: pywoodway.Treadmill) -> None:
        assert machine.start_belt(timer=False)
        assert machine.set_speed(2.0)
        assert machine.set_elevation(2.5)
        assert any((machine.get_speed(), machine.get_elevation()) == (2.0, 2.5) for _ in range(2000))
        assert machine.get_fw_rev() == 0x00010207

    console, _ = with_pywoodway(tmp_path / "woodway", ask)

    codec = woodway()
    events = codec.feed(console.feed(b"\xc1\xc2"), 1.0)
    assert events == (BeltSample(at_s=1.0, speed_kmh=3.22), BeltSample(at_s=1.0, incline_percent=2.5))
    assert [command[0] for command in console.belt_commands] == [0xAA, 0xA9, 0xA3, 0xA4]


def test_the_pywoodway_package_runs_the_belt_backwards(tmp_path: Path) -> None:
    def ask(machine: pywoodway.Treadmill) -> None:
        machine.start_belt(timer=False)
        assert machine.set_speed(-1.8)
        assert any(machine.get_speed() == -1.8 for _ in range(2000))

    console, _ = with_pywoodway(tmp_path / "woodway", ask)

    assert console.feed(b"\xc1") == b"\xd13018"


@pytest.mark.parametrize(
    ("command", "answer"),
    [(b"\xa1", b"\xbf"), (b"\xa39020", b"\xbe"), (b"\xa4abcd", b"\xbe"), (b"\xa2", b"\xb2"), (b"\xa0", b"\xb0")],
)
def test_the_woodway_face_refuses_what_the_boards_refuse(command: bytes, answer: bytes) -> None:
    assert WoodwayConsole(SimulatedTreadmill(), unit=SpeedUnit.MPH).feed(command) == answer
