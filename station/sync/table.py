"""A session as CSV, a row a second: for a spreadsheet. Commas between columns, points in figures, UTF-8."""

import csv
import io

from station.sync.whole import WholeSession

FILE_NAME = "seconds.csv"
COLUMNS = (
    "second",
    "time",
    "phase",
    "interval",
    "heart_rate_bpm",
    "zone",
    "speed_kmh",
    "incline_percent",
    "advised_incline_percent",
    "advised_speed_kmh",
    "advice_reason",
    "effort_borg",
    "rr_ms",
    "heart_rate_quality",
    "counted_in_zone_s",
)
"""The last two are what the report's figures rest on: its peak is the highest heart rate of quality "good", its time in
the zone the sum of `counted_in_zone_s`. `zone` is what the screen showed."""


def csv_file(whole: WholeSession) -> bytes:
    """The session as the bytes of a CSV file; empty fields are what nobody measured or advised."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    told = list(whole.advices)
    standing = None
    figures = whole.figures
    for second, quality, counted_s in zip(whole.seconds, figures.qualities, figures.counted_in_zone_s, strict=True):
        reading = second.reading
        while told and told[0].at_s <= reading.at_s:
            standing = told[0].advice
            told.pop(0)
        advice = standing or {}
        rows.writerow(
            (
                round(reading.at_s - figures.first_at_s, 3),
                whole.wall(reading.at_s).strftime("%H:%M:%S"),
                second.phase,
                second.interval,
                reading.heart_rate_bpm,
                second.zone_state,
                reading.speed_kmh,
                reading.incline_percent,
                advice.get("incline_percent"),
                advice.get("speed_kmh"),
                advice.get("reason"),
                reading.effort_borg,
                " ".join(f"{ms:.0f}" for ms in reading.rr_ms),
                quality,
                round(counted_s, 3),
            )
        )
    return text.getvalue().encode()
