"""The keys that choose the language: all of them side by side, each by its own name, the one that is spoken lit."""

from station.intents import CARDS
from station.language import Language
from ui import theme
from ui.drawings import Icon, icon
from ui.pages.parts import KEY_HEIGHTS, KEYS_BELOW_Y, line
from ui.scene import Align, Box, Element, Face, Format, Touch
from ui.wording.catalogue import words_in

GLOBE_WIDTH = 92
GAP = 12
RIGHT = {Format.LANDSCAPE: 948, Format.PORTRAIT: 776}
"""They stand over the buttons that are free where a language is chosen."""


def language_keys(spoken: Language, form: Format) -> tuple[tuple[Element, ...], tuple[Touch, ...]]:
    """The keys, and where they can be touched; the button under the first goes to the next language."""
    top, height = KEYS_BELOW_Y[form], KEY_HEIGHTS[form]
    middle = top + height / 2
    left = theme.MARGIN + GLOBE_WIDTH
    width = (RIGHT[form] - left - (len(Language) - 1) * GAP) / len(Language)
    elements: list[Element] = list(icon(Icon.GLOBE, (theme.MARGIN + 36, middle), 72, fill=theme.INK_SOFT))
    touches: list[Touch] = []
    for place, (language, intent) in enumerate(zip(Language, CARDS, strict=False)):
        chosen = language is spoken
        x = left + place * (width + GAP)
        fill = theme.REST if chosen else theme.KEY
        elements += [
            Box(name=f"key.{language}", x=x, y=top, width=width, height=height, radius=32, fill=fill),
            line(
                f"language.{language}",
                words_in(language).say("language.name"),
                x + width / 2,
                middle + theme.SIZE_LABEL * theme.CAPITAL_EM / 2,
                face=Face.STRONG,
                size=theme.SIZE_LABEL,
                colour=theme.DARK_INK if chosen else theme.INK,
                align=Align.CENTRE,
                room=width - 12,
            ),
        ]
        touches.append(Touch(x=x, y=top, width=width, height=height, intent=intent))
    return tuple(elements), tuple(touches)
