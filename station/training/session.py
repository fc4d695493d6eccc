"""Which phase the session is in, since when, and how many intervals are done: a fold over readings.

The rules are a table of named predicates, first match wins. Facts (belt standing, strap silent) are in the
reading, never phases. The timetable is moved by the belt's clock and the patient alone; neither the coach nor
the guard can shift it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from station.training.prescription import ENDED, TRAINING, Phase, Prescription
from station.training.reading import Press, Reading, belt_speed_moves

LONGEST_STAND_S = 300.0
"""A belt that stands longer than this ends the session."""
BELT_SILENCE_BRIDGED_S = 60.0
"""A treadmill that stops reporting is taken to do what it last did for this long, then to stand.

A cable that comes loose in mid-interval must not make the interval longer for someone who still runs.
"""


class Belt(StrEnum):
    """What is known of the belt."""

    MOVING = "moving"
    STANDING = "standing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Where the training is. `interval` counts from 1 once the first interval has begun, 0 before it."""

    prescription: Prescription
    phase: Phase = Phase.READY
    interval: int = 0
    phase_elapsed_s: float = 0.0
    """Seconds of moving belt in this phase."""
    started_at_s: float | None = None
    at_s: float | None = None
    """Time of the newest reading."""
    belt: Belt = Belt.STANDING
    belt_silent_s: float = 0.0
    stood_s: float = 0.0
    """How long the belt has been standing without a break, while training."""
    last_rule: str | None = None
    """Name of the rule that led to the present phase."""

    @property
    def phase_left_s(self) -> float:
        """Seconds of moving belt until the phase is over; 0 in phases without a clock."""
        return max(0.0, self.prescription.length_s(self.phase) - self.phase_elapsed_s)

    @property
    def plan_elapsed_s(self) -> float:
        """Where the session is on the plan's time axis (see `Prescription.stages`), in seconds."""
        for stage in self.prescription.stages():
            if (stage.phase, stage.interval) == (self.phase, self.interval):
                return stage.start_s + min(self.phase_elapsed_s, stage.end_s - stage.start_s)
        return self.prescription.total_s if self.phase is Phase.FINISHED else 0.0

    @property
    def training(self) -> bool:
        """Whether the session has begun and has not ended."""
        return self.phase in TRAINING

    @property
    def ended(self) -> bool:
        """Whether the session is over."""
        return self.phase in ENDED


Predicate = Callable[[Session, Reading], bool]


def stop_pressed(_session: Session, reading: Reading) -> bool:
    """The patient wishes to stop."""
    return Press.STOP in reading.pressed


def stood_too_long(session: Session, _reading: Reading) -> bool:
    """The belt has been standing for more than five minutes."""
    return session.stood_s > LONGEST_STAND_S


def belt_moving(session: Session, reading: Reading) -> bool:
    """The belt is seen to move."""
    return reading.speed_kmh is not None and session.belt is Belt.MOVING


def time_is_up(session: Session, _reading: Reading) -> bool:
    """The phase has had its time of moving belt."""
    return session.phase_elapsed_s >= session.prescription.length_s(session.phase)


def walk_is_up(session: Session, reading: Reading) -> bool:
    """No interval is prescribed, and the easy walk has had its time."""
    return session.prescription.intervals == 0 and time_is_up(session, reading)


def last_interval_is_up(session: Session, reading: Reading) -> bool:
    """The last prescribed interval has had its time."""
    return session.interval >= session.prescription.intervals and time_is_up(session, reading)


def resumed_in_last_interval(session: Session, reading: Reading) -> bool:
    """The station comes back from a restart in the last interval."""
    return reading.resumed and session.interval >= session.prescription.intervals


def resumed(_session: Session, reading: Reading) -> bool:
    """The station comes back from a restart in mid-session."""
    return reading.resumed


@dataclass(frozen=True, slots=True)
class Rule:
    """While in one of these phases, when the predicate holds, go to that phase."""

    while_in: frozenset[Phase]
    when: Predicate
    go_to: Phase


def _in(*phases: Phase) -> frozenset[Phase]:
    return frozenset(phases)


RULES: tuple[Rule, ...] = (
    Rule(TRAINING, stop_pressed, Phase.STOPPED),
    Rule(TRAINING, stood_too_long, Phase.STOPPED),
    # After a restart the patient gets easy walking first, never hard work out of the blue.
    Rule(_in(Phase.INTERVAL), resumed_in_last_interval, Phase.COOL_DOWN),
    Rule(_in(Phase.INTERVAL), resumed, Phase.RECOVERY),
    Rule(_in(Phase.READY), belt_moving, Phase.WARM_UP),
    Rule(_in(Phase.WARM_UP), walk_is_up, Phase.COOL_DOWN),
    Rule(_in(Phase.WARM_UP), time_is_up, Phase.INTERVAL),
    Rule(_in(Phase.INTERVAL), last_interval_is_up, Phase.COOL_DOWN),
    Rule(_in(Phase.INTERVAL), time_is_up, Phase.RECOVERY),
    Rule(_in(Phase.RECOVERY), time_is_up, Phase.INTERVAL),
    Rule(_in(Phase.COOL_DOWN), time_is_up, Phase.FINISHED),
)
"""The first that applies wins."""


def advance(session: Session, reading: Reading) -> Session:
    """The session after one more reading. Readings come in time order; one that does not counts as no time passed."""
    if session.ended:
        return replace(session, at_s=reading.at_s)
    clocked = _clocked(session, reading)
    for rule in RULES:
        if clocked.phase in rule.while_in and rule.when(clocked, reading):
            return _entered(clocked, rule, reading)
    return clocked


def _clocked(session: Session, reading: Reading) -> Session:
    passed_s = 0.0
    if session.at_s is not None and not reading.resumed:
        # Of a gap between readings nobody knows more than of a silent treadmill: a minute of it counts.
        passed_s = min(BELT_SILENCE_BRIDGED_S, max(0.0, reading.at_s - session.at_s))
    belt, silent_s = _belt(session, reading, passed_s)
    elapsed_s, stood_s = session.phase_elapsed_s, session.stood_s
    if session.training and belt is Belt.MOVING:
        elapsed_s, stood_s = elapsed_s + passed_s, 0.0
    elif session.training:
        stood_s += passed_s
    return replace(
        session,
        at_s=reading.at_s,
        belt=belt,
        belt_silent_s=silent_s,
        phase_elapsed_s=elapsed_s,
        stood_s=stood_s,
    )


def _belt(session: Session, reading: Reading, passed_s: float) -> tuple[Belt, float]:
    if reading.speed_kmh is not None:
        return (Belt.MOVING if belt_speed_moves(reading.speed_kmh) else Belt.STANDING), 0.0
    silent_s = session.belt_silent_s + passed_s
    return (session.belt if silent_s <= BELT_SILENCE_BRIDGED_S else Belt.STANDING), silent_s


def _entered(session: Session, rule: Rule, reading: Reading) -> Session:
    # What a phase ran over is the next one's: the timetable does not slip with the rhythm of the readings.
    over_s = 0.0
    if rule.when in (time_is_up, walk_is_up, last_interval_is_up):
        over_s = session.phase_elapsed_s - session.prescription.length_s(session.phase)
    starts_interval = rule.go_to is Phase.INTERVAL
    return replace(
        session,
        phase=rule.go_to,
        interval=session.interval + 1 if starts_interval else session.interval,
        phase_elapsed_s=over_s,
        stood_s=0.0,
        started_at_s=reading.at_s if session.phase is Phase.READY else session.started_at_s,
        last_rule=rule.when.__name__,
    )
