"""`motbakke benchmark estimator`: the bank of filters on real recordings, with the future load known.

Responsible for reading FIT files (speed and grade, else power) and for the error 30, 60 and 90 s ahead. The prior is
the same for every recording: nothing is known of the person.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import fitdecode  # type: ignore[import-untyped]  # it ships no types
from rich.console import Console
from rich.table import Table

from station.coach.demand import REST_ML, Gait, gait, oxygen_demand
from station.coach.estimator import Estimator, begun

AHEAD_S = (30, 60, 90)
SETTLED_AFTER_S = 300
EVERY_S = 10
FEWEST_LOADS = 20
"""A recording with fewer different loads has lost its load: one public rowing file's power is frozen."""
ML_PER_WATT = 0.16
"""Oxygen for a watt on a cycle or rowing machine: about 12 mL/min, for 75 kg."""
USUAL_LOAD_ML = 32.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One second of a recording."""

    heart_rate_bpm: int | None
    demand_ml: float
    running: float


def run(recordings: Path, console: Console | None = None) -> dict[str, tuple[float, ...]]:
    """Replay every FIT file of the folder; root mean square error in bpm 30, 60 and 90 s ahead by file name."""
    console = console or Console()
    table = Table(title="error of the forecast, bpm (persistence in brackets)")
    table.add_column("recording")
    for ahead_s in AHEAD_S:
        table.add_column(f"{ahead_s} s", justify="right")
    found = {}
    for path in sorted(recordings.glob("*.fit")):
        seconds = _read(path)
        if len({second.demand_ml for second in seconds}) < FEWEST_LOADS:
            table.add_row(path.name, *("no load" for _ in AHEAD_S))
            continue
        errors, persistence = replayed(seconds)
        found[path.name] = errors
        table.add_row(path.name, *(f"{e:.1f} ({p:.1f})" for e, p in zip(errors, persistence, strict=True)))
    console.print(table)
    return found


def replayed(seconds: Sequence[Recorded]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Errors of the bank and of "it stays as it is", each 30, 60 and 90 s ahead."""
    bank = begun(rest_bpm=75, rest_sd_bpm=15, usual_bpm=165, usual_sd_bpm=20, full_load=USUAL_LOAD_ML)
    squares = {ahead_s: [0.0, 0.0, 0] for ahead_s in AHEAD_S}
    for at_s, second in enumerate(seconds):
        bank = bank.after(1.0, second.demand_ml, second.running, second.heart_rate_bpm)
        if at_s < SETTLED_AFTER_S or at_s % EVERY_S or second.heart_rate_bpm is None:
            continue
        for ahead_s, expected in _ahead(bank, seconds[at_s + 1 : at_s + 1 + AHEAD_S[-1]]):
            true = seconds[at_s + ahead_s].heart_rate_bpm
            if true is not None:
                sums = squares[ahead_s]
                sums[0] += (expected - true) ** 2
                sums[1] += (second.heart_rate_bpm - true) ** 2
                sums[2] += 1
    return (
        tuple(math.sqrt(ours / max(1, count)) for ours, _, count in squares.values()),
        tuple(math.sqrt(still / max(1, count)) for _, still, count in squares.values()),
    )


def _ahead(bank: Estimator, future: Sequence[Recorded]) -> list[tuple[int, float]]:
    found = []
    for passed_s, second in enumerate(future, start=1):
        bank = bank.after(1.0, second.demand_ml, second.running, None)
        if passed_s in AHEAD_S:
            found.append((passed_s, bank.expected_bpm))
    return found


def _read(path: Path) -> list[Recorded]:
    rows: dict[int, Recorded] = {}
    moves, began = Gait.WALKING, None
    with fitdecode.FitReader(path, check_crc=fitdecode.CrcCheck.DISABLED) as reader:
        for frame in reader:
            if not isinstance(frame, fitdecode.FitDataMessage) or frame.name != "record":
                continue
            at = frame.get_value("timestamp", fallback=None)
            if at is None:
                continue
            began = began or at
            speed_kmh = 3.6 * (frame.get_value("speed", fallback=None) or 0.0)
            power, grade = frame.get_value("power", fallback=None), frame.get_value("grade", fallback=None)
            moves = gait(speed_kmh, moves)
            demand = oxygen_demand(speed_kmh, max(-5.0, grade or 0.0), moves)
            if grade is None and power is not None:
                demand = REST_ML + ML_PER_WATT * power
            rows[round((at - began).total_seconds())] = Recorded(
                heart_rate_bpm=frame.get_value("heart_rate", fallback=None) or None,
                demand_ml=demand,
                running=1.0 if moves is Gait.RUNNING and grade is not None else 0.0,
            )
    newest, seconds = None, []
    for at_s in range(max(rows, default=-1) + 1):
        newest = rows.get(at_s, newest)
        if newest is not None:
            seconds.append(newest)
    return seconds
