"""The keyboard as a panel: which key means what. Key names are pygame's, in lower case; the screen reads the keys.

Enter, Backspace and the arrows are the four keys under the screen; Left and Right also turn the knob. No letter ends a
session or the station: somebody may be trying to write.
"""

from collections.abc import Mapping

from station.visit import Intent

INTENTS: Mapping[str, Intent] = {
    "space": Intent.STOP,
    "escape": Intent.STOP,
    "backspace": Intent.BACK,
    "left": Intent.MINUS,
    "down": Intent.MINUS,
    "-": Intent.MINUS,
    "[-]": Intent.MINUS,
    "right": Intent.PLUS,
    "up": Intent.PLUS,
    "+": Intent.PLUS,
    "[+]": Intent.PLUS,
    "return": Intent.OK,
    "enter": Intent.OK,
    "f1": Intent.BACK,
    "f2": Intent.MINUS,
    "f3": Intent.PLUS,
    "f4": Intent.OK,
    "l": Intent.LANGUAGE,
    "m": Intent.MUTE,
    "f12": Intent.QUIT,
    **{key: Intent(digit) for digit in "0123456789" for key in (digit, f"[{digit}]")},
}


def intent(key: str) -> Intent | None:
    """What pressing this key means; None for the keys that mean nothing."""
    return INTENTS.get(key.lower())
