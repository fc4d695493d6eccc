"""What stands around the virtual machine, on this side: the treadmill at the other end of its USB cable, the clinic."""

import contextlib
import select
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drivers.simulated.trackmaster_console import TrackmasterConsole
from drivers.simulated.treadmill import SimulatedTreadmill
from drivers.treadmill.codec import SpeedUnit

sys.path.insert(0, str(Path(__file__).parent.parent))
from sync_servers import clinic  # the tests' own server

__all__ = ["TreadmillOnACable", "clinic"]

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
        with socket.socket(socket.AF_UNIX) as cable:
            cable.connect(str(self._path))
            while not self._left.is_set():
                ready, _, _ = select.select([cable], [], [], STEP_S)
                now_s = time.monotonic()
                self.treadmill.step(now_s - moved_s)
                moved_s = now_s
                if not ready:
                    continue
                asked = cable.recv(4096)
                if not asked:
                    return
                self.questions += len(asked)
                with contextlib.suppress(OSError):
                    cable.sendall(self.console.feed(asked))
