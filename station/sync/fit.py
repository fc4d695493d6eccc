"""A session as a FIT activity file, for the programs that therapists and patients already have.

A derived export, never the log: FIT knows neither advice nor its reasons. Laps carry the phase as an intensity,
records the belt's grade, `hrv` messages the RR intervals in milliseconds. There is no patient in it.
"""

from collections.abc import Iterator
from itertools import pairwise
from uuid import UUID

from fit_tool.data_message import DataMessage
from fit_tool.fit_file_builder import FitFileBuilder
from fit_tool.fit_file_header import FitFileHeader
from fit_tool.profile.messages.activity_message import ActivityMessage
from fit_tool.profile.messages.device_info_message import DeviceInfoMessage
from fit_tool.profile.messages.event_message import EventMessage
from fit_tool.profile.messages.file_id_message import FileIdMessage
from fit_tool.profile.messages.hrv_message import HrvMessage
from fit_tool.profile.messages.lap_message import LapMessage
from fit_tool.profile.messages.record_message import RecordMessage
from fit_tool.profile.messages.session_message import SessionMessage
from fit_tool.profile.profile_type import (
    Activity,
    Event,
    EventType,
    FileType,
    Intensity,
    LapTrigger,
    Manufacturer,
    Sport,
    SubSport,
)
from fit_tool.utils.crc import crc16

from station.store.kept import StoredSecond
from station.sync.fit_sets import set_messages
from station.sync.whole import Lap, WholeSession
from station.training.prescription import Phase

FILE_NAME = "session.fit"
RR_A_MESSAGE = 5
NO_RR_S = 65.535
"""How an `hrv` message says that it holds fewer intervals than it has room for."""
RUNS_FROM_KMH = 7.0
LONGEST_RR_MS = 65_534.0

# A local number for each kind of message: with one for all, the encoder would repeat each definition.
_RECORD, _HRV, _LAP, _REST = 0, 1, 2, 3
_INTENSITIES = {
    Phase.WARM_UP: Intensity.WARMUP,
    Phase.INTERVAL: Intensity.INTERVAL,
    Phase.RECOVERY: Intensity.RECOVERY,
    Phase.SET: Intensity.ACTIVE,
    Phase.REST: Intensity.REST,
    Phase.COOL_DOWN: Intensity.COOLDOWN,
}


def fit_file(whole: WholeSession) -> bytes:
    """The session as the bytes of a FIT file; the same session gives the same bytes. Takes seconds on a Pi.

    Each message is written as soon as it is made: kept until the end, those of an hour would fill 130 MB.
    """
    builder, body = FitFileBuilder(), bytearray()
    for message in _messages(whole):
        builder.add(message)
        for record in builder.records:  # a definition may have come before the message
            body += record.to_bytes()
        builder.records.clear()
    file = bytes(FitFileHeader(records_size=len(body)).to_bytes() + body)
    return file + int(crc16(file)).to_bytes(2, "little")


def _messages(whole: WholeSession) -> Iterator[DataMessage]:
    metres = _metres(whole.seconds)
    yield _file_id(whole)
    yield _station(whole)
    yield _timer(whole, whole.figures.first_at_s, EventType.START)
    done = 0
    for number, lap in enumerate(whole.laps()):
        for second in lap.seconds:
            yield _record(whole, second, metres[done])
            yield from _rr(second)
            done += 1
        yield _lap(whole, lap, number, metres[done - len(lap.seconds) : done])
    if whole.lifted is not None:
        yield from set_messages(whole, whole.lifted)
    yield _timer(whole, whole.figures.last_at_s, EventType.STOP_ALL)
    yield _session(whole, metres[-1])
    yield _activity(whole)


def _file_id(whole: WholeSession) -> DataMessage:
    message = FileIdMessage(local_id=_REST)
    message.type = FileType.ACTIVITY
    message.manufacturer = Manufacturer.DEVELOPMENT.value
    message.product = 0
    message.serial_number = UUID(whole.header.id).int & 0xFFFFFFFF or 1
    message.time_created = _ms(whole, whole.figures.first_at_s)
    return message


def _station(whole: WholeSession) -> DataMessage:
    message = DeviceInfoMessage(local_id=_REST)
    message.timestamp = _ms(whole, whole.figures.first_at_s)
    message.manufacturer = Manufacturer.DEVELOPMENT.value
    message.product = 0
    return message


def _timer(whole: WholeSession, at_s: float, kind: EventType) -> DataMessage:
    message = EventMessage(local_id=_REST)
    message.timestamp = _ms(whole, at_s)
    message.event = Event.TIMER
    message.event_type = kind
    return message


def _record(whole: WholeSession, second: StoredSecond, metres: float) -> DataMessage:
    reading = second.reading
    message = RecordMessage(local_id=_RECORD)
    message.timestamp = _ms(whole, reading.at_s)
    message.distance = round(metres, 2)
    if reading.heart_rate_bpm is not None and reading.heart_rate_bpm < 255:  # noqa: PLR2004  # FIT's "invalid"
        message.heart_rate = reading.heart_rate_bpm
    if reading.speed_kmh is not None:
        message.enhanced_speed = round(reading.speed_kmh / 3.6, 3)
    if reading.incline_percent is not None:
        message.grade = round(reading.incline_percent, 2)
    return message


def _rr(second: StoredSecond) -> Iterator[DataMessage]:
    intervals = [round(ms) / 1000 for ms in second.reading.rr_ms if 0 < ms <= LONGEST_RR_MS]
    for first in range(0, len(intervals), RR_A_MESSAGE):
        part = intervals[first : first + RR_A_MESSAGE]
        message = HrvMessage(local_id=_HRV)
        message.time = part + [NO_RR_S] * (RR_A_MESSAGE - len(part))
        yield message


def _lap(whole: WholeSession, lap: Lap, number: int, metres: list[float]) -> DataMessage:
    message = LapMessage(local_id=_LAP)
    first, last = lap.seconds[0], lap.seconds[-1]
    message.message_index = number
    message.timestamp = _ms(whole, lap.end_at_s)
    message.start_time = _ms(whole, first.reading.at_s)
    message.total_elapsed_time = message.total_timer_time = _length_s(first.reading.at_s, lap.end_at_s)
    message.total_distance = round(metres[-1] - metres[0], 2)
    message.event, message.event_type = Event.LAP, EventType.STOP
    message.intensity = _INTENSITIES.get(Phase(lap.phase), Intensity.OTHER)
    message.lap_trigger = LapTrigger.SESSION_END if last is whole.seconds[-1] else LapTrigger.TIME
    _beats(message, lap.seconds)
    inclines = [s.reading.incline_percent for s in lap.seconds if s.reading.incline_percent is not None]
    if inclines:
        message.avg_grade = round(sum(inclines) / len(inclines), 2)
    return message


def _session(whole: WholeSession, metres: float) -> DataMessage:
    message = SessionMessage(local_id=_REST)
    speeds = [s.reading.speed_kmh for s in whole.seconds if s.phase == Phase.INTERVAL and s.reading.speed_kmh]
    runs = bool(speeds) and sum(speeds) / len(speeds) >= RUNS_FROM_KMH
    message.message_index = 0
    message.timestamp = _ms(whole, whole.figures.last_at_s)
    message.start_time = _ms(whole, whole.figures.first_at_s)
    message.event, message.event_type = Event.SESSION, EventType.STOP
    message.sport, message.sub_sport = (Sport.RUNNING if runs else Sport.WALKING), SubSport.TREADMILL
    if whole.lifted is not None:
        message.sport, message.sub_sport = Sport.TRAINING, SubSport.STRENGTH_TRAINING
    message.total_elapsed_time = message.total_timer_time = _length_s(whole.figures.first_at_s, whole.figures.last_at_s)
    message.total_distance = round(metres, 2)
    message.first_lap_index, message.num_laps = 0, len(list(whole.laps()))
    _beats(message, whole.seconds)
    return message


def _activity(whole: WholeSession) -> DataMessage:
    message = ActivityMessage(local_id=_REST)
    message.timestamp = _ms(whole, whole.figures.last_at_s)
    message.total_timer_time = _length_s(whole.figures.first_at_s, whole.figures.last_at_s)
    message.num_sessions = 1
    message.type = Activity.MANUAL
    message.event, message.event_type = Event.ACTIVITY, EventType.STOP
    return message


def _beats(message: LapMessage | SessionMessage, seconds: tuple[StoredSecond, ...]) -> None:
    beats = [s.reading.heart_rate_bpm for s in seconds if s.reading.heart_rate_bpm is not None]
    if beats:
        message.avg_heart_rate = min(254, round(sum(beats) / len(beats)))
        message.max_heart_rate = min(254, max(beats))


def _length_s(start_s: float, end_s: float) -> float:
    return max(0.0, round(end_s - start_s, 3))


def _metres(seconds: tuple[StoredSecond, ...]) -> list[float]:
    """How far the belt had gone at each second; while it is silent it is not reckoned on."""
    gone = [0.0]
    for before, after in pairwise(seconds):
        passed_s = max(0.0, after.reading.at_s - before.reading.at_s)
        gone.append(gone[-1] + passed_s * (before.reading.speed_kmh or 0.0) / 3.6)
    return gone


def _ms(whole: WholeSession, at_s: float) -> int:
    """The wall time in whole seconds, as milliseconds since 1970: FIT knows no fractions of a second here."""
    return round(whole.wall(at_s).timestamp()) * 1000
