"""Looks ahead and picks the incline that buys most time in zone for the fewest prompts.

Responsible for the comparison: a small tree of plans (a load now, perhaps one other later), each played through the
likeliest hearts, scored by the time expected in the zone, above it and far above it, and by the patience of whoever
is asked. What may be asked at all is the advisor's and the guard's.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from station.coach.demand import REST_ML, Gait, oxygen_demand
from station.coach.estimator import WANDER_BPM, WANDER_S, Estimator
from station.coach.response import DEAD_S, STRAP_LAG_S

STEP_S = 5.0
HAND_S = 4.0
"""From a prompt to a pressed button: about 2 s and up to 3 s more, then a press for each step."""
SLEW_PERCENT_S = 0.75
LATE_S = HAND_S + DEAD_S - STRAP_LAG_S
MOST_HEARTS = 3
MOST_PLANS = 3
LATER_AT_S = (30.0, 55.0)
RECOURSE_AT_S = (40.0, 60.0)
_LOWEST_BPM = 40.0
_BINS_A_BPM = 2
_BINS = 220 * _BINS_A_BPM
_WANDER_KEPT = math.exp(-STEP_S / WANDER_S)
_SPREADS_BPM = (2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 7.5, 9.0, 12.0)


@dataclass(frozen=True, slots=True)
class Worth:
    """What a second at an expected heart rate is worth: P(in zone) - P(above) - 2 P(far above).

    A table over means (from 40 bpm in half beats) for some spreads, made once a session.
    """

    rows: tuple[tuple[float, ...], ...]

    def row(self, sd_bpm: float) -> tuple[float, ...]:
        """The worths by mean for about this standard deviation."""
        for spread, row in zip(_SPREADS_BPM, self.rows, strict=True):
            if sd_bpm <= spread * 1.1:
                return row
        return self.rows[-1]


def worth(low_bpm: float, high_bpm: float, far_bpm: float, *, above: float = 1.0, far_above: float = 2.0) -> Worth:
    """The worth of every heart rate for a zone from low to high, with a harder limit far above."""
    rows = []
    for spread in _SPREADS_BPM:
        row = []
        for step in range(_BINS):
            mean = _LOWEST_BPM + step / _BINS_A_BPM
            over = _beyond(mean, spread, high_bpm)
            row.append(
                _beyond(mean, spread, low_bpm) - over - above * over - far_above * _beyond(mean, spread, far_bpm)
            )
        rows.append(tuple(row))
    return Worth(tuple(rows))


def _beyond(mean: float, spread: float, limit: float) -> float:
    return 0.5 * math.erfc((limit - mean) / spread / math.sqrt(2))


@dataclass(frozen=True, slots=True)
class Heart:
    """One likely heart, ready to be played forward in steps of five seconds."""

    weight: float
    rise_kept: float
    fall_kept: float
    z: float
    r: float
    b: float
    k: float
    g: float
    n: float
    line_sd_bpm: float
    """How far the line may be wrong at the interval's load."""
    rows: tuple[tuple[float, ...], ...]
    """The worth table's row for each step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Where belt and session are, and where they are going unless something is advised."""

    incline_percent: float
    """The belt's incline now."""
    heading_percent: float
    """Where the belt will be if nothing more is advised."""
    speed_kmh: float
    interval_speed_kmh: float
    gait: Gait
    interval_gait: Gait
    to_whistle_s: float
    """Until the interval begins; 0 within it."""
    to_end_s: float
    """Until it ends."""
    horizon_s: float = 130.0

    @property
    def steps(self) -> int:
        """How many steps are looked ahead."""
        return max(1, int(min(self.to_end_s, self.to_whistle_s + self.horizon_s) // STEP_S))

    @property
    def first(self) -> int:
        """The first step that counts: the one at the whistle."""
        return int(self.to_whistle_s // STEP_S + 0.5)


@dataclass(frozen=True, slots=True)
class Plan:
    """Loads from now on: (second, incline in percent), the first one now; none is holding."""

    changes: tuple[tuple[float, float], ...] = ()


def hearts(estimator: Estimator, table: Worth, course: Course) -> tuple[Heart, ...]:
    """The likeliest hearts, the spread of their forecasts taken at the usual interval's load."""
    likeliest = sorted(zip(estimator.weights, estimator.filters, strict=True), key=lambda pair: -pair[0])[:MOST_HEARTS]
    total = sum(weight for weight, _ in likeliest)
    found = []
    for weight, f in likeliest:
        nn = f.p[7]
        line = f.line_variance(estimator.full_load, 1.0 if course.interval_gait is Gait.RUNNING else 0.0)
        rows = []
        for step in range(course.steps):
            kept = math.exp(-2 * STEP_S * (step + 1) / WANDER_S)
            rows.append(table.row(math.sqrt(line + nn * kept + WANDER_BPM**2 * (1 - kept))))
        found.append(
            Heart(
                weight / total,
                math.exp(-STEP_S / f.lag.rise_s),
                math.exp(-STEP_S / (f.lag.rise_s * f.lag.fall_ratio)),
                f.z,
                f.r,
                f.b,
                f.k,
                f.g,
                f.n,
                math.sqrt(line),
                tuple(rows),
            )
        )
    return tuple(found)


def loads(course: Course, plan: Plan) -> list[tuple[float, float]]:
    """Demand above rest and share of running for each step, the hand's and the belt's slowness included."""
    before = _costs(course.speed_kmh, course.gait)
    during = _costs(course.interval_speed_kmh, course.interval_gait)
    incline, aim = course.incline_percent, course.heading_percent
    upcoming = list(plan.changes)
    path = []
    for step in range(course.steps):
        middle_s = (step + 0.5) * STEP_S
        while upcoming and upcoming[0][0] + LATE_S <= middle_s:
            aim = upcoming.pop(0)[1]
        most = SLEW_PERCENT_S * STEP_S
        incline += max(-most, min(most, aim - incline))
        flat, per_percent, running = during if middle_s >= course.to_whistle_s else before
        path.append((max(0.0, flat + per_percent * incline), running))
    return path


def _costs(speed_kmh: float, moving: Gait) -> tuple[float, float, float]:
    flat = oxygen_demand(speed_kmh, 0.0, moving) - REST_ML
    per_percent = oxygen_demand(speed_kmh, 1.0, moving) - REST_ML - flat
    return flat, per_percent, 1.0 if moving is Gait.RUNNING else 0.0


def played(heart: Heart, path: Sequence[tuple[float, float]], first: int) -> float:
    """What this heart makes of these loads, in seconds of worth from the first step that counts."""
    z, r, n = heart.z, heart.r, heart.n * _BINS_A_BPM
    # In bins of the table, so that the loop below only has to look up.
    b, k, g = (heart.b - _LOWEST_BPM) * _BINS_A_BPM, heart.k * _BINS_A_BPM, heart.g * _BINS_A_BPM
    rise, fall = heart.rise_kept, heart.fall_kept
    total = 0.0
    for step, ((load, running), row) in enumerate(zip(path, heart.rows, strict=True)):
        z = load + (z - load) * (rise if load > z else fall)
        r = running + (r - running) * (rise if running > r else fall)
        n *= _WANDER_KEPT
        if step >= first:
            bin_ = b + k * z + g * r + n
            total += row[int(bin_)] if 0 < bin_ < _BINS else row[-1 if bin_ > 0 else 0]
    return total * STEP_S


def chosen(
    crowd: Sequence[Heart], course: Course, now: Iterable[float], later: Iterable[float], *, prompt_costs_s: float
) -> float | None:
    """The incline (percent) to advise now, by the best of all plans; None when the best is to wait or to hold.

    `now` and `later` are the inclines that may be advised at once and later.
    """

    def value(plan: Plan) -> float:
        path = loads(course, plan)
        return sum(heart.weight * played(heart, path, course.first) for heart in crowd)

    holding = value(Plan())
    if STEP_S * (course.steps - course.first) - holding <= prompt_costs_s:
        return None
    single = [(value(Plan(((0.0, incline),))) - prompt_costs_s, Plan(((0.0, incline),))) for incline in now]
    single.sort(key=lambda pair: -pair[0])
    best, best_plan = max([*single[:1], (holding, Plan())], key=lambda pair: pair[0])
    second = list(later)
    for plan in (*(plan for _, plan in single[:MOST_PLANS]), Plan()):
        for at_s in LATER_AT_S:
            for incline in second:
                if plan.changes and plan.changes[0][1] == incline:
                    continue
                longer = Plan((*plan.changes, (at_s, incline)))
                found = value(longer) - prompt_costs_s * len(longer.changes)
                if found > best:
                    best, best_plan = found, longer
    if not best_plan.changes or best_plan.changes[0][0] > 0:
        return None
    return best_plan.changes[0][1]


def start(
    crowd: Sequence[tuple[Heart, float]], course: Course, now: Sequence[float], *, prompt_costs_s: float
) -> float:
    """The best incline (percent) to begin an interval with, when each heart will have shown itself a minute later.

    Each heart comes with the incline that would hold it in the middle of the zone: the load it is given later.
    """

    def value(incline: float) -> float:
        steady = loads(course, Plan(((0.0, incline),)))
        total = 0.0
        for heart, holds in crowd:
            found = played(heart, steady, course.first)
            for at_s in RECOURSE_AT_S:
                eased = loads(course, Plan(((0.0, incline), (course.to_whistle_s + at_s, holds))))
                found = max(found, played(heart, eased, course.first) - prompt_costs_s)
            total += heart.weight * found
        return total

    return max(now, key=value)


def split(crowd: Sequence[Heart], course: Course, table: Worth) -> list[Heart]:
    """Each heart as three: as believed, and lower and higher by what the line may be wrong at the interval's load."""
    found = []
    for heart in crowd:
        sd_bpm = heart.line_sd_bpm
        rows = [
            table.row(
                math.sqrt((0.4 * sd_bpm) ** 2 + WANDER_BPM**2 * (1 - math.exp(-2 * STEP_S * (step + 1) / WANDER_S)))
            )
            for step in range(course.steps)
        ]
        for shift, share in ((-1.5, 0.22), (0.0, 0.56), (1.5, 0.22)):
            found.append(
                replace(heart, weight=heart.weight * share, b=heart.b + shift * sd_bpm * 0.9, rows=tuple(rows))
            )
    return found
