"""Puts a station together and runs it: the real one from its settings, the demo from simulated parts.

Responsible for which part goes where, for taking up a session that a restart broke off, and for letting go of
everything in the end.
"""

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine
from datetime import datetime
from importlib import import_module
from pathlib import Path
from random import Random

from rich.console import Console

from drivers.panel.keyboard import INTENTS
from drivers.radio import Radio
from drivers.simulated.lifter import SimulatedLifter
from drivers.simulated.patient import VirtualPatient
from drivers.simulated.strap import SimulatedStrap
from drivers.simulated.world import SimulatedWorld
from drivers.strap.ble import BleStrap
from drivers.treadmill.absent import NoTreadmill
from drivers.treadmill.codec import SpeedUnit
from drivers.treadmill.serial_treadmill import SerialTreadmill
from drivers.treadmill.trackmaster import Trackmaster
from drivers.wanted import Binding
from station.app import Station
from station.attendant import Attendant
from station.clock import FastClock, RealClock
from station.coach.coaching import Coaching, begin, outcome
from station.demo_end import ended, newest_ended
from station.devices import treadmill_of
from station.doctor.records import noted
from station.errors import DeviceSilent, SettingsError
from station.language import Language
from station.people import OneInStore, StoredPeople
from station.ports import Panel, Screen, Sound, is_simulated
from station.records import Records, records, taken_up
from station.sets import MACHINE_CHECKS
from station.settings import PanelTable, Settings, SoundTable
from station.store import space
from station.store.desk import StoredDesk
from station.templates import templates
from station.terminal import TerminalProgress
from station.training.one_rm import OneRm
from station.training.patient import Patient
from station.training.prescription import Phase, Prescription
from station.training.strength import Strength
from station.visit import CHECKS, Visit
from station.watchdog import Watchdog, systemd

log = logging.getLogger(__name__)

SUMMARY_STAYS_S = 5.0
"""How long the demo's last page stays, in real seconds."""
DEMO_WINDOW = (1280, 720)


def window(size: tuple[int, int], *, fullscreen: bool, console: Console, needed: bool = False) -> Screen | None:
    """The window, or None, with a sentence why, where there is no display.

    Raises:
        DeviceSilent: there is no display, and without one nobody is helped.
    """
    from ui.screen import PygameScreen, why_no_window  # noqa: PLC0415  # without a window, no pygame is loaded

    if why := why_no_window():
        if needed:
            raise DeviceSilent("screen", f"{why} Check its cable and its power")
        console.print(f"No window: {why} Going on without one.")
        return None
    return PygameScreen(size, fullscreen=fullscreen, keys=INTENTS)


def panel(table: PanelTable | None) -> Panel | None:
    """Keys, knob and lamps on the pins, or None where none are connected."""
    if table is None:
        return None
    from drivers.panel.gpio import GpioPanel, Pins  # noqa: PLC0415  # only a Raspberry Pi has pins

    return GpioPanel(
        Pins(
            stop=table.stop,
            keys=table.keys,
            knob=table.knob,
            knob_press=table.knob_press,
            stop_lamp=table.stop_lamp,
            call_lamp=table.call_lamp,
        )
    )


def sound(table: SoundTable) -> Sound | None:
    """Tones and speech, or None where they are switched off."""
    if not table.on:
        return None
    from ui.sound import PygameSound  # noqa: PLC0415  # without sound, no mixer is loaded

    own = Path(table.own_voices) if table.own_voices else None
    return PygameSound(volume=table.volume, own_voices=own, speech=table.speech)


def demo(  # noqa: PLR0913  # the command's options
    *, patient: Patient | None, seed: int, speed: float, data: Path, language: Language, headless: bool
) -> None:
    """Run one session with a simulated patient, strap and treadmill, and print what it came to.

    Raises:
        StoreError: when the session cannot be kept in the folder.
    """
    console = Console()
    body = VirtualPatient.typical(seed) if patient is None else VirtualPatient.from_patient(patient, seed)
    screen = None if headless else window(DEMO_WINDOW, fullscreen=False, console=console)
    code = f"demo-{seed}"

    async def session() -> tuple[str | None, Coaching]:
        with records(data, resumes=code.__eq__, console=console) as kept, TerminalProgress(console) as progress:
            before = newest_ended(kept.store)
            clock = FastClock(speed, start_s=_simulated_now_s(kept))
            async with SimulatedWorld(clock, body, seed=seed) as world:
                station = _station(
                    kept,
                    Station(
                        people=OneInStore(kept, patient=body.patient, code=code),
                        clock=clock,
                        strap=world.strap,
                        treadmill=SerialTreadmill(clock, Trackmaster(unit=SpeedUnit.KMH), str(world.treadmill_path)),
                        sessions=kept.writer,
                        screen=screen,
                        language=language,
                        visit=Visit(begun=True, confirmed=True, checked=len(CHECKS)),
                        watchers=(world.sees, progress.sees),
                    ),
                )
                linger_s = SUMMARY_STAYS_S * speed if screen else 0.0
                return before, await station.run(once=True, linger_s=linger_s)

    before, came_to = asyncio.run(session())
    if came_to.session.phase is Phase.READY:
        console.print("No session: the belt never moved.")
        return
    ended(console, outcome(came_to), data, before)


LIFTER = Patient(
    hr_max_bpm=180, prescription=Prescription(strength=Strength(one_rm=OneRm(kg=140.0), cap_kg=200.0, start_kg=115.0))
)
"""Who comes to the leg press when no patient file is given."""


def demo_strength(  # noqa: PLR0913  # the command's options
    *, patient: Patient | None, seed: int, speed: float, data: Path, language: Language, headless: bool
) -> None:
    """Run one strength session with a simulated person at a leg press, and print what it came to.

    Raises:
        SettingsError: the patient file prescribes no strength training, or no load to begin with.
        StoreError: when the session cannot be kept in the folder.
    """
    console = Console()
    who = patient or LIFTER
    strength = who.prescription.strength
    if strength is None:
        raise SettingsError("--patient: there is no [prescription.strength] in it. Add one, or leave --strength out")
    screen = None if headless else window(DEMO_WINDOW, fullscreen=False, console=console)
    code = f"demo-{seed}"

    async def session() -> tuple[str | None, Coaching]:
        with records(data, resumes=code.__eq__, console=console) as kept, TerminalProgress(console) as progress:
            before = newest_ended(kept.store)
            clock = FastClock(speed, start_s=_simulated_now_s(kept))
            lessons = kept.memories(code)
            if (load_kg := begin(who, lessons).session.lifting.load_kg) is None:
                raise SettingsError("--patient: no load to begin with. Give start_kg, or a 1RM that is not too old")
            one_rm_kg = strength.one_rm.kg if strength.one_rm else load_kg * 100 / strength.percent
            luck = Random(f"lifter {seed} {load_kg} {len(lessons)}")  # noqa: S311  # no secret
            person = SimulatedLifter(clock, one_rm_kg, luck)
            station = _station(
                kept,
                Station(
                    people=OneInStore(kept, patient=who, code=code),
                    clock=clock,
                    strap=SimulatedStrap(clock, person.beats),
                    treadmill=NoTreadmill(),
                    sessions=kept.writer,
                    screen=screen,
                    panel=person,
                    language=language,
                    visit=Visit(begun=True, checked=len(MACHINE_CHECKS)),
                    watchers=(person.sees, progress.sees),
                ),
            )
            linger_s = SUMMARY_STAYS_S * speed if screen else 0.0
            return before, await station.run(once=True, linger_s=linger_s)

    before, came_to = asyncio.run(session())
    if came_to.session.phase is Phase.READY:
        console.print("No session: nobody lifted.")
        return
    ended(console, outcome(came_to), data, before)


def run(settings: Settings, *, data: Path, read: Callable[[], Settings], needs_screen: bool = False) -> None:
    """Run the station with its real devices until it is told to stop; `read` gives the settings as they are later.

    Raises:
        DeviceSilent: there is no display, though one is needed.
        StoreError: when the store cannot be opened.
    """
    console = Console(stderr=True)
    clock = RealClock()
    one = settings.only
    size = (settings.screen.width, settings.screen.height)
    screen = window(size, fullscreen=settings.screen.fullscreen, console=console, needed=needs_screen)
    radio = Radio()
    treadmill = treadmill_of(settings.treadmill, clock, radio)
    tell = systemd()

    async def sessions() -> None:
        kept_as = records(
            data,
            resumes=lambda of: not is_simulated(of),
            console=console,
            age_s=lambda at_s: clock.now_s() - at_s,
            commit_every_s=settings.store.commit_every_s,
        )
        with kept_as as kept:
            space.keep_ballast(data)
            for found in noted(read, data):
                log.warning("%s: %s", found.what, found.fix)
            station = _station(
                kept,
                Station(
                    people=StoredPeople(
                        kept,
                        only=None if one is None else (one.code, one.patient()),
                        treadmill=settings.reach,
                        wall=clock.wall,
                    ),
                    clock=clock,
                    strap=BleStrap(clock, radio, Binding(address=settings.strap.address, name=settings.strap.name)),
                    treadmill=treadmill,
                    sessions=kept.writer,
                    screen=screen,
                    panel=panel(settings.panel),
                    sound=sound(settings.sound),
                    language=settings.station.language,
                    watchdog=Watchdog(tell) if tell else None,
                    office=office(kept, settings, data=data, wall=clock.wall, read=read),
                ),
            )
            await station.run()

    asyncio.run(sessions())


def office(
    kept: Records, settings: Settings, *, data: Path, wall: Callable[[], datetime], read: Callable[[], Settings]
) -> Attendant:
    """The therapist's side of the station that has its records here.

    Raises:
        SettingsError: a template of the clinic's cannot be read.
    """

    async def to_mend() -> tuple[str, ...]:
        # Loaded when it is asked for, and beside the ticks: what it looks at is not needed to start.
        everything = await asyncio.to_thread(import_module, "station.doctor.everything")
        findings = [*noted(read, data), *await everything.station(settings, data)]
        return tuple(dict.fromkeys(str(found.about) for found in findings if found.fix))

    desk = StoredDesk(data, kept.store.connection, wall=wall)
    return Attendant(desk, kept.store, data=data, wall=wall, templates=templates(), doctor=to_mend)


def _simulated_now_s(kept: Records) -> float:
    """Where simulated time begins: at 0, or as long after a session's last second as really has passed."""
    return kept.unfinished.readings[-1].at_s + kept.silent_s if kept.unfinished else 0.0


def _station(kept: Records, station: Station) -> Station:
    if kept.unfinished:
        station.resume(*taken_up(kept.unfinished), code=kept.unfinished.code, mode=kept.unfinished.mode)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, station.quit)
    return station


async def until_told_to_stop(work: Coroutine[None, None, None]) -> None:
    """Do this until a signal tells to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    served = asyncio.create_task(work)
    stopped = asyncio.create_task(stop.wait())
    done, waiting = await asyncio.wait({served, stopped}, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    for task in done:
        task.result()
