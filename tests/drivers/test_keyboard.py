"""The keyboard as a panel."""

import pytest

from drivers.panel.keyboard import INTENTS, intent
from station.intents import KEYS, LETTERS, Intent, meant


@pytest.mark.parametrize("key", ["space", "escape"])
def test_the_big_keys_stop_the_session(key: str) -> None:
    assert intent(key) is Intent.STOP


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("return", Intent.OK),
        ("enter", Intent.OK),
        ("backspace", Intent.BACK),
        ("left", Intent.MINUS),
        ("right", Intent.PLUS),
        ("up", Intent.UP),
        ("down", Intent.DOWN),
        ("3", Intent.THREE),
        ("[3]", Intent.THREE),
        ("k", Intent.LETTER_K),
        ("ø", Intent.LETTER_OE),
        ("f12", Intent.QUIT),
    ],
)
def test_the_other_keys_mean_what_they_say(key: str, says: Intent) -> None:
    assert intent(key) is says


def test_four_keys_in_a_row_are_the_four_keys_under_the_screen() -> None:
    assert tuple(intent(key) for key in ("f1", "f2", "f3", "f4")) == KEYS


def test_everything_but_touching_a_place_in_a_list_has_a_key_of_its_own() -> None:
    # A card or a row is touched; from the keyboard the arrows lead there, and Enter takes it. Two have a letter.
    places = {Intent.TEN, Intent.ELEVEN, Intent.TWELVE} | {i for i in Intent if i.name.startswith("ROW_")}

    reached = {meant(intent, writing=writing) for intent in INTENTS.values() for writing in (True, False)}
    assert reached - {None} == set(Intent) - places


@pytest.mark.parametrize("letter", LETTERS)
def test_a_letter_is_a_letter_while_somebody_writes_and_else_ends_nothing(letter: Intent) -> None:
    assert meant(letter, writing=True) is letter
    assert meant(letter, writing=False) in {None, Intent.LANGUAGE, Intent.MUTE}


def test_l_is_short_for_language_and_m_for_mute() -> None:
    assert meant(Intent.LETTER_L, writing=False) is Intent.LANGUAGE
    assert meant(Intent.LETTER_M, writing=False) is Intent.MUTE


def test_a_key_without_a_meaning_does_nothing() -> None:
    assert intent("tab") is None
