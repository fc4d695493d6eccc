"""Who may open the therapist's pages: what a PIN is, how long a wrong one makes all wait, when a page locks itself.

Pure; the hashes are `station.store.pins`'s. Instants are seconds of the wall clock, because they outlive a restart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

SHORTEST_PIN = 6
LONGEST_PIN = 12
AUTO_LOCK_S = 300.0
LONGEST_DELAY_S = 300.0
MOST_TRIES_AN_HOUR = 100
"""ASVS 4.0.3, V2.2.1."""
HOUR_S = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttle:
    """The wrong PINs of the whole station: how many in a row, and when each of the last hour was tried."""

    in_a_row: int = 0
    tried_s: tuple[float, ...] = ()
    """Oldest first."""


class PinFault(StrEnum):
    """Why these digits cannot be a PIN."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NO_DIGITS = "no_digits"
    TOO_SIMPLE = "too_simple"
    """All the same, or counting up or down."""


def pin_fault(digits: str) -> PinFault | None:
    """Why this cannot be a PIN; None when it can: six to twelve digits, not all the same and not simply counting."""
    if digits and not (digits.isascii() and digits.isdigit()):
        return PinFault.NO_DIGITS
    if len(digits) < SHORTEST_PIN:
        return PinFault.TOO_SHORT
    if len(digits) > LONGEST_PIN:
        return PinFault.TOO_LONG
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(digits)}
    return PinFault.TOO_SIMPLE if len(steps) == 1 and steps <= {0, 1, 9} else None


def delay_s(in_a_row: int) -> float:
    """How long to wait after so many wrong PINs in a row: 1, 2, 4 … 256, then 300 s."""
    return 0.0 if in_a_row <= 0 else min(LONGEST_DELAY_S, 2.0 ** min(in_a_row - 1, 9))


def wait_s(throttle: Throttle, now_s: float) -> float:
    """Seconds until a PIN may be tried; 0 when it may be now.

    A clock that was set back never makes anybody wait longer than the delay itself.
    """
    if not throttle.tried_s:
        return 0.0
    newest_s = min(throttle.tried_s[-1], now_s)
    wait = newest_s + delay_s(throttle.in_a_row) - now_s
    tried = _within_an_hour(throttle.tried_s, now_s)
    if len(tried) >= MOST_TRIES_AN_HOUR:
        wait = max(wait, tried[-MOST_TRIES_AN_HOUR] + HOUR_S - now_s)
    return max(0.0, wait)


def tried(throttle: Throttle, now_s: float) -> Throttle:
    """The throttle with one more try, counted as wrong until `right` says otherwise: pulling the plug wins nothing."""
    kept = (*_within_an_hour(throttle.tried_s, now_s), now_s)
    return Throttle(in_a_row=throttle.in_a_row + 1, tried_s=kept)


def right(throttle: Throttle) -> Throttle:
    """The throttle after a right PIN: no delay, but the hour still counts what was tried before."""
    return Throttle(in_a_row=0, tried_s=throttle.tried_s[:-1])


def locks_itself(touched_at_s: float, now_s: float) -> bool:
    """Whether the therapist's page, last touched then, closes now. Monotonic seconds."""
    return now_s - touched_at_s >= AUTO_LOCK_S


def _within_an_hour(tried_s: Sequence[float], now_s: float) -> tuple[float, ...]:
    # What lies in the future was written by a clock that has been set back since: it counts as now.
    return tuple(min(at_s, now_s) for at_s in tried_s if at_s > now_s - HOUR_S)[-MOST_TRIES_AN_HOUR:]
