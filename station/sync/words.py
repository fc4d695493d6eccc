"""How the report speaks each language: words from a table; figures, loads and dates as the language writes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from station.language import Language

Table = Mapping[str, tuple[str, str, str]]
"""Words and sentences by name, each in bokmål, nynorsk and English."""
_COLUMN = {Language.BOKMAL: 0, Language.NYNORSK: 1, Language.ENGLISH: 2}
# fmt: off
_ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words."""

    language: Language
    table: Table

    def __call__(self, name: str, **figures: object) -> str:
        """The word or sentence, its figures filled in."""
        return self.table[name][_COLUMN[self.language]].format(**figures)

    def and_of(self, table: Table) -> "Words":
        """The same language with the words of another table besides, or in place of its own."""
        return Words(self.language, {**self.table, **table})

    def figure(self, amount: float | None, decimals: int = 1) -> str:
        """A figure as the language writes it; a dash for what nobody measured."""
        if amount is None:
            return "–"
        text = f"{amount:.{decimals}f}"
        return text if self.language is Language.ENGLISH else text.replace(".", ",")

    def kg(self, load_kg: float | None) -> str:
        """A load with a decimal only where it has one."""
        whole = load_kg is not None and load_kg == round(load_kg)
        return self.figure(load_kg, 0 if whole else 1)

    def when(self, wall: datetime) -> str:
        """A date with its time of day."""
        if self.language is Language.ENGLISH:
            return f"{wall.day} {_ENGLISH_MONTHS[wall.month - 1]} {wall.year}, {wall:%H:%M}"
        return f"{wall:%d.%m.%Y} kl. {wall:%H.%M}"


def clock_text(seconds: float) -> str:
    """Seconds as minutes and seconds: 12:48."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
