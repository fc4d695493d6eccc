"""The commands about devices, run as an operator runs them, against the simulated treadmill's own process."""

import asyncio
import os
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
from station.proving import NOT_TIMED, TIME

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


def reading(link: Path, units: str = "mph") -> tuple[str, ...]:
    return ("--port", str(link), "--protocol", "woodway-us", "--units", units)


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
        run("treadmill", "verify", *reading(link), said="2\nfour\n4\n6\n0\n2\n\n")
    with pytest.raises(StationError, match="not answered to the end"):
        run("treadmill", "verify", *reading(link), said="2\n")
    with pytest.raises(SettingsError, match="Name a new file"):
        run("treadmill", "record", str(file), *reading(link))


@pytest.mark.parametrize("command", [("treadmill", "listen"), ("treadmill", "protocols")])
def test_a_command_ends_quietly_when_its_reader_goes(command: tuple[str, str], link: Path) -> None:
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    words = (*command, *((*reading(link), "--seconds", "60") if "listen" in command else ()))
    with subprocess.Popen(
        [sys.executable, "-m", "station", *words], cwd=ROOT, env=buffered, stdout=PIPE, stderr=PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            if "listen" in command:
                assert any("km/h" in line for line in process.stdout)
            process.stdout.close()
            assert process.wait(120) == 1
            assert process.stderr.read() == ""
        finally:
            process.kill()


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


class Operator:
    """Sets a treadmill that counts in mph, looks at it, and answers `treadmill verify` in a process of its own."""

    def __init__(self, link: Path, *, believes: SpeedUnit) -> None:
        self._treadmill = SimulatedTreadmill()
        self.console = Watched(WoodwayConsole(self._treadmill, unit=SpeedUnit.MPH))
        self._link = link
        self._believes = believes

    async def verifies(self, *belt: str) -> tuple[str, int]:
        """What the command says at the end, and its exit status, when these answers tell of the belt."""
        command = (sys.executable, "-m", "station", "treadmill", "verify", *reading(self._link, str(self._believes)))
        self._treadmill.start()
        async with running(serve(self._link, FastClock(100), self._treadmill, self.console)):
            await until(self._link.exists)
            verify = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=PIPE, stdout=PIPE)
            assert verify.stdin is not None
            assert verify.stdout is not None
            try:
                for shown in (2.0, 4.0, 6.0):
                    await verify.stdout.readuntil(f"what the console shows in {self._believes}: ".encode())
                    await self._set_and_read(shown, 0.0)
                    verify.stdin.write(b"%.1f\n" % shown)
                for incline_percent in (2.0, 6.0):
                    await verify.stdout.readuntil(b"what the console shows in percent: ")
                    await self._set_and_read(6.0, incline_percent)
                    verify.stdin.write(b"%.1f\n" % incline_percent)
                await verify.stdout.readuntil(b"(Enter leaves this out): ")
                # The last figures are fresh while they come in: the belt runs on at 6 mph.
                verify.stdin.write("".join(f"{answer}\n" for answer in belt).encode())
                told, _ = await verify.communicate()
            finally:
                if verify.returncode is None:
                    verify.kill()
                    await verify.wait()
        assert verify.returncode is not None
        return told.decode().removeprefix(TIME), verify.returncode

    async def _set_and_read(self, speed_mph: float, incline_percent: float) -> None:
        treadmill = self._treadmill
        treadmill.set_speed_kmh(speed_mph * SpeedUnit.MPH.kmh)
        treadmill.set_incline_percent(incline_percent)
        shown = round(treadmill.set_speed, 1), treadmill.set_incline
        await until(lambda: (treadmill.shown_speed_kmh, treadmill.shown_incline_percent) == shown)
        # Two rounds of its three questions: when the next begins, the answers of this one have been taken in.
        begun = self.console.asked
        await until(lambda: self.console.asked >= begun + 7, within_s=30)


MILES_AFTER_ALL = 'this console counts mph, whatever it says: set units = "mph", and verify again'
AGREED = "OK   speed: all 3 figures agree with the console\nOK   incline: all 2 figures agree with the console\n"


@pytest.mark.parametrize(
    ("believes", "belt", "said", "ended"),
    [
        (SpeedUnit.MPH, ("",), f"{NOT_TIMED}\n", 0),
        # Ten rounds of 3.4 m at 6 mph, which is 9.66 km/h, take 12.7 s.
        (SpeedUnit.MPH, ("3,4", "12.7"), "OK   belt: 9.6 km/h by the watch, 9.7 read\n", 0),
        (
            SpeedUnit.KMH,
            ("3.4", "12.7"),
            f"FIX  belt: 9.6 km/h by the watch, 6.0 read: {MILES_AFTER_ALL}\n",
            1,
        ),
    ],
    ids=["not timed", "timed", "miles taken for kilometres"],
)
def test_what_is_typed_proves_the_treadmill_and_only_the_belt_itself_finds_miles_out_that_all_take_for_kilometres(
    tmp_path: Path, believes: SpeedUnit, belt: tuple[str, ...], said: str, ended: int
) -> None:
    operator = Operator(tmp_path / "treadmill", believes=believes)

    verdict = asyncio.run(asyncio.wait_for(operator.verifies(*belt), 120))

    assert verdict == (AGREED + said, ended)
    assert operator.console.belt_commands == []


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
