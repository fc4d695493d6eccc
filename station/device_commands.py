"""The commands about devices: `motbakke treadmill` and `strap`. Each imports what it needs when it is called."""

# ruff: noqa: PLC0415, T201, PLR0913, PLR0917 - commands print, have options, and load what they need only when called

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from station.errors import SettingsError, StationError
from station.settings import SYSTEM_SETTINGS, TreadmillTable, station_settings

if TYPE_CHECKING:
    from station.ports import BeltSample, Link

treadmill = typer.Typer(help="Read a treadmill, record it, prove that it is read right.", no_args_is_help=True)
strap = typer.Typer(help="Find the straps in the room, bind one to the station.", no_args_is_help=True)

Config = Annotated[Path | None, typer.Option(help="Settings; without it /etc/motbakke/station.toml.")]
Port = Annotated[str | None, typer.Option(help="The serial port; instead of the settings'.")]
Protocol = Annotated[str | None, typer.Option(help="The protocol; instead of the settings'.")]
Units = Annotated[str | None, typer.Option(help="km/h or mph, as the console shows; instead of the settings'.")]
Baud = Annotated[int | None, typer.Option(help="The line's baud rate; instead of the settings'.")]
Seconds = Annotated[float | None, typer.Option(help="Stop after so many seconds; without it, at Ctrl-C.")]
ListenOnly = Annotated[bool, typer.Option("--listen-only", help="Send nothing; listen on a tap.")]
FRESH_S = 2.0


@treadmill.command()
def protocols() -> None:
    """List the protocols the station speaks."""
    from drivers.treadmill.registry import known

    for name, description in known():
        print(f"{name:<15}{description}")


@treadmill.command()
def listen(
    config: Config = None,
    port: Port = None,
    protocol: Protocol = None,
    units: Units = None,
    baud: Baud = None,
    seconds: Seconds = None,
    *,
    listen_only: ListenOnly = False,
) -> None:
    """Show speed and incline as they are read."""
    table = _table(config, port=port, protocol=protocol, units=units, baud_rate=baud, listen_only=listen_only or None)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_watched(table, seconds, show=print))


@treadmill.command()
def record(
    file: Annotated[Path, typer.Argument(help="The file to write; it replays in tests.")],
    config: Config = None,
    port: Port = None,
    protocol: Protocol = None,
    units: Units = None,
    baud: Baud = None,
    seconds: Seconds = None,
    *,
    listen_only: ListenOnly = False,
) -> None:
    """Write every byte on the treadmill's line to a file, with its time, while showing what is read."""
    from drivers.treadmill.recording import Said, written

    table = _table(config, port=port, protocol=protocol, units=units, baud_rate=baud, listen_only=listen_only or None)
    with file.open("x", encoding="utf-8") as out:
        for line in _provenance(table):
            print(f"# {line}", file=out)

        def witness(at_s: float, ours: bool, data: bytes) -> None:  # noqa: FBT001  # a callback has no names
            print(written(Said(at_s=at_s, ours=ours, data=data)), file=out, flush=True)

        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_watched(table, seconds, show=print, witness=witness))
    print(f"Written to {file}. Add to its head: make and model, firmware, and what the console showed when.")


@treadmill.command()
def verify(
    config: Config = None, port: Port = None, protocol: Protocol = None, units: Units = None, baud: Baud = None
) -> None:
    """Prove units and scale: type what the console shows at three speeds and two inclines."""
    from drivers.treadmill.codec import SpeedUnit
    from drivers.treadmill.proof import INCLINES, SPEEDS, Pair, incline_verdict, speed_verdict

    table = _table(config, port=port, protocol=protocol, units=units, baud_rate=baud)
    unit = SpeedUnit(table.units)

    async def asked() -> tuple[list[Pair], list[Pair]]:
        newest: list[BeltSample] = []
        watching = asyncio.create_task(_watched(table, None, show=lambda _: None, newest=newest))
        try:
            speeds, inclines = [], []
            for number in range(1, SPEEDS + 1):
                shown = await _typed(
                    f"Speed {number} of {SPEEDS}: set another speed, wait until the belt runs it "
                    f"steadily, and type what the console shows in {unit}: "
                )
                read = _fresh(newest)
                speeds.append(Pair(shown=shown * unit.kmh, read=read.speed_kmh if read else None))
            for number in range(1, INCLINES + 1):
                shown = await _typed(
                    f"Incline {number} of {INCLINES}: set another incline, wait, and type what the "
                    "console shows in percent: "
                )
                read = _fresh(newest)
                inclines.append(Pair(shown=shown, read=read.incline_percent if read else None))
        finally:
            watching.cancel()
            await asyncio.wait({watching})
        return speeds, inclines

    speeds, inclines = asyncio.run(asked())
    verdicts = speed_verdict(speeds), incline_verdict(inclines)
    for verdict in verdicts:
        print(f"{'OK ' if verdict.proven else 'FIX'}  {verdict.why}")
    if not all(verdict.proven for verdict in verdicts):
        raise StationError("the treadmill is not proven to be read right; do not train patients on it yet")


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
    config: Config = None,
) -> None:
    """Let this strap, and no other, belong to the station."""
    from station.binding import bind_strap

    path = config or SYSTEM_SETTINGS
    bind_strap(path, address)
    print(f"The strap {address.upper()} now belongs to this station ({path}). Start the station again.")


def _table(config: Path | None, **options: str | int | bool | None) -> TreadmillTable:
    """The settings' treadmill with these options in place of what it says."""
    chosen = {name: option for name, option in options.items() if option is not None}
    complete = {"port", "protocol", "units"} <= set(chosen)
    base = {} if complete and config is None else msgspec.structs.asdict(station_settings(config).treadmill)
    if "protocol" in chosen and chosen["protocol"] != base.get("protocol"):
        base.pop("baud_rate", None)  # the other protocol's line
    try:
        return TreadmillTable(**{**base, **chosen})
    except (TypeError, ValueError) as error:
        raise SettingsError(f"{error}. Correct the options.") from error


async def _watched(
    table: TreadmillTable,
    seconds: float | None,
    *,
    show: Callable[[str], None],
    witness: Callable[[float, bool, bytes], None] | None = None,
    newest: "list[BeltSample] | None" = None,
) -> None:
    from drivers.radio import Radio
    from station.clock import RealClock
    from station.devices import treadmill_of
    from station.ports import BeltSample

    clock = RealClock()
    shown_s = -1.0

    def report(news: "BeltSample | Link") -> None:
        nonlocal shown_s
        if not isinstance(news, BeltSample):
            show(f"{news.state}: {news.detail}" if news.detail else str(news.state))
            return
        if newest is not None:
            newest[:] = [news]
        if news.at_s - shown_s >= 1:
            shown_s = news.at_s
            show(_line(news))

    machine = treadmill_of(table, clock, Radio(), witness=witness)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await machine.run(report)


def _line(sample: "BeltSample") -> str:
    speed = "-" if sample.speed_kmh is None else f"{sample.speed_kmh:.1f}"
    incline = "-" if sample.incline_percent is None else f"{sample.incline_percent:.1f}"
    return f"{speed:>5} km/h  {incline:>5} %"


def _provenance(table: TreadmillTable) -> Iterator[str]:
    yield f"motbakke treadmill record, {datetime.now(UTC).date().isoformat()}"
    yield f"protocol {table.protocol}, {table.units}, baud rate {table.baud_rate or 'of the protocol'}"
    yield "seconds, < said by the treadmill or > asked, bytes"


async def _typed(question: str) -> float:
    while True:
        answer = await asyncio.to_thread(input, question)
        try:
            return float(answer.replace(",", "."))
        except ValueError:
            print("A number, please, as the console shows it.")


def _fresh(newest: "list[BeltSample]") -> "BeltSample | None":
    from station.clock import RealClock

    return newest[0] if newest and RealClock().now_s() - newest[0].at_s <= FRESH_S else None
