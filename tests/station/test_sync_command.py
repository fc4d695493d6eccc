"""The commands a person or systemd calls: sync, export, enrol, erase."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from patience import wait_until
from store_sessions import NOON, read_store, stored_short
from sync_servers import AnyServer, http

from station.clock import RealClock
from station.doctor.records import noted
from station.doctor.server import server
from station.errors import SettingsError
from station.settings import Settings, SyncTable, TreadmillTable, station_settings
from station.store import retention
from station.store.database import backup
from station.sync.command import _way_anew, erase_patient, sync_now
from station.sync.housekeeping import erasures_told, tidied
from station.sync.setup import delivery

NO_WINDOW = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
WHOLE = http(
    200,
    json.dumps(
        {
            "resourceType": "Bundle",
            "type": "transaction-response",
            "entry": [{"response": {"status": "201 Created"}}] * 8,
        }
    ).encode(),
)


def motbakke(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "station", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_the_service_sends_what_waits_and_ends_when_it_is_told_to(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)
    with AnyServer(lambda _: [WHOLE]) as server:
        command = [sys.executable, "-W", "error", "-m", "station", "sync", "--url", server.base, "--data", tmp_path]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as service:
            wait_until(lambda: acked(tmp_path) == 1, within_s=60)
            service.send_signal(signal.SIGTERM)
            said, wrong = service.communicate(timeout=60)

    assert service.returncode == 0
    assert said == f"session {session_id[:8]}: sent: 8 parts acknowledged\n"
    assert wrong == ""


def acked(data: Path) -> int:
    with read_store(data) as store:
        return sum(line.sent for line in store.sessions())


def test_a_sync_now_that_leaves_something_ends_with_status_1(tmp_path: Path) -> None:
    stored_short(tmp_path)
    with AnyServer(lambda _: [http(503)]) as server:
        ended = motbakke("sync", "--once", "--url", server.base, "--data", tmp_path)

    assert ended.returncode == 1
    assert ended.stdout.splitlines()[-1] == "0 sent, 1 waiting"


def test_rejected_sessions_are_tried_anew_when_somebody_asks_for_it(tmp_path: Path) -> None:
    stored_short(tmp_path)
    refusal = http(422, b'{"resourceType": "OperationOutcome"}')
    with AnyServer(lambda _: [refusal]) as server:
        settings = SyncTable(url=server.base)
        assert not sync_now(settings, tmp_path).ok
        listed = motbakke("sessions", "--data", tmp_path)
        server.answer = lambda _: [WHOLE]
        assert sync_now(settings, tmp_path).lines() == ["nothing to send"]
        assert sync_now(settings, tmp_path, again=True).ok

    assert "rejected: the server refuses the content; the session is kept here (status 422)" in listed.stdout


def test_a_session_is_exported_in_the_formats_that_are_asked_for(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path / "data")

    ended = motbakke(
        "export", session_id[:8], "--data", tmp_path / "data", "--out", tmp_path / "out", "--format", "csv",
        "--format", "html", "--language", "en",
    )  # fmt: skip

    names = [f"{session_id[:8]}-seconds.csv", f"{session_id[:8]}-report.html"]
    assert ended.stdout.splitlines() == [str(tmp_path / "out" / name) for name in names]
    assert '<html lang="en">' in (tmp_path / "out" / names[1]).read_text(encoding="utf-8")


@pytest.mark.parametrize(("option", "word"), [("--format", "tcx"), ("--language", "de")])
def test_an_unknown_format_or_language_is_told_in_a_sentence(tmp_path: Path, option: str, word: str) -> None:
    ended = motbakke("export", "00", "--data", tmp_path, option, word)

    assert ended.returncode == 78
    assert f"{option}: must be one of" in ended.stderr


def test_erasing_a_patient_says_what_was_done_and_what_is_left_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stored_short(tmp_path, count=2)
    backup(tmp_path / "motbakke.sqlite3", 1).touch()

    erase_patient(tmp_path, "k7q4", certain=str)

    said = capsys.readouterr().out.splitlines()
    assert said[0] == "2 sessions and 0 entries erased here; 0 sessions to be erased on the server."
    assert said[1].endswith("motbakke.sqlite3.before-version-2")


def test_an_archive_cannot_be_told_of_an_erasure_and_its_keeper_is(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)
    with read_store(tmp_path) as store:
        store.connection.execute("UPDATE outbox SET state = 'acked'")
        retention.erase(store.connection, "K7Q4", now=NOON, data=tmp_path)
    way = delivery(
        SyncTable(url="http://127.0.0.1:9/sessions", kind="archive"), tmp_path, now_s=lambda: 0.0, wait=lambda _: None
    )

    [line] = erasures_told(tmp_path, way)

    assert line.endswith(f"the archive's keeper must delete the file {session_id}.zip")
    with read_store(tmp_path) as store:
        assert retention.tombstones(store.connection) == [session_id]


def test_an_erasure_the_server_did_not_understand_is_told_again(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)
    with read_store(tmp_path) as store:
        store.connection.execute("UPDATE outbox SET state = 'acked'")
        retention.erase(store.connection, "K7Q4", now=NOON, data=tmp_path)

    def answered(status: str) -> bytes:
        entries = [{"response": {"status": status}}] * 8
        answer = {"resourceType": "Bundle", "type": "transaction-response", "entry": entries}
        return http(200, json.dumps(answer).encode())

    with AnyServer(lambda _: [http(503)]) as server:
        way = delivery(SyncTable(url=server.base), tmp_path, now_s=lambda: 0.0, wait=lambda _: None)
        first = list(erasures_told(tmp_path, way))
        server.answer = lambda _: [answered("500")]
        second = list(erasures_told(tmp_path, way))
        server.answer = lambda _: [answered("204 No Content")]
        third = list(erasures_told(tmp_path, way))

    assert [len(lines) for lines in (first, second, third)] == [1, 1, 1]
    assert third == [f"erasure of session {session_id[:8]}: erased on the server"]
    with read_store(tmp_path) as store:
        assert retention.tombstones(store.connection) == []


def test_housekeeping_deletes_what_the_clinic_has_and_lays_the_ballast(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from station.store import space

    monkeypatch.setattr(space.keep_ballast, "__defaults__", (4096, 0))
    stored_short(tmp_path)
    old = backup(tmp_path / "motbakke.sqlite3", 1)
    old.touch()
    os.utime(old, (0, 0))
    with read_store(tmp_path) as store:
        store.connection.execute("UPDATE outbox SET state = 'acked', acked_at = '2026-01-01T00:00:00.000+00:00'")

    tidied(tmp_path, keep_days=14, now=NOON)

    with read_store(tmp_path) as store:
        assert store.sessions()[0].upload == "purged"
    assert not old.exists()
    assert (tmp_path / space.BALLAST).exists()


def station_certificate(folder: Path, *, days: int) -> str:
    """A certificate that holds for so many days and an hour, and its key, in one file."""
    pem = folder / "station.pem"
    made = trustme.CA().issue_cert("station", not_after=datetime.now(UTC) + timedelta(days=days, hours=1))
    pem.write_bytes(made.private_key_pem.bytes() + made.cert_chain_pems[0].bytes())
    pem.chmod(0o600)
    return str(pem)


def shown(data: Path, settings: SyncTable) -> list[str]:
    """What the staff's page and `run` tell of the sync."""
    station = Settings(treadmill=TreadmillTable(units="km/h", protocol="none"), sync=settings)
    return [f"{found.what}: {found.fix}" for found in noted(lambda: station, data)]


@pytest.mark.parametrize(("days", "warns"), [(13, True), (14, False)])
def test_a_certificate_that_runs_out_within_two_weeks_is_warned_of_in_log_doctor_and_staffs_page(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, days: int, *, warns: bool
) -> None:
    stored_short(tmp_path)
    pem = station_certificate(tmp_path, days=days)

    with AnyServer(lambda _: [WHOLE]) as answers:
        settings = SyncTable(url=answers.base, certificate=pem, key=pem)
        sync_now(settings, tmp_path)
        doctor = [found.fix for found in server(settings, tmp_path)]

    warning = "the station's certificate runs out in 13 days: have clinic IT sign"
    logged = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    for told in (logged, doctor, shown(tmp_path, settings)):
        assert any(warning in each for each in told) == warns


def test_settings_that_the_sync_refuses_are_told_on_the_staffs_page_until_they_are_mended(tmp_path: Path) -> None:
    stored_short(tmp_path)
    with AnyServer(lambda _: [WHOLE]) as answers:
        bad = SyncTable(url=answers.base, token_file=str(tmp_path / "no token"), seal_to="age1nothing")
        with pytest.raises(SettingsError, match="no token cannot be read"):
            sync_now(bad, tmp_path)
        told = shown(tmp_path, bad)

        assert len(told) == 2
        assert "[sync] token_file" in told[0]
        assert "'age1nothing' is no public key of age" in told[1]
        assert [found.fix for found in server(bad, tmp_path) if "seal_to" in found.fix]

        mended = SyncTable(url=answers.base)
        assert shown(tmp_path, mended) == []

        sync_now(mended, tmp_path)

    assert shown(tmp_path, mended) == []
    assert shown(tmp_path, SyncTable()) == []


def test_settings_that_cannot_be_read_any_more_are_told_on_the_staffs_page(tmp_path: Path) -> None:
    broken = tmp_path / "station.toml"
    broken.write_text("[sync]\nurll = 'https://clinic.example'\n")

    assert "no setting is called 'urll'" in next(noted(lambda: station_settings(broken), tmp_path)).fix


def test_a_service_takes_a_renewed_certificate_the_next_day(tmp_path: Path) -> None:
    stored_short(tmp_path)
    settings = SyncTable(url="https://clinic.example", token_file=str(tmp_path / "token"))
    clock = RealClock()
    assert _way_anew(settings, tmp_path, clock, clock.wait) is None

    (tmp_path / "token").write_text("secret")
    (tmp_path / "token").chmod(0o600)

    assert _way_anew(settings, tmp_path, clock, clock.wait) is not None
    assert shown(tmp_path, settings) == []


def test_a_station_whose_sync_is_refused_says_so_and_runs(tmp_path: Path) -> None:
    data, settings = tmp_path / "data", tmp_path / "station.toml"
    settings.write_text(
        '[sound]\non = false\n[treadmill]\nport = "/dev/nowhere"\nunits = "km/h"\n[patient]\nhr_max_bpm = 180\n'
        '[sync]\nurl = "http://clinic.example/fhir"\n'
    )
    stored_short(data)
    refused = motbakke("sync", "--once", "--config", settings, "--data", data)
    assert refused.returncode == 78

    command = [sys.executable, "-m", "station", "run", "--config", str(settings), "--data", str(data)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=NO_WINDOW) as station:
        assert station.stderr is not None
        try:
            line = next((line for line in station.stderr if "sending to the clinic" in line), "")
            assert station.poll() is None
        finally:
            station.terminate()
            station.communicate(timeout=30)

    assert "http://clinic.example/fhir is not encrypted" in line
