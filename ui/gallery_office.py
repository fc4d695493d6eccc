"""Sample moments for every page of the therapist's, with the widest words and figures, for `ui.gallery`."""

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

from station.coach.start import Start, StartReason
from station.moment import Moment
from station.office.keys import LOG_PAGE
from station.office.known import Known, Lap, Learnt, Logged, OneRmFound, Past, Told, Whole
from station.office.rows import first_of
from station.office.sheet import Page, Sheet
from station.office.side import Draft, Side
from station.office.wishes import Fault, Notice
from station.staff.clearance import Clearance, Role
from station.staff.desk import EntryKind, Locked, PersonLine, Therapist
from station.staff.hr_max import HrMax
from station.staff.mode import Mode
from station.staff.one_rm import OneRmEntry
from station.staff.plan import Plan
from station.staff.profile import LastSession, Profile, Proposal
from station.training.one_rm import OneRmSource
from station.training.patient import HrMaxSource
from station.training.prescription import Phase, Prescription
from station.training.strength import Exercise, Strength
from station.visit import Picture

STOPPED_EARLY = 4
"""The session that was."""
SILENT_S = range(1500, 1565)
LEARNT_AFTER_S = 120
TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 14, 32, tzinfo=UTC)
THERAPISTS = (Therapist(number=1, sign="KS"), Therapist(number=2, sign="AM"), Therapist(number=3, sign="FYSIO-3"))
PEOPLE = tuple(
    PersonLine(
        code=f"K-{2041 + number}",
        picture=list(Picture)[number % len(Picture)],
        last_session=LastSession(id=str(number), began=NOW - timedelta(days=3 * number), in_zone_s=600.0)
        if number % 4
        else None,
    )
    for number in range(14)
)
PLAN = Plan(beta_blocker=True)
PROFILE = Profile(
    code="K-2047",
    picture=Picture.BOAT,
    birth_year=1984,
    hr_max=HrMax(bpm=178, source=HrMaxSource.MEASURED, on=date(2026, 11, 3), by="KS"),
    clearance=Clearance(on=date(2026, 11, 3), role=Role.PHYSICIAN, until=date(2027, 1, 28), by="KS"),
    last_session=LastSession(id="7", began=NOW - timedelta(days=2), in_zone_s=743.0),
)
STRANGER = Profile(code="K-2055", picture=Picture.SUN)
HELD_BACK = replace(
    PROFILE,
    plan=PLAN,
    clearance=replace(PROFILE.clearance, until=date(2026, 11, 10)) if PROFILE.clearance else None,
    hr_max=HrMax(bpm=178, source=HrMaxSource.AGE_FORMULA, on=date(2026, 11, 3), by="KS"),
    proposals=(Proposal(id=1, bpm=187, seen=NOW - timedelta(days=2), session="7"),),
)
KNOWN = Known(
    today=TODAY,
    therapists=THERAPISTS,
    people=PEOPLE,
    free_code="K-2055",
    templates={"4x4": Plan(), "1x4": Plan(template="1x4", prescription=Prescription(intervals=1))},
    version="0.1.0",
    waiting_uploads=2,
)
NOTHING_OPEN = Side(known=Known(today=TODAY))
"""The therapist's side while the patients have the screen."""


def office_moments(nobody: Moment) -> dict[str, Moment]:
    """A moment for every page of the therapist's, by the name of its picture."""
    return {f"staff-{name}": replace(nobody, office=side) for name, side in _sides()}


@cache
def _sides() -> tuple[tuple[str, Side], ...]:
    return (*_way_in(), *_lists(), *_one_patient(), *_hr_max(), *_one_rm(), *_plan(), *_results(), *_station())


def _side(page: Page, *, known: Known = KNOWN, sheet: Sheet | None = None, **more: object) -> Side:
    side = Side(known=known, sheets=(Sheet(page=page),), therapist=THERAPISTS[0], at_s=28.0, touched_at_s=0.0)
    return replace(side.on(sheet or Sheet(page=page, at=first_of(side, page))), **more)  # type: ignore[arg-type]


def _way_in() -> Iterator[tuple[str, Side]]:
    outside = _side(Page.WHO, therapist=None)
    yield "who", outside
    pin = replace(outside, draft=Draft(therapist=1))
    yield "pin", pin.on(Sheet(page=Page.PIN, typed="1234"))
    yield "pin-wheel", pin.on(Sheet(page=Page.PIN, typed="12", wheel=7))
    yield "pin-wrong", pin.on(Sheet(page=Page.PIN)).refused(Fault.PIN_WRONG)
    yield "pin-wait", replace(pin, known=replace(KNOWN, wait_s=127.0)).on(Sheet(page=Page.PIN))
    first = replace(outside, known=replace(KNOWN, therapists=()), draft=Draft(sign="KS"))
    yield "first-sign", first.on(Sheet(page=Page.SIGN, typed="K", wheel=18))
    yield "first-sign-empty", first.on(Sheet(page=Page.SIGN)).refused(Fault.SIGN_EMPTY)
    yield "first-sign-digits", first.on(Sheet(page=Page.SIGN, typed="KS")).refused(Fault.SIGN_DIGITS)
    yield "first-pin", first.on(Sheet(page=Page.NEW_PIN, typed="123456"))
    for fault in (Fault.PIN_SHORT, Fault.PIN_SIMPLE, Fault.PIN_DIFFERS):
        yield f"first-{fault.replace('_', '-')}", first.on(Sheet(page=Page.NEW_PIN)).refused(fault)
    yield "first-pin-again", first.on(Sheet(page=Page.NEW_PIN_AGAIN))


def _lists() -> Iterator[tuple[str, Side]]:
    yield "home", _side(Page.HOME)
    yield "patients", _side(Page.PATIENTS, sheet=Sheet(page=Page.PATIENTS, at=6))
    yield "patients-typed", _side(Page.PATIENTS, sheet=Sheet(page=Page.PATIENTS, typed="205"))
    yield "patients-nobody", _side(Page.PATIENTS).refused(Fault.NOBODY)
    yield "patients-none", _side(Page.PATIENTS, known=replace(KNOWN, people=()))
    yield "code", _side(Page.CODE, sheet=Sheet(page=Page.CODE, figure=2055))
    for fault in (Fault.CODE_SHORT, Fault.CODE_TAKEN):
        yield (
            f"{fault.replace('_', '-')}",
            _side(Page.CODE, sheet=Sheet(page=Page.CODE, typed="20"), fault=fault),
        )
    yield "picture", _side(Page.PICTURE, draft=Draft(code="K-2055"))
    yield "team", _side(Page.TEAM, notice=Notice.PIN_SET)
    yield "home-erased", _side(Page.HOME, notice=Notice.ERASED)
    yield "sign", _side(Page.SIGN, sheet=Sheet(page=Page.SIGN, typed="OLA"), fault=Fault.SIGN_TAKEN)


def _of(profile: Profile) -> Known:
    return replace(KNOWN, profile=profile, pasts=PASTS, whole=_whole(), start_proposed_percent=6.5)


def _one_patient() -> Iterator[tuple[str, Side]]:
    yield "file", _side(Page.FILE, known=_of(PROFILE))
    yield "file-held-back", _side(Page.FILE, known=_of(HELD_BACK), fault=Fault.NOT_SAVED)
    yield "file-locked", _side(Page.FILE, known=_of(_stale()), fault=Fault.NOT_ALLOWED)
    yield "file-medicine-changed", _side(Page.FILE, known=_of(_medicine_changed()))
    walk = replace(PROFILE, plan=Plan(template="easy-walk", prescription=Prescription(intervals=0)))
    yield "file-easy-walk", _side(Page.FILE, known=_of(walk))
    yield "file-new", _side(Page.FILE, known=_of(STRANGER), notice=Notice.SAVED)
    yield "cleared-by", _side(Page.CLEARED_BY, known=_of(PROFILE))
    yield (
        "cleared-for",
        _side(
            Page.CLEARED_FOR,
            known=_of(PROFILE),
            sheet=Sheet(page=Page.CLEARED_FOR, figure=8),
            draft=Draft(role=Role.PHYSIOTHERAPIST),
            fault=Fault.WEEKS_RANGE,
        ),
    )
    yield "export", _side(Page.EXPORT, known=_of(PROFILE), fault=Fault.NO_STICK)
    yield "export-nothing", _side(Page.EXPORT, known=_of(STRANGER), fault=Fault.NOTHING_TO_EXPORT)
    written = replace(_of(PROFILE), exported_to="/media/usb0/K-2047")
    yield "exported", _side(Page.EXPORT, known=written, notice=Notice.EXPORTED)
    yield "erase", _side(Page.ERASE, known=_of(PROFILE))
    yield "forget", _side(Page.FORGET, known=_of(PROFILE))


def _stale() -> Profile:
    """HRmax older than eight weeks."""
    old = HrMax(bpm=178, source=HrMaxSource.EXPIRED, on=date(2026, 7, 3), by="KS")
    return replace(PROFILE, hr_max=old)


def _medicine_changed() -> Profile:
    changed = HrMax(bpm=178, source=HrMaxSource.SESSION, on=date(2026, 11, 3), by="KS")
    return replace(PROFILE, hr_max=changed, medication_changed=date(2026, 11, 20))


def _hr_max() -> Iterator[tuple[str, Side]]:
    yield "hr-source", _side(Page.HR_SOURCE, known=_of(HELD_BACK))
    yield "hr-source-digits", _side(Page.HR_SOURCE, known=_of(PROFILE), fault=Fault.NO_DIGITS)
    for source, typed in (
        (HrMaxSource.MEASURED, "182"),
        (HrMaxSource.SESSION, "169"),
        (HrMaxSource.AGE_FORMULA, "1984"),
    ):
        sheet = Sheet(page=Page.HR_FIGURE, typed=typed)
        name = f"hr-{source.replace('_', '-')}"
        yield name, _side(Page.HR_FIGURE, known=_of(PROFILE), sheet=sheet, draft=Draft(source=source))
        fault = {HrMaxSource.MEASURED: Fault.HR_RANGE, HrMaxSource.SESSION: Fault.SESSION_RANGE}.get(
            source, Fault.YEAR_RANGE
        )
        wrong = replace(sheet, typed="6")
        draft = Draft(source=source)
        yield f"{name}-refused", _side(Page.HR_FIGURE, known=_of(PROFILE), sheet=wrong, draft=draft, fault=fault)
    unlikely = Sheet(page=Page.HR_FIGURE, typed="18")
    yield "hr-first", _side(Page.HR_FIGURE, known=_of(STRANGER), sheet=unlikely)
    yield "hr-twice", _side(Page.HR_TWICE, known=_of(PROFILE), draft=Draft(bpm=205))
    yield "hr-twice-low", _side(Page.HR_TWICE, known=_of(PROFILE), draft=Draft(bpm=110))
    yield "hr-twice-no-year", _side(Page.HR_TWICE, known=_of(replace(STRANGER, birth_year=None)), draft=Draft(bpm=219))


def _one_rm() -> Iterator[tuple[str, Side]]:
    lifts = Plan(template="strength-4x4", prescription=Prescription(strength=Strength(cap_kg=200)))
    tests = Plan(
        template="one-rm-test", prescription=Prescription(strength=Strength(test=True, repetitions=1, start_kg=120))
    )
    measured = OneRmEntry(
        exercise=Exercise.LEG_PRESS, kg=142.5, source=OneRmSource.MEASURED, on=date(2026, 11, 3), by="KS"
    )
    estimate = replace(
        measured, kg=129.4, high_kg=134.2, source=OneRmSource.ESTIMATED, on=date(2026, 9, 22), by="FYSIO-3"
    )
    strong = replace(PROFILE, plan=lifts, one_rms=(measured,))
    old = replace(strong, one_rms=(replace(measured, on=date(2026, 8, 3)),))
    known = replace(_of(strong), one_rms=(measured, estimate))
    tested = OneRmFound(exercise=Exercise.LEG_PRESS, kg=145.0, high_kg=None, on=date(2026, 11, 24))
    trained = replace(tested, kg=135.9, high_kg=141.2)
    yield "file-strength", _side(Page.FILE, known=known)
    yield "file-strength-old", _side(Page.FILE, known=_of(old))
    guessed = replace(strong, one_rms=(estimate,))
    yield "file-strength-estimated", _side(Page.FILE, known=_of(guessed))
    yield "one-rm-from-estimate", _side(Page.ONE_RM, known=_of(guessed))
    yield "file-strength-first", _side(Page.FILE, known=_of(replace(strong, one_rms=())))
    yield "file-strength-test", _side(Page.FILE, known=_of(replace(strong, plan=tests)))
    yield "one-rm", _side(Page.ONE_RM, known=replace(known, one_rm_found=tested))
    yield "one-rm-estimated", _side(Page.ONE_RM, known=replace(known, one_rm_found=trained))
    yield "one-rm-old", _side(Page.ONE_RM, known=_of(old))
    yield "one-rm-first", _side(Page.ONE_RM, known=_of(replace(strong, one_rms=())))
    sheet = Sheet(page=Page.ONE_RM_FIGURE, typed="145")
    yield "one-rm-figure", _side(Page.ONE_RM_FIGURE, known=known, sheet=sheet)
    wrong = replace(sheet, typed="999")
    yield "one-rm-refused", _side(Page.ONE_RM_FIGURE, known=known, sheet=wrong, fault=Fault.KG_RANGE)
    load = Sheet(page=Page.ONE_RM_LOAD, typed="115")
    yield "one-rm-load", _side(Page.ONE_RM_LOAD, known=known, sheet=load)
    often = Sheet(page=Page.ONE_RM_REPETITIONS, typed="5")
    of_set = Draft(set_load_kg=115)
    yield "one-rm-repetitions", _side(Page.ONE_RM_REPETITIONS, known=known, sheet=often, draft=of_set)
    many, fault = replace(often, typed="8"), Fault.REPETITIONS_RANGE
    yield (
        "one-rm-repetitions-refused",
        _side(Page.ONE_RM_REPETITIONS, known=known, sheet=many, draft=of_set, fault=fault),
    )
    yield "one-rm-twice", _side(Page.ONE_RM_TWICE, known=known, draft=Draft(one_rm_kg=180))
    unknown = _of(replace(strong, one_rms=()))
    yield "one-rm-first-light", _side(Page.ONE_RM_TWICE, known=unknown, draft=Draft(one_rm_kg=15))
    yield "plan-strength", _side(Page.PLAN, known=known, draft=Draft(plan=lifts))
    template, called = Sheet(page=Page.PLAN, at=0, opened=True), "Strength 4 x 4, leg press"
    named = replace(known, template_names={lifts.template: dict.fromkeys(("nb", "nn", "en"), called)})
    yield "plan-strength-opened", _side(Page.PLAN, known=named, sheet=template, draft=Draft(plan=lifts))
    yield "plan-test", _side(Page.PLAN, known=known, draft=Draft(plan=tests))


def _plan() -> Iterator[tuple[str, Side]]:
    yield "plan", _side(Page.PLAN, known=_of(PROFILE), draft=Draft(plan=PLAN))
    opened = Sheet(page=Page.PLAN, at=6, opened=True)
    limited = replace(PLAN, start_incline_percent=7.5, incline_max_percent=12.0, speed_kmh=5.5, speed_max_kmh=6.5)
    yield "plan-opened", _side(Page.PLAN, known=_of(PROFILE), sheet=opened, draft=Draft(plan=limited))
    guess = replace(_of(PROFILE), start_proposed_percent=None)
    yield "plan-guess", _side(Page.PLAN, known=guess, draft=Draft(plan=Plan()))


def _results() -> Iterator[tuple[str, Side]]:
    yield "results", _side(Page.RESULTS, known=_of(PROFILE))
    year = tuple(
        replace(PASTS[0], id=f"month-{at}", started=datetime(2026, at, 28, tzinfo=UTC)) for at in range(12, 0, -1)
    )
    for at in (0, 8):
        known = replace(_of(PROFILE), pasts=year)
        yield f"results-year-{at}", _side(Page.RESULTS, known=known, sheet=Sheet(page=Page.RESULTS, at=at))
    yield "results-unread", _side(Page.FILE, known=_of(PROFILE), fault=Fault.NOT_READ)
    yield "results-one", _side(Page.RESULTS, known=replace(_of(PROFILE), pasts=PASTS[:1]))
    yield "results-none", _side(Page.RESULTS, known=replace(_of(STRANGER), pasts=()))
    yield "session", _side(Page.SESSION, known=_of(PROFILE), sheet=Sheet(page=Page.SESSION, at=1))
    ended = replace(_whole(), past=replace(PASTS[STOPPED_EARLY], in_zone_s=948.0), good_percent=100)
    for reason in StartReason:
        told = replace(ended, start=Start(incline_percent=12.5, reason=reason))
        yield f"session-stopped-{reason}", _side(Page.SESSION, known=replace(_of(PROFILE), whole=told))
    yield "session-unread", _side(Page.SESSION, known=replace(_of(PROFILE), whole=None))
    learnt = Learnt(sessions=3, beats_per_percent=5.4, interval_incline_percent=6.5, lag_s=46.0)
    yield "learnt", _side(Page.LEARNT, known=replace(_of(PROFILE), learnt=learnt))
    yield "learnt-nothing", _side(Page.LEARNT, known=_of(STRANGER), notice=Notice.FORGOTTEN)


def _station() -> Iterator[tuple[str, Side]]:
    yield "station", _side(Page.STATION)
    trouble = replace(KNOWN, rejected_uploads=1, log_whole=False, doctor=DOCTOR)
    for at in range(4):
        yield f"station-trouble-{at + 1}", _side(Page.STATION, known=trouble, sheet=Sheet(page=Page.STATION, at=at))
    few = replace(KNOWN, doctor=DOCTOR[3:5])
    yield "station-trouble-few", _side(Page.STATION, known=few)
    for mode in Mode:
        yield f"mode-{mode.replace('_', '-')}", _side(Page.MODE, known=replace(KNOWN, mode=mode))
        yield f"home-{mode.replace('_', '-')}", _side(Page.HOME, known=replace(KNOWN, mode=mode))
    log = tuple(
        Logged(
            at=NOW - timedelta(minutes=7 * number),
            who="KS" if number % 3 else "station",
            what=what,
            code="K-2047",
            detail=detail,
        )
        for number, (what, detail) in enumerate(AUDITED)
    )
    for at in range(-(-len(log) // LOG_PAGE)):
        yield f"audit-{at + 1}", _side(Page.AUDIT, known=replace(KNOWN, log=log), sheet=Sheet(page=Page.AUDIT, at=at))


DOCTOR = ("settings", "screen", "sound", "devices", "pins", "clock", "disk", "records", "permissions", "server")
CHANGED = (*EntryKind, "proposal", "learnt", "mode")
VIEWED = ("profile", "results", "session", "learnt", "one_rm", "history", "audit", "patients")
AUDITED: tuple[tuple[str, str], ...] = (
    ("login", ""),
    ("wrong_pin", ""),
    *(("lock", why) for why in Locked),
    ("therapist", "FYSIO-3"),
    ("patient", ""),
    *(("view", what) for what in VIEWED),
    *(("change", field) for field in CHANGED),
    *((what, "") for what in ("session_started", "session_ended", "export", "erased", "purged", "sync", "update")),
    ("something newer", ""),
)
"""Every line that the audit can have: what was done, and of what."""
PASTS = tuple(
    Past(
        id=str(7 - number),
        started=NOW - timedelta(days=2 + 3 * number),
        in_zone_s=in_zone_s,
        planned_s=960.0,
        intervals_in_zone_s=(150.0, 196.0, 201.0, 196.0),
        planned_intervals=4,
        efforts_borg=(13, 16, 16, 19),
        peak_bpm=172,
        stopped=number == STOPPED_EARLY,
        estimate=number > STOPPED_EARLY,
    )
    for number, in_zone_s in enumerate((743.0, 702.0, 655.0, 690.0, 311.0, 540.0, 402.0, None))
)


@cache
def _whole() -> Whole:
    """A session as hearts walk it: a rise that lags, a drift, a strap that was silent once, advice of both kinds."""
    laps = tuple(
        Lap(
            phase=stage.phase,
            interval=stage.interval,
            start_s=stage.start_s,
            end_s=stage.end_s,
            zone=PROFILE.plan.prescription.zone(stage.phase),
        )
        for stage in PROFILE.plan.prescription.stages()
    )
    beats: list[tuple[float, int | None]] = []
    expected: list[tuple[float, float, float]] = []
    inclines: list[tuple[float, float | None]] = []
    heart = 78.0
    for second in range(0, 2401, 5):
        lap = next(lap for lap in laps if second <= lap.end_s)
        hard = lap.phase is Phase.INTERVAL
        aim = 156.0 + 3 * lap.interval if hard else 116.0
        heart += (aim - heart) * (0.10 if aim > heart else 0.085)
        silent = second in SILENT_S
        beats.append((float(second), None if silent else round(heart + 2 * math.sin(second / 30))))
        if second > LEARNT_AFTER_S:
            width = 8.0 if second > lap.start_s > 0 or hard else 14.0
            middle = heart + 4 * math.sin(second / 110)
            expected.append((float(second), middle - width, middle + width))
        inclines.append((float(second), (5.0 + 0.5 * lap.interval) if hard else 2.0))
    told = tuple(
        Told(second=second, incline_percent=incline, followed=followed)
        for second, incline, followed in (
            (590.0, 5.5, True), (700.0, 6.5, False), (845.0, 2.0, True), (1015.0, 6.0, True), (1120.0, 7.0, False),
            (1270.0, 2.0, True), (1435.0, 6.5, True), (1690.0, 2.0, True), (1855.0, 7.0, True), (2105.0, 1.0, True),
        )
    )  # fmt: skip
    return Whole(
        past=PASTS[0],
        seconds=2400.0,
        hr_max_bpm=178,
        beats=tuple(beats),
        expected=tuple(expected),
        inclines=tuple(inclines),
        laps=laps,
        told=told,
        good_percent=96,
        recovery_60_bpm=28,
        start=Start(incline_percent=5.5, reason=StartReason.LEARNT),
    )
