"""What every test gets: a fixture that fails any test leaving a task, a thread or a child process behind."""

import os
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from left_behind import children, unfinished_tasks

settings.register_profile("motbakke", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("motbakke")

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fail a test that leaves a thread, a child process or a running task behind."""
    threads, born_before = set(threading.enumerate()), children()
    yield
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        left = [thread for thread in threading.enumerate() if thread not in threads and thread.is_alive()]
        born = children() - born_before
        if not left and not born:
            break
        time.sleep(0.01)
    else:
        pytest.fail(f"left behind: threads {left}, child processes {sorted(born)}")
    if tasks := unfinished_tasks():
        pytest.fail(f"left behind: tasks {tasks}")
