"""A strength session as CSV, a row a second: for a spreadsheet. Commas between columns, points in figures, UTF-8."""

import csv
import io

from station.coach.coaching import after, begin, lessons_in
from station.sets import load_kg
from station.sync.whole import WholeSession

COLUMNS = (
    "second",
    "time",
    "phase",
    "set",
    "load_kg",
    "repetitions",
    "pressed",
    "heart_rate_bpm",
    "rr_ms",
)


def sets_csv(whole: WholeSession) -> bytes:
    """The session as the bytes of a CSV file; empty fields are what nobody measured."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    core = begin(whole.header.plan, lessons_in(whole.prior))
    for second in whole.seconds:
        reading = second.reading
        core = after(core, reading)
        rows.writerow(
            (
                round(reading.at_s - whole.figures.first_at_s, 3),
                whole.wall(reading.at_s).strftime("%H:%M:%S"),
                second.phase,
                second.interval,
                load_kg(core.session),
                core.session.lifting.repetitions,
                " ".join(reading.pressed),
                reading.heart_rate_bpm,
                " ".join(f"{ms:.0f}" for ms in reading.rr_ms),
            )
        )
    return text.getvalue().encode()
