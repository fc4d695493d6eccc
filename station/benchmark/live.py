"""The whole station at real time in a process of its own, with everything measured that a Pi's owner would ask.

The devices are the demo's, in the same process: a strap that sends bytes, a treadmill on a pty. Their own share is
in the figures; the real radio's, the real display's and the real port's is not.
"""

import asyncio
import os
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console

from drivers.panel.keyboard import INTENTS
from drivers.simulated.patient import VirtualPatient
from drivers.simulated.world import SimulatedWorld
from drivers.treadmill.codec import SpeedUnit
from drivers.treadmill.serial_treadmill import SerialTreadmill
from drivers.treadmill.trackmaster import Trackmaster
from station import compose
from station.app import Station
from station.clock import RealClock
from station.moment import Moment
from station.people import OneInStore
from station.ports import HeartRateSample, Link, Strap, StrapReport
from station.records import records
from station.settings import SoundTable
from station.training.patient import Patient
from station.training.prescription import Prescription
from station.visit import CHECKS, Visit
from ui.screen import PygameScreen

SEED = 1
WARM_UP_SHARE = 0.25
"""Of the measured training: short, so that a minute of measuring sees an interval's work."""
CODE = "demo-benchmark"


class Spent(msgspec.Struct, frozen=True, kw_only=True):
    """What a stretch of time cost."""

    seconds: float
    processor_s: float
    written_bytes: int
    wake_ups: int
    """How often one of the threads had been asleep and was woken."""


class Lived(msgspec.Struct, frozen=True, kw_only=True):
    """What one run of the station came to."""

    first_picture_at_s: float
    """On the machine's monotonic clock, as `ready_at_s`."""
    ready_at_s: float
    """The first picture after the loop has run a second: devices asked, store open, page complete."""
    idle: Spent
    training: Spent
    latencies_s: list[float]
    """From each notification of a new heart rate to the picture that has it."""
    resident_bytes: int
    resident_most_bytes: int


@dataclass(slots=True)
class Notes:
    """When what was heard and painted."""

    waiting: list[tuple[float, float]] = field(default_factory=list)
    """Notifications of another heart rate than the one to be seen: the sample's own time, and when it came."""
    seen_bpm: int | None = None
    latencies_s: list[float] = field(default_factory=list)
    painted_at_s: list[float] = field(default_factory=list)

    def painted(self, moment: Moment, at_s: float) -> None:
        """A picture of this moment is on the screen."""
        self.painted_at_s.append(at_s)
        self.seen_bpm = moment.reading.heart_rate_bpm
        newest_s = moment.reading.at_s - moment.reading.heart_rate_age_s
        self.latencies_s += [at_s - came_s for sample_s, came_s in self.waiting if sample_s <= newest_s]
        self.waiting = [one for one in self.waiting if one[0] > newest_s]


class _NotedStrap:
    """The strap, with each notification's arrival noted."""

    def __init__(self, strap: Strap, notes: Notes) -> None:
        self._strap = strap
        self._notes = notes

    async def run(self, report: StrapReport) -> None:
        def noted(sample: HeartRateSample | Link) -> None:
            if isinstance(sample, HeartRateSample) and sample.heart_rate_bpm != self._notes.seen_bpm:
                self._notes.waiting.append((sample.at_s, time.monotonic()))
            report(sample)

        await self._strap.run(noted)


class _NotedScreen(PygameScreen):
    """The window, with each picture noted once it is on the screen."""

    def __init__(self, size: tuple[int, int], notes: Notes) -> None:
        super().__init__(size, keys=INTENTS)
        self._notes = notes

    def _paint(self, window: Any) -> None:
        before = self._painted
        super()._paint(window)
        if self._painted is not None and self._painted is not before:
            self._notes.painted(self._painted, time.monotonic())


def live(size: tuple[int, int], *, idle_s: float, training_s: float, data: Path) -> Lived:
    """Stand idle, then train; both at real time."""
    return asyncio.run(_live(size, idle_s=idle_s, training_s=training_s, data=data))


async def _live(size: tuple[int, int], *, idle_s: float, training_s: float, data: Path) -> Lived:
    clock, notes = RealClock(), Notes()
    body = VirtualPatient.from_patient(
        Patient(hr_max_bpm=180, speed_kmh=5.0, prescription=Prescription(warm_up_s=WARM_UP_SHARE * training_s)), SEED
    )
    came: list[Moment] = []
    entered = asyncio.Event()
    with records(data, resumes=CODE.__eq__, console=Console(stderr=True)) as kept:
        async with SimulatedWorld(clock, body, seed=SEED) as world:

            def sees(moment: Moment) -> None:
                # The person comes when the idle stretch has been measured.
                came[:] = [moment]
                if entered.is_set():
                    world.sees(moment)

            station = Station(
                people=OneInStore(kept, patient=body.patient, code=CODE),
                clock=clock,
                strap=_NotedStrap(world.strap, notes),
                treadmill=SerialTreadmill(clock, Trackmaster(unit=SpeedUnit.KMH), str(world.treadmill_path)),
                sessions=kept.writer,
                screen=_NotedScreen(size, notes),
                sound=compose.sound(SoundTable()),
                visit=Visit(begun=True, confirmed=True, checked=len(CHECKS)),
                watchers=(sees,),
            )
            running = asyncio.create_task(station.run())
            await _until(lambda: len(notes.painted_at_s) > 1)
            idle = await _spent(idle_s)
            entered.set()
            await _until(lambda: bool(came) and came[0].session.training)
            notes.latencies_s.clear()
            notes.waiting.clear()
            training = await _spent(training_s)
            station.quit()
            await running
    return Lived(
        first_picture_at_s=notes.painted_at_s[0],
        ready_at_s=notes.painted_at_s[1],
        idle=idle,
        training=training,
        latencies_s=notes.latencies_s,
        resident_bytes=_resident_bytes(),
        resident_most_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    )


async def _until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110  # one of many, seldom
        await asyncio.sleep(0.1)


async def _spent(seconds: float) -> Spent:
    began_s, processor_s, written, wake_ups = time.monotonic(), time.process_time(), _written_bytes(), _wake_ups()
    await asyncio.sleep(seconds)
    return Spent(
        seconds=time.monotonic() - began_s,
        processor_s=time.process_time() - processor_s,
        written_bytes=_written_bytes() - written,
        wake_ups=_wake_ups() - wake_ups,
    )


def _wake_ups() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw


def _written_bytes() -> int:
    told = Path(f"/proc/{os.getpid()}/io").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in told.splitlines() if line.startswith("write_bytes"))


def _resident_bytes() -> int:
    told = Path("/proc/self/statm").read_text(encoding="ascii")
    return int(told.split()[1]) * resource.getpagesize()
