"""What is known of this patient's heart, and how surely: a bank of small Kalman filters over lag and asymmetry.

Responsible for learning, from the first minute of the warm-up on, the line from demand to beats (offset and gain), the
lag, what running adds, and the slow wander that is not an answer to load. Every filter believes in one lag; the
likelihood of the heart rates it has met weighs it against the others. It knows nothing of advice.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from station.coach.demand import REST_ML
from station.coach.memory import Memory
from station.coach.response import Lag, Passage

Covariance = tuple[float, float, float, float, float, float, float, float, float, float]
"""Of offset b, gain k, wander n and running g: bb, bk, bn, bg, kk, kn, kg, nn, ng, gg."""

RISES_S = (20.0, 32.0, 48.0, 70.0, 100.0)
FALL_RATIOS = (1.1, 1.6, 2.2)
USUAL_RISE_S = 46.0
RISE_SPREAD = 0.45
"""Population of the rise's time constant: log-normal (Hunt 2015, 2019; strap lag and dead time are apart)."""
WANDER_BPM = 2.6
WANDER_S = 25.0
"""Variation that is no answer to load: forgotten in some 20-25 s in public recordings, and with it what the model
gets wrong for a while."""
MEASURED_SD_BPM = 1.2
OFFSET_WALK_BPM2_S = 0.02
"""How freely the offset may wander, bpm^2 per second: 60 s of it are about 1 bpm."""
GAIN_WALK = 0.000003
TEMPER = 0.5
"""A filter's likelihood counts by this power: the filters' noise is only roughly right."""
DAY_SD_SHARE = 0.02
GAIN_FORGOTTEN = 0.07
KEPT_OF_LAGS = 0.7
DRIFT_BPM_S = 0.6 / 60
"""Expected upward drift at full load; at less load in proportion."""


class Filter(NamedTuple):
    """One belief about the lag: offset b, gain k, wander n, running's extra g, with their covariance.

    The heart rate is b + k z + n + g r, z the lagged demand above rest (mL/kg/min), r the lagged share of running.
    A named tuple, because fifteen of them are made anew every second.
    """

    lag: Lag
    z: float
    r: float
    b: float
    k: float
    n: float
    g: float
    p: Covariance

    @property
    def expected_bpm(self) -> float:
        """The heart rate expected now."""
        return self.b + self.k * self.z + self.n + self.g * self.r

    def line_variance(self, z: float, r: float) -> float:
        """How unsure the line is at this lagged load and share of running, bpm^2."""
        bb, bk, _, bg, kk, _, kg, _, _, gg = self.p
        return max(0.0, bb + 2 * z * bk + z * z * kk + r * (2 * bg + 2 * z * kg + r * gg))

    def variance(self) -> float:
        """Of the heart rate expected now, measurement included, bpm^2."""
        _, _, bn, _, _, kn, _, nn, ng, _ = self.p
        line = self.line_variance(self.z, self.r)
        return line + 2 * (bn + self.z * kn + self.r * ng) + nn + MEASURED_SD_BPM**2

    def after(self, step: "Step") -> tuple["Filter", float]:
        """The belief after this step, and the log-likelihood of the heart rate in it (0 without one)."""
        lag, z, r, b, k, n, g, (bb, bk, bn, bg, kk, kn, kg, nn, ng, gg) = self
        kept = step.kept
        z = lag.followed(z, step.load, step.dt_s)
        if r != step.running:
            r = lag.followed(r, step.running, step.dt_s)
        b += DRIFT_BPM_S * step.dt_s * min(1.2, z / step.full_load)
        n *= kept
        bb, kk = bb + OFFSET_WALK_BPM2_S * step.dt_s, kk + GAIN_WALK * step.dt_s
        bn, kn, ng, nn = bn * kept, kn * kept, ng * kept, nn * kept * kept + WANDER_BPM**2 * (1 - kept * kept)
        if step.heart_rate_bpm is None:
            return Filter(lag, z, r, b, k, n, g, (bb, bk, bn, bg, kk, kn, kg, nn, ng, gg)), 0.0
        hb = bb + z * bk + bn + r * bg
        hk = bk + z * kk + kn + r * kg
        hn = bn + z * kn + nn + r * ng
        hg = bg + z * kg + ng + r * gg
        s = hb + z * hk + hn + r * hg + MEASURED_SD_BPM**2
        surprise = step.heart_rate_bpm - b - k * z - n - g * r
        # A surprise beyond three standard deviations counts as one of three: straps lie more often than hearts.
        limit = 3 * math.sqrt(s)
        surprise = max(-limit, min(limit, surprise))
        gain = surprise / s
        sb, sk, sn = hb / s, hk / s, hn / s
        p = (
            bb - hb * sb, bk - hk * sb, bn - hn * sb, bg - hg * sb, kk - hk * sk,
            kn - hn * sk, kg - hg * sk, nn - hn * sn, ng - hg * sn, gg - hg * hg / s,
        )  # fmt: skip
        believed = Filter(lag, z, r, b + hb * gain, k + hk * gain, n + hn * gain, g + hg * gain, p)
        return believed, -0.5 * (surprise * gain + math.log(s))


class Step(NamedTuple):
    """What all filters are told of a second or so: load above rest (mL/kg/min), share of running, heart rate."""

    dt_s: float
    kept: float
    """How much of the wander is left."""
    load: float
    running: float
    full_load: float
    heart_rate_bpm: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimator:
    """The bank, and what is still on its way through the dead time."""

    filters: tuple[Filter, ...]
    weights: tuple[float, ...]
    log_weights: tuple[float, ...]
    passage: Passage = field(default_factory=Passage)
    drifted_bpm: float = 0.0
    """Expected drift since the first reading; what was learnt is remembered without it."""
    full_load: float = 30.0
    """The demand above rest of the patient's usual interval, mL/kg/min."""

    @property
    def expected_bpm(self) -> float:
        """The heart rate expected of the next reading."""
        return sum(w * f.expected_bpm for w, f in zip(self.weights, self.filters, strict=True))

    @property
    def expected_sd_bpm(self) -> float:
        """Its standard deviation, over the filters and within them."""
        mean = self.expected_bpm
        spread = sum(
            w * (f.variance() + (f.expected_bpm - mean) ** 2) for w, f in zip(self.weights, self.filters, strict=True)
        )
        return math.sqrt(max(1.0, spread))

    @property
    def line_sd_bpm(self) -> float:
        """How unsure the line is at the usual interval's load."""
        pairs = zip(self.weights, self.filters, strict=True)
        return math.sqrt(sum(w * f.line_variance(self.full_load, 0.0) for w, f in pairs))

    def after(self, dt_s: float, demand_ml: float, running: float, heart_rate_bpm: float | None) -> "Estimator":
        """The bank after this much time at this demand, and after a trusted heart rate if there is one."""
        if dt_s <= 0:
            return self
        passage = self.passage.after(dt_s, demand_ml - REST_ML, running)
        load, ran = passage.arrived
        step = Step(dt_s, math.exp(-dt_s / WANDER_S), load, ran, self.full_load, heart_rate_bpm)
        believed = [f.after(step) for f in self.filters]
        filters = tuple(f for f, _ in believed)
        drifted = self.drifted_bpm + DRIFT_BPM_S * dt_s * min(1.2, load / self.full_load)
        if heart_rate_bpm is None:
            return replace(self, filters=filters, passage=passage, drifted_bpm=drifted)
        pairs = zip(self.log_weights, believed, strict=True)
        log_weights = [weight + TEMPER * likelihood for weight, (_, likelihood) in pairs]
        logs, weights = _weighed(log_weights)
        return replace(
            self,
            filters=filters,
            passage=passage,
            drifted_bpm=drifted,
            log_weights=logs,
            weights=weights,
        )


def forecast(estimator: Estimator, load: float, after_s: float) -> tuple[float, float]:
    """Heart rate (bpm) expected after so long at this demand above rest (mL/kg/min), gait unchanged, and its SD."""
    kept = math.exp(-after_s / WANDER_S)
    found = []
    for weight, f in zip(estimator.weights, estimator.filters, strict=True):
        z = f.lag.followed(f.z, load, after_s)
        variance = f.line_variance(z, f.r) + WANDER_BPM**2 * (1 - kept * kept)
        found.append((weight, f.b + f.k * z + f.n * kept + f.g * f.r, variance))
    mean = sum(weight * bpm for weight, bpm, _ in found)
    return mean, math.sqrt(max(1.0, sum(weight * (var + (bpm - mean) ** 2) for weight, bpm, var in found)))


def _weighed(log_weights: Sequence[float]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The same weights, the likeliest at 0, and their shares of 1."""
    most = max(log_weights)
    raw = [math.exp(max(-30.0, w - most)) for w in log_weights]
    total = sum(raw)
    return tuple(w - most for w in log_weights), tuple(w / total for w in raw)


def begun(  # noqa: PLR0913  # two points of a line, each with its spread
    *, rest_bpm: float, rest_sd_bpm: float, usual_bpm: float, usual_sd_bpm: float, full_load: float, runs: bool = False
) -> Estimator:
    """The bank before the first reading, from two points of the line: at rest, and at the usual interval.

    `full_load` is the usual interval's demand above rest (mL/kg/min); `runs` says that it is run.
    """
    k = (usual_bpm - rest_bpm) / full_load
    # b is known from rest, b + k * full_load (+ g) from the therapist's usual incline.
    bb = rest_sd_bpm**2
    bk = -bb / full_load
    running_sd = 7.0
    kk = (usual_sd_bpm**2 + bb + (running_sd**2 if runs else 0.0)) / full_load**2
    kg = -(running_sd**2) / full_load if runs else 0.0
    p = (bb, bk, 0.0, 0.0, kk, 0.0, kg, WANDER_BPM**2, 0.0, running_sd**2)
    filters = tuple(
        Filter(Lag(rise_s, ratio), 0.0, 0.0, rest_bpm, k, 0.0, 0.0, p) for rise_s in RISES_S for ratio in FALL_RATIOS
    )
    logs, weights = _weighed([_prior(rise_s, ratio) for rise_s in RISES_S for ratio in FALL_RATIOS])
    return Estimator(filters=filters, full_load=full_load, log_weights=logs, weights=weights)


def recalled(fresh: Estimator, memory: Memory) -> Estimator:
    """The bank before the first reading of somebody who has been here: what was learnt, a little forgotten.

    Day-to-day heart rate at the same work: SD about 2 % of HRmax (Lamberts 2004); the gain's change is taken as 7 %.
    """
    oo, og, or_, gg, gr, rr = memory.covariance
    oo += (DAY_SD_SHARE * memory.hr_max_bpm) ** 2
    gg += (GAIN_FORGOTTEN * memory.gain_bpm_per_ml) ** 2
    p = (oo, og, 0.0, or_, gg, 0.0, gr, WANDER_BPM**2, 0.0, rr + 1.0)
    filters = tuple(
        f._replace(b=memory.offset_bpm, k=memory.gain_bpm_per_ml, g=memory.running_bpm, p=p) for f in fresh.filters
    )
    if len(memory.lag_weights) != len(filters):
        return replace(fresh, filters=filters)
    mixed = [
        math.log(max(1e-9, KEPT_OF_LAGS * then + (1 - KEPT_OF_LAGS) * usual))
        for then, usual in zip(memory.lag_weights, fresh.weights, strict=True)
    ]
    logs, weights = _weighed(mixed)
    return replace(fresh, filters=filters, log_weights=logs, weights=weights)


def line(estimator: Estimator) -> tuple[tuple[float, float, float], tuple[float, float, float, float, float, float]]:
    """The bank's mean offset (bpm), gain (bpm per mL/kg/min) and running's extra (bpm), and their covariance."""
    pairs = list(zip(estimator.weights, estimator.filters, strict=True))
    b, k, g = (sum(w * value for w, value in ((w, getattr(f, name)) for w, f in pairs)) for name in ("b", "k", "g"))
    spread = [0.0] * 6
    for weight, f in pairs:
        bb, bk, _, bg, kk, _, kg, _, _, gg = f.p
        db, dk, dg = f.b - b, f.k - k, f.g - g
        parts = (bb + db * db, bk + db * dk, bg + db * dg, kk + dk * dk, kg + dk * dg, gg + dg * dg)
        spread = [total + weight * part for total, part in zip(spread, parts, strict=True)]
    return (b, k, g), (spread[0], spread[1], spread[2], spread[3], spread[4], spread[5])


def _prior(rise_s: float, ratio: float) -> float:
    off = math.log(rise_s / USUAL_RISE_S) / RISE_SPREAD
    return -0.5 * off * off - 0.5 * ((ratio - 1.6) / 0.5) ** 2
