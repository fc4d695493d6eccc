"""What opening the station's records mends, with the real core: a session that was cut short teaches all the same."""

import io
from pathlib import Path

import pytest
from coach_people import usual_session
from rich.console import Console
from store_sessions import NOON, read_store, stored_short

from station.coach.coaching import Coaching, learnt
from station.errors import StoreError
from station.ports import RecordedSecond
from station.records import folded_again, records, taken_up
from station.store import retention
from station.store.opening import open_store
from station.store.replay import replay
from station.store.writer import SessionWriter


def second(coaching: Coaching, n: int) -> RecordedSecond:
    return RecordedSecond(
        reading=usual_session().readings[n],
        phase=coaching.session.phase,
        interval=coaching.session.interval,
        zone_state=coaching.zone_state,
        advice=coaching.advice,
        cue=coaching.cue,
        veto=coaching.guard.veto,
    )


def test_a_session_cut_short_before_its_last_minute_makes_nobody_a_stranger(tmp_path: Path) -> None:
    moments = usual_session().moments[:-60]
    with open_store(tmp_path, wall=NOON).store as store, SessionWriter(store.path) as writer:
        session_id = writer.open(patient=moments[0].patient, code="K7Q4", at_s=0.0, wall=NOON)
        for n, coaching in enumerate(moments):
            writer.record(second(coaching, n))
    said = io.StringIO()

    with records(
        tmp_path, resumes="K7Q4".__eq__, console=Console(file=said, width=200), age_s=lambda _: 3600.0
    ) as kept:
        memories = kept.memories("K7Q4")
        again = folded_again(kept.store, session_id)
        beside = replay(kept.store, session_id, again.came_to)

    assert f"Session {session_id[:8]} had been cut short; it is closed and kept." in said.getvalue()
    assert memories == (learnt(moments[-1]),)
    assert memories[0] is not None
    assert (again.seconds, again.difference) == (len(moments), None)
    assert beside.equal


def test_the_station_commits_as_often_as_the_settings_say(tmp_path: Path) -> None:
    with records(tmp_path, resumes="K7Q4".__eq__, console=Console(file=io.StringIO()), commit_every_s=5.0) as kept:
        assert kept.writer._commit_every_s == 5.0


def test_a_session_that_is_taken_up_again_has_its_curve_from_the_start(tmp_path: Path) -> None:
    moments = usual_session().moments[:900]
    with open_store(tmp_path, wall=NOON).store as store, SessionWriter(store.path) as writer:
        writer.open(patient=moments[0].patient, code="K7Q4", at_s=0.0, wall=NOON)
        for n, coaching in enumerate(moments):
            writer.record(second(coaching, n))

    with records(tmp_path, resumes="K7Q4".__eq__, console=Console(file=io.StringIO()), age_s=lambda _: 1.0) as kept:
        assert kept.unfinished is not None
        coaching, curve = taken_up(kept.unfinished)

    assert coaching == moments[-1]
    assert [at_s for at_s, _ in curve[:3]] == [0.0, 5.0, 10.0]
    assert curve[-1][0] > coaching.session.plan_elapsed_s - 5.0
    assert {bpm for _, bpm in curve} <= {reading.heart_rate_bpm for reading in usual_session().readings[:900]}


def test_what_is_not_here_any_more_cannot_be_replayed(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)
    with read_store(tmp_path) as store:
        store.connection.execute("UPDATE outbox SET state = 'acked', acked_at = '2026-01-01T00:00:00.000+00:00'")
        retention.purge(store.connection, now=NOON, keep_days=14)

        with pytest.raises(StoreError, match="are not here any more: the clinic has them"):
            folded_again(store, session_id)
