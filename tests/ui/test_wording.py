from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path

import pygame
import pytest
from babel.messages.pofile import read_po as read_babel
from babel.numbers import format_decimal
from ui_moments import every_moment, every_scene

from station.language import Language
from station.training.cue import Cue
from ui.gallery import SIZES, moments
from ui.pages.choose import page
from ui.pages.out_of_order import out_of_order
from ui.pages.said import said
from ui.paint.painter import Painter
from ui.scene import Format, Line, format_of
from ui.wording import catalogue
from ui.wording.__main__ import main
from ui.wording.catalogue import clock, files_of, read_po, words_in
from ui.wording.lint import faults


@pytest.mark.parametrize("language", Language)
def test_nothing_is_missing_long_blaming_or_technical_in_any_language(language: Language) -> None:
    assert not list(faults(words_in(language).sentences, words_in(Language.BOKMAL).sentences))


@pytest.mark.parametrize(
    ("key", "sentence", "fault"),
    [
        ("cue.hold", "Hold denne farten helt til slutt", "6 words"),
        ("cue.hold", "Du må løpe fortere", "blames"),
        ("cue.hold", "Bluetooth er borte", "technical"),
        ("cue.hold", " ", "empty"),
        ("cue.hold", "HOLD JEVNT", "shouts"),
        ("cue.hold", "Hold {speed}", "gaps"),
        ("cue.hold", "Minuttstreningsøkter", "too long"),
        ("cue.new", "Hold jevnt", "no page"),
    ],
)
def test_the_lint_says_what_to_mend(key: str, sentence: str, fault: str) -> None:
    good = dict(words_in(Language.BOKMAL).sentences)

    found = list(faults({**good, key: sentence}, good))

    assert any(fault in line for line in found), found


def test_a_sentence_that_was_left_out_is_told() -> None:
    good = dict(words_in(Language.BOKMAL).sentences)
    without = {key: sentence for key, sentence in good.items() if key != "cue.hold"}

    assert list(faults(without, good)) == ["cue.hold: is missing"]


def test_the_lint_can_be_run_by_a_therapist(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0
    assert capsys.readouterr().out == "0 to mend.\n"


@pytest.mark.parametrize("language", Language)
def test_a_catalogue_is_what_gettexts_own_tools_read(language: Language) -> None:
    theirs = {}
    for name in files_of(language):
        file = Path(catalogue.__file__).with_name(name)
        catalog = read_babel(BytesIO(file.read_bytes()), abort_invalid=True)
        theirs.update({str(message.id): str(message.string) for message in catalog if message.id})
        assert str(catalog.locale) == language
        assert not list(catalog.check())
        assert not any(message.fuzzy for message in catalog if message.id)

    assert theirs == words_in(language).sentences


def test_what_a_therapist_reads_may_be_technical_but_never_blames() -> None:
    good = dict(words_in(Language.BOKMAL).sentences)

    assert not list(faults({**good, "staff.station.version": "Serverens versjon"}, good))
    assert list(faults({**good, "staff.station.version": "Dette er feil"}, good))


@pytest.mark.parametrize("language", Language)
def test_figures_are_written_as_the_languages_own_rules_say(language: Language) -> None:
    locale = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}[language]

    for figure in (6.0, 12.5, -1.5):
        assert words_in(language).decimal(figure) == format_decimal(figure, "0.0", locale=locale).replace("-", "−")


@pytest.mark.parametrize("language", Language)
def test_every_sentence_is_used_on_some_page(language: Language) -> None:
    asked: set[str] = set()

    class Listening(dict[str, str]):
        def __getitem__(self, key: str) -> str:
            asked.add(key)
            return super().__getitem__(key)

    words = words_in(language)
    sentences = words.sentences
    object.__setattr__(words, "sentences", Listening(sentences))
    try:
        for _, moment in every_moment():
            if moment.language is language:
                page(moment)
        out_of_order(words, words, "why")
    finally:
        object.__setattr__(words, "sentences", sentences)

    assert sentences.keys() - asked == {"cue.start_belt", "cue.begin_sets"}


def test_every_cue_has_a_sentence() -> None:
    moment = moments()["work-in-zone"]

    for cue in Cue:
        for language in Language:
            assert said(replace(moment, cue=cue), words_in(language)).sentence


@pytest.mark.parametrize("size", SIZES)
def test_every_text_of_every_language_fits_its_place(size: tuple[int, int]) -> None:
    form = format_of(size)
    painter = Painter(size, page(moments()["idle"], form))
    too_long = [
        f"{line.name} {line.text!r}: {painter.width(line):.0f} of {line.room:.0f}"
        for line in _lines(form)
        if painter.width(line) > line.room
    ]

    assert not too_long


@pytest.mark.parametrize("form", Format)
def test_no_text_leaves_the_screen_or_lies_over_another(form: Format) -> None:
    painter = Painter(form.size, page(moments()["idle"], form))
    ink = {line: _ink(painter, line) for line in _lines(form)}
    over = set()
    for _, scene in every_scene():
        if (scene.width, scene.height) == form.size:
            lines = tuple(scene.lines())
            places = [ink[line] for line in lines]
            for number, place in enumerate(places):
                hit = place.collidelistall(places[number + 1 :])
                over |= {f"{lines[number].text!r} and {lines[number + 1 + behind].text!r}" for behind in hit}
    screen = pygame.Rect((0, 0), form.size)
    out = [line.text for line, place in ink.items() if not screen.contains(place)]
    assert not over
    assert not out


@cache
def _lines(form: Format) -> frozenset[Line]:
    return frozenset(
        line for _, scene in every_scene() if (scene.width, scene.height) == form.size for line in scene.lines()
    )


def test_numbers_are_written_as_people_write_them() -> None:
    norwegian, english = words_in(Language.BOKMAL), words_in(Language.ENGLISH)

    assert norwegian.decimal(6.5) == "6,5"
    assert norwegian.decimal(-1.0) == "−1,0"
    assert norwegian.short(6.0) == "6"
    assert english.decimal(6.0) == "6.0"
    assert english.short(6.5) == "6.5"


def test_lengths_are_written_in_minutes() -> None:
    words = words_in(Language.BOKMAL)

    assert words.length(240) == "4 minutter"
    assert words.length(60) == "1 minutt"
    assert words.length(90) == "1:30 min"
    assert clock(768) == "12:48"


def test_a_catalogue_is_read_as_gettext_reads_it() -> None:
    text = '# note\nmsgid ""\nmsgstr "Language: nb\\n"\n\nmsgid "a."\n"b"\nmsgstr "første "\n"\\"linje\\""\n'

    assert read_po(text) == {"a.b": 'første "linje"'}


def test_a_missing_sentence_is_a_programming_mistake() -> None:
    with pytest.raises(KeyError):
        words_in(Language.BOKMAL).say("no.such.sentence")


def _ink(painter: Painter, line: Line) -> pygame.Rect:
    bounds = painter.bounds(line)
    largest = max(span.size for span in line.spans)
    return pygame.Rect(
        bounds.left + largest * 0.1,
        line.baseline - 0.73 * largest,
        bounds.width - largest * 0.2,
        0.73 * largest + 0.2 * min(largest, 120),
    )
