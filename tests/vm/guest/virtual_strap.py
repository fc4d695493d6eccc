"""In the guest: an adapter for the real bluetoothd (hci_vhci) and a heart-rate strap in its air, both by Bumble.

Obeys words on a unix socket, a line each: `beats N`, `drop` (the link breaks, the strap advertises on), `gone` (it
breaks and the strap is silent), `back`. What the strap sends is encoded by the station's own codec.
"""

import asyncio
import contextlib
import struct
import sys
from pathlib import Path
from typing import Any

from bumble import hci
from bumble.controller import Controller
from bumble.core import UUID, AdvertisingData
from bumble.device import Device, DeviceConfiguration
from bumble.gatt import Characteristic, Service
from bumble.link import LocalLink
from bumble.transport import open_transport

SOCKET = Path("/run/virtual-strap")
NAME = "Bench strap"
ADDRESS = "F0:F1:F2:F3:F4:F5"
HEART_RATE, BATTERY = UUID("180D"), UUID("180F")
BPM_AND_RR = 0x10 | 0x06
"""Flags of the measurement: eight-bit beats, contact supported and felt, RR intervals."""


class Adapter(Controller):
    """The controller bluetoothd drives. A cancelled connection is also told to have completed, as real chips do:
    without that event Linux never begins another."""

    def on_hci_le_create_connection_cancel_command(self, command: Any) -> Any:
        pending, self.pending_le_connection = self.pending_le_connection, None
        if pending is not None:
            told = hci.HCI_LE_Connection_Complete_Event(
                status=hci.HCI_UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
                connection_handle=0,
                role=hci.Role.CENTRAL,
                peer_address_type=pending.peer_address_type,
                peer_address=pending.peer_address,
                connection_interval=0,
                peripheral_latency=0,
                supervision_timeout=0,
                central_clock_accuracy=0,
            )
            asyncio.get_running_loop().call_soon(self.send_hci_packet, told)
        return super().on_hci_le_create_connection_cancel_command(command)


class Strap:
    """A chest strap that beats as it is told."""

    def __init__(self, link: LocalLink) -> None:
        controller = Controller("strap", link=link)
        settings = DeviceConfiguration(
            name=NAME, address=hci.Address(ADDRESS), advertising_interval_min=100, advertising_interval_max=100
        )
        self.device = Device.from_config_with_hci(settings, controller, controller)
        self.beats = 72
        self.on_air = True
        self.connection: Any = None
        self.measured = _readable("2A37", b"\0\0", Characteristic.Properties.NOTIFY)
        place = _readable("2A38", b"\x01", Characteristic.Properties.READ)
        charge = _readable("2A19", b"\x57", Characteristic.Properties.READ)
        self.device.add_service(Service(HEART_RATE, [self.measured, place]))
        self.device.add_service(Service(BATTERY, [charge]))
        told = [
            (AdvertisingData.FLAGS, b"\x06"),
            (AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS, struct.pack("<H", 0x180D)),
            (AdvertisingData.COMPLETE_LOCAL_NAME, NAME.encode()),
        ]
        self.device.advertising_data = bytes(AdvertisingData(told))
        self.device.on("connection", self._connected)

    async def run(self) -> None:
        await self.device.power_on()
        await self.device.start_advertising(auto_restart=False)
        while True:
            await asyncio.sleep(1)
            if self.connection is None and self.on_air and not self.device.is_advertising:
                # A connection that was begun and given up: a real strap is soon to be seen again.
                await self.device.start_advertising(auto_restart=False)
            if self.connection is not None:
                packet = struct.pack("<BBH", BPM_AND_RR, self.beats, round(60 * 1024 / self.beats))
                with contextlib.suppress(Exception):
                    await self.device.notify_subscribers(self.measured, packet)

    async def obey(self, word: str, *given: str) -> str:
        match word:
            case "beats":
                self.beats = int(given[0])
            case "drop" | "gone":
                self.on_air = word == "drop"
                if self.connection is not None:
                    await self.connection.disconnect(hci.HCI_REMOTE_USER_TERMINATED_CONNECTION_ERROR)
                elif not self.on_air:
                    await self.device.stop_advertising()
            case "back":
                self.on_air = True
                if self.connection is None:
                    await self.device.start_advertising(auto_restart=False)
            case _:
                return f"no such word: {word}"
        return (
            f"beats {self.beats}, {'connected' if self.connection else 'alone'}, {'on air' if self.on_air else 'gone'}"
        )

    def _connected(self, connection: Any) -> None:
        sys.stderr.write(f"connected: {connection}\n")
        self.connection = connection
        connection.on("disconnection", lambda _reason: asyncio.ensure_future(self._parted()))

    async def _parted(self) -> None:
        sys.stderr.write("parted\n")
        self.connection = None
        if self.on_air:
            await self.device.start_advertising(auto_restart=False)


def _readable(number: str, told: bytes, kind: Any) -> Any:
    return Characteristic(UUID(number), kind, Characteristic.READABLE, told)


async def main() -> None:
    link = LocalLink()
    async with await open_transport("vhci") as host:
        # No public address: Bumble's link sends LE data from the random one only. No features whose events it lacks.
        adapter = Adapter("adapter", host_source=host.source, host_sink=host.sink, link=link)
        adapter.le_features &= ~(hci.LeFeatureMask.LL_PRIVACY | hci.LeFeatureMask.LE_EXTENDED_ADVERTISING)
        strap = Strap(link)

        async def served(heard: asyncio.StreamReader, said: asyncio.StreamWriter) -> None:
            while words := (await heard.readline()).decode().split():
                said.write(f"{await strap.obey(*words)}\n".encode())
            said.close()

        SOCKET.unlink(missing_ok=True)  # noqa: ASYNC240  # once, at the start
        async with await asyncio.start_unix_server(served, SOCKET):
            await strap.run()


asyncio.run(main())
