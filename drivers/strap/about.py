"""What a strap tells of itself: battery, where it is worn, maker and model; bytes to words.

Field definitions: Bluetooth SIG, Battery Service 1.0 (0x2A19), Heart Rate Service 1.0 section 3.2 (0x2A38), Device
Information Service 1.1. Nothing of it is needed for training, so nothing of it is ever refused: what cannot be read
is not told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

BATTERY_LEVEL = "00002a19-0000-1000-8000-00805f9b34fb"
SENSOR_LOCATION = "00002a38-0000-1000-8000-00805f9b34fb"
MAKER = "00002a29-0000-1000-8000-00805f9b34fb"
MODEL = "00002a24-0000-1000-8000-00805f9b34fb"
FIRMWARE = "00002a26-0000-1000-8000-00805f9b34fb"
READS = (BATTERY_LEVEL, SENSOR_LOCATION, MAKER, MODEL, FIRMWARE)

LOW_BATTERY_PERCENT = 20
FULL_PERCENT = 100
LONGEST_WORD = 40


class WornOn(StrEnum):
    """Where the sensor is worn, in the order of the field's values."""

    OTHER = "other"
    CHEST = "chest"
    WRIST = "wrist"
    FINGER = "finger"
    HAND = "hand"
    EAR_LOBE = "ear lobe"
    FOOT = "foot"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is not told is None or empty."""

    battery_percent: int | None = None
    worn_on: WornOn | None = None
    maker: str = ""
    model: str = ""
    firmware: str = ""


def about(found: Mapping[str, bytes]) -> About:
    """What these characteristics say."""
    battery, place = found.get(BATTERY_LEVEL, b""), found.get(SENSOR_LOCATION, b"")
    places = list(WornOn)
    return About(
        battery_percent=battery[0] if len(battery) == 1 and battery[0] <= FULL_PERCENT else None,
        worn_on=places[place[0]] if len(place) == 1 and place[0] < len(places) else None,
        maker=_word(found.get(MAKER, b"")),
        model=_word(found.get(MODEL, b"")),
        firmware=_word(found.get(FIRMWARE, b"")),
    )


def remark(strap: About) -> str:
    """What staff should know of it; empty when there is nothing."""
    if strap.battery_percent is not None and strap.battery_percent <= LOW_BATTERY_PERCENT:
        return f"the strap's battery is at {strap.battery_percent} %; change it soon"
    if strap.worn_on not in (None, WornOn.CHEST, WornOn.OTHER):
        return f"this sensor is worn on the {strap.worn_on}: only chest straps follow the heart closely enough"
    return ""


def _word(text: bytes) -> str:
    printable = "".join(letter for letter in text.decode("utf-8", "replace") if letter.isprintable())
    return printable.strip()[:LONGEST_WORD]
