"""What `motbakke doctor` finds, on a machine that is a tree of files, and at servers of our own."""

import asyncio
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fake_bluez import HAS_DBUS_DAEMON, no_bus
from store_sessions import read_store, write_short
from sync_servers import AnyServer, http
from typer.testing import CliRunner

from station.__main__ import app
from station.doctor.everything import station
from station.doctor.finding import About, Finding, as_json
from station.doctor.machine import Machine, clock, disk, edid_size_mm, pins, sound
from station.doctor.permissions import User, permissions, writable
from station.doctor.records import records
from station.doctor.screen import screen
from station.doctor.server import server
from station.settings import (
    SHIPPED_SETTINGS,
    PanelTable,
    ScreenTable,
    Settings,
    SoundTable,
    SyncTable,
    station_settings,
)
from station.store.database import FILE_NAME
from station.store.opening import open_store
from station.store.schema import MIGRATIONS
from station.store.writer import SessionWriter
from station.sync.identity import enrolled

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SETTINGS = '[treadmill]\nunits = "km/h"\nport = "/dev/nothing"\n[patient]\nhr_max_bpm = 180\n'


class Tree(Machine):
    """A machine made of files."""

    def with_text(self, path: str, text: str | bytes) -> "Tree":
        place = self.at(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self


@pytest.fixture
def machine(tmp_path: Path) -> Tree:
    return Tree(root=tmp_path / "machine")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    with open_store(folder, wall=NOON).store as store, SessionWriter(store.path) as writer:
        write_short(writer, seconds=30)
    return folder


def fixes(findings: "list[Finding] | object") -> dict[str, str]:
    return {finding.what: finding.fix for finding in findings if finding.fix}  # type: ignore[attr-defined]


def edid(*, width_mm: int, height_mm: int) -> bytes:
    """The first block of a screen's EDID, with a detailed timing that has this size (VESA E-EDID 1.4, 3.10.2)."""
    block = bytearray(128)
    block[:8] = b"\x00\xff\xff\xff\xff\xff\xff\x00"
    block[21], block[22] = width_mm // 10, height_mm // 10
    block[54:56] = (14850).to_bytes(2, "little")  # 148.5 MHz, 1080p60
    block[66], block[67] = width_mm & 0xFF, height_mm & 0xFF
    block[68] = width_mm >> 8 << 4 | height_mm >> 8
    return bytes(block)


def test_a_screen_tells_its_size_in_millimetres() -> None:
    assert edid_size_mm(edid(width_mm=527, height_mm=296)) == (527, 296)


def test_a_screen_without_a_timing_tells_its_size_in_centimetres() -> None:
    block = bytearray(edid(width_mm=520, height_mm=290))
    block[54:72] = bytes(18)

    assert edid_size_mm(bytes(block)) == (520, 290)


@pytest.mark.parametrize("block", [b"", b"\x00" * 128, b"garbage" * 20])
def test_what_is_no_edid_tells_no_size(block: bytes) -> None:
    assert edid_size_mm(block) is None


def test_a_large_screen_that_the_settings_know_is_well(machine: Tree) -> None:
    machine.with_text("/sys/class/drm/card1-HDMI-A-1/status", "connected\n")
    machine.with_text("/sys/class/drm/card1-HDMI-A-1/edid", edid(width_mm=527, height_mm=296))
    machine.at("/sys/class/drm/card1/device").mkdir(parents=True)
    machine.at("/sys/class/drm/card1/device/driver").symlink_to("../../bus/platform/drivers/vc4-drm")

    findings = list(screen(machine, ScreenTable(), {"DISPLAY": ":0"}))

    assert fixes(findings) == {}
    assert findings[0].what == "screen at card1-HDMI-A-1 (vc4-drm)"
    assert findings[1].what == "screen of 23.8 inches (527 x 296 mm)"


def test_a_small_screen_is_held_against_the_distance_not_against_what_the_settings_say(machine: Tree) -> None:
    machine.with_text("/sys/class/drm/card1-HDMI-A-1/status", "connected\n")
    machine.with_text("/sys/class/drm/card1-HDMI-A-1/edid", edid(width_mm=154, height_mm=86))

    told = fixes(screen(machine, ScreenTable(inches=24), {"DISPLAY": ":0"}))

    assert "correct inches" in told["screen of 6.9 inches (154 x 86 mm)"]
    assert "texts are smaller" in told["texts of 20 arcmin and more, read from 1.5 m on 6.9 inches"]


def test_a_cable_that_is_out_is_said(machine: Tree) -> None:
    machine.with_text("/sys/class/drm/card1-HDMI-A-1/status", "disconnected\n")

    assert "check its cable" in fixes(screen(machine, ScreenTable(), {"DISPLAY": ":0"}))["screen"]


def test_on_a_bare_console_the_painter_must_know_kmsdrm(machine: Tree) -> None:
    whats = [finding.what for finding in screen(machine, ScreenTable(), {})]

    # pygame-ce, which is what the lock file has, knows it.
    assert "SDL can paint on a bare console (KMSDRM)" in whats
    assert "KMSDRM" not in "".join(fixes(screen(machine, ScreenTable(), {})))


def test_a_clock_that_was_set_and_survives_is_well(machine: Tree) -> None:
    machine.with_text("/run/systemd/timesync/synchronized", "").with_text("/sys/class/rtc/rtc0/name", "rpi-rtc\n")

    assert [finding.line for finding in clock(machine)] == [
        "OK   clock set over the network",
        "OK   real-time clock rpi-rtc",
    ]


def test_a_clock_that_nobody_set_is_to_be_mended(machine: Tree) -> None:
    assert list(fixes(clock(machine))) == ["clock", "real-time clock"]


def test_a_worn_card_and_a_file_system_with_errors_are_told(machine: Tree, tmp_path: Path) -> None:
    machine.with_text("/sys/block/mmcblk0/device/life_time", "0x02 0x0a\n")
    machine.with_text("/sys/fs/ext4/mmcblk0p2/errors_count", "3\n")
    machine.with_text("/sys/fs/ext4/mmcblk0p1/errors_count", "0\n")

    told = fixes(disk(machine, tmp_path))

    assert set(told) >= {"wear of mmcblk0: 90-100 %", "file system mmcblk0p2: 3 errors"}
    assert not any("mmcblk0p1" in what for what in told)


def test_a_young_card_is_well(machine: Tree, tmp_path: Path) -> None:
    machine.with_text("/sys/block/mmcblk0/device/life_time", "0x01 0x02\n")

    assert "wear of mmcblk0: 10-20 %" in {finding.what for finding in disk(machine, tmp_path) if not finding.fix}


def test_a_folder_that_is_not_there_is_said(machine: Tree, tmp_path: Path) -> None:
    assert "is not there" in fixes(disk(machine, tmp_path / "none"))[f"folder {tmp_path / 'none'}"]


def test_a_sound_card_is_named(machine: Tree) -> None:
    machine.with_text(
        "/proc/asound/cards",
        " 0 [vc4hdmi0       ]: vc4-hdmi - vc4-hdmi-0\n                      vc4-hdmi-0\n",
    )

    assert [finding.line for finding in sound(machine, SoundTable())] == ["OK   sound card vc4-hdmi - vc4-hdmi-0"]


def test_own_voices_that_are_not_there_are_told(machine: Tree) -> None:
    assert "own_voices /etc/voices" in fixes(sound(machine, SoundTable(own_voices="/etc/voices")))


def test_sound_that_is_switched_off_needs_no_card(machine: Tree) -> None:
    assert fixes(sound(machine, SoundTable(on=False))) == {}


def test_a_pin_used_twice_is_told(machine: Tree) -> None:
    machine.with_text("/dev/gpiochip0", "")

    told = fixes(pins(machine, PanelTable(stop=17, keys=(5, 6, 13, 17))))

    assert "pin 17" in told


def test_pins_on_a_machine_without_any_are_told(machine: Tree) -> None:
    assert "this machine has none" in fixes(pins(machine, PanelTable(stop=17)))["pins"]


def test_whole_records_are_counted(data: Path) -> None:
    findings = list(records(data, now=NOON + timedelta(hours=1)))

    assert fixes(findings) == {}
    assert findings[1].what == "1 sessions, 1 wait to be sent"


def test_a_session_that_waits_for_days_is_told(data: Path) -> None:
    told = fixes(records(data, now=NOON + timedelta(days=3)))

    assert "waits since 2026-11-23" in told["1 sessions, 1 wait to be sent"]


def test_a_session_that_the_server_did_not_take_is_told(data: Path) -> None:
    with sqlite3.connect(data / FILE_NAME) as connection:
        connection.execute("UPDATE outbox SET state = 'rejected'")
    connection.close()

    assert "1 sessions that the server did not take" in fixes(records(data, now=NOON))


def test_a_damaged_database_is_told_and_left_as_it_is(data: Path) -> None:
    file = data / FILE_NAME
    file.write_bytes(b"not a database at all" * 300)
    before = file.read_bytes()

    assert "it is damaged" in fixes(records(data))[f"database {file}"]
    assert file.read_bytes() == before


def test_an_empty_database_is_told_and_left_as_it_is(data: Path) -> None:
    (data / FILE_NAME).write_bytes(b"")
    before = everything_in(data)

    told = fixes(records(data))

    assert "is empty (0 bytes)" in told[f"database {data / FILE_NAME}"]
    assert everything_in(data) == before


def test_a_database_that_was_moved_aside_is_remembered(data: Path) -> None:
    (data / f"{FILE_NAME}.broken-20261123T120000Z").touch()

    assert f"damaged database {FILE_NAME}.broken-20261123T120000Z" in fixes(records(data, now=NOON))


def everything_in(folder: Path) -> dict[str, tuple[bytes, int]]:
    """All files, their bytes and when they were written; without SQLite's memory of who reads."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith("-shm")]
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def of_an_earlier_version(data: Path) -> None:
    with_version(data, len(MIGRATIONS) - 1)


@pytest.mark.parametrize("beside", ["alone", "beside the station", "after a power cut"])
def test_looking_at_the_records_changes_nothing(data: Path, tmp_path: Path, beside: str) -> None:
    with closing(sqlite3.connect(data / FILE_NAME)) as running:
        looked_at = data
        if beside != "alone":
            running.execute("CREATE TABLE something_more (that TEXT)")
        if beside == "after a power cut":
            looked_at = Path(shutil.copytree(data, tmp_path / "copy"))
        before = everything_in(looked_at)

        findings = list(records(looked_at, now=NOON))
        CliRunner().invoke(app, ["sessions", "--data", str(looked_at)])

        assert everything_in(looked_at) == before
        assert fixes(findings) == {}


def test_records_of_an_earlier_version_are_told_and_left_as_they_are(data: Path) -> None:
    of_an_earlier_version(data)
    before = everything_in(data)

    findings = list(records(data, now=NOON))
    listed = CliRunner().invoke(app, ["sessions", "--data", str(data)])

    assert everything_in(data) == before
    assert fixes(findings) == {}
    assert "will bring them up to date" in findings[-1].what
    assert "at its next start" in str(listed.exception)


def test_a_missing_key_is_told_and_not_made(data: Path) -> None:
    settings = SyncTable(url="https://clinic.example/fhir", client_id="station")

    told = fixes(server(settings, data, ask=False))

    assert "the key is missing" in told["server https://clinic.example/fhir"]
    assert "motbakke enrol" in told["server https://clinic.example/fhir"]
    assert not (data / "identity").exists()


def test_what_lies_in_a_database_that_was_moved_aside_is_said_and_that_the_station_has_another_id(data: Path) -> None:
    (data / f"{FILE_NAME}.broken-20261123T120000Z").write_bytes(b"half a database")
    (data / f"{FILE_NAME}.broken-20261123T120000Z-2").touch()

    told = fixes(records(data, now=NOON))

    full, empty = (told[f"damaged database {FILE_NAME}.broken-20261123T120000Z{more}"] for more in ("", "-2"))
    assert "therapists with their PINs" in full
    assert "there is nothing in it" in empty
    assert all("another id" in fix and "motbakke enrol" in fix for fix in (full, empty))


def with_version(data: Path, version: int) -> None:
    with closing(sqlite3.connect(data / FILE_NAME)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")


@pytest.mark.parametrize(("version", "fix"), [(99999, "a newer Motbakke made it"), (0, "says that it has none")])
def test_records_of_no_version_that_this_software_makes_are_a_finding_among_the_others(
    machine: Tree, data: Path, version: int, fix: str
) -> None:
    with_version(data, version)

    with no_bus():
        told = asyncio.run(station(settings(data), data, machine))

    assert fix in fixes(told)[f"database {data / FILE_NAME}"]
    assert told[-1].about is About.PERMISSIONS


@contextmanager
def somebody_else(folder: Path) -> Iterator[None]:
    """While this lasts, whoever runs the test may not look into the folder."""
    mode = folder.stat().st_mode
    folder.chmod(0)
    was_root = os.geteuid() == 0
    try:
        if was_root:
            os.seteuid(65534)
        yield
    finally:
        if was_root:
            os.seteuid(0)
        folder.chmod(mode)


@pytest.fixture
def everybodys() -> Iterator[Path]:
    """A folder that lies where everybody may look, as /var/lib is."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_a_folder_that_may_not_be_read_is_a_finding_among_the_others(everybodys: Path) -> None:
    data = everybodys / "data"
    data.mkdir()
    table = settings(everybodys)

    with no_bus(), somebody_else(data):
        told = asyncio.run(station(table, data, Tree(root=everybodys / "machine")))

    assert {found.about for found in told if "run the doctor with sudo" in found.fix} == {About.RECORDS}
    assert {About.SCREEN, About.CLOCK, About.PERMISSIONS} <= {found.about for found in told}
    assert json.loads(as_json(told))


def test_a_file_in_the_folders_place_is_told_as_that(machine: Tree, tmp_path: Path) -> None:
    file = tmp_path / "records"
    file.touch(mode=0o644)

    with no_bus():
        told = fixes(asyncio.run(station(settings(tmp_path), file, machine)))

    assert "it is a file, no folder" in told[str(file)]
    assert "chmod" not in "".join(told.values())


def test_a_key_that_others_may_read_is_told(machine: Tree, data: Path) -> None:
    key = data / "identity" / "station.key"
    key.parent.mkdir()
    key.touch(mode=0o600)
    well = fixes(permissions(machine, settings(data), data))
    key.chmod(0o644)

    told = fixes(permissions(machine, settings(data), data))

    assert well == {}
    assert f"chmod go-rwx {key}" in told[f"the key that proves who the station is ({key})"]


def test_records_that_the_stations_user_may_not_write_are_told_with_what_to_say(data: Path) -> None:
    file = data / FILE_NAME
    owner = User(name="motbakke", uid=file.stat().st_uid or 4711, groups=frozenset({file.stat().st_gid}))
    stranger = User(name="motbakke", uid=4712, groups=frozenset())
    (data / "station.lock").chmod(0o660)
    data.chmod(0o2770)
    file.chmod(0o660)
    well = list(writable(data, owner))
    file.chmod(0o440)

    of_the_file, of_all = fixes(writable(data, owner)), fixes(writable(data, stranger))

    assert fixes(well) == {}
    assert list(of_the_file) == [str(file)]
    assert of_the_file[str(file)] == (
        f"motbakke may not write it: `sudo chown motbakke:motbakke {file}` and `sudo chmod u+rw {file}`"
    )
    assert set(of_all) == {str(data), str(file), str(data / "station.lock")}


def test_settings_and_token_that_others_may_read_are_told(machine: Tree, data: Path) -> None:
    machine.with_text("/etc/motbakke/station.toml", SETTINGS).with_text("/etc/motbakke/token", "secret")
    machine.at("/etc/motbakke/station.toml").chmod(0o644)
    machine.at("/etc/motbakke/token").chmod(0o640)

    told = fixes(permissions(machine, settings(machine.root, proof="/etc/motbakke/token"), data))

    assert [what.partition(" (")[0] for what in told] == ["the settings", "the token"]


def test_an_installed_station_that_nobody_has_set_up_is_told(machine: Tree, data: Path) -> None:
    ours = next(path for path in SHIPPED_SETTINGS if path.exists())
    machine.with_text("/etc/motbakke/station.toml", ours.read_bytes())

    told = fixes(permissions(machine, settings(machine.root), data))

    assert "nobody has said" in told[f"settings {machine.at('/etc/motbakke/station.toml')}"]


def test_a_patient_out_of_an_earlier_example_is_told(machine: Tree, data: Path) -> None:
    example = data / "station.toml"
    example.write_text(SETTINGS + 'code = "K-0001"\nhr_max_source = "age_formula"\n', encoding="utf-8")

    told = fixes(permissions(machine, station_settings(example), data))

    assert "take these lines out" in told["[patient] in the settings"]


def settings(folder: Path, *, proof: str = "") -> Settings:
    path = folder / "station.toml"
    path.write_text(SETTINGS + (f'[sync]\ntoken_file = "{proof}"\n' if proof else ""), encoding="utf-8")
    return station_settings(path)


CAPABILITIES = b'{"resourceType": "CapabilityStatement"}'


def answering(
    status: int, *, date: datetime | None = None, body: bytes = CAPABILITIES, kind: str = "application/fhir+json"
) -> AnyServer:
    header = f"Date: {(date or datetime.now(UTC)):%a, %d %b %Y %H:%M:%S GMT}\r\n"
    return AnyServer(lambda _request: [http(status, body, kind, more=header)])


def test_a_server_that_answers_and_has_the_same_time_is_well(tmp_path: Path) -> None:
    with answering(200) as clinic:
        findings = list(server(SyncTable(url=clinic.base), tmp_path))

    assert fixes(findings) == {}
    assert len(findings) == 2


@pytest.mark.parametrize(("hours", "side"), [(1, "behind"), (-1, "ahead of")])
def test_a_clock_that_differs_from_the_servers_is_told(tmp_path: Path, hours: int, side: str) -> None:
    with answering(200, date=datetime.now(UTC) + timedelta(hours=hours)) as clinic:
        (told,) = fixes(server(SyncTable(url=clinic.base), tmp_path))

    assert f"s {side} the server's" in told


@pytest.mark.parametrize(
    ("status", "fix"),
    [
        (404, "not the address of a FHIR server"),
        (302, "a login page or captive portal"),
        (503, "asks to wait"),
        (500, "a fault of its own"),
        (401, "[sync] has nothing that proves it"),
        (403, "[sync] has nothing that proves it"),
    ],
)
def test_what_a_server_answers_is_told_with_what_to_do(tmp_path: Path, status: int, fix: str) -> None:
    with answering(status) as clinic:
        (told,) = fixes(server(SyncTable(url=clinic.base), tmp_path)).values()

    assert fix in told


@pytest.mark.parametrize(
    ("body", "kind", "fix"),
    [
        (b"<html>Please log in</html>", "text/html", "a login page or captive portal"),
        (CAPABILITIES, "application/json", "a login page or captive portal"),
        (b'{"resourceType": "Bundle"}', "application/fhir+json", "check url"),
        (b"[]", "application/fhir+json", "check url"),
    ],
    ids=["a login page", "not FHIR", "another resource", "not even an object"],
)
def test_only_a_capability_statement_shows_a_fhir_server(tmp_path: Path, body: bytes, kind: str, fix: str) -> None:
    with answering(200, body=body, kind=kind) as clinic:
        (told,) = fixes(server(SyncTable(url=clinic.base), tmp_path)).values()

    assert fix in told


def test_a_token_that_the_server_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "token").touch(mode=0o600)
    (tmp_path / "token").write_text("of-last-year")
    with answering(401) as clinic:
        (told,) = fixes(server(SyncTable(url=clinic.base, token_file=str(tmp_path / "token")), tmp_path)).values()

    assert "does not accept this station's token: renew it" in told
    assert b"Bearer of-last-year" in clinic.requests[0]


@pytest.mark.parametrize(
    ("answers", "fix"),
    [
        ({b"GET": 403}, ""),
        ({b"GET": 200, b"HEAD": 404}, ""),
        ({b"GET": 200, b"HEAD": 200}, "a login page or captive portal"),
        ({b"GET": 404}, "takes no files at this address"),
        ({b"GET": 401}, "[sync] has nothing that proves it"),
    ],
    ids=["shows no list", "shows its list", "a login page", "another address", "wants to know who asks"],
)
def test_an_archive_is_told_from_a_login_page(tmp_path: Path, answers: dict[bytes, int], fix: str) -> None:
    with AnyServer(lambda request: [http(answers[request.split(b" ")[0]], content_type="text/html")]) as clinic:
        told = fixes(server(SyncTable(url=clinic.base, kind="archive"), tmp_path))

    assert fix in "".join(told.values())
    assert bool(told) == bool(fix)


def test_what_only_the_sync_may_read_is_no_fault(everybodys: Path) -> None:
    (everybodys / "identity").mkdir()

    with somebody_else(everybodys / "identity"):
        (found,) = server(SyncTable(url="https://clinic.example/fhir", client_id="station"), everybodys)

    assert not found.fix
    assert "`sudo motbakke doctor`" in found.what


def test_a_station_that_the_clinic_was_asked_to_know_by_another_id_is_told(data: Path) -> None:
    enrolled(data, "the-station-before")

    told = fixes(server(SyncTable(url="https://clinic.example/fhir"), data, ask=False))
    with read_store(data) as store:
        now = enrolled(data, store.station_id)

    assert "motbakke enrol" in told[f"this station's id {now.station_id}"]
    assert fixes(server(SyncTable(url="https://clinic.example/fhir"), data, ask=False)) == {}


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    with answering(200) as clinic:
        gone = clinic.base

    assert "check the cable" in fixes(server(SyncTable(url=gone), tmp_path))[f"server {gone}"]


def test_without_a_server_nothing_is_to_be_mended(tmp_path: Path) -> None:
    assert fixes(server(SyncTable(), tmp_path)) == {}


def test_a_password_in_the_address_is_not_shown(tmp_path: Path) -> None:
    told = fixes(server(SyncTable(url="https://user:hunter2@clinic.example/fhir"), tmp_path))

    assert list(told) == ["server clinic.example/fhir"]
    assert "hunter2" not in str(told)


def test_an_address_that_is_none_is_told(tmp_path: Path) -> None:
    assert "is not a FHIR base address" in fixes(server(SyncTable(url="clinic"), tmp_path))["server clinic"]


def test_without_asking_the_server_its_settings_are_judged_all_the_same(tmp_path: Path) -> None:
    with answering(503) as clinic:
        well = list(server(SyncTable(url=clinic.base), tmp_path, ask=False))
        without_token = SyncTable(url=clinic.base, token_file=str(tmp_path / "no token"))
        told = fixes(server(without_token, tmp_path, ask=False))

    assert [finding.line for finding in well] == [f"OK   [sync] can be used; server {without_token.url} not asked"]
    assert "[sync] token_file" in told[f"server {without_token.url}"]
    assert clinic.requests == []


@pytest.mark.skipif(not HAS_DBUS_DAEMON, reason="dbus-daemon is not installed: apt-get install dbus-daemon")
def test_the_command_judges_the_settings_of_the_sync_without_the_network(tmp_path: Path, data: Path) -> None:
    path = tmp_path / "station.toml"
    path.write_text(SETTINGS + '[sync]\nurl = "http://clinic.example/fhir"\n', encoding="utf-8")

    with no_bus():
        result = CliRunner().invoke(app, ["doctor", "--no-server", "--config", str(path), "--data", str(data)])

    assert "http://clinic.example/fhir is not encrypted" in result.output


def test_findings_are_also_for_programs() -> None:
    found = [Finding(about=About.DISK, what="room: 9.0 GB"), Finding(what="strap", fix="none is bound")]

    assert json.loads(as_json(found)) == [
        {"about": "disk", "what": "room: 9.0 GB", "ok": True, "fix": ""},
        {"about": "devices", "what": "strap", "ok": False, "fix": "none is bound"},
    ]


@pytest.mark.skipif(not HAS_DBUS_DAEMON, reason="dbus-daemon is not installed: apt-get install dbus-daemon")
def test_the_command_tells_everything_and_ends_with_1_where_something_is_to_be_mended(
    tmp_path: Path, data: Path
) -> None:
    settings(tmp_path)

    with no_bus():
        result = CliRunner().invoke(app, ["doctor", "--config", str(tmp_path / "station.toml"), "--data", str(data)])

    assert result.exit_code == 1
    assert {line[:5] for line in result.output.splitlines()} == {"OK   ", "FIX  "}
    assert "FIX  port /dev/nothing: it is not there" in result.output


def test_the_command_answers_in_json_also_when_the_settings_are_wrong(tmp_path: Path) -> None:
    wrong = tmp_path / "station.toml"
    wrong.write_text("[treadmill]\n", encoding="utf-8")

    result = CliRunner().invoke(app, ["doctor", "--json", "--config", str(wrong)])

    assert result.exit_code == 1
    assert json.loads(result.output)[0]["about"] == "settings"
