"""Treadmill Data over Bluetooth, held against a decoder by other hands."""

import pytest
from deancochran_ftms import measurements
from hypothesis import given
from hypothesis import strategies as st

from drivers.treadmill.ftms import TREADMILL_DATA, decode, encode
from station.errors import DeviceGarbled
from station.ports import BeltSample


@pytest.mark.parametrize(
    ("packet", "speed_kmh", "incline_percent"),
    [
        ("00 00 e8 03", 10.0, None),
        ("08 00 3a 02 19 00 0e 00", 5.7, 2.5),
        ("0c 04 3a 02 d2 04 00 e2 ff ff 7f 7d 00", 5.7, -3.0),
        ("01 00", None, None),
        ("08 00 3a 02 ff 7f ff 7f", 5.7, None),
        ("0a 00 3a 02 30 02 19 00 0e 00", 5.7, 2.5),
        ("84 24 3a 02 d2 04 00 01 02 03 04 05 06 07 08 09", 5.7, None),
    ],
)
def test_each_packet_is_understood(packet: str, speed_kmh: float | None, incline_percent: float | None) -> None:
    assert decode(bytes.fromhex(packet), 1.0) == BeltSample(
        at_s=1.0, speed_kmh=speed_kmh, incline_percent=incline_percent
    )


def test_the_paces_behind_the_incline_may_have_either_size() -> None:
    narrow, wide = bytes.fromhex("28 00 3a 02 19 00 0e 00 0c"), bytes.fromhex("28 00 3a 02 19 00 0e 00 0c 00")

    assert decode(narrow, 1.0) == decode(wide, 1.0) == BeltSample(at_s=1.0, speed_kmh=5.7, incline_percent=2.5)


@pytest.mark.parametrize("packet", ["", "00", "00 00 e8", "08 00 3a 02 19 00", "08 00 3a 02 19 00 0e"])
def test_a_packet_shorter_than_its_flags_announce_is_refused(packet: str) -> None:
    with pytest.raises(DeviceGarbled, match="does not fit its flags"):
        decode(bytes.fromhex(packet), 1.0)


@pytest.mark.parametrize("packet", ["00 00 ff ff", "08 00 3a 02 f4 01 00 00", "08 00 3a 02 00 80 00 00"])
def test_what_no_treadmill_does_is_refused(packet: str) -> None:
    with pytest.raises(DeviceGarbled):
        decode(bytes.fromhex(packet), 1.0)


@given(st.integers(0, 3000), st.integers(-100, 400))
def test_speed_and_incline_are_read_as_the_deancochran_ftms_package_reads_them(hundredths: int, tenths: int) -> None:
    packet = encode(hundredths / 100, tenths / 10)

    read = decode(packet, 0.0)
    peer = peers(packet)

    assert (read.speed_kmh, read.incline_percent) == peer == (hundredths / 100, tenths / 10)


@given(st.binary(max_size=24))
def test_any_packet_is_read_or_refused(packet: bytes) -> None:
    try:
        read = decode(packet, 0.0)
    except DeviceGarbled:
        return
    assert read.speed_kmh is None or 0 <= read.speed_kmh <= 30
    assert read.incline_percent is None or -10 <= read.incline_percent <= 40


def peers(packet: bytes) -> tuple[float, float]:
    decoded = measurements.decode_measurement(TREADMILL_DATA, packet).measurement
    assert decoded is not None
    speed_mps, incline_percent = decoded.metrics.speed_mps, decoded.metrics.inclination_percent
    assert speed_mps is not None
    assert incline_percent is not None
    return round(speed_mps * 3.6, 2), incline_percent
