"""The commands that only an installed station needs; systemd's units call them."""

# ruff: noqa: PLC0415, T201 - commands print, and load what they need only when called

import asyncio
import pwd
from pathlib import Path
from typing import Annotated

import typer

from station.errors import DeviceSilent, SettingsError
from station.language import Language

BOOT = (Path("/boot/firmware"), Path("/boot"))
"""Where Raspberry Pi OS mounts the partition that every computer can write to: bookworm and later, and before."""
NOTHING_WRONG = "The settings are good now: start the station again (systemctl restart motbakke)"


def register(app: typer.Typer) -> None:
    """Give the command line these commands."""
    app.command("take-settings")(take_settings)
    app.command("failure-page")(failure_page)
    app.command("step-back")(step_back)


def take_settings(
    boot: Annotated[list[Path] | None, typer.Option(help="The boot partition's folder.")] = None,
    settings: Annotated[Path, typer.Option(help="Where the station's settings lie.")] = Path(
        "/etc/motbakke/station.toml"
    ),
) -> None:
    """Take over a station.toml that was laid on the boot partition; its secrets are blanked there."""
    from station.boot_settings import Places, taken_over
    from station.seal.sealing import House

    places = Places(settings=settings, token=settings.with_name("token"), token_owner=_number_of("motbakke-sync"))
    for folder in boot or BOOT:
        if taken_over(folder, places, root_forgets=House.here().root_forgets):
            print(f"Settings taken over from {folder}.")


def step_back(
    version: Annotated[int, typer.Argument(help="The newest version of the records that the other program reads.")],
    data: Annotated[Path | None, typer.Option(help="Folder of the store.")] = None,
    *,
    leave_newer: Annotated[
        bool, typer.Option("--leave-newer", help="Even if something was recorded since; it stays in a file beside.")
    ] = False,
) -> None:
    """Give an earlier version of the program its records back; `install.sh rollback` asks for it."""
    from station.records import data_folder
    from station.store import step_back as store

    print(f"Motbakke: {store.step_back(data or data_folder(), version, leave_newer=leave_newer)}.")


def failure_page(
    config: Annotated[Path | None, typer.Option(help="Settings; without it /etc/motbakke/station.toml.")] = None,
    tty: Annotated[Path, typer.Option(help="The console, for where nothing can be painted.")] = Path("/dev/tty1"),
) -> None:
    """Ask for staff on the screen, and say what they must mend, until told to stop."""
    from station import compose
    from station.settings import ScreenTable, station_settings
    from ui.pages.out_of_order import out_of_order
    from ui.scene import format_of
    from ui.still import still
    from ui.wording.catalogue import words_in

    language, screen, why = Language.BOKMAL, ScreenTable(), NOTHING_WRONG
    try:
        found = station_settings(config)
        language, screen = found.station.language, found.screen
    except SettingsError as error:
        why = str(error)
    second = Language.BOKMAL if language is Language.ENGLISH else Language.ENGLISH
    size = (screen.width, screen.height)
    page = out_of_order(words_in(language), words_in(second), why, format_of(size))
    try:
        asyncio.run(compose.until_told_to_stop(still(page, size, fullscreen=screen.fullscreen)))
    except DeviceSilent:
        # As large as the console's type goes: better than a dark screen.
        text = "\n\n".join(line.text for line in page.lines())
        tty.write_text(f"\x1b[2J\x1b[H\x1b[1m{text}\x1b[0m\n", encoding="utf-8")
        raise


def _number_of(user: str) -> int:
    try:
        return pwd.getpwnam(user).pw_uid
    except KeyError:
        return -1
