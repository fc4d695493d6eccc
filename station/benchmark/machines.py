"""The yardstick: how fast this machine is, and what a figure measured here may come to on a Raspberry Pi.

The estimates are reckoned from published single-core ratios and never measured: whoever has a Pi runs the same
command on it and replaces them.
"""

import time
from collections.abc import Iterator

ADDITIONS = 3_000_000
BUDGETS_SET_AT_S = 0.15
"""The yardstick on the machine the budgets were set on."""
SLOWER: dict[str, tuple[float, float]] = {"Pi 5": (1.5, 3), "Pi 4": (4, 6), "Zero 2 W": (10, 15)}
"""How many times slower than that machine's core one of theirs is, as far as is known."""


def yardstick_s() -> float:
    """Processor seconds this machine's core takes for three million float additions in plain Python."""
    began, total = time.thread_time(), 0.0
    for _ in range(ADDITIONS):
        total += 1.0
    return time.thread_time() - began


def reckoned(figure: float, yardstick_s: float) -> Iterator[tuple[str, float, float]]:
    """What processor time measured here comes to on each Raspberry Pi: its name, the least, the most."""
    on_the_budgets_machine = figure * BUDGETS_SET_AT_S / yardstick_s
    for name, (least, most) in SLOWER.items():
        yield name, on_the_budgets_machine * least, on_the_budgets_machine * most
