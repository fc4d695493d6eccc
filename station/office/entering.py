"""What a number on the therapist's side means once it is entered, and which numbers are refused. Pure."""

from collections.abc import Callable, Mapping

from station.office.choosing import hr_max_wish
from station.office.one_rm import figure_entered, load_entered, repetitions_entered
from station.office.sheet import Page, Sheet
from station.office.side import Side
from station.office.wishes import Fault, SaveClearance
from station.staff.hr_max import after_session, by_age, doubts, possible
from station.training.patient import HrMaxSource
from station.visit import Picture

LENGTHS = {
    Page.CODE: 6,
    Page.HR_FIGURE: 4,
    Page.ONE_RM_FIGURE: 4,
    Page.ONE_RM_LOAD: 4,
    Page.ONE_RM_REPETITIONS: 2,
    Page.CLEARED_FOR: 3,
}
"""How many digits can be typed: one more than any figure has, so that a slip is seen and refused, never cut short."""
START_FIGURES = {
    Page.CODE: 1001,
    Page.HR_FIGURE: 180,
    Page.ONE_RM_FIGURE: 100,
    Page.ONE_RM_LOAD: 100,
    Page.ONE_RM_REPETITIONS: 5,
    Page.CLEARED_FOR: 8,
}
"""Where MINUS and PLUS begin on an empty page."""
SHORTEST_CODE = 3
MOST_WEEKS = 52
YOUNGEST, OLDEST = 12, 100
"""Years: what is younger or older is a typing mistake."""
HIGHEST_IN_SESSION = (85, 205)
"""bpm, so that with 15 more it is an HRmax somebody can have."""


def entered(side: Side) -> Side:
    """The side after OK on a number."""
    return _ENTERED[side.top.page](side)


def code_of(side: Side) -> str:
    """The code with the digits on the page of codes: the clinic's letters before them."""
    free = side.known.free_code
    letters, figure = free.rstrip("0123456789"), side.top.figure
    # A free code may begin with zeros, which a number does not keep.
    proposed = "" if figure is None else str(figure).zfill(len(free) - len(letters))
    return letters + (side.top.typed or proposed)


def hr_max_of(side: Side) -> int | None:
    """The HRmax that what stands on the page comes to; None while it comes to none."""
    number = side.top.number
    if number is None:
        return None
    match side.draft.source:
        case HrMaxSource.AGE_FORMULA:
            age = side.known.today.year - number
            return by_age(age) if YOUNGEST <= age <= OLDEST else None
        case HrMaxSource.SESSION:
            low, high = HIGHEST_IN_SESSION
            return after_session(number) if low <= number <= high else None
        case _:
            return number if possible(number) else None


def _code(side: Side) -> Side:
    code = code_of(side)
    if sum(sign.isdigit() for sign in code) < SHORTEST_CODE:
        return side.refused(Fault.CODE_SHORT)
    if any(line.code == code for line in side.known.people):
        return side.refused(Fault.CODE_TAKEN)
    return side.drafted(code=code).over(Sheet(page=Page.PICTURE, at=_rarest(side)))


def _rarest(side: Side) -> int:
    """The picture that the fewest patients have."""
    pictures = list(Picture)
    return min(range(len(pictures)), key=lambda at: sum(line.picture is pictures[at] for line in side.known.people))


_OUT_OF_RANGE = {HrMaxSource.AGE_FORMULA: Fault.YEAR_RANGE, HrMaxSource.SESSION: Fault.SESSION_RANGE}


def _hr_max(side: Side) -> Side:
    bpm, source = hr_max_of(side), side.draft.source
    if bpm is None:
        return side.refused(_OUT_OF_RANGE.get(source, Fault.HR_RANGE))
    year = side.top.number if source is HrMaxSource.AGE_FORMULA else None
    side = side.drafted(bpm=bpm, birth_year=year)
    return side.over(Sheet(page=Page.HR_TWICE)) if doubts_of(side, bpm) else side.wishing(hr_max_wish(side))


def doubts_of(side: Side, bpm: int) -> tuple[str, ...]:
    """Why this HRmax is asked for twice; empty when it is taken at once."""
    profile = side.known.profile
    if profile is None:
        return ()
    before = profile.hr_max.bpm if profile.hr_max else None
    age = profile.age_years(side.known.today)
    if side.draft.source is HrMaxSource.AGE_FORMULA:
        age = None
    return tuple(doubts(bpm, before=before, age_years=age))


def _weeks(side: Side) -> Side:
    weeks, profile, role = side.top.number, side.known.profile, side.draft.role
    if weeks is None or not 1 <= weeks <= MOST_WEEKS or profile is None or role is None:
        return side.refused(Fault.WEEKS_RANGE)
    return side.wishing(SaveClearance(code=profile.code, role=role, weeks=weeks))


_ENTERED: Mapping[Page, Callable[[Side], Side]] = {
    Page.CODE: _code,
    Page.HR_FIGURE: _hr_max,
    Page.ONE_RM_FIGURE: figure_entered,
    Page.ONE_RM_LOAD: load_entered,
    Page.ONE_RM_REPETITIONS: repetitions_entered,
    Page.CLEARED_FOR: _weeks,
}
