"""The keyboard as a panel."""

import pytest

from drivers.panel.keyboard import INTENTS, intent
from station.visit import KEYS, Intent


@pytest.mark.parametrize("key", ["space", "escape"])
def test_the_big_keys_stop_the_session(key: str) -> None:
    assert intent(key) is Intent.STOP


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("return", Intent.OK),
        ("enter", Intent.OK),
        ("backspace", Intent.BACK),
        ("left", Intent.MINUS),
        ("right", Intent.PLUS),
        ("3", Intent.THREE),
        ("[3]", Intent.THREE),
        ("l", Intent.LANGUAGE),
        ("m", Intent.MUTE),
        ("f12", Intent.QUIT),
    ],
)
def test_the_other_keys_mean_what_they_say(key: str, meant: Intent) -> None:
    assert intent(key) is meant


def test_four_keys_in_a_row_are_the_four_keys_under_the_screen() -> None:
    assert tuple(intent(key) for key in ("f1", "f2", "f3", "f4")) == KEYS


def test_everything_but_touching_a_place_in_a_list_has_a_key_of_its_own() -> None:
    # A card or a row is touched; from the keyboard the arrows lead there, and Enter takes it.
    places = {Intent.TEN, Intent.ELEVEN, Intent.TWELVE} | {i for i in Intent if i.name.startswith("ROW_")}

    assert set(INTENTS.values()) == set(Intent) - places


@pytest.mark.parametrize("letter", ["k", "s", "q", "x"])
def test_a_letter_ends_nothing(letter: str) -> None:
    assert intent(letter) is None
