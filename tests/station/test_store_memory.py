"""What the coach learns of a patient, and how it survives: from session to session, and from version to version."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from store_sessions import NOON, SHORT, read_store, recorded, short_readings, stored_short

from station.errors import StoreError
from station.ports import SessionState
from station.store import database, earlier
from station.store.boot import boot_id
from station.store.opening import open_store
from station.store.schema import MIGRATIONS
from station.store.sessions import Store
from station.store.unfinished import left_open
from station.store.writer import SessionWriter


def trained(writer: SessionWriter, code: str, learnt: dict[str, object] | None, prior: tuple[object, ...] = ()) -> str:
    session_id = writer.open(patient=SHORT, code=code, at_s=1000.0, wall=NOON, prior=prior)  # type: ignore[arg-type]
    for second in recorded(SHORT, short_readings(seconds=2)):
        writer.record(second)
    writer.close(SessionState.CLOSED, wall=NOON, learnt=learnt).result(timeout=30)
    return session_id


def test_what_was_learnt_is_offered_to_the_patients_next_session_newest_first(tmp_path: Path) -> None:
    with open_store(tmp_path, wall=NOON).store as store, SessionWriter(store.path) as writer:
        for number in range(5):
            trained(writer, "AAAA", {"gain": number, "lag": {"up_s": 31.5}})
        trained(writer, "AAAA", None)
        trained(writer, "BBBB", {"gain": 99})

        assert earlier.learnt_of(store, "AAAA") == [{"gain": n, "lag": {"up_s": 31.5}} for n in (4, 3, 2)]
        assert earlier.learnt_of(store, "AAAA", most=1) == [{"gain": 4, "lag": {"up_s": 31.5}}]
        assert earlier.learnt_of(store, "CCCC") == []


def test_a_session_knows_what_the_coach_knew_when_it_began(tmp_path: Path) -> None:
    prior = ({"gain": 1.5}, {"gain": 1.25})
    with open_store(tmp_path, wall=NOON).store as store, SessionWriter(store.path) as writer:
        with_prior = trained(writer, "AAAA", None, prior)
        without = trained(writer, "AAAA", None)

        assert store.prior_of(with_prior) == prior
        assert store.prior_of(without) == ()


def test_a_session_that_is_taken_up_again_brings_its_prior_along(tmp_path: Path) -> None:
    with open_store(tmp_path, wall=NOON).store as store:
        with SessionWriter(store.path) as writer:
            writer.open(patient=SHORT, code="AAAA", at_s=1000.0, wall=NOON, prior=[{"gain": 1.5}])
            writer.record(next(recorded(SHORT, short_readings())))

        unfinished = left_open(store, age_s=lambda _: 1.0, boot_id=boot_id())

    assert unfinished is not None
    assert unfinished.prior == ({"gain": 1.5},)


def test_what_was_learnt_of_one_patient_can_be_forgotten(tmp_path: Path) -> None:
    with open_store(tmp_path, wall=NOON).store as store, SessionWriter(store.path) as writer:
        trained(writer, "AAAA", {"gain": 1})
        trained(writer, "BBBB", {"gain": 2})

        store.connection.execute(*earlier.forget_row("AAAA"))

        assert (earlier.learnt_of(store, "AAAA"), earlier.learnt_of(store, "BBBB")) == ([], [{"gain": 2}])
        assert len(store.sessions()) == 2


def of_version_1(data: Path) -> Path:
    """A store as the first version made it, with one session in it."""
    path = database.make(data)
    with closing(database.connect(path)) as connection:
        database.migrate(connection, MIGRATIONS[:1])
        connection.execute("INSERT INTO station VALUES ('the station', '2026-11-23T12:00:00+00:00')")
        connection.execute(
            "INSERT INTO session VALUES (1, 'an-old-id', 'AAAA', '{\"hr_max_bpm\": 180}', 'closed', "
            "'2026-11-23T12:00:00+00:00', 0, 'boot', 'synced', 180, '0.1.0', '2026-11-23T12:40:00+00:00', NULL)"
        )
    return path


def test_a_store_of_the_first_version_is_copied_and_then_brought_up_to_date(tmp_path: Path) -> None:
    path = of_version_1(tmp_path)

    with open_store(tmp_path, wall=NOON).store as store:
        assert store.prior_of("an-old-id") == ()
        assert earlier.learnt_of(store, "AAAA") == []
        assert store.plan("an-old-id").hr_max_bpm == 180

    kept = database.backup(path, 1)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert connection.execute("SELECT id FROM session").fetchall() == [("an-old-id",)]
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_new_store_and_one_of_this_version_are_not_copied(tmp_path: Path) -> None:
    stored_short(tmp_path)
    read_store(tmp_path).close()

    assert list(tmp_path.glob("*before*")) == []


def test_a_store_that_cannot_be_copied_is_not_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = of_version_1(tmp_path)
    monkeypatch.setattr(database, "backup", lambda _path, _version: tmp_path / "no such folder" / "copy")

    with pytest.raises(StoreError, match="Make room on the disk"):
        Store.at(tmp_path)

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
