"""Treadmill Data of the Fitness Machine Service (characteristic 0x2ACD): bytes to speed and incline.

Field definition: Bluetooth SIG, Fitness Machine Service 1.0, section 4.9, and GATT Specification Supplement. Two bytes
of flags, then what they announce, little-endian. Speed and incline come before the paces, whose size two editions of
the text give differently (1 or 2 bytes): so nothing behind the incline is read.
"""

from typing import Final, NoReturn

from drivers.treadmill.codec import plausible_incline, plausible_speed
from station.errors import DeviceGarbled
from station.ports import BeltSample

FITNESS_MACHINE_SERVICE: Final = "00001826-0000-1000-8000-00805f9b34fb"
TREADMILL_DATA: Final = "00002acd-0000-1000-8000-00805f9b34fb"

MORE_DATA, AVERAGE_SPEED, TOTAL_DISTANCE, INCLINE = 0x01, 0x02, 0x04, 0x08
NOT_AVAILABLE: Final = 0x7FFF


def decode(packet: bytes, at_s: float) -> BeltSample:
    """Read one notification; speed is None where it comes in another packet, incline where it is not told.

    Raises:
        DeviceGarbled: when the packet is shorter than its flags announce, or tells what no treadmill does.
    """
    flags, at = _field(packet, 0, 2)
    speed_kmh = incline_percent = None
    if not flags & MORE_DATA:
        hundredths, at = _field(packet, at, 2)
        speed_kmh = hundredths / 100
    if flags & AVERAGE_SPEED:
        _, at = _field(packet, at, 2)
    if flags & TOTAL_DISTANCE:
        _, at = _field(packet, at, 3)
    if flags & INCLINE:
        tenths, at = _field(packet, at, 2, signed=True)
        _field(packet, at, 2)
        incline_percent = None if tenths == NOT_AVAILABLE else tenths / 10
    if speed_kmh is not None and not plausible_speed(speed_kmh):
        _refuse(packet)
    if incline_percent is not None and not plausible_incline(incline_percent):
        _refuse(packet)
    return BeltSample(at_s=at_s, speed_kmh=speed_kmh, incline_percent=incline_percent)


def encode(speed_kmh: float, incline_percent: float) -> bytes:
    """The packet a treadmill sends for these; its ramp angle is told as not available."""
    return (
        INCLINE.to_bytes(2, "little")
        + round(100 * speed_kmh).to_bytes(2, "little")
        + round(10 * incline_percent).to_bytes(2, "little", signed=True)
        + NOT_AVAILABLE.to_bytes(2, "little")
    )


def _field(packet: bytes, at: int, size: int, *, signed: bool = False) -> tuple[int, int]:
    field = packet[at : at + size]
    if len(field) < size:
        _refuse(packet)
    return int.from_bytes(field, "little", signed=signed), at + size


def _refuse(packet: bytes) -> NoReturn:
    raise DeviceGarbled("treadmill", f"a packet of {len(packet)} bytes does not fit its flags; is this a treadmill?")
