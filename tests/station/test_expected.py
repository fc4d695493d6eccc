"""The band of a session's chart: what the coach expected half a minute before, and nothing it learnt since."""

from dataclasses import replace
from pathlib import Path

import pytest
from store_sessions import read_store, stored_short

from station.expected import AHEAD_S, expected
from station.sync.whole import WholeSession, whole_session


@pytest.fixture
def read(tmp_path: Path) -> WholeSession:
    [session_id] = stored_short(tmp_path)
    with read_store(tmp_path) as store:
        return whole_session(store, session_id)


def beating(read: WholeSession, *, from_second: int, by_bpm: int) -> WholeSession:
    """The same session with another heart from this second on."""
    seconds = tuple(
        replace(
            second,
            reading=replace(second.reading, heart_rate_bpm=(second.reading.heart_rate_bpm or 100) + by_bpm),
        )
        if number >= from_second
        else second
        for number, second in enumerate(read.seconds)
    )
    return replace(read, seconds=seconds)


def test_what_the_heart_did_in_the_last_half_minute_is_not_in_the_band(read: WholeSession) -> None:
    (*_, last), _ = expected(read)
    number = round(last[0])

    (*_, unmoved), _ = expected(beating(read, from_second=number - AHEAD_S + 1, by_bpm=12))
    (*_, moved), _ = expected(beating(read, from_second=number - AHEAD_S - 8, by_bpm=12))

    assert unmoved == last
    assert moved != last


def test_the_band_begins_half_a_minute_after_the_coach_and_has_two_sides(read: WholeSession) -> None:
    band, good = expected(read)

    assert band[0][0] >= AHEAD_S
    assert all(low < high for _, low, high in band)
    assert 0 <= good <= 100
