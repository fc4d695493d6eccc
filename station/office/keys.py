"""What a key means on the therapist's side: four keys, arrows, digits and touched rows finish every page. Pure.

Each page is of one kind: a list, a form, a number, something secret, a sign in letters, or one to leaf through.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from station.intents import DIGITS, ROWS, Intent, as_key
from station.office.choosing import chosen
from station.office.entering import LENGTHS, START_FIGURES, entered
from station.office.pins import letters, secret
from station.office.plan_fields import fields_of, turned
from station.office.rows import NUMBERED, rows_of, shown_from
from station.office.sheet import Page, Sheet
from station.office.side import Side, closed
from station.office.wishes import Fault, Lock, Look, View
from station.staff.desk import Locked

HIGHEST_FIGURE = 9999
LOG_PAGE = 8
"""So many lines of the audit are on one page."""
DOCTOR_PAGE = 3
"""So many of the doctor's lines are seen at once below what a therapist asks of the station."""


def pressed(side: Side, intent: Intent) -> Side:
    """The therapist's side after a key. What the application is to do now stands in `asked`."""
    if side.asked is not None or not side.is_open:
        return side
    ends_a_figure = side.fault is Fault.NO_DIGITS and intent is Intent.OK
    side = replace(side, touched_at_s=side.at_s, fault=None, notice=None)
    if not side.may_see(side.sheets[-1].page):
        return replace(side, sheets=(side.top,))
    if ends_a_figure:
        # Meant for the figure that was typed too early, not for the row that is pointed at.
        return side
    return _KIND.get(side.top.page, _list)(side, as_key(intent, in_list=not _turns(side.top)))


def _turns(sheet: Sheet) -> bool:
    """Whether up is more here: where a figure, a wheel or a field is turned, and from a session to a later one."""
    return sheet.opened or sheet.page is Page.SESSION or _KIND.get(sheet.page) in {secret, letters, _number}


def _list(side: Side, intent: Intent) -> Side:
    sheet, rows = side.top, rows_of(side, side.top)
    if intent in DIGITS and sheet.page not in NUMBERED:
        return side.refused(Fault.NO_DIGITS)
    if (touched := _row(sheet, intent)) is not None:
        return chosen(side.on(replace(sheet, at=touched)), rows[touched]) if touched < len(rows) else side
    match intent:
        case Intent.BACK:
            return _back(side)
        case Intent.OK if rows:
            return chosen(side, rows[min(sheet.at, len(rows) - 1)])
        case Intent.PLUS | Intent.MINUS if rows:
            return side.on(replace(sheet, at=(sheet.at + _steps(intent)) % len(rows)))
        case _:
            return side


def _people(side: Side, intent: Intent) -> Side:
    sheet = side.top
    if intent in DIGITS:
        looked_for = replace(sheet, typed=sheet.typed + intent.value, at=0)
        narrowed = side.on(looked_for)
        return narrowed if rows_of(narrowed, looked_for) else side.refused(Fault.NOBODY)
    if intent is Intent.BACK and sheet.typed:
        return side.on(replace(sheet, typed=sheet.typed[:-1], at=0))
    return _list(side, intent)


def _form(side: Side, intent: Intent) -> Side:
    sheet, rows = side.top, rows_of(side, side.top)
    if not sheet.opened or intent in DIGITS:
        return _list(side, intent)
    if (touched := _row(sheet, intent)) is not None:
        shut = side.on(replace(sheet, opened=False))
        return shut if touched == sheet.at else _list(shut, intent)
    name = rows[sheet.at]
    field = next((field for field in fields_of(side.draft.plan) if field.name == name), None)
    match intent:
        case Intent.PLUS | Intent.MINUS if field is not None:
            return side.drafted(plan=turned(side.draft.plan, field, _steps(intent), side.known.templates))
        case Intent.OK:
            return side.on(replace(sheet, opened=False))
        case Intent.BACK:
            return side.drafted(plan=side.draft.before).on(replace(sheet, opened=False))
        case _:
            return side


def _number(side: Side, intent: Intent) -> Side:
    sheet = side.top
    if intent in DIGITS:
        typed = sheet.typed + intent.value
        return side.on(replace(sheet, typed=typed)) if len(typed) <= LENGTHS[sheet.page] else side
    match intent:
        case Intent.PLUS | Intent.MINUS:
            now = sheet.number if sheet.number is not None else START_FIGURES[sheet.page]
            figure = max(0, min(HIGHEST_FIGURE, now + (_steps(intent) if sheet.number is not None else 0)))
            return side.on(replace(sheet, typed="", figure=figure))
        case Intent.BACK:
            return side.on(replace(sheet, typed=sheet.typed[:-1])) if sheet.typed else _back(side)
        case Intent.OK:
            return entered(side)
        case _:
            return side


def _leaf(side: Side, intent: Intent) -> Side:
    sheet = side.top
    match intent:
        case Intent.BACK:
            return _back(side)
        case Intent.PLUS | Intent.MINUS if sheet.page is Page.SESSION:
            return _session(side, sheet.at - _steps(intent))
        case Intent.PLUS | Intent.MINUS if sheet.page in {Page.AUDIT, Page.STATION}:
            lines, most = (side.known.log, LOG_PAGE) if sheet.page is Page.AUDIT else (side.known.doctor, DOCTOR_PAGE)
            last = max(0, (len(lines) - 1) // most)
            return side.on(replace(sheet, at=max(0, min(last, sheet.at + _steps(intent)))))
        case Intent.OK if sheet.page is Page.LEARNT and side.known.learnt is not None:
            return side.over(Sheet(page=Page.FORGET))
        case Intent.OK if sheet.page is Page.STATION:
            return side.over(Sheet(page=Page.MODE, at=_mode_at(side)))
        case Intent.OK:
            return _back(side)
        case _:
            return side


def _session(side: Side, at: int) -> Side:
    """PLUS goes on to the next later session, MINUS to the one before."""
    pasts = side.known.pasts
    if not 0 <= at < len(pasts):
        return side
    code = side.known.profile.code if side.known.profile else None
    moved = side.on(replace(side.top, at=at))
    return moved.wishing(Look(what=View.SESSION, code=code, session=pasts[at].id))


def _mode_at(side: Side) -> int:
    return rows_of(side, Sheet(page=Page.MODE)).index(side.known.mode)


def _back(side: Side) -> Side:
    if len(side.sheets) > 1:
        return side.back()
    return side.wishing(Lock(why=Locked.BY_HAND)) if side.therapist else closed(side)


def _steps(intent: Intent) -> int:
    return 1 if intent is Intent.PLUS else -1


def _row(sheet: Sheet, intent: Intent) -> int | None:
    first, most = shown_from(sheet)
    place = None
    if intent in ROWS:
        place = ROWS.index(intent)
    elif intent in DIGITS and intent is not Intent.ZERO:
        place = int(intent.value) - 1
    return None if place is None or place >= most else first + place


_KIND: Mapping[Page, Callable[[Side, Intent], Side]] = {
    Page.PIN: secret,
    Page.NEW_PIN: secret,
    Page.NEW_PIN_AGAIN: secret,
    Page.SIGN: letters,
    Page.PATIENTS: _people,
    Page.PLAN: _form,
    Page.CODE: _number,
    Page.HR_FIGURE: _number,
    Page.ONE_RM_FIGURE: _number,
    Page.ONE_RM_LOAD: _number,
    Page.ONE_RM_REPETITIONS: _number,
    Page.CLEARED_FOR: _number,
    Page.SESSION: _leaf,
    Page.LEARNT: _leaf,
    Page.STATION: _leaf,
    Page.AUDIT: _leaf,
}
