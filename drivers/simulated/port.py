"""A simulated treadmill's serial port: a pty under a path of your choice, which any program opens like a real one.

Responsible for the pty and its link: plugging in, answering, unplugging. A pty has no baud rate; with `paced` the
answers take the time they would take at the console's baud.
"""

import asyncio
import contextlib
import os
import pty
import tty
from collections.abc import Callable, Collection
from pathlib import Path

from drivers.simulated.console import Console
from drivers.simulated.faults import Fault, Mischief
from drivers.simulated.trackmaster_console import TrackmasterConsole
from drivers.simulated.treadmill import SimulatedTreadmill
from drivers.treadmill.codec import SpeedUnit
from station.errors import SettingsError
from station.ports import Clock

STEP_S = 0.1
MOST_READ = 4096
BITS_PER_BYTE = 10


class SimulatedPort:
    """A serial port that answers. `answer` gets the bytes that come in and returns those that go out."""

    def __init__(
        self, link: Path, answer: Callable[[bytes], bytes], clock: Clock, *, paced_at_baud: int | None = None
    ) -> None:
        self.link = link
        self.received = bytearray()
        """Every byte that came in since the start."""
        self._answer = answer
        self._clock = clock
        self._baud = paced_at_baud
        self._inbox: asyncio.Queue[bytes] = asyncio.Queue()
        self._ends: tuple[int, int] | None = None

    async def run(self) -> None:
        """Plug in, answer until cancelled, unplug."""
        self.plug_in()
        try:
            while True:
                await self._answered(await self._inbox.get())
        finally:
            self.unplug()

    def plug_in(self) -> None:
        """Make a pty and put its path under the link; does nothing when it is plugged in already."""
        if self._ends is not None:
            return
        near, far = pty.openpty()
        # Raw before anyone opens it: by default a pty echoes and rewrites line ends. The far end stays open here,
        # or the near end would report a hang-up for ever between two readers.
        tty.setraw(far)
        os.set_blocking(near, False)
        self._ends = (near, far)
        self._put_link(os.ttyname(far))
        asyncio.get_running_loop().add_reader(near, self._take_in, near)

    def unplug(self) -> None:
        """Pull the cable: whoever reads the port sees it hang up, and the link is gone."""
        if self._ends is None:
            return
        near, far = self._ends
        self._ends = None
        asyncio.get_running_loop().remove_reader(near)
        self.link.unlink(missing_ok=True)
        os.close(near)
        os.close(far)

    def send(self, data: bytes) -> None:
        """Send bytes nobody asked for; unplugged or with nobody reading, they go nowhere."""
        if self._ends is not None:
            with contextlib.suppress(BlockingIOError):
                os.write(self._ends[0], data)

    async def _answered(self, data: bytes) -> None:
        answer = self._answer(data)
        if self._baud is not None:
            await self._clock.sleep((len(data) + len(answer)) * BITS_PER_BYTE / self._baud)
        self.send(answer)

    def _take_in(self, near: int) -> None:
        data = os.read(near, MOST_READ)
        self.received += data
        self._inbox.put_nowait(data)

    def _put_link(self, target: str) -> None:
        if self.link.exists() and not self.link.is_symlink():
            raise SettingsError(f"{self.link}: something else has this name, and it stays. Choose another path")
        fresh = self.link.with_name(f".{self.link.name}.new")
        try:
            fresh.unlink(missing_ok=True)
            fresh.symlink_to(target)
            fresh.replace(self.link)
        except OSError as error:
            raise SettingsError(f"{self.link}: no link can be put there ({error.strerror}). Choose another") from error


async def serve(  # noqa: PLR0913  # a treadmill, its face, its cable
    link: Path,
    clock: Clock,
    treadmill: SimulatedTreadmill,
    console: Console,
    *,
    paced_at_baud: int | None = None,
    faults: Collection[Fault] = (),
    seed: int = 1,
) -> None:
    """Serve a treadmill with this console under that path and let its belt and hill move, until cancelled.

    The belt stands still at first and obeys whoever opens the port.
    """
    mischief = Mischief(console, faults, seed=seed)
    port = SimulatedPort(link, mischief.answer, clock, paced_at_baud=paced_at_baud)
    async with asyncio.TaskGroup() as group:
        group.create_task(port.run())
        group.create_task(_move(treadmill, clock))
        group.create_task(mischief.run(port, clock))


async def serve_trackmaster(
    link: Path,
    clock: Clock,
    treadmill: SimulatedTreadmill,
    *,
    unit: SpeedUnit,
    paced_at_baud: int | None = 4800,
) -> None:
    """Serve a Trackmaster treadmill without faults."""
    await serve(link, clock, treadmill, TrackmasterConsole(treadmill, unit=unit), paced_at_baud=paced_at_baud)


async def _move(treadmill: SimulatedTreadmill, clock: Clock) -> None:
    moved_to_s = clock.now_s()
    while True:
        await clock.sleep(STEP_S)
        now_s = clock.now_s()
        treadmill.step(now_s - moved_to_s)
        moved_to_s = now_s
