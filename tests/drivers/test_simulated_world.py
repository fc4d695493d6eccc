"""The room without a thing in it, read by the station's real treadmill driver."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from waiting import running, until

from drivers.simulated.world import SimulatedWorld
from drivers.treadmill.codec import SpeedUnit
from drivers.treadmill.serial_treadmill import SerialTreadmill
from drivers.treadmill.trackmaster import Trackmaster
from station.clock import FastClock
from station.moment import Moment, StrapState
from station.ports import BeltSample, HeartRateSample, Link
from station.training.advice import Advice, Reason
from station.training.cue import Cue
from station.training.patient import Patient
from station.training.prescription import Phase, Prescription
from station.training.reading import Reading
from station.training.session import Session
from station.training.zones import ZoneState


@dataclass
class Somebody:
    """A heart that knows one thing: steeper and faster is more."""

    usual_speed_kmh: float = 6.0
    warm_up_speed_kmh: float = 5.0
    recovery_speed_kmh: float = 5.0
    follow_fully: float = 1.0
    follow_half: float = 0.0
    reaction_s: float = 2.0
    lived_s: float = 0.0

    def step(self, dt_s: float, speed_kmh: float, incline_percent: float) -> float:
        self.lived_s += dt_s
        return 60 + 5 * speed_kmh + 5 * incline_percent

    def rr_ms(self) -> tuple[float, ...]:
        return (500.0,)


READY = Moment(
    patient=Patient(hr_max_bpm=180),
    session=Session(prescription=Prescription()),
    reading=Reading(at_s=0.0),
    zone_state=ZoneState.UNKNOWN,
    advice=None,
    cue=Cue.START_BELT,
    strap=StrapState.BEATING,
    treadmill_connected=True,
)
UPHILL = replace(
    READY,
    session=Session(prescription=Prescription(), phase=Phase.WARM_UP),
    advice=Advice(incline_percent=4.0, reason=Reason.WARM_UP_LOAD, since_s=0.0),
)


def test_the_person_steps_on_follows_the_screen_and_belt_and_strap_tell_the_station() -> None:
    clock, belt, beats = FastClock(60), list[BeltSample | Link](), list[HeartRateSample | Link]()

    async def act() -> SimulatedWorld:
        async with SimulatedWorld(clock, Somebody(), seed=1) as world:
            driver = SerialTreadmill(clock, Trackmaster(unit=SpeedUnit.KMH), str(world.treadmill_path))
            async with running(driver.run(belt.append)), running(world.strap.run(beats.append)):
                for second in range(1, 61):
                    await clock.sleep_until(second)
                    world.sees(READY if second < 15 else UPHILL)
                await until(lambda: newest(belt) == (5.0, 4.0))
            return world

    world = asyncio.run(act())

    assert isinstance(beats[-1], HeartRateSample)
    assert beats[-1].heart_rate_bpm == 60 + 25 + 20
    assert world.console.belt_commands == []
    assert not world.treadmill_path.exists()


def newest(belt: list[BeltSample | Link]) -> tuple[float | None, float | None] | None:
    last = belt[-1] if belt else None
    return (last.speed_kmh, last.incline_percent) if isinstance(last, BeltSample) else None


def test_the_room_lives_exactly_as_long_as_the_clock_says() -> None:
    clock, somebody = FastClock(200), Somebody()

    async def act() -> None:
        async with SimulatedWorld(clock, somebody, seed=1):
            await until(lambda: somebody.lived_s > 1)
            entered_s = clock.now_s() - somebody.lived_s
            for second in range(1, 31):
                await clock.sleep_until(entered_s + second)
            await until(lambda: somebody.lived_s >= 29)

    asyncio.run(act())

    assert somebody.lived_s <= 30.5


def test_the_port_is_where_it_was_asked_to_be(tmp_path: Path) -> None:
    async def act() -> None:
        async with SimulatedWorld(FastClock(60), Somebody(), seed=1, link=tmp_path / "port") as world:
            assert world.treadmill_path == tmp_path / "port"
            assert world.treadmill_path.is_symlink()

    asyncio.run(act())

    assert not (tmp_path / "port").is_symlink()


def test_what_goes_wrong_inside_leaves_the_room_as_it_is(tmp_path: Path) -> None:
    async def act() -> None:
        async with SimulatedWorld(FastClock(60), Somebody(), seed=1, link=tmp_path / "port"):
            raise LookupError("no such page")

    with pytest.raises(LookupError, match="no such page"):
        asyncio.run(act())

    assert not (tmp_path / "port").is_symlink()


def test_a_room_that_falls_to_pieces_takes_the_session_in_it_along() -> None:
    class Unwell(Somebody):
        def step(self, dt_s: float, speed_kmh: float, incline_percent: float) -> float:
            if self.lived_s > 2:
                raise ArithmeticError("no pulse")
            return super().step(dt_s, speed_kmh, incline_percent)

    async def act() -> None:
        async with SimulatedWorld(FastClock(60), Unwell(), seed=1):
            await asyncio.sleep(30)

    with pytest.RaisesGroup(pytest.RaisesExc(ArithmeticError), flatten_subgroups=True):
        asyncio.run(act())
