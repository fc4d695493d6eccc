"""What the keys mean beside a machine."""

import pytest
from strength_parts import QUICK, Lift

from station.intents import KEYS, Intent
from station.sets import foreseen, load_kg, planned, presses
from station.training.prescription import Prescription
from station.training.reading import Press
from station.training.session import Session
from station.training.strength import Strength, WarmUpSet

REPETITION = Press.REPETITION
TEST = Strength(test=True, repetitions=1, start_kg=100, warm_up=(), rest_s=20)


def keys(lift: Lift) -> list[tuple[Press, ...]]:
    return [presses(intent, lift.coaching.session) for intent in KEYS]


def test_before_the_first_set_the_right_key_begins() -> None:
    assert keys(Lift()) == [(), (), (), (Press.BEGIN,)]


def test_in_a_warm_up_set_one_key_is_one_repetition_and_another_all() -> None:
    lift = Lift().presses(Press.BEGIN, REPETITION)

    assert keys(lift) == [(Press.UNDO,), (Press.ENOUGH,), (REPETITION,) * 2, (REPETITION,)]


def test_before_a_heavy_set_the_load_can_be_made_lighter() -> None:
    assert keys(Lift().warms_up())[1] == (Press.EASIER,)


def test_within_a_heavy_set_enough_is_enough() -> None:
    assert keys(Lift().warms_up().does(1))[1] == (Press.ENOUGH,)


def test_an_attempt_in_a_test_can_fail_at_once() -> None:
    assert keys(Lift(TEST).presses(Press.BEGIN))[1] == (Press.ENOUGH,)


def test_the_question_for_one_more_is_answered_with_no_and_yes() -> None:
    lift = Lift().warms_up().sets([4, 4, 4]).does(4)

    assert keys(lift) == [(Press.ENOUGH,), (Press.UNDO,), (), (REPETITION,)]


def test_a_rest_between_heavy_sets_cannot_be_cut_short() -> None:
    assert keys(Lift().warms_up().does(4)) == [(Press.UNDO,), (Press.EASIER,), (), ()]


def test_a_rest_in_the_warm_up_can() -> None:
    assert keys(Lift().presses(Press.BEGIN).does(3))[3] == (Press.BEGIN,)


def test_between_attempts_the_therapist_can_make_it_heavier() -> None:
    assert keys(Lift(TEST).presses(Press.BEGIN).does(1))[2] == (Press.HEAVIER,)


def test_an_arrow_moves_the_load_and_ends_no_set() -> None:
    down, up = Intent.DOWN, Intent.UP

    assert presses(down, Lift().warms_up().coaching.session) == (Press.EASIER,)
    assert presses(down, Lift().warms_up().does(4).coaching.session) == (Press.EASIER,)
    assert presses(up, Lift(TEST).presses(Press.BEGIN).does(1).coaching.session) == (Press.HEAVIER,)
    assert [presses(arrow, Lift().warms_up().does(1).coaching.session) for arrow in (up, down)] == [(), ()]


@pytest.mark.parametrize("where", ["ready", "set", "rest", "question"])
def test_stop_is_stop_everywhere(where: str) -> None:
    lift = Lift()
    match where:
        case "set":
            lift.warms_up()
        case "rest":
            lift.warms_up().does(4)
        case "question":
            lift.warms_up().sets([4, 4, 4]).does(4)
        case _:
            pass

    assert presses(Intent.STOP, lift.coaching.session) == (Press.STOP,)


def test_after_the_end_no_key_means_anything() -> None:
    assert keys(Lift().presses(Press.BEGIN, Press.STOP)) == [(), (), (), ()]


def test_the_load_is_the_warm_ups_and_then_the_heavy_sets() -> None:
    lift = Lift()
    loads = [load_kg(lift.coaching.session)]
    lift.presses(Press.BEGIN)
    loads.append(load_kg(lift.coaching.session))
    lift.does(3)
    loads.append(load_kg(lift.coaching.session))

    assert loads == [70, 70, 115]


def test_two_warm_up_sets_have_their_own_loads() -> None:
    two = (WarmUpSet(repetitions=3, percent=50), WarmUpSet(repetitions=2, percent=70))
    lift = Lift(Strength(start_kg=85, warm_up=two)).presses(Press.BEGIN).does(3)

    assert (load_kg(lift.coaching.session), planned(lift.presses(Press.BEGIN).coaching.session)) == (70, 2)


def test_without_a_load_there_is_none_to_show() -> None:
    assert load_kg(Lift(Strength()).coaching.session) is None


def test_on_the_treadmill_there_is_neither_load_nor_repetition() -> None:
    session = Session(prescription=Prescription())

    assert (load_kg(session), planned(session), foreseen(session, (REPETITION,))) == (None, 0, session)


def test_a_dot_is_foreseen_before_its_second_comes() -> None:
    session = Lift(QUICK).warms_up().coaching.session

    assert foreseen(session, (REPETITION, REPETITION)).lifting.repetitions == 2
    assert session.lifting.repetitions == 0
