"""One session of one virtual person with one policy, and what it amounts to in the true heart rate."""

import time
from collections import deque
from dataclasses import dataclass, field, replace
from random import Random
from typing import Protocol

from drivers.simulated.cohort import Individual
from drivers.simulated.patient import LevelledBody, VirtualPatient, reserve_share
from station.benchmark.human import Manners, Walker
from station.benchmark.strap import LyingStrap
from station.training.patient import Patient
from station.training.prescription import Phase
from station.training.reading import Reading
from station.training.session import Session, advance
from station.training.zones import HIGHEST_HR_MAX_BPM, LOWEST_HR_MAX_BPM

Load = tuple[float | None, float | None]
"""Incline in percent and speed in km/h; None: keep what you have."""


STANDS_S = 40.0


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
    levels_at: float | None = None
    """The share of the noted HRmax that her heart never passes, however hard she works; None: no such end."""
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
    hardest_minute: float
    """The steady demand of the hardest 60 s, in percent of this person's own oxygen reserve."""
    mean_ms: float
    worst_ms: float
    trace: tuple[tuple[float, float, float, float], ...] = field(default=(), repr=False)
    """(second, true heart rate, incline, speed)."""


class World:
    """A person, a strap and a belt on one day, a second at a time; the same whatever is advised."""

    def __init__(self, person: Individual, conditions: Conditions) -> None:
        self.heart = person.on_day(conditions.day, conditions.variation)
        noted = noted_patient(person, conditions)
        self.plan = noted.prescription
        self.hr_max_bpm = noted.hr_max_bpm
        self._figures = person.figures
        if conditions.levels_at is not None:
            ceiling_bpm = conditions.levels_at * self.hr_max_bpm
            self.heart.body = LevelledBody(
                body=self.heart.body, rest_bpm=self.heart.hr_rest_bpm, ceiling_bpm=ceiling_bpm
            )
        self.easy = (noted.warm_up_incline_percent or 0.0, noted.recovery_incline_percent or 0.0)
        seed = person.seed * 31 + conditions.day
        random = Random(f"world {seed}")  # noqa: S311  # a simulation, not a secret
        self._strap = LyingStrap(seed, self.plan.total_s, troubled=conditions.troubled, more=conditions.more_artefacts)
        fully, half = conditions.follow or (person.follow_fully, person.follow_half)
        self.slew_percent_s = random.uniform(0.5, 1.0)
        self.walker = Walker(
            seed,
            Manners(follow_fully=fully, follow_half=half, reaction_s=self.heart.reaction_s),
            slew_percent_s=self.slew_percent_s,
            step_percent=noted.treadmill.incline_step_percent,
        )
        self._whims = _whims(random, restless=conditions.restless)
        self._lost = _spans(random, 30, 2) if conditions.belt_lost else []
        self._stands = _spans(random, STANDS_S, 1) if conditions.belt_stops else []
        self._stands_until_s = -1.0
        self.clock = Session(prescription=self.plan)
        self.score = _Score(hr_max_bpm=self.hr_max_bpm)
        self.at_s = 0.0
        self.true_bpm = 0.0
        self._standing = False
        self._trace: list[tuple[float, float, float, float]] = []

    @property
    def over(self) -> bool:
        """Whether the session has ended."""
        return self.clock.ended or self.at_s > self.plan.total_s + 400

    @property
    def seconds_to_whistle(self) -> float | None:
        """Whole seconds until the next interval begins; None when none is next."""
        if self.clock.phase in {Phase.WARM_UP, Phase.RECOVERY}:
            return round(self.clock.phase_left_s) - 1
        return None

    @property
    def easy_incline_percent(self) -> float:
        """The incline the therapist noted for this easy phase."""
        return self.easy[0] if self.clock.phase in {Phase.READY, Phase.WARM_UP} else self.easy[1]

    @property
    def incline_percent(self) -> float:
        """The belt's incline."""
        return self.walker.incline_percent

    def speeds_ahead(self, seconds: int, lead_s: int) -> list[float]:
        """The speeds of the next interval, second by second, `lead_s` of easy walking before it included."""
        interval = self.clock.interval + 1
        speeds = [_usual_speed(self.heart, self.clock.phase)] * lead_s
        for second in range(seconds - lead_s):
            usual = _usual_speed(self.heart, Phase.INTERVAL)
            speeds.append(usual + sum(kmh for i, s, kmh, _ in self._whims if i == interval and second >= s))
        return speeds

    def second(self) -> Reading:
        """Let a second pass; what the station is given of it."""
        usual = _usual_speed(self.heart, self.clock.phase) + _whim(self._whims, self.clock, self.walker)
        if _within(self._stands, self.clock) and self._stands_until_s < 0:
            self._stands_until_s = self.at_s + STANDS_S
        self._standing = self.at_s < self._stands_until_s
        self.walker.acts(self.at_s, usual)
        if self._standing:
            self.walker.speed_kmh = 0.0
        self.true_bpm = self.heart.step(1.0, self.walker.speed_kmh, self.walker.incline_percent)
        self.score.worked(reserve_share(self._figures, self.walker.speed_kmh, self.walker.incline_percent))
        beats, contact = self._strap.worn(self.at_s, self.true_bpm, self.walker.speed_kmh)
        seen = Reading(
            at_s=self.at_s,
            heart_rate_bpm=beats,
            contact=contact,
            speed_kmh=round(self.walker.speed_kmh, 1),
            incline_percent=round(self.walker.incline_percent, 1),
        )
        away = _within(self._lost, self.clock)
        self.clock = advance(self.clock, seen)
        self._trace.append((self.at_s, self.true_bpm, self.walker.incline_percent, self.walker.speed_kmh))
        self.at_s += 1.0
        return replace(seen, speed_kmh=None, incline_percent=None) if away else seen

    def shown(self, load: Load, *, motor: bool) -> None:
        """The patient is shown this load, or a motor sets it; the second is scored."""
        if motor:
            self.walker.incline_wanted = load[0] if load[0] is not None else self.walker.incline_wanted
        else:
            percent = 100 * self.true_bpm / self.hr_max_bpm
            self.walker.sees(self.at_s, self.clock.phase, self.clock.interval, load, percent)
        self.score.second(self.clock, self.true_bpm, load, standing=self._standing)

    def outcome(self) -> Outcome:
        """The session in figures."""
        return self.score.outcome(tuple(self._trace))


def session(person: Individual, policy: Policy, conditions: Conditions | None = None) -> Outcome:
    """One whole session: the person walks, the strap reports, the policy advises, the hand follows."""
    world = World(person, conditions or Conditions())
    while not world.over:
        reading = world.second()
        began = time.thread_time()
        load = policy.after(reading)
        world.score.cost(time.thread_time() - began)
        world.shown(load, motor=policy.motor)
    return world.outcome()


def noted_patient(person: Individual, conditions: Conditions) -> Patient:
    """What the therapist's file says, under these conditions."""
    noted = round(person.patient.hr_max_bpm * conditions.hr_max_factor)
    return replace(person.patient, hr_max_bpm=min(HIGHEST_HR_MAX_BPM, max(LOWEST_HR_MAX_BPM, noted)))


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
    last_minute: deque[float] = field(default_factory=lambda: deque(maxlen=60))
    hardest_share: float = 0.0

    def worked(self, share: float) -> None:
        self.last_minute.append(share)
        self.hardest_share = max(self.hardest_share, sum(self.last_minute) / 60)

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
            hardest_minute=100 * self.hardest_share,
            mean_ms=1000 * self.spent_s / max(1, self.readings),
            worst_ms=1000 * self.worst_s,
            trace=trace,
        )
