"""The files for people: the therapist's report, looked at by a real browser, and the table."""

import csv
import io
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from store_sessions import (
    NOON,
    SHORT,
    SHORT_SECONDS,
    conclude,
    read_store,
    recorded,
    short_readings,
    stored_short,
    summarise,
)

from station.errors import StationError, StoreError
from station.language import Language
from station.ports import SessionState
from station.store.boot import ClockQuality
from station.store.opening import open_store
from station.store.unfinished import recover
from station.store.writer import SessionWriter
from station.sync.chart import HILL_TOP
from station.sync.exports import Format, export
from station.sync.report import report
from station.sync.report_words import INTERVALS
from station.sync.strength_words import STRENGTH
from station.sync.table import csv_file
from station.sync.whole import whole_session
from station.sync.words import Table, Words
from station.training.reading import Reading

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
with_browser = pytest.mark.skipif(CHROMIUM is None, reason="no chromium here; apt-get install chromium to look")
VOID = {"meta", "br", "rect", "line", "polyline", "polygon"}


def page(data: Path, session_id: str, language: Language = Language.BOKMAL) -> str:
    with read_store(data) as store:
        return report(whole_session(store, session_id), language).decode()


def text_of(html: str) -> str:
    bare = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare))


def stored(data: Path, readings: list[Reading], **more: object) -> str:
    with open_store(data, wall=NOON).store as store, SessionWriter(store.path) as writer:
        session_id = writer.open(patient=SHORT, code="K7Q4", at_s=readings[0].at_s, wall=NOON, **more)  # type: ignore[arg-type]
        for second in recorded(SHORT, iter(readings)):
            writer.record(second)
        writer.close(SessionState.CLOSED, wall=NOON, summary=summarise(SHORT, readings)).result(timeout=30)
    return session_id


class Balanced(HTMLParser):
    """Fails on a tag that is closed out of order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        del attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag in VOID or self.open.pop() == tag


@pytest.mark.parametrize("language", Language)
def test_the_report_needs_no_network_and_no_script(tmp_path: Path, language: Language) -> None:
    [session_id] = stored_short(tmp_path)

    html = page(tmp_path, session_id, language)

    assert f'<html lang="{language}">' in html
    assert "default-src 'none'" in html
    for forbidden in ("<script", "http:", "https:", "@import", "url(", "<link", "<img", " on"):
        assert forbidden not in re.sub(r">[^<]*<", "><", html).replace("onicon", ""), forbidden
    balanced = Balanced()
    balanced.feed(html)
    assert balanced.open == []


def test_the_report_says_what_the_session_came_to(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    text = text_of(page(tmp_path, session_id))

    assert "Pasientkode K7Q4" in text
    assert "23.11.2026 kl. 12.00" in text
    assert "153–171 slag/min" in text
    # Two intervals of 20 s; heart rate 120 + n reaches 153 at 36 s, in the second one, which ends at 61 s.
    with read_store(tmp_path) as store:
        summary = store.summary(session_id)
    assert summary is not None
    in_zone_s = round(summary["in_zone_s"])
    assert f"0:{in_zone_s:02d} i målsonen" in text
    assert "Lengste brudd: 0:04" in text
    assert "Ingen tidligere økter" in text


def test_english_speaks_english_and_writes_points(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    nb, nn, en = (
        text_of(page(tmp_path, session_id, language))
        for language in (Language.BOKMAL, Language.NYNORSK, Language.ENGLISH)
    )

    assert "5,2" in nb
    assert "5,2" in nn
    assert "Ingen tidlegare økter" in nn
    assert "5.2" in en
    assert "23 November 2026, 12:00" in en
    assert not re.search("[æøå]", en.replace("målsone", ""))


@pytest.mark.parametrize("table", [INTERVALS, STRENGTH])
def test_all_languages_have_every_word_with_the_same_figures(table: Table) -> None:
    for name, said in table.items():
        assert all(said), name
        figures = [set(re.findall(r"{\w+}", words)) for words in said]
        assert figures[0] == figures[1] == figures[2], name


def test_the_report_compares_with_the_same_patients_earlier_sessions(tmp_path: Path) -> None:
    ids = stored_short(tmp_path, count=3)

    text = text_of(page(tmp_path, ids[1]))

    assert "23.11.2026 kl. 12.00" in text
    assert "denne økten" in text
    assert "kl. 12.20" not in text


def test_the_patients_answers_to_the_effort_question_stand_beside_their_interval(tmp_path: Path) -> None:
    from dataclasses import replace

    readings = [replace(r, effort_borg=17 if n == 33 else None) for n, r in enumerate(short_readings())]
    session_id = stored(tmp_path, readings)

    rows = re.findall(r"<tr><td>(\d)</td>(.*?)</tr>", page(tmp_path, session_id))

    assert [(number, cells.rsplit("<td>", 1)[1]) for number, cells in rows] == [("1", "17</td>"), ("2", "–</td>")]


def test_the_report_admits_a_clock_that_was_not_set_and_a_session_that_was_cut_short(tmp_path: Path) -> None:
    with open_store(tmp_path, wall=NOON).store as store:
        with SessionWriter(store.path) as writer:
            session_id = writer.open(patient=SHORT, code="K7Q4", at_s=0.0, wall=NOON, quality=ClockQuality.UNSYNCED)
            for second in recorded(SHORT, short_readings(0.0, seconds=20)):
                writer.record(second)
        recover(store, wall=NOON, conclude=conclude)

    html = page(tmp_path, session_id)

    assert Words(Language.BOKMAL, INTERVALS)("recovered") in html
    assert Words(Language.BOKMAL, INTERVALS)("unsynced") in html


@pytest.mark.parametrize(
    ("ended_by", "by", "said"),
    [
        ("stop_pressed", "key", "gjennomført: med en tast."),
        ("stop_pressed", "yes", "gjennomført: med en tast og et ja."),
        ("stop_pressed", "nobody", "gjennomført: ingen svarte"),
        ("stop_pressed", "station", "gjennomført: stasjonen ble slått av."),
        ("stood_too_long", None, "gjennomført: båndet sto stille"),
        ("stop_pressed", None, "før planen var gjennomført."),
    ],
)
def test_the_report_says_how_a_session_ended_early_where_it_is_known(
    tmp_path: Path, ended_by: str, by: str | None, said: str
) -> None:
    with open_store(tmp_path, wall=NOON).store as store, SessionWriter(store.path) as writer:
        session_id = writer.open(patient=SHORT, code="K7Q4", at_s=0.0, wall=NOON)
        for second in recorded(SHORT, short_readings(0.0, seconds=20)):
            writer.record(second)
        if by is not None:
            writer.event(19.0, "stop", {"by": by})
        summary = {"phase": "stopped", "ended_by": ended_by, "in_zone_s": 0.0, "intervals": ()}
        writer.close(SessionState.CLOSED, wall=NOON, summary=summary).result(timeout=30)

    assert said in text_of(page(tmp_path, session_id))


def test_a_session_that_ended_in_the_warm_up_shows_no_empty_table_and_no_zone_it_never_had(tmp_path: Path) -> None:
    standing = [Reading(at_s=float(n), heart_rate_bpm=100, speed_kmh=4.0 if n else 0.0) for n in range(8)]
    html = page(tmp_path / "early", stored(tmp_path / "early", standing))
    [whole] = stored_short(tmp_path / "whole")

    for shown in ("class='intervals'", 'class="band hard"', ">målsone<"):
        assert shown not in html
        assert shown in page(tmp_path / "whole", whole)
    assert '>1</text><text x="990"' in html


AWAY = [reading for n, reading in enumerate(short_readings()) if not 15 < n < 19]
AWAY_LONGER = [reading for n, reading in enumerate(short_readings()) if not 12 < n < 19]
"""For longer than what is counted to the second that comes after it."""


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.BOKMAL, "Stasjonen var borte i 0:04 i intervall 1"),
        (Language.NYNORSK, "Stasjonen var borte i 0:04 i intervall 1"),
        (Language.ENGLISH, "The station was away for 0:04 in interval 1"),
    ],
)
def test_the_report_says_when_the_station_was_away(tmp_path: Path, language: Language, said: str) -> None:
    session_id = stored(tmp_path / "away", AWAY)
    [whole] = stored_short(tmp_path / "whole")

    assert said in text_of(page(tmp_path / "away", session_id, language))
    assert said[:14] not in text_of(page(tmp_path / "whole", whole, language))


def test_where_the_station_was_away_nobody_says_that_a_signal_was_there(tmp_path: Path) -> None:
    text = text_of(page(tmp_path, stored(tmp_path, AWAY_LONGER), Language.ENGLISH))

    # 6 of 72 seconds are 8 %. This walk's heart rate rises too evenly for the strap to be trusted.
    assert "17 % of the time with a reliable signal" in text
    assert "Reliable 17 % of the time, doubtful 75 %, silent 0 %, station away 8 %. Longest gap: 0:07." in text


def test_what_was_not_measured_of_an_interval_is_in_its_row(tmp_path: Path) -> None:
    [whole] = stored_short(tmp_path / "whole")
    away = stored(tmp_path / "away", AWAY_LONGER)

    assert not_measured(page(tmp_path / "whole", whole)) == ["0:00", "0:00"]
    assert not_measured(page(tmp_path / "away", away)) == ["0:07", "0:00"]


def not_measured(html: str) -> list[str]:
    """What the table of intervals has in its fifth column."""
    [table] = re.findall(r"<table class='intervals'>(.*?)</table>", html)
    head, *rows = (re.findall(r"<t[hd]>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", table))
    assert head[4] == "Ikke målt"
    return [row[4] for row in rows]


def test_no_hill_and_no_advice_is_drawn_where_the_station_was_away(tmp_path: Path) -> None:
    html = page(tmp_path, stored(tmp_path, AWAY))

    # The axis is 71 s wide, from x 46 to x 990: second 15 is at 245.4, second 19 at 298.6.
    hills = [
        [float(x) for x in re.findall(r"([\d.]+),", points)]
        for points in re.findall(r'<polygon class="hill" points="([^"]+)"', html)
    ]
    advice = [
        (float(left), float(right))
        for left, y, right in re.findall(r'<line class="advice" x1="([\d.]+)" y1="([\d.]+)" x2="([\d.]+)"', html)
        if float(y) > HILL_TOP
    ]
    assert [(min(xs), max(xs)) for xs in hills] == [(46.0, 245.4), (298.6, 990.0)]
    assert all(right <= 245.4 or left >= 298.6 for left, right in advice)


def test_a_code_with_markup_in_it_stays_text(tmp_path: Path) -> None:
    with open_store(tmp_path, wall=NOON).store as store, SessionWriter(store.path) as writer:
        session_id = writer.open(patient=SHORT, code="<b onload=x>&", at_s=0.0, wall=NOON)
        for second in recorded(SHORT, short_readings(0.0)):
            writer.record(second)
        writer.close(SessionState.CLOSED, wall=NOON).result(timeout=30)

    assert "&lt;b onload=x&gt;&amp;" in page(tmp_path, session_id)


def test_a_strap_that_was_silent_throughout_gives_a_report_with_dashes(tmp_path: Path) -> None:
    session_id = stored(tmp_path, [Reading(at_s=float(n), speed_kmh=4.0) for n in range(60)])

    text = text_of(page(tmp_path, session_id))

    assert "Sikkert 0 % av tiden" in text
    assert "– snittpuls" in text


def test_a_session_without_a_second_has_no_report(tmp_path: Path) -> None:
    with open_store(tmp_path, wall=NOON).store as store:
        with SessionWriter(store.path) as writer:
            session_id = writer.open(patient=SHORT, code="K7Q4", at_s=0.0, wall=NOON)

        with pytest.raises(StoreError, match="has no seconds here: nobody trained"):
            whole_session(store, session_id)


@with_browser
@pytest.mark.parametrize("language", Language)
def test_a_browser_prints_the_report_on_one_page_and_finds_nothing_wrong(tmp_path: Path, language: Language) -> None:
    assert CHROMIUM is not None
    ids = stored_short(tmp_path / "data", count=7)
    with read_store(tmp_path / "data") as store:
        [html] = export(store, ids[-1], tmp_path, formats=(Format.HTML,), language=language)
    pdf = tmp_path / "report.pdf"

    common = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    told = subprocess.run(
        [*common, "--enable-logging=stderr", "--no-pdf-header-footer", f"--print-to-pdf={pdf}", html.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )

    assert re.findall(rb"/Type\s*/Page\b", pdf.read_bytes()) == [b"/Type /Page"]
    assert "CONSOLE" not in told.stderr


def test_the_table_has_a_row_for_every_second(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    with read_store(tmp_path) as store:
        rows = list(csv.DictReader(io.StringIO(csv_file(whole_session(store, session_id)).decode(), newline="")))

    assert len(rows) == SHORT_SECONDS
    assert [row["second"] for row in rows[:2]] == ["0.0", "1.0"]
    assert rows[0]["time"] == "12:00:00"
    assert rows[34]["heart_rate_bpm"] == ""
    assert rows[34]["zone"] == "unknown"
    assert (rows[20]["advised_incline_percent"], rows[20]["advice_reason"]) == ("4.0", "below_zone")
    assert rows[20]["rr_ms"] == "501 499"
    assert {row["phase"] for row in rows} == {"ready", "warm_up", "interval", "recovery", "cool_down", "finished"}


def test_the_tables_last_columns_come_to_the_reports_figures(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    with read_store(tmp_path) as store:
        whole = whole_session(store, session_id)
    rows = list(csv.DictReader(io.StringIO(csv_file(whole).decode(), newline="")))
    good = [int(row["heart_rate_bpm"]) for row in rows if row["heart_rate_quality"] == "good"]

    for interval in whole.figures.intervals:
        counted = [float(row["counted_in_zone_s"]) for row in rows if row["interval"] == str(interval.number)]
        assert sum(counted) == pytest.approx(interval.tally.in_zone_s)
    assert sum(float(row["counted_in_zone_s"]) for row in rows) == pytest.approx(whole.figures.in_zone_s) != 0
    assert max(good) == whole.figures.peak_heart_rate_bpm


def test_the_files_are_for_their_owner_only(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    with read_store(tmp_path) as store:
        files = export(store, session_id, tmp_path / "new" / "out")

    assert [path.name for path in files] == [
        f"{session_id[:8]}-{name}" for name in ("log.ndjson.gz", "session.fit", "seconds.csv", "report.html")
    ]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)
    (tmp_path / "file").touch()

    with read_store(tmp_path) as store, pytest.raises(StationError, match="Choose another folder"):
        export(store, session_id, tmp_path / "file", formats=(Format.CSV,))
