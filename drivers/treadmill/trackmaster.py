"""The Trackmaster / Full Vision protocol and its dialects, read-only: one command byte out, one reply and digits back.

Source: TMX428/428CP/58 Service Manual 317-160-406 rev 4 (2021) pp. 63-65; the FVX/TMX manual (2006, ch. 9) and the
Medisoft 800 service manual (2019, pp. 51-54) agree. The Woodway dialect of US boards: as PyPI's `pywoodway` 0.2.4,
written for a real machine, speaks it. The GE T2100 has the same board (service manual pp. 69-70) at another speed.

There is no frame and no checksum, and the treadmill speaks only when asked; but another master on the line may have
switched echo on (AC), after which command data trails each reply, and at power-up the board says `T` (54).

Speed is in tenths of the console's own distance per hour, and the unit is not on the wire: it must be configured.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from drivers.treadmill.codec import (
    BeltStatus,
    BeltStatusSeen,
    Event,
    Line,
    Nak,
    Noise,
    Request,
    SpeedUnit,
    Withheld,
    plausible_incline,
    plausible_speed,
)
from station.ports import BeltSample

BELT_STATUS, ACTUAL_SPEED, ACTUAL_INCLINE = b"\xc0", b"\xc1", b"\xc2"
BELT_STATUS_REPLY, ACTUAL_SPEED_REPLY, ACTUAL_INCLINE_REPLY, FIRMWARE_REPLY = 0xD0, 0xD1, 0xD2, 0xD3

POWER_UP: Final = 0x54
REPLY_DEADLINE_S = 0.3
NAKS: Mapping[int, str] = {
    0xBD: "the treadmill's master fell silent",
    0xBE: "data out of range",
    0xBF: "command not recognised",
}
DIGITS: Mapping[int, int] = {
    0xD0: 1,
    **dict.fromkeys((0xD1, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xDA, 0xDB, 0xDC, 0xDD), 4),
    **dict.fromkeys((0xD8, 0xD9), 2),
}
"""How many digits follow each reply byte; the replies we never ask for are skipped whole, should another ask."""
STATUSES: Mapping[bytes, BeltStatus] = {
    b"1": BeltStatus.STOPPED,
    b"2": BeltStatus.RUNNING,
    b"3": BeltStatus.RUNNING,
}
FORWARD, REVERSE = b"0", b"3"
BACKWARDS = "the belt runs backwards; the station reads belts that run forwards only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What one maker's boards do differently."""

    name: str
    baud: int = 4800
    asks: tuple[bytes, ...] = (BELT_STATUS, ACTUAL_SPEED, ACTUAL_INCLINE)
    """All that may ever be sent."""
    signed_speed: bool = False
    """The first of the speed's digits tells the direction: 0 forwards, 3 backwards."""
    free_data: frozenset[int] = frozenset()
    """Replies followed by any bytes, not by digits."""


TRACKMASTER = Dialect(name="trackmaster")
GE_T2100 = Dialect(name="ge-t2100", baud=9600)
MEDISOFT = Dialect(name="medisoft")
WOODWAY_US = Dialect(
    name="woodway-us",
    asks=(ACTUAL_SPEED, ACTUAL_INCLINE),
    signed_speed=True,
    free_data=frozenset({BELT_STATUS_REPLY, FIRMWARE_REPLY}),
)
"""C0 tells a state whose meaning is not public, and C3 the firmware, not the set speed: neither is asked for."""
DIALECTS = (TRACKMASTER, GE_T2100, MEDISOFT, WOODWAY_US)


class Trackmaster:
    """A reader of the Trackmaster protocol.

    `unit` is what the console shows speed in; `baud` is the dialect's unless the console was set up otherwise.
    """

    def __init__(self, *, unit: SpeedUnit, baud: int | None = None, dialect: Dialect = TRACKMASTER) -> None:
        self.name = dialect.name
        self.line = Line(baud=baud or dialect.baud)
        self._dialect = dialect
        self._unit = unit
        self.begin()

    @property
    def safe_tx(self) -> frozenset[bytes]:
        """The dialect's questions, and no other byte."""
        return frozenset(self._dialect.asks)

    def begin(self) -> None:
        """Forget what stood behind the port before."""
        self._partial = b""
        self._partial_since_s = 0.0

    def poll(self) -> tuple[Request, ...]:
        """One round of questions: belt status where it means something, speed, incline."""
        return tuple(Request(send=query, deadline_s=REPLY_DEADLINE_S) for query in self._dialect.asks)

    def feed(self, data: bytes, at_s: float) -> tuple[Event, ...]:
        """What these bytes tell. A reply that is not complete after 300 ms is dropped: its rest will never come."""
        events: list[Event] = []
        if self._partial and at_s - self._partial_since_s >= REPLY_DEADLINE_S:
            events.append(self._dropped(at_s))
        for byte in data:
            events += self._byte(byte, at_s)
        return tuple(events)

    def _byte(self, byte: int, at_s: float) -> list[Event]:
        if self._partial and (ord("0") <= byte <= ord("9") or self._partial[0] in self._dialect.free_data):
            self._partial += bytes([byte])
            return [self._told(at_s)] if self._complete else []
        events = [self._dropped(at_s)] if self._partial else []
        if byte in DIGITS:
            self._partial, self._partial_since_s = bytes([byte]), at_s
        elif byte in NAKS:
            events.append(Nak(at_s=at_s, what=NAKS[byte]))
        elif byte != POWER_UP:
            events.append(Noise(at_s=at_s, data=bytes([byte])))
        return events

    @property
    def _complete(self) -> bool:
        return len(self._partial) == 1 + DIGITS[self._partial[0]]

    def _dropped(self, at_s: float) -> Event:
        dropped, self._partial = self._partial, b""
        return Noise(at_s=at_s, data=dropped)

    def _told(self, at_s: float) -> Event:
        reply, self._partial = self._partial, b""
        code, digits = reply[0], reply[1:]
        if code == ACTUAL_SPEED_REPLY:
            return self._speed(digits, at_s) or Noise(at_s=at_s, data=reply)
        if code == ACTUAL_INCLINE_REPLY and plausible_incline(int(digits) / 10):
            return BeltSample(at_s=at_s, incline_percent=int(digits) / 10)
        if code == BELT_STATUS_REPLY and digits in STATUSES and BELT_STATUS in self._dialect.asks:
            return BeltStatusSeen(at_s=at_s, status=STATUSES[digits])
        return Noise(at_s=at_s, data=reply)

    def _speed(self, digits: bytes, at_s: float) -> Event | None:
        if self._dialect.signed_speed:
            direction, digits = digits[:1], digits[1:]
            if direction not in (FORWARD, REVERSE):
                return None
            if direction == REVERSE and int(digits) > 0:
                return Withheld(at_s=at_s, why=BACKWARDS)
        speed_kmh = round(int(digits) / 10 * self._unit.kmh, 2)
        return BeltSample(at_s=at_s, speed_kmh=speed_kmh) if plausible_speed(speed_kmh) else None
