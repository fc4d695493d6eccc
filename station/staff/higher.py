"""A heart rate above HRmax that can be believed: it becomes a proposal to the therapist, never a change."""

from collections import deque
from collections.abc import Iterable
from statistics import fmean

from station.training.reading import Reading

HELD_S = 10
"""Shorter peaks are as likely the strap's as the heart's."""
RR_WITHIN_BPM = 8.0
"""A strap averages its heart rate over some seconds, its beat-to-beat intervals are of this one."""


def highest_held(readings: Iterable[Reading], *, above_bpm: int, held_s: int = HELD_S) -> int | None:
    """The highest heart rate above this one that was held for so many clean seconds; None when there was none.

    Clean: skin contact is told, or the beat-to-beat intervals are there, and neither speaks against it.
    """
    run: deque[Reading] = deque(maxlen=held_s)
    highest = None
    for reading in readings:
        if run and not 0 < reading.at_s - run[-1].at_s < 2:  # noqa: PLR2004  # a reading a second
            run.clear()
        if not _clean(reading, above_bpm):
            run.clear()
            continue
        run.append(reading)
        if len(run) == held_s:
            held = min(second.heart_rate_bpm or 0 for second in run)
            highest = held if highest is None else max(highest, held)
    return highest


def _clean(reading: Reading, above_bpm: int) -> bool:
    heart_rate = reading.heart_rate_bpm
    if heart_rate is None or heart_rate <= above_bpm or reading.contact is False:
        return False
    if reading.rr_ms:
        return abs(60_000 / fmean(reading.rr_ms) - heart_rate) <= RR_WITHIN_BPM
    return reading.contact is True
