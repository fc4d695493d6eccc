"""A Bluetooth device that notifies: found, listened to, and found again when it is lost; for ever.

Responsible for one device's connection: each begins with a new scan (`drivers.finding`), and no client outlives its
connection. Every call has a time-out of its own, because a Bluetooth daemon can leave one unanswered (bleak #490).

The radio keeps the wall's time: only the samples' time stamps and the pauses between attempts follow the clock.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from bleak import BleakClient
from bleak.backends.device import BLEDevice
from bleak.exc import BleakError

from drivers.finding import Finder
from drivers.link import LinkTeller
from drivers.radio import (
    FORGOTTEN_AFTER,
    NOTHING_HELPS,
    OTHER_SCAN,
    RADIO_TROUBLE,
    SWITCHED_AFTER,
    Radio,
    Rung,
    wants_a_bond,
    what_to_do,
)
from drivers.wanted import Wanted
from station.errors import DeviceGarbled
from station.ports import Clock, Link

LOG = logging.getLogger("motbakke.bluetooth")

Arrived = asyncio.Queue[tuple[float, bytes] | None]
DROPPED_AT_ONCE = 2
"""After so many connections that ended before a packet, the device is paired first (polar-ble-sdk #774)."""

T = TypeVar("T")


@dataclass(slots=True)
class _Attempts:
    """What came of the attempts since the device last spoke."""

    failures: int = 0
    climbed_at: int = 0
    dropped_at_once: int = 0
    pairs_first: bool = False

    def spoke(self) -> None:
        self.failures = self.dropped_at_once = self.climbed_at = 0

    def ended_unheard(self, *, dropped: bool) -> None:
        self.failures += 1
        if dropped:
            self.dropped_at_once += 1
            self.pairs_first = self.dropped_at_once >= DROPPED_AT_ONCE

    def asked_for_a_bond(self) -> None:
        # Asked to pair although it was paired first: the bond is of no use any more, and is taken off.
        self.failures = FORGOTTEN_AFTER if self.pairs_first else self.failures + 1
        self.pairs_first = True

    def found_deaf(self) -> None:
        self.failures = max(self.failures + 1, SWITCHED_AFTER)


class Notifier(Generic[T]):
    """One device over Bluetooth LE.

    `read` makes of a packet and the time it arrived what is reported, or raises DeviceGarbled. `learn` is given what
    was read of the device itself, and returns what staff should be told of it, if anything.
    """

    def __init__(
        self,
        clock: Clock,
        radio: Radio,
        wanted: Wanted,
        read: Callable[[bytes, float], T],
        learn: Callable[[Mapping[str, bytes]], str] = lambda _: "",
    ) -> None:
        self._clock = clock
        self._radio = radio
        self._patience = radio.patience
        self._wanted = wanted
        self._read = read
        self._learn = learn
        self._finder = Finder(clock, wanted, radio.patience)
        self._attempts = _Attempts()

    async def run(self, report: Callable[[T | Link], None]) -> None:
        """Find the device, report what it notifies, and find it again when it is lost; for ever."""
        link = LinkTeller(self._wanted.device, self._clock, report)
        pause_s = self._patience.shortest_pause_s
        while True:
            link.looking(self._wanted.sought)
            failed_before = self._attempts.failures
            try:
                await self._attempt(link, report)
            except RADIO_TROUBLE as trouble:
                LOG.debug("the radio: %r", trouble)
                self._note(trouble, link)
            if self._attempts.failures <= failed_before:
                pause_s = self._patience.shortest_pause_s
            await self._clock.sleep(pause_s)
            pause_s = min(2 * pause_s, self._patience.longest_pause_s)

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
        if self._attempts.climbed_at == self._attempts.failures:
            return
        self._attempts.climbed_at = self._attempts.failures
        rung = await self._radio.climb(self._attempts.failures, self._finder.device_path)
        if rung is Rung.FORGET:
            self._finder.device_path = None
        elif rung is Rung.REPORT:
            link.trouble(NOTHING_HELPS)

    async def _found(self, link: LinkTeller) -> BLEDevice | None:
        device = await self._finder.found(link)
        if self._finder.deaf:
            self._finder.deaf = False
            self._attempts.found_deaf()
        return device

    async def _connected(self, device: BLEDevice, arrived: Arrived) -> BleakClient:
        client = BleakClient(
            device,
            disconnected_callback=lambda _: arrived.put_nowait(None),
            timeout=self._patience.connect_s,
            pair=self._attempts.pairs_first,
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
                ending = f"the {self._wanted.device} is connected and silent; connecting again"
                break
            if packet is None:
                ending = self._wanted.silence
                break
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
                self._attempts.spoke()
            self._finder.heard(device, at_s)
            link.connected()
            report(told)
        if not understood:
            self._attempts.ended_unheard(dropped=packet is None)
        link.searching(ending)

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

    def _note(self, trouble: BaseException, link: LinkTeller) -> None:
        told = what_to_do(trouble)
        if wants_a_bond(trouble):
            self._attempts.asked_for_a_bond()
            link.trouble(f"the {self._wanted.device} asks to be paired; pairing")
        elif told is None:
            self._attempts.failures += 1
            link.trouble(f"the {self._wanted.device} did not answer; is it in use by a telephone or a watch?")
        else:
            self._attempts.failures += told == OTHER_SCAN
            link.kept_from_looking(told)
