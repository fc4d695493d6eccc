"""Where a first interval begins and why, as it is told afterwards. Values only; which hill it is, `planner` decides."""

from dataclasses import dataclass
from enum import StrEnum


class StartReason(StrEnum):
    """Why the first interval's hill was the one that was proposed."""

    PRESCRIBED = "prescribed"
    LEARNT = "learnt"
    """The coach knew from earlier sessions what had held the zone; the warm-up then had its say."""
    GUESSED = "guessed"
    """Nothing was known but the warm-up, so the coach began with care."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The incline that stood as advice when the first interval began, in percent, and why."""

    incline_percent: float
    reason: StartReason
