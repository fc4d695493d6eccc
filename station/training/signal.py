"""How far the heart rate can be trusted at this instant, and why not: a fold over readings.

Responsible for judging the strap's signal; knows nothing of the person but the heart rate the coach expected.
No upward advice is given until the quality has been good for 30 s (the guard sees to that).
"""

from dataclasses import dataclass
from enum import StrEnum

from station.training.reading import Reading

USABLE_FOR_S = 5.0
"""A heart rate older than this is shown as dashes and never advised on."""
GOOD_BEFORE_UP_S = 30.0


class Quality(StrEnum):
    """How far to trust the heart rate."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    STALE = "stale"


class Doubt(StrEnum):
    """Why the heart rate is not trusted."""

    SILENT = "silent"
    NO_CONTACT = "no_contact"
    JUMP = "jump"
    FROZEN = "frozen"
    RR_MISMATCH = "rr_mismatch"
    CADENCE = "cadence"
    UNEXPECTED = "unexpected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What the coach's model expected of the next heart rate, in bpm."""

    mean_bpm: float
    sd_bpm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """The judgement after the newest reading."""

    quality: Quality = Quality.STALE
    doubt: Doubt | None = Doubt.SILENT
    heart_rate_bpm: int | None = None
    """The newest heart rate the strap gave, None when it is older than five seconds."""
    silent_s: float = 0.0
    """Seconds since the strap last gave a heart rate (since the first reading, if it never did)."""
    good_for_s: float = 0.0
    """How long the quality has been good without a break."""
    at_s: float | None = None


def judged(signal: Signal, reading: Reading, expectation: Expectation | None = None) -> Signal:
    """The signal after one more reading."""
    passed_s = 0.0 if signal.at_s is None else max(0.0, reading.at_s - signal.at_s)
    if reading.heart_rate_bpm is None or reading.contact is False:
        silent_s = signal.silent_s + passed_s
        return Signal(
            quality=Quality.STALE if silent_s > USABLE_FOR_S else Quality.DOUBTFUL,
            doubt=Doubt.NO_CONTACT if reading.contact is False else Doubt.SILENT,
            heart_rate_bpm=None if silent_s > USABLE_FOR_S else signal.heart_rate_bpm,
            silent_s=silent_s,
            at_s=reading.at_s,
        )
    good_for_s = signal.good_for_s + passed_s if signal.quality is Quality.GOOD else 0.0
    return Signal(
        quality=Quality.GOOD,
        doubt=None,
        heart_rate_bpm=reading.heart_rate_bpm,
        good_for_s=good_for_s,
        at_s=reading.at_s,
    )
