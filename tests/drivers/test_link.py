"""How drivers tell of their links."""

import logging

import pytest

from drivers.link import LinkTeller
from station.clock import RealClock
from station.ports import Link, LinkState


class HandClock(RealClock):
    """A clock that is moved by hand."""

    at_s = 100.0

    def now_s(self) -> float:
        return self.at_s


def teller(told: list[Link]) -> tuple[LinkTeller, HandClock]:
    clock = HandClock()
    return LinkTeller("strap", clock, told.append), clock


def test_nothing_is_told_twice() -> None:
    told: list[Link] = []
    link, _ = teller(told)

    for _ in range(3):
        link.searching("looking")
    for _ in range(3):
        link.connected()
    for _ in range(3):
        link.lost("gone")

    assert [news.state for news in told] == [LinkState.SEARCHING, LinkState.CONNECTED, LinkState.LOST]


def test_a_lost_device_stays_lost_while_it_is_looked_for() -> None:
    told: list[Link] = []
    link, _ = teller(told)
    link.connected()

    link.searching("out of reach")
    link.searching("looking")

    assert told[1:] == [Link(state=LinkState.LOST, detail="out of reach")]


def test_a_trouble_that_staff_can_mend_is_told_also_while_the_device_is_lost() -> None:
    told: list[Link] = []
    link, _ = teller(told)

    link.trouble("switched off")
    link.connected()
    link.lost("gone")
    link.trouble("switched off")

    assert [news.state for news in told] == [
        LinkState.SEARCHING,
        LinkState.CONNECTED,
        LinkState.LOST,
        LinkState.LOST,
    ]
    assert told[-1].detail == "switched off"


def test_a_device_that_is_back_says_how_long_it_was_away(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "motbakke")
    told: list[Link] = []
    link, clock = teller(told)
    link.connected()
    link.lost("gone")

    clock.at_s += 12
    link.connected()

    assert told[-1].detail == "back after 12 s"
    assert [record.levelname for record in caplog.records] == ["INFO", "WARNING", "INFO"]


def test_reasons_that_take_turns_reach_the_log_once_each(caplog: pytest.LogCaptureFixture) -> None:
    told: list[Link] = []
    link, clock = teller(told)

    with caplog.at_level(logging.INFO):
        for _ in range(30):
            clock.at_s += 1
            link.trouble("out of range")
            link.trouble("not recognised")

    assert len(told) == 60
    assert len(caplog.records) == 2


def test_looking_for_it_is_no_news_while_a_trouble_stands() -> None:
    told: list[Link] = []
    link, _ = teller(told)

    link.trouble("in use by a telephone?")
    link.looking("looking for a strap")
    link.connected()
    link.lost("gone")
    link.looking("looking for a strap")

    assert [news.detail for news in told] == ["in use by a telephone?", "", "gone"]


def test_what_kept_from_looking_is_over_when_it_has_been_looked_for_and_no_other_trouble_is() -> None:
    told: list[Link] = []
    link, _ = teller(told)

    link.kept_from_looking("Bluetooth is switched off")
    link.looked("looking for a strap")
    link.trouble("in use by a telephone?")
    link.looked("looking for a strap")

    assert [news.detail for news in told] == [
        "Bluetooth is switched off",
        "looking for a strap",
        "in use by a telephone?",
    ]
