"""The pages of HRmax: a number, or what it follows from, with the zones it gives; the second question."""

from station.office.entering import doubts_of, hr_max_of
from station.office.side import Side
from station.training.limits import Limits
from station.training.patient import HrMaxSource
from station.training.zones import Zone
from ui import theme
from ui.pages.office.frame import Drawn, Place, subtitle
from ui.pages.office.typed import again_page, number_on, number_page, parted
from ui.pages.parts import line
from ui.scene import Align, Box, Element, Face, Format, Line, Scene
from ui.wording.catalogue import Words

MOST_OF_ESTIMATE = Limits().ease_above_percent_of_estimate
LOWEST_SHOWN_BPM, HIGHEST_SHOWN_BPM = 80, 210
"""The zone strip runs from here to here."""


def hr_max_page(side: Side, words: Words, form: Format) -> Scene:
    """HRmax, or what it follows from, with the zones it gives at once."""
    source = side.draft.source
    return number_page(
        side,
        words,
        form,
        title=words.say(f"staff.hr_figure.{source}"),
        below=subtitle(side, words),
        shown=number_on(side),
        unit=words.say(f"staff.hr_figure.unit.{source}"),
        note=_before(side, words),
        under=_zones(side, words, parted(form).below, hr_max_of(side)),
    )


def hr_max_again_page(side: Side, words: Words, form: Format) -> Scene:
    """The second question before an unlikely HRmax is taken."""
    bpm = side.draft.bpm
    return again_page(
        side,
        words,
        form,
        title=words.say("staff.hr_twice.title", bpm=bpm),
        reasons=[(f"doubt.{doubt}", _doubt(side, words, doubt)) for doubt in doubts_of(side, bpm)],
        yes=words.say("staff.hr_twice.yes", bpm=bpm),
    )


def _doubt(side: Side, words: Words, doubt: str) -> str:
    profile = side.known.profile
    before = profile.hr_max.bpm if profile and profile.hr_max else 0
    return words.say(f"staff.doubt.{doubt}", before=before)


def _before(side: Side, words: Words) -> str:
    profile = side.known.profile
    if profile is None or profile.hr_max is None:
        return words.say("staff.hr_figure.first")
    before = profile.hr_max
    source = words.say(f"staff.source.{before.source}")
    return words.say("staff.hr_figure.before", bpm=before.bpm, source=source, by=before.by, day=words.day(before.on))


def _zones(side: Side, words: Words, place: Place, bpm: int | None) -> Drawn:
    """The beats that this HRmax would ask for, as numbers and on a strip."""
    profile = side.known.profile
    if bpm is None or profile is None:
        return Drawn(elements=(_note("zones", words.say("staff.zones.none"), place, 50),))
    estimate = side.draft.source is HrMaxSource.AGE_FORMULA
    gives = "staff.zones.estimate" if estimate else "staff.zones"
    strip_top = place.top + 72
    elements: list[Element] = [
        _note("zones", words.say(gives, bpm=bpm), place, 50),
        Box(x=place.left, y=strip_top, width=place.width, height=48, radius=12, fill=theme.TRACK),
    ]
    prescription = profile.plan.prescription
    interval_zone = aimed(prescription.interval_zone) if estimate else prescription.interval_zone
    for name, zone, fill in (
        ("recovery", prescription.recovery_zone, theme.REST),
        ("interval", interval_zone, theme.OK),
    ):
        low, high = zone.beats(bpm)
        left, right = (_along(beats, place) for beats in (low, high))
        elements += [
            Box(name=f"zone.{name}", x=left, y=strip_top, width=right - left, height=48, radius=10, fill=fill),
            line(
                f"zone.{name}.beats",
                words.say(f"staff.zone.{name}", low=low, high=high),
                place.left + (0 if name == "recovery" else place.width),
                strip_top + 110,
                face=Face.STRONG,
                size=theme.SIZE_NOTE,
                align=Align.LEFT if name == "recovery" else Align.RIGHT,
                room=place.width / 2,
            ),
        ]
    return Drawn(elements=tuple(elements))


def aimed(zone: Zone) -> Zone:
    """What of this zone is aimed at on an estimated HRmax: never above 90 % (Nes 2013: one patient in three is off)."""
    return (
        Zone(zone.low_percent, min(zone.high_percent, MOST_OF_ESTIMATE))
        if zone.low_percent < MOST_OF_ESTIMATE
        else zone
    )


def _along(bpm: float, place: Place) -> float:
    share = (bpm - LOWEST_SHOWN_BPM) / (HIGHEST_SHOWN_BPM - LOWEST_SHOWN_BPM)
    return place.left + place.width * max(0.0, min(1.0, share))


def _note(name: str, text: str, place: Place, down: float) -> Line:
    return line(name, text, place.left, place.top + down, size=theme.SIZE_NOTE, colour=theme.INK_SOFT, room=place.width)
