"""The commands about devices, run as an operator runs them, against the simulated treadmill's own process."""

import asyncio
import subprocess
import sys
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_bluez import no_bus
from patience import wait_until
from typer.testing import CliRunner
from waiting import running, until

from drivers.simulated.console import Console
from drivers.simulated.port import serve
from drivers.simulated.treadmill import SimulatedTreadmill
from drivers.simulated.woodway_console import WoodwayConsole
from drivers.treadmill.codec import SpeedUnit
from station.__main__ import app
from station.clock import FastClock
from station.errors import SettingsError, StationError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def link(tmp_path: Path) -> Iterator[Path]:
    """A Woodway that counts in mph, standing still, at this path."""
    path = tmp_path / "treadmill"
    command = [
        sys.executable,
        "-m",
        "station",
        "simulate",
        "treadmill",
        "--link",
        str(path),
        "--protocol",
        "woodway-us",
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as simulator:
        try:
            assert simulator.stdout is not None
            assert (
                simulator.stdout.readline()
                == f"A woodway-us treadmill that counts in mph, at {path}. Ctrl-C ends it.\n"
            )
            wait_until(path.exists)
            yield path
        finally:
            simulator.terminate()


def run(*words: str, said: str | None = None) -> str:
    result = CliRunner().invoke(app, list(words), input=said)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout


def reading(link: Path) -> tuple[str, ...]:
    return ("--port", str(link), "--protocol", "woodway-us", "--units", "mph")


def test_what_is_read_is_shown_recorded_and_held_against_the_console(link: Path, tmp_path: Path) -> None:
    shown = run("treadmill", "listen", *reading(link), "--seconds", "1")
    assert "connected" in shown
    assert "0.0 km/h    0.0 %" in shown

    file = tmp_path / "recording.txt"
    run("treadmill", "record", str(file), *reading(link), "--seconds", "1")
    written = file.read_text(encoding="utf-8")
    assert "# protocol woodway-us, mph" in written
    assert "> c1" in written
    assert "< d1" in written

    with pytest.raises(StationError, match="not proven"):
        run("treadmill", "verify", *reading(link), said="2\nfour\n4\n6\n0\n2\n")


class Watched:
    """A console that counts what it is asked."""

    def __init__(self, console: Console) -> None:
        self.belt_commands = console.belt_commands
        self.woken = console.woken
        self.asked = 0
        self._console = console

    def feed(self, data: bytes) -> bytes:
        self.asked += 1
        return self._console.feed(data)


def test_three_speeds_and_two_inclines_typed_as_the_console_shows_them_prove_the_treadmill(tmp_path: Path) -> None:
    link, clock, treadmill = tmp_path / "treadmill", FastClock(100), SimulatedTreadmill()
    console = Watched(WoodwayConsole(treadmill, unit=SpeedUnit.MPH))
    command = (sys.executable, "-m", "station", "treadmill", "verify", *reading(link))

    async def set_and_read(speed_mph: float, incline_percent: float) -> None:
        treadmill.set_speed_kmh(speed_mph * SpeedUnit.MPH.kmh)
        treadmill.set_incline_percent(incline_percent)
        shown = round(treadmill.set_speed, 1), treadmill.set_incline
        await until(lambda: (treadmill.shown_speed_kmh, treadmill.shown_incline_percent) == shown)
        # Two rounds of its three questions: when the next begins, the answers of this one have been taken in.
        begun = console.asked
        await until(lambda: console.asked >= begun + 7, within_s=30)

    async def act() -> tuple[str, int]:
        treadmill.start()
        async with running(serve(link, clock, treadmill, console)):
            await until(link.exists)
            operator = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=PIPE, stdout=PIPE)
            assert operator.stdin is not None
            assert operator.stdout is not None
            try:
                for speed_mph in (2.0, 4.0, 6.0):
                    await operator.stdout.readuntil(b"what the console shows in mph: ")
                    await set_and_read(speed_mph, 0.0)
                    operator.stdin.write(b"%.1f\n" % speed_mph)
                for incline_percent in (2.0, 6.0):
                    await operator.stdout.readuntil(b"what the console shows in percent: ")
                    await set_and_read(6.0, incline_percent)
                    operator.stdin.write(b"%.1f\n" % incline_percent)
                told, _ = await operator.communicate()
                assert operator.returncode is not None
                return told.decode(), operator.returncode
            finally:
                if operator.returncode is None:
                    operator.kill()
                    await operator.wait()

    verdict = asyncio.run(asyncio.wait_for(act(), 120))

    assert verdict == (
        "OK   speed: all 3 figures agree with the console\nOK   incline: all 2 figures agree with the console\n",
        0,
    )
    assert console.belt_commands == []


def test_the_protocols_are_listed() -> None:
    listed = run("treadmill", "protocols")

    assert "woodway-us" in listed
    assert "biodex         Biodex RTM 400 and RTM 500; unverified" in listed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("treadmill", "listen", "--port", "/dev/x", "--protocol", "csave", "--units", "mph"), 'Did you mean "csafe"?'),
        (("treadmill", "listen", "--port", "/dev/x", "--protocol", "csafe", "--units", "knots"), "units must be"),
        (("simulate", "treadmill", "--link", "treadmill", "--protocol", "coscom"), 'no stand-in speaks "coscom"'),
        (("simulate", "treadmill", "--link", "treadmill", "--units", "knots"), "there are: km/h, mph"),
        (("simulate", "treadmill", "--link", "treadmill", "--fault", "gremlins"), "there are: noise, lost"),
    ],
)
def test_an_option_that_means_nothing_is_refused_with_what_there_is(words: tuple[str, ...], said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        run(*words)

    assert said in str(caught.value)


def test_a_strap_is_bound_from_the_command_line(tmp_path: Path) -> None:
    settings = tmp_path / "station.toml"

    told = run("strap", "bind", "a0:9e:1a:12:34:56", "--config", str(settings))

    assert "A0:9E:1A:12:34:56 now belongs to this station" in told
    assert settings.read_text(encoding="utf-8") == '[strap]\naddress = "A0:9E:1A:12:34:56"\n'


def test_the_doctor_says_what_to_do_and_ends_with_a_fault() -> None:
    with no_bus():
        told = run("doctor", "devices", "--config", str(ROOT / "config" / "station.toml"))

    assert "FIX  Bluetooth service" in told
    assert "OK   protocol trackmaster at 4800 baud" in told


def test_the_doctor_reads_faulty_settings_out(tmp_path: Path) -> None:
    path = tmp_path / "station.toml"
    path.write_text("[treadmill]\n", encoding="utf-8")

    assert "FIX  settings: station.toml: [treadmill] units: is missing" in run(
        "doctor", "devices", "--config", str(path)
    )
