"""What stored sessions say of HRmax: found when somebody looks at the patient, kept until somebody answers.

Each session is looked through once. An all-out test speaks for its highest heart rate; another session for a clean one
above the HRmax it began with or, where that was only an estimate and a 4x4 was done exactly as it should, for 15 more.
"""

import sqlite3
from datetime import UTC, datetime

import msgspec

from station.errors import StoreError
from station.staff.higher import highest_held
from station.staff.session_test import Second, hr_max_of_4x4, hr_max_of_test
from station.store import rows
from station.store.database import told, transaction
from station.store.rows import Statement
from station.training.patient import HrMaxSource, Patient
from station.training.zones import HIGHEST_HR_MAX_BPM


def look(connection: sqlite3.Connection, code: str) -> None:
    """Look through the patient's sessions that ended since the last look.

    Raises:
        StoreError: the store cannot be read or written.
    """
    with told("look for what sessions say of HRmax"):
        person = connection.execute("SELECT id, looked_to FROM person WHERE code = ?", (code,)).fetchone()
        if person is None:
            return
        new = connection.execute(
            """
            SELECT number, id, plan, start_wall FROM session
            WHERE pseudonym = ? AND number > ? AND state IN ('closed', 'recovered') ORDER BY number
            """,
            (code, person[1]),
        ).fetchall()
        if not new:
            return
        found = [
            (person[0], *proposed, session_id, began)
            for _, session_id, plan, began in new
            if (proposed := _proposed(connection, session_id, plan)) is not None
        ]
        with transaction(connection):
            connection.executemany(
                "INSERT OR IGNORE INTO proposal (person, bpm, source, session, seen) VALUES (?, ?, ?, ?, ?)", found
            )
            connection.execute("UPDATE person SET looked_to = ? WHERE id = ?", (new[-1][0], person[0]))


def open_one(connection: sqlite3.Connection, proposal: int) -> tuple[str, int, HrMaxSource]:
    """Whose proposal it is (the code), its beats, and what the HRmax would be called.

    Raises:
        StoreError: there is none that waits for an answer.
    """
    with told("read a proposal"):
        found = connection.execute(
            "SELECT code, bpm, source FROM proposal JOIN person ON person.id = person "
            "WHERE proposal.id = ? AND answered IS NULL",
            (proposal,),
        ).fetchone()
    if found is None:
        message = "this proposal has been answered already"
        raise StoreError(message)
    return str(found[0]), int(found[1]), HrMaxSource(found[2])


def answer_row(proposal: int, at: datetime, *, take: bool) -> Statement:
    """The statement that answers it."""
    when = at.astimezone(UTC).isoformat(timespec="milliseconds")
    return Statement("UPDATE proposal SET answered = ?, taken = ? WHERE id = ?", (when, take, proposal))


def _proposed(connection: sqlite3.Connection, session_id: str, plan: str) -> tuple[int, HrMaxSource] | None:
    try:
        patient = msgspec.json.decode(plan, type=Patient)
    except msgspec.DecodeError:
        # Another version's plan: nothing can be said of its session.
        return None
    if patient.prescription.strength is not None:
        return None
    seconds = [
        Second(reading=rows.reading_of(row), phase=row[7], interval=row[8])
        for row in connection.execute(rows.SELECT_READINGS, (session_id,))
    ]
    if patient.prescription.all_out_interval is not None:
        bpm, source = hr_max_of_test(patient.prescription, seconds), HrMaxSource.MEASURED
    else:
        by_rule = hr_max_of_4x4(patient.prescription, seconds) if patient.hr_max_estimated else None
        above = highest_held((each.reading for each in seconds), above_bpm=patient.hr_max_bpm)
        bpm = max((each for each in (by_rule, above) if each is not None), default=None)
        source = HrMaxSource.SESSION
    return None if bpm is None else (min(bpm, HIGHEST_HR_MAX_BPM), source)
