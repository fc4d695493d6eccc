"""What a sentence for patients must not be: long, blaming, technical, shouting, or another than its original. Pure.

For therapists who edit a catalogue: `python -m ui.wording` prints what is to be mended.
"""

import re
import string
from collections.abc import Iterator, Mapping

LONGEST_WORDS = {"cue.": 5, "key.": 2, "effort.": 4, "staff.": 12}
LONGEST_WORDS_ELSEWHERE = 8
"""One breath of reading; while walking, five words at most."""
LONGEST_LETTERS = 17
"""A longer word is not read in passing."""
BLAMING = (
    "feil", "ikke bra", "dårlig", "dårleg", "mislyk", r"må\b", "burde", "dessverre", "for sakte", "for svak",
    "fail", "wrong", "bad", "poor", "must", "should", "unfortunately", "too slow", "weak",
)  # fmt: skip
TECHNICAL = (
    "bluetooth", "sensor", "error", "vo2", "data", "signal", "bpm", "hrmax", "makspuls", "timeout", "server",
    "usb", "system", "kalibrer", r"synkroniser", "sync", "app-id", "parameter",
)  # fmt: skip
STAFF = "staff."
"""So begins what therapists read: the field's own words, and longer sentences; blame is as unwelcome."""
ALLOWED = {"ready.tighten.how": {"should"}}
"""In "it should not hurt" nobody is told what to do."""


def faults(sentences: Mapping[str, str], reference: Mapping[str, str]) -> Iterator[str]:
    """Everything that is to be mended in these sentences, held against those of the first language."""
    for key in reference.keys() - sentences.keys():
        yield f"{key}: is missing"
    for key in sentences.keys() - reference.keys():
        yield f"{key}: no page asks for it"
    for key, sentence in sentences.items():
        for fault in _of(key, sentence, reference.get(key, sentence)):
            yield f"{key}: {fault}: {sentence!r}"


def gaps(sentence: str) -> set[str]:
    """The names of the gaps that the station fills."""
    return {gap for _, gap, _, _ in string.Formatter().parse(sentence) if gap}


def _of(key: str, sentence: str, original: str) -> Iterator[str]:
    if not sentence.strip():
        yield "is empty"
    if gaps(sentence) != gaps(original):
        yield f"must have the gaps {sorted(gaps(original))}"
    words = [word for word in sentence.split() if any(sign.isalnum() for sign in word)]
    longest = next((most for start, most in LONGEST_WORDS.items() if key.startswith(start)), LONGEST_WORDS_ELSEWHERE)
    if len(words) > longest:
        yield f"has {len(words)} words, at most {longest} can be read here"
    yield from (f"the word {word!r} is too long" for word in words if len(word) > LONGEST_LETTERS)
    plain = sentence.lower()
    technical = () if key.startswith(STAFF) else TECHNICAL
    for kind, list_of_words in (("blames", BLAMING), ("is technical", technical)):
        for word in list_of_words:
            if re.search(rf"\b{word}", plain) and word not in ALLOWED.get(key, set()):
                yield f"{kind} ({word})"
    if sentence.isupper() and len(sentence) > 2:  # noqa: PLR2004  # OK is written so
        yield "shouts"
    if "!!" in sentence:
        yield "shouts"
