"""Moments of every kind, for tests that look at all pages: all cues in all phases, with the widest figures."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import product

from station.language import Language
from station.moment import Moment, StoreState, StrapState
from station.question import Asked, Question
from station.training.advice import Advice, Reason
from station.training.cue import Cue
from station.training.patient import Patient
from station.training.prescription import Prescription
from station.training.reading import Reading
from station.training.session import Session, advance
from station.training.strength import Exercise
from station.training.zones import ZoneState
from ui.gallery import moments
from ui.gallery_strength import LEG_PRESS
from ui.pages.choose import page
from ui.scene import Format, Scene

SIX = Prescription(intervals=6, warm_up_s=1500)
PATIENT = Patient(hr_max_bpm=210, prescription=SIX)
IN_WARM_UP_S, IN_INTERVAL_S, IN_LAST_HALF_MINUTE_S, IN_RECOVERY_S, BEFORE_INTERVAL_S = 880, 2000, 2149, 2250, 2328
IN_LAST_INTERVAL_S = 3630
IN_COOL_DOWN_S = SIX.total_s - 200
SOON_S = (BEFORE_INTERVAL_S,)
LOADS: tuple[tuple[float | None, float | None, float | None], ...] = (
    (None, None, None),
    (12.5, None, 10.0),
    (10.0, None, 14.5),
    (14.5, 11.5, 14.5),
    (14.5, 11.5, 10.0),
    (2.0, None, None),
)
"""Incline advised, speed advised, incline now; the widest figures there are."""


@cache
def every_moment() -> tuple[tuple[str, Moment], ...]:
    """Every sample of the gallery and every cue in every phase, in every language, each with a name."""
    kinds = {**moments(), **dict(_all_cues()), **dict(_all_ends()), **dict(_all_exercises())}
    return tuple(
        (f"{name} {language}", replace(moment, language=language))
        for language in Language
        for name, moment in kinds.items()
    )


@cache
def every_scene() -> tuple[tuple[str, Scene], ...]:
    """The page of every one of these moments, in both formats."""
    return tuple((f"{name} {form}", page(moment, form)) for name, moment in every_moment() for form in Format)


def scenes_in(language: Language) -> Iterator[Scene]:
    """The pages of one language, for what words have no part in."""
    return (scene for name, scene in every_scene() if f" {language} " in name)


BESIDE_A_MACHINE = {Cue.BEGIN_SETS, Cue.EASY_SET, Cue.LIFT, Cue.ONE_MORE, Cue.REST, Cue.SET_SOON}


@cache
def at(plan_s: float, prescription: Prescription = SIX) -> Session:
    """A session on a moving belt, so far into its plan."""
    session = Session(prescription=prescription)
    for second in range(int(plan_s) + 1):
        session = advance(session, Reading(at_s=second, speed_kmh=5.0))
    return session


def _all_cues() -> Iterator[tuple[str, Moment]]:
    phases_s = (IN_WARM_UP_S, IN_INTERVAL_S, IN_LAST_HALF_MINUTE_S, IN_RECOVERY_S, BEFORE_INTERVAL_S, IN_COOL_DOWN_S)
    for plan_s, cue in product(phases_s, Cue):
        session = at(plan_s)
        if cue in BESIDE_A_MACHINE or cue is Cue.START_BELT or (cue is Cue.GET_READY and plan_s not in SOON_S):
            continue
        for load in LOADS:
            yield f"{cue} at {plan_s} s {load}", _training(session, cue, ZoneState.IN, load)
        if cue is Cue.FASTER:
            moment = _training(session, cue, ZoneState.IN, LOADS[3])
            top = replace(moment.advice, reason=Reason.HILL_AT_ITS_END) if moment.advice else None
            yield f"hill at its end at {plan_s} s", replace(moment, advice=top)
        for state in ZoneState:
            yield f"{cue} at {plan_s} s {state}", _training(session, cue, state, LOADS[0])


def _training(
    session: Session, cue: Cue, state: ZoneState, load: tuple[float | None, float | None, float | None]
) -> Moment:
    incline, speed, now = load
    advice = None
    if incline is not None:
        advice = Advice(incline_percent=incline, speed_kmh=speed, reason=Reason.BELOW_ZONE, since_s=0)
    return Moment(
        patient=PATIENT,
        session=session,
        reading=Reading(at_s=1, heart_rate_bpm=208, speed_kmh=10.5, incline_percent=now, contact=True),
        zone_state=state,
        advice=advice,
        cue=cue,
        strap=StrapState.BEATING,
        treadmill_connected=now is not None,
    )


def _all_exercises() -> Iterator[tuple[str, Moment]]:
    start = moments()["strength-start"]
    for exercise, name in product(Exercise, ("strength-start", "strength-set")):
        strength = replace(LEG_PRESS, exercise=exercise, plate_step_kg=2.5)
        session = replace(moments()[name].session, prescription=Prescription(strength=strength))
        yield f"{name} {exercise}", replace(moments()[name], session=session)
    for load_kg in (112.5, 125.0):
        lifting = replace(start.session.lifting, load_kg=load_kg, last_kg=125.0)
        yield f"last time 125, now {load_kg}", replace(start, session=replace(start.session, lifting=lifting))


def _all_ends() -> Iterator[tuple[str, Moment]]:
    yield "the last interval", _training(at(IN_LAST_INTERVAL_S), Cue.HOLD, ZoneState.IN, LOADS[0])
    found = moments()["start"]
    for interval_s in (60, 90):
        prescription = Prescription(interval_s=interval_s)
        yield (
            f"ready for {interval_s} s",
            replace(
                found,
                patient=replace(PATIENT, prescription=prescription),
                session=Session(prescription=prescription),
            ),
        )
    eased = Asked(eased_at_s=0.0)
    yield "easier while waiting", replace(_training(at(IN_INTERVAL_S), Cue.WAIT, ZoneState.IN, LOADS[0]), asked=eased)
    for plan_s, question in product((IN_RECOVERY_S, IN_COOL_DOWN_S), Question):
        moment = _training(at(plan_s), Cue.WALK_EASY, ZoneState.IN, LOADS[0])
        yield f"{question} at {plan_s} s", replace(moment, asked=Asked(question=question))
    lost = moments()["strap-lost"]
    for plan_s, silent_s in product((IN_WARM_UP_S, IN_INTERVAL_S, IN_RECOVERY_S, IN_COOL_DOWN_S), (9, 61)):
        yield (
            f"strap lost at {plan_s} s for {silent_s} s",
            replace(lost, session=at(plan_s), strap_silent_s=silent_s),
        )
    for name, store in product(("summary", "summary-more", "summary-stopped", "summary-short"), StoreState):
        yield f"{name} {store}", replace(moments()[name], store=store)
