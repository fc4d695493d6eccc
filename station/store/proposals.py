"""Readings above HRmax in stored sessions: found when somebody looks at the patient, kept until somebody answers.

Looking is cheap: a session is looked through once, and only when it has ten seconds above the HRmax it began with.
"""

import sqlite3
from datetime import UTC, datetime

from station.errors import StoreError
from station.staff.higher import HELD_S, highest_held
from station.store import rows
from station.store.database import told, transaction
from station.store.rows import Statement
from station.training.zones import HIGHEST_HR_MAX_BPM


def look(connection: sqlite3.Connection, code: str) -> None:
    """Look through the patient's sessions that ended since the last look.

    Raises:
        StoreError: the store cannot be read or written.
    """
    with told("look for readings above HRmax"):
        person = connection.execute("SELECT id, looked_to FROM person WHERE code = ?", (code,)).fetchone()
        if person is None:
            return
        new = connection.execute(
            """
            SELECT number, session.id, hr_max_bpm, start_wall,
                   (SELECT count(*) FROM reading WHERE session = number AND heart_rate_bpm > hr_max_bpm)
            FROM session WHERE pseudonym = ? AND number > ? AND state IN ('closed', 'recovered') ORDER BY number
            """,
            (code, person[1]),
        ).fetchall()
        if not new:
            return
        found = [
            (person[0], bpm, session_id, began)
            for _, session_id, hr_max_bpm, began, seconds in new
            if seconds >= HELD_S and (bpm := _highest(connection, session_id, hr_max_bpm)) is not None
        ]
        with transaction(connection):
            connection.executemany(
                "INSERT OR IGNORE INTO proposal (person, bpm, session, seen) VALUES (?, ?, ?, ?)", found
            )
            connection.execute("UPDATE person SET looked_to = ? WHERE id = ?", (new[-1][0], person[0]))


def open_one(connection: sqlite3.Connection, proposal: int) -> tuple[str, int]:
    """Whose proposal it is (the code), and its beats.

    Raises:
        StoreError: there is none that waits for an answer.
    """
    with told("read a proposal"):
        found = connection.execute(
            "SELECT code, bpm FROM proposal JOIN person ON person.id = person "
            "WHERE proposal.id = ? AND answered IS NULL",
            (proposal,),
        ).fetchone()
    if found is None:
        message = "this proposal has been answered already"
        raise StoreError(message)
    return str(found[0]), int(found[1])


def answer_row(proposal: int, at: datetime, *, take: bool) -> Statement:
    """The statement that answers it."""
    when = at.astimezone(UTC).isoformat(timespec="milliseconds")
    return Statement("UPDATE proposal SET answered = ?, taken = ? WHERE id = ?", (when, take, proposal))


def _highest(connection: sqlite3.Connection, session_id: str, above_bpm: int) -> int | None:
    found = connection.execute(rows.SELECT_READINGS, (session_id,)).fetchall()
    highest = highest_held((rows.reading_of(row) for row in found), above_bpm=above_bpm)
    return None if highest is None else min(highest, HIGHEST_HR_MAX_BPM)
