"""How the simulated person takes advice: late, by half, or not at all."""

from dataclasses import dataclass, replace
from random import Random

import pytest

from drivers.simulated.person import SimulatedPerson
from drivers.simulated.treadmill import SimulatedTreadmill
from station.moment import Moment, StrapState
from station.training.advice import Advice, Reason
from station.training.cue import Cue
from station.training.patient import Patient
from station.training.prescription import Phase, Prescription
from station.training.reading import Reading
from station.training.session import Session
from station.training.zones import ZoneState


@dataclass
class Runner:
    """Someone who runs the intervals and walks between them."""

    usual_speed_kmh: float = 9.0
    warm_up_speed_kmh: float = 6.0
    recovery_speed_kmh: float = 5.0
    follow_fully: float = 1.0
    follow_half: float = 0.0
    reaction_s: float = 4.0


MOMENT = Moment(
    patient=Patient(hr_max_bpm=180),
    session=Session(prescription=Prescription()),
    reading=Reading(at_s=0.0, heart_rate_bpm=150),
    zone_state=ZoneState.IN,
    advice=None,
    cue=Cue.HOLD,
    strap=StrapState.BEATING,
    treadmill_connected=True,
)


def moment(
    phase: Phase,
    advice: Advice | None = None,
    *,
    interval: int = 1,
    heart_rate_bpm: int | None = 150,
) -> Moment:
    return replace(
        MOMENT,
        session=Session(prescription=Prescription(), phase=phase, interval=interval),
        reading=Reading(at_s=0.0, heart_rate_bpm=heart_rate_bpm),
        advice=advice,
    )


def incline(percent: float, reason: Reason = Reason.BELOW_ZONE, since_s: float = 0.0) -> Advice:
    return Advice(incline_percent=percent, reason=reason, since_s=since_s)


def person(runner: Runner | None = None, seed: int = 1) -> SimulatedPerson:
    return SimulatedPerson(runner or Runner(), SimulatedTreadmill(), Random(seed))  # noqa: S311  # a simulation, not a secret


def live(somebody: SimulatedPerson, from_s: float, to_s: float) -> None:
    at_s = from_s
    while at_s <= to_s:
        somebody.step(at_s)
        at_s += 0.25


def test_she_steps_on_and_starts_the_belt_at_her_warm_up_speed() -> None:
    she = person()
    she.sees(moment(Phase.READY, interval=0))

    live(she, 0, 3)
    assert not she.treadmill.running

    live(she, 3, 6)
    assert (she.treadmill.running, she.treadmill.set_speed) == (True, 6.0)


def test_she_runs_the_intervals_and_walks_between_them() -> None:
    she, speeds = person(), []
    she.treadmill.start()

    for start_s, phase in ((0, Phase.WARM_UP), (10, Phase.INTERVAL), (20, Phase.RECOVERY), (30, Phase.COOL_DOWN)):
        she.sees(moment(phase))
        live(she, start_s, start_s + 9)
        speeds.append(she.treadmill.set_speed)

    assert speeds == [6.0, 9.0, 5.0, 5.0]


def test_she_steps_on_again_when_the_station_comes_back_from_a_restart() -> None:
    she = person()
    she.sees(moment(Phase.RECOVERY))

    live(she, 0, 6)

    assert (she.treadmill.running, she.treadmill.set_speed) == (True, 6.0)


def test_she_stops_the_belt_when_the_session_is_over() -> None:
    she = person()
    she.treadmill.start()
    she.sees(moment(Phase.FINISHED))

    live(she, 0, 6)

    assert not she.treadmill.running


def test_advice_is_followed_after_a_while_and_some_button_pressing() -> None:
    she = person()
    she.sees(moment(Phase.INTERVAL, incline(6.0)))

    live(she, 0, 4)
    assert she.treadmill.set_incline == 0

    # 4 s +- 20 % of reaction, 12 presses of a quarter of a second
    live(she, 4, 8)
    assert she.treadmill.set_incline == 6.0


def test_standing_advice_is_made_up_one_s_mind_about_once() -> None:
    he = person(Runner(follow_fully=0.0, follow_half=0.0))

    for second in range(60):
        he.sees(moment(Phase.INTERVAL, incline(6.0, since_s=float(second))))
        live(he, second, second + 1)

    assert he.treadmill.set_incline == 0


def test_half_followed_advice_goes_half_the_way() -> None:
    he = person(Runner(follow_fully=0.0, follow_half=1.0))
    he.sees(moment(Phase.INTERVAL, incline(6.0)))

    live(he, 0, 12)

    assert he.treadmill.set_incline == 3.0


def test_advice_on_speed_is_followed_on_the_speed_buttons() -> None:
    she = person()
    she.treadmill.set_speed_kmh(9.0)
    she.sees(moment(Phase.INTERVAL, Advice(incline_percent=None, speed_kmh=8.5, reason=Reason.ABOVE_ZONE, since_s=0)))

    live(she, 0, 12)

    assert she.treadmill.set_speed == 8.5


def followed(somebody: Runner, advice: Advice, *, heart_rate_bpm: int = 150, prompts_before: int = 0) -> float:
    """The share of 400 people who do what the advice says."""
    count = 0
    for seed in range(400):
        one = person(somebody, seed)
        for number in range(prompts_before):
            one.sees(moment(Phase.INTERVAL, incline(0.5 * (number % 2))))
        live(one, 0, 30)
        one.treadmill.set_incline_percent(2.0)
        one.sees(moment(Phase.INTERVAL, advice, heart_rate_bpm=heart_rate_bpm))
        live(one, 30, 60)
        count += one.treadmill.set_incline == advice.incline_percent
    return count / 400


@pytest.mark.parametrize("reason", [Reason.INTERVAL_SOON, Reason.RECOVERY_LOAD])
def test_the_whistle_is_nearly_always_obeyed(reason: Reason) -> None:
    assert followed(Runner(follow_fully=0.0), incline(6.0, reason)) == pytest.approx(0.97, abs=0.03)


def test_as_many_follow_as_are_said_to() -> None:
    assert followed(Runner(follow_fully=0.88), incline(6.0)) == pytest.approx(0.88, abs=0.05)


def test_fewer_follow_upward_when_it_is_hard_already() -> None:
    # 170 of 180 is 94 %.
    runner = Runner(follow_fully=0.88)

    assert followed(runner, incline(6.0), heart_rate_bpm=170) < 0.65
    assert followed(runner, incline(1.0), heart_rate_bpm=170) == pytest.approx(0.88, abs=0.05)


def test_fewer_follow_with_each_prompt_beyond_the_fourth_in_an_interval() -> None:
    runner = Runner(follow_fully=0.88)

    assert followed(runner, incline(6.0), prompts_before=7) == pytest.approx(0.88 * 0.85**4, abs=0.06)


def test_the_same_seed_is_the_same_person() -> None:
    def inclines(seed: int) -> list[float]:
        one, seen = person(Runner(follow_fully=0.5, follow_half=0.2), seed), []
        for number in range(12):
            one.sees(moment(Phase.INTERVAL, incline(2.0 + number % 5)))
            live(one, 10 * number, 10 * number + 9)
            seen.append(one.treadmill.set_incline)
        return seen

    assert inclines(3) == inclines(3)
    assert inclines(3) != inclines(4)
