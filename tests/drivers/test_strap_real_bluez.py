"""The strap driver through bleak, the real bluetoothd, the kernel's Bluetooth and a virtual adapter (hci_vhci).

Opt-in, for it needs root, and the machine's own Bluetooth must rest meanwhile:

    sudo systemctl stop bluetooth; sudo modprobe hci_vhci
    sudo MOTBAKKE_REAL_BLUEZ=1 ./run pytest tests/drivers/test_strap_real_bluez.py -rs -s
"""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fake_bluez import HAS_DBUS_DAEMON, private_bus
from waiting import running, until

from drivers import bluez
from drivers.radio import Radio
from drivers.simulated.air import on_air
from drivers.simulated.peripheral import ADDRESS, StrapOnAir
from drivers.strap.ble import BleStrap
from drivers.wanted import Binding
from station.clock import RealClock
from station.ports import HeartRateSample, Link, LinkState

DAEMONS = (Path("/usr/libexec/bluetooth/bluetoothd"), Path("/usr/lib/bluetooth/bluetoothd"))
VHCI = Path("/dev/vhci")
WITHIN_S = 120.0
"""An emulated machine is some fifteen times slower than a real one."""


def missing() -> str:
    """What this test lacks here, and how to get it; empty when it can run."""
    if os.environ.get("MOTBAKKE_REAL_BLUEZ") != "1":
        return "takes over the machine's Bluetooth: opt in with MOTBAKKE_REAL_BLUEZ=1, as root"
    if not HAS_DBUS_DAEMON:
        return "needs the program dbus-daemon: apt install dbus-daemon"
    if not any(daemon.exists() for daemon in DAEMONS):
        return "needs bluetoothd: apt install bluez"
    if not os.access(VHCI, os.R_OK | os.W_OK):
        return f"needs {VHCI}, and to be root: modprobe hci_vhci (a kernel without that module cannot)"
    if b"bluetoothd\n" in (comm.read_bytes() for comm in Path("/proc").glob("[0-9]*/comm") if comm.exists()):
        return "the machine's own bluetoothd runs: systemctl stop bluetooth"
    if adapters := sorted(found.name for found in Path("/sys/class/bluetooth").glob("hci*")):
        return f"bleak takes the first adapter, and {adapters[0]} is here already: unplug it, or unload its driver"
    return ""


@contextmanager
def bluetoothd() -> Iterator[None]:
    """The real daemon, on the bus that this process takes for the system's."""
    daemon = next(daemon for daemon in DAEMONS if daemon.exists())
    with subprocess.Popen([daemon, "--nodetach"]) as running_daemon:
        try:
            yield
        finally:
            running_daemon.terminate()


class Heard:
    """What the station is told."""

    def __init__(self) -> None:
        self.beats: list[int | None] = []
        self.links: list[Link] = []

    def __call__(self, report: HeartRateSample | Link) -> None:
        if isinstance(report, Link):
            self.links.append(report)
        else:
            self.beats.append(report.heart_rate_bpm)

    async def link_is(self, state: LinkState) -> None:
        await until(lambda: self.links and self.links[-1].state is state, WITHIN_S)

    async def beat_is(self, bpm: int) -> None:
        await until(lambda: self.beats and self.beats[-1] == bpm, WITHIN_S)


@pytest.mark.skipif(bool(missing()), reason=missing() or "can run")
def test_a_strap_is_found_dropped_forgotten_and_found_again_through_the_real_daemon() -> None:
    bpm = 72
    figures: list[str] = []

    async def known() -> bool:
        return any(device.address == ADDRESS for device in await bluez.known_devices())

    async def act() -> None:
        nonlocal bpm
        clock, heard = RealClock(), Heard()
        worn = StrapOnAir(clock, lambda: bpm)
        async with (
            running(on_air(worn, "vhci")),
            running(BleStrap(clock, Radio(), Binding(address=ADDRESS)).run(heard)),
        ):
            await heard.beat_is(72)

            await worn.drop()
            dropped_s, bpm = clock.now_s(), 96
            await heard.link_is(LinkState.LOST)
            await heard.beat_is(96)
            figures.append(f"dropped, back after {clock.now_s() - dropped_s:.1f} s")

            await worn.leave()
            await heard.link_is(LinkState.LOST)
            left_s = clock.now_s()
            while await known():  # noqa: ASYNC110  # the daemon's own 30 s, and as long as it likes
                await asyncio.sleep(1)
            figures.append(f"forgotten after {clock.now_s() - left_s:.0f} s")
            worn.come_back()
            back_s, bpm = clock.now_s(), 118
            await heard.beat_is(118)
            figures.append(f"found again after {clock.now_s() - back_s:.1f} s")

    with private_bus(), bluetoothd():
        asyncio.run(asyncio.wait_for(act(), 10 * WITHIN_S))

    print("; ".join(figures))  # noqa: T201
