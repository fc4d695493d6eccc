"""The end of a demo: what its session came to, and where it lies, if it could be kept."""

import shlex
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from station.coach.coaching import Outcome, StrengthOutcome
from station.errors import StoreError
from station.ports import SessionState
from station.records import data_folder
from station.store.kept import SessionLine
from station.store.sessions import Store
from station.terminal import print_summary


def newest_ended(store: Store) -> str | None:
    """The id of the newest session, save one that goes on; None when there is none."""
    return next((line.id for line in store.sessions() if line.state is not SessionState.OPEN), None)


def ended(console: Console, came_to: Outcome | StrengthOutcome, data: Path, before: str | None) -> None:
    """Print what the session came to and where it lies; `before` is the newest that had ended when it began.

    Raises:
        StoreError: it could not be kept, or not to its end.
    """
    print_summary(console, came_to)
    for line in _where(data, _whole(data, before)):
        console.print(line, soft_wrap=True)


def _whole(data: Path, before: str | None) -> SessionLine:
    with Store.at(data) as store:
        newest = next(iter(store.sessions()), None)
    if newest is None or newest.id == before:
        message = f"this session does not lie in {data}: it could not be kept. The message above says why"
        raise StoreError(message)
    if newest.state is SessionState.OPEN:
        message = f"session {newest.id[:8]} could not be kept to its end in {data}. The message above says why"
        raise StoreError(message)
    return newest


def _where(data: Path, session: SessionLine) -> Iterator[str]:
    yield f"Session {session.id[:8]} lies in {data}."
    folder = "" if data == data_folder() else f" --data {shlex.quote(str(data))}"
    yield f"Look again with: ./run motbakke sessions{folder}, and ./run motbakke replay {session.id[:8]}{folder}"
