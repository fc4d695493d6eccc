"""Perfect foresight: the best inclines anyone could choose who knew the heart and the day to come.

Responsible for the physical bound the coaches are measured against. It knows the noise-free heart and the true future
speed, its motor acts at once (at the belt's own slew), and it changes the incline once per 20 s; the early one may
begin 12 s before the whistle. Coordinate descent over the inclines of one interval after the other.
"""

import math
from collections.abc import Callable

from drivers.simulated.patient import Body
from station.benchmark.trial import Outcome, World

CHANGE_EVERY_S = 20
EARLY_S = 12
_MOVES = (-4.0, -2.0, -1.0, -0.5, 0.5, 1.0, 2.0, 4.0)
_SPREAD_BPM = 1.6


def foreseen(world: World, *, early: bool) -> Outcome:
    """The session of somebody who is moved by perfect foresight."""
    lead_s = EARLY_S if early else 0
    while not world.over:
        if world.seconds_to_whistle == lead_s:
            _interval(world, lead_s)
        else:
            _move(world, world.easy_incline_percent)
    return world.outcome()


def _interval(world: World, lead_s: int) -> None:
    speeds = world.speeds_ahead(lead_s + round(world.plan.interval_s), lead_s)
    heart, start = world.heart.body, world.incline_percent
    low, high = (share / 100 * world.hr_max_bpm for share in (85, 95))
    pieces = math.ceil((len(speeds) - lead_s) / CHANGE_EVERY_S)

    def worth(inclines: list[float]) -> float:
        return _worth(heart.copy(), world, start, inclines, speeds, lead_s, low, high)

    steady = max(([level / 2] * pieces for level in range(31)), key=worth)
    steep = [15.0] * 2 + steady[2:]
    best = max((_descended(begin, worth) for begin in (steady, steep)), key=worth)
    for second in range(len(speeds)):
        _move(world, best[_piece(second, lead_s, pieces)])


def _move(world: World, incline_percent: float) -> None:
    world.second()
    world.shown((incline_percent, None), motor=True)


def _piece(second: int, lead_s: int, pieces: int) -> int:
    return min(pieces - 1, max(0, second - lead_s) // CHANGE_EVERY_S)


def _descended(inclines: list[float], worth: Callable[[list[float]], float]) -> list[float]:
    best, best_worth = list(inclines), worth(inclines)
    for _ in range(6):
        before = best_worth
        for piece in range(len(best)):
            for move in _MOVES:
                tried = list(best)
                tried[piece] = min(15.0, max(0.0, tried[piece] + move))
                found = worth(tried)
                if found > best_worth + 1e-9:
                    best, best_worth = tried, found
        if best_worth < before + 0.2:
            break
    return best


def _worth(  # noqa: PLR0913, PLR0917  # one sum over one interval
    heart: Body,
    world: World,
    incline: float,
    inclines: list[float],
    speeds: list[float],
    lead_s: int,
    low: float,
    high: float,
) -> float:
    total, slew, pieces = 0.0, world.slew_percent_s, len(inclines)
    for second in range(0, len(speeds), 2):
        wanted = inclines[_piece(second, lead_s, pieces)]
        incline += max(-2 * slew, min(2 * slew, wanted - incline))
        beats = heart.step(2.0, speeds[second], incline)
        if second >= lead_s:
            total += 1 / (1 + math.exp(-(beats - low) * 1.7 / _SPREAD_BPM)) - 2 / (
                1 + math.exp(-(beats - high) * 1.7 / _SPREAD_BPM)
            )
    return 2 * total
