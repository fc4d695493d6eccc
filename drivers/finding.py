"""Finding a Bluetooth device: a new scan each time, and what to make of one in which it is not seen.

Responsible for one scan and its outcome; whose turn it is at the radio, and the connection, are others'. BlueZ forgets
a device about 30 s after it went out of reach (bleak #676), so only a scan brings one that can be connected to.
"""

import asyncio
import contextlib

from bleak import BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from drivers import bluez
from drivers.link import LinkTeller
from drivers.radio import Patience
from drivers.wanted import Advertised, Wanted, is_it
from station.ports import Clock


class Finder:
    """Looks for one device again and again, and remembers which it was."""

    def __init__(self, clock: Clock, wanted: Wanted, patience: Patience) -> None:
        self._clock = clock
        self._wanted = wanted
        self._patience = patience
        self._before: str | None = None
        self._heard_at_s = 0.0
        self._not_seen_since_s: float | None = None
        self._deaf_since_s: float | None = None
        self.device_path: str | None = None
        """BlueZ's name for the device that was found last."""
        self.deaf = False
        """Whether the radio has heard nothing at all for so long that it may be the radio."""

    def heard(self, device: BLEDevice, at_s: float) -> None:
        """This device has spoken: from now on it is the one."""
        self._before, self._heard_at_s = device.address, at_s

    async def found(self, link: LinkTeller) -> BLEDevice | None:
        """The device, if it is to be seen now; else staff are told what may be the matter."""
        seen: dict[str, BLEDevice] = {}
        anybody, first = asyncio.Event(), asyncio.Event()

        def see(device: BLEDevice, advertisement: AdvertisementData) -> None:
            anybody.set()
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
        link.looked(self._wanted.sought)
        if len(seen) > 1 and self._may_have_namesakes:
            link.trouble(
                f"{len(seen)} {self._wanted.device}s here are called {self._wanted.binding}: bind the one that belongs "
                f"to this station by its address",
            )
            return None
        if not seen:
            await self._not_seen(link, anybody=anybody.is_set())
            return None
        self._not_seen_since_s = self._deaf_since_s = None
        device = next(iter(seen.values()))
        self.device_path = device.details.get("path") if isinstance(device.details, dict) else None
        return device

    @property
    def _may_have_namesakes(self) -> bool:
        binding = self._wanted.binding
        return binding.address is None and binding.name is not None and self._before is None

    def _is_ours(self, device: BLEDevice, advertisement: AdvertisementData) -> bool:
        told = Advertised(
            address=device.address,
            names=(device.name, advertisement.local_name),
            services=tuple(advertisement.service_uuids),
        )
        keeps = self._clock.now_s() - self._heard_at_s < self._patience.keep_s
        return is_it(told, self._wanted, before=self._before, keeps=keeps)

    async def _not_seen(self, link: LinkTeller, *, anybody: bool) -> None:
        """Nothing found: who is connected does not advertise, and a radio that hears nothing may be deaf."""
        now_s = asyncio.get_running_loop().time()
        self._not_seen_since_s = self._not_seen_since_s or now_s
        self._deaf_since_s = None if anybody else self._deaf_since_s or now_s
        for device in await bluez.known_devices():
            if device.connected and self._is_held(device):
                await bluez.disconnect(device.path)
        if self._deaf_since_s is not None and now_s - self._deaf_since_s > self._patience.deaf_s:
            self.deaf = True
            self._deaf_since_s = now_s
        if self._wanted.binding and now_s - self._not_seen_since_s > self._patience.unseen_s:
            link.trouble(
                f"the {self._wanted.device} {self._wanted.binding} is not to be seen; switch it on or put it on, and "
                "see that no telephone or watch is connected to it",
            )

    def _is_held(self, device: bluez.KnownDevice) -> bool:
        binding = self._wanted.binding
        if binding.address is not None:
            return device.address.upper() == binding.address.upper()
        if self._before is not None:
            return device.address == self._before
        return binding.name is not None and device.name == binding.name
