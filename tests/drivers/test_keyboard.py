"""The keyboard as a panel."""

import pytest

from drivers.panel.keyboard import intent, press
from station.moment import Intent
from station.training.reading import Press


@pytest.mark.parametrize("key", ["space", "s", "S", "escape"])
def test_the_big_keys_stop_the_session(key: str) -> None:
    assert intent(key) is Intent.STOP
    assert press(Intent.STOP) is Press.STOP


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("return", Intent.OK),
        ("enter", Intent.OK),
        ("backspace", Intent.BACK),
        ("l", Intent.LANGUAGE),
        ("q", Intent.QUIT),
    ],
)
def test_the_other_keys_concern_the_screen_only(key: str, meant: Intent) -> None:
    assert intent(key) is meant
    assert press(meant) is None


def test_a_key_without_a_meaning_does_nothing() -> None:
    assert intent("x") is None
