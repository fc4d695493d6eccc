"""Sample moments beside a machine, for every page of strength training: made by the core itself, press by press."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache, reduce

from station.coach.coaching import Coaching, Lesson, after, begin
from station.moment import Moment, StoreState, StrapState
from station.sets import MACHINE_CHECKS
from station.training.lifting import Lifted
from station.training.one_rm import OneRm
from station.training.patient import Patient
from station.training.prescription import Phase, Prescription
from station.training.reading import Press, Reading
from station.training.strength import Strength
from station.visit import Step, Visit

LEG_PRESS = Strength(one_rm=OneRm(kg=140.0))
SMALL_PLATES = replace(LEG_PRESS, plate_step_kg=2.5, one_rm=OneRm(kg=133.0))
TEST = Strength(test=True, repetitions=1, sets=6, start_kg=120, rest_s=120.0)
LAST_TIME = (Lifted(exercise="leg_press", load_kg=115, next_kg=120, plate_step_kg=5, one_rm_kg=140),)
BEATS = 112
ONE, ALL = (Press.REPETITION,), (Press.REPETITION,) * 15


@cache
def of_strength() -> dict[str, Moment]:
    """A moment for every page and state of a strength session, by the name of its picture."""
    come = Visit(begun=True, strap_needed=False)
    ready = _moment(LEG_PRESS, (), lessons=LAST_TIME)
    warm = ((Press.BEGIN,), ALL, (Press.BEGIN,), ALL, (Press.BEGIN,))
    third = (*warm, ALL, 180, ALL, 180)
    last = (*third, ALL, 180)
    asked = (*last, ONE * 4)
    return {
        **{
            f"strength-check-{number + 1}": replace(ready, visit=replace(come, checked=number))
            for number in range(len(MACHINE_CHECKS))
        },
        "strength-unwell": replace(ready, visit=replace(come, refused=Step.UNWELL)),
        "strength-start": replace(ready, visit=replace(come, checked=len(MACHINE_CHECKS))),
        "strength-start-first": _start(LEG_PRESS),
        "strength-start-no-load": _start(Strength()),
        "strength-start-test": _start(TEST),
        "strength-warm-up": _moment(LEG_PRESS, ((Press.BEGIN,), ONE * 3)),
        "strength-rest-warm-up": _moment(LEG_PRESS, ((Press.BEGIN,), ALL, 30)),
        "strength-set": _moment(LEG_PRESS, (*third, ONE * 2)),
        "strength-set-strap": _beating(_moment(LEG_PRESS, (*third, ONE))),
        "strength-set-begins": _moment(SMALL_PLATES, (*third,)),
        "strength-set-last": _moment(LEG_PRESS, (*last, ONE)),
        "strength-one-more": _moment(LEG_PRESS, asked),
        "strength-rest": _beating(_moment(LEG_PRESS, (*third, ALL, 19))),
        "strength-rest-taken-back": _moment(LEG_PRESS, (*third, ALL, 4)),
        "strength-rest-lighter": _moment(LEG_PRESS, (*third, (*ONE * 2, Press.ENOUGH), 60)),
        "strength-rest-count-in": _moment(LEG_PRESS, (*third, ALL, 173)),
        "strength-test-attempt": _moment(TEST, warm),
        "strength-test-rest": _moment(TEST, (*warm, ONE, 40)),
        "strength-summary": replace(_moment(LEG_PRESS, (*asked, ONE)), store=StoreState.SENT),
        "strength-summary-same": _moment(LEG_PRESS, (*asked, (Press.ENOUGH,)), lessons=LAST_TIME),
        "strength-summary-failed": _moment(
            LEG_PRESS, (*warm, ALL, 180, (*ONE * 2, Press.ENOUGH), 180, ALL, 180, ONE * 4, (Press.ENOUGH,))
        ),
        "strength-summary-stopped": replace(
            _moment(LEG_PRESS, (*third, ONE, (Press.STOP,))), store=StoreState.NOT_STORED
        ),
        "strength-summary-test": _moment(TEST, (*warm, ONE, 120, ONE, 120, (Press.ENOUGH,))),
    }


def _start(strength: Strength) -> Moment:
    visit = Visit(begun=True, strap_needed=False, checked=len(MACHINE_CHECKS))
    return replace(_moment(strength, ()), visit=visit)


def _beating(moment: Moment) -> Moment:
    return replace(
        moment, strap=StrapState.BEATING, reading=replace(moment.reading, heart_rate_bpm=BEATS, contact=True)
    )


def _moment(strength: Strength, told: Iterable[tuple[Press, ...] | int], *, lessons: Iterable[Lesson] = ()) -> Moment:
    """What is seen after these presses (all in one second) and these waits (in seconds)."""
    patient = Patient(hr_max_bpm=180, prescription=Prescription(strength=strength))
    core: Coaching = begin(patient, tuple(lessons))
    at_s = 0
    for item in told:
        waits = item if isinstance(item, int) else 1
        presses = () if isinstance(item, int) else item
        readings = [Reading(at_s=at_s + second, pressed=presses) for second in range(waits)]
        core = reduce(after, readings, core)
        at_s += waits
    return Moment(
        patient=patient,
        session=core.session,
        reading=Reading(at_s=at_s),
        zone_state=core.zone_state,
        advice=None,
        cue=core.cue,
        tally=core.tally,
        strap=StrapState.SEARCHING,
        treadmill_connected=False,
        visit=Visit(begun=True, strap_needed=False) if core.session.phase is Phase.READY else Visit(),
    )
