"""Sample moments for every page and state, and their pictures: `motbakke screens` renders them."""

import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from station.language import Language
from station.moment import Moment, StoreState, StrapState
from station.question import Asked, Question
from station.training.advice import Advice, Reason
from station.training.cue import Cue
from station.training.patient import Patient
from station.training.prescription import Phase, Prescription
from station.training.reading import Press, Reading
from station.training.session import Belt, Session, advance
from station.training.tally import Tally, counted
from station.training.zones import ZoneState
from station.visit import CHECKS, PHONE_AFTER_S, Person, Picture, Step, Visit
from ui.gallery_office import NOTHING_OPEN, office_moments
from ui.gallery_strength import of_strength
from ui.pages.choose import page
from ui.paint.painter import contact_sheet, png
from ui.scene import Format, format_of
from ui.sight import SEVERE, as_seen

SIZES = ((1920, 1080), (1280, 720), (1024, 600), (800, 480), (1080, 1920))
SHOWN_SIZE = (1280, 720)
SIGHTS = ("all", *SEVERE)
"""The kinds of sight that get a contact sheet of all pages."""
PEOPLE = tuple(
    Person(
        code=f"K-{2041 + number}",
        picture=list(Picture)[number % len(Picture)],
        last=date(2026, 11, 23) if number else None,
    )
    for number in range(20)
)
PATIENT = Patient(hr_max_bpm=180, warm_up_incline_percent=3, start_incline_percent=6, recovery_incline_percent=2)
WALK = Prescription(intervals=0)
SECOND_INTERVAL_S = 600 + 240 + 180 + 79
"""2:41 left of the second interval."""
CURVE_EVERY_S = 5


def moments() -> dict[str, Moment]:
    """A moment for every page and state, by the name of its picture."""
    before = _before()
    return {**before, **_training(), **_trouble(), **_after(), **office_moments(before["idle"]), **of_strength()}


def render_all(
    out: Path,
    sizes: Iterable[tuple[int, int]] = SIZES,
    languages: Iterable[Language] = tuple(Language),
    *,
    sights: Iterable[str] = SIGHTS,
    sheet_width: int = 480,
) -> list[Path]:
    """Write every page as PNG into `out`, named page-language-width, and the sheets; needs no display."""
    out.mkdir(parents=True, exist_ok=True)
    written = []
    samples = moments()
    for size in sizes:
        for language in languages:
            for name, moment in samples.items():
                path = out / f"{name}-{language}-{size[0]}.png"
                path.write_bytes(png(page(replace(moment, language=language), format_of(size)), size))
                written.append(path)
    scenes = {name: page(moment) for name, moment in samples.items()}
    for sight in sights:
        path = out / f"sheet-{sight}.png"
        seen = scenes if sight == "all" else {name: as_seen(scene, sight) for name, scene in scenes.items()}
        path.write_bytes(contact_sheet(seen, width=sheet_width))
        written.append(path)
    return written


def render(out: Path, size: tuple[int, int] = SHOWN_SIZE, *, sheet_width: int = 480) -> list[Path]:
    """Write what is looked at first: each page once, and a sheet for each language, each format and each sight."""
    written = render_all(out, (size,), (Language.BOKMAL,), sheet_width=sheet_width)
    for language in Language:
        for form in Format:
            path = out / f"sheet-{language}-{form}.png"
            scenes = {name: page(replace(moment, language=language), form) for name, moment in moments().items()}
            path.write_bytes(contact_sheet(scenes, width=sheet_width if form is Format.LANDSCAPE else sheet_width // 2))
            written.append(path)
    return written


def _before() -> dict[str, Moment]:
    nobody = Moment(
        patient=PATIENT,
        session=Session(prescription=PATIENT.prescription),
        reading=Reading(at_s=0, speed_kmh=0, incline_percent=0),
        zone_state=ZoneState.UNKNOWN,
        advice=None,
        cue=Cue.START_BELT,
        strap=StrapState.SEARCHING,
        strap_silent_s=20,
        treadmill_connected=True,
    )
    come = Visit(begun=True)
    waiting = replace(nobody, visit=come)
    on = replace(come, beating=True)
    found = replace(
        waiting,
        strap=StrapState.BEATING,
        strap_silent_s=0,
        reading=replace(waiting.reading, heart_rate_bpm=74, contact=True),
        zone_state=ZoneState.BELOW,
        visit=on,
    )
    ready = replace(found, visit=replace(on, confirmed=True, checked=len(CHECKS)))
    one_interval = Prescription(intervals=1)
    return {
        "idle": replace(nobody, office=NOTHING_OPEN),
        "idle-no-treadmill": replace(nobody, treadmill_connected=False, office=NOTHING_OPEN),
        "idle-without-therapists": nobody,
        "idle-nobody-entered": replace(nobody, visit=Visit(people=0), office=NOTHING_OPEN),
        **{
            f"who-{count}": replace(nobody, people=PEOPLE[:count], visit=replace(come, people=count, person=count // 2))
            for count in (3, 6, 20)
        },
        **{
            f"you-{person}": replace(
                nobody, people=PEOPLE, visit=replace(come, people=len(PEOPLE), person=person, chosen=True)
            )
            for person in (0, 1)
        },
        "strap-searching": waiting,
        "strap-no-contact": replace(
            waiting, strap=StrapState.NO_CONTACT, reading=replace(waiting.reading, contact=False)
        ),
        "strap-held-by-phone": replace(waiting, visit=replace(come, at_s=PHONE_AFTER_S)),
        "pulse": found,
        "not-mine": replace(found, visit=replace(on, refused=Step.NOT_MINE)),
        **{
            f"check-{number + 1}": replace(found, visit=replace(on, confirmed=True, checked=number))
            for number in range(len(CHECKS))
        },
        "unwell": replace(found, visit=replace(on, confirmed=True, refused=Step.UNWELL)),
        "start": ready,
        "start-one-interval": replace(
            ready, patient=replace(PATIENT, prescription=one_interval), session=Session(prescription=one_interval)
        ),
        "start-walk": replace(ready, patient=replace(PATIENT, prescription=WALK), session=Session(prescription=WALK)),
        "start-no-treadmill": replace(
            ready,
            treadmill_connected=False,
            treadmill_silent_s=40,
            reading=replace(found.reading, speed_kmh=None, incline_percent=None),
        ),
        "fault": replace(nobody, station_fault=True),
    }


def _training() -> dict[str, Moment]:
    return {
        "warm-up-begins": _moment(20, 92, 3.0, 5.0, Cue.EASY_START, advised=3.0),
        "warm-up": _moment(155, 113, 3.0, 5.0, Cue.EASY_START, advised=3.0),
        "all-out": _all_out(),
        "walk": replace(
            _moment(155, 113, 3.0, 5.0, Cue.EASY_START, advised=3.0),
            session=replace(_session_at(155), prescription=WALK),
        ),
        "get-ready": _moment(589, 121, 3.0, 5.5, Cue.GET_READY, advised=6.0, reason=Reason.INTERVAL_SOON),
        "work-low": _moment(SECOND_INTERVAL_S, 146, 5.0, 5.5, Cue.RAISE_INCLINE, advised=6.0),
        "work-wait": _moment(SECOND_INTERVAL_S - 35, 149, 6.0, 5.5, Cue.WAIT, advised=6.0),
        "work-in-zone": _moment(SECOND_INTERVAL_S, 163, 6.0, 5.5, Cue.HOLD, advised=6.0),
        "work-high": _moment(
            SECOND_INTERVAL_S, 175, 6.0, 5.5, Cue.LOWER_INCLINE, advised=4.5, reason=Reason.ABOVE_ZONE
        ),
        "work-too-hard": _moment(
            SECOND_INTERVAL_S + 40, 178, 6.0, 5.5, Cue.TOO_HARD, advised=2.0, reason=Reason.GUARD_ABOVE_97
        ),
        "work-faster": _moment(SECOND_INTERVAL_S, 148, 15.0, 5.5, Cue.FASTER, advised=15.0, speed_advised_kmh=6.0),
        "work-hill-at-its-end": _moment(
            SECOND_INTERVAL_S,
            148,
            15.0,
            5.5,
            Cue.FASTER,
            advised=15.0,
            speed_advised_kmh=6.0,
            reason=Reason.HILL_AT_ITS_END,
        ),
        "work-break-soon": _moment(SECOND_INTERVAL_S + 140, 165, 6.0, 5.5, Cue.HOLD, advised=6.0),
        "easier-today": replace(
            _moment(SECOND_INTERVAL_S, 168, 5.0, 5.5, Cue.HOLD, advised=5.0),
            asked=Asked(eased_at_s=SECOND_INTERVAL_S - 2),
        ),
        "easier-asked-in-work": replace(
            _moment(SECOND_INTERVAL_S, 172, 6.0, 5.5, Cue.HOLD, advised=6.0), asked=Asked(question=Question.EASIER)
        ),
        "recovery": _moment(1260 + 112, 131, 2.0, 5.0, Cue.WALK_EASY, advised=2.0),
        "recovery-lower": _moment(1260 + 4, 168, 6.0, 5.5, Cue.LOWER_INCLINE, advised=2.0, reason=Reason.RECOVERY_LOAD),
        "effort": _asked(1260 + 22, 152, Cue.WALK_EASY, Question.EFFORT),
        "easier-asked": _asked(1260 + 30, 148, Cue.WALK_EASY, Question.EASIER),
        "cool-down": _moment(2100 + 95, 124, 1.0, 4.5, Cue.COOL_DOWN, advised=1.0),
        "stop-asked-in-warm-up": _asked(155, 113, Cue.EASY_START, Question.STOP),
        "stop-asked": _asked(2100 + 95, 124, Cue.COOL_DOWN, Question.STOP),
    }


def _all_out() -> Moment:
    """The end of an HRmax test."""
    plan = replace(PATIENT.prescription, intervals=3, hr_max_test=True)
    running = _moment(SECOND_INTERVAL_S, 186, 8.0, 7.5, Cue.ALL_OUT, advised=8.0)
    session = replace(running.session, prescription=plan, interval=3, phase_elapsed_s=190.0)
    patient = replace(running.patient, prescription=plan)
    return replace(running, patient=patient, session=session, zone_state=ZoneState.ABOVE, advice=None)


def _trouble() -> dict[str, Moment]:
    working = _moment(SECOND_INTERVAL_S, 163, 6.0, 5.5, Cue.CHECK_STRAP, advised=6.0)
    silent = replace(
        working,
        strap=StrapState.LOST,
        strap_silent_s=7,
        reading=replace(working.reading, heart_rate_bpm=None),
        zone_state=ZoneState.UNKNOWN,
    )
    lost = replace(silent, strap_silent_s=18)
    standing = replace(
        working,
        session=replace(working.session, belt=Belt.STANDING, stood_s=12),
        cue=Cue.BELT_STANDING,
        reading=replace(working.reading, speed_kmh=0.0, heart_rate_bpm=141),
        zone_state=ZoneState.BELOW,
    )
    return {
        "strap-silent": silent,
        "strap-lost": lost,
        "strap-lost-standing": replace(lost, session=replace(lost.session, belt=Belt.STANDING)),
        "strap-lost-easy": replace(lost, strap_silent_s=75, cue=Cue.STRAP_LOST),
        "belt-standing": standing,
        "treadmill-silent": replace(
            working,
            cue=Cue.HOLD,
            advice=None,
            treadmill_connected=False,
            treadmill_silent_s=12,
            reading=replace(working.reading, speed_kmh=None, incline_percent=None),
        ),
        "treadmill-lost": replace(
            working,
            cue=Cue.BELT_STANDING,
            session=replace(working.session, belt=Belt.STANDING, belt_silent_s=75),
            treadmill_connected=False,
            treadmill_silent_s=75,
            reading=replace(working.reading, speed_kmh=None, incline_percent=None),
        ),
        "are-you-ok": replace(standing, asked=Asked(question=Question.ARE_YOU_OK)),
        "staff": replace(standing, asked=Asked(question=Question.STAFF)),
        "call-staff": _moment(SECOND_INTERVAL_S + 40, 181, 6.0, 5.5, Cue.CALL_STAFF, advised=2.0),
    }


def _after() -> dict[str, Moment]:
    whole, halved, short = _walked(2400), _walked(1500), _walked(420)
    return {
        "summary": replace(whole, store=StoreState.SENT),
        "summary-more": replace(whole, before_in_zone_s=whole.tally.in_zone_s - 125),
        "belt-moves": replace(halved, reading=replace(halved.reading, speed_kmh=5.5)),
        "summary-stopped": halved,
        "summary-belt-moves": replace(whole, reading=replace(whole.reading, speed_kmh=4.5)),
        "summary-short": replace(short, store=StoreState.NOT_STORED),
    }


def _moment(  # noqa: PLR0913  # a moment of training has as many sides
    plan_s: int,
    heart_rate_bpm: int,
    incline_percent: float,
    speed_kmh: float,
    cue: Cue,
    *,
    advised: float,
    speed_advised_kmh: float | None = None,
    reason: Reason = Reason.BELOW_ZONE,
) -> Moment:
    session = _session_at(plan_s)
    reading = Reading(
        at_s=plan_s, heart_rate_bpm=heart_rate_bpm, speed_kmh=speed_kmh, incline_percent=incline_percent, contact=True
    )
    return Moment(
        patient=PATIENT,
        session=session,
        reading=reading,
        zone_state=session.prescription.zone(session.phase).state(heart_rate_bpm, PATIENT.hr_max_bpm),
        advice=Advice(incline_percent=advised, speed_kmh=speed_advised_kmh, reason=reason, since_s=plan_s - 4),
        cue=cue,
        strap=StrapState.BEATING,
        treadmill_connected=True,
    )


def _asked(plan_s: int, heart_rate_bpm: int, cue: Cue, question: Question) -> Moment:
    moment = _moment(plan_s, heart_rate_bpm, 2.0, 5.0, cue, advised=2.0)
    return replace(moment, asked=Asked(question=question, since_s=plan_s - 2))


@cache
def _session_at(plan_s: int) -> Session:
    session = Session(prescription=PATIENT.prescription)
    for second in range(plan_s + 1):
        session = advance(session, Reading(at_s=second, speed_kmh=5.0, incline_percent=3.0))
    return session


@cache
def _walked(seconds: int) -> Moment:
    """A session of so many seconds, stopped by hand when it is not the whole plan."""
    session, tally, heart_rate = Session(prescription=PATIENT.prescription), Tally(), 78.0
    curve: list[tuple[float, int | None]] = []
    reading = Reading(at_s=0)
    for second in range(seconds + 1):
        heart_rate += (_aim_bpm(session) - heart_rate) * (0.022 if _aim_bpm(session) > heart_rate else 0.018)
        shown = round(heart_rate + 1.6 * math.sin(second / 9) + 0.9 * math.sin(second / 4.3))
        pressed = (Press.STOP,) if second == seconds and seconds < PATIENT.prescription.total_s else ()
        reading = Reading(at_s=second, heart_rate_bpm=shown, speed_kmh=5.5, incline_percent=5.0, pressed=pressed)
        before, session = session, advance(session, reading)
        tally = counted(tally, before, session, reading, PATIENT.hr_max_bpm)
        if second % CURVE_EVERY_S == 0:
            curve.append((float(second), shown))
    return Moment(
        patient=PATIENT,
        session=session,
        reading=replace(reading, speed_kmh=0.0),
        zone_state=ZoneState.IN,
        advice=None,
        cue=Cue.WELL_DONE if session.phase is Phase.FINISHED else Cue.YOU_CAME,
        tally=tally,
        strap=StrapState.BEATING,
        treadmill_connected=True,
        heart_rate_curve=tuple(curve),
    )


def _aim_bpm(session: Session) -> float:
    match session.phase:
        case Phase.INTERVAL:
            return 163.0 + 1.5 * session.interval
        case Phase.RECOVERY:
            return 119.0
        case Phase.COOL_DOWN:
            return 103.0
        case _:
            return 118.0
