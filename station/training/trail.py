"""What has to be remembered of the last minute to judge a heart rate: believed beats, loads, RR intervals.

Responsible for remembering, and for how fast a heart can change; the verdict is `signal`'s. No model of the
person: only how far any heart rate can have moved since the last one that was believed.
"""

import math
from dataclasses import dataclass, replace
from statistics import median

from station.training.reading import Reading

LOAD_REMEMBERED_S = 60.0
"""A sudden change of the heart rate is believed when the load has moved that way within this time."""
BEATS_REMEMBERED_S = 15.0
MOST_REMEMBERED = 100
"""Of beats and of loads each, however the readings come."""
RR_REMEMBERED = 12
"""RR intervals the median is taken over: about five seconds of hard work, as long as straps smooth."""
SHORTEST_RR_MS, LONGEST_RR_MS = 250.0, 2000.0
"""RR intervals outside are artefacts: 240 and 30 beats a minute."""
WALKING_COSTS, RUNNING_COSTS, RUNS_FROM_KMH = (1.0, 0.18), (2.0, 0.09), 7.0
"""What the flat and a percent of incline cost, as level walking: 0.1 S + 1.8 S G, running 0.2 S + 0.9 S G (ACSM)."""
LOAD_MOVED_KMH = 0.4
"""A change of load that a heart answers to: about half a percent of incline at 5 km/h, as level speed."""

UNCAUSED_BPM, UNCAUSED_BPM_PER_S, MOST_UNCAUSED_BPM = 8.0, 1.0, 20.0
"""How far a heart rate may move while the load does not: 8 bpm from one second to the next, then 1 bpm a second.

Real straps at 1 Hz move by 1-7 bpm in a second, at most 11 bpm in 5 s and 14 bpm in 15 s beside the load's own
effect (nine public recordings); more than 20 bpm in a few seconds at an unchanged load is an artefact.
"""
CAUSED_BPM, CAUSED_BPM_PER_S, MOST_CAUSED_BPM = 25.0, 2.0, 60.0
"""How far it may move the way the load has just moved: a jump of more than 25 bpm is never believed at once."""
UNCAUSED_FALL_BPM, UNCAUSED_FALL_BPM_PER_S = 8.5, 0.35
"""Downward it is held to what those recordings show (11 bpm in 5 s, 14 bpm in 15 s): straps lock low."""
FALL_BPM, FALL_BPM_PER_KMH = 8.0, 8.0
"""How far a lower load explains a fall: ACSM's cost and about 5 bpm per percent of incline at 5 km/h, with room."""
SECONDS_AGO = 6
"""How many beats back a fall is looked for that a strap's own smoothing spreads over some seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """The last minute, as far as it matters for judging the next heart rate."""

    beats: tuple[tuple[float, int], ...] = ()
    """Believed heart rates: (second, bpm) of the last 15 s before the newest of them."""
    loads: tuple[tuple[float, float], ...] = ()
    """Changes of the load: (second since which, level speed in km/h that costs as much)."""
    load_known: bool = False
    rr_ms: tuple[float, ...] = ()
    rr_silent_s: float = 1e9
    """Seconds since the RR intervals last differed from each other: a strap that is frozen sends no new ones."""


def followed(trail: Trail, reading: Reading, passed_s: float) -> Trail:
    """The trail with this reading's load and RR intervals."""
    credible = tuple(rr for rr in reading.rr_ms if SHORTEST_RR_MS <= rr <= LONGEST_RR_MS)
    alive = any(rr != trail.rr_ms[-1] for rr in credible) if trail.rr_ms else bool(credible)
    return replace(
        trail,
        loads=_loads(trail, reading),
        load_known=reading.speed_kmh is not None,
        rr_ms=(trail.rr_ms + credible)[-RR_REMEMBERED:],
        rr_silent_s=0.0 if alive else trail.rr_silent_s + passed_s,
    )


def believed(trail: Trail, at_s: float, heart_rate_bpm: int) -> Trail:
    """The trail with one more heart rate that fits."""
    beats = trail.beats[-MOST_REMEMBERED:]
    if beats and at_s - beats[0][0] > BEATS_REMEMBERED_S:
        beats = tuple(beat for beat in beats[1:] if at_s - beat[0] <= BEATS_REMEMBERED_S)
    return replace(trail, beats=(*beats, (at_s, heart_rate_bpm)))


def begun_anew(trail: Trail, at_s: float, heart_rate_bpm: int) -> Trail:
    """The trail of a strap that is believed from this heart rate on, whatever it said before."""
    return replace(trail, beats=((at_s, heart_rate_bpm),))


def fits(trail: Trail, at_s: float, heart_rate_bpm: int) -> bool:
    """Whether a heart can have come here from what was last believed, or has come back from a short spike."""
    beats = trail.beats
    if not beats:
        return True
    if not _reachable(trail, beats[0], at_s, heart_rate_bpm):
        return False
    fell_bpm = beats[max(0, len(beats) - SECONDS_AGO)][1] - heart_rate_bpm
    if fell_bpm > UNCAUSED_FALL_BPM and not _reachable(
        trail, beats[max(0, len(beats) - SECONDS_AGO)], at_s, heart_rate_bpm
    ):
        return _as_usual(trail, heart_rate_bpm)
    return _reachable(trail, beats[-1], at_s, heart_rate_bpm) or _as_usual(trail, heart_rate_bpm)


def _as_usual(trail: Trail, heart_rate_bpm: int) -> bool:
    return abs(heart_rate_bpm - median(bpm for _, bpm in trail.beats)) <= UNCAUSED_BPM


def rr_differ_by(trail: Trail, heart_rate_bpm: int) -> float:
    """How far the RR intervals' median is from the heart rate that the strap states, as a share of it."""
    return abs(60000 / median(trail.rr_ms) - heart_rate_bpm) / heart_rate_bpm


def load_now(trail: Trail) -> float | None:
    """The load as the level speed (km/h) that costs as much; None while the treadmill is silent."""
    return trail.loads[-1][1] if trail.load_known else None


def load_moved(trail: Trail, at_s: float) -> tuple[float, float]:
    """How far the load went up, and how far down, within the last minute (km/h of level speed).

    Without end both ways if nobody knows.
    """
    if not trail.load_known:
        return math.inf, math.inf
    now = trail.loads[-1][1]
    lowest = highest = now
    for since_s, load in reversed(trail.loads):
        lowest, highest = min(lowest, load), max(highest, load)
        # The load that stood when the minute began counts as well: it was left within the minute.
        if at_s - since_s > LOAD_REMEMBERED_S:
            break
    return now - lowest, highest - now


def _reachable(trail: Trail, beat: tuple[float, int], at_s: float, heart_rate_bpm: int) -> bool:
    moved_bpm, in_s = heart_rate_bpm - beat[1], max(0.0, at_s - beat[0] - 1)
    if moved_bpm < 0:
        return _fallen(trail, -moved_bpm, at_s, in_s)
    if moved_bpm <= min(MOST_UNCAUSED_BPM, UNCAUSED_BPM + UNCAUSED_BPM_PER_S * in_s):
        return True
    up_kmh, _ = load_moved(trail, at_s)
    return up_kmh >= LOAD_MOVED_KMH and moved_bpm <= min(MOST_CAUSED_BPM, CAUSED_BPM + CAUSED_BPM_PER_S * in_s)


def _fallen(trail: Trail, fell_bpm: float, at_s: float, in_s: float) -> bool:
    if fell_bpm <= min(MOST_UNCAUSED_BPM, UNCAUSED_FALL_BPM + UNCAUSED_FALL_BPM_PER_S * in_s):
        return True
    _, down_kmh = load_moved(trail, at_s)
    most_bpm = min(MOST_CAUSED_BPM, CAUSED_BPM + CAUSED_BPM_PER_S * in_s, FALL_BPM + FALL_BPM_PER_KMH * down_kmh)
    return down_kmh >= LOAD_MOVED_KMH and fell_bpm <= most_bpm


def _loads(trail: Trail, reading: Reading) -> tuple[tuple[float, float], ...]:
    if reading.speed_kmh is None:
        return trail.loads
    flat, hill = RUNNING_COSTS if reading.speed_kmh > RUNS_FROM_KMH else WALKING_COSTS
    load = reading.speed_kmh * (flat + hill * (reading.incline_percent or 0.0))
    if trail.loads and trail.loads[-1][1] == load:
        return trail.loads
    forgotten = sum(1 for since_s, _ in trail.loads if reading.at_s - since_s > LOAD_REMEMBERED_S)
    return (*trail.loads[max(0, forgotten - 1) :][-MOST_REMEMBERED:], (reading.at_s, load))
