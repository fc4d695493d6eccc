"""The human hand first: what becomes of advice when the patient sets another hill than she was asked for."""

from dataclasses import replace

import pytest

from station.training.advice import Advice, Reason
from station.training.course import Belt
from station.training.cue import Cue, cue
from station.training.hand import ANSWERED_AFTER_S, LEFT_AFTER_S, Hand, handed
from station.training.prescription import Phase, Prescription
from station.training.reading import Reading
from station.training.session import Session
from station.training.zones import ZoneState

WORKING = Session(prescription=Prescription(), phase=Phase.INTERVAL, interval=1, belt=Belt.MOVING)


def asks(percent: float | None, reason: Reason = Reason.BELOW_ZONE) -> Advice:
    return Advice(incline_percent=percent, reason=reason, since_s=0.0)


class Belt4:
    """A belt at four percent in the first interval; the test says what is advised and what the hand sets."""

    def __init__(self) -> None:
        self.hand, self.session, self.at_s, self.incline_percent = Hand(), WORKING, 0.0, 4.0
        self.goes_on(10, asks(4.0))

    def goes_on(self, seconds: float, advice: Advice | None, sets: float | None = None) -> Hand:
        if sets is not None:
            self.incline_percent = sets
        for _ in range(int(seconds)):
            self.at_s += 1
            reading = Reading(at_s=self.at_s, speed_kmh=5.0, incline_percent=self.incline_percent)
            self.hand = handed(self.hand, advice, reading, self.session)
        return self.hand

    def declines(self, percent: float) -> Hand:
        """She is asked for this hill, and sets half a percent of it at most."""
        self.goes_on(4, asks(percent))
        return self.goes_on(ANSWERED_AFTER_S, asks(percent), self.incline_percent + 0.5)


def test_a_request_stands_until_it_is_answered() -> None:
    belt = Belt4()

    assert belt.goes_on(10, asks(6.0)).advice == asks(6.0)
    assert belt.goes_on(1, asks(6.0), sets=5.0).advice == asks(6.0)


def test_who_sets_another_hill_is_taken_at_her_word() -> None:
    hand = Belt4().declines(6.0)

    assert hand.own_choice
    assert hand.advice == asks(None)


def test_who_is_still_pressing_is_not_interrupted() -> None:
    belt = Belt4()
    belt.goes_on(10, asks(6.0))
    for half in (4.5, 5.0, 5.5):
        assert belt.goes_on(4, asks(6.0), sets=half).advice == asks(6.0)

    assert belt.goes_on(20, asks(6.0), sets=6.0).advice == asks(6.0)
    assert not belt.hand.own_choice


def test_she_is_asked_once_more_and_then_no_more() -> None:
    belt = Belt4()
    belt.declines(6.0)

    again = belt.goes_on(1, asks(6.5))
    belt.declines(6.5)
    third = belt.goes_on(1, asks(7.0))

    assert (again.advice, again.own_choice) == (asks(6.5), False)
    assert (third.advice, third.own_choice) == (asks(None), True)


def test_the_next_interval_is_a_new_beginning() -> None:
    belt = Belt4()
    belt.declines(6.0)
    belt.declines(6.5)

    belt.session = replace(WORKING, interval=2)

    assert belt.goes_on(1, asks(7.0)).advice == asks(7.0)


def test_more_than_half_the_way_is_following_with_a_margin_of_ones_own() -> None:
    belt = Belt4()
    for percent in (6.0, 7.5, 9.0):
        belt.goes_on(4, asks(percent))
        belt.goes_on(ANSWERED_AFTER_S, asks(percent), belt.incline_percent + 1.5 * (percent < 9))

    assert belt.hand.declined == 0
    assert belt.hand.own_choice is False


def test_who_takes_the_hill_down_again_has_answered() -> None:
    belt = Belt4()
    belt.goes_on(20, asks(6.0), sets=6.0)

    hand = belt.goes_on(ANSWERED_AFTER_S, asks(6.0), sets=4.5)

    assert (hand.own_choice, hand.declined) == (True, 1)


def test_a_request_that_was_read_and_left_goes_away_whatever_figure_it_has() -> None:
    belt = Belt4()
    for second in range(int(LEFT_AFTER_S)):
        assert belt.goes_on(1, asks(6.0 + second // 20)).advice is not None
    hand = belt.goes_on(2, asks(9.0))

    assert (hand.own_choice, hand.advice) == (True, asks(None))


@pytest.mark.parametrize("reason", [Reason.ABOVE_ZONE, Reason.GUARD_ABOVE_97, Reason.RECOVERY_LOAD])
def test_what_asks_for_less_is_never_taken_away(reason: Reason) -> None:
    belt = Belt4()
    belt.declines(6.0)
    belt.declines(6.5)

    assert belt.goes_on(200, asks(2.0, reason)).advice == asks(2.0, reason)


def test_with_a_silent_treadmill_nobody_knows_and_the_request_stands() -> None:
    hand = Hand()
    for second in range(100):
        hand = handed(hand, asks(6.0), Reading(at_s=float(second)), WORKING)

    assert hand.advice == asks(6.0)


def test_a_speed_that_is_asked_for_too_is_still_shown() -> None:
    belt = Belt4()
    both = replace(asks(6.0), speed_kmh=6.0)
    belt.goes_on(4, both)

    assert belt.goes_on(ANSWERED_AFTER_S, both, sets=4.5).advice == replace(both, incline_percent=None)


def test_no_advice_is_no_advice() -> None:
    belt = Belt4()
    belt.declines(6.0)

    assert belt.goes_on(1, None) == replace(belt.hand, advice=None)


def test_nobody_who_walks_her_own_hill_is_promised_a_rising_pulse() -> None:
    reading = Reading(at_s=1.0, incline_percent=4.0)

    assert cue(WORKING, reading, ZoneState.BELOW, asks(None), None) is Cue.WAIT
    assert cue(WORKING, reading, ZoneState.BELOW, asks(None), None, own_choice=True) is Cue.HOLD
