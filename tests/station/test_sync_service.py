"""The sync as a service: its pace, its manners, and the paths that only some servers lead it down."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from store_sessions import NOON, SHORT, read_store, recorded, short_readings, stored_short
from sync_deliveries import LEAN, to_fhir
from sync_servers import AnyServer, http

from station.errors import StoreError
from station.store.opening import open_store
from station.store.writer import SessionWriter
from station.sync.delivery import FhirDelivery
from station.sync.documents import Style, part_id
from station.sync.service import Pace, serve
from station.sync.transport import Endpoint
from station.sync.verdict import Meaning
from station.sync.worker import Outcome, SyncReport, sync_once

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


def posts(server: AnyServer) -> list[bytes]:
    return [request for request in server.requests if request.startswith(b"POST")]


class Waits:
    """Lets time pass at once, up to so many times; then it is time to stop."""

    def __init__(self, most: int, meanwhile: Callable[[int], None] = lambda _: None) -> None:
        self.most = most
        self.meanwhile = meanwhile
        self.waited_s: list[float] = []

    def __call__(self, seconds: float) -> bool:
        self.waited_s.append(seconds)
        self.meanwhile(len(self.waited_s))
        return len(self.waited_s) >= self.most


def reports(*dues: int) -> Callable[[], SyncReport]:
    told = iter(dues)
    outcome = Outcome(session_id="0" * 36, meaning=Meaning.ACKED, sentence="sent")
    return lambda: SyncReport(outcomes=(outcome,), waiting=0, due=next(told))


def served(data: Path, step: Callable[[], SyncReport], waits: Waits, **more: Any) -> list[str]:
    lines: list[str] = []
    serve(data, step, wait=waits, tell=lines.append, spread=lambda _, longest: longest, **more)
    return lines


def test_a_backlog_is_drained_at_six_sessions_a_minute_and_then_looked_after_once_a_minute(tmp_path: Path) -> None:
    stored_short(tmp_path)
    waits = Waits(4)

    lines = served(tmp_path, reports(2, 1, 0, 0), waits)

    assert waits.waited_s == [10.0, 10.0, 60.0, 60.0]
    assert lines == ["session 00000000: sent"] * 4


def test_after_an_outage_a_station_with_much_to_send_does_not_come_in_the_same_second_as_all_others(
    tmp_path: Path,
) -> None:
    stored_short(tmp_path, count=6)
    waits = Waits(4)

    served(tmp_path, reports(5, 4, 0), waits)

    assert waits.waited_s == [900.0, 240.0, 240.0, 60.0]


def test_after_an_hour_a_backlog_goes_at_the_usual_pace(tmp_path: Path) -> None:
    stored_short(tmp_path, count=6)
    waits = Waits(18)

    served(tmp_path, reports(*range(100, 83, -1)), waits)

    assert waits.waited_s == [900.0, *[240.0] * 15, 10.0, 10.0]


def test_a_station_that_is_told_to_stop_while_it_holds_back_sends_nothing(tmp_path: Path) -> None:
    stored_short(tmp_path, count=6)

    assert served(tmp_path, reports(), Waits(1)) == []


@pytest.fixture
def somebody_trains(tmp_path: Path) -> Iterator[Callable[[int], None]]:
    """One finished session, and one that runs; a call lets it run on for a second."""
    stored_short(tmp_path)
    seconds = recorded(SHORT, short_readings())
    with open_store(tmp_path, wall=NOON).store as store, SessionWriter(store.path, commit_every_s=0.005) as writer:
        writer.open(patient=SHORT, code="K7Q4", at_s=1000.0, wall=NOON)

        def a_second_more(_: int) -> None:
            before = store.open_seconds()
            writer.record(next(seconds))
            from patience import wait_until

            wait_until(lambda: store.open_seconds() == (before or 0) + 1)

        a_second_more(0)
        yield a_second_more


def test_while_somebody_trains_nothing_is_sent(tmp_path: Path, somebody_trains: Callable[[int], None]) -> None:
    waits = Waits(3, meanwhile=somebody_trains)

    lines = served(tmp_path, reports(0), waits)

    # The first look cannot tell whether the session runs; from the second on it has grown.
    assert len(lines) == 1
    assert waits.waited_s == [60.0, 10.0, 10.0]


def test_a_session_that_was_left_open_by_a_crash_does_not_hold_up_the_sync(
    tmp_path: Path, somebody_trains: Callable[[int], None]
) -> None:
    del somebody_trains

    assert len(served(tmp_path, reports(0, 0, 0), Waits(3))) == 3


def test_a_clinic_with_a_cable_may_allow_sending_during_sessions(
    tmp_path: Path, somebody_trains: Callable[[int], None]
) -> None:
    lines = served(tmp_path, reports(0, 0, 0), Waits(3, meanwhile=somebody_trains), during_sessions=True)

    assert len(lines) == 3


def test_a_step_sends_the_newest_session_and_says_how_many_are_left(tmp_path: Path) -> None:
    ids = stored_short(tmp_path, count=3)

    with AnyServer(lambda _: [WHOLE]) as server:
        report = sync_once(tmp_path, to_fhir(server.base), most=1, now=lambda: NOON)

    assert [outcome.session_id for outcome in report.outcomes] == [ids[2]]
    assert (report.waiting, report.due) == (2, 2)


def test_a_server_that_failed_three_times_is_asked_by_one_session_at_a_time_also_after_a_restart(
    tmp_path: Path,
) -> None:
    from datetime import timedelta

    stored_short(tmp_path, count=6)
    asked = []

    with AnyServer(lambda _: [http(502)]) as server:
        for later_s in (0, 10, 29, 31, 60, 92):
            sync_once(
                tmp_path,
                to_fhir(server.base),
                now=lambda at_s=later_s: NOON + timedelta(seconds=at_s),  # type: ignore[misc]
                jitter=lambda ceiling_s: ceiling_s,
            )
            asked.append(len(server.requests))

    assert asked == [3, 3, 3, 4, 4, 5]
    assert Pace().look_each_s == 60.0


def test_a_server_that_refuses_the_size_gets_the_log_alone_and_is_remembered(tmp_path: Path) -> None:
    from station.store import outbox

    stored_short(tmp_path)

    with AnyServer(lambda request: [http(413) if b"report.html" in request else WHOLE]) as server:
        first = sync_once(tmp_path, to_fhir(server.base, attached=LEAN))
        with read_store(tmp_path) as store:
            refused = outbox.refused_size(store.connection)
            assert refused is not None
            outbox.remember_refused_size(store.connection, refused // 2)
        stored_short(tmp_path)
        second = sync_once(tmp_path, to_fhir(server.base, attached=LEAN))

    assert (first.ok, second.ok) == (True, True)
    assert refused == len(posts(server)[0].partition(b"\r\n\r\n")[2])
    assert ["report.html" in request.decode() for request in posts(server)] == [True, False, False]
    assert all("log.ndjson.gz" in request.decode() for request in posts(server))


def test_a_server_that_refuses_even_the_log_alone_blocks_the_session(tmp_path: Path) -> None:
    stored_short(tmp_path)

    with AnyServer(lambda _: [http(413)]) as server:
        report = sync_once(tmp_path, to_fhir(server.base))

    assert [outcome.meaning for outcome in report.outcomes] == [Meaning.BLOCKED]
    assert len(posts(server)) == 2


def put_off(data: Path, answers: list[bytes], location: str = "/fhir/job/1") -> tuple[SyncReport, list[bytes], Waits]:
    """A server that puts its answer off, and then gives these when asked for it."""
    waits = Waits(100)
    told = iter(answers)

    def answer(request: bytes) -> list[bytes]:
        if request.startswith(b"POST"):
            return [http(202, more=f"Content-Location: {location}\r\nRetry-After: 3\r\n")]
        return [next(told)] if b"/job/" in request.split(b"\r\n")[0] else [NOTHING_FOUND]

    with AnyServer(answer) as server:
        way = FhirDelivery(endpoint=Endpoint(base=server.base), wait=waits, style=Style(attached=LEAN))
        report = sync_once(data, way)
    return report, server.requests, waits


def test_an_answer_that_is_put_off_is_asked_for_until_it_comes(tmp_path: Path) -> None:
    stored_short(tmp_path)

    report, requests, waits = put_off(tmp_path, [http(202, more="Retry-After: 9999\r\n"), WHOLE])

    assert report.ok
    assert [request.split(b" ")[1] for request in requests] == [b"/fhir", b"/fhir/job/1", b"/fhir/job/1"]
    assert waits.waited_s == [3.0, 5.0]


def test_an_answer_that_does_not_come_leaves_the_outcome_open(tmp_path: Path) -> None:
    stored_short(tmp_path)

    report, requests, _ = put_off(tmp_path, [http(202)] * 5)

    assert [outcome.meaning for outcome in report.outcomes] == [Meaning.UNKNOWN]
    assert sum(b"/job/" in request.split(b"\r\n")[0] for request in requests) == 5


@pytest.mark.parametrize("location", ["http://stranger.example/job/1", "//stranger.example/job/1", ""])
def test_an_answer_is_never_asked_for_on_another_server(tmp_path: Path, location: str) -> None:
    stored_short(tmp_path)

    report, requests, waits = put_off(tmp_path, [], location)

    assert [outcome.meaning for outcome in report.outcomes] == [Meaning.UNKNOWN]
    assert waits.waited_s == []
    assert all(b"stranger" not in request for request in requests)


def test_an_acknowledgement_of_another_session_is_none(tmp_path: Path) -> None:
    session_id, other_id = stored_short(tmp_path)[0], "11111111-1111-4111-8111-111111111111"

    def acknowledged(of: str) -> bytes:
        parts = ["group", "activity", "duration", "mean-heart-rate", "peak-heart-rate", "interval-summary"]
        places = [f"Observation/{part_id(of, part)}/_history/1" for part in [*parts, "heart-rate"]]
        places.append(f"DocumentReference/{part_id(of, 'log')}/_history/1")
        entries = [{"response": {"status": "201", "location": place}} for place in places]
        answer = {"resourceType": "Bundle", "type": "transaction-response", "entry": entries}
        return http(200, json.dumps(answer).encode())

    with AnyServer(lambda request: [NOTHING_FOUND if request.startswith(b"GET") else acknowledged(other_id)]) as server:
        first = sync_once(tmp_path, to_fhir(server.base))
        server.answer = lambda _: [acknowledged(other_id)]
        second = sync_once(tmp_path, to_fhir(server.base), even_if_waiting=True)
        server.answer = lambda request: [NOTHING_FOUND if request.startswith(b"GET") else acknowledged(session_id)]
        third = sync_once(tmp_path, to_fhir(server.base), even_if_waiting=True)

    for report in (first, second):
        assert [outcome.meaning for outcome in report.outcomes] == [Meaning.UNKNOWN]
        assert "a FHIR server answers, but about other resources" in report.lines()[0]
        assert "check url in [sync]" in report.lines()[0]
    assert third.ok


def test_blocked_and_rejected_sessions_stay_with_their_reason_until_staff_let_them_try_again(tmp_path: Path) -> None:
    from station.store import outbox

    stored_short(tmp_path)
    refusal = http(422, b'{"resourceType": "OperationOutcome"}')

    with AnyServer(lambda _: [refusal]) as server:
        sync_once(tmp_path, to_fhir(server.base))
        with read_store(tmp_path) as store:
            [line] = store.sessions()
            assert (line.upload, line.upload_trouble) == (
                "rejected",
                "the server refuses the content; the session is kept here (status 422)",
            )
            assert outbox.give_another_try(store.connection) == 1
        server.answer = lambda _: [WHOLE]
        assert sync_once(tmp_path, to_fhir(server.base)).ok

    with read_store(tmp_path) as store:
        assert store.sessions()[0].upload_trouble is None


def test_a_sync_of_a_store_that_is_gone_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there are no sessions"):
        served(tmp_path, reports(), Waits(1))
    assert sqlite3.sqlite_version_info > (3, 35)
