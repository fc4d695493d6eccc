import asyncio
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from staff_desk import MORNING, Wall, desk_at, logged_in
from store_sessions import SHORT, recorded, write_short

from station.errors import StoreError
from station.ports import SessionState
from station.staff.clearance import Clearance, Role
from station.staff.codes import CodeFault, code_fault
from station.staff.desk import EntryKind
from station.staff.hr_max import HrMax
from station.staff.mode import Mode
from station.staff.plan import Plan
from station.store import people
from station.store.sessions import Store
from station.store.writer import SessionWriter
from station.training.patient import HrMaxSource
from station.training.prescription import Prescription
from station.training.reading import Reading
from station.visit import Picture

TODAY = MORNING.date()
MEASURED = HrMax(bpm=182, source=HrMaxSource.MEASURED, on=TODAY, by="KS")
CLEARED = Clearance(on=TODAY, role=Role.PHYSICIAN, until=TODAY + timedelta(days=90), by="KS")


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("K-0001", None),
        ("7", None),
        ("", CodeFault.EMPTY),
        ("K" * 33, CodeFault.TOO_LONG),
        ("K 1", CodeFault.CHARACTERS),
        ("Åse1", CodeFault.CHARACTERS),
        ("../1", CodeFault.CHARACTERS),
        ("Kari", CodeFault.LIKE_A_NAME),
        ("kari.nordmann", CodeFault.LIKE_A_NAME),
        ("01017012345", CodeFault.NATIONAL_NUMBER),
        ("010170-12345", CodeFault.NATIONAL_NUMBER),
        ("demo-1", CodeFault.DEMO),
        ("K-9999", CodeFault.TAKEN),
    ],
)
def test_a_code_is_a_pseudonym_and_nothing_else(code: str, fault: CodeFault | None) -> None:
    assert code_fault(code, {"K-9999"}) is fault


def test_a_new_patient_has_a_code_a_picture_and_no_clearance(tmp_path: Path) -> None:
    with desk_at(tmp_path, Wall()) as (desk, _):
        badge = asyncio.run(logged_in(desk))

        made = desk.create(badge, "K-0001", Picture.BOAT)

        assert (made.code, made.picture, made.hr_max, made.clearance, made.plan) == (
            "K-0001", Picture.BOAT, None, None, Plan(),
        )  # fmt: skip
        assert [(line.code, line.last_session) for line in desk.people()] == [("K-0001", None)]


def test_a_code_that_has_sessions_here_is_given_to_nobody_else(tmp_path: Path) -> None:
    with desk_at(tmp_path, Wall()) as (desk, store):
        with SessionWriter(store.path) as log:
            write_short(log, code="K-0001")
        badge = asyncio.run(logged_in(desk))

        with pytest.raises(ValueError, match="already"):
            desk.create(badge, "K-0001", Picture.SUN)


def test_the_station_offers_a_code_nobody_has(tmp_path: Path) -> None:
    with desk_at(tmp_path, Wall()) as (desk, _):
        badge = asyncio.run(logged_in(desk))
        for _ in range(20):
            desk.create(badge, desk.free_code(), Picture.SUN)

        assert len({line.code for line in desk.people()}) == 20


def test_what_was_entered_is_in_force_and_comes_back_as_it_was(tmp_path: Path) -> None:
    plan = Plan(prescription=Prescription(intervals=2), walk_only=True, incline_max_percent=8.0, hold_rail_lightly=True)
    with desk_at(tmp_path, Wall()) as (desk, _):
        badge = asyncio.run(logged_in(desk))
        desk.create(badge, "K-0001", Picture.BOAT)
        desk.set_birth_year(badge, "K-0001", 1986)
        desk.set_hr_max(badge, "K-0001", MEASURED)
        desk.set_clearance(badge, "K-0001", CLEARED)
        desk.medication_changed(badge, "K-0001", date(2026, 11, 1))
        desk.set_plan(badge, "K-0001", plan)

    with desk_at(tmp_path, Wall()) as (desk, _):
        profile = desk.profile(asyncio.run(logged_in(desk)), "K-0001")

    assert (profile.birth_year, profile.hr_max, profile.clearance) == (1986, MEASURED, CLEARED)
    assert (profile.medication_changed, profile.plan) == (date(2026, 11, 1), plan)


def test_the_newest_entry_counts_and_the_older_ones_are_its_history(tmp_path: Path) -> None:
    wall = Wall()
    with desk_at(tmp_path, wall) as (desk, _):
        badge = asyncio.run(logged_in(desk))
        desk.create(badge, "K-0001", Picture.BOAT)
        for bpm in (182, 186, 184):
            wall.passes(60)
            desk.set_hr_max(badge, "K-0001", replace(MEASURED, bpm=bpm))

        entries = desk.history(badge, "K-0001")

        assert desk.profile(badge, "K-0001").hr_max == replace(MEASURED, bpm=184)
        assert [(entry.kind, entry.by, getattr(entry.value, "bpm", None)) for entry in entries] == [
            (EntryKind.HR_MAX, "KS", 184),
            (EntryKind.HR_MAX, "KS", 186),
            (EntryKind.HR_MAX, "KS", 182),
        ]


def test_an_entry_of_another_version_is_no_clearance_to_train(tmp_path: Path) -> None:
    with desk_at(tmp_path, Wall()) as (desk, store):
        badge = asyncio.run(logged_in(desk))
        desk.create(badge, "K-0001", Picture.BOAT)
        desk.set_plan(badge, "K-0001", Plan(walk_only=True))
        store.connection.execute('UPDATE entry SET json = \'{"walk_only": "perhaps"}\'')

        assert desk.profile(badge, "K-0001").unreadable


@pytest.mark.parametrize("year", [1899, 2027])
def test_a_year_of_birth_is_of_somebody_who_lives(tmp_path: Path, year: int) -> None:
    with desk_at(tmp_path, Wall()) as (desk, _):
        badge = asyncio.run(logged_in(desk))
        desk.create(badge, "K-0001", Picture.BOAT)

        with pytest.raises(ValueError, match="a year of birth is 1900-2026"):
            desk.set_birth_year(badge, "K-0001", year)


def test_who_is_unknown_is_told_in_a_sentence(tmp_path: Path) -> None:
    with desk_at(tmp_path, Wall()) as (desk, _):
        badge = asyncio.run(logged_in(desk))

        with pytest.raises(StoreError, match="no patient with this code"):
            desk.set_hr_max(badge, "K-0404", MEASURED)


def test_the_list_shows_when_each_patient_trained_last(tmp_path: Path) -> None:
    with desk_at(tmp_path, Wall()) as (desk, store):
        badge = asyncio.run(logged_in(desk))
        desk.create(badge, "K-0001", Picture.BOAT)
        with SessionWriter(store.path) as log:
            write_short(log, code="K-0001")
            newest = write_short(log, code="K-0001", minutes=30)

        [line] = desk.people()

    assert line.last_session is not None
    assert line.last_session.id == newest


def test_a_station_shows_all_advice_until_somebody_says_otherwise(tmp_path: Path) -> None:
    with desk_at(tmp_path, Wall()) as (desk, _):
        assert desk.mode() is Mode.FULL
        desk.set_mode(asyncio.run(logged_in(desk)), Mode.SHADOW)

    with desk_at(tmp_path, Wall()) as (desk, _):
        assert desk.mode() is Mode.SHADOW


def test_an_erased_patient_is_gone_from_the_tables_the_audit_and_the_bytes_on_the_disk(tmp_path: Path) -> None:
    wall = Wall()
    with desk_at(tmp_path, wall) as (desk, store):
        badge = asyncio.run(logged_in(desk))
        for code in ("K-0001", "K-0002"):
            desk.create(badge, code, Picture.BOAT)
            desk.set_hr_max(badge, code, MEASURED)
        with SessionWriter(store.path) as log:
            write_short(log, code="K-0001")

        proof = asyncio.run(desk.erase(badge, "K-0001"))

        assert (proof.sessions, proof.entries, proof.training_now) == (1, 1, False)
        assert [line.code for line in desk.people()] == ["K-0002"]
        with pytest.raises(StoreError, match="no patient"):
            people.profile(store.connection, "K-0001")
    on_disk = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"K-0001" not in on_disk
    assert b"K-0002" in on_disk


def test_a_patient_who_trains_now_is_not_erased_under_the_session(tmp_path: Path) -> None:
    with desk_at(tmp_path, Wall()) as (desk, store):
        badge = asyncio.run(logged_in(desk))
        desk.create(badge, "K-0001", Picture.BOAT)
        with SessionWriter(store.path) as log:
            log.open(patient=SHORT, code="K-0001", at_s=0.0, wall=MORNING)
        proof = asyncio.run(desk.erase(badge, "K-0001"))

        assert proof.training_now


def climbed(bpm: int, seconds: int, *, rr_of_bpm: int | None, contact: bool | None = True) -> list[Reading]:
    """A session whose heart rate stays so high for so long."""
    rr_ms = () if rr_of_bpm is None else (60_000 / rr_of_bpm,) * 3
    return [
        Reading(at_s=1000.0 + n, heart_rate_bpm=120 if n < 10 else bpm, speed_kmh=5.0, contact=contact, rr_ms=rr_ms)
        for n in range(10 + seconds)
    ]


def trained(store: Store, readings: list[Reading]) -> str:
    with SessionWriter(store.path) as log:
        session_id = log.open(patient=SHORT, code="K-0001", at_s=1000.0, wall=MORNING)
        for second in recorded(SHORT, iter(readings)):
            log.record(second)
        log.close(SessionState.CLOSED, wall=MORNING).result(timeout=30)
    return session_id


@pytest.mark.parametrize(
    ("readings", "proposed"),
    [
        (climbed(186, 12, rr_of_bpm=186), [186]),
        (climbed(186, 12, rr_of_bpm=None), [186]),
        (climbed(186, 9, rr_of_bpm=186), []),  # too short
        (climbed(180, 60, rr_of_bpm=180), []),  # HRmax itself, not above it
        (climbed(186, 12, rr_of_bpm=150), []),  # the intervals tell of another heart rate: the strap counts steps
        (climbed(186, 12, rr_of_bpm=186, contact=False), []),
        (climbed(186, 12, rr_of_bpm=None, contact=None), []),
        (climbed(233, 12, rr_of_bpm=233), [220]),
    ],
)
def test_a_clean_reading_above_hr_max_becomes_a_proposal_and_never_a_change(
    tmp_path: Path, readings: list[Reading], proposed: list[int]
) -> None:
    with desk_at(tmp_path, Wall()) as (desk, store):
        badge = asyncio.run(logged_in(desk))
        desk.create(badge, "K-0001", Picture.BOAT)
        desk.set_hr_max(badge, "K-0001", MEASURED)
        trained(store, readings)

        profile = desk.profile(badge, "K-0001")

        assert [proposal.bpm for proposal in profile.proposals] == proposed
        assert profile.hr_max == MEASURED


@pytest.mark.parametrize("take", [True, False])
def test_a_proposal_is_answered_once_and_taken_or_left(tmp_path: Path, *, take: bool) -> None:
    with desk_at(tmp_path, Wall()) as (desk, store):
        badge = asyncio.run(logged_in(desk))
        desk.create(badge, "K-0001", Picture.BOAT)
        desk.set_hr_max(badge, "K-0001", MEASURED)
        trained(store, climbed(188, 12, rr_of_bpm=188))
        [proposal] = desk.profile(badge, "K-0001").proposals

        answered = desk.answer_proposal(badge, proposal.id, take=take)

        assert answered.proposals == ()
        assert answered.hr_max is not None
        assert answered.hr_max.bpm == (188 if take else MEASURED.bpm)
        with pytest.raises(StoreError, match="answered already"):
            desk.answer_proposal(badge, proposal.id, take=True)
