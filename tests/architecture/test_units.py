"""The units as systemd sees them: nothing it does not understand, little that they could do harm with."""

import shutil
import subprocess
from pathlib import Path

import pytest

SYSTEMD = Path(__file__).parents[2] / "systemd"
UNITS = sorted(path.name for kind in ("service", "timer") for path in SYSTEMD.glob(f"*.{kind}"))
GUARDED = ("motbakke.service", "motbakke-sync.service")
ANALYSER = shutil.which("systemd-analyze") or ""

if not ANALYSER:
    pytest.skip("systemd-analyze is not installed: apt-get install systemd", allow_module_level=True)


def analysed(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([ANALYSER, *arguments], capture_output=True, text=True, check=False)


def lines(unit: str) -> list[str]:
    text = (SYSTEMD / unit).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@pytest.fixture(scope="session")
def placed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units where they are installed, with a program where theirs would be."""
    folder = tmp_path_factory.mktemp("units")
    program = folder / "motbakke"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    for unit in UNITS:
        text = (SYSTEMD / unit).read_text(encoding="utf-8")
        (folder / unit).write_text(text.replace("/opt/motbakke/current/bin/motbakke", str(program)), encoding="utf-8")
    return folder


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_has_nothing_to_say_against_a_unit(placed: Path, unit: str) -> None:
    verdict = analysed("verify", "--man=no", str(placed / unit))

    assert [line for line in verdict.stderr.splitlines() if "motbakke" in line] == []
    assert verdict.returncode == 0


def test_the_way_through_cage_goes_with_the_unit(placed: Path, tmp_path: Path) -> None:
    unit = tmp_path / "motbakke.service"
    shutil.copy(placed / "motbakke.service", unit)
    drop_in = tmp_path / "motbakke.service.d" / "cage.conf"
    drop_in.parent.mkdir()
    text = (SYSTEMD / "cage.conf").read_text(encoding="utf-8")
    drop_in.write_text(text.replace("/usr/bin/cage -s", "/bin/true"), encoding="utf-8")

    verdict = analysed("verify", "--man=no", str(unit))

    assert [line for line in verdict.stderr.splitlines() if "motbakke" in line or "cage" in line] == []


@pytest.mark.parametrize("unit", GUARDED)
def test_a_unit_that_could_be_attacked_scores_at_most_two_of_ten(unit: str) -> None:
    verdict = analysed("security", "--offline=true", "--threshold=20", "--no-pager", str(SYSTEMD / unit))

    assert verdict.returncode == 0, verdict.stdout[-200:]
    assert "Overall exposure level" in verdict.stdout


def test_the_check_of_the_score_can_fail(placed: Path) -> None:
    bare = placed / "bare.service"
    bare.write_text("[Service]\nExecStart=/bin/true\n", encoding="utf-8")

    assert analysed("security", "--offline=true", "--threshold=20", "--no-pager", str(bare)).returncode != 0


def test_the_process_that_reads_the_body_has_no_internet() -> None:
    families = [line for line in lines("motbakke.service") if line.startswith("RestrictAddressFamilies=")]

    assert families == ["RestrictAddressFamilies=AF_UNIX AF_NETLINK"]
    assert "IPAddressDeny=any" in lines("motbakke.service")


def test_the_process_with_the_network_has_no_devices() -> None:
    unit = lines("motbakke-sync.service")

    assert {"DevicePolicy=closed", "PrivateDevices=yes"} <= set(unit)
    assert [line for line in unit if line.startswith(("DeviceAllow=", "SupplementaryGroups="))] == []


def test_the_two_processes_are_two_users() -> None:
    users = {line for unit in GUARDED for line in lines(unit) if line.startswith("User=")}

    assert users == {"User=motbakke", "User=motbakke-sync"}


@pytest.mark.parametrize("unit", GUARDED)
def test_settings_that_a_person_must_mend_make_no_restart_loop(unit: str) -> None:
    assert "RestartPreventExitStatus=78" in lines(unit)


@pytest.mark.parametrize(("ended_with", "asked"), [("78", True), ("1", False), ("0", False), ("KILL", False)])
def test_the_page_that_asks_for_staff_comes_when_a_person_must_mend_something_and_at_no_crash(
    tmp_path: Path, ended_with: str, *, asked: bool
) -> None:
    unit, told = lines("motbakke.service"), tmp_path / "told"
    systemctl = tmp_path / "systemctl"
    systemctl.write_text(f'#!/bin/sh\necho "$@" > {told}\n', encoding="utf-8")
    systemctl.chmod(0o755)
    (after,) = [line.partition("=")[2] for line in unit if line.startswith("ExecStopPost=")]
    # As systemd reads it: + is "as root", $$ is a dollar.
    shell, _, script = after.removeprefix("+").replace("$$", "$").partition(" -c ")

    surroundings = {"PATH": f"{tmp_path}:/usr/bin:/bin", "EXIT_STATUS": ended_with}
    subprocess.run([shell, "-c", script.strip("'")], env=surroundings, check=True)

    assert told.exists() is asked
    assert not asked or told.read_text(encoding="utf-8").split() == ["--no-block", "start", "motbakke-failure.service"]
    assert [line for line in unit if line.startswith("OnFailure=")] == []  # it comes with each crash, too


def test_the_installer_explains_itself() -> None:
    asked = subprocess.run(["sh", str(SYSTEMD / "install.sh"), "--help"], capture_output=True, text=True, check=False)  # noqa: S607
    mistyped = subprocess.run(["sh", str(SYSTEMD / "install.sh"), "instal"], capture_output=True, check=False)  # noqa: S607

    assert (asked.returncode, mistyped.returncode) == (0, 64)
    assert "rollback" in asked.stdout


@pytest.mark.parametrize("other", ["motbakke-sync.service", "motbakke-check.service"])
def test_the_station_comes_first_where_the_processor_is_short(other: str) -> None:
    assert share(other) * 50 <= share("motbakke.service")
    assert [line for line in lines(other) if line.startswith("Nice=")] == []  # counts for nothing between units


def share(unit: str) -> int:
    return next(int(line.partition("=")[2]) for line in lines(unit) if line.startswith("CPUWeight="))
