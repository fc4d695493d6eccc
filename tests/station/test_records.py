"""What opening the station's records mends, with the real core: a session that was cut short teaches all the same."""

import io
from pathlib import Path

from coach_people import usual_session
from rich.console import Console
from store_sessions import NOON

from station.coach.coaching import Coaching, learnt
from station.ports import RecordedSecond
from station.records import folded_again, records
from station.store.replay import replay
from station.store.sessions import open_store
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
