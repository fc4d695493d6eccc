"""The heart's curve of a session, for the picture in its summary: a point each five seconds of the plan. Pure."""

from station.coach.coaching import Coaching
from station.training.reading import Reading

EACH_S = 5.0

Curve = tuple[tuple[float, int | None], ...]
"""Second of the plan, and beats a minute; None where the strap was silent."""


def traced(curve: Curve, coaching: Coaching, reading: Reading) -> Curve:
    """The curve with this reading, when it is time for a point.

    On the plan's axis, where the summary has its zones: a pause of the belt takes no room there.
    """
    second = coaching.session.plan_elapsed_s
    due = coaching.session.training and (not curve or second - curve[-1][0] >= EACH_S)
    return (*curve, (second, reading.heart_rate_bpm)) if due else curve
