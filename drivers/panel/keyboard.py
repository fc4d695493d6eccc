"""The keyboard as a panel: which key means what. Key names are pygame's, in lower case; the screen reads the keys.

Enter, Backspace, Left and Right are the four keys under the screen; Left and Right also turn the knob. Up and Down are
keys of their own: up a list is back, up a figure is on, and the four keys have one for both. A letter is a letter, for
those who write a sign: none ends a session or the station. L and M are short for language and mute.
"""

from collections.abc import Mapping

from station.intents import LETTERS, Intent

INTENTS: Mapping[str, Intent] = {
    "space": Intent.STOP,
    "escape": Intent.STOP,
    "backspace": Intent.BACK,
    "left": Intent.MINUS,
    "-": Intent.MINUS,
    "[-]": Intent.MINUS,
    "right": Intent.PLUS,
    "+": Intent.PLUS,
    "[+]": Intent.PLUS,
    "up": Intent.UP,
    "down": Intent.DOWN,
    "return": Intent.OK,
    "enter": Intent.OK,
    "f1": Intent.BACK,
    "f2": Intent.MINUS,
    "f3": Intent.PLUS,
    "f4": Intent.OK,
    "f12": Intent.QUIT,
    **{letter.value: letter for letter in LETTERS},
    **{key: Intent(digit) for digit in "0123456789" for key in (digit, f"[{digit}]")},
}


def intent(key: str) -> Intent | None:
    """What pressing this key means; None for the keys that mean nothing."""
    return INTENTS.get(key.lower())
