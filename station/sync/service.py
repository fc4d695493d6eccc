"""The sync as a service: goes on for ever, a bundle at a time, without being in anybody's way.

Polite to the server (one request in flight, at most six sessions a minute), and to the patient: while somebody
trains nothing is sent, unless the settings allow it, because Wi-Fi and the strap share a radio.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from station.store.sessions import Store
from station.sync.worker import SyncReport

LOOK_EACH_S = 60.0
BETWEEN_SESSIONS_S = 10.0
MANY_WAITING = 5
LONGEST_FIRST_WAIT_S = 900.0
"""A thousand stations that come back from the same outage do not come in the same second."""
GENTLE_FOR_S, GENTLE_PAUSE_S = 3600.0, 240.0
"""And in the first hour a backlog is sent with pauses of two minutes on the mean: the newest session goes first, also
one that has just ended, and a thousand backlogs together are less than ten sessions a second."""

Step = Callable[[], SyncReport]
"""Tries one session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long to wait, in seconds."""

    look_each_s: float = LOOK_EACH_S
    between_sessions_s: float = BETWEEN_SESSIONS_S
    longest_first_wait_s: float = LONGEST_FIRST_WAIT_S
    gentle_for_s: float = GENTLE_FOR_S
    gentle_pause_s: float = GENTLE_PAUSE_S


def serve(  # noqa: PLR0913  # what it does, and what it must not disturb
    data: Path,
    step: Step,
    *,
    wait: Callable[[float], bool],
    tell: Callable[[str], None],
    during_sessions: bool = False,
    pace: Pace | None = None,
    spread: Callable[[float, float], float] = random.uniform,
) -> None:
    """Send what waits until `wait`, which lets so many seconds pass, says that it is time to stop.

    `tell` is given a line for each session that was tried.

    Raises:
        StoreError: the store cannot be read.
    """
    pace = pace or Pace()
    trained_s = _trained(data)
    gentle_left_s = 0.0
    if _waiting(data) > MANY_WAITING:
        if wait(spread(0.0, pace.longest_first_wait_s)):
            return
        gentle_left_s = pace.gentle_for_s
    while True:
        before_s, trained_s = trained_s, _trained(data)
        if trained_s is not None and trained_s != before_s and not during_sessions:
            pause_s = pace.between_sessions_s
        else:
            report = step()
            for outcome in report.outcomes:
                tell(outcome.line)
            pause_s = pace.between_sessions_s if report.due else pace.look_each_s
            if report.due and gentle_left_s > 0:
                pause_s = max(pause_s, spread(0.0, pace.gentle_pause_s))
        gentle_left_s -= pause_s
        if wait(pause_s):
            return


def _trained(data: Path) -> int | None:
    """How many seconds the open session has; while somebody trains it grows."""
    with Store.at(data) as store:
        return store.open_seconds()


def _waiting(data: Path) -> int:
    with Store.at(data) as store:
        return sum(line.upload in ("pending", "sending") for line in store.sessions())
