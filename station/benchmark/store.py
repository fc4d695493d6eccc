"""What a session costs the card: bytes, commits and their latency, measured on the disk the store lies on."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

from station.ports import RecordedSecond, SessionState
from station.store.database import transaction
from station.store.opening import open_store
from station.store.rows import reading_rows
from station.store.writer import SessionWriter
from station.training.cue import Cue
from station.training.patient import Patient
from station.training.reading import Reading
from station.training.session import Session, advance

SECONDS = 2401
"""A whole 4x4, warm-up and cool-down included."""
PATIENT = Patient(hr_max_bpm=180)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFigures:
    """One session of 40 minutes, committed once a second."""

    seconds: int
    file_bytes: int
    written_bytes: int
    """What the process gave to the disk, the write-ahead log and SQLite's own pages included."""
    commit_p50_ms: float
    commit_p99_ms: float
    commit_longest_ms: float

    def lines(self) -> Iterator[str]:
        """The figures for people."""
        yield f"seconds stored         {self.seconds}"
        yield f"store size             {self.file_bytes / 1e6:.2f} MB"
        yield f"written to the disk    {self.written_bytes / 1e6:.1f} MB, {self.seconds} commits (each flushed)"
        yield (
            f"commit                 p50 {self.commit_p50_ms:.1f} ms, p99 {self.commit_p99_ms:.1f} ms, "
            f"longest {self.commit_longest_ms:.1f} ms"
        )


def second(n: int, session: Session) -> RecordedSecond:
    """One plausible second: a heart that goes up and down, a beat or two, a belt that rolls."""
    beats = 110 + 45 * ((n // 240) % 2) + n % 7
    reading = Reading(
        at_s=float(n),
        heart_rate_bpm=beats,
        speed_kmh=5.0,
        incline_percent=0.5 * (n // 60 % 20),
        contact=True,
        rr_ms=tuple(60_000 / beats + jitter for jitter in ((3.0, -2.0) if n % 3 else (5.0,))),
    )
    zone = PATIENT.prescription.zone(session.phase).state(beats, PATIENT.hr_max_bpm)
    return RecordedSecond(
        reading=reading, phase=session.phase, interval=session.interval, zone_state=zone, cue=Cue.HOLD
    )


def recorded(seconds: int = SECONDS) -> Iterator[RecordedSecond]:
    """A whole session's seconds."""
    session = Session(prescription=PATIENT.prescription)
    for n in range(seconds):
        one = second(n, session)
        session = advance(session, one.reading)
        yield second(n, session)


def keep_session(writer: SessionWriter, *, seconds: int = SECONDS, code: str = "benchmark") -> str:
    """Store one whole session as fast as the disk takes it; its id."""
    session_id = writer.open(patient=PATIENT, code=code, at_s=0.0, wall=datetime.now(UTC))
    for one in recorded(seconds):
        writer.record(one)
    writer.close(SessionState.CLOSED, wall=datetime.now(UTC), summary={"in_zone_s": 0.0}).result(timeout=600)
    return session_id


def measured(data: Path, *, seconds: int = SECONDS) -> StoreFigures:
    """Write one session, a commit a second, without waiting for the seconds to pass.

    Raises:
        StoreError: the folder cannot be used.
    """
    took_ms = []
    with open_store(data, wall=datetime.now(UTC)).store as store:
        with SessionWriter(store.path) as writer:
            session_id = writer.open(patient=PATIENT, code="benchmark", at_s=0.0, wall=datetime.now(UTC))
        before = _written()
        for n, one in enumerate(recorded(seconds)):
            begun = time.perf_counter()
            with transaction(store.connection):
                for sql, values in reading_rows(session_id, n, one):
                    store.connection.execute(sql, values)
            took_ms.append(1000 * (time.perf_counter() - begun))
        written = _written() - before
    cut = quantiles(took_ms, n=100)
    return StoreFigures(
        seconds=seconds,
        file_bytes=store.path.stat().st_size,
        written_bytes=written,
        commit_p50_ms=cut[49],
        commit_p99_ms=cut[98],
        commit_longest_ms=max(took_ms),
    )


def _written() -> int:
    """Bytes this process has caused to be written, as the kernel counts them; 0 where it does not tell."""
    try:
        lines = Path(f"/proc/{os.getpid()}/io").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("write_bytes")), 0)
