"""What leaves the station of a strength session: FHIR, FIT, CSV, the report and the log."""

import csv
import gzip
import io
import json
import re
from pathlib import Path
from typing import Any

import fhirkit
import fitdecode
import fitparse
import pytest
from store_sessions import read_store, stored_short
from strength_parts import QUICK, Lift
from strength_sessions import stored_weeks

from station.language import Language
from station.store import earlier
from station.store.sessions import Store
from station.sync.documents import Dialect, Style, bundle
from station.sync.exports import Format, export
from station.sync.fit import fit_file
from station.sync.report import report
from station.sync.training_log import log_archive
from station.sync.whole import WholeSession, whole_session
from station.training.strength import Strength, WarmUpSet

TEST = Strength(
    test=True, repetitions=1, sets=6, start_kg=130, rest_s=20, warm_up=(WarmUpSet(repetitions=3, percent=50),)
)


def whole(data: Path, session_id: str) -> WholeSession:
    with read_store(data) as store:
        return whole_session(store, session_id)


def resources(data: Path, session_id: str, dialect: Dialect = Dialect.PUT) -> dict[str, Any]:
    with read_store(data) as store:
        transaction = json.loads(bundle(store, session_id, Style(dialect=dialect)))
    assert fhirkit.validate(transaction) == []
    return {coded(entry["resource"]): entry["resource"] for entry in transaction["entry"]}


def coded(resource: dict[str, Any]) -> str:
    return str(resource.get("code", resource.get("type"))["coding"][0]["code"])


def components(summary: dict[str, Any]) -> dict[str, Any]:
    return {
        part["code"]["coding"][0]["code"]: part.get("valueQuantity", {}).get("value") for part in summary["component"]
    }


@pytest.mark.parametrize("dialect", Dialect)
def test_a_strength_session_is_eight_valid_fhir_entries_too(tmp_path: Path, dialect: Dialect) -> None:
    session_id = stored_weeks(tmp_path)[0]

    found = resources(tmp_path, session_id, dialect)

    assert list(found) == [
        "PAPanel", "73985-4", "55411-3", "55425-3", "55426-1", "set-summary", "8867-4", "training-log",
    ]  # fmt: skip
    assert found["73985-4"]["valueCodeableConcept"]["coding"][0]["code"] == "maximal-strength"


def test_each_set_goes_with_its_load_and_its_repetitions(tmp_path: Path) -> None:
    session_id = stored_weeks(tmp_path)[2]

    summary = resources(tmp_path, session_id)["set-summary"]

    parts = components(summary)
    assert summary["valueInteger"] == 4
    assert [parts[f"set-{number}-load"] for number in (1, 2, 3, 4)] == [120, 120, 115, 115]
    assert [parts[f"set-{number}-repetitions"] for number in (1, 2, 3, 4)] == [4, 2, 4, 4]
    assert (parts["warm-up-set-1-load"], parts["warm-up-set-1-repetitions"]) == (70, 3)
    assert parts["next-load"] == 115
    units = {part["valueQuantity"]["code"] for part in summary["component"] if "valueQuantity" in part}
    assert units == {"kg", "{repetitions}"}


def test_an_estimated_1rm_is_a_range_and_never_called_measured(tmp_path: Path) -> None:
    parts = components(resources(tmp_path, stored_weeks(tmp_path)[0])["set-summary"])

    assert (parts["one-rm-estimate-low"], parts["one-rm-estimate-high"]) == (129.4, 134.2)
    assert "one-rm-measured" not in parts


def test_a_test_sends_the_measured_1rm_and_no_estimate(tmp_path: Path) -> None:
    session_id = stored_weeks(tmp_path, [[1, 1, 0, 0]], strength=TEST)[0]

    parts = components(resources(tmp_path, session_id)["set-summary"])

    assert parts["one-rm-measured"] == 135
    assert parts["attempt-3-repetitions"] == 0
    assert not {"one-rm-estimate-low", "next-load"} & parts.keys()


def test_without_a_strap_the_heart_rate_is_absent_and_not_nought(tmp_path: Path) -> None:
    found = resources(tmp_path, stored_weeks(tmp_path, [[4, 4, 4, 4]], heart_rate_bpm=None)[0])

    assert "valueQuantity" not in found["55425-3"]
    assert set(found["8867-4"]["valueSampledData"]["data"].split()) == {"E"}


def by_fitdecode(content: bytes) -> list[tuple[str, dict[str, Any]]]:
    with fitdecode.FitReader(content, check_crc=fitdecode.CrcCheck.RAISE) as reader:
        return [
            (frame.name, {field.name: field.value for field in frame.fields if field.value is not None})
            for frame in reader
            if isinstance(frame, fitdecode.FitDataMessage)
        ]


def by_fitparse(content: bytes) -> list[tuple[str, dict[str, Any]]]:
    return [
        (message.name, {field.name: field.value for field in message.fields if field.value is not None})
        for message in fitparse.FitFile(content, check_crc=True).get_messages()
    ]


@pytest.mark.parametrize("read", [by_fitdecode, by_fitparse])
def test_the_fit_file_has_the_sets_with_repetitions_and_kilograms(tmp_path: Path, read: Any) -> None:
    messages = read(fit_file(whole(tmp_path, stored_weeks(tmp_path)[2])))

    sets = [fields for name, fields in messages if name == "set"]
    lifted = [one for one in sets if one["set_type"] in {"active", 1}]
    assert [one["repetitions"] for one in lifted] == [3, 4, 2, 4, 4]
    assert [one["weight"] for one in lifted] == [70, 120, 120, 115, 115]
    assert len(sets) == 2 * len(lifted) - 1
    session = next(fields for name, fields in messages if name == "session")
    assert (session["sport"], session["sub_sport"]) == ("training", "strength_training")
    laps = [fields["intensity"] for name, fields in messages if name == "lap"]
    assert laps.count("rest") == 4


def test_a_rest_in_the_fit_file_is_as_long_as_it_was(tmp_path: Path) -> None:
    messages = by_fitdecode(fit_file(whole(tmp_path, stored_weeks(tmp_path)[0])))

    rests = [fields["duration"] for name, fields in messages if name == "set" and fields["set_type"] in {"rest", 0}]

    assert rests[1:] == [20, 20, 20]


def test_a_treadmill_session_has_no_sets_in_its_fit_file(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    assert "set" not in {name for name, _ in by_fitdecode(fit_file(whole(tmp_path, session_id)))}


def test_the_table_has_load_and_repetitions_second_by_second(tmp_path: Path) -> None:
    session_id = stored_weeks(tmp_path)[0]
    with read_store(tmp_path) as store:
        [path] = export(store, session_id, tmp_path / "out", formats=(Format.CSV,))

    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))

    assert len(rows) == len(whole(tmp_path, session_id).seconds)
    heavy = [row for row in rows if row["phase"] == "set"]
    assert {row["load_kg"] for row in heavy} == {"115.0"}
    assert max(int(row["repetitions"]) for row in heavy) == 4
    assert rows[0]["pressed"] == "begin"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.BOKMAL, ("Treningsrapport: styrke", "beinpress", "én til ble klart", "målt 140 kg (2026-11-02)")),
        (Language.NYNORSK, ("Treningsrapport: styrke", "éin til vart klart", "Kvile før")),
        (Language.ENGLISH, ("Training report: strength", "leg press", "one more was managed", "129–135")),
    ],
)
def test_the_report_says_what_was_lifted_and_what_is_next(
    tmp_path: Path, language: Language, said: tuple[str, ...]
) -> None:
    page = report(whole(tmp_path, stored_weeks(tmp_path)[0]), language).decode()

    assert [words for words in said if words not in page] == []
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_the_report_shows_load_and_1rm_over_the_weeks(tmp_path: Path) -> None:
    last = stored_weeks(tmp_path)[-1]
    test = stored_weeks(tmp_path, [[1, 1, 0, 0]], strength=TEST)[0]

    training, testing = (report(whole(tmp_path, session_id)).decode() for session_id in (last, test))

    assert (training.count('class="dot"'), training.count('class="test"')) == (3 + 1, 0 + 1)
    assert (testing.count('class="dot"'), testing.count('class="test"')) == (3 + 1, 1 + 1)
    assert training.count('class="range"') == 3 * (3 + 1)
    heights = [float(y) for y in re.findall(r'class="dot" cx="[^"]+" cy="([^"]+)"', training)[:3]]
    assert heights[0] > heights[1] == heights[2]


def test_the_course_is_of_this_patient_and_this_exercise(tmp_path: Path) -> None:
    stored_short(tmp_path)
    ids = stored_weeks(tmp_path)

    assert [one.load_kg for one in whole(tmp_path, ids[1]).strength_course] == [115, 120]
    assert whole(tmp_path, ids[1]).earlier[0].id == ids[0]


def test_the_log_folds_to_the_same_sets(tmp_path: Path) -> None:
    session_id = stored_weeks(tmp_path)[1]
    with read_store(tmp_path) as store:
        lines = [json.loads(line) for line in gzip.decompress(log_archive(store, session_id)).splitlines()]

    pressed = [tuple(line.get("pressed", ())) for line in lines if line["kind"] == "reading"]
    again = Lift(QUICK, whole_lessons(tmp_path, session_id))
    for presses in pressed:
        again.second(*presses)

    assert [one["repetitions"] for one in lines[-1]["summary"]["sets"]] == [
        one.repetitions for one in again.coaching.session.lifting.done
    ]
    assert [one["load_kg"] for one in lines[-1]["summary"]["sets"]] == [
        one.load_kg for one in again.coaching.session.lifting.done
    ]


def whole_lessons(data: Path, session_id: str) -> Any:
    from station.coach.coaching import lessons_in

    with Store.at(data) as store:
        return lessons_in(store.prior_of(session_id))


def test_a_strength_session_does_not_hide_the_minutes_of_the_last_intervals(tmp_path: Path) -> None:
    stored_short(tmp_path)
    stored_weeks(tmp_path)

    with read_store(tmp_path) as store:
        intervals = [line.in_zone_s for line in store.sessions() if line.in_zone_s is not None]
        assert earlier.last_in_zone_s(store, "K7Q4") == intervals[0]
        assert earlier.last_in_zone_s(store, "nobody") is None
