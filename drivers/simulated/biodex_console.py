"""The Biodex face of the simulated treadmill. Source: Biodex RTM 400/500 manual, pp. 16-17; the scale is a guess.

The manual's pages do not tell what follows the commands that move the belt: each is kept, and answered by itself.
"""

from collections.abc import Callable, Mapping

from drivers.simulated.treadmill import SimulatedTreadmill
from drivers.treadmill.codec import SpeedUnit

START, STOP, LAST_MOVING = 0x80, 0x81, 0x86
ADDRESSES = range(0xF0, 0x100)
REFUSED = b"\xaf"


class BiodexConsole:
    """The console's end of the line; tenths of the console's unit and whole percent."""

    def __init__(self, treadmill: SimulatedTreadmill, *, unit: SpeedUnit) -> None:
        self.belt_commands: list[bytes] = []
        self._treadmill = treadmill
        self._answers: Mapping[int, Callable[[], bytes]] = {
            0xA0: lambda: b"\xa0%03d" % round(10 * treadmill.shown_speed_kmh / unit.kmh),
            0xA1: lambda: b"\xa1%02d" % round(treadmill.shown_incline_percent),
            0xA2: lambda: b"\xa2F",
            0xA3: lambda: b"\xa30000",
            0xA4: lambda: b"\xa40000",
            0xA5: lambda: b"\xa50000",
            0xA6: lambda: b"\xa60000",
            0xA7: lambda: b"\xa7\0\0\0",
            0x9F: lambda: b"\x965",
            0x9E: lambda: b"1.0\0",
        }

    def feed(self, data: bytes) -> bytes:
        """What the console answers to these bytes."""
        return b"".join(self._byte(byte) for byte in data)

    def woken(self) -> bytes:
        """Switch the console off and on: it says nothing of itself."""
        return b""

    def _byte(self, byte: int) -> bytes:
        if START <= byte <= LAST_MOVING:
            return self._moved(byte)
        if byte in self._answers:
            return self._answers[byte]()
        return b"" if byte in ADDRESSES else REFUSED

    def _moved(self, byte: int) -> bytes:
        self.belt_commands.append(bytes([byte]))
        if byte == START:
            self._treadmill.start()
        if byte == STOP:
            self._treadmill.stop()
        return bytes([byte])
