"""What every treadmill protocol offers the port: the questions it may ask, and what the answers mean.

A codec is sans-IO: no threads, no serial import, no clock. It owns the allow-list of exact byte strings that may ever
be sent to the treadmill; the port below it refuses everything else. Protocols are never tried out: one protocol's
question is another's START.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from station.ports import BeltSample


class SpeedUnit(StrEnum):
    """What the console's speed is counted in. Some protocols do not tell; then a person must."""

    KMH = "km/h"
    MPH = "mph"

    @property
    def kmh(self) -> float:
        """One of this unit in km/h; the international mile is 1.609344 km."""
        return 1.0 if self is SpeedUnit.KMH else 1.609344


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The serial line's settings: baud, data bits, parity (N, E or O) and stop bits."""

    baud: int
    data_bits: int = 8
    parity: str = "N"
    stop_bits: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question to the treadmill."""

    send: bytes
    deadline_s: float
    """How long to wait for the answer, in seconds."""
    gap_s: float = 0.0
    """How long to leave the line alone afterwards, in seconds."""


HIGHEST_SPEED_KMH = 30.0
INCLINES_PERCENT = (-10.0, 40.0)
"""Beyond these a figure is taken for line noise: no clinic treadmill goes there."""


def plausible_speed(speed_kmh: float) -> bool:
    """Whether a treadmill can run this fast, in km/h."""
    return 0 <= speed_kmh <= HIGHEST_SPEED_KMH


def plausible_incline(incline_percent: float) -> bool:
    """Whether a treadmill can stand this steep, in percent."""
    return INCLINES_PERCENT[0] <= incline_percent <= INCLINES_PERCENT[1]


class BeltStatus(StrEnum):
    """What the console says of the belt's motor."""

    STOPPED = "stopped"
    RUNNING = "running"


@dataclass(frozen=True, slots=True, kw_only=True)
class BeltStatusSeen:
    """The console's word on the belt, at that instant."""

    at_s: float
    status: BeltStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Nak:
    """The treadmill refuses a question: it understands the protocol, but not that request."""

    at_s: float
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """Bytes that mean nothing in this protocol, or a value no treadmill has."""

    at_s: float
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """The treadmill answers well and keeps its figures to itself; `why` is a sentence for staff with what to do."""

    at_s: float
    why: str


Event = BeltSample | BeltStatusSeen | Nak | Noise | Withheld
"""A `BeltSample` here is one answer, often with only the speed or only the incline in it."""


class TreadmillCodec(Protocol):
    """One protocol, read-only."""

    @property
    def name(self) -> str:
        """The protocol's name in the settings."""
        ...

    @property
    def line(self) -> Line:
        """The line it is spoken on."""
        ...

    @property
    def safe_tx(self) -> frozenset[bytes]:
        """The exact byte strings that may be sent; none of them moves a belt."""
        ...

    def begin(self) -> None:
        """A port has just been opened: another treadmill may stand behind it than before."""
        ...

    def poll(self) -> tuple[Request, ...]:
        """The next round of questions; speed and incline come up again and again."""
        ...

    def feed(self, data: bytes, at_s: float) -> tuple[Event, ...]:
        """What these bytes, come in at that instant, tell; in any chunks, and never an exception."""
        ...
