"""Power cuts: a session is written to an ext4 on a loop device, whose image is copied at random moments and mounted.

Needs root, opt-in: `sudo .venv/bin/python tests/store_power_cuts.py --cuts 120`. The copy is what an honest card
would hold after a cut: everything the kernel had given to it, and nothing that only the page cache knew. The writer
stands still while the copy is made, so that the copy is of one moment; a card that lies about flushing can lose more.
"""

import argparse
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

CHILD = Path(__file__).with_name("store_child.py")
IMAGE_BYTES = 96 * 1024 * 1024
SESSIONS_BEGIN_S = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What one cut left behind."""

    acknowledged_s: float
    """The newest second the writer had said to be safe, before the cut."""
    stored_s: float
    whole: bool
    gaps: int

    @property
    def lost_s(self) -> float:
        return max(0.0, self.acknowledged_s - self.stored_s)


@contextmanager
def mounted(image: Path, at: Path) -> Iterator[Path]:
    at.mkdir(exist_ok=True)
    subprocess.run(["mount", "-o", "loop", image, at], check=True)  # noqa: S607
    try:
        yield at
    finally:
        subprocess.run(["umount", at], check=True)  # noqa: S607


class Writer:
    """A child process that records for ever; knows which second it last said to be safe."""

    def __init__(self, data: Path, *, careless: bool) -> None:
        how = ["careless"] if careless else []
        self._child = subprocess.Popen([sys.executable, CHILD, data, *how], stdout=subprocess.PIPE, text=True)
        self.acknowledged_s = 0.0
        self._begun = threading.Event()
        self._listening = threading.Thread(target=self._listen)
        self._listening.start()
        if not self._begun.wait(60):
            self.end()
            raise RuntimeError("the writer did not begin")

    def _listen(self) -> None:
        assert self._child.stdout is not None
        for line in self._child.stdout:
            self.acknowledged_s = float(line)
            self._begun.set()

    @contextmanager
    def standing_still(self) -> Iterator[float]:
        acknowledged_s = self.acknowledged_s
        self._child.send_signal(signal.SIGSTOP)
        try:
            yield acknowledged_s
        finally:
            self._child.send_signal(signal.SIGCONT)

    def end(self) -> None:
        self._child.kill()
        self._listening.join()
        self._child.wait()


def looked_at(image: Path, at: Path, acknowledged_s: float) -> Cut:
    with mounted(image, at) as disk, closing(sqlite3.connect(disk / "data" / "motbakke.sqlite3")) as connection:
        whole = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        rows, newest = connection.execute(
            "SELECT count(*), max(at_s) FROM reading WHERE session = (SELECT max(session) FROM reading)"
        ).fetchone()
    stored_s = newest if newest is not None else 0.0
    return Cut(
        acknowledged_s=acknowledged_s,
        stored_s=stored_s,
        whole=whole,
        gaps=int(stored_s - SESSIONS_BEGIN_S) + 1 - rows if rows else 0,
    )


def cuts(count: int, *, seed: int, folder: Path, careless: bool) -> Iterator[Cut]:
    chance = random.Random(seed)  # noqa: S311
    image, copy = folder / "card.img", folder / "after.img"
    with image.open("wb") as file:
        file.truncate(IMAGE_BYTES)
    subprocess.run(["mkfs.ext4", "-q", image], check=True)  # noqa: S607
    pause = threading.Event()
    with mounted(image, folder / "card") as card:
        writer = Writer(card / "data", careless=careless)
        try:
            for _ in range(count):
                pause.wait(chance.uniform(0.02, 1.5))
                with writer.standing_still() as acknowledged_s:
                    subprocess.run(["cp", "--sparse=always", image, copy], check=True)  # noqa: S607
                yield looked_at(copy, folder / "after", acknowledged_s)
        finally:
            writer.end()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cuts", type=int, default=120)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--careless", action="store_true", help="Commits that do not wait: the cuts must then bite.")
    told = asked.parse_args()
    if os.geteuid() != 0:
        sys.exit("Mounting needs root: sudo .venv/bin/python tests/store_power_cuts.py")
    folder = Path(tempfile.mkdtemp(prefix="power-cuts-"))
    done = list(cuts(told.cuts, seed=told.seed, folder=folder, careless=told.careless))
    shutil.rmtree(folder)
    sys.stdout.write(
        f"{len(done)} cuts; damaged {sum(not cut.whole for cut in done)}; "
        f"with acknowledged seconds lost {sum(cut.lost_s > 0 for cut in done)} "
        f"(most {max(cut.lost_s for cut in done):.0f} s); with gaps {sum(cut.gaps != 0 for cut in done)}; "
        f"seconds written {max(cut.stored_s for cut in done) - SESSIONS_BEGIN_S:.0f}\n"
    )


if __name__ == "__main__":
    main()
