"""1RM on the therapist's side: where it comes from, which numbers are refused, and what is asked for twice. Pure.

Offered first is what the newest strength session found: the best attempt of a test as measured, else the range that its
best set gives, as estimated. A typed one is measured: an estimate is never typed as if it were.
"""

from dataclasses import replace
from datetime import date

from station.office.known import OneRmFound
from station.office.sheet import Page, Sheet
from station.office.side import Side
from station.office.wishes import Fault, SaveOneRm
from station.staff.one_rm import OneRmEntry, doubts, from_set, possible
from station.training.one_rm import OneRmSource
from station.training.strength import Exercise

FOUND, TYPED, OF_A_SET = "found", "typed", "of_a_set"


def exercise_of(side: Side) -> Exercise:
    """The exercise that is prescribed; leg press where none is."""
    strength = side.known.profile.plan.prescription.strength if side.known.profile else None
    return Exercise.LEG_PRESS if strength is None else strength.exercise


def in_force(side: Side) -> OneRmEntry | None:
    """The 1RM that counts now, for the exercise that is prescribed."""
    return side.known.profile.one_rm(exercise_of(side)) if side.known.profile else None


def found(side: Side) -> OneRmFound | None:
    """What the newest session found, where it is not entered already."""
    newest, now = side.known.one_rm_found, in_force(side)
    if newest is None or newest.exercise is not exercise_of(side):
        return None
    known = now is not None and (now.kg, now.high_kg, now.on) == (newest.kg, newest.high_kg, newest.on)
    return None if known else newest


def sources(side: Side) -> tuple[str, ...]:
    """The rows of the page: what was found, a number of one's own, a set of one's own."""
    return (FOUND, TYPED, OF_A_SET) if found(side) is not None else (TYPED, OF_A_SET)


def source_chosen(side: Side, row: str) -> Side:
    """The side after where 1RM comes from was chosen."""
    newest, now = found(side), in_force(side)
    if row == FOUND and newest is not None:
        return _asked(side, newest.kg, newest.high_kg, newest.on)
    if row == OF_A_SET:
        return side.over(Sheet(page=Page.ONE_RM_LOAD))
    return side.over(Sheet(page=Page.ONE_RM_FIGURE, figure=None if now is None else round(now.kg)))


def figure_entered(side: Side) -> Side:
    """The side after OK on a number of kilograms: measured, today."""
    kg = side.top.number
    if kg is None or not possible(kg):
        return side.refused(Fault.KG_RANGE)
    return _asked(side, float(kg), None, side.known.today)


def load_entered(side: Side) -> Side:
    """The side after OK on the load of a set; its repetitions are asked for next."""
    kg = side.top.number
    if kg is None or not possible(kg):
        return side.refused(Fault.KG_RANGE)
    return side.drafted(set_load_kg=float(kg)).over(Sheet(page=Page.ONE_RM_REPETITIONS))


def of_the_set(side: Side) -> OneRmEntry | None:
    """What the set that stands on the page comes to, as a range; None while it comes to none."""
    try:
        return from_set(exercise_of(side), side.draft.set_load_kg, side.top.number or 0, on=side.known.today, by="")
    except ValueError:
        return None


def repetitions_entered(side: Side) -> Side:
    """The side after OK on a set's repetitions: estimated, today."""
    entry = of_the_set(side)
    return side.refused(Fault.REPETITIONS_RANGE) if entry is None else _asked(side, entry.kg, entry.high_kg, entry.on)


def twice_chosen(side: Side, row: str) -> Side:
    """The side after the second question."""
    return side.wishing(one_rm_wish(side)) if row == "yes" else side.back()


def one_rm_wish(side: Side) -> SaveOneRm:
    """What has been entered as 1RM, to be saved as a whole."""
    draft = side.draft
    return SaveOneRm(
        code=side.known.profile.code if side.known.profile else "",
        exercise=exercise_of(side),
        kg=draft.one_rm_kg,
        high_kg=draft.one_rm_high_kg,
        on=draft.one_rm_on or side.known.today,
    )


def _asked(side: Side, kg: float, high_kg: float | None, on: date) -> Side:
    draft = replace(side.draft, one_rm_kg=kg, one_rm_high_kg=high_kg, one_rm_on=on)
    side = replace(side, draft=draft)
    source = OneRmSource.MEASURED if high_kg is None else OneRmSource.ESTIMATED
    entry = OneRmEntry(exercise=exercise_of(side), kg=kg, high_kg=high_kg, source=source, on=on, by="")
    if doubts(entry, before=in_force(side)):
        return side.over(Sheet(page=Page.ONE_RM_TWICE))
    return side.wishing(one_rm_wish(side))
