"""A strap on the air: a Bluetooth peripheral with a heart, for people who have a second radio or a virtual one.

Responsible for the GATT server and the strap's manners (it drops, leaves, comes back), by Bumble, which is an extra
(`motbakke[radio]`): only who loads this module needs it. Where the radio comes from is `drivers.simulated.air`'s.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from bumble.core import UUID, AdvertisingData, BaseBumbleError
from bumble.device import Connection, Device, DeviceConfiguration
from bumble.gatt import Characteristic, Service
from bumble.hci import HCI_REMOTE_USER_TERMINATED_CONNECTION_ERROR, Address

from drivers.strap.measurement import HeartRateMeasurement, encode
from station.errors import DeviceSilent
from station.ports import Clock

LOG = logging.getLogger("motbakke.strap")
ADDRESS = "F0:F1:F2:F3:F4:F5"
NAME = "Motbakke strap"
HEART_RATE, MEASUREMENT, SENSOR_LOCATION = "180D", "2A37", "2A38"
BATTERY, BATTERY_LEVEL = "180F", "2A19"
CHEST, BATTERY_PERCENT = b"\x01", b"\x57"
EVERY_S = 1.0
ANSWERS_WITHIN_S = 5.0
"""Real seconds in which a controller must have been reset and set up."""


class StrapOnAir:
    """A strap that advertises, is worn on the chest, and notifies once a second what `heart_rate_bpm` says."""

    def __init__(
        self,
        clock: Clock,
        heart_rate_bpm: Callable[[], int],
        *,
        name: str = NAME,
        begun: Callable[[], None] = lambda: None,
    ) -> None:
        self._clock = clock
        self._begun = begun
        self._heart_rate_bpm = heart_rate_bpm
        self._name = name
        self._near = True
        self._connection: Connection | None = None

    @property
    def connected(self) -> bool:
        """Whether somebody is connected to it."""
        return self._connection is not None

    async def serve(self, source: Any, sink: Any) -> None:
        """Be a strap at the controller behind these, for ever.

        Raises:
            DeviceSilent: when no controller answers there.
        """
        settings = DeviceConfiguration(name=self._name, address=Address(ADDRESS))
        strap = Device.from_config_with_hci(settings, source, sink)
        beats = _readable(MEASUREMENT, b"\0\0", Characteristic.Properties.NOTIFY)
        strap.add_service(Service(UUID(HEART_RATE), [beats, _readable(SENSOR_LOCATION, CHEST)]))
        strap.add_service(Service(UUID(BATTERY), [_readable(BATTERY_LEVEL, BATTERY_PERCENT)]))
        strap.advertising_data = _advertisement(self._name)
        strap.on(Device.EVENT_CONNECTION, self._met)
        try:
            async with asyncio.timeout(ANSWERS_WITHIN_S):
                await strap.power_on()
        except TimeoutError as error:
            raise DeviceSilent("strap", "the controller does not answer; plug it in anew, or name another") from error
        self._begun()
        while True:
            try:
                await self._second(strap, beats)
            except BaseBumbleError as trouble:  # met or parted from in that very instant
                LOG.debug("the strap on the air: %r", trouble)
            await self._clock.sleep(EVERY_S)

    async def drop(self) -> None:
        """Lose the link, and advertise on."""
        if self._connection is not None:
            await self._connection.disconnect(HCI_REMOTE_USER_TERMINATED_CONNECTION_ERROR)

    async def leave(self) -> None:
        """Go out of reach: lose the link, and be seen by nobody from the next second on."""
        self._near = False
        await self.drop()

    def come_back(self) -> None:
        """Be within reach again: seen from the next second on."""
        self._near = True

    async def _second(self, strap: Device, beats: Characteristic[bytes]) -> None:
        if self._connection is not None:
            bpm = self._heart_rate_bpm()
            packet = HeartRateMeasurement(heart_rate_bpm=bpm, contact=True, rr_ticks=(round(60 * 1024 / bpm),))
            await strap.notify_subscribers(beats, encode(packet))
        elif self._near and not strap.is_advertising:
            await strap.start_advertising(auto_restart=False)
        elif not self._near and strap.is_advertising:
            await strap.stop_advertising()

    def _met(self, connection: Connection) -> None:
        self._connection = connection
        connection.on(Connection.EVENT_DISCONNECTION, self._parted)

    def _parted(self, _reason: int) -> None:
        self._connection = None


def _readable(
    number: str, told: bytes, kind: Characteristic.Properties = Characteristic.Properties.READ
) -> Characteristic[bytes]:
    return Characteristic(UUID(number), kind, Characteristic.READABLE, told)


def _advertisement(name: str) -> bytes:
    told = [
        (AdvertisingData.FLAGS, b"\x06"),
        (AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS, bytes.fromhex(HEART_RATE)[::-1]),
        (AdvertisingData.COMPLETE_LOCAL_NAME, name.encode()),
    ]
    return bytes(AdvertisingData(told))
