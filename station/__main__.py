"""The command line. Each command imports what it needs when called, so the pipe starts without screen or radio."""

import asyncio
import logging
import sys
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from station import appliance_commands, staff_commands, strength_commands
from station.benchmark.command import app as benchmark
from station.doctor.command import app as doctor
from station.errors import SettingsError, StationError
from station.seal import command as seal_commands
from station.strap_commands import strap
from station.treadmill_commands import treadmill

BAD_SETTINGS = 78
"""EX_CONFIG of sysexits.h: a person must edit a file; systemd does not restart on it."""

app = typer.Typer(
    name="motbakke",
    help="A training station beside a clinic treadmill: uphill 4x4 intervals, coached by heart rate.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
simulate = typer.Typer(help="Stand-ins for devices, speaking their real bytes.", no_args_is_help=True)
app.add_typer(simulate, name="simulate")
app.add_typer(treadmill, name="treadmill")
app.add_typer(strap, name="strap")
app.add_typer(doctor, name="doctor")
app.add_typer(benchmark, name="benchmark")
appliance_commands.register(app)
seal_commands.register(app)
staff_commands.register(app)
strength_commands.register(staff_commands.patient)

Data = Annotated[Path | None, typer.Option(help="Folder of the store; without it ~/.local/share/motbakke.")]


def _version(asked: bool) -> None:  # noqa: FBT001  # typer calls it so
    if asked:
        from importlib.metadata import version

        print(f"motbakke {version('motbakke')}")
        raise typer.Exit


@app.callback()
def motbakke(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False,  # noqa: FBT002
) -> None:
    """A training station beside a clinic treadmill: uphill 4x4 intervals, coached by heart rate."""


@app.command()
def demo(
    speed: Annotated[
        float, typer.Option(min=0.1, max=200, help="1 is real time; 60 a 40-minute session in 40 s.")
    ] = 20,
    seed: Annotated[int, typer.Option(help="Which patient comes, and how she follows advice.")] = 1,
    patient: Annotated[Path | None, typer.Option(help="A patient file (TOML) to simulate instead.")] = None,
    data: Data = None,
    language: Annotated[str, typer.Option(help="The screen's language: nb, nn or en.")] = "nb",
    *,
    headless: Annotated[bool, typer.Option("--headless", help="No window.")] = False,
    strength: Annotated[bool, typer.Option("--strength", help="Strength, 4 x 4 at a leg press, instead.")] = False,
) -> None:
    """Run a whole 4x4 session with a simulated patient, strap and treadmill: nothing has to be attached."""
    from station import compose
    from station.language import Language
    from station.records import data_folder
    from station.settings import patient_file

    # At a high speed a loaded machine loses a simulated device for an instant; that is no newcomer's concern.
    logging.getLogger("motbakke").setLevel(logging.ERROR)
    if language not in list(Language):
        raise SettingsError(f"--language: must be one of {', '.join(Language)}, not {language}")
    run_demo = compose.demo_strength if strength else compose.demo
    run_demo(
        patient=patient_file(patient)[0] if patient else None,
        seed=seed,
        speed=speed,
        data=data or data_folder(),
        language=Language(language),
        headless=headless,
    )


@app.command()
def run(
    config: Annotated[Path | None, typer.Option(help="Settings; without it /etc/motbakke/station.toml.")] = None,
    data: Data = None,
    *,
    needs_screen: Annotated[
        bool, typer.Option("--needs-screen", help="End where there is no display, instead of going on without one.")
    ] = False,
) -> None:
    """Run the station with its real strap, treadmill and screen, until it is told to stop."""
    from station import compose
    from station.records import data_folder
    from station.settings import station_settings

    logging.getLogger().setLevel(logging.INFO)
    settings = station_settings(config)
    folder = data or (Path(settings.store.folder) if settings.store.folder else data_folder())
    compose.run(settings, data=folder, read=partial(station_settings, config), needs_screen=needs_screen)


@app.command()
def coach(
    patient: Annotated[Path, typer.Option(help="The patient's file (TOML); only hr_max_bpm is needed.")],
    history: Annotated[Path | None, typer.Option(help="What earlier sessions taught: one JSON object a line.")] = None,
    learn_to: Annotated[Path | None, typer.Option(help="File to which what this session taught is added.")] = None,
) -> None:
    """Answer readings with advice: one JSON object a line in, one out, at once."""
    from station.coach.coaching import begin
    from station.history import add_to_history, history_in
    from station.pipe import answers
    from station.settings import patient_file

    who, remarks = patient_file(patient)
    memories, doubts = history_in(history) if history else ((), ())
    for remark in (*remarks, *doubts):
        print(f"motbakke: {remark}", file=sys.stderr)
    newest = start = begin(who, memories)
    for newest, answer in answers(start, sys.stdin.buffer):  # noqa: B007  # the last one is what was learnt
        sys.stdout.buffer.write(answer + b"\n")
        sys.stdout.buffer.flush()
    if learn_to:
        add_to_history(learn_to, newest)


@app.command()
def screens(
    out: Annotated[Path, typer.Option(help="Folder for the pictures.")] = Path("screens"),
    everything: Annotated[bool, typer.Option("--all", help="Every page in every language and size.")] = False,  # noqa: FBT002
) -> None:
    """Render every page to PNG, in bokmål at 1280x720, and contact sheets; no display is needed.

    The sheets show all pages in each language, standing, in grey and as the colour-blind see them.
    """
    from ui.gallery import render, render_all

    try:
        for path in render_all(out) if everything else render(out):
            print(path)
    except OSError as error:
        raise SettingsError(f"--out: {out} cannot be written to ({error.strerror}). Name another folder") from error


@app.command()
def sessions(data: Data = None) -> None:
    """List the stored sessions, newest first."""
    from rich.console import Console

    from station.records import data_folder
    from station.store.sessions import Store
    from station.terminal import print_sessions

    with Store.looked_at(data or data_folder()) as store:
        print_sessions(Console(), store.sessions())


@app.command()
def replay(
    session: Annotated[str, typer.Argument(help="The session's id, or how it begins.")],
    data: Data = None,
) -> None:
    """Fold a stored session again, and check second by second that the same comes out as was stored."""
    from station.records import data_folder, folded_again
    from station.store.replay import replay as beside_stored
    from station.store.sessions import Store

    with Store.at(data or data_folder()) as store:
        session_id = store.find(session)
        again = folded_again(store, session_id)
        result = beside_stored(store, session_id, again.came_to)
    if again.difference or not result.equal:
        print(again.difference or "second by second the same")
        for part in result.differing:
            print(f"{part}: stored {result.stored.get(part)}, folded {result.folded.get(part)}")
        raise StationError(
            f"session {session_id}: the fold of its {again.seconds} readings differs from what was stored"
        )
    print(f"Session {session_id}: {again.seconds} readings folded again; the result equals what was stored.")


@app.command()
def export(
    session: Annotated[str, typer.Argument(help="The session's id, or how it begins.")],
    out: Annotated[Path, typer.Option(help="Folder for the files; made where it is missing.")] = Path(),
    formats: Annotated[
        list[str] | None, typer.Option("--format", help="log, fit, csv or html; may be repeated. All without it.")
    ] = None,
    language: Annotated[str, typer.Option(help="The report's language: nb, nn or en.")] = "nb",
    data: Data = None,
) -> None:
    """Write a session's log, FIT file, CSV table and the therapist's report (HTML, for one A4 page)."""
    from station.language import Language
    from station.records import data_folder
    from station.store.sessions import Store
    from station.sync.exports import Format, export

    for told, known, option in ((formats or (), Format, "--format"), ((language,), Language, "--language")):
        for word in told:
            if word not in list(known):
                raise SettingsError(f"{option}: must be one of {', '.join(known)}, not {word}")
    kinds = tuple(Format(word) for word in formats or Format)
    with Store.at(data or data_folder()) as store:
        for path in export(store, store.find(session), out, formats=kinds, language=Language(language)):
            print(path)


@app.command()
def sync(
    url: Annotated[str | None, typer.Option(help="The server's address; without it, the one in the settings.")] = None,
    config: Annotated[Path | None, typer.Option(help="Settings; without it /etc/motbakke/station.toml.")] = None,
    data: Data = None,
    *,
    once: Annotated[bool, typer.Option("--once", help="Try every waiting session now, then stop.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Try blocked and rejected sessions anew, too.")] = False,
) -> None:
    """Send finished sessions to the clinic's server, each exactly once; without --once, go on for ever."""
    import msgspec

    from station.records import data_folder
    from station.settings import SyncTable, station_settings
    from station.sync.command import sync_for_ever, sync_now

    whole = station_settings(config) if config or not url else None
    settings = whole.sync if whole else SyncTable()
    if url:
        settings = msgspec.structs.replace(settings, url=url)
    folder = data or (Path(whole.store.folder) if whole and whole.store.folder else data_folder())
    if not once:
        sync_for_ever(settings, folder, again=again)
        return
    report = sync_now(settings, folder, again=again)
    print("\n".join(report.lines()), flush=True)
    raise typer.Exit(0 if report.ok else 1)


@app.command()
def enrol(
    data: Data = None,
    *,
    rotate: Annotated[bool, typer.Option("--rotate", help="Make the next key, beside the one in use.")] = False,
    switch: Annotated[bool, typer.Option("--switch", help="Use the next key, once IT has registered it.")] = False,
) -> None:
    """Show this station's id and its key's fingerprint and QR code, for the clinic's IT; makes the key when needed."""
    from station.records import data_folder
    from station.sync.command import print_identity

    if rotate and switch:
        raise SettingsError("--rotate and --switch are days apart: IT registers the next key in between")
    print_identity(data or data_folder(), rotate=rotate, switch=switch)


@simulate.command("treadmill")
def simulate_treadmill(
    link: Annotated[Path, typer.Option(help="Where the port shall appear, as a symbolic link.")],
    protocol: Annotated[str, typer.Option(help="The protocol it speaks.")] = "trackmaster",
    units: Annotated[str, typer.Option(help="What its console counts speed in: mph or km/h.")] = "mph",
    fault: Annotated[list[str] | None, typer.Option(help="What goes wrong; more than once for more.")] = None,
) -> None:
    """Stand in for a treadmill on a serial port, until Ctrl-C; it is driven through its protocol."""
    from drivers.simulated.faults import Fault
    from drivers.treadmill.codec import SpeedUnit
    from station import compose, devices

    choices = [(units, [*map(str, SpeedUnit)]), *((name, [*map(str, Fault)]) for name in fault or [])]
    for said, words in choices:
        if said not in words:
            raise SettingsError(f'there is no "{said}"; there are: {", ".join(words)}')
    print(f"A {protocol} treadmill that counts in {units}, at {link}. Ctrl-C ends it.", flush=True)
    faults = [Fault(name) for name in fault or []]
    work = devices.simulated_treadmill(link, protocol=protocol, unit=SpeedUnit(units), faults=faults)
    asyncio.run(compose.until_told_to_stop(work))


@simulate.command("strap")
def simulate_strap(
    transport: Annotated[
        str, typer.Option(help="A second controller, as Bumble names it: usb:0, hci-socket:1; or vhci, a virtual one.")
    ],
    bpm: Annotated[int, typer.Option(min=30, max=220, help="The heart rate it sends.")] = 72,
) -> None:
    """Be a heart-rate strap on a second Bluetooth controller, until Ctrl-C; needs motbakke's extra "radio".

    With vhci this computer gets a virtual adapter, and the strap is in its air.
    """
    from station import compose, devices

    def begun() -> None:
        print(f"A strap at {transport} that beats {bpm} times a minute. Ctrl-C ends it.", flush=True)

    asyncio.run(compose.until_told_to_stop(devices.simulated_strap(transport, bpm, begun=begun)))


def main() -> None:
    """Run the command; a fault a person can mend becomes one sentence and an exit status."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    if isinstance(sys.stdout, TextIOWrapper):
        # Whoever reads along through a pipe gets each line at once. When the reader goes, the next line says so, and
        # typer ends the command quietly with 1; a line that waited for the interpreter's end would make a noise there.
        sys.stdout.reconfigure(line_buffering=True)
    try:
        app()
    except StationError as error:
        _end_with(error)
    except ExceptionGroup as group:
        told, unexpected = group.split(StationError)
        if told is None or unexpected is not None:
            raise
        _end_with(_first(told))
    except KeyboardInterrupt:
        sys.exit(130)


def _end_with(error: StationError) -> NoReturn:
    print(f"motbakke: {error}", file=sys.stderr)
    sys.exit(BAD_SETTINGS if isinstance(error, SettingsError) else 1)


def _first(group: ExceptionGroup[StationError]) -> StationError:
    error = group.exceptions[0]
    return _first(error) if isinstance(error, ExceptionGroup) else error


if __name__ == "__main__":
    main()
