"""The core as a filter: one reading as a JSON object a line in, one JSON answer a line out, at once.

It is the pure core and nothing else, so that anyone can drive the coach from another simulator, a spreadsheet
or a recorded session. A line that is no reading is answered by an error object, and the session goes on.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import msgspec

from station.coach.coaching import Coaching, after
from station.training.advice import Advice
from station.training.reading import Press, Reading

LONGEST_LINE = 100_000
LONGEST_GAP_S = 86_400.0
BELIEVABLE_BPM = (20, 250)
"""A heart rate outside this is no heart rate: the reading counts as silent."""


class Line(msgspec.Struct, frozen=True):
    """One line in. Only the time is needed; what is left out is silent."""

    at_s: Annotated[float, msgspec.Meta(ge=-1e12, le=1e12)]
    heart_rate_bpm: float | None = None
    speed_kmh: Annotated[float, msgspec.Meta(ge=-50, le=50)] | None = None
    incline_percent: Annotated[float, msgspec.Meta(ge=-50, le=50)] | None = None
    contact: bool | None = None
    rr_ms: list[float] = []
    pressed: list[Press] = []
    effort_borg: Annotated[int, msgspec.Meta(ge=6, le=20)] | None = None


_decoder = msgspec.json.Decoder(Line)
_encoder = msgspec.json.Encoder()


def answers(coaching: Coaching, lines: Iterable[bytes]) -> Iterator[tuple[Coaching, bytes]]:
    """For each line in, the core after it and the line out (without line end). Blank lines have no answer."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            reading = _reading(line, coaching)
        except ValueError as error:
            yield coaching, _encoder.encode({"error": str(error), "line": number})
            continue
        coaching = after(coaching, reading)
        yield coaching, _encoder.encode(_answer(coaching, reading))


def _reading(line: bytes, coaching: Coaching) -> Reading:
    if len(line) > LONGEST_LINE:
        message = f"a reading is one short line, not {len(line)} bytes; send one JSON object a line"
        raise ValueError(message)
    try:
        said = _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"not a reading: {error}; send one JSON object a line with at_s and what the devices say"
        raise ValueError(message) from error
    newest_s = coaching.session.at_s
    if newest_s is not None and not newest_s < said.at_s <= newest_s + LONGEST_GAP_S:
        message = (
            f"at_s must rise, by a day at most: {said.at_s:g} comes after {newest_s:g}; send readings in time order"
        )
        raise ValueError(message)
    return Reading(
        at_s=said.at_s,
        heart_rate_bpm=_believable(said.heart_rate_bpm),
        speed_kmh=None if said.speed_kmh is None else abs(said.speed_kmh),
        incline_percent=said.incline_percent,
        contact=said.contact,
        rr_ms=tuple(said.rr_ms),
        pressed=tuple(said.pressed),
        effort_borg=said.effort_borg,
    )


def _believable(heart_rate_bpm: float | None) -> int | None:
    if heart_rate_bpm is None or not BELIEVABLE_BPM[0] <= heart_rate_bpm <= BELIEVABLE_BPM[1]:
        return None
    return round(heart_rate_bpm)


def _answer(coaching: Coaching, reading: Reading) -> dict[str, Any]:
    session = coaching.session
    if session.prescription.strength is not None:
        return _answer_in_sets(coaching, reading)
    return {
        "at_s": reading.at_s,
        "phase": session.phase,
        "interval": session.interval,
        "phase_elapsed_s": round(session.phase_elapsed_s, 3),
        "phase_left_s": round(session.phase_left_s, 3),
        "zone_bpm": session.prescription.zone(session.phase).beats(coaching.patient.hr_max_bpm),
        "zone_state": coaching.zone_state,
        "advice": None if coaching.advice is None else _advice(coaching.advice),
        "cue": coaching.cue,
        "in_zone_s": round(coaching.tally.in_zone_s, 3),
    }


def _answer_in_sets(coaching: Coaching, reading: Reading) -> dict[str, Any]:
    session = coaching.session
    return {
        "at_s": reading.at_s,
        "phase": session.phase,
        "set": session.interval,
        "phase_elapsed_s": round(session.phase_elapsed_s, 3),
        "phase_left_s": round(session.phase_left_s, 3),
        "load_kg": session.lifting.load_kg,
        "repetitions": session.lifting.repetitions,
        "cue": coaching.cue,
    }


def _advice(advice: Advice) -> dict[str, Any]:
    said: dict[str, Any] = {
        "incline_percent": advice.incline_percent,
        "speed_kmh": advice.speed_kmh,
        "reason": advice.reason,
        "since_s": advice.since_s,
    }
    if advice.prediction is not None:
        said["predicted_bpm"] = [round(bpm, 1) for bpm in advice.prediction.mean_bpm]
        said["predicted_sd_bpm"] = [round(bpm, 1) for bpm in advice.prediction.sd_bpm]
        said["predicted_after_s"] = advice.prediction.after_s
    if advice.confidence is not None:
        said["confidence"] = round(advice.confidence, 2)
    return said
