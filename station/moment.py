"""Everything there is to see at one moment: what the screen is given, and what it gives back.

Made once a second by the application from the core's state and the devices' links; a page is a pure function
of it. No words: those are the wording's.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from station.language import Language
from station.office.side import Side
from station.question import Asked
from station.training.advice import Advice
from station.training.cue import Cue
from station.training.patient import Patient
from station.training.reading import Reading, belt_speed_moves
from station.training.session import Session
from station.training.tally import Tally
from station.training.zones import ZoneState
from station.visit import Person, Visit


class StrapState(StrEnum):
    """How it stands with the strap, as the patient should know it."""

    SEARCHING = "searching"
    NO_CONTACT = "no_contact"
    """Connected, but it feels no skin."""
    BEATING = "beating"
    LOST = "lost"
    """It has beaten in this session, and is silent now."""


class StoreState(StrEnum):
    """What has become of the session's record."""

    STORED = "stored"
    SENT = "sent"
    NOT_STORED = "not_stored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One moment of the station, once a second."""

    patient: Patient
    session: Session
    reading: Reading
    zone_state: ZoneState
    advice: Advice | None
    cue: Cue
    tally: Tally = field(default_factory=Tally)
    strap: StrapState
    strap_silent_s: float = 0.0
    """Seconds since the last usable heart rate, 0 while it beats."""
    treadmill_connected: bool
    treadmill_silent_s: float = 0.0
    language: Language = Language.BOKMAL
    store: StoreState = StoreState.STORED
    heart_rate_curve: tuple[tuple[float, int | None], ...] = ()
    """For the summary: (second of the session, bpm), about every fifth second."""
    before_in_zone_s: float | None = None
    """Seconds in the zone in this patient's last session; None when there was none."""
    visit: Visit = field(default_factory=Visit)
    """Where the patient is on the way to the belt; it counts until the session begins."""
    people: tuple[Person, ...] = ()
    """Who can be chosen; empty while the station knows one patient only."""
    asked: Asked = field(default_factory=Asked)
    """What the patient is asked while training."""
    station_fault: bool = False
    """The station cannot keep a session: staff must look before anybody begins."""
    muted: bool = False
    office: Side | None = None
    """What lies open on the therapist's side; None or closed: the patients have the screen."""

    @property
    def belt_moves(self) -> bool:
        """Whether the belt is known to move."""
        return self.reading.speed_kmh is not None and belt_speed_moves(self.reading.speed_kmh)
