"""Stories beside the leg press, through the station's own keys, clock and log; and the demo as a newcomer meets it."""

import asyncio
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from demo_process import replayed, running, wait_for_seconds
from station_parts import KnownPeople, MemoryLog, ScriptedDevice, ScriptedScreen, SteppingClock
from strength_parts import QUICK, lifter

from drivers.treadmill.absent import NoTreadmill
from station.app import Station
from station.coach.coaching import Lesson, after, begin, lessons_in, outcome
from station.intents import Intent
from station.moment import Moment
from station.ports import Chosen, HeartRateSample, SessionState
from station.store.sessions import Store
from station.training.cue import Cue
from station.training.prescription import Phase
from station.training.strength import Strength
from station.visit import Step

QUICKLY = """
hr_max_bpm = 180
[prescription.strength]
sets = 2
rest_s = 15
one_rm = { kg = 140 }
warm_up = [{ repetitions = 3, percent = 50, rest_s = 10 }]
"""


class Visitor(ScriptedScreen):
    """Somebody who comes and lifts as the story says: so many repetitions set by set, then one more or not."""

    def __init__(
        self,
        repetitions: Sequence[int],
        *,
        one_more: bool = False,
        presses: Callable[[Moment], Intent | None] | None = None,
    ) -> None:
        super().__init__()
        self._repetitions = tuple(repetitions)
        self._one_more = one_more
        self._also = presses
        self._pressed_at_s = -1.0

    def show(self, moment: Moment) -> None:
        self.moments.append(moment)
        if moment.reading.at_s == self._pressed_at_s or self._report is None:
            return
        self._pressed_at_s = moment.reading.at_s
        intent = (self._also and self._also(moment)) or self._does(moment)
        if intent is not None:
            self._report(intent)

    def _does(self, moment: Moment) -> Intent | None:
        session = moment.session
        match session.phase:
            case Phase.READY:
                return Intent.OK
            case Phase.WARM_UP:
                return Intent.PLUS
            case Phase.SET if session.asks_for_one_more:
                return Intent.OK if self._one_more else Intent.BACK
            case Phase.SET:
                able = self._repetitions[session.interval - 1]
                return Intent.OK if session.lifting.repetitions < able else Intent.MINUS
            case _:
                return None


ENOUGH_SEEN_AT_S = 1020.0


class Machine:
    """A station beside a leg press: no treadmill, and a strap only where the story has one."""

    def __init__(
        self,
        visitor: Visitor,
        *,
        strength: Strength = QUICK,
        lessons: Sequence[Lesson] = (),
        heart_rate_bpm: int | None = None,
    ) -> None:
        clock = SteppingClock()
        self.visitor = visitor
        self.sessions = MemoryLog()
        self.patient = lifter(strength)

        def strap(second: float) -> HeartRateSample | None:
            if heart_rate_bpm is None:
                return None
            return HeartRateSample(at_s=1000.0 + second, heart_rate_bpm=heart_rate_bpm, contact=True)

        self.station = Station(
            people=KnownPeople(Chosen(code="K-1", patient=self.patient, lessons=tuple(lessons))),
            clock=clock,
            strap=ScriptedDevice(clock, strap),
            treadmill=NoTreadmill(),
            sessions=self.sessions,
            screen=visitor,
        )

    def trains(self) -> "Machine":
        self.came_to = asyncio.run(self.station.run(once=True))
        return self

    @property
    def summary(self) -> dict[str, object]:
        state, summary = self.sessions.closed[0]
        assert state is SessionState.CLOSED
        assert summary is not None
        return dict(summary)


def test_anne_lifts_4x4_without_a_strap_and_manages_a_fifth() -> None:
    machine = Machine(Visitor([4, 4, 4, 4], one_more=True)).trains()

    assert machine.summary["phase"] == "finished"
    assert [one["repetitions"] for one in machine.summary["sets"]] == [3, 4, 4, 4, 5]  # type: ignore[attr-defined]
    assert (machine.summary["load_kg"], machine.summary["next_kg"]) == (115, 120)
    steps = list(dict.fromkeys(moment.visit.step for moment in machine.visitor.moments))
    assert steps == [Step.IDLE, Step.CHECKS, Step.START]


def test_next_time_the_station_remembers_and_says_five_kilograms_more() -> None:
    first = Machine(Visitor([4, 4, 4, 4], one_more=True)).trains()
    assert first.sessions.learnt is not None
    second = Machine(Visitor([4, 4, 4, 4]), lessons=lessons_in([first.sessions.learnt])).trains()

    assert second.sessions.prior == [first.sessions.learnt]
    assert (second.summary["load_kg"], second.summary["next_kg"], second.summary["next_time"]) == (120, 120, "same")


@pytest.mark.parametrize("leaves", [Intent.BACK, Intent.STOP])
def test_who_has_no_load_is_led_back_to_the_first_page(leaves: Intent) -> None:
    def presses(moment: Moment) -> Intent:
        if moment.reading.at_s >= ENOUGH_SEEN_AT_S:
            return Intent.QUIT
        return leaves if moment.visit.step is Step.START else Intent.OK

    machine = Machine(Visitor([], presses=presses), strength=Strength()).trains()

    steps = [moment.visit.step for moment in machine.visitor.moments]
    after = steps[steps.index(Step.START) :]
    assert after[: after.index(Step.IDLE)] == [Step.START] * after.index(Step.IDLE)
    assert {moment.language for moment in machine.visitor.moments} == {machine.visitor.moments[0].language}


def test_bjorn_fails_and_goes_on_a_step_lighter() -> None:
    machine = Machine(Visitor([4, 2, 4, 4])).trains()

    loads = [one["load_kg"] for one in machine.summary["sets"]]  # type: ignore[attr-defined]
    assert loads == [70, 115, 115, 110, 110]
    assert (machine.summary["next_kg"], machine.summary["next_time"]) == (110, "lighter")


def test_chen_has_pain_and_stops_in_the_second_set() -> None:
    def hurts(moment: Moment) -> Intent | None:
        in_second = moment.session.phase is Phase.SET and moment.session.interval == 2
        return Intent.STOP if in_second and moment.session.lifting.repetitions == 1 else None

    machine = Machine(Visitor([4, 4, 4, 4], presses=hurts)).trains()

    assert machine.came_to.session.phase is Phase.STOPPED
    assert machine.visitor.moments[-1].cue is Cue.YOU_CAME
    assert [one["repetitions"] for one in machine.summary["sets"]] == [3, 4, 1]  # type: ignore[attr-defined]
    assert machine.summary["next_kg"] == 110


def test_dina_wears_a_strap_and_nobody_tells_her_what_her_heart_should_do() -> None:
    machine = Machine(Visitor([4, 4, 4, 4]), heart_rate_bpm=182).trains()

    assert all(second.advice is None and second.veto is None for second in machine.sessions.seconds)
    assert {second.cue for second in machine.sessions.seconds} <= {
        Cue.EASY_SET, Cue.LIFT, Cue.REST, Cue.SET_SOON, Cue.ONE_MORE, Cue.WELL_DONE,
    }  # fmt: skip
    assert machine.summary["peak_bpm"] == 182


def test_a_dot_is_seen_at_once_and_stands_in_the_next_reading() -> None:
    machine = Machine(Visitor([4, 4, 4, 4])).trains()

    dots = [moment for moment in machine.visitor.moments if moment.session.phase is Phase.SET]
    first = next(moment for moment in dots if moment.session.lifting.repetitions == 1)
    before = machine.visitor.moments[machine.visitor.moments.index(first) - 1]
    assert first.reading.at_s == before.reading.at_s


def test_what_was_recorded_folds_to_what_was_shown() -> None:
    machine = Machine(Visitor([4, 4, 3, 4]), heart_rate_bpm=120).trains()

    core = begin(machine.patient)
    for second in machine.sessions.seconds:
        core = after(core, second.reading)

    assert core == machine.came_to
    assert outcome(core) == outcome(machine.came_to)


def demo(data: Path, *options: str) -> list[str]:
    patient = data / "patient.toml"
    patient.write_text(QUICKLY, encoding="utf-8")
    started = [sys.executable, "-m", "station", "demo", "--strength", "--headless", "--data", str(data)]
    return [*started, "--patient", str(patient), *options]


def test_the_demo_lifts_and_says_what_is_next_and_its_log_replays(tmp_path: Path) -> None:
    said = subprocess.run(
        demo(tmp_path, "--speed", "100"), capture_output=True, text=True, check=True, timeout=120
    ).stdout

    assert "set 2 of 2" in said
    assert "Finished after" in said
    assert "Next time" in said
    assert re.search(r"1RM estimated: \d+-\d+ kg", said)
    assert "equals what was stored" in replayed(tmp_path).stdout


def test_a_killed_strength_session_goes_on_with_its_dots(tmp_path: Path) -> None:
    with running(demo(tmp_path, "--speed", "20")) as process:
        wait_for_seconds(tmp_path, 8, Phase.SET)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=30)
    with Store.at(tmp_path) as store:
        before = list(store.seconds(store.sessions()[0].id))

    again = subprocess.run(demo(tmp_path, "--speed", "100"), capture_output=True, text=True, check=True, timeout=120)

    assert "it goes on" in again.stdout
    with Store.at(tmp_path) as store:
        after_it = list(store.seconds(store.sessions()[0].id))
    assert after_it[: len(before)] == before
    assert after_it[len(before)].reading.resumed
    assert after_it[len(before)].phase == before[-1].phase
    assert replayed(tmp_path).returncode == 0
