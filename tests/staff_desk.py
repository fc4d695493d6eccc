"""For the tests of the therapist's desk: a store in a folder, quick hashes, and a wall clock that is set by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from argon2 import PasswordHasher

from station.staff.desk import Badge
from station.store.desk import StoredDesk
from station.store.opening import open_store
from station.store.sessions import Store

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""As weak as argon2 allows, so that a test takes no second over it."""
PIN, OTHER_PIN = "483920", "771204"
MORNING = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


class Wall:
    """A wall clock that stands until it is moved."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@contextmanager
def desk_at(data: Path, wall: Wall) -> Iterator[tuple[StoredDesk, Store]]:
    """The desk of a station that has its store here."""
    with open_store(data, wall=wall.now).store as store:
        yield StoredDesk(data, store.connection, wall=wall, hasher=QUICK), store


async def logged_in(desk: StoredDesk) -> Badge:
    """The first therapist, made when there is none."""
    if not desk.therapists():
        return await desk.set_up("KS", PIN)
    found = await desk.log_in(desk.therapists()[0], PIN)
    assert found.badge is not None
    return found.badge
