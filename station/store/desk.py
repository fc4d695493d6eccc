"""The therapist's desk over the store: each change and its line in the audit in one transaction, or neither.

Implements `station.staff.desk.Desk`. Use it in the thread that made it; what takes long opens a connection of its own
in another thread.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Collection
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from secrets import SystemRandom, token_hex
from typing import TYPE_CHECKING

from argon2 import PasswordHasher

from station.errors import NotAllowed
from station.staff.clearance import Clearance
from station.staff.codes import SENTENCES, code_fault
from station.staff.desk import Badge, Desk, Entry, EntryKind, ErasureProof, Locked, LogIn, PersonLine, Therapist
from station.staff.hr_max import HrMax
from station.staff.mode import Mode
from station.staff.one_rm import OneRmEntry
from station.staff.plan import Plan
from station.staff.profile import Profile
from station.store import access, audit, people, proposals, retention
from station.store.audit import What
from station.store.database import FILE_NAME, connect, told
from station.store.earlier import forget_row
from station.store.people import Value
from station.store.rows import Statement
from station.visit import Picture

OLDEST_BIRTH_YEAR = 1900


def now_utc() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class StoredDesk:
    """The desk of a station whose store is open in this folder."""

    def __init__(
        self,
        data: Path,
        connection: sqlite3.Connection,
        *,
        wall: Callable[[], datetime] = now_utc,
        hasher: PasswordHasher = access.HASHER,
    ) -> None:
        """Work over this connection; `wall` tells the time of what is entered."""
        self._data = data
        self._connection = connection
        self._wall = wall
        self._hasher = hasher
        self._badges: dict[str, Therapist] = {}

    def therapists(self) -> tuple[Therapist, ...]:
        """See `Desk`."""
        return access.therapists(self._connection)

    def wait_s(self) -> float:
        """See `Desk`."""
        return access.wait_s(self._connection, self._wall())

    async def set_up(self, sign: str, pin: str) -> Badge:
        """See `Desk`."""
        return self._badge(await self._added(sign, pin, by=sign, first=True))

    async def log_in(self, therapist: Therapist, pin: str) -> LogIn:
        """See `Desk`."""

        def tried() -> bool:
            with closing(self._own_connection()) as connection:
                return access.tried(connection, therapist, pin, now=self._wall(), hasher=self._hasher)

        if await asyncio.to_thread(tried):
            return LogIn(badge=self._badge(therapist))
        return LogIn(badge=None, wait_s=self.wait_s())

    def lock(self, badge: Badge, why: Locked) -> None:
        """See `Desk`."""
        if self._badges.pop(badge.token, None) is not None:
            self._write(What.LOCK, badge.therapist.sign, {"why": why})

    async def add_therapist(self, badge: Badge, sign: str, pin: str) -> Therapist:
        """See `Desk`."""
        return await self._added(sign, pin, by=self._sign(badge), first=False)

    async def reset_pin(self, badge: Badge, therapist: Therapist, pin: str) -> None:
        """See `Desk`."""
        by = self._sign(badge)
        if badge.therapist == therapist:
            message = "a PIN is reset by another therapist, or with `motbakke therapist reset`"
            raise NotAllowed(message)
        hashed = await asyncio.to_thread(access.hashed, pin, self._hasher)
        access.pin_reset(self._connection, therapist, hashed, now=self._wall(), by=by)
        self._badges = {token: known for token, known in self._badges.items() if known != therapist}

    def people(self) -> tuple[PersonLine, ...]:
        """See `Desk`."""
        return people.lines(self._connection)

    def free_code(self) -> str:
        """See `Desk`."""
        return free_code(people.codes(self._connection))

    def create(self, badge: Badge, code: str, picture: Picture) -> Profile:
        """See `Desk`."""
        sign = self._sign(badge)
        if fault := code_fault(code, people.codes(self._connection)):
            raise ValueError(SENTENCES[fault])
        row = people.add_row(code, picture, self._wall())
        self._write(What.PATIENT, sign, {"code": code, "picture": picture}, row)
        return people.profile(self._connection, code)

    def profile(self, badge: Badge, code: str) -> Profile:
        """See `Desk`."""
        return self.viewed(badge, code, "profile")

    def viewed(self, badge: Badge, code: str, what: str) -> Profile:
        """The profile, noted as a view of this (`profile`, `results`, `history` …)."""
        sign = self._sign(badge)
        proposals.look(self._connection, code)
        profile = people.profile(self._connection, code)
        self._write(What.VIEW, sign, {"code": code, "viewed": what})
        return profile

    def history(self, badge: Badge, code: str) -> tuple[Entry, ...]:
        """See `Desk`."""
        self.viewed(badge, code, "history")
        return people.history(self._connection, code)

    def set_birth_year(self, badge: Badge, code: str, year: int) -> Profile:
        """See `Desk`."""
        if not OLDEST_BIRTH_YEAR <= year <= self._wall().year:
            message = f"a year of birth is {OLDEST_BIRTH_YEAR}-{self._wall().year}, not {year}"
            raise ValueError(message)
        return self._entered(badge, code, EntryKind.BIRTH_YEAR, year)

    def set_hr_max(self, badge: Badge, code: str, hr_max: HrMax) -> Profile:
        """See `Desk`."""
        return self._entered(badge, code, EntryKind.HR_MAX, hr_max)

    def set_plan(self, badge: Badge, code: str, plan: Plan) -> Profile:
        """See `Desk`."""
        return self._entered(badge, code, EntryKind.PLAN, plan)

    def set_clearance(self, badge: Badge, code: str, clearance: Clearance) -> Profile:
        """See `Desk`."""
        return self._entered(badge, code, EntryKind.CLEARANCE, clearance)

    def set_one_rm(self, badge: Badge, code: str, one_rm: OneRmEntry) -> Profile:
        """See `Desk`."""
        sign = self._sign(badge)
        people.one_rm_entered(self._connection, code, one_rm, at=self._wall(), by=sign)
        return people.profile(self._connection, code)

    def medication_changed(self, badge: Badge, code: str, on: date) -> Profile:
        """See `Desk`."""
        return self._entered(badge, code, EntryKind.MEDICATION, on)

    def answer_proposal(self, badge: Badge, proposal: int, *, take: bool) -> Profile:
        """See `Desk`."""
        sign, now = self._sign(badge), self._wall()
        code, bpm, source = proposals.open_one(self._connection, proposal)
        rows = [proposals.answer_row(proposal, now, take=take)]
        facts: dict[str, object] = {"code": code, "field": "proposal", "bpm": bpm, "taken": take}
        if take:
            value = HrMax(bpm=bpm, source=source, on=now.date(), by=sign)
            before = people.profile(self._connection, code).hr_max
            facts |= {"old": before, "new": value}
            rows.append(people.entry_row(code, EntryKind.HR_MAX, value, at=now, by=sign))
        self._write(What.CHANGE, sign, facts, *rows)
        return people.profile(self._connection, code)

    def forget_learnt(self, badge: Badge, code: str) -> None:
        """See `Desk`."""
        facts: dict[str, object] = {"code": code, "field": "learnt", "new": None}
        self._write(What.CHANGE, self._sign(badge), facts, forget_row(code))

    def mode(self) -> Mode:
        """See `Desk`."""
        return mode_in(self._connection)

    def set_mode(self, badge: Badge, mode: Mode) -> None:
        """See `Desk`."""
        sign = self._sign(badge)
        facts: dict[str, object] = {"field": "mode", "old": self.mode(), "new": mode}
        self._write(What.CHANGE, sign, facts, mode_row(mode))

    async def erase(self, badge: Badge, code: str) -> ErasureProof:
        """See `Desk`."""
        sign = self._sign(badge)

        def erased() -> ErasureProof:
            with closing(self._own_connection()) as connection:
                return retention.erase(connection, code, now=self._wall(), data=self._data, by=sign)

        return await asyncio.to_thread(erased)

    def audit(self, badge: Badge, *, most: int = 200) -> tuple[audit.Line, ...]:
        """The newest lines of the audit; looking is itself noted."""
        self._write(What.VIEW, self._sign(badge), {"viewed": "audit"})
        return tuple(audit.lines(self._connection, most=most))

    def sign_of(self, badge: Badge) -> str:
        """Whose badge it is.

        Raises:
            NotAllowed: it is not, or no longer, good.
        """
        return self._sign(badge)

    @property
    def data(self) -> Path:
        """The folder of the store, for work in another thread."""
        return self._data

    async def _added(self, sign: str, pin: str, *, by: str, first: bool) -> Therapist:
        hashed = await asyncio.to_thread(access.hashed, pin, self._hasher)
        return access.added(self._connection, sign, hashed, now=self._wall(), by=by, first=first)

    def _entered(self, badge: Badge, code: str, kind: EntryKind, value: Value) -> Profile:
        sign = self._sign(badge)
        profile = people.profile(self._connection, code)
        old = getattr(profile, people.FIELDS[kind])
        row = people.entry_row(code, kind, value, at=self._wall(), by=sign)
        self._write(What.CHANGE, sign, {"code": code, "field": kind, "old": old, "new": value}, row)
        return people.profile(self._connection, code)

    def _badge(self, therapist: Therapist) -> Badge:
        badge = Badge(therapist=therapist, token=token_hex(16))
        self._badges[badge.token] = therapist
        return badge

    def _sign(self, badge: Badge) -> str:
        if self._badges.get(badge.token) != badge.therapist:
            message = "the therapist's pages are locked: log in again"
            raise NotAllowed(message)
        return badge.therapist.sign

    def _write(self, what: What, who: str, facts: dict[str, object], *rows: Statement) -> None:
        people.keep(self._connection, who, what, facts, self._wall(), *rows)

    def _own_connection(self) -> sqlite3.Connection:
        return connect(self._data / FILE_NAME)


if TYPE_CHECKING:
    # Whoever changes one of the two without the other is told by mypy.
    _FITS: type[Desk] = StoredDesk


def mode_in(connection: sqlite3.Connection) -> Mode:
    """How much of the advice the station with this store shows; all of it until somebody says otherwise.

    Raises:
        StoreError: the store cannot be read.
    """
    with told("read the station's mode"):
        found = connection.execute("SELECT value FROM meta WHERE key = 'mode'").fetchone()
    return Mode.FULL if found is None else Mode(found[0])


def mode_row(mode: Mode) -> Statement:
    """The statement that sets it."""
    return Statement("INSERT OR REPLACE INTO meta VALUES ('mode', ?)", (mode,))


def free_code(taken: Collection[str]) -> str:
    """A code that is not among these."""
    chance = SystemRandom()
    for digits in (4, 6, 8):
        for _ in range(50):
            code = f"K-{chance.randrange(10**digits):0{digits}}"
            if code_fault(code, taken) is None:
                return code
    return f"K-{token_hex(8)}"
