"""`motbakke strap`: the straps in the room, and which of them belongs to the station."""

# ruff: noqa: PLC0415, T201 - commands print, and load what they need only when called

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from station.settings import SYSTEM_SETTINGS

strap = typer.Typer(help="Find the straps in the room, bind one to the station.", no_args_is_help=True)


@strap.command()
def scan() -> None:
    """List the straps in the room, the nearest first, with signal strength and live pulse."""
    from drivers.radio import Radio
    from drivers.strap.choosing import straps_here
    from station.clock import RealClock

    found = asyncio.run(straps_here(RealClock(), Radio()))
    for here in found:
        pulse = f"{here.heart_rate_bpm} bpm" if here.heart_rate_bpm else "no pulse"
        battery = here.about.battery_percent if here.about else None
        charge = "" if battery is None else f"battery {battery} %"
        print(f"{here.seen.address}  {here.seen.signal_dbm:4d} dBm  {pulse:>8}  {here.seen.name}  {charge}".rstrip())
    if not found:
        print("No strap is to be seen. Put it on, moistened; one that a telephone holds does not show itself.")


@strap.command()
def bind(
    address: Annotated[str, typer.Argument(help="The strap's address, as `strap scan` shows it.")],
    config: Annotated[Path | None, typer.Option(help="Settings; without it /etc/motbakke/station.toml.")] = None,
) -> None:
    """Let this strap, and no other, belong to the station."""
    from station.binding import bind_strap

    path = config or SYSTEM_SETTINGS
    bind_strap(path, address)
    print(f"The strap {address.upper()} now belongs to this station ({path}). Start the station again.")
