"""The tables of hazards and threats: every test they name exists, and no row is without one or without saying so."""

import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
TABLES = {"safety.md": "| hazard |", "security.md": "| threat |"}
DEFINED = {
    name
    for path in (HOUSE / "tests").rglob("*.py")
    for name in re.findall(r"^\s*(?:async )?def (\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE)
}


def rows(page: str) -> list[list[str]]:
    text = (HOUSE / "docs" / page).read_text(encoding="utf-8")
    table = text[text.index(TABLES[page]) :].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table]


@pytest.mark.parametrize("page", TABLES)
def test_every_test_that_a_page_names_exists(page: str) -> None:
    named = {name for row in rows(page) for name in re.findall(r"`(test_\w+)`", row[-1])}

    assert named - DEFINED == set()
    assert len(named) > 10


@pytest.mark.parametrize("page", TABLES)
def test_every_row_names_a_test_or_says_that_there_is_none(page: str) -> None:
    bare = [row[0] for row in rows(page) if not re.search(r"`\w+`|\*\*no", row[-1])]

    assert bare == []
