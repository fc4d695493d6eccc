"""The bench: a Debian in a virtual machine, our installer, the station, with everything around it that can be real.

Real there: systemd and our units, bluetoothd and bleak, the FTDI driver, gpiozero and lgpio, KMSDRM, the file system.
Virtual: the air (Bumble), the cable's other end, the pins, the screen's glass. Run it with `tests/vm/run`.
"""

import argparse
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import sealed
import steps
from bench import Bench
from cuts import cut_often
from machine import Machine
from room import TreadmillOnACable

HOUSE = Path(__file__).resolve().parents[2]


def main() -> int:
    """Build nothing, boot, do every step; 0 when all is well."""
    asked = argparse.ArgumentParser(prog="tests/vm/run", description=__doc__)
    asked.add_argument("image", type=Path, help=argparse.SUPPRESS)
    asked.add_argument("folder", type=Path, help=argparse.SUPPRESS)
    asked.add_argument("--cuts", type=int, default=0, metavar="N", help="so many power cuts in mid-session")
    asked.add_argument(
        "--careless-cuts", type=int, default=0, metavar="N", help="with synchronous=NORMAL: these must lose"
    )
    asked.add_argument("--sealed", action="store_true", help="seal the station, boot it so, and open it again")
    asked.add_argument("--skip", default="", metavar="STEP,STEP", help="steps to leave out")
    told = asked.parse_args()
    todo: dict[str, Callable[[Bench], str]] = {
        "bare Debian": steps.furnish,
        "installation": steps.install,
        "sandbox": steps.hardened,
        "screen": lambda one: one.shows_a_page("waiting"),
        "strap": steps.beats,
        "cable": steps.cable,
        "keys": steps.keys,
        "session": steps.begins,
        "watchdog": steps.watched,
        "strap gone": steps.gone_meanwhile,
        "asks for staff": steps.asks_for_staff,
        "power cuts": lambda one: cut_often(one, told.cuts),
        "careless cuts bite": lambda one: cut_often(one, told.careless_cuts, careless=True),
        "sealed": sealed.sealed,
        "opened again": sealed.opened,
    }
    skipped = {*told.skip.split(","), *(() if told.cuts else ("power cuts",))}
    skipped |= set() if told.careless_cuts else {"careless cuts bite"}
    skipped |= set() if told.sealed else {"sealed", "opened again"}
    began = time.monotonic()
    with ExitStack() as stack:
        shares = {"host": HOUSE, "wheels": told.folder / "wheels"}
        machine = stack.enter_context(Machine(told.image, told.folder, shares=shares))
        cord = stack.enter_context(TreadmillOnACable(machine.treadmill_socket).connected())
        bench = Bench(machine, cord, told.folder)
        sys.stdout.write(f"booted after {time.monotonic() - began:.0f} s\n")
        sys.stdout.flush()
        for name, do in todo.items():
            if name not in skipped:
                bench.step(name, lambda do=do: do(bench))  # type: ignore[misc]
        bench.keep_journal("journal")
    failed = sum(how != "ok" for _, how, _, _ in bench.results)
    sys.stdout.write(f"{len(bench.results) - failed} passed, {failed} failed, {time.monotonic() - began:.0f} s\n")
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
