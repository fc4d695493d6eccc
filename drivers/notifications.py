"""A Bluetooth device that notifies: found, listened to, and found again when it is lost; for ever.

Responsible for one device's connection. BlueZ forgets a device about 30 s after it went out of reach (bleak #676), and
a client object made before that fails for ever: so each connection begins with a new scan, and no client outlives
its connection. Every call has a time-out of its own, because a Bluetooth daemon can leave one unanswered (bleak #490).

The radio keeps the wall's time: only the samples' time stamps and the pauses between attempts follow the clock.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakError

from drivers import bluez
from drivers.link import LinkTeller
from drivers.radio import (
    FORGOTTEN_AFTER,
    NOTHING_HELPS,
    OTHER_SCAN,
    RADIO_TROUBLE,
    SWITCHED_AFTER,
    Patience,
    Radio,
    Rung,
    wants_a_bond,
    what_to_do,
)
from station.errors import DeviceGarbled
from station.ports import Clock, Link

LOG = logging.getLogger("motbakke.bluetooth")

Arrived = asyncio.Queue[tuple[float, bytes] | None]
DROPPED_AT_ONCE = 2
"""After so many connections that ended before a packet, the device is paired first (polar-ble-sdk #774)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which device is listened to, and to what of it. Bound by address or name, or else the first with the service."""

    device: str
    """What the clinic calls it: strap, treadmill."""
    service: str
    characteristic: str
    address: str | None = None
    name: str | None = None
    invitation: str = ""
    """What staff are told while it is looked for and is not bound."""
    silence: str = ""
    """What staff are told when it has gone."""
    reads: tuple[str, ...] = ()
    """Characteristics that are read once a connection stands, if it has them."""

    @property
    def bound(self) -> bool:
        """Whether it is a certain one."""
        return self.address is not None or self.name is not None

    @property
    def called(self) -> str:
        """The name or address it is bound by."""
        return self.address or self.name or ""

    @property
    def sought(self) -> str:
        """What staff are told while it is looked for."""
        return f"looking for the {self.device} {self.called}" if self.bound else self.invitation


@dataclass(slots=True)
class _Memory:
    """What is remembered from one attempt to the next."""

    last_address: str | None = None
    last_seen_s: float = 0.0
    device_path: str | None = None
    told_trouble: bool = False
    failures: int = 0
    climbed_at: int = 0
    dropped_at_once: int = 0
    pairs_first: bool = False
    radio_down: bool = False
    not_seen_since_s: float | None = None
    nothing_heard_since_s: float | None = None


T = TypeVar("T")


class Notifier(Generic[T]):
    """One device over Bluetooth LE.

    `read` makes of a packet and the time it arrived what is reported, or raises DeviceGarbled. `learn` is given what
    was read of the device itself, and returns what staff should be told of it, if anything.
    """

    def __init__(  # noqa: PLR0913  # a device, how it is read, and what all devices share
        self,
        clock: Clock,
        wanted: Wanted,
        read: Callable[[bytes, float], T],
        *,
        learn: Callable[[Mapping[str, bytes]], str] = lambda _: "",
        radio: Radio | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._clock = clock
        self._read = read
        self._learn = learn
        self._wanted = wanted
        self._radio = radio or Radio()
        self._patience = patience or Patience()
        self._memory = _Memory()

    async def run(self, report: Callable[[T | Link], None]) -> None:
        """Find the device, report what it notifies, and find it again when it is lost; for ever."""
        link = LinkTeller(self._wanted.device, self._clock, report)
        pause_s = self._patience.shortest_pause_s
        while True:
            self._seek(link)
            began_failures = self._memory.failures
            try:
                await self._attempt(link, report)
            except RADIO_TROUBLE as trouble:
                LOG.debug("the radio: %r", trouble)
                self._note(trouble, link)
            if self._memory.failures <= began_failures:
                pause_s = self._patience.shortest_pause_s
            await self._clock.sleep(pause_s)
            pause_s = min(2 * pause_s, self._patience.longest_pause_s)

    def _seek(self, link: LinkTeller) -> None:
        if not self._memory.told_trouble:
            link.searching(self._wanted.sought)

    def _trouble(self, link: LinkTeller, detail: str) -> None:
        """Told until a beat comes, or until another trouble is: it does not alternate with the search."""
        self._memory.told_trouble = True
        link.trouble(detail)

    async def _attempt(self, link: LinkTeller, report: Callable[[T | Link], None]) -> None:
        arrived: Arrived = asyncio.Queue()
        async with self._radio.turn:
            await self._climb(link)
            device = await self._found(link)
            client = None if device is None else await self._connected(device, arrived)
        if device is None or client is None:
            return
        self._radio.listeners += 1
        learning = asyncio.create_task(self._learnt(client, link))
        try:
            await self._listened(arrived, link, report, device)
        finally:
            self._radio.listeners -= 1
            learning.cancel()
            await asyncio.wait({learning})
            await self._let_go(client)

    async def _climb(self, link: LinkTeller) -> None:
        if self._memory.climbed_at == self._memory.failures:
            return
        self._memory.climbed_at = self._memory.failures
        rung = await self._radio.climb(self._memory.failures, self._memory.device_path)
        if rung is Rung.FORGET:
            self._memory.device_path = None
        elif rung is Rung.REPORT:
            self._trouble(link, NOTHING_HELPS)

    async def _found(self, link: LinkTeller) -> BLEDevice | None:
        seen: dict[str, BLEDevice] = {}
        heard, first = asyncio.Event(), asyncio.Event()

        def see(device: BLEDevice, advertisement: AdvertisementData) -> None:
            heard.set()
            if self._is_ours(device, advertisement):
                seen[device.address] = device
                first.set()

        at_most_s = self._patience.scan_s + self._patience.settle_s + self._patience.disconnect_s
        async with asyncio.timeout(at_most_s), BleakScanner(see):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._patience.scan_s):
                    await first.wait()
            if seen and self._may_have_namesakes:
                await asyncio.sleep(self._patience.settle_s)
        if self._memory.radio_down:
            self._memory.radio_down = self._memory.told_trouble = False
            link.trouble(self._wanted.sought)
        if len(seen) > 1 and self._may_have_namesakes:
            self._trouble(
                link,
                f"{len(seen)} {self._wanted.device}s here are called {self._wanted.name}: bind the one that belongs "
                f"to this station by its address",
            )
            return None
        if not seen:
            await self._not_seen(link, heard=heard.is_set())
            return None
        self._memory.not_seen_since_s = self._memory.nothing_heard_since_s = None
        device = next(iter(seen.values()))
        self._memory.device_path = device.details.get("path") if isinstance(device.details, dict) else None
        return device

    @property
    def _may_have_namesakes(self) -> bool:
        bound_by_name = self._wanted.address is None and self._wanted.name is not None
        return bound_by_name and self._memory.last_address is None

    async def _not_seen(self, link: LinkTeller, *, heard: bool) -> None:
        """Nothing found: who is connected does not advertise, and a radio that hears nothing may be deaf."""
        now_s = asyncio.get_running_loop().time()
        memory = self._memory
        memory.not_seen_since_s = memory.not_seen_since_s or now_s
        memory.nothing_heard_since_s = None if heard else memory.nothing_heard_since_s or now_s
        for device in await bluez.known_devices():
            if device.connected and self._is_held(device):
                await bluez.disconnect(device.path)
        if memory.nothing_heard_since_s is not None and now_s - memory.nothing_heard_since_s > self._patience.deaf_s:
            memory.failures = max(memory.failures + 1, SWITCHED_AFTER)
            memory.nothing_heard_since_s = now_s
        if self._wanted.bound and now_s - memory.not_seen_since_s > self._patience.unseen_s:
            self._trouble(
                link,
                f"the {self._wanted.device} {self._wanted.called} is not to be seen; switch it on or put it on, and "
                "see that no telephone or watch is connected to it",
            )

    def _is_held(self, device: bluez.KnownDevice) -> bool:
        if self._wanted.address is not None:
            return device.address.upper() == self._wanted.address.upper()
        if self._memory.last_address is not None:
            return device.address == self._memory.last_address
        return self._wanted.name is not None and device.name == self._wanted.name

    async def _connected(self, device: BLEDevice, arrived: Arrived) -> BleakClient:
        client = BleakClient(
            device,
            disconnected_callback=lambda _: arrived.put_nowait(None),
            timeout=self._patience.connect_s,
            pair=self._memory.pairs_first,
        )
        try:
            async with asyncio.timeout(self._patience.connect_s + self._patience.disconnect_s):
                await client.connect()
            async with asyncio.timeout(self._patience.subscribe_s):
                await client.start_notify(
                    self._wanted.characteristic,
                    lambda _, packet: arrived.put_nowait((self._clock.now_s(), bytes(packet))),
                )
        except BaseException:
            await self._let_go(client)
            raise
        return client

    async def _let_go(self, client: BleakClient) -> None:
        with contextlib.suppress(*RADIO_TROUBLE):
            async with asyncio.timeout(self._patience.disconnect_s):
                await client.disconnect()

    async def _listened(
        self, arrived: Arrived, link: LinkTeller, report: Callable[[T | Link], None], device: BLEDevice
    ) -> None:
        understood = garbled = False
        while True:
            try:
                async with asyncio.timeout(self._patience.silent_s):
                    packet = await arrived.get()
            except TimeoutError:
                self._ended(understood=understood, dropped=False)
                link.searching(f"the {self._wanted.device} is connected and silent; connecting again")
                return
            if packet is None:
                self._ended(understood=understood, dropped=True)
                link.searching(self._wanted.silence)
                return
            at_s, data = packet
            try:
                told = self._read(data, at_s)
            except DeviceGarbled as trouble:
                if not garbled:
                    LOG.warning("%s", trouble)
                garbled = True
                continue
            if not understood:
                understood = True
                self._memory.failures = self._memory.dropped_at_once = self._memory.climbed_at = 0
                self._memory.told_trouble = False
            self._memory.last_address, self._memory.last_seen_s = device.address, at_s
            link.connected()
            report(told)

    def _ended(self, *, understood: bool, dropped: bool) -> None:
        if understood:
            return
        self._memory.failures += 1
        if dropped:
            self._memory.dropped_at_once += 1
            self._memory.pairs_first = self._memory.dropped_at_once >= DROPPED_AT_ONCE

    async def _learnt(self, client: BleakClient, link: LinkTeller) -> None:
        """Read what the device tells of itself; nothing of it is needed, so nothing of it is waited for."""
        found: dict[str, bytes] = {}
        with contextlib.suppress(*RADIO_TROUBLE):
            async with asyncio.timeout(self._patience.read_s):
                for uuid in self._wanted.reads:
                    if client.services.get_characteristic(uuid) is not None:
                        with contextlib.suppress(BleakError):
                            found[uuid] = bytes(await client.read_gatt_char(uuid))
        if remark := self._learn(found):
            link.remark(remark)

    def _is_ours(self, device: BLEDevice, advertisement: AdvertisementData) -> bool:
        if self._wanted.address is not None:
            # A bound one is taken by its address or name alone: not every strap advertises its services.
            return device.address.upper() == self._wanted.address.upper()
        known = self._memory.last_address
        if self._wanted.name is not None:
            named = self._wanted.name in (device.name, advertisement.local_name)
            return named and known in (None, device.address)
        if self._wanted.service not in advertisement.service_uuids:
            return False
        # Two patients with straps of the same kind: the one being listened to is not swapped for a neighbour's.
        waiting = self._clock.now_s() - self._memory.last_seen_s < self._patience.keep_s
        return known is None or not waiting or device.address == known

    def _note(self, trouble: BaseException, link: LinkTeller) -> None:
        memory, told = self._memory, what_to_do(trouble)
        if wants_a_bond(trouble):
            # Asked to pair although it was paired first: the bond is of no use any more, and is taken off.
            memory.failures = FORGOTTEN_AFTER if memory.pairs_first else memory.failures + 1
            memory.pairs_first = True
            self._trouble(link, f"the {self._wanted.device} asks to be paired; pairing")
        elif told is None:
            memory.failures += 1
            self._trouble(link, f"the {self._wanted.device} did not answer; is it in use by a telephone or a watch?")
        else:
            memory.failures += told == OTHER_SCAN
            memory.radio_down = True
            self._trouble(link, told)
