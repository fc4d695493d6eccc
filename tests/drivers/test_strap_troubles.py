"""A Bluetooth strap on its worst days, through bleak's own BlueZ backend, against a stand-in for bluetoothd."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest
from fake_bluez import HAS_DBUS_DAEMON, FakeBlueZ, private_bus
from waiting import running, until

from drivers.radio import Patience, Radio
from drivers.strap.about import BATTERY_LEVEL, SENSOR_LOCATION
from drivers.strap.ble import BleStrap
from drivers.strap.choosing import StrapHere, straps_here
from drivers.treadmill.ble import FtmsTreadmill
from drivers.treadmill.ftms import FITNESS_MACHINE_SERVICE, TREADMILL_DATA, encode
from drivers.wanted import Binding
from station.clock import RealClock
from station.errors import DeviceSilent
from station.ports import BeltSample, HeartRateSample, Link, LinkState

pytestmark = [
    pytest.mark.skipif(not HAS_DBUS_DAEMON, reason="needs the program dbus-daemon (Debian package dbus-daemon)"),
    pytest.mark.usefixtures("bus"),
]

HASTY = Patience(
    scan_s=0.3,
    settle_s=0.1,
    connect_s=0.3,
    subscribe_s=1.0,
    read_s=1.0,
    disconnect_s=0.5,
    silent_s=0.2,
    unseen_s=0.5,
    deaf_s=0.5,
    shortest_pause_s=0.01,
    longest_pause_s=0.05,
)


@pytest.fixture
def bus() -> Iterator[None]:
    with private_bus():
        yield


@dataclass
class Heard:
    """What a device has reported so far."""

    reports: list[HeartRateSample | BeltSample | Link] = field(default_factory=list)

    @property
    def samples(self) -> list[HeartRateSample]:
        return [report for report in self.reports if isinstance(report, HeartRateSample)]

    @property
    def links(self) -> list[Link]:
        return [report for report in self.reports if isinstance(report, Link)]

    def was_told(self, words: str) -> bool:
        return any(words in link.detail for link in self.links)

    async def more(self) -> None:
        """Wait for one more heart rate on a standing connection."""
        before = len(self.samples)
        await until(lambda: len(self.samples) > before and self.links[-1].state is LinkState.CONNECTED)


def play(
    scenario: Callable[[FakeBlueZ, Heard], Awaitable[None]],
    *,
    address: str | None = None,
    name: str | None = None,
    patience: Patience = HASTY,
) -> tuple[Heard, BleStrap]:
    heard = Heard()
    strap = BleStrap(RealClock(), Radio(patience), Binding(address=address, name=name))

    async def act() -> None:
        async with FakeBlueZ() as bluez, running(strap.run(heard.reports.append)):
            await scenario(bluez, heard)

    asyncio.run(act())
    return heard, strap


def test_battery_and_place_are_read_and_a_low_battery_is_told_with_the_connection() -> None:
    async def scenario(bluez: FakeBlueZ, heard: Heard) -> None:
        bluez.strap().tells = {BATTERY_LEVEL: b"\x0a", SENSOR_LOCATION: b"\x01"}
        await until(lambda: heard.was_told("battery is at 10 %"))

    heard, strap = play(scenario)

    assert strap.about is not None
    assert (strap.about.battery_percent, strap.about.worn_on) == (10, "chest")
    assert heard.links[-1].state is LinkState.CONNECTED


@pytest.mark.parametrize("rung", ["Disconnect", "RemoveDevice", "Powered"])
def test_a_strap_that_cannot_be_connected_to_is_let_go_forgotten_or_the_adapter_switched_off_and_on(rung: str) -> None:
    async def scenario(bluez: FakeBlueZ, heard: Heard) -> None:
        strap = bluez.strap()
        await heard.more()
        strap.mended_by = rung
        strap.drop()
        await heard.more()

    heard, _ = play(scenario)

    assert heard.links[-1].state is LinkState.CONNECTED


def test_when_nothing_helps_staff_are_told_and_it_is_tried_on() -> None:
    async def scenario(bluez: FakeBlueZ, heard: Heard) -> None:
        strap = bluez.strap()
        strap.mended_by = "a new adapter"
        await until(lambda: heard.was_told("does not recover"))
        strap.mended_by = None
        await heard.more()

    play(scenario)


@pytest.mark.parametrize("phase", ["connecting", "resolving", "subscribing"])
def test_a_link_that_breaks_off_in_any_phase_of_connecting_is_made_again(phase: str) -> None:
    async def scenario(bluez: FakeBlueZ, heard: Heard) -> None:
        strap = bluez.strap()
        strap.drops_in = phase
        await heard.more()
        assert strap.connections >= 2

    play(scenario)


def test_a_service_cache_that_is_empty_is_cleared_by_forgetting_the_strap() -> None:
    async def scenario(bluez: FakeBlueZ, heard: Heard) -> None:
        strap = bluez.strap()
        strap.hides_services = True
        await until(lambda: "RemoveDevice" in bluez.calls)
        strap.hides_services = False
        await heard.more()

    play(scenario)


def test_a_strap_that_asks_for_a_bond_is_paired_first() -> None:
    async def scenario(bluez: FakeBlueZ, heard: Heard) -> None:
        strap = bluez.strap()
        strap.wants_bond = True
        await heard.more()
        assert strap.pairings == 1

    heard, _ = play(scenario)

    assert heard.was_told("asks to be paired")


def test_a_strap_that_drops_each_link_before_its_first_beat_is_paired_first() -> None:
    async def scenario(bluez: FakeBlueZ, heard: Heard) -> None:
        strap = bluez.strap()
        strap.says = None
        for _ in range(2):
            await until(lambda: strap.listened_to)
            strap.drop()
            await until(lambda: not strap.listened_to)
        await until(lambda: strap.pairings > 0)
        strap.says = bytes([0, 70])
        await heard.more()

    play(scenario)


@pytest.mark.parametrize("calls", [{"Connect", "Disconnect"}, {"StartNotify", "Disconnect"}, {"StopDiscovery"}])
def test_a_bluetooth_service_that_leaves_calls_and_their_withdrawal_unanswered_does_not_hold_the_strap_for_ever(
    calls: set[str],
) -> None:
    async def scenario(bluez: FakeBlueZ, heard: Heard) -> None:
        bluez.unanswered = calls
        bluez.strap()
        await until(lambda: all(call in bluez.calls for call in calls))
        bluez.unanswered = set()
        await heard.more()

    play(scenario, patience=replace(HASTY, subscribe_s=0.2))


def test_a_list_of_straps_does_not_wait_for_ever_for_a_bluetooth_service_that_does_not_answer() -> None:
    async def act() -> None:
        async with FakeBlueZ() as bluez:
            bluez.unanswered = {"StopDiscovery"}
            await straps_here(RealClock(), Radio(answers_s=0.2), scan_s=0.1)

    with pytest.raises(DeviceSilent, match="does not answer"):
        asyncio.run(act())


def test_a_strap_that_a_crashed_program_left_connected_is_let_go_and_taken() -> None:
    async def scenario(bluez: FakeBlueZ, heard: Heard) -> None:
        bluez.strap("A0:00:00:00:00:07").be_held_by_another()
        await heard.more()

    play(scenario, address="A0:00:00:00:00:07")


def test_a_bound_strap_that_is_not_seen_may_be_held_by_a_telephone_and_that_is_said() -> None:
    async def scenario(bluez: FakeBlueZ, heard: Heard) -> None:
        strap = bluez.strap(name="TICKR")
        strap.near = False
        await until(lambda: heard.was_told("no telephone or watch is connected to it"))
        strap.near = True
        await heard.more()

    play(scenario, name="TICKR")


def test_of_two_straps_by_one_name_none_is_taken_and_an_address_is_asked_for() -> None:
    async def scenario(bluez: FakeBlueZ, heard: Heard) -> None:
        bluez.strap("A0:00:00:00:00:01", "TICKR")
        neighbour = bluez.strap("A0:00:00:00:00:02", "TICKR")
        await until(lambda: heard.was_told("by its address"))
        assert heard.samples == []
        neighbour.near = False
        neighbour.be_forgotten()
        await heard.more()

    play(scenario, name="TICKR")


def test_once_known_a_strap_bound_by_name_is_never_swapped_for_its_namesake() -> None:
    async def scenario(bluez: FakeBlueZ, heard: Heard) -> None:
        ours = bluez.strap("A0:00:00:00:00:01", "TICKR")
        ours.says = bytes([0, 61])
        await heard.more()
        ours.leave()
        bluez.strap("A0:00:00:00:00:02", "TICKR").says = bytes([0, 62])
        scans = bluez.scans
        await until(lambda: bluez.scans > scans + 3)
        ours.near = True
        await heard.more()

    heard, _ = play(scenario, name="TICKR")

    assert {sample.heart_rate_bpm for sample in heard.samples} == {61}


def test_a_radio_that_hears_nothing_at_all_is_switched_off_and_on() -> None:
    async def scenario(bluez: FakeBlueZ, _: Heard) -> None:
        await until(lambda: bluez.calls.count("Set") >= 2)

    play(scenario)


def test_an_hour_of_links_that_drop_each_150_s_leaves_no_gap_and_no_stale_pulse() -> None:
    drops = 24  # an hour's worth
    clock = RealClock()
    gaps_s: list[float] = []

    async def scenario(bluez: FakeBlueZ, heard: Heard) -> None:
        strap = bluez.strap()
        for drop in range(drops):
            strap.says = bytes([0, 100 + drop])
            await until(lambda: heard.samples and heard.samples[-1].heart_rate_bpm == 100 + drop)  # noqa: B023
            tasks = len(asyncio.all_tasks())
            strap.drop()
            dropped_s = clock.now_s()
            strap.says = bytes([0, 200])
            await until(lambda: heard.samples[-1].heart_rate_bpm == 200)
            gaps_s.append(clock.now_s() - dropped_s)
            assert len(asyncio.all_tasks()) <= tasks + 1

    heard, _ = play(scenario)

    assert max(gaps_s) < 10
    states = [link.state for link in heard.links if link.state is not LinkState.SEARCHING]
    assert states == [LinkState.CONNECTED, *[LinkState.LOST, LinkState.CONNECTED] * drops]


def test_a_treadmill_with_bluetooth_and_a_strap_share_one_radio_and_nothing_is_written_to_the_treadmill() -> None:
    radio = Radio(HASTY)
    strap_heard, belt_heard = Heard(), Heard()

    async def act() -> list[str]:
        strap = BleStrap(RealClock(), radio)
        treadmill = FtmsTreadmill(RealClock(), radio)
        async with (
            FakeBlueZ() as bluez,
            running(strap.run(strap_heard.reports.append)),
            running(treadmill.run(belt_heard.reports.append)),
        ):
            bluez.strap()
            belt = bluez.strap(
                "B0:00:00:00:00:01", "Belt", service=FITNESS_MACHINE_SERVICE, characteristic=TREADMILL_DATA
            )
            belt.says = encode(5.7, 2.5)
            await strap_heard.more()
            await until(lambda: any(isinstance(report, BeltSample) for report in belt_heard.reports))
            return bluez.calls

    calls = asyncio.run(act())

    belt = [report for report in belt_heard.reports if isinstance(report, BeltSample)]
    assert {(sample.speed_kmh, sample.incline_percent) for sample in belt} == {(5.7, 2.5)}
    assert "WriteValue" not in calls
    assert calls.count("StartDiscovery") >= 2


def test_the_straps_in_the_room_are_listed_nearest_first_with_their_pulse() -> None:
    async def act() -> list[StrapHere]:
        async with FakeBlueZ() as bluez:
            worn = bluez.strap("A0:00:00:00:00:01", "Worn")
            worn.says, worn.tells = bytes([0, 81]), {BATTERY_LEVEL: b"\x57"}
            bluez.strap("A0:00:00:00:00:02", "Lying there").says = bytes([0, 0])
            bluez.strap("B0:00:00:00:00:01", "Belt", service=FITNESS_MACHINE_SERVICE)
            return await straps_here(RealClock(), Radio(HASTY), scan_s=0.3, pulse_s=0.6)

    listed = asyncio.run(act())

    assert {(here.seen.name, here.seen.signal_dbm, here.heart_rate_bpm) for here in listed} == {
        ("Worn", -60, 81),
        ("Lying there", -60, None),
    }


def test_without_bluetooth_no_straps_can_be_listed_and_that_is_said() -> None:
    async def act() -> None:
        async with FakeBlueZ(powered=False):
            await straps_here(RealClock(), Radio(), scan_s=0.1)

    with pytest.raises(DeviceSilent, match="switched off"):
        asyncio.run(act())
