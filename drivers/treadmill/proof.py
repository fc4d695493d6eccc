"""The proof that a treadmill is read right: what its console showed, held against what the driver read.

Responsible for the verdict. Three speeds and two inclines are asked for, because one agreement can be chance: a wrong
unit and a wrong scale agree at zero. And the belt itself, by a tape measure and a watch: a console that counts miles
where everybody takes them for kilometres agrees with its own line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

SPEEDS, INCLINES = 3, 2
SPEED_AGREES_KMH, INCLINE_AGREES_PERCENT = 0.2, 0.6
"""Consoles round, and the belt's figure limps behind: a tenth to each side, half a percent for inclines in steps."""
RATIO_AGREES = 0.04
MILE_KM = 1.609344
FAR_APART_KMH, FAR_APART_PERCENT = 0.9, 0.9
ROUNDS = 10
BELT_AGREES = 0.06
"""A tape measure round the belt is good to 2 %, a watch over ten rounds to half a second in 20 or more."""
SHORTEST_BELT_M, LONGEST_BELT_M = 1.5, 15.0
SHORTEST_TIME_S = 8.0
"""Below it ten rounds were miscounted: no belt goes round in less than 0.8 s at a speed for this."""

CAUSES = {
    MILE_KM: 'the console shows mph: set units = "mph"',
    1 / MILE_KM: 'the console shows km/h: set units = "km/h"',
    10.0: "the figures are ten times too small: for a table, set the figure per count ten times as large",
    0.1: "the figures are ten times too large: for CSAFE inclines, set incline_in_tenths = true; for a table, correct "
    "the figure per count",
}
"""What a console shows, over what was read, and what that comes from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One figure, as the console showed it (already in km/h or percent) and as it was read."""

    shown: float
    read: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether it is proven, and a sentence why or why not."""

    proven: bool
    why: str


def speed_verdict(pairs: Sequence[Pair]) -> Verdict:
    """Whether these speeds, in km/h, prove unit and scale."""
    return _verdict("speed", pairs, needed=SPEEDS, agrees=SPEED_AGREES_KMH, far_apart=FAR_APART_KMH, causes=CAUSES)


def incline_verdict(pairs: Sequence[Pair]) -> Verdict:
    """Whether these inclines, in percent, prove the scale."""
    causes = {ratio: cause for ratio, cause in CAUSES.items() if ratio in (10.0, 0.1)}
    return _verdict(
        "incline", pairs, needed=INCLINES, agrees=INCLINE_AGREES_PERCENT, far_apart=FAR_APART_PERCENT, causes=causes
    )


def timed_speed_kmh(belt_m: float, rounds_s: float) -> float:
    """The speed of a belt this long, once round, that took so many seconds for ten rounds; in km/h."""
    return ROUNDS * belt_m / rounds_s * 3.6


def belt_verdict(belt_m: float, rounds_s: float, read_kmh: float | None) -> Verdict:
    """Whether the belt runs as fast as is read, by its length once round and the seconds that ten rounds took."""
    if not SHORTEST_BELT_M <= belt_m <= LONGEST_BELT_M or rounds_s < SHORTEST_TIME_S:
        return Verdict(
            proven=False,
            why=f"belt: {belt_m:g} m once round and {rounds_s:g} s for ten rounds cannot be; measure again at a walk",
        )
    timed_kmh = timed_speed_kmh(belt_m, rounds_s)
    if not read_kmh:
        return Verdict(proven=False, why=f"belt: it ran {timed_kmh:.1f} km/h by the watch, and no speed was read")
    told = f"belt: {timed_kmh:.1f} km/h by the watch, {read_kmh:.1f} read"
    found = timed_kmh / read_kmh
    if abs(found - 1) <= BELT_AGREES:
        return Verdict(proven=True, why=told)
    for ratio, unit in ((MILE_KM, "mph"), (1 / MILE_KM, "km/h")):
        if abs(found / ratio - 1) <= BELT_AGREES:
            return Verdict(
                proven=False,
                why=f'{told}: this console counts {unit}, whatever it says: set units = "{unit}", and verify again',
            )
    return Verdict(proven=False, why=f"{told}: measure again; if it stays so, do not use this treadmill")


def _verdict(  # noqa: PLR0913  # one rule for two figures
    what: str, pairs: Sequence[Pair], *, needed: int, agrees: float, far_apart: float, causes: dict[float, str]
) -> Verdict:
    unread = [pair for pair in pairs if pair.read is None]
    if unread:
        return Verdict(proven=False, why=f"{what}: nothing was read while the console showed {unread[0].shown:g}")
    shown = sorted(pair.shown for pair in pairs)
    if len(shown) < needed or any(after - before < far_apart for before, after in pairwise(shown)):
        return Verdict(proven=False, why=f"{what}: {needed} figures at least 1 apart are needed to prove it")
    if all(abs(pair.shown - pair.read) <= agrees for pair in pairs if pair.read is not None):
        return Verdict(proven=True, why=f"{what}: all {len(pairs)} figures agree with the console")
    ratios = [pair.shown / pair.read for pair in pairs if pair.read]
    for ratio, cause in causes.items():
        if ratios and all(abs(found / ratio - 1) <= RATIO_AGREES for found in ratios):
            return Verdict(proven=False, why=f"{what}: {cause}")
    told = ", ".join(f"{pair.shown:g} shown and {pair.read:g} read" for pair in pairs if pair.read is not None)
    return Verdict(proven=False, why=f"{what}: {told}; do not use this protocol with this treadmill")
