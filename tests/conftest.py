"""What every test gets: a fixture that fails any test leaving a task, a thread or a child process behind."""

import asyncio
import contextlib
import gc
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("motbakke", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("motbakke")

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")


def _children() -> set[int]:
    found = set()
    for task in Path("/proc/self/task").iterdir():
        # A thread may end between being listed and being asked.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            found |= {int(pid) for pid in (task / "children").read_text(encoding="ascii").split()}
    return found


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fail a test that leaves a thread, a child process or a running task behind."""
    threads, children = set(threading.enumerate()), _children()
    yield
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        left = [thread for thread in threading.enumerate() if thread not in threads and thread.is_alive()]
        born = _children() - children
        if not left and not born:
            break
        time.sleep(0.01)
    else:
        pytest.fail(f"left behind: threads {left}, child processes {sorted(born)}")
    tasks = [task for task in gc.get_objects() if isinstance(task, asyncio.Task) and not task.done()]
    if tasks:
        pytest.fail(f"left behind: tasks {tasks}")
