"""What the therapist reads of other parts of the station has words in each language."""

import pytest

from station.doctor.finding import About
from station.language import Language
from station.staff.desk import Locked
from ui.gallery_office import CHANGED, VIEWED
from ui.wording.catalogue import words_in


@pytest.mark.parametrize("language", Language)
def test_whatever_the_doctor_finds_is_told_in_the_therapists_language(language: Language) -> None:
    sentences = words_in(language).sentences

    assert {f"staff.doctor.{about}" for about in About} <= sentences.keys()


@pytest.mark.parametrize("language", Language)
def test_whatever_the_audit_tells_of_is_told_in_the_therapists_language(language: Language) -> None:
    sentences = words_in(language).sentences

    assert {f"staff.audit.of.{what}" for what in (*Locked, *CHANGED, *VIEWED)} <= sentences.keys()
