"""Parts for tests of the station's loop: a clock that steps, devices that follow a script, a log in memory."""

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from station.errors import StoreError
from station.intents import Intent
from station.moment import Moment
from station.ports import (
    BeltReport,
    BeltSample,
    Chosen,
    HeartRateSample,
    Link,
    RecordedSecond,
    SessionState,
    StrapReport,
)
from station.staff.mode import Mode
from station.training.patient import Patient
from station.visit import Person, Picture

Script = Callable[[float], HeartRateSample | Link | BeltSample | None]


class SteppingClock:
    """Time that jumps to where the ticker wants it, and lets every device speak on the way."""

    def __init__(self) -> None:
        self._now_s = 1000.0
        self.on_time: list[Callable[[float], None]] = []

    def now_s(self) -> float:
        return self._now_s

    async def sleep(self, seconds: float) -> None:
        await self.sleep_until(self._now_s + seconds)

    async def sleep_until(self, at_s: float) -> None:
        self._now_s = max(self._now_s, at_s)
        for speak in self.on_time:
            speak(self._now_s)
        await asyncio.sleep(0)

    def wait(self, seconds: float) -> None:
        self._now_s += seconds

    def real_s(self, seconds: float) -> float:
        return 0.0 * seconds

    def wall(self) -> datetime:
        return datetime(2026, 11, 23, 12, tzinfo=UTC) + timedelta(seconds=self._now_s - 1000.0)


class ScriptedDevice:
    """A strap or a treadmill that says what its script says, each time the clock steps."""

    def __init__(self, clock: SteppingClock, script: Script) -> None:
        self._clock = clock
        self._script = script

    async def run(self, report: StrapReport | BeltReport) -> None:
        def speak(now_s: float) -> None:
            said = self._script(now_s - 1000.0)
            if said is not None:
                report(said)  # type: ignore[arg-type]

        speak(self._clock.now_s())
        self._clock.on_time.append(speak)
        await asyncio.Event().wait()


class ScriptedScreen:
    """A screen that remembers what it was shown, and on which keys are pressed by script."""

    def __init__(self, presses: Mapping[int, Intent] | None = None) -> None:
        self.moments: list[Moment] = []
        self._presses = dict(presses or {})
        self._when: tuple[Callable[[Moment], bool], Intent] | None = None
        self._report: Callable[[Intent], None] | None = None
        self.stands_still = False
        """Whether the painter has died: what is shown reaches nobody's eyes."""
        self.painted_s = -math.inf

    def show(self, moment: Moment) -> None:
        self.moments.append(moment)
        if not self.stands_still:
            self.painted_s = moment.reading.at_s
        intent = self._presses.get(len(self.moments))
        if self._when is not None and self._when[0](moment):
            (_, intent), self._when = self._when, None
        if intent is not None and self._report is not None:
            self._report(intent)

    def presses_when(self, seen: Callable[[Moment], bool], intent: Intent) -> None:
        """Press this once, at the first moment of this kind."""
        self._when = (seen, intent)

    async def run(self, report: Callable[[Intent], None]) -> None:
        self._report = report
        await asyncio.Event().wait()


class MemoryLog:
    """A session log in memory; `breaks_at` is the number of the second at which its disk fails."""

    def __init__(self, *, breaks_at: int | None = None) -> None:
        self.opened: list[str] = []
        self.modes: list[Mode] = []
        self.prior: list[Mapping[str, object]] = []
        self.learnt: Mapping[str, object] | None = None
        self.seconds: list[RecordedSecond] = []
        self.closed: list[tuple[SessionState, Mapping[str, object] | None]] = []
        self.events: list[tuple[str, Mapping[str, object]]] = []
        self._breaks_at = breaks_at

    @property
    def healthy(self) -> bool:
        return self._breaks_at is None or len(self.seconds) < self._breaks_at

    def open(  # noqa: PLR0913  # as `SessionLog` has it
        self,
        *,
        patient: Patient,
        code: str,
        at_s: float,
        wall: datetime,
        prior: Sequence[Mapping[str, object]] = (),
        mode: Mode = Mode.FULL,
    ) -> str:
        del patient, at_s, wall
        self.modes.append(mode)
        self.prior = list(prior)
        self.opened.append(code)
        return f"session-{len(self.opened)}"

    def record(self, second: RecordedSecond) -> None:
        self.seconds.append(second)
        if not self.healthy:
            message = "the session is not being stored: disk full. Check the disk"
            raise StoreError(message)

    def event(self, at_s: float, kind: str, facts: Mapping[str, object] | None = None) -> None:
        del at_s
        self.events.append((kind, facts or {}))

    def close(
        self,
        state: SessionState,
        *,
        wall: datetime,
        summary: Mapping[str, object] | None = None,
        learnt: Mapping[str, object] | None = None,
    ) -> None:
        del wall
        self.learnt = learnt
        self.closed.append((state, summary))


class KnownPeople:
    """The people of a station, in memory; one of them needs no choosing."""

    def __init__(self, *known: Chosen, mode: Mode = Mode.FULL) -> None:
        self.known = list(known)
        self.shows = mode
        self.sent = False
        self.stranger = Chosen(code="nobody", patient=known[0].patient, stranger=True)

    @classmethod
    def one(cls, patient: Patient, code: str = "K-1", before_in_zone_s: float | None = None) -> "KnownPeople":
        return cls(Chosen(code=code, patient=patient, before_in_zone_s=before_in_zone_s))

    def listed(self) -> tuple[Person, ...]:
        pictures = list(Picture)
        return tuple(
            Person(code=one.code, picture=pictures[place % len(pictures)]) for place, one in enumerate(self.known)
        )

    def nobody(self) -> Chosen:
        return self.stranger if len(self.known) > 1 else self.known[0]

    def chosen(self, code: str) -> Chosen:
        return next(one for one in self.known if one.code == code)

    def is_sent(self, code: str) -> bool:
        return self.sent and any(one.code == code for one in self.known)

    def mode(self) -> Mode:
        return self.shows
