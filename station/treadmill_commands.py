"""`motbakke treadmill`: listen to one, record it, prove that it is read right."""

# ruff: noqa: PLC0415, T201 - commands print, and load what they need only when called

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from station.errors import SettingsError, StationError
from station.settings import TreadmillTable
from station.treadmill_options import reads_a_treadmill

if TYPE_CHECKING:
    from station.ports import BeltSample, Link

treadmill = typer.Typer(help="Read a treadmill, record it, prove that it is read right.", no_args_is_help=True)

Seconds = Annotated[float | None, typer.Option(help="Stop after so many seconds; without it, at Ctrl-C.")]
FRESH_S = 2.0


@treadmill.command()
def protocols() -> None:
    """List the protocols the station speaks."""
    from drivers.treadmill.registry import known

    for name, description in known():
        print(f"{name:<15}{description}")


@treadmill.command()
@reads_a_treadmill
def listen(table: TreadmillTable, seconds: Seconds = None) -> None:
    """Show speed and incline as they are read."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_watched(table, seconds, show=print))


@treadmill.command()
@reads_a_treadmill
def record(
    table: TreadmillTable,
    file: Annotated[Path, typer.Argument(help="The file to write; it replays in tests.")],
    seconds: Seconds = None,
) -> None:
    """Write every byte on the treadmill's line to a file, with its time, while showing what is read."""
    from drivers.treadmill.recording import Said, written

    try:
        out = file.open("x", encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{file}: cannot be made ({error.strerror}). Name a new file") from error
    with out:
        for line in _provenance(table):
            print(f"# {line}", file=out)

        def witness(at_s: float, ours: bool, data: bytes) -> None:  # noqa: FBT001  # a callback has no names
            print(written(Said(at_s=at_s, ours=ours, data=data)), file=out, flush=True)

        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_watched(table, seconds, show=print, witness=witness))
    print(f"Written to {file}. Add to its head: make and model, firmware, and what the console showed when.")


@treadmill.command()
@reads_a_treadmill
def verify(table: TreadmillTable) -> None:
    """Prove units and scale: three speeds and two inclines as the console shows them, and the belt by a watch."""
    from drivers.treadmill.codec import SpeedUnit
    from station.proving import NOT_TIMED, WITH_THE_BELT, proof

    try:
        with _read_meanwhile(table) as newest:
            verdicts = proof(input, newest, SpeedUnit(table.units))
    except EOFError as error:
        raise StationError("the questions were not answered to the end, so nothing is proven") from error
    for verdict in verdicts:
        print(f"{'OK ' if verdict.proven else 'FIX'}  {verdict.why}")
    if len(verdicts) < WITH_THE_BELT:
        print(NOT_TIMED)
    if not all(verdict.proven for verdict in verdicts):
        raise StationError("the treadmill is not proven to be read right; do not train patients on it yet")


@contextlib.contextmanager
def _read_meanwhile(table: TreadmillTable) -> "Iterator[Callable[[], BeltSample | None]]":
    """Read the treadmill beside this thread, which waits for what is typed; gives what was last read, if fresh."""
    from drivers.radio import Radio
    from station.clock import RealClock
    from station.devices import treadmill_of
    from station.ports import BeltSample

    clock = RealClock()
    machine = treadmill_of(table, clock, Radio())
    read: list[BeltSample] = []
    begun: Future[Callable[[], object]] = Future()

    def take_in(news: "BeltSample | Link") -> None:
        if isinstance(news, BeltSample):
            read[:] = [news]

    async def work() -> None:
        reading = asyncio.create_task(machine.run(take_in))
        begun.set_result(partial(asyncio.get_running_loop().call_soon_threadsafe, reading.cancel))
        await asyncio.wait({reading})

    with ThreadPoolExecutor(1, "treadmill") as beside:
        done = beside.submit(asyncio.run, work())
        end = begun.result()
        try:
            yield lambda: read[0] if read and clock.now_s() - read[0].at_s <= FRESH_S else None
        finally:
            end()
            done.result()


async def _watched(
    table: TreadmillTable,
    seconds: float | None,
    *,
    show: Callable[[str], None],
    witness: Callable[[float, bool, bytes], None] | None = None,
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
        elif news.at_s - shown_s >= 1:
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
