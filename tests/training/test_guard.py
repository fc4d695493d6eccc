"""What the guard does with the coach's wish. The figures are those of `station.training.limits`."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from told_by_the_strap import after, beating, told

from station.training.advice import Advice, Prediction, Reason
from station.training.bars import BARS
from station.training.guard import Alarm, Guard, guarded
from station.training.patient import HrMaxSource, Patient, Reach
from station.training.prescription import Phase, Prescription
from station.training.reading import Reading
from station.training.session import Session, advance
from station.training.signal import Doubt, Quality, Signal
from station.training.suspicion import Fall, Suspicion

WARM_UP_S, INTERVAL_S, RECOVERY_S = 60, 240, 60
SHORT = Prescription(warm_up_s=WARM_UP_S, interval_s=INTERVAL_S, recovery_s=RECOVERY_S, cool_down_s=60, intervals=2)
ANNE = Patient(
    hr_max_bpm=180,
    start_incline_percent=7,
    recovery_incline_percent=1,
    speed_kmh=5,
    prescription=SHORT,
)
"""93 % of her HRmax is 167, 95 % is 171, 97 % is 174.6."""

Wish = float | Advice | None | Callable[[Reading, Session], float | Advice | None]


class Room:
    """A patient on a belt that does what is advised at once, and a coach who wishes what the test says."""

    def __init__(self, patient: Patient = ANNE) -> None:
        self.patient = patient
        self.session = Session(prescription=patient.prescription)
        self.signal = Signal()
        self.guard = Guard()
        self.incline = 1.0
        self.wish: Advice | None = None
        self.seen: list[tuple[Reading, Session, Guard]] = []

    def goes_on(self, readings: Iterable[Reading], wish: Wish, *, follows: bool = True) -> "Room":
        begins_s = self.seen[-1][0].at_s + 1 if self.seen else 0.0
        for told_reading in after(readings):
            reading = replace(told_reading, at_s=begins_s + told_reading.at_s)
            if follows and reading.incline_percent is not None:
                advised = self.guard.advice.incline_percent if self.guard.advice else None
                self.incline = self.incline if advised is None else advised
                reading = replace(reading, incline_percent=self.incline)
            self.session = advance(self.session, reading)
            self.signal = heard(self.signal, reading)
            self.guard = guarded(
                self.guard,
                self._wished(wish, reading),
                reading=reading,
                session=self.session,
                signal=self.signal,
                patient=self.patient,
            )
            self.seen.append((reading, self.session, self.guard))
        return self

    def _wished(self, wish: Wish, reading: Reading) -> Advice | None:
        wished = wish(reading, self.session) if callable(wish) else wish
        if isinstance(wished, int | float):
            wished = Advice(incline_percent=wished, reason=Reason.IN_ZONE, since_s=reading.at_s)
        if wished is None or not wished.same_load(self.wish):
            self.wish = wished
        return self.wish

    @property
    def advised(self) -> float | None:
        return self.guard.advice.incline_percent if self.guard.advice else None

    @property
    def vetoes(self) -> set[str | None]:
        return {guard.veto for _, _, guard in self.seen}

    @property
    def changes(self) -> list[tuple[float, float | None]]:
        """When the advised incline changed, and to what."""
        found: list[tuple[float, float | None]] = []
        for reading, _, guard in self.seen:
            now = guard.advice.incline_percent if guard.advice else None
            if not found or found[-1][1] != now:
                found.append((reading.at_s, now))
        return found


def heard(signal: Signal, reading: Reading) -> Signal:
    """A strap without faults but silence: the guard is tested apart from how a signal is judged."""
    passed_s = 0.0 if signal.at_s is None else reading.at_s - signal.at_s
    if reading.heart_rate_bpm is None:
        silent_s = signal.silent_s + passed_s
        quality = Quality.STALE if silent_s > 5 else Quality.DOUBTFUL
        return replace(
            signal,
            quality=quality,
            doubt=Doubt.SILENT,
            heart_rate_bpm=None,
            silent_s=silent_s,
            good_for_s=0.0,
            at_s=reading.at_s,
        )
    return Signal(
        quality=Quality.GOOD,
        doubt=None,
        heart_rate_bpm=reading.heart_rate_bpm,
        trusted_bpm=reading.heart_rate_bpm,
        trusted_at_s=reading.at_s,
        good_for_s=signal.good_for_s + passed_s if signal.quality is Quality.GOOD else 0.0,
        at_s=reading.at_s,
    )


def walk(seconds: int, bpm: float | None = 120.0) -> list[Reading]:
    return told(seconds, None if bpm is None else beating(bpm))


def in_first_interval(bpm: float | None = 150.0, patient: Patient = ANNE, load: float = 7.0) -> Room:
    """40 s into the first interval, at the usual load since 12 s before the whistle."""
    room = Room(patient).goes_on(walk(WARM_UP_S - 12), 1.0)
    room.goes_on(walk(12), load)
    return room.goes_on(walk(41, bpm), load)


def faster(kmh: float, incline: float | None = None) -> Callable[[Reading, Session], Advice]:
    return lambda reading, _: Advice(
        incline_percent=incline, speed_kmh=kmh, reason=Reason.HILL_AT_ITS_END, since_s=reading.at_s
    )


def test_a_wish_within_every_limit_passes_unchanged() -> None:
    room = in_first_interval(bpm=150)

    assert room.guard.advice == replace(room.wish, since_s=48)
    assert (room.guard.veto, room.guard.alarm) == (None, None)


def test_there_is_no_advice_before_and_after_a_session() -> None:
    ready = Room().goes_on(told(5, 80, speed_kmh=0.0), 5.0)
    stopped = in_first_interval().goes_on(told(305, beating(100), speed_kmh=0.0), 7.0)

    assert (ready.guard.advice, stopped.guard.advice) == (None, None)
    assert stopped.session.phase is Phase.STOPPED


def test_a_coach_without_a_wish_leaves_the_patient_without_advice() -> None:
    assert in_first_interval().goes_on(walk(3, 150), None).guard.advice is None


def test_the_warm_up_load_needs_no_heart_rate() -> None:
    patient = replace(ANNE, warm_up_incline_percent=6.0)

    assert Room(patient).goes_on(walk(1, None), 6.0).advised == 6.0


def test_the_first_load_of_a_warm_up_is_no_interval_load() -> None:
    assert Room().goes_on(walk(1), 9.0).advised == 5.5


def test_a_probe_in_the_warm_up_goes_no_higher_than_the_usual_interval() -> None:
    room = Room(replace(ANNE, prescription=Prescription()))
    room.goes_on(walk(60, 110), 1.0).goes_on(walk(40, 110), 4.0).goes_on(walk(40, 115), 9.0)

    assert [incline for _, incline in room.changes] == [1.0, 4.0, 7.0]
    assert room.guard.veto == "easy_phase"


def test_nothing_harder_in_the_warm_up_above_its_zone() -> None:
    room = Room(replace(ANNE, prescription=Prescription())).goes_on(walk(60, 110), 1.0).goes_on(walk(60, 130), 3.0)

    assert (room.advised, room.guard.veto) == (1.0, "above_the_zone")


def test_the_load_of_an_interval_may_be_asked_for_in_one_step_before_the_whistle() -> None:
    room = in_first_interval()

    assert room.changes == [(0, 1.0), (48, 7.0)]


def test_an_interval_begins_at_most_4_5_percent_above_the_usual() -> None:
    room = Room().goes_on(walk(48), 1.0).goes_on(walk(1), 14.0)

    assert (room.advised, room.guard.veto) == (11.5, "above_usual")


def test_a_patient_without_a_usual_incline_begins_carefully() -> None:
    room = Room(replace(ANNE, start_incline_percent=None)).goes_on(walk(48), 1.0).goes_on(walk(5), 14.0)

    assert room.advised == 10.5


def test_the_next_interval_may_build_on_what_the_last_one_ended_with() -> None:
    room = in_first_interval(bpm=140).goes_on(walk(100, 140), 10.0).goes_on(walk(100, 140), 10.0)
    room.goes_on(walk(RECOVERY_S - 12, 120), lambda _, session: 1.0 if session.phase is Phase.RECOVERY else 10.0)
    room.goes_on(walk(11, 120), 14.0)

    assert room.session.phase is Phase.RECOVERY
    assert room.advised == 14.0


def test_without_a_trusted_heart_rate_an_interval_begins_below_the_usual() -> None:
    room = Room().goes_on(walk(40), 1.0).goes_on(walk(8, None), 1.0).goes_on(walk(1, None), 8.0)

    assert (room.advised, room.guard.veto) == (5.5, "start_in_silence")


def test_a_cautious_start_follows_the_load_the_last_interval_ended_with() -> None:
    room = in_first_interval(bpm=150).goes_on(walk(199, 150), 5.0)
    room.goes_on(walk(RECOVERY_S - 20, 120), 1.0).goes_on(walk(10, None), 1.0).goes_on(walk(2, None), 8.0)

    assert room.advised == 3.5


def wished_at(room: Room, incline_percent: float, signal: Signal) -> Guard:
    """What the guard makes of a wish for this incline in this second, with the heart rate judged like this."""
    reading = room.seen[-1][0]
    wish = Advice(incline_percent=incline_percent, reason=Reason.INTERVAL_SOON, since_s=reading.at_s)
    return guarded(room.guard, wish, reading=reading, session=room.session, signal=signal, patient=room.patient)


def doubted(signal: Signal) -> Signal:
    """A strap that beats, and is not believed."""
    return replace(signal, quality=Quality.DOUBTFUL, doubt=Doubt.JUMP, good_for_s=0.0)


def test_with_a_doubted_strap_an_interval_begins_just_below_what_the_last_one_ended_with() -> None:
    room = in_first_interval(bpm=150).goes_on(walk(199, 150), 7.0).goes_on(walk(RECOVERY_S - 10, 120), 1.0)

    guard = wished_at(room, 9.0, doubted(room.signal))

    assert guard.advice is not None
    assert (guard.advice.incline_percent, guard.veto) == (6.5, "cautious_start")


def test_a_load_that_no_trusted_heart_rate_has_seen_to_its_end_proves_nothing() -> None:
    room = in_first_interval(bpm=150).goes_on(walk(190, 150), 7.0).goes_on(walk(25, None), 7.0)
    room.goes_on(walk(RECOVERY_S - 25, 120), 1.0)

    guard = wished_at(room, 9.0, doubted(room.signal))

    assert guard.advice is not None
    assert guard.advice.incline_percent == 5.5


def test_nothing_harder_on_a_heart_rate_that_fell_without_a_cause() -> None:
    room = in_first_interval(bpm=150).goes_on(walk(60, 130), 7.0)
    fell = replace(room.signal, suspicion=Suspicion(fall=Fall(from_bpm=150, load_kmh=11.0)))

    assert wished_at(room, 8.0, room.signal).veto is None
    assert wished_at(room, 8.0, fell).veto == "fell_without_cause"


def test_a_strap_silent_for_a_minute_starts_no_interval() -> None:
    room = in_first_interval(bpm=150).goes_on(walk(199, 150), 7.0)
    room.goes_on(walk(RECOVERY_S, None), 1.0).goes_on(walk(10, None), 7.0)

    assert room.advised == 1.0
    assert room.guard.veto == "strap_lost"


def test_one_step_is_at_most_3_percent() -> None:
    room = in_first_interval(bpm=145).goes_on(walk(1, 145), 10.5)

    assert (room.advised, room.guard.veto) == (10.0, "step")
    assert room.guard.advice is not None
    assert room.guard.advice.reason is Reason.GUARD_LIMIT


def test_a_step_is_counted_from_where_the_patient_is() -> None:
    room = in_first_interval(bpm=145).goes_on(
        [replace(reading, incline_percent=5.0) for reading in walk(1, 145)], 10.0, follows=False
    )

    assert room.advised == 8.0


def test_a_patient_far_behind_is_not_asked_for_more() -> None:
    room = in_first_interval(bpm=145).goes_on(
        [replace(reading, incline_percent=2.0) for reading in walk(1, 145)], 10.0, follows=False
    )

    assert (room.advised, room.guard.veto) == (7.0, "step")


def test_a_steeper_hill_of_the_patients_own_choice_may_be_agreed_to() -> None:
    own = [replace(reading, incline_percent=11.0) for reading in walk(1, 145)]

    assert in_first_interval(bpm=145).goes_on(own, 11.0, follows=False).advised == 11.0


def test_all_steps_of_an_interval_together_are_at_most_4_percent() -> None:
    room = in_first_interval(bpm=145).goes_on(walk(30, 145), 9.5).goes_on(walk(60, 145), 14.0)

    assert (room.advised, room.guard.veto) == (11.0, "sum_of_steps")


def test_an_interval_that_began_low_may_still_reach_the_usual_load() -> None:
    room = in_first_interval(bpm=145, load=3.0).goes_on(walk(140, 145), 14.0)

    assert room.advised == 11.0


def test_28_seconds_lie_between_a_prompt_and_the_next_upward() -> None:
    room = in_first_interval(bpm=145)
    room.goes_on(walk(60, 145), lambda reading, _: 8.0 if reading.at_s < 105 else 9.0)

    times = [at_s for at_s, _ in room.changes]
    assert times[-1] - times[-2] == 28


def test_14_seconds_lie_between_prompts_that_ease_a_calm_heart() -> None:
    room = in_first_interval(bpm=155).goes_on(walk(1, 155), 6.5)
    room.goes_on(walk(20, 155), 6.0)

    times = [at_s for at_s, _ in room.changes]
    assert times[-1] - times[-2] == 14


@pytest.mark.parametrize("bpm", [165, None])
def test_easing_a_high_or_an_unknown_heart_rate_never_waits(bpm: float | None) -> None:
    room = in_first_interval(bpm=155).goes_on(walk(1, 155), 6.5).goes_on(walk(3, bpm), 6.5)

    assert room.goes_on(walk(1, bpm), 6.0).advised == 6.0


def test_a_patient_who_asks_for_an_easier_day_never_waits() -> None:
    room = in_first_interval(bpm=150).goes_on(walk(1, 150), 6.5)
    easier = Advice(incline_percent=5.0, reason=Reason.EASIER_TODAY, since_s=room.seen[-1][0].at_s + 1)

    assert room.goes_on(walk(1, 150), easier).advised == 5.0


def test_a_new_phase_never_waits() -> None:
    room = in_first_interval(bpm=150).goes_on(walk(195, 150), 7.0).goes_on(walk(3, 150), 6.5)

    assert room.goes_on(walk(2, 150), 1.0).advised == 1.0


def test_nothing_harder_before_the_heart_rate_has_been_good_for_30_s() -> None:
    room = in_first_interval(bpm=150).goes_on(walk(4, None), 7.0).goes_on(walk(60, 150), 8.0)

    (raised_at_s, raised_to) = room.changes[-1]
    assert (raised_at_s, raised_to) == (105 + 30, 8.0)


def test_nothing_harder_above_93_percent() -> None:
    room = in_first_interval(bpm=150).goes_on(walk(20, 167), 7.0).goes_on(told(5, lambda s: 169 + int(s) % 2), 8.0)

    assert (room.advised, room.guard.veto) == (7.0, "heart_rate_high")


def test_nothing_harder_above_88_percent_of_an_estimated_hr_max() -> None:
    estimated = replace(ANNE, hr_max_source=HrMaxSource.AGE_FORMULA)
    room = in_first_interval(bpm=150, patient=estimated).goes_on(told(5, lambda s: 160 + int(s) % 2), 8.0)

    assert room.guard.veto == "heart_rate_high"


def test_nothing_harder_in_the_last_22_seconds() -> None:
    room = in_first_interval(bpm=150).goes_on(walk(178, 150), 7.0).goes_on(walk(2, 150), 8.0)

    assert (room.advised, room.guard.veto) == (7.0, "nearly_over")


def test_nothing_harder_while_the_belt_stands() -> None:
    room = in_first_interval(bpm=150).goes_on(told(5, beating(150), speed_kmh=0.0), 8.0)

    assert (room.advised, room.guard.veto) == (7.0, "belt_standing")


def test_nothing_harder_for_a_belt_nobody_has_seen_for_15_s() -> None:
    unseen = told(20, beating(150), speed_kmh=None, incline_percent=None)
    room = in_first_interval(bpm=150).goes_on(unseen, 7.0).goes_on(unseen[:1], 8.0)

    assert (room.advised, room.guard.veto) == (7.0, "treadmill_silent")


def test_an_incline_the_treadmill_cannot_be_set_to_is_rounded_or_cut() -> None:
    small = replace(ANNE, treadmill=Reach(incline_max_percent=6.25, incline_step_percent=0.5))

    assert in_first_interval(patient=small).advised == 6.0
    assert in_first_interval(load=7.2).advised == 7.0


def test_a_flatter_belt_than_the_treadmills_lowest_setting_is_not_raised_by_rounding() -> None:
    steep = replace(ANNE, start_incline_percent=3.0, treadmill=Reach(incline_min_percent=2.0))
    room = Room(steep)
    room.incline = 0.0

    assert room.goes_on(walk(1), 0.0).guard.advice is None


def test_a_heart_above_95_percent_for_10_s_gets_a_step_down_in_proportion() -> None:
    # At 97 %: (97 - 91.5) % of 180 is 9.9 bpm; at 5 bpm a percent, four fifths of the way are 1.6 %: 2 % on the grid.
    room = in_first_interval(bpm=160).goes_on(told(11, lambda s: 174 + int(s) % 2 - 1), 7.0)

    assert room.advised in {5.0, 5.5}
    assert room.guard.advice is not None
    assert room.guard.advice.reason is Reason.GUARD_ABOVE_95
    assert "guard_above_95" in room.vetoes


def test_the_next_step_down_waits_for_the_heart_to_answer() -> None:
    room = in_first_interval(bpm=160).goes_on(told(60, lambda s: 173 + int(s) % 2 - 1), 7.0)

    times = [at_s for at_s, _ in room.changes]
    assert times[-1] - times[-2] == 30


def test_one_beat_below_the_edge_does_not_start_the_count_anew() -> None:
    room = in_first_interval(bpm=160).goes_on(told(15, lambda s: 170 if int(s) == 5 else 173), 7.0)

    assert room.advised == 5.5


def test_a_coach_who_eases_by_himself_is_not_overruled() -> None:
    room = in_first_interval(bpm=160).goes_on(told(8, lambda s: 172 + int(s) % 2), 7.0)
    room.goes_on(told(20, lambda s: 172 + int(s) % 2), 5.5)

    assert room.advised == 5.5
    assert room.guard.advice is not None
    assert room.guard.advice.reason is Reason.IN_ZONE


def test_an_estimated_hr_max_is_eased_at_90_percent() -> None:
    estimated = replace(ANNE, hr_max_source=HrMaxSource.AGE_FORMULA)
    room = in_first_interval(bpm=155, patient=estimated).goes_on(told(12, lambda s: 164 + int(s) % 2), 7.0)

    assert room.advised == 5.5


def test_a_runner_gets_a_longer_step_down_than_a_walker() -> None:
    running = told(12, lambda s: 173 + int(s) % 2, speed_kmh=9.0)
    runner = in_first_interval(bpm=160).goes_on(running, 7.0)

    assert runner.advised == 5.0


def test_after_a_step_down_the_coach_must_think_again_before_anything_harder() -> None:
    room = in_first_interval(bpm=160).goes_on(told(11, lambda s: 173 + int(s) % 2), 7.0)
    room.goes_on(walk(50, 160), 7.0)

    assert (room.advised, room.guard.veto) == (5.5, "wished_before_relief")
    assert room.goes_on(walk(1, 160), 6.5).advised == 6.5


def test_a_flat_hill_is_eased_by_speed() -> None:
    room = in_first_interval(bpm=160, load=0.0).goes_on(told(12, lambda s: 173 + int(s) % 2), 0.0)

    assert room.guard.advice is not None
    assert (room.guard.advice.incline_percent, room.guard.advice.speed_kmh) == (0.0, 4.5)


def test_slower_stands_until_the_coach_thinks_again() -> None:
    room = in_first_interval(bpm=160, load=0.0).goes_on(told(16, lambda s: 173 + int(s) % 2), 0.0)
    assert room.guard.advice is not None
    assert room.guard.advice.speed_kmh == 4.5

    faster_now = room.goes_on(
        walk(1, 160), lambda r, _: Advice(incline_percent=0.5, reason=Reason.BELOW_ZONE, since_s=r.at_s)
    )

    assert faster_now.guard.advice is not None
    assert faster_now.guard.advice.speed_kmh is None


@pytest.mark.parametrize("speed_kmh", [2.0, None])
def test_there_is_nothing_easier_than_the_slowest_belt_on_the_flat(speed_kmh: float | None) -> None:
    room = in_first_interval(bpm=160, load=0.0)
    high = told(12, lambda s: 173 + int(s) % 2, speed_kmh=speed_kmh)

    assert room.goes_on(high, 0.0).guard.advice == replace(room.wish, since_s=room.guard.advice.since_s)  # type: ignore[union-attr]


def test_nothing_is_eased_on_a_standing_belt() -> None:
    standing = told(12, lambda s: 173 + int(s) % 2, speed_kmh=0.0)

    assert in_first_interval(bpm=160).goes_on(standing, 7.0).advised == 7.0


def test_a_heart_above_97_percent_for_20_s_rests_to_the_end_of_the_interval() -> None:
    room = in_first_interval(bpm=165).goes_on(told(25, lambda s: 176 + int(s) % 2), 7.0)

    assert (room.advised, room.guard.alarm) == (1.0, Alarm.REST_NOW)
    room.goes_on(walk(60, 150), 7.0)
    assert (room.advised, room.guard.alarm, room.guard.veto) == (1.0, Alarm.REST_NOW, "wished_before_relief")
    room.goes_on(walk(20, 150), 6.0)
    assert (room.advised, room.guard.veto) == (1.0, "resting")


def test_a_rest_does_not_move_the_timetable() -> None:
    room = in_first_interval(bpm=165).goes_on(told(25, lambda s: 176 + int(s) % 2), 7.0)

    assert room.session.phase is Phase.INTERVAL
    assert room.session.phase_elapsed_s == 40 + 25


def test_after_a_rest_no_load_of_the_session_goes_as_high_again() -> None:
    room = in_first_interval(bpm=165).goes_on(told(25, lambda s: 176 + int(s) % 2), 7.0)
    led_to_rest = 7.0
    room.goes_on(walk(INTERVAL_S - 66, 150), 7.0).goes_on(walk(RECOVERY_S - 10, 120), 1.0).goes_on(walk(12, 120), 9.0)

    assert room.advised == led_to_rest - 1
    assert "after_rest" in room.vetoes


def test_a_rest_bounds_the_load_that_the_belt_had_not_the_one_that_was_asked_for() -> None:
    room = in_first_interval(bpm=165)
    steeper = [replace(r, incline_percent=11.0) for r in told(25, lambda s: 176 + int(s) % 2)]
    room.goes_on(steeper, 7.0, follows=False)

    assert room.guard.alarm is Alarm.REST_NOW
    assert room.guard.watch.ceiling_percent == 10.0


def test_a_rest_that_nobody_takes_is_asked_for_again_as_a_lower_speed() -> None:
    room = in_first_interval(bpm=165)
    steep = [replace(r, incline_percent=7.0) for r in told(90, lambda s: 176 + int(s) % 2)]
    room.goes_on(steep, 7.0, follows=False)

    speeds = [guard.advice.speed_kmh for _, _, guard in room.seen if guard.advice and guard.advice.speed_kmh]
    assert sorted(set(speeds), reverse=True) == [4.5, 4.0, 3.5, 3.0]
    assert room.guard.alarm is Alarm.REST_NOW


def test_easing_that_nobody_follows_is_asked_for_again_as_a_lower_speed() -> None:
    room = in_first_interval(bpm=165)
    steep = [replace(r, incline_percent=7.0) for r in told(30, lambda s: 172 + int(s) % 2)]
    room.goes_on(steep, 7.0, follows=False)

    assert room.guard.advice is not None
    assert room.guard.advice.speed_kmh == 4.5
    assert (room.advised or 0) < 7.0


def test_who_is_to_walk_is_eased_to_a_walk_even_from_a_running_belt() -> None:
    room = in_first_interval(bpm=165, patient=replace(ANNE, walk_only=True))
    runs = [replace(r, incline_percent=7.0) for r in told(30, lambda s: 172 + int(s) % 2, speed_kmh=8.0)]
    room.goes_on(runs, 7.0, follows=False)

    assert room.guard.advice is not None
    assert room.guard.advice.speed_kmh is not None
    assert room.guard.advice.speed_kmh <= 7.0


def test_a_relief_that_was_followed_is_not_repeated() -> None:
    room = in_first_interval(bpm=165).goes_on(told(80, lambda s: 176 + int(s) % 2), 7.0)

    assert room.guard.advice is not None
    assert room.guard.advice.speed_kmh is None


def test_a_second_rest_lowers_the_ceiling_further() -> None:
    room = in_first_interval(bpm=165).goes_on(told(25, lambda s: 176 + int(s) % 2), 7.0)
    room.goes_on(walk(INTERVAL_S - 66, 150), 7.0).goes_on(walk(RECOVERY_S - 10, 120), 1.0).goes_on(walk(12, 120), 9.0)
    first = room.guard.watch.ceiling_percent
    room.goes_on(walk(20, 165), 9.0).goes_on(told(25, lambda s: 176 + int(s) % 2), 9.0)

    assert first is not None
    assert room.guard.watch.ceiling_percent is not None
    assert room.guard.watch.ceiling_percent < first


def test_a_runner_who_must_rest_walks() -> None:
    running = told(25, lambda s: 176 + int(s) % 2, speed_kmh=10.0)
    room = in_first_interval(bpm=165).goes_on(running, 7.0)

    assert room.guard.advice is not None
    assert (room.guard.advice.incline_percent, room.guard.advice.speed_kmh) == (1.0, 5.0)


def test_a_patient_without_a_recovery_incline_rests_on_the_flat() -> None:
    room = in_first_interval(bpm=165, patient=replace(ANNE, recovery_incline_percent=None))

    assert room.goes_on(told(25, lambda s: 176 + int(s) % 2), 7.0).advised == 0.0


def test_at_hr_max_for_5_s_the_staff_are_called() -> None:
    room = in_first_interval(bpm=165).goes_on(told(6, lambda s: 180 + int(s) % 2), 7.0)

    assert (room.advised, room.guard.alarm) == (1.0, Alarm.CALL_STAFF)
    assert room.guard.advice is not None
    assert room.guard.advice.reason is Reason.GUARD_AT_MAX


def test_the_call_for_staff_stands_for_half_a_minute() -> None:
    room = in_first_interval(bpm=165).goes_on(told(6, lambda s: 180 + int(s) % 2), 7.0)
    room.goes_on(walk(28, 160), 1.0)
    assert room.guard.alarm is Alarm.CALL_STAFF

    assert room.goes_on(walk(10, 160), 1.0).guard.alarm is Alarm.REST_NOW


def test_a_rest_outside_the_intervals_ends_when_the_heart_is_below_the_edge() -> None:
    room = in_first_interval(bpm=150).goes_on(walk(199, 160), 7.0).goes_on(told(25, lambda s: 176 + int(s) % 2), 3.0)
    assert (room.session.phase, room.advised, room.guard.alarm) == (Phase.RECOVERY, 1.0, Alarm.REST_NOW)

    assert room.goes_on(walk(14, 165), 1.0).guard.alarm is None


def test_in_a_recovery_load_is_taken_off_once_a_minute() -> None:
    patient = replace(ANNE, prescription=replace(SHORT, recovery_s=200.0))
    room = in_first_interval(bpm=150, patient=patient).goes_on(walk(199, 160), 7.0)
    room.goes_on(told(140, lambda s: 173 + int(s) % 2), 4.0)

    times = [at_s for at_s, _ in room.changes]
    assert times[-1] - times[-2] == 60


def test_half_a_minute_above_95_percent_is_too_hard_whatever_was_advised() -> None:
    stubborn = [replace(reading, incline_percent=9.0) for reading in told(31, lambda s: 172 + int(s) % 2)]
    room = in_first_interval(bpm=160).goes_on(stubborn, 7.0, follows=False)

    assert room.guard.alarm is Alarm.TOO_HARD


def test_ten_seconds_above_97_percent_are_too_hard() -> None:
    room = in_first_interval(bpm=165).goes_on(told(12, lambda s: 176 + int(s) % 2), 7.0)

    assert room.guard.alarm is Alarm.TOO_HARD


def test_too_hard_is_no_longer_said_when_it_no_longer_is() -> None:
    room = in_first_interval(bpm=165).goes_on(told(15, lambda s: 176 + int(s) % 2), 7.0).goes_on(walk(1, 168), 5.0)

    assert room.guard.alarm is None


def test_a_strap_silent_for_15_s_is_to_be_checked() -> None:
    room = in_first_interval(bpm=150).goes_on(walk(14, None), 7.0)
    assert room.guard.alarm is None

    assert room.goes_on(walk(1, None), 7.0).guard.alarm is Alarm.CHECK_STRAP


def test_a_calm_patient_keeps_the_load_while_the_strap_is_silent() -> None:
    assert in_first_interval(bpm=150).goes_on(walk(45, None), 7.0).advised == 7.0


def test_a_patient_last_seen_above_90_percent_gets_one_step_down_after_30_s() -> None:
    room = in_first_interval(bpm=165).goes_on(walk(29, None), 7.0)
    assert room.advised == 7.0

    assert room.goes_on(walk(25, None), 7.0).advised == 6.0
    assert room.guard.advice is not None
    assert room.guard.advice.reason is Reason.SIGNAL_LOST


def test_after_a_minute_of_silence_the_patient_walks_easily() -> None:
    room = in_first_interval(bpm=150).goes_on(walk(60, None), 7.0)

    assert (room.advised, room.guard.alarm) == (1.0, Alarm.STRAP_LOST)


def test_the_model_returns_after_20_good_seconds() -> None:
    room = in_first_interval(bpm=150).goes_on(walk(35, None), 7.0)
    assert room.guard.watch.lost
    assert room.goes_on(walk(15, 150), 7.0).guard.watch.lost

    assert not room.goes_on(walk(10, 150), 7.0).guard.watch.lost


def test_an_easier_wish_passes_while_the_strap_is_silent() -> None:
    assert in_first_interval(bpm=150).goes_on(walk(40, None), 7.0).goes_on(walk(1, None), 4.0).advised == 4.0


def test_in_recovery_a_silent_strap_changes_nothing() -> None:
    room = in_first_interval(bpm=150).goes_on(walk(199, 150), 7.0).goes_on(walk(40, None), 1.0)

    assert (room.advised, room.guard.alarm) == (1.0, Alarm.CHECK_STRAP)


BY_FEEL = replace(ANNE, beta_blocker=True, hr_max_source=HrMaxSource.AGE_FORMULA)


def test_a_patient_coached_by_feel_needs_no_strap() -> None:
    room = Room(BY_FEEL).goes_on(walk(48, None), 1.0).goes_on(walk(42, None), 7.0).goes_on(walk(60, None), 8.0)

    assert (room.advised, room.guard.alarm) == (8.0, None)


def test_a_patient_coached_by_feel_is_eased_all_the_same() -> None:
    room = in_first_interval(bpm=155, patient=BY_FEEL).goes_on(told(12, lambda s: 166 + int(s) % 2), 7.0)

    assert room.advised is not None
    assert room.advised < 7.0


def test_speed_goes_up_by_half_a_kilometre_at_a_time() -> None:
    room = in_first_interval(bpm=150).goes_on(walk(1, 150), faster(6.5, 7.0))

    assert room.guard.advice is not None
    assert (room.guard.advice.speed_kmh, room.guard.veto) == (5.5, "step")


def test_speed_goes_up_by_one_kilometre_in_an_interval() -> None:
    room = in_first_interval(bpm=150)
    for kmh in (5.5, 6.0, 6.5):
        walked = 5.0 if room.guard.advice is None else room.guard.advice.speed_kmh or 5.0
        room.goes_on(told(30, beating(150), speed_kmh=walked), faster(kmh, 7.0))

    assert room.guard.advice is not None
    assert (room.guard.advice.speed_kmh, room.guard.veto) == (6.0, "sum_of_steps")


def test_a_runner_may_be_asked_for_the_usual_speed_at_the_whistle() -> None:
    runner = replace(ANNE, speed_kmh=10.0)
    room = Room(runner).goes_on(walk(48), 1.0).goes_on(walk(2), faster(10.0, 7.0))

    assert room.guard.advice is not None
    assert room.guard.advice.speed_kmh == 10.0


def test_an_unknown_runner_goes_half_a_kilometre_faster_at_most() -> None:
    room = Room(replace(ANNE, speed_kmh=None)).goes_on(walk(48), 1.0).goes_on(walk(1), faster(10.0, 7.0))

    assert room.guard.advice is not None
    assert (room.guard.advice.speed_kmh, room.guard.veto) == (5.5, "above_usual")


def test_a_patient_who_is_to_walk_is_never_sent_running() -> None:
    walker = replace(ANNE, walk_only=True, speed_kmh=9.0)
    room = Room(walker).goes_on(walk(48), 1.0).goes_on(walk(2), faster(9.0, 7.0))

    assert room.guard.advice is not None
    assert room.guard.advice.speed_kmh == 7.0


def test_no_speed_is_advised_upward_when_raising_is_barred() -> None:
    room = in_first_interval(bpm=150).goes_on(walk(6, None), 7.0).goes_on(walk(1, None), faster(6.0, 7.0))

    assert room.guard.advice is not None
    assert (room.guard.advice.speed_kmh, room.guard.veto) == (None, "not_good_for_long_enough")


def test_a_slower_belt_waits_its_14_seconds_too() -> None:
    room = in_first_interval(bpm=150).goes_on(walk(1, 150), faster(5.5, 7.0)).goes_on(walk(1, 150), faster(4.5, 7.0))

    assert room.guard.advice is not None
    assert (room.guard.advice.speed_kmh, room.guard.veto) == (5.5, "too_soon_down")


def test_an_advice_of_speed_alone_leaves_the_incline_alone() -> None:
    room = in_first_interval(bpm=150).goes_on(walk(1, 150), faster(5.5))

    assert room.guard.advice is not None
    assert (room.guard.advice.incline_percent, room.guard.advice.speed_kmh) == (None, 5.5)


def test_a_speed_for_a_belt_nobody_sees_is_counted_from_the_slowest() -> None:
    unseen = told(1, beating(150), speed_kmh=None, incline_percent=None)
    room = in_first_interval(bpm=150).goes_on(unseen, faster(5.0, 7.0))

    assert room.guard.advice is not None
    assert (room.guard.advice.speed_kmh, room.guard.veto) == (2.5, "step")


def test_a_prediction_for_another_load_is_not_shown() -> None:
    def steep(reading: Reading, _session: Session) -> Advice:
        foreseen = Prediction(mean_bpm=(150, 155, 158), sd_bpm=(3, 4, 5))
        return Advice(incline_percent=14.0, reason=Reason.BELOW_ZONE, since_s=reading.at_s, prediction=foreseen)

    room = in_first_interval(bpm=150).goes_on(walk(1, 150), steep)

    assert room.guard.advice is not None
    assert room.guard.advice.prediction is None


def test_after_a_restart_the_first_load_does_not_wait_for_the_old_clock() -> None:
    room = in_first_interval(bpm=150)
    restarted = replace(walk(1, 150)[0], resumed=True)

    assert room.goes_on([restarted], 1.0).advised == 1.0
    assert room.session.phase is Phase.RECOVERY


def test_a_cool_down_gets_no_harder_above_its_zone() -> None:
    one = replace(ANNE, prescription=replace(SHORT, intervals=1))
    room = in_first_interval(patient=one).goes_on(walk(199, 150), 7.0).goes_on(walk(2, 130), 0.0)

    assert room.session.phase is Phase.COOL_DOWN
    assert (room.goes_on(walk(1, 130), 2.0).advised, room.guard.veto) == (0.0, "above_the_zone")


def test_in_the_warm_up_speed_goes_up_by_half_a_kilometre_too() -> None:
    room = Room(replace(ANNE, prescription=Prescription())).goes_on(walk(60, 110), 1.0)
    room.goes_on(walk(1, 110), faster(9.0, 1.0))

    assert room.guard.advice is not None
    assert room.guard.advice.speed_kmh == 5.5


def test_a_belt_nobody_sees_is_taken_to_be_where_it_was_sent() -> None:
    unseen = told(60, beating(150), speed_kmh=5.0, incline_percent=None)

    assert in_first_interval(bpm=150).goes_on(unseen[:5], 9.0).advised == 9.0
    assert Room().goes_on(unseen[:1], 2.0).advised == 2.0


def test_a_runner_may_warm_up_walking_steeper_than_he_runs() -> None:
    # 9 km/h at 2 % cost as much as 5 km/h at 16 % (ACSM): a walk at 9 % is easy for him.
    runner = replace(ANNE, speed_kmh=9.0, start_incline_percent=2.0, prescription=Prescription())
    room = Room(runner).goes_on(walk(60, 110), 1.0)
    for incline in (4.0, 7.0, 9.0):
        room.goes_on(walk(30, 110), incline)

    assert room.advised == 9.0


def test_a_walker_may_warm_up_slower_and_a_little_steeper() -> None:
    walker = replace(ANNE, speed_kmh=6.0, start_incline_percent=3.0, prescription=Prescription())
    room = Room(walker).goes_on(walk(60, 110), 1.0).goes_on(walk(30, 110), 4.0).goes_on(walk(30, 110), 6.0)

    # 6 km/h at 3 % cost what 5 km/h cost at 4.7 %.
    assert room.advised == 4.5


def test_a_runner_who_warms_up_running_is_held_to_what_the_intervals_cost() -> None:
    runner = replace(ANNE, speed_kmh=9.0, start_incline_percent=2.0, prescription=Prescription())
    jog = told(30, beating(110), speed_kmh=8.0)
    room = Room(runner).goes_on(jog, 1.0).goes_on(jog, 4.0).goes_on(jog, 7.0)

    # (9 x 2.18 / 8 - 2) / 0.09 = 5.0 %
    assert room.advised == 5.0


def test_the_safety_page_names_every_bar_and_every_alarm() -> None:
    page = (Path(__file__).parents[2] / "docs" / "safety.md").read_text(encoding="utf-8")

    assert [name for name in [bar.__name__ for bar in BARS] + list(Alarm) if f"`{name}`" not in page] == []


def test_a_steeper_rest_does_not_take_the_place_of_the_intervals_own_prompt() -> None:
    room = in_first_interval(bpm=150).goes_on(walk(199, 150), 7.0).goes_on(walk(20, 120), 1.0)

    def rest(reading: Reading, _session: Session) -> Advice:
        return Advice(incline_percent=2.0, reason=Reason.RECOVERY_LOAD, since_s=reading.at_s)

    assert room.goes_on(walk(28, 120), rest).guard.veto == "start_is_near"
    assert room.goes_on(walk(1, 120), 7.0).advised == 7.0
