"""A treadmill with Bluetooth FTMS: its speed and incline; it is never written to.

Responsible for which treadmill is taken; `drivers.notifications` keeps the connection, and subscribes to nothing but
Treadmill Data: the control point is left alone.
"""

from dataclasses import replace

from drivers.notifications import Notifier
from drivers.radio import Radio
from drivers.treadmill.ftms import FITNESS_MACHINE_SERVICE, TREADMILL_DATA, decode
from drivers.wanted import NOT_BOUND, Binding, Wanted
from station.ports import BeltReport, BeltSample, Clock

HELD_S = 1.5
"""How long one of two figures is held while it comes in every second packet only."""


TREADMILL = Wanted(
    device="treadmill",
    service=FITNESS_MACHINE_SERVICE,
    characteristic=TREADMILL_DATA,
    invitation="looking for a treadmill with Bluetooth; is it switched on?",
    silence="the treadmill is out of reach or switched off",
)


class FtmsTreadmill:
    """A treadmill over Bluetooth LE; the one it is bound to, or else the first to be seen."""

    def __init__(self, clock: Clock, radio: Radio, binding: Binding = NOT_BOUND) -> None:
        self._notifier = Notifier[BeltSample](clock, radio, replace(TREADMILL, binding=binding), self._belt)
        self._speed: BeltSample | None = None
        self._incline: BeltSample | None = None

    async def run(self, report: BeltReport) -> None:
        """Report the belt's speed and incline; find the treadmill again when it is lost; for ever."""
        await self._notifier.run(report)

    def _belt(self, packet: bytes, at_s: float) -> BeltSample:
        told = decode(packet, at_s)
        if told.speed_kmh is not None:
            self._speed = told
        if told.incline_percent is not None:
            self._incline = told
        fresh_speed = self._speed if self._speed and at_s - self._speed.at_s <= HELD_S else None
        fresh_incline = self._incline if self._incline and at_s - self._incline.at_s <= HELD_S else None
        return replace(
            told,
            speed_kmh=fresh_speed.speed_kmh if fresh_speed else None,
            incline_percent=fresh_incline.incline_percent if fresh_incline else None,
        )
