"""A whole training room without a thing in it: a person with a heart and a strap, on a treadmill with a serial port.

Responsible for letting them live in step with the clock. The station sees only what it would see in a real room:
a strap that sends bytes, a path to a serial port, and it shows the person its moments.
"""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Protocol, Self

from drivers.simulated.person import SimulatedPerson, Trainee
from drivers.simulated.port import SimulatedPort
from drivers.simulated.strap import Beats, SimulatedStrap, StrapFault
from drivers.simulated.trackmaster_console import TrackmasterConsole
from drivers.simulated.treadmill import SimulatedTreadmill, TreadmillMake
from drivers.treadmill.codec import SpeedUnit
from station.moment import Moment
from station.ports import Clock

STEP_S = 0.25


class Patient(Trainee, Protocol):
    """A person with a heart."""

    def step(self, dt_s: float, speed_kmh: float, incline_percent: float) -> float:
        """Let this much time pass at this load; the heart rate in bpm."""
        ...

    def rr_ms(self) -> tuple[float, ...]:
        """The RR intervals in milliseconds since this was last asked."""
        ...


class SimulatedWorld:
    """Person, strap, treadmill and port, for as long as the `async with` lasts (or while `run()` runs)."""

    def __init__(  # noqa: PLR0913  # a room has many pieces; all but two are named
        self,
        clock: Clock,
        patient: Patient,
        *,
        seed: int,
        link: Path | None = None,
        unit: SpeedUnit = SpeedUnit.KMH,
        make: TreadmillMake | None = None,
        strap_faults: Sequence[StrapFault] = (),
    ) -> None:
        """Furnish the room; `link` is where the treadmill's port will be found, in a folder of its own if not given."""
        self.treadmill = SimulatedTreadmill(make)
        self.console = TrackmasterConsole(self.treadmill, unit=unit)
        self.strap = SimulatedStrap(clock, self._beats, faults=strap_faults)
        self._folder = None if link else tempfile.TemporaryDirectory(prefix="motbakke-")
        self.treadmill_path = link or Path(self._folder.name if self._folder else ".") / "treadmill"
        self.port = SimulatedPort(self.treadmill_path, self.console.feed, clock)
        self._clock = clock
        self._patient = patient
        self._person = SimulatedPerson(patient, self.treadmill, Random(f"person {seed}"))  # noqa: S311  # no secret
        self._heart_rate_bpm = patient.step(STEP_S, 0.0, 0.0)
        self._group = asyncio.TaskGroup()
        self._life: asyncio.Task[None] | None = None

    def sees(self, moment: Moment) -> None:
        """Show the person what the screen shows."""
        self._person.sees(moment)

    async def run(self) -> None:
        """Let time pass in the room until cancelled."""
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self.port.run())
                both.create_task(self._live())
        finally:
            self._clear_away()

    async def __aenter__(self) -> Self:
        """Let time pass in the room from here on; if the room falls to pieces, so does what is inside the `with`."""
        await self._group.__aenter__()
        self.port.plug_in()
        self._life = self._group.create_task(self.run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the room."""
        if self._life is not None:
            self._life.cancel()
        try:
            await self._group.__aexit__(kind, error, trace)
        except BaseExceptionGroup as fell:
            # What went wrong in the `with` alone leaves it as it is, not wrapped up in a group.
            if fell.exceptions != (error,):
                raise
        finally:
            self._clear_away()  # also when the room was left before it had begun to live

    async def _live(self) -> None:
        lived_to_s = self._clock.now_s()
        while True:
            while lived_to_s + STEP_S <= self._clock.now_s():
                lived_to_s += STEP_S
                self._person.step(lived_to_s)
                self.treadmill.step(STEP_S)
                self._heart_rate_bpm = self._patient.step(
                    STEP_S, self.treadmill.speed_kmh, self.treadmill.incline_percent
                )
            await self._clock.sleep(STEP_S)

    def _clear_away(self) -> None:
        self.port.unplug()
        if self._folder is not None:
            self._folder.cleanup()

    def _beats(self) -> Beats:
        return Beats(heart_rate_bpm=self._heart_rate_bpm, rr_ms=self._patient.rr_ms())
