import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from staff_desk import OTHER_PIN, PIN, Wall, desk_at, logged_in

from station.errors import NotAllowed
from station.staff.desk import Badge, Locked, Therapist
from station.store import access, audit
from station.store.database import FILE_NAME
from station.visit import Picture


def test_the_first_therapist_is_set_up_at_the_station_and_is_logged_in(tmp_path: Path) -> None:
    with desk_at(tmp_path, Wall()) as (desk, _):
        assert desk.therapists() == ()

        badge = asyncio.run(desk.set_up("KS", PIN))

        assert desk.therapists() == (Therapist(number=1, sign="KS"),)
        assert desk.create(badge, "K-0001", Picture.SUN).code == "K-0001"


def test_nobody_can_set_up_a_first_therapist_twice(tmp_path: Path) -> None:
    with desk_at(tmp_path, Wall()) as (desk, _):
        asyncio.run(desk.set_up("KS", PIN))

        with pytest.raises(ValueError, match="set up already"):
            asyncio.run(desk.set_up("EVE", OTHER_PIN))


@pytest.mark.parametrize(
    ("pin", "sentence"), [("48392", "at least 6 digits"), ("123456", "tried first"), ("48392a", "digits only")]
)
def test_a_pin_that_is_none_is_refused_with_a_sentence(tmp_path: Path, pin: str, sentence: str) -> None:
    with desk_at(tmp_path, Wall()) as (desk, _):
        with pytest.raises(ValueError, match=sentence):
            asyncio.run(desk.set_up("KS", pin))

        assert desk.therapists() == ()


@pytest.mark.parametrize("sign", ["", "thirteen-long", "K S", "sync", "station", PIN, f"KS{PIN}", "7", "--"])
def test_a_sign_that_could_be_mistaken_is_refused(tmp_path: Path, sign: str) -> None:
    with desk_at(tmp_path, Wall()) as (desk, _), pytest.raises(ValueError, match=r"sign|calls itself"):
        asyncio.run(desk.set_up(sign, PIN))


def test_the_right_pin_opens_and_the_wrong_one_makes_all_wait(tmp_path: Path) -> None:
    wall = Wall()
    with desk_at(tmp_path, wall) as (desk, _):
        asyncio.run(desk.set_up("KS", PIN))
        [therapist] = desk.therapists()

        wrong = asyncio.run(desk.log_in(therapist, OTHER_PIN))
        at_once = asyncio.run(desk.log_in(therapist, PIN))
        wall.passes(1)
        later = asyncio.run(desk.log_in(therapist, PIN))

    assert (wrong.badge, wrong.wait_s) == (None, 1.0)
    assert (at_once.badge, at_once.wait_s) == (None, 1.0)
    assert later.badge is not None


def test_the_wait_for_a_pin_survives_a_restart(tmp_path: Path) -> None:
    wall = Wall()
    with desk_at(tmp_path, wall) as (desk, _):
        asyncio.run(desk.set_up("KS", PIN))
        for _ in range(6):
            wall.passes(desk.wait_s())
            asyncio.run(desk.log_in(desk.therapists()[0], OTHER_PIN))

    with desk_at(tmp_path, wall) as (desk, _):
        assert desk.wait_s() == 32


def test_two_hundred_wrong_pins_with_restarts_between_take_more_than_fifteen_hours(tmp_path: Path) -> None:
    wall = Wall()
    with desk_at(tmp_path, wall) as (desk, _):
        asyncio.run(desk.set_up("KS", PIN))
    begun, tries = wall.now, 0
    while tries < 200:
        with desk_at(tmp_path, wall) as (desk, _):
            for _ in range(25):
                wall.passes(desk.wait_s())
                assert asyncio.run(desk.log_in(desk.therapists()[0], f"{100000 + 7 * tries}")).badge is None
                tries += 1

    assert (wall.now - begun).total_seconds() > 15 * 3600


def test_a_try_is_counted_before_it_is_made_so_that_pulling_the_plug_wins_nothing(tmp_path: Path) -> None:
    class Unplugged(access.PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002, ARG002  # argon2's own names
            raise KeyboardInterrupt

    wall = Wall()
    with desk_at(tmp_path, wall) as (desk, store):
        asyncio.run(desk.set_up("KS", PIN))
        with pytest.raises(KeyboardInterrupt):
            access.tried(store.connection, desk.therapists()[0], PIN, now=wall.now, hasher=Unplugged())

        assert desk.wait_s() == 1


def test_the_pin_is_kept_as_an_argon2id_hash_of_19_mebibytes(tmp_path: Path) -> None:
    assert access.HASHER.hash(PIN).startswith("$argon2id$v=19$m=19456,t=2,p=1$")

    with desk_at(tmp_path, Wall()) as (desk, _):
        asyncio.run(desk.set_up("KS", PIN))

    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        [(kept,)] = connection.execute("SELECT pin FROM therapist").fetchall()
    assert kept.startswith("$argon2id$")
    assert PIN.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_a_hash_of_weaker_settings_is_made_anew_at_the_next_log_in(tmp_path: Path) -> None:
    with desk_at(tmp_path, Wall()) as (desk, store):
        asyncio.run(desk.set_up("KS", PIN))
        stronger = access.PasswordHasher(time_cost=1, memory_cost=16, parallelism=1)

        assert access.tried(store.connection, desk.therapists()[0], PIN, now=Wall().now, hasher=stronger)

        assert "m=16," in store.connection.execute("SELECT pin FROM therapist").fetchone()[0]


def test_a_locked_page_opens_nothing(tmp_path: Path) -> None:
    with desk_at(tmp_path, Wall()) as (desk, _):
        badge = asyncio.run(logged_in(desk))
        desk.create(badge, "K-0001", Picture.SUN)

        desk.lock(badge, Locked.UNTOUCHED)

        with pytest.raises(NotAllowed, match="log in again"):
            desk.profile(badge, "K-0001")


def test_a_badge_that_nobody_was_given_opens_nothing(tmp_path: Path) -> None:
    with desk_at(tmp_path, Wall()) as (desk, _):
        badge = asyncio.run(logged_in(desk))
        desk.create(badge, "K-0001", Picture.SUN)

        for made_up in (
            Badge(therapist=badge.therapist, token=""),
            Badge(therapist=Therapist(number=9, sign="EVE"), token=badge.token),
        ):
            with pytest.raises(NotAllowed):
                desk.profile(made_up, "K-0001")


def test_a_pin_is_reset_by_another_therapist_and_not_by_oneself(tmp_path: Path) -> None:
    with desk_at(tmp_path, Wall()) as (desk, _):
        badge = asyncio.run(logged_in(desk))
        other = asyncio.run(desk.add_therapist(badge, "BO", OTHER_PIN))

        asyncio.run(desk.reset_pin(badge, other, "905173"))

        assert asyncio.run(desk.log_in(other, "905173")).badge is not None
        with pytest.raises(NotAllowed, match="by another therapist"):
            asyncio.run(desk.reset_pin(badge, badge.therapist, "905173"))


def test_a_new_pin_ends_what_the_old_one_had_opened(tmp_path: Path) -> None:
    with desk_at(tmp_path, Wall()) as (desk, _):
        badge = asyncio.run(logged_in(desk))
        other = asyncio.run(desk.add_therapist(badge, "BO", OTHER_PIN))
        opened = asyncio.run(desk.log_in(other, OTHER_PIN)).badge
        assert opened is not None

        asyncio.run(desk.reset_pin(badge, other, "905173"))

        with pytest.raises(NotAllowed):
            desk.create(opened, "K-0001", Picture.SUN)


def test_a_removed_therapist_is_let_in_no_longer_and_the_sign_is_given_to_nobody(tmp_path: Path) -> None:
    wall = Wall()
    with desk_at(tmp_path, wall) as (desk, store):
        badge = asyncio.run(logged_in(desk))
        other = asyncio.run(desk.add_therapist(badge, "BO", OTHER_PIN))

        access.removed(store.connection, "BO", now=wall.now, by=audit.COMMAND_LINE)

        assert [therapist.sign for therapist in desk.therapists()] == ["KS"]
        assert asyncio.run(desk.log_in(other, OTHER_PIN)).badge is None
        with pytest.raises(ValueError, match="was here before"):
            asyncio.run(desk.add_therapist(badge, "BO", OTHER_PIN))


def test_the_check_of_a_pin_does_not_hold_up_the_loop(tmp_path: Path) -> None:
    class Waiting(access.PasswordHasher):
        """Checks only once the loop has gone on."""

        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002
            assert ticked.wait(timeout=30)
            return super().verify(hash, password)

    import threading

    ticked = threading.Event()

    async def logs_in() -> bool:
        desk._hasher = Waiting(time_cost=1, memory_cost=8, parallelism=1)
        trying = asyncio.create_task(desk.log_in(desk.therapists()[0], PIN))
        await asyncio.sleep(0)
        ticked.set()
        return (await trying).badge is not None

    with desk_at(tmp_path, Wall()) as (desk, _):
        asyncio.run(desk.set_up("KS", PIN))

        assert asyncio.run(logs_in())
