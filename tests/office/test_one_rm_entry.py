"""1RM at the therapist's side: what a session found is one key away, a typed one is measured, oddities asked twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office_steps import KNOWN, TODAY, Thumb, inside

from station.intents import Intent
from station.office.known import OneRmFound
from station.office.plan_fields import fields_of, shown, turned
from station.office.sheet import Page
from station.office.wishes import Fault, Look, SaveOneRm, SavePlan, View
from station.staff.clearance import Clearance, Role
from station.staff.one_rm import OneRmEntry
from station.staff.plan import Plan
from station.staff.profile import Profile
from station.training.one_rm import OneRmSource
from station.training.prescription import Prescription
from station.training.strength import Exercise, Strength
from station.visit import Picture

OK, PLUS, BACK = Intent.OK, Intent.PLUS, Intent.BACK
LIFTS = Plan(template="strength-4x4", prescription=Prescription(strength=Strength()))
LEG_PRESS = Exercise.LEG_PRESS
MEASURED = OneRmEntry(exercise=LEG_PRESS, kg=140, source=OneRmSource.MEASURED, on=TODAY - timedelta(days=9), by="KS")
CLEARED = Clearance(on=TODAY, role=Role.PHYSICIAN, until=TODAY + timedelta(days=30), by="KS")
STRONG = Profile(code="K-2047", picture=Picture.BOAT, plan=LIFTS, clearance=CLEARED, one_rms=(MEASURED,))
TESTED = OneRmFound(exercise=LEG_PRESS, kg=145, high_kg=None, on=TODAY)


def at_one_rm(profile: Profile = STRONG, found: OneRmFound | None = None) -> Thumb:
    thumb = inside(replace(KNOWN, profile=profile, one_rm_found=found))
    thumb.press(OK)
    thumb.types("2047")
    thumb.press(OK)
    if thumb.side.top.at == 0:
        thumb.press(PLUS)
    thumb.press(OK)
    assert thumb.page is Page.ONE_RM
    thumb.keys = 0
    return thumb


def saved(kg: float, high_kg: float | None = None) -> SaveOneRm:
    return SaveOneRm(code="K-2047", exercise=LEG_PRESS, kg=kg, high_kg=high_kg, on=TODAY)


def test_the_best_attempt_of_the_last_test_is_taken_with_one_key() -> None:
    thumb = at_one_rm(found=TESTED)
    thumb.press(OK)

    assert thumb.keys == 1
    assert thumb.wished(SaveOneRm) == saved(145)
    assert thumb.page is Page.FILE


def test_what_a_training_session_found_is_taken_as_the_range_it_is() -> None:
    thumb = at_one_rm(found=replace(TESTED, kg=135.9, high_kg=141.2))
    thumb.press(OK)

    assert thumb.wished(SaveOneRm) == saved(135.9, 141.2)


def test_a_typed_1rm_is_measured_and_needs_three_keys_beyond_its_digits() -> None:
    thumb = at_one_rm(found=TESTED)
    thumb.press(PLUS, OK)
    thumb.types("150")
    thumb.press(OK)

    assert thumb.keys == 3
    assert thumb.wished(SaveOneRm) == saved(150)


def test_looking_at_it_is_a_view_of_its_own_in_the_audit() -> None:
    assert at_one_rm().wished(Look) == Look(what=View.ONE_RM, code="K-2047")


def test_a_change_of_more_than_a_quarter_is_asked_for_twice_and_no_is_pointed_at() -> None:
    thumb = at_one_rm()
    thumb.press(OK)
    thumb.types("14")
    thumb.press(OK)
    assert thumb.page is Page.ONE_RM_TWICE

    thumb.press(OK)
    assert thumb.page is Page.ONE_RM_FIGURE
    assert thumb.wished(SaveOneRm) is None

    thumb.press(OK, PLUS, OK)
    assert thumb.wished(SaveOneRm) == saved(14)


@pytest.mark.parametrize("found", [None, TESTED])
def test_a_number_typed_a_page_too_early_chooses_nothing_and_takes_nothing(found: OneRmFound | None) -> None:
    thumb = at_one_rm(found=found)
    thumb.types("115")
    assert thumb.side.fault is Fault.NO_DIGITS
    thumb.press(OK)

    assert thumb.page is Page.ONE_RM
    assert thumb.side.top.at == 0
    assert thumb.wished(SaveOneRm) is None


def test_a_first_1rm_below_twenty_kilograms_is_asked_for_twice() -> None:
    thumb = at_one_rm(replace(STRONG, one_rms=()))
    thumb.press(OK)
    thumb.types("15")
    thumb.press(OK)

    assert thumb.page is Page.ONE_RM_TWICE
    assert thumb.wished(SaveOneRm) is None


@pytest.mark.parametrize("kg", ["20", "115"])
def test_a_likely_first_1rm_is_saved_at_once(kg: str) -> None:
    thumb = at_one_rm(replace(STRONG, one_rms=()))
    thumb.press(OK)
    thumb.types(kg)
    thumb.press(OK)

    assert thumb.wished(SaveOneRm) == saved(float(kg))


@pytest.mark.parametrize("typed", ["0", "601", "999", "1115"])
def test_a_1rm_nobody_has_is_refused_with_a_sentence(typed: str) -> None:
    thumb = at_one_rm()
    thumb.press(OK)
    thumb.types(typed)
    thumb.press(OK)

    assert thumb.side.fault is Fault.KG_RANGE
    assert thumb.wished(SaveOneRm) is None


def test_what_is_entered_already_is_not_offered_again() -> None:
    found = replace(TESTED, kg=140, on=MEASURED.on)
    thumb = at_one_rm(found=found)
    thumb.press(OK)

    assert thumb.page is Page.ONE_RM_FIGURE


def test_what_another_machine_found_is_not_offered() -> None:
    thumb = at_one_rm(found=replace(TESTED, exercise=Exercise.CALF_PRESS))
    thumb.press(OK)

    assert thumb.page is Page.ONE_RM_FIGURE


def test_a_patient_who_is_to_lift_without_a_1rm_is_pointed_at_it() -> None:
    thumb = inside(replace(KNOWN, profile=replace(STRONG, one_rms=())))
    thumb.press(OK)
    thumb.types("2047")
    thumb.press(OK, OK)

    assert thumb.page is Page.ONE_RM


def test_left_in_the_middle_nothing_is_saved() -> None:
    thumb = at_one_rm()
    thumb.press(OK)
    thumb.types("150")
    thumb.press(BACK, BACK, BACK, BACK)

    assert thumb.wished(SaveOneRm) is None
    assert thumb.page is Page.ONE_RM


def test_a_strength_plan_shows_its_own_fields() -> None:
    names = [field.name for field in fields_of(LIFTS)]

    assert names[:3] == ["template", "sets", "repetitions"]
    assert "interval_s" not in names


def test_sets_are_turned_with_two_keys_and_saved_with_the_plan() -> None:
    thumb = inside(replace(KNOWN, profile=STRONG, templates={"strength-4x4": LIFTS}))
    thumb.press(OK)
    thumb.types("2047")
    thumb.press(OK, PLUS, PLUS, OK)
    assert thumb.page is Page.PLAN
    thumb.press(PLUS, PLUS, OK, Intent.MINUS, Intent.MINUS, OK)
    while thumb.page is Page.PLAN:
        thumb.press(*(Intent.MINUS,) * 2, OK)

    wish = thumb.wished(SavePlan)
    assert isinstance(wish, SavePlan)
    assert wish.plan.prescription.strength == Strength(sets=2)


@given(st.data(), st.lists(st.tuples(st.integers(0, 7), st.sampled_from([-1, 1])), max_size=60))
def test_no_turning_of_keys_makes_a_plan_nobody_can_lift(data: st.DataObject, turns: list[tuple[int, int]]) -> None:
    test = Strength(test=True, repetitions=1, start_kg=40)
    plan = data.draw(st.sampled_from([LIFTS, Plan(prescription=Prescription(strength=test))]))
    for number, steps in turns:
        fields = fields_of(plan)
        field = fields[number % len(fields)]
        plan = turned(plan, field, steps, {"strength-4x4": LIFTS})
        shown(plan, field)

    strength = plan.prescription.strength
    assert strength is not None
    assert replace(strength) == strength
    assert strength.most_kg >= strength.lightest_load_kg


def test_a_set_of_ones_own_is_estimated_from_as_a_range() -> None:
    thumb = at_one_rm(found=TESTED)
    thumb.press(PLUS, PLUS, OK)
    thumb.types("115")
    thumb.press(OK)
    thumb.types("5")
    thumb.press(OK)

    assert thumb.wished(SaveOneRm) == saved(129.4, 134.2)
    assert thumb.page is Page.FILE


@pytest.mark.parametrize("repetitions", ["0", "1", "7", "9", "25", ""])
def test_from_less_than_two_or_more_than_six_repetitions_nothing_is_estimated(repetitions: str) -> None:
    thumb = at_one_rm()
    thumb.press(PLUS, OK)
    thumb.types("115")
    thumb.press(OK)
    thumb.types(repetitions)
    thumb.press(OK)

    assert thumb.side.fault is Fault.REPETITIONS_RANGE
    assert thumb.wished(SaveOneRm) is None


@pytest.mark.parametrize("kg", ["0", "601", "1115", ""])
def test_a_set_that_nobody_lifts_is_refused_at_its_load(kg: str) -> None:
    thumb = at_one_rm()
    thumb.press(PLUS, OK)
    thumb.types(kg)
    thumb.press(OK)

    assert thumb.side.fault is Fault.KG_RANGE
    assert thumb.page is Page.ONE_RM_LOAD


def test_an_estimate_far_from_the_last_is_asked_about_too() -> None:
    thumb = at_one_rm()
    thumb.press(PLUS, OK)
    thumb.types("200")
    thumb.press(OK)
    thumb.types("6")
    thumb.press(OK)

    assert thumb.page is Page.ONE_RM_TWICE
