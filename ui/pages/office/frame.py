"""What every page of the therapist's has: a title, whose file it is, when it locks itself, a message, four keys."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from station.office.rows import NUMBERED
from station.office.side import Side
from station.office.wishes import Fault
from ui import theme
from ui.drawings import Icon, icon
from ui.pages.parts import Key, keys, line, scene
from ui.scene import Align, Element, Face, Format, Line, Scene, Span, Touch
from ui.wording.catalogue import Words, clock

TITLE_SIZES = {Format.LANDSCAPE: 84, Format.PORTRAIT: 72}
TOPS = {Format.LANDSCAPE: 216, Format.PORTRAIT: 330}
"""Where a page's own part begins."""
PART = "  ·  "
"""Between the parts of the line below the title; a narrow screen has them below each other."""
MESSAGE_BELOW_Y = {Format.LANDSCAPE: 894, Format.PORTRAIT: 1676}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The part of the canvas that is a page's own."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A part of a page, and where it can be touched."""

    elements: tuple[Element, ...] = ()
    touches: tuple[Touch, ...] = ()

    def __add__(self, other: "Drawn") -> "Drawn":
        """Both, this one behind."""
        return Drawn(elements=(*self.elements, *other.elements), touches=(*self.touches, *other.touches))


def place_of(form: Format) -> Place:
    """The page's own part of the canvas."""
    right = form.size[0] - theme.MARGIN
    return Place(left=theme.MARGIN, top=TOPS[form], right=right, bottom=MESSAGE_BELOW_Y[form] - 54)


def page(  # noqa: PLR0913  # what a page is made of
    side: Side,
    words: Words,
    form: Format,
    *,
    title: str,
    beside: str = "",
    below: str = "",
    body: Drawn | Iterable[Drawn],
    row: Sequence[Key],
) -> Scene:
    """A page of the therapist's; `beside` stands smaller behind the title."""
    whole = body if isinstance(body, Drawn) else sum(body, start=Drawn())
    drawn_keys, key_touches = keys(row, form)
    if side.top.page in NUMBERED:
        below = PART.join(part for part in (below, words.say("staff.digits")) if part)
    return scene(
        f"staff.{side.top.page}",
        form,
        (
            *_header(side, words, form, (title, beside), below),
            *whole.elements,
            *_message(side, words, form),
            *drawn_keys,
        ),
        (*key_touches, *whole.touches),
    )


def subtitle(side: Side, words: Words) -> str:
    """Whose file is open."""
    profile = side.known.profile
    return words.say("staff.patient", code=profile.code) if profile else ""


def back_key(words: Words, *, erases: bool = False) -> Key:
    """The leftmost key: a page back, or one digit."""
    return Key(column=0, text=words.say("staff.key.erase" if erases else "key.back"))


def turn_keys() -> tuple[Key, Key]:
    """MINUS and PLUS where they make a figure smaller and larger."""
    return Key(column=1, text="−"), Key(column=2, text="+")


def leaf_keys() -> tuple[Key, Key]:
    """MINUS and PLUS where they go to what was before and what came after."""
    return Key(column=1, icon=Icon.MINUS), Key(column=2, icon=Icon.PLUS)


def move_keys() -> tuple[Key, Key]:
    """MINUS and PLUS where they move up and down a list."""
    return Key(column=1, icon=Icon.UP), Key(column=2, icon=Icon.DOWN)


def list_keys(words: Words, rows: int, key: str = "key.choose") -> tuple[Key, ...]:
    """The keys of a list with so many rows but the leftmost: none that leads nowhere."""
    return (*(move_keys() if rows > 1 else ()), *((ok_key(words, key),) if rows else ()))


def ok_key(words: Words, key: str = "key.choose") -> Key:
    """The rightmost key."""
    return Key(column=3, text=words.say(key), primary=True)


def minute(at: datetime, words: Words) -> str:
    """A day and the time of day."""
    return words.say("staff.minute", day=at.day, month=at.month, clock=f"{at.hour:02d}:{at.minute:02d}")


def _header(side: Side, words: Words, form: Format, titles: tuple[str, str], below: str) -> tuple[Element, ...]:
    right, tall = form.size[0] - theme.MARGIN, form is Format.PORTRAIT
    room = right - theme.MARGIN
    locks = words.say("staff.locks_in", clock=clock(side.locks_in_s)) if side.therapist else ""
    size, baseline = TITLE_SIZES[form], 156 if tall else 112
    locked = 0 if tall or not locks else 560
    spans = [Span(text=titles[0], face=Face.DISPLAY, size=size, colour=theme.INK)]
    if titles[1]:
        spans.append(Span(text=titles[1], face=Face.PLAIN, size=theme.SIZE_NOTE, colour=theme.INK_SOFT))
    elements = [Line(name="title", spans=tuple(spans), gap=24, x=theme.MARGIN, baseline=baseline, room=room - locked)]
    for number, part in enumerate(_parted(below, tall=tall)):
        elements.append(
            line(
                f"below.{number}",
                part,
                theme.MARGIN,
                baseline + 70 + 60 * number,
                size=theme.SIZE_NOTE,
                colour=theme.INK_SOFT,
                room=room,
            )
        )
    if locks:
        elements.append(
            line(
                "locks",
                locks,
                right,
                66 if tall else 104,
                size=theme.SIZE_NOTE,
                colour=theme.INK_SOFT,
                align=Align.RIGHT,
                steady=True,
                room=540,
            )
        )
    return tuple(elements)


def _parted(below: str, *, tall: bool) -> list[str]:
    parts = below.split(PART)
    if not below or not tall or len(parts) == 1:
        return [below] if below else []
    halves = [(PART.join(parts[:cut]), PART.join(parts[cut:])) for cut in range(1, len(parts))]
    return list(min(halves, key=lambda half: max(map(len, half))))


def _message(side: Side, words: Words, form: Format) -> tuple[Element, ...]:
    text, which, colour = _said(side, words)
    if not text:
        return ()
    y, size = MESSAGE_BELOW_Y[form], theme.SIZE_NOTE
    return (
        *icon(which, (theme.MARGIN + 24, y - size * theme.CAPITAL_EM / 2), 48, fill=colour),
        line(
            "message", text, theme.MARGIN + 66, y, face=Face.STRONG, size=size, colour=colour, room=form.size[0] - 170
        ),
    )


def _said(side: Side, words: Words) -> tuple[str, Icon, theme.Colour]:
    if side.known.wait_s > 0 and side.therapist is None:
        return words.say("staff.wait", clock=clock(side.known.wait_s + 0.5)), Icon.CLOCK, theme.WARN
    if side.fault is not None:
        return words.say(f"staff.fault.{Fault(side.fault)}"), Icon.WARNING, theme.WARN
    if side.notice is not None:
        return words.say(f"staff.notice.{side.notice}"), Icon.CHECK, theme.OK
    return "", Icon.CHECK, theme.OK
