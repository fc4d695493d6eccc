"""Which treadmill a command reads: one set of options for all of them, in place of what the settings say.

Responsible for the options and the table they make; what is done with it is the commands'.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from station.errors import SettingsError
from station.settings import TreadmillTable, station_settings


def reads_a_treadmill(command: Callable[..., None]) -> Callable[..., None]:
    """A command's options that say which treadmill is read; their table is its first argument."""
    own = list(inspect.signature(command).parameters.values())[1:]
    shared = list(inspect.signature(_table).parameters.values())

    @wraps(command)
    def with_options(**given: Any) -> None:
        chosen = {option.name: given.pop(option.name) for option in shared}
        command(_table(**chosen), **given)

    arguments = [part.replace(kind=inspect.Parameter.KEYWORD_ONLY) for part in (*own, *shared)]
    with_options.__signature__ = inspect.Signature(arguments)  # type: ignore[attr-defined]
    with_options.__annotations__ = {part.name: part.annotation for part in arguments}
    return with_options


def _table(  # noqa: PLR0913  # what may differ from the settings
    config: Annotated[Path | None, typer.Option(help="Settings; without it /etc/motbakke/station.toml.")] = None,
    *,
    port: Annotated[str | None, typer.Option(help="The serial port; instead of the settings'.")] = None,
    protocol: Annotated[str | None, typer.Option(help="The protocol; instead of the settings'.")] = None,
    units: Annotated[
        str | None, typer.Option(help="km/h or mph, as the console shows; instead of the settings'.")
    ] = None,
    baud: Annotated[int | None, typer.Option(help="The line's baud rate; instead of the settings'.")] = None,
    listen_only: Annotated[bool, typer.Option("--listen-only", help="Send nothing; listen on a tap.")] = False,
) -> TreadmillTable:
    """The settings' treadmill with these options in place of what it says."""
    told = {"port": port, "protocol": protocol, "units": units, "baud_rate": baud, "listen_only": listen_only or None}
    chosen = {name: option for name, option in told.items() if option is not None}
    complete = {"port", "protocol", "units"} <= set(chosen)
    base = {} if complete and config is None else msgspec.structs.asdict(station_settings(config).treadmill)
    if "protocol" in chosen and chosen["protocol"] != base.get("protocol"):
        base.pop("baud_rate", None)  # the other protocol's line
    try:
        return TreadmillTable(**{**base, **chosen})
    except (TypeError, ValueError) as error:
        raise SettingsError(f"{error}. Correct the options.") from error
