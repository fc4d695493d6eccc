import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import store_sessions
from patience import wait_until
from store_sessions import NOON, SHORT, recorded, short_readings, write_short

from station.errors import StoreError
from station.ports import SessionState
from station.store.opening import open_store
from station.store.sessions import Store
from station.store.writer import SessionWriter

CHILD = Path(store_sessions.__file__).with_name("store_child.py")


def stored_seconds(data: Path) -> list[float]:
    with Store.at(data) as store:
        return [reading.at_s for line in store.sessions() for reading in store.readings(line.id)]


def test_every_acknowledged_second_is_there_after_a_kill(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, CHILD, tmp_path], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        acknowledged = [float(child.stdout.readline()) for _ in range(300)][-1]
        child.send_signal(signal.SIGKILL)
        # What it had still said before it died was acknowledged too.
        said = child.stdout.read().split("\n")
        acknowledged = max([acknowledged, *(float(line) for line in said[:-1])])

    seconds = stored_seconds(tmp_path)

    assert seconds[-1] >= acknowledged
    assert seconds == [1000.0 + n for n in range(len(seconds))]
    assert open_store_again_is_whole(tmp_path)


def open_store_again_is_whole(data: Path) -> bool:
    opened = open_store(data, wall=NOON)
    opened.store.close()
    return opened.moved_aside is None


def test_a_full_disk_is_told_and_nothing_is_lost_once_there_is_room(tmp_path: Path) -> None:
    child = subprocess.run(
        [sys.executable, CHILD, tmp_path, "full"], capture_output=True, text=True, check=True, timeout=120
    )

    said = child.stdout.split("\n")
    told_at_s = float(next(line for line in said if line.startswith("full")).split()[1])

    assert "mended" in said
    # The last second was given in the very call that told of the full disk.
    assert stored_seconds(tmp_path) == [1000.0 + n for n in range(int(told_at_s) - 1000 + 1)]


def test_a_missing_disk_is_told_on_the_next_call_and_at_the_end(tmp_path: Path) -> None:
    writer = SessionWriter(tmp_path / "nowhere" / "motbakke.sqlite3", commit_every_s=0.005)
    writer.open(patient=SHORT, code="K7Q4", at_s=1000.0, wall=NOON)
    wait_until(lambda: not writer.healthy)

    with pytest.raises(StoreError, match="the session is not being stored"):
        writer.record(next(recorded(SHORT, short_readings())))
    with pytest.raises(StoreError, match="the session is not being stored"):
        writer.shutdown()


def test_a_close_that_never_reached_the_disk_says_so(tmp_path: Path) -> None:
    writer = SessionWriter(tmp_path / "nowhere" / "motbakke.sqlite3", commit_every_s=60.0)
    writer.open(patient=SHORT, code="K7Q4", at_s=1000.0, wall=NOON)
    try:
        done = writer.close(SessionState.CLOSED, wall=NOON)
    except StoreError:
        done = None
    with pytest.raises(StoreError):
        writer.shutdown()

    assert done is None or isinstance(done.exception(timeout=0), StoreError)


def test_a_disk_that_comes_back_gets_every_second(tmp_path: Path) -> None:
    data = tmp_path / "later"
    with SessionWriter(data / "motbakke.sqlite3", commit_every_s=0.005) as writer:
        writer.open(patient=SHORT, code="K7Q4", at_s=1000.0, wall=NOON)
        wait_until(lambda: not writer.healthy)
        for second in recorded(SHORT, short_readings()):
            with pytest.raises(StoreError):
                writer.record(second)

        open_store(data, wall=NOON).store.close()
        wait_until(lambda: writer.healthy)

        assert writer.trouble is None
    assert stored_seconds(data) == [reading.at_s for reading in short_readings()]


def test_the_seconds_of_a_moment_share_a_commit_but_a_new_phase_does_not_wait(tmp_path: Path) -> None:
    first, *_, last = seconds = tuple(recorded(SHORT, short_readings(seconds=20)))
    assert first.phase is not last.phase
    with open_store(tmp_path, wall=NOON).store as store, SessionWriter(store.path, commit_every_s=3600) as writer:
        writer.open(patient=SHORT, code="K7Q4", at_s=1000.0, wall=NOON)
        for second in seconds:
            writer.record(second)

        # The interval begins at 1011 s; the hour between commits has not passed.
        wait_until(lambda: (writer.stored_to_s or 0.0) >= 1011.0)


def test_closing_a_session_fills_the_outbox_in_the_same_commit(tmp_path: Path) -> None:
    with open_store(tmp_path, wall=NOON).store as store, SessionWriter(store.path) as writer:
        session_id = write_short(writer, close=False)
        wait_until(lambda: writer.stored_to_s is not None)
        store.connection.execute(
            "CREATE TRIGGER no_outbox BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'no'); END"
        )

        done = writer.close(SessionState.CLOSED, wall=NOON, summary={"in_zone_s": 1.0})
        wait_until(lambda: not writer.healthy)

        assert store.header(session_id).state is SessionState.OPEN
        store.connection.execute("DROP TRIGGER no_outbox")
        done.result(timeout=30)
        assert store.header(session_id).state is SessionState.CLOSED
        assert store.connection.execute("SELECT state FROM outbox").fetchall() == [("pending",)]


def test_a_second_session_waits_until_the_first_is_closed(tmp_path: Path) -> None:
    with open_store(tmp_path, wall=NOON).store as store, SessionWriter(store.path) as writer:
        write_short(writer, close=False)

        with pytest.raises(StoreError, match="open already"):
            write_short(writer)


def test_without_an_open_session_there_is_nothing_to_keep(tmp_path: Path) -> None:
    with open_store(tmp_path, wall=NOON).store as store, SessionWriter(store.path) as writer:
        with pytest.raises(StoreError, match="no session is open"):
            writer.record(next(recorded(SHORT, short_readings())))
        with pytest.raises(StoreError, match="no session is open"):
            writer.event(0.0, "button")
        with pytest.raises(StoreError, match="no session is open"):
            writer.close(SessionState.CLOSED, wall=NOON)


def test_a_commit_outlives_a_power_cut() -> None:
    from station.store.database import connect

    connection = connect(Path(":memory:"))
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    connection.close()


def test_the_store_is_written_ahead(tmp_path: Path) -> None:
    open_store(tmp_path, wall=NOON).store.close()

    connection = sqlite3.connect(tmp_path / "motbakke.sqlite3")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
