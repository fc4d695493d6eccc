"""The simulated strap as a Bluetooth peripheral, heard by another Bumble: over a controller in reach by TCP, as one by
USB would be, and beside a virtual adapter. What is heard is read by the station's own decoders.
"""

import asyncio
import socket
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from bumble.controller import Controller
from bumble.core import UUID
from bumble.device import Connection, Device, DeviceConfiguration, Peer
from bumble.hci import Address
from bumble.link import LocalLink
from bumble.transport import open_transport
from bumble.transport.common import Transport
from bumble.transport.tcp_server import open_tcp_server_transport_with_socket
from typer.testing import CliRunner
from waiting import running, until

from drivers.simulated.air import beside_an_adapter, on_air
from drivers.simulated.peripheral import ADDRESS, StrapOnAir
from drivers.strap.about import BATTERY_LEVEL, SENSOR_LOCATION, WornOn, about
from drivers.strap.measurement import HEART_RATE_MEASUREMENT, HeartRateMeasurement, decode
from station.__main__ import app
from station.clock import FastClock
from station.devices import simulated_strap
from station.errors import DeviceSilent

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def reached_by_tcp() -> AsyncIterator[tuple[Transport, str]]:
    """The near end of an HCI over TCP, and the transport's name for the far end."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        opened = await open_tcp_server_transport_with_socket(listening)
        server: asyncio.Server = opened.server  # type: ignore[attr-defined]
        try:
            yield opened, f"tcp-client:127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.close()
            await opened.close()


class Listener:
    """Another's central: finds the strap, and keeps what it hears."""

    def __init__(self, source: Any, sink: Any) -> None:
        settings = DeviceConfiguration(name="station", address=Address("F0:F1:F2:F3:F4:F6"))
        self._device = Device.from_config_with_hci(settings, source, sink)
        self._on = False
        self.beats: list[HeartRateMeasurement] = []

    async def meet(self) -> tuple[Connection, Peer]:
        """Connect as soon as the strap is to be seen, and listen."""
        if not self._on:
            await self._device.power_on()
            self._on = True
        connection = await self._device.connect(Address(ADDRESS))
        peer = Peer(connection)
        await peer.discover_services()
        await peer.discover_characteristics()
        measured = peer.get_characteristics_by_uuid(UUID(HEART_RATE_MEASUREMENT))[0]
        await peer.subscribe(measured, lambda packet: self.beats.append(decode(bytes(packet))))
        return connection, peer

    async def hears(self, bpm: int) -> bool:
        """Whether such a beat comes from now on."""
        self.beats.clear()
        await until(lambda: any(beat.heart_rate_bpm == bpm for beat in self.beats))
        return True


def in_one_air() -> tuple[LocalLink, Listener]:
    link = LocalLink()  # type: ignore[no-untyped-call]
    theirs = Controller("station", link=link)
    return link, Listener(theirs, theirs)


def test_the_command_is_a_strap_at_a_controller_of_its_own() -> None:
    async def act() -> tuple[str, list[HeartRateMeasurement], dict[str, bytes], int]:
        link, listener = in_one_air()
        async with reached_by_tcp() as (near, name):
            Controller("strap", host_source=near.source, host_sink=near.sink, link=link)
            command = (sys.executable, "-m", "station", "simulate", "strap", "--transport", name, "--bpm", "118")
            strap = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE)
            assert strap.stdout is not None
            try:
                said = (await strap.stdout.readline()).decode()
                _, peer = await listener.meet()
                await until(lambda: len(listener.beats) >= 2, within_s=30)
                told = {
                    uuid: bytes(await peer.get_characteristics_by_uuid(UUID(uuid))[0].read_value())
                    for uuid in (BATTERY_LEVEL, SENSOR_LOCATION)
                }
            finally:
                strap.terminate()
                ended = await strap.wait()
            return said.replace(name, "TRANSPORT"), listener.beats, told, ended

    said, beats, told, ended = asyncio.run(asyncio.wait_for(act(), 60))

    assert said == "A strap at TRANSPORT that beats 118 times a minute. Ctrl-C ends it.\n"
    assert {(beat.heart_rate_bpm, beat.contact, len(beat.rr_ms)) for beat in beats} == {(118, True, 1)}
    assert (about(told).battery_percent, about(told).worn_on) == (87, WornOn.CHEST)
    assert ended == 0


def test_a_strap_that_dropped_or_left_is_heard_again() -> None:
    beats = 72

    async def act() -> None:
        nonlocal beats
        link, listener = in_one_air()
        ours = Controller("strap", link=link)
        strap = StrapOnAir(FastClock(20), lambda: beats)
        async with running(strap.serve(ours, ours)):
            for part, beats in ((strap.drop, 90), (strap.leave, 118)):
                connection, _ = await listener.meet()
                assert await listener.hears(beats)
                parted = asyncio.Event()
                connection.on(Connection.EVENT_DISCONNECTION, lambda _, parted=parted: parted.set())
                await part()
                await asyncio.wait_for(parted.wait(), 10)
                assert not strap.connected
            meeting = asyncio.create_task(listener.meet())
            strap.come_back()
            await asyncio.wait_for(meeting, 10)
            assert await listener.hears(118)

    asyncio.run(asyncio.wait_for(act(), 60))


def test_a_virtual_adapter_lets_the_computer_hear_the_strap_beside_it() -> None:
    async def act() -> bool:
        async with (
            reached_by_tcp() as (near, name),
            running(beside_an_adapter(StrapOnAir(FastClock(20), lambda: 64), near)),
            await open_transport(name) as computer,
        ):
            listener = Listener(computer.source, computer.sink)
            await listener.meet()
            return await listener.hears(64)

    assert asyncio.run(asyncio.wait_for(act(), 60))


@pytest.mark.parametrize(
    ("transport", "said"),
    [
        ("usb", "usb:0 is the first"),
        ("hci-socket:77", "bluetoothd's"),
        ("vhci:/nowhere", "modprobe hci_vhci"),
        ("tcp-client:nowhere", "tcp-client:HOST:PORT"),
        ("pigeon:1", "unknown transport scheme"),
    ],
)
def test_a_controller_that_is_not_there_is_said_with_what_to_do(transport: str, said: str) -> None:
    with pytest.raises(DeviceSilent, match=f"no controller at {transport}") as caught:
        asyncio.run(on_air(StrapOnAir(FastClock(20), lambda: 72), transport))

    assert said in str(caught.value)


def test_a_controller_that_does_not_answer_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.simulated.peripheral.ANSWERS_WITHIN_S", 0.05)

    async def act() -> None:
        async with reached_by_tcp() as (_, name):
            await on_air(StrapOnAir(FastClock(20), lambda: 72), name)

    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(act())

    assert "does not answer" in str(caught.value.exceptions[0])


def test_a_controller_that_goes_ends_the_strap_with_a_sentence() -> None:
    async def act() -> None:
        link, _ = in_one_air()
        begun = asyncio.Event()
        async with reached_by_tcp() as (near, name):
            Controller("strap", host_source=near.source, host_sink=near.sink, link=link)
            worn = asyncio.create_task(on_air(StrapOnAir(FastClock(20), lambda: 72, begun=begun.set), name))
            await asyncio.wait_for(begun.wait(), 10)
            near.sink.transport.close()  # type: ignore[attr-defined]
            await asyncio.wait_for(worn, 10)

    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(act())

    assert "has gone; plug it in again" in str(caught.value.exceptions[0])


def test_without_bumble_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "drivers.simulated.air")
    monkeypatch.setitem(sys.modules, "bumble", None)

    with pytest.raises(DeviceSilent, match=r"motbakke\[radio\]"):
        asyncio.run(simulated_strap("usb:0", 72, begun=lambda: None))


def test_the_commands_help_names_the_extra_it_needs() -> None:
    assert 'extra "radio"' in CliRunner().invoke(app, ["simulate", "strap", "--help"]).stdout
