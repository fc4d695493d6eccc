"""PINs and signs on the therapist's side, from a keyboard, by touch, or from a wheel that two keys turn. Pure.

Nothing here says which digit was wrong, and no digit that was taken is ever shown again. A sign is read by all, so it
takes letters only: a PIN that is typed on its page leaves no trace.
"""

from dataclasses import replace

from station.intents import DIGITS, LETTERS, Intent
from station.office.sheet import Page, Sheet
from station.office.side import Side, closed
from station.office.wishes import Fault, LogIn, ResetPin, SetUp
from station.staff.pins import LONGEST_PIN, PinFault, pin_fault

FIGURES = "0123456789"
SIGNS = "".join(letter.value.upper() for letter in LETTERS)
LONGEST_SIGN = 12


def secret(side: Side, intent: Intent) -> Side:
    """The side after a key on a page that takes a PIN."""
    sheet = side.top
    if side.known.wait_s > 0 and intent is not Intent.BACK:
        return side
    if intent in DIGITS:
        return _with(side, intent.value, LONGEST_PIN)
    if intent is Intent.OK and sheet.wheel is None:
        return _given(side)
    return _turned(side, intent, FIGURES, LONGEST_PIN)


def letters(side: Side, intent: Intent) -> Side:
    """The side after a key on the page that takes a sign."""
    sheet = side.top
    if intent in DIGITS:
        return side.refused(Fault.SIGN_DIGITS)
    if intent in LETTERS:
        return _with(side, intent.value.upper(), LONGEST_SIGN)
    if intent is Intent.OK and sheet.wheel is None:
        if not sheet.typed:
            return side.refused(Fault.SIGN_EMPTY)
        if any(one.sign == sheet.typed for one in side.known.therapists):
            return side.refused(Fault.SIGN_TAKEN)
        return side.drafted(sign=sheet.typed, therapist=None).over(Sheet(page=Page.NEW_PIN))
    return _turned(side, intent, SIGNS, LONGEST_SIGN)


def _turned(side: Side, intent: Intent, signs: str, longest: int) -> Side:
    sheet = side.top
    match intent:
        case Intent.PLUS:
            # Past the last sign, and before the first, the wheel shows nothing: OK then ends the entry.
            place = 0 if sheet.wheel is None else sheet.wheel + 1
            return side.on(replace(sheet, wheel=place if place < len(signs) else None))
        case Intent.MINUS:
            place = len(signs) - 1 if sheet.wheel is None else sheet.wheel - 1
            return side.on(replace(sheet, wheel=place if place >= 0 else None))
        case Intent.OK if sheet.wheel is not None:
            return _with(side, signs[sheet.wheel], longest)
        case Intent.BACK if sheet.wheel is not None:
            return side.on(replace(sheet, wheel=None))
        case Intent.BACK if sheet.typed:
            return side.on(replace(sheet, typed=sheet.typed[:-1]))
        case Intent.BACK:
            return side.drafted(pin="").back() if len(side.sheets) > 1 else closed(side)
        case _:
            return side


def _with(side: Side, sign: str, longest: int) -> Side:
    sheet = side.top
    typed = sheet.typed + sign if len(sheet.typed) < longest else sheet.typed
    return side.on(replace(sheet, typed=typed, wheel=None))


def _given(side: Side) -> Side:
    sheet, draft = side.top, side.draft
    match sheet.page:
        case Page.PIN if draft.therapist is not None:
            return side.on(Sheet(page=Page.PIN)).wishing(LogIn(therapist=draft.therapist, pin=sheet.typed))
        case Page.NEW_PIN if (weak := pin_fault(sheet.typed)) is not None:
            short = weak is PinFault.TOO_SHORT
            return side.on(Sheet(page=Page.NEW_PIN)).refused(Fault.PIN_SHORT if short else Fault.PIN_SIMPLE)
        case Page.NEW_PIN:
            kept = side.on(Sheet(page=Page.NEW_PIN)).drafted(pin=sheet.typed)
            return kept.over(Sheet(page=Page.NEW_PIN_AGAIN))
        case _ if sheet.typed != draft.pin:
            return side.drafted(pin="").back().refused(Fault.PIN_DIFFERS)
        case _ if draft.therapist is not None:
            return side.wishing(ResetPin(therapist=draft.therapist, pin=draft.pin))
        case _:
            return side.wishing(SetUp(sign=draft.sign, pin=draft.pin))
