"""The frames of CSAFE (FitLinxx, 1997): start, stuffed contents and checksum, stop; found in any stream of bytes.

Standard frame `F1 contents checksum F2`, extended frame `F0 destination source contents checksum F2`. The checksum is
the XOR of the contents before stuffing; the addresses are left out of it. F0-F3 in contents and checksum are sent as
F3 and their low two bits. Source: Concept2, PM CSAFE Communication Definition 0.27.

Responsible for frames only; what the contents mean is `drivers.treadmill.csafe`'s to say.
"""

from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import Final

EXTENDED_START, START, STOP, STUFFED = 0xF0, 0xF1, 0xF2, 0xF3
LONGEST_FRAME: Final = 120
"""Bytes between start and stop in Concept2's longest frame; older devices stop at 96."""
LONGEST_PAUSE_S: Final = 0.5
"""A frame whose rest has not come by then is given up; devices themselves give up after 150 ms."""
ADDRESSES: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What stood in one whole frame with a right checksum."""

    data: bytes
    """May be empty: the empty frame asks for a status."""
    extended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """Bytes that are no frame: between frames, or a frame cut off or damaged."""

    data: bytes


def framed(contents: bytes) -> bytes:
    """The standard frame around these contents."""
    checked = contents + bytes([checksum(contents)])
    return bytes([START]) + b"".join(_stuffed(byte) for byte in checked) + bytes([STOP])


def checksum(contents: bytes) -> int:
    """The XOR of the contents, 0 of none."""
    return reduce(xor, contents, 0)


class FrameFinder:
    """Finds frames in a stream; bytes may come in any chunks."""

    def __init__(self) -> None:
        self._open = bytearray()
        self._since_s = 0.0

    def feed(self, data: bytes, at_s: float) -> list[Contents | Stray]:
        """The frames that these bytes complete, and what was none. Never raises."""
        found: list[Contents | Stray] = []
        if self._open and at_s - self._since_s >= LONGEST_PAUSE_S:
            found.append(self._given_up())
        for byte in data:
            found += self._byte(byte, at_s)
        return found

    def _byte(self, byte: int, at_s: float) -> list[Contents | Stray]:
        if byte in (START, EXTENDED_START):
            cut_off = [self._given_up()] if self._open else []
            self._open, self._since_s = bytearray([byte]), at_s
            return list(cut_off)
        if not self._open:
            return [Stray(data=bytes([byte]))]
        self._open.append(byte)
        if byte == STOP:
            whole, self._open = bytes(self._open), bytearray()
            contents = _unframed(whole)
            if contents is None:
                return [Stray(data=whole)]
            return [Contents(data=contents, extended=whole[0] == EXTENDED_START)]
        return [self._given_up()] if len(self._open) > LONGEST_FRAME else []

    def _given_up(self) -> Stray:
        dropped, self._open = bytes(self._open), bytearray()
        return Stray(data=dropped)


def _unframed(frame: bytes) -> bytes | None:
    checked = _unstuffed(frame[1:-1])
    if checked is None:
        return None
    if frame[0] == EXTENDED_START:
        checked = checked[ADDRESSES:]
    return checked[:-1] if checked and checksum(checked) == 0 else None


def _unstuffed(stuffed: bytes) -> bytes | None:
    plain = bytearray()
    following = iter(stuffed)
    for byte in following:
        if byte != STUFFED:
            plain.append(byte)
            continue
        low_bits = next(following, None)
        if low_bits is None or low_bits > STUFFED - EXTENDED_START:
            return None
        plain.append(EXTENDED_START | low_bits)
    return bytes(plain)


def _stuffed(byte: int) -> bytes:
    if EXTENDED_START <= byte <= STUFFED:
        return bytes([STUFFED, byte & 0x03])
    return bytes([byte])
