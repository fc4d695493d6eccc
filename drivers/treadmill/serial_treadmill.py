"""A treadmill on a serial port: asked what the codec may ask, and heard; for ever.

Responsible for the conversation (questions, late answers, silence) and for losing and finding the port; what may be
sent is `drivers.treadmill.port`'s. One plain thread reads; its reports cross to the event loop in one place. Knows no
protocol.
"""

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

from drivers.link import LinkTeller
from drivers.treadmill.codec import Event, Nak, Noise, Request, TreadmillCodec, Withheld
from drivers.treadmill.port import ReadOnlyPort, is_not_there
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

T = TypeVar("T")

Witness = Callable[[float, bool, bytes], None]
"""Sees all bytes on the line: when, whether we sent them, and which. Called in the reader's thread."""


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

        def mourn(error: BaseException) -> None:
            if not died.done():
                died.set_exception(error)

        def tell_on_loop(tell: Callable[[T], None], news: T) -> None:
            try:
                tell(news)
            except Exception as error:  # noqa: BLE001  # the loop would only log it, at each sample anew; it ends `run`
                mourn(error)

        def cross(tell: Callable[[T], None], news: T) -> None:
            """Carry what the reader's thread has to tell over to the loop: the one place where they meet."""
            loop.call_soon_threadsafe(tell_on_loop, tell, news)

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
                tell = self._link.searching if is_not_there(silent) else self._link.trouble
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


CHECK_LINE = "check baud_rate and protocol in the settings against the treadmill's manual"


def _held(seen: tuple[float, float] | None, now_s: float) -> float | None:
    """What was seen last, if it is fresh: one lost answer does not blank the figure that came a moment ago."""
    return None if seen is None or now_s - seen[0] > HELD_S else seen[1]
