"""Which of the therapist's pages is to be seen."""

from collections.abc import Callable, Mapping

from station.office.sheet import Page
from station.office.side import Side
from ui.pages.office.entry import code_page, weeks_page
from ui.pages.office.hr_max import hr_max_again_page, hr_max_page
from ui.pages.office.one_rm import (
    one_rm_again_page,
    one_rm_kg_page,
    one_rm_page,
    one_rm_repetitions_page,
)
from ui.pages.office.people import (
    ask_page,
    cleared_by_page,
    export_page,
    file_page,
    home_page,
    mode_page,
    patients_page,
    picture_page,
    source_page,
    team_page,
    who_page,
)
from ui.pages.office.plan import plan_page
from ui.pages.office.results import learnt_page, results_page
from ui.pages.office.session import session_page
from ui.pages.office.station import audit_page, station_page
from ui.pages.office.who_works import secret_page, sign_page
from ui.scene import Format, Scene
from ui.wording.catalogue import Words


def office(side: Side, words: Words, form: Format) -> Scene:
    """The therapist's page that lies on top."""
    return PAGES[side.top.page](side, words, form)


PAGES: Mapping[Page, Callable[[Side, Words, Format], Scene]] = {
    Page.WHO: who_page,
    Page.PIN: secret_page,
    Page.SIGN: sign_page,
    Page.NEW_PIN: secret_page,
    Page.NEW_PIN_AGAIN: secret_page,
    Page.HOME: home_page,
    Page.PATIENTS: patients_page,
    Page.CODE: code_page,
    Page.PICTURE: picture_page,
    Page.FILE: file_page,
    Page.HR_SOURCE: source_page,
    Page.HR_FIGURE: hr_max_page,
    Page.HR_TWICE: hr_max_again_page,
    Page.ONE_RM: one_rm_page,
    Page.ONE_RM_FIGURE: one_rm_kg_page,
    Page.ONE_RM_LOAD: one_rm_kg_page,
    Page.ONE_RM_REPETITIONS: one_rm_repetitions_page,
    Page.ONE_RM_TWICE: one_rm_again_page,
    Page.PLAN: plan_page,
    Page.CLEARED_BY: cleared_by_page,
    Page.CLEARED_FOR: weeks_page,
    Page.RESULTS: results_page,
    Page.SESSION: session_page,
    Page.LEARNT: learnt_page,
    Page.FORGET: ask_page,
    Page.EXPORT: export_page,
    Page.ERASE: ask_page,
    Page.STATION: station_page,
    Page.MODE: mode_page,
    Page.AUDIT: audit_page,
    Page.TEAM: team_page,
}
