"""Time: the wall's own, or a faster one for demos and tests. The only module that asks the machine what time it is."""

import asyncio
import math
import time
from datetime import UTC, datetime, timedelta

MOST_CAUGHT_UP = 0.5
"""How much of a step a late ticker may make up for: every simulated second keeps at least half of its real time,
so that the devices in it get their turn on a slow machine."""


class RealClock:
    """The machine's own monotonic time."""

    def now_s(self) -> float:
        """Monotonic seconds."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Let this many seconds pass."""
        await asyncio.sleep(seconds)

    async def sleep_until(self, at_s: float) -> None:
        """Wait for that instant; returns at once when it has passed."""
        while (left_s := at_s - self.now_s()) > 0:  # noqa: ASYNC110  # a clock is what there is to ask
            await asyncio.sleep(left_s)

    def wait(self, seconds: float) -> None:
        """Block the calling thread for this many seconds."""
        time.sleep(seconds)

    def real_s(self, seconds: float) -> float:
        """The same: this clock's seconds are real ones."""
        return seconds

    def wall(self) -> datetime:
        """The machine's date and time, in its own time zone."""
        return datetime.now(UTC).astimezone()


class FastClock:
    """Time that runs `rate` times as fast as the wall's, but never past the instant its ticker waits for.

    The application's ticker calls `sleep_until` once a second; that instant is the horizon at which time stands
    still until the ticker asks for the next. A slow machine therefore stretches simulated time and loses none of it.
    Before the first `sleep_until` nothing holds time back.
    """

    def __init__(self, rate: float, *, start_s: float = 0.0) -> None:
        """Start now, at this second of simulated time.

        Raises:
            ValueError: when the rate is not a positive number.
        """
        if not 0 < rate < math.inf:
            message = f"the rate of time must be above 0, not {rate:g}"
            raise ValueError(message)
        self._rate = rate
        self._wall_at_0 = datetime.now(UTC).astimezone()
        # (simulated, real, horizon) replaced as one: other threads always read three that belong together.
        self._anchor = (start_s, time.monotonic(), math.inf)
        self._start_s = start_s

    def now_s(self) -> float:
        """Simulated seconds since the start; safe to call from any thread."""
        return self._reached_and_late_s(self._anchor)[0]

    async def sleep(self, seconds: float) -> None:
        """Sleep for the real time that this many simulated seconds nominally take."""
        await asyncio.sleep(seconds / self._rate)

    async def sleep_until(self, at_s: float) -> None:
        """Let time run up to that instant and no further; for the one ticker of the application."""
        reached_s, late_s = self._reached_and_late_s(self._anchor)
        horizon_s = max(at_s, reached_s)
        caught_up_s = min(late_s, MOST_CAUGHT_UP * (horizon_s - reached_s))
        self._anchor = (reached_s + caught_up_s, time.monotonic(), horizon_s)
        await asyncio.sleep(0)
        while (left_s := at_s - self.now_s()) > 0:  # noqa: ASYNC110  # a clock is what there is to ask
            await asyncio.sleep(left_s / self._rate)

    def wait(self, seconds: float) -> None:
        """Block the calling thread for the real time that this many simulated seconds nominally take."""
        time.sleep(seconds / self._rate)

    def real_s(self, seconds: float) -> float:
        """The real seconds that this many simulated ones nominally take."""
        return seconds / self._rate

    def wall(self) -> datetime:
        """The date and time at the start, moved on by the simulated seconds."""
        return self._wall_at_0 + timedelta(seconds=self.now_s() - self._start_s)

    def _reached_and_late_s(self, anchor: tuple[float, float, float]) -> tuple[float, float]:
        """Simulated time, and how far it would be ahead of that without a horizon.

        The machine is asked after the anchor was read: the other way round, another thread could see time go back.
        """
        simulated_s, anchored_s, horizon_s = anchor
        free_s = simulated_s + (time.monotonic() - anchored_s) * self._rate
        return min(free_s, horizon_s), max(0.0, free_s - horizon_s)
