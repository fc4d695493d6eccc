"""Settings and patient files: what is read, and what is said when a person must mend them."""

from pathlib import Path

import pytest

from station.errors import SettingsError
from station.language import Language
from station.settings import SHIPPED_SETTINGS, patient_file, station_settings
from station.staff.hr_max import UNKNOWN_HR_MAX_BPM, by_age
from station.training.patient import HrMaxSource, Patient, Reach
from station.training.zones import Zone

GOOD = """
[treadmill]
port = "/dev/treadmill"
units = "km/h"
[patient]
hr_max_bpm = 180
"""


def written(folder: Path, text: str, name: str = "station.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refused(folder: Path, text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        station_settings(written(folder, text))
    return str(caught.value)


def test_the_shipped_settings_are_valid() -> None:
    shipped = next(path for path in SHIPPED_SETTINGS if path.exists())

    settings = station_settings(shipped)

    assert settings.treadmill.units == "km/h"


def test_the_shipped_settings_carry_nobodys_heart() -> None:
    shipped = next(path for path in SHIPPED_SETTINGS if path.exists())

    assert station_settings(shipped).patient is None


def test_only_the_treadmill_must_be_set(tmp_path: Path) -> None:
    settings = station_settings(written(tmp_path, GOOD.partition("[patient]")[0]))

    assert settings.patient is None
    assert settings.reach == Reach()


def test_a_patient_needs_an_hrmax(tmp_path: Path) -> None:
    settings = station_settings(written(tmp_path, GOOD))

    assert settings.patient is not None
    assert settings.patient.patient() == Patient(hr_max_bpm=180)
    assert "[patient]: hr_max_bpm is missing; add it" in refused(tmp_path, GOOD.replace("hr_max_bpm = 180", ""))


def test_the_example_of_earlier_versions_trains_nobody(tmp_path: Path) -> None:
    example = GOOD + 'code = "K-0001"\nhr_max_source = "age_formula"\n'

    assert station_settings(written(tmp_path, example)).only is None
    assert station_settings(written(tmp_path, example.replace("180", "171"))).only is not None


def test_what_the_treadmill_can_do_is_said_of_the_treadmill(tmp_path: Path) -> None:
    narrow = "[treadmill.reach]\nincline_max_percent = 8\n"
    apart = station_settings(written(tmp_path, GOOD + narrow + "[patient.treadmill]\nincline_max_percent = 5\n"))
    as_before = station_settings(written(tmp_path, GOOD + "[patient.treadmill]\nincline_max_percent = 5\n"))

    assert apart.patient is not None
    assert (apart.reach.incline_max_percent, apart.patient.patient().treadmill.incline_max_percent) == (8, 5)
    assert as_before.reach.incline_max_percent == 5
    assert "[treadmill.reach]: " in refused(tmp_path, GOOD + "[treadmill.reach]\nincline_max_percent = -8\n")


def test_the_language_and_the_line_have_defaults(tmp_path: Path) -> None:
    settings = station_settings(written(tmp_path, GOOD))

    assert settings.station.language is Language.BOKMAL
    assert settings.treadmill.baud_rate is None


def test_a_strap_is_bound_by_its_address_in_small_letters_too_or_by_its_name(tmp_path: Path) -> None:
    by_address = station_settings(written(tmp_path, GOOD + "[strap]\naddress = 'a0:9e:1a:12:34:56'\n"))
    by_name = station_settings(written(tmp_path, GOOD + "[strap]\nname = 'Polar H10 12345678'\n"))

    assert by_address.strap.address == "a0:9e:1a:12:34:56"
    assert by_name.strap.name == "Polar H10 12345678"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD + "[treadmil]\n", "no setting is called 'treadmil'. Did you mean 'treadmill'?"),
        (
            GOOD.replace("units", "baudrate = 1\nunits"),
            "[treadmill] no setting is called 'baudrate'. Did you mean 'baud_rate'?",
        ),
        (GOOD + "[patient.prescription]\nintervals = 9\n", "[patient]: intervals must be 0-6, not 9"),
        (
            GOOD + "[patient.prescription]\ninterval_s = 'long'\n",
            "[patient.prescription] interval_s: Expected a number, got text in quotes.",
        ),
        (GOOD + "[patient.prescription]\ninterval_zone_percent = [95, 85]\n", "a zone must rise"),
        (GOOD + "[patient.treadmill]\nincline_max_percent = -1\n", "incline_min_percent must be below"),
        *(
            (GOOD.replace("180", figure), "[patient] hr_max_bpm: must be 100-220 beats a minute.")
            for figure in ("250", "5523", "99", "-5", "0", "inf", "-inf", "nan", "220.5")
        ),
        (GOOD.replace("180", "true"), "[patient] hr_max_bpm: Expected a number, got true or false."),
        (GOOD.replace("180", '"fast"'), "[patient] hr_max_bpm: Expected a number, got text in quotes."),
        (GOOD.replace("hr_max_bpm = 180", ""), "[patient]: hr_max_bpm is missing; add it"),
        (GOOD + "hr_rest_bpm = 12", "[patient] hr_rest_bpm: must be at least 30 beats a minute, and below hr_max_bpm."),
        (GOOD + "code = 'Kari Nordmann'\n", "[patient] code: must be one word of letters"),
        (GOOD + "start_incline_percent = 16.0\n", "start_incline_percent: 16 is outside the treadmill's 0 to 15 %"),
        (GOOD + "speed_kmh = 14.0\n", "speed_kmh: 14 is outside 2 to 12 km/h"),
        (GOOD + "walk_only = true\nspeed_kmh = 9.0\n", "walk_only: a patient who only walks is not sent at 9 km/h"),
        (GOOD + "code = 'demo-7'\n", "is for demos. Choose another code"),
        ("a = " + "[" * 100_000, "brackets within brackets"),
        (GOOD.replace('units = "km/h"', ""), "[treadmill] units: is missing; add it."),
        (GOOD.replace("km/h", "knots"), 'units must be "km/h" or "mph"'),
        (GOOD.replace('port = "/dev/treadmill"', ""), "port is missing; add the serial port"),
        (GOOD.replace("units", 'protocol = "ftms"\nunits'), "spoken over Bluetooth: leave port out"),
        (GOOD.replace("[patient]", "[patient]\ncode = '01017012345'"), "national identity number"),
        (GOOD + "[sync]\ndialect = 'foo'\n", "dialect: must be one of put, ifNoneExist"),
        (GOOD + "[screen]\ninches = 1" + 6000 * "0" + "\n", "not valid TOML"),
        (GOOD + "[sync]\ntoken = 'abc'\n", "no setting is called 'token'. A secret belongs into a file of its own"),
        (GOOD + "[sync]\ntoken_fil = 'abc'\n", "Did you mean 'token_file'?"),
        (
            GOOD + "[station]\nname = ' '\n",
            'write what clinic IT calls this station, such as "treadmill-2"',
        ),
        (GOOD + '[station]\nname = "\\u001b[2J"\n', "a character that cannot be seen; write it in letters, digits"),
        (GOOD + "[strap]\naddress = 'zz'\n", 'strap: "zz" is no Bluetooth address; they look like A0:9E:1A:12:34:56'),
        (GOOD + "[strap]\naddress = 'A0:9E:1A:12:34'\n", "is no Bluetooth address"),
        (GOOD + "[strap]\nname = ' '\n", "name is empty"),
        (
            GOOD.replace('port = "/dev/treadmill"', "protocol = 'ftms'\naddress = 'mine'"),
            'treadmill: "mine" is no Bluetooth address; they look like A0:9E:1A:12:34:56',
        ),
        (GOOD + "[station]\nlanguage = 'sv'\n", "[station] language: must be one of nb,"),
        ("not toml at all", "not valid TOML"),
        ("patient = 3", "patient: Expected a table, got a whole number."),
    ],
)
def test_a_fault_is_told_with_file_table_key_and_the_mend(tmp_path: Path, text: str, said: str) -> None:
    told = refused(tmp_path, text)

    assert told.startswith("station.toml: ")
    assert said in told


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no such file"):
        station_settings(tmp_path / "nowhere.toml")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "station.toml"
    path.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(SettingsError, match="line 1 is not UTF-8"):
        station_settings(path)


def test_a_patient_file_needs_hrmax_only(tmp_path: Path) -> None:
    patient, remarks = patient_file(written(tmp_path, "hr_max_bpm = 172.6", "patient.toml"))

    assert patient == Patient(hr_max_bpm=173)
    assert remarks == ()


def test_a_patient_file_carries_all_the_therapist_may_set(tmp_path: Path) -> None:
    text = """
    hr_max_bpm = 170
    hr_max_source = "age_formula"
    hr_rest_bpm = 62
    weight_kg = 91.5
    age_years = 55
    beta_blocker = true
    walk_only = true
    speed_kmh = 4.8
    warm_up_incline_percent = 1.5
    start_incline_percent = 7.0
    recovery_incline_percent = 0.5
    [treadmill]
    incline_max_percent = 12.0
    incline_step_percent = 1.0
    [prescription]
    intervals = 2
    interval_zone_percent = [80, 90]
    """

    patient, _ = patient_file(written(tmp_path, text, "patient.toml"))

    assert patient.hr_max_source is HrMaxSource.AGE_FORMULA
    assert patient.treadmill.incline_max_percent == 12.0
    assert patient.prescription.intervals == 2
    assert patient.prescription.interval_zone == Zone(80, 90)


def test_an_unknown_key_in_a_patient_file_is_told_and_left_out_of_account(tmp_path: Path) -> None:
    patient, remarks = patient_file(written(tmp_path, "hr_max_bpm = 180\nwalk_onyl = true", "patient.toml"))

    assert patient == Patient(hr_max_bpm=180)
    assert "Did you mean 'walk_only'?" in remarks[0]


def test_a_patient_file_out_of_bounds_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="hr_rest_bpm must be at least 30"):
        patient_file(written(tmp_path, "hr_max_bpm = 180\nhr_rest_bpm = 190", "patient.toml"))


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "station.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())

    assert station_settings(path).patient.hr_max_bpm == 180


def test_a_patient_file_that_contradicts_itself_is_told_and_used(tmp_path: Path) -> None:
    _, remarks = patient_file(written(tmp_path, "hr_max_bpm = 180\nstart_incline_percent = 40.0", "patient.toml"))

    assert remarks == ("patient.toml: start_incline_percent: 40 is outside the treadmill's 0 to 15 %.",)


def test_how_often_the_store_is_committed_is_a_setting_within_reason(tmp_path: Path) -> None:
    assert station_settings(written(tmp_path, GOOD)).store.commit_every_s == 1.0
    assert station_settings(written(tmp_path, GOOD + "[store]\ncommit_every_s = 5\n")).store.commit_every_s == 5.0
    assert "[store] commit_every_s" in refused(tmp_path, GOOD + "[store]\ncommit_every_s = 30\n")


def test_who_trains_nothing_but_strength_needs_no_hr_max(tmp_path: Path) -> None:
    lifts = "age_years = 50\n[prescription.strength]\nstart_kg = 100\n"

    patient, remarks = patient_file(written(tmp_path, lifts, "patient.toml"))

    assert not remarks
    assert (patient.hr_max_bpm, patient.hr_max_source) == (by_age(50), HrMaxSource.AGE_FORMULA)


def test_without_hr_max_and_age_the_zones_of_who_lifts_err_on_the_easy_side(tmp_path: Path) -> None:
    patient, _ = patient_file(written(tmp_path, "[prescription.strength]\nstart_kg = 100\n", "patient.toml"))

    assert patient.hr_max_bpm == UNKNOWN_HR_MAX_BPM
    assert patient.hr_max_estimated
