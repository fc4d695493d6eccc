"""Percent of HRmax to beats and back, and where a heart rate lies relative to a zone.

Zones of 85-95 % (intervals) and 60-70 % (recovery): Helgerud et al. 2007; the warm-up's 60-70 % and the
cool-down's 50-70 % follow the Norwegian clinics' practice (rusfeltet.no, CERG at NTNU).
"""

import math
from dataclasses import dataclass
from enum import StrEnum

LOWEST_HR_MAX_BPM = 100
HIGHEST_HR_MAX_BPM = 220
LOWEST_HR_REST_BPM = 30
"""An HRmax outside these bounds is a typing mistake."""


class ZoneState(StrEnum):
    """Where the heart rate is, seen from the phase's zone."""

    BELOW = "below"
    IN = "in"
    ABOVE = "above"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Zone:
    """A heart-rate zone in percent of HRmax, both ends included."""

    low_percent: float
    high_percent: float

    def __post_init__(self) -> None:
        """Refuse zones that no heart can be in.

        Raises:
            ValueError: when the ends are not in order within 30-100 %.
        """
        if not 30 <= self.low_percent < self.high_percent <= 100:  # noqa: PLR2004  # the message says what they are
            message = f"a zone must rise within 30-100 % of HRmax, not {self.low_percent:g}-{self.high_percent:g}"
            raise ValueError(message)

    def beats(self, hr_max_bpm: float) -> tuple[int, int]:
        """The lowest and the highest whole heart rate (bpm) that lie in the zone."""
        # A hair's width, so that 0.85 x 180 = 153 does not become 154 in binary fractions.
        low = math.ceil(self.low_percent * hr_max_bpm / 100 - 1e-9)
        high = math.floor(self.high_percent * hr_max_bpm / 100 + 1e-9)
        return low, high

    def state(self, heart_rate_bpm: float | None, hr_max_bpm: float) -> ZoneState:
        """Where this heart rate lies; UNKNOWN when the strap is silent."""
        if heart_rate_bpm is None:
            return ZoneState.UNKNOWN
        low, high = self.beats(hr_max_bpm)
        if heart_rate_bpm < low:
            return ZoneState.BELOW
        return ZoneState.ABOVE if heart_rate_bpm > high else ZoneState.IN


def percent_of_max(heart_rate_bpm: float, hr_max_bpm: float) -> float:
    """A heart rate in percent of HRmax."""
    return 100 * heart_rate_bpm / hr_max_bpm
