"""The therapist's side as one value: what lies open, who was let in, what is half entered. Pure.

Responsible for the rule that nothing but the way to the PIN is ever seen without it, and for closing by itself. What a
key means is `keys`', what an answer changes `answers`'.
"""

from dataclasses import dataclass, field, replace
from datetime import date

from station.office.known import Known
from station.office.sheet import BEFORE_THE_PIN, FIRST_RUN, Page, Sheet
from station.office.wishes import Fault, Lock, Notice, Wish
from station.staff.clearance import Role
from station.staff.desk import Locked, Therapist
from station.staff.pins import AUTO_LOCK_S
from station.staff.plan import Plan
from station.training.patient import HrMaxSource

LEFT_AFTER_S = 60.0
"""Somebody who only looked for the way in is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is being entered, until it is saved as a whole."""

    therapist: int | None = None
    """Whose PIN is asked for, or made anew."""
    sign: str = ""
    pin: str = ""
    code: str = ""
    source: HrMaxSource = HrMaxSource.MEASURED
    bpm: int = 0
    birth_year: int | None = None
    set_load_kg: float = 0.0
    """Of the set from which 1RM is estimated."""
    one_rm_kg: float = 0.0
    one_rm_high_kg: float | None = None
    one_rm_on: date | None = None
    plan: Plan = field(default_factory=Plan)
    before: Plan = field(default_factory=Plan)
    """As it was when the field was opened."""
    role: Role | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The therapist's side. Without a sheet it is closed, and the patients have the screen."""

    known: Known
    sheets: tuple[Sheet, ...] = ()
    therapist: Therapist | None = None
    """Who was let in; None: nobody, and only the way to the PIN is seen."""
    draft: Draft = field(default_factory=Draft)
    new: bool = False
    """A new patient's pages follow each other by themselves."""
    fault: Fault | None = None
    notice: Notice | None = None
    asked: Wish | None = None
    """What the application is doing; no key counts until it has answered."""
    touched_at_s: float = 0.0
    at_s: float = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the therapist's side is on the screen."""
        return bool(self.sheets)

    @property
    def top(self) -> Sheet:
        """The sheet that is seen; without a PIN never another than one on the way to it."""
        sheet = self.sheets[-1]
        return sheet if self.may_see(sheet.page) else Sheet(page=way_in(self.known))

    def may_see(self, page: Page) -> bool:
        """Whether this page may be on the screen now."""
        if self.therapist is not None:
            return True
        return page in (BEFORE_THE_PIN if self.known.therapists else FIRST_RUN)

    @property
    def writes(self) -> bool:
        """Whether letters are being written, so that a letter is no short cut."""
        return self.is_open and self.top.page is Page.SIGN

    @property
    def locks_in_s(self) -> float:
        """Seconds until it closes by itself."""
        open_for_s = AUTO_LOCK_S if self.therapist else LEFT_AFTER_S
        return max(0.0, open_for_s - (self.at_s - self.touched_at_s))

    def on(self, sheet: Sheet) -> "Side":
        """The same with the topmost sheet changed."""
        return replace(self, sheets=(*self.sheets[:-1], sheet))

    def over(self, *sheets: Sheet) -> "Side":
        """The same with more sheets on top."""
        return replace(self, sheets=(*self.sheets, *sheets))

    def back(self) -> "Side":
        """The same without the topmost sheet; a new patient's pages no longer follow each other."""
        return replace(self, sheets=self.sheets[:-1], new=False)

    def back_to(self, page: Page) -> "Side":
        """The same with this page on top again."""
        pages = [sheet.page for sheet in self.sheets]
        return replace(self, sheets=self.sheets[: pages.index(page) + 1]) if page in pages else self

    def drafted(self, **entries: object) -> "Side":
        """The same with these entries in the draft."""
        return replace(self, draft=replace(self.draft, **entries))  # type: ignore[arg-type]  # the draft's own fields

    def wishing(self, wish: Wish) -> "Side":
        """The same, waiting for what the application makes of the wish."""
        return replace(self, asked=wish)

    def refused(self, fault: Fault) -> "Side":
        """The same with a sentence why the entry was not taken."""
        return replace(self, fault=fault)


def way_in(known: Known) -> Page:
    """Where the way in begins: the PIN, before it which therapist; on the first run the first therapist's sign."""
    if not known.therapists:
        return Page.SIGN
    return Page.PIN if len(known.therapists) == 1 else Page.WHO


def opened(known: Known, at_s: float) -> Side:
    """The therapist's side after the staff key."""
    only = known.therapists[0].number if len(known.therapists) == 1 else None
    sheets = (Sheet(page=way_in(known)),)
    return Side(known=known, sheets=sheets, draft=Draft(therapist=only), touched_at_s=at_s, at_s=at_s)


def closed(side: Side) -> Side:
    """Nothing open, nobody let in, nothing half entered, nothing known of anybody."""
    return Side(known=Known(today=side.known.today), at_s=side.at_s)


def waited(side: Side, at_s: float) -> Side:
    """The therapist's side at this second; untouched for too long it asks to be locked."""
    wait_s = max(0.0, side.known.wait_s - max(0.0, at_s - side.at_s))
    side = replace(side, at_s=at_s, known=replace(side.known, wait_s=wait_s))
    if not side.is_open or side.locks_in_s > 0:
        return side
    return replace(closed(side), asked=Lock(why=Locked.UNTOUCHED) if side.therapist else None)
