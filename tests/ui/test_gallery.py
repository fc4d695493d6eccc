from pathlib import Path

import pygame

from station.language import Language
from station.office.sheet import Page
from station.visit import Step
from ui.gallery import SIGHTS, moments, render, render_all
from ui.pages.choose import page
from ui.scene import Format


def test_the_gallery_has_every_page() -> None:
    pages = {page(moment).page for moment in moments().values()}

    assert pages == {
        *(str(step) for step in Step),
        "training",
        "set",
        "rest",
        "strap_lost",
        "treadmill_lost",
        "are_you_ok",
        "staff",
        "fault",
        "belt_moves",
        "summary",
        *(f"staff.{page}" for page in Page),
    }


def test_all_pictures_are_written_in_every_size_and_language_and_the_sheets(tmp_path: Path) -> None:
    sizes = ((80, 45), (45, 80))

    written = render_all(tmp_path / "screens", sizes=sizes, sights=("all", "grey"), sheet_width=48)

    pictures = [path for path in written if not path.name.startswith("sheet-")]
    assert len(written) == len(set(written))
    assert len(pictures) == len(moments()) * len(sizes) * len(Language)
    assert {pygame.image.load(path).get_size() for path in pictures} == set(sizes)
    assert {path.stem for path in set(written) - set(pictures)} == {"sheet-all", "sheet-grey"}
    assert set(SIGHTS) == {"all", "grey", "protanopia", "deuteranopia", "tritanopia"}


def test_what_is_looked_at_first_is_each_page_once_and_the_sheets(tmp_path: Path) -> None:
    written = render(tmp_path, (80, 45), sheet_width=48)

    names = {path.stem for path in written if path.exists()}
    assert len(names) == len(written) == len(moments()) + len(SIGHTS) + len(Language) * len(Format)
    assert {f"{name}-nb-80" for name in moments()} <= names
    assert {"sheet-grey", "sheet-en-portrait", "sheet-nn-landscape"} <= names


def test_rendering_opens_no_display(tmp_path: Path) -> None:
    render_all(tmp_path, sizes=((160, 90),), languages=(Language.BOKMAL,), sights=())

    assert not pygame.display.get_init()


def test_the_same_moment_is_the_same_picture(tmp_path: Path) -> None:
    first, second = (
        [
            path.read_bytes()
            for path in render_all(tmp_path / folder, sizes=((160, 90),), languages=(Language.ENGLISH,), sights=())
        ]
        for folder in ("one", "two")
    )

    assert first == second
