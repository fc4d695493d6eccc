"""The station's records as the commands use them: where they lie, how they are opened, and what a session came to.

Opening mends: a damaged file is moved aside and kept, a session that was cut short is taken up again or closed.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import msgspec
from rich.console import Console

from station.coach.coaching import Coaching, after, begin, outcome
from station.ports import Clock
from station.store.boot import boot_id
from station.store.sessions import Store, Unfinished, open_store
from station.store.writer import SessionWriter
from station.training.patient import Patient
from station.training.reading import Reading


def data_folder() -> Path:
    """Where sessions are kept when nobody says otherwise: the user's own data folder."""
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "motbakke"


def folded(patient: Patient, readings: Sequence[Reading]) -> Coaching:
    """A recorded session, folded again through the core."""
    return reduce(after, readings, begin(patient))


def summarise(patient: Patient, readings: Sequence[Reading]) -> dict[str, object]:
    """What a recorded session came to, as it is stored."""
    return dict(msgspec.to_builtins(outcome(folded(patient, readings))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """The open store, its writer, and the session that waits to be taken up again."""

    store: Store
    writer: SessionWriter
    unfinished: Unfinished | None

    def last_in_zone_s(self, code: str) -> float | None:
        """Seconds in the zone in this patient's last session, None when there was none."""
        last = self.store.last_of(code)
        return last.in_zone_s if last else None


@contextmanager
def records(data: Path, clock: Clock, console: Console) -> Iterator[Records]:
    """The store in this folder, opened, mended and with a writer; closed again in the end."""
    opened = open_store(data, wall=clock.wall())
    with opened.store as store:
        if opened.moved_aside:
            console.print(f"The store was damaged. It is kept as {opened.moved_aside}; a new one was begun.")
        unfinished = store.unfinished(now_s=clock.now_s(), boot_id=boot_id())
        for closed in store.recover(wall=clock.wall(), summarise=summarise, but=unfinished):
            console.print(f"Session {closed[:8]} had been cut short; it is closed and kept.")
        with SessionWriter(store.path) as writer:
            if unfinished:
                writer.resume(unfinished)
            yield Records(store=store, writer=writer, unfinished=unfinished)
