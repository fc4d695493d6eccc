"""How long each thing that can be wrong with a strap's signal has been so: counted, not judged.

Responsible for the counting; from how many seconds on it matters is `signal`'s.
"""

from dataclasses import dataclass, field, replace
from itertools import pairwise

from station.training.reading import Reading
from station.training.trail import FALL_BPM, LOAD_MOVED_KMH, Trail, fits, load_now, rr_differ_by

USABLE_FOR_S = 5.0
"""A heart rate older than this is shown as dashes and never advised on."""
SETTLING_S = 10.0
"""The first seconds after a strap begins to send are not used: Polar's H10 starts with wild intervals."""
LOWEST_BPM, HIGHEST_BPM = 30, 240
RR_TOLERANCE = 0.05
STAYS_WITHIN_BPM = 10
"""A heart rate that does not fit, but stays where it is from second to second, may be true after all."""
RETURNED_WITHIN_BPM = 5.0
"""A heart rate this near to where it fell from, or to what the coach expects, has come back."""
RETURNED_AFTER_S = 5.0
EXPLAINED_AFTER_S = 60.0
"""A lower load explains a fall when it has stood for a minute: the time constant of a heart (Hunt 2019)."""
EXPLAINS_BPM_PER_KMH = 5.5
"""What a lower load explains in the end: 5 bpm per percent of incline at 5 km/h (ACSM, VO2max 35), without room."""
FLAT_WITHIN_BPM = 4
DRIFT_MEAN_S, DRIFTS_FOR, DRIFTED_BPM = 10.0, 5, 6.0
"""Five means over ten seconds each, all going the same way, 6 bpm from the first to the last: no strap that is locked
to the steps does so, and beat-to-beat variation (SD 1-2.3 bpm, half of it gone in such a mean) hardly ever."""
UNMOVED_KMH, UNMOVED_SHARE, UNMOVED_S = 2.0, 0.65, 30.0
"""A load raised by this much, and by this share of what it was, moves every heart within this time.

That is an interval's load; a steeper rest, of 3 % perhaps, may just balance a heart that is still coming down.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flat:
    """A stretch in which the heart rate hardly moved."""

    lowest_bpm: int
    highest_bpm: int
    load_kmh: float
    """The load it began at, as level speed."""
    harder_s: float = 0.0
    """How long the load has been much higher than that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What a heart rate does at an unchanged load, in means over ten seconds, the newest last."""

    means_bpm: tuple[float, ...] = ()
    sum_bpm: float = 0.0
    seconds: float = 0.0
    load_kmh: float | None = None

    @property
    def is_a_hearts(self) -> bool:
        """Whether it went one way for 50 s: steps keep their rate while the belt keeps its load, a heart does not."""
        means = self.means_bpm
        if len(means) < DRIFTS_FOR:
            return False
        steps = [later - earlier for earlier, later in pairwise(means[-DRIFTS_FOR:])]
        one_way = all(step > 0 for step in steps) or all(step < 0 for step in steps)
        return one_way and abs(means[-1] - means[-DRIFTS_FOR]) >= DRIFTED_BPM

    def after(self, heart_rate_bpm: int, load_kmh: float | None, passed_s: float) -> "Drift":
        """The drift after one more heart rate; it begins anew when the load moves."""
        if load_kmh is None or self.load_kmh is None or abs(load_kmh - self.load_kmh) >= LOAD_MOVED_KMH:
            return Drift(load_kmh=load_kmh)
        seconds, total = self.seconds + passed_s, self.sum_bpm + heart_rate_bpm * passed_s
        if seconds < DRIFT_MEAN_S:
            return replace(self, seconds=seconds, sum_bpm=total)
        means = (*self.means_bpm, total / seconds)[-DRIFTS_FOR:]
        return Drift(means_bpm=means, load_kmh=self.load_kmh)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """A heart rate lower than anything explains: it fell without a lower load, or stayed when the load rose."""

    from_bpm: float
    load_kmh: float | None
    """The load then, as level speed."""
    lasted_s: float = 0.0
    lower_s: float = 0.0
    """How long the load has been low enough to explain it."""
    back_s: float = 0.0
    """How long the heart rate has been back."""
    drift: Drift = field(default_factory=Drift)


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
    good_for_s: float = 0.0
    """How long it had been good when that began."""
    flat: Flat | None = None
    fall: Fall | None = None


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
        flat=_flat(past.flat, load_now(trail), heart_rate_bpm, passed_s),
    )


def weighed(suspicion: Suspicion, trail: Trail, at_s: float, heart_rate_bpm: int, passed_s: float) -> Suspicion:
    """The counts after a heart rate was held against what can be: settling goes down, an unexplained jump goes up."""
    if suspicion.settling_s > 0:
        calm = fits(trail, at_s, heart_rate_bpm)
        return replace(suspicion, settling_s=max(0.0, suspicion.settling_s - passed_s) if calm else SETTLING_S)
    # Time makes room for a heart to move while the strap is silent, not while it says something else.
    jumped_at_s = at_s if suspicion.jumped_at_s is None else suspicion.jumped_at_s
    if fits(trail, jumped_at_s, heart_rate_bpm):
        return without_jump(suspicion) if suspicion.jump_bpm is not None else suspicion
    stays = suspicion.jump_bpm is not None and abs(heart_rate_bpm - suspicion.jump_bpm) <= STAYS_WITHIN_BPM
    jump_s = suspicion.jump_s + passed_s if stays else 0.0
    return replace(suspicion, jump_s=jump_s, jump_bpm=heart_rate_bpm, jumped_at_s=jumped_at_s)


def fallen(
    suspicion: Suspicion, trail: Trail, heart_rate_bpm: int, passed_s: float, expected_bpm: float | None
) -> Suspicion:
    """The counts with a fall that nothing explains, from when it is seen until it is over."""
    fall = suspicion.fall
    if fall is None:
        fall = _fall_seen(suspicion, trail, heart_rate_bpm)
        return suspicion if fall is None else replace(suspicion, fall=fall)
    flat = suspicion.flat
    unmoved = flat is not None and flat.harder_s > 0
    back = heart_rate_bpm >= fall.from_bpm - RETURNED_WITHIN_BPM
    if not unmoved and expected_bpm is not None:
        back = back or heart_rate_bpm >= expected_bpm - RETURNED_WITHIN_BPM
    fall = replace(
        fall,
        lasted_s=fall.lasted_s + passed_s,
        back_s=fall.back_s + passed_s if back else 0.0,
        lower_s=fall.lower_s + passed_s if _explained(fall, trail, heart_rate_bpm) else 0.0,
        drift=fall.drift.after(heart_rate_bpm, load_now(trail), passed_s),
    )
    # A spike of a second or two is over with the first heart rate after it.
    if back and fall.back_s >= min(RETURNED_AFTER_S, fall.lasted_s - fall.back_s):
        return replace(without_jump(suspicion), fall=None, flat=None)
    if fall.lower_s >= EXPLAINED_AFTER_S or fall.drift.is_a_hearts:
        return replace(without_jump(suspicion), fall=None, flat=None, good_for_s=0.0)
    return replace(suspicion, fall=fall)


def _fall_seen(suspicion: Suspicion, trail: Trail, heart_rate_bpm: int) -> Fall | None:
    flat = suspicion.flat
    if flat is not None and flat.harder_s >= UNMOVED_S:
        above_bpm = flat.highest_bpm + RETURNED_WITHIN_BPM + FLAT_WITHIN_BPM
        return Fall(from_bpm=above_bpm, load_kmh=load_now(trail))
    if suspicion.jump_bpm is not None and trail.beats and heart_rate_bpm < trail.beats[0][1]:
        return Fall(from_bpm=trail.beats[0][1], load_kmh=load_now(trail))
    return None


def _explained(fall: Fall, trail: Trail, heart_rate_bpm: int) -> bool:
    now = load_now(trail)
    if fall.load_kmh is None or now is None:
        return False
    needed_kmh = max(LOAD_MOVED_KMH, (fall.from_bpm - heart_rate_bpm - FALL_BPM) / EXPLAINS_BPM_PER_KMH)
    return fall.load_kmh - now >= needed_kmh


def _flat(flat: Flat | None, load_kmh: float | None, heart_rate_bpm: int | None, passed_s: float) -> Flat | None:
    if heart_rate_bpm is None or load_kmh is None:
        return None
    if flat is not None:
        lowest, highest = min(flat.lowest_bpm, heart_rate_bpm), max(flat.highest_bpm, heart_rate_bpm)
        if highest - lowest <= FLAT_WITHIN_BPM:
            harder = load_kmh - flat.load_kmh >= max(UNMOVED_KMH, UNMOVED_SHARE * flat.load_kmh)
            if not harder and (lowest, highest, flat.harder_s) == (flat.lowest_bpm, flat.highest_bpm, 0.0):
                return flat
            harder_s = flat.harder_s + passed_s if harder else 0.0
            return Flat(lowest_bpm=lowest, highest_bpm=highest, load_kmh=flat.load_kmh, harder_s=harder_s)
    return Flat(lowest_bpm=heart_rate_bpm, highest_bpm=heart_rate_bpm, load_kmh=load_kmh)


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
