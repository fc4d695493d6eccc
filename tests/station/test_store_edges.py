from pathlib import Path

import pytest
from store_sessions import NOON, read_store, stored_short

from station.errors import StoreError
from station.store import database, looking
from station.store.boot import ClockQuality, boot_id, clock_quality
from station.store.opening import open_store


def test_a_boot_has_a_name_of_its_own() -> None:
    assert boot_id() == Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def test_two_boots_without_a_name_are_never_taken_for_the_same(tmp_path: Path) -> None:
    assert boot_id(tmp_path / "nothing") != boot_id(tmp_path / "nothing")


def test_the_clock_counts_as_set_once_the_time_service_says_so(tmp_path: Path) -> None:
    flag = tmp_path / "synchronized"

    before = clock_quality(flag)
    flag.touch()

    assert (before, clock_quality(flag)) == (ClockQuality.UNSYNCED, ClockQuality.SYNCED)


def test_a_store_that_cannot_be_opened_is_not_taken_for_a_damaged_one(tmp_path: Path) -> None:
    (tmp_path / database.FILE_NAME).mkdir()

    with pytest.raises(StoreError, match="mend its permissions"):
        open_store(tmp_path, wall=NOON)
    with pytest.raises(StoreError, match="cannot read"):
        looking.is_broken(tmp_path / database.FILE_NAME)
    with pytest.raises(StoreError, match="could not open"):
        database.connect(tmp_path / database.FILE_NAME)
    assert (tmp_path / database.FILE_NAME).is_dir()


def test_a_damaged_store_found_by_a_reader_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / database.FILE_NAME).write_bytes(b"no database at all" * 400)

    with pytest.raises(StoreError, match="file is not a database"):
        read_store(tmp_path)


def test_a_station_that_could_not_open_its_store_lets_go_of_the_folder(tmp_path: Path) -> None:
    stored_short(tmp_path)
    connection = database.connect(tmp_path / database.FILE_NAME)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="a newer Motbakke"):
        open_store(tmp_path, wall=NOON)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()

    open_store(tmp_path, wall=NOON).store.close()


def test_a_reading_of_an_unknown_kind_is_told_in_a_sentence(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    with read_store(tmp_path) as store:
        store.connection.execute("""UPDATE reading SET more = '{"pressed": ["dance"]}' WHERE n = 3""")
        with pytest.raises(StoreError, match="cannot be read by this version"):
            list(store.readings(session_id))
