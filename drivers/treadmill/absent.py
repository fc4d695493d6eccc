"""No treadmill: for a station that stands beside a machine. It says nothing, for ever."""

import asyncio

from station.ports import BeltReport


class NoTreadmill:
    """Nothing to read."""

    async def run(self, report: BeltReport) -> None:
        """Wait for ever; there is nothing to report."""
        del report
        await asyncio.Event().wait()
