"""The therapist's side under a thumb: an application in memory that does what is wished, and counts the keys."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from station.intents import Intent
from station.office.answers import answered
from station.office.keys import pressed
from station.office.known import Known
from station.office.sheet import Page
from station.office.side import Side, opened, waited
from station.office.wishes import (
    Answer,
    Create,
    Fault,
    Lock,
    LogIn,
    Look,
    ResetPin,
    SaveClearance,
    SaveHrMax,
    SavePlan,
    SetMode,
    SetUp,
    Start,
    View,
    Wish,
)
from station.staff.clearance import Clearance
from station.staff.desk import PersonLine, Therapist
from station.staff.hr_max import HrMax
from station.staff.plan import Plan
from station.staff.profile import Profile
from station.training.prescription import Prescription
from station.visit import Picture

TODAY = date(2026, 11, 25)
PIN = "274159"
KS = Therapist(number=1, sign="KS")
KNOWN = Known(
    today=TODAY,
    therapists=(KS,),
    people=tuple(
        PersonLine(code=code, picture=Picture.SUN, last_session=None) for code in ("K-1001", "K-1002", "K-2047")
    ),
    free_code="K-1003",
    templates={"4x4": Plan(), "1x4": Plan(template="1x4", prescription=Prescription(intervals=1))},
)


@dataclass
class Thumb:
    """Presses keys; every wish is granted at once, as the store would."""

    side: Side
    pin: str = PIN
    keys: int = 0
    """Presses other than typed digits."""
    wishes: list[Wish] = field(default_factory=list)
    seen: list[Page] = field(default_factory=list)

    def press(self, *intents: Intent) -> None:
        for intent in intents:
            self.keys += not intent.value.isdigit()
            self._settle(pressed(self.side, intent))

    def types(self, signs: str) -> None:
        self.press(*(Intent(sign) for sign in signs))

    def wait(self, until_s: float) -> None:
        self._settle(waited(self.side, until_s))

    @property
    def page(self) -> Page | None:
        return self.side.top.page if self.side.is_open else None

    def wished(self, kind: type) -> Wish | None:
        return next((wish for wish in reversed(self.wishes) if isinstance(wish, kind)), None)

    def _settle(self, side: Side) -> None:
        if side.asked is not None:
            self.wishes.append(side.asked)
            side = answered(side, side.asked, granted(side, side.asked, self.pin))
        self.side = side
        if side.is_open:
            self.seen.append(side.top.page)


def at_the_door(known: Known = KNOWN) -> Thumb:
    return Thumb(opened(known, at_s=0.0))


def inside(known: Known = KNOWN) -> Thumb:
    thumb = at_the_door(known)
    thumb.types(PIN)
    thumb.press(Intent.OK)
    thumb.keys = 0
    return thumb


def granted(side: Side, wish: Wish, pin: str) -> Answer:
    known = side.known
    match wish:
        case LogIn() if wish.pin == pin:
            return Answer(known=known, let_in=KS)
        case LogIn():
            return Answer(known=known, fault=Fault.PIN_WRONG)
        case SetUp() if not known.therapists:
            return Answer(known=replace(known, therapists=(KS,)), let_in=KS)
        case Look(what=View.FILE):
            code = wish.code or ""
            profile = known.profile if known.profile and known.profile.code == code else None
            return Answer(known=replace(known, profile=profile or Profile(code=code, picture=Picture.SUN)))
        case Create():
            profile = Profile(code=wish.code, picture=wish.picture)
            line = PersonLine(code=wish.code, picture=wish.picture, last_session=None)
            return Answer(known=replace(known, profile=profile, people=(*known.people, line)))
        case SaveHrMax() if known.profile:
            hr_max = HrMax(bpm=wish.bpm, source=wish.source, on=TODAY, by="KS")
            year = wish.birth_year or known.profile.birth_year
            return Answer(known=replace(known, profile=replace(known.profile, hr_max=hr_max, birth_year=year)))
        case SavePlan() if known.profile:
            return Answer(known=replace(known, profile=replace(known.profile, plan=wish.plan)))
        case SaveClearance() if known.profile:
            until = TODAY + timedelta(weeks=wish.weeks)
            clearance = Clearance(on=TODAY, role=wish.role, until=until, by="KS")
            return Answer(known=replace(known, profile=replace(known.profile, clearance=clearance)))
        case SetMode():
            return Answer(known=replace(known, mode=wish.mode))
        case _:
            assert isinstance(wish, Wish.__args__)  # type: ignore[attr-defined]
            return Answer(known=known)


def lock_of(wishes: Iterable[Wish]) -> Lock | None:
    return next((wish for wish in wishes if isinstance(wish, Lock)), None)


Step = Callable[[Thumb], None]
USED = (ResetPin, Start)
