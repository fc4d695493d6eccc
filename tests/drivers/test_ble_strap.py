"""A Bluetooth strap, through bleak's own BlueZ backend, against a stand-in for bluetoothd."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

import pytest
from fake_bluez import HAS_DBUS_DAEMON, FakeBlueZ, FakeStrap, no_bus, private_bus
from waiting import running, until

from drivers.radio import Patience, Radio
from drivers.strap.ble import BleStrap
from drivers.wanted import Binding
from station.clock import FastClock, RealClock
from station.ports import HeartRateSample, Link, LinkState

pytestmark = pytest.mark.skipif(
    not HAS_DBUS_DAEMON, reason="needs the program dbus-daemon (Debian package dbus-daemon)"
)

HASTY = Patience(
    scan_s=0.3,
    connect_s=0.3,
    subscribe_s=1.0,
    disconnect_s=0.5,
    silent_s=0.2,
    shortest_pause_s=0.01,
    longest_pause_s=0.05,
)


@dataclass
class Station:
    """What the strap has reported so far."""

    reports: list[HeartRateSample | Link] = field(default_factory=list)

    @property
    def samples(self) -> list[HeartRateSample]:
        return [report for report in self.reports if isinstance(report, HeartRateSample)]

    @property
    def links(self) -> list[Link]:
        return [report for report in self.reports if isinstance(report, Link)]

    @property
    def link(self) -> Link:
        return self.links[-1]

    @property
    def states(self) -> list[LinkState]:
        return [link.state for link in self.links]

    def is_told(self, words: str) -> bool:
        return bool(self.links) and words in self.link.detail

    async def hears(self, beats: int = 1) -> None:
        """Wait for some more heart rates on a standing connection."""
        before = len(self.samples)
        await until(lambda: len(self.samples) >= before + beats and self.link.state is LinkState.CONNECTED)


@pytest.fixture
def bus() -> Iterator[None]:
    with private_bus():
        yield


def play(scenario: Callable[[FakeBlueZ, Station], Awaitable[None]], bluez: FakeBlueZ, strap: BleStrap) -> Station:
    station = Station()

    async def act() -> None:
        async with bluez, running(strap.run(station.reports.append)):
            await scenario(bluez, station)

    asyncio.run(act())
    return station


def hasty_strap(*, address: str | None = None, name: str | None = None) -> BleStrap:
    return BleStrap(RealClock(), Radio(HASTY), Binding(address=address, name=name))


@pytest.mark.usefixtures("bus")
def test_a_strap_is_found_and_its_beats_arrive() -> None:
    async def scenario(bluez: FakeBlueZ, station: Station) -> None:
        bluez.strap().says = bytes.fromhex("16 48 00 04")
        await station.hears()

    station = play(scenario, FakeBlueZ(), hasty_strap())

    assert station.states == [LinkState.SEARCHING, LinkState.CONNECTED]
    beat = station.samples[0]
    assert (beat.heart_rate_bpm, beat.contact, beat.rr_ms) == (72, True, (1000.0,))


@pytest.mark.usefixtures("bus")
def test_a_beat_carries_the_time_of_the_clock_at_which_it_arrived() -> None:
    clock = FastClock(1)

    async def scenario(bluez: FakeBlueZ, station: Station) -> None:
        bluez.strap()
        await station.hears()

    station = play(scenario, FakeBlueZ(), BleStrap(clock, Radio(HASTY)))

    assert 0 < station.samples[0].at_s <= clock.now_s()


@pytest.mark.usefixtures("bus")
def test_a_dropped_link_is_told_once_and_the_strap_is_found_again() -> None:
    async def scenario(bluez: FakeBlueZ, station: Station) -> None:
        strap = bluez.strap()
        await station.hears()
        strap.drop()
        await until(lambda: LinkState.LOST in station.states)
        await station.hears()

    station = play(scenario, FakeBlueZ(), hasty_strap())

    assert station.states == [LinkState.SEARCHING, LinkState.CONNECTED, LinkState.LOST, LinkState.CONNECTED]
    assert "back after" in station.link.detail


@pytest.mark.usefixtures("bus")
def test_a_strap_that_bluez_has_forgotten_is_found_by_a_new_scan() -> None:
    async def scenario(bluez: FakeBlueZ, station: Station) -> None:
        strap = bluez.strap()
        await station.hears()
        strap.leave()
        await until(lambda: LinkState.LOST in station.states)
        strap.be_forgotten()
        scans = bluez.scans
        await until(lambda: bluez.scans >= scans + 2)
        assert strap.path not in bluez.objects
        strap.near = True
        await station.hears()

    station = play(scenario, FakeBlueZ(), hasty_strap())

    assert station.states.count(LinkState.LOST) == 1


@pytest.mark.usefixtures("bus")
def test_bluetooth_switched_off_at_the_start_is_told_and_waited_for() -> None:
    async def scenario(bluez: FakeBlueZ, station: Station) -> None:
        bluez.strap()
        await until(lambda: station.is_told("switched off"))
        assert station.link.state is LinkState.SEARCHING
        bluez.power(on=True)
        await station.hears()

    play(scenario, FakeBlueZ(powered=False), hasty_strap())


@pytest.mark.usefixtures("bus")
def test_bluetooth_switched_off_in_mid_session_is_told_and_waited_for() -> None:
    async def scenario(bluez: FakeBlueZ, station: Station) -> None:
        bluez.strap()
        await station.hears()
        bluez.power(on=False)
        await until(lambda: station.is_told("switched off"))
        assert station.link.state is LinkState.LOST
        bluez.power(on=True)
        await station.hears()

    play(scenario, FakeBlueZ(), hasty_strap())


@pytest.mark.usefixtures("bus")
def test_a_lost_strap_is_looked_for_and_said_to_be_once_bluetooth_is_on_again() -> None:
    async def scenario(bluez: FakeBlueZ, station: Station) -> None:
        strap = bluez.strap()
        await station.hears()
        strap.near = False
        bluez.power(on=False)
        await until(lambda: station.is_told("switched off"))
        bluez.power(on=True)
        await until(lambda: station.is_told("looking for"))
        assert station.link.state is LinkState.LOST

    play(scenario, FakeBlueZ(), hasty_strap())


@pytest.mark.usefixtures("bus")
def test_an_adapter_that_is_plugged_in_later_is_used() -> None:
    async def scenario(bluez: FakeBlueZ, station: Station) -> None:
        bluez.strap()
        await until(lambda: station.is_told("no Bluetooth adapter"))
        bluez.plug_in_adapter()
        await station.hears()

    play(scenario, FakeBlueZ(adapter=False), hasty_strap())


def test_a_bluetooth_service_that_does_not_run_is_told() -> None:
    station = Station()

    async def act() -> None:
        async with running(hasty_strap().run(station.reports.append)):
            await until(lambda: station.is_told("systemctl start bluetooth"))

    with no_bus():
        asyncio.run(act())
    with private_bus():
        asyncio.run(act())

    assert set(station.states) == {LinkState.SEARCHING}


@pytest.mark.usefixtures("bus")
def test_a_bluetooth_service_that_is_started_anew_in_mid_session_is_used_again() -> None:
    station = Station()

    async def act() -> None:
        async with running(hasty_strap().run(station.reports.append)):
            async with FakeBlueZ() as bluez:
                bluez.strap()
                await station.hears()
            await until(lambda: station.is_told("systemctl start bluetooth"))
            assert station.link.state is LinkState.LOST
            async with FakeBlueZ() as bluez:
                bluez.strap()
                await station.hears()

    asyncio.run(act())


@pytest.mark.usefixtures("bus")
def test_another_program_that_is_scanning_is_told_and_waited_for() -> None:
    async def scenario(bluez: FakeBlueZ, station: Station) -> None:
        bluez.strap()
        bluez.busy = True
        await until(lambda: station.is_told("another program"))
        bluez.busy = False
        await station.hears()

    play(scenario, FakeBlueZ(), hasty_strap())


@pytest.mark.usefixtures("bus")
def test_a_strap_that_drops_before_its_first_beat_is_tried_again() -> None:
    async def scenario(bluez: FakeBlueZ, station: Station) -> None:
        strap = bluez.strap()
        strap.says = None
        await until(lambda: strap.listened_to)
        strap.drop()
        strap.says = bytes([0, 70])
        await station.hears()

    station = play(scenario, FakeBlueZ(), hasty_strap())

    assert LinkState.LOST not in station.states


@pytest.mark.usefixtures("bus")
def test_packets_that_cannot_be_read_are_left_out_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(bluez: FakeBlueZ, station: Station) -> None:
        strap = bluez.strap()
        await station.hears()
        strap.says = bytes.fromhex("01 48")
        packets = strap.packets
        await until(lambda: strap.packets > packets + 3 and "does not fit its flags" in caplog.text)
        strap.says = bytes.fromhex("00 49")
        await until(lambda: station.samples[-1].heart_rate_bpm == 73)

    play(scenario, FakeBlueZ(), hasty_strap())

    assert caplog.text.count("does not fit its flags") == 1


@pytest.mark.usefixtures("bus")
@pytest.mark.parametrize("missing", [0, 255])
def test_a_strap_that_says_missing_gives_no_heart_rate(missing: int) -> None:
    async def scenario(bluez: FakeBlueZ, station: Station) -> None:
        bluez.strap().says = bytes([0, missing])
        await station.hears()

    station = play(scenario, FakeBlueZ(), hasty_strap())

    assert {beat.heart_rate_bpm for beat in station.samples} == {None}


@pytest.mark.usefixtures("bus")
def test_a_strap_off_the_skin_repeats_its_last_figure_and_each_is_marked() -> None:
    async def scenario(bluez: FakeBlueZ, station: Station) -> None:
        strap = bluez.strap()
        strap.says = bytes.fromhex("06 79")
        await station.hears()
        strap.says = bytes.fromhex("04 79")
        await until(lambda: station.samples[-1].contact is False)
        await station.hears(3)

    station = play(scenario, FakeBlueZ(), hasty_strap())

    assert {beat.heart_rate_bpm for beat in station.samples} == {121}
    assert [beat.contact for beat in station.samples[-3:]] == [False] * 3


@pytest.mark.usefixtures("bus")
def test_a_strap_that_falls_silent_without_letting_go_is_connected_anew() -> None:
    straps: list[FakeStrap] = []

    async def scenario(bluez: FakeBlueZ, station: Station) -> None:
        straps.append(bluez.strap())
        await station.hears()
        straps[0].says = None
        await until(lambda: LinkState.LOST in station.states)
        straps[0].says = bytes([0, 80])
        await station.hears()

    play(scenario, FakeBlueZ(), hasty_strap())

    assert straps[0].connections >= 2


@pytest.mark.usefixtures("bus")
def test_a_strap_that_refuses_or_never_answers_is_tried_again() -> None:
    async def scenario(bluez: FakeBlueZ, station: Station) -> None:
        strap = bluez.strap()
        strap.refusals = ["Page Timeout", "le-connection-abort-by-local", "Connection refused"]
        await station.hears()
        strap.hangs = True
        strap.drop()
        tried = strap.connections
        await until(lambda: strap.connections >= tried + 2)
        strap.hangs = False
        await station.hears()

    station = play(scenario, FakeBlueZ(), hasty_strap())

    assert any("telephone" in link.detail for link in station.links)


@pytest.mark.usefixtures("bus")
@pytest.mark.parametrize("bound", [{"address": "a0:00:00:00:00:02"}, {"name": "Strap 2"}])
def test_a_strap_bound_to_the_station_is_the_only_one_it_takes(bound: dict[str, str]) -> None:
    async def scenario(bluez: FakeBlueZ, station: Station) -> None:
        bluez.strap("A0:00:00:00:00:01", "Strap 1").says = bytes([0, 61])
        await until(lambda: bluez.straps[0].path in bluez.objects)
        bluez.strap("A0:00:00:00:00:02", "Strap 2").says = bytes([0, 62])
        await station.hears(3)

    station = play(scenario, FakeBlueZ(), hasty_strap(**bound))

    assert {beat.heart_rate_bpm for beat in station.samples} == {62}
    assert "Strap 2" in station.links[0].detail or "a0:00:00:00:00:02" in station.links[0].detail


@pytest.mark.usefixtures("bus")
def test_a_lost_strap_is_not_swapped_for_a_neighbours() -> None:
    async def scenario(bluez: FakeBlueZ, station: Station) -> None:
        ours = bluez.strap("A0:00:00:00:00:01", "Strap 1")
        ours.says = bytes([0, 61])
        await station.hears()
        bluez.strap("A0:00:00:00:00:02", "Strap 2").says = bytes([0, 62])
        ours.leave()
        await until(lambda: bluez.straps[1].path in bluez.objects)
        ours.near = True
        await station.hears()

    station = play(scenario, FakeBlueZ(), hasty_strap())

    assert {beat.heart_rate_bpm for beat in station.samples} == {61}


@pytest.mark.usefixtures("bus")
def test_the_next_patients_strap_is_taken_when_the_last_has_been_gone_for_long() -> None:
    async def scenario(bluez: FakeBlueZ, station: Station) -> None:
        ours = bluez.strap("A0:00:00:00:00:01", "Strap 1")
        await station.hears()
        ours.leave()
        bluez.strap("A0:00:00:00:00:02", "Strap 2").says = bytes([0, 62])
        await until(lambda: station.samples[-1].heart_rate_bpm == 62)

    # Sixty seconds of this clock are over in 0.3 real ones.
    play(scenario, FakeBlueZ(), BleStrap(FastClock(200), Radio(HASTY)))


@pytest.mark.usefixtures("bus")
def test_the_strap_is_let_go_when_the_station_ends() -> None:
    straps: list[FakeStrap] = []

    async def act() -> None:
        async with FakeBlueZ() as bluez:
            straps.append(bluez.strap())
            station = Station()
            async with running(hasty_strap().run(station.reports.append)):
                await station.hears()
            assert not straps[0].connected

    asyncio.run(act())


@pytest.mark.usefixtures("bus")
def test_neither_pulse_nor_person_reaches_the_system_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "motbakke")

    async def scenario(bluez: FakeBlueZ, station: Station) -> None:
        strap = bluez.strap()
        strap.says = bytes([0, 187])
        await station.hears()
        strap.drop()
        await until(lambda: LinkState.LOST in station.states)
        await station.hears()

    play(scenario, FakeBlueZ(), hasty_strap())

    told = [record.getMessage() for record in caplog.records if record.name.startswith("motbakke")]
    assert [line.split(":")[0] for line in told] == [
        "strap searching",
        "strap connected",
        "strap lost",
        "strap connected",
    ]
    assert not any("187" in line for line in told)
