"""A command loads what it needs when it is called: each start of a Pi waits for two of them."""

import json
import subprocess
import sys

HEAVY = ("station.moment", "station.coach", "station.app", "ui", "pygame", "bleak", "sqlite3", "cryptography", "rich")


def test_the_command_line_itself_loads_neither_screen_nor_coach_nor_store() -> None:
    told = "import json, sys, station.__main__; print(json.dumps(sorted(sys.modules)))"

    loaded = json.loads(subprocess.run([sys.executable, "-c", told], capture_output=True, check=True).stdout)

    assert [name for name in HEAVY if name in loaded] == []
