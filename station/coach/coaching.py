"""The whole core in one value: session, signal, coach, guard, cue and tally, folded over readings.

Responsible for the order: the session's clock first, then the judgement of the signal, then the coach's wish,
then the guard, then the cue. A recorded session folded again gives the same value: that is the replay, the
recovery after a crash and the test.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from station.coach.advisor import Advisor, advised, advisor
from station.coach.advisor import learnt as learnt_by
from station.coach.memory import Memory
from station.training.advice import Advice
from station.training.cue import Cue, cue
from station.training.guard import Guard, guarded
from station.training.patient import Patient
from station.training.prescription import Phase
from station.training.reading import Reading
from station.training.session import Session, advance
from station.training.signal import Signal, judged
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
    tally: Tally = field(default_factory=Tally)
    zone_state: ZoneState = ZoneState.UNKNOWN
    cue: Cue = Cue.START_BELT

    @property
    def advice(self) -> Advice | None:
        """The advice the patient is shown, after the guard."""
        return self.guard.advice


def begin(patient: Patient, memories: Sequence[Memory] = ()) -> Coaching:
    """The core before the first reading; `memories` is what earlier sessions taught, newest first."""
    return Coaching(
        patient=patient,
        session=Session(prescription=patient.prescription),
        advisor=advisor(patient, memories),
    )


def learnt(coaching: Coaching) -> Memory | None:
    """What the session has taught of the patient; None when it was too short to teach anything."""
    return learnt_by(coaching.advisor, coaching.session)


def after(coaching: Coaching, reading: Reading) -> Coaching:
    """The core after one more reading."""
    patient = coaching.patient
    session = advance(coaching.session, reading)
    signal = judged(coaching.signal, reading, coaching.advisor.expectation)
    mind = advised(coaching.advisor, reading, session, signal, coaching.guard.advice)
    guard = guarded(coaching.guard, mind.wish, reading=reading, session=session, signal=signal, patient=patient)
    zone_state = patient.prescription.zone(session.phase).state(reading.heart_rate_bpm, patient.hr_max_bpm)
    return Coaching(
        patient=patient,
        session=session,
        advisor=mind,
        signal=signal,
        guard=guard,
        tally=counted(coaching.tally, coaching.session, session, reading, patient.hr_max_bpm),
        zone_state=zone_state,
        cue=cue(session, reading, zone_state, guard.advice, guard.alarm),
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


def outcome(coaching: Coaching) -> Outcome:
    """What the session has come to so far."""
    session = coaching.session
    seconds = 0.0
    if session.started_at_s is not None and session.at_s is not None:
        seconds = session.at_s - session.started_at_s
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
