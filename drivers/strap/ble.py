"""A Bluetooth strap: its beats, and what it tells of itself.

Responsible for which strap is taken and what its bytes mean; `drivers.notifications` keeps the connection.
"""

from collections.abc import Mapping

from drivers.notifications import Notifier, Wanted
from drivers.radio import Patience, Radio
from drivers.strap.about import READS, About, about, remark
from drivers.strap.measurement import HEART_RATE_MEASUREMENT, HEART_RATE_SERVICE, decode, sample
from station.ports import Clock, HeartRateSample, StrapReport

__all__ = ["BleStrap", "Patience"]


class BleStrap:
    """A heart-rate strap over Bluetooth LE; the one with this address or name if given, else the first to be seen."""

    def __init__(
        self,
        clock: Clock,
        *,
        address: str | None = None,
        name: str | None = None,
        radio: Radio | None = None,
        patience: Patience | None = None,
    ) -> None:
        self.about: About | None = None
        """What the strap tells of itself; None before it was connected."""
        wanted = Wanted(
            device="strap",
            service=HEART_RATE_SERVICE,
            characteristic=HEART_RATE_MEASUREMENT,
            address=address,
            name=name,
            invitation="looking for a heart rate strap; put it on, moistened",
            silence="the strap is out of reach, taken off, or its battery is empty",
            reads=READS,
        )
        self._notifier = Notifier[HeartRateSample](
            clock, wanted, _beats, learn=self._learn, radio=radio, patience=patience
        )

    async def run(self, report: StrapReport) -> None:
        """Find the strap, report what it sends, and find it again when it is lost; for ever."""
        await self._notifier.run(report)

    def _learn(self, found: Mapping[str, bytes]) -> str:
        self.about = about(found)
        return remark(self.about)


def _beats(packet: bytes, at_s: float) -> HeartRateSample:
    return sample(decode(packet), at_s)
