"""What lies open on the therapist's side: a pile of sheets, the topmost one is seen. Pure.

Responsible for the names of the pages and for what has been typed on each of them; what a key does is `keys`'.
"""

from dataclasses import dataclass
from enum import StrEnum


class Page(StrEnum):
    """The pages behind the staff key."""

    WHO = "who"
    """Which therapist? Asked where there are several."""
    PIN = "pin"
    SIGN = "sign"
    """First run: nobody has a PIN yet; who are you?"""
    NEW_PIN = "new_pin"
    NEW_PIN_AGAIN = "new_pin_again"

    HOME = "home"
    PATIENTS = "patients"
    CODE = "code"
    PICTURE = "picture"
    FILE = "file"
    """One patient: last time at a glance, and what can be set."""
    HR_SOURCE = "hr_source"
    HR_FIGURE = "hr_figure"
    HR_TWICE = "hr_twice"
    ONE_RM = "one_rm"
    ONE_RM_FIGURE = "one_rm_figure"
    ONE_RM_LOAD = "one_rm_load"
    """A set of the therapist's own, to estimate from: its load, then its repetitions."""
    ONE_RM_REPETITIONS = "one_rm_repetitions"
    ONE_RM_TWICE = "one_rm_twice"
    PLAN = "plan"
    CLEARED_BY = "cleared_by"
    CLEARED_FOR = "cleared_for"
    RESULTS = "results"
    SESSION = "session"
    LEARNT = "learnt"
    FORGET = "forget"
    EXPORT = "export"
    ERASE = "erase"
    STATION = "station"
    MODE = "mode"
    AUDIT = "audit"
    TEAM = "team"


BEFORE_THE_PIN = frozenset({Page.WHO, Page.PIN})
FIRST_RUN = frozenset({Page.SIGN, Page.NEW_PIN, Page.NEW_PIN_AGAIN})
"""Seen without a PIN while there is none; afterwards the same pages make another therapist's PIN."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page, and what has been done on it."""

    page: Page
    at: int = 0
    """The row that is pointed at, or how far the page is turned."""
    opened: bool = False
    """Whether the field that is pointed at is being changed."""
    typed: str = ""
    """Digits typed so far; signs on the page of signs."""
    wheel: int | None = None
    """What the wheel of the four keys shows; None: nothing, OK then ends the entry."""
    figure: int | None = None
    """The number as MINUS and PLUS left it, or as it was before; a typed one replaces it."""

    @property
    def number(self) -> int | None:
        """The number on the page: the typed one, else the one that was there."""
        return int(self.typed) if self.typed.isdigit() else self.figure
