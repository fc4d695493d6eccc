"""The commands a person or systemd calls: sync, export, enrol, erase."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from patience import wait_until
from store_sessions import NOON, read_store, stored_short
from sync_servers import AnyServer, http

from station.settings import SyncTable
from station.store import retention
from station.store.database import backup
from station.sync.command import erase_patient, sync_now
from station.sync.housekeeping import erasures_told, tidied
from station.sync.setup import delivery

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


def test_a_certificate_that_runs_out_soon_is_warned_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    from datetime import UTC, datetime, timedelta

    import trustme

    stored_short(tmp_path)
    pem = tmp_path / "station.pem"
    made = trustme.CA().issue_cert("station", not_after=datetime.now(UTC) + timedelta(days=3, hours=1))
    pem.write_bytes(made.private_key_pem.bytes() + made.cert_chain_pems[0].bytes())
    pem.chmod(0o600)

    with AnyServer(lambda _: [WHOLE]) as server:
        sync_now(SyncTable(url=server.base, certificate=str(pem), key=str(pem)), tmp_path)

    warned = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert warned[0] == f"the station's certificate {pem} runs out in 3 days: renew it"
