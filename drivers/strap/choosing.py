"""Which straps are in the room, with their signal and their live pulse: for choosing the one that belongs here.

Responsible for the list; binding the chosen one is the settings'.
"""

import asyncio
from dataclasses import dataclass

from drivers.radio import Radio, Seen
from drivers.strap.about import About
from drivers.strap.ble import BleStrap
from drivers.strap.measurement import HEART_RATE_SERVICE
from drivers.wanted import Binding
from station.ports import Clock, HeartRateSample, Link

SCAN_S, PULSE_S = 6.0, 8.0
AT_MOST = 6
"""So many straps are listened to, the nearest first; a clinic's rooms may hold more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StrapHere:
    """A strap that advertises."""

    seen: Seen
    heart_rate_bpm: int | None = None
    """None: it told no pulse within the time, because nobody wears it or another device holds it."""
    about: About | None = None


async def straps_here(
    clock: Clock, radio: Radio, *, scan_s: float = SCAN_S, pulse_s: float = PULSE_S
) -> list[StrapHere]:
    """The straps in the room, the nearest first, each listened to in turn for its pulse.

    Raises:
        DeviceSilent: when there is no Bluetooth to listen with.
    """
    found = await radio.around(HEART_RATE_SERVICE, for_s=scan_s)
    return [await _listened(clock, radio, seen, pulse_s) for seen in found[:AT_MOST]]


async def _listened(clock: Clock, radio: Radio, seen: Seen, pulse_s: float) -> StrapHere:
    strap = BleStrap(clock, radio, Binding(address=seen.address))
    pulse: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def hear(report: HeartRateSample | Link) -> None:
        if isinstance(report, HeartRateSample) and report.heart_rate_bpm is not None and not pulse.done():
            pulse.set_result(report.heart_rate_bpm)

    listening = asyncio.create_task(strap.run(hear))
    try:
        await asyncio.wait([pulse], timeout=pulse_s)
    finally:
        listening.cancel()
        await asyncio.wait([listening])
    return StrapHere(seen=seen, heart_rate_bpm=pulse.result() if pulse.done() else None, about=strap.about)
