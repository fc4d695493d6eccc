"""A Bluetooth strap: its beats, and what it tells of itself.

Responsible for which strap is taken and what its bytes mean; `drivers.notifications` keeps the connection.
"""

from collections.abc import Mapping
from dataclasses import replace

from drivers.notifications import Notifier
from drivers.radio import Radio
from drivers.strap.about import READS, About, about, remark
from drivers.strap.measurement import HEART_RATE_MEASUREMENT, HEART_RATE_SERVICE, decode, sample
from drivers.wanted import NOT_BOUND, Binding, Wanted
from station.ports import Clock, HeartRateSample, StrapReport

STRAP = Wanted(
    device="strap",
    service=HEART_RATE_SERVICE,
    characteristic=HEART_RATE_MEASUREMENT,
    invitation="looking for a heart rate strap; put it on, moistened",
    silence="the strap is out of reach, taken off, or its battery is empty",
    reads=READS,
)


class BleStrap:
    """A heart-rate strap over Bluetooth LE; the one it is bound to, or else the first to be seen."""

    def __init__(self, clock: Clock, radio: Radio, binding: Binding = NOT_BOUND) -> None:
        self.about: About | None = None
        """What the strap tells of itself; None before it was connected."""
        wanted = replace(STRAP, binding=binding)
        self._notifier = Notifier[HeartRateSample](clock, radio, wanted, _beats, self._learn)

    async def run(self, report: StrapReport) -> None:
        """Find the strap, report what it sends, and find it again when it is lost; for ever."""
        await self._notifier.run(report)

    def _learn(self, found: Mapping[str, bytes]) -> str:
        self.about = about(found)
        return remark(self.about)


def _beats(packet: bytes, at_s: float) -> HeartRateSample:
    return sample(decode(packet), at_s)
