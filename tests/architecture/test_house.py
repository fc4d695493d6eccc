"""The house itself: names that clash with nobody, docs that lead somewhere, and nothing that ties it to one machine."""

import re
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
OURS = ("station", "drivers", "ui")
PAGES = sorted([*HOUSE.glob("*.md"), *HOUSE.glob("docs/**/*.md")])


def test_no_installed_distribution_shares_our_top_level_names() -> None:
    clashes = {
        distribution.metadata["Name"]
        for distribution in distributions()
        for name in (distribution.read_text("top_level.txt") or "").split()
        if name in OURS
    }

    assert clashes <= {"motbakke"}


@pytest.mark.parametrize("folder", ["tests", "config", "systemd"])
def test_a_folder_without_code_to_import_is_no_package(folder: str) -> None:
    assert not (HOUSE / folder / "__init__.py").exists()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HOUSE)))
def test_every_link_in_the_docs_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    targets = [link for link in re.findall(r"\]\(([^)#]+)[^)]*\)", text) if "://" not in link]

    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_version_is_told_once() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    installed = {found.metadata["Name"]: found.version for found in distributions()}

    assert installed["motbakke"] == project["version"]


def test_every_module_is_imported_absolutely() -> None:
    relative = [
        path
        for package in OURS
        for path in (HOUSE / package).rglob("*.py")
        if re.search(r"^\s*from \.", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]

    assert relative == []
