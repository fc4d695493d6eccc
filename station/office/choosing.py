"""What choosing a row does: another page, or a wish. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from station.office import one_rm
from station.office.rows import ANOTHER, LEAVE, MEDICATION, NO, NOT_YET, PROPOSAL, SAVE, digits_of, first_of
from station.office.sheet import Page, Sheet
from station.office.side import Side
from station.office.wishes import (
    AnswerProposal,
    Create,
    Erase,
    Export,
    Forget,
    Lock,
    Look,
    MedicationChanged,
    SaveHrMax,
    SavePlan,
    SetMode,
    Start,
    View,
    Wish,
)
from station.staff.clearance import Role
from station.staff.desk import Locked
from station.staff.mode import Mode
from station.training.patient import HrMaxSource
from station.visit import Picture

USUAL_WEEKS = 8


def chosen(side: Side, row: str) -> Side:
    """The therapist's side after this row of its topmost page was chosen."""
    return _CHOSEN[side.top.page](side, row)


def page_over(side: Side, page: Page) -> Side:
    """The side with this page on top, pointing at what comes next."""
    return side.over(Sheet(page=page, at=first_of(side, page)))


def _code_of(side: Side) -> str:
    return side.known.profile.code if side.known.profile else ""


def _who(side: Side, row: str) -> Side:
    return side.drafted(therapist=int(row), pin="").over(Sheet(page=Page.PIN))


def _home(side: Side, row: str) -> Side:
    match row:
        case "patients":
            return side.wishing(Look(what=View.PEOPLE))
        case "code":
            return side.over(Sheet(page=Page.CODE, figure=int(digits_of(side.known.free_code) or 0)))
        case "station":
            return side.wishing(Look(what=View.STATION))
        case "audit":
            return side.wishing(Look(what=View.AUDIT))
        case "team":
            return side.over(Sheet(page=Page.TEAM))
        case _:
            return side.wishing(Lock(why=Locked.BY_HAND))


def _patients(side: Side, row: str) -> Side:
    return side.wishing(Look(what=View.FILE, code=row))


def _picture(side: Side, row: str) -> Side:
    return side.wishing(Create(code=side.draft.code, picture=Picture(row)))


def _file(side: Side, row: str) -> Side:
    code = _code_of(side)
    match row:
        case "start":
            return side.wishing(Start(code=code))
        case "results":
            return side.wishing(Look(what=View.RESULTS, code=code))
        case "learnt":
            return side.wishing(Look(what=View.LEARNT, code=code))
        case "one_rm":
            return side.wishing(Look(what=View.ONE_RM, code=code))
        case "plan":
            return planned(side)
        case _:
            return page_over(side, _PAGE_OF[row])


_PAGE_OF = {
    "hr_max": Page.HR_SOURCE,
    "clearance": Page.CLEARED_BY,
    "export": Page.EXPORT,
    "erase": Page.ERASE,
}


def planned(side: Side) -> Side:
    """The side with the prescription on top, ready to be changed."""
    plan = side.known.profile.plan if side.known.profile else side.draft.plan
    return page_over(side.drafted(plan=plan, before=plan), Page.PLAN)


def _source(side: Side, row: str) -> Side:
    if row in {PROPOSAL, LEAVE}:
        return side.wishing(AnswerProposal(code=_code_of(side), take=row == PROPOSAL))
    if row == MEDICATION:
        return side.wishing(MedicationChanged(code=_code_of(side)))
    source, profile = HrMaxSource(row), side.known.profile
    figure = None
    if source is HrMaxSource.AGE_FORMULA:
        figure = profile.birth_year if profile else None
    elif source is HrMaxSource.MEASURED and profile is not None and profile.hr_max is not None:
        figure = profile.hr_max.bpm
    return side.drafted(source=source).over(Sheet(page=Page.HR_FIGURE, figure=figure))


def _twice(side: Side, row: str) -> Side:
    return side.back() if row == NO else side.wishing(hr_max_wish(side))


def hr_max_wish(side: Side) -> Wish:
    """What has been entered as HRmax, to be saved as a whole."""
    draft = side.draft
    return SaveHrMax(code=_code_of(side), bpm=draft.bpm, source=draft.source, birth_year=draft.birth_year)


def _plan(side: Side, row: str) -> Side:
    if row == SAVE:
        return side.wishing(SavePlan(code=_code_of(side), plan=side.draft.plan))
    return side.drafted(before=side.draft.plan).on(replace(side.top, opened=True))


def _cleared_by(side: Side, row: str) -> Side:
    if row == NOT_YET:
        return side.back()
    return side.drafted(role=Role(row)).over(Sheet(page=Page.CLEARED_FOR, figure=USUAL_WEEKS))


def _results(side: Side, row: str) -> Side:
    return side.wishing(Look(what=View.SESSION, code=_code_of(side), session=row))


def _forget(side: Side, row: str) -> Side:
    return side.back() if row == NO else side.wishing(Forget(code=_code_of(side)))


def _export(side: Side, row: str) -> Side:
    return side.wishing(Export(code=_code_of(side), newest_only=row == "newest"))


def _erase(side: Side, row: str) -> Side:
    return side.back() if row == NO else side.wishing(Erase(code=_code_of(side)))


def _mode(side: Side, row: str) -> Side:
    return side.wishing(SetMode(mode=Mode(row)))


def _team(side: Side, row: str) -> Side:
    if row == ANOTHER:
        return side.drafted(therapist=None, sign="", pin="").over(Sheet(page=Page.SIGN))
    return side.drafted(therapist=int(row), sign="", pin="").over(Sheet(page=Page.NEW_PIN))


_CHOSEN: Mapping[Page, Callable[[Side, str], Side]] = {
    Page.WHO: _who,
    Page.HOME: _home,
    Page.PATIENTS: _patients,
    Page.PICTURE: _picture,
    Page.FILE: _file,
    Page.HR_SOURCE: _source,
    Page.HR_TWICE: _twice,
    Page.ONE_RM: one_rm.source_chosen,
    Page.ONE_RM_TWICE: one_rm.twice_chosen,
    Page.PLAN: _plan,
    Page.CLEARED_BY: _cleared_by,
    Page.RESULTS: _results,
    Page.FORGET: _forget,
    Page.EXPORT: _export,
    Page.ERASE: _erase,
    Page.MODE: _mode,
    Page.TEAM: _team,
}
