"""Measures and draws lines of text at one scale."""

from dataclasses import replace
from pathlib import Path

import pygame
import pygame.font

from ui.paint.cache import Cache
from ui.scene import Align, Face, Line, Span

FONTS = Path(__file__).parents[1] / "fonts"
MOST_GLYPHS = 128
MOST_ADVANCES = 256
SHARE_LEFT_OF_X = {Align.LEFT: 0.0, Align.CENTRE: 0.5, Align.RIGHT: 1.0}
"""How much of a line's width lies left of its x."""


class Typeface:
    """The three cuts of Inter, at so many pixels a canvas unit."""

    def __init__(self, scale: float) -> None:
        pygame.font.init()
        self._scale = scale
        self._fonts: dict[tuple[Face, int], pygame.font.Font] = {}
        self._texts: Cache[pygame.Surface] = Cache(MOST_GLYPHS)
        self._advances: Cache[list[tuple[str, int]]] = Cache(MOST_ADVANCES)

    def width_px(self, line: Line) -> int:
        """How wide the line is, in pixels."""
        gaps = round(line.gap * self._scale) * (len(line.spans) - 1)
        return gaps + sum(advance for span in line.spans for _, advance in self._pieces(span))

    def draw(self, surface: pygame.Surface, line: Line, x: int, baseline: int) -> None:
        """Draw the line on the surface, with its anchor at this place in pixels."""
        x -= round(self.width_px(line) * SHARE_LEFT_OF_X[line.align])
        for span in line.spans:
            font = self._font(span)
            for text, advance in self._pieces(span):
                inset = (advance - font.size(text)[0]) // 2
                surface.blit(self._text(span, text), (x + inset, baseline - font.get_ascent()))
                x += advance
            x += round(line.gap * self._scale)

    def cells_changed_px(self, old: Line, new: Line) -> tuple[int, int] | None:
        """Where two lines of steady figures differ, in pixels from their x; None if they differ in other things."""
        one, other = old.spans[0], new.spans[0]
        if not one.steady or replace(one, text=other.text) != other or replace(old, spans=new.spans) != new:
            return None
        if old.spans[1:] != new.spans[1:]:
            return None
        cells, before = self._pieces(other), self._pieces(one)
        if [advance for _, advance in cells] != [advance for _, advance in before]:
            return None
        changed = [place for place, (now, was) in enumerate(zip(cells, before, strict=True)) if now != was]
        if not changed:
            return None
        start = -round(self.width_px(new) * SHARE_LEFT_OF_X[new.align])
        from_px = start + sum(advance for _, advance in cells[: changed[0]])
        to_px = start + sum(advance for _, advance in cells[: changed[-1] + 1])
        # Tightly set figures reach a little over their cells.
        reach = max(1, round(abs(other.spacing_em) * self._size_px(other)))
        return from_px - reach, to_px + reach

    def _pieces(self, span: Span) -> list[tuple[str, int]]:
        return self._advances.get(span, lambda: self._measured(span))

    def _measured(self, span: Span) -> list[tuple[str, int]]:
        font = self._font(span)
        if not span.steady:
            return [(span.text, font.size(span.text)[0])]
        cell = max(font.size(digit)[0] for digit in "0123456789")
        air = round(span.spacing_em * self._size_px(span))
        # Between figures a colon stands at their middle, not on the baseline: the ratio sign does.
        signs = span.text.replace(":", "\N{RATIO}")
        return [(sign, cell + air if sign.isdigit() else font.size(sign)[0]) for sign in signs]

    def _text(self, span: Span, text: str) -> pygame.Surface:
        font = self._font(span)
        return self._texts.get(
            (span.face, self._size_px(span), span.colour, text), lambda: font.render(text, True, span.colour)
        )

    def _font(self, span: Span) -> pygame.font.Font:
        key = (span.face, self._size_px(span))
        if key not in self._fonts:
            self._fonts[key] = pygame.font.Font(str(FONTS / f"{span.face}.ttf"), key[1])
        return self._fonts[key]

    def _size_px(self, span: Span) -> int:
        return round(span.size * self._scale)
