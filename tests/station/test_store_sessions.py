import sqlite3
import stat
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_sessions import (
    NOON,
    SHORT,
    SHORT_SECONDS,
    conclude,
    read_store,
    recorded,
    short_readings,
    stored_short,
    summarise,
    write_short,
)

from station.errors import StoreError
from station.ports import RecordedSecond, SessionState
from station.store import database, earlier
from station.store.opening import named, open_store
from station.store.replay import as_stored, replay
from station.store.rows import reading_of, reading_rows
from station.store.sessions import Store
from station.store.unfinished import left_open, recover
from station.store.writer import SessionWriter
from station.training.cue import Cue
from station.training.prescription import Phase
from station.training.reading import Press, Reading
from station.training.zones import ZoneState

BOOT = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()

finite = st.floats(allow_nan=False, allow_infinity=False)
any_reading = st.builds(
    Reading,
    at_s=finite,
    heart_rate_bpm=st.none() | st.integers(0, 65535),
    heart_rate_age_s=finite,
    speed_kmh=st.none() | finite,
    incline_percent=st.none() | finite,
    contact=st.none() | st.booleans(),
    rr_ms=st.lists(finite, max_size=9).map(tuple),
    pressed=st.lists(st.sampled_from(Press), max_size=3).map(tuple),
    effort_borg=st.none() | st.integers(6, 20),
    resumed=st.booleans(),
)


def as_second(reading: Reading) -> RecordedSecond:
    return RecordedSecond(reading=reading, phase=Phase.WARM_UP, interval=0, zone_state=ZoneState.UNKNOWN, cue=Cue.HOLD)


@settings(max_examples=60, deadline=None)
@given(readings=st.lists(any_reading, min_size=1, max_size=5))
def test_any_reading_comes_back_from_the_store_as_it_was(
    readings: list[Reading], tmp_path_factory: pytest.TempPathFactory
) -> None:
    connection = database.connect(tmp_path_factory.mktemp("store") / "one.sqlite3")
    database.migrate(connection)
    connection.execute(
        "INSERT INTO session VALUES (1,'id','K','{}','open','',0,'','',180,'',NULL,NULL,'[]',NULL,'full')"
    )

    for n, reading in enumerate(readings):
        for sql, values in reading_rows("id", n, as_second(reading)):
            connection.execute(sql, values)
    from station.store.rows import SELECT_READINGS

    back = [reading_of(row) for row in connection.execute(SELECT_READINGS, ("id",))]
    connection.close()

    assert back == readings


def test_every_field_of_a_reading_is_tried_in_the_test_above() -> None:
    from dataclasses import fields

    tried = {
        "at_s",
        "heart_rate_bpm",
        "heart_rate_age_s",
        "speed_kmh",
        "incline_percent",
        "contact",
        "rr_ms",
        "pressed",
        "effort_borg",
        "resumed",
    }

    assert {field.name for field in fields(Reading)} == tried


def folded(store: Store, session_id: str) -> dict[str, object]:
    return summarise(store.plan(session_id), tuple(store.readings(session_id)))


def test_a_session_is_read_back_as_it_was_recorded(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    with read_store(tmp_path) as store:
        assert tuple(store.readings(session_id)) == tuple(short_readings())
        seconds, given = list(store.seconds(session_id)), list(recorded(SHORT, short_readings()))
        assert [second.reading for second in seconds] == [second.reading for second in given]
        assert [(s.phase, s.interval, s.zone_state, s.cue) for s in seconds] == [
            (s.phase, s.interval, s.zone_state, s.cue) for s in given
        ]
        assert store.plan(session_id) == SHORT
        assert store.summary(session_id) == as_stored(summarise(SHORT, tuple(short_readings())))


def test_a_stored_session_folds_to_what_was_stored(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    with read_store(tmp_path) as store:
        again = replay(store, session_id, folded(store, session_id))

    assert again.equal
    assert again.differing == ()
    assert again.stored["in_zone_s"] > 0


def test_a_replay_names_what_came_out_differently(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    with read_store(tmp_path) as store:
        again = replay(store, session_id, {**folded(store, session_id), "in_zone_s": -1.0})

    assert not again.equal
    assert again.differing == ("in_zone_s",)


def test_an_open_session_has_nothing_to_compare_a_replay_with(tmp_path: Path) -> None:
    with open_store(tmp_path, wall=NOON).store as store:
        with SessionWriter(store.path) as writer:
            session_id = write_short(writer, close=False)

        with pytest.raises(StoreError, match="has no summary: it is not over"):
            replay(store, session_id, {})


def test_an_advice_is_stored_once_while_it_stands(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    with read_store(tmp_path) as store:
        advices = store.advices(session_id)

    assert [told.at_s for told in advices] == [1000.0, 1020.0, 1040.0, 1060.0]
    assert [told.advice["incline_percent"] for told in advices if told.advice] == [2.0, 4.0, 6.0, 8.0]
    assert advices[0].advice is not None
    assert advices[0].advice["reason"] == "below_zone"
    assert advices[0].advice["prediction"]["mean_bpm"] == [150.0, 155.5, 160.0]


def test_an_advice_that_is_withdrawn_or_vetoed_is_stored_as_such(tmp_path: Path) -> None:
    first, second, third = tuple(recorded(SHORT, short_readings(seconds=3)))
    with open_store(tmp_path, wall=NOON).store as store:
        with SessionWriter(store.path) as writer:
            session_id = writer.open(patient=SHORT, code="K7Q4", at_s=1000.0, wall=NOON)
            writer.record(first)
            writer.record(replace(second, veto="above 95 % for 10 s"))
            writer.record(replace(third, advice=None))

        advices = store.advices(session_id)

    assert [told.veto for told in advices] == [None, "above 95 % for 10 s", None]
    assert advices[2].advice is None


def test_events_are_read_back_with_their_facts(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    with read_store(tmp_path) as store:
        [event] = store.events(session_id)

    assert (event.at_s, event.kind, event.facts) == (1033.0, "strap_lost", {"after_s": 33.0})


def test_the_list_shows_the_newest_session_first_with_its_time_in_zone(tmp_path: Path) -> None:
    older, newer = stored_short(tmp_path, count=2)

    with read_store(tmp_path) as store:
        lines = store.sessions()

    assert [line.id for line in lines] == [newer, older]
    assert lines[1].started == NOON
    assert lines[0].state is SessionState.CLOSED
    assert lines[0].in_zone_s == summarise(SHORT, tuple(short_readings()))["in_zone_s"]
    assert lines[0].upload == "pending"
    assert not lines[0].sent


def test_the_last_session_of_a_code_is_the_patients_own(tmp_path: Path) -> None:
    with open_store(tmp_path, wall=NOON).store as store:
        with SessionWriter(store.path) as writer:
            write_short(writer, code="AAAA")
            own = write_short(writer, code="BBBB", minutes=10)
            write_short(writer, code="CCCC", minutes=20)

        last = earlier.last_of(store, "BBBB")

        assert last is not None
        assert last.id == own
        assert earlier.last_of(store, "DDDD") is None


def test_a_session_is_found_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    with read_store(tmp_path) as store:
        assert store.find(session_id[:8]) == session_id
        with pytest.raises(StoreError, match="no session begins"):
            store.find("zzz")


def test_a_session_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    stored_short(tmp_path)

    with read_store(tmp_path) as store, pytest.raises(StoreError, match="there is no session nobody"):
        store.plan("nobody")


def test_a_folder_without_a_store_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there are no sessions in"):
        read_store(tmp_path)


def test_a_session_broken_off_a_moment_ago_is_offered_again(tmp_path: Path) -> None:
    with open_store(tmp_path, wall=NOON).store as store, SessionWriter(store.path) as writer:
        session_id = write_short(writer, seconds=40, close=False)

    with open_store(tmp_path, wall=NOON).store as store:
        unfinished = left_open(store, age_s=lambda at_s: 1098.9 - at_s, boot_id=BOOT)

    assert unfinished is not None
    assert unfinished.id == session_id
    assert unfinished.code == "K7Q4"
    assert unfinished.plan == SHORT
    assert unfinished.readings == tuple(short_readings(seconds=40))


@pytest.mark.parametrize(
    ("now_s", "boot_id"),
    [
        pytest.param(1099.0, BOOT, id="sixty seconds later"),
        pytest.param(1098.0, "another boot", id="after a restart of the computer"),
        pytest.param(3.0, BOOT, id="on a clock that began anew"),
    ],
)
def test_a_session_is_not_offered_again(tmp_path: Path, now_s: float, boot_id: str) -> None:
    with open_store(tmp_path, wall=NOON).store as store:
        with SessionWriter(store.path) as writer:
            write_short(writer, seconds=40, close=False)

        assert left_open(store, age_s=lambda at_s: now_s - at_s, boot_id=boot_id) is None


def test_a_session_that_is_taken_up_again_goes_on_where_it_was(tmp_path: Path) -> None:
    readings = tuple(short_readings())
    seconds = tuple(recorded(SHORT, iter(readings)))
    with open_store(tmp_path, wall=NOON).store as store:
        with SessionWriter(store.path) as writer:
            session_id = write_short(writer, seconds=40, close=False)
        unfinished = left_open(store, age_s=lambda at_s: 1050.0 - at_s, boot_id=BOOT)
        assert unfinished is not None

        assert recover(store, wall=NOON, conclude=conclude, but=unfinished) == []
        with SessionWriter(store.path) as writer:
            writer.resume(unfinished)
            for second in seconds[40:]:
                writer.record(second)
            writer.close(SessionState.CLOSED, wall=NOON, summary=summarise(SHORT, readings)).result(timeout=30)

        assert tuple(store.readings(session_id)) == readings
        assert replay(store, session_id, folded(store, session_id)).equal


def test_a_session_left_open_is_recovered_and_put_into_the_outbox(tmp_path: Path) -> None:
    with open_store(tmp_path, wall=NOON).store as store:
        with SessionWriter(store.path) as writer:
            session_id = write_short(writer, seconds=40, close=False)

        assert recover(store, wall=NOON, conclude=conclude) == [session_id]

        [line] = store.sessions()
        assert line.state is SessionState.RECOVERED
        assert line.upload == "pending"
        assert line.in_zone_s is not None
        assert earlier.learnt_of(store, "K7Q4") == [{"known": 0, "seconds": 40}]
        assert replay(store, session_id, folded(store, session_id)).equal


def test_a_session_without_a_second_is_discarded_and_never_sent(tmp_path: Path) -> None:
    with open_store(tmp_path, wall=NOON).store as store:
        with SessionWriter(store.path) as writer:
            writer.open(patient=SHORT, code="K7Q4", at_s=0.0, wall=NOON)
            writer.close(SessionState.CLOSED, wall=NOON).result(timeout=30)
            writer.open(patient=SHORT, code="K7Q4", at_s=0.0, wall=NOON)

        recover(store, wall=NOON, conclude=conclude)

        assert [(line.state, line.upload) for line in store.sessions()] == [(SessionState.DISCARDED, None)] * 2


def test_an_unfinished_session_of_an_unreadable_plan_does_not_stop_the_station(tmp_path: Path) -> None:
    with open_store(tmp_path, wall=NOON).store as store:
        with SessionWriter(store.path) as writer:
            session_id = write_short(writer, seconds=5, close=False)
        store.connection.execute("""UPDATE session SET plan = '{"hr_max_bpm": 18}'""")

        assert recover(store, wall=NOON, conclude=conclude) == [session_id]
        assert store.summary(session_id) is None
        with pytest.raises(StoreError, match="cannot be read: hr_max_bpm must be 100-220"):
            store.plan(session_id)


def test_only_the_owner_may_look_into_the_folder(tmp_path: Path) -> None:
    data = tmp_path / "motbakke"

    with open_store(data, wall=NOON).store as store:
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
        files = [store.path, Path(f"{store.path}-wal"), Path(f"{store.path}-shm")]
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_a_folder_given_to_a_group_is_shared_with_it_and_with_nobody_else(tmp_path: Path) -> None:
    data = tmp_path / "motbakke"
    data.mkdir()
    data.chmod(0o2770)

    with open_store(data, wall=NOON).store as store, SessionWriter(store.path) as writer:
        write_short(writer, seconds=5, close=False)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in data.iterdir()}

    assert set(modes.values()) == {0o660}, modes


def test_two_stations_never_share_a_folder(tmp_path: Path) -> None:
    with open_store(tmp_path, wall=NOON).store, pytest.raises(StoreError, match="another Motbakke is running"):
        open_store(tmp_path, wall=NOON)

    open_store(tmp_path, wall=NOON).store.close()


def test_the_station_keeps_its_name_from_start_to_start(tmp_path: Path) -> None:
    first, second = (stored_short(tmp_path)[0] for _ in range(2))

    with read_store(tmp_path) as store:
        assert store.header(first).station_id == store.header(second).station_id


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda whole: b"\0" * 4096 + whole[4096:], id="not a database"),
        pytest.param(lambda whole: whole[:4096] + b"\xff" * 4096 + whole[8192:], id="a page overwritten"),
        pytest.param(lambda whole: whole[: len(whole) // 2], id="cut in half"),
        pytest.param(lambda _: b"", id="nothing in it"),
    ],
)
def test_a_damaged_store_is_kept_aside_and_a_new_one_begun(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    stored_short(tmp_path, count=2)
    path = tmp_path / "motbakke.sqlite3"
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)

    opened = open_store(tmp_path, wall=NOON)

    with opened.store as store:
        assert opened.moved_aside == tmp_path / "motbakke.sqlite3.broken-20261123T120000Z"
        assert opened.moved_aside.read_bytes() == damaged
        assert store.sessions() == []


def test_an_empty_store_is_kept_with_the_log_that_lies_beside_it(tmp_path: Path) -> None:
    stored_short(tmp_path)
    (tmp_path / "motbakke.sqlite3").write_bytes(b"")
    (tmp_path / "motbakke.sqlite3-wal").write_bytes(b"the newest seconds")

    opened = open_store(tmp_path, wall=NOON)

    with opened.store:
        assert opened.moved_aside is not None
        assert Path(f"{opened.moved_aside}-wal").read_bytes() == b"the newest seconds"


def test_an_empty_store_is_begun_anew_by_nobody_but_the_station(tmp_path: Path) -> None:
    path = tmp_path / "motbakke.sqlite3"
    path.touch()

    for read in (Store.at, Store.looked_at, lambda folder: named(folder, NOON)):
        with pytest.raises(StoreError, match=r"is empty \(0 bytes\).* keeps it aside at its next start"):
            read(tmp_path)

    assert path.read_bytes() == b""


def test_a_first_start_finds_nothing_damaged(tmp_path: Path) -> None:
    opened = open_store(tmp_path / "new", wall=NOON)

    with opened.store:
        assert opened.moved_aside is None


def test_two_damaged_stores_of_one_second_are_both_kept(tmp_path: Path) -> None:
    kept = []
    for _ in range(2):
        (tmp_path / "motbakke.sqlite3").write_bytes(b"no database at all" * 400)
        opened = open_store(tmp_path, wall=NOON)
        opened.store.close()
        kept.append(opened.moved_aside)

    assert len(set(kept)) == 2
    assert all(path is not None and path.exists() for path in kept)


def test_a_whole_store_is_left_where_it_is(tmp_path: Path) -> None:
    stored_short(tmp_path)

    opened = open_store(tmp_path, wall=NOON)

    with opened.store as store:
        assert opened.moved_aside is None
        assert len(store.sessions()) == 1


def test_a_store_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    stored_short(tmp_path)
    connection = sqlite3.connect(tmp_path / "motbakke.sqlite3")
    connection.execute("PRAGMA user_version = 99")
    connection.close()

    with pytest.raises(StoreError, match="a newer Motbakke made it"):
        open_store(tmp_path, wall=NOON)
    with pytest.raises(StoreError, match="a newer Motbakke made it"):
        read_store(tmp_path)


def test_a_migration_that_fails_half_way_changes_nothing(tmp_path: Path) -> None:
    connection = database.connect(tmp_path / "one.sqlite3")

    with pytest.raises(StoreError, match="bring the store up to date"):
        database.migrate(connection, [("CREATE TABLE a (b)",), ("CREATE TABLE c (d)", "nonsense")])

    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("a",)]
    connection.close()


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StoreError, match="Choose another folder with --data"):
        open_store(tmp_path / "file" / "data", wall=NOON)


def test_a_short_session_is_as_long_as_the_other_tests_think(tmp_path: Path) -> None:
    [session_id] = stored_short(tmp_path)

    with read_store(tmp_path) as store:
        seconds = list(store.seconds(session_id))

    assert len(seconds) == SHORT_SECONDS
    assert seconds[-1].phase == Phase.FINISHED


def test_two_processes_may_open_a_new_store_at_the_same_time(tmp_path: Path) -> None:
    with open_store(tmp_path, wall=NOON).store:
        pass
    path = tmp_path / "motbakke.sqlite3"
    for made in tmp_path.glob("motbakke*"):
        made.unlink()
    start = threading.Barrier(4)
    told: list[Exception] = []

    def open_it() -> None:
        start.wait()
        try:
            with closing(database.connect(path)) as connection:
                database.migrate(connection)
        except StoreError as error:
            told.append(error)

    together = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in together:
        thread.start()
    for thread in together:
        thread.join()

    assert told == []
