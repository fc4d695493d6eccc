"""The simulated strap as a Bluetooth peripheral, heard by another Bumble on a link in memory."""

import asyncio

import pytest
from waiting import running

from drivers.simulated.peripheral import StrapOnAir
from drivers.strap.measurement import decode
from station.clock import FastClock
from station.errors import DeviceSilent

try:
    import bumble
except ImportError:
    bumble = None  # type: ignore[assignment]


@pytest.mark.skipif(bumble is None, reason="needs Bumble: uv sync --extra radio")
@pytest.mark.filterwarnings("default")
def test_a_strap_on_the_air_is_found_and_its_beats_are_heard() -> None:
    from bumble.controller import Controller
    from bumble.core import UUID
    from bumble.device import Device, DeviceConfiguration, Peer
    from bumble.hci import Address
    from bumble.link import LocalLink

    async def act() -> bytes:
        link = LocalLink()
        ours, theirs = Controller("strap", link=link), Controller("station", link=link)
        client = Device.from_config_with_hci(
            DeviceConfiguration(name="station", address=Address("F0:F1:F2:F3:F4:F6")), theirs, theirs
        )
        async with running(StrapOnAir(FastClock(20), lambda: 72).serve(ours, ours)):
            await client.power_on()
            connection = await client.connect(Address("F0:F1:F2:F3:F4:F5"))
            peer = Peer(connection)
            await peer.discover_services()
            await peer.discover_characteristics()
            heard: asyncio.Queue[bytes] = asyncio.Queue()
            await peer.subscribe(peer.get_characteristics_by_uuid(UUID("2A37"))[0], heard.put_nowait)
            async with asyncio.timeout(5):
                return bytes(await heard.get())

    beat = decode(asyncio.run(act()))

    assert (beat.heart_rate_bpm, beat.contact, len(beat.rr_ms)) == (72, True, 1)


@pytest.mark.skipif(bumble is not None, reason="Bumble is installed here")
def test_without_bumble_the_extra_is_named() -> None:
    with pytest.raises(DeviceSilent, match="motbakke\\[radio\\]"):
        asyncio.run(StrapOnAir(FastClock(20), lambda: 72).run("usb:0"))
