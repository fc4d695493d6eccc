import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from staff_desk import MORNING, Wall, desk_at, logged_in
from station_parts import KnownPeople, MemoryLog, ScriptedDevice, ScriptedScreen, SteppingClock
from store_sessions import SHORT

from station.app import Station
from station.intents import Intent
from station.people import STRANGER, StoredPeople
from station.ports import BeltSample, Chosen, HeartRateSample, SessionState
from station.reception import Reception
from station.records import records
from station.staff.clearance import Clearance, Role
from station.staff.hr_max import HrMax
from station.staff.mode import Mode
from station.training.advice import Advice
from station.training.cue import Cue
from station.training.patient import HrMaxSource, Patient, Reach
from station.training.prescription import Phase, Prescription
from station.visit import Picture, Step, Visit

ANNA = Chosen(code="K-1", patient=replace(SHORT, hr_max_bpm=180))
BO = Chosen(code="K-2", patient=replace(SHORT, hr_max_bpm=170))
MANY = Chosen(code="K-3", patient=replace(SHORT, hr_max_bpm=160))


class Hall:
    """A station that knows several people; the belt moves from the tenth second on, and keys are pressed before."""

    def __init__(self, people: KnownPeople, presses: dict[int, Intent], *, strap_bpm: int = 120) -> None:
        clock = SteppingClock()
        self.screen, self.sessions = ScriptedScreen(presses), MemoryLog()

        def belt(second: float) -> BeltSample:
            return BeltSample(at_s=1000.0 + second, speed_kmh=5.0 if second >= 10 else 0.0, incline_percent=2.0)

        def strap(second: float) -> HeartRateSample:
            return HeartRateSample(at_s=1000.0 + second, heart_rate_bpm=strap_bpm, contact=True)

        self.station = Station(
            people=people,
            clock=clock,
            strap=ScriptedDevice(clock, strap),
            treadmill=ScriptedDevice(clock, belt),
            sessions=self.sessions,
            screen=self.screen,
        )

    def trains(self) -> "Hall":
        self.came_to = asyncio.run(self.station.run(once=True))
        return self


def test_the_one_who_is_chosen_trains_with_their_own_hr_max_under_their_own_code() -> None:
    hall = Hall(KnownPeople(ANNA, BO, MANY), {2: Intent.OK, 3: Intent.TWO}).trains()

    assert hall.sessions.opened == ["K-2"]
    assert hall.came_to.patient.hr_max_bpm == 170
    assert [person.code for person in hall.screen.moments[0].people] == ["K-1", "K-2", "K-3"]


def test_a_station_that_knows_one_patient_asks_for_no_choice() -> None:
    hall = Hall(KnownPeople.one(ANNA.patient), {2: Intent.OK}).trains()

    assert hall.sessions.opened == ["K-1"]
    assert hall.screen.moments[0].people == ()


def test_a_stranger_who_starts_the_belt_unchosen_gets_a_session_that_is_never_sent() -> None:
    hall = Hall(KnownPeople(ANNA, BO), {}).trains()

    assert hall.sessions.opened == ["nobody"]
    assert [state for state, _ in hall.sessions.closed] == [SessionState.DISCARDED]


def test_going_back_to_the_list_takes_the_choice_back() -> None:
    reception = Reception(KnownPeople(ANNA, BO))
    for intent in (Intent.OK, Intent.TWO):
        reception.pressed(intent)
    assert reception.chosen == BO

    reception.pressed(Intent.BACK)

    assert reception.visit.step is Step.WHO
    assert reception.chosen.stranger


def test_who_leaves_without_training_is_not_taken_for_the_next_one() -> None:
    reception = Reception(KnownPeople(ANNA, BO))
    for intent in (Intent.OK, Intent.ONE):
        reception.pressed(intent)

    reception.waited(200.0, beating=False)

    assert reception.chosen.stranger


def test_the_next_visit_starts_from_the_door() -> None:
    reception = Reception(KnownPeople(ANNA, BO))
    for intent in (Intent.OK, Intent.ONE):
        reception.pressed(intent)

    reception.next_visit(3000.0)

    assert reception.visit == Visit(people=2, at_s=3000.0, touched_at_s=3000.0)
    assert reception.chosen.stranger


def test_what_a_therapist_changes_counts_at_once_for_the_one_who_stands_there() -> None:
    people = KnownPeople(ANNA, BO)
    reception = Reception(people)
    for intent in (Intent.OK, Intent.TWO):
        reception.pressed(intent)

    people.known = [MANY, ANNA, replace(BO, patient=replace(BO.patient, hr_max_bpm=175))]
    reception.entered()

    assert (reception.chosen.code, reception.chosen.patient.hr_max_bpm) == ("K-2", 175)
    assert (reception.visit.person, reception.visit.people) == (2, 3)


def test_who_is_erased_while_chosen_is_chosen_no_longer() -> None:
    people = KnownPeople(ANNA, BO, MANY)
    reception = Reception(people)
    for intent in (Intent.OK, Intent.TWO):
        reception.pressed(intent)

    people.known = [ANNA, MANY]
    reception.entered()

    assert reception.chosen.stranger
    assert reception.visit.step is Step.WHO


LOW = Chosen(code="K-1", patient=replace(SHORT, prescription=Prescription(warm_up_s=10, intervals=2, interval_s=200)))


def seen_by(mode: Mode) -> tuple[list[Advice | None], list[Cue], Hall]:
    # A heart far below the zone: the coach wishes for more hill.
    hall = Hall(KnownPeople(LOW, mode=mode), {}, strap_bpm=100).trains()
    working = [moment for moment in hall.screen.moments if moment.session.phase is Phase.INTERVAL]
    return [moment.advice for moment in working], [moment.cue for moment in working], hall


def test_in_shadow_mode_the_patient_sees_no_advice_and_the_log_has_all_of_it() -> None:
    advices, cues, hall = seen_by(Mode.SHADOW)

    assert set(advices) == {None}
    assert Cue.RAISE_INCLINE not in cues
    assert any(second.advice is not None for second in hall.sessions.seconds)
    assert hall.sessions.modes == [Mode.SHADOW]


def test_in_decrease_only_mode_more_hill_is_stored_and_not_shown() -> None:
    advices, cues, hall = seen_by(Mode.DECREASE_ONLY)

    assert all(advice is None or (advice.incline_percent or 0) <= 2.0 for advice in advices)
    assert Cue.RAISE_INCLINE not in cues
    assert max((second.advice.incline_percent or 0) for second in hall.sessions.seconds if second.advice) > 2.0


def test_in_full_mode_the_same_heart_is_shown_more_hill() -> None:
    _, cues, _ = seen_by(Mode.FULL)

    assert Cue.RAISE_INCLINE in cues or Cue.GET_READY in cues


def test_every_mode_makes_the_same_session_of_the_same_readings() -> None:
    folded = {mode: seen_by(mode)[2].came_to for mode in Mode}

    assert folded[Mode.SHADOW] == folded[Mode.FULL] == folded[Mode.DECREASE_ONLY]


TODAY = MORNING.date()


def stored(data: Path) -> None:
    with desk_at(data, Wall()) as (desk, _):
        badge = asyncio.run(logged_in(desk))
        for code in ("K-1", "K-2"):
            desk.create(badge, code, Picture.SUN)
        desk.set_hr_max(badge, "K-2", HrMax(bpm=176, source=HrMaxSource.MEASURED, on=TODAY, by="KS"))
        until = TODAY + timedelta(days=30)
        desk.set_clearance(badge, "K-2", Clearance(on=TODAY, role=Role.NURSE, until=until, by="KS"))


def test_the_stored_profile_is_what_the_session_trains_with(tmp_path: Path) -> None:
    stored(tmp_path)
    with records(tmp_path, resumes=lambda _: False, console=Console(quiet=True)) as kept:
        people = StoredPeople(
            kept, only=("station", Patient(hr_max_bpm=199)), treadmill=Reach(incline_max_percent=12), wall=Wall()
        )

        cleared, uncleared, nobody = people.chosen("K-2"), people.chosen("K-1"), people.nobody()

        assert [person.code for person in people.listed()] == ["K-1", "K-2"]
        assert (cleared.patient.hr_max_bpm, cleared.patient.prescription.intervals) == (176, 4)
        assert cleared.patient.treadmill.incline_max_percent == 12
        assert uncleared.patient.prescription.intervals == 0
        assert (nobody.code, nobody.stranger, nobody.patient.prescription.intervals) == (STRANGER, True, 0)


def test_with_nobody_in_the_store_the_settings_patient_trains(tmp_path: Path) -> None:
    with records(tmp_path, resumes=lambda _: False, console=Console(quiet=True)) as kept:
        people = StoredPeople(kept, only=("station", Patient(hr_max_bpm=199)), treadmill=Reach(), wall=Wall())

        assert people.listed() == ()
        assert (people.nobody().code, people.nobody().patient.hr_max_bpm) == ("station", 199)
        assert not people.nobody().stranger


def test_with_nobody_in_store_or_settings_nobody_is_given_somebody_elses_heart(tmp_path: Path) -> None:
    with records(tmp_path, resumes=lambda _: False, console=Console(quiet=True)) as kept:
        people = StoredPeople(kept, only=None, treadmill=Reach(), wall=Wall())
        reception = Reception(people)

        reception.pressed(Intent.OK)

        assert reception.visit.step is Step.IDLE
        assert reception.visit.people == 0
        assert (reception.trains.code, reception.trains.stranger) == (STRANGER, True)
        assert reception.trains.patient.prescription.intervals == 0


def test_the_first_patient_a_therapist_enters_can_begin() -> None:
    first = Chosen(code="K-1", patient=Patient(hr_max_bpm=176))
    people = KnownPeople(first)
    people.known, people.nobody = [], lambda: people.stranger  # type: ignore[method-assign]
    reception = Reception(people)
    reception.pressed(Intent.OK)
    before = reception.visit.begun

    people.known = [first]
    reception.entered()
    reception.pressed(Intent.OK)

    assert (before, reception.visit.step, reception.trains) == (False, Step.STRAP, first)
