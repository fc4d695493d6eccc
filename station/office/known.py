"""What the station knows and the therapist may see, as it was last told: values for the pages, nothing to change.

Responsible for the shape only; the application fills it from the store after every wish.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from station.coach.start import Start
from station.staff.desk import PersonLine, Therapist
from station.staff.mode import Mode
from station.staff.one_rm import OneRmEntry
from station.staff.plan import Plan
from station.staff.profile import Profile
from station.training.prescription import Phase
from station.training.strength import Exercise
from station.training.zones import Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One earlier session in a line."""

    id: str
    started: datetime
    in_zone_s: float | None
    planned_s: float
    """All the intervals' seconds."""
    intervals_in_zone_s: tuple[float, ...] = ()
    planned_intervals: int = 0
    efforts_borg: tuple[int | None, ...] = ()
    """The last answer of each interval, Borg 6-20."""
    peak_bpm: int | None = None
    stopped: bool = False
    """Ended before the plan did."""
    estimate: bool = False
    """HRmax was an estimate that day: its minutes in the zone are worth less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One advice, and what became of it."""

    second: float
    incline_percent: float
    followed: bool
    """The treadmill stood within half a percent of it before the next advice, or the phase's end."""
    seen_s: float | None = None
    """Seconds until it was followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lap:
    """A phase as it was walked."""

    phase: Phase
    interval: int
    start_s: float
    end_s: float
    zone: Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """One session for the chart. Seconds count from its first."""

    past: Past
    seconds: float
    hr_max_bpm: int
    beats: tuple[tuple[float, int | None], ...]
    expected: tuple[tuple[float, float, float], ...]
    """(second, low, high) in bpm: where the coach expected the heart 30 s before, two standard deviations each way."""
    inclines: tuple[tuple[float, float | None], ...]
    laps: tuple[Lap, ...]
    told: tuple[Told, ...]
    good_percent: int
    """Share of the session in which the strap was trusted."""
    recovery_60_bpm: int | None
    """By how much the heart had slowed 60 s after the last interval."""
    start: Start | None
    """Where the first interval began, and why; None without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What the coach remembers of a patient, in figures a therapist can use."""

    sessions: int
    beats_per_percent: float
    """What 1 % of incline adds at the usual speed, bpm."""
    interval_incline_percent: float | None
    lag_s: float
    """Until two thirds of a change show in the heart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """One line of the audit."""

    at: datetime
    who: str
    what: str
    code: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneRmFound:
    """What the newest strength session found: a test the best attempt, another session a range."""

    exercise: Exercise
    kg: float
    high_kg: float | None
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything the pages show."""

    today: date
    therapists: tuple[Therapist, ...] = ()
    wait_s: float = 0.0
    """Until a PIN may be tried again."""
    people: tuple[PersonLine, ...] = ()
    free_code: str = "K-1001"
    profile: Profile | None = None
    start_proposed_percent: float | None = None
    """What held the middle of the zone last time."""
    templates: Mapping[str, Plan] = field(default_factory=dict)
    template_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What each template is called, by language."""
    pasts: tuple[Past, ...] = ()
    """The open patient's sessions, newest first."""
    whole: Whole | None = None
    learnt: Learnt | None = None
    one_rms: tuple[OneRmEntry, ...] = ()
    """What was entered as 1RM of the open patient, newest first."""
    one_rm_found: OneRmFound | None = None
    mode: Mode = Mode.FULL
    version: str = ""
    rejected_uploads: int = 0
    waiting_uploads: int = 0
    doctor: tuple[str, ...] = ()
    """What the doctor found to be mended, by name; empty where all is well or nobody asked."""
    log: tuple[Logged, ...] = ()
    """The audit's newest lines, newest first."""
    log_whole: bool = True
    """Whether the audit's chain holds."""
    exported_to: str = ""
