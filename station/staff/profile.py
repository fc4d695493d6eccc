"""Everything the station knows of one patient, and what it makes of it today: a pure function of records and a date.

A pseudonym and a picture, never a name. What is missing or has expired makes the session gentler, never harder.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from station.staff.clearance import Clearance, is_cleared
from station.staff.hr_max import Expiry, HrMax, expiry, without_one
from station.staff.one_rm import OneRmEntry, expired, of_today
from station.staff.plan import Plan
from station.training.patient import HrMaxSource, Patient, Reach
from station.training.prescription import Prescription
from station.training.strength import Exercise, Strength
from station.training.zones import Zone
from station.visit import Picture

EASY_WALK = Prescription(
    warm_up_s=900.0,
    intervals=0,
    cool_down_s=300.0,
    warm_up_zone=Zone(50, 65),
    cool_down_zone=Zone(50, 60),
)
"""What is left without a clearance: 20 minutes of easy walking, no interval."""
EASY_INCLINE_MAX_PERCENT = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An HRmax that a session speaks for, for the therapist to take or leave; it changes nothing by itself."""

    id: int
    bpm: int
    seen: datetime
    session: str
    source: HrMaxSource = HrMaxSource.SESSION
    """What the HRmax would be called when it is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastSession:
    """The newest ended session, as the wrong-patient guard and the therapist see it."""

    id: str
    began: datetime
    in_zone_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One patient, with what is in force now."""

    code: str
    picture: Picture
    birth_year: int | None = None
    hr_max: HrMax | None = None
    plan: Plan = field(default_factory=Plan)
    clearance: Clearance | None = None
    plan_on: date | None = None
    """The day on which the plan was entered; None while it is nobody's."""
    plan_otherwise: Plan = field(default_factory=Plan)
    """The newest plan that is no HRmax test: what holds when a test's day is over, or the test is done."""
    medication_changed: date | None = None
    """The last day on which a medicine that moves the heart rate was changed."""
    one_rms: tuple[OneRmEntry, ...] = ()
    """In force, one an exercise."""
    proposals: tuple[Proposal, ...] = ()
    """Newest first; only those nobody has answered."""
    last_session: LastSession | None = None
    unreadable: bool = False
    """Something in force was stored by another version in a way that this one cannot read."""

    def one_rm(self, exercise: Exercise) -> OneRmEntry | None:
        """The 1RM in force for this exercise."""
        return next((entry for entry in self.one_rms if entry.exercise is exercise), None)

    def plan_in_force(self, today: date) -> Plan:
        """The plan; an HRmax test on its own day only, and until it has given an HRmax: a therapist must be there."""
        if not self.plan.prescription.hr_max_test:
            return self.plan
        hr_max = self.hr_max
        done = hr_max is not None and hr_max.on == today and hr_max.source is HrMaxSource.MEASURED
        return self.plan if self.plan_on == today and not done else self.plan_otherwise

    def age_years(self, today: date) -> int | None:
        """The age in this year, as far as the year of birth tells it."""
        return None if self.birth_year is None else today.year - self.birth_year


class Restriction(StrEnum):
    """What makes today's session gentler than the plan; each has a sentence for the therapist."""

    UNREADABLE = "unreadable"
    """What is in force cannot be read by this version: it must be entered anew."""
    NO_CLEARANCE = "no_clearance"
    CLEARANCE_OVER = "clearance_over"
    NO_HR_MAX = "no_hr_max"
    """No HRmax and no year of birth: easy walking by feel."""
    HR_MAX_BY_AGE = "hr_max_by_age"
    HR_MAX_TOO_OLD = "hr_max_too_old"
    MEDICATION_CHANGED = "medication_changed"
    BETA_BLOCKER = "beta_blocker"
    """HRmax was not measured on today's dose: by felt effort."""
    NO_LOAD = "no_load"
    """Neither a 1RM nor a start load: the sets cannot begin."""


def restrictions(profile: Profile, *, today: date) -> tuple[Restriction, ...]:
    """What holds the plan back today, the weightiest first; empty when it applies in full."""
    found = [Restriction.UNREADABLE] if profile.unreadable else []
    if not is_cleared(profile.clearance, today=today):
        found.append(Restriction.NO_CLEARANCE if profile.clearance is None else Restriction.CLEARANCE_OVER)
    if (strength := profile.plan.prescription.strength) is not None:
        return (*found, Restriction.NO_LOAD) if _lacks_load(strength, profile, today) else tuple(found)
    doubt = _hr_max_doubt(profile, today)
    if doubt is not None:
        found.append(doubt)
    measured = doubt is None and profile.hr_max is not None and profile.hr_max.source is HrMaxSource.MEASURED
    if profile.plan_in_force(today).beta_blocker and not measured:
        found.append(Restriction.BETA_BLOCKER)
    return tuple(found)


def _lacks_load(strength: Strength, profile: Profile, today: date) -> bool:
    entry = profile.one_rm(strength.exercise)
    if strength.start_kg is not None or (entry is not None and strength.test):
        return False
    # Where 1RM is out of date, the load comes from the last session.
    return entry is None or (expired(entry, today=today) and profile.last_session is None)


def unwell_today(patient: Patient) -> Patient:
    """The same patient, who does not feel well: easy walking, no interval, no hill above 4 %. Sets of strength stay."""
    if patient.prescription.strength is not None:
        return patient
    gentle = Plan(walk_only=True, incline_max_percent=EASY_INCLINE_MAX_PERCENT)
    return replace(
        patient,
        prescription=EASY_WALK,
        walk_only=True,
        speed_kmh=None,
        start_incline_percent=None,
        treadmill=gentle.within(patient.treadmill),
    )


def training_patient(profile: Profile, *, today: date, treadmill: Reach) -> Patient:
    """Who trains today, as the core knows it: the plan within the treadmill's reach, made gentler by what is missing.

    An HRmax that holds no longer is used as an estimate; without a clearance, or without any HRmax, there are no
    intervals, no running and no hill above 4 %.
    """
    plan, held_back = profile.plan_in_force(today), restrictions(profile, today=today)
    lifts = plan.prescription.strength is not None
    easy = bool((_NO_SETS if lifts else _NO_INTERVALS) & set(held_back))
    reach = plan.within(treadmill)
    if easy:
        gentle = Plan(walk_only=True, incline_max_percent=EASY_INCLINE_MAX_PERCENT, speed_max_kmh=plan.speed_max_kmh)
        reach = gentle.within(treadmill)
    hr_max_bpm, source = _hr_max(profile, today)
    return Patient(
        hr_max_bpm=hr_max_bpm,
        hr_max_source=source,
        age_years=profile.age_years(today),
        beta_blocker=plan.beta_blocker,
        walk_only=plan.walk_only or easy,
        borg_mode=plan.borg_mode or Restriction.NO_HR_MAX in held_back,
        speed_kmh=None if easy or plan.speed_kmh is None else min(plan.speed_kmh, reach.speed_max_kmh),
        start_incline_percent=None if easy else _within(plan.start_incline_percent, reach),
        treadmill=reach,
        prescription=EASY_WALK if easy else _with_one_rm(plan.prescription, profile, today),
    )


def _with_one_rm(prescription: Prescription, profile: Profile, today: date) -> Prescription:
    """A strength prescription with today's 1RM of its exercise, which comes before the template's."""
    strength = prescription.strength
    entry = None if strength is None else profile.one_rm(strength.exercise)
    if strength is None or entry is None:
        return prescription
    return replace(prescription, strength=strength.with_one_rm(of_today(entry, today=today)))


_NO_INTERVALS = {Restriction.UNREADABLE, Restriction.NO_CLEARANCE, Restriction.CLEARANCE_OVER, Restriction.NO_HR_MAX}
_NO_SETS = {Restriction.UNREADABLE, Restriction.NO_CLEARANCE, Restriction.CLEARANCE_OVER}
"""Strength needs a clearance as intervals do; HRmax has no part in it."""
_OVER = {Expiry.TIME: Restriction.HR_MAX_TOO_OLD, Expiry.MEDICATION: Restriction.MEDICATION_CHANGED}


def _hr_max_doubt(profile: Profile, today: date) -> Restriction | None:
    if profile.hr_max is None:
        return Restriction.NO_HR_MAX if profile.birth_year is None else Restriction.HR_MAX_BY_AGE
    over = expiry(profile.hr_max, today=today, medication_changed=profile.medication_changed)
    if over is not None:
        return _OVER[over]
    return Restriction.HR_MAX_BY_AGE if profile.hr_max.source is HrMaxSource.AGE_FORMULA else None


def _hr_max(profile: Profile, today: date) -> tuple[int, HrMaxSource]:
    if profile.hr_max is None:
        return without_one(profile.age_years(today))
    over = _hr_max_doubt(profile, today) in _OVER.values()
    estimated = profile.hr_max.source is HrMaxSource.AGE_FORMULA
    return profile.hr_max.bpm, HrMaxSource.EXPIRED if over and not estimated else profile.hr_max.source


def _within(incline_percent: float | None, reach: Reach) -> float | None:
    if incline_percent is None:
        return None
    return min(max(incline_percent, reach.incline_min_percent), reach.incline_max_percent)
