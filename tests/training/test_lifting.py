"""How heavy: the first load, the next set's, the next session's; +5 kg when the fifth is managed (clinical.md 2)."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strength_parts import ONE_RM, QUICK, Lift

from station.coach.coaching import StrengthOutcome, learnt, lessons_in, outcome
from station.training.lifting import Basis, Lifted, Next, begun, next_time, no_more_sets, pressed, set_done
from station.training.one_rm import OneRm, OneRmSource
from station.training.prescription import Phase
from station.training.reading import Press
from station.training.strength import Strength, WarmUpSet

LAST = Lifted(exercise="leg_press", load_kg=115, next_kg=120, plate_step_kg=5, one_rm_kg=140)


def after_sets(repetitions: list[int], strength: Strength = QUICK) -> tuple[float, Next] | None:
    return next_time(Lift(strength).warms_up().sets(repetitions).coaching.session.lifting, strength)


def test_the_first_load_is_85_percent_of_1rm_rounded_down() -> None:
    first = begun(QUICK, None)

    assert (first.load_kg, first.basis) == (115, Basis.ONE_RM)


def test_without_1rm_the_first_load_is_the_therapists() -> None:
    first = begun(Strength(start_kg=83), None)

    assert (first.load_kg, first.basis) == (80, Basis.THERAPIST)


def test_an_expired_1rm_gives_no_first_load() -> None:
    assert begun(Strength(one_rm=replace(ONE_RM, expired=True)), None).load_kg is None


def test_the_next_session_begins_with_what_the_last_one_left() -> None:
    first = begun(QUICK, LAST)

    assert (first.load_kg, first.basis) == (120, Basis.LAST_TIME)


def test_what_was_lifted_on_another_machine_does_not_count() -> None:
    assert begun(QUICK, replace(LAST, exercise="hack_squat")).basis is Basis.ONE_RM


def test_a_new_1rm_makes_a_new_load_but_no_more_than_one_step_heavier() -> None:
    stronger = replace(QUICK, one_rm=OneRm(kg=180))

    assert (begun(stronger, LAST).load_kg, begun(stronger, LAST).basis) == (120, Basis.ONE_RM)
    assert begun(replace(QUICK, one_rm=OneRm(kg=120)), LAST).load_kg == 100


def test_an_estimate_of_the_last_session_does_not_take_its_progress_back() -> None:
    estimate = OneRm(kg=129.4, high_kg=134.2, source=OneRmSource.ESTIMATED)

    first = begun(replace(QUICK, one_rm=estimate), LAST)

    assert (first.load_kg, first.basis) == (120, Basis.LAST_TIME)


@pytest.mark.parametrize(
    ("repetitions", "expected"),
    [
        ([4, 4, 4, 5], (120, Next.HEAVIER)),
        ([4, 4, 4, 4], (115, Next.SAME)),
        ([4, 4, 3, 4], (115, Next.SAME)),
        ([4, 3, 4, 3], (110, Next.LIGHTER)),
        ([3, 4, 4, 5], (115, Next.SAME)),
        ([4, 4, 4, 1], (110, Next.LIGHTER)),
    ],
)
def test_the_next_load_follows_from_what_was_managed(repetitions: list[int], expected: tuple[float, Next]) -> None:
    assert after_sets(repetitions) == expected


def test_the_load_stays_when_it_is_at_the_limit() -> None:
    assert after_sets([4, 4, 4, 5], replace(QUICK, cap_kg=115)) == (115, Next.AT_CAP)


def test_an_expired_1rm_raises_no_load() -> None:
    expired = replace(QUICK, one_rm=replace(ONE_RM, expired=True))
    lift = Lift(expired, [LAST]).warms_up().sets([4, 4, 4, 5])

    assert next_time(lift.coaching.session.lifting, expired) == (120, Next.ONE_RM_EXPIRED)


def test_a_session_that_was_stopped_raises_nothing() -> None:
    lift = Lift().warms_up().sets([4]).presses(Press.STOP)

    assert next_time(lift.coaching.session.lifting, QUICK) == (115, Next.SAME)


def test_a_session_without_a_heavy_set_leaves_nothing() -> None:
    assert learnt(Lift().presses(Press.BEGIN).does(3).presses(Press.STOP).coaching) is None


def test_two_repetitions_lacking_make_the_rest_of_the_session_a_step_lighter() -> None:
    lift = Lift().warms_up().sets([4, 2])

    assert lift.coaching.session.lifting.load_kg == 110
    assert [one.load_kg for one in lift.coaching.session.lifting.sets] == [115, 115]


def test_easier_today_is_a_step_lighter_before_the_set_and_not_within_it() -> None:
    lift = Lift().warms_up().presses(Press.EASIER)
    assert lift.coaching.session.lifting.load_kg == 110

    lift.does(1).presses(Press.EASIER)

    assert lift.coaching.session.lifting.load_kg == 110


def test_easier_in_the_rest_counts_for_the_next_time_too() -> None:
    lift = Lift().warms_up().does(4).presses(Press.EASIER).rests().sets([4, 4, 5])

    assert next_time(lift.coaching.session.lifting, QUICK) == (110, Next.LIGHTER)


def test_nobody_makes_a_training_set_heavier_by_hand() -> None:
    lift = Lift().warms_up().does(4).presses(Press.HEAVIER)

    assert lift.coaching.session.lifting.load_kg == 115


def test_a_set_tells_of_1rm_as_a_range() -> None:
    came_to = outcome(Lift().warms_up().sets([4, 4, 4, 5]).coaching)

    assert isinstance(came_to, StrengthOutcome)
    assert (came_to.estimate_low_kg, came_to.estimate_high_kg) == (129.4, 134.2)
    assert (came_to.load_kg, came_to.next_kg, came_to.next_time) == (115, 120, Next.HEAVIER)
    assert came_to.lifted_kg == 70 * 3 + 115 * 17


TEST = Strength(
    test=True, repetitions=1, sets=6, start_kg=100, rest_s=20, warm_up=(WarmUpSet(repetitions=3, percent=50),)
)


def test_a_1rm_test_goes_up_until_a_lift_fails_and_keeps_the_best() -> None:
    lift = Lift(TEST).warms_up()
    for managed in (True, True, False, False):
        lift.presses(Press.REPETITION if managed else Press.ENOUGH).rests()

    came_to = outcome(lift.coaching)
    assert isinstance(came_to, StrengthOutcome)
    assert [one.load_kg for one in lift.coaching.session.lifting.sets] == [100, 105, 110]
    assert came_to.phase is Phase.FINISHED
    assert (came_to.one_rm_kg, came_to.next_kg, came_to.estimate_low_kg) == (105, None, None)


def test_between_attempts_the_therapist_sets_the_next_load() -> None:
    lift = Lift(TEST).warms_up().presses(Press.REPETITION, Press.HEAVIER, Press.HEAVIER, Press.EASIER).rests()

    lift.presses(Press.REPETITION)

    assert [one.load_kg for one in lift.coaching.session.lifting.sets] == [100, 110]


def test_after_a_failure_at_a_great_step_the_middle_is_tried() -> None:
    lift = Lift(TEST).warms_up().presses(Press.REPETITION, *(Press.HEAVIER,) * 3).rests().presses(Press.ENOUGH).rests()

    assert lift.coaching.session.lifting.load_kg == 110


def test_a_test_is_over_after_its_attempts() -> None:
    lift = Lift(replace(TEST, sets=2)).warms_up().presses(Press.REPETITION).rests().presses(Press.REPETITION)

    assert lift.coaching.session.phase is Phase.FINISHED


def test_a_test_teaches_no_load() -> None:
    lift = Lift(replace(TEST, sets=1)).warms_up().presses(Press.REPETITION)

    assert learnt(lift.coaching) is None


def test_the_record_of_a_session_reads_back() -> None:
    assert lessons_in([LAST.to_dict()]) == (LAST,)


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"kind": "strength", "version": 2},
        {**LAST.to_dict(), "next_kg": "heavy"},
        {**LAST.to_dict(), "load_kg": -5},
        {**LAST.to_dict(), "exercise": 7},
        {**LAST.to_dict(), "plate_step_kg": True},
    ],
)
def test_a_record_that_is_none_is_left_out(record: dict[str, object]) -> None:
    assert lessons_in([record]) == ()


plans = st.builds(
    Strength,
    sets=st.integers(1, 4),
    repetitions=st.integers(1, 5),
    percent=st.sampled_from([80.0, 85.0, 90.0]),
    rest_s=st.just(10.0),
    warm_up=st.sampled_from([(), (WarmUpSet(repetitions=2, percent=50, rest_s=10),)]),
    plate_step_kg=st.sampled_from([1.0, 2.5, 5.0, 10.0]),
    lightest_kg=st.sampled_from([0.0, 20.0]),
    start_kg=st.sampled_from([20.0, 62.5, 80.0]),
    cap_kg=st.sampled_from([None, 70.0, 100.0]),
    one_rm=st.one_of(
        st.none(),
        st.builds(OneRm, kg=st.floats(30, 160), expired=st.booleans()),
        st.builds(OneRm, kg=st.floats(30, 90), high_kg=st.floats(90, 160), source=st.just(OneRmSource.ESTIMATED)),
    ),
)
afternoons = st.lists(st.lists(st.sampled_from([*Press, Press.REPETITION, Press.REPETITION]), max_size=40), max_size=5)


@settings(max_examples=60)
@given(plans, afternoons, st.data())
def test_no_presses_lead_above_the_cap_or_up_by_more_than_a_step_a_session(
    plan: Strength, told: list[list[Press]], data: st.DataObject
) -> None:
    lesson: Lifted | None = None
    before_kg: float | None = None
    for presses in told:
        plan = replace(plan, one_rm=data.draw(st.sampled_from([plan.one_rm, None, OneRm(kg=150.0)])))
        lift = Lift(plan, [lesson] if lesson else [])
        first_kg = lift.coaching.session.lifting.load_kg
        if before_kg is not None and first_kg is not None:
            assert first_kg <= before_kg + plan.plate_step_kg
        for press in (Press.BEGIN, *(press for press in presses if press is not Press.STOP)):
            load_kg = lift.presses(press).rests().coaching.session.lifting.load_kg
            assert load_kg is None or plan.lightest_load_kg <= load_kg <= plan.most_kg
            assert load_kg is None or first_kg is None or load_kg <= first_kg
        assert all(one.load_kg <= plan.most_kg for one in lift.coaching.session.lifting.done)
        if isinstance(taught := learnt(lift.coaching), Lifted):
            lesson, before_kg = taught, taught.load_kg
            assert taught.next_kg <= min(plan.most_kg, taught.load_kg + plan.plate_step_kg)
            assert taught.load_kg == lift.coaching.session.lifting.sets[0].load_kg


@settings(max_examples=60)
@given(plans, st.lists(st.lists(st.sampled_from(Press), max_size=4), max_size=60))
def test_folding_the_log_of_a_strength_session_gives_the_session(plan: Strength, told: list[list[Press]]) -> None:
    lift = Lift(plan).presses(Press.BEGIN)
    for presses in told:
        lift.second(*presses)

    assert lift.again() == lift.coaching
    assert lift.coaching.session.interval <= plan.sets
    assert all(0 <= one.repetitions <= one.planned + 1 for one in lift.coaching.session.lifting.done)


def test_between_the_attempts_of_a_test_more_may_come_until_all_are_done() -> None:
    test = Strength(test=True, repetitions=1, sets=2, start_kg=60)
    lifted = replace(begun(test, None), repetitions=1)

    once = set_done(lifted, test, warm_up=False)
    twice = set_done(replace(once, repetitions=1), test, warm_up=False)

    assert not no_more_sets(once, test, this_one=False)
    assert no_more_sets(twice, test, this_one=False)


def test_without_a_load_there_is_nothing_to_ease() -> None:
    unknown = begun(Strength(), None)

    assert unknown.load_kg is None
    assert pressed(unknown, Strength(), (Press.EASIER,), resting=True).load_kg is None
