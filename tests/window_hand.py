"""A hand at a real window under Xvfb: presses keys, touches places, and waits for what the station paints."""

import os
import select
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

SIZE = (1280, 720)
PATIENCE_S = 20.0


def needed(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed: apt-get install xvfb xdotool")
    return found


@contextmanager
def process(*command: str, **options: object) -> Iterator[subprocess.Popen[str]]:
    started = subprocess.Popen(command, text=True, **options)  # type: ignore[call-overload]
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(10)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()
        for pipe in (started.stdin, started.stdout):
            if pipe is not None:
                pipe.close()


@contextmanager
def xvfb() -> Iterator[str]:
    """A screen that nobody sees; Xvfb picks a free number itself."""
    read, write = os.pipe()
    server = needed("Xvfb")
    with process(
        server, "-displayfd", str(write), "-screen", "0", "1280x720x24", "-nolisten", "tcp",
        pass_fds=(write,), stderr=subprocess.DEVNULL,
    ):  # fmt: skip
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        assert number, "Xvfb gave no display"
        yield f":{number}"


class Hand:
    """Presses keys and touches places, and waits until the station shows what it should."""

    def __init__(self, display: str, station: subprocess.Popen[str]) -> None:
        self._xdotool = needed("xdotool")
        self._environment = {**os.environ, "DISPLAY": display}
        assert station.stdout is not None
        self._shown = station.stdout.fileno()
        self.pages: list[str] = []
        self._new: list[str] = []

    def key(self, name: str) -> None:
        self._do("key", name)

    def touch(self, x: int, y: int) -> None:
        self._do("mousemove", str(x), str(y))
        self._do("click", "1")

    def sees(self, page: str, again: Callable[[], None] | None = None) -> None:
        if again is not None:
            again()
        deadline = time.monotonic() + PATIENCE_S
        while page not in self._new:
            left_s = deadline - time.monotonic()
            if left_s <= 0 or not select.select([self._shown], [], [], left_s)[0]:
                pytest.fail(f"{page} was not shown in {PATIENCE_S:.0f} s: {self.pages}")
            told = os.read(self._shown, 4096).decode()
            assert told, f"the station ended before it showed {page}: {self.pages}"
            self.pages += told.splitlines()
            self._new += told.splitlines()
        del self._new[: self._new.index(page) + 1]

    def _do(self, *what: str) -> None:
        subprocess.run([self._xdotool, *what], env=self._environment, check=True, timeout=PATIENCE_S)
