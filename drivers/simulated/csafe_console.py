"""The CSAFE face of the simulated treadmill, with the habits that were seen of real consoles.

It is silent after a damaged frame, an extended frame and a command its state does not allow; the rejection is told on
the next empty frame. In the states Manual and Offline it keeps its figures to itself. It speaks unasked when it is
switched on and when somebody presses a key. Source of frames and commands: Concept2, PM CSAFE Communication
Definition 0.27.
"""

import struct
from collections.abc import Callable, Mapping
from enum import StrEnum

from drivers.simulated.treadmill import SimulatedTreadmill
from drivers.treadmill.codec import SpeedUnit
from drivers.treadmill.csafe import Previous, State
from drivers.treadmill.csafe_frames import EXTENDED_START, STOP, STUFFED, Contents, FrameFinder, checksum, framed

TOGGLE = 0x80
SET_SPEED, SET_INCLINE = 0x25, 0x28
FIRST_SHORT = 0x80
FIGURE = 2
CHECKSUM_AND_STOP = 3
"""Bytes at a frame's end whose checksum is stuffed."""
ALLOWED: Mapping[int, tuple[frozenset[State], State]] = {
    0x81: (frozenset(State), State.READY),
    0x82: (frozenset({State.READY, State.IDLE, State.HAVE_ID, State.FINISHED}), State.IDLE),
    0x83: (frozenset({State.IDLE}), State.HAVE_ID),
    0x85: (frozenset({State.IDLE, State.HAVE_ID, State.IN_USE, State.PAUSED}), State.IN_USE),
    0x86: (frozenset({State.IN_USE, State.PAUSED}), State.FINISHED),
    0x87: (frozenset({State.READY, State.IDLE, State.HAVE_ID, State.FINISHED}), State.READY),
}
"""For each command that changes the state: from which states it may, and to which."""
SETTABLE = frozenset({State.READY, State.IDLE, State.HAVE_ID})
SECRETIVE = frozenset({State.MANUAL, State.OFFLINE})
KEPT_BACK = frozenset({0xA0, 0xA1, 0xA2, 0xA3, 0xA5, 0xA8})


class Stuffing(StrEnum):
    """What a console makes of a checksum that has to be stuffed, F0 to F3.

    One answer in sixty has such a checksum; but a steady belt can sit on it, and then every second answer does, because
    the toggle is in the checksum. Both faults were seen in other people's device-side code.
    """

    RIGHT = "as the protocol says"
    MISSING = "sent as it is"
    SLIPPED = "its low bits alone, a zero behind them, and a byte of the answer before behind the frame"


class CsafeConsole:
    """The console's end of the line. With `incline_in_tenths` it sends tenths of a percent as if they were whole."""

    def __init__(
        self,
        treadmill: SimulatedTreadmill,
        *,
        unit: SpeedUnit,
        state: State = State.IN_USE,
        incline_in_tenths: bool = False,
    ) -> None:
        self.belt_commands: list[bytes] = []
        self.state = state
        self.rejects = False
        """Whether speed and incline are refused in whatever state."""
        self.stuffing = Stuffing.RIGHT
        self._sent = b""
        self._treadmill = treadmill
        self._unit = unit
        self._incline_in_tenths = incline_in_tenths
        self._finder = FrameFinder()
        self._toggle = 0
        self._previous = Previous.ACCEPTED
        self._questions: Mapping[int, Callable[[], bytes]] = {
            0x91: lambda: bytes([9, 2, 6, 1, 0]),
            0x92: lambda: b"00",
            0x93: lambda: bytes([0 if unit is SpeedUnit.KMH else 1]),
            0x94: lambda: b"000000001",
            0xA5: self._speed,
            0xA8: self._incline,
            0xB0: lambda: b"\0",
        }

    def feed(self, data: bytes) -> bytes:
        """What the console answers to these bytes; a frame is taken as standing in one piece in time."""
        answers = b""
        for byte in data:
            for found in self._finder.feed(bytes([byte]), 0.0):
                if isinstance(found, Contents) and not found.extended:
                    answers += self._answered(found.data)
        return answers

    def woken(self) -> bytes:
        """Switch the console off and on; it tells that it is ready."""
        self.state = State.READY
        self._treadmill.stop_and_flatten()
        return framed(bytes([self.state]))

    def start_pressed(self) -> bytes:
        """A patient presses START without a network workout: manual mode, told unasked."""
        self.state = State.MANUAL
        self._treadmill.start()
        return framed(bytes([TOGGLE | self.state]))

    def _answered(self, contents: bytes) -> bytes:
        commands = _commands(contents)
        if commands is None or not all(self._allowed(command) for command, _ in commands):
            self._previous = Previous.REJECTED
            return b""
        records = b""
        for command, data in commands:
            records += self._done(command, data)
        self._toggle ^= TOGGLE
        status = self._toggle | self._previous | self.state
        self._previous = Previous.ACCEPTED
        return self._framed(bytes([status]) + records)

    def _framed(self, contents: bytes) -> bytes:
        right, check = framed(contents), checksum(contents)
        before, self._sent = self._sent, right
        if self.stuffing is Stuffing.RIGHT or not EXTENDED_START <= check <= STUFFED:
            return right
        body = right[:-CHECKSUM_AND_STOP]
        if self.stuffing is Stuffing.MISSING:
            return body + bytes([check, STOP])
        return body + bytes([check & 0x03, 0, STOP]) + before[len(right) : len(right) + 1]

    def _allowed(self, command: int) -> bool:
        if command in ALLOWED:
            return self.state in ALLOWED[command][0]
        if command in (SET_SPEED, SET_INCLINE):
            return self.state in SETTABLE
        if command in KEPT_BACK and (self.rejects or self.state in SECRETIVE):
            return False
        return command == FIRST_SHORT or command in self._questions

    def _done(self, command: int, data: bytes) -> bytes:
        if command in self._questions:
            told = self._questions[command]()
            return bytes([command, len(told)]) + told
        if command != FIRST_SHORT:
            self.belt_commands.append(bytes([command]) + data)
        if command in ALLOWED:
            self.state = ALLOWED[command][1]
        if command == SET_SPEED and len(data) >= FIGURE:
            self._treadmill.set_speed_kmh(struct.unpack("<H", data[:2])[0] / 10 * self._unit.kmh)
        if command == SET_INCLINE and len(data) >= FIGURE:
            self._treadmill.set_incline_percent(struct.unpack("<h", data[:2])[0])
        return b""

    def _speed(self) -> bytes:
        tenths = round(10 * self._treadmill.shown_speed_kmh / self._unit.kmh)
        return struct.pack("<HB", tenths, 0x31 if self._unit is SpeedUnit.KMH else 0x11)

    def _incline(self) -> bytes:
        figure = self._treadmill.shown_incline_percent * (10 if self._incline_in_tenths else 1)
        return struct.pack("<hB", round(figure), 0x4A)


def _commands(contents: bytes) -> list[tuple[int, bytes]] | None:
    commands, at = [], 0
    while at < len(contents):
        command, at = contents[at], at + 1
        if command >= FIRST_SHORT:
            commands.append((command, b""))
            continue
        if at >= len(contents) or at + 1 + contents[at] > len(contents):
            return None
        size = contents[at]
        commands.append((command, contents[at + 1 : at + 1 + size]))
        at += 1 + size
    return commands
