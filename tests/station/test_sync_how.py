"""How a session was trained, as its report tells it: by what, with which advice, and where it began and why."""

from dataclasses import replace
from pathlib import Path

import pytest
from store_sessions import read_store, stored_short

from station.coach.memory import Memory
from station.coach.start import Start, StartReason
from station.language import Language
from station.staff.mode import Mode
from station.store.kept import StoredAdvice
from station.sync.how import how, start
from station.sync.report import report
from station.sync.report_words import INTERVALS
from station.sync.whole import WholeSession, whole_session
from station.sync.words import Words

NORWEGIAN = Words(Language.BOKMAL, INTERVALS)
LEARNT = Memory(
    hr_max_bpm=180,
    beta_blocker=False,
    offset_bpm=60.0,
    gain_bpm_per_ml=3.0,
    running_bpm=0.0,
    covariance=(0.0,) * 6,
    lag_weights=(),
    interval_incline_percent=6.5,
)


@pytest.fixture
def read(tmp_path: Path) -> WholeSession:
    [session_id] = stored_short(tmp_path)
    with read_store(tmp_path) as store:
        whole = whole_session(store, session_id)
    begins_s = next(lap.seconds[0].reading.at_s for lap in whole.laps() if lap.phase == "interval")
    asked = StoredAdvice(at_s=begins_s - 8, advice={"incline_percent": 6.5}, veto=None)
    late = StoredAdvice(at_s=begins_s + 9, advice={"incline_percent": 9.0}, veto=None)
    return replace(whole, advices=(asked, late))


def told(read: WholeSession, **plan: object) -> dict[str, str]:
    header = replace(read.header, plan=replace(read.header.plan, **plan))  # type: ignore[arg-type]
    return dict(how(replace(read, header=header), NORWEGIAN))


def test_the_report_says_by_what_it_was_trained(read: WholeSession) -> None:
    assert told(read)["Måte"] == "gange eller løp, etter puls"
    assert told(read, walk_only=True)["Måte"] == "bare gange, etter puls"
    assert told(read, borg_mode=True)["Måte"] == "gange eller løp, etter Borg"


@pytest.mark.parametrize(
    ("mode", "shown"), [(Mode.FULL, "alle"), (Mode.DECREASE_ONLY, "bare lettere"), (Mode.SHADOW, "ingen (skygge)")]
)
def test_the_report_says_how_much_of_the_advice_was_shown(read: WholeSession, mode: Mode, shown: str) -> None:
    page = report(replace(read, header=replace(read.header, mode=mode)), Language.BOKMAL).decode()

    assert f"Råd vist <b>{shown}</b>" in page


def test_where_the_first_interval_began_is_what_was_advised_then(read: WholeSession) -> None:
    assert start(read) == Start(incline_percent=6.5, reason=StartReason.GUESSED)


def test_a_start_that_the_therapist_set_is_called_prescribed(read: WholeSession) -> None:
    assert told(read, start_incline_percent=6.5)["Første bakke"] == "6,5 % (foreskrevet)"


def test_a_start_that_earlier_sessions_taught_is_called_so(read: WholeSession) -> None:
    taught = replace(read, prior=(LEARNT.to_dict(),))

    assert start(taught) == Start(incline_percent=6.5, reason=StartReason.LEARNT)


def test_without_an_interval_or_an_advice_there_is_no_start(read: WholeSession) -> None:
    assert start(replace(read, advices=())) is None
    assert start(replace(read, seconds=read.seconds[:5])) is None
