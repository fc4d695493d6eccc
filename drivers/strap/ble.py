"""A Bluetooth strap, by bleak: found, listened to, and found again when it is lost; for ever.

Responsible for the radio's whims. BlueZ forgets a strap about 30 s after it went out of reach (bleak #676), and
a client object made before that fails for ever: so each connection begins with a new scan, and no client outlives
its connection. Every call has a time-out of its own, because a Bluetooth daemon can leave one unanswered (bleak #490).

The radio keeps the wall's time: only the samples' time stamps and the pauses between attempts follow the clock.
"""

import asyncio
import contextlib
import logging
from dataclasses import dataclass

from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason, BleakDBusError, BleakError

from drivers.link import LinkTeller
from drivers.strap.measurement import HEART_RATE_MEASUREMENT, HEART_RATE_SERVICE, decode, sample
from station.errors import DeviceGarbled
from station.ports import Clock, StrapReport

LOG = logging.getLogger("motbakke.strap")

RADIO_TROUBLE = (BleakError, TimeoutError, OSError, EOFError)
"""What bleak and the D-Bus below it raise when the radio, the daemon or the strap does not play along."""

WHAT_TO_DO = {
    BleakBluetoothNotAvailableReason.NO_BLUETOOTH: "no Bluetooth adapter; plug one in, or see `bluetoothctl list`",
    BleakBluetoothNotAvailableReason.POWERED_OFF: "Bluetooth is switched off; `bluetoothctl power on` switches it on",
    BleakBluetoothNotAvailableReason.NO_BLE_CENTRAL_ROLE: "this Bluetooth adapter is too old for straps; use another",
    BleakBluetoothNotAvailableReason.DENIED_BY_SYSTEM: "the station may not use Bluetooth; see its D-Bus policy",
}

SERVICE_DOWN = "the Bluetooth service does not run; `systemctl start bluetooth` starts it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait for what, in real seconds."""

    scan_s: float = 10.0
    connect_s: float = 12.0
    subscribe_s: float = 8.0
    disconnect_s: float = 3.0
    silent_s: float = 10.0
    """Straps notify once a second; a link that is up and silent for this long is given up."""
    shortest_pause_s: float = 0.5
    longest_pause_s: float = 5.0
    keep_s: float = 60.0
    """How long a strap that was lost is waited for before any other may take its place."""


class BleStrap:
    """A heart-rate strap over Bluetooth LE; the one with this address or name if given, else the first to be seen."""

    def __init__(
        self,
        clock: Clock,
        *,
        address: str | None = None,
        name: str | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._clock = clock
        self._address = address
        self._name = name
        self._patience = patience or Patience()
        self._last_address: str | None = None
        self._last_seen_s = 0.0
        self._radio_down = False

    async def run(self, report: StrapReport) -> None:
        """Find the strap, report what it sends, and find it again when it is lost; for ever."""
        link = LinkTeller("strap", self._clock, report)
        pause_s = self._patience.shortest_pause_s
        while True:
            if not self._radio_down:
                link.searching(self._sought)
            try:
                device = await self._found()
                if self._radio_down:
                    self._radio_down = False
                    link.trouble(self._sought)
                if device is None or await self._listened(device, link, report):
                    pause_s = self._patience.shortest_pause_s
            except RADIO_TROUBLE as trouble:
                LOG.debug("the radio: %r", trouble)
                self._tell(trouble, link)
            await self._clock.sleep(pause_s)
            pause_s = min(2 * pause_s, self._patience.longest_pause_s)

    async def _found(self) -> BLEDevice | None:
        # A bound strap is taken by its address or name alone: not every strap advertises its services.
        bound = self._address is not None or self._name is not None
        async with asyncio.timeout(self._patience.scan_s + self._patience.disconnect_s):
            return await BleakScanner.find_device_by_filter(
                self._is_ours,
                timeout=self._patience.scan_s,
                service_uuids=[] if bound else [HEART_RATE_SERVICE],
            )

    async def _listened(self, device: BLEDevice, link: LinkTeller, report: StrapReport) -> bool:
        """Report the strap's beats until it is lost; whether there were any."""
        arrived: asyncio.Queue[tuple[float, bytes] | None] = asyncio.Queue()
        client = BleakClient(
            device, disconnected_callback=lambda _: arrived.put_nowait(None), timeout=self._patience.connect_s
        )
        try:
            async with asyncio.timeout(self._patience.connect_s + self._patience.disconnect_s):
                await client.connect()
            async with asyncio.timeout(self._patience.subscribe_s):
                await client.start_notify(
                    HEART_RATE_MEASUREMENT,
                    lambda _, packet: arrived.put_nowait((self._clock.now_s(), bytes(packet))),
                )
            return await self._reported(arrived, link, report, device)
        finally:
            with contextlib.suppress(*RADIO_TROUBLE):
                async with asyncio.timeout(self._patience.disconnect_s):
                    await client.disconnect()

    async def _reported(
        self,
        arrived: "asyncio.Queue[tuple[float, bytes] | None]",
        link: LinkTeller,
        report: StrapReport,
        device: BLEDevice,
    ) -> bool:
        understood = garbled = False
        while True:
            try:
                async with asyncio.timeout(self._patience.silent_s):
                    packet = await arrived.get()
            except TimeoutError:
                link.searching("the strap is connected and silent; connecting again")
                return understood
            if packet is None:
                link.searching("the strap is out of reach, taken off, or its battery is empty")
                return understood
            at_s, data = packet
            try:
                measurement = decode(data)
            except DeviceGarbled as trouble:
                if not garbled:
                    LOG.warning("%s", trouble)
                garbled = True
                continue
            understood = True
            self._last_address, self._last_seen_s = device.address, at_s
            link.connected()
            report(sample(measurement, at_s))

    def _is_ours(self, device: BLEDevice, advertisement: AdvertisementData) -> bool:
        if self._address is not None:
            return device.address.upper() == self._address.upper()
        if self._name is not None:
            return self._name in (device.name, advertisement.local_name)
        # Two patients with straps of the same kind: the one being listened to is not swapped for a neighbour's.
        waiting = self._clock.now_s() - self._last_seen_s < self._patience.keep_s
        return self._last_address is None or not waiting or device.address == self._last_address

    def _tell(self, trouble: BaseException, link: LinkTeller) -> None:
        what_to_do = _what_to_do(trouble)
        if what_to_do is None:
            link.searching("the strap did not answer; is it in use by a telephone or a watch?")
        else:
            self._radio_down = True
            link.trouble(what_to_do)

    @property
    def _sought(self) -> str:
        if self._address is not None or self._name is not None:
            return f"looking for the strap {self._address or self._name}"
        return "looking for a heart rate strap; put it on, moistened"


def _what_to_do(trouble: BaseException) -> str | None:
    """What staff should do about it; None when nothing but trying again helps."""
    match trouble:
        case BleakBluetoothNotAvailableError():
            return WHAT_TO_DO.get(trouble.reason, "Bluetooth is not available; see `bluetoothctl show`")
        case FileNotFoundError() | ConnectionError():
            return SERVICE_DOWN
        case BleakDBusError() if trouble.dbus_error.endswith(("ServiceUnknown", "NameHasNoOwner")):
            return SERVICE_DOWN
        case BleakDBusError() if trouble.dbus_error.endswith("InProgress"):
            return "another program is scanning for Bluetooth devices; stop it"
        case _:
            return None
