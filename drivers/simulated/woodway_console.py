"""The face of a Woodway US board on the simulated treadmill: Trackmaster's bytes with another meaning here and there.

Source of the commands: PyPI `pywoodway` 0.2.4, written for a real split-belt. Speed carries its direction in front.
"""

from collections.abc import Callable, Mapping

from drivers.simulated.treadmill import SimulatedTreadmill
from drivers.treadmill.codec import SpeedUnit

WATCHDOG_S = 0.5
OUT_OF_RANGE, NOT_RECOGNISED = b"\xbe", b"\xbf"
START_WATCHED, DISENGAGE, SET_SPEED, SET_INCLINE, START, AUTO_STOP = 0xA0, 0xA2, 0xA3, 0xA4, 0xA9, 0xAA
WITH_DIGITS = frozenset({SET_SPEED, SET_INCLINE})
DIGITS = 4
FORWARD, REVERSE = ord("0"), ord("3")
FIRMWARE = b"\x00\x01\x02\x07"


class WoodwayConsole:
    """The board's end of the line. `unit` is what it counts speed in; the real ones count in mph."""

    def __init__(self, treadmill: SimulatedTreadmill, *, unit: SpeedUnit) -> None:
        self.belt_commands: list[bytes] = []
        self.reverse = False
        self._treadmill = treadmill
        self._unit = unit
        self._pending = b""
        self._questions: Mapping[int, Callable[[], bytes]] = {
            0xC0: lambda: b"\xd0" + (b"1" if treadmill.running else b"0"),
            0xC1: lambda: b"\xd1%c%03d" % (REVERSE if self.reverse else FORWARD, round(10 * self._shown_speed)),
            0xC2: lambda: b"\xd2%04d" % round(10 * treadmill.shown_incline_percent),
            0xC3: lambda: b"\xd3" + FIRMWARE,
        }

    def feed(self, data: bytes) -> bytes:
        """What the board answers to these bytes."""
        return b"".join(self._byte(byte) for byte in data)

    def woken(self) -> bytes:
        """Switch the board off and on: everything is zero again."""
        self._treadmill.stop_and_flatten()
        return b""

    def _byte(self, byte: int) -> bytes:
        if self._treadmill.watchdog_s is not None:
            self._treadmill.watchdog_s = WATCHDOG_S
        self._pending += bytes([byte])
        code, digits = self._pending[0], self._pending[1:]
        if code in WITH_DIGITS and len(digits) < DIGITS:
            return b""
        self._pending = b""
        if code in self._questions:
            return self._questions[code]()
        return self._obeyed(code, digits)

    def _obeyed(self, code: int, digits: bytes) -> bytes:
        done = True
        match code:
            case 0xA0 | 0xA9:
                self._treadmill.start()
                self._treadmill.watchdog_s = WATCHDOG_S if code == START_WATCHED else None
            case 0xA2:
                self._treadmill.stop()
            case 0xAA:
                self._treadmill.stop_and_flatten()
            case 0xA3:
                done = self._speed_set(digits)
            case 0xA4:
                done = digits.isdigit()
                if done:
                    self._treadmill.set_incline_percent(int(digits) / 10)
            case _:
                return NOT_RECOGNISED
        self.belt_commands.append(bytes([code]) + digits)
        return bytes([code + 0x10]) if done else OUT_OF_RANGE

    def _speed_set(self, digits: bytes) -> bool:
        if digits[0] not in (FORWARD, REVERSE) or not digits[1:].isdigit():
            return False
        self.reverse = digits[0] == REVERSE
        self._treadmill.set_speed_kmh(int(digits[1:]) / 10 * self._unit.kmh)
        return True

    @property
    def _shown_speed(self) -> float:
        return self._treadmill.shown_speed_kmh / self._unit.kmh
