"""What the therapist's side becomes once the application has done what was asked, or could not. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from station.office.choosing import page_over, planned
from station.office.rows import first_of
from station.office.sheet import Page, Sheet
from station.office.side import Draft, Side, closed
from station.office.wishes import (
    Answer,
    AnswerProposal,
    Create,
    Erase,
    Export,
    Forget,
    Lock,
    LogIn,
    Look,
    MedicationChanged,
    Notice,
    ResetPin,
    SaveClearance,
    SaveHrMax,
    SaveOneRm,
    SavePlan,
    SetMode,
    SetUp,
    Start,
    View,
    Wish,
)

_PAGES = {
    View.PEOPLE: Page.PATIENTS,
    View.FILE: Page.FILE,
    View.RESULTS: Page.RESULTS,
    View.SESSION: Page.SESSION,
    View.LEARNT: Page.LEARNT,
    View.ONE_RM: Page.ONE_RM,
    View.STATION: Page.STATION,
    View.AUDIT: Page.AUDIT,
}


def answered(side: Side, wish: Wish, answer: Answer) -> Side:
    """The side after this wish has been done or refused; what it no longer waits for changes nothing."""
    if side.asked is not wish:
        return side
    side = replace(side, asked=None)
    if not side.is_open:
        return side
    side = replace(side, known=answer.known, fault=answer.fault)
    if answer.fault is not None:
        return _refused(side, wish)
    if isinstance(wish, LogIn | SetUp) and side.therapist is None:
        if answer.let_in is None:
            return side
        return replace(side, therapist=answer.let_in, draft=Draft(), sheets=(Sheet(page=Page.HOME),))
    return _THEN[type(wish)](side, wish)


def _refused(side: Side, wish: Wish) -> Side:
    match wish:
        case SetUp() | ResetPin():
            return side.drafted(pin="").back_to(Page.NEW_PIN)
        case Lock() | Start():
            return closed(side)
        case _:
            return side


def _looked(side: Side, wish: Wish) -> Side:
    assert isinstance(wish, Look)  # noqa: S101  # as the table has it
    page = _PAGES[wish.what]
    if page is side.top.page:
        return side
    at = side.top.at if page is Page.SESSION else first_of(side, page)
    return side.over(Sheet(page=page, at=at))


def _created(side: Side, _wish: Wish) -> Side:
    home = side.back_to(Page.HOME)
    return replace(page_over(page_over(home, Page.FILE), Page.HR_SOURCE), new=True)


def _to_file(side: Side) -> Side:
    side = side.back_to(Page.FILE)
    return side.on(replace(side.top, at=first_of(side, Page.FILE)))


def _hr_max_saved(side: Side, _wish: Wish) -> Side:
    side = replace(_to_file(side), notice=Notice.SAVED)
    return planned(side) if side.new else side


def _plan_saved(side: Side, _wish: Wish) -> Side:
    side = replace(_to_file(side), notice=Notice.SAVED)
    return page_over(side, Page.CLEARED_BY) if side.new else side


def _saved(side: Side, _wish: Wish) -> Side:
    return replace(_to_file(side), notice=Notice.SAVED, new=False)


def _forgotten(side: Side, _wish: Wish) -> Side:
    return replace(side.back(), notice=Notice.FORGOTTEN)


def _exported(side: Side, _wish: Wish) -> Side:
    return replace(side, notice=Notice.EXPORTED)


def _erased(side: Side, _wish: Wish) -> Side:
    return replace(side.back_to(Page.HOME), notice=Notice.ERASED)


def _mode_set(side: Side, _wish: Wish) -> Side:
    return replace(side.back_to(Page.STATION), notice=Notice.SAVED)


def _pin_set(side: Side, _wish: Wish) -> Side:
    return replace(side.drafted(pin="", sign="").back_to(Page.TEAM), notice=Notice.PIN_SET)


def _closed(side: Side, _wish: Wish) -> Side:
    return closed(side)


_THEN: Mapping[type, Callable[[Side, Wish], Side]] = {
    Look: _looked,
    Create: _created,
    SaveHrMax: _hr_max_saved,
    AnswerProposal: _saved,
    SaveOneRm: _saved,
    MedicationChanged: _saved,
    SavePlan: _plan_saved,
    SaveClearance: _saved,
    Forget: _forgotten,
    Export: _exported,
    Erase: _erased,
    SetMode: _mode_set,
    SetUp: _pin_set,
    ResetPin: _pin_set,
    Lock: _closed,
    Start: _closed,
}
