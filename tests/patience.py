"""Waiting in threads' tests: until something is true, with a deadline, never for a fixed time."""

import threading
from collections.abc import Callable

LOOK_EVERY_S = 0.005


def wait_until(true: Callable[[], bool], *, within_s: float = 30.0) -> None:
    """Return as soon as it is true.

    Raises:
        TimeoutError: it did not become true in time.
    """
    pause = threading.Event()
    for _ in range(int(within_s / LOOK_EVERY_S)):
        if true():
            return
        pause.wait(LOOK_EVERY_S)
    raise TimeoutError
