"""The watch that every test is under sees what a test forgets."""

import asyncio
import subprocess
import sys

from left_behind import children, unfinished_tasks


def test_a_task_that_nobody_ended_is_seen_and_one_that_ended_is_not() -> None:
    loop = asyncio.new_event_loop()

    async def begin() -> asyncio.Task[None]:
        return loop.create_task(asyncio.sleep(3600))

    task = loop.run_until_complete(begin())
    try:
        assert task in unfinished_tasks()
    finally:
        task.cancel()
        loop.run_until_complete(asyncio.wait([task]))
        loop.close()
    assert task not in unfinished_tasks()


def test_a_child_process_is_seen_while_it_lives() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert child.pid in children()
    assert child.pid not in children()
