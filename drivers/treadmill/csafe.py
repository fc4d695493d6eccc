"""CSAFE, read-only: speed and incline of consoles by Life Fitness, Matrix, Cybex, Star Trac and others.

Sources: Concept2, PM CSAFE Communication Definition 0.27; the unit table of the FitLinxx framework as quoted there.
The unit of each figure is on the wire. Two things are not:

- Whether a console counts the incline of unit 4A (1 %) really in whole percents: some are said to send tenths.
  `incline_in_tenths` says so for those; checking it once at the console (`motbakke treadmill verify`) settles it.
- The speed in the states a user reaches by just pressing START: many consoles tell their state only (Manual, Offline).
  A pure reader cannot change that, and says so in words.

The questions leave out GetStatus (80), which starts the belt of a Biodex: the empty frame asks the same.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from drivers.treadmill.codec import (
    BeltStatus,
    BeltStatusSeen,
    Event,
    Line,
    Nak,
    Noise,
    Request,
    Withheld,
    plausible_incline,
    plausible_speed,
)
from drivers.treadmill.csafe_frames import FrameFinder, Stray
from station.ports import BeltSample

ASK_SPEED_AND_INCLINE: Final = bytes.fromhex("f1 a5 a8 0d f2")
ASK_STATE: Final = bytes.fromhex("f1 00 f2")
GO_IDLE: Final = bytes.fromhex("f1 82 82 f2")
GO_IN_USE: Final = bytes.fromhex("f1 85 85 f2")

SPEED, INCLINE = 0xA5, 0xA8
DEADLINE_S = 0.3
"""Consoles answer in 22 ms; an answer that comes later than this is still taken when it comes."""
GAP_S = 0.05
"""The shortest pause between frames that Concept2 asks for."""
PATIENT_ROUNDS = 2
"""After so many rounds without figures the console is asked for its state, too."""

MILE_KM = 1.609344
KMH_PER_SPEED_UNIT: Mapping[int, float] = {
    0x10: MILE_KM,
    0x11: MILE_KM / 10,
    0x12: MILE_KM / 100,
    0x13: 0.3048 * 60 / 1000,
    0x30: 1.0,
    0x31: 0.1,
    0x32: 0.01,
    0x33: 60 / 1000,
}
"""mph and its tenths and hundredths, ft/min; km/h and its tenths and hundredths, m/min."""
PERCENT_PER_INCLINE_UNIT: Mapping[int, float] = {0x4A: 1.0, 0x4B: 0.01, 0x4C: 0.1}
WHOLE_PERCENT = 0x4A
VALUE_AND_UNIT = 3


class State(IntEnum):
    """The console's state, in the low four bits of the status byte."""

    ERROR = 0
    READY = 1
    IDLE = 2
    HAVE_ID = 3
    IN_USE = 5
    PAUSED = 6
    FINISHED = 7
    MANUAL = 8
    OFFLINE = 9


class Previous(IntEnum):
    """What became of the frame before, in bits 5-4."""

    ACCEPTED = 0x00
    REJECTED = 0x10
    DAMAGED = 0x20
    NOT_READY = 0x30


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The first byte of each answer. `state` is None for one the definition leaves out."""

    state: State | None
    previous: Previous
    toggle: bool
    """Flips with each frame the console accepted."""


SELF_KEPT: Mapping[State, str] = {
    State.READY: "the console is ready and tells no speed yet; start a workout at the console",
    State.IDLE: "the console is idle and tells no speed yet; start a workout at the console",
    State.HAVE_ID: "the console waits for its START and tells no speed yet; start a workout at the console",
    State.ERROR: "the console reports a fault of its own; see the message on its display",
    State.MANUAL: "the console is in manual mode and keeps its speed to itself; start a CSAFE or network workout at "
    "the console if it has one, or see docs/treadmills.md for the opt-in session mode",
    State.OFFLINE: "the console is offline and keeps its speed to itself; switch its port to CSAFE in its set-up menu, "
    "or see docs/treadmills.md",
}
REFUSALS: Mapping[Previous, str] = {
    Previous.REJECTED: "the console rejects the question in its present state",
    Previous.DAMAGED: "the question arrived damaged",
    Previous.NOT_READY: "the console is not ready to answer",
}
BELT: Mapping[State | None, BeltStatus] = {
    State.IN_USE: BeltStatus.RUNNING,
    State.PAUSED: BeltStatus.STOPPED,
    State.FINISHED: BeltStatus.STOPPED,
}


class Csafe:
    """A reader of CSAFE. With `overhears` it only listens, and takes no other master's question for a status."""

    name = "csafe"
    line = Line(baud=9600)
    safe_tx = frozenset({ASK_SPEED_AND_INCLINE, ASK_STATE})

    def __init__(self, *, incline_in_tenths: bool = False, overhears: bool = False) -> None:
        self._incline_in_tenths = incline_in_tenths
        self._overhears = overhears
        self.begin()

    def begin(self) -> None:
        """Forget what stood behind the port before."""
        self._frames = FrameFinder()
        self._rounds_without_figures = 0
        self._state: State | None = None

    def poll(self) -> tuple[Request, ...]:
        """Speed and incline in one frame; and when no figures come, every second time the state.

        Not every time: with two frames a round each answer to the first would have the same toggle, and a console that
        stuffs its checksum wrongly for that toggle alone would never be understood again.
        """
        self._rounds_without_figures += 1
        questions = [ASK_SPEED_AND_INCLINE]
        if self._rounds_without_figures > PATIENT_ROUNDS and self._rounds_without_figures % 2:
            questions.append(ASK_STATE)
        return tuple(Request(send=question, deadline_s=DEADLINE_S, gap_s=GAP_S) for question in questions)

    def feed(self, data: bytes, at_s: float) -> tuple[Event, ...]:
        """What these bytes tell."""
        events: list[Event] = []
        for found in self._frames.feed(data, at_s):
            if isinstance(found, Stray):
                events.append(Noise(at_s=at_s, data=found.data))
            else:
                events += self._answer(found.data, at_s)
        return tuple(events)

    def _answer(self, contents: bytes, at_s: float) -> list[Event]:
        records = None if not contents else _records(contents[1:])
        if records is None:
            # A frame without contents, or one that ends in mid-record: another master's question.
            return [Noise(at_s=at_s, data=contents)]
        if not records and self._overhears:
            return []
        status = status_of(contents[0])
        self._state = status.state
        if records:
            return self._figures(records, at_s)
        return self._state_only(status, at_s)

    def _figures(self, records: list[tuple[int, bytes]], at_s: float) -> list[Event]:
        events: list[Event] = []
        for command, data in records:
            if command == SPEED:
                events.append(self._speed(data, at_s))
            elif command == INCLINE:
                events.append(self._incline(data, at_s))
        if any(isinstance(event, BeltSample) for event in events):
            self._rounds_without_figures = 0
        return events

    def _speed(self, data: bytes, at_s: float) -> Event:
        if len(data) != VALUE_AND_UNIT:
            return Noise(at_s=at_s, data=data)
        figure, unit = struct.unpack("<HB", data)
        if unit not in KMH_PER_SPEED_UNIT:
            return Withheld(
                at_s=at_s, why=f"the console tells its speed in unit {unit:02X}, which is none of speed; {NOT}"
            )
        speed_kmh = round(figure * KMH_PER_SPEED_UNIT[unit], 2)
        return BeltSample(at_s=at_s, speed_kmh=speed_kmh) if plausible_speed(speed_kmh) else Noise(at_s=at_s, data=data)

    def _incline(self, data: bytes, at_s: float) -> Event:
        if len(data) != VALUE_AND_UNIT:
            return Noise(at_s=at_s, data=data)
        figure, unit = struct.unpack("<hB", data)
        if unit not in PERCENT_PER_INCLINE_UNIT:
            return Noise(at_s=at_s, data=data)
        scale = 0.1 if unit == WHOLE_PERCENT and self._incline_in_tenths else PERCENT_PER_INCLINE_UNIT[unit]
        incline_percent = round(figure * scale, 2)
        if not plausible_incline(incline_percent):
            return Noise(at_s=at_s, data=data)
        return BeltSample(at_s=at_s, incline_percent=incline_percent)

    def _state_only(self, status: Status, at_s: float) -> list[Event]:
        events: list[Event] = []
        if status.previous in REFUSALS:
            events.append(Nak(at_s=at_s, what=REFUSALS[status.previous]))
        if status.state in BELT:
            events.append(BeltStatusSeen(at_s=at_s, status=BELT[status.state]))
        elif status.state is not None:
            events.append(Withheld(at_s=at_s, why=SELF_KEPT[status.state]))
        return events


class CsafeSession(Csafe):
    """CSAFE that also opens a session at the console, for those that keep their speed to themselves otherwise.

    Not read-only: it sends GoIdle to a console that is ready, and GoInUse to one that is idle. Neither sets speed or
    incline, but both change the console's state. Only for an operator who chose it, and saw what the console does.
    """

    name = "csafe-session"
    safe_tx = Csafe.safe_tx | {GO_IDLE, GO_IN_USE}

    def poll(self) -> tuple[Request, ...]:
        """As the reader; and the next step towards a session, once the console itself has told its state."""
        questions = super().poll()
        step = {State.READY: GO_IDLE, State.IDLE: GO_IN_USE, State.HAVE_ID: GO_IN_USE}.get(self._state or State.ERROR)
        self._state = None
        if step is None:
            return questions
        return (*questions, Request(send=step, deadline_s=DEADLINE_S, gap_s=GAP_S))


NOT = "is it a treadmill, and set up as one?"


def status_of(byte: int) -> Status:
    """The meaning of an answer's first byte."""
    number = byte & 0x0F
    return Status(
        state=State(number) if number in list(State) else None,
        previous=Previous(byte & 0x30),
        toggle=bool(byte & 0x80),
    )


def _records(data: bytes) -> list[tuple[int, bytes]] | None:
    records, at = [], 0
    while at < len(data):
        if at + 2 > len(data) or at + 2 + data[at + 1] > len(data):
            return None
        records.append((data[at], data[at + 2 : at + 2 + data[at + 1]]))
        at += 2 + data[at + 1]
    return records
