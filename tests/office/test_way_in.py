"""Nothing of the therapist's is seen without a PIN, whatever is pressed."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from office_steps import KNOWN, KS, PIN, Thumb, at_the_door, inside, lock_of

from station.intents import Intent
from station.office.answers import answered
from station.office.keys import pressed
from station.office.sheet import BEFORE_THE_PIN, FIRST_RUN, Page, Sheet
from station.office.side import Side, closed, opened, waited
from station.office.wishes import Answer, Fault, Lock, LogIn, ResetPin, SetUp
from station.staff.desk import Locked, Therapist

TWO = (KS, Therapist(number=2, sign="AM"))
KEYS = st.sampled_from([intent for intent in Intent if intent is not Intent.QUIT])
SOME_KNOWN = st.sampled_from([KNOWN, replace(KNOWN, therapists=TWO), replace(KNOWN, wait_s=90.0)])


@given(st.lists(KEYS, max_size=60), SOME_KNOWN)
def test_no_sequence_of_keys_reaches_a_page_without_the_pin(keys: list[Intent], known: object) -> None:
    thumb = at_the_door(known)  # type: ignore[arg-type]
    thumb.pin = "no keyboard types this"

    thumb.press(*keys)

    assert set(thumb.seen) <= BEFORE_THE_PIN
    assert {type(wish) for wish in thumb.wishes} <= {LogIn}
    assert thumb.side.therapist is None


@given(st.lists(KEYS, max_size=60), st.sampled_from(Page), st.integers(0, 16))
def test_not_even_a_sheet_that_lies_there_is_shown_without_a_pin(keys: list[Intent], page: Page, at: int) -> None:
    lying = Side(known=KNOWN, sheets=(Sheet(page=Page.HOME), Sheet(page=page, at=at)))
    thumb = Thumb(lying, pin="no keyboard types this")
    assert lying.top.page in BEFORE_THE_PIN

    thumb.press(*keys)

    assert set(thumb.seen) <= BEFORE_THE_PIN


@given(st.lists(KEYS, max_size=60))
def test_on_the_first_run_there_is_nothing_but_the_first_pin(keys: list[Intent]) -> None:
    thumb = at_the_door(replace(KNOWN, therapists=(), people=()))
    seen_before = []
    for key in keys:
        thumb.press(key)
        if thumb.side.therapist is None and thumb.side.is_open:
            seen_before.append(thumb.side.top.page)

    assert set(seen_before) <= FIRST_RUN


@settings(max_examples=60)
@given(st.lists(KEYS, max_size=80))
def test_after_the_right_pin_every_key_leads_to_a_page_that_can_be_left(keys: list[Intent]) -> None:
    thumb = inside()

    thumb.press(*keys)
    for _ in range(40):
        thumb.press(Intent.BACK)

    assert not thumb.side.is_open


def test_the_pin_lets_in() -> None:
    thumb = at_the_door()
    thumb.types(PIN)
    thumb.press(Intent.OK)

    assert thumb.page is Page.HOME
    assert thumb.side.therapist == KS


def test_a_wrong_pin_says_nothing_of_its_digits_and_begins_anew() -> None:
    thumb = at_the_door()
    thumb.types("274158")
    thumb.press(Intent.OK)

    assert thumb.page is Page.PIN
    assert thumb.side.fault is Fault.PIN_WRONG
    assert not thumb.side.top.typed


def test_the_pin_can_be_turned_in_with_four_keys() -> None:
    thumb = at_the_door()
    for digit in PIN:
        thumb.press(*[Intent.PLUS] * (int(digit) + 1), Intent.OK)
    thumb.press(Intent.OK)

    assert thumb.page is Page.HOME


def test_no_page_keeps_a_pin_after_it_was_tried() -> None:
    thumb = inside()

    assert PIN not in repr(thumb.side)


def test_while_all_must_wait_no_pin_is_tried() -> None:
    thumb = at_the_door(replace(KNOWN, wait_s=30.0))
    thumb.types(PIN)
    thumb.press(Intent.OK)
    assert not thumb.wishes

    thumb.wait(30.0)
    thumb.types(PIN)
    thumb.press(Intent.OK)

    assert thumb.page is Page.HOME


def test_with_several_therapists_one_says_who_one_is_first() -> None:
    thumb = at_the_door(replace(KNOWN, therapists=TWO))
    assert thumb.page is Page.WHO

    thumb.press(Intent.PLUS, Intent.OK)
    thumb.types(PIN)
    thumb.press(Intent.OK)

    assert thumb.wished(LogIn) == LogIn(therapist=2, pin=PIN)


def test_the_first_therapist_sets_a_sign_and_a_pin_twice() -> None:
    thumb = at_the_door(replace(KNOWN, therapists=(), people=()))
    thumb.press(Intent.PLUS, Intent.OK, Intent.OK)  # "A"
    thumb.types(PIN)
    thumb.press(Intent.OK)
    thumb.types(PIN)
    thumb.press(Intent.OK)

    assert thumb.wished(SetUp) == SetUp(sign="A", pin=PIN)
    assert thumb.page is Page.HOME


def test_a_sign_is_typed_in_letters() -> None:
    thumb = at_the_door(replace(KNOWN, therapists=(), people=()))
    thumb.types("løm")

    assert thumb.side.top.typed == "LØM"
    assert thumb.side.writes


def test_a_pin_that_is_typed_on_the_page_of_signs_is_refused_and_leaves_no_trace() -> None:
    thumb = at_the_door(replace(KNOWN, therapists=(), people=()))
    thumb.types("ks")
    thumb.press(Intent.OK, Intent.BACK)
    assert thumb.page is Page.SIGN

    thumb.types(PIN)
    thumb.press(Intent.OK)

    assert thumb.page is Page.NEW_PIN
    assert not thumb.wishes
    assert all(digit not in repr((thumb.side.sheets, thumb.side.draft.sign)) for digit in PIN)


def test_a_digit_on_the_page_of_signs_is_told_why_it_is_not_taken() -> None:
    thumb = at_the_door(replace(KNOWN, therapists=(), people=()))
    thumb.types("7")

    assert thumb.side.fault is Fault.SIGN_DIGITS


def test_letters_are_nothing_where_a_pin_is_typed() -> None:
    thumb = at_the_door()
    before = thumb.side.top
    thumb.types("ksq")

    assert thumb.side.top == before
    assert not thumb.side.writes


@pytest.mark.parametrize(
    ("pin", "again", "fault"),
    [("12345", "", Fault.PIN_SHORT), ("123456", "", Fault.PIN_SIMPLE), (PIN, "274150", Fault.PIN_DIFFERS)],
)
def test_a_weak_or_mistyped_new_pin_is_refused_with_a_sentence(pin: str, again: str, fault: Fault) -> None:
    thumb = at_the_door(replace(KNOWN, therapists=()))
    thumb.press(Intent.PLUS, Intent.OK, Intent.OK)
    thumb.types(pin)
    thumb.press(Intent.OK)
    if again:
        thumb.types(again)
        thumb.press(Intent.OK)

    assert thumb.side.fault is fault
    assert thumb.page is Page.NEW_PIN
    assert not thumb.wishes


def test_a_therapist_can_give_another_a_new_pin_and_not_the_own() -> None:
    thumb = inside(replace(KNOWN, therapists=(KS,)))
    thumb.side = replace(thumb.side, known=replace(KNOWN, therapists=TWO))
    thumb.types("5")
    assert thumb.page is Page.TEAM

    thumb.press(Intent.OK)
    thumb.types("918273")
    thumb.press(Intent.OK)
    thumb.types("918273")
    thumb.press(Intent.OK)

    assert thumb.wished(ResetPin) == ResetPin(therapist=2, pin="918273")
    assert thumb.page is Page.TEAM


def test_untouched_for_five_minutes_it_locks_itself() -> None:
    thumb = inside()
    thumb.wait(299.0)
    assert thumb.side.is_open

    thumb.wait(300.0)

    assert not thumb.side.is_open
    assert lock_of(thumb.wishes) == Lock(why=Locked.UNTOUCHED)


def test_each_key_begins_the_five_minutes_anew() -> None:
    thumb = inside()
    thumb.wait(250.0)
    thumb.press(Intent.PLUS)
    thumb.wait(500.0)

    assert thumb.side.is_open


def test_the_way_in_is_left_after_a_minute() -> None:
    side = opened(KNOWN, at_s=10.0)

    assert waited(side, 69.0).is_open
    assert not waited(side, 70.0).is_open


def test_closed_it_knows_nobody_any_more() -> None:
    side = closed(inside().side)

    assert side.known.people == ()
    assert side.known.profile is None
    assert side.therapist is None


def test_an_answer_that_comes_after_the_pages_closed_lets_nobody_in() -> None:
    first = LogIn(therapist=1, pin=PIN)
    again = replace(opened(KNOWN, at_s=0.0), asked=LogIn(therapist=1, pin="000000"))

    late = answered(again, first, Answer(known=KNOWN, let_in=KS))
    shut = answered(replace(closed(again), asked=first), first, Answer(known=KNOWN, let_in=KS))

    assert late == again
    assert not shut.is_open
    assert shut.therapist is None


def test_an_answer_without_a_therapist_opens_nothing() -> None:
    wish = LogIn(therapist=1, pin=PIN)

    side = answered(replace(opened(KNOWN, at_s=0.0), asked=wish), wish, Answer(known=KNOWN))

    assert side.sheets == (Sheet(page=Page.PIN),)
    assert side.therapist is None


def test_no_key_counts_while_something_is_being_done() -> None:
    side = replace(inside().side, asked=Lock(why=Locked.BY_HAND))

    assert pressed(side, Intent.PLUS) == side
