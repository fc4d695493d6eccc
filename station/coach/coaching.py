"""The whole core in one value: session, signal, coach, guard, cue and tally, folded over readings.

Responsible for the order: the session's clock first, then the judgement of the signal, then the coach's wish,
then the guard, the patient's own hand, and the cue. A strength session has neither coach nor guard: there is no
advice by heart rate in it.
A recorded session folded again gives the same value: that is the replay, the recovery after a crash and the test.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from station.coach.advisor import Advisor, advised, advisor
from station.coach.advisor import learnt as learnt_by
from station.coach.memory import Memory
from station.training.advice import Advice
from station.training.cue import Cue, cue
from station.training.guard import Guard, guarded
from station.training.hand import Hand, handed
from station.training.lifting import Lifted, LiftedSet, Lifting, Next, begun, next_time, taught
from station.training.one_rm import estimated
from station.training.patient import Patient
from station.training.prescription import Method, Phase
from station.training.reading import Reading
from station.training.session import Session, advance
from station.training.signal import Signal, judged
from station.training.strength import Strength
from station.training.tally import IntervalTally, Tally, counted
from station.training.zones import ZoneState


@dataclass(frozen=True, slots=True, kw_only=True)
class Coaching:
    """Everything the core knows after the newest reading."""

    patient: Patient
    session: Session
    advisor: Advisor
    signal: Signal = field(default_factory=Signal)
    guard: Guard = field(default_factory=Guard)
    hand: Hand = field(default_factory=Hand)
    tally: Tally = field(default_factory=Tally)
    zone_state: ZoneState = ZoneState.UNKNOWN
    cue: Cue = Cue.START_BELT

    @property
    def advice(self) -> Advice | None:
        """The advice the patient is shown, after the guard and after her own hand."""
        return self.hand.advice


Lesson = Memory | Lifted
"""What one session teaches for the next ones: of the heart on the treadmill, or of the load on a machine."""


def lessons_in(records: Iterable[Mapping[str, object]]) -> tuple[Lesson, ...]:
    """The lessons in these records, in their order; what another version wrote is left out."""
    read = (Lifted.from_dict(record) or Memory.from_dict(record) for record in records)
    return tuple(lesson for lesson in read if lesson is not None)


def lessons_for(patient: Patient, lessons: Sequence[Lesson]) -> tuple[Lesson, ...]:
    """Those of the lessons that count in what is prescribed now, in their order."""
    strength = patient.prescription.strength
    if strength is None:
        return tuple(lesson for lesson in lessons if isinstance(lesson, Memory))
    return tuple(lesson for lesson in lessons if isinstance(lesson, Lifted) and lesson.exercise == strength.exercise)


def begin(patient: Patient, lessons: Sequence[Lesson] = ()) -> Coaching:
    """The core before the first reading; `lessons` is what earlier sessions taught, newest first."""
    of_heart = [lesson for lesson in lessons if isinstance(lesson, Memory)]
    return Coaching(
        patient=patient,
        session=Session(prescription=patient.prescription, lifting=_lifting(patient, lessons)),
        advisor=advisor(patient, of_heart),
        cue=Cue.START_BELT if patient.prescription.strength is None else Cue.BEGIN_SETS,
    )


def _lifting(patient: Patient, lessons: Sequence[Lesson]) -> Lifting:
    strength = patient.prescription.strength
    if strength is None:
        return Lifting()
    newest = [lesson for lesson in lessons_for(patient, lessons) if isinstance(lesson, Lifted)]
    return begun(strength, newest[0] if newest else None)


def learnt(coaching: Coaching) -> Lesson | None:
    """What the session has taught of the patient; None when it was too short to teach anything."""
    strength = coaching.session.prescription.strength
    if strength is not None:
        return taught(coaching.session.lifting, strength)
    return learnt_by(coaching.advisor, coaching.session)


def after(coaching: Coaching, reading: Reading) -> Coaching:
    """The core after one more reading."""
    patient = coaching.patient
    session = advance(coaching.session, reading)
    tally = counted(coaching.tally, coaching.session, session, reading, patient.hr_max_bpm)
    if patient.prescription.strength is not None:
        return replace(
            coaching,
            session=session,
            signal=judged(coaching.signal, reading, None),
            tally=tally,
            cue=cue(session, reading, ZoneState.UNKNOWN, None, None),
        )
    if session.led_by_therapist:
        # To exhaustion and back the station asks for nothing: somebody stands beside the patient.
        zone_state = patient.prescription.zone(session.phase).state(reading.heart_rate_bpm, patient.hr_max_bpm)
        return replace(
            coaching,
            session=session,
            signal=judged(coaching.signal, reading, None),
            guard=replace(coaching.guard, advice=None, alarm=None, veto=None),
            hand=Hand(),
            tally=tally,
            zone_state=zone_state,
            cue=cue(session, reading, zone_state, None, None),
        )
    signal = judged(coaching.signal, reading, coaching.advisor.expectation)
    mind = advised(coaching.advisor, reading, session, signal, coaching.guard.advice)
    guard = guarded(coaching.guard, mind.wish, reading=reading, session=session, signal=signal, patient=patient)
    hand = handed(coaching.hand, guard.advice, reading, session)
    zone_state = patient.prescription.zone(session.phase).state(reading.heart_rate_bpm, patient.hr_max_bpm)
    return Coaching(
        patient=patient,
        session=session,
        advisor=mind,
        signal=signal,
        guard=guard,
        hand=hand,
        tally=tally,
        zone_state=zone_state,
        cue=cue(session, reading, zone_state, hand.advice, guard.alarm, own_choice=hand.own_choice),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a session came to: what the store keeps, the summary shows, and a replay must reproduce."""

    phase: Phase
    interval: int
    seconds: float
    """From the first moving reading to the newest."""
    planned_intervals: int
    planned_interval_s: float
    in_zone_s: float
    intervals: tuple[IntervalTally, ...]
    peak_bpm: int | None
    ended_by: str | None
    """The rule that led to the present phase."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StrengthOutcome:
    """What a strength session came to. Loads in kilograms."""

    method: Method
    exercise: str
    phase: Phase
    test: bool
    seconds: float
    """From the first press to the newest reading."""
    planned_sets: int
    planned_repetitions: int
    sets: tuple[LiftedSet, ...]
    load_kg: float | None
    """Of the first heavy set; None when none was done."""
    lifted_kg: float
    """Everything lifted, repetitions times load."""
    next_kg: float | None
    next_time: Next | None
    estimate_low_kg: float | None
    """1RM estimated from the session's best set, after Epley and Brzycki."""
    estimate_high_kg: float | None
    one_rm_kg: float | None
    """In a test, the best attempt."""
    peak_bpm: int | None
    ended_by: str | None
    """The rule that led to the present phase."""


def outcome(coaching: Coaching) -> Outcome | StrengthOutcome:
    """What the session has come to so far."""
    session = coaching.session
    seconds = 0.0
    if session.started_at_s is not None and session.at_s is not None:
        seconds = session.at_s - session.started_at_s
    if session.prescription.strength is not None:
        return _lifted(coaching, session.prescription.strength, round(seconds, 3))
    return Outcome(
        phase=session.phase,
        interval=session.interval,
        seconds=round(seconds, 3),
        planned_intervals=session.prescription.intervals,
        planned_interval_s=session.prescription.interval_s,
        in_zone_s=round(coaching.tally.in_zone_s, 3),
        intervals=coaching.tally.intervals,
        peak_bpm=coaching.tally.peak_bpm,
        ended_by=session.last_rule,
    )


def _lifted(coaching: Coaching, strength: Strength, seconds: float) -> StrengthOutcome:
    session, lifting = coaching.session, coaching.session.lifting
    following = next_time(lifting, strength)
    best = max(
        (found for one in lifting.sets if (found := estimated(one.load_kg, one.repetitions)) is not None),
        key=lambda estimate: estimate.low_kg,
        default=None,
    )
    of_training = None if strength.test else best
    return StrengthOutcome(
        method=Method.STRENGTH,
        exercise=strength.exercise,
        phase=session.phase,
        test=strength.test,
        seconds=seconds,
        planned_sets=strength.sets,
        planned_repetitions=strength.repetitions,
        sets=lifting.done,
        load_kg=lifting.sets[0].load_kg if lifting.sets else None,
        lifted_kg=round(sum(one.load_kg * one.repetitions for one in lifting.done), 1),
        next_kg=following[0] if following else None,
        next_time=following[1] if following else None,
        estimate_low_kg=of_training.low_kg if of_training else None,
        estimate_high_kg=of_training.high_kg if of_training else None,
        one_rm_kg=lifting.best_kg() if strength.test else None,
        peak_bpm=coaching.tally.peak_bpm,
        ended_by=session.last_rule,
    )
