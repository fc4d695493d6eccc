"""Where the coach expected the heart half a minute ahead, for a session's chart: its model, with the load that came.

Responsible for folding a whole session again with what was known at its beginning; how it looks is the pages'.
"""

from collections import deque
from typing import NamedTuple

from station.coach.coaching import Coaching, after, begin, lessons_in
from station.coach.demand import Gait, oxygen_demand
from station.coach.estimator import Estimator
from station.sync.whole import WholeSession
from station.training.signal import Quality

AHEAD_S = 30
"""The clinic's rule looks so far ahead before it asks for more."""
STRIDE_S = 5
SD_SHOWN = 2.0
Band = tuple[tuple[float, float, float], ...]
"""(second, low, high) in bpm, two standard deviations to each side."""


class _Known(NamedTuple):
    """What the coach knew at a second: its model, and the load then."""

    estimator: Estimator
    demand_ml: float
    running: float


def expected(read: WholeSession) -> tuple[Band, int]:
    """The band, a point each five seconds, and in how many percent of the seconds the strap was trusted.

    Costs half a second of a computer's time, a few of a Raspberry Pi's.
    """
    coaching = begin(read.header.plan, lessons_in(list(read.prior)))
    latest: deque[_Known] = deque(maxlen=AHEAD_S + 1)
    start_s, band, good = read.figures.first_at_s, [], 0
    for number, second in enumerate(read.seconds):
        coaching = after(coaching, second.reading)
        good += coaching.signal.quality is Quality.GOOD
        if (known := _known(coaching)) is None:
            latest.clear()
            continue
        latest.append(known)
        if len(latest) > AHEAD_S and number % STRIDE_S == 0:
            mean_bpm, sd_bpm = _ahead(latest)
            half = SD_SHOWN * sd_bpm
            band.append((second.reading.at_s - start_s, mean_bpm - half, mean_bpm + half))
    return tuple(band), round(100 * good / len(read.seconds))


def _known(coaching: Coaching) -> _Known | None:
    mind = coaching.advisor
    if mind.estimator is None:
        return None
    demand_ml = oxygen_demand(mind.speed_kmh, mind.incline_percent, mind.gait)
    return _Known(mind.estimator, demand_ml, 1.0 if mind.gait is Gait.RUNNING else 0.0)


def _ahead(latest: deque[_Known]) -> tuple[float, float]:
    """The heart rate expected now by the oldest model, given the loads since, and its standard deviation."""
    estimator = latest[0].estimator
    for known in list(latest)[STRIDE_S::STRIDE_S]:
        estimator = estimator.after(float(STRIDE_S), known.demand_ml, known.running, None)
    return estimator.expected_bpm, estimator.expected_sd_bpm
