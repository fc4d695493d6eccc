"""A therapist's minute in a real window under Xvfb: a first run, a new patient, and the keys it took."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from window_hand import Hand, process, xvfb

from station.store import access, people
from station.store.sessions import Store

PROGRAM = Path(__file__).parents[1] / "window_office.py"
PIN = "274159"
MOST_KEYS = 12


class CountingHand(Hand):
    """Counts the keys that are no typed digits."""

    keys = 0

    def press(self, *names: str) -> None:
        for name in names:
            self.keys += 1
            self.key(name)

    def types(self, digits: str) -> None:
        for digit in digits:
            self.key(digit)


@pytest.fixture
def display() -> Iterator[str]:
    with xvfb() as number:
        yield number


def test_new_patient_to_start_takes_at_most_twelve_keys_beyond_the_digits(display: str, tmp_path: Path) -> None:
    environment = {**os.environ, "DISPLAY": display, "SDL_VIDEODRIVER": "x11", "SDL_AUDIODRIVER": "dummy"}
    data, errors = tmp_path / "data", (tmp_path / "errors").open("w")
    with errors, process(
        sys.executable, str(PROGRAM), str(data), env=environment, stdout=subprocess.PIPE, stderr=errors
    ) as station:  # fmt: skip
        hand = CountingHand(display, station)
        try:
            first_therapist(hand)
            keys = one_minute(hand)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{(tmp_path / 'errors').read_text()}") from error

    assert keys <= MOST_KEYS
    with closing(Store.at(data)) as store:
        assert [therapist.sign for therapist in access.therapists(store.connection)] == ["KS"]
        profile = people.profile(store.connection, "K-2055")
        assert profile.hr_max is not None
        assert profile.hr_max.bpm == 182
        assert profile.clearance is not None


def first_therapist(hand: CountingHand) -> None:
    hand.sees("idle|")
    hand.sees("staff.sign|", lambda: hand.key("Right"))
    hand.types("k1")
    hand.sees("staff.sign|Bare bokstaver. PIN kommer etterpå")
    hand.types("s")
    hand.sees("staff.new_pin|", lambda: hand.key("Return"))
    hand.types("123456")
    hand.sees("staff.new_pin|For lett å gjette. Velg noe annet", lambda: hand.key("Return"))
    hand.types(PIN)
    hand.sees("staff.new_pin_again|", lambda: hand.key("Return"))
    hand.types(PIN)
    hand.sees("staff.home|", lambda: hand.key("Return"))
    hand.sees("idle|", lambda: hand.key("BackSpace"))


def one_minute(hand: CountingHand) -> int:
    """From the patients' first page to "train now", as a therapist does it; the keys it took."""
    hand.keys = 0
    hand.sees("staff.pin|", lambda: hand.press("Right"))
    hand.types(PIN)
    hand.sees("staff.home|", lambda: hand.press("Return"))
    hand.sees("staff.code|", lambda: hand.press("2"))
    hand.types("2055")
    hand.sees("staff.picture|", lambda: hand.press("Return"))
    hand.sees("staff.hr_source|", lambda: hand.press("Return"))
    hand.sees("staff.hr_figure|", lambda: hand.press("Return"))
    hand.types("90")
    hand.sees("staff.hr_figure|Makspuls er fra 100 til 220", lambda: hand.key("Return"))
    hand.key("BackSpace")
    hand.key("BackSpace")
    hand.types("182")
    hand.sees("staff.plan|Lagret", lambda: hand.press("Return"))
    hand.sees("staff.cleared_by|Lagret", lambda: hand.press("Return"))
    hand.press("Right")
    hand.sees("staff.cleared_for|", lambda: hand.press("Return"))
    hand.sees("staff.file|Lagret", lambda: hand.press("Return"))
    hand.sees("strap|", lambda: hand.press("Return"))
    return hand.keys
