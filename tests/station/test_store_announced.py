"""A store whose write-ahead log somebody has deleted looks whole: that seconds are missing is told all the same."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import store_sessions
from store_sessions import NOON, SHORT_SECONDS, conclude, stored_short, write_short

from station.store import retention
from station.store.announced import FILE_NAME, Announced, announce, announced
from station.store.opening import open_store
from station.store.unfinished import recover
from station.store.writer import SessionWriter

CHILD = Path(store_sessions.__file__).with_name("store_child.py")


def killed(data: Path, *, seconds: int = 300) -> int:
    """A station that was killed in mid-session; how many seconds it had announced."""
    with subprocess.Popen([sys.executable, CHILD, data], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for _ in range(seconds):
            child.stdout.readline()
        child.kill()
        child.stdout.read()
    said = announced(data)
    assert said is not None
    return said.seconds


def audit(data: Path) -> list[tuple[str, dict[str, object]]]:
    with closing(sqlite3.connect(data / "motbakke.sqlite3")) as connection:
        found = connection.execute("SELECT what, facts FROM audit WHERE what = 'seconds_missing'")
        return [(what, json.loads(facts)) for what, facts in found]


def test_a_deleted_write_ahead_log_is_told_with_what_it_cost(tmp_path: Path) -> None:
    seconds = killed(tmp_path)
    (tmp_path / "motbakke.sqlite3-wal").unlink()

    opened = open_store(tmp_path, wall=NOON)
    opened.store.close()
    again = open_store(tmp_path, wall=NOON)
    again.store.close()

    assert opened.missing is not None
    assert seconds >= 30
    assert (opened.missing.seconds, opened.missing.left) == (seconds, 0)
    assert "0 of them are left: the store's -wal file was deleted" in opened.missing.sentence
    assert again.missing is None
    [(what, facts)] = audit(tmp_path)
    assert (what, facts["announced"], facts["left"]) == ("seconds_missing", seconds, 0)


def test_a_killed_station_that_kept_its_files_misses_nothing(tmp_path: Path) -> None:
    killed(tmp_path)

    opened = open_store(tmp_path, wall=NOON)
    opened.store.close()

    assert opened.missing is None
    assert announced(tmp_path) is None
    assert audit(tmp_path) == []


def test_what_is_left_of_a_session_says_what_is_missing(tmp_path: Path) -> None:
    with open_store(tmp_path, wall=NOON).store as store, SessionWriter(store.path) as writer:
        session_id = write_short(writer, seconds=40, close=False)
    announce(tmp_path, Announced(session=session_id, seconds=60))

    opened = open_store(tmp_path, wall=NOON)

    with opened.store as store:
        assert opened.missing is not None
        assert opened.missing.left == 40
        recover(store, wall=NOON, conclude=conclude)
        assert store.events(session_id)[-1].kind == "seconds_missing"
        assert store.events(session_id)[-1].facts == {"announced": 60, "left": 40}


def test_a_running_session_is_announced_and_one_that_is_over_is_not(tmp_path: Path) -> None:
    running, over = tmp_path / "running", tmp_path / "over"
    with open_store(running, wall=NOON).store as store, SessionWriter(store.path) as writer:
        session_id = write_short(writer, close=False)
    stored_short(over)

    said = announced(running)
    assert said is not None
    assert said.session == session_id
    assert said.seconds >= SHORT_SECONDS - 10
    assert announced(over) is None


@pytest.mark.parametrize("gone", ["closed", "erased"])
def test_a_session_that_ended_before_its_announcement_was_withdrawn_is_not_missed(tmp_path: Path, gone: str) -> None:
    [session_id] = stored_short(tmp_path)
    announce(tmp_path, Announced(session=session_id, seconds=1_000))
    if gone == "erased":
        with open_store(tmp_path, wall=NOON).store as store:
            retention.erase(store.connection, "K7Q4", now=NOON, data=tmp_path)
        announce(tmp_path, Announced(session=session_id, seconds=1_000))

    opened = open_store(tmp_path, wall=NOON)
    opened.store.close()

    assert opened.missing is None


def test_an_unreadable_announcement_is_none(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("{")

    assert announced(tmp_path) is None
    open_store(tmp_path, wall=NOON).store.close()
    assert not (tmp_path / FILE_NAME).exists()
