"""The seams: what the station asks of a strap, a treadmill, a panel, a clock and a screen.

A driver is one coroutine that runs for ever and reports samples and link states to a callback; expected
trouble (a strap out of reach, a cable pulled) is a report, never an exception.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from station.coach.coaching import Lesson
from station.intents import Intent
from station.moment import Moment
from station.office.side import Side
from station.staff.desk import Locked
from station.staff.mode import Mode
from station.training.advice import Advice
from station.training.cue import Cue
from station.training.patient import Patient
from station.training.prescription import Phase
from station.training.reading import Reading
from station.training.zones import ZoneState
from station.visit import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartRateSample:
    """One notification of the strap. `at_s` is the monotonic time at which it arrived."""

    at_s: float
    heart_rate_bpm: int | None
    """None when the strap itself says that it has no heart rate; without skin contact the beats are kept."""
    contact: bool | None = None
    rr_ms: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BeltSample:
    """One answer of the treadmill. None: not reported; never 0 for lack of a better figure."""

    at_s: float
    speed_kmh: float | None = None
    incline_percent: float | None = None


class LinkState(StrEnum):
    """How it stands with a device."""

    SEARCHING = "searching"
    CONNECTED = "connected"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A change in the connection to a device; `detail` is a sentence for staff, in English, with no patient data."""

    state: LinkState
    detail: str = ""


StrapReport = Callable[[HeartRateSample | Link], None]
BeltReport = Callable[[BeltSample | Link], None]


class Clock(Protocol):
    """Time, so that a session can run at another pace than the wall's."""

    def now_s(self) -> float:
        """Monotonic seconds."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let this many seconds of the clock's own time pass."""
        ...

    async def sleep_until(self, at_s: float) -> None:
        """Wait for that instant; returns at once when it has passed."""
        ...

    def wait(self, seconds: float) -> None:
        """Block the calling thread (never the loop's) for this many seconds of the clock's own time."""
        ...

    def real_s(self, seconds: float) -> float:
        """The real seconds that this many of the clock's own take: for the time-outs of blocking calls."""
        ...

    def wall(self) -> datetime:
        """The wall clock, with a time zone. Only for showing and storing, never for reckoning."""
        ...


class Strap(Protocol):
    """A heart-rate strap."""

    async def run(self, report: StrapReport) -> None:
        """Find the strap, report what it sends, and find it again when it is lost; for ever."""
        ...


class Treadmill(Protocol):
    """A treadmill that is read, and never moved."""

    async def run(self, report: BeltReport) -> None:
        """Report the belt's speed and incline at least once a second while the treadmill answers; for ever."""
        ...


class Panel(Protocol):
    """Buttons and lamps beside the screen."""

    def show(self, moment: Moment) -> None:
        """Light the lamps for this moment; returns at once."""
        ...

    async def run(self, report: Callable[[Intent], None]) -> None:
        """Report each press; for ever."""
        ...


class Sound(Protocol):
    """What the patient hears; never needed."""

    def hear(self, moment: Moment) -> str | None:
        """Sound what is new in this moment; the sentence's key when one was spoken. Returns at once."""
        ...


class Screen(Protocol):
    """What the patient sees."""

    @property
    def painted_s(self) -> float:
        """The second of the reading in the picture that is on the screen now; minus infinity before the first."""
        ...

    def show(self, moment: Moment) -> None:
        """Take this moment as the one to be seen from now on; returns at once."""
        ...

    async def run(self, report: Callable[[Intent], None]) -> None:
        """Paint what is shown and report what is pressed or touched; for ever."""
        ...


class Office(Protocol):
    """The therapist's side of the screen, behind a PIN."""

    @property
    def side(self) -> Side:
        """What lies open; closed while the patients have the screen."""
        ...

    def knocked(self, at_s: float) -> None:
        """Somebody pressed the staff key."""
        ...

    def pressed(self, intent: Intent) -> None:
        """A key, a digit or a touched row, while it is open."""
        ...

    def waited(self, at_s: float) -> None:
        """A second has passed."""
        ...

    def closes(self, why: Locked) -> None:
        """Close the pages at once: whatever was half entered is gone."""
        ...

    async def run(self, changed: Callable[[str | None], None]) -> None:
        """Do what is wished, for ever; `changed` hears of each thing done, with the code of who is to train now."""
        ...


SIMULATED = "demo-"
"""How the codes of simulated patients begin; no settings file may give such a code to a person."""


def is_simulated(code: str) -> bool:
    """Whether nobody trained in this session: it came from the demo."""
    return code.startswith(SIMULATED)


class SessionState(StrEnum):
    """What has become of a stored session."""

    OPEN = "open"
    CLOSED = "closed"
    RECOVERED = "recovered"
    """The station was away before the session's end; what had been stored was closed at the next start."""
    DISCARDED = "discarded"
    """Kept, but never sent: nobody trained."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedSecond:
    """One second as it is kept: what was read, and what the station made of it."""

    reading: Reading
    phase: Phase
    interval: int
    zone_state: ZoneState
    cue: Cue
    advice: Advice | None = None
    """The advice after the guard; how much of it was shown, the session's mode tells."""
    veto: str | None = None
    """Why the guard cut the coach's wish; None when it passed unchanged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Who trains next, with all that a session needs of them."""

    code: str
    patient: Patient
    lessons: tuple[Lesson, ...] = ()
    """What earlier sessions have taught, newest first."""
    before_in_zone_s: float | None = None
    """Seconds in the zone in the last session; None when there was none."""
    stranger: bool = False
    """Nobody was chosen: the session is kept, but sent to no patient's record."""


class People(Protocol):
    """Whom the station knows. Each call takes a few milliseconds."""

    def listed(self) -> tuple[Person, ...]:
        """Who can be chosen, in the order of the list."""
        ...

    def nobody(self) -> Chosen:
        """Who trains while nobody is chosen."""
        ...

    def chosen(self, code: str) -> Chosen:
        """The patient behind this code, as of today."""
        ...

    def is_sent(self, code: str) -> bool:
        """Whether the clinic's server has acknowledged this patient's last session."""
        ...

    def mode(self) -> Mode:
        """How much of the advice the station shows."""
        ...


class SessionLog(Protocol):
    """Where a session is kept while it runs. Nothing here waits for the disk."""

    @property
    def healthy(self) -> bool:
        """Whether everything given so far has been, or is about to be, stored."""
        ...

    def open(  # noqa: PLR0913  # what a session is begun with
        self,
        *,
        patient: Patient,
        code: str,
        at_s: float,
        wall: datetime,
        prior: Sequence[Mapping[str, object]] = (),
        mode: Mode = Mode.FULL,
    ) -> str:
        """Begin a session for the patient behind this code (a pseudonym); gives the session's id.

        `prior` is what was learnt of the patient in earlier sessions, newest first; `mode` how much is shown.

        Raises:
            StoreError: another session is still open, or the disk fails.
        """
        ...

    def close(
        self,
        state: SessionState,
        *,
        wall: datetime,
        summary: Mapping[str, object] | None = None,
        learnt: Mapping[str, object] | None = None,
    ) -> object:
        """End the session and put it into the outbox, both or neither; `learnt` is for the patient's next one.

        Raises:
            StoreError: as `record`.
        """
        ...

    def record(self, second: RecordedSecond) -> None:
        """Keep this second.

        Raises:
            StoreError: the disk fails; the second is held in memory and written when the disk comes back.
        """
        ...

    def event(self, at_s: float, kind: str, facts: Mapping[str, object] | None = None) -> None:
        """Keep something that happened: a device lost, a button, a page shown."""
        ...
