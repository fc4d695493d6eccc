"""A station with a real window and the real store, for a test that is a therapist: prints what is painted."""

import asyncio
import sys
from pathlib import Path

import pygame
from staff_desk import QUICK

from drivers.panel.keyboard import INTENTS
from station.app import Station
from station.attendant import Attendant
from station.clock import RealClock
from station.people import StoredPeople
from station.ports import BeltReport, BeltSample, StrapReport
from station.records import records
from station.store.desk import StoredDesk
from station.templates import templates
from station.training.patient import Patient
from ui.screen import PygameScreen


class TellingScreen(PygameScreen):
    """Says which page is on the window, and what it says, once it is painted."""

    _told = ""

    def _paint(self, window: pygame.Surface) -> None:
        super()._paint(window)
        scene, moment = self._scene, self._painted
        if scene is None or moment is None:
            return
        busy = moment.office is not None and moment.office.asked is not None
        said = scene.text("message") or ""
        what = f"{scene.page}|{said}"
        if what != self._told and not busy:
            self._told = what
            sys.stdout.write(f"{what}\n")
            sys.stdout.flush()


class Standing:
    """A belt that nobody starts, and a strap that nobody wears."""

    def __init__(self, clock: RealClock) -> None:
        self._clock = clock

    async def strap(self, report: StrapReport) -> None:
        del report
        await asyncio.Event().wait()

    async def belt(self, report: BeltReport) -> None:
        while True:
            report(BeltSample(at_s=self._clock.now_s(), speed_kmh=0.0, incline_percent=0.0))
            await self._clock.sleep(0.5)


class Device:
    def __init__(self, run: object) -> None:
        self.run = run


async def main(data: Path) -> None:
    from rich.console import Console

    clock = RealClock()
    room = Standing(clock)
    only = Patient(hr_max_bpm=150)
    with records(data, resumes=lambda _: False, console=Console(stderr=True)) as kept:
        desk = StoredDesk(data, kept.store.connection, wall=clock.wall, hasher=QUICK)
        station = Station(
            people=StoredPeople(kept, only=("K-0001", only), treadmill=only.treadmill, wall=clock.wall),
            clock=clock,
            strap=Device(room.strap),  # type: ignore[arg-type]
            treadmill=Device(room.belt),  # type: ignore[arg-type]
            sessions=kept.writer,
            screen=TellingScreen((1280, 720), keys=INTENTS),
            office=Attendant(desk, kept.store, data=data, wall=clock.wall, templates=templates()),
        )
        await station.run()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
