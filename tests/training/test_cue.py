"""The one thing to say to the patient now, and what comes before what."""

import pytest

from station.training.advice import Advice, Reason
from station.training.cue import Cue, cue
from station.training.guard import Alarm
from station.training.prescription import Phase, Prescription
from station.training.reading import Reading
from station.training.session import Belt, Session
from station.training.zones import ZoneState

WALKING = Reading(at_s=0.0, speed_kmh=5.0, incline_percent=5.0)


def said(  # noqa: PLR0913  # one for each thing a cue follows from
    phase: Phase,
    advice: Advice | None = None,
    *,
    zone: ZoneState = ZoneState.IN,
    alarm: Alarm | None = None,
    reading: Reading = WALKING,
    belt: Belt = Belt.MOVING,
) -> Cue:
    return cue(Session(prescription=Prescription(), phase=phase, belt=belt), reading, zone, advice, alarm)


def advice(incline: float | None, speed: float | None = None, reason: Reason = Reason.IN_ZONE) -> Advice:
    return Advice(incline_percent=incline, speed_kmh=speed, reason=reason, since_s=0.0)


@pytest.mark.parametrize(
    ("phase", "expected"),
    [
        (Phase.READY, Cue.START_BELT),
        (Phase.WARM_UP, Cue.EASY_START),
        (Phase.INTERVAL, Cue.HOLD),
        (Phase.RECOVERY, Cue.WALK_EASY),
        (Phase.COOL_DOWN, Cue.COOL_DOWN),
        (Phase.FINISHED, Cue.WELL_DONE),
        (Phase.STOPPED, Cue.YOU_CAME),
    ],
)
def test_each_phase_has_its_own_sentence(phase: Phase, expected: Cue) -> None:
    assert said(phase) is expected


def test_a_heart_on_its_way_up_is_waited_for() -> None:
    assert said(Phase.INTERVAL, zone=ZoneState.BELOW) is Cue.WAIT


@pytest.mark.parametrize(
    ("alarm", "expected"),
    [
        (Alarm.TOO_HARD, Cue.TOO_HARD),
        (Alarm.REST_NOW, Cue.TOO_HARD),
        (Alarm.CALL_STAFF, Cue.CALL_STAFF),
        (Alarm.CHECK_STRAP, Cue.CHECK_STRAP),
        (Alarm.STRAP_LOST, Cue.STRAP_LOST),
    ],
)
def test_an_alarm_comes_before_everything_else(alarm: Alarm, expected: Cue) -> None:
    assert said(Phase.INTERVAL, advice(9.0), alarm=alarm, belt=Belt.STANDING) is expected


def test_a_standing_belt_comes_before_the_advice() -> None:
    assert said(Phase.INTERVAL, advice(9.0), belt=Belt.STANDING) is Cue.BELT_STANDING


@pytest.mark.parametrize(
    ("advised", "expected"),
    [
        (advice(6.0), Cue.RAISE_INCLINE),
        (advice(4.0), Cue.LOWER_INCLINE),
        (advice(5.2), Cue.HOLD),
        (advice(5.0, 5.5), Cue.FASTER),
        (advice(None, 4.5), Cue.SLOWER),
        (advice(5.0, 5.2), Cue.HOLD),
        (advice(8.0, reason=Reason.INTERVAL_SOON), Cue.GET_READY),
        (advice(5.0, reason=Reason.EFFORT), Cue.BY_FEEL),
        (advice(5.0, reason=Reason.NOT_REACHING), Cue.BY_FEEL),
    ],
)
def test_what_is_still_to_be_done_is_said(advised: Advice, expected: Cue) -> None:
    assert said(Phase.INTERVAL, advised) is expected


def test_nothing_is_asked_of_a_belt_nobody_sees() -> None:
    assert said(Phase.INTERVAL, advice(9.0, 6.0), reading=Reading(at_s=0.0)) is Cue.HOLD
