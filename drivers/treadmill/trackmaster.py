"""The Trackmaster / Full Vision protocol, read-only: one command byte out, one reply byte and ASCII digits back.

Source: TMX428/428CP/58 Service Manual 317-160-406 rev 4 (2021) pp. 63-65; the FVX/TMX manual (2006, ch. 9) agrees.
There is no frame and no checksum, and the treadmill speaks only when asked; but another master on the line may have
switched echo on (AC), after which command data trails each reply, and at power-up the board says `T` (54).

Speed is in tenths of the console's own distance per hour, and the unit is not on the wire: it must be configured.
"""

from collections.abc import Mapping
from typing import Final

from drivers.treadmill.codec import BeltStatus, BeltStatusSeen, Event, Line, Nak, Noise, Request, SpeedUnit
from station.ports import BeltSample

BELT_STATUS, ACTUAL_SPEED, ACTUAL_INCLINE = b"\xc0", b"\xc1", b"\xc2"
BELT_STATUS_REPLY, ACTUAL_SPEED_REPLY, ACTUAL_INCLINE_REPLY = 0xD0, 0xD1, 0xD2

POWER_UP: Final = 0x54
REPLY_DEADLINE_S = 0.3
HIGHEST_SPEED_KMH = 30.0
INCLINES_PERCENT = (-10.0, 40.0)
"""Beyond these a figure is taken for line noise: no clinic treadmill goes there."""

NAKS: Mapping[int, str] = {0xBE: "data out of range", 0xBF: "command not recognised"}
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


class Trackmaster:
    """A reader of the Trackmaster protocol.

    `unit` is what the console shows speed in; `baud` is 4800 unless the maker says otherwise (9600 on GE T2100).
    """

    name = "trackmaster"
    safe_tx = frozenset({BELT_STATUS, ACTUAL_SPEED, ACTUAL_INCLINE})

    def __init__(self, *, unit: SpeedUnit, baud: int = 4800) -> None:
        self.line = Line(baud=baud)
        self._unit = unit
        self._partial = b""
        self._partial_since_s = 0.0

    def poll(self) -> tuple[Request, ...]:
        """One round of questions: belt status, speed, incline."""
        return tuple(
            Request(send=query, deadline_s=REPLY_DEADLINE_S) for query in (BELT_STATUS, ACTUAL_SPEED, ACTUAL_INCLINE)
        )

    def feed(self, data: bytes, at_s: float) -> tuple[Event, ...]:
        """What these bytes tell. A reply that is not complete after 300 ms is dropped: its rest will never come."""
        events: list[Event] = []
        if self._partial and at_s - self._partial_since_s >= REPLY_DEADLINE_S:
            events.append(self._dropped(at_s))
        for byte in data:
            events += self._byte(byte, at_s)
        return tuple(events)

    def _byte(self, byte: int, at_s: float) -> list[Event]:
        if self._partial and ord("0") <= byte <= ord("9"):
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
        tenths = int(digits) / 10
        if code == ACTUAL_SPEED_REPLY and tenths * self._unit.kmh <= HIGHEST_SPEED_KMH:
            return BeltSample(at_s=at_s, speed_kmh=round(tenths * self._unit.kmh, 2))
        if code == ACTUAL_INCLINE_REPLY and tenths <= INCLINES_PERCENT[1]:
            return BeltSample(at_s=at_s, incline_percent=tenths)
        if code == BELT_STATUS_REPLY and digits in STATUSES:
            return BeltStatusSeen(at_s=at_s, status=STATUSES[digits])
        return Noise(at_s=at_s, data=reply)
