"""`motbakke benchmark ...`: the figures of the docs, printed by the commands that made them."""

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from station.errors import SettingsError

WIDE = 160
"""Columns of a table that goes to a file."""

app = typer.Typer(help="Measure the coach and the station on this machine.", no_args_is_help=True)


@app.command()
def coach(  # noqa: PLR0913, PLR0917  # the command's own options
    people: Annotated[int, typer.Option("-n", "--people", min=1, help="How many virtual people.")] = 40,
    seed: Annotated[int, typer.Option(help="Which people.")] = 1,
    policies: Annotated[str, typer.Option(help="Policies, with commas between; 'all'; 'short'.")] = "short",
    scenarios: Annotated[str, typer.Option(help="What goes wrong, with commas between; 'all'.")] = "sunny",
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Write a picture (SVG) of one session here.")] = None,
) -> None:
    """Put the coach beside other rules and perfect foresight, on the same virtual people."""
    from rich.console import Console

    from station.benchmark.coach import POLICIES, SCENARIOS, SHORT, run

    run(
        people=people,
        seed=seed,
        policies=_chosen("--policies", policies, {"all": tuple(POLICIES), "short": SHORT}, tuple(POLICIES)),
        scenarios=_chosen("--scenarios", scenarios, {"all": tuple(SCENARIOS)}, tuple(SCENARIOS)),
        json_path=json_file,
        plot_path=plot,
        console=Console() if sys.stdout.isatty() else Console(width=WIDE),
    )


@app.command()
def estimator(
    recordings: Annotated[Path, typer.Option(help="Folder with FIT recordings that have heart rate and load.")],
) -> None:
    """Replay real recordings through the estimator, and say how wrong it is 30, 60 and 90 s ahead."""
    from station.benchmark.estimator import run

    if not any(recordings.glob("*.fit")):
        raise SettingsError(f"--recordings: there is no FIT file in {recordings}. Name a folder that has some")

    run(recordings)


@app.command()
def screen() -> None:
    """Say what painting costs: each page at each size, memory, and the time to the first picture."""
    from station.benchmark.screen import run

    print("\n".join(run().lines()))


@app.command()
def station(
    idle: Annotated[float, typer.Option(min=1, help="Seconds to stand idle, at each size.")] = 15,
    training: Annotated[float, typer.Option(min=1, help="Seconds to train, at each size.")] = 80,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
) -> None:
    """Run the whole station at real time, 1080p and 720p, and say what it costs; exits with 1 over budget."""
    import msgspec

    from station.benchmark.station import run

    figures = run(idle_s=idle, training_s=training)
    if json_file:
        json_file.write_bytes(msgspec.json.encode(figures))
    print("\n".join(figures.lines()))
    if any(one.misses() for one in figures.costs):
        raise typer.Exit(1)


@app.command()
def soak(
    data: Annotated[Path, typer.Option(help="An empty folder.")],
    hours: Annotated[float, typer.Option(min=0.5, help="Simulated hours.")] = 24,
    speed: Annotated[float, typer.Option(min=1, max=400, help="How many times faster than real.")] = 120,
    sync_to: Annotated[
        str | None, typer.Option(help="A FHIR server, to which a sync beside the station sends.")
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
) -> None:
    """Train for a day while devices drop out and clocks jump; exits with 1 when anything grew or was lost."""
    import msgspec

    from station.benchmark.soak import run

    # The drop-outs are meant: that they are told is no news here.
    logging.getLogger("motbakke").setLevel(logging.CRITICAL)
    figures = run(hours=hours, speed=speed, data=data, sync_to=sync_to)
    if json_file:
        json_file.write_bytes(msgspec.json.encode(figures))
    print("\n".join(figures.lines()))
    if figures.faults():
        raise typer.Exit(1)


@app.command(hidden=True)
def live(
    size: Annotated[str, typer.Option()],
    idle: Annotated[float, typer.Option()],
    training: Annotated[float, typer.Option()],
    data: Annotated[Path, typer.Option()],
    json_file: Annotated[Path, typer.Option("--json")],
) -> None:
    """Be the process that `motbakke benchmark station` measures."""
    import msgspec

    from station.benchmark.live import live as run_live

    width, _, height = size.partition("x")
    lived = run_live((int(width), int(height)), idle_s=idle, training_s=training, data=data)
    json_file.write_bytes(msgspec.json.encode(lived))


@app.command()
def store(
    data: Annotated[Path, typer.Option(help="An empty folder on the card to be measured.")],
) -> None:
    """Write one 40-minute session, a flushed commit a second, and say what it cost the card."""
    from station.benchmark.store import measured

    print("\n".join(measured(data).lines()))


@app.command()
def sync(
    data: Annotated[Path, typer.Option(help="An empty folder.")],
    url: Annotated[str | None, typer.Option(help="A FHIR server for tests, to be sent a backlog.")] = None,
    sessions: Annotated[int, typer.Option(min=1, help="How long a backlog.")] = 1000,
) -> None:
    """Build a session's documents, send a backlog to a test server, and reckon what a thousand stations do to one."""
    from station.benchmark.sync import arrivals, build_figures, drained

    # The backlog first: its memory is to be the worker's, not what building a FIT file has left behind.
    if url:
        print("\n".join(drained(data / "many", url, sessions=sessions).lines()))
    print("\n".join(build_figures(data / "one").lines()))
    print("\n".join(arrivals()))


def _chosen(option: str, said: str, sets: dict[str, tuple[str, ...]], known: tuple[str, ...]) -> tuple[str, ...]:
    if said in sets:
        return sets[said]
    # A name may itself have a comma in it: "fixed, perfect".
    chosen, rest = [], said
    while rest:
        name = max((name for name in known if rest == name or rest.startswith(f"{name},")), key=len, default=None)
        if name is None:
            raise SettingsError(f"{option}: there is no '{rest}'. Choose among: {'; '.join([*sets, *known])}")
        chosen.append(name)
        rest = rest[len(name) + 1 :].lstrip()
    return tuple(chosen)
