"""A coverage-guided fuzz run over every treadmill codec; not part of the suite. docs/treadmills.md records the runs.

    python3 -m venv fuzz && fuzz/bin/pip install atheris msgspec
    PYTHONPATH=.:tests fuzz/bin/python tests/drivers/fuzz_treadmills.py -max_total_time=660

The first byte picks the codec; the rest is chunks, each with its length and the pause before it in front.
"""

import sys

import atheris

with atheris.instrument_imports(include=["drivers.treadmill", "drivers.strap.measurement"]):
    from drivers.strap import measurement
    from drivers.treadmill import ftms
    from drivers.treadmill.codec import SpeedUnit, TreadmillCodec
    from drivers.treadmill.registry import FTMS, Choice, codec_for, known
    from station.errors import DeviceGarbled
    from station.ports import BeltSample

PAUSE_S = 1 / 128
CODECS = [codec_for(Choice(protocol=name, unit=SpeedUnit.MPH, baud=9600)) for name, _ in known() if name != FTMS]


def one_input(data: bytes) -> None:
    """Feed one input to one codec and to both packet decoders; a crash or a figure no treadmill has is a finding."""
    if not data:
        return
    which, rest = data[0] % (len(CODECS) + 2), data[1:]
    if which == len(CODECS):
        packet(lambda: check(ftms.decode(rest, 0.0)))
    elif which == len(CODECS) + 1:
        packet(lambda: measurement.decode(rest))
    else:
        listen(CODECS[which], rest)


def packet(read) -> None:  # noqa: ANN001  # any reader
    """Read one packet, or refuse it."""
    try:
        read()
    except DeviceGarbled:
        return


def listen(codec: TreadmillCodec, data: bytes) -> None:
    """Feed chunks with pauses in between."""
    at_s = 0.0
    codec.begin()
    while data:
        size, at_s, data = data[0] % 16, at_s + (data[1] if len(data) > 1 else 0) * PAUSE_S, data[2:]
        for request in codec.poll():
            assert request.send in codec.safe_tx
        for event in codec.feed(data[:size], at_s):
            check(event)
        data = data[size:]


def check(event: object) -> None:
    """No figure that no treadmill has."""
    if isinstance(event, BeltSample):
        assert event.speed_kmh is None or 0 <= event.speed_kmh <= 30
        assert event.incline_percent is None or -10 <= event.incline_percent <= 40


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
