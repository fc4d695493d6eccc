"""What the whole station costs at real time: processor, memory, start, latency, bytes written, wake-ups; with budgets.

Each size is run in a process of its own, started by the same command line as the station.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import quantiles

import msgspec

from station.benchmark.live import Lived
from station.benchmark.machines import ADDITIONS, reckoned, yardstick_s

SIZES = ((1920, 1080), (1280, 720))
PROCESSOR_BUDGET_PERCENT, MEMORY_BUDGET_MB, FIRST_PICTURE_BUDGET_S, P99_BUDGET_MS = 8.0, 150.0, 2.0, 150.0
"""On the machine the budgets were set on, where the yardstick took about 0.15 s."""


class Costs(msgspec.Struct, frozen=True, kw_only=True):
    """What the station costs at one size of the screen."""

    size: tuple[int, int]
    first_picture_s: float
    """From the start of the process, wall clock."""
    ready_s: float
    training_percent: float
    """Of one core, a session running."""
    idle_percent: float
    resident_mb: float
    resident_most_mb: float
    latency_p50_ms: float
    latency_p99_ms: float
    notifications: int
    written_mb_an_hour: float
    idle_wake_ups_a_second: float

    def misses(self) -> list[str]:
        """The budgets that do not hold, as sentences; none when all do."""
        held = (
            ("processor", self.training_percent, PROCESSOR_BUDGET_PERCENT, "% of a core"),
            ("memory", self.resident_most_mb, MEMORY_BUDGET_MB, "MB"),
            ("first picture", self.first_picture_s, FIRST_PICTURE_BUDGET_S, "s"),
            ("latency, p99", self.latency_p99_ms, P99_BUDGET_MS, "ms"),
        )
        return [
            f"{what} {figure:.4g} {unit}, the budget is {most:g}" for what, figure, most, unit in held if figure > most
        ]

    def lines(self, yardstick_s: float) -> Iterator[str]:
        """The figures for people."""
        yield f"screen {self.size[0]}x{self.size[1]}"
        training, idle = self.training_percent, self.idle_percent
        yield f"  processor        {training:.1f} % of one core in training, {idle:.1f} % idle"
        yield f"  memory           {self.resident_mb:.0f} MB resident, {self.resident_most_mb:.0f} MB at most"
        yield f"  first picture    {self.first_picture_s:.2f} s after the start, ready page {self.ready_s:.2f} s"
        yield (
            f"  beat to picture  p50 {self.latency_p50_ms:.0f} ms, p99 {self.latency_p99_ms:.0f} ms, "
            f"{self.notifications} new heart rates"
        )
        yield f"  written          {self.written_mb_an_hour:.1f} MB an hour of training"
        yield f"  wake-ups         {self.idle_wake_ups_a_second:.0f} a second when idle"
        for name, least, most in reckoned(self.training_percent, yardstick_s):
            yield f"  {name:17}{least:.0f}-{most:.0f} % of one core: reckoned, not measured"
        yield from (f"  over budget: {miss}" for miss in self.misses())


class StationFigures(msgspec.Struct, frozen=True, kw_only=True):
    """All sizes, and the yardstick."""

    costs: tuple[Costs, ...]
    yardstick_s: float

    def lines(self) -> Iterator[str]:
        """The figures for people."""
        for one in self.costs:
            yield from one.lines(self.yardstick_s)
        yield f"yardstick: {ADDITIONS:,} additions {self.yardstick_s:.3f} s"


def run(*, idle_s: float, training_s: float, sizes: Sequence[tuple[int, int]] = SIZES) -> StationFigures:
    """Measure the station at each size, one after the other; takes as long as it says."""
    return StationFigures(
        costs=tuple(_costs(size, idle_s=idle_s, training_s=training_s) for size in sizes), yardstick_s=yardstick_s()
    )


def _costs(size: tuple[int, int], *, idle_s: float, training_s: float) -> Costs:
    blind = {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}
    with tempfile.TemporaryDirectory(prefix="motbakke-benchmark-") as folder:
        out = Path(folder) / "lived.json"
        words = [f"--size={size[0]}x{size[1]}", f"--idle={idle_s}", f"--training={training_s}", f"--data={folder}"]
        began_s = time.monotonic()
        subprocess.run(  # noqa: S603  # our own program
            [sys.executable, "-m", "station", "benchmark", "live", *words, f"--json={out}"],
            env={**blind, **os.environ},
            check=True,
        )
        lived = msgspec.json.decode(out.read_bytes(), type=Lived)
    cut_ms = [1000 * cut for cut in quantiles(lived.latencies_s, n=100)]
    return Costs(
        size=size,
        first_picture_s=lived.first_picture_at_s - began_s,
        ready_s=lived.ready_at_s - began_s,
        training_percent=100 * lived.training.processor_s / lived.training.seconds,
        idle_percent=100 * lived.idle.processor_s / lived.idle.seconds,
        resident_mb=lived.resident_bytes / 1e6,
        resident_most_mb=lived.resident_most_bytes / 1e6,
        latency_p50_ms=cut_ms[49],
        latency_p99_ms=cut_ms[98],
        notifications=len(lived.latencies_s),
        written_mb_an_hour=lived.training.written_bytes / 1e6 * 3600 / lived.training.seconds,
        idle_wake_ups_a_second=lived.idle.wake_ups / lived.idle.seconds,
    )
