"""For the tests of store and sync: small sessions, folded by the real rules."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from station.ports import RecordedSecond, SessionState
from station.store.boot import ClockQuality
from station.store.kept import Conclusion
from station.store.sessions import Store
from station.store.writer import SessionWriter
from station.training.advice import Advice, Prediction, Reason
from station.training.cue import Cue
from station.training.patient import Patient
from station.training.prescription import Prescription
from station.training.reading import Reading
from station.training.session import Session, advance
from station.training.tally import Tally, counted

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SHORT = Patient(
    hr_max_bpm=180,
    weight_kg=80.0,
    prescription=Prescription(warm_up_s=10, intervals=2, interval_s=20, recovery_s=10, cool_down_s=10),
)
"""Seventy-one seconds from standing belt to the end."""
SHORT_SECONDS = 72


def short_readings(start_s: float = 1000.0, seconds: int = SHORT_SECONDS) -> Iterator[Reading]:
    """A walk whose heart rate climbs into the zone, with a strap that is silent for three seconds."""
    for n in range(seconds):
        silent = 33 <= n < 36
        yield Reading(
            at_s=start_s + n,
            heart_rate_bpm=None if silent else 120 + n,
            speed_kmh=0.0 if n == 0 else 5.2,
            incline_percent=0.5 * (n // 10),
            contact=not silent,
            rr_ms=() if silent else (500.9765625, 499.0234375),
        )


def recorded(patient: Patient, readings: Iterator[Reading]) -> Iterator[RecordedSecond]:
    """The seconds as the application would give them to the log."""
    session = Session(prescription=patient.prescription)
    for n, reading in enumerate(readings):
        session = advance(session, reading)
        advice = Advice(
            incline_percent=2.0 * (1 + n // 20),
            reason=Reason.BELOW_ZONE,
            since_s=reading.at_s - n % 20,
            prediction=Prediction(mean_bpm=(150.0, 155.5, 160.0), sd_bpm=(2.0, 3.0, 4.0)),
            confidence=0.5,
        )
        yield RecordedSecond(
            reading=reading,
            phase=session.phase,
            interval=session.interval,
            zone_state=patient.prescription.zone(session.phase).state(reading.heart_rate_bpm, patient.hr_max_bpm),
            cue=Cue.HOLD,
            advice=advice,
        )


def summarise(patient: Patient, readings: Sequence[Reading]) -> dict[str, object]:
    """What the fold of the rules makes of the readings."""
    session, tally = Session(prescription=patient.prescription), Tally()
    for reading in readings:
        before, session = session, advance(session, reading)
        tally = counted(tally, before, session, reading, patient.hr_max_bpm)
    return {"phase": session.phase, "in_zone_s": tally.in_zone_s, "intervals": tally.intervals}


def conclude(patient: Patient, readings: Sequence[Reading], prior: Sequence[Mapping[str, object]]) -> Conclusion:
    """What a session that was cut short came to, and something it has taught."""
    return Conclusion(summary=summarise(patient, readings), learnt={"seconds": len(readings), "known": len(prior)})


def write_short(
    writer: SessionWriter, *, code: str = "K7Q4", minutes: int = 0, seconds: int = SHORT_SECONDS, close: bool = True
) -> str:
    """Write one short session that began so many minutes after noon; wait until it is on the disk."""
    start_s = 1000.0 + 60 * minutes
    session_id = writer.open(
        patient=SHORT, code=code, at_s=start_s, wall=NOON + timedelta(minutes=minutes), quality=ClockQuality.SYNCED
    )
    readings = tuple(short_readings(start_s, seconds))
    for second in recorded(SHORT, iter(readings)):
        writer.record(second)
    writer.event(start_s + 33, "strap_lost", {"after_s": 33.0})
    if close:
        ended = NOON + timedelta(minutes=minutes, seconds=seconds)
        writer.close(SessionState.CLOSED, wall=ended, summary=summarise(SHORT, readings)).result(timeout=30)
    return session_id


def stored_short(data: Path, *, count: int = 1) -> list[str]:
    """A folder with so many short sessions in it; their ids, oldest first."""
    from station.store.opening import open_store

    with open_store(data, wall=NOON).store as store, SessionWriter(store.path) as writer:
        return [write_short(writer, minutes=10 * number) for number in range(count)]


def read_store(data: Path) -> Store:
    """The store as another process sees it."""
    return Store.at(data)
