"""How far a heart rate is trusted. Figures: Polar and QZ issue threads, real 1 Hz recordings, see `signal`."""

import pytest
from told_by_the_strap import REST, WORK, after, beating, signals, told

from station.training.reading import Reading
from station.training.signal import Doubt, Expectation, Quality, Signal, judged


def last(*parts: list[Reading], expectation: Expectation | None = None) -> Signal:
    return signals(after(*parts), expectation)[-1]


def test_before_the_first_heart_rate_there_is_none_to_trust() -> None:
    assert Signal().quality is Quality.STALE


def test_a_steady_strap_is_good_after_it_has_settled() -> None:
    signal = last(told(20, beating(140)))

    assert (signal.quality, signal.doubt) == (Quality.GOOD, None)
    assert signal.trusted_bpm == signal.heart_rate_bpm
    assert signal.trusted_at_s == 19


def test_the_first_ten_seconds_of_a_strap_are_not_used() -> None:
    judgements = signals(told(11, beating(140)))

    assert {signal.doubt for signal in judgements[:10]} == {Doubt.SETTLING}
    assert judgements[10].quality is Quality.GOOD


def test_wild_beats_at_the_start_put_off_the_settling() -> None:
    signal = last(told(6, 180), told(9, beating(110)))

    assert signal.doubt is Doubt.SETTLING


def test_the_strap_must_be_good_for_as_long_as_it_says() -> None:
    signal = last(told(50, beating(140)))

    assert signal.good_for_s == 39


def test_a_silence_of_five_seconds_makes_the_heart_rate_stale() -> None:
    judgements = signals(after(told(40, beating(140)), told(8, None)))

    assert [signal.quality for signal in judgements[40:]] == [Quality.DOUBTFUL] * 5 + [Quality.STALE] * 3
    assert judgements[-1].doubt is Doubt.SILENT
    assert judgements[-1].heart_rate_bpm is None


def test_the_silence_is_counted_from_the_last_heart_rate() -> None:
    held = [
        Reading(at_s=40.0 + age, heart_rate_bpm=140, heart_rate_age_s=float(age), speed_kmh=5.0) for age in range(1, 6)
    ]
    signal = signals([*told(40, beating(140)), *held, *told(3, None, from_s=46)])[-1]

    assert signal.silent_s == 8


def test_a_heart_rate_older_than_five_seconds_is_none() -> None:
    old = Reading(at_s=40.0, heart_rate_bpm=140, heart_rate_age_s=5.5, speed_kmh=5.0)

    signal = signals([*told(40, beating(140)), old])[-1]

    assert signal.heart_rate_bpm is None
    assert signal.doubt is Doubt.SILENT


def test_the_last_trusted_heart_rate_is_kept_through_the_silence() -> None:
    signal = last(told(40, beating(140)), told(1, 141), told(20, None))

    assert (signal.trusted_bpm, signal.trusted_at_s) == (141, 40)


@pytest.mark.parametrize(("gap_s", "good_for_s"), [(2, 31), (3, 16)])
def test_a_gap_of_more_than_two_seconds_leaves_half_of_the_trust_that_is_needed(gap_s: int, good_for_s: float) -> None:
    signal = last(told(40, beating(140)), told(gap_s, None), told(2 if gap_s == 3 else 3, beating(140)))

    assert signal.good_for_s == good_for_s


def test_after_a_long_silence_the_strap_settles_anew() -> None:
    signal = last(told(40, beating(150)), told(50, None), told(5, beating(100)))

    assert signal.doubt is Doubt.SETTLING


@pytest.mark.parametrize("bpm", [0, 29, 241, 255])
def test_a_number_that_is_no_heart_rate_counts_as_silence(bpm: int) -> None:
    signal = last(told(40, beating(140)), told(7, bpm))

    assert (signal.quality, signal.doubt) == (Quality.STALE, Doubt.SILENT)


def test_no_contact_with_a_repeated_value_counts_as_silence_after_three_seconds() -> None:
    judgements = signals(after(told(40, beating(140)), told(8, 140, contact=False)))

    assert judgements[42].quality is Quality.GOOD
    assert judgements[43].doubt is Doubt.NO_CONTACT
    assert judgements[-1].quality is Quality.STALE


def test_no_contact_without_a_heart_rate_says_so() -> None:
    signal = last(told(40, beating(140)), told(3, None, contact=False))

    assert signal.doubt is Doubt.NO_CONTACT


def test_a_moment_without_contact_is_forgiven_while_the_beats_go_on() -> None:
    signal = last(told(40, beating(140)), told(5, lambda second: 140 + int(second) % 2, contact=False))

    assert signal.quality is Quality.GOOD


def test_beats_off_the_skin_are_doubtful_after_ten_seconds() -> None:
    signal = last(told(40, beating(140)), told(12, lambda second: 140 + int(second) % 2, contact=False))

    assert (signal.quality, signal.doubt) == (Quality.DOUBTFUL, Doubt.NO_CONTACT)


def test_a_strap_that_tells_nothing_of_contact_is_trusted_all_the_same() -> None:
    assert last(told(40, beating(140), contact=None)).quality is Quality.GOOD


def test_a_number_that_stands_still_for_half_a_minute_is_suspect() -> None:
    judgements = signals(after(told(70, beating(140)), told(45, 141, contact=True)))

    assert judgements[70 + 29].quality is Quality.GOOD
    assert judgements[70 + 31].doubt is Doubt.FROZEN


def test_a_number_that_stands_still_is_suspect_sooner_when_the_load_has_changed() -> None:
    judgements = signals(after(told(70, beating(140), incline_percent=WORK), told(22, 143, incline_percent=REST)))

    assert judgements[-1].doubt is Doubt.FROZEN
    assert judgements[-3].quality is Quality.GOOD


def test_a_number_that_stands_still_is_suspect_sooner_when_the_coach_expected_it_to_move() -> None:
    signal = Signal()
    for reading in after(told(80, beating(140)), told(25, 141)):
        expected = Expectation(mean_bpm=140 + max(0.0, reading.at_s - 80) * 0.3, sd_bpm=3)
        signal = judged(signal, reading, expected)

    assert signal.doubt is Doubt.FROZEN


def test_a_strap_that_died_and_repeats_its_last_value_becomes_silent() -> None:
    signal = last(told(70, beating(140)), told(50, 141))

    assert (signal.quality, signal.doubt, signal.heart_rate_bpm) == (Quality.STALE, Doubt.FROZEN, None)
    assert signal.silent_s == 49


def test_a_steady_heart_is_not_frozen_while_its_intervals_go_on() -> None:
    def beat(reading: Reading) -> Reading:
        second = int(reading.at_s)
        return Reading(at_s=reading.at_s, heart_rate_bpm=150, rr_ms=(400.0 + second % 3, 399.0), speed_kmh=5.0)

    assert signals(map(beat, told(120, 150)))[-1].quality is Quality.GOOD


def test_a_strap_that_repeats_heart_rate_and_interval_is_frozen() -> None:
    frozen = [Reading(at_s=float(second), heart_rate_bpm=150, rr_ms=(400.0,), speed_kmh=5.0) for second in range(90)]

    assert signals(frozen)[-1].doubt is Doubt.FROZEN


@pytest.mark.parametrize(("jump", "doubted_s"), [(-40, 44), (-14, 44), (14, 19), (40, 19)])
def test_a_jump_at_an_unchanged_load_is_doubted(jump: int, doubted_s: int) -> None:
    judgements = signals(after(told(70, beating(142)), told(doubted_s, beating(142 + jump))))

    assert {signal.quality for signal in judgements[70:]} == {Quality.DOUBTFUL}
    assert judgements[70].heart_rate_bpm is not None
    assert judgements[-1].trusted_bpm == judgements[69].heart_rate_bpm


def test_a_rise_that_persists_is_believed_after_20_s_for_a_high_heart_must_not_be_overlooked() -> None:
    judgements = signals(after(told(70, beating(140)), told(45, beating(160))))

    assert judgements[70 + 18].doubt is Doubt.JUMP
    assert judgements[-1].quality is Quality.GOOD
    assert judgements[-1].good_for_s < 30


def test_a_heart_rate_that_leaps_about_is_never_believed() -> None:
    wild = told(120, lambda second: 90 if int(second) % 7 < 4 else 180)

    assert last(told(70, beating(140)), wild).quality is Quality.DOUBTFUL


def test_a_short_spike_is_put_aside_and_costs_nothing() -> None:
    judgements = signals(after(told(70, beating(140)), told(2, 190), told(3, beating(140))))

    assert judgements[70].doubt is Doubt.JUMP
    assert judgements[-1].quality is Quality.GOOD
    assert judgements[-1].good_for_s > 55


def test_the_way_back_from_a_spike_that_was_believed_is_believed() -> None:
    early = told(40, beating(120), incline_percent=REST)
    spike = told(2, 140, incline_percent=WORK)

    judgements = signals(after(early, spike, told(2, beating(120), incline_percent=WORK)))

    assert judgements[41].quality is Quality.GOOD
    assert judgements[-1].quality is Quality.GOOD


@pytest.mark.parametrize(("before", "now", "jump"), [(REST, WORK, 20), (WORK, REST, -20)])
def test_a_jump_the_way_the_load_moved_is_believed(before: float, now: float, jump: int) -> None:
    changed = told(10, beating(130), incline_percent=now)

    signal = last(
        told(40, beating(130), incline_percent=before), changed, told(2, beating(130 + jump), incline_percent=now)
    )

    assert signal.quality is Quality.GOOD


def test_a_jump_against_the_load_is_doubted() -> None:
    changed = told(10, beating(130), incline_percent=WORK)

    signal = last(told(40, beating(130), incline_percent=REST), changed, told(2, beating(110), incline_percent=WORK))

    assert signal.quality is Quality.DOUBTFUL


def test_a_load_that_moved_more_than_a_minute_ago_explains_nothing() -> None:
    signal = last(
        told(70, beating(130), incline_percent=REST),
        told(70, beating(140), incline_percent=WORK),
        told(2, beating(162), incline_percent=WORK),
    )

    assert signal.doubt is Doubt.JUMP


def test_a_jump_is_not_held_against_the_load_while_the_treadmill_is_silent() -> None:
    signal = last(told(40, beating(130)), told(2, beating(150), speed_kmh=None, incline_percent=None))

    assert signal.quality is Quality.GOOD


def test_a_belt_that_tells_no_incline_still_tells_its_load() -> None:
    signal = last(told(40, beating(130), incline_percent=None), told(2, beating(160), incline_percent=None))

    assert signal.doubt is Doubt.JUMP


def test_a_strap_that_slides_down_to_the_step_rate_is_doubted_within_seconds() -> None:
    # A strap that locked low at 61 % made a coach raise the belt from 11 to 15 % while the heart was at 98 %.
    slide = told(60, lambda second: max(beating(112)(second), 167 - 5 * int(second)))

    judgements = signals(after(told(80, beating(167)), slide))

    assert judgements[80 + 8].quality is Quality.DOUBTFUL
    assert judgements[-1].doubt is Doubt.CADENCE


def test_a_strap_locked_to_the_steps_is_believed_after_an_interval_and_stays_too_low() -> None:
    judgements = signals(after(told(80, beating(167)), told(260, beating(112))))

    assert judgements[80 + 235].doubt is Doubt.CADENCE
    assert judgements[-1].quality is Quality.GOOD
    assert judgements[-1].too_low


@pytest.mark.parametrize("over_s", [1, 3, 6])
def test_a_fall_of_15_bpm_within_seconds_at_an_unchanged_load_is_doubted(over_s: int) -> None:
    def falls(second: float) -> int:
        return round(max(121 + (second % 2), 136 - 15 * (second + 1) / over_s))

    signal = last(told(80, beating(136)), told(60, falls))

    assert (signal.doubt, signal.too_low) == (Doubt.CADENCE, True)


def test_a_small_step_down_does_not_explain_a_great_fall() -> None:
    # Half a percent at 5 km/h costs 0.45 km/h of level walking: that is some 4 bpm.
    signal = last(
        told(80, beating(136), incline_percent=WORK),
        told(15, beating(136), incline_percent=WORK - 0.5),
        told(20, beating(118), incline_percent=WORK - 0.5),
    )

    assert signal.too_low


def test_a_heart_rate_that_comes_back_is_trusted_within_20_s() -> None:
    judgements = signals(after(told(80, beating(140)), told(90, beating(112)), told(25, beating(150))))

    assert judgements[170 + 6].quality is Quality.GOOD
    assert not judgements[170 + 6].too_low
    assert judgements[170 + 20].good_for_s >= 28


def test_a_heart_rate_that_comes_to_what_the_coach_expects_is_back() -> None:
    signal = signals(after(told(80, beating(150)), told(40, beating(128))), Expectation(mean_bpm=130, sd_bpm=8))[-1]

    assert not signal.too_low


def test_a_lower_load_that_has_stood_for_a_minute_explains_a_fall() -> None:
    lower = told(70, beating(112), incline_percent=REST)

    judgements = signals(after(told(80, beating(140)), told(30, beating(112)), lower))

    assert judgements[110 + 50].too_low
    assert (judgements[-1].too_low, judgements[-1].quality) == (False, Quality.GOOD)
    assert judgements[-1].good_for_s < 15


def test_a_lower_load_explains_no_more_than_it_can() -> None:
    # Four percent off at 11.4 km/h cost a runner some 20 bpm, not 46.
    before = told(80, beating(174), incline_percent=8.0, speed_kmh=11.4)
    after_step = told(150, beating(128), incline_percent=4.0, speed_kmh=11.4)

    assert last(before, after_step).too_low


def test_a_fall_is_not_explained_by_a_belt_that_nobody_sees() -> None:
    unseen = told(90, beating(112), speed_kmh=None, incline_percent=None)

    assert last(told(80, beating(140)), told(10, beating(112)), unseen).too_low


def test_a_long_silence_ends_a_fall() -> None:
    signal = last(told(80, beating(140)), told(20, beating(112)), told(50, None))

    assert not signal.too_low


def test_a_heart_rate_that_stays_when_the_interval_begins_is_doubted() -> None:
    # A strap locked to the steps around the whistle: nothing told it from a calm heart before.
    locked = told(40, lambda second: 110 + int(second) % 2, incline_percent=WORK)

    judgements = signals(after(told(60, lambda second: 110 + int(second) % 2, incline_percent=REST), locked))

    assert judgements[60 + 20].quality is Quality.GOOD
    assert (judgements[-1].doubt, judgements[-1].too_low) == (Doubt.CADENCE, True)


def test_a_heart_that_rises_with_the_interval_is_not_doubted() -> None:
    rising = told(60, lambda second: round(110 + 0.4 * second), incline_percent=WORK)

    assert last(told(60, beating(110), incline_percent=REST), rising).quality is Quality.GOOD


def test_a_stretch_of_hardly_any_movement_ends_with_the_load() -> None:
    calm = told(20, lambda second: 110 + int(second) % 2, incline_percent=WORK)
    back = told(40, lambda second: 110 + int(second) % 2, incline_percent=REST)

    assert not last(told(40, lambda second: 110 + int(second) % 2, incline_percent=REST), calm, back).too_low


def test_a_runners_step_rate_is_another_than_a_walkers() -> None:
    ran = last(told(80, beating(120), speed_kmh=9.0), told(20, beating(165), speed_kmh=9.0))
    walked = last(told(80, beating(120)), told(20, beating(165)))

    assert (ran.doubt, walked.doubt) == (Doubt.CADENCE, Doubt.JUMP)


def test_a_step_rate_means_nothing_while_the_treadmill_is_silent() -> None:
    silent = told(20, beating(112), speed_kmh=None, incline_percent=None)

    assert last(told(80, beating(180)), silent).doubt is Doubt.JUMP


def rr(reading: Reading, *intervals_ms: float) -> Reading:
    return Reading(
        at_s=reading.at_s, heart_rate_bpm=reading.heart_rate_bpm, speed_kmh=reading.speed_kmh, rr_ms=intervals_ms
    )


def test_intervals_that_contradict_the_heart_rate_for_ten_seconds_make_it_doubtful() -> None:
    # 60/0.35 s = 171 bpm, 22 % more than the 140 bpm that the strap states; 5 % are allowed.
    judgements = signals([rr(reading, 350.0 + reading.at_s % 3, 351.0) for reading in told(40, beating(140))])

    assert judgements[-1].doubt is Doubt.RR_MISMATCH


def test_a_missed_beat_is_no_contradiction() -> None:
    # 1.5 % of real intervals are artefacts: a beat missed doubles one interval.
    readings = [rr(reading, 860.0 if reading.at_s % 20 == 0 else 430.0, 428.0) for reading in told(60, beating(140))]

    assert signals(readings)[-1].quality is Quality.GOOD


def test_intervals_no_heart_can_have_do_not_count_as_consistent() -> None:
    # Polar H10: insane RR early in a session; 250-2000 ms is what a heart can do.
    readings = [rr(reading, 5.0, 9000.0) for reading in told(40, beating(140))]

    assert signals(readings)[-1].doubt is Doubt.RR_MISMATCH


def test_seconds_without_intervals_do_not_settle_a_contradiction() -> None:
    readings = [
        rr(reading, *((350.0 + reading.at_s % 3,) if reading.at_s % 2 else ())) for reading in told(40, beating(140))
    ]

    assert signals(readings)[-1].doubt is Doubt.RR_MISMATCH


def test_a_heart_rate_far_from_what_the_coach_expected_is_doubted_and_then_believed() -> None:
    expected = Expectation(mean_bpm=165, sd_bpm=2)

    judgements = signals(told(70, beating(150)), expected)

    assert judgements[20].doubt is Doubt.UNEXPECTED
    assert judgements[-1].quality is Quality.GOOD


def test_an_unsure_coach_expects_anything() -> None:
    assert last(told(30, beating(150)), expectation=Expectation(mean_bpm=165, sd_bpm=5)).quality is Quality.GOOD


def test_silence_is_no_surprise_to_the_coach() -> None:
    signal = last(told(5, None), expectation=Expectation(mean_bpm=165, sd_bpm=2))

    assert signal.doubt is Doubt.SILENT


def test_after_a_restart_the_strap_begins_anew() -> None:
    before = signals(told(60, beating(150)))[-1]

    signal = judged(before, Reading(at_s=3.0, heart_rate_bpm=110, resumed=True))

    assert (signal.doubt, signal.trusted_bpm, signal.good_for_s) == (Doubt.SETTLING, None, 0)


def test_a_clock_that_stands_still_fills_no_memory() -> None:
    same_instant = [Reading(at_s=0.0, heart_rate_bpm=140, speed_kmh=4 + i % 9) for i in range(500)]

    trail = signals([*told(30, beating(140)), *same_instant])[-1].trail

    assert len(trail.beats) <= 101
    assert len(trail.loads) <= 101


def test_beats_that_drift_one_way_at_an_unchanged_load_are_a_hearts_after_all() -> None:
    locked_high = told(60, lambda s: 158 + int(s) % 2, speed_kmh=5.0, incline_percent=0.0)
    comes_down = told(120, lambda s: round(134 - 0.18 * s), speed_kmh=5.0, incline_percent=0.0)

    seen = signals(after(locked_high, comes_down))

    assert seen[62].too_low
    assert seen[70].quality is Quality.DOUBTFUL
    assert not seen[-1].too_low
    assert seen[-1].quality is Quality.GOOD


def test_steps_that_stay_as_they_are_never_become_a_heart() -> None:
    working = told(60, lambda s: 158 + int(s) % 2, speed_kmh=5.0, incline_percent=8.0)
    steps = told(150, lambda s: 118 + int(3 * s) % 4, speed_kmh=5.0, incline_percent=8.0)

    seen = signals(after(working, steps))

    assert all(signal.too_low for signal in seen[64:])
