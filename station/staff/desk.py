"""The seam between the therapist's pages and what is stored: who may come in, whom there is, what is prescribed.

Each call that shows or changes something of a patient takes the badge of whoever does it, and is written in the audit
together with what it changes: both or neither.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from station.staff.clearance import Clearance
from station.staff.hr_max import HrMax
from station.staff.mode import Mode
from station.staff.one_rm import OneRmEntry
from station.staff.plan import Plan
from station.staff.profile import LastSession, Profile
from station.visit import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Therapist:
    """Who may log in: a place in the list (1-) and a sign as on a rota, 1-12 letters, dashes, at most three digits."""

    number: int
    sign: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """The proof that this therapist has given the right PIN; it ends when the pages are locked."""

    therapist: Therapist
    token: str = field(repr=False)


class Locked(StrEnum):
    """Why the therapist's pages were closed, as the audit has it."""

    BY_HAND = "by_hand"
    """A key, STOP among them."""
    UNTOUCHED = "untouched"
    """Nobody touched anything for five minutes."""
    BELT = "belt"
    """Somebody began to train, and had the screen."""
    TO_TRAIN = "to_train"
    """A patient was sent to the belt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogIn:
    """What came of a PIN: a badge, or how many seconds nobody can try again. Never which digit was wrong."""

    badge: Badge | None
    wait_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """One patient in the list: for the chooser and for the guard against the wrong patient."""

    code: str
    picture: Picture
    last_session: LastSession | None


class EntryKind(StrEnum):
    """What can be entered for a patient; each keeps its history."""

    HR_MAX = "hr_max"
    PLAN = "plan"
    CLEARANCE = "clearance"
    BIRTH_YEAR = "birth_year"
    MEDICATION = "medication"
    ONE_RM = "one_rm"
    """Of each exercise the newest is in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a patient's history: what was entered, when, and by whom."""

    kind: EntryKind
    at: datetime
    by: str
    value: HrMax | Plan | Clearance | OneRmEntry | int | date


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureProof:
    """What was deleted of a patient, for the one who asked for it."""

    sessions: int
    entries: int
    to_tell_the_server: int
    out_of_reach: tuple[Path, ...]
    """Files that may still hold something of the patient; delete them by hand."""
    training_now: bool
    """A session of this patient is running, and was left alone: erase again when it has ended."""
    log_emptied: bool
    """Whether the database's own log holds nothing any more; False beside a running session, until it ends."""


class Desk(Protocol):
    """What the therapist's pages can ask for. Calls that are not awaited take a few milliseconds.

    Raises of every call but the first five:
        NotAllowed: the badge is not, or no longer, good.
        StoreError: the disk fails; nothing was changed.
        ValueError: the entry is refused, with a sentence.
    """

    def therapists(self) -> tuple[Therapist, ...]:
        """Who may log in, in the order of their numbers; empty before the first has been set up."""
        ...

    def wait_s(self) -> float:
        """Seconds until a PIN may be tried again, 0 when it may be now; kept over restarts."""
        ...

    async def set_up(self, sign: str, pin: str) -> Badge:
        """Make the first therapist, and log in. Refused once there is one."""
        ...

    async def log_in(self, therapist: Therapist, pin: str) -> LogIn:
        """Try a PIN. While all must wait, nothing is tried."""
        ...

    def people(self) -> tuple[PersonLine, ...]:
        """Who can be chosen, in the order of their codes."""
        ...

    def lock(self, badge: Badge, why: Locked) -> None:
        """End the badge."""
        ...

    async def add_therapist(self, badge: Badge, sign: str, pin: str) -> Therapist:
        """Let one more in."""
        ...

    async def reset_pin(self, badge: Badge, therapist: Therapist, pin: str) -> None:
        """Give another therapist, or oneself, a new PIN."""
        ...

    def free_code(self) -> str:
        """A code that nobody has, for a patient who has none yet."""
        ...

    def create(self, badge: Badge, code: str, picture: Picture) -> Profile:
        """Make a patient: a code nobody has, never a name."""
        ...

    def profile(self, badge: Badge, code: str) -> Profile:
        """What is in force for this patient; noted in the audit as a view."""
        ...

    def viewed(self, badge: Badge, code: str, what: str) -> Profile:
        """The same, noted as a view of `what`, as of `results` or `chart`."""
        ...

    def history(self, badge: Badge, code: str) -> tuple[Entry, ...]:
        """Everything that was ever entered for this patient, newest first."""
        ...

    def set_birth_year(self, badge: Badge, code: str, year: int) -> Profile:
        """The year of birth, for the age formula."""
        ...

    def set_hr_max(self, badge: Badge, code: str, hr_max: HrMax) -> Profile:
        """A new HRmax. Whether to ask twice is `station.staff.hr_max.doubts`'s to say, before."""
        ...

    def set_plan(self, badge: Badge, code: str, plan: Plan) -> Profile:
        """A new prescription."""
        ...

    def set_clearance(self, badge: Badge, code: str, clearance: Clearance) -> Profile:
        """A new clearance."""
        ...

    def set_one_rm(self, badge: Badge, code: str, one_rm: OneRmEntry) -> Profile:
        """A new 1RM of one exercise. Whether to ask twice is `station.staff.one_rm.doubts`'s to say, before."""
        ...

    def medication_changed(self, badge: Badge, code: str, on: date) -> Profile:
        """A medicine that moves the heart rate was changed on that day: HRmax holds no longer."""
        ...

    def answer_proposal(self, badge: Badge, proposal: int, *, take: bool) -> Profile:
        """Take a proposed HRmax, or leave it; either way it is not asked again."""
        ...

    def forget_learnt(self, badge: Badge, code: str) -> None:
        """Delete what the coach has learnt of this patient."""
        ...

    def mode(self) -> Mode:
        """How much of the advice this station shows; needs no badge."""
        ...

    def set_mode(self, badge: Badge, mode: Mode) -> None:
        """Set it, from the next session on."""
        ...

    async def erase(self, badge: Badge, code: str) -> ErasureProof:
        """Delete everything of a patient, here at once, on the server with the next sync."""
        ...
