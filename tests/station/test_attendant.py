"""The therapist's pages over the real store: what is wished is kept, audited, and shown again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from staff_desk import MORNING, PIN, QUICK, Wall
from store_sessions import SHORT, write_short
from strength_sessions import stored_weeks

from station.attendant import Attendant
from station.intents import Intent
from station.office.sheet import Page
from station.office.wishes import Fault
from station.staff.clearance import Role
from station.staff.desk import Locked
from station.staff.mode import Mode
from station.staff.pins import AUTO_LOCK_S
from station.store import access, audit, people, retention
from station.store.audit import What, verify
from station.store.desk import StoredDesk
from station.store.opening import open_store
from station.store.sessions import Store
from station.store.writer import SessionWriter
from station.templates import templates
from station.training.strength import Exercise
from station.visit import Picture

OK, PLUS, MINUS, BACK = Intent.OK, Intent.PLUS, Intent.MINUS, Intent.BACK


@dataclass
class Therapist:
    """Somebody at the screen: presses a key, and waits until the station has done what it meant."""

    attendant: Attendant
    store: Store
    desk: StoredDesk
    wall: Wall
    started: list[str] = field(default_factory=list)
    done: asyncio.Queue[None] = field(default_factory=asyncio.Queue)

    def hears(self, starts: str | None) -> None:
        if starts is not None:
            self.started.append(starts)
        self.done.put_nowait(None)

    async def press(self, *intents: Intent) -> None:
        for intent in intents:
            self.attendant.pressed(intent)
            while self.attendant.side.asked is not None:
                await self.done.get()

    async def types(self, digits: str) -> None:
        await self.press(*(Intent(digit) for digit in digits))

    async def comes_in(self, at_s: float = 0.0) -> None:
        self.attendant.knocked(at_s)
        if self.page is Page.SIGN:
            await self.press(PLUS, OK, OK)
            await self.types(PIN)
            await self.press(OK)
        await self.types(PIN)
        await self.press(OK)
        assert self.page is Page.HOME

    @property
    def page(self) -> Page | None:
        side = self.attendant.side
        return side.top.page if side.is_open else None

    def told(self, what: What) -> int:
        rows = self.store.connection.execute("SELECT count(*) FROM audit WHERE what = ?", (what,)).fetchone()
        return int(rows[0])

    def locks(self) -> list[str]:
        """Why the pages were closed, the newest first."""
        lines = audit.lines(self.store.connection, most=50)
        return [str((line.facts or {})["why"]) for line in lines if line.what == What.LOCK]


@asynccontextmanager
async def therapist_at(data: Path) -> AsyncIterator[Therapist]:
    wall = Wall()
    with open_store(data, wall=MORNING).store as store:
        desk = StoredDesk(data, store.connection, wall=wall, hasher=QUICK)
        stick = data / "stick"
        attendant = Attendant(
            desk,
            store,
            data=data,
            wall=wall,
            templates=templates(),
            plugged_in=lambda: (stick,) if stick.is_dir() else (),
        )
        one = Therapist(attendant, store, desk, wall)
        work = asyncio.create_task(attendant.run(one.hears))
        try:
            yield one
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)


def at_the_station(data: Path, story: Callable[[Therapist], object]) -> None:
    async def told() -> None:
        async with therapist_at(data) as one:
            await story(one)  # type: ignore[misc]

    asyncio.run(told())


def test_a_new_patient_is_kept_as_entered_and_sent_to_the_belt(tmp_path: Path) -> None:
    async def story(one: Therapist) -> None:
        await one.comes_in()
        await one.press(PLUS, OK)
        await one.types("2055")
        await one.press(OK, OK, OK)
        await one.types("182")
        await one.press(OK, OK, PLUS, OK, OK, OK)

        profile = one.desk.people()[0]
        assert (profile.code, one.started) == ("K-2055", ["K-2055"])
        badge = (await one.desk.log_in(one.desk.therapists()[0], PIN)).badge
        assert badge is not None
        kept = one.desk.profile(badge, "K-2055")
        assert kept.hr_max is not None
        assert kept.hr_max.bpm == 182
        assert kept.clearance is not None
        assert (kept.clearance.role, kept.clearance.by) == (Role.PHYSICIAN, "A")
        assert one.told(What.CHANGE) == 3
        assert one.page is None

    at_the_station(tmp_path, story)


def test_a_wrong_pin_is_counted_and_told_and_lets_nobody_in(tmp_path: Path) -> None:
    async def story(one: Therapist) -> None:
        await one.comes_in()
        await one.press(BACK)
        assert one.page is None
        one.attendant.knocked(10.0)
        await one.types("111222")
        await one.press(OK)

        assert one.page is Page.PIN
        assert one.attendant.side.fault is Fault.PIN_WRONG
        assert one.attendant.side.known.wait_s > 0
        assert one.told(What.WRONG_PIN) == 1
        assert one.attendant.side.known.people == ()

    at_the_station(tmp_path, story)


def test_locking_and_five_minutes_of_silence_end_the_badge(tmp_path: Path) -> None:
    async def story(one: Therapist) -> None:
        await one.comes_in()
        one.attendant.waited(300.0)
        await one.done.get()
        assert one.page is None
        assert one.told(What.LOCK) == 1

        one.attendant.knocked(301.0)
        await one.types(PIN)
        await one.press(OK)
        await one.press(BACK)
        assert one.told(What.LOCK) == 2
        assert one.told(What.LOGIN) == 1  # the first time was the set-up

    at_the_station(tmp_path, story)


def test_whoever_walks_on_the_belt_takes_the_screen_even_while_a_pin_is_checked(tmp_path: Path) -> None:
    async def story(one: Therapist) -> None:
        await one.comes_in()
        await one.press(BACK)
        one.attendant.knocked(10.0)
        await one.types(PIN)
        one.attendant.pressed(OK)
        one.attendant.closes(Locked.BELT)
        while not one.told(What.LOGIN) or one.told(What.LOCK) < 2:
            await one.done.get()

        assert one.page is None
        assert one.attendant.side.therapist is None
        assert one.locks() == ["belt", "by_hand"]

    at_the_station(tmp_path, story)


def test_the_audit_says_why_the_pages_were_closed(tmp_path: Path) -> None:
    async def story(one: Therapist) -> None:
        await one.comes_in()
        one.attendant.closes(Locked.BY_HAND)
        await one.comes_in(10.0)
        one.attendant.waited(10.0 + AUTO_LOCK_S)
        await one.done.get()
        await one.comes_in(500.0)
        one.attendant.closes(Locked.BELT)

        assert one.locks() == ["belt", "untouched", "by_hand"]

    at_the_station(tmp_path, story)


def test_a_sessions_chart_has_its_zones_its_advice_and_where_the_heart_was_expected(tmp_path: Path) -> None:
    async def story(one: Therapist) -> None:
        await one.comes_in()
        await one.press(PLUS, OK)
        await one.types("2055")
        await one.press(OK, OK, BACK)
        with SessionWriter(one.store.path) as writer:
            write_short(writer, code="K-2055")
        await one.types("5")
        assert one.page is Page.RESULTS
        pasts = one.attendant.side.known.pasts
        assert len(pasts) == 1
        await one.press(OK)

        whole = one.attendant.side.known.whole
        assert one.page is Page.SESSION
        assert whole is not None
        assert whole.seconds > 0
        assert whole.laps
        assert whole.hr_max_bpm == SHORT.hr_max_bpm
        assert len(whole.expected) > 0
        assert all(low < high for _, low, high in whole.expected)

    at_the_station(tmp_path, story)


def test_what_was_chosen_and_nothing_else_goes_to_the_stick(tmp_path: Path) -> None:
    async def story(one: Therapist) -> None:
        await one.comes_in()
        await one.press(PLUS, OK)
        await one.types("2055")
        await one.press(OK, OK, BACK)
        with SessionWriter(one.store.path) as writer:
            write_short(writer, code="K-2055")
            newest = write_short(writer, code="K-2055", minutes=60)
            write_short(writer, code="K-9", minutes=120)
        await one.types("7")
        await one.press(OK)
        assert one.attendant.side.fault is Fault.NO_STICK

        (tmp_path / "stick").mkdir()
        await one.press(OK)

        written = sorted(path.name for path in (tmp_path / "stick").rglob("*") if path.is_file())
        assert one.attendant.side.fault is None
        assert written
        assert {name[:8] for name in written} == {newest[:8]}
        assert one.told(What.EXPORT) == 1

    at_the_station(tmp_path, story)


def test_the_mode_is_kept_and_the_audit_is_whole_and_shown(tmp_path: Path) -> None:
    async def story(one: Therapist) -> None:
        await one.comes_in()
        await one.types("3")
        await one.press(OK)
        await one.types("2")
        assert one.desk.mode() is Mode.DECREASE_ONLY
        await one.press(BACK)
        await one.types("4")

        assert one.page is Page.AUDIT
        assert one.attendant.side.known.log
        assert not verify(one.store.connection).faults

    at_the_station(tmp_path, story)


@pytest.mark.parametrize("taken", ["2055"])
def test_a_code_that_was_ever_used_here_is_refused(tmp_path: Path, taken: str) -> None:
    async def story(one: Therapist) -> None:
        await one.comes_in()
        for _ in range(2):
            await one.press(Intent.ROW_2)
            await one.types(taken)
            await one.press(OK, OK)
            if one.page is Page.HR_SOURCE:
                await one.press(BACK, BACK)

        assert one.attendant.side.fault is Fault.CODE_TAKEN

    at_the_station(tmp_path, story)


def test_a_therapist_who_was_removed_meanwhile_is_told_and_the_station_goes_on(tmp_path: Path) -> None:
    async def story(one: Therapist) -> None:
        await one.comes_in()
        await one.press(BACK)
        one.attendant.knocked(10.0)
        await one.types(PIN)
        access.removed(one.store.connection, "A", now=MORNING, by="root")
        await one.press(OK)
        assert one.attendant.side.fault is Fault.NOT_ALLOWED

        one.attendant.closes(Locked.BY_HAND)
        one.attendant.knocked(20.0)
        assert one.page is Page.SIGN

    at_the_station(tmp_path, story)


def test_a_patient_erased_meanwhile_cannot_be_read_and_the_list_stays(tmp_path: Path) -> None:
    async def story(one: Therapist) -> None:
        await one.comes_in()
        await one.press(PLUS, OK)
        await one.types("2055")
        await one.press(OK, OK, BACK, BACK)
        await one.types("1")
        assert one.page is Page.PATIENTS
        retention.erase(one.store.connection, "K-2055", now=MORNING, data=tmp_path, by="root")
        await one.press(OK)

        assert one.attendant.side.fault is Fault.NOT_READ
        assert one.page is Page.PATIENTS

    at_the_station(tmp_path, story)


def test_erasing_leaves_nobody_open(tmp_path: Path) -> None:
    async def story(one: Therapist) -> None:
        await one.comes_in()
        await one.press(PLUS, OK)
        await one.types("2055")
        await one.press(OK, OK, BACK)
        await one.types("8")
        await one.press(PLUS, OK)

        assert one.page is Page.HOME
        assert one.attendant.side.known.profile is None
        assert one.desk.people() == ()

    at_the_station(tmp_path, story)


async def _weighs_in(data: Path) -> tuple[float | None, float | None, int]:
    stored_weeks(data, code="K-2047")
    with open_store(data, wall=MORNING).store as store:
        people.run_all(store.connection, [people.add_row("K-2047", Picture.BOAT, MORNING)])
    async with therapist_at(data) as one:
        await one.comes_in()
        before = one.told(What.CHANGE)
        await one.press(OK)
        await one.types("2047")
        await one.press(OK)
        plan = next(template.plan for template in templates() if template.key == "strength-4x4")
        badge = one.attendant._in()
        one.desk.set_plan(badge, "K-2047", plan)
        await one.press(BACK, OK)
        assert one.page is Page.FILE
        await one.press(OK)
        assert one.page is Page.ONE_RM
        await one.press(OK)
        entry = one.desk.profile(badge, "K-2047").one_rm(Exercise.LEG_PRESS)
        assert entry is not None
        return entry.kg, entry.high_kg, one.told(What.CHANGE) - before


def test_the_range_of_the_last_strength_session_is_entered_with_one_key_and_audited(tmp_path: Path) -> None:
    kg, high_kg, changes = asyncio.run(_weighs_in(tmp_path))

    assert (kg, high_kg) == (130.9, 136.0)
    assert changes == 2
