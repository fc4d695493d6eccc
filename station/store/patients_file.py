"""Patients from a clinic's file into the store: all of it or nothing.

A single bad line and nothing is changed, with a sentence for each fault. The same file twice changes nothing the
second time.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from difflib import get_close_matches

from station.staff.clearance import Clearance
from station.staff.codes import SENTENCES, CodeFault, code_fault, stored
from station.staff.desk import EntryKind
from station.staff.hr_max import Doubt, HrMax, doubts
from station.staff.plan import Plan
from station.staff.profile import Profile
from station.store import audit, people
from station.store.audit import What
from station.store.database import told, transaction
from station.store.patient_lines import Fault, File, Line, refuse_all
from station.store.people import Value
from station.store.rows import Statement
from station.visit import Picture

BY = "import"
"""Who an imported entry is by."""
_OF_PLAN = tuple({field.name for field in fields(Plan)} & set(Line.__struct_fields__) - {"template"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of a file."""

    added: int
    changed: int
    unchanged: int


def take(
    connection: sqlite3.Connection, file: File, *, plans: Mapping[str, Plan], now: datetime, certain: bool = False
) -> Imported:
    """Put the patients into the store: all of them, or none when there is any fault.

    `plans` are the templates that a line may name. An HRmax that a therapist would be asked about twice needs
    `certain`.

    Raises:
        SettingsError: with a sentence for each fault; nothing was changed.
        StoreError: the disk fails; nothing was changed.
    """
    faults = list(file.faults)
    count = {"added": 0, "changed": 0, "unchanged": 0}
    against = _Against(
        connection=connection,
        plans=plans,
        now=now,
        certain=certain,
        taken=people.codes(connection),
        known=frozenset(line.code for line in people.lines(connection)),
    )
    statements: list[Statement] = []
    for number, line in file.lines:
        rows, kind, wrong = _rows(line, against, nth=count["added"])
        faults += [Fault(line=number, sentence=sentence) for sentence in wrong]
        statements += rows
        count[kind] += 1
    refuse_all(file.name, faults)
    with told("import patients"), transaction(connection):
        people.run_all(connection, statements)
    return Imported(**count)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Against:
    """What a line is held against: the store, the templates and the day."""

    connection: sqlite3.Connection
    plans: Mapping[str, Plan]
    now: datetime
    certain: bool
    taken: frozenset[str]
    """Codes of patients and of sessions."""
    known: frozenset[str]
    """Codes of patients."""


def _rows(line: Line, against: _Against, *, nth: int) -> tuple[list[Statement], str, list[str]]:
    """The statements for a line, what it does, and everything that is wrong with it."""
    now, faults = against.now, []
    try:
        code = stored(line.code, against.known)
    except ValueError as error:
        return [], "unchanged", [str(error)]
    statements = []
    if code is None:
        code = line.code
        fault = code_fault(code, against.taken)
        if fault is CodeFault.TAKEN:
            faults.append("sessions are stored under this code already; erase them first, or choose another")
        elif fault is not None:
            faults.append(SENTENCES[fault])
        picture = line.picture or list(Picture)[(len(against.known) + len(against.taken) + nth) % len(Picture)]
        facts = {"code": code, "picture": picture}
        statements = [people.add_row(code, picture, now), audit.row(now, BY, What.PATIENT, facts)]
        before, kind = Profile(code=code, picture=picture), "added"
    else:
        before, kind = people.profile(against.connection, code), "unchanged"
    for field, value in _entries(line, before, against, faults):
        if value == _now(before, field):
            continue
        facts_of = {"code": code, "field": field, "old": _now(before, field), "new": value}
        statements.append(people.entry_row(code, field, value, at=now, by=BY))
        statements.append(audit.row(now, BY, What.CHANGE, facts_of))
        kind = "changed" if kind == "unchanged" else kind
    return statements, kind, faults


def _entries(line: Line, before: Profile, against: _Against, faults: list[str]) -> Iterator[tuple[EntryKind, Value]]:
    """What the line enters; what is wrong with it is added to the faults."""
    said: tuple[tuple[EntryKind, Callable[[], Value | None]], ...] = (
        (EntryKind.BIRTH_YEAR, lambda: _birth_year(line, against.now)),
        (EntryKind.MEDICATION, lambda: line.medication_changed_on),
        (EntryKind.HR_MAX, lambda: _hr_max(line, before, against.now, certain=against.certain)),
        (EntryKind.CLEARANCE, lambda: _clearance(line)),
        (EntryKind.PLAN, lambda: _plan(line, before.plan, against.plans)),
    )
    for kind, value_of in said:
        try:
            value = value_of()
        except ValueError as error:
            faults.append(str(error))
        else:
            if value is not None:
                yield kind, value


def _birth_year(line: Line, now: datetime) -> int | None:
    if line.birth_year is not None and line.birth_year > now.year:
        message = f"birth_year: {line.birth_year} is still to come"
        raise ValueError(message)
    return line.birth_year


def _hr_max(line: Line, before: Profile, now: datetime, *, certain: bool) -> HrMax | None:
    if line.hr_max_bpm is None and line.hr_max_source is None and line.hr_max_on is None:
        return None
    if line.hr_max_bpm is None or line.hr_max_source is None or line.hr_max_on is None:
        message = "hr_max_bpm, hr_max_source and hr_max_on belong together: give all three, or none"
        raise ValueError(message)
    if line.hr_max_on > now.date():
        message = f"hr_max_on: {line.hr_max_on} is still to come"
        raise ValueError(message)
    held = before.hr_max
    born = line.birth_year or before.birth_year
    asked = doubts(
        line.hr_max_bpm,
        before=None if held is None else held.bpm,
        age_years=None if born is None else now.year - born,
    )
    answered = certain or (held is not None and held.bpm == line.hr_max_bpm)
    if asked and not answered:
        told_of = " and ".join(_DOUBTS[doubt] for doubt in asked)
        message = f"hr_max_bpm: {line.hr_max_bpm} is {told_of}. Check it; --certain takes it as it is"
        raise ValueError(message)
    hr_max = HrMax(bpm=line.hr_max_bpm, source=line.hr_max_source, on=line.hr_max_on, by=BY)
    # Who had entered the same figure before stays its author.
    return held if held is not None and replace(held, by=BY) == hr_max else hr_max


_DOUBTS = {
    Doubt.FAR_FROM_LAST: "more than 10 bpm from the one in force",
    Doubt.FAR_ABOVE_AGE_FORMULA: "more than 15 bpm above the age formula",
    Doubt.LOW_AT_ANY_AGE: "unlikely at any age",
    Doubt.HIGH_WITHOUT_AGE: "unlikely at any age (with a birth_year it is held against that)",
}


def _clearance(line: Line) -> Clearance | None:
    if line.clearance_on is None and line.clearance_role is None and line.clearance_until is None:
        return None
    if line.clearance_on is None or line.clearance_role is None or line.clearance_until is None:
        message = "clearance_on, clearance_role and clearance_until belong together: give all three, or none"
        raise ValueError(message)
    return Clearance(on=line.clearance_on, role=line.clearance_role, until=line.clearance_until, by=BY)


def _plan(line: Line, before: Plan, plans: Mapping[str, Plan]) -> Plan:
    plan = before
    if line.template is not None:
        if line.template not in plans:
            near = get_close_matches(line.template, plans, n=1)
            hint = f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(plans)}"
            message = f"template: there is none called '{line.template}'. {hint}"
            raise ValueError(message)
        # The template a plan was made from is taken anew only when it is another one.
        plan = before if before.template == line.template and before != Plan() else plans[line.template]
    own = {name: value for name in _OF_PLAN if (value := getattr(line, name)) is not None}
    return replace(plan, **own)


def _now(profile: Profile, kind: EntryKind) -> object:
    held = getattr(profile, people.FIELDS[kind])
    return replace(held, by=BY) if kind is EntryKind.CLEARANCE and held is not None else held
