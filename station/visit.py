"""The way from the door to the belt: who comes, the strap, the checks. Pure: one value in, one value out.

Responsible for what a key means before a session and for which step comes next. None of it holds anybody back: the
session begins with the belt, whatever has been answered.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from station.intents import CARDS, Intent, as_key

CHECKS = ("well", "cord", "red_button")
"""What is asked before the start, in order."""
LEFT_AFTER_S = 180.0
"""A visit that nobody touches for so long, without a beating strap, is over: the next patient never meets it."""
PHONE_AFTER_S = 30.0
"""A strap that is not found for so long may be held by a telephone: it speaks to one listener at a time."""


class Step(StrEnum):
    """Where the patient is on the way to the belt."""

    IDLE = "idle"
    WHO = "who"
    YOU = "you"
    """Is this you? With the day of the last session: the guard against training as somebody else."""
    STRAP = "strap"
    PULSE = "pulse"
    """A pulse is found: is it yours?"""
    NOT_MINE = "not_mine"
    CHECKS = "checks"
    UNWELL = "unwell"
    START = "start"


PEOPLE_AT_ONCE, MANY_AT_ONCE = 6, 12
"""How many people a page shows, and how many when there are more: large pictures while they last."""


class Picture(StrEnum):
    """What stands for a patient on a screen that all can see, instead of a name."""

    SUN = "sun"
    HOUSE = "house"
    TREE = "tree"
    BOAT = "boat"
    STAR = "star"
    MOUNTAIN = "mountain"
    MOON = "moon"
    FLOWER = "flower"
    FISH = "fish"
    CUP = "cup"
    KEY = "key"
    UMBRELLA = "umbrella"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who can be chosen: a pseudonym and a picture."""

    code: str
    picture: Picture
    last: date | None = None
    """The day of the last session; None when there was none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What has been answered since somebody came."""

    begun: bool = False
    person: int = 0
    """The place in the list of the one who is chosen, or pointed at."""
    chosen: bool = False
    recognised: bool = False
    """The one who was chosen said yes to the picture and the day of the last session."""
    confirmed: bool = False
    """The pulse on the screen is this patient's."""
    checked: int = 0
    """How many of `CHECKS` are answered with yes."""
    refused: Step | None = None
    """NOT_MINE or UNWELL after the answer no."""
    beating: bool = False
    strap_needed: bool = True
    """Beside a machine a strap is welcome, and not needed."""
    people: int = 1
    """How many there are to choose among; 0: nobody has been entered, and nobody can begin."""
    touched_at_s: float = 0.0
    searching_since_s: float = 0.0
    at_s: float = 0.0

    @property
    def step(self) -> Step:
        """Where the patient is now."""
        if not self.begun:
            return Step.IDLE
        if self.people > 1 and not self.chosen:
            return Step.WHO
        if self.people > 1 and not self.recognised:
            return Step.YOU
        if self.strap_needed and not self.beating:
            return Step.STRAP
        if self.refused is not None:
            return self.refused
        if self.strap_needed and not self.confirmed:
            return Step.PULSE
        return Step.CHECKS if self.checked < len(CHECKS) else Step.START

    @property
    def shown(self) -> range:
        """The places in the list that the page shows: those around the one that is pointed at."""
        at_once = PEOPLE_AT_ONCE if self.people <= PEOPLE_AT_ONCE else MANY_AT_ONCE
        first = self.person - self.person % at_once
        return range(first, min(first + at_once, self.people))

    @property
    def held_by_phone(self) -> bool:
        """Whether the search for the strap has lasted so long that a telephone may hold it."""
        return self.step is Step.STRAP and self.at_s - self.searching_since_s >= PHONE_AFTER_S


def waited(visit: Visit, at_s: float, *, beating: bool) -> Visit:
    """The visit at this second, with the strap beating or not."""
    searching_since_s = at_s if beating or visit.step is not Step.STRAP else visit.searching_since_s
    visit = replace(visit, at_s=at_s, beating=beating, searching_since_s=searching_since_s)
    if visit.begun and not beating and at_s - visit.touched_at_s >= LEFT_AFTER_S:
        return Visit(people=visit.people, at_s=at_s)
    return visit


def pressed(visit: Visit, intent: Intent) -> Visit:
    """The visit after a key."""
    touched = replace(visit, touched_at_s=visit.at_s)
    match visit.step:
        case Step.IDLE:
            begins = visit.people > 0 and intent in {Intent.OK, Intent.PLUS}
            return replace(touched, begun=begins, searching_since_s=visit.at_s)
        case Step.WHO:
            return _who(touched, intent)
        case Step.NOT_MINE | Step.UNWELL if intent in {Intent.BACK, Intent.OK}:
            # "No" was a slip, or it was not: back to the question, or home.
            return replace(touched, refused=None) if intent is Intent.BACK else Visit(people=visit.people)
        case _ if intent is Intent.OK:
            return _yes(touched)
        case _ if intent is Intent.BACK:
            return _no(touched)
        case _:
            return touched


def language_asked(visit: Visit, intent: Intent, now: int, of: int) -> int | None:
    """Which of so many languages this key asks for here; None when it asks for none.

    Its own key asks for the next one, and so does BACK where it has nothing to undo; there a digit or touch names one.
    """
    here = visit.step in {Step.IDLE, Step.START}
    if intent is Intent.LANGUAGE or (here and intent is Intent.BACK):
        return (now + 1) % of
    named = int(intent.value) if here and intent.value.isdigit() else 0
    return named - 1 if 1 <= named <= of else None


def opens_the_office(visit: Visit, intent: Intent) -> bool:
    """Whether this key asks for the therapist's side: nobody is there, and the patient's key is another."""
    return visit.step is Step.IDLE and intent is Intent.PLUS


def _who(visit: Visit, intent: Intent) -> Visit:
    if intent in CARDS[: len(visit.shown)]:
        return replace(visit, person=visit.shown[CARDS.index(intent)], chosen=True)
    match key := as_key(intent, in_list=True):
        case Intent.PLUS | Intent.MINUS:
            return replace(visit, person=(visit.person + (1 if key is Intent.PLUS else -1)) % visit.people)
        case Intent.OK:
            return replace(visit, chosen=True)
        case Intent.BACK:
            return Visit(people=visit.people, at_s=visit.at_s)
        case _:
            return visit


def _yes(visit: Visit) -> Visit:
    if visit.step is Step.YOU:
        return replace(visit, recognised=True, searching_since_s=visit.at_s)
    if visit.step is Step.PULSE:
        return replace(visit, confirmed=True)
    if visit.step is Step.CHECKS:
        return replace(visit, checked=visit.checked + 1)
    return visit


def _no(visit: Visit) -> Visit:
    match visit.step:
        case Step.PULSE:
            return replace(visit, refused=Step.NOT_MINE)
        case Step.CHECKS if visit.checked == 0:
            return replace(visit, refused=Step.UNWELL)
        case Step.CHECKS:
            return replace(visit, checked=visit.checked - 1)
        case Step.YOU | Step.STRAP if visit.people > 1:
            return replace(visit, chosen=False, recognised=False)
        case Step.STRAP:
            return Visit(people=visit.people, at_s=visit.at_s)
        case _:
            return visit
