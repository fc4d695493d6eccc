"""What is asked while training, and what an answer does."""

from dataclasses import replace

import pytest

from station.intents import KEYS, Intent
from station.question import (
    ALARMS,
    EASED_SAID_FOR_S,
    EFFORT_FROM_S,
    EFFORT_GIVEN_UP_AFTER_S,
    GIVEN_UP_AFTER_S,
    OK_ASKED_AFTER_S,
    STAFF_AFTER_S,
    Answer,
    Asked,
    Question,
    answered,
    asked,
    ends_unanswered,
)
from station.training.cue import Cue
from station.training.prescription import Phase, Prescription
from station.training.reading import Press
from station.training.session import Belt, Session

WORKING = Session(
    prescription=Prescription(), phase=Phase.INTERVAL, interval=1, phase_elapsed_s=100, belt=Belt.MOVING, at_s=1000.0
)
RESTING = replace(WORKING, phase=Phase.RECOVERY, phase_elapsed_s=EFFORT_FROM_S)
WARMING = replace(WORKING, phase=Phase.WARM_UP, interval=0)
COOLING = replace(WORKING, phase=Phase.COOL_DOWN, interval=4, phase_elapsed_s=100)
STANDING = replace(WORKING, belt=Belt.STANDING, stood_s=OK_ASKED_AFTER_S)


def later(session: Session, seconds: float) -> Session:
    return replace(session, at_s=(session.at_s or 0) + seconds, phase_elapsed_s=session.phase_elapsed_s + seconds)


def test_the_effort_is_asked_for_once_in_the_break_after_the_load_came_down() -> None:
    before = asked(Asked(), replace(RESTING, phase_elapsed_s=EFFORT_FROM_S - 1), Cue.WALK_EASY)
    assert before.question is None

    now = asked(before, RESTING, Cue.WALK_EASY)
    assert now.question is Question.EFFORT

    over, answer = answered(now, Intent.PLUS, RESTING, Cue.WALK_EASY)
    assert answer == Answer(effort_borg=16)
    assert asked(over, later(RESTING, 1), Cue.WALK_EASY).question is None


@pytest.mark.parametrize(("intent", "borg"), list(zip(KEYS, (11, 13, 16, 19), strict=True)))
def test_each_face_is_an_effort_on_borgs_scale(intent: Intent, borg: int) -> None:
    _, answer = answered(Asked(question=Question.EFFORT), intent, RESTING, Cue.WALK_EASY)

    assert answer.effort_borg == borg


def test_a_digit_is_a_face_too_and_nothing_else_is() -> None:
    asking = Asked(question=Question.EFFORT)

    assert answered(asking, Intent.THREE, RESTING, Cue.WALK_EASY)[1].effort_borg == 16
    assert answered(asking, Intent.NINE, RESTING, Cue.WALK_EASY) == (asking, Answer())


def test_nobody_has_to_answer() -> None:
    asking = asked(Asked(), RESTING, Cue.WALK_EASY)

    given_up = asked(asking, later(RESTING, EFFORT_GIVEN_UP_AFTER_S), Cue.WALK_EASY)

    assert given_up.question is None
    assert asked(given_up, later(RESTING, EFFORT_GIVEN_UP_AFTER_S + 1), Cue.WALK_EASY).question is None


@pytest.mark.parametrize("cue", [Cue.LOWER_INCLINE, Cue.TOO_HARD, Cue.CALL_STAFF, Cue.STRAP_LOST])
def test_no_question_stands_before_what_matters_more(cue: Cue) -> None:
    asking = asked(Asked(), RESTING, Cue.WALK_EASY)

    assert asked(Asked(), RESTING, cue).question is None
    assert asked(asking, later(RESTING, 1), cue).question is None


@pytest.mark.parametrize("cue", Cue)
def test_nothing_is_asked_while_the_belt_moves_in_an_interval(cue: Cue) -> None:
    for question in (None, *Question):
        after = asked(Asked(question=question, since_s=999.0), WORKING, cue).question
        own = question is Question.EASIER and cue not in ALARMS
        assert after is (Question.EASIER if own else None)


def test_much_too_hard_leads_to_an_offer() -> None:
    offered, _ = answered(Asked(question=Question.EFFORT), Intent.OK, RESTING, Cue.WALK_EASY)
    assert offered.question is Question.EASIER

    eased, answer = answered(offered, Intent.OK, RESTING, Cue.WALK_EASY)
    assert answer.press is Press.EASIER
    assert eased.question is None
    assert answered(offered, Intent.BACK, RESTING, Cue.WALK_EASY) == (replace(offered, question=None), Answer())


def test_an_easier_day_is_two_keys_at_any_time_and_counts_once() -> None:
    asking, answer = answered(Asked(), Intent.MINUS, WORKING, Cue.HOLD)
    assert (asking.question, answer) == (Question.EASIER, Answer())

    eased, answer = answered(asking, Intent.OK, WORKING, Cue.HOLD)
    assert answer.press is Press.EASIER
    assert eased.says_eased(1000.0 + EASED_SAID_FOR_S - 1)

    assert answered(eased, Intent.MINUS, later(WORKING, 1), Cue.HOLD)[0].question is None
    assert answered(eased, Intent.MINUS, later(WORKING, EASED_SAID_FOR_S), Cue.HOLD)[0].question is Question.EASIER


@pytest.mark.parametrize("intent", [Intent.MINUS, Intent.PLUS, Intent.BACK])
def test_a_slip_on_the_easier_key_changes_nothing(intent: Intent) -> None:
    asking, _ = answered(Asked(), Intent.MINUS, WORKING, Cue.HOLD)

    assert answered(asking, intent, WORKING, Cue.HOLD)[1] == Answer()
    assert asked(asking, later(WORKING, GIVEN_UP_AFTER_S), Cue.HOLD).question is None


def test_in_the_cool_down_there_is_nothing_left_to_ease() -> None:
    assert answered(Asked(), Intent.MINUS, COOLING, Cue.COOL_DOWN) == (Asked(), Answer())


@pytest.mark.parametrize("phase", [Phase.INTERVAL, Phase.RECOVERY])
@pytest.mark.parametrize("question", [None, *Question])
def test_stop_ends_the_effort_at_once_whatever_is_asked(phase: Phase, question: Question | None) -> None:
    _, answer = answered(Asked(question=question), Intent.STOP, replace(WORKING, phase=phase), Cue.HOLD)

    assert answer.press is Press.STOP


@pytest.mark.parametrize("second", [Intent.STOP, Intent.OK])
def test_in_the_warm_up_stop_is_asked_for_and_a_second_press_is_the_answer(second: Intent) -> None:
    asking, answer = answered(Asked(), Intent.STOP, WARMING, Cue.EASY_START)
    assert (asking.question, answer) == (Question.STOP, Answer())

    assert answered(asking, second, WARMING, Cue.EASY_START)[1].press is Press.STOP
    assert answered(asking, Intent.BACK, WARMING, Cue.EASY_START)[0].question is None


@pytest.mark.parametrize("cue", sorted(ALARMS))
@pytest.mark.parametrize("session", [WARMING, COOLING])
def test_beside_an_alarm_stop_is_not_asked_about(session: Session, cue: Cue) -> None:
    assert answered(Asked(), Intent.STOP, session, cue)[1].press is Press.STOP


def test_a_stop_in_the_warm_up_that_nobody_answers_ends_it_for_the_keys_cable_may_be_torn() -> None:
    asking, _ = answered(Asked(), Intent.STOP, WARMING, Cue.EASY_START)

    assert not ends_unanswered(asking, later(WARMING, GIVEN_UP_AFTER_S - 1))
    assert ends_unanswered(asking, later(WARMING, GIVEN_UP_AFTER_S))
    assert ends_unanswered(asking, later(WORKING, 1)), "an interval has begun"
    assert not ends_unanswered(replace(asking, question=None), later(WARMING, GIVEN_UP_AFTER_S))
    assert not ends_unanswered(asking, later(COOLING, GIVEN_UP_AFTER_S))


@pytest.mark.parametrize("second", [Intent.STOP, Intent.OK])
def test_in_the_cool_down_stop_is_asked_for_and_a_second_press_is_the_answer(second: Intent) -> None:
    asking, answer = answered(Asked(), Intent.STOP, COOLING, Cue.COOL_DOWN)
    assert (asking.question, answer) == (Question.STOP, Answer())

    assert answered(asking, second, COOLING, Cue.COOL_DOWN)[1].press is Press.STOP
    assert answered(asking, Intent.BACK, COOLING, Cue.COOL_DOWN)[0].question is None
    assert asked(asking, later(COOLING, GIVEN_UP_AFTER_S), Cue.COOL_DOWN).question is None


def test_who_stops_the_belt_in_mid_interval_is_asked_whether_all_is_well() -> None:
    asking = asked(Asked(), STANDING, Cue.BELT_STANDING)
    assert asking.question is Question.ARE_YOU_OK

    well, answer = answered(asking, Intent.OK, STANDING, Cue.BELT_STANDING)
    assert answer == Answer()
    assert asked(well, later(STANDING, 60), Cue.BELT_STANDING).question is None
    assert asked(asking, later(WORKING, 5), Cue.HOLD).question is None


def test_who_does_not_answer_or_says_no_gets_staff() -> None:
    asking = asked(Asked(), STANDING, Cue.BELT_STANDING)

    silent = asked(asking, later(STANDING, STAFF_AFTER_S), Cue.BELT_STANDING)
    said_no, _ = answered(asking, Intent.BACK, STANDING, Cue.BELT_STANDING)

    assert silent.question is said_no.question is Question.STAFF
    assert answered(silent, Intent.BACK, STANDING, Cue.BELT_STANDING)[0] == silent
    assert answered(silent, Intent.OK, STANDING, Cue.BELT_STANDING)[0].question is None


def test_a_silent_treadmill_is_no_reason_to_ask() -> None:
    silent = replace(STANDING, belt_silent_s=70.0)

    assert asked(Asked(), silent, Cue.BELT_STANDING).question is None


def test_after_the_session_nothing_is_asked_and_keys_mean_nothing() -> None:
    done = replace(COOLING, phase=Phase.FINISHED)
    asking = Asked(question=Question.STOP)

    assert asked(asking, done, Cue.WELL_DONE) == Asked()
    assert answered(asking, Intent.OK, done, Cue.WELL_DONE) == (asking, Answer())


@pytest.mark.parametrize("intent", [Intent.OK, Intent.BACK, Intent.PLUS, Intent.SEVEN])
def test_keys_without_a_question_do_nothing(intent: Intent) -> None:
    assert answered(Asked(), intent, WORKING, Cue.HOLD) == (Asked(), Answer())
