"""1RM as the therapist enters it: with its truth, its history and its line in the audit; and what trains from it."""

import asyncio
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from staff_desk import MORNING, Wall, desk_at, logged_in

from station.errors import NotAllowed
from station.staff.clearance import Clearance, Role
from station.staff.desk import Badge, Therapist
from station.staff.one_rm import (
    OneRmDoubt,
    OneRmEntry,
    doubts,
    expired,
    from_attempts,
    from_set,
    of_today,
)
from station.staff.plan import Plan
from station.staff.profile import EASY_WALK, Profile, training_patient
from station.store import audit
from station.store.database import connect, migrate
from station.store.schema import MIGRATIONS
from station.templates import templates
from station.training.lifting import begun
from station.training.one_rm import OneRmSource
from station.training.patient import Reach
from station.training.prescription import Prescription
from station.training.strength import Exercise, Strength
from station.visit import Picture

TODAY = MORNING.date()
MEASURED = OneRmEntry(exercise=Exercise.LEG_PRESS, kg=140, source=OneRmSource.MEASURED, on=TODAY, by="KS")
CLEARED = Clearance(on=TODAY, role=Role.PHYSICIAN, until=TODAY + timedelta(days=90), by="KS")


def test_of_several_attempts_on_one_or_two_occasions_the_best_counts() -> None:
    assert from_attempts(Exercise.LEG_PRESS, [130, 140, 135], on=TODAY, by="KS") == MEASURED


def test_without_a_managed_attempt_there_is_no_measured_1rm() -> None:
    with pytest.raises(ValueError, match="no attempt was managed"):
        from_attempts(Exercise.LEG_PRESS, [], on=TODAY, by="KS")


def test_an_estimate_is_entered_as_a_range() -> None:
    entry = from_set(Exercise.LEG_PRESS, 115, 5, on=TODAY, by="KS")

    assert (entry.kg, entry.high_kg, entry.source) == (129.4, 134.2, OneRmSource.ESTIMATED)


@pytest.mark.parametrize("repetitions", [0, 1, 7, 12])
def test_only_two_to_six_repetitions_estimate_a_1rm(repetitions: int) -> None:
    with pytest.raises(ValueError, match="2-6 repetitions"):
        from_set(Exercise.LEG_PRESS, 100, repetitions, on=TODAY, by="KS")


@pytest.mark.parametrize(
    ("figures", "named"),
    [({"kg": 0.5}, "1-600 kg"), ({"kg": 900.0}, "1-600 kg"), ({"high_kg": 150.0}, "a measured one has not")],
)
def test_nonsense_is_refused_with_a_sentence(figures: dict[str, float], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        replace(MEASURED, **figures)


def test_a_1rm_holds_eight_weeks() -> None:
    assert not expired(MEASURED, today=TODAY + timedelta(weeks=8))
    assert expired(MEASURED, today=TODAY + timedelta(weeks=8, days=1))


def test_a_change_of_more_than_a_quarter_is_asked_for_twice() -> None:
    assert doubts(replace(MEASURED, kg=176), before=MEASURED) == (OneRmDoubt.FAR_FROM_LAST,)
    assert doubts(replace(MEASURED, kg=175), before=MEASURED) == ()
    assert doubts(replace(MEASURED, on=TODAY - timedelta(days=1)), before=MEASURED) == (OneRmDoubt.EARLIER_THAN_LAST,)
    assert doubts(MEASURED, before=None) == ()


def lifts(profile: Profile, today: date = TODAY) -> Strength | None:
    return training_patient(profile, today=today, treadmill=Reach()).prescription.strength


STRONG = Profile(
    code="K-1",
    picture=Picture.BOAT,
    plan=Plan(prescription=Prescription(strength=Strength())),
    clearance=CLEARED,
    one_rms=(MEASURED,),
)


def test_a_session_is_prescribed_on_the_1rm_in_force_and_needs_no_hr_max() -> None:
    strength = lifts(STRONG)

    assert strength is not None
    assert strength.one_rm == of_today(MEASURED, today=TODAY)
    assert begun(strength, None).load_kg == 115


def test_without_a_clearance_there_is_no_strength_session() -> None:
    easy = training_patient(replace(STRONG, clearance=None), today=TODAY, treadmill=Reach())

    assert easy.prescription == EASY_WALK


def test_an_old_1rm_is_prescribed_as_expired() -> None:
    later = TODAY + timedelta(weeks=9)
    cleared = replace(CLEARED, until=later)
    strength = lifts(replace(STRONG, clearance=cleared), later)

    assert strength is not None
    assert strength.one_rm is not None
    assert strength.one_rm.expired


def test_a_1rm_of_another_exercise_is_of_no_use_here() -> None:
    strength = lifts(replace(STRONG, one_rms=(replace(MEASURED, exercise=Exercise.CALF_PRESS),)))

    assert strength is not None
    assert strength.one_rm is None


def test_a_1rm_below_the_machines_lightest_load_is_left_out_and_the_load_is_asked_for() -> None:
    heavy = Plan(prescription=Prescription(strength=Strength(lightest_kg=60)))
    strength = lifts(replace(STRONG, plan=heavy, one_rms=(replace(MEASURED, kg=50),)))

    assert strength is not None
    assert begun(strength, None).load_kg is None


def test_each_exercise_has_its_own_1rm_in_force_and_all_stay_in_the_history(tmp_path: Path) -> None:
    calf = replace(MEASURED, exercise=Exercise.CALF_PRESS, kg=90)
    with desk_at(tmp_path, Wall()) as (desk, _):
        badge = asyncio.run(logged_in(desk))
        desk.create(badge, "K-0001", Picture.BOAT)
        for entry in (MEASURED, calf, replace(MEASURED, kg=145)):
            profile = desk.set_one_rm(badge, "K-0001", entry)

        assert {entry.exercise: entry.kg for entry in profile.one_rms} == {"leg_press": 145, "calf_press": 90}
        assert [entry.value for entry in desk.history(badge, "K-0001")] == [replace(MEASURED, kg=145), calf, MEASURED]


def test_each_entry_is_a_line_in_the_audit_with_old_and_new(tmp_path: Path) -> None:
    with desk_at(tmp_path, Wall()) as (desk, store):
        badge = asyncio.run(logged_in(desk))
        desk.create(badge, "K-0001", Picture.BOAT)
        desk.set_one_rm(badge, "K-0001", MEASURED)
        desk.set_one_rm(badge, "K-0001", replace(MEASURED, kg=145))
        newest = next(audit.lines(store.connection, most=1))

    assert newest.who == "KS"
    assert newest.facts is not None
    assert (newest.facts["field"], newest.facts["old"]["kg"], newest.facts["new"]["kg"]) == ("one_rm", 140, 145)


def test_nobody_enters_a_1rm_without_a_badge(tmp_path: Path) -> None:
    with desk_at(tmp_path, Wall()) as (desk, _):
        badge = asyncio.run(logged_in(desk))
        desk.create(badge, "K-0001", Picture.BOAT)
        forged = Badge(therapist=Therapist(number=1, sign="KS"), token="0" * 32)

        with pytest.raises(NotAllowed):
            desk.set_one_rm(forged, "K-0001", MEASURED)


def test_an_older_store_keeps_its_entries_when_1rm_comes(tmp_path: Path) -> None:
    before = next(n for n, step in enumerate(MIGRATIONS) if any("'one_rm'" in sql for sql in step))
    with closing(connect(tmp_path / "old.sqlite3")) as connection:
        migrate(connection, MIGRATIONS[:before])
        connection.execute("INSERT INTO person VALUES (1, 'K-1', 'boat', '2026-11-25', 0)")
        connection.execute("INSERT INTO entry VALUES (7, 1, 'birth_year', '2026-11-25', 'KS', '1990')")
        migrate(connection)
        connection.execute("INSERT INTO entry (person, kind, at, entered_by, json) VALUES (1, 'one_rm', '', '', '{}')")
        kept = connection.execute("SELECT id, kind, json FROM entry ORDER BY id").fetchall()

    assert kept == [(7, "birth_year", "1990"), (8, "one_rm", "{}")]


def test_the_shipped_templates_prescribe_strength_the_low_dose_and_the_test() -> None:
    shipped = {template.key: template.plan.prescription.strength for template in templates(own=Path("/nowhere"))}

    assert shipped["strength-4x4"] == Strength()
    assert shipped["strength-2x4"] == Strength(sets=2, percent=90)
    test = shipped["one-rm-test"]
    assert test is not None
    assert (test.test, test.sets, test.repetitions, test.rest_s) == (True, 6, 1, 120)
    assert shipped["4x4"] is None


def command(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "station", "patient", *words, "--data", str(data)]
    return subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)


def test_on_the_command_line_a_1rm_is_entered_doubted_and_shown_with_its_history(tmp_path: Path) -> None:
    assert command(tmp_path, "add", "K-0001").returncode == 0
    estimate = command(tmp_path, "one-rm", "K-0001", "--load", "115", "--repetitions", "5", "--on", "2026-11-02")
    measured = command(tmp_path, "one-rm", "K-0001", "--kg", "130", "--kg", "140", "--on", "2026-11-20")
    doubted = command(tmp_path, "one-rm", "K-0001", "--kg", "40")
    shown = command(tmp_path, "one-rm", "K-0001")

    assert "leg_press  129-135 kg  estimated  2026-11-02" in estimate.stdout
    assert "leg_press  140 kg  measured  2026-11-20  holds until 2027-01-15" in measured.stdout
    assert doubted.returncode == 78
    assert "more than a quarter" in doubted.stderr
    assert [line.split()[-2:] for line in shown.stdout.splitlines()[1:]] == [
        ["measured", "2026-11-20"],
        ["estimated", "2026-11-02"],
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--kg", "140", "--load", "100"), "either --kg"),
        (("--load", "100"), "needs --load and --repetitions"),
        (("--load", "100", "--repetitions", "9"), "2-6 repetitions"),
        (("--exercise", "curl"), "leg_press, hack_squat"),
        (("--kg", "140", "--on", "yesterday"), "YYYY-MM-DD"),
        (("--kg", "140", "--on", "2999-01-01"), "has not come yet"),
    ],
)
def test_the_command_says_what_is_wrong(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    from typer.testing import CliRunner

    from station.__main__ import app

    command(tmp_path, "add", "K-0001")
    refused = CliRunner().invoke(app, ["patient", "one-rm", "K-0001", *words, "--data", str(tmp_path)])

    assert refused.exit_code != 0
    assert said in str(refused.exception)
