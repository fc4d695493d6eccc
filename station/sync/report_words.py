"""The words of the therapist's report in bokmål, nynorsk and English, and how each writes figures and dates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from station.moment import Language

_WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("Treningsrapport: intervaller i motbakke", "Training report: uphill intervals"),
    "patient": ("Pasientkode", "Patient code"),
    "plan": ("Plan", "Plan"),
    "plan_text": (
        "{intervals} × {minutes} min i {low}–{high} slag/min",
        "{intervals} × {minutes} min at {low}–{high} bpm",
    ),
    "hr_max": ("Makspuls", "Max heart rate"),
    "measured": ("målt", "measured"),
    "session": ("fra en økt", "from a session"),
    "age_formula": ("anslag fra alder, ± 11", "estimated from age, ± 11"),
    "expired": ("gammel, brukt som anslag", "out of date, used as an estimate"),
    "in_zone": ("i målsonen", "in the target zone"),
    "of_planned": ("av {minutes} min intervaller", "of {minutes} min of intervals"),
    "mean": ("snittpuls", "mean heart rate"),
    "peak": ("høyeste puls", "peak heart rate"),
    "length": ("varighet", "duration"),
    "good": ("av tiden med sikkert pulssignal", "of the time with a reliable signal"),
    "heart_rate": ("Puls, slag/min", "Heart rate, bpm"),
    "zone": ("målsone", "target zone"),
    "incline": ("Stigning, %", "Incline, %"),
    "gone": ("gått", "walked"),
    "advised": ("rådet", "advised"),
    "minutes": ("minutter", "minutes"),
    "interval": ("Intervall", "Interval"),
    "intervals": ("Intervallene", "The intervals"),
    "in": ("I sonen", "In zone"),
    "above": ("Over", "Above"),
    "below": ("Under", "Below"),
    "silent": ("Uten signal", "No signal"),
    "mean_bpm": ("Snittpuls", "Mean bpm"),
    "peak_bpm": ("Høyeste", "Peak"),
    "speed": ("Fart, km/t", "Speed, km/h"),
    "climb": ("Stigning, %", "Incline, %"),
    "borg": ("Borg", "Borg"),
    "signal": ("Pulssignalet", "The heart-rate signal"),
    "signal_text": (
        "Sikkert {good} % av tiden, tvilsomt {doubtful} %, uten signal {stale} %. Lengste brudd: {longest}.",
        "Reliable {good} % of the time, doubtful {doubtful} %, silent {stale} %. Longest gap: {longest}.",
    ),
    "earlier": ("Sammenlignet med tidligere økter: tid i målsonen", "Compared with earlier sessions: time in the zone"),
    "this": ("denne økten", "this session"),
    "no_earlier": (
        "Ingen tidligere økter er lagret på denne stasjonen.",
        "No earlier sessions are kept on this station.",
    ),
    "recovered": (
        "Økten er ufullstendig: stasjonen ble avbrutt før den var ferdig.",
        "The session is partial: the station was interrupted before its end.",
    ),
    "unsynced": (
        "Stasjonens klokke var ikke stilt: klokkeslettene kan være feil, varighetene er riktige.",
        "The station's clock was not set: times of day may be wrong, lengths are not.",
    ),
    "stopped": ("Økten ble avsluttet før planen var gjennomført.", "The session was ended before the plan was done."),
    "footer": (
        "Motbakke {version}, økt {session}. Stasjonen gir råd og styrer aldri møllen. Alt er i log.ndjson.gz.",
        "Motbakke {version}, session {session}. The station advises, never moves the belt. All is in log.ndjson.gz.",
    ),
    "warm_up": ("oppvarming", "warm-up"),
    "recovery": ("pause", "rest"),
    "cool_down": ("nedtrapping", "cool-down"),
}
_NYNORSK: Mapping[str, str] = {
    "title": "Treningsrapport: intervall i motbakke",
    "measured": "målt",
    "session": "frå ei økt",
    "age_formula": "anslag frå alder, ± 11",
    "expired": "gammal, brukt som anslag",
    "of_planned": "av {minutes} min intervall",
    "peak": "høgaste puls",
    "length": "lengd",
    "good": "av tida med sikkert pulssignal",
    "gone": "gått",
    "advised": "rådd",
    "minutes": "minutt",
    "intervals": "Intervalla",
    "silent": "Utan signal",
    "peak_bpm": "Høgaste",
    "signal_text": "Sikkert {good} % av tida, tvilsamt {doubtful} %, utan signal {stale} %. Lengste brot: {longest}.",
    "earlier": "Samanlikna med tidlegare økter: tid i målsona",
    "in_zone": "i målsona",
    "in": "I sona",
    "zone": "målsone",
    "this": "denne økta",
    "no_earlier": "Ingen tidlegare økter er lagra på denne stasjonen.",
    "recovered": "Økta er ufullstendig: stasjonen vart avbroten før ho var ferdig.",
    "unsynced": "Klokka på stasjonen var ikkje stilt: klokkesletta kan vere feil, lengdene er rette.",
    "stopped": "Økta vart avslutta før planen var gjennomført.",
    "footer": "Motbakke {version}, økt {session}. Stasjonen gir råd og styrer aldri mølla. Alt er i log.ndjson.gz.",
    "cool_down": "nedtrapping",
}
"""Where nynorsk says it otherwise than bokmål."""
_ENGLISH_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words."""

    language: Language

    def __call__(self, name: str, **figures: object) -> str:
        """The word or sentence, its figures filled in."""
        nb, en = _WORDS[name]
        match self.language:
            case Language.ENGLISH:
                words = en
            case Language.NYNORSK:
                words = _NYNORSK.get(name, nb)
            case Language.BOKMAL:
                words = nb
            case _:  # pragma: no cover
                assert_never(self.language)
        return words.format(**figures)

    def figure(self, amount: float | None, decimals: int = 1) -> str:
        """A figure as the language writes it; a dash for what nobody measured."""
        if amount is None:
            return "–"
        text = f"{amount:.{decimals}f}"
        return text if self.language is Language.ENGLISH else text.replace(".", ",")

    def when(self, wall: datetime) -> str:
        """A date with its time of day."""
        if self.language is Language.ENGLISH:
            return f"{wall.day} {_ENGLISH_MONTHS[wall.month - 1]} {wall.year}, {wall:%H:%M}"
        return f"{wall:%d.%m.%Y} kl. {wall:%H.%M}"


def clock_text(seconds: float) -> str:
    """Seconds as minutes and seconds: 12:48."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
