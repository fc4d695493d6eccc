"""Does what the therapist's pages wish: asks the desk, reads the store, and tells the pages what has come of it.

Responsible for the badge, which ends whenever the pages close, and for what takes long: a PIN, a session folded again.
What the pages are and what a key means is `station.office`'s.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from station import results
from station.errors import NotAllowed, StationError
from station.handing_out import handed_out, sticks
from station.intents import Intent
from station.office.answers import answered
from station.office.keys import pressed
from station.office.known import Known, Logged, Past, Whole
from station.office.side import Side, closed, opened, waited
from station.office.wishes import (
    Answer,
    AnswerProposal,
    Create,
    Erase,
    Export,
    Fault,
    Forget,
    Lock,
    LogIn,
    Look,
    MedicationChanged,
    ResetPin,
    SaveClearance,
    SaveHrMax,
    SaveOneRm,
    SavePlan,
    SetMode,
    SetUp,
    Start,
    View,
    Wish,
)
from station.staff.clearance import Clearance
from station.staff.desk import Badge, Locked, Therapist
from station.staff.hr_max import HrMax
from station.staff.one_rm import OneRmEntry
from station.staff.profile import Profile
from station.store import audit, people
from station.store.desk import StoredDesk
from station.store.sessions import Store
from station.templates import Template
from station.training.one_rm import OneRmSource

log = logging.getLogger(__name__)

AUDIT_LINES = 200
WAITING = frozenset({"pending", "sending", "blocked"})
DOCTOR_WITHIN_S = 5.0
Doctor = Callable[[], Awaitable[tuple[str, ...]]]
"""Looks at the station, and names what is to be mended, as `station.doctor.finding.About` does."""
Changed = Callable[[str | None], None]
"""Called when something has been done: with the code of the patient who is to train now, if that was it."""


class Attendant:
    """The therapist's side of a station with a store: implements `station.ports.Office`."""

    def __init__(  # noqa: PLR0913  # what it does its work with
        self,
        desk: StoredDesk,
        store: Store,
        *,
        data: Path,
        wall: Callable[[], datetime],
        templates: tuple[Template, ...] = (),
        doctor: Doctor | None = None,
        plugged_in: Callable[[], tuple[Path, ...]] = sticks,
    ) -> None:
        """Ask this desk and read this store, which lies in the folder `data`."""
        self._desk = desk
        self._store = store
        self._data = data
        self._wall = wall
        self._templates = templates
        self._doctor = doctor
        self._sticks = plugged_in
        self._badge: Badge | None = None
        self._closed = Locked.UNTOUCHED
        self._wishes: asyncio.Queue[Wish] = asyncio.Queue()
        self.side = Side(known=Known(today=self._today()))

    def knocked(self, at_s: float) -> None:
        """Somebody pressed the staff key."""
        self._closed = Locked.UNTOUCHED
        self.side = opened(self._outside(), at_s)

    def pressed(self, intent: Intent) -> None:
        """A key, a digit or a touched row, while the pages are open."""
        self._take(pressed(self.side, intent))

    def waited(self, at_s: float) -> None:
        """A second has passed; nobody touched anything for five minutes: the pages close."""
        self._take(waited(self.side, at_s))

    def closes(self, why: Locked) -> None:
        """Close the pages at once: whatever was half entered is gone."""
        self._closed = why
        self.side = closed(self.side)
        self._lock(why)

    async def run(self, changed: Changed) -> None:
        """Do what is wished, one thing at a time, for ever."""
        while True:
            wish = await self._wishes.get()
            answer = await self._answer(wish)
            self.side = answered(self.side, wish, answer)
            if self.side.therapist is None:
                # Whoever was let in after the pages had closed is let out again.
                self._lock(self._why(wish))
            changed(wish.code if isinstance(wish, Start) and answer.fault is None else None)

    def _take(self, side: Side) -> None:
        if side.asked is not None and side.asked is not self.side.asked:
            self._wishes.put_nowait(side.asked)
        self.side = side

    def _lock(self, why: Locked) -> None:
        badge, self._badge = self._badge, None
        if badge is not None:
            self._desk.lock(badge, why)

    def _why(self, wish: Wish) -> Locked:
        match wish:
            case Lock():
                return wish.why
            case Start():
                return Locked.TO_TRAIN
            case _:
                return self._closed

    async def _answer(self, wish: Wish) -> Answer:
        known = self.side.known
        try:
            return await self._done(wish, known)
        except NotAllowed:
            return Answer(known=known, fault=Fault.NOT_ALLOWED)
        except (StationError, OSError) as error:
            log.error("what a therapist wished was not done: %s", error)  # noqa: TRY400  # the sentence is for staff
            return Answer(known=known, fault=_FAILED.get(type(wish), Fault.NOT_SAVED))
        except ValueError:
            # What a person can mistype is refused on the page; the desk refuses it once more.
            return Answer(known=known, fault=_REFUSED.get(type(wish), Fault.NOT_SAVED))

    async def _done(self, wish: Wish, known: Known) -> Answer:  # noqa: C901  # one case a wish
        desk = self._desk
        match wish:
            case LogIn():
                return await self._logged_in(wish)
            case SetUp():
                return await self._set_up(wish, known)
            case Lock() | Start():
                return Answer(known=known)
            case ResetPin():
                await desk.reset_pin(self._in(), _numbered(known, wish.therapist), wish.pin)
                return Answer(known=known)
            case Look():
                return Answer(known=await self._looked(wish, known))
            case Create():
                profile = desk.create(self._in(), wish.code, wish.picture)
                return Answer(known=replace(self._with(known, profile), free_code=desk.free_code()))
            case Erase():
                await desk.erase(self._in(), wish.code)
                return Answer(known=replace(self._inside(), free_code=known.free_code))
            case Forget():
                desk.forget_learnt(self._in(), wish.code)
                return Answer(known=replace(known, learnt=None, start_proposed_percent=None))
            case SetMode():
                desk.set_mode(self._in(), wish.mode)
                return Answer(known=replace(known, mode=desk.mode()))
            case Export():
                return await self._exported(wish, known)
            case _:
                return Answer(known=self._with(known, self._entered(wish, known)))

    def _entered(self, wish: Wish, known: Known) -> Profile:
        """An entry of a patient's: one call, one transaction."""
        desk, badge, today = self._desk, self._in(), self._today()
        by = badge.therapist.sign
        match wish:
            case SaveHrMax():
                if wish.birth_year is not None:
                    desk.set_birth_year(badge, wish.code, wish.birth_year)
                return desk.set_hr_max(badge, wish.code, HrMax(bpm=wish.bpm, source=wish.source, on=today, by=by))
            case SavePlan():
                return desk.set_plan(badge, wish.code, wish.plan)
            case SaveOneRm():
                source = OneRmSource.MEASURED if wish.high_kg is None else OneRmSource.ESTIMATED
                entry = OneRmEntry(
                    exercise=wish.exercise, kg=wish.kg, high_kg=wish.high_kg, source=source, on=wish.on, by=by
                )
                return desk.set_one_rm(badge, wish.code, entry)
            case SaveClearance():
                until = today + timedelta(weeks=wish.weeks)
                return desk.set_clearance(badge, wish.code, Clearance(on=today, role=wish.role, until=until, by=by))
            case MedicationChanged():
                return desk.medication_changed(badge, wish.code, today)
            case AnswerProposal() if known.profile is not None and known.profile.proposals:
                return desk.answer_proposal(badge, known.profile.proposals[0].id, take=wish.take)
            case _:
                raise ValueError(wish)

    async def _logged_in(self, wish: LogIn) -> Answer:
        outside = self._outside()
        tried = await self._desk.log_in(_numbered(outside, wish.therapist), wish.pin)
        if tried.badge is None:
            return Answer(known=replace(outside, wait_s=tried.wait_s), fault=Fault.PIN_WRONG)
        self._badge = tried.badge
        return Answer(known=self._inside(), let_in=tried.badge.therapist)

    async def _set_up(self, wish: SetUp, known: Known) -> Answer:
        if known.therapists:
            await self._desk.add_therapist(self._in(), wish.sign, wish.pin)
            return Answer(known=replace(known, therapists=self._desk.therapists()))
        self._badge = await self._desk.set_up(wish.sign, wish.pin)
        return Answer(known=self._inside(), let_in=self._badge.therapist)

    async def _looked(self, wish: Look, known: Known) -> Known:
        desk, code = self._desk, wish.code or ""
        match wish.what:
            case View.PEOPLE:
                return replace(known, people=desk.people())
            case View.FILE:
                return self._with(replace(known, pasts=(), whole=None), desk.profile(self._in(), code))
            case View.RESULTS:
                desk.viewed(self._in(), code, "results")
                return replace(known, pasts=results.pasts(self._store, code))
            case View.SESSION:
                desk.viewed(self._in(), code, "session")
                past = next(past for past in known.pasts if past.id == wish.session)
                return replace(known, whole=await asyncio.to_thread(self._whole, past))
            case View.LEARNT:
                desk.viewed(self._in(), code, "learnt")
                return replace(known, learnt=results.learnt(self._store, code))
            case View.ONE_RM:
                desk.viewed(self._in(), code, "one_rm")
                history = people.history(self._store.connection, code)
                entered = (entry.value for entry in history if isinstance(entry.value, OneRmEntry))
                return replace(known, one_rms=tuple(entered), one_rm_found=results.one_rm_found(self._store, code))
            case View.AUDIT:
                return replace(known, log=tuple(map(_logged, desk.audit(self._in(), most=AUDIT_LINES))))
            case View.STATION:
                return await self._with_station(known)

    async def _exported(self, wish: Export, known: Known) -> Answer:
        found = self._sticks()
        sessions = results.ended(self._store, wish.code)
        if not found or not sessions:
            return Answer(known=known, fault=Fault.NOTHING_TO_EXPORT if found else Fault.NO_STICK)
        folder = found[-1] / "motbakke" / wish.code
        chosen = sessions[:1] if wish.newest_only else sessions
        await handed_out(self._desk, self._in(), code=wish.code, sessions=chosen, folder=folder)
        return Answer(known=replace(known, exported_to=str(folder)))

    def _whole(self, past: Past) -> Whole | None:
        # In a thread, so with a connection of its own: the belt is asked on meanwhile.
        with Store.at(self._data) as store:
            return results.whole(store, past)

    async def _with_station(self, known: Known) -> Known:
        uploads = [line.upload for line in self._store.sessions()]
        return replace(
            known,
            mode=self._desk.mode(),
            waiting_uploads=sum(upload in WAITING for upload in uploads),
            rejected_uploads=uploads.count("rejected"),
            log_whole=not audit.verify(self._store.connection).faults,
            doctor=await self._looked_over(),
        )

    async def _looked_over(self) -> tuple[str, ...]:
        if self._doctor is None:
            return ()
        try:
            async with asyncio.timeout(DOCTOR_WITHIN_S):
                return await self._doctor()
        except TimeoutError:
            return ()

    def _with(self, known: Known, profile: Profile) -> Known:
        remembered = results.learnt(self._store, profile.code)
        return replace(
            known,
            profile=profile,
            people=self._desk.people(),
            start_proposed_percent=remembered.interval_incline_percent if remembered else None,
        )

    def _outside(self) -> Known:
        """What may be seen without a PIN."""
        return Known(today=self._today(), therapists=self._desk.therapists(), wait_s=self._desk.wait_s())

    def _inside(self) -> Known:
        return replace(
            self._outside(),
            wait_s=0.0,
            people=self._desk.people(),
            free_code=self._desk.free_code(),
            templates={template.key: template.plan for template in self._templates},
            template_names={template.key: _names(template) for template in self._templates},
            mode=self._desk.mode(),
            version=version("motbakke"),
        )

    def _in(self) -> Badge:
        if self._badge is None:
            message = "nobody is logged in"
            raise NotAllowed(message)
        return self._badge

    def _today(self) -> date:
        return self._wall().astimezone().date()


_FAILED: Mapping[type, Fault] = {Export: Fault.NO_STICK, Look: Fault.NOT_READ}
_REFUSED: Mapping[type, Fault] = {
    Create: Fault.CODE_TAKEN,
    SetUp: Fault.SIGN_TAKEN,
    ResetPin: Fault.PIN_SIMPLE,
    SaveHrMax: Fault.HR_RANGE,
    SaveOneRm: Fault.KG_RANGE,
}


def _numbered(known: Known, number: int) -> Therapist:
    found = next((one for one in known.therapists if one.number == number), None)
    if found is None:
        message = "this therapist was removed meanwhile"
        raise NotAllowed(message)
    return found


def _names(template: Template) -> dict[str, str]:
    return {str(language): name for language, name in template.names}


def _logged(row: audit.Line) -> Logged:
    facts = row.facts or {}
    detail = next((facts[name] for name in _DETAILS if facts.get(name)), "")
    return Logged(at=row.at.astimezone(), who=row.who, what=row.what, code=facts.get("code"), detail=str(detail))


_DETAILS = ("field", "viewed", "added", "pin_reset", "why")
"""What of a row's facts is shown beside what was done."""
