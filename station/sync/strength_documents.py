"""A strength session as components of a FHIR observation: codes of our own, for LOINC and SNOMED CT have none for them.

Loads in kilograms, counts as UCUM `{repetitions}`; 1RM measured and estimated never share a code.
"""

from collections.abc import Iterator
from typing import Any

from station.sync.lifted import LiftedFigures

Element = dict[str, Any]
CODE_SYSTEM = "urn:motbakke:code-system:training"
UCUM = "http://unitsofmeasure.org"


def strength_components(figures: LiftedFigures) -> Iterator[Element]:
    """Exercise, then load and repetitions of each set, then 1RM and the next session's load."""
    came_to = figures.came_to
    yield {
        "code": _concept("exercise", "Exercise"),
        "valueCodeableConcept": _concept(came_to.exercise, came_to.exercise.replace("_", " ").capitalize()),
    }
    for one in (timed.done for timed in figures.sets):
        kind = "warm-up-set" if one.warm_up else "attempt" if came_to.test else "set"
        name = f"{kind.replace('-', ' ').capitalize()} {one.number}"
        yield _quantity(f"{kind}-{one.number}-load", f"{name}: load", one.load_kg, "kg")
        yield _quantity(f"{kind}-{one.number}-repetitions", f"{name}: repetitions", one.repetitions, "{repetitions}")
        yield _quantity(f"{kind}-{one.number}-planned", f"{name}: repetitions planned", one.planned, "{repetitions}")
    found = (
        ("lifted", "Everything lifted, load times repetitions", came_to.lifted_kg),
        ("one-rm-measured", "1RM, measured: best attempt of a guided test", came_to.one_rm_kg),
        ("one-rm-estimate-low", "1RM, estimated after Epley and Brzycki: low end", came_to.estimate_low_kg),
        ("one-rm-estimate-high", "1RM, estimated after Epley and Brzycki: high end", came_to.estimate_high_kg),
        ("next-load", "Load proposed for the next session", came_to.next_kg),
    )
    for code, display, figure in found:
        if figure is not None:
            yield _quantity(code, display, figure, "kg")


def heavy_sets(figures: LiftedFigures) -> int:
    """How many heavy sets, or attempts, were done."""
    return sum(not timed.done.warm_up for timed in figures.sets)


def _quantity(code: str, display: str, figure: float, unit: str) -> Element:
    value = {"value": round(figure, 2), "unit": unit.strip("{}"), "system": UCUM, "code": unit}
    return {"code": _concept(code, display), "valueQuantity": value}


def _concept(code: str, display: str) -> Element:
    return {"coding": [{"system": CODE_SYSTEM, "code": code, "display": display}]}
