"""The commands about people: `motbakke therapist`, `patient`, `audit`, `mode`. Each imports what it needs when called.

Whoever may write the store's folder is trusted here: on an appliance that is root. All of it is in the audit.
"""

# ruff: noqa: PLC0415, T201 - commands print, have options, and load what they need only when called

import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from station.errors import SettingsError, StationError

if TYPE_CHECKING:
    from station.store.sessions import Store

T = TypeVar("T")

therapist = typer.Typer(help="Who may open the therapist's pages.", no_args_is_help=True)
patient = typer.Typer(help="Whom the station knows: codes and pictures, never names.", no_args_is_help=True)
audit = typer.Typer(help="Who did what, when and for whom; and whether that was changed since.", no_args_is_help=True)

Data = Annotated[Path | None, typer.Option(help="Folder of the store; without it ~/.local/share/motbakke.")]
Sign = Annotated[str, typer.Argument(help="The therapist's sign, 1-12 letters, digits or dashes, as on the rota.")]
Code = Annotated[str, typer.Argument(help="The patient's code.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(therapist, name="therapist")
    app.add_typer(patient, name="patient")
    app.add_typer(audit, name="audit")
    app.command()(mode)
    app.command("erase")(patient_erase)


@therapist.command("add")
def therapist_add(sign: Sign, data: Data = None) -> None:
    """Let a therapist in; the PIN is asked for, or read from standard input."""
    from station.store import access
    from station.store.audit import COMMAND_LINE

    with _made(data) as store:
        hashed = _told(lambda: access.hashed(_pin(), access.HASHER))
        added = _told(lambda: access.added(store.connection, sign, hashed, now=_now(), by=COMMAND_LINE, first=False))
    print(f"{added.sign} is therapist number {added.number}.")


@therapist.command("reset")
def therapist_reset(sign: Sign, data: Data = None) -> None:
    """Give a therapist a new PIN; it is asked for, or read from standard input."""
    from station.store import access
    from station.store.audit import COMMAND_LINE

    with _made(data) as store:
        known = [each for each in access.therapists(store.connection) if each.sign == sign]
        if not known:
            raise SettingsError(f"there is no therapist with the sign {sign}. `motbakke therapist list` lists them")
        hashed = _told(lambda: access.hashed(_pin(), access.HASHER))
        access.pin_reset(store.connection, known[0], hashed, now=_now(), by=COMMAND_LINE)
    print(f"{sign} has a new PIN.")


@therapist.command("remove")
def therapist_remove(sign: Sign, data: Data = None) -> None:
    """Let a therapist in no longer; the sign stays in the audit and is given to nobody else."""
    from station.store import access
    from station.store.audit import COMMAND_LINE

    with _made(data) as store:
        _told(lambda: access.removed(store.connection, sign, now=_now(), by=COMMAND_LINE))
    print(f"{sign} is let in no longer.")


@therapist.command("list")
def therapist_list(data: Data = None) -> None:
    """List who may log in."""
    from station.store import access

    with _made(data) as store:
        for each in access.therapists(store.connection):
            print(f"{each.number:>3}  {each.sign}")


@patient.command("add")
def patient_add(
    code: Annotated[str | None, typer.Argument(help="A code of your own; without it, one that nobody has.")] = None,
    picture: Annotated[str | None, typer.Option(help="What stands for the patient on the screen.")] = None,
    data: Data = None,
) -> None:
    """Make a patient: a code and a picture."""
    from station.staff.codes import SENTENCES, code_fault
    from station.store import people
    from station.store.audit import COMMAND_LINE, What
    from station.store.desk import free_code
    from station.visit import Picture

    if picture is not None and picture not in list(Picture):
        raise SettingsError(f"--picture: must be one of {', '.join(Picture)}, not {picture}")
    with _made(data) as store:
        taken = people.codes(store.connection)
        code = free_code(taken) if code is None else code
        if fault := code_fault(code, taken):
            raise SettingsError(f"'{code}': {SENTENCES[fault]}. Choose another code")
        shown = Picture(picture) if picture else list(Picture)[len(taken) % len(Picture)]
        row = people.add_row(code, shown, _now())
        people.keep(store.connection, COMMAND_LINE, What.PATIENT, {"code": code, "picture": shown}, _now(), row)
    print(f"{code}  {shown}")


@patient.command("list")
def patient_list(data: Data = None) -> None:
    """List the patients, with the day each trained last."""
    from station.store import people
    from station.store.audit import COMMAND_LINE, What

    with _made(data) as store:
        people.keep(store.connection, COMMAND_LINE, What.VIEW, {"viewed": "patients"}, _now())
        for line in people.lines(store.connection):
            last = "never" if line.last_session is None else f"{line.last_session.began:%Y-%m-%d}"
            print(f"{line.code:<33}{line.picture:<10}{last}")


@patient.command("import")
def patient_import(
    file: Annotated[Path, typer.Argument(help="CSV or JSON; the format is in docs/for-therapists.md.")],
    data: Data = None,
    *,
    certain: Annotated[bool, typer.Option("--certain", help="Take HRmax that is asked about twice.")] = False,
) -> None:
    """Take the patients of a file that the clinic's system has written: all of them, or none."""
    from station.store.patient_lines import read
    from station.store.patients_file import take
    from station.templates import templates

    try:
        content = file.read_bytes()
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read ({error.strerror}). Check the path") from error
    read_of = read(file.name, content)
    plans = {template.key: template.plan for template in templates()}
    with _made(data) as store:
        came = take(store.connection, read_of, plans=plans, now=_now(), certain=certain)
    print(f"{came.added} added, {came.changed} changed, {came.unchanged} as they were.")


@patient.command("erase")
def patient_erase(
    code: Code,
    data: Data = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase everything of a patient: here at once, on the clinic's server with the next sync."""
    from station.records import data_folder
    from station.sync.command import erase_patient

    def certain(stored: str) -> None:
        if not yes:
            typer.confirm(f"Erase everything of {stored}? This cannot be taken back", abort=True)

    erase_patient(data or data_folder(), code, certain=certain)


@audit.command("verify")
def audit_verify(
    data: Data = None,
    head: Annotated[
        str | None, typer.Option(help="A hash that the clinic's server has: it must be in the chain.")
    ] = None,
) -> None:
    """Check that no row of the audit was changed or taken away. Exits 1 when one was."""
    from station.store import audit as rows

    with _there(data) as store:
        verdict = rows.verify(store.connection)
        known = head is None or rows.knows(store.connection, head)
    for fault in verdict.faults:
        print(fault)
    if not known:
        print(f"the hash {head} is not in the chain: rows at the end were taken away, or it is another station's")
    if verdict.faults or not known:
        raise StationError("the audit is not whole. Compare it with the clinic server's copy")
    print(f"{verdict.rows} rows, {verdict.erased} of them erased with their patients; the chain is whole.")
    print(f"Newest hash: {verdict.head}")


@audit.command("list")
def audit_list(
    data: Data = None,
    most: Annotated[int, typer.Option(min=1, help="How many rows, newest first.")] = 50,
    code: Annotated[str | None, typer.Option(help="Only what concerns this patient.")] = None,
) -> None:
    """List the audit, newest first; that it was looked at is noted, too."""
    from station.store import audit as rows
    from station.store import people
    from station.store.rows import to_json

    with _there(data) as store:
        code = code and people.stored_code(store.connection, code)
        facts = {"viewed": "audit"} | ({"code": code} if code else {})
        people.keep(store.connection, rows.COMMAND_LINE, rows.What.VIEW, facts, _now())
        for line in rows.lines(store.connection, most=most, code=code):
            told = "(erased)" if line.facts is None else to_json(line.facts)
            print(f"{line.n:>6}  {line.at:%Y-%m-%d %H:%M:%S}  {line.who:<13}{line.what:<17}{told}")


def mode(
    shows: Annotated[str | None, typer.Argument(help="shadow, decrease_only or full; without it, what is set.")] = None,
    data: Data = None,
) -> None:
    """How much of the advice this station shows: for its commissioning, from the next session on."""
    from station.staff.mode import Mode
    from station.store import people
    from station.store.audit import COMMAND_LINE, What
    from station.store.desk import mode_in, mode_row

    if shows is not None and shows not in list(Mode):
        raise SettingsError(f"there is no mode '{shows}'; there are: {', '.join(Mode)}")
    with _made(data) as store:
        if shows is not None:
            facts = {"field": "mode", "old": mode_in(store.connection), "new": Mode(shows)}
            people.keep(store.connection, COMMAND_LINE, What.CHANGE, facts, _now(), mode_row(Mode(shows)))
        print(mode_in(store.connection))


def _pin() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    pin = getpass.getpass("PIN: ")
    if pin != getpass.getpass("Again: "):
        raise SettingsError("the two PINs differ. Nothing was changed; begin again")
    return pin


def _told(do: Callable[[], T]) -> T:
    try:
        return do()
    except ValueError as error:
        raise SettingsError(f"{error}. Nothing was changed") from error


@contextmanager
def _made(data: Path | None) -> "Iterator[Store]":
    """The store, made where there is none: a station is set up before it has run for the first time."""
    from station.records import data_folder
    from station.store.opening import named
    from station.store.sessions import Store

    with Store.at(named(data or data_folder(), _now())) as store:
        yield store


@contextmanager
def _there(data: Path | None) -> "Iterator[Store]":
    from station.records import data_folder
    from station.store.sessions import Store

    with Store.at(data or data_folder()) as store:
        yield store


def _now() -> datetime:
    return datetime.now(UTC)
