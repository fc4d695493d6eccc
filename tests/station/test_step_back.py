"""After an upgrade that turned out badly: the earlier version gets the records it can read, or nothing is changed."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from store_sessions import NOON, read_store, stored_short

from station.errors import StoreError
from station.store import database
from station.store.opening import open_store
from station.store.schema import MIGRATIONS
from station.store.step_back import step_back

NEWEST = len(MIGRATIONS)
OLDER = NEWEST - 1


def upgraded(data: Path) -> list[str]:
    """Two sessions of the version before, and then this version's first start."""
    sessions = stored_short(data, count=2)
    with closing(sqlite3.connect(data / database.FILE_NAME)) as connection:
        connection.execute("ALTER TABLE proposal DROP COLUMN source")  # the newest migration, undone
        connection.execute(f"PRAGMA user_version = {OLDER}")
    open_store(data, wall=NOON).store.close()
    return sessions


def version_of(data: Path) -> int:
    with closing(sqlite3.connect(data / database.FILE_NAME)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def sessions_in(data: Path) -> list[str]:
    with closing(sqlite3.connect(data / database.FILE_NAME)) as connection:
        return [row[0] for row in connection.execute("SELECT id FROM session ORDER BY number")]


def test_an_upgrade_that_recorded_nothing_is_taken_back_with_all_that_was_there(tmp_path: Path) -> None:
    sessions = upgraded(tmp_path)

    said = step_back(tmp_path, OLDER)

    assert version_of(tmp_path) == OLDER
    assert sessions_in(tmp_path) == sessions
    assert "nothing has been recorded since" in said
    assert not list(tmp_path.glob(".step-back-*"))


def test_forward_and_back_again_as_often_as_one_likes(tmp_path: Path) -> None:
    sessions = upgraded(tmp_path)

    for _ in range(2):
        step_back(tmp_path, OLDER)
        open_store(tmp_path, wall=NOON).store.close()

    assert version_of(tmp_path) == NEWEST
    assert sessions_in(tmp_path) == sessions


def test_a_sync_that_reached_no_server_is_no_reason_to_stay(tmp_path: Path) -> None:
    upgraded(tmp_path)
    with closing(sqlite3.connect(tmp_path / database.FILE_NAME)) as connection:
        connection.execute("UPDATE outbox SET attempts = 3, last_error = 'away', not_before = '2026-01-01'")
        connection.execute("INSERT INTO meta VALUES ('server_rest', '{}')")
        connection.commit()

    step_back(tmp_path, OLDER)

    assert version_of(tmp_path) == OLDER


def test_records_of_the_newer_version_are_never_left_behind_unasked(tmp_path: Path) -> None:
    upgraded(tmp_path)
    stored_short(tmp_path)

    with pytest.raises(StoreError, match=r"changes in: .*reading.*session.*--leave-newer-records"):
        step_back(tmp_path, OLDER)

    assert version_of(tmp_path) == NEWEST
    assert len(sessions_in(tmp_path)) == 3


def test_a_patient_who_was_erased_since_does_not_come_back_unasked(tmp_path: Path) -> None:
    upgraded(tmp_path)
    with closing(sqlite3.connect(tmp_path / database.FILE_NAME)) as connection:
        connection.execute("DELETE FROM rr")
        connection.commit()

    with pytest.raises(StoreError, match="changes in: rr"):
        step_back(tmp_path, OLDER)


def test_whoever_asks_for_it_gets_the_old_records_and_keeps_the_new_ones_beside(tmp_path: Path) -> None:
    sessions = upgraded(tmp_path)
    stored_short(tmp_path)

    said = step_back(tmp_path, OLDER, leave_newer=True)

    kept = tmp_path / f"{database.FILE_NAME}.of-version-{NEWEST}"
    assert sessions_in(tmp_path) == sessions
    assert str(kept) in said
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT count(*) FROM session").fetchone() == (3,)


def test_a_version_that_reads_the_records_changes_nothing(tmp_path: Path) -> None:
    stored_short(tmp_path)

    step_back(tmp_path, NEWEST)

    assert version_of(tmp_path) == NEWEST
    with read_store(tmp_path) as store:
        assert len(store.sessions()) == 1


def test_without_the_copy_the_newer_version_stays(tmp_path: Path) -> None:
    upgraded(tmp_path)
    for copy in tmp_path.glob("*.before-version-*"):
        copy.unlink()

    with pytest.raises(StoreError, match="stay with this version"):
        step_back(tmp_path, OLDER)
    assert version_of(tmp_path) == NEWEST


def test_a_running_station_keeps_its_records(tmp_path: Path) -> None:
    upgraded(tmp_path)
    running = open_store(tmp_path, wall=NOON).store

    with pytest.raises(StoreError, match="the station is running"):
        step_back(tmp_path, OLDER)
    running.close()


def test_without_records_there_is_nothing_to_do(tmp_path: Path) -> None:
    assert "no records" in step_back(tmp_path, OLDER)
