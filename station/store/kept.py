"""What is read back from the store, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from station.ports import SessionState
from station.staff.mode import Mode
from station.store.boot import ClockQuality
from station.training.patient import Patient
from station.training.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """One session in the list."""

    id: str
    code: str
    """The patient's pseudonym: for the screen and the therapist, never for a log line."""
    started: datetime
    state: SessionState
    in_zone_s: float | None
    """Seconds of interval work in the zone; None when there is no summary."""
    upload: str | None
    """How it stands in the outbox (`pending`, `sending`, `blocked`, `rejected`, `acked`); None when not to be sent."""
    upload_trouble: str | None = None
    """Why it has not reached the server yet, in a sentence for staff; None when nothing is wrong."""
    sealed: bool = False
    """Whether only the clinic can read its course any more."""

    @property
    def sent(self) -> bool:
        """Whether the clinic's server has acknowledged the session."""
        return self.upload in ("acked", "purged")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What is known of a session as a whole."""

    id: str
    number: int
    code: str
    plan: Patient
    state: SessionState
    start_wall: datetime
    started_at_s: float
    """The readings' clock at `start_wall`."""
    boot_id: str
    clock_quality: ClockQuality
    sw_version: str
    station_id: str
    mode: Mode = Mode.FULL
    """How much of the advice was shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """A session that was left open a moment ago, as it is needed to go on with it."""

    id: str
    code: str
    plan: Patient
    readings: tuple[Reading, ...]
    prior: tuple[dict[str, Any], ...] = ()
    """What the coach knew of the patient when the session began."""
    mode: Mode = Mode.FULL


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """What a session that was cut short comes to, when its readings are folded again."""

    summary: Mapping[str, object]
    learnt: Mapping[str, object] | None = None
    """What the coach takes into the patient's next session; None when it was too short to teach anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSecond:
    """A reading and what the station made of it, in the words of the version that stored it."""

    reading: Reading
    phase: str
    interval: int
    zone_state: str
    cue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAdvice:
    """An advice that stood from `at_s` on, as it was stored; without `advice`, the one before was withdrawn."""

    at_s: float
    advice: dict[str, Any] | None
    veto: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """Something that happened."""

    at_s: float
    kind: str
    facts: dict[str, Any]
