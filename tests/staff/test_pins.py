import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.staff.pins import (
    AUTO_LOCK_S,
    HOUR_S,
    LONGEST_DELAY_S,
    MOST_TRIES_AN_HOUR,
    PinFault,
    Throttle,
    locks_itself,
    pin_fault,
    right,
    tried,
    wait_s,
)


@pytest.mark.parametrize(
    ("digits", "fault"),
    [
        ("483920", None),
        ("483920175326", None),
        ("48392", PinFault.TOO_SHORT),
        ("", PinFault.TOO_SHORT),
        ("4839201753264", PinFault.TOO_LONG),
        ("48392a", PinFault.NO_DIGITS),
        ("４８３９２０", PinFault.NO_DIGITS),
        ("000000", PinFault.TOO_SIMPLE),
        ("123456", PinFault.TOO_SIMPLE),
        ("890123", PinFault.TOO_SIMPLE),
        ("987654", PinFault.TOO_SIMPLE),
    ],
)
def test_a_pin_has_six_digits_or_more_and_is_not_the_first_that_anybody_tries(
    digits: str, fault: PinFault | None
) -> None:
    assert pin_fault(digits) is fault


def test_each_wrong_pin_doubles_the_wait_up_to_five_minutes() -> None:
    throttle, now_s, waits = Throttle(), 1000.0, []
    for _ in range(11):
        throttle = tried(throttle, now_s)
        waits.append(wait_s(throttle, now_s))
        now_s += waits[-1]

    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_a_right_pin_ends_the_waiting() -> None:
    throttle = tried(tried(Throttle(), 0.0), 1.0)

    assert wait_s(right(throttle), 1.0) == 0


@given(steps=st.lists(st.tuples(st.floats(0, 400), st.booleans()), min_size=1, max_size=300))
def test_no_order_of_right_and_wrong_pins_gives_more_than_a_hundred_wrong_tries_an_hour(
    steps: list[tuple[float, bool]],
) -> None:
    throttle, true_s = Throttle(), 0.0
    wrong: list[float] = []
    for pause_s, lucky in steps:
        true_s += pause_s
        if wait_s(throttle, true_s) > 0:
            continue
        throttle = tried(throttle, true_s)
        if lucky:
            throttle = right(throttle)
        else:
            wrong.append(true_s)

        assert len([at_s for at_s in wrong if at_s > true_s - HOUR_S]) <= MOST_TRIES_AN_HOUR


def test_an_hour_of_wrong_pins_with_right_ones_between_them_is_cut_at_a_hundred() -> None:
    throttle, wrong = Throttle(), 0
    for second in range(3600):
        if wait_s(throttle, float(second)) == 0:
            throttle = tried(throttle, float(second))
            wrong += 1
            throttle = right(tried(throttle, float(second)))

    assert wrong == MOST_TRIES_AN_HOUR


@given(back_s=st.floats(0, 1e9), failed=st.integers(1, 40))
def test_a_clock_set_back_makes_nobody_wait_longer_than_five_minutes(back_s: float, failed: int) -> None:
    throttle = Throttle()
    for number in range(failed):
        throttle = tried(throttle, 1e9 + 400.0 * number)

    assert wait_s(throttle, 1e9 - back_s) <= LONGEST_DELAY_S


@pytest.mark.parametrize(("untouched_s", "locks"), [(0, False), (AUTO_LOCK_S - 1, False), (AUTO_LOCK_S, True)])
def test_the_therapists_page_locks_itself_after_five_minutes(untouched_s: float, *, locks: bool) -> None:
    assert locks_itself(100.0, 100.0 + untouched_s) is locks
