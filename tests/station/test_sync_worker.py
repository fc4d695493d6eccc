import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from store_sessions import NOON, SHORT, read_store, stored_short, write_short
from sync_deliveries import to_fhir
from sync_servers import AnyServer, free_port, http

from station.errors import SettingsError, StoreError
from station.store.database import Lock
from station.store.opening import open_store
from station.store.writer import SessionWriter
from station.sync.documents import OBSERVATIONS, Dialect, identifier
from station.sync.transport import Limits
from station.sync.verdict import Meaning
from station.sync.worker import SyncReport, sync_once

WHOLE = http(
    200,
    json.dumps(
        {
            "resourceType": "Bundle",
            "type": "transaction-response",
            "entry": [{"response": {"status": "201 Created"}}] * 8,
        }
    ).encode(),
)
NOTHING_FOUND = http(200, b'{"resourceType": "Bundle", "type": "searchset", "total": 0}')
PORTAL = http(200, b"<html>Welcome to the guest network</html>", "text/html")


def synced(data: Path, url: str, *, later_s: float = 0.0, **more: Any) -> SyncReport:
    """A run at noon, or so many seconds later, that always waits as long as it may."""

    def now() -> datetime:
        return NOON + timedelta(seconds=later_s)

    how = {name: more.pop(name) for name in ("dialect", "limits") if name in more}
    return sync_once(data, to_fhir(url, **how), now=now, jitter=lambda ceiling_s: ceiling_s, **more)


def outbox(data: Path, columns: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(data / "motbakke.sqlite3")
    try:
        return connection.execute(f"SELECT {columns} FROM outbox ORDER BY id").fetchall()  # noqa: S608
    finally:
        connection.close()


def posts(server: AnyServer) -> list[bytes]:
    return [request for request in server.requests if request.startswith(b"POST")]


def always(answer: bytes, *, found: bytes = NOTHING_FOUND) -> Any:
    return lambda request: [found if request.startswith(b"GET") else answer]


def test_an_acknowledged_session_leaves_the_outbox(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    with AnyServer(always(WHOLE)) as server:
        report = synced(tmp_path, server.base)
        again = synced(tmp_path, server.base, even_if_waiting=True)

    assert report.ok
    assert report.lines() == [f"session {session_id[:8]}: sent: 8 parts acknowledged", "1 sent, 0 waiting"]
    assert again.lines() == ["nothing to send"]
    assert len(server.requests) == 1
    assert outbox(tmp_path, "state, payload, attempts") == [("acked", None, 0)]
    with read_store(tmp_path) as store:
        assert store.sessions()[0].sent


def test_the_newest_session_goes_first(tmp_path: Path) -> None:
    ids = stored_short(tmp_path, count=3)

    with AnyServer(always(WHOLE)) as server:
        report = synced(tmp_path, server.base)

    assert [outcome.session_id for outcome in report.outcomes] == ids[::-1]


def test_a_session_that_failed_often_does_not_hold_up_the_others(tmp_path: Path) -> None:
    older, newer = stored_short(tmp_path, count=2)
    connection = sqlite3.connect(tmp_path / "motbakke.sqlite3")
    with connection:
        connection.execute("UPDATE outbox SET attempts = 5 WHERE id = 2")
    connection.close()

    with AnyServer(always(WHOLE)) as server:
        report = synced(tmp_path, server.base)

    assert [outcome.session_id for outcome in report.outcomes] == [older, newer]


def test_an_open_session_is_not_sent(tmp_path: Path) -> None:
    with open_store(tmp_path, wall=NOON).store as store, SessionWriter(store.path) as writer:
        write_short(writer, close=False)

    with AnyServer(always(WHOLE)) as server:
        assert synced(tmp_path, server.base).lines() == ["nothing to send"]
    assert server.requests == []


def test_without_a_server_a_session_waits_longer_each_time(tmp_path: Path) -> None:
    stored_short(tmp_path)
    url = f"http://127.0.0.1:{free_port()}/fhir"

    waits = []
    for _ in range(9):
        report = synced(tmp_path, url, even_if_waiting=True)
        waits.append(report.outcomes[0].sentence)

    assert waits[0] == "the server cannot be reached; next try in 30 s"
    assert [int(wait.split(" ")[-2]) for wait in waits] == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert outbox(tmp_path, "state, attempts, not_before, last_class") == [
        ("pending", 9, "2026-11-23T13:00:00.000+00:00", "network")
    ]


def test_a_waiting_session_is_left_alone_until_its_time_has_come(tmp_path: Path) -> None:
    stored_short(tmp_path)
    synced(tmp_path, f"http://127.0.0.1:{free_port()}/fhir")

    with AnyServer(always(WHOLE)) as server:
        early = synced(tmp_path, server.base, later_s=29.9)
        in_time = synced(tmp_path, server.base, later_s=30.0)

    assert (early.outcomes, early.waiting, early.ok) == ((), 1, False)
    assert early.lines() == ["0 sent, 1 waiting"]
    assert in_time.ok


def test_a_clock_that_was_ten_years_ahead_does_not_hold_up_a_session_for_ten_years(tmp_path: Path) -> None:
    stored_short(tmp_path, count=4)
    ahead_s = 10 * 365 * 86400.0

    with AnyServer(always(http(502))) as server:
        early = synced(tmp_path, server.base, later_s=ahead_s)
        server.answer = always(WHOLE)
        set_right = synced(tmp_path, server.base)

    assert len(early.outcomes) == 3
    assert set_right.ok
    assert set_right.sent == 4


def test_a_captive_portal_acknowledges_nothing(tmp_path: Path) -> None:
    stored_short(tmp_path)

    with AnyServer(always(PORTAL)) as server:
        report = synced(tmp_path, server.base)

    assert not report.ok
    assert "captive portal" in report.lines()[0]
    assert outbox(tmp_path, "state, last_class, last_status") == [("pending", "intercept", 200)]


def test_after_three_faults_the_other_sessions_wait(tmp_path: Path) -> None:
    stored_short(tmp_path, count=5)

    with AnyServer(always(http(502))) as server:
        report = synced(tmp_path, server.base)

    assert (len(report.outcomes), report.waiting, len(server.requests)) == (3, 5, 3)


def test_a_refused_token_blocks_without_using_up_attempts(tmp_path: Path) -> None:
    stored_short(tmp_path, count=2)

    with AnyServer(always(http(401))) as server:
        report = synced(tmp_path, server.base)

    assert [outcome.meaning for outcome in report.outcomes] == [Meaning.BLOCKED]
    assert "renew" in report.lines()[0]
    assert outbox(tmp_path, "state, attempts") == [("pending", 0), ("blocked", 0)]


def test_a_blocked_session_is_tried_again_after_an_hour(tmp_path: Path) -> None:
    stored_short(tmp_path)

    with AnyServer(always(http(403))) as server:
        synced(tmp_path, server.base)
        server.answer = always(WHOLE)
        assert synced(tmp_path, server.base, later_s=3599).outcomes == ()
        assert synced(tmp_path, server.base, later_s=3600).ok


def test_the_servers_wish_to_wait_is_kept_and_the_run_ends(tmp_path: Path) -> None:
    stored_short(tmp_path, count=2)

    with AnyServer(always(http(429, more="Retry-After: 600\r\n"))) as server:
        synced(tmp_path, server.base)

    assert len(server.requests) == 1
    assert outbox(tmp_path, "not_before") == [(None,), ("2026-11-23T12:10:00.000+00:00",)]


def test_a_refused_session_is_kept_for_staff_and_the_next_one_is_sent(tmp_path: Path) -> None:
    stored_short(tmp_path, count=2)
    refusal = http(422, b'{"resourceType": "OperationOutcome", "issue": [{"diagnostics": "no such code"}]}')

    with AnyServer(lambda _: [refusal if len(server.requests) == 1 else WHOLE]) as server:
        report = synced(tmp_path, server.base)
        assert synced(tmp_path, server.base, later_s=1e6, even_if_waiting=True).outcomes == ()

    assert [outcome.meaning for outcome in report.outcomes] == [Meaning.REJECTED, Meaning.ACKED]
    [(sent, _), (refused, error)] = outbox(tmp_path, "state, last_error")
    assert (sent, refused) == ("acked", "rejected")
    assert "no such code" in error
    assert outbox(tmp_path, "payload IS NULL") == [(1,), (0,)]


def test_what_is_sent_again_is_the_same_to_the_last_byte(tmp_path: Path) -> None:
    stored_short(tmp_path)

    with AnyServer(always(http(500))) as server:
        synced(tmp_path, server.base)
        synced(tmp_path, server.base, even_if_waiting=True)

    first, second = posts(server)
    assert first == second


def test_another_dialect_makes_other_content(tmp_path: Path) -> None:
    stored_short(tmp_path)

    with AnyServer(always(http(500))) as server:
        synced(tmp_path, server.base)
        synced(tmp_path, server.base, even_if_waiting=True, dialect=Dialect.CREATE)

    first, second = posts(server)
    assert b'"PUT"' in first
    assert b"ifNoneExist" not in first
    assert b"ifNoneExist" in second


def test_after_an_unknown_outcome_the_session_is_looked_for_before_it_is_sent_again(tmp_path: Path) -> None:
    stored_short(tmp_path)

    with AnyServer(lambda _: [b""]) as server:
        synced(tmp_path, server.base)
        assert outbox(tmp_path, "state, attempts") == [("sending", 1)]
        server.answer = always(WHOLE)
        report = synced(tmp_path, server.base, even_if_waiting=True)

    kinds = [request.split(b" ")[0] for request in server.requests]
    assert kinds == [b"POST", b"GET", b"GET", b"POST"]
    assert report.ok


def test_a_session_found_whole_on_the_server_is_not_sent_again(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    with AnyServer(lambda _: [b""]) as server:
        synced(tmp_path, server.base)
        server.answer = lambda request: [stored_answer(request, posts(server)[0])]
        report = synced(tmp_path, server.base, even_if_waiting=True)

    assert len(posts(server)) == 1
    assert report.lines() == [f"session {session_id[:8]}: is on the server already", "1 sent, 0 waiting"]


def stored_answer(request: bytes, post: bytes, *, without: int = 0, log_hash: str | None = None) -> bytes:
    """What a server that has stored the posted transaction finds, with so many observations missing."""
    resources = [entry["resource"] for entry in json.loads(post.partition(b"\r\n\r\n")[2])["entry"]]
    if log_hash is not None:
        resources[7]["content"][0]["attachment"]["hash"] = log_hash
    kind = "DocumentReference" if b"/DocumentReference?" in request else "Observation"
    found = [{"resource": resource} for resource in resources[without:] if resource["resourceType"] == kind]
    return http(200, json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": found}).encode())


def test_a_session_found_in_part_is_sent_again(tmp_path: Path) -> None:
    stored_short(tmp_path)

    def in_part(request: bytes) -> Iterable[bytes]:
        return [WHOLE if request.startswith(b"POST") else stored_answer(request, posts(server)[0], without=1)]

    with AnyServer(lambda _: [b""]) as server:
        synced(tmp_path, server.base)
        server.answer = in_part
        assert synced(tmp_path, server.base, even_if_waiting=True).ok

    assert len(posts(server)) == 2


def test_a_session_found_with_another_log_is_kept_for_staff(tmp_path: Path) -> None:
    stored_short(tmp_path)

    def conflict(request: bytes) -> Iterable[bytes]:
        if request.startswith(b"POST"):
            return [http(409)]
        return [stored_answer(request, posts(server)[0], log_hash="AAAA")]

    with AnyServer(conflict) as server:
        report = synced(tmp_path, server.base)

    assert [outcome.meaning for outcome in report.outcomes] == [Meaning.REJECTED]
    assert "another version" in report.lines()[0]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(http(202), id="202"),
        pytest.param(http(204), id="204"),
        pytest.param(http(409), id="409"),
        pytest.param(http(200, b'{"resourceType": "Bun'), id="cut short"),
    ],
)
def test_an_answer_that_leaves_it_open_is_looked_into_at_once(tmp_path: Path, answer: bytes) -> None:
    stored_short(tmp_path)

    with AnyServer(lambda request: [answer if request.startswith(b"POST") else found(request)]) as server:

        def found(request: bytes) -> bytes:
            return stored_answer(request, posts(server)[0])

        assert synced(tmp_path, server.base).ok

    assert len(posts(server)) == 1


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(PORTAL, id="a portal"),
        pytest.param(http(500), id="a fault"),
        pytest.param(http(200, b"{}"), id="another answer"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_while_the_server_cannot_be_asked_a_half_sent_session_is_not_sent_again(tmp_path: Path, answer: bytes) -> None:
    stored_short(tmp_path)

    with AnyServer(lambda _: [b""]) as server:
        synced(tmp_path, server.base)
        server.answer = lambda _: [answer]
        report = synced(tmp_path, server.base, even_if_waiting=True)

    assert not report.ok
    assert len(posts(server)) == 1
    assert outbox(tmp_path, "state, attempts") == [("sending", 2)]


def test_a_server_that_lets_us_write_but_not_search_gets_the_session_again(tmp_path: Path) -> None:
    stored_short(tmp_path)

    with AnyServer(lambda _: [b""]) as server:
        synced(tmp_path, server.base)
        server.answer = always(WHOLE, found=http(403))
        assert synced(tmp_path, server.base, even_if_waiting=True).ok


def test_the_search_names_every_observation_of_the_session(tmp_path: Path) -> None:
    from urllib.parse import parse_qs, urlsplit

    [session_id] = stored_short(tmp_path)
    with AnyServer(always(http(409))) as server:
        synced(tmp_path, server.base)

    query = parse_qs(urlsplit(server.requests[1].split(b" ")[1].decode()).query)
    assert query["identifier"] == [",".join(identifier(session_id, part) for part in OBSERVATIONS)]


def test_a_slow_server_leaves_the_outcome_open(tmp_path: Path) -> None:
    import threading

    stored_short(tmp_path)
    done = threading.Event()

    def silent(_: bytes) -> Iterable[bytes]:
        done.wait(30)
        return ()

    with AnyServer(silent) as server:
        report = synced(tmp_path, server.base, limits=Limits(done_within_s=0.3))
        done.set()

    assert [outcome.meaning for outcome in report.outcomes] == [Meaning.UNKNOWN]
    assert outbox(tmp_path, "state") == [("sending",)]


def test_a_session_of_an_unreadable_plan_does_not_hold_up_the_others(tmp_path: Path) -> None:
    stored_short(tmp_path, count=2)
    connection = sqlite3.connect(tmp_path / "motbakke.sqlite3")
    with connection:
        connection.execute("""UPDATE session SET plan = '{"hr_max_bpm": 18}' WHERE number = 2""")
    connection.close()

    with AnyServer(always(WHOLE)) as server:
        report = synced(tmp_path, server.base)

    assert [outcome.meaning for outcome in report.outcomes] == [Meaning.BLOCKED, Meaning.ACKED]
    assert "cannot be read: hr_max_bpm must be 100-220" in report.lines()[0]


@pytest.mark.parametrize("answer", [WHOLE, PORTAL, http(401), http(422, b'{"resourceType": "OperationOutcome"}'), b""])
def test_no_line_of_the_report_names_the_patient(tmp_path: Path, answer: bytes) -> None:
    stored_short(tmp_path)

    with AnyServer(always(answer)) as server:
        report = synced(tmp_path, server.base)

    assert "K7Q4" in posts(server)[0].decode()
    assert "K7Q4" not in "\n".join(report.lines())


def test_two_syncs_never_work_on_one_folder(tmp_path: Path) -> None:
    stored_short(tmp_path)
    lock = Lock(tmp_path / "sync.lock", "busy")

    with pytest.raises(StoreError, match="another sync is at work"):
        synced(tmp_path, "http://127.0.0.1:9/fhir")
    lock.release()


def test_a_sync_beside_a_running_station_does_not_disturb_it(tmp_path: Path) -> None:
    with (
        open_store(tmp_path, wall=NOON).store as store,
        SessionWriter(store.path) as writer,
        AnyServer(always(WHOLE)) as server,
    ):
        write_short(writer)
        writer.open(patient=SHORT, code="K7Q4", at_s=0.0, wall=NOON)

        assert synced(tmp_path, server.base).ok
        assert writer.healthy


@pytest.mark.parametrize(
    "url", ["", "clinic.example", "ftp://clinic.example", "http://", "http://x:99999/fhir", "http://a b/r4"]
)
def test_an_address_that_is_none_is_told_in_a_sentence(tmp_path: Path, url: str) -> None:
    stored_short(tmp_path)

    with pytest.raises(SettingsError, match="is not a FHIR base address"):
        synced(tmp_path, url)
