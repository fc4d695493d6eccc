"""A command loads what it needs when it is called: each start of a Pi waits for two of them."""

import json
import subprocess
import sys

COMMANDS_NEED_NO = (
    "station.moment",
    "station.coach",
    "station.app",
    "ui",
    "pygame",
    "bleak",
    "sqlite3",
    "cryptography",
)
A_START_NEEDS_NO = ("fit_tool", "ui.gallery", "httpx2", "cryptography", "pyrage", "bumble")


def loaded(module: str) -> set[str]:
    told = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", told], capture_output=True, check=True).stdout
    return set(json.loads(said.splitlines()[-1]))  # pygame says hello


def test_the_command_line_itself_loads_neither_screen_nor_coach_nor_store() -> None:
    assert loaded("station.__main__") & set(COMMANDS_NEED_NO) == set()


def test_a_station_starts_without_what_only_exports_the_doctor_and_the_sync_use() -> None:
    assert loaded("station.compose") & set(A_START_NEEDS_NO) == set()
