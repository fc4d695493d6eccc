"""What `motbakke doctor devices` finds, on a machine that is a tree of files and a stand-in for bluetoothd."""

import asyncio
import os
from pathlib import Path

import pytest
from fake_bluez import HAS_DBUS_DAEMON, FakeBlueZ, no_bus, private_bus

from station.doctor.devices import devices, grabbers, port
from station.settings import StrapTable, TreadmillTable


def running_program(proc: Path, number: int, name: str, *, holds: Path | None = None) -> None:
    (proc / str(number) / "fd").mkdir(parents=True)
    (proc / str(number) / "comm").write_text(f"{name}\n", encoding="utf-8")
    if holds is not None:
        (proc / str(number) / "fd" / "3").symlink_to(holds)


def treadmill(link: Path, protocol: str = "trackmaster") -> TreadmillTable:
    return TreadmillTable(units="km/h", port=str(link), protocol=protocol)


def test_a_port_that_is_there_and_nobodys_is_well(tmp_path: Path) -> None:
    (tmp_path / "treadmill").touch()
    (tmp_path / "proc").mkdir()

    findings = list(port(tmp_path / "treadmill", proc=tmp_path / "proc"))

    assert [finding.line for finding in findings] == [f"OK   port {tmp_path}/treadmill, held by nobody"]


def test_who_else_holds_the_port_is_named(tmp_path: Path) -> None:
    there = tmp_path / "ttyUSB0"
    there.touch()
    running_program(tmp_path / "proc", 4711, "minicom", holds=there)
    running_program(tmp_path / "proc", os.getpid(), "motbakke", holds=there)

    fixes = [finding.fix for finding in port(there, proc=tmp_path / "proc") if finding.fix]

    assert "minicom (process 4711) holds it" in fixes[0]
    assert "/dev/serial/by-id/" in fixes[1]
    assert len(fixes) == 2


def test_a_port_that_is_not_there_is_said(tmp_path: Path) -> None:
    (finding,) = port(tmp_path / "treadmill", proc=tmp_path)

    assert finding.line.startswith("FIX  port")
    assert "plug the cable in" in finding.fix


def test_programs_that_write_to_other_peoples_ports_are_found(tmp_path: Path) -> None:
    running_program(tmp_path, 12, "ModemManager")
    running_program(tmp_path, 13, "brltty")
    running_program(tmp_path, 14, "bash")

    assert [finding.what for finding in grabbers(tmp_path)] == ["ModemManager runs", "brltty runs"]


def test_without_bluetooth_the_service_is_named_and_the_rest_is_still_looked_at(tmp_path: Path) -> None:
    with no_bus():
        findings = asyncio.run(
            devices(treadmill(tmp_path / "x", "trackmastr"), StrapTable(name="TICKR"), proc=tmp_path)
        )

    lines = "\n".join(finding.line for finding in findings)
    assert "FIX  Bluetooth service" in lines
    assert 'Did you mean "trackmaster"?' in lines
    assert "an address is safer" in lines


@pytest.mark.skipif(not HAS_DBUS_DAEMON, reason="needs the program dbus-daemon (Debian package dbus-daemon)")
def test_adapter_strap_protocol_and_units_are_told(tmp_path: Path) -> None:
    async def looked(*, powered: bool) -> str:
        async with FakeBlueZ(powered=powered):
            strap = StrapTable(address="A0:00:00:00:00:01")
            return "\n".join(finding.line for finding in await devices(treadmill(tmp_path / "x"), strap, proc=tmp_path))

    with private_bus():
        well, switched_off = asyncio.run(looked(powered=True)), asyncio.run(looked(powered=False))

    assert "OK   Bluetooth adapter hci0" in well
    assert "OK   strap A0:00:00:00:00:01, bound by address" in well
    assert "OK   protocol trackmaster at 4800 baud, km/h, asking 3 questions" in well
    assert "FIX  Bluetooth adapter hci0 00:00:00:00:00:01: it is switched off" in switched_off
