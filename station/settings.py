"""Settings and patient files in TOML -> frozen, validated values; every fault names file, table, key and the mend.

Responsible for reading and checking; what the settings mean is the concern of those who get them.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args
from unicodedata import category

import msgspec

from station.binding import bluetooth_address
from station.errors import SettingsError
from station.language import Language
from station.staff.codes import SENTENCES, CodeFault, code_fault
from station.staff.hr_max import without_one
from station.staff.plan import FASTEST_WALK_KMH
from station.strength_table import Seconds, StrengthTable
from station.training.patient import HrMaxSource, Patient, Reach
from station.training.prescription import Prescription
from station.training.strength import Exercise
from station.training.zones import HIGHEST_HR_MAX_BPM, LOWEST_HR_MAX_BPM, LOWEST_HR_REST_BPM, Zone

SYSTEM_SETTINGS = Path("/etc/motbakke/station.toml")
SHIPPED_SETTINGS = (
    Path(__file__).parent / "_config" / "station.toml",
    Path(__file__).parent.parent / "config" / "station.toml",
)
"""Where the annotated defaults lie: in an installed wheel, and in a clone."""

T = TypeVar("T", bound=msgspec.Struct)
Percents = tuple[float, float]
HrMaxBeats = Annotated[float, msgspec.Meta(ge=LOWEST_HR_MAX_BPM, le=HIGHEST_HR_MAX_BPM)]
RestBeats = Annotated[float, msgspec.Meta(ge=LOWEST_HR_REST_BPM, lt=HIGHEST_HR_MAX_BPM)]
Incline = Annotated[float, msgspec.Meta(ge=-10, le=40)]
Speed = Annotated[float, msgspec.Meta(gt=0, le=30)]


class PrescriptionTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[patient.prescription]`: lengths in seconds, zones as [low, high] in percent of HRmax."""

    warm_up_s: Seconds = 600.0
    intervals: int = 4
    interval_s: Seconds = 240.0
    recovery_s: Seconds = 180.0
    cool_down_s: Seconds = 300.0
    warm_up_zone_percent: Percents = (60, 70)
    interval_zone_percent: Percents = (85, 95)
    recovery_zone_percent: Percents = (60, 70)
    cool_down_zone_percent: Percents = (50, 70)
    strength: StrengthTable | None = None
    hr_max_test: bool = False
    """The last interval goes on to exhaustion; only as a template, for a therapist who is there."""

    def prescription(self) -> Prescription:
        """The prescription these settings describe.

        Raises:
            ValueError: when a length, count or zone is out of bounds.
        """
        return Prescription(
            warm_up_s=self.warm_up_s,
            intervals=self.intervals,
            interval_s=self.interval_s,
            recovery_s=self.recovery_s,
            cool_down_s=self.cool_down_s,
            warm_up_zone=Zone(*self.warm_up_zone_percent),
            interval_zone=Zone(*self.interval_zone_percent),
            recovery_zone=Zone(*self.recovery_zone_percent),
            cool_down_zone=Zone(*self.cool_down_zone_percent),
            strength=None if self.strength is None else self.strength.strength(),
            hr_max_test=self.hr_max_test,
        )


class ReachTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[treadmill.reach]`: what the treadmill can do. `[patient.treadmill]`: what one patient may, if that is less."""

    incline_min_percent: Incline = 0.0
    incline_max_percent: Incline = 15.0
    incline_step_percent: Annotated[float, msgspec.Meta(ge=0.1, le=5)] = 0.5
    speed_min_kmh: Speed = 2.0
    speed_max_kmh: Speed = 12.0
    speed_step_kmh: Annotated[float, msgspec.Meta(ge=0.1, le=2)] = 0.5


class PatientTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[patient]` of the settings, or a whole patient file."""

    hr_max_bpm: HrMaxBeats | None = None
    """Only who trains nothing but strength can be without."""
    hr_max_source: HrMaxSource = HrMaxSource.MEASURED
    hr_rest_bpm: RestBeats | None = None
    weight_kg: Annotated[float, msgspec.Meta(gt=0, le=500)] | None = None
    age_years: Annotated[float, msgspec.Meta(ge=1, le=120)] | None = None
    beta_blocker: bool = False
    walk_only: bool = False
    borg_mode: bool = False
    speed_kmh: Speed | None = None
    warm_up_incline_percent: Incline | None = None
    start_incline_percent: Incline | None = None
    recovery_incline_percent: Incline | None = None
    treadmill: ReachTable = ReachTable()
    prescription: PrescriptionTable = PrescriptionTable()
    code: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$")] = "station"
    """The patient's pseudonym, one word of letters, digits, dots and dashes; never a name."""

    def patient(self) -> Patient:
        """The patient these settings describe; whole beats and years.

        Raises:
            ValueError: when a figure is out of bounds, or HRmax is missing and the heart is trained.
        """
        age_years = None if self.age_years is None else round(self.age_years)
        if self.hr_max_bpm is not None:
            hr_max_bpm, source = round(self.hr_max_bpm), self.hr_max_source
        elif self.prescription.strength is not None:
            hr_max_bpm, source = without_one(age_years)
        else:
            raise ValueError("hr_max_bpm is missing; add it (only strength is trained without one)")
        return Patient(
            hr_max_bpm=hr_max_bpm,
            hr_max_source=source,
            hr_rest_bpm=None if self.hr_rest_bpm is None else round(self.hr_rest_bpm),
            weight_kg=self.weight_kg,
            age_years=age_years,
            beta_blocker=self.beta_blocker,
            walk_only=self.walk_only,
            borg_mode=self.borg_mode,
            speed_kmh=self.speed_kmh,
            warm_up_incline_percent=self.warm_up_incline_percent,
            start_incline_percent=self.start_incline_percent,
            recovery_incline_percent=self.recovery_incline_percent,
            treadmill=Reach(**msgspec.structs.asdict(self.treadmill)),
            prescription=self.prescription.prescription(),
        )


class StationTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[station]`: what the station is called, and the language it starts in."""

    name: str = "motbakke"
    language: Language = Language.BOKMAL

    def __post_init__(self) -> None:
        """Refuse a name that clinic IT could not read.

        Raises:
            ValueError: saying what to write instead.
        """
        if not self.name.strip():
            message = 'name is empty; write what clinic IT calls this station, such as "treadmill-2", or leave it out'
            raise ValueError(message)
        if any(category(character).startswith("C") for character in self.name):
            message = "name holds a character that cannot be seen; write it in letters, digits and spaces on one line"
            raise ValueError(message)


class ScreenTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[screen]`: the window's size in pixels."""

    width: Annotated[int, msgspec.Meta(ge=640, le=7680)] = 1920
    height: Annotated[int, msgspec.Meta(ge=360, le=4320)] = 1080
    fullscreen: bool = True
    inches: Annotated[float, msgspec.Meta(ge=5, le=120)] = 24.0
    """The diagonal, for the check that everything can be read from `distance_m`."""
    distance_m: Annotated[float, msgspec.Meta(ge=0.3, le=6)] = 1.5


class SoundTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[sound]`: tones and speech, and a folder with the clinic's own recordings."""

    on: bool = True
    volume: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.8
    speech: bool = True
    own_voices: str | None = None


Pin = Annotated[int, msgspec.Meta(ge=0, le=27)]


class PanelTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[panel]`: the Raspberry Pi's pins, by Broadcom number; without the table nothing is connected."""

    stop: Pin | None = None
    keys: tuple[Pin, Pin, Pin, Pin] | None = None
    knob: tuple[Pin, Pin] | None = None
    knob_press: Pin | None = None
    stop_lamp: Pin | None = None
    call_lamp: Pin | None = None


def _check_binding(address: str | None, name: str | None) -> None:
    if address is not None:
        bluetooth_address(address)
    if name is not None and not name.strip():
        message = "name is empty; write the name that the device shows, or leave it out"
        raise ValueError(message)


class StrapTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[strap]`: which strap belongs to this station; none given: the first that is found."""

    address: str | None = None
    name: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no strap is called.

        Raises:
            ValueError: saying how an address looks.
        """
        _check_binding(self.address, self.name)


NO_TREADMILL = "none"
"""The protocol of a station that stands beside a machine and has no treadmill."""


class TreadmillTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[treadmill]`: protocol, port, line and units. Units are never guessed, so they have no default.

    Whether there is such a protocol is the drivers' to say, at the start of the station.
    """

    units: str
    protocol: str = "trackmaster"
    port: str | None = None
    baud_rate: Annotated[int, msgspec.Meta(ge=300, le=921600)] | None = None
    """None: the protocol's own."""
    listen_only: bool = False
    incline_in_tenths: bool = False
    """CSAFE consoles that send tenths of a percent as whole ones."""
    address: str | None = None
    name: str | None = None
    """Which treadmill it is, where it is read over Bluetooth."""
    reach: ReachTable | None = None

    def __post_init__(self) -> None:
        """Refuse what no driver understands.

        Raises:
            ValueError: naming the words that are understood.
        """
        _check_binding(self.address, self.name)
        if self.protocol == NO_TREADMILL:
            return
        if self.units not in ("km/h", "mph"):
            message = f'units must be "km/h" or "mph", as the treadmill\'s console shows them, not "{self.units}"'
            raise ValueError(message)
        over_bluetooth = self.protocol == "ftms"
        if over_bluetooth == (self.port is not None):
            message = (
                'the protocol "ftms" is spoken over Bluetooth: leave port out'
                if over_bluetooth
                else "port is missing; add the serial port the treadmill's cable is in"
            )
            raise ValueError(message)


class StoreTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[store]`: where sessions are kept (none given: the user's data folder), and how often they are committed."""

    folder: str | None = None
    commit_every_s: Annotated[float, msgspec.Meta(ge=0.5, le=5)] = 1.0
    """Seconds of training between two flushed commits: what a power cut may cost at most, against the card's wear."""


class SyncTable(msgspec.Struct, frozen=True, kw_only=True):
    """`[sync]`: the clinic's server and how to prove to it who asks; no url: sessions stay here."""

    url: str | None = None
    kind: Literal["fhir", "archive"] = "fhir"
    """A FHIR R4 server, or a store that takes files by PUT (WebDAV)."""
    dialect: Literal["put", "ifNoneExist"] = "put"
    """How a FHIR server creates nothing twice: with our ids (HAPI), or conditionally (Medplum)."""
    language: Language = Language.BOKMAL
    """The report's."""
    during_sessions: bool = False
    """Whether to send while somebody trains: Wi-Fi and Bluetooth share a Pi's radio."""
    token_file: str | None = None
    client_id: str | None = None
    """With it, tokens come from the server by SMART Backend Services, signed with the station's key."""
    token_url: str | None = None
    scope: str = "system/*.cruds"
    certificate: str | None = None
    """The station's certificate (PEM) for mTLS; its key is the one made by `motbakke enrol`."""
    key: str | None = None
    """Another key than that."""
    authority: str | None = None
    """The clinic's own certificate authority (PEM), where the system does not know it."""
    revoked: str | None = None
    """The authority's list of revoked certificates (PEM): a server that is on it, or a list out of date, is refused."""
    proxy: str | None = None
    """The web proxy that the clinic's network requires; never taken from the environment."""
    plain_http: bool = False
    """Whether sessions may travel unencrypted to another machine."""
    patient_system: str = "urn:motbakke:patient-code"
    station_system: str = "urn:motbakke:station"
    keep_days: Annotated[int, msgspec.Meta(ge=0)] = 14
    """How long a session that the clinic has acknowledged stays here."""
    seal_to: str | None = None
    """The clinic's public key (age, X25519): sessions that wait are sealed to it."""
    seal_after_hours: Annotated[float, msgspec.Meta(ge=0, le=8760)] = 1.0
    """How long a session may wait readable."""


EXAMPLE_OF_EARLIER_VERSIONS: tuple[str, float, HrMaxSource] = ("K-0001", 180, HrMaxSource.AGE_FORMULA)
"""It came with the program and stands in many a station.toml: nobody's heart."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of station.toml."""

    treadmill: TreadmillTable
    patient: PatientTable | None = None
    """The one who trains while the store knows nobody; None: then nobody trains before staff have entered somebody."""
    station: StationTable = StationTable()
    screen: ScreenTable = ScreenTable()
    sound: SoundTable = SoundTable()
    panel: PanelTable | None = None
    strap: StrapTable = StrapTable()
    store: StoreTable = StoreTable()
    sync: SyncTable = SyncTable()

    @property
    def only(self) -> PatientTable | None:
        """The one who trains while the store knows nobody: never the one in the example of earlier versions."""
        one = self.patient
        if one is not None and (one.code, one.hr_max_bpm, one.hr_max_source) == EXAMPLE_OF_EARLIER_VERSIONS:
            return None
        return one

    @property
    def reach(self) -> Reach:
        """What the treadmill can do, for everybody."""
        of_patient = ReachTable() if self.patient is None else self.patient.treadmill
        return Reach(**msgspec.structs.asdict(self.treadmill.reach or of_patient))


def station_settings(path: Path | None = None) -> Settings:
    """The settings in this file, else in /etc/motbakke/station.toml, else the annotated defaults.

    Raises:
        SettingsError: naming file, table, key and what to do.
    """
    path = path or next((p for p in (SYSTEM_SETTINGS, *SHIPPED_SETTINGS) if p.exists()), SYSTEM_SETTINGS)
    settings = strict_table(path, Settings)
    if settings.treadmill.reach is not None:
        try:
            _ = settings.reach
        except ValueError as error:
            raise SettingsError(
                f"{path.name}: [treadmill.reach]: {error}. Correct the file and start again."
            ) from error
    if settings.patient is None:
        return settings
    if (fault := code_fault(settings.patient.code)) in {CodeFault.DEMO, CodeFault.NATIONAL_NUMBER}:
        raise SettingsError(f"{path.name}: [patient] code: {SENTENCES[fault]}. Choose another code.")
    try:
        patient = settings.patient.patient()
    except ValueError as error:
        raise SettingsError(f"{path.name}: [patient]: {error}. Correct the file and start again.") from error
    for contradiction in _contradictions(patient):
        raise SettingsError(f"{path.name}: [patient] {contradiction}. Correct the file and start again.")
    return settings


def strict_table(path: Path, model: type[T]) -> T:
    """The file as this table; a key that means nothing is refused, with the nearest one that does.

    Raises:
        SettingsError: naming file, key and what to do.
    """
    table = _toml(path)
    for fault in _unknown_keys(table, model):
        raise SettingsError(f"{path.name}: {fault}")
    return _converted(table, model, path)


def _contradictions(patient: Patient) -> Iterator[str]:
    """What a therapist cannot have meant: figures that are good one by one and contradict each other."""
    reach = patient.treadmill
    for name in ("warm_up_incline_percent", "start_incline_percent", "recovery_incline_percent"):
        incline = getattr(patient, name)
        if incline is not None and not reach.incline_min_percent <= incline <= reach.incline_max_percent:
            yield (
                f"{name}: {incline:g} is outside the treadmill's "
                f"{reach.incline_min_percent:g} to {reach.incline_max_percent:g} %"
            )
    if patient.speed_kmh is not None and not reach.speed_min_kmh <= patient.speed_kmh <= reach.speed_max_kmh:
        yield f"speed_kmh: {patient.speed_kmh:g} is outside {reach.speed_min_kmh:g} to {reach.speed_max_kmh:g} km/h"
    if patient.prescription.hr_max_test:
        yield "prescription.hr_max_test: an HRmax test is prescribed by a therapist at the station, for the same day"
    if patient.walk_only and (patient.speed_kmh or 0.0) > FASTEST_WALK_KMH:
        yield f"walk_only: a patient who only walks is not sent at {patient.speed_kmh:g} km/h"


def patient_file(path: Path) -> tuple[Patient, tuple[str, ...]]:
    """The patient in this file, and a sentence for each key that means nothing here.

    Unknown keys are told, not refused: patient files are also written by other simulators and spreadsheets.

    Raises:
        SettingsError: naming file, key and what to do.
    """
    table = _toml(path)
    remarks = tuple(f"{path.name}: {fault} It is left out of account." for fault in _unknown_keys(table, PatientTable))
    known = _converted(table, PatientTable, path)
    try:
        patient = known.patient()
    except ValueError as error:
        raise SettingsError(f"{path.name}: {error}. Correct the file and start again.") from error
    return patient, (*remarks, *(f"{path.name}: {doubt}." for doubt in _contradictions(patient)))


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise SettingsError(f"{path}: there is no such file. Check the path, or write the file.") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SettingsError(f"{path.name}: line {line} is not UTF-8. Save the file as UTF-8.") from error
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error}). Check that it is a text file you may read.") from error
    except ValueError as error:  # TOML's own, and a number of thousands of digits
        raise SettingsError(f"{path.name}: not valid TOML: {error}. Correct that line.") from error
    except RecursionError as error:
        raise SettingsError(f"{path.name}: brackets within brackets without end. Take them out.") from error


def _unknown_keys(table: Mapping[str, Any], model: type[msgspec.Struct], where: str = "") -> Iterator[str]:
    fields = {field.name: field.type for field in msgspec.structs.fields(model)}
    for key, value in table.items():
        if key not in fields:
            near = get_close_matches(key, fields, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else f" Settings there: {', '.join(fields)}."
            if model is SyncTable and _SECRET.fullmatch(key):
                hint = " A secret belongs into a file of its own that nobody else may read; name that in token_file."
            yield f"{f'[{where}] ' if where else ''}no setting is called '{key}'.{hint}"
        elif isinstance(value, dict) and (inner := _struct(fields[key])) is not None:
            yield from _unknown_keys(value, inner, f"{where}.{key}" if where else key)


_SECRET = re.compile("((access|api|auth|bearer)_?)?token|api_?key|bearer|secret", re.IGNORECASE)


def _struct(kind: Any) -> type[msgspec.Struct] | None:
    for candidate in (kind, *get_args(kind)):
        if isinstance(candidate, type) and issubclass(candidate, msgspec.Struct):
            return candidate
    return None


def _converted(table: Mapping[str, Any], model: type[T], path: Path) -> T:
    try:
        return msgspec.convert(table, model)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{path.name}: {_sentence(str(error))} Correct the file and start again.") from error


def _sentence(fault: str) -> str:
    # msgspec says "Expected `int`, got `str` - at `$.treadmill.baud_rate`"; say the place first, as a person would.
    what, _, place = fault.partition(" - at `$")
    *tables, key = place.rstrip("`").lstrip(".").split(".") if place else [""]
    if what.startswith("Object missing required field"):
        key, tables = what.split("`")[1], [*tables, *([key] if key else [])]
        what = "is missing; add it"
    elif "matching regex" in what:
        what = "must be one word of letters, digits, dots and dashes, at most 32 long, and never a name"
    elif key in _CHOICES and "enum" in what.casefold():
        what = f"must be one of {', '.join(_CHOICES[key])}"
    elif key in _BOUNDS and "=" in what:
        what = _BOUNDS[key]
    what = what.replace(" | null`", "`")  # a setting that is not wanted is left out, so nobody needs to know
    for type_name, plain in _PLAIN.items():
        what = what.replace(f"`{type_name}`", plain)
    where = f"[{'.'.join(tables)}] " if tables else ""
    return f"{where}{key}: {what.replace('`', '')}.".replace("..", ".")


_CHOICES = {"language": tuple(Language), "hr_max_source": tuple(HrMaxSource), "exercise": tuple(Exercise)} | {
    "dialect": ("put", "ifNoneExist"),
    "kind": ("fhir", "archive"),
}
_BOUNDS = {
    "hr_max_bpm": f"must be {LOWEST_HR_MAX_BPM}-{HIGHEST_HR_MAX_BPM} beats a minute",
    "hr_rest_bpm": f"must be at least {LOWEST_HR_REST_BPM} beats a minute, and below hr_max_bpm",
}
_PLAIN = {
    "int": "a whole number",
    "float": "a number",
    "str": "text in quotes",
    "bool": "true or false",
    "object": "a table",
    "array": "a list",
}
