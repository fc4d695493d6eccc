"""`motbakke doctor`: everything that was looked at, a line each, and an exit status: 0 when nothing is to be mended."""

# ruff: noqa: T201, PLC0415 - commands print, and load what they need only when called

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from station.doctor.finding import About, Finding, all_told, as_json
from station.errors import SettingsError
from station.settings import Settings, station_settings

app = typer.Typer(help="What is wrong, and what to do about it.", invoke_without_command=True)

Config = Annotated[Path | None, typer.Option(help="Settings; without it /etc/motbakke/station.toml.")]
Json = Annotated[bool, typer.Option("--json", help="A list of objects with about, what, ok and fix.")]


@app.callback()
def doctor(  # noqa: PLR0913  # the command's options
    context: typer.Context,
    config: Config = None,
    data: Annotated[Path | None, typer.Option(help="Folder of the store; without it ~/.local/share/motbakke.")] = None,
    *,
    no_server: Annotated[bool, typer.Option("--no-server", help="Do not ask the clinic's server.")] = False,
    straps: Annotated[bool, typer.Option("--straps", help="Listen for straps; stop the station before.")] = False,
    as_objects: Json = False,
) -> None:
    """Look at screen, sound, devices, pins, clock, disk, records, permissions and server. Mends nothing."""
    if context.invoked_subcommand is not None:
        return
    from station.doctor.devices import straps_on_the_air
    from station.doctor.everything import station
    from station.doctor.server import server
    from station.records import data_folder

    settings = _settings(config, as_objects=as_objects)
    folder = data or (Path(settings.store.folder) if settings.store.folder else data_folder())
    findings = asyncio.run(station(settings, folder))
    if straps:
        findings += asyncio.run(straps_on_the_air())
    findings += all_told(About.SERVER, server(settings.sync, folder, ask=not no_server))
    _told(findings, as_objects=as_objects)


@app.command()
def devices(config: Config = None, *, as_objects: Json = False) -> None:
    """Look at adapter, strap, port, protocol, units and who else holds the port."""
    from station.doctor.devices import devices as looked_at
    from station.doctor.machine import Machine

    settings = _settings(config, as_objects=as_objects)
    _told(asyncio.run(looked_at(settings.treadmill, settings.strap, Machine())), as_objects=as_objects)


def _settings(config: Path | None, *, as_objects: bool) -> Settings:
    try:
        return station_settings(config)
    except SettingsError as error:
        _told([Finding(about=About.SETTINGS, what="settings", fix=str(error))], as_objects=as_objects)
        raise  # _told has ended the command: this is for the reader


def _told(findings: Sequence[Finding], *, as_objects: bool) -> None:
    print(as_json(findings) if as_objects else "\n".join(finding.line for finding in findings))
    sys.stdout.flush()
    raise typer.Exit(1 if any(finding.fix for finding in findings) else 0)
