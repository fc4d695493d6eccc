import json
from dataclasses import replace

import pytest
from coach_people import QUIET, coached, usual_session, walker

from station.coach.coaching import learnt
from station.coach.memory import Memory, newest_fitting
from station.training.patient import Patient

MEMORY = Memory(
    hr_max_bpm=180,
    beta_blocker=False,
    offset_bpm=80.0,
    gain_bpm_per_ml=4.0,
    running_bpm=0.0,
    covariance=(9.0, -0.2, 0.0, 0.01, 0.0, 40.0),
    lag_weights=(1 / 15,) * 15,
)


def test_a_memory_survives_the_store_as_plain_json() -> None:
    assert Memory.from_dict(json.loads(json.dumps(MEMORY.to_dict()))) == MEMORY


@pytest.mark.parametrize(
    "damage",
    [{"version": 2}, {"gain_bpm_per_ml": "4"}, {"covariance": [1.0]}, {"offset_bpm": float("nan")}, {"lag_weights": 3}],
)
def test_a_record_that_is_damaged_or_of_another_version_is_no_memory(damage: dict[str, object]) -> None:
    assert Memory.from_dict({**MEMORY.to_dict(), **damage}) is None


def test_another_hr_max_or_another_medicine_makes_the_memory_void() -> None:
    same = Patient(hr_max_bpm=181)

    assert newest_fitting([MEMORY], same) is MEMORY
    assert newest_fitting([MEMORY], replace(same, hr_max_bpm=190)) is None
    assert newest_fitting([MEMORY], replace(same, beta_blocker=True)) is None


def test_a_session_teaches_the_incline_that_held_the_zone() -> None:
    person = walker()
    first = usual_session().moments[-1]

    memory = learnt(first)

    assert memory is not None
    assert memory.interval_incline_percent is not None
    assert abs(memory.interval_incline_percent - person.true_start_incline_percent) < 3
    second = coached(person, replace(QUIET, day=1), memories=(memory,))
    assert second.moments[0].advisor.prior == memory
    assert second.outcome.in_zone > 60
