"""A strap on the air: a Bluetooth peripheral with a heart, for people who have a second radio or a virtual one.

Responsible for the GATT server, by Bumble, which takes a controller of its own (a USB dongle, or hci_vhci): the one
that `bluetoothd` uses cannot be it. Bumble is an extra (`motbakke[radio]`) and is loaded only here.
"""

import importlib
from collections.abc import Callable
from typing import Any

from drivers.strap.measurement import HeartRateMeasurement, encode
from station.errors import DeviceSilent
from station.ports import Clock

ADDRESS = "F0:F1:F2:F3:F4:F5"
NAME = "Motbakke strap"
CHEST, BATTERY_PERCENT = b"\x01", b"\x57"
EVERY_S = 1.0
NO_BUMBLE = "Bumble is not installed; install the extra: pip install 'motbakke[radio]'"


class StrapOnAir:
    """A strap that advertises, is worn on the chest, and notifies once a second what `heart_rate_bpm` says."""

    def __init__(self, clock: Clock, heart_rate_bpm: Callable[[], int], *, name: str = NAME) -> None:
        self._clock = clock
        self._heart_rate_bpm = heart_rate_bpm
        self._name = name

    async def run(self, transport: str) -> None:
        """Be a strap on this Bumble transport (usb:0, vhci, hci-socket:1), for ever.

        Raises:
            DeviceSilent: when Bumble or the controller is not there.
        """
        opening = _bumble("transport").open_transport(transport)
        try:
            opened = await opening
        except (OSError, ValueError) as error:
            raise DeviceSilent("strap", f"no controller at {transport} ({error}); see Bumble's transports") from error
        async with opened as controller:
            await self.serve(controller.source, controller.sink)

    async def serve(self, source: Any, sink: Any) -> None:
        """Be a strap on this controller, for ever."""
        device, gatt = _bumble("device"), _bumble("gatt")
        settings = device.DeviceConfiguration(name=self._name, address=_bumble("hci").Address(ADDRESS))
        strap = device.Device.from_config_with_hci(settings, source, sink)
        beats = _readable(gatt, "2A37", b"\0\0", notifies=True)
        strap.add_service(gatt.Service(_uuid("180D"), [beats, _readable(gatt, "2A38", CHEST)]))
        strap.add_service(gatt.Service(_uuid("180F"), [_readable(gatt, "2A19", BATTERY_PERCENT)]))
        strap.advertising_data = bytes(_advertisement(self._name))
        await strap.power_on()
        await strap.start_advertising(auto_restart=True)
        while True:
            await self._clock.sleep(EVERY_S)
            bpm = self._heart_rate_bpm()
            packet = HeartRateMeasurement(heart_rate_bpm=bpm, contact=True, rr_ticks=(round(60 * 1024 / bpm),))
            await strap.notify_subscribers(beats, encode(packet))


def _readable(gatt: Any, number: str, told: bytes, *, notifies: bool = False) -> Any:
    properties = gatt.Characteristic.Properties
    kind = properties.NOTIFY if notifies else properties.READ
    return gatt.Characteristic(_uuid(number), kind, gatt.Characteristic.READABLE, told)


def _advertisement(name: str) -> Any:
    data = _bumble("core").AdvertisingData
    return data(
        [
            (data.FLAGS, b"\x06"),
            (data.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS, (0x180D).to_bytes(2, "little")),
            (data.COMPLETE_LOCAL_NAME, name.encode()),
        ]
    )


def _uuid(number: str) -> Any:
    return _bumble("core").UUID(number)


def _bumble(part: str) -> Any:
    try:
        return importlib.import_module(f"bumble.{part}")
    except ImportError as error:
        raise DeviceSilent("strap", NO_BUMBLE) from error
