"""The Kettler face of the simulated treadmill: lines of text. Source: async.fi, notes on the Kettler protocol."""

from drivers.simulated.treadmill import SimulatedTreadmill
from drivers.treadmill.codec import SpeedUnit

LONGEST_LINE = 64


class KettlerConsole:
    """The console's end of the line."""

    def __init__(self, treadmill: SimulatedTreadmill, *, unit: SpeedUnit) -> None:
        self.belt_commands: list[bytes] = []
        self._treadmill = treadmill
        self._unit = unit
        self._line = b""

    def feed(self, data: bytes) -> bytes:
        """What the console answers to these bytes."""
        self._line += data
        *lines, self._line = self._line.split(b"\n")
        self._line = self._line[-LONGEST_LINE:]
        return b"".join(self._answer(line.strip()) for line in lines)

    def woken(self) -> bytes:
        """Switch the console off and on: it says nothing of itself."""
        return b""

    def _answer(self, line: bytes) -> bytes:
        speed = round(10 * self._treadmill.shown_speed_kmh / self._unit.kmh)
        match line:
            case b"ID":
                return b"SJ10X\r\n"
            case b"VE":
                return b"117\r\n"
            case b"ST":
                return b"000\t000\t%03d\t000\t000\t0000\t00:00\t000\r\n" % speed
            case b"RS" | b"CM":
                self.belt_commands.append(line)
                return b"ACK\r\n"
            case _:
                return b"ERROR\r\n"
