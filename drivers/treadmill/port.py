"""The treadmill's serial port below the codec: it can send the byte strings on an allow-list, and no other.

Responsible for the port (opening, exclusive use, letting go) and for the list. Knows no protocol, and asks nothing by
itself: `drivers.treadmill.serial_treadmill` does. The only module that knows pyserial.
"""

import errno
import termios

import serial

from drivers.treadmill.codec import Line
from station.errors import DeviceSilent

LONGEST_WRITE_S = 1.0
"""Real seconds a question may take to be handed over. Far longer than the port needs: pyserial also counts the time
in which this thread waits for its turn, and a slow machine that paints would seem to have lost its cable."""

PORT_TROUBLE = (serial.SerialException, OSError, termios.error)
"""`termios.error` is no OSError; pyserial lets it through from a port that is gone."""
UNPLUGGED = "the cable was pulled out, or the adapter lost its power; plug it in again"


class ForbiddenBytes(RuntimeError):
    """A programming error: something tried to send the treadmill bytes that are not on its codec's allow-list."""


class ReadOnlyPort:
    """An open serial port that can send the byte strings on its list, and no other.

    Raises:
        DeviceSilent: from the constructor and every method, when the port is not there, or not any more.
    """

    def __init__(self, path: str, line: Line, safe_tx: frozenset[bytes], *, block_s: float) -> None:
        self._safe_tx = safe_tx
        try:
            self._serial = serial.Serial(
                path,
                baudrate=line.baud,
                bytesize=line.data_bits,
                parity=line.parity,
                stopbits=line.stop_bits,
                timeout=block_s,
                write_timeout=LONGEST_WRITE_S,
                exclusive=True,
            )
        except PORT_TROUBLE as trouble:
            raise DeviceSilent("treadmill", _why_not_open(path, trouble)) from trouble

    def send(self, data: bytes) -> None:
        """Send one question.

        Raises:
            ForbiddenBytes: when it is not on the allow-list; nothing is sent then.
        """
        if data not in self._safe_tx:
            message = f"{data.hex(' ')} is not on the treadmill's allow-list and was not sent"
            raise ForbiddenBytes(message)
        try:
            self._serial.write(data)
        except PORT_TROUBLE as trouble:
            raise DeviceSilent("treadmill", UNPLUGGED) from trouble

    def receive(self) -> bytes:
        """What has come in; waits a moment for the first byte, and returns none if none comes."""
        try:
            return bytes(self._serial.read(self._serial.in_waiting or 1))
        except PORT_TROUBLE as trouble:
            raise DeviceSilent("treadmill", UNPLUGGED) from trouble

    def waiting(self) -> bytes:
        """What has come in already, without waiting for more."""
        try:
            return bytes(self._serial.read(self._serial.in_waiting))
        except PORT_TROUBLE as trouble:
            raise DeviceSilent("treadmill", UNPLUGGED) from trouble

    def close(self) -> None:
        """Let the port go at once: held open after unplugging, it comes back under another name."""
        try:
            self._serial.close()
        except PORT_TROUBLE as trouble:
            raise DeviceSilent("treadmill", UNPLUGGED) from trouble


def is_not_there(silent: DeviceSilent) -> bool:
    """Whether it is silent because there is no such port."""
    return getattr(silent.__cause__, "errno", None) == errno.ENOENT


def _why_not_open(path: str, trouble: BaseException) -> str:
    match getattr(trouble, "errno", None):
        case errno.ENOENT:
            return f"there is no port {path}; plug the treadmill's cable in, or correct the port in the settings"
        case errno.EACCES | errno.EPERM:
            return f"the station may not open {path}; add its user to the group dialout"
        case errno.EBUSY | errno.EAGAIN:
            return f"another program holds {path}; see who with `fuser {path}`"
        case _:
            return f"{path} cannot be opened ({trouble})"
