"""A strength session, press by press: what begins and ends a set, what is counted, when it is over."""

import pytest
from strength_parts import ONE_RM, QUICK, Lift

from station.training.cue import Cue
from station.training.prescription import Phase, Prescription
from station.training.reading import Press, Reading
from station.training.session import Session, advance
from station.training.strength import Strength


def test_nothing_happens_before_somebody_is_ready() -> None:
    lift = Lift().presses(Press.REPETITION, Press.ENOUGH).waits(30)

    assert lift.coaching.session.phase is Phase.READY
    assert lift.coaching.cue is Cue.BEGIN_SETS


def test_the_session_begins_with_the_warm_up_sets() -> None:
    lift = Lift().presses(Press.BEGIN)

    assert lift.coaching.session.phase is Phase.WARM_UP
    assert lift.coaching.cue is Cue.EASY_SET


def test_without_warm_up_sets_it_begins_with_the_first_heavy_one() -> None:
    lift = Lift(Strength(one_rm=ONE_RM, warm_up=())).presses(Press.BEGIN)

    assert (lift.coaching.session.phase, lift.coaching.session.interval) == (Phase.SET, 1)


def test_without_a_load_the_session_does_not_begin() -> None:
    lift = Lift(Strength()).presses(Press.BEGIN)

    assert lift.coaching.session.phase is Phase.READY


def test_the_rest_begins_with_the_last_prescribed_repetition() -> None:
    lift = Lift().warms_up().does(3)
    assert lift.coaching.session.phase is Phase.SET

    lift.does(1)

    assert lift.coaching.session.phase is Phase.REST
    assert lift.coaching.session.phase_left_s == 20


def test_all_repetitions_of_a_set_may_be_told_in_one_second() -> None:
    lift = Lift().warms_up().second(*(Press.REPETITION,) * 9)

    assert lift.coaching.session.lifting.sets[0].repetitions == 4


def test_a_rest_of_three_minutes_is_counted_in_for_ten_seconds() -> None:
    lift = Lift(Strength(one_rm=ONE_RM, warm_up=())).presses(Press.BEGIN).does(4)

    lift.waits(169)
    assert lift.coaching.cue is Cue.REST
    lift.waits(1)
    assert (lift.coaching.cue, lift.coaching.session.phase_left_s) == (Cue.SET_SOON, 10)
    lift.waits(10)
    assert (lift.coaching.cue, lift.coaching.session.interval) == (Cue.LIFT, 2)


def test_a_set_waits_for_the_patient_as_long_as_she_wants() -> None:
    lift = Lift().warms_up().waits(300)

    assert lift.coaching.session.phase is Phase.SET


def test_the_rest_of_a_warm_up_set_can_be_cut_short_and_a_heavy_sets_cannot() -> None:
    lift = Lift().presses(Press.BEGIN).does(3).presses(Press.BEGIN)
    assert lift.coaching.session.phase is Phase.SET

    lift.does(4).presses(Press.BEGIN)

    assert lift.coaching.session.phase is Phase.REST


def test_after_the_last_set_one_more_is_asked_for() -> None:
    lift = Lift().warms_up().sets([4, 4, 4]).does(4)

    assert lift.coaching.cue is Cue.ONE_MORE
    assert lift.coaching.session.phase is Phase.SET


@pytest.mark.parametrize(("answer", "repetitions"), [(Press.REPETITION, 5), (Press.ENOUGH, 4)])
def test_the_answer_ends_the_session(answer: Press, repetitions: int) -> None:
    lift = Lift().warms_up().sets([4, 4, 4]).does(4).presses(answer)

    assert lift.coaching.session.phase is Phase.FINISHED
    assert lift.coaching.session.lifting.sets[-1].repetitions == repetitions


def test_nobody_has_to_answer() -> None:
    lift = Lift().warms_up().sets([4, 4, 4]).does(4).waits(120)

    assert lift.coaching.session.phase is Phase.FINISHED
    assert lift.coaching.session.lifting.sets[-1].repetitions == 4


def test_a_slip_of_the_finger_is_taken_back() -> None:
    lift = Lift().warms_up().presses(Press.REPETITION, Press.REPETITION, Press.UNDO)

    assert lift.coaching.session.lifting.repetitions == 1


def test_a_slip_that_ended_the_set_is_taken_back_in_the_rest() -> None:
    lift = Lift().warms_up().does(4).presses(Press.UNDO)

    assert (lift.coaching.session.phase, lift.coaching.session.interval) == (Phase.SET, 1)
    assert lift.coaching.session.lifting.repetitions == 3
    assert lift.does(1).coaching.session.lifting.sets[0].repetitions == 4


def test_a_slip_in_the_warm_up_is_taken_back_too() -> None:
    lift = Lift().presses(Press.BEGIN).does(3).presses(Press.UNDO)

    assert lift.coaching.session.phase is Phase.WARM_UP
    assert lift.coaching.session.lifting.done == ()


def test_half_a_minute_into_the_rest_nothing_is_taken_back() -> None:
    lift = Lift(Strength(one_rm=ONE_RM, warm_up=())).presses(Press.BEGIN).does(4).waits(31).presses(Press.UNDO)

    assert lift.coaching.session.phase is Phase.REST


@pytest.mark.parametrize("where", ["warm-up", "set", "rest", "question"])
def test_the_patient_can_stop_at_any_time(where: str) -> None:
    lift = Lift()
    match where:
        case "warm-up":
            lift.presses(Press.BEGIN)
        case "set":
            lift.warms_up().does(2)
        case "rest":
            lift.warms_up().does(4)
        case _:
            lift.warms_up().sets([4, 4, 4]).does(4)

    lift.presses(Press.STOP)

    assert lift.coaching.session.phase is Phase.STOPPED
    assert lift.coaching.cue is Cue.YOU_CAME


def test_what_was_lifted_before_stop_is_kept() -> None:
    lift = Lift().warms_up().does(2).presses(Press.STOP)

    assert [one.repetitions for one in lift.coaching.session.lifting.sets] == [2]


def test_a_patient_who_has_left_ends_the_session_after_ten_minutes_of_a_set() -> None:
    lift = Lift().warms_up().waits(601)

    assert lift.coaching.session.phase is Phase.STOPPED


def test_after_a_restart_the_dots_are_as_they_were_and_the_rest_goes_on() -> None:
    lift = Lift().warms_up().does(2)
    lift.second(resumed=True)
    assert lift.coaching.session.lifting.repetitions == 2

    lift.does(2).waits(5).second(resumed=True)

    assert lift.coaching.session.phase_left_s == 15


def test_a_belt_that_moves_does_not_begin_a_strength_session() -> None:
    session = Session(prescription=Prescription(strength=QUICK))

    assert advance(session, Reading(at_s=0.0, speed_kmh=5.0)).phase is Phase.READY


def test_nothing_is_said_of_the_heart_however_fast_it_beats() -> None:
    lift = Lift().warms_up()
    for heart_rate in range(120, 200):
        lift.second(heart_rate_bpm=heart_rate)

    assert lift.coaching.advice is None
    assert lift.coaching.guard.alarm is None
    assert lift.coaching.cue is Cue.LIFT
    assert lift.coaching.tally.peak_bpm == 199


def test_the_cue_of_a_set_is_fast_up_slow_down() -> None:
    assert Lift(QUICK).warms_up().coaching.cue is Cue.LIFT
