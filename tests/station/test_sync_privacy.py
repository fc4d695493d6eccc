"""No log line names a patient or a pulse: a whole session and its sending, with everything logged that can be."""

import logging
import re
import sqlite3
from pathlib import Path

import pytest
from store_sessions import NOON
from sync_deliveries import to_fhir
from sync_servers import AnyServer, http

from station import compose
from station.language import Language
from station.sync.housekeeping import tidied
from station.sync.service import serve
from station.sync.worker import sync_once
from station.training.patient import Patient
from station.training.prescription import Prescription

PATIENT = Patient(
    hr_max_bpm=180,
    hr_rest_bpm=60,
    prescription=Prescription(warm_up_s=20, intervals=1, interval_s=30, recovery_s=10, cool_down_s=10),
)
SEED = 7042
CODE = f"demo-{SEED}"


def test_neither_code_nor_pulse_is_in_any_log_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[str] = []

    compose.demo(patient=PATIENT, seed=SEED, speed=60, data=tmp_path, language=Language.BOKMAL, headless=True)
    refused = http(422, b'{"resourceType": "OperationOutcome"}')
    for answer in (b"", http(401), http(503), http(200, b"<html>", "text/html"), refused):
        with AnyServer(lambda _, answer=answer: [answer]) as server:  # type: ignore[misc]
            delivery = to_fhir(server.base)
            serve(
                tmp_path,
                lambda way=delivery: sync_once(tmp_path, way, even_if_waiting=True),  # type: ignore[misc]
                wait=lambda _: True,
                tell=told.append,
                during_sessions=True,
            )
    tidied(tmp_path, keep_days=0, now=NOON)

    connection = sqlite3.connect(tmp_path / "motbakke.sqlite3")
    assert connection.execute("SELECT pseudonym FROM session").fetchall() == [(CODE,)]
    pulses = {str(bpm) for (bpm,) in connection.execute("SELECT DISTINCT heart_rate_bpm FROM reading") if bpm}
    connection.close()
    assert len(pulses) > 5
    ours = [
        record for record in caplog.records if record.name.split(".")[0] in ("station", "drivers", "ui", "motbakke")
    ]
    lines = [*(record.getMessage() for record in ours), *told]
    assert len(told) == 5
    assert any("phase: warm_up -> interval" in line for line in lines)
    assert not any(CODE in line for line in [*lines, *(record.getMessage() for record in caplog.records)])
    spoken = {number for line in lines for number in re.findall(r"(?<![\w.-])\d{2,3}(?![\w.-])", _without_noise(line))}
    assert not spoken & pulses
    assert not any(re.search("bpm|beats|pulse", line) for line in lines)


def _without_noise(line: str) -> str:
    """Without session ids, HTTP statuses, waiting times and device paths, which are numbers, too."""
    return re.sub(r"session [0-9a-f]{8}|status \d+|next try in \d+ s|/\S+", "", line)
