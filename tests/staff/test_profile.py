from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.staff.clearance import Clearance, Role
from station.staff.hr_max import HrMax
from station.staff.one_rm import OneRmEntry
from station.staff.plan import FASTEST_WALK_KMH, Plan
from station.staff.profile import EASY_INCLINE_MAX_PERCENT, Profile, Restriction, restrictions, training_patient
from station.training.one_rm import OneRmSource
from station.training.patient import HrMaxSource, Reach
from station.training.prescription import Phase, Prescription
from station.training.reading import Reading
from station.training.session import Session, advance
from station.training.strength import Exercise, Strength
from station.visit import Picture

TODAY = date(2026, 11, 25)
CLEARED = Clearance(on=TODAY, role=Role.PHYSICIAN, until=TODAY + timedelta(days=90), by="KS")
MEASURED = HrMax(bpm=180, source=HrMaxSource.MEASURED, on=TODAY, by="KS")
LIFTED = OneRmEntry(exercise=Exercise.LEG_PRESS, kg=140, source=OneRmSource.MEASURED, on=TODAY, by="KS")
WHOLE = Profile(code="K-0001", picture=Picture.BOAT, birth_year=1986, hr_max=MEASURED, clearance=CLEARED)


@pytest.mark.parametrize(
    ("strength", "one_rms", "why"),
    [
        (Strength(), (), (Restriction.NO_LOAD,)),
        (Strength(test=True, repetitions=1), (), (Restriction.NO_LOAD,)),
        (Strength(start_kg=60), (), ()),
        (Strength(), (LIFTED,), ()),
        (Strength(), (replace(LIFTED, on=TODAY - timedelta(days=57)),), (Restriction.NO_LOAD,)),
        (Strength(exercise=Exercise.CALF_PRESS), (LIFTED,), (Restriction.NO_LOAD,)),
    ],
)
def test_sets_without_a_1rm_and_without_a_start_load_are_not_as_prescribed(
    strength: Strength, one_rms: tuple[OneRmEntry, ...], why: tuple[Restriction, ...]
) -> None:
    profile = replace(WHOLE, plan=Plan(prescription=Prescription(strength=strength)), one_rms=one_rms)

    assert restrictions(profile, today=TODAY) == why


def test_with_a_clearance_and_a_measured_hr_max_the_plan_applies_in_full() -> None:
    profile = replace(WHOLE, plan=Plan(prescription=Prescription(intervals=3), start_incline_percent=7.5))

    patient = training_patient(profile, today=TODAY, treadmill=Reach())

    assert restrictions(profile, today=TODAY) == ()
    assert (patient.hr_max_bpm, patient.hr_max_source) == (180, HrMaxSource.MEASURED)
    assert (patient.prescription.intervals, patient.start_incline_percent) == (3, 7.5)


@pytest.mark.parametrize(
    ("clearance", "why"),
    [
        (None, Restriction.NO_CLEARANCE),
        (replace(CLEARED, on=TODAY - timedelta(30), until=TODAY - timedelta(1)), Restriction.CLEARANCE_OVER),
        (replace(CLEARED, on=TODAY + timedelta(1)), Restriction.CLEARANCE_OVER),
    ],
)
def test_without_a_clearance_there_is_easy_walking_and_no_interval(
    clearance: Clearance | None, why: Restriction
) -> None:
    patient = training_patient(replace(WHOLE, clearance=clearance), today=TODAY, treadmill=Reach())

    assert restrictions(replace(WHOLE, clearance=clearance), today=TODAY) == (why,)
    assert patient.prescription.intervals == 0
    assert patient.walk_only
    assert patient.treadmill.speed_max_kmh == FASTEST_WALK_KMH
    assert patient.treadmill.incline_max_percent == EASY_INCLINE_MAX_PERCENT


def test_a_clearance_counts_on_its_last_day() -> None:
    assert restrictions(WHOLE, today=CLEARED.until.replace()) == (Restriction.HR_MAX_TOO_OLD,)


def test_easy_walking_goes_from_the_warm_up_to_the_cool_down() -> None:
    patient = training_patient(replace(WHOLE, clearance=None), today=TODAY, treadmill=Reach())
    session, seen = Session(prescription=patient.prescription), []
    for second in range(1300):
        session = advance(session, Reading(at_s=float(second), speed_kmh=4.0))
        if not seen or seen[-1] is not session.phase:
            seen.append(session.phase)

    assert seen == [Phase.WARM_UP, Phase.COOL_DOWN, Phase.FINISHED]


def test_an_hr_max_that_holds_no_longer_is_used_as_an_estimate() -> None:
    later = TODAY + timedelta(days=57)

    patient = training_patient(WHOLE, today=later, treadmill=Reach())

    assert patient.hr_max_source is HrMaxSource.EXPIRED
    assert patient.hr_max_estimated


def test_without_an_entry_the_age_formula_is_taken_and_told() -> None:
    profile = replace(WHOLE, hr_max=None)

    patient = training_patient(profile, today=TODAY, treadmill=Reach())

    assert (patient.hr_max_bpm, patient.hr_max_source) == (185, HrMaxSource.AGE_FORMULA)
    assert restrictions(profile, today=TODAY) == (Restriction.HR_MAX_BY_AGE,)


def test_somebody_of_whom_nothing_is_known_walks_easily_and_by_feel() -> None:
    patient = training_patient(Profile(code="K-1", picture=Picture.SUN), today=TODAY, treadmill=Reach())

    assert (patient.prescription.intervals, patient.by_feel, patient.hr_max_estimated) == (0, True, True)


@pytest.mark.parametrize(
    ("source", "changed", "by_feel"),
    [
        (HrMaxSource.MEASURED, None, False),
        (HrMaxSource.MEASURED, TODAY, True),
        (HrMaxSource.SESSION, None, True),
        (HrMaxSource.AGE_FORMULA, None, True),
    ],
)
def test_a_beta_blocker_means_felt_effort_unless_hr_max_was_measured_on_todays_dose(
    source: HrMaxSource, changed: date | None, *, by_feel: bool
) -> None:
    profile = replace(
        WHOLE, hr_max=replace(MEASURED, source=source), medication_changed=changed, plan=Plan(beta_blocker=True)
    )

    assert training_patient(profile, today=TODAY, treadmill=Reach()).by_feel is by_feel
    assert (Restriction.BETA_BLOCKER in restrictions(profile, today=TODAY)) is by_feel


plans = st.builds(
    Plan,
    walk_only=st.booleans(),
    speed_max_kmh=st.none() | st.floats(1, 30),
    incline_max_percent=st.none() | st.floats(0, 40),
    borg_mode=st.booleans(),
    beta_blocker=st.booleans(),
)


@given(plan=plans, cleared=st.booleans(), inclines=st.tuples(st.floats(0, 5), st.floats(6, 40)))
def test_no_plan_reaches_beyond_the_treadmill(plan: Plan, inclines: tuple[float, float], *, cleared: bool) -> None:
    treadmill = Reach(incline_min_percent=inclines[0], incline_max_percent=inclines[1])
    profile = replace(WHOLE, plan=plan, clearance=CLEARED if cleared else None)

    reach = training_patient(profile, today=TODAY, treadmill=treadmill).treadmill

    assert treadmill.incline_min_percent == reach.incline_min_percent
    assert reach.incline_max_percent <= treadmill.incline_max_percent
    assert reach.speed_max_kmh <= treadmill.speed_max_kmh


@pytest.mark.parametrize(
    "faulty",
    [
        {"walk_only": True, "speed_kmh": 8.0},
        {"speed_kmh": 6.0, "speed_max_kmh": 5.0},
        {"start_incline_percent": 8.0, "incline_max_percent": 6.0},
        {"speed_max_kmh": 90.0},
        {"incline_max_percent": 55.0},
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(faulty: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(faulty))):
        Plan(**faulty)  # type: ignore[arg-type]


@pytest.mark.parametrize("days", [-1, 367])
def test_a_clearance_lasts_between_a_day_and_a_year(days: int) -> None:
    with pytest.raises(ValueError, match="from a day to a year"):
        Clearance(on=TODAY, role=Role.NURSE, until=TODAY + timedelta(days=days), by="KS")
