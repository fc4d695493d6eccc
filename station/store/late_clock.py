"""Wall times of sessions that ended before the station's clock was set: set right once it is, in the same boot."""

import sqlite3
from datetime import datetime

from station.ports import SIMULATED
from station.store.boot import ClockQuality, boot_id, clock_quality
from station.store.closing import correction_rows
from station.store.database import told, transaction


def set_right(
    connection: sqlite3.Connection, *, now_s: float, wall: datetime, quality: ClockQuality | None = None
) -> int:
    """Reckon back the start of each ended session of this boot whose clock was not set; how many there were.

    `now_s` is the machine's monotonic clock, which the readings' is, at the instant `wall`. A session of which
    anything may have reached the server stays as it is: there it would be another one. So does a sealed one, and a
    simulated one, whose clock is not the machine's.

    Raises:
        StoreError: the disk fails.
    """
    quality = quality or clock_quality()
    if quality is not ClockQuality.SYNCED:
        return 0
    with told("set wall times right"), transaction(connection):
        found = connection.execute(
            """
            SELECT session.id, started_at_s, outbox.id FROM session JOIN outbox ON outbox.session = session.number
            WHERE clock_quality = ? AND boot_id = ? AND has_left = 0 AND sealed IS NULL
              AND outbox.state IN ('pending', 'blocked') AND substr(pseudonym, 1, ?) != ? AND started_at_s <= ?
            """,
            (ClockQuality.UNSYNCED, boot_id(), len(SIMULATED), SIMULATED, now_s),
        ).fetchall()
        for session_id, started_at_s, item_id in found:
            for sql, values in correction_rows(session_id, wall=wall, lasted_s=now_s - started_at_s, quality=quality):
                connection.execute(sql, values)
            # What was built with the wrong times is built anew.
            connection.execute("UPDATE outbox SET payload = NULL WHERE id = ?", (item_id,))
    return len(found)
