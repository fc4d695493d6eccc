"""A station with a real window and scripted devices, for a test that drives it from outside: prints what is painted."""

import asyncio
import sys

import pygame
from station_parts import KnownPeople, MemoryLog

from drivers.panel.keyboard import INTENTS
from station.app import Station
from station.clock import RealClock
from station.moment import Moment
from station.ports import BeltReport, BeltSample, HeartRateSample, StrapReport
from station.training.patient import Patient
from station.visit import Step
from ui.screen import PygameScreen


class TellingScreen(PygameScreen):
    """Says which page is on the window, once it is."""

    _told = ""

    def _paint(self, window: pygame.Surface) -> None:
        super()._paint(window)
        moment, scene = self._painted, self._scene
        if moment is None or scene is None:
            return
        what = f"{scene.page} {moment.language}"
        if moment.session.ended and scene.touches:
            what = "done"
        elif moment.asked.says_eased(moment.reading.at_s):
            what = "training easier"
        if what != self._told:
            self._told = what
            sys.stdout.write(f"{what}\n")
            sys.stdout.flush()


class Room:
    """The strap beats once somebody has come; the belt moves once the patient is at the start, until the summary."""

    def __init__(self, clock: RealClock) -> None:
        self._clock = clock
        self._step = Step.IDLE
        self._ended = False

    def sees(self, moment: Moment) -> None:
        self._step, self._ended = moment.visit.step, moment.session.ended

    async def strap(self, report: StrapReport) -> None:
        while True:
            if self._step is not Step.IDLE:
                report(HeartRateSample(at_s=self._clock.now_s(), heart_rate_bpm=104, contact=True))
            await self._clock.sleep(0.3)

    async def belt(self, report: BeltReport) -> None:
        while True:
            moves = self._step is Step.START and not self._ended
            report(BeltSample(at_s=self._clock.now_s(), speed_kmh=5.0 if moves else 0.0, incline_percent=2.0))
            await self._clock.sleep(0.3)


class Device:
    def __init__(self, run: object) -> None:
        self.run = run


async def main() -> None:
    clock = RealClock()
    room = Room(clock)
    station = Station(
        people=KnownPeople.one(Patient(hr_max_bpm=180)),
        clock=clock,
        strap=Device(room.strap),  # type: ignore[arg-type]
        treadmill=Device(room.belt),  # type: ignore[arg-type]
        sessions=MemoryLog(),
        screen=TellingScreen((1280, 720), keys=INTENTS),
        watchers=(room.sees,),
    )
    await station.run()


asyncio.run(main())
