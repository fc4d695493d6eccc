"""`motbakke benchmark coach`: all policies on the same virtual people, side by side.

Responsible for the run, the table, the JSON file and the picture. Every policy meets the same people, days, straps and
moods (common random numbers), so differences are paired. Scored is the true heart rate, variation included.
"""

import json
import math
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from drivers.simulated.cohort import Individual, individual
from station.benchmark.oracle import foreseen
from station.benchmark.picture import picture
from station.benchmark.policies import Fixed, Mlervaag, Ours, Pi, Qdomyos, Threshold
from station.benchmark.trial import Conditions, Outcome, World, noted_patient, session
from station.coach.memory import Memory

EARLY_ORACLE = "early oracle"
OURS = "motbakke"
PEOPLE_OF_A_SEED = 100_000
ADDITIONS = 3_000_000
PI_4_SLOWER, ZERO_2_W_SLOWER = (4, 6), (10, 15)
"""How much slower than a server's core a Raspberry Pi's is, as far as is known."""


def _ours(person: Individual, conditions: Conditions, earlier: int = 0) -> Outcome:
    memories: list[Memory] = []
    for day in range(earlier, 0, -1):
        past = Ours(noted_patient(person, conditions), memories)
        session(person, past, replace(conditions, day=day))
        memory = past.learnt()
        memories = [memory] if memory is not None else memories
    return session(person, Ours(noted_patient(person, conditions), memories), conditions)


POLICIES: dict[str, Callable[[Individual, Conditions], Outcome]] = {
    "fixed": lambda p, c: session(p, Fixed(noted_patient(p, c)), c),
    "fixed, perfect": lambda p, c: session(p, Fixed(noted_patient(p, c), p.true_start_incline_percent), c),
    "threshold": lambda p, c: session(p, Threshold(noted_patient(p, c)), c),
    "qdomyos, as advice": lambda p, c: session(p, Qdomyos(noted_patient(p, c)), c),
    "qdomyos, motor": lambda p, c: session(p, Qdomyos(noted_patient(p, c), motor=True), c),
    "mlervaag, motor": lambda p, c: session(p, Mlervaag(noted_patient(p, c)), c),
    "PI": lambda p, c: session(p, Pi(noted_patient(p, c)), c),
    OURS: _ours,
    f"{OURS}, 2nd session": lambda p, c: _ours(p, c, 1),
    "oracle": lambda p, c: foreseen(World(p, c), early=False),
    EARLY_ORACLE: lambda p, c: foreseen(World(p, c), early=True),
}
SHORT = ("fixed", "PI", OURS, EARLY_ORACLE)
SCENARIOS: dict[str, tuple[Conditions, float]] = {
    "sunny": (Conditions(), 1.2),
    "variation x 1.5": (Conditions(variation=1.5), 1.2),
    "prescription 2.5 % off": (Conditions(), 2.5),
    "follow 60 %, half 20 %": (Conditions(follow=(0.6, 0.2)), 1.2),
    "no strap artefacts": (Conditions(troubled=False), 1.2),
    "six more artefacts": (Conditions(more_artefacts=6), 1.2),
    "HRmax 5 % too high": (Conditions(hr_max_factor=1.05), 1.2),
    "HRmax 5 % too low": (Conditions(hr_max_factor=0.95), 1.2),
    "treadmill data lost 30 s": (Conditions(belt_lost=True), 1.2),
    "belt stops in an interval": (Conditions(belt_stops=True), 1.2),
    "patient changes the load": (Conditions(restless=True), 1.2),
    "heart levels off at 82 %": (Conditions(levels_at=0.82), 1.2),
}
"""What goes wrong, and the therapist's error in percent of incline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One policy in one scenario: means over the people, shares of interval time in percent."""

    policy: str
    scenario: str
    in_zone: float
    p10: float
    p90: float
    from_minute_2: float
    above_95: float
    above_97: float
    to_zone_1_s: float
    to_zone_later_s: float
    prompts: float
    ratio: float | None
    """Mean of the ratios to the early oracle's time in zone."""
    difference: float | None
    """Paired difference to ours in points in zone, and its standard error."""
    difference_se: float | None
    recovery_in_zone: float
    hardest_minute: float
    """Demand of the hardest minute in percent of the oxygen reserve: the mean, and the highest of anybody's."""
    hardest_of_all: float
    mean_ms: float
    worst_ms: float


def run(  # noqa: PLR0913  # the command's own options
    *,
    people: int = 40,
    seed: int = 1,
    policies: Sequence[str] = SHORT,
    scenarios: Sequence[str] = ("sunny",),
    json_path: Path | None = None,
    plot_path: Path | None = None,
    workers: int = 2,
    console: Console | None = None,
) -> list[Line]:
    """Run the benchmark, print the table, write what was asked for; the table's lines.

    Raises:
        KeyError: for a policy or scenario that there is not; `POLICIES` and `SCENARIOS` name them.
    """
    console = console or Console()
    began = time.monotonic()
    jobs = [(policy, scenario, seed, n) for scenario in scenarios for policy in policies for n in range(people)]
    for policy, scenario in {(job[0], job[1]) for job in jobs}:
        POLICIES[policy], SCENARIOS[scenario]  # a misspelt name fails before the long run
    found: dict[tuple[str, str], list[Outcome]] = {}
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool, Progress(console=console) as progress:
        task = progress.add_task("sessions", total=len(jobs))
        for job, outcome in zip(jobs, pool.map(_one, jobs, chunksize=2), strict=True):
            found.setdefault((job[0], job[1]), []).append(outcome)
            progress.advance(task)
    lines = [_line(policy, scenario, found) for scenario in scenarios for policy in policies]
    console.print(_table(lines, people, seed, time.monotonic() - began))
    console.print(_yardstick(lines))
    if json_path is not None:
        json_path.write_text(json.dumps([asdict(line) for line in lines], indent=1), encoding="utf-8")
    if plot_path is not None:
        person = individual(seed * PEOPLE_OF_A_SEED)
        plot_path.write_text(picture(person, POLICIES[OURS](person, Conditions())), encoding="utf-8")
    return lines


def _one(job: tuple[str, str, int, int]) -> Outcome:
    policy, scenario, seed, number = job
    conditions, therapist_sd_percent = SCENARIOS[scenario]
    person = individual(seed * PEOPLE_OF_A_SEED + number, therapist_sd_percent=therapist_sd_percent)
    return replace(POLICIES[policy](person, conditions), trace=())


def _line(policy: str, scenario: str, found: dict[tuple[str, str], list[Outcome]]) -> Line:
    outcomes = found[policy, scenario]
    ranked = sorted(outcome.in_zone for outcome in outcomes)

    def mean(figure: Callable[[Outcome], float]) -> float:
        return statistics.fmean(figure(outcome) for outcome in outcomes)

    best = found.get((EARLY_ORACLE, scenario))
    ratio = None
    if best is not None:
        ratio = statistics.fmean(a.in_zone / max(5.0, b.in_zone) for a, b in zip(outcomes, best, strict=True))
    difference = difference_se = None
    ours = found.get((OURS, scenario))
    if ours is not None and policy != OURS and len(outcomes) > 1:
        paired = [a.in_zone - b.in_zone for a, b in zip(outcomes, ours, strict=True)]
        difference = statistics.fmean(paired)
        difference_se = statistics.stdev(paired) / math.sqrt(len(paired))
    return Line(
        policy=policy,
        scenario=scenario,
        in_zone=mean(lambda o: o.in_zone),
        p10=ranked[len(ranked) // 10],
        p90=ranked[(9 * len(ranked)) // 10],
        from_minute_2=mean(lambda o: o.from_minute_2),
        above_95=mean(lambda o: o.above_95),
        above_97=mean(lambda o: o.above_97),
        to_zone_1_s=mean(lambda o: o.to_zone_s[0]),
        to_zone_later_s=mean(lambda o: statistics.fmean(o.to_zone_s[1:] or o.to_zone_s)),
        prompts=mean(lambda o: o.prompts),
        ratio=ratio,
        difference=difference,
        difference_se=difference_se,
        recovery_in_zone=mean(lambda o: o.recovery_in_zone),
        hardest_minute=mean(lambda o: o.hardest_minute),
        hardest_of_all=max(outcome.hardest_minute for outcome in outcomes),
        mean_ms=mean(lambda o: o.mean_ms),
        worst_ms=max(outcome.worst_ms for outcome in outcomes),
    )


def _table(lines: Sequence[Line], people: int, seed: int, spent_s: float) -> Table:
    table = Table(title=f"{people} virtual people of four families, seed {seed}, {spent_s:.0f} s")
    table.add_column("policy")
    for heading in (
        "in zone %",
        "p10",
        "p90",
        "from min 2",
        "> 95 %",
        "> 97 %",
        "to zone s, 1 / 2-4",
        "prompts",
        "hardest min",
        "ratio",
    ):
        table.add_column(heading, justify="right")
    table.add_column("against ours", justify="right")
    many = len({line.scenario for line in lines}) > 1
    for line in lines:
        table.add_row(
            f"{line.policy} · {line.scenario}" if many else line.policy,
            f"{line.in_zone:.1f}",
            f"{line.p10:.0f}",
            f"{line.p90:.0f}",
            f"{line.from_minute_2:.1f}",
            f"{line.above_95:.2f}",
            f"{line.above_97:.2f}",
            f"{line.to_zone_1_s:.0f} / {line.to_zone_later_s:.0f}",
            f"{line.prompts:.2f}",
            f"{line.hardest_minute:.0f}, {line.hardest_of_all:.0f}",
            "" if line.ratio is None else f"{line.ratio:.3f}",
            "" if line.difference is None else f"{line.difference:+.1f} ± {line.difference_se:.1f}",
        )
    return table


def _yardstick(lines: Sequence[Line]) -> str:
    began, total = time.thread_time(), 0.0
    for _ in range(ADDITIONS):
        total += 1.0
    additions_s = time.thread_time() - began
    ours = [line for line in lines if line.policy.startswith(OURS)]
    if not ours:
        return f"{ADDITIONS:,} additions: {additions_s:.2f} s"
    mean_ms, worst_ms = max(line.mean_ms for line in ours), max(line.worst_ms for line in ours)
    estimates = ", ".join(
        f"{name} about {mean_ms * low:.1f}-{mean_ms * high:.1f} ms (worst {worst_ms * low:.0f}-{worst_ms * high:.0f})"
        for name, (low, high) in (("Pi 4", PI_4_SLOWER), ("Zero 2 W", ZERO_2_W_SLOWER))
    )
    return (
        f"one reading: mean {mean_ms:.2f} ms, worst {worst_ms:.1f} ms of processor time; {ADDITIONS:,} additions "
        f"{additions_s:.2f} s in the same run. {estimates}: reckoned, not measured."
    )
