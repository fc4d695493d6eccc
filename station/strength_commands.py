"""`motbakke patient one-rm`: enter a 1RM, measured or estimated, and see what is in force and what came before.

As the other commands about people: whoever may write the store's folder is trusted, and all of it is in the audit.
"""

# ruff: noqa: PLC0415, T201 - commands print, have options, and load what they need only when called

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from station.errors import SettingsError

if TYPE_CHECKING:
    from station.staff.one_rm import OneRmDoubt, OneRmEntry
    from station.training.strength import Exercise


def register(patient: typer.Typer) -> None:
    """Add the command to `motbakke patient`."""
    patient.command("one-rm")(one_rm)


def one_rm(  # noqa: PLR0913, PLR0917  # the options of one command
    code: Annotated[str, typer.Argument(help="The patient's code.")],
    exercise: Annotated[str, typer.Option(help="leg_press, hack_squat, calf_press or other.")] = "leg_press",
    kg: Annotated[list[float] | None, typer.Option(help="Measured: a managed attempt; of several the best.")] = None,
    load: Annotated[float | None, typer.Option(help="Estimated: the load of a set, in kg.")] = None,
    repetitions: Annotated[int | None, typer.Option(help="Estimated: that set's repetitions, 2-6.")] = None,
    on: Annotated[str | None, typer.Option(help="The day, YYYY-MM-DD; without it, today.")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of the store; without it the user's own.")] = None,
    *,
    certain: Annotated[bool, typer.Option("--certain", help="Take a figure that is asked about twice.")] = False,
) -> None:
    """Enter a patient's 1RM, or show it with its history."""
    from station.records import data_folder
    from station.staff.one_rm import doubts
    from station.store import people
    from station.store.audit import COMMAND_LINE, What
    from station.store.sessions import Store

    now = datetime.now(UTC)
    of = _exercise(exercise)
    entry = _entry(of, kg, load, repetitions, on=_day(on, now.date()), by=COMMAND_LINE)
    with Store.at(data or data_folder()) as store:
        connection, code = store.connection, people.stored_code(store.connection, code)
        before = people.profile(connection, code).one_rm(of)
        if entry is not None:
            if not certain and (found := doubts(entry, before=before)):
                raise SettingsError(f"{_asked(found)} Nothing was changed; add --certain if it is right")
            people.one_rm_entered(connection, code, entry, at=now, by=COMMAND_LINE)
        else:
            people.keep(connection, COMMAND_LINE, What.VIEW, {"code": code, "viewed": "one_rm"}, now)
        for line in _lines(people.profile(connection, code).one_rms, now.date()):
            print(line)
        if entry is None:
            for line in _history(people.history(connection, code)):
                print(line)


def _entry(  # noqa: PLR0913  # what an entry is made of
    exercise: "Exercise",
    kg: list[float] | None,
    load: float | None,
    repetitions: int | None,
    *,
    on: date,
    by: str,
) -> "OneRmEntry | None":
    from station.staff.one_rm import from_attempts, from_set

    if kg and (load is not None or repetitions is not None):
        raise SettingsError("give either --kg (measured), or --load and --repetitions (estimated), not both")
    if (load is None) != (repetitions is None):
        raise SettingsError("an estimate needs --load and --repetitions")
    try:
        if kg:
            return from_attempts(exercise, kg, on=on, by=by)
        if load is not None and repetitions is not None:
            return from_set(exercise, load, repetitions, on=on, by=by)
    except ValueError as error:
        raise SettingsError(f"{error}. Nothing was changed") from error
    return None


def _exercise(word: str) -> "Exercise":
    from station.training.strength import Exercise

    if word not in list(Exercise):
        raise SettingsError(f"--exercise: must be one of {', '.join(Exercise)}, not {word}")
    return Exercise(word)


def _day(text: str | None, today: date) -> date:
    try:
        day = today if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(f"--on: write the day as YYYY-MM-DD, not {text}") from error
    if day > today:
        raise SettingsError(f"--on: {day} has not come yet. Give the day of the test or the set")
    return day


def _asked(found: "tuple[OneRmDoubt, ...]") -> str:
    from station.staff.one_rm import OneRmDoubt

    sentences = {
        OneRmDoubt.FAR_FROM_LAST: "This is more than a quarter from the 1RM in force.",
        OneRmDoubt.EARLIER_THAN_LAST: "The 1RM in force is from a later day.",
        OneRmDoubt.LIGHT_FIRST: "A first 1RM below 20 kg is unusual.",
    }
    return " ".join(sentences[doubt] for doubt in found)


def _lines(entries: "tuple[OneRmEntry, ...]", today: date) -> Iterator[str]:
    from station.staff.one_rm import expired

    for entry in entries:
        until = f"holds until {entry.holds_until}"
        yield f"{_told(entry)}  {'out of date: ' if expired(entry, today=today) else ''}{until}"


def _history(entries: "tuple[object, ...]") -> Iterator[str]:
    from station.staff.desk import Entry
    from station.staff.one_rm import OneRmEntry

    for entry in entries:
        if isinstance(entry, Entry) and isinstance(entry.value, OneRmEntry):
            yield f"  {entry.at:%Y-%m-%d %H:%M}  {entry.by:<12}  {_told(entry.value)}"


def _told(entry: "OneRmEntry") -> str:
    from station.training.one_rm import whole_kg

    load = f"{entry.kg:g} kg" if entry.high_kg is None else "{}-{} kg".format(*whole_kg(entry.kg, entry.high_kg))
    return f"{entry.exercise}  {load}  {entry.source}  {entry.on}"
