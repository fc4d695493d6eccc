"""Seconds in the zone, interval by interval: "the clock starts when the load starts"."""

from dataclasses import replace

from station.training.prescription import Prescription
from station.training.reading import Reading
from station.training.session import Session, advance
from station.training.tally import IntervalTally, Tally, counted

QUICK = Prescription(warm_up_s=10, interval_s=20, recovery_s=10, cool_down_s=10, intervals=2)


def tallied(readings: list[Reading], prescription: Prescription = QUICK) -> Tally:
    session, tally = Session(prescription=prescription), Tally()
    for reading in readings:
        before, session = session, advance(session, reading)
        tally = counted(tally, before, session, reading, 180)
    return tally


def beats(seconds: int, bpm: int | None, *, from_s: int = 0, speed_kmh: float = 5.0) -> list[Reading]:
    return [Reading(at_s=from_s + second, heart_rate_bpm=bpm, speed_kmh=speed_kmh) for second in range(seconds)]


def test_only_intervals_count() -> None:
    tally = tallied(beats(75, 160))

    assert tally.in_zone_s == 40
    assert [interval.seconds for interval in tally.intervals] == [20, 20]


def test_below_in_above_and_silent_seconds_are_told_apart() -> None:
    told = beats(11, 120) + beats(5, 150, from_s=11) + beats(5, 160, from_s=16) + beats(5, 175, from_s=21)
    told += beats(5, None, from_s=26)

    assert tallied(told).intervals == (
        IntervalTally(seconds=20, in_zone_s=5, above_zone_s=5, silent_s=5, peak_bpm=175),
    )


def test_a_standing_belt_is_no_interval_work() -> None:
    told = beats(16, 160) + beats(10, 160, from_s=16, speed_kmh=0.0)

    assert tallied(told).in_zone_s == 5


def test_a_gap_of_more_than_five_seconds_is_no_time_in_any_zone() -> None:
    told = [*beats(16, 160), Reading(at_s=22, heart_rate_bpm=160, speed_kmh=5.0)]

    assert tallied(told).in_zone_s == 5


def test_the_highest_heart_rate_of_the_whole_session_is_kept() -> None:
    tally = tallied(beats(5, 190) + beats(11, 150, from_s=5))

    assert (tally.peak_bpm, tally.intervals[0].peak_bpm) == (190, 150)


def test_before_the_start_nothing_is_counted() -> None:
    assert tallied(beats(9, 150, speed_kmh=0.0)) == Tally()


def test_the_second_of_a_restart_is_not_counted() -> None:
    told = beats(16, 160)
    told[-1] = replace(told[-1], resumed=True)

    assert tallied(told).in_zone_s == 4
