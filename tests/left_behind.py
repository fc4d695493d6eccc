"""What a test can leave behind in this process: tasks, threads, child processes."""

import asyncio
import contextlib
import sys
from pathlib import Path


def children() -> set[int]:
    """The numbers of this process's child processes."""
    found = set()
    for task in Path("/proc/self/task").iterdir():
        # A thread may end between being listed and being asked.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            found |= {int(pid) for pid in (task / "children").read_text(encoding="ascii").split()}
    return found


def unfinished_tasks() -> list[asyncio.Task[object]]:
    """The tasks of all loops, closed ones too, that have not ended.

    From asyncio's own list, private as it is: to look at every object of this process after each test is slow.
    """
    known = asyncio.tasks._scheduled_tasks if sys.version_info >= (3, 12) else asyncio.tasks._all_tasks
    return [task for task in known if not task.done()]
