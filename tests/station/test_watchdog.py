"""The service manager's watchdog: fed by ticks that come on time, under a picture that is being painted."""

import asyncio
import logging
import math
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from station_parts import KnownPeople, MemoryLog, ScriptedDevice, ScriptedScreen, SteppingClock

from station.app import Station
from station.ports import BeltSample, HeartRateSample
from station.training.patient import Patient
from station.training.prescription import Prescription
from station.watchdog import Watchdog, systemd

SHORT = Patient(
    hr_max_bpm=180,
    prescription=Prescription(warm_up_s=10, intervals=1, interval_s=10, recovery_s=5, cool_down_s=5),
)
FED = "WATCHDOG=1"
FIRST = "READY=1\nWATCHDOG=1"


class ServiceManager:
    """systemd's end of the line: a datagram socket that keeps what it hears."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind(address)

        self.heard: list[str] = []

    def listen(self, _moment: object = None) -> None:
        """Take what has come; a socket holds ten datagrams, and a full one refuses more."""
        while True:
            try:
                self.heard.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(params=["file", "abstract"])
def manager(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ServiceManager]:
    abstract = f"motbakke-test-{tmp_path.name}"
    address = str(tmp_path / "notify") if request.param == "file" else f"\0{abstract}"
    monkeypatch.setenv("NOTIFY_SOCKET", address if request.param == "file" else f"@{abstract}")
    listening = ServiceManager(address)
    yield listening
    listening.close()


def trained(manager: ServiceManager, *, screen: ScriptedScreen | None, dies_at: int | None = None) -> None:
    """A whole short session, whose painter may die at a tick."""
    clock = SteppingClock()
    tell = systemd()
    assert tell is not None

    def belt(second: float) -> BeltSample:
        if screen and dies_at is not None and second >= dies_at:
            screen.stands_still = True
        return BeltSample(at_s=1000.0 + second, speed_kmh=5.0, incline_percent=2.0)

    station = Station(
        people=KnownPeople.one(SHORT),
        clock=clock,
        strap=ScriptedDevice(clock, lambda second: HeartRateSample(at_s=1000.0 + second, heart_rate_bpm=120)),
        treadmill=ScriptedDevice(clock, belt),
        sessions=MemoryLog(),
        screen=screen,
        watchdog=Watchdog(tell),
        watchers=(manager.listen,),
    )
    asyncio.run(station.run(once=True))
    manager.listen()


def test_each_tick_under_a_living_picture_feeds_the_watchdog(manager: ServiceManager) -> None:
    trained(manager, screen=ScriptedScreen())

    said = manager.heard

    assert said[0] == FIRST
    assert said.count(FED) >= 24
    assert set(said) == {FIRST, FED}


def test_a_station_is_ready_when_its_first_picture_is_on_the_screen(manager: ServiceManager) -> None:
    screen = ScriptedScreen()
    screen.stands_still = True

    trained(manager, screen=screen)

    assert manager.heard == []


def test_a_painter_that_stands_still_starves_the_watchdog(
    manager: ServiceManager, caplog: pytest.LogCaptureFixture
) -> None:
    trained(manager, screen=ScriptedScreen(), dies_at=10)

    said = manager.heard

    # The picture of second 9 is old at 13; the session goes on to second 26.
    assert said == [FIRST, *[FED] * (len(said) - 1)]
    assert 10 <= len(said) <= 13
    assert [record.message for record in caplog.records if "watchdog" in record.message] == [
        "the watchdog is not fed: the screen is not being painted"
    ]


def test_a_station_without_a_screen_feeds_the_watchdog_by_its_ticks(manager: ServiceManager) -> None:
    trained(manager, screen=None)

    assert manager.heard.count(FED) >= 24


@pytest.fixture
def told() -> list[str]:
    return []


def test_ticks_that_come_late_do_not_feed_the_watchdog(told: list[str]) -> None:
    watchdog = Watchdog(told.append)
    watchdog.ticked(due_s=0, now_s=0, painted_s=0)

    for second in range(1, 9):
        watchdog.ticked(due_s=second, now_s=second + 1.01, painted_s=second)

    assert told == [FIRST]


def test_a_late_tick_is_told_once_and_so_is_its_end(told: list[str], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    watchdog = Watchdog(told.append)
    watchdog.ticked(due_s=0, now_s=0, painted_s=0)

    for second, late_s in enumerate((2, 2, 0, 0), start=1):
        watchdog.ticked(due_s=second, now_s=second + late_s, painted_s=second - 1)

    assert told == [FIRST, FED, FED]
    assert [record.message for record in caplog.records] == [
        "the watchdog is not fed: the ticks come late",
        "the watchdog is fed again",
    ]


def test_before_the_first_picture_nothing_is_said_and_nothing_logged(
    told: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    Watchdog(told.append).ticked(due_s=5, now_s=5, painted_s=-math.inf)

    assert told == []
    assert caplog.records == []


def test_a_clean_end_is_told(told: list[str]) -> None:
    Watchdog(told.append).stopping()

    assert told == ["STOPPING=1"]


def test_without_a_service_manager_there_is_nobody_to_tell() -> None:
    assert systemd({}) is None


def test_a_service_manager_that_went_away_ends_no_station(tmp_path: Path) -> None:
    tell = systemd({"NOTIFY_SOCKET": str(tmp_path / "gone")})

    assert tell is not None
    tell(FED)
