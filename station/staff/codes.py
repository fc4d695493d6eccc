"""What a patient's code may look like: a pseudonym that is neither a name nor a number the state gives out."""

import re
from collections.abc import Collection, Iterable
from enum import StrEnum

LONGEST = 32
SIMULATED = "demo-"
"""How the codes of simulated patients begin."""
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?<!\.)")
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


def stored(code: str, among: Iterable[str]) -> str | None:
    """The one of these codes that is meant by `code`, whatever the case of its letters; None: nobody has it.

    A code is kept as it was first written, which is how the clinic's own system writes it.

    Raises:
        ValueError: several differ in their letters' case alone (an older version let them), and none is written so.
    """
    alike = [each for each in among if each.casefold() == code.casefold()]
    if code in alike:
        return code
    if len(alike) > 1:
        message = f"{' and '.join(sorted(alike))} are different patients here. Write the code as one of them is written"
        raise ValueError(message)
    return alike[0] if alike else None


def code_fault(code: str, taken: Collection[str] = ()) -> CodeFault | None:
    """Why this cannot be the code of a new patient; None when it can. `K-0001` and `k-0001` are one code."""
    if not code:
        return CodeFault.EMPTY
    if len(code) > LONGEST:
        return CodeFault.TOO_LONG
    if not _CODE.fullmatch(code):
        return CodeFault.CHARACTERS
    if code.casefold().startswith(SIMULATED):
        return CodeFault.DEMO
    if _NATIONAL.fullmatch(code):
        return CodeFault.NATIONAL_NUMBER
    if _NAME.fullmatch(code):
        return CodeFault.LIKE_A_NAME
    return CodeFault.TAKEN if code.casefold() in {each.casefold() for each in taken} else None


SENTENCES = {
    CodeFault.EMPTY: "the code is missing",
    CodeFault.TOO_LONG: f"a code has at most {LONGEST} characters",
    CodeFault.CHARACTERS: "a code is one word of letters, digits, dots and dashes; no dot ends it",
    CodeFault.LIKE_A_NAME: "a code of letters alone could be a name; put a digit in it",
    CodeFault.NATIONAL_NUMBER: "this looks like a national identity number; a code must be a pseudonym",
    CodeFault.DEMO: f"'{SIMULATED}…' is for demos",
    CodeFault.TAKEN: "there is a patient with this code already",
}
"""For the command line and the journal; the screen's are in `ui.wording`."""
