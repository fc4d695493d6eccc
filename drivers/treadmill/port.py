"""The serial port of a treadmill: asks what the codec may ask, and nothing else; for ever.

Responsible for the port (opening, exclusive use, unplugging, replugging) and for the allow-list below the codec.
pyserial is read in one plain thread; its reports cross to the event loop in one place. Knows no protocol.
"""

import asyncio
import errno
import termios
import threading
from collections.abc import Callable
from typing import TypeVar

import serial

from drivers.link import LinkTeller
from drivers.treadmill.codec import Event, Line, Nak, Noise, Request, TreadmillCodec, Withheld
from station.errors import DeviceSilent
from station.ports import BeltReport, BeltSample, Clock, Link

POLL_EVERY_S = 0.25
REOPEN_EVERY_S = 0.5
SILENT_AFTER_S = 3.0
"""Without speed or incline for this long the treadmill counts as lost."""
HELD_S = 1.0
"""How long one of two figures is held while only the other is answered."""
LONGEST_BLOCK_S, SHORTEST_BLOCK_S = 0.1, 0.005
"""Real seconds a read may block: the most, so that the thread ends soon when asked; the least, on fast clocks."""
LONGEST_WRITE_S = 1.0
"""Real seconds a question may take to be handed over. Far longer than the port needs: pyserial also counts the time
in which this thread waits for its turn, and a slow machine that paints would seem to have lost its cable."""

PORT_TROUBLE = (serial.SerialException, OSError, termios.error)
"""`termios.error` is no OSError; pyserial lets it through from a port that is gone."""

T = TypeVar("T")

Witness = Callable[[float, bool, bytes], None]
"""Sees all bytes on the line: when, whether we sent them, and which. Called in the reader's thread."""


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


class SerialTreadmill:
    """A treadmill on a serial port: read at least once a second, never moved.

    With `listens_only` not a byte is sent: the treadmill's own master asks, and the station overhears the answers.
    """

    def __init__(
        self,
        clock: Clock,
        codec: TreadmillCodec,
        path: str,
        *,
        listens_only: bool = False,
        witness: Witness | None = None,
    ) -> None:
        self._clock = clock
        self._codec = codec
        self._path = path
        self._listens_only = listens_only
        self._witness = witness

    async def run(self, report: BeltReport) -> None:
        """Report the belt's speed and incline; open the port again whenever it is lost; for ever."""
        loop = asyncio.get_running_loop()
        died: asyncio.Future[None] = loop.create_future()

        def cross(tell: Callable[[T], None], news: T) -> None:
            """Carry what the reader's thread has to tell over to the loop: the one place where they meet."""
            loop.call_soon_threadsafe(tell, news)

        def mourn(error: BaseException) -> None:
            if not died.done():
                died.set_exception(error)

        def work() -> None:
            try:
                reader.read_for_ever()
            except BaseException as error:  # noqa: BLE001  # crosses to the loop and ends the process there
                cross(mourn, error)

        reader = _Reader(
            self._clock,
            self._codec,
            self._path,
            tell=lambda news: cross(report, news),
            listens_only=self._listens_only,
            witness=self._witness,
        )
        thread = threading.Thread(target=work, name="treadmill", daemon=True)
        thread.start()
        try:
            await died
        finally:
            reader.stop()
            thread.join()


class _Reader:
    """What the thread does."""

    def __init__(  # noqa: PLR0913  # the parts of the driver, handed over to its thread
        self,
        clock: Clock,
        codec: TreadmillCodec,
        path: str,
        *,
        tell: Callable[[BeltSample | Link], None],
        listens_only: bool,
        witness: Witness | None,
    ) -> None:
        self._clock = clock
        self._codec = codec
        self._path = path
        self._tell = tell
        self._may_send = frozenset() if listens_only else codec.safe_tx
        self._listens_only = listens_only
        self._witness = witness or (lambda _at_s, _ours, _data: None)
        self._link = LinkTeller("treadmill", clock, tell)
        self._stopped = threading.Event()
        self._figures_at_s = 0.0
        self._only_noise = False
        self._instead: str | None = None
        self._speed: tuple[float, float] | None = None
        self._incline: tuple[float, float] | None = None

    def stop(self) -> None:
        self._stopped.set()

    def read_for_ever(self) -> None:
        block_s = min(LONGEST_BLOCK_S, max(SHORTEST_BLOCK_S, self._clock.real_s(LONGEST_BLOCK_S)))
        while not self._stopped.is_set():
            try:
                port = ReadOnlyPort(self._path, self._codec.line, self._may_send, block_s=block_s)
                try:
                    self._converse(port)
                finally:
                    port.close()
            except DeviceSilent as silent:
                # A port that was pulled out is not there: that is no second piece of news.
                tell = self._link.searching if _is_not_there(silent) else self._link.trouble
                tell(silent.what)
                self._pause(REOPEN_EVERY_S)

    def _converse(self, port: ReadOnlyPort) -> None:
        self._codec.begin()
        self._figures_at_s, self._only_noise, self._instead = self._clock.now_s(), False, None
        while not self._stopped.is_set():
            began_s = self._clock.now_s()
            if self._listens_only:
                self._report(self._events(port.receive()))
            else:
                self._report([answer for request in self._codec.poll() for answer in self._answers(port, request)])
                self._pause(began_s + POLL_EVERY_S - self._clock.now_s())
            self._judge_silence()

    def _answers(self, port: ReadOnlyPort, request: Request) -> list[Event]:
        """What the treadmill answers to one question; late answers to earlier ones included."""
        answers = self._events(port.waiting())
        if self._stopped.is_set():
            return answers
        port.send(request.send)
        self._witness(self._clock.now_s(), True, request.send)
        deadline_s = self._clock.now_s() + request.deadline_s
        answered = False
        while not (answered or self._stopped.is_set()):
            data = port.receive()
            now_s = self._clock.now_s()
            fresh = self._events(data)
            answers += fresh
            answered = any(not isinstance(event, Withheld | Noise) for event in fresh)
            if not data and now_s >= deadline_s:
                break
        self._pause(request.gap_s)
        return answers

    def _events(self, data: bytes) -> list[Event]:
        now_s = self._clock.now_s()
        if data:
            self._witness(now_s, False, data)
        return list(self._codec.feed(data, now_s))

    def _report(self, answers: list[Event]) -> None:
        for answer in answers:
            match answer:
                case Noise():
                    self._only_noise = True
                case Withheld():
                    self._instead = answer.why
                case Nak():
                    self._instead = f"the treadmill refuses to tell: {answer.what}"
        if not any(isinstance(answer, BeltSample) for answer in answers):
            return
        self._figures_at_s, self._only_noise, self._instead = self._clock.now_s(), False, None
        self._link.connected()
        for answer in answers:
            if isinstance(answer, BeltSample) and answer.speed_kmh is not None:
                self._speed = (answer.at_s, answer.speed_kmh)
            if isinstance(answer, BeltSample) and answer.incline_percent is not None:
                self._incline = (answer.at_s, answer.incline_percent)
        now_s = self._clock.now_s()
        self._tell(
            BeltSample(at_s=now_s, speed_kmh=_held(self._speed, now_s), incline_percent=_held(self._incline, now_s))
        )

    def _judge_silence(self) -> None:
        if self._clock.now_s() - self._figures_at_s < SILENT_AFTER_S:
            return
        if self._instead is not None:
            self._link.trouble(self._instead)
        elif self._only_noise:
            self._link.lost(f"{self._path} sends bytes but no valid {self._codec.name} answer; {CHECK_LINE}")
        elif self._listens_only:
            self._link.trouble(
                f"nothing is said on {self._path}; does the treadmill's own master run, and the tap fit?"
            )
        else:
            self._link.trouble(f"no answer on {self._path}; is the treadmill switched on, the cable in the right port?")

    def _pause(self, seconds: float) -> None:
        if seconds > 0:
            self._stopped.wait(self._clock.real_s(seconds))


UNPLUGGED = "the cable was pulled out, or the adapter lost its power; plug it in again"
CHECK_LINE = "check baud_rate and protocol in the settings against the treadmill's manual"


def _held(seen: tuple[float, float] | None, now_s: float) -> float | None:
    """What was seen last, if it is fresh: one lost answer does not blank the figure that came a moment ago."""
    return None if seen is None or now_s - seen[0] > HELD_S else seen[1]


def _is_not_there(silent: DeviceSilent) -> bool:
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
