"""What a strap tells of itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.strap.about import (
    BATTERY_LEVEL,
    FIRMWARE,
    MAKER,
    MODEL,
    READS,
    SENSOR_LOCATION,
    About,
    WornOn,
    about,
    remark,
)


def test_a_chest_strap_tells_battery_place_maker_and_model() -> None:
    found = {
        BATTERY_LEVEL: b"\x57",
        SENSOR_LOCATION: b"\x01",
        MAKER: b"Polar Electro Oy",
        MODEL: b"H10\0",
        FIRMWARE: b"5.0.0",
    }

    assert about(found) == About(
        battery_percent=87, worn_on=WornOn.CHEST, maker="Polar Electro Oy", model="H10", firmware="5.0.0"
    )
    assert remark(about(found)) == ""


def test_a_strap_that_tells_nothing_is_no_worse() -> None:
    assert about({}) == About()
    assert remark(About()) == ""


@pytest.mark.parametrize("battery", [b"", b"\x65", b"\xff", b"\x50\x00"])
def test_a_battery_level_no_battery_has_is_not_told(battery: bytes) -> None:
    assert about({BATTERY_LEVEL: battery}).battery_percent is None


def test_a_low_battery_and_a_sensor_on_the_wrist_are_remarked_on() -> None:
    assert "20 %" in remark(about({BATTERY_LEVEL: b"\x14"}))
    assert "wrist" in remark(about({SENSOR_LOCATION: b"\x02"}))
    assert remark(about({SENSOR_LOCATION: b"\x07"})) == ""


@given(st.dictionaries(st.sampled_from(READS), st.binary(max_size=100)))
def test_whatever_is_read_is_told_or_left_out(found: dict[str, bytes]) -> None:
    told = about(found)

    assert told.battery_percent is None or 0 <= told.battery_percent <= 100
    assert all(word.isprintable() and len(word) <= 40 for word in (told.maker, told.model, told.firmware))
