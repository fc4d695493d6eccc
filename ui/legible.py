"""How large a text is for the eye that reads it: arcmin of capital height, for a screen and a distance. Pure."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from ui.scene import Line, Scene
from ui.theme import CAPITAL_EM

FLOOR_ARCMIN, KEY_FACT_ARCMIN = 20.0, 45.0
"""ISO 9241-3 asks for 16 at least and 20-22 preferably; the three key facts are far above it on purpose."""
KEY_FACTS = frozenset({"cue", "cue.more", "clock", "heart_rate"})
MM_PER_INCH = 25.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewing:
    """A screen, by its diagonal in inches and its pixels, and how far away it is read, in metres."""

    inches: float = 24.0
    metres: float = 1.5
    pixels: tuple[int, int] = (1920, 1080)

    def arcmin(self, size: float, canvas: tuple[int, int]) -> float:
        """The capital height of type of this size (canvas units per em), in arcmin."""
        pixel_mm = self.inches * MM_PER_INCH / math.hypot(*self.pixels)
        unit_mm = pixel_mm * min(self.pixels[0] / canvas[0], self.pixels[1] / canvas[1])
        height_mm = size * CAPITAL_EM * unit_mm
        return math.degrees(2 * math.atan(height_mm / 2 / (self.metres * 1000))) * 60


def too_small(scenes: Iterable[Scene], viewing: Viewing) -> list[str]:
    """Every text that cannot be read from there, each with its arcmin; empty when all is well."""
    found: set[str] = set()
    for scene in scenes:
        for line in scene.lines():
            arcmin = viewing.arcmin(_size_that_counts(line), (scene.width, scene.height))
            if arcmin < (KEY_FACT_ARCMIN if line.name in KEY_FACTS else FLOOR_ARCMIN):
                found.add(f"{line.name}: {arcmin:.0f}")
    return sorted(found)


def farthest_m(scenes: Iterable[Scene], viewing: Viewing) -> float:
    """From how far away, in metres, every text can still be read on this screen: nearer than in `viewing` or not."""
    return min(
        viewing.metres
        * viewing.arcmin(_size_that_counts(line), (scene.width, scene.height))
        / (KEY_FACT_ARCMIN if line.name in KEY_FACTS else FLOOR_ARCMIN)
        for scene in scenes
        for line in scene.lines()
    )


def _size_that_counts(line: Line) -> float:
    sizes = [span.size for span in line.spans]
    # The unit beside a key fact is a label.
    return max(sizes) if line.name in KEY_FACTS else min(sizes)
