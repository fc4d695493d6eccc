"""What a strap says: Heart Rate Measurement (characteristic 0x2A37), bytes to beats and back.

Field definition: Bluetooth SIG, Heart Rate Service 1.0, section 3.1, and GATT Specification Supplement,
"Heart Rate Measurement". One flags byte, the heart rate in 8 or 16 bits, then what the flags announce:
energy expended (16 bits, kJ) and RR intervals (16 bits each, 1/1024 s), all little-endian.

Responsible for the bytes only; whether a heart rate can be believed is the core's to judge.
"""

import struct
from dataclasses import dataclass
from typing import NoReturn

from station.errors import DeviceGarbled
from station.ports import HeartRateSample

HEART_RATE_SERVICE = "0000180d-0000-1000-8000-00805f9b34fb"
HEART_RATE_MEASUREMENT = "00002a37-0000-1000-8000-00805f9b34fb"

SIXTEEN_BITS = 0x01
CONTACT_DETECTED = 0x02
CONTACT_SUPPORTED = 0x04
ENERGY_PRESENT = 0x08
RR_PRESENT = 0x10

HIGHEST_BPM = 250
"""Above it there is no heart: straps send 255 for "missing" (qdomyos-zwift #1607)."""
LONGEST_PACKET = 512
"""The longest value an attribute can have (Bluetooth Core, ATT)."""
ONE_BYTE = 0xFF


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartRateMeasurement:
    """One notification. What the strap does not tell is None or empty."""

    heart_rate_bpm: int | None
    """1-250; None when the strap sends 0, 255 or another figure no heart has."""
    contact: bool | None = None
    energy_expended_kj: int | None = None
    rr_ticks: tuple[int, ...] = ()
    """RR intervals in 1/1024 s as sent, oldest first."""

    @property
    def rr_ms(self) -> tuple[float, ...]:
        """RR intervals in milliseconds, oldest first."""
        return tuple(ticks * 1000 / 1024 for ticks in self.rr_ticks)


def decode(packet: bytes) -> HeartRateMeasurement:
    """Read one notification.

    Raises:
        DeviceGarbled: when the packet is shorter or longer than its flags announce.
    """
    if not packet or len(packet) > LONGEST_PACKET:
        _refuse(packet)
    flags = packet[0]
    at = 1
    heart_rate_bpm, at = _unsigned(packet, at, size=2 if flags & SIXTEEN_BITS else 1)
    energy_kj: int | None = None
    if flags & ENERGY_PRESENT:
        energy_kj, at = _unsigned(packet, at, size=2)
    rest = packet[at:]
    if len(rest) % 2 or (rest and not flags & RR_PRESENT):
        _refuse(packet)
    return HeartRateMeasurement(
        heart_rate_bpm=heart_rate_bpm if 0 < heart_rate_bpm <= HIGHEST_BPM else None,
        contact=bool(flags & CONTACT_DETECTED) if flags & CONTACT_SUPPORTED else None,
        energy_expended_kj=energy_kj,
        rr_ticks=struct.unpack(f"<{len(rest) // 2}H", rest),
    )


def encode(measurement: HeartRateMeasurement) -> bytes:
    """The bytes a strap sends for it; a missing heart rate is sent as 0.

    Raises:
        struct.error: when a figure does not fit its field.
    """
    flags = 0
    heart_rate_bpm = measurement.heart_rate_bpm or 0
    body = struct.pack("<H" if heart_rate_bpm > ONE_BYTE else "<B", heart_rate_bpm)
    if heart_rate_bpm > ONE_BYTE:
        flags |= SIXTEEN_BITS
    if measurement.contact is not None:
        flags |= CONTACT_SUPPORTED | (CONTACT_DETECTED if measurement.contact else 0)
    if measurement.energy_expended_kj is not None:
        flags |= ENERGY_PRESENT
        body += struct.pack("<H", measurement.energy_expended_kj)
    if measurement.rr_ticks:
        flags |= RR_PRESENT
        body += struct.pack(f"<{len(measurement.rr_ticks)}H", *measurement.rr_ticks)
    return bytes([flags]) + body


def sample(measurement: HeartRateMeasurement, at_s: float) -> HeartRateSample:
    """The measurement as the station takes it in.

    Without skin contact the beats are kept and `contact` says so: straps repeat the last figure then
    (polar-ble-sdk #83), and it is the core that judges it.
    """
    return HeartRateSample(
        at_s=at_s,
        heart_rate_bpm=measurement.heart_rate_bpm,
        contact=measurement.contact,
        rr_ms=measurement.rr_ms,
    )


def _unsigned(packet: bytes, at: int, *, size: int) -> tuple[int, int]:
    field = packet[at : at + size]
    if len(field) < size:
        _refuse(packet)
    return int.from_bytes(field, "little"), at + size


def _refuse(packet: bytes) -> NoReturn:
    message = f"a heart rate packet of {len(packet)} bytes does not fit its flags; is this a heart rate strap?"
    raise DeviceGarbled("strap", message)
