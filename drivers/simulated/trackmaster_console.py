"""The Trackmaster face of the simulated treadmill: bytes in, bytes out, as the console's board answers them.

Source of the commands: TMX428/428CP/58 Service Manual 317-160-406 rev 4 (2021) pp. 63-65. All of them are here,
those that move the belt as well: other people's clients drive the simulated treadmill through them, and each one is
kept in `belt_commands`, so that a test can say of our own driver that it never sent any.
"""

from collections.abc import Callable, Mapping

from drivers.simulated.treadmill import SimulatedTreadmill
from drivers.treadmill.codec import SpeedUnit

WATCHDOG_S = 0.5
POWER_UP = b"T"
OUT_OF_RANGE = b"\xbe"
NOT_RECOGNISED = b"\xbf"

START_WATCHED, START, STOP, SET_SPEED, SET_INCLINE = 0xA0, 0xA1, 0xA2, 0xA3, 0xA4
RESET_TOTALS, AUTO_STOP, COOL_DOWN, TOGGLE_ECHO = 0xA8, 0xAA, 0xAB, 0xAC
DIGITS: Mapping[int, int] = {SET_SPEED: 4, SET_INCLINE: 4, 0xA5: 4, 0xA6: 2, 0xA7: 2, 0xA9: 4}
"""How many ASCII digits follow a command byte; none for all others."""
ZEROES: Mapping[int, int] = {
    **dict.fromkeys((0xC5, 0xC6, 0xC7, 0xCA, 0xCB, 0xCC, 0xCD), 4),
    **dict.fromkeys((0xC8, 0xC9), 2),
}
"""Questions this console answers with zeroes, as the real one does."""
MOVING = frozenset({START_WATCHED, START, STOP, SET_SPEED, SET_INCLINE, AUTO_STOP, COOL_DOWN})
COOL_DOWN_KMH = 3.0


class TrackmasterConsole:
    """The console's end of the line. `unit` is what its display counts speed in."""

    def __init__(self, treadmill: SimulatedTreadmill, *, unit: SpeedUnit) -> None:
        self.belt_commands: list[bytes] = []
        """Every command that came in and would move, stop or tilt a real belt, oldest first."""
        self.echo = False
        self._treadmill = treadmill
        self._unit = unit
        self._pending = b""
        self._questions: Mapping[int, Callable[[], bytes]] = {
            0xC0: self._belt_status,
            0xC1: lambda: _tenths(treadmill.shown_speed_kmh / unit.kmh),
            0xC2: lambda: _tenths(treadmill.shown_incline_percent),
            0xC3: lambda: _tenths(treadmill.set_speed / unit.kmh),
            0xC4: lambda: _tenths(treadmill.set_incline),
        }
        self._commands: Mapping[int, Callable[[], None]] = {
            START_WATCHED: self._start_watched,
            START: self._start,
            STOP: treadmill.stop,
            AUTO_STOP: treadmill.stop_and_flatten,
            COOL_DOWN: self._cool_down,
            TOGGLE_ECHO: self._toggle_echo,
        }

    def feed(self, data: bytes) -> bytes:
        """What the console answers to these bytes; command data may come in any chunks."""
        return b"".join(self._byte(byte) for byte in data)

    def woken(self) -> bytes:
        """Switch the board off and on: everything is zero again, and the board says `T` and looks for its echo."""
        self._treadmill.stop_and_flatten()
        self.echo = False
        self._pending = b""
        return POWER_UP

    def _byte(self, byte: int) -> bytes:
        if self._treadmill.watchdog_s is not None:
            self._treadmill.watchdog_s = WATCHDOG_S
        self._pending += bytes([byte])
        code, digits = self._pending[0], self._pending[1:]
        if len(digits) < DIGITS.get(code, 0):
            return b""
        self._pending = b""
        if code in MOVING:
            self.belt_commands.append(bytes([code]) + digits)
        answer = self._answer(code, digits)
        return answer + digits if self.echo and answer != NOT_RECOGNISED else answer

    def _answer(self, code: int, digits: bytes) -> bytes:
        reply = bytes([code + 0x10 & 0xFF])
        if code in self._questions:
            return reply + self._questions[code]()
        if code in ZEROES:
            return reply + b"0" * ZEROES[code]
        if code in DIGITS:
            return reply if digits.isdigit() and self._set(code, int(digits) / 10) else OUT_OF_RANGE
        if code in self._commands:
            self._commands[code]()
            return reply
        return reply if code == RESET_TOTALS else NOT_RECOGNISED

    def _set(self, code: int, figure: float) -> bool:
        if code == SET_SPEED:
            return self._speed_set(figure)
        if code == SET_INCLINE:
            return self._incline_set(figure)
        return True  # time, protocol, stage and weight are taken without effect

    def _start(self) -> None:
        self._treadmill.start()
        self._treadmill.watchdog_s = None

    def _start_watched(self) -> None:
        self._treadmill.start()
        self._treadmill.watchdog_s = WATCHDOG_S

    def _cool_down(self) -> None:
        self._treadmill.set_speed_kmh(COOL_DOWN_KMH)
        self._treadmill.set_incline_percent(0)

    def _toggle_echo(self) -> None:
        self.echo = not self.echo

    def _belt_status(self) -> bytes:
        if not self._treadmill.running:
            return b"1"
        return b"3" if self._treadmill.watchdog_s is None else b"2"

    def _speed_set(self, speed: float) -> bool:
        speed_kmh = speed * self._unit.kmh
        if not self._treadmill.make.speed_min_kmh <= speed_kmh <= self._treadmill.make.speed_max_kmh:
            return False
        self._treadmill.set_speed_kmh(speed_kmh)
        return True

    def _incline_set(self, incline_percent: float) -> bool:
        on_grid = round(incline_percent * 10) % 5 == 0
        if not on_grid or incline_percent > self._treadmill.make.incline_max_percent:
            return False
        self._treadmill.set_incline_percent(incline_percent)
        return True


def _tenths(quantity: float) -> bytes:
    return b"%04d" % round(10 * quantity)
