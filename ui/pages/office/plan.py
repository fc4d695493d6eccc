"""The prescription as a form: every field in a row, the row that is being changed is lit."""

from collections.abc import Callable, Mapping
from typing import Any

from station.office.plan_fields import Field, fields_of, shown
from station.office.rows import SAVE
from station.office.side import Side
from station.training.zones import Zone
from ui.pages.office.frame import back_key, move_keys, ok_key, page, place_of, subtitle, turn_keys
from ui.pages.office.lists import Row, listed
from ui.scene import Format, Scene
from ui.wording.catalogue import Words, clock


def plan_page(side: Side, words: Words, form: Format) -> Scene:
    """The prescription; `save` is the last row, and pointed at first."""
    sheet, fields = side.top, fields_of(side.draft.plan)
    rows = [
        Row(
            name=field.name,
            label=words.say(f"staff.plan.{field.name}"),
            told=_told(side, field, words),
            opened=sheet.opened and number == sheet.at,
        )
        for number, field in enumerate(fields)
    ]
    rows.append(Row(name=SAVE, label=words.say("staff.plan.save"), told=_length(side, words)))
    if sheet.opened:
        keys = (back_key(words), *turn_keys(), ok_key(words, "staff.key.done"))
    else:
        what = "staff.key.save" if sheet.at == len(fields) else "key.choose"
        keys = (back_key(words), *move_keys(), ok_key(words, what))
    return page(
        side,
        words,
        form,
        title=words.say("staff.plan.title"),
        below=subtitle(side, words),
        body=listed(rows, sheet, place_of(form), columns=2 if form is Format.LANDSCAPE else 1),
        row=keys,
    )


def _length(side: Side, words: Words) -> str:
    return words.say("staff.plan.length", minutes=round(side.draft.plan.prescription.total_s / 60))


def _told(side: Side, field: Field, words: Words) -> str:
    figure = shown(side.draft.plan, field)
    if field.name == "start_incline_percent" and figure is None:
        return _start(side, words)
    if field.name == "template":
        return side.known.template_names.get(figure, {}).get(words.language, figure)
    return _AS_TEXT[field.name](figure, words)


def _start(side: Side, words: Words) -> str:
    """What the station will start with when nothing is prescribed, and why."""
    proposed = side.known.start_proposed_percent
    if proposed is None:
        return words.say("staff.plan.start.guess")
    return words.say("staff.plan.start.learnt", incline=words.short(proposed))


def _seconds(figure: float, _words: Words) -> str:
    return clock(figure)


def _percent(figure: float | None, words: Words) -> str:
    return words.say("staff.plan.free") if figure is None else words.say("staff.percent", figure=words.short(figure))


def _speed(figure: float | None, words: Words) -> str:
    return words.say("staff.plan.free") if figure is None else words.say("staff.kmh", figure=words.short(figure))


def _yes(figure: object, words: Words) -> str:
    return words.say("key.yes" if figure else "key.no")


def _zone(zone: Zone, words: Words) -> str:
    return words.say("staff.percents", low=words.short(zone.low_percent), high=words.short(zone.high_percent))


def _plain(figure: object, _words: Words) -> str:
    return str(figure)


def _kilograms(figure: float | None, words: Words) -> str:
    if figure is None:
        return words.say("staff.plan.free")
    return words.say("sets.kilograms", load=words.short(figure))


_AS_TEXT: Mapping[str, Callable[[Any, Words], str]] = {
    "intervals": _plain,
    "interval_s": _seconds,
    "recovery_s": _seconds,
    "warm_up_s": _seconds,
    "cool_down_s": _seconds,
    "interval_zone": _zone,
    "start_incline_percent": _percent,
    "incline_max_percent": _percent,
    "speed_kmh": _speed,
    "speed_max_kmh": _speed,
    "walk_only": _yes,
    "borg_mode": _yes,
    "beta_blocker": _yes,
    "hold_rail_lightly": _yes,
    "sets": _plain,
    "repetitions": _plain,
    "percent": _percent,
    "rest_s": _seconds,
    "plate_step_kg": _kilograms,
    "start_kg": _kilograms,
    "cap_kg": _kilograms,
}
