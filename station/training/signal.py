"""How far the heart rate can be trusted at this instant, and why not: a fold over readings.

Responsible for judging the strap's signal; knows nothing of the person but the heart rate the coach expected.
No upward advice is given until the quality has been good for 30 s (the guard sees to that). A doubt never lasts
for ever: what persists long enough is believed in the end, so that the station does not stay blind.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from station.training.reading import Reading
from station.training.suspicion import (
    SETTLING_S,
    USABLE_FOR_S,
    Suspicion,
    fallen,
    grown,
    usable_heart_rate,
    weighed,
    without_jump,
)
from station.training.trail import LOAD_MOVED_KMH, Trail, begun_anew, believed, followed, load_moved

GOOD_BEFORE_UP_S = 30.0
BRIDGED_S = 2.0
"""A gap or a spike this short does not make the strap earn its 30 good seconds again."""
FORGOTTEN_AFTER_S = 45.0
"""After a silence this long the last believed heart rate says nothing about the next."""
CONTACT_DEBOUNCE_S = 3.0
"""Straps say "no contact" for a moment after connecting while the beats are good; the value then still moves."""
OFF_SKIN_S = 10.0
"""No contact for this long is doubtful, however much the value moves."""
FROZEN_S, FROZEN_UNDER_NEW_LOAD_S = 30.0, 20.0
"""The same whole number for this long is suspect; sooner if the load or the expectation has moved meanwhile.

Real recordings at 1 Hz hold one number for up to 20 s every few minutes and for 30 s once or twice an hour.
"""
DEAD_S = 40.0
"""A number that stands still for this long is no heart rate any more: a strap that died, its last value repeated."""
EXPECTATION_MOVED_BPM = 5.0
RR_MISMATCH_S = 10.0
UNEXPECTED_BPM, UNEXPECTED_SD = 10.0, 4.0
UNEXPECTED_AFTER_S = 5.0
PROBATION_S = 45.0
"""How long a heart rate nobody can explain is doubted; if it persists, it is believed."""
RISE_PROBATION_S = 20.0
"""The same for a rise: whoever is wrongly taken for high is asked for less, who is wrongly taken for low, for more."""
FALL_PROBATION_S = 240.0
"""The same for a fall without a lower load: a strap locked to the steps hides a heart that works much harder.

An interval's length; nothing harder is advised even after it, until the heart rate is back or the load was lowered.
"""
RETURNED_GOOD_S = 15.0
"""A heart rate that comes back to where it was expected shows that the gap was the artefact: half of the 30 s."""
SHORT_GAP_S = 12.0
WALKING_STEPS, RUNNING_STEPS = (95, 135), (145, 185)
"""Steps per minute on a treadmill, with room on both sides; straps lock to them, never to 140."""
RUNS_FROM_KMH = 7.0


class Quality(StrEnum):
    """How far to trust the heart rate."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    STALE = "stale"


class Doubt(StrEnum):
    """Why the heart rate is not trusted."""

    SILENT = "silent"
    NO_CONTACT = "no_contact"
    SETTLING = "settling"
    """The strap has only just begun to send."""
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
    """None when, and only when, the quality is good."""
    heart_rate_bpm: int | None = None
    """What the screen shows: what the strap says, never older than five seconds, trusted or not."""
    trusted_bpm: int | None = None
    """The newest heart rate of good quality, however old."""
    trusted_at_s: float | None = None
    silent_s: float = 0.0
    """Seconds since the strap last gave a heart rate (since the first reading, if it never did).

    A number that has stood still for too long counts as none from when it came to a standstill.
    """
    good_for_s: float = 0.0
    """How long the quality has been good; gaps of up to two seconds are bridged, but do not count."""
    at_s: float | None = None
    suspicion: Suspicion = field(default_factory=Suspicion, repr=False)
    trail: Trail = field(default_factory=Trail, repr=False)

    @property
    def too_low(self) -> bool:
        """Whether the heart rate fell without a lower load, or stayed when the load rose, and has not come back."""
        return self.suspicion.fall is not None


def judged(signal: Signal, reading: Reading, expectation: Expectation | None = None) -> Signal:
    """The signal after one more reading; `expectation` is what the coach expected of this heart rate."""
    if reading.resumed:
        signal = Signal()
    passed_s = 0.0 if signal.at_s is None else max(0.0, reading.at_s - signal.at_s)
    trail = followed(signal.trail, reading, passed_s)
    heart_rate_bpm = usable_heart_rate(reading)
    suspicion = grown(
        signal.suspicion,
        trail,
        reading,
        passed_s=passed_s,
        unexpected=_unexpected(heart_rate_bpm, expectation),
        expected_bpm=None if expectation is None else expectation.mean_bpm,
    )
    absent = _absence(reading, suspicion, trail)
    if heart_rate_bpm is None or absent is not None:
        after = replace(signal, suspicion=suspicion, trail=trail)
        return _silent(after, reading, absent or Doubt.SILENT, passed_s)
    was_low = suspicion.fall is not None
    suspicion = weighed(suspicion, trail, reading.at_s, heart_rate_bpm, passed_s)
    if suspicion.settling_s > 0:
        trail = begun_anew(trail, reading.at_s, heart_rate_bpm)
    else:
        suspicion = fallen(
            suspicion, trail, heart_rate_bpm, passed_s, None if expectation is None else expectation.mean_bpm
        )
    returned = was_low and suspicion.fall is None
    if returned:
        trail = begun_anew(trail, reading.at_s, heart_rate_bpm)
    after = replace(signal, suspicion=suspicion, trail=trail)
    doubt = _doubt(after, reading, heart_rate_bpm, expectation)
    if doubt is not None:
        return _doubted(after, reading, doubt, passed_s)
    return _good(after, reading, heart_rate_bpm, passed_s, returned=returned)


def _unexpected(heart_rate_bpm: int | None, expectation: Expectation | None) -> bool:
    if heart_rate_bpm is None or expectation is None:
        return False
    return abs(heart_rate_bpm - expectation.mean_bpm) > max(UNEXPECTED_BPM, UNEXPECTED_SD * expectation.sd_bpm)


def _absence(reading: Reading, suspicion: Suspicion, trail: Trail) -> Doubt | None:
    if suspicion.number_bpm is None:
        return Doubt.NO_CONTACT if reading.contact is False else Doubt.SILENT
    if min(suspicion.no_contact_s, suspicion.unchanged_s) >= CONTACT_DEBOUNCE_S:
        return Doubt.NO_CONTACT
    if suspicion.unchanged_s >= DEAD_S and not _beating(trail):
        return Doubt.FROZEN
    return None


def _beating(trail: Trail) -> bool:
    return trail.rr_silent_s <= USABLE_FOR_S


def _doubt(signal: Signal, reading: Reading, heart_rate_bpm: int, expectation: Expectation | None) -> Doubt | None:
    suspicion = signal.suspicion
    if suspicion.settling_s > 0:
        return Doubt.SETTLING
    if suspicion.no_contact_s >= OFF_SKIN_S:
        return Doubt.NO_CONTACT
    if suspicion.unchanged_s >= FROZEN_UNDER_NEW_LOAD_S and _frozen(signal, reading, expectation):
        return Doubt.FROZEN
    if suspicion.fall is not None:
        if suspicion.fall.lasted_s < FALL_PROBATION_S:
            return Doubt.CADENCE if _on_steps(reading.speed_kmh, heart_rate_bpm) else Doubt.JUMP
    elif suspicion.jump_bpm is not None and suspicion.jump_s < _probation_s(signal.trail, heart_rate_bpm):
        return Doubt.CADENCE if _on_steps(reading.speed_kmh, heart_rate_bpm) else Doubt.JUMP
    if suspicion.rr_mismatch_s >= RR_MISMATCH_S:
        return Doubt.RR_MISMATCH
    above = expectation is not None and heart_rate_bpm > expectation.mean_bpm
    if UNEXPECTED_AFTER_S <= suspicion.unexpected_s < (RISE_PROBATION_S if above else PROBATION_S):
        return Doubt.UNEXPECTED
    return None


def _probation_s(trail: Trail, heart_rate_bpm: int) -> float:
    rose = bool(trail.beats) and heart_rate_bpm > trail.beats[-1][1]
    return RISE_PROBATION_S if rose else PROBATION_S


def _frozen(signal: Signal, reading: Reading, expectation: Expectation | None) -> bool:
    longest_s = _longest_unchanged_s(signal, reading, expectation)
    return signal.suspicion.unchanged_s >= longest_s and not _beating(signal.trail)


def _longest_unchanged_s(signal: Signal, reading: Reading, expectation: Expectation | None) -> float:
    expected_bpm = signal.suspicion.expected_bpm
    moved = signal.trail.load_known and max(load_moved(signal.trail, reading.at_s)) >= LOAD_MOVED_KMH
    if expectation is not None and expected_bpm is not None:
        moved = moved or abs(expectation.mean_bpm - expected_bpm) >= EXPECTATION_MOVED_BPM
    return FROZEN_UNDER_NEW_LOAD_S if moved else FROZEN_S


def _on_steps(speed_kmh: float | None, heart_rate_bpm: int) -> bool:
    if speed_kmh is None:
        return False
    lowest, highest = RUNNING_STEPS if speed_kmh >= RUNS_FROM_KMH else WALKING_STEPS
    return lowest <= heart_rate_bpm <= highest


def _good(signal: Signal, reading: Reading, heart_rate_bpm: int, passed_s: float, *, returned: bool) -> Signal:
    was_good = signal.quality is Quality.GOOD
    good_for_s = signal.good_for_s
    doubted_s = signal.suspicion.doubted_s
    if not was_good and doubted_s > BRIDGED_S:
        explained = returned or (doubted_s <= SHORT_GAP_S and signal.suspicion.jump_bpm is None)
        good_for_s = min(RETURNED_GOOD_S, signal.suspicion.good_for_s) if explained else 0.0
    suspicion = signal.suspicion
    if suspicion.jump_bpm is not None or suspicion.doubted_s > 0:
        suspicion = replace(without_jump(suspicion), doubted_s=0.0)
    # A jump that has outlived its probation: from here on it is the truth that the next one is held against.
    follow = believed if signal.suspicion.jump_bpm is None else begun_anew
    return replace(
        signal,
        quality=Quality.GOOD,
        doubt=None,
        heart_rate_bpm=heart_rate_bpm,
        trusted_bpm=heart_rate_bpm,
        trusted_at_s=reading.at_s,
        silent_s=reading.heart_rate_age_s,
        good_for_s=good_for_s + (passed_s if was_good else 0.0),
        at_s=reading.at_s,
        suspicion=suspicion,
        trail=follow(signal.trail, reading.at_s, heart_rate_bpm),
    )


def _silent(signal: Signal, reading: Reading, doubt: Doubt, passed_s: float) -> Signal:
    """Nothing that could be a heart rate: the last one grows old."""
    silent_s = max(signal.silent_s + passed_s, signal.suspicion.unchanged_s)
    after = replace(_doubted(signal, reading, doubt, passed_s), silent_s=silent_s)
    if silent_s > USABLE_FOR_S:
        after = replace(after, quality=Quality.STALE, heart_rate_bpm=None)
    if silent_s >= FORGOTTEN_AFTER_S:
        settling = replace(without_jump(after.suspicion), settling_s=SETTLING_S, good_for_s=0.0, fall=None)
        after = replace(after, suspicion=settling, trail=replace(after.trail, beats=()))
    return after


def _doubted(signal: Signal, reading: Reading, doubt: Doubt, passed_s: float) -> Signal:
    doubted_s = signal.suspicion.doubted_s + passed_s
    return replace(
        signal,
        quality=Quality.DOUBTFUL,
        doubt=doubt,
        heart_rate_bpm=usable_heart_rate(reading),
        silent_s=reading.heart_rate_age_s,
        good_for_s=signal.good_for_s if doubted_s <= BRIDGED_S else 0.0,
        at_s=reading.at_s,
        suspicion=replace(
            signal.suspicion,
            doubted_s=doubted_s,
            good_for_s=signal.good_for_s if signal.quality is Quality.GOOD else signal.suspicion.good_for_s,
        ),
    )
