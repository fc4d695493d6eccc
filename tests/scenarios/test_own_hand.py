"""A whole session of somebody who sets another hill than she is asked for: the station adapts and does not nag."""

from collections import Counter

import pytest

from drivers.simulated.patient import VirtualPatient
from station.coach.coaching import Coaching, after, begin
from station.moment import Moment, StrapState
from station.training.cue import Cue
from station.training.patient import Patient
from station.training.prescription import Phase
from station.training.reading import Reading
from ui.spoken import Heard, heard

ANNE = Patient(
    hr_max_bpm=185, start_incline_percent=6, warm_up_incline_percent=2, recovery_incline_percent=2, speed_kmh=5.5
)
PRESSES_AFTER_S = 4
MOTOR_PERCENT_S = 0.7


class Walk:
    """Forty minutes: what was asked for, how long it stood on the screen, and what was said, by interval."""

    def __init__(self, less_percent: float | None) -> None:
        self.asked: Counter[int] = Counter()
        self.shown_s: Counter[int] = Counter()
        self.said: Counter[int] = Counter()
        heart, coaching, sounds = VirtualPatient.typical(2), begin(ANNE), Heard()
        incline = aim = 1.0
        pressed_at_s, wanted, shown = 0, 1.0, None
        for second in range(int(ANNE.prescription.total_s)):
            beats = round(heart.step(1.0, 5.0, incline))
            reading = Reading(
                at_s=float(second),
                heart_rate_bpm=beats,
                speed_kmh=5.0,
                incline_percent=round(2 * incline) / 2,
                contact=True,
            )
            coaching = after(coaching, reading)
            interval, advice = coaching.session.interval, coaching.advice
            working = coaching.session.phase is Phase.INTERVAL
            percent = advice.incline_percent if advice else None
            if percent is not None and percent != shown:
                self.asked[interval] += working and percent > reading.incline_percent
                wanted = percent - (less_percent or 0.0) if working else percent
                pressed_at_s = second + PRESSES_AFTER_S if less_percent is not None or not working else second + 9999
            shown = percent
            if second == pressed_at_s:
                aim = max(0.0, wanted)
            incline += max(-MOTOR_PERCENT_S, min(MOTOR_PERCENT_S, aim - incline))
            self.shown_s[interval] += working and coaching.cue is Cue.RAISE_INCLINE
            sounds = heard(sounds, moment(coaching, reading))
            sentence = sounds.sounding.sentence if sounds.sounding else None
            self.said[interval] += working and sentence == "cue.raise_incline"


def moment(coaching: Coaching, reading: Reading) -> Moment:
    return Moment(
        patient=ANNE,
        session=coaching.session,
        reading=reading,
        zone_state=coaching.zone_state,
        advice=coaching.advice,
        cue=coaching.cue,
        strap=StrapState.BEATING,
        treadmill_connected=True,
    )


@pytest.mark.parametrize(
    ("less_percent", "most"), [(1.5, 3), (2.5, 2), (None, 2)], ids=["a little less", "much less", "never touches it"]
)
def test_who_sets_another_hill_is_asked_again_once_at_most(less_percent: float | None, most: int) -> None:
    """A little less may be more than half of what was asked: that is following, and the next request is a new one."""
    walk = Walk(less_percent)

    for interval in (1, 2, 3, 4):
        assert walk.asked[interval] <= most
        assert walk.said[interval] <= most
        assert walk.shown_s[interval] <= (100 if less_percent is None else 40)
