"""What a strap says, byte by byte."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from recorded import recorded

from drivers.strap.measurement import HeartRateMeasurement, decode, encode, sample
from station.errors import DeviceGarbled

PACKETS = recorded("heart-rate-measurement.toml")

measurements = st.builds(
    HeartRateMeasurement,
    heart_rate_bpm=st.none() | st.integers(1, 250),
    contact=st.none() | st.booleans(),
    energy_expended_kj=st.none() | st.integers(0, 0xFFFF),
    rr_ticks=st.lists(st.integers(0, 0xFFFF), max_size=9).map(tuple),
)


@pytest.mark.parametrize("vector", PACKETS["packet"], ids=lambda vector: vector["what"])
def test_each_field_is_read_as_the_definition_says(vector: dict[str, Any]) -> None:
    measurement = decode(bytes.fromhex(vector["packet"]))

    assert measurement == HeartRateMeasurement(
        heart_rate_bpm=vector.get("heart_rate_bpm"),
        contact=vector.get("contact"),
        energy_expended_kj=vector.get("energy_expended_kj"),
        rr_ticks=tuple(vector.get("rr_ticks", ())),
    )


@pytest.mark.parametrize("vector", PACKETS["garbled"], ids=lambda vector: vector["what"])
def test_a_packet_that_does_not_fit_its_flags_is_garbled(vector: dict[str, Any]) -> None:
    with pytest.raises(DeviceGarbled, match=r"strap: .*flags"):
        decode(bytes.fromhex(vector["packet"]))


def test_a_packet_longer_than_any_attribute_is_garbled() -> None:
    assert decode(b"\x10\x48" + b"\x00\x04" * 255).heart_rate_bpm == 72
    with pytest.raises(DeviceGarbled):
        decode(b"\x11\x48\x00" + b"\x00\x04" * 255)


@given(measurements)
def test_what_is_encoded_is_decoded_again(measurement: HeartRateMeasurement) -> None:
    assert decode(encode(measurement)) == measurement


def test_a_heart_rate_too_big_for_one_byte_is_sent_in_two() -> None:
    assert encode(HeartRateMeasurement(heart_rate_bpm=255)) == bytes.fromhex("00 ff")
    assert encode(HeartRateMeasurement(heart_rate_bpm=256)) == bytes.fromhex("01 00 01")


@given(st.binary(max_size=600))
def test_garbage_is_decoded_or_garbled_and_nothing_else(packet: bytes) -> None:
    with suppress(DeviceGarbled):
        heart_rate_bpm = decode(packet).heart_rate_bpm
        assert heart_rate_bpm is None or 1 <= heart_rate_bpm <= 250


def test_rr_intervals_are_told_in_milliseconds() -> None:
    taken = sample(decode(bytes.fromhex("10 3c 00 04 00 02")), at_s=12.5)

    assert (taken.at_s, taken.heart_rate_bpm, taken.rr_ms) == (12.5, 60, (1000.0, 500.0))


def test_beats_without_skin_contact_are_kept_and_marked() -> None:
    taken = sample(decode(bytes.fromhex("04 48")), at_s=1.0)

    assert (taken.heart_rate_bpm, taken.contact) == (72, False)
