"""The station with a therapist's side: it never covers a training patient, and sends the chosen one to the belt."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from office_steps import KNOWN, KS
from station_parts import KnownPeople, MemoryLog, ScriptedDevice, ScriptedScreen, SteppingClock
from store_sessions import SHORT

from station.app import Station
from station.intents import Intent
from station.office.keys import pressed
from station.office.sheet import Page, Sheet
from station.office.side import Side, closed, opened, waited
from station.ports import BeltSample, Chosen, HeartRateSample
from station.staff.desk import Locked
from station.training.prescription import Phase
from station.visit import Step
from ui.pages.choose import page

ANNA, BO = (
    Chosen(code=code, patient=replace(SHORT, hr_max_bpm=bpm)) for code, bpm in (("K-1001", 180), ("K-1002", 170))
)


class OpenOffice:
    """A therapist's side that lies open from the first, and starts whom it is told to."""

    def __init__(self, starts: str | None = None) -> None:
        self.side = Side(known=KNOWN, sheets=(Sheet(page=Page.HOME),), therapist=KS, touched_at_s=1000.0, at_s=1000.0)
        self.knocks = 0
        self.closed: list[Locked] = []
        self._starts = starts

    def knocked(self, at_s: float) -> None:
        self.knocks += 1
        self.side = opened(KNOWN, at_s)

    def pressed(self, intent: Intent) -> None:
        self.side = replace(pressed(self.side, intent), asked=None)

    def waited(self, at_s: float) -> None:
        self.side = replace(waited(self.side, at_s), asked=None)

    def closes(self, why: Locked) -> None:
        self.closed.append(why)
        self.side = closed(self.side)

    async def run(self, changed: Callable[[str | None], None]) -> None:
        if self._starts is not None:
            self.side = closed(self.side)
            changed(self._starts)
        await asyncio.Event().wait()


def trained(office: OpenOffice, presses: dict[int, Intent], belt_from_s: float = 6) -> tuple[ScriptedScreen, MemoryLog]:
    clock, screen, sessions = SteppingClock(), ScriptedScreen(presses), MemoryLog()

    def belt(second: float) -> BeltSample:
        moves = second >= belt_from_s
        return BeltSample(at_s=1000.0 + second, speed_kmh=5.0 if moves else 0.0, incline_percent=2.0)

    def strap(second: float) -> HeartRateSample:
        return HeartRateSample(at_s=1000.0 + second, heart_rate_bpm=120, contact=True)

    station = Station(
        people=KnownPeople(ANNA, BO),
        clock=clock,
        strap=ScriptedDevice(clock, strap),
        treadmill=ScriptedDevice(clock, belt),
        sessions=sessions,
        screen=screen,
        office=office,
    )
    asyncio.run(station.run(once=True))
    return screen, sessions


def test_whoever_walks_on_the_belt_has_the_screen_at_once() -> None:
    office = OpenOffice()
    screen, _ = trained(office, {})

    pages = [page(moment).page for moment in screen.moments]

    assert pages[0] == "staff.home"
    assert office.closed == [Locked.BELT]
    assert not any(
        shown.startswith("staff.")
        for shown, moment in zip(pages, screen.moments, strict=True)
        if moment.session.phase is not Phase.READY
    )


@settings(max_examples=25)
@given(st.dictionaries(st.integers(1, 90), st.sampled_from([i for i in Intent if i is not Intent.QUIT]), max_size=30))
def test_no_key_opens_or_moves_the_therapists_side_while_somebody_trains(presses: dict[int, Intent]) -> None:
    office = OpenOffice()
    screen, _ = trained(office, presses)

    training = [moment for moment in screen.moments if moment.session.training]
    assert training
    assert not any(moment.office is not None and moment.office.is_open for moment in training)


def test_the_staff_key_asks_for_the_pin_and_begins_no_visit() -> None:
    office = OpenOffice()
    office.closes(Locked.BY_HAND)
    screen, _ = trained(office, {2: Intent.PLUS})

    assert office.knocks == 1
    assert any(page(moment).page == "staff.pin" for moment in screen.moments)
    assert all(moment.visit.step is Step.IDLE for moment in screen.moments)


def test_l_and_m_are_letters_while_a_sign_is_written_and_else_the_language_and_the_sound() -> None:
    writing = OpenOffice()
    writing.side = opened(replace(KNOWN, therapists=()), 1000.0)
    screen, _ = trained(writing, {2: Intent.LETTER_L, 3: Intent.LETTER_M}, belt_from_s=6)

    signs = [moment.office.top.typed for moment in screen.moments if moment.office and moment.office.writes]
    assert signs[-1] == "LM"
    assert not any(moment.muted for moment in screen.moments)

    reading, _ = trained(OpenOffice(), {2: Intent.LETTER_L, 3: Intent.LETTER_M, 4: Intent.LETTER_K}, belt_from_s=6)
    assert reading.moments[-1].language is not reading.moments[0].language
    assert reading.moments[-1].muted


def test_stop_locks_the_therapists_side() -> None:
    office = OpenOffice()
    trained(office, {2: Intent.STOP}, belt_from_s=20)

    assert office.closed == [Locked.BY_HAND]


def test_the_patient_a_therapist_starts_trains_under_the_own_code_after_a_yes_to_the_picture() -> None:
    screen, sessions = trained(OpenOffice(starts="K-1002"), {3: Intent.OK})

    assert Step.YOU in {moment.visit.step for moment in screen.moments}
    assert sessions.opened == ["K-1002"]
    assert {moment.patient.hr_max_bpm for moment in screen.moments if moment.session.training} == {170}
