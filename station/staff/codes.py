"""What a patient's code may look like: a pseudonym that is neither a name nor a number the state gives out."""

import re
from collections.abc import Container
from enum import StrEnum

LONGEST = 32
SIMULATED = "demo-"
"""How the codes of simulated patients begin."""
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_NATIONAL = re.compile(r"\D*\d{6}[ .-]?\d{5}\D*")
_NAME = re.compile(r"[A-Za-z]{3,}([._-][A-Za-z]{2,})*")


class CodeFault(StrEnum):
    """Why this cannot be a patient's code."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    CHARACTERS = "characters"
    """Not one word of letters, digits, dots, dashes and underlines."""
    LIKE_A_NAME = "like_a_name"
    """Letters alone."""
    NATIONAL_NUMBER = "national_number"
    """Eleven digits, as a Norwegian national identity number has."""
    DEMO = "demo"
    TAKEN = "taken"


def code_fault(code: str, taken: Container[str] = ()) -> CodeFault | None:
    """Why this cannot be the code of a new patient; None when it can."""
    if not code:
        return CodeFault.EMPTY
    if len(code) > LONGEST:
        return CodeFault.TOO_LONG
    if not _CODE.fullmatch(code):
        return CodeFault.CHARACTERS
    if code.startswith(SIMULATED):
        return CodeFault.DEMO
    if _NATIONAL.fullmatch(code):
        return CodeFault.NATIONAL_NUMBER
    if _NAME.fullmatch(code):
        return CodeFault.LIKE_A_NAME
    return CodeFault.TAKEN if code in taken else None


SENTENCES = {
    CodeFault.EMPTY: "the code is missing",
    CodeFault.TOO_LONG: f"a code has at most {LONGEST} characters",
    CodeFault.CHARACTERS: "a code is one word of letters, digits, dots and dashes",
    CodeFault.LIKE_A_NAME: "a code of letters alone could be a name; put a digit in it",
    CodeFault.NATIONAL_NUMBER: "this looks like a national identity number; a code must be a pseudonym",
    CodeFault.DEMO: f"'{SIMULATED}…' is for demos",
    CodeFault.TAKEN: "there is a patient with this code already",
}
"""For the command line and the journal; the screen's are in `ui.wording`."""
