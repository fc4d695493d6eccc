"""What `motbakke doctor devices` finds: on a machine that is a tree of files, with a stand-in for bluetoothd; and, once
through the command, with a simulated treadmill and with programs that really run.
"""

import asyncio
import os
import pty
import shutil
import sys
import tempfile
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from fake_bluez import HAS_DBUS_DAEMON, FakeBlueZ, no_bus, private_bus
from waiting import running, until

from drivers.simulated.port import serve
from drivers.simulated.trackmaster_console import TrackmasterConsole
from drivers.simulated.treadmill import SimulatedTreadmill
from drivers.treadmill.codec import SpeedUnit
from station.clock import RealClock
from station.doctor.devices import devices, straps_on_the_air
from station.doctor.finding import Finding
from station.doctor.machine import Machine
from station.doctor.serial_port import serial_port
from station.settings import StrapTable, TreadmillTable

ROOT = Path(__file__).parents[2]
NOBODY = 65534
needs_a_bus = pytest.mark.skipif(not HAS_DBUS_DAEMON, reason="needs the program dbus-daemon (apt install dbus-daemon)")


def running_program(machine: Machine, number: int, name: str, *, holds: Path | None = None) -> None:
    folder = machine.at(f"/proc/{number}")
    (folder / "fd").mkdir(parents=True)
    (folder / "comm").write_text(f"{name}\n", encoding="utf-8")
    if holds is not None:
        (folder / "fd" / "3").symlink_to(holds)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(root=tmp_path / "machine")


@pytest.fixture
def there(tmp_path: Path) -> Path:
    path = tmp_path / "treadmill"
    path.touch()
    return path


def treadmill(link: Path, protocol: str = "trackmaster") -> TreadmillTable:
    return TreadmillTable(units="km/h", port=str(link), protocol=protocol)


def lines(findings: "list[Finding] | object") -> list[str]:
    return [finding.line for finding in findings]  # type: ignore[attr-defined]


def test_a_port_that_is_there_and_nobodys_is_well(there: Path, machine: Machine) -> None:
    assert lines(serial_port(there, machine)) == [f"OK   port {there}, held by nobody"]


def test_who_else_holds_the_port_is_named(tmp_path: Path, machine: Machine) -> None:
    there = tmp_path / "ttyUSB0"
    there.touch()
    running_program(machine, 4711, "minicom", holds=there)
    running_program(machine, os.getpid(), "motbakke", holds=there)

    assert lines(serial_port(there, machine)) == [
        f"FIX  port {there}: minicom (process 4711) holds it: stop that program",
        f"FIX  name {there}: it may change when replugged: use a name of /dev/serial/by-id/",
    ]


def test_the_running_station_may_hold_its_port(there: Path, machine: Machine) -> None:
    running_program(machine, 812, "motbakke", holds=there)

    assert lines(serial_port(there, machine)) == [f"OK   port {there}, held by motbakke (process 812)"]


def test_a_port_that_is_not_there_is_said(tmp_path: Path, machine: Machine) -> None:
    assert lines(serial_port(tmp_path / "treadmill", machine)) == [
        f"FIX  port {tmp_path}/treadmill: it is not there: plug the cable in, or correct port in [treadmill]"
    ]


@contextmanager
def without_roots_rights() -> Iterator[None]:
    """Be nobody for a moment, where the suite is run by root."""
    if os.getuid() != 0:
        yield
        return
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        (0o000, "FIX  port {}: you may not open it: `adduser <the station's user> dialout`"),
        (0o666, "OK   port {}, held by nobody that you may see: ask as root"),
    ],
)
def test_who_may_not_open_or_not_look_is_told_so(mode: int, said: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        there, machine = Path(folder) / "treadmill", Machine(root=Path(folder) / "machine")
        there.touch()
        there.chmod(mode)
        running_program(machine, 12, "bash")
        machine.at("/proc/12/fd").chmod(0o000)

        with without_roots_rights():
            told = lines(serial_port(there, machine))

    assert told == [said.format(there)]


def test_programs_that_write_to_other_peoples_ports_are_found(there: Path, machine: Machine) -> None:
    for number, name in ((12, "ModemManager"), (13, "brltty"), (14, "bash")):
        running_program(machine, number, name)

    told = lines(serial_port(there, machine))

    assert [line.partition(": ")[0] for line in told[1:]] == ["FIX  ModemManager runs", "FIX  brltty runs"]
    assert "systemctl disable --now ModemManager" in told[1]
    assert "apt remove brltty" in told[2]


@pytest.mark.parametrize("word", ["ID_MM_PORT_IGNORE", "ID_MM_DEVICE_IGNORE"])
def test_a_port_that_udev_keeps_from_modem_manager_is_well(word: str, machine: Machine) -> None:
    near, far = pty.openpty()
    try:
        node = os.fstat(far).st_rdev
        remembered = machine.at(f"/run/udev/data/c{os.major(node)}:{os.minor(node)}")
        remembered.parent.mkdir(parents=True)
        remembered.write_text(f"S:treadmill\nE:{word}=1\nG:systemd\n", encoding="utf-8")
        running_program(machine, 12, "ModemManager")

        told = lines(serial_port(Path(os.ttyname(far)), machine))
    finally:
        os.close(near)
        os.close(far)

    assert "OK   ModemManager runs, and leaves the port alone" in told


def test_without_bluetooth_the_service_is_named_and_the_rest_is_still_looked_at(
    tmp_path: Path, machine: Machine
) -> None:
    with no_bus():
        told = lines(asyncio.run(devices(treadmill(tmp_path / "x", "trackmastr"), StrapTable(name="TICKR"), machine)))
        on_air = lines(asyncio.run(straps_on_the_air()))

    assert told[0] == "FIX  Bluetooth service: it does not run: `systemctl enable --now bluetooth`"
    assert told[1] == 'OK   strap "TICKR", bound by name; an address is safer: `motbakke strap scan`'
    assert told[2].startswith("FIX  protocol: [treadmill] there is no treadmill protocol")
    assert 'Did you mean "trackmaster"?' in told[2]
    assert told[3].startswith(f"FIX  port {tmp_path}/x")
    assert on_air == [
        "FIX  strap on the air: the Bluetooth service does not run; `systemctl start bluetooth` starts it"
    ]


def test_a_treadmill_over_bluetooth_that_is_not_bound_is_said(machine: Machine) -> None:
    def told(address: str | None) -> list[str]:
        table = TreadmillTable(units="km/h", protocol="ftms", address=address)
        with no_bus():
            return lines(asyncio.run(devices(table, StrapTable(), machine)))

    assert told(None)[-1].startswith("FIX  protocol ftms over Bluetooth: none is bound")
    assert told("C0:00:00:00:00:01")[-1] == "OK   protocol ftms over Bluetooth, the treadmill C0:00:00:00:00:01"


def test_a_station_without_a_treadmill_has_no_port_to_look_at(machine: Machine) -> None:
    table = TreadmillTable(units="km/h", protocol="none", port="/dev/nothing")
    with no_bus():
        told = lines(asyncio.run(devices(table, StrapTable(), machine)))

    assert told[-1] == "OK   no treadmill: the station stands beside a machine"


@needs_a_bus
@pytest.mark.parametrize(
    ("adapter", "powered", "said"),
    [
        (True, True, "OK   Bluetooth adapter hci0 00:00:00:00:00:01"),
        (True, False, "FIX  Bluetooth adapter hci0 00:00:00:00:00:01: it is switched off: `bluetoothctl power on`"),
        (False, False, "FIX  Bluetooth adapter: there is none: plug one in, or switch the built-in one on"),
    ],
)
def test_adapter_strap_protocol_and_units_are_told(
    *, adapter: bool, powered: bool, said: str, tmp_path: Path, machine: Machine
) -> None:
    async def looked() -> list[str]:
        async with FakeBlueZ(adapter=adapter, powered=powered):
            strap = StrapTable(address="A0:00:00:00:00:01")
            return lines(await devices(treadmill(tmp_path / "x"), strap, machine))

    with private_bus():
        told = asyncio.run(looked())

    assert told[:3] == [
        said,
        "OK   strap A0:00:00:00:00:01, bound by address",
        "OK   protocol trackmaster at 4800 baud, km/h, asking 3 questions",
    ]


@needs_a_bus
def test_the_straps_that_can_be_heard_are_told_and_none_is_said() -> None:
    async def looked(*names: str) -> list[str]:
        async with FakeBlueZ() as bluez:
            for number, name in enumerate(names):
                bluez.strap(f"A0:00:00:00:00:0{number}", name)
            return lines(await straps_on_the_air(scan_s=0.3, pulse_s=0.3))

    with private_bus():
        heard, none = asyncio.run(looked("TICKR")), asyncio.run(looked())

    assert heard == ["OK   strap TICKR A0:00:00:00:00:00 is heard at -60 dBm"]
    assert none == ["FIX  strap on the air: none is heard: put it on, moistened, and away from telephones"]


@asynccontextmanager
async def program(*command: str | Path) -> AsyncIterator[None]:
    there = await asyncio.create_subprocess_exec(*command, stdin=PIPE)
    try:
        yield
    finally:
        there.kill()
        await there.wait()


@needs_a_bus
def test_the_command_tells_of_a_real_port_and_of_programs_that_really_run(tmp_path: Path) -> None:
    link, settings, modem_manager = tmp_path / "treadmill", tmp_path / "station.toml", tmp_path / "ModemManager"
    settings.write_text(f'[treadmill]\nunits = "mph"\nport = "{link}"\n[patient]\nhr_max_bpm = 180\n', encoding="utf-8")
    shutil.copy("/bin/sleep", modem_manager)
    simulated = SimulatedTreadmill()
    face = TrackmasterConsole(simulated, unit=SpeedUnit.MPH)
    command = (sys.executable, "-m", "station", "doctor", "devices", "--config", str(settings))

    async def act() -> tuple[list[str], int | None]:
        async with FakeBlueZ(), running(serve(link, RealClock(), simulated, face)):
            await until(link.exists)
            async with (
                program("/bin/sh", "-c", f"exec 3<>{link}; read line"),
                program(modem_manager, "600"),
            ):
                await until(lambda: "ModemManager" in names() and "sh" in names_holding(link.resolve()))
                doctor = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE)
                told, _ = await doctor.communicate()
                return told.decode().splitlines(), doctor.returncode

    with private_bus():
        told, ended = asyncio.run(asyncio.wait_for(act(), 60))

    assert told[0] == "OK   Bluetooth adapter hci0 00:00:00:00:00:01"
    assert told[1].startswith("FIX  strap: none is bound")
    assert told[2] == "OK   protocol trackmaster at 4800 baud, mph, asking 3 questions"
    assert any(line.startswith(f"FIX  port {link}: sh (process") for line in told)
    assert any(line.startswith("FIX  ModemManager runs: it sends modem commands") for line in told)
    assert ended == 1


def names() -> set[str]:
    found = set()
    for comm in Path("/proc").glob("[0-9]*/comm"):
        try:
            found.add(comm.read_text(encoding="utf-8").strip())
        except OSError:
            continue
    return found


def names_holding(port: Path) -> set[str]:
    found = set()
    for entry in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if entry.readlink() == port:
                found.add((entry.parents[1] / "comm").read_text(encoding="utf-8").strip())
        except OSError:
            continue
    return found
