import asyncio
import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import audit_child
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from staff_desk import MORNING, OTHER_PIN, PIN, Wall, desk_at, logged_in
from store_sessions import NOON, SHORT, read_store, recorded, short_readings, stored_short, write_short

from station.errors import StoreChanged
from station.ports import SessionState
from station.staff.desk import Badge, Locked
from station.staff.hr_max import HrMax
from station.staff.mode import Mode
from station.store import audit, database, retention
from station.store.desk import StoredDesk
from station.store.opening import open_store
from station.store.schema import MIGRATIONS
from station.store.sessions import Store
from station.store.writer import SessionWriter
from station.training.patient import HrMaxSource
from station.visit import Picture

CHILD = Path(audit_child.__file__)
MEASURED = HrMax(bpm=182, source=HrMaxSource.MEASURED, on=MORNING.date(), by="KS")


def told(store: Store) -> list[tuple[str, str, dict[str, object] | None]]:
    """Who, what and the facts of each row, oldest first."""
    rows = [
        (line.who, line.what, None if line.facts is None else dict(line.facts))
        for line in audit.lines(store.connection)
    ]
    return rows[::-1]


def test_the_audit_tells_who_did_what_with_the_old_value_and_the_new(tmp_path: Path) -> None:
    wall = Wall()
    with desk_at(tmp_path, wall) as (desk, store):
        badge = asyncio.run(desk.set_up("KS", PIN))
        asyncio.run(desk.log_in(badge.therapist, OTHER_PIN))
        desk.create(badge, "K-0001", Picture.SUN)
        desk.set_birth_year(badge, "K-0001", 1986)
        desk.set_birth_year(badge, "K-0001", 1968)
        desk.set_mode(badge, Mode.SHADOW)
        desk.profile(badge, "K-0001")
        desk.lock(badge, Locked.UNTOUCHED)

        rows = told(store)

    assert [(who, what) for who, what, _ in rows] == [
        ("station", "update"),
        ("KS", "therapist"),
        ("KS", "wrong_pin"),
        ("KS", "patient"),
        ("KS", "change"),
        ("KS", "change"),
        ("KS", "change"),
        ("KS", "view"),
        ("KS", "lock"),
    ]
    assert rows[5][2] == {"code": "K-0001", "field": "birth_year", "old": 1986, "new": 1968}
    assert rows[6][2] == {"field": "mode", "old": "full", "new": "shadow"}
    assert rows[7][2] == {"code": "K-0001", "viewed": "profile"}


def test_a_session_is_told_at_its_start_and_its_end(tmp_path: Path) -> None:
    with open_store(tmp_path, wall=NOON).store as store:
        with SessionWriter(store.path) as log:
            session_id = log.open(patient=SHORT, code="K7Q4", at_s=0.0, wall=NOON, mode=Mode.SHADOW)
            for second in recorded(SHORT, short_readings(0.0, 20)):
                log.record(second)
            log.close(SessionState.CLOSED, wall=NOON, summary={"ended_by": "stop_pressed"})
        rows = told(store)

    assert [what for _, what, _ in rows] == ["update", "session_started", "session_ended"]
    assert rows[1][2] == {"code": "K7Q4", "session": session_id, "mode": "shadow"}
    assert rows[2][2] == {"code": "K7Q4", "session": session_id, "state": "closed", "ended_by": "stop_pressed"}


def test_a_wrong_pin_is_told_without_its_digits(tmp_path: Path) -> None:
    with desk_at(tmp_path, Wall()) as (desk, store):
        badge = asyncio.run(desk.set_up("KS", PIN))
        asyncio.run(desk.log_in(badge.therapist, OTHER_PIN))

        assert OTHER_PIN not in str(told(store))


def audited(data: Path) -> None:
    with desk_at(data, Wall()) as (desk, _):
        badge = asyncio.run(logged_in(desk))
        desk.create(badge, "K-0001", Picture.SUN)
        for bpm in (180, 182, 184, 186):
            desk.set_hr_max(badge, "K-0001", HrMax(bpm=bpm, source=HrMaxSource.MEASURED, on=MORNING.date(), by="KS"))


def test_the_chain_is_what_its_description_says(tmp_path: Path) -> None:
    audited(tmp_path)

    with closing(sqlite3.connect(tmp_path / "motbakke.sqlite3")) as connection:
        found = connection.execute("SELECT n, at, who, what, facts, commitment, hash FROM audit ORDER BY n").fetchall()

    before = ""
    for n, at, who, what, facts, commitment, chained in found:
        assert commitment == sha256(facts.encode()).hexdigest()
        row = json.dumps([n, at, who, what, commitment, before], separators=(",", ":"), ensure_ascii=False)
        assert chained == sha256(row.encode()).hexdigest()
        before = chained
    assert len(found) == 7


@pytest.mark.parametrize(
    ("tampering", "fault"),
    [
        ("UPDATE audit SET facts = replace(facts, '182', '128') WHERE facts LIKE '%\"bpm\":182%'", "facts of row"),
        ("UPDATE audit SET who = 'BO' WHERE n = 4", "row 4 was changed"),
        ("UPDATE audit SET at = '2020-01-01T00:00:00.000+00:00' WHERE n = 2", "row 2 was changed"),
        ("DELETE FROM audit WHERE n = 3", "row 3 is missing"),
        ("DELETE FROM audit WHERE n = 1", "row 1 is missing"),
        ("UPDATE audit SET facts = NULL WHERE n = 5", "no erasure names it"),
        ("UPDATE audit SET facts = NULL, erased_by = 6 WHERE n = 5", "no erasure names it"),
        ("UPDATE audit SET hash = 'ff' WHERE n = 5", "row 5 was changed"),
    ],
)
def test_a_row_that_was_changed_or_taken_away_is_found(tmp_path: Path, tampering: str, fault: str) -> None:
    audited(tmp_path)
    with read_store(tmp_path) as store:
        assert audit.verify(store.connection).faults == ()

        store.connection.execute(tampering)

        assert any(fault in told_of for told_of in audit.verify(store.connection).faults)


def test_rows_cut_off_at_the_end_change_the_newest_hash(tmp_path: Path) -> None:
    audited(tmp_path)
    with read_store(tmp_path) as store:
        head = audit.verify(store.connection).head

        store.connection.execute("DELETE FROM audit WHERE n = (SELECT max(n) FROM audit)")

        assert audit.verify(store.connection).head != head


def test_an_erased_patient_leaves_the_chain_whole(tmp_path: Path) -> None:
    with desk_at(tmp_path, Wall()) as (desk, store):
        badge = asyncio.run(logged_in(desk))
        for code in ("K-0001", "K-0002"):
            desk.create(badge, code, Picture.SUN)
            desk.set_hr_max(badge, code, MEASURED)
        with SessionWriter(store.path) as log:
            write_short(log, code="K-0001")

        asyncio.run(desk.erase(badge, "K-0001"))

        verdict = audit.verify(store.connection)
        assert (verdict.faults, verdict.erased) == ((), 4)
        assert "K-0001" not in str(told(store))
        assert told(store)[-1][:2] == ("KS", "erased")
        facts = told(store)[-1][2]
        assert facts is not None
        gone = [line.n for line in audit.lines(store.connection) if line.facts is None]
        assert facts["rows"] == sorted(gone)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit SET facts = NULL, erased_by = {erasure} WHERE n = {other}",
        "UPDATE audit SET facts = NULL, erased_by = {erasure} WHERE n = {erasure}",
        "UPDATE audit SET facts = json_set(facts, '$.rows', json_array({other})) WHERE n = {erasure}",
        "UPDATE audit SET facts = 'no JSON', commitment = sha256('no JSON') WHERE n = {erasure}",
    ],
)
def test_no_row_that_was_emptied_by_hand_hides_behind_an_erasure(tmp_path: Path, tampering: str) -> None:
    with desk_at(tmp_path, Wall()) as (desk, store):
        badge = asyncio.run(logged_in(desk))
        for code in ("K-0001", "K-0002"):
            desk.create(badge, code, Picture.SUN)
        asyncio.run(desk.erase(badge, "K-0001"))
        by_code = {
            line.facts["code"]: line.n for line in audit.lines(store.connection) if (line.facts or {}).get("code")
        }
        erasure = next(line.n for line in audit.lines(store.connection) if line.what == audit.What.ERASED)
        assert audit.verify(store.connection).faults == ()

        store.connection.execute(tampering.format(erasure=erasure, other=by_code["K-0002"]))

        assert audit.verify(store.connection).faults


def test_an_audit_without_a_row_is_not_whole_where_there_are_sessions_or_patients(tmp_path: Path) -> None:
    with desk_at(tmp_path, Wall()) as (desk, store):
        store.connection.execute("DELETE FROM audit")
        assert audit.verify(store.connection).faults == ()

        desk.create(asyncio.run(logged_in(desk)), "K-0001", Picture.SUN)
        store.connection.execute("DELETE FROM audit")

        assert audit.verify(store.connection).faults == (
            "all rows were taken away: there is none (sessions here: 0, patients: 1)",
        )


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit SET facts = x'ff' WHERE n = 1",
        "UPDATE audit SET who = x'00' WHERE n = 1",
        "UPDATE audit SET facts = CAST(x'7bff7d' AS TEXT) WHERE n = 1",
        "ALTER TABLE audit RENAME COLUMN hash TO hush",
    ],
)
def test_tampering_that_breaks_the_question_is_told_as_tampering(tmp_path: Path, tampering: str) -> None:
    stored_short(tmp_path)
    with read_store(tmp_path) as store:
        store.connection.execute(tampering)

        (fault,) = audit.verify(store.connection).faults

    assert "the records were changed from outside" in fault
    assert "disk's space" not in fault


@pytest.mark.parametrize("what", [("at", "yesterday"), ("facts", "{bad"), ("facts", "[]"), ("who", b"0")])
def test_a_row_that_cannot_be_read_is_named_in_the_list(tmp_path: Path, what: tuple[str, str | bytes]) -> None:
    stored_short(tmp_path)
    with read_store(tmp_path) as store:
        store.connection.execute(f"UPDATE audit SET {what[0]} = ? WHERE n = 1", what[1:])  # noqa: S608

        with pytest.raises(StoreChanged, match="row 1 of the audit cannot be read"):
            list(audit.lines(store.connection))


def test_erasures_of_an_older_version_are_named_when_the_store_is_brought_up_to_date(tmp_path: Path) -> None:
    before = next(n for n, step in enumerate(MIGRATIONS) if any("taken (n)" in sql for sql in step))
    path = database.make(tmp_path)
    with closing(database.connect(path)) as connection:
        database.migrate(connection, MIGRATIONS[:before])
        for number in range(1, 4):
            connection.execute(*audit.row(NOON, "KS", audit.What.VIEW, {"code": "K-0001", "viewed": str(number)}))
        connection.execute(*audit.row(NOON, "KS", audit.What.ERASED, {"sessions": [], "entries": 1}))
        connection.execute("UPDATE audit SET facts = NULL, erased_by = 4 WHERE n IN (1, 3)")
        connection.execute(*audit.row(NOON, "KS", audit.What.VIEW, {"viewed": "patients"}))

        database.migrate(connection)

        assert audit.verify(connection).faults == ()
        assert dict(next(audit.lines(connection, most=1)).facts or {}) == {"sessions": [], "entries": 0, "rows": [1, 3]}
        connection.execute("UPDATE audit SET facts = NULL, erased_by = 4 WHERE n = 2")
        assert audit.verify(connection).faults == ("the facts of row 2 are gone, and no erasure names it",)


def test_the_audit_of_an_older_version_is_chained_when_the_store_is_brought_up_to_date(tmp_path: Path) -> None:
    path = database.make(tmp_path)
    with closing(database.connect(path)) as connection:
        database.migrate(connection, MIGRATIONS[:3])
        for number in range(3):
            connection.execute(
                "INSERT INTO audit (at, what, json) VALUES ('2026-11-01T12:00:00.000+00:00', 'erased', ?)",
                (json.dumps({"sessions": [f"{number}"]}),),
            )

    with open_store(tmp_path, wall=NOON).store as store:
        verdict = audit.verify(store.connection)

        assert (verdict.rows, verdict.faults) == (4, ())
        assert told(store)[0] == ("station", "erased", {"sessions": ["0"]})


def test_old_sessions_that_are_purged_are_told(tmp_path: Path) -> None:
    stored_short(tmp_path)
    with read_store(tmp_path) as store:
        store.connection.execute("UPDATE outbox SET state = 'acked', acked_at = '2026-01-01T00:00:00.000+00:00'")
        retention.purge(store.connection, now=NOON, keep_days=14)

        assert told(store)[-1] == ("sync", "purged", {"sessions": 1, "keep_days": 14})
        assert audit.verify(store.connection).faults == ()


def killed_after(data: Path, entries: int) -> int:
    """The HRmax that was acknowledged last by a child that was killed after so many entries."""
    with subprocess.Popen([sys.executable, CHILD, data], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        said = [child.stdout.readline() for _ in range(entries)]
        child.send_signal(signal.SIGKILL)
        said += child.stdout.read().splitlines(keepends=True)
    return int([line for line in said if line.endswith("\n")][-1])


def test_the_chain_is_whole_and_the_acknowledged_entry_is_there_after_each_kill(tmp_path: Path) -> None:
    rows = 0
    for entries in (5, 1, 12):
        acknowledged = killed_after(tmp_path, entries)

        with desk_at(tmp_path, Wall()) as (desk, store):
            verdict = audit.verify(store.connection)
            hr_max = desk.profile(asyncio.run(logged_in(desk)), "K-0001").hr_max

        assert verdict.faults == ()
        assert verdict.rows > rows + entries
        rows = verdict.rows
        # The entry after the one acknowledged may have reached the disk, too; nothing half-way is possible.
        assert hr_max is not None
        assert hr_max.bpm in {acknowledged, 150 + (acknowledged - 150 + 1) % 50}


steps = st.lists(
    st.sampled_from(["log_in", "wrong", "change", "mode", "erase", "create", "lock", "session"]),
    min_size=1,
    max_size=12,
)


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_whatever_is_done_in_whatever_order_the_chain_is_whole(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    wall = Wall()
    with desk_at(tmp_path_factory.mktemp("audit"), wall) as (desk, store):
        badge = asyncio.run(logged_in(desk))
        for step in steps:
            wall.passes(400)
            if step in {"log_in", "lock"}:
                desk.lock(badge, Locked.BY_HAND)
                badge = asyncio.run(logged_in(desk))
            elif step == "wrong":
                asyncio.run(desk.log_in(badge.therapist, OTHER_PIN))
            elif step == "create" and not desk.people():
                desk.create(badge, desk.free_code(), Picture.SUN)
            else:
                one_thing(desk, badge, store, step)

        assert audit.verify(store.connection).faults == ()


def one_thing(desk: StoredDesk, badge: Badge, store: Store, step: str) -> None:
    codes = [line.code for line in desk.people()]
    match step:
        case "mode":
            desk.set_mode(badge, Mode.DECREASE_ONLY)
        case "change" if codes:
            desk.set_hr_max(badge, codes[0], MEASURED)
        case "erase" if codes:
            asyncio.run(desk.erase(badge, codes[0]))
        case "session" if codes:
            with SessionWriter(store.path, commit_every_s=0.001) as log:
                write_short(log, code=codes[0], seconds=3)
        case _:
            pass
