import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from staff_desk import QUICK, Wall, logged_in
from store_sessions import NOON, write_short

from station.errors import NotAllowed, StationError
from station.handing_out import handed_out, sticks
from station.staff.desk import Badge, Locked
from station.store import audit
from station.store.desk import StoredDesk
from station.store.opening import open_store
from station.store.sessions import Store
from station.store.writer import SessionWriter
from station.sync import exports
from station.sync.exports import Format


@contextmanager
def two_patients(data: Path) -> Iterator[tuple[StoredDesk, Badge, Store, list[str], str]]:
    """Three sessions of one patient, and one of another."""
    with open_store(data, wall=NOON).store as store:
        with SessionWriter(store.path) as log:
            hers = [write_short(log, code="AAAA-1", minutes=10 * number) for number in range(3)]
            others = write_short(log, code="BBBB-2", minutes=40)
        desk = StoredDesk(data, store.connection, wall=Wall(), hasher=QUICK)
        yield desk, asyncio.run(logged_in(desk)), store, hers, others


def test_an_export_holds_what_was_chosen_and_nothing_else(tmp_path: Path) -> None:
    with two_patients(tmp_path / "data") as (desk, badge, _, hers, _):
        chosen = [hers[0], hers[2]]

        written = asyncio.run(
            handed_out(
                desk, badge, code="AAAA-1", sessions=chosen, folder=tmp_path / "stick", formats=(Format.CSV, Format.LOG)
            )
        )

    there = sorted(path.name for path in (tmp_path / "stick").iterdir())
    assert there == sorted(path.name for path in written)
    assert {name[:8] for name in there} == {session[:8] for session in chosen}
    assert all(b"BBBB-2" not in path.read_bytes() for path in written)


def test_another_patients_session_is_never_among_them(tmp_path: Path) -> None:
    with (
        two_patients(tmp_path / "data") as (desk, badge, _, hers, others),
        pytest.raises(NotAllowed, match="another patient's"),
    ):
        asyncio.run(handed_out(desk, badge, code="AAAA-1", sessions=[hers[0], others], folder=tmp_path / "stick"))

    assert not (tmp_path / "stick").exists()


def test_nothing_is_handed_out_behind_a_locked_page(tmp_path: Path) -> None:
    with two_patients(tmp_path / "data") as (desk, badge, _, hers, _):
        desk.lock(badge, Locked.UNTOUCHED)

        with pytest.raises(NotAllowed, match="log in again"):
            asyncio.run(handed_out(desk, badge, code="AAAA-1", sessions=hers, folder=tmp_path / "stick"))


def test_who_took_which_sessions_is_in_the_audit(tmp_path: Path) -> None:
    with two_patients(tmp_path / "data") as (desk, badge, store, hers, _):
        asyncio.run(
            handed_out(desk, badge, code="AAAA-1", sessions=hers[:1], folder=tmp_path / "stick", formats=(Format.CSV,))
        )

        [line] = audit.lines(store.connection, most=1)

    assert (line.who, line.what) == ("KS", "export")
    assert line.facts == {"code": "AAAA-1", "session": hers[0], "files": [f"{hers[0][:8]}-seconds.csv"]}


def test_a_stick_that_is_pulled_out_half_way_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, written = exports._write, []

    def breaks_at_the_second(path: Path, content: bytes) -> None:
        written.append(path)
        if len(written) == 2:
            raise OSError(5, "Input/output error")
        write(path, content)

    monkeypatch.setattr(exports, "_write", breaks_at_the_second)
    with two_patients(tmp_path / "data") as (desk, badge, store, hers, _):
        with pytest.raises(StationError, match="another stick"):
            asyncio.run(handed_out(desk, badge, code="AAAA-1", sessions=hers[:1], folder=tmp_path / "stick"))

        assert [line.what for line in audit.lines(store.connection, most=1)] != ["export"]
    assert list((tmp_path / "stick").iterdir()) == []


def test_sticks_are_found_where_they_are_mounted(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/mmcblk0p2 / ext4 rw,relatime 0 0\n"
        "/dev/sda1 /media/station/MY\\040STICK vfat rw,nosuid 0 0\n"
        "/dev/sdb1 /media/station/LOCKED vfat ro,nosuid 0 0\n"
        "tmpfs /run tmpfs rw 0 0\n"
    )

    assert sticks(mounts) == (Path("/media/station/MY STICK"),)
