"""The station's one Bluetooth radio: what is told of its troubles, and the ladder out of them.

Responsible for one scan or connection attempt at a time, whichever driver wants one (two at once end in InProgress,
and only a restart of the adapter clears that: bleak #178, #859), and for what to do when trying again does not help.
`drivers.notifications` does the listening.
"""

import asyncio
import logging
from dataclasses import dataclass
from enum import StrEnum

from bleak import BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakError,
    BleakGATTProtocolError,
    BleakGATTProtocolErrorCode,
)

from drivers import bluez
from station.errors import DeviceSilent

LOG = logging.getLogger("motbakke.bluetooth")

ANSWERS_S = 10.0
RADIO_TROUBLE = (BleakError, TimeoutError, OSError, EOFError)
"""What bleak and the D-Bus below it raise when the radio, the daemon or the device does not play along."""

WHAT_TO_DO = {
    BleakBluetoothNotAvailableReason.NO_BLUETOOTH: "no Bluetooth adapter; plug one in, or see `bluetoothctl list`",
    BleakBluetoothNotAvailableReason.POWERED_OFF: "Bluetooth is switched off; `bluetoothctl power on` switches it on",
    BleakBluetoothNotAvailableReason.NO_BLE_CENTRAL_ROLE: "this Bluetooth adapter is too old for straps; use another",
    BleakBluetoothNotAvailableReason.DENIED_BY_SYSTEM: "the station may not use Bluetooth; see its D-Bus policy",
}
SERVICE_DOWN = "the Bluetooth service does not run; `systemctl start bluetooth` starts it"
NO_ANSWER = "the Bluetooth service does not answer; `systemctl restart bluetooth` starts it anew"
OTHER_SCAN = "another program is scanning for Bluetooth devices; stop it"
NOTHING_HELPS = "Bluetooth does not recover; plug in another adapter, or restart the station's computer"

BOND_TROUBLE = ("NotPermitted", "AuthenticationFailed", "AuthenticationRejected")
BOND_CODES = (
    BleakGATTProtocolErrorCode.INSUFFICIENT_AUTHENTICATION,
    BleakGATTProtocolErrorCode.INSUFFICIENT_AUTHORIZATION,
    BleakGATTProtocolErrorCode.INSUFFICIENT_ENCRYPTION,
)


class Rung(StrEnum):
    """What is tried against repeated failure, besides scanning anew each time."""

    DISCONNECT = "disconnect"
    FORGET = "forget"
    SWITCH = "switch off and on"
    REPORT = "report"


FORGOTTEN_AFTER, SWITCHED_AFTER = 4, 6
LADDER = {2: Rung.DISCONNECT, FORGOTTEN_AFTER: Rung.FORGET, SWITCHED_AFTER: Rung.SWITCH, 8: Rung.REPORT}
"""After so many failures in a row; after the last rung it is climbed again from the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait for what, in real seconds."""

    scan_s: float = 5.0
    """A strap advertises about once a second; another device waits its turn for no longer than this."""
    settle_s: float = 1.0
    """How much longer is listened for a second device of the same name, before the first is taken."""
    connect_s: float = 12.0
    subscribe_s: float = 8.0
    read_s: float = 5.0
    disconnect_s: float = 3.0
    silent_s: float = 10.0
    """Straps notify once a second; a link that is up and silent for this long is given up."""
    unseen_s: float = 20.0
    """A device bound to the station that is not seen for this long may be in use by a telephone."""
    deaf_s: float = 120.0
    """A radio that has heard nothing at all for this long counts as a failure."""
    shortest_pause_s: float = 0.5
    longest_pause_s: float = 5.0
    keep_s: float = 60.0
    """How long a strap that was lost is waited for before any other may take its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A device that advertises."""

    address: str
    name: str
    signal_dbm: int
    """Of its advertisement; -40 is beside the adapter, -90 the edge of reach."""


class Radio:
    """Shared by all Bluetooth drivers of a station, as its patience is; a scan's calls may take `answers_s` in all."""

    def __init__(self, patience: Patience | None = None, *, answers_s: float = ANSWERS_S) -> None:
        self.patience = patience or Patience()
        self.answers_s = answers_s
        self.turn = asyncio.Lock()
        """Held while one driver scans or connects."""
        self.listeners = 0
        """How many devices are being listened to; the adapter is not switched off under them."""

    async def around(self, service: str, *, for_s: float) -> list[Seen]:
        """The devices with this service that advertise now, the strongest first.

        Raises:
            DeviceSilent: when Bluetooth is missing or does not answer, or another program is in the way.
        """
        seen: dict[str, Seen] = {}

        def see(device: BLEDevice, advertisement: AdvertisementData) -> None:
            if service in advertisement.service_uuids:
                name = advertisement.local_name or device.name or ""
                seen[device.address] = Seen(address=device.address, name=name, signal_dbm=advertisement.rssi)

        try:
            async with self.turn, asyncio.timeout(for_s + self.answers_s), BleakScanner(see):
                await asyncio.sleep(for_s)
        except TimeoutError as trouble:
            raise DeviceSilent("Bluetooth", NO_ANSWER) from trouble
        except RADIO_TROUBLE as trouble:
            raise DeviceSilent("Bluetooth", what_to_do(trouble) or f"the scan failed ({trouble})") from trouble
        return sorted(seen.values(), key=lambda found: -found.signal_dbm)

    async def climb(self, failures: int, device_path: str | None) -> Rung | None:
        """Do what is due after so many failures in a row; what was done. Call it within `turn`."""
        rung = LADDER.get((failures - 1) % max(LADDER) + 1) if failures else None
        match rung:
            case Rung.DISCONNECT if device_path is not None:
                await bluez.disconnect(device_path)
            case Rung.FORGET if device_path is not None:
                await bluez.forget(device_path)
            case Rung.SWITCH if self.listeners == 0:
                LOG.warning("the Bluetooth adapter is switched off and on: nothing else has helped")
                await bluez.switch_off_and_on()
        return rung


def what_to_do(trouble: BaseException) -> str | None:
    """What staff should do about it; None when nothing but trying again helps."""
    match trouble:
        case BleakBluetoothNotAvailableError():
            return WHAT_TO_DO.get(trouble.reason, "Bluetooth is not available; see `bluetoothctl show`")
        case FileNotFoundError() | ConnectionError():
            return SERVICE_DOWN
        case BleakDBusError() if trouble.dbus_error.endswith(("ServiceUnknown", "NameHasNoOwner")):
            return SERVICE_DOWN
        case BleakDBusError() if trouble.dbus_error.endswith("InProgress"):
            return OTHER_SCAN
        case _:
            return None


def wants_a_bond(trouble: BaseException) -> bool:
    """Whether the device lets itself be listened to only when it is paired, or has lost the bond it had."""
    if isinstance(trouble, BleakGATTProtocolError):
        return trouble.code in BOND_CODES
    return isinstance(trouble, BleakDBusError) and trouble.dbus_error.endswith(BOND_TROUBLE)
