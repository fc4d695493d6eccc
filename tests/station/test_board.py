"""The board: the newest sample of each device, and silence as None."""

from station.board import Board
from station.moment import StrapState
from station.ports import BeltSample, HeartRateSample, Link, LinkState
from station.training.reading import Press


def beat(at_s: float, heart_rate_bpm: int | None = 120, *, contact: bool | None = True) -> HeartRateSample:
    return HeartRateSample(at_s=at_s, heart_rate_bpm=heart_rate_bpm, contact=contact, rr_ms=(500.0,))


def test_a_reading_has_the_newest_of_each_device() -> None:
    board = Board()
    board.heard(beat(9.0, 118))
    board.heard(beat(10.0, 121))
    board.seen(BeltSample(at_s=9.8, speed_kmh=5.0, incline_percent=3.5))

    reading = board.reading(10.2)

    assert (reading.heart_rate_bpm, reading.speed_kmh, reading.incline_percent) == (121, 5.0, 3.5)
    assert reading.heart_rate_age_s == 10.2 - 10.0


def test_a_heart_rate_older_than_five_seconds_is_silence() -> None:
    board = Board()
    board.heard(beat(10.0))

    assert board.reading(15.0).heart_rate_bpm == 120
    assert board.reading(15.1).heart_rate_bpm is None
    assert board.strap_silent_s(40.0) == 30.0


def test_a_treadmill_that_stops_answering_is_silence_not_standing() -> None:
    board = Board()
    board.seen(BeltSample(at_s=10.0, speed_kmh=5.0, incline_percent=1.0))

    assert board.reading(13.5).speed_kmh is None
    assert board.reading(13.5).incline_percent is None
    assert not board.treadmill_answers(13.5)
    assert board.treadmill_silent_s(13.5) == 3.5


def test_presses_and_rr_intervals_are_handed_over_once() -> None:
    board = Board()
    board.heard(beat(1.0))
    board.heard(beat(1.5))
    board.pressed(Press.STOP)

    first, second = board.reading(2.0), board.reading(3.0)

    assert (first.rr_ms, first.pressed) == ((500.0, 500.0), (Press.STOP,))
    assert (second.rr_ms, second.pressed) == ((), ())


def test_the_patient_is_told_how_it_stands_with_the_strap() -> None:
    board = Board()
    assert board.strap_state(board.reading(0.0)) is StrapState.SEARCHING
    assert board.strap_silent_s(0.0) == 0.0

    board.heard(Link(state=LinkState.CONNECTED))
    assert board.strap_state(board.reading(0.5)) is StrapState.NO_CONTACT

    board.heard(beat(1.0))
    assert board.strap_state(board.reading(1.0)) is StrapState.BEATING

    board.heard(beat(2.0, contact=False))
    assert board.strap_state(board.reading(2.0)) is StrapState.NO_CONTACT

    assert board.strap_state(board.reading(30.0)) is StrapState.LOST


def test_the_treadmills_link_is_kept() -> None:
    board = Board()
    assert not board.treadmill_answers(0.0)
    assert board.treadmill_silent_s(5.0) == 0.0

    board.seen(Link(state=LinkState.LOST, detail="unplugged"))

    assert board.treadmill_link.state is LinkState.LOST


def test_the_eye_may_see_new_beats_between_two_seconds_and_the_next_reading_has_everything() -> None:
    board = Board()
    board.heard(beat(10.0, 118))
    board.pressed(Press.STOP)
    reading = board.reading(10.2)
    board.heard(beat(10.6, 124, contact=False))

    seen, following = board.with_newest_beats(reading), board.reading(11.2)

    assert (seen.at_s, seen.heart_rate_bpm, seen.contact) == (10.6, 124, False)
    assert (seen.pressed, seen.rr_ms) == ((), ())
    assert (following.heart_rate_bpm, following.rr_ms) == (124, (500.0,))


def test_without_new_beats_the_eye_sees_the_reading() -> None:
    board = Board()
    assert board.with_newest_beats(board.reading(10.0)) == board.reading(10.0)
    board.heard(beat(10.0, 118))
    reading = board.reading(10.2)

    assert board.with_newest_beats(reading) == reading
