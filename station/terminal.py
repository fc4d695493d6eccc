"""What the command line shows of a session: a progress line while it runs, a summary at its end.

For newcomers and staff at a terminal, in English; what a patient reads is in `ui`.
"""

from collections.abc import Iterable
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from station.coach.coaching import Outcome, StrengthOutcome
from station.moment import Moment
from station.store.kept import SessionLine
from station.training.one_rm import whole_kg
from station.training.prescription import Phase
from station.training.tally import IntervalTally
from station.training.zones import ZoneState

_PHASES = {
    Phase.READY: "ready",
    Phase.WARM_UP: "warm-up",
    Phase.INTERVAL: "interval",
    Phase.RECOVERY: "recovery",
    Phase.COOL_DOWN: "cool-down",
    Phase.SET: "set",
    Phase.REST: "rest",
    Phase.FINISHED: "finished",
    Phase.STOPPED: "stopped",
}
_ZONES = {
    ZoneState.BELOW: "[blue]below the zone[/]",
    ZoneState.IN: "[green]in the zone[/]",
    ZoneState.ABOVE: "[yellow]above the zone[/]",
    ZoneState.UNKNOWN: "strap silent",
}


def clock_text(seconds: float) -> str:
    """Seconds as minutes and seconds: 12:48."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


class TerminalProgress:
    """Shows each moment in a terminal; where there is none, one line a phase."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar = Progress(
            TextColumn("{task.description:<18}"), BarColumn(bar_width=40), TextColumn("{task.fields[left]} left")
        )
        self._task = self._bar.add_task("", total=1.0, left="")
        self._live = Live(console=console, refresh_per_second=8, transient=True) if console.is_terminal else None
        self._said: tuple[Phase, int] | None = None

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def sees(self, moment: Moment) -> None:
        """Show this moment."""
        session = moment.session
        here = (session.phase, session.interval)
        if self._live is None:
            if here != self._said:
                self._console.print(self._title(moment))
                self._said = here
            return
        length_s = max(session.phase_length_s, 1.0)
        self._bar.update(
            self._task,
            description=self._title(moment),
            completed=session.phase_elapsed_s / length_s,
            left=clock_text(session.phase_left_s),
        )
        facts = _facts(moment) if session.prescription.strength is None else _sets(moment)
        self._live.update(Group(self._bar, facts))

    def _title(self, moment: Moment) -> str:
        session = moment.session
        name = _PHASES[session.phase]
        if session.phase is Phase.INTERVAL:
            return f"{name} {session.interval} of {session.prescription.intervals}"
        if session.phase is Phase.SET and session.prescription.strength is not None:
            return f"{name} {session.interval} of {session.prescription.strength.sets}"
        return name


def _facts(moment: Moment) -> Table:
    reading, advice = moment.reading, moment.advice
    heart = "--" if reading.heart_rate_bpm is None else f"{reading.heart_rate_bpm}"
    incline = "--" if reading.incline_percent is None else f"{reading.incline_percent:.1f}"
    speed = "--" if reading.speed_kmh is None else f"{reading.speed_kmh:.1f}"
    advised = "none"
    if advice is not None and advice.incline_percent is not None:
        advised = f"{advice.incline_percent:.1f} % ({advice.reason.replace('_', ' ')})"
    facts = Table.grid(padding=(0, 3))
    facts.add_row(f"heart rate [bold]{heart}[/] bpm", _ZONES[moment.zone_state])
    facts.add_row(f"incline [bold]{incline}[/] %", f"speed {speed} km/h", f"advice: {advised}")
    return facts


def _sets(moment: Moment) -> Table:
    lifting, reading = moment.session.lifting, moment.reading
    heart = "--" if reading.heart_rate_bpm is None else f"{reading.heart_rate_bpm}"
    load = "--" if lifting.load_kg is None else f"{lifting.load_kg:g}"
    facts = Table.grid(padding=(0, 3))
    facts.add_row(f"load [bold]{load}[/] kg", f"repetitions {lifting.repetitions}", f"heart rate {heart} bpm")
    return facts


def print_summary(console: Console, outcome: Outcome | StrengthOutcome) -> None:
    """Print what the session came to, one row an interval or set."""
    if isinstance(outcome, StrengthOutcome):
        _print_sets(console, outcome)
    else:
        _print_intervals(console, outcome)


def _print_sets(console: Console, outcome: StrengthOutcome) -> None:
    table = Table(title=f"Sets, {outcome.exercise.replace('_', ' ')}", title_justify="left")
    for heading in ("set", "load, kg", "repetitions", "of"):
        table.add_column(heading, justify="right")
    for one in outcome.sets:
        name = f"warm-up {one.number}" if one.warm_up else str(one.number)
        table.add_row(name, f"{one.load_kg:g}", str(one.repetitions), str(one.planned))
    console.print(table)
    console.print(
        f"{_PHASES[outcome.phase].capitalize()} after {clock_text(outcome.seconds)}. "
        f"Lifted [bold]{outcome.lifted_kg:g}[/] kg in all."
    )
    if outcome.one_rm_kg is not None:
        console.print(f"1RM measured: [bold]{outcome.one_rm_kg:g}[/] kg.")
    if outcome.next_kg is not None and outcome.next_time is not None:
        why = outcome.next_time.replace("_", " ")
        console.print(f"Next time [bold]{outcome.next_kg:g}[/] kg ({why}).")
    if outcome.estimate_low_kg is not None and outcome.estimate_high_kg is not None:
        low, high = whole_kg(outcome.estimate_low_kg, outcome.estimate_high_kg)
        console.print(f"1RM estimated: {low}-{high} kg (Epley, Brzycki).")


def _print_intervals(console: Console, outcome: Outcome) -> None:
    table = Table(title="Minutes in the target zone", title_justify="left")
    table.add_column("interval")
    for heading in ("in the zone", "above it", "trained", "peak bpm"):
        table.add_column(heading, justify="right")
    for number in range(1, outcome.planned_intervals + 1):
        done = number <= len(outcome.intervals)
        table.add_row(str(number), *(_row(outcome.intervals[number - 1]) if done else ("-",) * 4))
    console.print(table)
    planned_s = outcome.planned_intervals * outcome.planned_interval_s
    console.print(
        f"{_PHASES[outcome.phase].capitalize()} after {clock_text(outcome.seconds)}. "
        f"In the zone [bold]{clock_text(outcome.in_zone_s)}[/] of {clock_text(planned_s)} minutes of intervals."
    )


def _row(interval: IntervalTally) -> tuple[str, str, str, str]:
    return (
        clock_text(interval.in_zone_s),
        clock_text(interval.above_zone_s),
        clock_text(interval.seconds),
        "-" if interval.peak_bpm is None else str(interval.peak_bpm),
    )


def _waiting(line: SessionLine) -> str:
    return f"{line.upload}, sealed" if line.sealed else line.upload or "no"


def print_sessions(console: Console, lines: Iterable[SessionLine]) -> None:
    """Print the stored sessions, one a row."""
    table = Table()
    for heading in ("session", "patient", "started", "state", "in the zone", "sent"):
        table.add_column(heading)
    lines = tuple(lines)
    for line in lines:
        table.add_row(
            line.id[:8],
            line.code,
            f"{line.started:%Y-%m-%d %H:%M}",
            line.state,
            "-" if line.in_zone_s is None else clock_text(line.in_zone_s),
            "yes" if line.sent else _waiting(line),
        )
    console.print(table)
    for line in lines:
        if line.upload in ("blocked", "rejected"):
            console.print(f"{line.id[:8]} {line.upload}: {line.upload_trouble}", soft_wrap=True, highlight=False)
