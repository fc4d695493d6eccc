"""The end of a demo: it says where its session lies, and fails when it does not."""

import io
from pathlib import Path

import pytest
from coach_people import usual_session
from rich.console import Console
from store_sessions import NOON, read_store, stored_short

from station.coach.coaching import outcome
from station.demo_end import ended, newest_ended
from station.errors import StoreError
from station.store.opening import open_store


def said_at_the_end(data: Path, before: str | None) -> str:
    said = io.StringIO()
    ended(Console(file=said, width=200), outcome(usual_session().moments[-1]), data, before)
    return said.getvalue()


def test_a_demo_says_where_its_session_lies(tmp_path: Path) -> None:
    stored_short(tmp_path)
    with read_store(tmp_path) as store:
        session_id = newest_ended(store)
    assert session_id is not None

    assert f"Session {session_id[:8]} lies in {tmp_path}." in said_at_the_end(tmp_path, None)


def test_a_demo_whose_session_could_not_be_kept_names_no_earlier_one_and_fails(tmp_path: Path) -> None:
    stored_short(tmp_path)
    with read_store(tmp_path) as store:
        earlier = newest_ended(store)

    with pytest.raises(StoreError, match=r"does not lie in .*: it could not be kept"):
        said_at_the_end(tmp_path, earlier)


def test_a_demo_in_a_store_without_any_session_fails(tmp_path: Path) -> None:
    open_store(tmp_path, wall=NOON).store.close()

    with pytest.raises(StoreError, match="could not be kept"):
        said_at_the_end(tmp_path, None)


def test_a_demo_whose_session_was_not_kept_to_its_end_fails(tmp_path: Path) -> None:
    stored_short(tmp_path)
    with read_store(tmp_path) as store:
        store.connection.execute("UPDATE session SET state = 'open'")
        before = newest_ended(store)

    assert before is None
    with pytest.raises(StoreError, match="could not be kept to its end"):
        said_at_the_end(tmp_path, before)
