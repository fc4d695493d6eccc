"""Every sentence a patient or therapist reads, in every language; and numbers and times as people write them.

The patients' sentences stand in `nb.po`, `nn.po` and `en.po`, the therapists' in `staff-nb.po` and so on: the gettext
format that translators' tools and plain editors know. The files are read when their language is first shown. A sentence
that is missing is a programming mistake, and a test holds every language to the same list.
"""

import ast
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from station.language import Language

DASHES = "–\N{THIN SPACE}–"
"""What is shown instead of a number that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The sentences of one language, by key."""

    language: Language
    sentences: dict[str, str]

    def say(self, key: str, **filled: str | int) -> str:
        """The sentence with this key, its gaps filled in.

        Raises:
            KeyError: no such sentence, or a gap is not filled.
        """
        return self.sentences[key].format(**filled)

    def decimal(self, figure: float | None) -> str:
        """A figure with one decimal, 6,0; dashes when it is not known."""
        if figure is None:
            return DASHES
        return f"{figure:.1f}".replace("-", "−").replace(".", self.say("number.decimal_mark"))

    def short(self, figure: float) -> str:
        """A figure with a decimal only where it has one: 6 or 6,5."""
        return self.decimal(figure).removesuffix(self.say("number.decimal_mark") + "0")

    def day(self, on: date) -> str:
        """A day of the year: 12. mars."""
        return self.say("date.day", day=on.day, month=self.say(f"date.month.{on.month}"))

    def length(self, seconds: float) -> str:
        """A length of time in words: 4 minutter, 1 minutt, 1:30 min."""
        minutes, odd_s = divmod(round(seconds), 60)
        if odd_s:
            return self.say("length.odd", clock=clock(seconds))
        return self.say("length.minute") if minutes == 1 else self.say("length.minutes", minutes=minutes)


def clock(seconds: float) -> str:
    """Seconds as m:ss."""
    minutes, rest_s = divmod(round(seconds), 60)
    return f"{minutes}:{rest_s:02d}"


@cache
def words_in(language: Language) -> Words:
    """The sentences of this language."""
    texts = [Path(__file__).with_name(name).read_text(encoding="utf-8") for name in files_of(language)]
    return Words(language=language, sentences={key: said for text in texts for key, said in read_po(text).items()})


def files_of(language: Language) -> tuple[str, str]:
    """The catalogues of this language: what patients read, and what therapists do."""
    return f"{language}.po", f"staff-{language}.po"


def read_po(text: str) -> dict[str, str]:
    """The sentences of a gettext catalogue by their `msgid`; plural forms and contexts are not used here."""
    sentences: dict[str, str] = {}
    key, into_key = "", False
    for line in text.splitlines():
        keyword, _, quoted = line.partition('"')
        if line.startswith("#") or not quoted:
            continue
        piece: str = ast.literal_eval('"' + quoted)
        match keyword.strip():
            case "msgid":
                key, into_key = piece, True
            case "msgstr":
                sentences[key], into_key = piece, False
            case _ if into_key:
                key += piece
            case _:
                sentences[key] += piece
    sentences.pop("", None)
    return sentences
