"""Where the training is, as a value: the phase, since when, and how many intervals or sets are done.

What moves it from one phase to the next are the rules of its method (`interval_rules`, `set_rules`), applied by
`session.advance`.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from station.training import lifting as lifts
from station.training.lifting import Lifting
from station.training.prescription import (
    ALL_OUT_AFTER_S,
    ENDED,
    LONGEST_ALL_OUT_S,
    TRAINING,
    Method,
    Phase,
    Prescription,
)


class Belt(StrEnum):
    """What is known of the belt."""

    MOVING = "moving"
    STANDING = "standing"


COMES_DOWN_S = 60.0
"""After an all-out run the heart is above every limit for a while, and somebody stands beside the patient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Where the training is. `interval` counts intervals, or heavy sets, from 1 once the first has begun, 0 before."""

    prescription: Prescription
    phase: Phase = Phase.READY
    interval: int = 0
    phase_elapsed_s: float = 0.0
    """Seconds of moving belt in this phase; in strength training, seconds."""
    started_at_s: float | None = None
    at_s: float | None = None
    """Time of the newest reading."""
    belt: Belt = Belt.STANDING
    belt_silent_s: float = 0.0
    stood_s: float = 0.0
    """How long the belt has been standing without a break, while training."""
    last_rule: str | None = None
    """Name of the rule that led to the present phase."""
    lifting: Lifting = field(default_factory=Lifting)
    """The sets of a strength session; nothing in them otherwise."""
    untouched_s: float = 0.0
    """Seconds since something was pressed, in a strength session."""

    @property
    def phase_length_s(self) -> float:
        """How long the phase lasts in seconds; 0 for those without a clock, such as a set."""
        strength = self.prescription.strength
        if strength is None:
            lasting = self.phase is Phase.INTERVAL and self.interval == self.prescription.all_out_interval
            return ALL_OUT_AFTER_S + LONGEST_ALL_OUT_S if lasting else self.prescription.length_s(self.phase)
        if self.phase is not Phase.REST:
            return 0.0
        done = self.lifting.done
        return strength.warm_up[done[-1].number - 1].rest_s if done and done[-1].warm_up else strength.rest_s

    @property
    def phase_left_s(self) -> float:
        """Seconds of moving belt until the phase is over; 0 in phases without a clock."""
        return max(0.0, self.phase_length_s - self.phase_elapsed_s)

    @property
    def plan_elapsed_s(self) -> float:
        """Where the session is on the plan's time axis (see `Prescription.stages`), in seconds.

        Sets have no length of their own: a strength session's axis is the time since it began.
        """
        if self.prescription.method is Method.STRENGTH:
            return 0.0 if self.started_at_s is None or self.at_s is None else max(0.0, self.at_s - self.started_at_s)
        for stage in self.prescription.stages():
            if (stage.phase, stage.interval) == (self.phase, self.interval):
                return stage.start_s + min(self.phase_elapsed_s, stage.end_s - stage.start_s)
        return self.prescription.total_s if self.phase is Phase.FINISHED else 0.0

    @property
    def all_out(self) -> bool:
        """Whether an HRmax test is at the part that goes on to exhaustion."""
        last = self.phase is Phase.INTERVAL and self.interval == self.prescription.all_out_interval
        return last and self.phase_elapsed_s >= ALL_OUT_AFTER_S

    @property
    def led_by_therapist(self) -> bool:
        """Whether the station asks for nothing: all out in an HRmax test, and while the heart comes down after it."""
        tested = self.phase is Phase.COOL_DOWN and self.prescription.all_out_interval is not None
        return self.all_out or (tested and self.phase_elapsed_s < COMES_DOWN_S)

    @property
    def warm_up_sets_left(self) -> bool:
        """Whether a prescribed warm-up set is still to come, or going on."""
        strength, lifting = self.prescription.strength, self.lifting
        return strength is not None and not lifting.sets and len(lifting.warm_ups) < len(strength.warm_up)

    @property
    def in_last_set(self) -> bool:
        """Whether no set comes after the one that is going on, if it ends as it stands."""
        strength = self.prescription.strength
        return (
            strength is not None
            and self.phase is Phase.SET
            and lifts.no_more_sets(self.lifting, strength, this_one=True)
        )

    @property
    def asks_for_one_more(self) -> bool:
        """Whether all repetitions of the last set are done and the patient is asked for one more."""
        strength = self.prescription.strength
        return strength is not None and self.in_last_set and lifts.asking(self.lifting, strength)

    @property
    def training(self) -> bool:
        """Whether the session has begun and has not ended."""
        return self.phase in TRAINING

    @property
    def ended(self) -> bool:
        """Whether the session is over."""
        return self.phase in ENDED
