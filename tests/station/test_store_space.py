"""Room on the disk, the clock that is set late, and what the store lets go of."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from patience import wait_until
from store_sessions import NOON, SHORT, read_store, recorded, short_readings, stored_short, write_short

from station.errors import StoreError
from station.ports import SessionState
from station.store import outbox, retention, space, writer
from station.store.boot import ClockQuality
from station.store.opening import open_store
from station.store.outbox import Attempt, OutboxState
from station.store.writer import SessionWriter

ENDLESS = 10**18


def test_with_too_little_room_no_session_is_begun_and_the_station_says_so(tmp_path: Path) -> None:
    with open_store(tmp_path, wall=NOON).store as store, SessionWriter(store.path, floor_bytes=ENDLESS) as log:
        assert not log.healthy
        assert "Make room on the disk" in str(log.no_room)
        with pytest.raises(StoreError, match="a session is not begun with less than"):
            write_short(log)

        assert log.trouble is None
        assert store.sessions() == []


def test_a_session_that_runs_is_not_troubled_by_the_floor(tmp_path: Path) -> None:
    with open_store(tmp_path, wall=NOON).store as store, SessionWriter(store.path) as log:
        write_short(log, seconds=5, close=False)
        log._floor_bytes = ENDLESS

        assert log.healthy


def test_a_folder_nobody_can_look_into_is_no_reason_to_refuse(tmp_path: Path) -> None:
    assert space.free_bytes(tmp_path / "nowhere") is None
    assert space.no_room_told(tmp_path / "nowhere") is None


def test_the_ballast_takes_real_room_and_is_thrown_off_once(tmp_path: Path) -> None:
    assert space.keep_ballast(tmp_path, size_bytes=1_000_000, floor_bytes=0)
    assert space.keep_ballast(tmp_path, size_bytes=1_000_000, floor_bytes=0)

    file = tmp_path / space.BALLAST
    assert file.stat().st_size == 1_000_000
    assert file.stat().st_blocks * 512 >= 1_000_000
    assert file.stat().st_mode & 0o777 == 0o600
    assert space.drop_ballast(tmp_path)
    assert not space.drop_ballast(tmp_path)


def test_no_ballast_is_laid_where_there_is_no_room_for_it(tmp_path: Path) -> None:
    assert not space.keep_ballast(tmp_path, floor_bytes=ENDLESS)
    assert not space.keep_ballast(tmp_path / "nowhere", size_bytes=1, floor_bytes=0)
    assert list(tmp_path.iterdir()) == []


def test_a_station_that_starts_lays_its_ballast(tmp_path: Path) -> None:
    settings = tmp_path / "station.toml"
    settings.write_text(
        '[sound]\non = false\n[treadmill]\nport = "/dev/nowhere"\nunits = "km/h"\n[patient]\nhr_max_bpm = 180\n'
    )
    command = [sys.executable, "-m", "station", "run", "--config", settings, "--data", tmp_path / "data"]
    without_display = {name: value for name, value in os.environ.items() if name != "DISPLAY"}

    with subprocess.Popen(command, stderr=subprocess.PIPE, env=without_display | {"SDL_VIDEODRIVER": ""}) as station:
        try:
            wait_until((tmp_path / "data" / space.BALLAST).exists)
        finally:
            station.terminate()
            try:
                station.communicate(timeout=30)
            finally:
                station.kill()

    assert station.returncode in (0, -signal.SIGTERM)
    assert (tmp_path / "data" / space.BALLAST).stat().st_size == space.BALLAST_BYTES


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of four megabytes."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a small disk")
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip(f"no small disk here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)  # noqa: S607


def test_a_disk_that_runs_full_in_mid_session_costs_nothing(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        data = disk / "data"
        with open_store(data, wall=NOON).store as store:
            assert space.keep_ballast(data, size_bytes=2_000_000, floor_bytes=0)
            with SessionWriter(store.path, commit_every_s=0.005, floor_bytes=0) as log:
                log.open(patient=SHORT, code="K7Q4", at_s=1000.0, wall=NOON)
                with (disk / "somebody else's").open("wb", buffering=0) as other:
                    # The whole rest of the disk, to the last page.
                    while (free := space.free_bytes(disk)) is not None and free >= 4096:
                        other.write(bytes(4096))
                for second in recorded(SHORT, short_readings(seconds=2000)):
                    try:
                        log.record(second)
                    except StoreError:
                        wait_until(lambda: log.healthy)
                log.close(SessionState.CLOSED, wall=NOON).result(timeout=30)

            assert not (data / space.BALLAST).exists()
            [line] = store.sessions()
            assert len(list(store.readings(line.id))) == 2000


def closed(data: Path, *, wall_at_end: datetime) -> tuple[datetime, ClockQuality]:
    """A session that began on a clock of 1970, and where it is said to have begun after its end."""
    with open_store(data, wall=NOON).store as store, SessionWriter(store.path) as log:
        began = datetime.fromisoformat("1970-01-01T00:00:30+00:00")
        session_id = log.open(patient=SHORT, code="K7Q4", at_s=1000.0, wall=began, quality=ClockQuality.UNSYNCED)
        for second in recorded(SHORT, short_readings()):
            log.record(second)
        log.close(SessionState.CLOSED, wall=wall_at_end).result(timeout=30)
        header = store.header(session_id)
        return header.start_wall, header.clock_quality


def test_wall_times_are_reckoned_back_when_the_clock_is_set_during_the_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "clock_quality", lambda: ClockQuality.SYNCED)

    assert closed(tmp_path, wall_at_end=NOON) == (NOON - timedelta(seconds=71), ClockQuality.CORRECTED)


def test_wall_times_stay_and_are_marked_when_the_clock_is_never_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "clock_quality", lambda: ClockQuality.UNSYNCED)

    assert closed(tmp_path, wall_at_end=NOON)[1] is ClockQuality.UNSYNCED


def acknowledged(data: Path, *, when: datetime) -> None:
    with read_store(data) as store:
        for item in outbox.due(store.connection, now=NOON, even_if_waiting=True):
            attempt = Attempt(state=OutboxState.ACKED, reply_class="ack")
            outbox.settle(store.connection, item, attempt, now=when)


def purged(data: Path, *, days_later: float) -> int:
    with read_store(data) as store:
        return retention.purge(store.connection, now=NOON + timedelta(days=days_later), keep_days=14)


def all_bytes(data: Path) -> bytes:
    return b"".join(path.read_bytes() for path in data.glob("motbakke*"))


def test_a_session_the_clinic_has_loses_its_course_after_two_weeks_and_keeps_its_line(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)
    acknowledged(tmp_path, when=NOON)

    assert purged(tmp_path, days_later=13.9) == 0
    assert purged(tmp_path, days_later=14.1) == 1
    assert purged(tmp_path, days_later=99) == 0

    with read_store(tmp_path) as store:
        [line] = store.sessions()
        assert (line.upload, line.sent, line.id) == ("purged", True, session_id)
        assert line.in_zone_s is not None
        assert list(store.readings(session_id)) == []
        assert (store.advices(session_id), store.events(session_id)) == ([], [])


def test_a_session_the_clinic_does_not_have_is_never_deleted_by_age(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    assert purged(tmp_path, days_later=10_000) == 0

    with read_store(tmp_path) as store:
        assert len(list(store.readings(session_id))) == 72


def test_what_is_deleted_is_gone_from_the_file(tmp_path: Path) -> None:
    stored_short(tmp_path)
    assert b"strap_lost" in all_bytes(tmp_path)
    acknowledged(tmp_path, when=NOON)

    purged(tmp_path, days_later=15)

    assert b"strap_lost" not in all_bytes(tmp_path)


def test_a_patient_who_asks_for_it_is_erased_with_a_tombstone_that_names_no_patient(tmp_path: Path) -> None:
    with open_store(tmp_path, wall=NOON).store as store:
        with SessionWriter(store.path) as log:
            gone = [write_short(log, code="AAAA-1"), write_short(log, code="AAAA-1", minutes=10)]
            stays = write_short(log, code="BBBB-2", minutes=20)
        acknowledged(tmp_path, when=NOON)
        (tmp_path / "motbakke.sqlite3.broken-20260101T000000Z").touch()

        erased = retention.erase(store.connection, "AAAA-1", now=NOON, data=tmp_path)

        assert erased.sessions == erased.to_tell_the_server == 2
        assert [path.name for path in erased.out_of_reach] == ["motbakke.sqlite3.broken-20260101T000000Z"]
        assert [line.id for line in store.sessions()] == [stays]
        assert sorted(retention.tombstones(store.connection)) == sorted(gone)
        retention.tombstone_told(store.connection, gone[0], now=NOON)
        assert retention.tombstones(store.connection) == [gone[1]]
    assert b"AAAA-1" not in all_bytes(tmp_path)
    assert b"BBBB-2" in all_bytes(tmp_path)


def test_a_session_that_never_left_the_station_needs_no_word_to_the_server(tmp_path: Path) -> None:
    stored_short(tmp_path)

    with read_store(tmp_path) as store:
        erased = retention.erase(store.connection, "K7Q4", now=NOON, data=tmp_path)

        assert (erased.sessions, erased.to_tell_the_server) == (1, 0)
        assert retention.tombstones(store.connection) == []


def test_old_copies_of_the_store_are_found(tmp_path: Path) -> None:
    old, new = (tmp_path / f"motbakke.sqlite3.before-version-{n}" for n in (2, 3))
    for path, days in ((old, 15), (new, 1)):
        path.touch()
        when = (NOON - timedelta(days=days)).timestamp()
        os.utime(path, (when, when))

    assert retention.old_copies(tmp_path, now=NOON, keep_days=14) == [old]
