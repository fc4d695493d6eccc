"""A real window under Xvfb, driven by keys and mouse from nobody there to the summary."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from window_hand import PATIENCE_S, Hand, process, xvfb

STATION = Path(__file__).parents[1] / "window_station.py"


@pytest.fixture
def display() -> Iterator[str]:
    with xvfb() as number:
        yield number


def test_from_nobody_there_to_the_summary_by_keys_and_mouse(display: str, tmp_path: Path) -> None:
    environment = {**os.environ, "DISPLAY": display, "SDL_VIDEODRIVER": "x11", "SDL_AUDIODRIVER": "dummy"}
    errors = (tmp_path / "errors").open("w")
    with errors, process(
        sys.executable, str(STATION), env=environment, stdout=subprocess.PIPE, stderr=errors
    ) as station:  # fmt: skip
        hand = Hand(display, station)
        try:
            walk_through(hand)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{(tmp_path / 'errors').read_text()}") from error
        station.wait(PATIENCE_S)
        assert station.returncode == 0

    assert "training easier" in hand.pages


def walk_through(hand: Hand) -> None:
    hand.sees("idle nb")
    hand.sees("idle en", lambda: hand.key("F1"))  # the button under the languages goes to the next
    hand.sees("idle nn", lambda: hand.touch(545, 655))  # the third of them, by its name
    hand.sees("pulse nn", lambda: hand.key("Return"))
    hand.sees("not_mine nn", lambda: hand.key("F1"))
    hand.sees("pulse nn", lambda: hand.key("F1"))
    hand.sees("checks nn", lambda: hand.touch(1100, 655))  # yes, bottom right
    for _ in range(3):
        hand.key("F4")
    hand.sees("start nn")
    hand.sees("training nn")
    hand.key("F2")
    hand.sees("training easier", lambda: hand.key("F4"))
    hand.sees("belt_moves nn", lambda: hand.touch(87, 583))  # the key that ends the session
    hand.sees("done")
    hand.sees("idle nn", lambda: hand.key("Return"))
    hand.key("F12")
