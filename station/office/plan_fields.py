"""The fields of a prescription as they are turned with two keys, and what turning one does to the others. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from station.staff.plan import FASTEST_WALK_KMH, Plan
from station.training.prescription import MOST_INTERVALS
from station.training.strength import MOST_SETS
from station.training.zones import Zone

ZONES = (Zone(60, 70), Zone(70, 80), Zone(75, 85), Zone(80, 90), Zone(85, 90), Zone(85, 95), Zone(90, 95))
"""The zones of the trials and the clinics, from easy to hard; a template may bring another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One line of the prescription: where it stands, and which figures it goes through."""

    name: str
    of_prescription: bool = False
    of_strength: bool = False
    choices: tuple[Any, ...]
    circular: bool = False
    """Whether the last choice is followed by the first."""


def _steps(low: float, high: float, step: float) -> tuple[float, ...]:
    return tuple(low + number * step for number in range(round((high - low) / step) + 1))


FIELDS: tuple[Field, ...] = (
    Field(name="template", choices=(), circular=True),
    Field(name="intervals", of_prescription=True, choices=tuple(range(1, MOST_INTERVALS + 1))),
    Field(name="interval_s", of_prescription=True, choices=_steps(30, 600, 30)),
    Field(name="recovery_s", of_prescription=True, choices=_steps(30, 600, 30)),
    Field(name="warm_up_s", of_prescription=True, choices=_steps(300, 1200, 60)),
    Field(name="cool_down_s", of_prescription=True, choices=_steps(120, 900, 60)),
    Field(name="interval_zone", of_prescription=True, choices=ZONES),
    Field(name="start_incline_percent", choices=(None, *_steps(0, 15, 0.5))),
    Field(name="incline_max_percent", choices=(None, *_steps(1, 15, 1))),
    Field(name="speed_kmh", choices=(None, *_steps(2, 12, 0.5))),
    Field(name="speed_max_kmh", choices=(None, *_steps(3, 12, 0.5))),
    Field(name="walk_only", choices=(False, True), circular=True),
    Field(name="borg_mode", choices=(False, True), circular=True),
    Field(name="beta_blocker", choices=(False, True), circular=True),
    Field(name="hold_rail_lightly", choices=(False, True), circular=True),
)
STRENGTH_FIELDS: tuple[Field, ...] = (
    FIELDS[0],
    Field(name="sets", of_strength=True, choices=tuple(range(1, MOST_SETS + 1))),
    Field(name="repetitions", of_strength=True, choices=tuple(range(1, 9))),
    Field(name="percent", of_strength=True, choices=_steps(50, 95, 5)),
    Field(name="rest_s", of_strength=True, choices=_steps(60, 300, 30)),
    Field(name="plate_step_kg", of_strength=True, choices=(1.0, 2.5, 5.0, 10.0)),
    Field(name="start_kg", of_strength=True, choices=(None, *_steps(10, 300, 5))),
    Field(name="cap_kg", of_strength=True, choices=(None, *_steps(20, 400, 10))),
)
TEST_FIELDS = tuple(field for field in STRENGTH_FIELDS if field.name not in {"repetitions", "percent"})
NAMES = tuple(dict.fromkeys(field.name for field in (*FIELDS, *STRENGTH_FIELDS)))


def fields_of(plan: Plan) -> tuple[Field, ...]:
    """The fields that mean something in this plan."""
    strength = plan.prescription.strength
    if strength is None:
        return FIELDS
    return TEST_FIELDS if strength.test else STRENGTH_FIELDS


def shown(plan: Plan, field: Field) -> Any:  # a field is a number, a zone, a word or a yes
    """What stands in this field."""
    if field.of_strength:
        return getattr(plan.prescription.strength, field.name)
    return getattr(plan.prescription if field.of_prescription else plan, field.name)


def turned(plan: Plan, field: Field, steps: int, templates: Mapping[str, Plan]) -> Plan:
    """The plan with this field so many steps further; what contradicts the new figure follows it."""
    choices = tuple(templates) if field.name == "template" else field.choices
    if not choices:
        return plan
    chosen = _beside(choices, shown(plan, field), steps, circular=field.circular)
    if field.name == "template":
        return _from_template(plan, templates[chosen])
    if field.of_strength:
        return _lifting(plan, field.name, chosen)
    if field.of_prescription:
        return replace(plan, prescription=replace(plan.prescription, **{field.name: chosen}))
    return replace(plan, **{field.name: chosen, **_followers(field, plan, chosen)})


def _lifting(plan: Plan, name: str, chosen: Any) -> Plan:
    """The plan with this figure of its strength prescription; unchanged where it contradicts another."""
    strength = plan.prescription.strength
    if strength is None:
        return plan
    try:
        return replace(plan, prescription=replace(plan.prescription, strength=replace(strength, **{name: chosen})))
    except ValueError:
        return plan


def _beside(choices: Sequence[Any], now: Any, steps: int, *, circular: bool) -> Any:
    if now not in choices:
        choices = _with(choices, now)
    place = choices.index(now) + steps
    return choices[place % len(choices)] if circular else choices[max(0, min(len(choices) - 1, place))]


def _with(choices: Sequence[Any], now: Any) -> Sequence[Any]:
    """A figure that a template brought takes its place among the others."""
    if isinstance(now, Zone):
        return sorted({*choices, now}, key=lambda zone: (zone.low_percent, zone.high_percent))
    if isinstance(now, str):
        return (now, *choices)
    none = [choice for choice in choices if choice is None]
    return (*none, *sorted({*(choice for choice in choices if choice is not None), now}))


def _from_template(plan: Plan, template: Plan) -> Plan:
    """The template's course; what was set for this body stays: beta-blocker and rail."""
    return replace(template, beta_blocker=plan.beta_blocker, hold_rail_lightly=plan.hold_rail_lightly)


def _followers(field: Field, plan: Plan, chosen: Any) -> dict[str, Any]:
    return _FOLLOWS[field.name](plan, chosen) if field.name in _FOLLOWS else {}


def _slower(plan: Plan, highest_kmh: float | None) -> dict[str, Any]:
    if highest_kmh is None or plan.speed_kmh is None:
        return {}
    return {"speed_kmh": min(plan.speed_kmh, highest_kmh)}


def _flatter(plan: Plan, steepest_percent: float | None) -> dict[str, Any]:
    if steepest_percent is None or plan.start_incline_percent is None:
        return {}
    return {"start_incline_percent": min(plan.start_incline_percent, steepest_percent)}


def _faster(plan: Plan, speed_kmh: float | None) -> dict[str, Any]:
    if speed_kmh is None:
        return {}
    follows: dict[str, Any] = {}
    if plan.speed_max_kmh is not None:
        follows["speed_max_kmh"] = max(plan.speed_max_kmh, speed_kmh)
    if speed_kmh > FASTEST_WALK_KMH:
        follows["walk_only"] = False
    return follows


def _steeper(plan: Plan, start_percent: float | None) -> dict[str, Any]:
    if start_percent is None or plan.incline_max_percent is None:
        return {}
    return {"incline_max_percent": max(plan.incline_max_percent, start_percent)}


def _walks(plan: Plan, walks: object) -> dict[str, Any]:
    return _slower(plan, FASTEST_WALK_KMH) if walks else {}


_FOLLOWS: Mapping[str, Callable[[Plan, Any], dict[str, Any]]] = {
    "speed_max_kmh": _slower,
    "speed_kmh": _faster,
    "incline_max_percent": _flatter,
    "start_incline_percent": _steeper,
    "walk_only": _walks,
}
