from pathlib import Path

import pygame

from station.moment import Language
from ui.gallery import moments, render_all
from ui.pages.choose import page


def test_the_gallery_has_every_page() -> None:
    assert {page(moment).page for moment in moments().values()} == {"ready", "training", "strap_lost", "summary"}


def test_all_pictures_are_written_in_every_size_and_language(tmp_path: Path) -> None:
    sizes = ((160, 90), (80, 45))

    written = render_all(tmp_path / "screens", sizes=sizes)

    assert len(written) == len(set(written)) == len(moments()) * len(sizes) * len(Language)
    assert {pygame.image.load(path).get_size() for path in written} == set(sizes)


def test_rendering_opens_no_display(tmp_path: Path) -> None:
    render_all(tmp_path, sizes=((160, 90),), languages=(Language.BOKMAL,))

    assert not pygame.display.get_init()


def test_the_same_moment_is_the_same_picture(tmp_path: Path) -> None:
    first, second = (
        [path.read_bytes() for path in render_all(tmp_path / folder, sizes=((160, 90),), languages=(Language.ENGLISH,))]
        for folder in ("one", "two")
    )

    assert first == second
