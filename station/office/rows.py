"""Which rows a list has, as names; what choosing one does is `choosing`'s. Pure."""

from collections.abc import Callable, Mapping

from station.office import one_rm
from station.office.plan_fields import fields_of
from station.office.sheet import Page, Sheet
from station.office.side import Side
from station.staff.clearance import Role
from station.staff.desk import PersonLine
from station.staff.mode import Mode
from station.staff.profile import Profile
from station.training.patient import HrMaxSource
from station.visit import Picture

SAVE = "save"
NOT_YET = "not_yet"
NO, YES = "no", "yes"
ANOTHER = "another"
PROPOSAL, LEAVE, MEDICATION = "proposal", "leave", "medication"

SOURCES = (HrMaxSource.MEASURED, HrMaxSource.SESSION, HrMaxSource.AGE_FORMULA)


NUMBERED = frozenset({Page.HOME, Page.PICTURE, Page.FILE, Page.MODE})
"""Where a digit chooses a row, as the page says. Nowhere where a figure is typed next or something is asked twice: a
digit is then a figure that was typed too early, and must neither say yes nor take what a session found."""
ON_A_PAGE = {Page.RESULTS: 8}
MOST_ON_A_PAGE = 16
"""A longer list is leafed through: so many rows can be seen, and touched, at once."""


def shown_from(sheet: Sheet) -> tuple[int, int]:
    """The first of the rows that are seen, and how many are at most."""
    most = ON_A_PAGE.get(sheet.page, MOST_ON_A_PAGE)
    return sheet.at - sheet.at % most, most


def rows_of(side: Side, sheet: Sheet) -> tuple[str, ...]:
    """The rows of this page from the top; empty where the page is no list."""
    rows = ROWS.get(sheet.page)
    return rows(side) if rows else ()


def found(side: Side, typed: str) -> tuple[PersonLine, ...]:
    """The patients whose code has these digits, in the codes' order."""
    return tuple(line for line in side.known.people if typed in digits_of(line.code))


def digits_of(code: str) -> str:
    """The digits of a code, in their order: what can be typed of it."""
    return "".join(sign for sign in code if sign.isdigit())


def first_of(side: Side, page: Page) -> int:
    """The row that is pointed at when the page opens: what comes next, and never a harm."""
    rows = rows_of(side, Sheet(page=page))
    profile = side.known.profile
    wanted: str | None = None
    if page is Page.PLAN:
        wanted = SAVE
    elif page is Page.FILE and profile is not None and lacks_basis(profile):
        wanted = "one_rm" if profile.plan.prescription.strength is not None else "hr_max"
    elif page is Page.FILE and profile is not None and profile.clearance is None:
        wanted = "clearance"
    elif page is Page.MODE:
        wanted = side.known.mode
    return rows.index(wanted) if wanted in rows else 0


def lacks_basis(profile: Profile) -> bool:
    """Whether what the loads are reckoned from is not known: HRmax, or for strength 1RM."""
    strength = profile.plan.prescription.strength
    if strength is None:
        return profile.hr_max is None
    return not strength.test and profile.one_rm(strength.exercise) is None


def _file(side: Side) -> tuple[str, ...]:
    if side.known.profile is not None and side.known.profile.plan.prescription.strength is not None:
        return ("start", "one_rm", "plan", "clearance", "results", "hr_max", "export", "erase")
    return ("start", "hr_max", "plan", "clearance", "results", "learnt", "export", "erase")


def _sources(side: Side) -> tuple[str, ...]:
    profile = side.known.profile
    proposed = (PROPOSAL, LEAVE) if profile is not None and profile.proposals else ()
    changed = (MEDICATION,) if profile is not None and profile.hr_max is not None else ()
    return (*SOURCES, *proposed, *changed)


def _people(side: Side) -> tuple[str, ...]:
    return tuple(line.code for line in found(side, side.top.typed))


def _others(side: Side) -> tuple[str, ...]:
    own = side.therapist.number if side.therapist else None
    return (*(str(one.number) for one in side.known.therapists if one.number != own), ANOTHER)


ROWS: Mapping[Page, Callable[[Side], tuple[str, ...]]] = {
    Page.WHO: lambda side: tuple(str(one.number) for one in side.known.therapists),
    Page.HOME: lambda _: ("patients", "code", "station", "audit", "team", "lock"),
    Page.PATIENTS: _people,
    Page.PICTURE: lambda _: tuple(Picture),
    Page.FILE: _file,
    Page.HR_SOURCE: _sources,
    Page.HR_TWICE: lambda _: (NO, YES),
    Page.ONE_RM: one_rm.sources,
    Page.ONE_RM_TWICE: lambda _: (NO, YES),
    Page.PLAN: lambda side: (*(field.name for field in fields_of(side.draft.plan)), SAVE),
    Page.CLEARED_BY: lambda _: (NOT_YET, *Role),
    Page.RESULTS: lambda side: tuple(past.id for past in side.known.pasts),
    Page.FORGET: lambda _: (NO, YES),
    Page.EXPORT: lambda _: ("newest", "all"),
    Page.ERASE: lambda _: (NO, YES),
    Page.MODE: lambda _: tuple(Mode),
    Page.TEAM: _others,
}
