"""A strap without a chest: once a second it sends the bytes a real one would, and the station's own decoder reads them.

Responsible for the packet and its faults; whose heart it is, is the caller's.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from drivers.link import LinkTeller
from drivers.strap.measurement import HeartRateMeasurement, decode, encode, sample
from station.ports import Clock, StrapReport

EVERY_S = 1.0
SHORTEST_NAP_S = 0.05
NOTICED_AFTER_S = 5.0
"""How long a strap out of reach takes to be noticed: the supervision time-out of a Bluetooth LE link is a few s."""
LONGEST_TICKS = 0xFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Beats:
    """What the heart did in the last second."""

    heart_rate_bpm: float
    rr_ms: tuple[float, ...] = ()


class Trouble(StrEnum):
    """What straps do on bad days."""

    SILENT = "silent"
    """Out of reach: no notifications."""
    NO_CONTACT = "no_contact"
    """It feels no skin, and repeats the last heart rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StrapFault:
    """A trouble from one second of the session to another, counted from the strap's start."""

    trouble: Trouble
    from_s: float
    to_s: float


class SimulatedStrap:
    """A strap on a simulated heart; `heart` is asked once a second of the clock's time."""

    def __init__(self, clock: Clock, heart: Callable[[], Beats], *, faults: Sequence[StrapFault] = ()) -> None:
        self._clock = clock
        self._heart = heart
        self._faults = tuple(faults)
        self._repeated: int | None = None

    async def run(self, report: StrapReport) -> None:
        """Report a heart rate each second, but for the faults; for ever."""
        link = LinkTeller("strap", self._clock, report)
        started_s = self._clock.now_s()
        seconds = 0
        silent_s = 0.0
        while True:
            seconds += 1
            await self._until(started_s + seconds * EVERY_S)
            beats = self._heart()
            trouble = self._trouble(seconds * EVERY_S)
            if trouble is Trouble.SILENT:
                silent_s += EVERY_S
                if silent_s >= NOTICED_AFTER_S:
                    link.lost("the strap is out of reach, taken off, or its battery is empty")
                continue
            silent_s = 0.0
            link.connected()
            report(sample(decode(self._packet(beats, contact=trouble is None)), started_s + seconds * EVERY_S))

    def _packet(self, beats: Beats, *, contact: bool) -> bytes:
        if contact or self._repeated is None:
            self._repeated = round(beats.heart_rate_bpm)
        ticks = tuple(min(LONGEST_TICKS, round(rr_ms * 1024 / 1000)) for rr_ms in beats.rr_ms)
        return encode(
            HeartRateMeasurement(
                heart_rate_bpm=self._repeated,
                contact=contact,
                energy_expended_kj=None,
                rr_ticks=ticks if contact else (),
            )
        )

    def _trouble(self, at_s: float) -> Trouble | None:
        for fault in self._faults:
            if fault.from_s <= at_s < fault.to_s:
                return fault.trouble
        return None

    async def _until(self, at_s: float) -> None:
        while (left_s := at_s - self._clock.now_s()) > 0:
            await self._clock.sleep(max(left_s, SHORTEST_NAP_S))
        await asyncio.sleep(0)
