"""Wall times of sessions that ended before the clock was set, and of those that were cut short."""

import socket
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from store_sessions import NOON, SHORT, conclude, read_store, recorded, short_readings
from sync_deliveries import synced_to, to_fhir
from sync_servers import AnyServer, http, whole_message

from station.ports import SIMULATED, SessionState
from station.store import outbox, unfinished
from station.store.boot import ClockQuality
from station.store.late_clock import set_right
from station.store.opening import open_store
from station.store.unfinished import recover
from station.store.writer import SessionWriter
from station.sync.documents import Dialect

AT_BOOT = datetime(1970, 1, 1, 0, 20, tzinfo=UTC)
NOWHERE = "http://127.0.0.1:9/fhir"
NOW_S = 1000.0 + 7200.0
"""Two hours after the session began, by the machine's monotonic clock."""


def trained(data: Path, *, code: str = "K7Q4", close: bool = True) -> str:
    """A session that begins at 1000 s, in 1970 for all the station knows."""
    with open_store(data, wall=AT_BOOT).store as store, SessionWriter(store.path) as writer:
        session_id = writer.open(patient=SHORT, code=code, at_s=1000.0, wall=AT_BOOT, quality=ClockQuality.UNSYNCED)
        for second in recorded(SHORT, short_readings()):
            writer.record(second)
        if close:
            writer.close(SessionState.CLOSED, wall=AT_BOOT).result(timeout=30)
    return session_id


def header(data: Path, session_id: str) -> tuple[datetime, ClockQuality]:
    with read_store(data) as store:
        found = store.header(session_id)
    return found.start_wall, found.clock_quality


def corrected(data: Path, quality: ClockQuality = ClockQuality.SYNCED) -> int:
    with read_store(data) as store:
        return set_right(store.connection, now_s=NOW_S, wall=NOON, quality=quality)


def test_a_clock_that_is_set_after_the_session_sets_its_times_right(tmp_path: Path) -> None:
    session_id = trained(tmp_path)
    assert corrected(tmp_path, ClockQuality.UNSYNCED) == 0
    synced_to(tmp_path, NOWHERE)

    assert corrected(tmp_path) == 1
    assert corrected(tmp_path) == 0

    assert header(tmp_path, session_id) == (NOON - timedelta(hours=2), ClockQuality.CORRECTED)
    with read_store(tmp_path) as store:
        assert outbox.item(store.connection, 1).content is None


@pytest.mark.parametrize("answer", [b"", http(503), http(200, b"<html>", "text/html")])
def test_a_session_that_may_be_on_the_server_keeps_its_times(tmp_path: Path, answer: bytes) -> None:
    session_id = trained(tmp_path)
    with AnyServer(lambda _: [answer]) as server:
        synced_to(tmp_path, server.base)

    assert corrected(tmp_path) == 0
    assert header(tmp_path, session_id)[1] is ClockQuality.UNSYNCED


def test_what_a_killed_worker_had_begun_to_send_keeps_its_times_whatever_comes_next(tmp_path: Path) -> None:
    session_id = trained(tmp_path)
    with read_store(tmp_path) as store:
        content = to_fhir(NOWHERE).built(store, session_id, slim=False)
        outbox.keep_content(store.connection, 1, dialect=Dialect.PUT, content=content)

    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer_once() -> None:
            """The search finds nothing; then nobody is there to send it to."""
            connection, _ = listener.accept()
            with connection:
                whole_message(connection)
                listener.close()
                connection.sendall(http(404))

        base = f"http://127.0.0.1:{listener.getsockname()[1]}/fhir"
        answering = threading.Thread(target=answer_once)
        answering.start()
        report = synced_to(tmp_path, base)
        answering.join()

    assert "the server cannot be reached" in report.lines()[0]
    assert corrected(tmp_path) == 0
    assert header(tmp_path, session_id)[1] is ClockQuality.UNSYNCED


def test_the_clock_of_a_demo_is_not_the_machines(tmp_path: Path) -> None:
    trained(tmp_path, code=f"{SIMULATED}1")

    assert corrected(tmp_path) == 0


def test_a_session_of_another_boot_keeps_its_times(tmp_path: Path) -> None:
    session_id = trained(tmp_path)
    with read_store(tmp_path) as store:
        store.connection.execute("UPDATE session SET boot_id = 'another'")

    assert corrected(tmp_path) == 0
    assert header(tmp_path, session_id)[0] == AT_BOOT


@pytest.mark.parametrize(
    ("quality", "began", "becomes"),
    [
        (ClockQuality.SYNCED, NOON - timedelta(hours=2), ClockQuality.CORRECTED),
        (ClockQuality.UNSYNCED, AT_BOOT, ClockQuality.UNSYNCED),
    ],
)
def test_a_session_that_was_cut_short_gets_its_times_when_the_clock_is_set_by_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quality: ClockQuality, began: datetime, becomes: ClockQuality
) -> None:
    session_id = trained(tmp_path, close=False)
    monkeypatch.setattr(unfinished, "clock_quality", lambda: quality)

    with open_store(tmp_path, wall=NOON).store as store:
        recover(store, wall=NOON, conclude=conclude, age_s=lambda at_s: NOW_S - at_s)

    assert header(tmp_path, session_id) == (began, becomes)
