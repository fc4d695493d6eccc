"""One session of one virtual person with one policy, and what it amounts to in the true heart rate."""

import time
from dataclasses import dataclass, field, replace
from random import Random
from typing import Protocol

from drivers.simulated.cohort import Individual
from drivers.simulated.patient import VirtualPatient
from station.benchmark.human import Manners, Walker
from station.benchmark.strap import LyingStrap
from station.training.patient import Patient
from station.training.prescription import Phase
from station.training.reading import Reading
from station.training.session import Session, advance

Load = tuple[float | None, float | None]
"""Incline in percent and speed in km/h; None: keep what you have."""


class Policy(Protocol):
    """Anything that turns readings into loads to advise."""

    motor: bool
    """Whether it drives the belt itself, as the peers' rules do, instead of asking the patient."""

    def after(self, reading: Reading) -> Load:
        """The load on the screen after one more reading."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What the world does to a session."""

    variation: float = 1.0
    troubled: bool = True
    more_artefacts: int = 0
    follow: tuple[float, float] | None = None
    """Shares that follow fully and by half, instead of the person's own."""
    hr_max_factor: float = 1.0
    """The clinic's HRmax against the noted one."""
    belt_lost: bool = False
    """The treadmill's data are away for 30 s in each of two intervals."""
    belt_stops: bool = False
    """The belt stands for 40 s in an interval."""
    restless: bool = False
    """The person changes speed and incline on her own, several times."""
    day: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One session in figures; shares of interval time in percent, on the true heart rate."""

    in_zone: float
    from_minute_2: float
    above_95: float
    above_97: float
    longest_above_95_s: float
    to_zone_s: tuple[float, ...]
    prompts: float
    """Prompts per interval, the one for its start included."""
    per_interval: tuple[float, ...]
    recovery_in_zone: float
    warm_up_in_zone: float
    mean_ms: float
    worst_ms: float
    trace: tuple[tuple[float, float, float, float], ...] = field(default=(), repr=False)
    """(second, true heart rate, incline, speed)."""


def session(
    person: Individual, policy: Policy, conditions: Conditions | None = None, *, traced: bool = False
) -> Outcome:
    """One whole session: the person walks, the strap reports, the policy advises, the hand follows."""
    conditions = conditions or Conditions()
    heart = person.on_day(conditions.day, conditions.variation)
    noted = noted_patient(person, conditions)
    plan = noted.prescription
    seed = person.seed * 31 + conditions.day
    random = Random(f"world {seed}")  # noqa: S311  # a simulation, not a secret
    strap = LyingStrap(seed, plan.total_s, troubled=conditions.troubled, more=conditions.more_artefacts)
    fully, half = conditions.follow or (person.follow_fully, person.follow_half)
    walker = Walker(
        seed,
        Manners(follow_fully=fully, follow_half=half, reaction_s=heart.reaction_s),
        slew_percent_s=random.uniform(0.5, 1.0),
        step_percent=noted.treadmill.incline_step_percent,
    )
    whims = _whims(random, restless=conditions.restless)
    lost = _spans(random, 30, 2) if conditions.belt_lost else []
    stands = _spans(random, 40, 1) if conditions.belt_stops else []
    clock = Session(prescription=plan)
    zone_hr_max = noted.hr_max_bpm
    score = _Score(hr_max_bpm=zone_hr_max)
    at_s = 0.0
    trace = []
    while not clock.ended and at_s < plan.total_s + 400:
        usual = _usual_speed(heart, clock.phase)
        usual += _whim(whims, clock, walker)
        standing = _within(stands, clock)
        if standing and (clock.interval, "stood") not in score.notes:
            score.notes[(clock.interval, "stood")] = at_s + 40
        standing = any(at_s < until for (_, what), until in score.notes.items() if what == "stood")
        walker.acts(at_s, 0.0 if standing else usual)
        if standing:
            walker.speed_kmh = 0.0
        elif walker.speed_kmh == 0.0:
            walker.speed_kmh = min(1.0, usual)
        true_bpm = heart.step(1.0, walker.speed_kmh, walker.incline_percent)
        beats, contact = strap.worn(at_s, true_bpm, walker.speed_kmh)
        away = _within(lost, clock)
        reading = Reading(
            at_s=at_s,
            heart_rate_bpm=beats,
            contact=contact,
            speed_kmh=None if away else round(walker.speed_kmh, 1),
            incline_percent=None if away else round(walker.incline_percent, 1),
        )
        clock = advance(clock, replace(reading, speed_kmh=round(walker.speed_kmh, 1)))
        began = time.perf_counter()
        load = policy.after(reading)
        score.cost(time.perf_counter() - began)
        if policy.motor:
            walker.incline_wanted = load[0] if load[0] is not None else walker.incline_wanted
        else:
            walker.sees(at_s, clock.phase, clock.interval, load, 100 * true_bpm / zone_hr_max)
        score.second(clock, true_bpm, load, standing=standing)
        if traced:
            trace.append((at_s, true_bpm, walker.incline_percent, walker.speed_kmh))
        at_s += 1.0
    return score.outcome(tuple(trace))


def noted_patient(person: Individual, conditions: Conditions) -> Patient:
    """What the therapist's file says, under these conditions."""
    return replace(person.patient, hr_max_bpm=round(person.patient.hr_max_bpm * conditions.hr_max_factor))


def _usual_speed(heart: VirtualPatient, phase: Phase) -> float:
    usual, warm_up, recovery = heart.usual_speed_kmh, heart.warm_up_speed_kmh, heart.recovery_speed_kmh
    if phase is Phase.INTERVAL:
        return usual
    return warm_up if phase in {Phase.READY, Phase.WARM_UP} else recovery


def _spans(random: Random, length_s: float, how_many: int) -> list[tuple[int, float, float]]:
    spans = []
    for interval in random.sample((1, 2, 3, 4), how_many):
        start = random.uniform(20, 180)
        spans.append((interval, start, start + length_s))
    return spans


def _within(spans: list[tuple[int, float, float]], clock: Session) -> bool:
    return clock.phase is Phase.INTERVAL and any(
        interval == clock.interval and start <= clock.phase_elapsed_s < end for interval, start, end in spans
    )


def _whims(random: Random, *, restless: bool) -> list[tuple[int, float, float, float]]:
    """Unplanned changes: (interval, second, km/h, percent); 12 % of intervals see a change of speed."""
    whims = []
    for interval in (1, 2, 3, 4):
        if random.random() < (1.0 if restless else 0.12):
            whims.append((interval, random.uniform(30, 200), random.choice((-0.5, -0.3, 0.3, 0.5)), 0.0))
        if restless:
            whims.append((interval, random.uniform(30, 200), 0.0, random.choice((-2.0, -1.0, 1.0, 2.0))))
    return whims


def _whim(whims: list[tuple[int, float, float, float]], clock: Session, walker: Walker) -> float:
    faster = 0.0
    if clock.phase is not Phase.INTERVAL:
        return faster
    for interval, second, kmh, percent in whims:
        if interval == clock.interval and clock.phase_elapsed_s >= second:
            faster += kmh
            if percent and clock.phase_elapsed_s < second + 1:
                walker.incline_wanted = min(15.0, max(0.0, walker.incline_wanted + percent))
    return faster


@dataclass(slots=True, kw_only=True)
class _Score:
    hr_max_bpm: float
    seconds: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    per_interval: dict[int, list[int]] = field(default_factory=dict)
    first_in_zone: dict[int, float] = field(default_factory=dict)
    prompts: int = 0
    load: Load = (None, None)
    run_s: int = 0
    longest_s: int = 0
    spent_s: float = 0.0
    worst_s: float = 0.0
    readings: int = 0
    notes: dict[tuple[int, str], float] = field(default_factory=dict)

    def cost(self, spent_s: float) -> None:
        self.spent_s += spent_s
        self.worst_s = max(self.worst_s, spent_s)
        self.readings += 1

    def _count(self, what: str, *, when: bool = True) -> None:
        if when:
            self.counts[what] = self.counts.get(what, 0) + 1

    def second(self, clock: Session, true_bpm: float, load: Load, *, standing: bool) -> None:
        percent = 100 * true_bpm / self.hr_max_bpm
        counts = load not in {self.load, (None, None)}
        before_whistle = clock.phase in {Phase.WARM_UP, Phase.RECOVERY} and clock.phase_left_s <= 30  # noqa: PLR2004
        if counts and (clock.phase is Phase.INTERVAL or before_whistle):
            self.prompts += 1
        self.load = load
        easy = 60 <= percent <= 70  # noqa: PLR2004
        if clock.phase is Phase.RECOVERY:
            self._count("recovery")
            self._count("recovery_easy", when=easy)
        if clock.phase is Phase.WARM_UP and clock.phase_elapsed_s > 180:  # noqa: PLR2004
            self._count("warm_up")
            self._count("warm_up_easy", when=easy)
        if clock.phase is not Phase.INTERVAL or standing:
            return
        in_zone = 85 <= percent <= 95  # noqa: PLR2004
        tally = self.per_interval.setdefault(clock.interval, [0, 0])
        tally[0] += 1
        tally[1] += in_zone
        if percent >= 85:  # noqa: PLR2004
            self.first_in_zone.setdefault(clock.interval, clock.phase_elapsed_s)
        self._count("work")
        self._count("in", when=in_zone)
        if clock.phase_elapsed_s >= 120:  # noqa: PLR2004
            self._count("late")
            self._count("late_in", when=in_zone)
        self._count("95", when=percent > 95)  # noqa: PLR2004
        self._count("97", when=percent > 97)  # noqa: PLR2004
        self.run_s = self.run_s + 1 if percent > 95 else 0  # noqa: PLR2004
        self.longest_s = max(self.longest_s, self.run_s)

    def outcome(self, trace: tuple[tuple[float, float, float, float], ...]) -> Outcome:
        def share(part: str, whole: str) -> float:
            return 100 * self.counts.get(part, 0) / max(1, self.counts.get(whole, 0))

        intervals = max(1, len(self.per_interval))
        return Outcome(
            in_zone=share("in", "work"),
            from_minute_2=share("late_in", "late"),
            above_95=share("95", "work"),
            above_97=share("97", "work"),
            longest_above_95_s=self.longest_s,
            to_zone_s=tuple(self.first_in_zone.get(n, 240.0) for n in range(1, intervals + 1)),
            prompts=self.prompts / intervals,
            per_interval=tuple(100 * inside / all_ for all_, inside in self.per_interval.values()),
            recovery_in_zone=share("recovery_easy", "recovery"),
            warm_up_in_zone=share("warm_up_easy", "warm_up"),
            mean_ms=1000 * self.spent_s / max(1, self.readings),
            worst_ms=1000 * self.worst_s,
            trace=trace,
        )
