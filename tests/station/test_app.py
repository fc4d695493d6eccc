"""The station's loop: one reading a second, shown and recorded, and a clean end."""

import asyncio
import logging

import pytest
from station_parts import KnownPeople, MemoryLog, ScriptedDevice, ScriptedScreen, SteppingClock

from station.app import SUMMARY_SHOWN_S, Station
from station.coach.coaching import after, begin
from station.intents import Intent
from station.language import Language
from station.moment import Moment, StoreState, StrapState
from station.ports import BeltSample, HeartRateSample, SessionState, Sound
from station.question import Question
from station.staff.mode import Mode
from station.training.patient import Patient
from station.training.prescription import Phase, Prescription
from station.training.reading import Press, Reading
from station.training.zones import ZoneState
from station.visit import Step

SHORT = Patient(
    hr_max_bpm=180,
    prescription=Prescription(warm_up_s=10, intervals=1, interval_s=10, recovery_s=5, cool_down_s=5),
)


class Room:
    """A station with scripted devices, of which the belt moves from the fifth second on, to a given second."""

    def __init__(
        self,
        *,
        belt_stops_s: float = 1e9,
        presses: dict[int, Intent] | None = None,
        sessions: MemoryLog | None = None,
        patient: Patient = SHORT,
        sound: Sound | None = None,
    ) -> None:
        clock = SteppingClock()
        self.screen = ScriptedScreen(presses)
        self.sessions = sessions or MemoryLog()
        self.people = KnownPeople.one(patient, before_in_zone_s=600.0)

        def belt(second: float) -> BeltSample:
            moving = 5 <= second < belt_stops_s
            return BeltSample(at_s=1000.0 + second, speed_kmh=5.0 if moving else 0.0, incline_percent=2.0)

        def strap(second: float) -> HeartRateSample:
            return HeartRateSample(at_s=1000.0 + second, heart_rate_bpm=120, contact=True)

        self.station = Station(
            people=self.people,
            clock=clock,
            sound=sound,
            strap=ScriptedDevice(clock, strap),
            treadmill=ScriptedDevice(clock, belt),
            sessions=self.sessions,
            screen=self.screen,
        )

    @property
    def phases(self) -> list[Phase]:
        return list(dict.fromkeys(moment.session.phase for moment in self.screen.moments))


def test_a_session_begins_with_the_belt_and_is_recorded_to_its_end() -> None:
    room = Room()

    came_to = asyncio.run(room.station.run(once=True))

    assert came_to.session.phase is Phase.FINISHED
    assert room.phases == [Phase.READY, Phase.WARM_UP, Phase.INTERVAL, Phase.COOL_DOWN, Phase.FINISHED]
    assert room.sessions.opened == ["K-1"]
    assert [second.reading.at_s for second in room.sessions.seconds] == [1005.0 + n for n in range(26)]
    assert [state for state, _ in room.sessions.closed] == [SessionState.CLOSED]


def test_what_is_recorded_folds_to_what_was_shown() -> None:
    room = Room()

    came_to = asyncio.run(room.station.run(once=True))

    core = begin(SHORT)
    for second in room.sessions.seconds:
        core = after(core, second.reading)
    assert core == came_to


def test_quitting_in_mid_session_ends_it_cleanly_and_keeps_it() -> None:
    room = Room(presses={12: Intent.QUIT})

    came_to = asyncio.run(room.station.run())

    assert came_to.session.phase is Phase.STOPPED
    assert len(room.sessions.closed) == 1
    assert room.sessions.seconds[-1].phase is Phase.STOPPED


def test_quitting_before_the_belt_moves_records_nothing() -> None:
    room = Room(presses={2: Intent.QUIT})

    asyncio.run(room.station.run())

    assert room.sessions.opened == []


@pytest.mark.parametrize("answer", [Intent.STOP, Intent.OK, None])
def test_stop_in_the_warm_up_is_asked_about_and_no_answer_is_a_yes(answer: Intent | None) -> None:
    room = Room(presses={8: Intent.STOP, **({9: answer} if answer else {})})

    came_to = asyncio.run(room.station.run(once=True))

    assert any(moment.asked.question is Question.STOP for moment in room.screen.moments)
    assert came_to.session.phase is Phase.STOPPED
    assert [facts["by"] for kind, facts in room.sessions.events if kind == "stop"] == ["yes" if answer else "nobody"]


def test_whoever_answers_no_trains_on() -> None:
    room = Room(presses={8: Intent.STOP, 9: Intent.BACK})

    assert asyncio.run(room.station.run(once=True)).session.phase is Phase.FINISHED


def test_stop_ends_an_interval_at_once() -> None:
    room = Room()
    room.screen.presses_when(lambda moment: moment.session.phase is Phase.INTERVAL, Intent.STOP)

    came_to = asyncio.run(room.station.run(once=True))

    assert came_to.session.phase is Phase.STOPPED
    assert room.phases[-1] is Phase.STOPPED
    assert not any(moment.asked.question is Question.STOP for moment in room.screen.moments)


def test_language_goes_round() -> None:
    room = Room(presses={2: Intent.LANGUAGE, 4: Intent.BACK, 7: Intent.QUIT})

    asyncio.run(room.station.run())

    languages = [moment.language for moment in room.screen.moments]
    assert list(dict.fromkeys(languages)) == [Language.BOKMAL, Language.ENGLISH, Language.NYNORSK]


def test_a_key_is_seen_at_once() -> None:
    room = Room(presses={2: Intent.OK, 4: Intent.QUIT})

    asyncio.run(room.station.run())

    assert [moment.reading.at_s for moment in room.screen.moments[1:3]] == [1001.0, 1001.0]
    assert room.screen.moments[2].visit.begun


def test_who_has_just_said_that_she_is_not_well_is_led_through_an_easy_walk_only() -> None:
    room = Room(presses={2: Intent.OK, 4: Intent.OK, 5: Intent.BACK, 30: Intent.QUIT})

    asyncio.run(room.station.run())

    before = [moment for moment in room.screen.moments if moment.session.phase is Phase.READY]
    walking = room.screen.moments[-3]
    assert before[-1].visit.step is Step.UNWELL
    assert walking.session.phase is Phase.WARM_UP
    assert walking.session.prescription.intervals == 0
    assert walking.patient.treadmill.incline_max_percent <= 4.0


def test_who_takes_the_answer_back_trains_as_prescribed() -> None:
    room = Room(presses={2: Intent.OK, 4: Intent.OK, 5: Intent.BACK, 6: Intent.BACK, 30: Intent.QUIT})

    asyncio.run(room.station.run())

    assert any(moment.visit.step is Step.UNWELL for moment in room.screen.moments)
    assert room.screen.moments[-3].session.prescription == SHORT.prescription


def test_easier_today_reaches_the_reading_and_the_log() -> None:
    room = Room(presses={12: Intent.MINUS, 13: Intent.OK})

    asyncio.run(room.station.run(once=True))

    assert [second.reading.pressed for second in room.sessions.seconds if second.reading.pressed] == [(Press.EASIER,)]
    assert ("easier_today", {}) in room.sessions.events


def test_the_effort_is_asked_for_and_the_answer_is_in_one_reading() -> None:
    patient = Patient(
        hr_max_bpm=180,
        recovery_incline_percent=2.0,
        prescription=Prescription(warm_up_s=10, intervals=2, interval_s=10, recovery_s=60, cool_down_s=5),
    )
    room = Room(patient=patient, presses={5 + 10 + 10 + 20: Intent.MINUS})

    asyncio.run(room.station.run(once=True))

    assert ("asked", {"question": "effort"}) in room.sessions.events
    assert [s.reading.effort_borg for s in room.sessions.seconds if s.reading.effort_borg] == [13]


def test_what_was_said_aloud_is_in_the_log() -> None:
    class Voice:
        def hear(self, moment: Moment) -> str | None:
            return "cue.hold" if moment.session.phase is Phase.INTERVAL else None

    room = Room(sound=Voice())

    asyncio.run(room.station.run(once=True))

    assert ("said", {"sentence": "cue.hold", "language": "nb"}) in room.sessions.events


def test_the_summary_gives_way_when_somebody_is_done_with_it_and_the_belt_stands() -> None:
    # 4 readings before the belt moves, 26 of the session; OK is pressed while the belt runs, and again when it stands.
    room = Room(belt_stops_s=45, presses={34: Intent.OK, 55: Intent.OK, 58: Intent.QUIT})

    asyncio.run(room.station.run())

    shown = [moment.session.phase for moment in room.screen.moments]
    assert shown[54] is Phase.FINISHED
    assert shown[56] is Phase.READY
    assert room.screen.moments[40].heart_rate_curve[0] == (0.0, 120)


def test_the_summary_gives_way_by_itself_after_two_minutes() -> None:
    room = Room(belt_stops_s=40, presses={int(SUMMARY_SHOWN_S) + 60: Intent.QUIT})

    asyncio.run(room.station.run())

    assert room.screen.moments[-1].session.phase is Phase.READY


def test_a_failing_disk_is_shown_and_told_once_and_the_session_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    room = Room(sessions=MemoryLog(breaks_at=3))

    with caplog.at_level(logging.ERROR):
        came_to = asyncio.run(room.station.run(once=True))

    assert came_to.session.phase is Phase.FINISHED
    assert room.screen.moments[-1].store is StoreState.NOT_STORED
    assert len([record for record in caplog.records if record.levelno == logging.ERROR]) == 1


def test_the_system_log_has_no_code_and_no_pulse(caplog: pytest.LogCaptureFixture) -> None:
    room = Room()

    with caplog.at_level(logging.DEBUG):
        asyncio.run(room.station.run(once=True))

    said = " ".join(record.getMessage() for record in caplog.records)
    assert "phase: warm_up -> interval" in said
    assert "K-1" not in said
    assert "120" not in said


def test_a_session_broken_off_is_taken_up_again_in_recovery() -> None:
    readings = [Reading(at_s=900.0 + n, heart_rate_bpm=120, speed_kmh=5.0, incline_percent=2.0) for n in range(15)]
    two = Patient(hr_max_bpm=180, prescription=Prescription(warm_up_s=10, intervals=2, interval_s=60))
    core = begin(two)
    for reading in readings:
        core = after(core, reading)
    assert core.session.phase is Phase.INTERVAL
    room = Room(presses={3: Intent.QUIT})

    room.station.resume(core, ((0.0, 118), (5.0, 120)), code="K-1", mode=Mode.FULL)
    asyncio.run(room.station.run())

    assert room.screen.moments[0].session.phase is Phase.RECOVERY
    assert room.sessions.opened == []
    assert room.sessions.seconds[0].reading.resumed
    assert room.screen.moments[-1].heart_rate_curve[:2] == ((0.0, 118), (5.0, 120))


def test_a_device_task_that_dies_ends_the_station() -> None:
    class Dying:
        async def run(self, report: object) -> None:
            del report
            message = "unexpected"
            raise RuntimeError(message)

    room = Room()
    clock = SteppingClock()
    station = Station(
        people=KnownPeople.one(SHORT),
        clock=clock,
        strap=Dying(),
        treadmill=ScriptedDevice(clock, lambda _second: None),
        sessions=room.sessions,
    )

    with pytest.raises(ExceptionGroup, match="TaskGroup"):
        asyncio.run(station.run())


def test_watchers_see_every_moment() -> None:
    room = Room()
    seen: list[Moment] = []
    clock = SteppingClock()
    station = Station(
        people=KnownPeople.one(SHORT),
        clock=clock,
        strap=ScriptedDevice(clock, lambda _second: None),
        treadmill=ScriptedDevice(clock, lambda second: BeltSample(at_s=1000.0 + second, speed_kmh=4.0)),
        sessions=room.sessions,
        watchers=(seen.append,),
    )

    asyncio.run(station.run(once=True))

    assert seen[-1].session.phase is Phase.FINISHED
    assert {moment.strap for moment in seen} == {StrapState.SEARCHING}


def test_one_session_is_one_session_however_long_its_summary_is_shown() -> None:
    room = Room(belt_stops_s=40)

    came_to = asyncio.run(room.station.run(once=True, linger_s=3 * SUMMARY_SHOWN_S))

    assert came_to.session.phase is Phase.FINISHED
    assert room.sessions.opened == ["K-1"]
    assert room.screen.moments[-1].session.phase is Phase.FINISHED


def test_the_summary_says_when_the_session_has_been_sent() -> None:
    room = Room()
    asyncio.run(room.station.run(once=True, linger_s=6.0))
    assert room.screen.moments[-1].store is StoreState.STORED

    room = Room()
    room.people.sent = True
    asyncio.run(room.station.run(once=True, linger_s=6.0))

    assert room.screen.moments[-1].store is StoreState.SENT


def test_a_pause_of_the_belt_takes_no_room_on_the_curve() -> None:
    room = Room(belt_stops_s=12, presses={100: Intent.STOP})

    asyncio.run(room.station.run(once=True))

    assert [second for second, _ in room.screen.moments[-1].heart_rate_curve] == [0.0, 5.0]


def test_a_new_heart_rate_is_seen_before_the_second_is_over_and_recorded_with_the_next() -> None:
    clock, screen, sessions = SteppingClock(), ScriptedScreen(), MemoryLog()

    def belt(second: float) -> BeltSample:
        return BeltSample(at_s=1000.0 + second, speed_kmh=5.0 if second >= 1 else 0.0, incline_percent=2.0)

    def strap(second: float) -> HeartRateSample:
        # In the warm-up, with a zone of 108-126 bpm.
        return HeartRateSample(at_s=1000.0 + second, heart_rate_bpm=130 if second >= 4 else 120, contact=True)

    station = Station(
        people=KnownPeople.one(SHORT),
        clock=clock,
        strap=ScriptedDevice(clock, strap),
        treadmill=ScriptedDevice(clock, belt),
        sessions=sessions,
        screen=screen,
    )
    asyncio.run(station.run(once=True))

    first = next(number for number, moment in enumerate(screen.moments) if moment.reading.heart_rate_bpm == 130)
    early, counted = screen.moments[first : first + 2]
    assert early.session == screen.moments[first - 1].session
    assert early.zone_state is ZoneState.ABOVE
    assert counted.session.at_s == early.reading.at_s
    assert [second.reading.heart_rate_bpm for second in sessions.seconds][:4] == [120, 120, 120, 130]
