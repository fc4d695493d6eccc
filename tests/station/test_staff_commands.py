import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from staff_desk import PIN, Wall, desk_at
from store_sessions import NOON, read_store
from typer.testing import CliRunner

from station.__main__ import app
from station.errors import SettingsError, StationError, StoreError
from station.staff.mode import Mode
from station.store import access, audit, people
from station.templates import templates
from station.visit import Picture


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "HASHER", access.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def said(data: Path, *words: str, stdin: str = "") -> list[str]:
    """What the command prints; its errors are raised."""
    result = CliRunner().invoke(app, [*words, "--data", str(data)], input=stdin, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


@pytest.mark.usefixtures("quick")
def test_root_lets_therapists_in_and_out_without_ever_showing_a_pin(tmp_path: Path) -> None:
    told = said(tmp_path, "therapist", "add", "KS", stdin=f"{PIN}\n")
    told += said(tmp_path, "therapist", "add", "BO", stdin="771204\n")
    told += said(tmp_path, "therapist", "reset", "BO", stdin="905173\n")
    told += said(tmp_path, "therapist", "remove", "KS")
    told += said(tmp_path, "therapist", "list")

    assert told == [
        "KS is therapist number 1.",
        "BO is therapist number 2.",
        "BO has a new PIN.",
        "KS is let in no longer.",
        "  2  BO",
    ]
    with read_store(tmp_path) as store:
        [therapist] = access.therapists(store.connection)
        assert access.tried(store.connection, therapist, "905173", now=NOON, hasher=access.HASHER)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("words", "stdin", "sentence"),
    [
        (("therapist", "add", "KS"), "12345\n", "at least 6 digits"),
        (("therapist", "add", "K S"), f"{PIN}\n", "1-12 letters"),
        (("therapist", "reset", "EVE"), f"{PIN}\n", "no therapist with the sign EVE"),
        (("therapist", "remove", "EVE"), "", "no therapist with the sign EVE"),
        (("patient", "add", "Kari"), "", "could be a name"),
        (("patient", "add", ""), "", "the code is missing"),
        (("patient", "add", "K-1."), "", "no dot ends it"),
        (("patient", "add", "K-1", "--picture", "moose"), "", "must be one of sun, house"),
        (("mode", "loud"), "", "there are: shadow, decrease_only, full"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence_and_changes_nothing(
    tmp_path: Path, words: Sequence[str], stdin: str, sentence: str
) -> None:
    with pytest.raises(SettingsError, match=sentence):
        said(tmp_path, *words, stdin=stdin)

    with desk_at(tmp_path, Wall()) as (desk, _):
        assert (desk.therapists(), desk.people(), desk.mode()) == ((), (), Mode.FULL)


def test_a_patient_is_added_listed_and_erased(tmp_path: Path) -> None:
    assert said(tmp_path, "patient", "add", "K-0007", "--picture", "boat") == ["K-0007  boat"]
    [made] = said(tmp_path, "patient", "add")
    assert len(said(tmp_path, "patient", "list")) == 2

    [erased] = said(tmp_path, "patient", "erase", "K-0007", "--yes")

    assert erased == "0 sessions and 0 entries erased here; 0 sessions to be erased on the server."
    assert [line.split()[0] for line in said(tmp_path, "patient", "list")] == [made.split()[0]]


def test_the_stations_mode_is_set_from_the_command_line_and_audited(tmp_path: Path) -> None:
    assert said(tmp_path, "mode") == ["full"]
    assert said(tmp_path, "mode", "shadow") == ["shadow"]

    with read_store(tmp_path) as store:
        [newest] = audit.lines(store.connection, most=1)
    assert (newest.who, newest.what, newest.facts) == (
        "command line", "change", {"field": "mode", "old": "full", "new": Mode.SHADOW},
    )  # fmt: skip


def test_an_audit_that_was_changed_ends_the_check_with_a_fault(tmp_path: Path) -> None:
    said(tmp_path, "patient", "add", "K-1")
    told = said(tmp_path, "audit", "verify")
    assert told[0] == "2 rows, 0 of them erased with their patients; the chain is whole."
    head = told[1].removeprefix("Newest hash: ")
    said(tmp_path, "patient", "add", "K-2")
    assert said(tmp_path, "audit", "verify", "--head", head)[0].endswith("the chain is whole.")
    with read_store(tmp_path) as store:
        store.connection.execute("DELETE FROM audit WHERE n > 1")

    with pytest.raises(StationError, match="is not whole"):
        said(tmp_path, "audit", "verify", "--head", head)


def test_the_audit_is_listed_for_one_patient(tmp_path: Path) -> None:
    for code in ("K-1", "K-2"):
        said(tmp_path, "patient", "add", code)

    told = said(tmp_path, "audit", "list", "--code", "K-2")

    assert len(told) == 2
    assert all("K-2" in line for line in told)


HEADER = "code;picture;birth_year;hr_max_bpm;hr_max_source;hr_max_on;template;speed_max_kmh;beta_blocker"
CSV = f"""{HEADER}
K-0001;boat;1986;182;measured;2026-11-01;2x4;5,5;false
K-0002;;1970;;;;;;true
"""


def imported(data: Path, name: str, text: str, *more: str) -> list[str]:
    path = data / name
    path.write_text(text, encoding="utf-8-sig" if name.endswith("csv") else "utf-8")
    return said(data / "store", "patient", "import", str(path), *more)


def profiles(data: Path) -> dict[str, people.Profile]:
    with read_store(data / "store") as store:
        return {line.code: people.profile(store.connection, line.code) for line in people.lines(store.connection)}


def test_a_table_of_the_clinics_system_becomes_patients(tmp_path: Path) -> None:
    assert imported(tmp_path, "patients.csv", CSV) == ["2 added, 0 changed, 0 as they were."]

    first, second = profiles(tmp_path).values()
    assert first.hr_max is not None
    assert (first.picture, first.birth_year, first.hr_max.bpm, first.hr_max.by) == ("boat", 1986, 182, "import")
    assert (first.plan.template, first.plan.prescription.intervals, first.plan.speed_max_kmh) == ("2x4", 2, 5.5)
    assert (second.hr_max, second.plan.beta_blocker) == (None, True)


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    imported(tmp_path, "patients.csv", CSV)

    assert imported(tmp_path, "patients.csv", CSV) == ["0 added, 0 changed, 2 as they were."]


def test_json_says_the_same_as_a_table(tmp_path: Path) -> None:
    rows = [
        {"code": "K-0001", "picture": "boat", "birth_year": 1986, "hr_max_bpm": 182, "hr_max_source": "measured",
         "hr_max_on": "2026-11-01", "template": "2x4", "speed_max_kmh": 5.5, "beta_blocker": False},
        {"code": "K-0002", "birth_year": 1970, "beta_blocker": True},
    ]  # fmt: skip
    imported(tmp_path, "patients.csv", CSV)

    assert imported(tmp_path, "list.json", json.dumps(rows)) == ["0 added, 0 changed, 2 as they were."]
    lines = "\n".join(json.dumps(row) for row in rows)
    assert imported(tmp_path, "lines.json", lines) == ["0 added, 0 changed, 2 as they were."]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("K-0003;moose;;;;;;;", "line 4: picture must be one of sun, house"),
        ("Kari;;;;;;;;", "line 4: a code of letters alone could be a name"),
        ("01017012345;;;;;;;;", "line 4: this looks like a national identity number"),
        ("K-0003;;;250;measured;2026-11-01;;;", "line 4: hr_max_bpm must be a whole number from 100 to 220, not 250"),
        ("K-0003;;;182;;;;;", "line 4: hr_max_bpm, hr_max_source and hr_max_on belong together"),
        (
            "K-0003;;;182;expired;2026-11-01;;;",
            "line 4: hr_max_source must be one of measured, session, age_formula, not expired",
        ),
        ("K-0003;;;182;measured;2096-11-01;;;", "line 4: hr_max_on: 2096-11-01 is still to come"),
        ("K-0003;;1990;215;measured;2026-11-01;;;", "line 4: hr_max_bpm: 215 is more than 15 bpm above"),
        ("K-0003;;;;;;4x5;;", "line 4: template: there is none called '4x5'. Did you mean '4x4'"),
        ("K-0003;;;;;;;90;", "line 4: speed_max_kmh must be 1-30, not 90"),
        ("K-0001;;;;;;;;", "line 4: the code K-0001 stands in line 2 already"),
        ("K-0003;;;;;;;", "line 4: 8 cells in it, 9 columns in the first line"),
    ],
)
def test_one_bad_line_is_told_with_its_number_and_nothing_is_imported(tmp_path: Path, line: str, fault: str) -> None:
    with pytest.raises(SettingsError) as refused:
        imported(tmp_path, "patients.csv", f"{CSV}{line}\n")

    assert fault in str(refused.value)
    assert not (tmp_path / "store").exists() or profiles(tmp_path) == {}


def test_all_faults_of_a_file_are_told_at_once_in_the_order_of_its_lines(tmp_path: Path) -> None:
    text = f"""{HEADER}
K-1;x;;;;;;;
K-2;;1990;215;measured;2096-11-01;4x5;;
K-2
K-3;y;abc;;;;;;
k-1;;;;;;;;
K-4;;;;;;;;
"""
    with pytest.raises(SettingsError) as refused:
        imported(tmp_path, "patients.csv", text)

    assert [line.partition(": ")[0] for line in str(refused.value).splitlines()[:-1]] == [
        f"patients.csv, line {number}" for number in (2, 3, 3, 4, 5, 5, 6)
    ]
    assert "line 6: the code k-1 stands in line 2 already" in str(refused.value)


def test_of_a_code_that_comes_twice_both_lines_are_named_and_no_erasure_is_advised(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        imported(tmp_path, "patients.csv", f"{CSV}\nk-0001;;;;;;;;\n")

    assert "patients.csv, line 5: the code k-0001 stands in line 2 already" in str(refused.value)
    assert "erase" not in str(refused.value)


def test_a_strange_column_is_told_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        imported(tmp_path, "patients.csv", "code,hrmax_bpm\nK-1,180\nK-2,181\n")

    assert str(refused.value).count("hrmax_bpm") == 1


def test_a_code_is_the_same_in_any_case_and_stays_as_it_was_first_written(tmp_path: Path) -> None:
    imported(tmp_path, "patients.csv", "code;birth_year\nAb-12;1986\n")

    assert imported(tmp_path, "patients.csv", "code;birth_year\nAB-12;1986\n") == [
        "0 added, 0 changed, 1 as they were."
    ]
    assert list(profiles(tmp_path)) == ["Ab-12"]
    with pytest.raises(SettingsError, match="there is a patient with this code already"):
        said(tmp_path / "store", "patient", "add", "ab-12")
    assert said(tmp_path / "store", "patient", "erase", "aB-12", "--yes")[0].startswith("0 sessions and 1 entries")


def test_patients_of_an_older_version_that_differ_in_case_alone_are_both_named(tmp_path: Path) -> None:
    imported(tmp_path, "patients.csv", "code\nK-1a\n")
    with read_store(tmp_path / "store") as store:
        store.connection.execute(*people.add_row("k-1A", Picture.SUN, datetime.now(UTC)))

    with pytest.raises(StoreError, match="K-1a and k-1A are different patients here"):
        said(tmp_path / "store", "patient", "erase", "k-1a", "--yes")
    with pytest.raises(SettingsError, match="line 2: K-1a and k-1A are different patients here"):
        imported(tmp_path, "patients.csv", "code\nK-1A\n")
    assert said(tmp_path / "store", "patient", "erase", "k-1A", "--yes")
    assert list(profiles(tmp_path)) == ["K-1a"]


def test_nobody_is_erased_under_a_code_that_nobody_has(tmp_path: Path) -> None:
    imported(tmp_path, "patients.csv", CSV)

    with pytest.raises(StoreError, match="nobody here has this code"):
        said(tmp_path / "store", "patient", "erase", "K-0003", "--yes")


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("a.csv", "name;age\n", "one of them is 'code'"),
        ("a.csv", "code;hrmax_bpm\nK-1;180\n", "there is no column 'hrmax_bpm'. Did you mean 'hr_max_bpm'?"),
        ("a.csv", "code\n", "there is no patient in it"),
        ("a.json", '[{"code": "K-1",]', "line 1: no valid JSON"),
        ("a.json", '{"code": "K-1"}\n{"code"\n', "line 2: no valid JSON"),
        ("a.json", '["K-1"]', "a patient is an object in braces"),
        ("a.json", '{"code": "K-1", "hr_max_bpm": NaN}', "no valid JSON"),
        ("a.json", '{"code": "K-1", "hr_max_bpm": 180, "hr_max_bpm": 120}', "line 1: 'hr_max_bpm' is there twice"),
        ("a.json", '[\n  {"code": "K-1"},\n  {"code": "K-2",\n   "code": "K-3"}\n]', "line 3: 'code' is there twice"),
        ("a.json", '[\n\n{"code": "K-1"}, 5]', "line 3: a patient is an object"),
        ("a.json", '[{"code": "K-1"}\n{"code": "K-2"}]', "line 2: no valid JSON"),
        ("a.json", "[" * 100_000, "no valid JSON"),
    ],
)
def test_a_file_that_is_no_list_of_patients_is_told_so(tmp_path: Path, name: str, text: str, fault: str) -> None:
    with pytest.raises(SettingsError) as refused:
        imported(tmp_path, name, text)

    assert fault in str(refused.value)


def test_an_hr_max_that_is_asked_about_twice_is_taken_when_somebody_is_certain(tmp_path: Path) -> None:
    imported(tmp_path, "patients.csv", CSV)
    far = "code;hr_max_bpm;hr_max_source;hr_max_on\nK-0001;160;measured;2026-11-20\n"
    with pytest.raises(SettingsError, match="more than 10 bpm from the one in force"):
        imported(tmp_path, "far.csv", far)

    assert imported(tmp_path, "far.csv", far, "--certain") == ["0 added, 1 changed, 0 as they were."]


@pytest.mark.parametrize(
    ("bpm", "birth_year", "said"),
    [("220", "", "unlikely at any age .with a birth_year .*"), ("100", "", "unlikely"), ("119", "1950", "unlikely")],
)
def test_an_unlikely_hr_max_stops_the_import(tmp_path: Path, bpm: str, birth_year: str, said: str) -> None:
    unlikely = f"code;birth_year;hr_max_bpm;hr_max_source;hr_max_on\nK-9;{birth_year};{bpm};measured;2026-11-20\n"
    with pytest.raises(SettingsError, match=f"{bpm} is {said}.* --certain"):
        imported(tmp_path, "unlikely.csv", unlikely)

    assert imported(tmp_path, "unlikely.csv", unlikely, "--certain") == ["1 added, 0 changed, 0 as they were."]
    assert imported(tmp_path, "unlikely.csv", unlikely) == ["0 added, 0 changed, 1 as they were."]


def test_a_table_from_an_older_system_is_refused_when_it_is_no_utf8(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_bytes("code;picture\nK-1;båt\n".encode("latin-1"))

    with pytest.raises(SettingsError, match="is not UTF-8"):
        said(tmp_path / "store", "patient", "import", str(tmp_path / "old.csv"))


def test_every_shipped_template_can_be_read_and_has_a_name_in_each_language() -> None:
    shipped = templates(own=Path("/nowhere"))

    assert [template.key for template in shipped][:6] == [
        "1x4", "2x4", "3x4", "4x4", "4x4-walking", "easy-walk",
    ]  # fmt: skip
    assert all(name for template in shipped for _, name in template.names)


def test_a_clinics_own_template_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "4x4.toml").write_text(
        'name_nb = "Vår"\nname_nn = "Vår"\nname_en = "Ours"\n[prescription]\nintervals = 3\n'
    )

    ours = {template.key: template for template in templates(own=tmp_path)}

    assert ours["4x4"].plan.prescription.intervals == 3
    assert "2x4" in ours


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("name_nb = 1", "name_nb"),
        ('name_nb = "a"\nname_nn = "a"\nname_en = "a"\n[prescription]\ninterval = 3\n', "Did you mean 'intervals'?"),
        ('name_nb = "a"\nname_nn = "a"\nname_en = "a"\n[prescription]\nintervals = 9\n', "intervals must be 0-6"),
        ('name_nb = "a"\nname_nn = "a"\nname_en = "a"\nspeed_max_kmh = 0.5\n', "speed_max_kmh must be 1-30"),
    ],
)
def test_a_template_that_cannot_be_is_refused_with_file_and_key(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "mine.toml").write_text(text)

    with pytest.raises(SettingsError) as refused:
        templates(own=tmp_path)

    assert str(refused.value).startswith("mine.toml: ")
    assert fault in str(refused.value)


def test_the_commands_of_a_fresh_station_work_from_a_shell(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "station", "therapist", "add", "KS", "--data", str(tmp_path)],
        input=f"{PIN}\n", capture_output=True, text=True, check=False, env=os.environ,
    )  # fmt: skip

    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "KS is therapist number 1.\n", "")


def test_a_column_that_is_there_twice_is_refused_for_nobody_knows_which_counts(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="line 1: the column 'hr_max_bpm' is there twice"):
        imported(tmp_path, "patients.csv", "code,hr_max_bpm,hr_max_bpm\nK-34,180,120\n")
