"""Treadmill protocols of question and answer that need no program, only a table: config/treadmills/*.toml.

Responsible for reading such a table strictly and for speaking it, read-only. A table lists questions, as bytes, and
the answers to them, as regular expressions over bytes in which the groups `speed` and `incline` hold the figures.
docs/add-a-treadmill.md takes a reader through writing one.

A question that would move the belt of another make is refused, unless the table first asks for an identity with bytes
that are harmless everywhere: the dangerous question is then sent only to a treadmill that has just named itself.
"""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Final

import msgspec

from drivers.treadmill.codec import (
    Event,
    Line,
    Nak,
    Noise,
    Request,
    SpeedUnit,
    plausible_incline,
    plausible_speed,
)
from station.errors import SettingsError
from station.ports import BeltSample

MOVES_ANOTHER_MAKE: Final = frozenset({*range(0x80, 0x89), *range(0xA0, 0xA5), 0xA9, 0xAA, 0xAB})
"""Bytes that start, stop or tilt the belt of a Trackmaster, Woodway or Biodex, or change the state of a CSAFE console:
80-86 Biodex, 81-88 CSAFE, A0-A4 and A9-AB Trackmaster and Woodway."""
IDENTITY_LASTS_S = 1.0
"""A treadmill that has been silent for this long must name itself again: another may be on the cable by then."""
ANSWER_TAKES_S = 0.5
LONGEST_ANSWER = 96
GROUPS = frozenset({"speed", "incline"})

Word = Annotated[str, msgspec.Meta(min_length=1)]
Positive = Annotated[float, msgspec.Meta(gt=0)]


class LineTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[line]`. Without `baud` the station's settings must tell it."""

    baud: Annotated[int, msgspec.Meta(ge=300, le=921600)] | None = None
    data_bits: Annotated[int, msgspec.Meta(ge=7, le=8)] = 8
    parity: Annotated[str, msgspec.Meta(pattern="^[NEO]$")] = "N"
    stop_bits: Annotated[int, msgspec.Meta(ge=1, le=2)] = 1


class Ask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[identify]` and `[[ask]]`: a question in hex and the whole of its answer as a pattern."""

    send: Word
    reply: Word
    deadline_s: Positive = 0.3

    @property
    def question(self) -> bytes:
        """The question's bytes."""
        return bytes.fromhex(self.send)


class Refusal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[refusal]]`: how the treadmill says no, and what that means."""

    reply: Word
    what: Word


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One protocol."""

    name: Annotated[str, msgspec.Meta(pattern="^[a-z0-9-]+$")]
    title: Word
    source: Word
    verified: bool
    """Whether someone has held it against the treadmill's own console, with the record of it in `source`."""
    ask: Annotated[tuple[Ask, ...], msgspec.Meta(min_length=1)]
    speed_per_count: Positive
    """What one count of the figure is of the console's distance per hour."""
    incline_per_count: Positive | None = None
    """What one count of the figure is in percent."""
    note: str = ""
    line: LineTable = LineTable()
    identify: Ask | None = None
    refusal: tuple[Refusal, ...] = ()


def table_in(path: Path) -> Table:
    """The protocol in this file.

    Raises:
        SettingsError: naming the file, the key and what to do.
    """
    try:
        table = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Table)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read ({error}). Check the path and the file.") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path.name}: not valid TOML: {error}. Correct that line.") from error
    except msgspec.ValidationError as error:
        raise SettingsError(f"{path.name}: {str(error).replace('`', '')}. Correct the file.") from error
    for fault in _faults(table):
        raise SettingsError(f"{path.name}: {fault} Correct the file.")
    return table


def _faults(table: Table) -> list[str]:
    faults = []
    asks = [*table.ask, *([table.identify] if table.identify else [])]
    for ask in asks:
        faults += _question_faults(ask, identified=ask is not table.identify and table.identify is not None)
    for pattern in (*(ask.reply for ask in asks), *(refusal.reply for refusal in table.refusal)):
        faults += _pattern_faults(pattern)
    if faults:
        return faults
    told = {group for ask in table.ask for group in re.compile(ask.reply.encode("latin-1")).groupindex}
    if "speed" not in told:
        faults.append("no answer holds a group (?P<speed>...): a treadmill must tell its speed.")
    if ("incline" in told) != (table.incline_per_count is not None):
        faults.append("incline_per_count and a group (?P<incline>...) belong together: give both or neither.")
    return faults


def _question_faults(ask: Ask, *, identified: bool) -> list[str]:
    try:
        question = ask.question
    except ValueError:
        return [f'send = "{ask.send}" is no hex; write bytes like "53 54 0d 0a".']
    moving = sorted(MOVES_ANOTHER_MAKE & set(question))
    if moving and not identified:
        mend = "Give the table an [identify] question that is harmless everywhere, to be asked before this one."
        return [f'send = "{ask.send}": {moving[0]:02x} moves the belt of another make. {mend}']
    return [] if question else ["send is empty."]


def _pattern_faults(reply: str) -> list[str]:
    try:
        pattern = re.compile(reply.encode("latin-1"))
    except (re.error, UnicodeEncodeError) as error:
        return [f"reply = '{reply}' is no pattern over bytes ({error})."]
    unknown = set(pattern.groupindex) - GROUPS
    if unknown:
        return [f"reply = '{reply}': no figure is called {min(unknown)}; there are speed and incline."]
    return [f"reply = '{reply}' fits an empty answer."] if pattern.fullmatch(b"") else []


class TableCodec:
    """A reader of the protocol in a table. `baud` overrides the table's; `unit` is what the console shows speed in."""

    def __init__(self, table: Table, *, unit: SpeedUnit, baud: int | None = None) -> None:
        """Prepare to speak it.

        Raises:
            SettingsError: when neither the table nor the caller tells the baud rate.
        """
        baud = baud or table.line.baud
        if baud is None:
            raise SettingsError(
                f'the protocol "{table.name}" has no known baud rate: add baud_rate to [treadmill] of the settings, '
                "as the treadmill's manual or set-up menu tells it"
            )
        self.name = table.name
        self.line = Line(
            baud=baud, data_bits=table.line.data_bits, parity=table.line.parity, stop_bits=table.line.stop_bits
        )
        self._table = table
        self._unit = unit
        asks = [*table.ask, *([table.identify] if table.identify else [])]
        self.safe_tx = frozenset(ask.question for ask in asks)
        self._refusals = [(_at_the_end(refusal.reply), refusal.what) for refusal in table.refusal]
        self._answers = [_at_the_end(ask.reply) for ask in table.ask]
        self._identity = _at_the_end(table.identify.reply) if table.identify else None
        self.begin()

    def begin(self) -> None:
        """Forget what stood behind the port before; its identity, too."""
        self._buffer = b""
        self._buffer_since_s = 0.0
        self._named_at_s: float | None = None

    def poll(self) -> tuple[Request, ...]:
        """The table's questions; but the one for its identity, while the treadmill has not named itself."""
        asks = self._table.ask
        if self._table.identify is not None and self._named_at_s is None:
            asks = (self._table.identify,)
        return tuple(Request(send=ask.question, deadline_s=ask.deadline_s) for ask in asks)

    def feed(self, data: bytes, at_s: float) -> tuple[Event, ...]:
        """What these bytes tell."""
        events: list[Event] = []
        if self._named_at_s is not None and at_s - self._named_at_s >= IDENTITY_LASTS_S:
            self._named_at_s = None
        if self._buffer and at_s - self._buffer_since_s >= ANSWER_TAKES_S:
            events.append(self._dropped(at_s))
        for byte in data:
            events += self._byte(byte, at_s)
        return tuple(events)

    def _byte(self, byte: int, at_s: float) -> list[Event]:
        if not self._buffer:
            self._buffer_since_s = at_s
        self._buffer += bytes([byte])
        for pattern in self._answers:
            if answer := pattern.search(self._buffer):
                return [*self._before(answer, at_s), *self._figures(answer, at_s)]
        for pattern, what in self._refusals:
            if refused := pattern.search(self._buffer):
                return [*self._before(refused, at_s), Nak(at_s=at_s, what=what)]
        if self._identity is not None and (named := self._identity.search(self._buffer)):
            self._named_at_s = at_s
            return self._before(named, at_s)
        return [self._dropped(at_s)] if len(self._buffer) >= LONGEST_ANSWER else []

    def _before(self, found: re.Match[bytes], at_s: float) -> list[Event]:
        stray, self._buffer = self._buffer[: found.start()], b""
        return [Noise(at_s=at_s, data=stray)] if stray else []

    def _figures(self, answer: re.Match[bytes], at_s: float) -> list[Event]:
        if self._named_at_s is not None:
            self._named_at_s = at_s
        try:
            figures = {name: float(figure) for name, figure in answer.groupdict().items() if figure is not None}
        except ValueError:
            return [Noise(at_s=at_s, data=answer.group())]
        events: list[Event] = []
        if "speed" in figures:
            speed_kmh = round(figures["speed"] * self._table.speed_per_count * self._unit.kmh, 2)
            events.append(
                BeltSample(at_s=at_s, speed_kmh=speed_kmh)
                if plausible_speed(speed_kmh)
                else Noise(at_s=at_s, data=answer.group())
            )
        if "incline" in figures and self._table.incline_per_count is not None:
            incline_percent = round(figures["incline"] * self._table.incline_per_count, 2)
            events.append(
                BeltSample(at_s=at_s, incline_percent=incline_percent)
                if plausible_incline(incline_percent)
                else Noise(at_s=at_s, data=answer.group())
            )
        return events

    def _dropped(self, at_s: float) -> Event:
        dropped, self._buffer = self._buffer, b""
        return Noise(at_s=at_s, data=dropped)


def _at_the_end(reply: str) -> re.Pattern[bytes]:
    return re.compile(rb"(?s:" + reply.encode("latin-1") + rb")\Z")
