"""The therapist's entries: few keys, nonsense refused with a sentence, and nothing saved before its end."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office_steps import KNOWN, Thumb, inside

from station.intents import Intent
from station.office.entering import code_of, hr_max_of
from station.office.plan_fields import FIELDS, shown, turned
from station.office.sheet import Page
from station.office.wishes import (
    AnswerProposal,
    Create,
    Erase,
    Fault,
    Forget,
    SaveClearance,
    SaveHrMax,
    SavePlan,
    SetMode,
    Start,
)
from station.staff.clearance import Role
from station.staff.hr_max import HrMax
from station.staff.mode import Mode
from station.staff.plan import Plan
from station.staff.profile import Profile, Proposal
from station.training.patient import HrMaxSource
from station.training.zones import Zone
from station.visit import Picture
from ui.gallery import moments
from ui.pages.choose import page as drawn

OK, PLUS, MINUS, BACK = Intent.OK, Intent.PLUS, Intent.MINUS, Intent.BACK
MEASURED = HrMax(bpm=178, source=HrMaxSource.MEASURED, on=KNOWN.today, by="KS")
PROFILE = Profile(code="K-2047", picture=Picture.BOAT, birth_year=1984, hr_max=MEASURED)


def with_file(profile: Profile = PROFILE) -> Thumb:
    thumb = inside(replace(KNOWN, profile=profile))
    thumb.press(OK)
    thumb.types("2047")
    thumb.press(OK)
    assert thumb.page is Page.FILE
    thumb.keys = 0
    return thumb


def test_new_patient_hr_max_prescription_clearance_and_start_in_twelve_keys() -> None:
    thumb = inside()
    thumb.press(PLUS, OK)  # new patient
    thumb.types("2055")
    thumb.press(OK, OK)  # code, picture
    thumb.press(OK)  # measured
    thumb.types("182")
    thumb.press(OK, OK)  # HRmax, the prescription as it stands
    thumb.press(PLUS, OK, OK)  # cleared by a physician, for eight weeks
    thumb.press(OK)  # start

    assert thumb.keys <= 12
    assert thumb.wished(Create) == Create(code="K-2055", picture=Picture.HOUSE)
    assert thumb.wished(SaveHrMax) == SaveHrMax(code="K-2055", bpm=182, source=HrMaxSource.MEASURED)
    assert thumb.wished(SavePlan) == SavePlan(code="K-2055", plan=Plan())
    assert thumb.wished(SaveClearance) == SaveClearance(code="K-2055", role=Role.PHYSICIAN, weeks=8)
    assert thumb.wished(Start) == Start(code="K-2055")
    assert not thumb.side.is_open


def test_a_patient_is_found_by_the_digits_of_the_code() -> None:
    thumb = inside()
    thumb.press(OK)
    thumb.types("47")
    thumb.press(OK)

    assert thumb.page is Page.FILE
    assert thumb.side.known.profile is not None
    assert thumb.side.known.profile.code == "K-2047"


def test_digits_that_no_code_has_are_refused() -> None:
    thumb = inside()
    thumb.press(OK)
    thumb.types("99")

    assert thumb.side.fault is Fault.NOBODY
    assert thumb.side.top.typed == ""


def test_a_likely_hr_max_is_saved_at_once() -> None:
    thumb = with_file()
    thumb.press(Intent.ROW_2, OK)
    thumb.types("184")
    thumb.press(OK)

    assert thumb.wished(SaveHrMax) == SaveHrMax(code="K-2047", bpm=184, source=HrMaxSource.MEASURED)
    assert thumb.page is Page.FILE


@pytest.mark.parametrize("bpm", ["167", "190"])
def test_more_than_ten_beats_away_is_asked_twice_and_another_key_says_yes(bpm: str) -> None:
    thumb = with_file()
    thumb.press(Intent.ROW_2, OK)
    thumb.types(bpm)
    thumb.press(OK)
    assert thumb.page is Page.HR_TWICE
    assert thumb.wished(SaveHrMax) is None

    thumb.press(PLUS, OK)

    assert thumb.wished(SaveHrMax) == SaveHrMax(code="K-2047", bpm=int(bpm), source=HrMaxSource.MEASURED)


def test_pressing_ok_twice_by_habit_saves_no_unlikely_hr_max() -> None:
    thumb = with_file()
    thumb.press(Intent.ROW_2, OK)
    thumb.types("205")
    thumb.press(OK, OK)

    assert thumb.page is Page.HR_FIGURE
    assert thumb.wished(SaveHrMax) is None


def test_far_above_the_age_formula_is_asked_twice_even_from_a_stranger() -> None:
    # Born 1984: 42 years, 211 - 0.64 x 42 = 184; 184 + 15 = 199.
    thumb = with_file(replace(PROFILE, hr_max=None))
    thumb.press(OK, OK)
    thumb.types("200")
    thumb.press(OK)

    assert thumb.page is Page.HR_TWICE


@pytest.mark.parametrize("birth_year", [None, 1984, 1931])
def test_a_measured_hr_max_below_120_is_asked_twice_with_a_year_of_birth_too(birth_year: int | None) -> None:
    thumb = with_file(replace(PROFILE, hr_max=None, birth_year=birth_year))
    thumb.press(OK, OK)
    thumb.types("119")
    thumb.press(OK)

    assert thumb.page is Page.HR_TWICE
    assert thumb.wished(SaveHrMax) is None


@pytest.mark.parametrize("bpm", ["219", "110"])
def test_an_unlikely_hr_max_of_somebody_without_a_year_of_birth_is_asked_twice(bpm: str) -> None:
    thumb = with_file(replace(PROFILE, hr_max=None, birth_year=None))
    thumb.press(OK, OK)
    thumb.types(bpm)
    thumb.press(OK)

    assert thumb.page is Page.HR_TWICE
    assert thumb.wished(SaveHrMax) is None


@pytest.mark.parametrize(
    ("row", "typed", "fault"),
    [
        (Intent.ROW_1, "99", Fault.HR_RANGE),
        (Intent.ROW_1, "221", Fault.HR_RANGE),
        (Intent.ROW_2, "60", Fault.SESSION_RANGE),
        (Intent.ROW_3, "84", Fault.YEAR_RANGE),
        (Intent.ROW_3, "2024", Fault.YEAR_RANGE),
    ],
)
def test_impossible_figures_are_refused_with_a_sentence(row: Intent, typed: str, fault: Fault) -> None:
    thumb = with_file()
    thumb.press(Intent.ROW_2, row)
    thumb.types(typed)
    thumb.press(OK)

    assert thumb.side.fault is fault
    assert thumb.page is Page.HR_FIGURE
    assert thumb.wished(SaveHrMax) is None


@pytest.mark.parametrize(("row", "take"), [(Intent.ROW_4, True), (Intent.ROW_5, False)])
def test_a_proposal_is_taken_or_left_and_changes_nothing_by_itself(row: Intent, take: bool) -> None:  # noqa: FBT001
    seen = datetime(2026, 11, 23, 12, tzinfo=UTC)
    thumb = with_file(replace(PROFILE, proposals=(Proposal(id=7, bpm=187, seen=seen, session="s"),)))
    assert thumb.wished(SaveHrMax) is None

    thumb.press(Intent.ROW_2, row)

    assert thumb.wished(AnswerProposal) == AnswerProposal(code="K-2047", take=take)
    assert thumb.page is Page.FILE


def test_an_estimate_is_aimed_at_no_higher_than_ninety_percent() -> None:
    # Born 1984: HRmax 184 by the formula; 90 % of it are 165 beats, 95 % would be 174.
    scene = drawn(moments()["staff-hr-age-formula"])

    assert scene.text("zone.interval.beats") == "drag 157–165"


def test_an_age_gives_an_estimate_with_its_year() -> None:
    thumb = with_file(replace(PROFILE, hr_max=None, birth_year=None))
    thumb.press(OK, Intent.ROW_3)
    thumb.types("1984")
    assert hr_max_of(thumb.side) == 184
    thumb.press(OK)

    assert thumb.wished(SaveHrMax) == SaveHrMax(code="K-2047", bpm=184, source=HrMaxSource.AGE_FORMULA, birth_year=1984)


def test_a_sessions_highest_beat_gets_fifteen_more() -> None:
    thumb = with_file()
    thumb.press(Intent.ROW_2, Intent.ROW_2)
    thumb.types("165")

    assert hr_max_of(thumb.side) == 180


def test_nothing_is_saved_before_the_end_of_an_entry() -> None:
    thumb = with_file()
    thumb.press(Intent.ROW_2, OK)
    thumb.types("18")
    thumb.wait(300.0)

    assert thumb.wished(SaveHrMax) is None
    assert not thumb.side.is_open


def test_back_out_of_a_field_leaves_what_was_there() -> None:
    thumb = with_file()
    thumb.types("3")
    thumb.press(PLUS, PLUS, OK)  # past the template to the number of intervals
    thumb.press(MINUS, MINUS)
    assert thumb.side.draft.plan.prescription.intervals == 2

    thumb.press(BACK)

    assert thumb.side.draft.plan.prescription.intervals == 4


def test_a_changed_prescription_is_one_wish() -> None:
    thumb = with_file()
    thumb.types("3")
    thumb.press(PLUS, PLUS, OK, MINUS, OK)
    thumb.press(MINUS, MINUS, OK)

    saved = thumb.wished(SavePlan)
    assert isinstance(saved, SavePlan)
    assert saved.plan.prescription.intervals == 3
    assert thumb.page is Page.FILE


def test_a_row_can_be_touched() -> None:
    thumb = with_file()
    thumb.press(Intent.ROW_3, Intent.ROW_2, MINUS, Intent.ROW_2, Intent.ROW_16)

    saved = thumb.wished(SavePlan)
    assert isinstance(saved, SavePlan)
    assert saved.plan.prescription.intervals == 3


def test_not_yet_cleared_is_no_clearance() -> None:
    thumb = with_file()
    thumb.types("4")
    thumb.press(OK)

    assert thumb.wished(SaveClearance) is None
    assert thumb.page is Page.FILE


@pytest.mark.parametrize("weeks", ["0", "53"])
def test_a_clearance_lasts_from_a_week_to_a_year(weeks: str) -> None:
    thumb = with_file()
    thumb.types("4")
    thumb.press(PLUS, OK)
    thumb.types(weeks)
    thumb.press(OK)

    assert thumb.side.fault is Fault.WEEKS_RANGE


def test_a_free_code_keeps_its_zeros() -> None:
    thumb = inside(replace(KNOWN, free_code="K-0017"))
    thumb.press(PLUS, OK)
    assert code_of(thumb.side) == "K-0017"
    thumb.press(PLUS)
    assert code_of(thumb.side) == "K-0018"

    thumb.press(OK, OK)

    created = thumb.wished(Create)
    assert isinstance(created, Create)
    assert created.code == "K-0018"


def test_a_code_that_somebody_has_is_refused() -> None:
    thumb = inside()
    thumb.press(PLUS, OK)
    thumb.types("2047")
    thumb.press(OK)

    assert thumb.side.fault is Fault.CODE_TAKEN
    assert thumb.page is Page.CODE


def test_forgetting_is_asked_for_twice_and_no_comes_first() -> None:
    thumb = with_file()
    thumb.side = replace(thumb.side, known=replace(thumb.side.known, learnt=_learnt()))
    thumb.types("6")
    thumb.press(OK, OK)
    assert thumb.wished(Forget) is None

    thumb.press(OK, PLUS, OK)

    assert thumb.wished(Forget) == Forget(code="K-2047")


def test_erasing_is_asked_for_twice_and_no_comes_first() -> None:
    thumb = with_file()
    thumb.types("8")
    thumb.press(OK)
    assert thumb.wished(Erase) is None
    assert thumb.page is Page.FILE

    thumb.types("8")
    thumb.press(PLUS, OK)

    assert thumb.wished(Erase) == Erase(code="K-2047")


def test_a_lower_top_speed_takes_the_interval_speed_with_it() -> None:
    fields = {field.name: field for field in FIELDS}
    plan = Plan(speed_kmh=6.0, speed_max_kmh=6.0)

    lowered = turned(plan, fields["speed_max_kmh"], -2, {})

    assert (lowered.speed_max_kmh, lowered.speed_kmh) == (5.0, 5.0)


def test_a_lower_steepest_hill_takes_the_start_with_it() -> None:
    fields = {field.name: field for field in FIELDS}
    plan = Plan(start_incline_percent=8.0, incline_max_percent=8.0)

    lowered = turned(plan, fields["incline_max_percent"], -2, {})

    assert (lowered.incline_max_percent, lowered.start_incline_percent) == (6.0, 6.0)


def test_the_station_can_be_set_to_show_nothing() -> None:
    thumb = inside()
    thumb.types("3")
    thumb.press(OK)
    thumb.types("1")

    assert thumb.wished(SetMode) == SetMode(mode=Mode.SHADOW)
    assert thumb.page is Page.STATION


@given(st.lists(st.tuples(st.sampled_from(FIELDS), st.integers(-20, 20)), max_size=30))
def test_no_turning_of_fields_makes_a_plan_that_contradicts_itself(turns: list[tuple[object, int]]) -> None:
    plan = Plan()
    for field, steps in turns:
        plan = turned(plan, field, steps, KNOWN.templates)  # type: ignore[arg-type]

    limits = plan.speed_max_kmh, plan.incline_max_percent
    assert limits[0] is None or plan.speed_kmh is None or plan.speed_kmh <= limits[0]
    assert limits[1] is None or plan.start_incline_percent is None or plan.start_incline_percent <= limits[1]


def test_a_zone_that_a_template_brought_takes_its_place_among_the_others() -> None:
    plan = Plan(prescription=replace(Plan().prescription, interval_zone=Zone(78, 88)))
    zone = next(field for field in FIELDS if field.name == "interval_zone")

    assert shown(turned(plan, zone, 1, {}), zone) == Zone(80, 90)
    assert shown(turned(plan, zone, -1, {}), zone) == Zone(75, 85)


def test_an_estimate_says_so_where_its_zones_are() -> None:
    assert drawn(moments()["staff-hr-age-formula"]).text("zones") == "Anslag 184 gir disse sonene"
    assert drawn(moments()["staff-hr-measured"]).text("zones") == "182 gir disse sonene"


def _learnt() -> object:
    side = moments()["staff-learnt"].office
    assert side is not None
    return side.known.learnt
