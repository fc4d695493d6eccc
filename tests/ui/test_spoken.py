"""What is heard, when, and how seldom."""

from dataclasses import replace

import pytest

from station.language import Language
from station.moment import Moment
from station.question import Asked, Question
from station.training.cue import Cue
from station.training.prescription import Phase
from ui.gallery import moments
from ui.spoken import CALM_BETWEEN_S, LEAST_BETWEEN_S, SPOKEN, Heard, Sounding, Tone, heard
from ui.wording.catalogue import words_in

LONGEST_SPOKEN_WORDS = 5


def later(moment: Moment, seconds: float, **changes: object) -> Moment:
    return replace(moment, reading=replace(moment.reading, at_s=moment.reading.at_s + seconds), **changes)  # type: ignore[arg-type]


def test_a_new_cue_is_heard_once() -> None:
    up = moments()["work-low"]

    first = heard(Heard(), up)
    again = heard(first, later(up, 1))

    assert first.sounding == Sounding(tone=Tone.GO, sentence="cue.raise_incline")
    assert again.sounding is None


def test_what_takes_load_off_waits_for_nothing() -> None:
    up = moments()["work-low"]
    first = heard(Heard(), up)

    at_once = heard(first, later(up, 1, cue=Cue.TOO_HARD))

    assert at_once.sounding == Sounding(tone=Tone.EASE, sentence="cue.too_hard")


def test_praise_waits_until_it_is_news() -> None:
    up = moments()["work-low"]
    first = heard(Heard(), up)
    soon = heard(first, later(up, LEAST_BETWEEN_S, cue=Cue.HOLD))
    then = heard(soon, later(up, CALM_BETWEEN_S, cue=Cue.HOLD))

    assert soon.sounding is None
    assert then.sounding == Sounding(sentence="cue.hold")


def test_three_two_one_before_every_change() -> None:
    moment = moments()["work-in-zone"]
    told = heard(Heard(), moment)
    ticks = []
    for left_s in (5, 4, 3, 3, 2, 1, 0):
        session = replace(moment.session, phase_elapsed_s=240 - left_s)
        told = heard(told, later(moment, 1, session=session))
        ticks.append(told.sounding.tone if told.sounding else None)

    assert ticks == [None, None, Tone.TICK, None, Tone.TICK, Tone.TICK, None]


def test_before_the_session_it_is_quiet() -> None:
    assert heard(Heard(), moments()["start"]).sounding is None


@pytest.mark.parametrize("question", Question)
def test_every_question_is_asked_aloud(question: Question) -> None:
    sounding = heard(Heard(), replace(moments()["recovery"], asked=Asked(question=question))).sounding

    assert sounding is not None
    assert sounding.tone is Tone.ATTENTION
    assert sounding.sentence in SPOKEN


def test_every_cue_has_a_sentence_that_can_be_recorded_in_every_language() -> None:
    for cue in Cue:
        sounding = heard(Heard(), replace(moments()["work-in-zone"], cue=cue)).sounding
        assert sounding is not None
        assert sounding.sentence in SPOKEN
    for language in Language:
        for key in SPOKEN:
            sentence = words_in(language).sentences[key]
            assert "{" not in sentence
            assert len(sentence.split()) <= LONGEST_SPOKEN_WORDS


def test_easier_today_is_said_too() -> None:
    moment = moments()["easier-today"]

    assert heard(Heard(), moment).sounding == Sounding(sentence="easier.said")


def test_waiting_is_said_as_it_is() -> None:
    high = replace(moments()["work-high"], cue=Cue.WAIT)
    after = moments()["summary"]

    assert heard(Heard(), high).sounding == Sounding(sentence="cue.wait.falling")
    assert after.session.phase is Phase.FINISHED
    assert heard(Heard(), after).sounding == Sounding(tone=Tone.GO, sentence="cue.well_done")


def test_a_set_is_counted_in_with_three_ticks() -> None:
    rest = moments()["strength-rest-count-in"]
    left_s = [rest.session.phase_left_s - second for second in range(8)]
    ticks, before = [], Heard(last="cue.set_soon", told_at_s=rest.reading.at_s)
    for second, left in enumerate(left_s):
        session = replace(rest.session, phase_elapsed_s=rest.session.phase_length_s - left)
        reading = replace(rest.reading, at_s=rest.reading.at_s + second)
        before = heard(before, replace(rest, session=session, reading=reading))
        if before.sounding is not None and before.sounding.tone is Tone.TICK:
            ticks.append(left)

    assert ticks == [3, 2, 1]
