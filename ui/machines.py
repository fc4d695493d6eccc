"""The drawing of a leg press: a person who leans back and pushes the plates up."""

from ui.scene import Disc, Element, Stroke
from ui.theme import BODY, INK_SOFT, OK, TRACK


def leg_press(x: float, y: float, size: float) -> tuple[Element, ...]:
    """A leg press from the side, about `size` wide around its middle."""

    def at(across: float, down: float) -> tuple[float, float]:
        return x + across * size, y + down * size

    def pen(*points: tuple[float, float], width: float, fill: tuple[int, int, int]) -> Stroke:
        return Stroke(points=tuple(at(*point) for point in points), width=width * size, fill=fill)

    head, plates = at(-0.36, -0.06), at(0.36, -0.3)
    return (
        pen((-0.48, 0.4), (0.46, 0.4), width=0.04, fill=TRACK),
        pen((-0.08, 0.36), (0.44, -0.34), width=0.03, fill=TRACK),
        pen((-0.46, 0.08), (-0.2, 0.33), (0.02, 0.3), width=0.05, fill=TRACK),
        Disc(x=head[0], y=head[1], radius=0.085 * size, fill=BODY),
        pen((-0.3, 0.08), (-0.1, 0.25), width=0.13, fill=BODY),
        pen((-0.1, 0.24), (0.03, -0.06), (0.2, -0.13), width=0.09, fill=BODY),
        pen((0.13, -0.25), (0.31, -0.05), width=0.04, fill=INK_SOFT),
        Disc(name="plates", x=plates[0], y=plates[1], radius=0.15 * size, fill=OK),
        Disc(x=plates[0], y=plates[1], radius=0.03 * size, fill=TRACK),
    )
