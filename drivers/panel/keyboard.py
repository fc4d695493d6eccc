"""The keyboard as a panel: which key means what. Key names are pygame's, in lower case; the screen reads the keys."""

from collections.abc import Mapping

from station.moment import Intent
from station.training.reading import Press

INTENTS: Mapping[str, Intent] = {
    "space": Intent.STOP,
    "s": Intent.STOP,
    "return": Intent.OK,
    "enter": Intent.OK,
    "escape": Intent.STOP,
    "backspace": Intent.BACK,
    "l": Intent.LANGUAGE,
    "q": Intent.QUIT,
}


def intent(key: str) -> Intent | None:
    """What pressing this key means; None for the keys that mean nothing."""
    return INTENTS.get(key.lower())


def press(intent: Intent) -> Press | None:
    """What the training is told of it; None for what concerns the screen only."""
    return Press.STOP if intent is Intent.STOP else None
