"""Virtual people of four model families, drawn from published spreads, with a therapist's notes about each.

Responsible for who they are; the benchmark decides what happens to them. The families differ in structure, so that
a coach cannot do well by knowing one of them: two linear modes (`patient`), a two-state feedback after Cheng et al.
2008, a heart near its bounds after Nazaret et al. 2023, and three-phase kinetics with thresholds (Poole's slow
component, Mongin 2021's falling gain). Groups and figures: 40 % healthy, 26 % deconditioned, 23 % with heart disease
(three of four beta-blocked), 11 % athletes, ages 20-80.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from random import Random

from drivers.simulated.patient import Body, Physiology, TwoModeBody, Variation, VirtualPatient, reserve_share
from station.coach.demand import REST_ML, incline_for
from station.training.patient import Patient, Reach

TRUE_START_AFTER_S = 200
"""The therapist's usual incline leads to 90 % of HRmax after 3.3 minutes."""
WARM_UP_S = 600


class Family(StrEnum):
    """How the heart is modelled."""

    TWO_MODES = "two_modes"
    FEEDBACK = "feedback"
    BOUNDED = "bounded"
    KINETICS = "kinetics"


class Group(StrEnum):
    """What kind of patient it is."""

    HEALTHY = "healthy"
    DECONDITIONED = "deconditioned"
    CARDIAC = "cardiac"
    ATHLETE = "athlete"


@dataclass(slots=True, kw_only=True)
class FeedbackBody:
    """Heart rate above rest and a slow peripheral state that feeds back on it, after Cheng et al. 2008."""

    figures: Physiology
    bend: float = 1.15
    """Power of the load: more than 1 means that the heart answers hard work more than easy work."""
    feedback: float = 0.2
    """Share of the steady rise that comes from the slow state."""
    peripheral_s: float = 600.0
    rise_bpm: float = 0.0
    peripheral_bpm: float = 0.0

    def step(self, dt_s: float, speed_kmh: float, incline_percent: float) -> float:
        """Let this much time pass at this load; the heart rate (bpm) without beat-to-beat variation."""
        f = self.figures
        reserve = f.hr_max_bpm - f.hr_rest_bpm
        load = reserve * max(0.0, reserve_share(f, speed_kmh, incline_percent)) ** self.bend
        aim = load * (1 - 0.6 * self.feedback) + self.peripheral_bpm
        lag_s = f.slow_s if aim > self.rise_bpm else f.slow_s * f.fall_ratio
        self.rise_bpm += dt_s * (aim - self.rise_bpm) / lag_s
        gate = 1 / (1 + math.exp(-(self.rise_bpm - 0.25 * reserve) / 5))
        self.peripheral_bpm += dt_s * (self.feedback * gate * self.rise_bpm - self.peripheral_bpm) / self.peripheral_s
        return f.hr_rest_bpm + min(reserve, self.rise_bpm)

    def copy(self) -> "FeedbackBody":
        """A second heart in the same state, to look ahead with."""
        return replace(self)


@dataclass(slots=True, kw_only=True)
class BoundedBody:
    """Heart rate chasing a filtered demand, slower near both its bounds, after Nazaret et al. 2023."""

    figures: Physiology
    low_power: float = 0.25
    high_power: float = 0.35
    demand_s: float = 20.0
    heat_bpm: float = 10.0
    heat_s: float = 1500.0
    heart_rate_bpm: float = 0.0
    demand_bpm: float = 0.0
    warmth_bpm: float = 0.0

    def step(self, dt_s: float, speed_kmh: float, incline_percent: float) -> float:
        """Let this much time pass at this load; the heart rate (bpm) without beat-to-beat variation."""
        f = self.figures
        rest, most = f.hr_rest_bpm, f.hr_max_bpm
        share = reserve_share(f, speed_kmh, incline_percent)
        wanted = rest + (most - rest) * 1.02 * share + self.warmth_bpm
        self.demand_bpm = (self.demand_bpm or rest) + dt_s * (wanted - (self.demand_bpm or rest)) / self.demand_s
        now = self.heart_rate_bpm or rest
        room_low = max(0.1, (now - rest + 15) / (0.6 * (most - rest)))
        room_high = max(0.02, (most + 4 - now) / (0.4 * (most - rest)))
        pace = room_low**self.low_power * room_high**self.high_power
        lag_s = f.slow_s / pace * (f.fall_ratio if self.demand_bpm < now else 1.0)
        self.heart_rate_bpm = min(most + 2, now + dt_s * (self.demand_bpm - now) / lag_s)
        self.warmth_bpm += dt_s * (self.heat_bpm * min(1.2, share) - self.warmth_bpm) / self.heat_s
        return self.heart_rate_bpm

    def copy(self) -> "BoundedBody":
        """A second heart in the same state, to look ahead with."""
        return replace(self)


@dataclass(slots=True, kw_only=True)
class KineticsBody:
    """Quick vagal step, primary rise, and a slow component that starts late and only above a threshold."""

    figures: Physiology
    gain_above: float = 0.8
    """Gain above the threshold against below it (Mongin 2021: it falls)."""
    late_s: float = 110.0
    vagal_bpm: float = 0.0
    primary_bpm: float = 0.0
    late_bpm: float = 0.0
    waiting: float = 0.0
    tired_bpm: float = 0.0

    def step(self, dt_s: float, speed_kmh: float, incline_percent: float) -> float:
        """Let this much time pass at this load; the heart rate (bpm) without beat-to-beat variation."""
        f = self.figures
        reserve = f.hr_max_bpm - f.hr_rest_bpm
        share = reserve_share(f, speed_kmh, incline_percent)
        below, above = min(share, f.threshold), max(0.0, share - f.threshold)
        aim = reserve * 1.02 * (below + self.gain_above * above)
        vagal_aim = min(f.fast_share * aim, 25.0)
        self.vagal_bpm += (vagal_aim - self.vagal_bpm) * (1 - math.exp(-dt_s / f.fast_s))
        lag_s = f.slow_s * (1.0 if aim - vagal_aim > self.primary_bpm else f.fall_ratio)
        self.primary_bpm += (aim - vagal_aim - self.primary_bpm) * (1 - math.exp(-dt_s / lag_s))
        self.waiting += dt_s * (above - self.waiting) / self.late_s
        late_aim = reserve * 0.45 * self.waiting
        self.late_bpm += dt_s * (late_aim - self.late_bpm) / (self.late_s if late_aim > self.late_bpm else 240)
        self.tired_bpm += dt_s * f.drift_bpm_min / 60 * min(1.2, share / 0.6)
        rise = self.vagal_bpm + self.primary_bpm + self.late_bpm + self.tired_bpm
        soft = 0.85 * reserve
        if rise > soft:
            rise = soft + (reserve - soft) * math.tanh((rise - soft) / (reserve - soft) * 0.9)
        return f.hr_rest_bpm + rise

    def copy(self) -> "KineticsBody":
        """A second heart in the same state, to look ahead with."""
        return replace(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Individual:
    """Who somebody is, whatever the day: the same one can come to several sessions."""

    seed: int
    family: Family
    group: Group
    age_years: int
    figures: Physiology
    patient: Patient
    usual_speed_kmh: float
    warm_up_speed_kmh: float
    recovery_speed_kmh: float
    true_start_incline_percent: float
    sd_bpm: float
    follow_fully: float
    follow_half: float
    day_sd_percent: float = 1.8
    extras: dict[str, float] = field(default_factory=dict)

    def on_day(self, day: int, variation: float = 1.0) -> VirtualPatient:
        """This person on that day, rested: the day's offset has an SD of 1.8 % of HRmax (Lamberts 2004)."""
        random = Random(f"day {self.seed} {day}")  # noqa: S311  # a simulation, not a secret
        offset_bpm = random.gauss(0, self.day_sd_percent / 100 * self.figures.hr_max_bpm)
        figures = replace(self.figures, hr_rest_bpm=self.figures.hr_rest_bpm + offset_bpm)
        return VirtualPatient(
            patient=self.patient,
            body=body(self.family, figures, self.extras),
            hr_rest_bpm=figures.hr_rest_bpm,
            hr_max_bpm=figures.hr_max_bpm,
            variation=Variation(random=random, sd_bpm=variation * self.sd_bpm),
            usual_speed_kmh=self.usual_speed_kmh,
            warm_up_speed_kmh=self.warm_up_speed_kmh,
            recovery_speed_kmh=self.recovery_speed_kmh,
            follow_fully=self.follow_fully,
            follow_half=self.follow_half,
            reaction_s=2 + 3.2 * random.random(),
        )


def body(family: Family, figures: Physiology, extras: dict[str, float]) -> Body:
    """A rested heart of that family with these figures; `extras` are the family's own."""
    match family:
        case Family.TWO_MODES:
            return TwoModeBody(figures=figures)
        case Family.FEEDBACK:
            return FeedbackBody(figures=figures, **extras)
        case Family.BOUNDED:
            return BoundedBody(figures=figures, **extras)
        case Family.KINETICS:
            return KineticsBody(figures=figures, **extras)


def individual(seed: int, family: Family | None = None, *, therapist_sd_percent: float = 1.2) -> Individual:
    """One person; the same seed is the same person. Without a family the seed chooses one."""
    random = Random(f"individual {seed}")  # noqa: S311  # a simulation, not a secret
    family = family or list(Family)[seed % len(Family)]
    group = random.choices(list(Group), weights=(40, 26, 23, 11))[0]
    age = round(random.uniform(*_AGES[group]))
    hr_max = 211 - 0.64 * age + random.gauss(0, 9)
    beta_blocker = group is Group.CARDIAC and random.random() < 0.75  # noqa: PLR2004
    if beta_blocker:
        hr_max -= random.uniform(12, 35)
    hr_max = min(208.0, max(112.0, hr_max))
    rest = min(0.52 * hr_max, random.gauss(_REST_BPM[group] - (8 if beta_blocker else 0), 7))
    figures = Physiology(
        hr_rest_bpm=rest + random.uniform(3, 12),
        hr_max_bpm=hr_max,
        vo2_max_ml=_capacity(random, group, age),
        economy=random.gauss(1, 0.08),
        grade_factor=min(1.3, max(0.75, random.gauss(1, 0.10))),
        fast_share=random.uniform(0.15, 0.45),
        fast_s=random.uniform(7, 18),
        slow_s=52 * _PACE[group] * math.exp(random.gauss(0, 0.33)),
        dead_s=random.uniform(0, 14),
        fall_ratio=random.uniform(1.0, 2.2),
        threshold=random.uniform(0.6, 0.8),
        slow_component_bpm_min=max(0.2, random.gauss(1.2, 0.5)),
        drift_bpm_min=0.35 * math.exp(random.gauss(0, 0.5)),
    )
    return _noted(random, seed, family, group, age, figures, rest, beta_blocker, therapist_sd_percent)


_AGES = {
    Group.HEALTHY: (20, 65),
    Group.DECONDITIONED: (25, 70),
    Group.CARDIAC: (45, 80),
    Group.ATHLETE: (20, 50),
}
_REST_BPM = {Group.HEALTHY: 64, Group.DECONDITIONED: 74, Group.CARDIAC: 68, Group.ATHLETE: 54}
_PACE = {Group.HEALTHY: 0.95, Group.DECONDITIONED: 1.15, Group.CARDIAC: 1.35, Group.ATHLETE: 0.75}
_VO2_MAX = {Group.HEALTHY: (46, 6), Group.DECONDITIONED: (34, 4), Group.CARDIAC: (31, 5), Group.ATHLETE: (62, 5)}


def _capacity(random: Random, group: Group, age: int) -> float:
    mean, spread = _VO2_MAX[group]
    return min(68.0, max(14.0, random.gauss(mean - 0.22 * (age - 35), spread)))


def _noted(  # noqa: PLR0913, PLR0917  # one person in one place
    random: Random,
    seed: int,
    family: Family,
    group: Group,
    age: int,
    figures: Physiology,
    rest: float,
    beta_blocker: bool,  # noqa: FBT001
    therapist_sd_percent: float,
) -> Individual:
    speed = _speed(random, group, figures)
    runs = speed > 7  # noqa: PLR2004
    reach = Reach(incline_step_percent=0.5 if random.random() < 0.7 else 1.0, speed_max_kmh=14.0 if runs else 6.5)  # noqa: PLR2004
    warm_up = min(speed, random.uniform(4.8, 5.8)) if runs else max(2.5, speed - random.choice((0.0, 0.0, 0.5)))
    recovery = speed if not runs else (random.uniform(4.5, 5.5) if random.random() < 2 / 3 else 0.85 * speed)
    extras = _extras(random, family)
    start, easy = _true_inclines(family, figures, extras, warm_up, speed)
    error = 0.012 if random.random() < 0.8 else 0.035  # noqa: PLR2004
    patient = Patient(
        hr_max_bpm=round(figures.hr_max_bpm * (1 + random.gauss(0, error))),
        hr_rest_bpm=round(rest) if random.random() < 0.85 else None,  # noqa: PLR2004
        age_years=age,
        weight_kg=round(random.gauss(80, 14)),
        beta_blocker=beta_blocker,
        walk_only=not runs,
        speed_kmh=round(speed, 1),
        warm_up_incline_percent=reach.incline_on_grid(min(easy, start)),
        start_incline_percent=reach.incline_on_grid(start + random.gauss(0, therapist_sd_percent)),
        recovery_incline_percent=0.0 if random.random() < 0.7 else 1.0,  # noqa: PLR2004
        treadmill=reach,
    )
    return Individual(
        seed=seed,
        family=family,
        group=group,
        age_years=age,
        figures=figures,
        patient=patient,
        usual_speed_kmh=round(speed, 1),
        warm_up_speed_kmh=round(warm_up, 1),
        recovery_speed_kmh=round(recovery, 1),
        true_start_incline_percent=start,
        sd_bpm=random.uniform(1.0, 2.3),
        follow_fully=min(0.99, max(0.45, random.gauss(0.89, 0.12))),
        follow_half=0.06,
        extras=extras,
    )


def _speed(random: Random, group: Group, figures: Physiology) -> float:
    """The speed at which this person reaches 90 % of HRmax somewhere at 3-11 % of incline."""
    share = (0.9 * figures.hr_max_bpm - figures.hr_rest_bpm) / (figures.hr_max_bpm - figures.hr_rest_bpm)
    needed = REST_ML + share * (figures.vo2_max_ml - REST_ML) / figures.economy
    walks = group is not Group.ATHLETE and random.random() < 0.8  # noqa: PLR2004
    wanted = random.uniform(4, 10) if walks else random.uniform(2, 6)
    per_kmh = 1000 / 60 * ((0.1 + 1.8 * wanted / 100) if walks else (0.2 + 0.9 * wanted / 100))
    speed = (needed - REST_ML) / per_kmh
    if walks and speed > 6.8:  # noqa: PLR2004  # too fit to walk there
        speed = 6.3 if incline_for(needed, 6.3) < 13 else (needed - REST_ML) / (1000 / 60 * 0.2 * 1.18)  # noqa: PLR2004
    if not walks and speed < 7.5:  # noqa: PLR2004  # too unfit to run there
        speed = min(6.2, (needed - REST_ML) / (1000 / 60 * 0.235))
    return min(13.5, max(2.8, round(speed, 1)))


def _extras(random: Random, family: Family) -> dict[str, float]:
    match family:
        case Family.TWO_MODES:
            return {}
        case Family.FEEDBACK:
            return {
                "bend": random.uniform(0.9, 1.35),
                "feedback": random.uniform(0.05, 0.3),
                "peripheral_s": random.uniform(300, 900),
            }
        case Family.BOUNDED:
            return {
                "low_power": random.uniform(0.0, 0.5),
                "high_power": random.uniform(0.1, 0.6),
                "demand_s": random.uniform(8, 35),
                "heat_bpm": random.uniform(2, 14),
            }
        case Family.KINETICS:
            return {"gain_above": random.uniform(0.6, 1.0), "late_s": random.uniform(80, 150)}


def _true_inclines(
    family: Family, figures: Physiology, extras: dict[str, float], warm_up_kmh: float, speed_kmh: float
) -> tuple[float, float]:
    """The inclines that lead to 90 % of HRmax 200 s into an interval, and to 65 % in the warm-up; 0-15 %."""
    easy = _bisected(
        lambda incline: _reached(body(family, figures, extras), [(400, warm_up_kmh, incline)]),
        0.65 * figures.hr_max_bpm,
    )
    start = _bisected(
        lambda incline: _reached(
            body(family, figures, extras),
            [(WARM_UP_S, warm_up_kmh, easy), (TRUE_START_AFTER_S, speed_kmh, incline)],
        ),
        0.90 * figures.hr_max_bpm,
    )
    return start, min(6.0, easy)


def _reached(heart: Body, stages: list[tuple[int, float, float]]) -> float:
    heart_rate = 0.0
    for seconds, speed, incline in stages:
        for _ in range(seconds // 2):
            heart_rate = heart.step(2.0, speed, incline)
    return heart_rate


def _bisected(reached_at: Callable[[float], float], wanted_bpm: float) -> float:
    low, high = 0.0, 15.0
    for _ in range(7):
        middle = (low + high) / 2
        low, high = (middle, high) if reached_at(middle) < wanted_bpm else (low, middle)
    return (low + high) / 2
