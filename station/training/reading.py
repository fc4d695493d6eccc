"""What is known at one instant: the only input of the core.

Responsible for the shape of a reading and for nothing else; the board makes readings from samples,
`session` and the coach fold them.
"""

from dataclasses import dataclass
from enum import StrEnum

BELT_MOVES_FROM_KMH = 0.1
"""Slowest reported speed that counts as a moving belt; treadmills report speed in tenths."""


class Press(StrEnum):
    """What the patient can say to the training by hand."""

    STOP = "stop"
    EASIER = "easier"
    """Less, please: less hill on the treadmill, a plate step less on a machine."""
    BEGIN = "begin"
    """Ready for the first set, or for the next one before the warm-up's rest is over."""
    REPETITION = "repetition"
    """One repetition done."""
    UNDO = "undo"
    """The last repetition was a slip of the finger."""
    ENOUGH = "enough"
    """That was all: the set is over with the repetitions that were counted."""
    HEAVIER = "heavier"
    """A plate step more, in a test of 1RM only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the station knows at one instant, once a second. None means that the device is silent on it."""

    at_s: float
    """Monotonic time in seconds; only differences have a meaning."""
    heart_rate_bpm: int | None = None
    """The strap's newest heart rate, None when there is none younger than five seconds."""
    heart_rate_age_s: float = 0.0
    """How long ago the strap gave this heart rate; 0 when it is this second's."""
    speed_kmh: float | None = None
    incline_percent: float | None = None
    contact: bool | None = None
    """Whether the strap feels skin; None when the strap does not tell."""
    rr_ms: tuple[float, ...] = ()
    """RR intervals in milliseconds that came in since the last reading, oldest first."""
    pressed: tuple[Press, ...] = ()
    effort_borg: int | None = None
    """The patient's answer to the effort question, Borg 6-20, at the instant it is given."""
    resumed: bool = False
    """True on the first reading after the station itself was away (a restart in mid-session)."""


def belt_speed_moves(speed_kmh: float) -> bool:
    """Whether a belt with this speed counts as moving."""
    return speed_kmh >= BELT_MOVES_FROM_KMH
