"""From the door to the belt, with four keys."""

from itertools import pairwise

import pytest

from station.intents import CARDS, KEYS, Intent
from station.visit import (
    CHECKS,
    LEFT_AFTER_S,
    PHONE_AFTER_S,
    Step,
    Visit,
    language_asked,
    opens_the_office,
    pressed,
    waited,
)


def after(visit: Visit, *intents: Intent, beating: bool = True) -> Visit:
    for intent in intents:
        visit = waited(pressed(visit, intent), visit.at_s + 1, beating=beating)
    return visit


def test_the_way_to_the_belt_is_five_times_ok() -> None:
    visits = [Visit()]
    for _ in range(5):
        visits.append(after(visits[-1], Intent.OK))

    assert [visit.step for visit in visits] == [
        Step.IDLE, Step.PULSE, Step.CHECKS, Step.CHECKS, Step.CHECKS, Step.START,
    ]  # fmt: skip
    assert [visit.checked for visit in visits][-1] == len(CHECKS)


def test_without_a_beating_strap_the_strap_comes_first() -> None:
    assert after(Visit(), Intent.OK, beating=False).step is Step.STRAP


def test_a_strap_that_slips_during_the_checks_is_put_on_again_and_nothing_is_asked_twice() -> None:
    checked = after(Visit(), Intent.OK, Intent.OK, Intent.OK)

    slipped = waited(checked, checked.at_s + 1, beating=False)

    assert slipped.step is Step.STRAP
    assert waited(slipped, slipped.at_s + 1, beating=True).step is Step.CHECKS
    assert slipped.checked == checked.checked


def test_who_says_no_to_the_pulse_or_is_unwell_is_sent_to_a_person() -> None:
    assert after(Visit(), Intent.OK, Intent.BACK).step is Step.NOT_MINE
    assert after(Visit(), Intent.OK, Intent.OK, Intent.BACK).step is Step.UNWELL


def test_a_slip_of_the_finger_can_be_taken_back() -> None:
    assert after(Visit(), Intent.OK, Intent.BACK, Intent.BACK).step is Step.PULSE
    assert after(Visit(), Intent.OK, Intent.OK, Intent.OK, Intent.BACK).checked == 0
    assert after(Visit(), Intent.OK, Intent.BACK, Intent.OK).step is Step.IDLE


def test_with_several_patients_each_chooses_the_own_picture() -> None:
    several = after(Visit(people=3), Intent.OK)
    assert several.step is Step.WHO

    chosen = after(several, Intent.PLUS, Intent.PLUS, Intent.PLUS, Intent.MINUS, Intent.OK)

    assert (chosen.step, chosen.person) == (Step.YOU, 2)
    assert after(several, Intent.TWO).person == 1
    assert after(several, Intent.NINE).step is Step.WHO
    assert after(several, Intent.BACK).step is Step.IDLE
    assert after(several, Intent.OK, Intent.BACK, beating=False).step is Step.WHO


def test_whoever_chose_says_yes_to_the_picture_and_the_last_day_or_chooses_again() -> None:
    chosen = after(Visit(people=3), Intent.OK, Intent.TWO)
    assert chosen.step is Step.YOU

    assert after(chosen, Intent.OK).step is Step.PULSE
    assert after(chosen, Intent.BACK).step is Step.WHO
    assert after(chosen, Intent.BACK, Intent.OK).step is Step.YOU


def test_the_only_patient_is_not_asked_who_she_is() -> None:
    assert after(Visit(people=1), Intent.OK).step is Step.PULSE


def test_the_staff_key_is_one_that_begins_nothing_where_there_are_therapists() -> None:
    assert opens_the_office(Visit(), Intent.PLUS)
    assert not any(opens_the_office(Visit(), intent) for intent in Intent if intent is not Intent.PLUS)
    assert not opens_the_office(after(Visit(), Intent.OK), Intent.PLUS)


def test_a_strap_that_is_long_not_found_may_be_held_by_a_telephone() -> None:
    visit = after(Visit(), Intent.OK, beating=False)

    later = waited(visit, visit.at_s + PHONE_AFTER_S, beating=False)

    assert not visit.held_by_phone
    assert later.held_by_phone


def test_the_next_patient_never_meets_a_visit_that_was_left() -> None:
    visit = after(Visit(), Intent.OK, beating=False)

    assert waited(visit, visit.touched_at_s + LEFT_AFTER_S - 1, beating=False).begun
    assert waited(visit, visit.touched_at_s + LEFT_AFTER_S, beating=False).step is Step.IDLE


def test_down_goes_on_among_the_pictures_and_up_goes_back() -> None:
    choosing = after(Visit(people=9), Intent.OK)

    assert after(choosing, Intent.DOWN, Intent.DOWN, Intent.UP).person == 1


def test_an_arrow_up_or_down_opens_no_therapists_page() -> None:
    assert not any(opens_the_office(Visit(), arrow) for arrow in (Intent.UP, Intent.DOWN))


def test_where_there_is_nothing_to_undo_back_is_the_language() -> None:
    ready = after(Visit(), *[Intent.OK] * 5)
    for visit in (Visit(), ready):
        assert [language_asked(visit, Intent.BACK, now, 3) for now in range(3)] == [1, 2, 0]
        assert [language_asked(visit, intent, 0, 3) for intent in CARDS[:4]] == [0, 1, 2, None]
    assert language_asked(after(Visit(), Intent.OK), Intent.BACK, 0, 3) is None
    assert language_asked(after(Visit(), Intent.OK), Intent.TWO, 0, 3) is None


@pytest.mark.parametrize("start", ["idle", "who", "strap", "pulse", "not_mine", "checks", "unwell", "start"])
def test_every_step_completes_with_the_four_keys_alone(start: str) -> None:
    seen = {Visit(people=2)}
    frontier = list(seen)
    while frontier:
        visit = frontier.pop()
        for intent in KEYS:
            for beating in (False, True):
                following = waited(pressed(visit, intent), 0.0, beating=beating)
                if following not in seen:
                    seen.add(following)
                    frontier.append(following)

    here = [visit for visit in seen if visit.step == start]
    assert here
    for visit in here:
        ways = {waited(pressed(visit, intent), 0.0, beating=True).step for intent in KEYS}
        assert ways - {visit.step} or start == "start" or visit.checked > 0


def test_five_times_ok_is_never_a_way_back() -> None:
    order = list(Step)
    visits = [Visit(people=2)]
    for _ in range(7):
        visits.append(after(visits[-1], Intent.OK))

    assert all(order.index(one.step) <= order.index(other.step) for one, other in pairwise(visits))
