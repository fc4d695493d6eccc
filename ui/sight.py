"""How others see the colours of a scene: in grey, and with each severe colour-blindness. Pure.

The scene is recoloured, not the picture: what is painted from it is what they would see.
"""

from dataclasses import replace

from ui.scene import Element, Line, Scene
from ui.theme import Colour

SEVERE = {
    # Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB.
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
    # Relative luminance (BT.709) for all three.
    "grey": ((0.2126, 0.7152, 0.0722),) * 3,
}
"""What each kind of sight makes of red, green and blue light."""

Light = tuple[float, float, float]


def linear(colour: Colour) -> Light:
    """The colour as amounts of light, 0-1 (sRGB, IEC 61966-2-1)."""
    shares = [channel / 255 for channel in colour]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)  # noqa: PLR2004
    return red, green, blue


def seen_by(light: Light, sight: str) -> Light:
    """The light as this kind of sight has it."""
    red, green, blue = (
        min(1.0, max(0.0, sum(share * channel for share, channel in zip(row, light, strict=True))))
        for row in SEVERE[sight]
    )
    return red, green, blue


def as_seen(scene: Scene, sight: str) -> Scene:
    """The scene in the colours that this kind of sight has of it."""
    return replace(scene, elements=tuple(_recoloured(element, sight) for element in scene.elements))


def colour_seen(colour: Colour, sight: str) -> Colour:
    """The colour as this kind of sight has it."""
    red, green, blue = (_channel(amount) for amount in seen_by(linear(colour), sight))
    return red, green, blue


def _channel(amount: float) -> int:
    share = amount * 12.92 if amount <= 0.0031308 else 1.055 * amount ** (1 / 2.4) - 0.055  # noqa: PLR2004
    return round(share * 255)


def _recoloured(element: Element, sight: str) -> Element:
    if isinstance(element, Line):
        spans = tuple(replace(span, colour=colour_seen(span.colour, sight)) for span in element.spans)
        return replace(element, spans=spans)
    return replace(element, fill=colour_seen(element.fill, sight))
