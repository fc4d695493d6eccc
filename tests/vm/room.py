"""What stands around the virtual machine, on this side: the treadmill at the other end of its USB cable."""

import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drivers.simulated.trackmaster_console import TrackmasterConsole
from drivers.simulated.treadmill import SimulatedTreadmill
from drivers.treadmill.codec import SpeedUnit

STEP_S = 0.1


class TreadmillOnACable:
    """The package's simulated treadmill, speaking Trackmaster over the socket of QEMU's USB adapter."""

    def __init__(self, path: Path) -> None:
        self.treadmill = SimulatedTreadmill()
        self.console = TrackmasterConsole(self.treadmill, unit=SpeedUnit.KMH)
        self.questions = 0
        self._path = path
        self._left = threading.Event()

    @contextmanager
    def connected(self) -> Iterator["TreadmillOnACable"]:
        """Answer for as long as the `with` lasts."""
        thread = threading.Thread(target=self._live)
        thread.start()
        try:
            yield self
        finally:
            self._left.set()
            thread.join()

    def walk(self, speed_kmh: float, incline_percent: float) -> None:
        """Somebody sets the console and presses START."""
        self.treadmill.set_speed_kmh(speed_kmh)
        self.treadmill.set_incline_percent(incline_percent)
        self.treadmill.start()

    def _live(self) -> None:
        moved_s = time.monotonic()
        while not self._left.is_set():
            with socket.socket(socket.AF_UNIX) as cable:
                try:
                    cable.connect(str(self._path))
                except OSError:  # the machine is off
                    self._left.wait(STEP_S)
                    continue
                moved_s = self._answer(cable, moved_s)

    def _answer(self, cable: socket.socket, moved_s: float) -> float:
        """Answer until the machine is off; when the belt was moved last."""
        while not self._left.is_set():
            ready, _, _ = select.select([cable], [], [], STEP_S)
            now_s = time.monotonic()
            self.treadmill.step(now_s - moved_s)
            moved_s = now_s
            if not ready:
                continue
            try:
                asked = cable.recv(4096)
                cable.sendall(self.console.feed(asked))
            except OSError:
                break
            if not asked:
                break
            self.questions += len(asked)
        return moved_s
