"""What a session amounts to: seconds in the zone per interval, and what the summary needs.

Counted on the readings' heart rate, only while the belt moves, from the first second of each interval
("the clock starts when the load starts").
"""

from dataclasses import dataclass, replace

from station.training.prescription import Phase
from station.training.reading import Reading
from station.training.session import Belt, Session
from station.training.zones import ZoneState

LONGEST_COUNTED_GAP_S = 5.0
"""A gap between readings longer than this is not counted as time in any zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalTally:
    """One interval in seconds and beats."""

    seconds: float = 0.0
    in_zone_s: float = 0.0
    above_zone_s: float = 0.0
    silent_s: float = 0.0
    """Seconds without a heart rate."""
    peak_bpm: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """All intervals so far, first to last, and the whole session's peak."""

    intervals: tuple[IntervalTally, ...] = ()
    peak_bpm: int | None = None

    @property
    def in_zone_s(self) -> float:
        """Seconds of interval work in the zone so far."""
        return sum(interval.in_zone_s for interval in self.intervals)


def counted(tally: Tally, before: Session, after: Session, reading: Reading, hr_max_bpm: int) -> Tally:
    """The tally after one more reading that took the session from `before` to `after`."""
    heart_rate = reading.heart_rate_bpm
    if after.training and heart_rate is not None:
        tally = replace(tally, peak_bpm=max(heart_rate, tally.peak_bpm or 0))
    if before.phase is not Phase.INTERVAL or before.at_s is None or reading.resumed:
        return tally
    passed_s = reading.at_s - before.at_s
    if after.belt is not Belt.MOVING or not 0 < passed_s <= LONGEST_COUNTED_GAP_S:
        return tally
    done = list(tally.intervals) + [IntervalTally()] * (before.interval - len(tally.intervals))
    done[before.interval - 1] = _longer(
        done[before.interval - 1],
        passed_s,
        heart_rate,
        before.prescription.interval_zone.state(heart_rate, hr_max_bpm),
    )
    return replace(tally, intervals=tuple(done))


def _longer(interval: IntervalTally, passed_s: float, heart_rate: int | None, state: ZoneState) -> IntervalTally:
    peak = interval.peak_bpm
    if heart_rate is not None:
        peak = max(heart_rate, peak or 0)
    return IntervalTally(
        seconds=interval.seconds + passed_s,
        in_zone_s=interval.in_zone_s + (passed_s if state is ZoneState.IN else 0.0),
        above_zone_s=interval.above_zone_s + (passed_s if state is ZoneState.ABOVE else 0.0),
        silent_s=interval.silent_s + (passed_s if state is ZoneState.UNKNOWN else 0.0),
        peak_bpm=peak,
    )
