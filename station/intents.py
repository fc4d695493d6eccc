"""What somebody does at the station, by touch, key, button or knob. Pure: the names, and which of them belong together.

Where they lead is the pages' own matter.
"""

from enum import StrEnum


class Intent(StrEnum):
    """What somebody did at the station: by touch, key, button or knob."""

    STOP = "stop"
    BACK = "back"
    MINUS = "minus"
    PLUS = "plus"
    OK = "ok"
    UP = "up"
    """An arrow of a keyboard: up a list, where the four keys have MINUS, and up a figure, where they have PLUS."""
    DOWN = "down"
    ZERO = "0"
    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR = "4"
    FIVE = "5"
    SIX = "6"
    SEVEN = "7"
    EIGHT = "8"
    NINE = "9"
    TEN = "10"
    ELEVEN = "11"
    TWELVE = "12"
    ROW_1 = "row_1"
    """The first row of a list was touched."""
    ROW_2 = "row_2"
    ROW_3 = "row_3"
    ROW_4 = "row_4"
    ROW_5 = "row_5"
    ROW_6 = "row_6"
    ROW_7 = "row_7"
    ROW_8 = "row_8"
    ROW_9 = "row_9"
    ROW_10 = "row_10"
    ROW_11 = "row_11"
    ROW_12 = "row_12"
    ROW_13 = "row_13"
    ROW_14 = "row_14"
    ROW_15 = "row_15"
    ROW_16 = "row_16"
    LETTER_A = "a"
    """A letter of a keyboard, or touched where a sign is written."""
    LETTER_B = "b"
    LETTER_C = "c"
    LETTER_D = "d"
    LETTER_E = "e"
    LETTER_F = "f"
    LETTER_G = "g"
    LETTER_H = "h"
    LETTER_I = "i"
    LETTER_J = "j"
    LETTER_K = "k"
    LETTER_L = "l"
    LETTER_M = "m"
    LETTER_N = "n"
    LETTER_O = "o"
    LETTER_P = "p"
    LETTER_Q = "q"
    LETTER_R = "r"
    LETTER_S = "s"
    LETTER_T = "t"
    LETTER_U = "u"
    LETTER_V = "v"
    LETTER_W = "w"
    LETTER_X = "x"
    LETTER_Y = "y"
    LETTER_Z = "z"
    LETTER_AE = "æ"
    LETTER_OE = "ø"
    LETTER_AA = "å"
    LANGUAGE = "language"
    MUTE = "mute"
    QUIT = "quit"
    """The window was closed or Ctrl-C pressed: the station shuts down cleanly."""


CARDS = (
    Intent.ONE,
    Intent.TWO,
    Intent.THREE,
    Intent.FOUR,
    Intent.FIVE,
    Intent.SIX,
    Intent.SEVEN,
    Intent.EIGHT,
    Intent.NINE,
    Intent.TEN,
    Intent.ELEVEN,
    Intent.TWELVE,
)
"""The cards on the page of people, in reading order: touched, or named by a digit as far as digits go."""
KEYS = (Intent.BACK, Intent.MINUS, Intent.PLUS, Intent.OK)
"""The four keys under the screen, from left to right; every page can be used with them alone."""
DIGITS = tuple(Intent(digit) for digit in "0123456789")
"""The digits of a keyboard or keypad, by their value."""
ROWS = tuple(intent for intent in Intent if intent.value.startswith("row_"))
"""Rows of the therapist's lists as they are touched, from the top."""
LETTERS = tuple(Intent(letter) for letter in "abcdefghijklmnopqrstuvwxyzæøå")
"""The letters of a keyboard, in the order of the Norwegian alphabet."""
_IN_A_LIST = {Intent.UP: Intent.MINUS, Intent.DOWN: Intent.PLUS}
_AT_A_FIGURE = {Intent.UP: Intent.PLUS, Intent.DOWN: Intent.MINUS}
_SHORT_FOR = {Intent.LETTER_L: Intent.LANGUAGE, Intent.LETTER_M: Intent.MUTE}


def meant(intent: Intent, *, writing: bool) -> Intent | None:
    """What a key means: a letter is one only while somebody is writing; None for a key that then means nothing."""
    return _SHORT_FOR.get(intent) if intent in LETTERS and not writing else intent


def as_key(intent: Intent, *, in_list: bool) -> Intent:
    """Which of the four keys an arrow up or down stands for: PLUS is a row further down in a list, elsewhere more."""
    return (_IN_A_LIST if in_list else _AT_A_FIGURE).get(intent, intent)
