"""What docs/treadmills.md and docs/add-a-treadmill.md say, held against the program."""

import re
from pathlib import Path

from drivers.treadmill.codec import SpeedUnit
from drivers.treadmill.registry import known
from drivers.treadmill.table import TableCodec, table_in
from station.ports import BeltSample

DOCS = Path(__file__).parents[2] / "docs"


def test_every_protocol_has_its_row() -> None:
    rows = re.findall(r"^\| `([a-z0-9-]+)` \|", (DOCS / "treadmills.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert set(rows) == {name for name, _ in known()}


def test_the_example_table_is_one(tmp_path: Path) -> None:
    text = (DOCS / "add-a-treadmill.md").read_text(encoding="utf-8")
    example = re.search(r"```toml\n(.*?)```", text, re.DOTALL)
    assert example is not None
    path = tmp_path / "acme.toml"
    path.write_text(example[1], encoding="utf-8")

    codec = TableCodec(table_in(path), unit=SpeedUnit.KMH)

    assert codec.feed(b"S055,-4\r", 1.0) == (
        BeltSample(at_s=1.0, speed_kmh=5.5),
        BeltSample(at_s=1.0, incline_percent=-2.0),
    )
