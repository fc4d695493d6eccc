"""Time, real and fast."""

import asyncio
import threading
import time

import pytest

from station.clock import FastClock, RealClock


def test_the_real_clock_follows_the_machine() -> None:
    clock = RealClock()
    before_s = clock.now_s()

    clock.wait(0.01)
    asyncio.run(clock.sleep(0.01))
    asyncio.run(clock.sleep_until(before_s + 0.03))
    asyncio.run(clock.sleep_until(before_s))

    assert clock.now_s() - before_s >= 0.03
    assert clock.real_s(2.5) == 2.5
    assert clock.wall().tzinfo is not None


def test_a_fast_clock_starts_at_zero_and_runs_ahead_of_the_machine() -> None:
    clock = FastClock(1000)
    before_s = time.monotonic()

    asyncio.run(clock.sleep(10))
    clock.wait(10)

    assert clock.now_s() >= 20
    assert time.monotonic() - before_s < 10
    assert clock.real_s(10) == 0.01


def held(rate: float) -> tuple[FastClock, float]:
    """A fast clock whose ticker has begun: its time stands still until it is asked to go on."""
    clock = FastClock(rate)
    asyncio.run(clock.sleep_until(0))
    return clock, clock.now_s()


def test_simulated_time_never_passes_the_instant_the_ticker_waits_for() -> None:
    clock, start_s = held(1000)

    asyncio.run(clock.sleep_until(start_s + 5))
    clock.wait(50)

    assert clock.now_s() == start_s + 5


def test_no_simulated_second_is_lost_when_the_machine_is_slow() -> None:
    (clock, start_s), seen = held(1000), []

    async def tick_slowly() -> None:
        for second in range(1, 6):
            await clock.sleep_until(start_s + second)
            seen.append(clock.now_s() - start_s)
            clock.wait(20)  # the loop is held up for twenty simulated seconds

    asyncio.run(tick_slowly())

    assert seen == pytest.approx([1, 2, 3, 4, 5])


def test_a_late_ticker_still_leaves_each_second_half_of_its_time() -> None:
    clock, start_s = held(10)

    async def tick() -> float:
        await clock.sleep_until(start_s + 1)
        clock.wait(5)
        before_s = time.monotonic()
        await clock.sleep_until(start_s + 2)
        return time.monotonic() - before_s

    assert asyncio.run(tick()) >= 0.049


def test_asking_for_an_instant_that_has_passed_turns_nothing_back() -> None:
    clock, start_s = held(1000)

    asyncio.run(clock.sleep_until(start_s + 5))
    asyncio.run(clock.sleep_until(start_s + 3))

    assert clock.now_s() == start_s + 5


def test_time_goes_forward_as_seen_from_another_thread() -> None:
    clock, seen, stop = FastClock(500), [], threading.Event()

    def watch() -> None:
        while not stop.is_set():
            seen.append(clock.now_s())

    async def tick() -> None:
        for second in range(1, 20):
            await clock.sleep_until(second)

    watcher = threading.Thread(target=watch)
    watcher.start()
    asyncio.run(tick())
    stop.set()
    watcher.join()

    assert seen == sorted(seen)


def test_a_fast_clock_can_go_on_where_another_left_off() -> None:
    clock = FastClock(1, start_s=500)

    assert 500 <= clock.now_s() < 600


def test_the_wall_moves_on_by_the_simulated_seconds() -> None:
    clock, start_s = held(1000)
    started = clock.wall()

    asyncio.run(clock.sleep_until(start_s + 60))

    assert (clock.wall() - started).total_seconds() == pytest.approx(60)


@pytest.mark.parametrize("rate", [0, -1, float("inf"), float("nan")])
def test_a_rate_that_is_none_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        FastClock(rate)
