"""The recordings of `tests/recordings`, read for tests."""

import tomllib
from pathlib import Path
from typing import Any

RECORDINGS = Path(__file__).parent / "recordings"


def recorded(name: str) -> dict[str, list[dict[str, Any]]]:
    """The tables of one recording."""
    return tomllib.loads((RECORDINGS / name).read_text(encoding="utf-8"))
