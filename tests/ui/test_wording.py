import re
import string
from dataclasses import replace
from itertools import combinations

import pygame
import pytest
from ui_moments import every_moment, every_scene

from station.moment import Language
from station.training.cue import Cue
from ui.gallery import moments
from ui.pages.choose import page
from ui.pages.said import said
from ui.paint.painter import Painter
from ui.scene import Line, Scene
from ui.wording.catalogue import clock, read_po, words_in

LONGEST_CUE_WORDS = 5
SIZES = ((1920, 1080), (1280, 720), (800, 480))
BLAMING = ("feil", "ikke bra", "dårlig", "mislyk", "fail", "wrong", "bad", "poor", "must", "må ")
TECHNICAL = ("bluetooth", "sensor", "error", "vo2", "data", "signal", "bpm", "hrmax")


@pytest.mark.parametrize("language", Language)
def test_every_sentence_exists_in_every_language_with_the_same_gaps(language: Language) -> None:
    here, reference = words_in(language).sentences, words_in(Language.BOKMAL).sentences

    assert here.keys() == reference.keys()
    assert {key: _gaps(sentence) for key, sentence in here.items()} == {
        key: _gaps(sentence) for key, sentence in reference.items()
    }
    assert all(sentence.strip() for sentence in here.values())


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
    finally:
        object.__setattr__(words, "sentences", sentences)

    # The language key asks for the other language's name.
    assert sentences.keys() - asked == {"cue.start_belt", "language.name"}


@pytest.mark.parametrize("language", Language)
def test_a_cue_is_at_most_five_words(language: Language) -> None:
    for key, sentence in words_in(language).sentences.items():
        if key.startswith("cue."):
            words = [word for word in sentence.split() if any(sign.isalnum() for sign in word)]
            assert len(words) <= LONGEST_CUE_WORDS, sentence


@pytest.mark.parametrize("language", Language)
def test_no_sentence_blames_or_is_technical(language: Language) -> None:
    for sentence in words_in(language).sentences.values():
        plain = sentence.lower()
        assert not any(word in plain for word in BLAMING), sentence
        assert not any(re.search(rf"\b{word}\b", plain) for word in TECHNICAL), sentence


def test_every_cue_has_a_sentence() -> None:
    moment = moments()["work-in-zone"]

    for cue in Cue:
        for language in Language:
            assert said(replace(moment, cue=cue), words_in(language)).sentence


@pytest.mark.parametrize("size", SIZES)
def test_every_text_of_every_language_fits_its_place(size: tuple[int, int]) -> None:
    painter = Painter(size, Scene(page="empty", elements=()))
    too_long = [
        f"{line.text!r}: {painter.width(line):.0f} of {line.room:.0f}"
        for line in {line for _, scene in every_scene() for line in scene.lines()}
        if painter.width(line) > line.room
    ]

    assert not too_long


def test_no_text_lies_over_another_text() -> None:
    painter = Painter((1920, 1080), Scene(page="empty", elements=()))
    every_line = {line for _, scene in every_scene() for line in scene.lines()}
    ink = {line: _ink(painter, line) for line in every_line}
    neighbours = {pair for _, scene in every_scene() for pair in combinations(scene.lines(), 2)}

    over = [f"{one.text!r} and {other.text!r}" for one, other in neighbours if ink[one].colliderect(ink[other])]
    assert not over


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


def _gaps(sentence: str) -> set[str | None]:
    return {gap for _, gap, _, _ in string.Formatter().parse(sentence) if gap}


def _ink(painter: Painter, line: Line) -> pygame.Rect:
    bounds = painter.bounds(line)
    largest = max(span.size for span in line.spans)
    return pygame.Rect(
        bounds.left + largest * 0.1,
        line.baseline - 0.73 * largest,
        bounds.width - largest * 0.2,
        0.73 * largest + 0.2 * min(largest, 120),
    )
