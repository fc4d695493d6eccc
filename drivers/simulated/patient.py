"""A virtual patient: a heart that answers speed and incline as published measurements say hearts do.

Responsible for the body alone (load to beats, beat-to-beat variation, RR intervals) and for what the therapist has
noted about it. How such a person acts on advice is `person`'s; how the strap lies is the strap's. The coach never
sees this module: it meets these patients only through readings.

The model (two parallel first-order modes with dead time, slower fall than rise, slow component, drift, soft ceiling)
follows the treadmill studies of Hunt, Fankhauser, Saengsuwan and Wang 2015-2024; the line from oxygen uptake to
heart rate reserve is Swain 1998, the slow component Teso 2022/2025. Hand-rails, heat, arrhythmia, fatigue of the
legs and refusal are not modelled.
"""

import math
from collections import deque
from dataclasses import dataclass, field, replace
from random import Random
from typing import Protocol, Self

from station.coach.demand import REST_ML, oxygen_demand
from station.training.patient import Patient, Reach

RUNS_FROM_KMH = 7.0


class Body(Protocol):
    """The noise-free heart: any model that turns load into heart rate, a second or so at a time."""

    def step(self, dt_s: float, speed_kmh: float, incline_percent: float) -> float:
        """Let this much time pass at this load; the heart rate (bpm) without beat-to-beat variation."""
        ...

    def copy(self) -> "Body":
        """A second heart in the same state, to look ahead with."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Physiology:
    """One person's figures for the two-mode heart. Time constants in seconds, rates in bpm per minute."""

    hr_rest_bpm: float
    """Standing at rest on the day."""
    hr_max_bpm: float
    vo2_max_ml: float
    economy: float = 1.0
    """Own oxygen cost against ACSM's equations."""
    grade_factor: float = 1.0
    """Own extra cost of the hill."""
    fast_share: float = 0.3
    fast_s: float = 12.0
    slow_s: float = 55.0
    dead_s: float = 5.0
    fall_ratio: float = 1.6
    """How much slower the heart rate falls than it rises."""
    threshold: float = 0.7
    """Share of the oxygen reserve above which the slow component begins."""
    slow_component_bpm_min: float = 1.2
    """Rise per minute at 0.2 of the reserve above the threshold."""
    drift_bpm_min: float = 0.35


@dataclass(slots=True, kw_only=True)
class TwoModeBody:
    """Two parallel first-order modes with dead time, asymmetry, slow component, drift and a soft ceiling."""

    figures: Physiology
    fast_bpm: float = 0.0
    slow_bpm: float = 0.0
    excess_bpm: float = 0.0
    drifted_bpm: float = 0.0
    waiting: deque[tuple[float, float]] = field(default_factory=deque)
    """Loads on their way through the dead time: (seconds left, share of the oxygen reserve)."""
    arrived: float = 0.0

    def step(self, dt_s: float, speed_kmh: float, incline_percent: float) -> float:
        """Let this much time pass at this load; the heart rate (bpm) without beat-to-beat variation."""
        f = self.figures
        share = self._after_dead_time(dt_s, reserve_share(f, speed_kmh, incline_percent))
        reserve_bpm = f.hr_max_bpm - f.hr_rest_bpm
        aim_bpm = reserve_bpm * (0.015 + 1.03 * share)
        self.fast_bpm = _followed(self.fast_bpm, aim_bpm * f.fast_share, dt_s, f.fast_s, f.fall_ratio)
        self.slow_bpm = _followed(self.slow_bpm, aim_bpm * (1 - f.fast_share), dt_s, f.slow_s, f.fall_ratio)
        above = max(0.0, share - f.threshold)
        self.excess_bpm += dt_s * (f.slow_component_bpm_min / 60 * above / 0.2 - self.excess_bpm / 400)
        self.drifted_bpm += dt_s * f.drift_bpm_min / 60 * min(1.0, share / 0.5)
        return f.hr_rest_bpm + _under_ceiling(
            self.fast_bpm + self.slow_bpm + self.excess_bpm + self.drifted_bpm, reserve_bpm
        )

    def copy(self) -> "TwoModeBody":
        """A second heart in the same state, to look ahead with."""
        return replace(self, waiting=deque(self.waiting))

    def _after_dead_time(self, dt_s: float, share: float) -> float:
        self.waiting.append((self.figures.dead_s, share))
        for _ in range(len(self.waiting)):
            left_s, waiting_share = self.waiting.popleft()
            if left_s - dt_s <= 0:
                self.arrived = waiting_share
            else:
                self.waiting.append((left_s - dt_s, waiting_share))
        return self.arrived


@dataclass(slots=True, kw_only=True)
class LevelledBody:
    """A heart that does not pass a ceiling however hard the work is: chronotropic incompetence, or a beta-blocker."""

    body: Body
    rest_bpm: float
    ceiling_bpm: float

    def step(self, dt_s: float, speed_kmh: float, incline_percent: float) -> float:
        """Let this much time pass at this load; the heart rate (bpm) without beat-to-beat variation."""
        freely_bpm = self.body.step(dt_s, speed_kmh, incline_percent)
        return self.rest_bpm + _under_ceiling(freely_bpm - self.rest_bpm, self.ceiling_bpm - self.rest_bpm)

    def copy(self) -> "LevelledBody":
        """A second heart in the same state, to look ahead with."""
        return replace(self, body=self.body.copy())


def reserve_share(figures: Physiology, speed_kmh: float, incline_percent: float) -> float:
    """Steady oxygen uptake at this load as a share of this person's oxygen reserve; 1 is the maximum."""
    flat = oxygen_demand(speed_kmh, 0.0)
    uphill = (oxygen_demand(speed_kmh, incline_percent) - flat) * figures.grade_factor
    return figures.economy * (flat - REST_ML + uphill) / (figures.vo2_max_ml - REST_ML)


def _followed(now: float, aim: float, dt_s: float, rise_s: float, fall_ratio: float) -> float:
    lag_s = rise_s if aim > now else rise_s * fall_ratio
    return aim + (now - aim) * math.exp(-dt_s / lag_s)


def _under_ceiling(rise_bpm: float, reserve_bpm: float) -> float:
    softness = 0.04 * reserve_bpm
    over = (rise_bpm - reserve_bpm) / softness
    if over > 30:  # noqa: PLR2004  # far above: exp would only overflow
        return reserve_bpm
    return rise_bpm - softness * math.log1p(math.exp(over))


@dataclass(slots=True, kw_only=True)
class Variation:
    """Beat-to-beat and minute-to-minute variation: SD 1-2.3 bpm, smaller at hard work (Hunt & Saengsuwan 2018).

    A slow part that is forgotten in about 22 s and a small quick one, which is what public recordings show.
    """

    random: Random
    sd_bpm: float
    slow_bpm: float = 0.0
    quick_bpm: float = 0.0

    def step(self, dt_s: float, reserve_used: float) -> float:
        """The variation (bpm) after this much time, at this share of the heart rate reserve."""
        sd_bpm = self.sd_bpm * (1.15 - 0.5 * min(1.0, max(0.0, reserve_used)))
        self.slow_bpm = self._wandered(self.slow_bpm, dt_s, 22.0, 0.95 * sd_bpm)
        self.quick_bpm = self._wandered(self.quick_bpm, dt_s, 2.5, 0.3 * sd_bpm)
        return self.slow_bpm + self.quick_bpm

    def _wandered(self, now: float, dt_s: float, memory_s: float, sd_bpm: float) -> float:
        kept = math.exp(-dt_s / memory_s)
        return kept * now + math.sqrt(1 - kept * kept) * self.random.gauss(0, sd_bpm)


class VirtualPatient:
    """A body, its variation, and the therapist's notes about it."""

    def __init__(  # noqa: PLR0913  # a person has many sides; all are named
        self,
        *,
        patient: Patient,
        body: Body,
        hr_rest_bpm: float,
        hr_max_bpm: float,
        variation: Variation,
        usual_speed_kmh: float,
        warm_up_speed_kmh: float,
        recovery_speed_kmh: float,
        follow_fully: float = 0.88,
        follow_half: float = 0.06,
        reaction_s: float = 3.6,
    ) -> None:
        self.patient = patient
        self.body = body
        self.hr_rest_bpm = hr_rest_bpm
        self.hr_max_bpm = hr_max_bpm
        self.variation = variation
        self.usual_speed_kmh = usual_speed_kmh
        self.warm_up_speed_kmh = warm_up_speed_kmh
        self.recovery_speed_kmh = recovery_speed_kmh
        self.follow_fully = follow_fully
        self.follow_half = follow_half
        self.reaction_s = reaction_s
        self._rr_ms: list[float] = []
        # Its own dice: the variation must not depend on how many beats were drawn before.
        self._beats = Random(f"beats {hr_max_bpm}")  # noqa: S311
        self._since_beat_ms = 0.0

    @classmethod
    def typical(cls, seed: int) -> Self:
        """Somebody out of the ordinary run of patients; the same seed is the same person."""
        random = Random(f"typical {seed}")  # noqa: S311  # a simulation, not a secret
        age = random.uniform(22, 60)
        return cls.from_patient(
            Patient(
                hr_max_bpm=round(211 - 0.64 * age + random.gauss(0, 8)),
                hr_rest_bpm=round(random.gauss(68, 7)),
                age_years=round(age),
                speed_kmh=round(random.uniform(4.5, 5.5), 1),
                warm_up_incline_percent=1.0,
                start_incline_percent=round(2 * random.uniform(5, 9)) / 2,
                recovery_incline_percent=0.0,
                walk_only=True,
                treadmill=Reach(),
            ),
            seed,
        )

    @classmethod
    def from_patient(cls, patient: Patient, seed: int) -> Self:
        """A body for whom the therapist's notes are about right: near 90 % of HRmax at the usual load in intervals."""
        random = Random(f"body {seed}")  # noqa: S311  # a simulation, not a secret
        speed_kmh = patient.speed_kmh or 5.0
        start = patient.start_incline_percent if patient.start_incline_percent is not None else 7.0
        true_start = min(patient.treadmill.incline_max_percent - 1, max(1.0, start + random.gauss(0, 0.8)))
        hr_max = patient.hr_max_bpm * (1 + random.gauss(0, 0.008))
        rest = (patient.hr_rest_bpm or 70) + 8 + random.gauss(0, 3)
        figures = Physiology(
            hr_rest_bpm=rest,
            hr_max_bpm=hr_max,
            vo2_max_ml=_capacity_ml(rest, hr_max, speed_kmh, true_start),
            fast_share=random.uniform(0.2, 0.4),
            fast_s=random.uniform(7, 18),
            slow_s=52 * math.exp(random.gauss(0, 0.25)),
            dead_s=random.uniform(0, 10),
            fall_ratio=random.uniform(1.2, 2.0),
            drift_bpm_min=0.35 * math.exp(random.gauss(0, 0.4)),
        )
        runs = speed_kmh > RUNS_FROM_KMH
        return cls(
            patient=patient,
            body=TwoModeBody(figures=figures),
            hr_rest_bpm=rest,
            hr_max_bpm=hr_max,
            variation=Variation(random=random, sd_bpm=random.uniform(1.2, 2.2)),
            usual_speed_kmh=speed_kmh,
            warm_up_speed_kmh=5.0 if runs else speed_kmh,
            recovery_speed_kmh=5.0 if runs else speed_kmh,
            reaction_s=random.uniform(2.0, 5.2),
        )

    def step(self, dt_s: float, speed_kmh: float, incline_percent: float) -> float:
        """Let this much time pass at this load; the true heart rate in bpm, variation included."""
        mean_bpm = self.body.step(dt_s, speed_kmh, incline_percent)
        used = (mean_bpm - self.hr_rest_bpm) / (self.hr_max_bpm - self.hr_rest_bpm)
        heart_rate_bpm = max(35.0, mean_bpm + self.variation.step(dt_s, used))
        self._beat(dt_s, heart_rate_bpm)
        return heart_rate_bpm

    def rr_ms(self) -> tuple[float, ...]:
        """The RR intervals (ms) of the beats since this was last asked."""
        beats, self._rr_ms = tuple(self._rr_ms), []
        return beats

    def _beat(self, dt_s: float, heart_rate_bpm: float) -> None:
        self._since_beat_ms += 1000 * dt_s
        rr_ms = 60_000 / heart_rate_bpm
        while self._since_beat_ms >= rr_ms:
            self._since_beat_ms -= rr_ms
            self._rr_ms.append(round(rr_ms + self._beats.gauss(0, 3), 1))
        del self._rr_ms[:-240]


def _capacity_ml(rest_bpm: float, hr_max_bpm: float, speed_kmh: float, incline_percent: float) -> float:
    """The VO2max (mL/kg/min) with which this load leads to 90 % of HRmax after a few minutes."""
    share = (0.9 * hr_max_bpm - rest_bpm) / (hr_max_bpm - rest_bpm)
    # After 200 s the slow mode still lacks a little, and the drift has added about as much.
    return REST_ML + (oxygen_demand(speed_kmh, incline_percent) - REST_ML) / ((share - 0.015) / 1.03)
