"""A keyboard at the therapist's side: Up and Down go up and down, and a digit chooses a row only where rows say so."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from office_steps import KNOWN, PIN, Thumb, at_the_door, inside

from station.doctor.finding import About
from station.intents import Intent
from station.language import Language
from station.office.known import Logged
from station.office.rows import NUMBERED
from station.office.sheet import Page, Sheet
from station.office.wishes import Fault, SaveHrMax
from station.staff.hr_max import HrMax
from station.staff.profile import Profile
from station.training.patient import HrMaxSource
from station.visit import Picture
from ui.gallery import moments
from ui.pages.choose import page as drawn
from ui.pages.office.station import station_page
from ui.scene import Format
from ui.wording.catalogue import words_in

NORWEGIAN = words_in(Language.BOKMAL)
OK, UP, DOWN, PLUS, MINUS = Intent.OK, Intent.UP, Intent.DOWN, Intent.PLUS, Intent.MINUS
MEASURED = HrMax(bpm=178, source=HrMaxSource.MEASURED, on=KNOWN.today, by="KS")
PROFILE = Profile(code="K-2047", picture=Picture.BOAT, birth_year=1984, hr_max=MEASURED)


def lying(page: Page, **sheet: object) -> Thumb:
    thumb = inside(replace(KNOWN, profile=PROFILE))
    thumb.side = thumb.side.over(Sheet(page=page, **sheet))  # type: ignore[arg-type]
    return thumb


@pytest.mark.parametrize("page", [Page.HOME, Page.PATIENTS, Page.FILE, Page.HR_SOURCE, Page.PLAN, Page.MODE])
def test_down_goes_down_a_list_and_up_goes_up(page: Page) -> None:
    thumb = lying(page, at=0)
    thumb.press(DOWN, DOWN)
    assert thumb.side.top.at == 2

    thumb.press(UP)

    assert thumb.side.top.at == 1


def test_the_four_keys_go_as_they_did() -> None:
    thumb = lying(Page.FILE, at=0)
    thumb.press(PLUS, PLUS)
    assert thumb.side.top.at == 2

    thumb.press(MINUS)

    assert thumb.side.top.at == 1


def test_up_makes_a_figure_larger_and_down_smaller() -> None:
    thumb = lying(Page.HR_FIGURE, figure=178)
    thumb.press(UP, UP)
    assert thumb.side.top.number == 180

    thumb.press(DOWN)

    assert thumb.side.top.number == 179


def test_up_makes_more_of_a_field_that_is_being_changed() -> None:
    thumb = lying(Page.PLAN, at=1)
    thumb.press(OK, DOWN)
    assert thumb.side.draft.plan.prescription.intervals == 3

    thumb.press(UP, UP)

    assert thumb.side.draft.plan.prescription.intervals == 5


def test_a_pin_is_turned_in_with_up() -> None:
    thumb = at_the_door()
    for digit in PIN:
        thumb.press(*[UP] * (int(digit) + 1), OK)
    thumb.press(OK)

    assert thumb.page is Page.HOME


def test_down_turns_to_the_next_page_of_the_audit() -> None:
    thumb = lying(Page.AUDIT)
    line = Logged(at=datetime(2026, 11, 25, tzinfo=UTC), who="KS", what="login")
    thumb.side = replace(thumb.side, known=replace(thumb.side.known, log=(line,) * 20))
    thumb.press(DOWN, DOWN, UP)

    assert thumb.side.top.at == 1


@pytest.mark.parametrize("form", Format)
def test_all_that_the_doctor_found_can_be_reached_with_down(form: Format) -> None:
    ten = tuple(About)
    thumb = lying(Page.STATION)
    thumb.side = replace(thumb.side, known=replace(thumb.side.known, doctor=ten))
    read = []
    for _ in range(6):
        scene = station_page(thumb.side, NORWEGIAN, form)
        read += [line.text for line in scene.lines() if (line.name or "").startswith("fact.doctor")]
        thumb.press(DOWN)

    assert [sentence in " ".join(read) for sentence in said_by_the_doctor(ten)] == [True] * 10
    assert thumb.side.top.at == 3


def said_by_the_doctor(found: tuple[About, ...]) -> list[str]:
    return [NORWEGIAN.say(f"staff.doctor.{about}") for about in found]


def test_the_station_page_turns_only_where_there_is_more_than_it_shows() -> None:
    thumb = lying(Page.STATION)
    thumb.side = replace(thumb.side, known=replace(thumb.side.known, doctor=tuple(About)[:3]))
    thumb.press(DOWN)
    touched = {touch.intent for touch in station_page(thumb.side, NORWEGIAN, Format.LANDSCAPE).touches}

    assert thumb.side.top.at == 0
    assert touched == {Intent.BACK, OK}


@pytest.mark.parametrize(
    "page", sorted({Page.WHO, Page.HR_SOURCE, Page.CLEARED_BY, Page.TEAM, Page.RESULTS, Page.PLAN})
)
def test_a_digit_where_no_row_has_a_number_chooses_nothing_and_says_so(page: Page) -> None:
    thumb = lying(page)
    thumb.types("1")

    assert thumb.page is page
    assert thumb.side.fault is Fault.NO_DIGITS
    assert len(thumb.wishes) == len(inside().wishes)


@pytest.mark.parametrize("page", [Page.HR_TWICE, Page.ONE_RM_TWICE, Page.FORGET, Page.ERASE])
def test_no_digit_says_yes(page: Page) -> None:
    thumb = lying(page)
    thumb.types("2")
    thumb.press(OK)

    assert thumb.page is page
    assert len(thumb.wishes) == len(inside().wishes)


def test_ok_after_a_figure_that_was_typed_too_early_chooses_no_row_and_the_next_one_does() -> None:
    thumb = lying(Page.HR_SOURCE)
    thumb.types("182")
    thumb.press(OK)
    assert thumb.page is Page.HR_SOURCE

    thumb.press(OK)

    assert thumb.page is Page.HR_FIGURE
    assert thumb.wished(SaveHrMax) is None


def test_a_page_with_numbered_rows_says_what_a_digit_does() -> None:
    seen = set()
    for moment in moments().values():
        if moment.office is not None and moment.office.is_open:
            scene = drawn(moment)
            numbers = any((line.name or "").startswith("digit.") for line in scene.lines())
            said = "Sifferet velger raden" in " ".join(line.text for line in scene.lines())
            assert numbers == said == (moment.office.top.page in NUMBERED)
            seen.add(moment.office.top.page)

    assert seen >= NUMBERED
