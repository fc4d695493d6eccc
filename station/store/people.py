"""The patients in the store: code, picture, and everything that was entered for them, the newest of a kind in force.

Knows the rows; who may change them is `station.store.desk`'s to know.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from station.errors import StoreError
from station.ports import is_simulated
from station.staff.clearance import Clearance
from station.staff.codes import stored as code_of
from station.staff.desk import Entry, EntryKind, PersonLine
from station.staff.hr_max import HrMax
from station.staff.one_rm import OneRmEntry
from station.staff.plan import Plan
from station.staff.profile import LastSession, Profile, Proposal
from station.store import audit
from station.store.audit import What
from station.store.database import told, transaction
from station.store.rows import Statement, to_json
from station.training.patient import HrMaxSource
from station.visit import Picture

Value = HrMax | Plan | Clearance | OneRmEntry | int | date
_TYPES: dict[EntryKind, Any] = {
    EntryKind.HR_MAX: HrMax,
    EntryKind.PLAN: Plan,
    EntryKind.CLEARANCE: Clearance,
    EntryKind.BIRTH_YEAR: int,
    EntryKind.MEDICATION: date,
    EntryKind.ONE_RM: OneRmEntry,
}
_PERSON = "(SELECT id FROM person WHERE code = ?)"


def lines(connection: sqlite3.Connection) -> tuple[PersonLine, ...]:
    """All patients in the order of their codes, with their last sessions.

    Raises:
        StoreError: the store cannot be read.
    """
    with told("list the patients"):
        found = connection.execute(
            """
            SELECT code, picture, session.id, start_wall, json_extract(summary, '$.in_zone_s')
            FROM person LEFT JOIN session ON session.number = (
                SELECT max(number) FROM session
                WHERE pseudonym = code AND state IN ('closed', 'recovered')
            )
            ORDER BY code
            """
        ).fetchall()
    return tuple(
        PersonLine(code=code, picture=Picture(picture), last_session=_last(*session))
        for code, picture, *session in found
    )


def add_row(code: str, picture: Picture, at: datetime) -> Statement:
    """The statement that makes a patient."""
    return Statement("INSERT INTO person (code, picture, created) VALUES (?, ?, ?)", (code, picture, _utc(at)))


def entry_row(code: str, kind: EntryKind, value: Value, *, at: datetime, by: str) -> Statement:
    """The statement that enters this for the patient; it replaces nothing, the newest counts."""
    return Statement(
        f"INSERT INTO entry (person, kind, at, entered_by, json) VALUES ({_PERSON}, ?, ?, ?, ?)",  # noqa: S608  # ours
        (code, kind, _utc(at), by, to_json(value)),
    )


def one_rm_entered(connection: sqlite3.Connection, code: str, one_rm: OneRmEntry, *, at: datetime, by: str) -> None:
    """Enter this 1RM, with the old and the new one in the audit: both or neither.

    Raises:
        StoreError: there is no such patient, or the disk fails; nothing was changed.
    """
    old = profile(connection, code).one_rm(one_rm.exercise)
    row = entry_row(code, EntryKind.ONE_RM, one_rm, at=at, by=by)
    facts = {"code": code, "field": EntryKind.ONE_RM, "old": old, "new": one_rm}
    keep(connection, by, What.CHANGE, facts, at, row)


def erase_rows(code: str) -> list[Statement]:
    """The statements that delete the patient and all that was entered."""
    return [
        *(Statement(f"DELETE FROM {table} WHERE person = {_PERSON}", (code,)) for table in ("entry", "proposal")),  # noqa: S608
        Statement("DELETE FROM person WHERE code = ?", (code,)),
    ]


def entries_of(connection: sqlite3.Connection, code: str) -> int:
    """How many entries and proposals there are of this patient."""
    with told("count a patient's entries"):
        return sum(
            int(connection.execute(f"SELECT count(*) FROM {table} WHERE person = {_PERSON}", (code,)).fetchone()[0])  # noqa: S608
            for table in ("entry", "proposal")
        )


def history(connection: sqlite3.Connection, code: str) -> tuple[Entry, ...]:
    """Everything that was entered for this patient and can be read by this version, newest first.

    Raises:
        StoreError: the store cannot be read.
    """
    with told("read a patient's history"):
        found = connection.execute(
            f"SELECT kind, at, entered_by, json FROM entry WHERE person = {_PERSON} ORDER BY id DESC",  # noqa: S608
            (code,),
        ).fetchall()
    return tuple(
        Entry(kind=EntryKind(kind), at=datetime.fromisoformat(at), by=by, value=value)
        for kind, at, by, text in found
        if (value := _value(EntryKind(kind), text)) is not None
    )


def profile(connection: sqlite3.Connection, code: str) -> Profile:
    """What is in force for this patient.

    Raises:
        StoreError: there is no such patient, or the store cannot be read.
    """
    with told("read a patient"):
        found = connection.execute("SELECT picture FROM person WHERE code = ?", (code,)).fetchone()
        newest = connection.execute(
            f"SELECT kind, json FROM entry WHERE id IN (SELECT max(id) FROM entry WHERE person = {_PERSON} "  # noqa: S608
            "GROUP BY kind, CASE kind WHEN 'one_rm' THEN json_extract(json, '$.exercise') END) ORDER BY id",
            (code,),
        ).fetchall()
    if found is None:
        message = "there is no patient with this code. `motbakke patient list` lists them"
        raise StoreError(message)
    one_rms = [_value(EntryKind.ONE_RM, text) for kind, text in newest if kind == EntryKind.ONE_RM]
    in_force = {EntryKind(kind): _value(EntryKind(kind), text) for kind, text in newest if kind != EntryKind.ONE_RM}
    known: dict[str, Any] = {FIELDS[kind]: value for kind, value in in_force.items() if value is not None}
    return Profile(
        code=code,
        picture=Picture(found[0]),
        unreadable=None in in_force.values() or None in one_rms,
        one_rms=tuple(entry for entry in one_rms if isinstance(entry, OneRmEntry)),
        proposals=proposals(connection, code),
        last_session=last_session(connection, code),
        **known,
        **_plans(connection, code),
    )


def _plans(connection: sqlite3.Connection, code: str) -> dict[str, Any]:
    """When the plan was entered, and the one that holds when it is an HRmax test whose day is over."""
    with told("read a patient's plans"):
        found = connection.execute(
            f"SELECT at, json FROM entry WHERE person = {_PERSON} AND kind = 'plan' ORDER BY id DESC",  # noqa: S608
            (code,),
        ).fetchall()
    if not found:
        return {}
    plans = (_value(EntryKind.PLAN, text) for _, text in found)
    otherwise = (plan for plan in plans if isinstance(plan, Plan) and not plan.prescription.hr_max_test)
    entered_on = datetime.fromisoformat(found[0][0]).astimezone().date()
    return {"plan_on": entered_on, "plan_otherwise": next(otherwise, Plan())}


def proposals(connection: sqlite3.Connection, code: str) -> tuple[Proposal, ...]:
    """The readings above HRmax that nobody has answered yet, newest first."""
    with told("read the proposals"):
        found = connection.execute(
            f"SELECT id, bpm, seen, session, source FROM proposal WHERE person = {_PERSON} AND answered IS NULL "  # noqa: S608
            "ORDER BY id DESC",
            (code,),
        ).fetchall()
    return tuple(
        Proposal(id=number, bpm=bpm, seen=datetime.fromisoformat(seen), session=session, source=HrMaxSource(source))
        for number, bpm, seen, session, source in found
    )


def last_session(connection: sqlite3.Connection, code: str) -> LastSession | None:
    """The patient's newest ended session."""
    with told("read a patient's last session"):
        found = connection.execute(
            "SELECT id, start_wall, json_extract(summary, '$.in_zone_s') FROM session "
            "WHERE pseudonym = ? AND state IN ('closed', 'recovered') ORDER BY number DESC LIMIT 1",
            (code,),
        ).fetchone()
    return None if found is None else _last(*found)


def stored_code(connection: sqlite3.Connection, code: str) -> str:
    """The code as it is stored, whatever the case of the letters that were typed: a patient's, or a session's.

    Raises:
        StoreError: nobody has it, or several have it in another case.
    """
    with told("read the codes"):
        found = connection.execute("SELECT code FROM person UNION SELECT pseudonym FROM session").fetchall()
    try:
        known = code_of(code, (each for (each,) in found))
    except ValueError as error:
        raise StoreError(str(error)) from error
    if known is None:
        message = "nobody here has this code. `motbakke patient list` and `motbakke sessions` show the codes there are"
        raise StoreError(message)
    return known


def codes(connection: sqlite3.Connection) -> frozenset[str]:
    """Every code that is or was in use here: a new patient never gets the sessions of another."""
    with told("read the codes"):
        found = connection.execute("SELECT code FROM person UNION SELECT pseudonym FROM session").fetchall()
    return frozenset(code for (code,) in found if not is_simulated(code))


FIELDS = {
    EntryKind.HR_MAX: "hr_max",
    EntryKind.PLAN: "plan",
    EntryKind.CLEARANCE: "clearance",
    EntryKind.BIRTH_YEAR: "birth_year",
    EntryKind.MEDICATION: "medication_changed",
    EntryKind.ONE_RM: "one_rms",
}


def _value(kind: EntryKind, text: str) -> Value | None:
    """The entry, or None when another version wrote it in a way this one cannot read."""
    try:
        value: Value = msgspec.json.decode(text, type=_TYPES[kind])
    except msgspec.DecodeError:
        return None
    return value


def _last(session_id: str | None, began: str | None, in_zone_s: float | None) -> LastSession | None:
    if session_id is None or began is None:
        return None
    return LastSession(id=session_id, began=datetime.fromisoformat(began), in_zone_s=in_zone_s)


def keep(
    connection: sqlite3.Connection, who: str, what: What, facts: Mapping[str, object], at: datetime, *rows: Statement
) -> None:
    """These rows and their line in the audit: both or neither.

    Raises:
        StoreError: the disk fails; nothing was changed.
    """
    with told("keep an entry"), transaction(connection):
        run_all(connection, [*rows, audit.row(at, who, what, facts)])


def run_all(connection: sqlite3.Connection, statements: Iterable[Statement]) -> None:
    """Execute the statements in the transaction that is open."""
    for sql, values in statements:
        connection.execute(sql, values)


def _utc(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="milliseconds")
