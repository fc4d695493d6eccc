"""The therapist's report of a session: one HTML file that needs no network and no script, and prints on one A4 page.

What the words are is `report_words`', what the curves look like `chart`'s.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from station.language import Language
from station.ports import SessionState
from station.store.boot import ClockQuality
from station.sync.chart import chart
from station.sync.figures import IntervalFigures
from station.sync.how import how
from station.sync.report_words import INTERVALS
from station.sync.strength_report import STYLE as STRENGTH_STYLE
from station.sync.strength_report import strength_body
from station.sync.strength_report import title as strength_title
from station.sync.whole import WholeSession
from station.sync.words import Words, clock_text
from station.training.prescription import Phase
from station.training.reading import Reading
from station.training.signal import Quality

FILE_NAME = "report.html"
_STOPPED_BY = frozenset({"_key", "_yes", "_nobody", "_station"})

_STYLE = """
@page{size:A4;margin:11mm}*{box-sizing:border-box}
body{margin:0 auto;max-width:188mm;padding:4mm 0;background:#fff;color:#14202e;
font:10pt/1.35 Inter,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;-webkit-print-color-adjust:exact;
print-color-adjust:exact}
@media print{body{padding:0}}
h1{font-size:17pt;margin:0 0 1mm}h2{font-size:10.5pt;margin:4mm 0 1mm}p{margin:0 0 1.5mm}
.facts span{white-space:nowrap;margin-right:6mm}.facts b{font-weight:600}
.note{border-left:1.2mm solid #b35c00;padding:.8mm 0 .8mm 2.5mm;margin:1.5mm 0}
.keys{display:grid;grid-template-columns:1.6fr 1fr 1fr 1fr 1.5fr;gap:3mm;margin:3mm 0}
.keys div{border:.3mm solid #c7d0da;border-radius:1.5mm;padding:2mm 2.5mm}
.keys b{display:block;font-size:17pt;line-height:1.15;font-variant-numeric:tabular-nums}.keys span{color:#44546a}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:.9mm 1.6mm;text-align:right;border-bottom:.2mm solid #d5dce4}th{font-weight:600;color:#44546a}
th:first-child,td:first-child{text-align:left}.intervals th{font-size:9pt;padding:.9mm 1mm}
.intervals{table-layout:fixed}
.bar{display:inline-block;height:3mm;background:#7f93a8;vertical-align:middle}
.now .bar{background:#0b6b4f}
.now td{font-weight:600}.bars td:last-child{width:62%;text-align:left}
footer{margin-top:4mm;color:#44546a;font-size:8.5pt}
svg{width:100%;height:auto;display:block}svg text{font-size:13px;fill:#44546a}svg .name{font-weight:600;fill:#14202e}
.band{fill:#e4e9ef;stroke:#c7d0da}.band.hard{fill:#bfe8d6;stroke:#0b6b4f}.strip{fill:#e4e9ef}
.strip.hard{fill:#0b6b4f}svg .phase{fill:#14202e}svg .phase.hard{fill:#fff;font-weight:600}
.grid{stroke:#d5dce4;stroke-width:.7}.heart{fill:none;stroke:#8c1d40;stroke-width:2;stroke-linejoin:round}
.hill{fill:#9fb2c6;stroke:#5b7188}.advice{stroke:#b35c00;stroke-width:2.4;stroke-dasharray:7 4}
"""


def report(whole: WholeSession, language: Language = Language.BOKMAL) -> bytes:
    """The report as the bytes of an HTML file; the same session and history give the same bytes."""
    words = Words(language, INTERVALS)
    sets = whole.lifted
    body = "\n".join(_body(whole, words) if sets is None else strength_body(whole, sets, words))
    title = words("title") if sets is None else strength_title(sets, words)
    style = _STYLE if sets is None else _STYLE + STRENGTH_STYLE
    head = (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<style>{style}</style></head><body>"
    )
    return f"{head}\n{body}\n</body></html>\n".encode()


def _body(whole: WholeSession, words: Words) -> Iterator[str]:
    header = whole.header
    yield f"<h1>{escape(words('title'))}</h1>"
    yield _facts(whole, words)
    yield from (f'<p class="note">{escape(note)}</p>' for note in _notes(whole, words))
    yield _keys(whole, words)
    yield chart(whole, words)
    yield _intervals(whole, words)
    yield f"<h2>{escape(words('signal'))}</h2><p>{escape(_signal_text(whole, words))}</p>"
    yield _comparison(whole, words)
    yield f"<footer>{escape(words('footer', version=header.sw_version, session=header.id))}</footer>"


def _facts(whole: WholeSession, words: Words) -> str:
    plan, prescription = whole.header.plan, whole.header.plan.prescription
    low, high = prescription.interval_zone.beats(plan.hr_max_bpm)
    minutes = words.figure(prescription.interval_s / 60, 0 if prescription.interval_s % 60 == 0 else 1)
    planned = words("plan_text", intervals=prescription.intervals, minutes=minutes, low=low, high=high)
    facts = (
        (words("patient"), whole.header.code),
        ("", words.when(whole.wall(whole.figures.first_at_s))),
        (words("plan"), planned),
        (words("hr_max"), f"{plan.hr_max_bpm} ({words(plan.hr_max_source)})"),
        *how(whole, words),
    )
    spans = (f"<span>{escape(name)} <b>{escape(fact)}</b></span>" for name, fact in facts)
    return f'<p class="facts">{" ".join(spans)}</p>'


def _notes(whole: WholeSession, words: Words) -> Iterator[str]:
    if whole.header.state is SessionState.RECOVERED:
        yield words("recovered")
    elif whole.summary is not None and whole.summary.get("phase") == "stopped":
        yield words(f"stopped{_stopped_by(whole)}")
    for gap in whole.away():
        where = words(f"away_{gap.phase}", interval=gap.interval)
        yield words("away", length=clock_text(gap.until_s - gap.from_s), where=where)
    if whole.header.clock_quality is ClockQuality.UNSYNCED:
        yield words("unsynced")


def _stopped_by(whole: WholeSession) -> str:
    """Who or what ended it early, as the log knows; empty when it does not."""
    if (whole.summary or {}).get("ended_by") == "stood_too_long":
        return "_belt"
    told = [f"_{event.facts.get('by')}" for event in whole.events if event.kind == "stop"]
    return told[-1] if told and told[-1] in _STOPPED_BY else ""


def _keys(whole: WholeSession, words: Words) -> str:
    came_to, prescription = whole.figures, whole.header.plan.prescription
    planned = words.figure(prescription.intervals * prescription.interval_s / 60, 0)
    keys = (
        (clock_text(came_to.in_zone_s), f"{words('in_zone')} {words('of_planned', minutes=planned)}"),
        (words.figure(came_to.mean_heart_rate_bpm, 0), words("mean")),
        (words.figure(came_to.peak_heart_rate_bpm, 0), words("peak")),
        (clock_text(came_to.last_at_s - came_to.first_at_s), words("length")),
        (f"{_shares(whole)['good']} %", words("good")),
    )
    return '<div class="keys">' + "".join(f"<div><b>{b}</b><span>{escape(s)}</span></div>" for b, s in keys) + "</div>"


def _intervals(whole: WholeSession, words: Words) -> str:
    if not whole.figures.intervals:
        return ""
    names = ("interval", "in", "above", "below", "silent", "mean_bpm", "peak_bpm", "speed", "climb", "borg")
    head = "".join(f"<th>{escape(words(name))}</th>" for name in names)
    rows = "".join(
        f"<tr>{_cells(interval, words, _away_s(whole, interval))}</tr>" for interval in whole.figures.intervals
    )
    return f"<h2>{escape(words('intervals'))}</h2><table class='intervals'><tr>{head}</tr>{rows}</table>"


def _away_s(whole: WholeSession, interval: IntervalFigures) -> float:
    """For how long of this interval the station was away: never longer than what of it was not counted."""
    gaps = (gap for gap in whole.away() if (gap.phase, gap.interval) == (Phase.INTERVAL, interval.number))
    away_s = sum(gap.until_s - gap.from_s for gap in gaps)
    return min(away_s, max(0.0, whole.header.plan.prescription.interval_s - interval.tally.seconds))


def _cells(interval: IntervalFigures, words: Words, away_s: float) -> str:
    tally = interval.tally
    below_s = max(0.0, tally.seconds - tally.in_zone_s - tally.above_zone_s - tally.silent_s)
    lengths = (tally.in_zone_s, tally.above_zone_s, below_s, tally.silent_s + away_s)
    cells = (
        str(interval.number),
        *(clock_text(length) for length in lengths),
        words.figure(interval.mean_heart_rate_bpm, 0),
        words.figure(interval.peak_heart_rate_bpm, 0),
        words.figure(interval.mean_speed_kmh),
        words.figure(interval.mean_incline_percent),
        words.figure(interval.effort_borg, 0),
    )
    return "".join(f"<td>{cell}</td>" for cell in cells)


def _signal_text(whole: WholeSession, words: Words) -> str:
    shares = _shares(whole)
    return words(
        "signal_text",
        **{**shares, "away": words("signal_away", away=shares["away"]) if shares["away"] else ""},
        longest=clock_text(_longest_gap_s([second.reading for second in whole.seconds])),
    )


def _shares(whole: WholeSession) -> dict[str, int]:
    """How much of the session the strap could be trusted, in whole percents that sum to a hundred.

    The seconds in which the station was away count as such: nobody knows what the strap would have said.
    """
    counted = Counter(whole.figures.qualities)
    away_s = sum(gap.until_s - gap.from_s - 1 for gap in whole.away())
    doubtful, stale, away = (
        round(100 * seconds / (len(whole.seconds) + away_s))
        for seconds in (counted[Quality.DOUBTFUL], counted[Quality.STALE], away_s)
    )
    away = max(away, 1 if away_s else 0)
    return {"good": 100 - doubtful - stale - away, "doubtful": doubtful, "stale": stale, "away": away}


def _longest_gap_s(readings: Sequence[Reading]) -> float:
    heard = [reading.at_s for reading in readings if reading.heart_rate_bpm is not None]
    marks = [readings[0].at_s, *heard, readings[-1].at_s]
    gaps = [later - earlier for earlier, later in pairwise(marks)]
    longest = max(gaps, default=0.0)
    return longest if longest > 1.5 else 0.0  # noqa: PLR2004  # readings come once a second


def _comparison(whole: WholeSession, words: Words) -> str:
    heading = f"<h2>{escape(words('earlier'))}</h2>"
    if not whole.earlier:
        return f"{heading}<p>{escape(words('no_earlier'))}</p>"
    earlier = [(words.when(line.started), line.in_zone_s) for line in reversed(whole.earlier)]
    most_s = max(1.0, whole.figures.in_zone_s, *(in_zone_s or 0.0 for _, in_zone_s in earlier))
    rows = [_bar("", name, in_zone_s, most_s) for name, in_zone_s in earlier]
    rows.append(_bar(' class="now"', words("this"), whole.figures.in_zone_s, most_s))
    return f'{heading}<table class="bars">{"".join(rows)}</table>'


def _bar(kind: str, name: str, in_zone_s: float | None, most_s: float) -> str:
    length = "–" if in_zone_s is None else clock_text(in_zone_s)
    share = 100 * (in_zone_s or 0.0) / most_s
    bar = f'<span class="bar" style="width:{share:.1f}%"></span>'
    return f"<tr{kind}><td>{escape(name)}</td><td>{length}</td><td>{bar}</td></tr>"
