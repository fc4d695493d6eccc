"""What the sync does besides sending: tells the server of erasures, keeps the store small and its ballast in place."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from station.store import late_clock, retention, space
from station.store.sessions import Store
from station.sync.delivery import Delivery
from station.sync.verdict import Meaning

log = logging.getLogger(__name__)


def erasures_told(data: Path, delivery: Delivery) -> Iterator[str]:
    """Tell the server of each erasure it does not know of yet; a line for staff about each.

    Raises:
        StoreError: the store cannot be read or written.
    """
    with Store.at(data) as store:
        for session_id in retention.tombstones(store.connection):
            verdict = delivery.erase(session_id)
            yield f"erasure of session {session_id[:8]}: {verdict.sentence}"
            if verdict.meaning is not Meaning.ACKED:
                return
            retention.tombstone_told(store.connection, session_id, now=datetime.now(UTC))


def clock_corrected(data: Path, *, now_s: float, wall: datetime) -> None:
    """Set the wall times of waiting sessions right, when the clock has been set since they ended.

    Raises:
        StoreError: the store cannot be read or written.
    """
    with Store.at(data) as store:
        if corrected := late_clock.set_right(store.connection, now_s=now_s, wall=wall):
            log.info("the clock is set: the times of %d sessions were reckoned back", corrected)


def tidied(data: Path, *, keep_days: int, now: datetime) -> None:
    """Delete the course of sessions the clinic has had for so many days, and old copies of the store.

    Raises:
        StoreError: the store cannot be read or written.
    """
    with Store.at(data) as store:
        if purged := retention.purge(store.connection, now=now, keep_days=keep_days):
            log.info("deleted the course of %d sessions that the clinic has", purged)
    for copy in retention.old_copies(data, now=now, keep_days=keep_days):
        copy.unlink(missing_ok=True)
        log.info("deleted the copy made before an update: %s", copy.name)
    space.keep_ballast(data)
