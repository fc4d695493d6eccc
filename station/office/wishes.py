"""What the pages ask the application to do, one thing at a time, and how it answers. Values only.

An entry is a single wish at its end: a power cut before it leaves what was there.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from station.office.known import Known
from station.staff.clearance import Role
from station.staff.desk import Locked, Therapist
from station.staff.mode import Mode
from station.staff.plan import Plan
from station.training.patient import HrMaxSource
from station.training.strength import Exercise
from station.visit import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class LogIn:
    """Let this therapist in, if the PIN is right."""

    therapist: int
    pin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """The first therapist, or another one."""

    sign: str
    pin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetPin:
    """Give this therapist a new PIN."""

    therapist: int
    pin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """Close the pages, and say so in the audit."""

    why: Locked


class View(StrEnum):
    """What can be looked at."""

    PEOPLE = "people"
    FILE = "file"
    RESULTS = "results"
    SESSION = "session"
    LEARNT = "learnt"
    ONE_RM = "one_rm"
    STATION = "station"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Read this anew; of which patient, and which session."""

    what: View
    code: str | None = None
    session: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Create:
    """A new patient."""

    code: str
    picture: Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveHrMax:
    """HRmax with its source; the birth year where the age formula was used."""

    code: str
    bpm: int
    source: HrMaxSource
    birth_year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerProposal:
    """HRmax as a clean reading proposed it, or not."""

    code: str
    take: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveOneRm:
    """1RM of one exercise: measured, or with a high end estimated; on which day."""

    code: str
    exercise: Exercise
    kg: float
    high_kg: float | None
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicationChanged:
    """A medicine that moves the heart rate was changed today: HRmax holds no longer."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SavePlan:
    """The prescription from now on."""

    code: str
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveClearance:
    """Cleared for intervals by this role for so many weeks from today."""

    code: str
    role: Role
    weeks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget:
    """Delete what the coach has learnt of the patient."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """The patient's sessions to a stick: all of them, or the newest only."""

    code: str
    newest_only: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Erase:
    """Delete the patient and all sessions."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMode:
    """How much of the advice patients see at this station."""

    mode: Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Train with this patient now: the pages close, the patient's begin."""

    code: str


Wish = (
    LogIn
    | SetUp
    | ResetPin
    | Lock
    | Look
    | Create
    | SaveHrMax
    | AnswerProposal
    | SaveOneRm
    | MedicationChanged
    | SavePlan
    | SaveClearance
    | Forget
    | Export
    | Erase
    | SetMode
    | Start
)


class Fault(StrEnum):
    """Why an entry was not taken; each has a sentence."""

    PIN_WRONG = "pin_wrong"
    PIN_SHORT = "pin_short"
    PIN_SIMPLE = "pin_simple"
    PIN_DIFFERS = "pin_differs"
    SIGN_EMPTY = "sign_empty"
    SIGN_DIGITS = "sign_digits"
    SIGN_TAKEN = "sign_taken"
    CODE_SHORT = "code_short"
    CODE_TAKEN = "code_taken"
    NO_DIGITS = "no_digits"
    """A digit, where none chooses a row and none is typed."""
    NOBODY = "nobody"
    """No code has these digits."""
    HR_RANGE = "hr_range"
    KG_RANGE = "kg_range"
    REPETITIONS_RANGE = "repetitions_range"
    SESSION_RANGE = "session_range"
    YEAR_RANGE = "year_range"
    WEEKS_RANGE = "weeks_range"
    NO_STICK = "no_stick"
    NOTHING_TO_EXPORT = "nothing_to_export"
    NOT_SAVED = "not_saved"
    NOT_READ = "not_read"
    NOT_ALLOWED = "not_allowed"


class Notice(StrEnum):
    """What has just been done."""

    SAVED = "saved"
    FORGOTTEN = "forgotten"
    ERASED = "erased"
    EXPORTED = "exported"
    PIN_SET = "pin_set"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a wish."""

    known: Known
    let_in: Therapist | None = None
    fault: Fault | None = None
