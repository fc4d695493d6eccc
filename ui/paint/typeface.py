"""Measures and draws lines of text at one scale."""

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
