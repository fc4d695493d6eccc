"""When two advices ask the patient for the same."""

from station.training.advice import Advice, Reason


def advice(incline: float | None, speed: float | None = None, *, since_s: float = 0.0) -> Advice:
    return Advice(incline_percent=incline, speed_kmh=speed, reason=Reason.IN_ZONE, since_s=since_s)


def test_the_same_load_again_is_the_same_advice() -> None:
    assert advice(5.0).same_load(advice(5.0, since_s=99))


def test_another_incline_or_speed_is_another_advice() -> None:
    assert not advice(5.0).same_load(advice(5.5))
    assert not advice(5.0).same_load(advice(5.0, 4.5))


def test_no_advice_asks_for_nothing() -> None:
    assert not advice(None).same_load(None)
