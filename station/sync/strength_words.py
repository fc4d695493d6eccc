"""The words of the strength report in bokmål, nynorsk and English."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from station.moment import Language
from station.sync.report_words import Words

_WORDS: Mapping[str, tuple[str, str, str]] = {
    "title": ("Treningsrapport: styrke", "Treningsrapport: styrke", "Training report: strength"),
    "test_title": ("Test av 1RM", "Test av 1RM", "Test of 1RM"),
    "leg_press": ("beinpress", "beinpress", "leg press"),
    "hack_squat": ("knebøy i maskin", "knebøy i maskin", "hack squat"),
    "calf_press": ("tåpress", "tåpress", "calf press"),
    "other": ("annen øvelse", "anna øving", "another exercise"),
    "exercise": ("Øvelse", "Øving", "Exercise"),
    "plan_text": (
        "{sets} × {repetitions}, {percent} % av 1RM, hvile {rest}",
        "{sets} × {repetitions}, {percent} % av 1RM, kvile {rest}",
        "{sets} × {repetitions}, {percent} % of 1RM, rest {rest}",
    ),
    "test_plan": (
        "enkle løft, høyst {sets} forsøk",
        "enkle løft, høgst {sets} forsøk",
        "single lifts, at most {sets} attempts",
    ),
    "one_rm": ("1RM", "1RM", "1RM"),
    "no_one_rm": ("ikke funnet", "ikkje funne", "not found"),
    "measured": ("målt {kg} kg{on}", "målt {kg} kg{on}", "measured {kg} kg{on}"),
    "estimated": ("anslått {low}–{high} kg{on}", "anslått {low}–{high} kg{on}", "estimated {low}–{high} kg{on}"),
    "expired": (", for gammel", ", for gammal", ", out of date"),
    "load": ("vekt, kg", "vekt, kg", "load, kg"),
    "lifted": ("løftet i alt, kg", "løfta i alt, kg", "lifted in all, kg"),
    "now_estimated": (
        "1RM anslått fra økta, kg (Epley, Brzycki)",
        "1RM anslått frå økta, kg (Epley, Brzycki)",
        "1RM estimated from the session, kg (Epley, Brzycki)",
    ),
    "now_measured": (
        "1RM målt: beste forsøk, kg",
        "1RM målt: beste forsøk, kg",
        "1RM measured: best attempt, kg",
    ),
    "next": ("neste gang, kg", "neste gong, kg", "next time, kg"),
    "heavier": ("én til ble klart", "éin til vart klart", "one more was managed"),
    "same": ("som i dag", "som i dag", "as today"),
    "lighter": ("løft manglet", "løft mangla", "repetitions lacked"),
    "at_cap": (
        "én til ble klart, men vekta er ved grensen: test 1RM",
        "éin til vart klart, men vekta er ved grensa: test 1RM",
        "one more was managed, but the load is at its limit: test 1RM",
    ),
    "one_rm_expired": (
        "én til ble klart, men 1RM er for gammel: test på nytt",
        "éin til vart klart, men 1RM er for gammal: test på nytt",
        "one more was managed, but 1RM is out of date: test again",
    ),
    "sets": ("Settene", "Setta", "The sets"),
    "set": ("Sett", "Sett", "Set"),
    "warm_up": ("lett {number}", "lett {number}", "light {number}"),
    "repetitions": ("Løft", "Løft", "Repetitions"),
    "of": ("av", "av", "of"),
    "time": ("Fra start", "Frå start", "From start"),
    "rest": ("Hvile før", "Kvile før", "Rest before"),
    "peak": ("Høyeste puls", "Høgaste puls", "Peak heart rate"),
    "course": ("Vekt og 1RM over tid, kg", "Vekt og 1RM over tid, kg", "Load and 1RM over time, kg"),
    "of_load": ("treningsvekt", "treningsvekt", "training load"),
    "of_estimate": ("1RM anslått", "1RM anslått", "1RM estimated"),
    "of_test": ("1RM målt", "1RM målt", "1RM measured"),
    "stopped": (
        "Økten ble avsluttet før planen var gjennomført.",
        "Økta vart avslutta før planen var gjennomført.",
        "The session was ended before the plan was done.",
    ),
    "no_heart": (
        "Styrketrening: pulsen er bare notert, den styrer ingenting.",
        "Styrketrening: pulsen er berre notert, han styrer ingenting.",
        "Strength training: the heart rate is only noted, nothing follows from it.",
    ),
}


@dataclass(frozen=True, slots=True)
class StrengthWords:
    """One language's words; figures and dates as the report's other words write them."""

    common: Words

    def __call__(self, name: str, **figures: object) -> str:
        """The word or sentence, its figures filled in."""
        nb, nn, en = _WORDS[name]
        match self.common.language:
            case Language.BOKMAL:
                words = nb
            case Language.NYNORSK:
                words = nn
            case Language.ENGLISH:
                words = en
            case _:  # pragma: no cover
                assert_never(self.common.language)
        return words.format(**figures)

    def kg(self, load_kg: float | None) -> str:
        """A load with a decimal only where it has one."""
        if load_kg is None:
            return "–"
        return self.common.figure(load_kg, 0 if load_kg == round(load_kg) else 1)
