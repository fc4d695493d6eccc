"""How long each thing that can be wrong with a strap's signal has been so: counted, not judged.

Responsible for the counting; from how many seconds on it matters is `signal`'s.
"""

from dataclasses import dataclass, replace

from station.training.reading import Reading
from station.training.trail import Trail, fits, rr_differ_by

USABLE_FOR_S = 5.0
"""A heart rate older than this is shown as dashes and never advised on."""
SETTLING_S = 10.0
"""The first seconds after a strap begins to send are not used: Polar's H10 starts with wild intervals."""
LOWEST_BPM, HIGHEST_BPM = 30, 240
RR_TOLERANCE = 0.05
STAYS_WITHIN_BPM = 10
"""A heart rate that does not fit, but stays where it is from second to second, may be true after all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """How long each thing that is wrong with the signal has been so, in seconds; 0 when it is not."""

    no_contact_s: float = 0.0
    number_bpm: int | None = None
    """The newest number, and below how long it has stood still and what the coach expected when it did."""
    unchanged_s: float = 0.0
    expected_bpm: float | None = None
    rr_mismatch_s: float = 0.0
    unexpected_s: float = 0.0
    jump_s: float = 0.0
    jump_bpm: int | None = None
    """The newest heart rate that did not fit."""
    jumped_at_s: float | None = None
    settling_s: float = SETTLING_S
    """Seconds until a strap that has just begun to send is listened to."""
    doubted_s: float = 0.0
    """Seconds without a good heart rate, for whatever reason."""


def usable_heart_rate(reading: Reading) -> int | None:
    """The reading's heart rate (bpm) if it is one: 30-240 bpm and not older than five seconds."""
    heart_rate_bpm = reading.heart_rate_bpm
    if heart_rate_bpm is None or reading.heart_rate_age_s > USABLE_FOR_S:
        return None
    return heart_rate_bpm if LOWEST_BPM <= heart_rate_bpm <= HIGHEST_BPM else None


def grown(  # noqa: PLR0913  # what is counted comes from six places
    past: Suspicion, trail: Trail, reading: Reading, *, passed_s: float, unexpected: bool, expected_bpm: float | None
) -> Suspicion:
    """The counts after one more reading; `trail` already has it."""
    heart_rate_bpm = usable_heart_rate(reading)
    unchanged = heart_rate_bpm is not None and heart_rate_bpm == past.number_bpm
    return replace(
        past,
        no_contact_s=past.no_contact_s + passed_s if reading.contact is False else 0.0,
        number_bpm=heart_rate_bpm,
        unchanged_s=past.unchanged_s + passed_s if unchanged else 0.0,
        expected_bpm=past.expected_bpm if unchanged else expected_bpm,
        rr_mismatch_s=_rr_mismatch_s(past, trail, reading, heart_rate_bpm, passed_s),
        unexpected_s=past.unexpected_s + passed_s if unexpected else 0.0,
    )


def weighed(suspicion: Suspicion, trail: Trail, at_s: float, heart_rate_bpm: int, passed_s: float) -> Suspicion:
    """The counts after a heart rate was held against what can be: settling goes down, an unexplained jump goes up."""
    if suspicion.settling_s > 0:
        calm = fits(trail, at_s, heart_rate_bpm)
        return replace(suspicion, settling_s=max(0.0, suspicion.settling_s - passed_s) if calm else SETTLING_S)
    # Time makes room for a heart to move while the strap is silent, not while it says something else.
    jumped_at_s = at_s if suspicion.jumped_at_s is None else suspicion.jumped_at_s
    if fits(trail, jumped_at_s, heart_rate_bpm):
        return without_jump(suspicion)
    stays = suspicion.jump_bpm is not None and abs(heart_rate_bpm - suspicion.jump_bpm) <= STAYS_WITHIN_BPM
    jump_s = suspicion.jump_s + passed_s if stays else 0.0
    return replace(suspicion, jump_s=jump_s, jump_bpm=heart_rate_bpm, jumped_at_s=jumped_at_s)


def without_jump(suspicion: Suspicion) -> Suspicion:
    """The counts once the heart rate is believed again, or gone."""
    return replace(suspicion, jump_s=0.0, jump_bpm=None, jumped_at_s=None)


def _rr_mismatch_s(
    past: Suspicion, trail: Trail, reading: Reading, heart_rate_bpm: int | None, passed_s: float
) -> float:
    if heart_rate_bpm is None or not reading.rr_ms:
        return past.rr_mismatch_s if heart_rate_bpm is not None else 0.0
    differs = not trail.rr_ms or rr_differ_by(trail, heart_rate_bpm) > RR_TOLERANCE
    return past.rr_mismatch_s + passed_s if differs else 0.0
