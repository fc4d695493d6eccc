"""How fast the pages are painted, how much memory they take, and how soon the first picture is there.

Measured on memory surfaces and, for the start, in a process of its own with SDL's dummy driver: what the painter
costs, without the display's own share. In processor time, beside a yardstick, so that machines can be compared.
"""

import gc
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from station.benchmark.machines import ADDITIONS, reckoned, yardstick_s
from station.moment import Moment
from station.training.reading import Reading
from station.training.session import Session, advance
from ui.gallery import SIZES, moments
from ui.pages.choose import page
from ui.paint.painter import Painter, blank
from ui.scene import format_of

ROUNDS = 15
SECONDS = 30
EACH_SECOND_BUDGET_MS, WHOLE_BUDGET_MS, MEMORY_BUDGET_MB, START_BUDGET_S = 1.5, 5.0, 140.0, 1.5
"""At 1920x1080 on the machine the budgets were set on, where the yardstick took about 0.15 s."""
_FIRST_PICTURE = (
    "import pygame; from ui.gallery import moments; from ui.pages.choose import page; "
    "from ui.paint.painter import Painter; pygame.display.init(); window = pygame.display.set_mode((1920, 1080)); "
    "scene = page(moments()['idle']); Painter((1920, 1080), scene).paint(window, scene); pygame.display.flip(); "
    "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Painted:
    """What one page costs at one size, in milliseconds of processor time."""

    page: str
    size: tuple[int, int]
    first_ms: float
    """Never drawn before: the caches are empty."""
    whole_ms: float
    """All of it again, caches warm; the median."""
    each_second_ms: float
    """What changes in a second; the mean over half a minute."""
    worst_second_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenFigures:
    """All that was measured."""

    pages: tuple[Painted, ...]
    yardstick_s: float
    memory_mb: float
    """The most that this process held, all pages and sizes painted."""
    first_picture_s: float
    """From the start of a process to its first picture, wall clock."""
    first_memory_mb: float

    def lines(self) -> Iterator[str]:
        """The figures as text, with the budgets and the estimates for a Raspberry Pi."""
        yield f"{'page':22}{'size':>11}{'first':>9}{'whole':>9}{'second':>9}{'worst':>9}  ms of processor time"
        for one in self.pages:
            size = f"{one.size[0]}x{one.size[1]}"
            yield (
                f"{one.page:22}{size:>11}{one.first_ms:9.1f}{one.whole_ms:9.2f}"
                f"{one.each_second_ms:9.2f}{one.worst_second_ms:9.2f}"
            )
        large = [one for one in self.pages if one.size == (1920, 1080)]
        whole, second = max(one.whole_ms for one in large), max(one.each_second_ms for one in large)
        yield (
            f"at 1920x1080: second {second:.2f} ms (budget {EACH_SECOND_BUDGET_MS}), "
            f"whole {whole:.2f} ms (budget {WHOLE_BUDGET_MS})"
        )
        yield f"memory {self.memory_mb:.0f} MB (budget {MEMORY_BUDGET_MB:.0f}); one page {self.first_memory_mb:.0f} MB"
        yield f"first picture {self.first_picture_s:.2f} s after the start (budget {START_BUDGET_S})"
        yield f"yardstick: {ADDITIONS:,} additions {self.yardstick_s:.3f} s"
        wholes = reckoned(whole, self.yardstick_s)
        for (name, least, most), (_, least_whole, most_whole) in zip(
            reckoned(second, self.yardstick_s), wholes, strict=True
        ):
            yield (
                f"{name}: second about {least:.0f}-{most:.0f} ms, whole {least_whole:.0f}-{most_whole:.0f} ms: "
                "reckoned, not measured"
            )


def run(sizes: Sequence[tuple[int, int]] = SIZES, *, only: Sequence[str] = (), rounds: int = ROUNDS) -> ScreenFigures:
    """Measure the gallery's pages, or `only` those of these names, at these sizes."""
    first_picture_s, first_memory_mb = _first_picture()
    samples = {name: moment for name, moment in moments().items() if not only or name in only}
    painted = tuple(_painted(name, moment, size, rounds) for size in sizes for name, moment in samples.items())
    return ScreenFigures(
        pages=painted,
        yardstick_s=yardstick_s(),
        memory_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        first_picture_s=first_picture_s,
        first_memory_mb=first_memory_mb,
    )


def _painted(name: str, moment: Moment, size: tuple[int, int], rounds: int) -> Painted:
    form = format_of(size)
    scene = page(moment, form)
    painter, surface = Painter(size, scene), blank(size)
    first_ms = _timed_ms(lambda: painter.paint(surface, scene))
    whole_ms = statistics.median(_timed_ms(lambda: painter.paint(surface, scene)) for _ in range(rounds))
    before, spent = scene, []
    for following in _half_a_minute(moment):
        began = time.thread_time()
        after = page(following, form)
        painter.paint(surface, after, before)
        spent.append((time.thread_time() - began) * 1000)
        before = after
    gc.collect()
    return Painted(
        page=name,
        size=size,
        first_ms=first_ms,
        whole_ms=whole_ms,
        each_second_ms=statistics.fmean(spent),
        worst_second_ms=max(spent),
    )


def _half_a_minute(moment: Moment) -> Iterator[Moment]:
    """The same moment as time goes on: the clock runs, the heart rises a beat every third second."""
    for second in range(1, SECONDS + 1):
        reading = moment.reading
        beats = None if reading.heart_rate_bpm is None else reading.heart_rate_bpm + second // 3
        later = replace(reading, at_s=reading.at_s + second, heart_rate_bpm=beats)
        yield replace(moment, reading=later, session=_later(moment, second))


def _later(moment: Moment, seconds: int) -> Session:
    session = moment.session
    for second in range(1, seconds + 1):
        reading = Reading(at_s=(moment.session.at_s or 0) + second, speed_kmh=moment.reading.speed_kmh)
        session = advance(session, reading)
    return session if session.phase is moment.session.phase else moment.session


def _timed_ms(do: Callable[[], object]) -> float:
    began = time.thread_time()
    do()
    return (time.thread_time() - began) * 1000


def _first_picture() -> tuple[float, float]:
    environment = {**os.environ, "SDL_VIDEODRIVER": "dummy"}
    began = time.monotonic()
    told = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", _FIRST_PICTURE], env=environment, check=True, capture_output=True, text=True
    )
    took_s = time.monotonic() - began
    return took_s, int(told.stdout.split()[-1]) / 1024
