"""What a session came to, as the therapist's pages show it: read back from the real store."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from store_sessions import NOON, SHORT

from station import results
from station.coach.coaching import after, begin, learnt, outcome
from station.coach.start import Start, StartReason
from station.office.known import Past
from station.ports import RecordedSecond, SessionState
from station.store import earlier
from station.store.boot import ClockQuality
from station.store.opening import open_store
from station.store.sessions import Store
from station.store.writer import SessionWriter
from station.training.advice import Advice, Reason
from station.training.cue import Cue
from station.training.patient import HrMaxSource, Patient
from station.training.prescription import Phase
from station.training.reading import Press, Reading

WITH_REST = replace(SHORT, prescription=replace(SHORT.prescription, cool_down_s=90))
INTERVAL_ENDS_S = 60
"""10 s warm-up, 20 s, 10 s of rest, 20 s."""
SECONDS = 152


def readings(*, stopped_at: int | None = None) -> Iterator[Reading]:
    """A heart that slows by half a beat a second after the last interval; 2 % of hill soon, 6 % only much later."""
    for n in range(SECONDS if stopped_at is None else stopped_at + 1):
        yield Reading(
            at_s=1000.0 + n,
            heart_rate_bpm=None if 33 <= n < 43 else 160 - max(0, n - INTERVAL_ENDS_S) // 2,
            speed_kmh=5.0,
            incline_percent=0.0 if n < 5 else 2.0 if n < 100 else 6.0,
            contact=True,
            effort_borg={32: 13, 65: 16}.get(n),
            pressed=(Press.STOP,) if n == stopped_at else (),
        )


def kept(data: Path, patient: Patient = WITH_REST, *, stopped_at: int | None = None) -> None:
    """One session: 2 % was advised and set, then 6 % and set more than a minute later."""
    with open_store(data, wall=NOON).store as store, SessionWriter(store.path) as writer:
        writer.open(patient=patient, code="K-1", at_s=1000.0, wall=NOON, quality=ClockQuality.SYNCED)
        coaching = begin(patient)
        for reading in readings(stopped_at=stopped_at):
            coaching = after(coaching, reading)
            hard = reading.at_s >= 1015.0
            advice = Advice(
                incline_percent=6.0 if hard else 2.0, reason=Reason.BELOW_ZONE, since_s=1015.0 if hard else 1000.0
            )
            writer.record(
                RecordedSecond(
                    reading=reading,
                    phase=coaching.session.phase,
                    interval=coaching.session.interval,
                    zone_state=coaching.zone_state,
                    cue=Cue.HOLD,
                    advice=advice,
                )
            )
        memory = learnt(coaching)
        closed = writer.close(
            SessionState.CLOSED,
            wall=NOON,
            summary=msgspec.to_builtins(outcome(coaching)),
            learnt=None if memory is None else memory.to_dict(),
        )
        closed.result(timeout=30)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    kept(tmp_path)
    with Store.at(tmp_path) as opened:
        yield opened


def only(store: Store) -> Past:
    found = results.pasts(store, "K-1")
    assert len(found) == 1
    return found[0]


def test_a_line_has_minutes_in_the_zone_and_the_effort_of_each_interval(store: Store) -> None:
    past = only(store)

    # 160 of 180 beats is 89 %; the first readings of an interval count from its second second on.
    assert past.planned_intervals == 2
    assert past.planned_s == 40
    assert len(past.intervals_in_zone_s) == 2
    assert past.in_zone_s == pytest.approx(sum(past.intervals_in_zone_s))
    assert past.intervals_in_zone_s[0] > 15
    assert past.efforts_borg == (13, 16)
    assert not past.stopped
    assert not past.estimate


def test_a_session_that_was_stopped_or_rests_on_an_estimate_says_so(tmp_path: Path) -> None:
    kept(tmp_path, replace(WITH_REST, hr_max_source=HrMaxSource.AGE_FORMULA), stopped_at=45)

    with Store.at(tmp_path) as store:
        past = only(store)

    assert past.stopped
    assert past.estimate


def test_nobody_elses_sessions_are_listed(store: Store) -> None:
    assert results.pasts(store, "K-2") == ()


def test_an_advice_is_followed_when_the_treadmill_came_to_stand_on_it(store: Store) -> None:
    whole = results.whole(store, only(store))

    assert whole is not None
    assert [(told.second, told.incline_percent, told.followed) for told in whole.told] == [
        (0.0, 2.0, True),
        (15.0, 6.0, False),
    ]
    assert whole.told[0].seen_s == 5.0


def test_the_heart_slows_by_thirty_beats_in_the_minute_after_the_last_interval(store: Store) -> None:
    whole = results.whole(store, only(store))

    assert whole is not None
    assert whole.recovery_60_bpm == 30


def test_the_hill_where_the_first_interval_began_is_told_with_its_reason(store: Store) -> None:
    whole = results.whole(store, only(store))

    assert whole is not None
    assert whole.start == Start(incline_percent=2.0, reason=StartReason.GUESSED)


def test_the_curve_is_broken_where_the_strap_was_silent_for_more_than_five_seconds(store: Store) -> None:
    whole = results.whole(store, only(store))

    assert whole is not None
    silent = [second for second, bpm in whole.beats if bpm is None]
    assert silent == [40.0]
    assert whole.good_percent < 100


def test_the_laps_are_those_that_were_walked(store: Store) -> None:
    whole = results.whole(store, only(store))

    assert whole is not None
    assert [(lap.phase, lap.interval) for lap in whole.laps] == [
        (Phase.WARM_UP, 0),
        (Phase.INTERVAL, 1),
        (Phase.RECOVERY, 1),
        (Phase.INTERVAL, 2),
        (Phase.COOL_DOWN, 2),
    ]


def test_a_session_whose_seconds_are_gone_has_no_chart(store: Store) -> None:
    assert results.whole(store, replace(only(store), id="gone")) is None


def test_what_was_learnt_is_told_in_beats_a_percent_and_seconds(store: Store) -> None:
    told = results.learnt(store, "K-1")
    record = earlier.learnt_of(store, "K-1")[0]

    assert told is not None
    # ACSM's walking equation at 5 km/h: one percent costs 1.8 x 83.3 m/min x 0.01 = 1.5 mL/kg/min.
    assert told.beats_per_percent == pytest.approx(1.5 * record["gain_bpm_per_ml"], abs=0.051)
    assert 20 <= told.lag_s <= 100
    assert told.sessions == 1


def test_nothing_is_known_of_a_stranger(store: Store) -> None:
    assert results.learnt(store, "K-2") is None
