import os
import subprocess
import sys

import pytest

from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.errors import AlreadyRunning, BadData
from rustro_kernel.records.bars import places
from rustro_kernel.records.bars.columns import SYNTHETIC, of_bars
from rustro_kernel.records.bars.reader import BarReader
from rustro_kernel.records.bars.store import BarStore
from tests.records.bars.make import DATE, EVER, FUTURE, NIFTY, bar, columns_of, day_of_bars, later

M1, M5 = Timeframe.M1, Timeframe.M5


@pytest.fixture
def store(tmp_path):
    store = BarStore(tmp_path / "bars")
    yield store
    store.close()


@pytest.fixture
def reader(tmp_path):
    return BarReader(tmp_path / "bars")


def loaded(source, key=NIFTY, timeframe=M1):
    return source.load(key, timeframe, 0, EVER).bars()


def test_what_is_appended_comes_back_at_once_and_after_a_restart(store, tmp_path):
    day = day_of_bars()
    assert [store.append(NIFTY, M1, one) for one in day] == [True] * 375
    assert loaded(store) == day == store.recent(NIFTY, M1)
    store.close()
    again = BarStore(tmp_path / "bars")
    assert loaded(again) == day == again.recent(NIFTY, M1)
    assert again.damage == []
    again.close()


def test_series_are_kept_apart(store, reader):
    store.append(NIFTY, M1, bar(close=1))
    store.append(FUTURE, M1, bar(close=2))
    store.append(NIFTY, M5, bar(close=3))
    store.flush()
    found = [loaded(reader, *each)[0].close for each in ((NIFTY, M1), (FUTURE, M1), (NIFTY, M5))]
    assert found == [1, 2, 3]
    assert reader.series() == [(FUTURE, M1), (NIFTY, M1), (NIFTY, M5)]


@pytest.mark.parametrize("when", ["at once", "after a restart", "after compaction"])
def test_the_same_bar_is_stored_once_and_another_one_refused(tmp_path, when):
    store = BarStore(tmp_path)
    store.append(NIFTY, M1, bar())
    if when == "after compaction":
        store.compact(later(7))
    if when != "at once":
        store.close()
        store = BarStore(tmp_path)
    assert not store.append(NIFTY, M1, bar())
    assert not store.append(NIFTY, M1, bar(), corrected=True)
    with pytest.raises(BadData, match=r"NSE:26000 1m 2021-11-30 09:15:00: the store has another"):
        store.append(NIFTY, M1, bar(volume=76))
    assert loaded(store) == [bar()]
    store.close()


@pytest.mark.parametrize("when", ["at once", "after a restart", "after compaction"])
def test_a_correction_wins_and_is_marked(tmp_path, when):
    store = BarStore(tmp_path)
    store.append(NIFTY, M1, bar())
    store.append(NIFTY, M1, bar(1))
    if when == "after compaction":
        store.compact(later(7))
    if when != "at once":
        store.close()
        store = BarStore(tmp_path)
    assert store.append(NIFTY, M1, bar(volume=76), corrected=True)
    expected = [bar(volume=76, corrected=True), bar(1)]
    assert loaded(store) == expected == store.recent(NIFTY, M1)
    store.sync()
    assert BarReader(tmp_path).day(NIFTY, M1, DATE).bars() == expected
    store.compact(later(7))
    assert loaded(store) == expected == BarReader(tmp_path).recent(NIFTY, M1)
    store.close()


def test_the_log_keeps_the_version_that_was_corrected(store, reader, tmp_path):
    store.append(NIFTY, M1, bar(close=100))
    store.append(NIFTY, M1, bar(close=101), corrected=True)
    store.sync()
    view = reader._view(DATE)
    assert view.columns(NIFTY, 0).close_paise.tolist() == [100, 101]


@pytest.mark.parametrize("is_restarted", [False, True])
def test_a_late_bar_is_put_in_its_place_and_marked(tmp_path, is_restarted):
    store = BarStore(tmp_path)
    for minute in (0, 1, 3):
        store.append(NIFTY, M1, bar(minute))
    if is_restarted:
        store.close()
        store = BarStore(tmp_path)
    assert store.append(NIFTY, M1, bar(2))
    expected = [bar(0), bar(1), bar(2, corrected=True), bar(3)]
    assert loaded(store) == expected == store.recent(NIFTY, M1)
    assert not store.append(NIFTY, M1, bar(2))
    store.close()


def test_the_ring_is_bounded_and_older_bars_come_from_disk(tmp_path):
    store = BarStore(tmp_path, hot=10)
    day = day_of_bars(count=100)
    for one in day:
        store.append(NIFTY, M1, one)
    assert store.recent(NIFTY, M1, 10) == day[-10:]
    assert store.recent(NIFTY, M1, 3) == day[-3:]
    assert store.recent(NIFTY, M1, 60) == day[-60:]
    assert len(store._ring(NIFTY, M1).bars) <= 20
    store.close()


def test_recent_reaches_back_over_logs_and_closed_days(tmp_path):
    store = BarStore(tmp_path, hot=1000)
    days = [later(n) for n in (0, 1, 40, 41)]
    for date in days[:2]:
        store.write_days(NIFTY, M1, columns_of(date), "file.csv")
    for date in days[2:]:
        for one in day_of_bars(date):
            store.append(NIFTY, M1, one)
    store.append(NIFTY, M1, day_of_bars()[0], corrected=True)  # an old day has a log, too
    store.append(NIFTY, M1, bar(0, close=5), corrected=True)
    expected = [one for date in days for one in day_of_bars(date)][-1000:]
    assert store.recent(NIFTY, M1, 1000) == expected
    store.sync()
    assert BarReader(tmp_path).recent(NIFTY, M1, 1000) == expected
    store.close()


def test_only_what_is_asked_for_is_loaded(store):
    day = day_of_bars()
    for one in day:
        store.append(NIFTY, M1, one)
    found = store.load(NIFTY, M1, day[10].start_ns, day[20].start_ns)
    assert found.bars() == day[10:20]
    assert len(store.load(NIFTY, M1, day[20].start_ns, day[10].start_ns)) == 0


def test_marks_survive(store, tmp_path):
    marked = [bar(n, **{name: True}) for n, name in enumerate(("auction", "stub", "special"))]
    for one in marked:
        store.append(NIFTY, M1, one)
    store.append(NIFTY, M1, bar(9), synthetic=True)
    store.compact(later(7))
    assert loaded(store) == [*marked, bar(9)]
    assert store.load(NIFTY, M1, 0, EVER).flags[-1] == SYNTHETIC


def test_only_logs_old_enough_are_compacted(store, reader, tmp_path):
    for days in (0, 1, 5):
        store.append(NIFTY, M1, day_of_bars(later(days))[0])
    assert store.compact(later(8), after_days=7) == [later(0), later(1)]
    assert places.logged_days(tmp_path / "bars") == [later(5)]
    assert reader.days(NIFTY, M1) == {later(0): 1, later(1): 1, later(5): 1}
    assert set(reader.sources(NIFTY, M1).values()) == {"recorded"}
    assert len(loaded(reader)) == 3


def test_a_compaction_that_died_before_removing_the_log_gives_the_same_again(store, tmp_path):
    for one in day_of_bars():
        store.append(NIFTY, M1, one)
    store.sync()
    log = places.log_path(tmp_path / "bars", DATE)
    kept = log.read_bytes()
    store.compact(later(7))
    log.write_bytes(kept)
    assert loaded(store) == day_of_bars()
    store.compact(later(7))
    assert loaded(store) == day_of_bars()


def test_pruning_removes_what_is_wholly_too_old(store, reader):
    for days in (0, 45, 60):
        store.append(NIFTY, M1, day_of_bars(later(days))[0])
    store.compact(later(60))
    assert store.prune(later(61), None) == []
    assert [p.name for p in store.prune(later(61), 30)] == ["2021-11.parquet"]
    assert list(reader.days(NIFTY, M1)) == [later(45), later(60)]
    assert len(store.recent(NIFTY, M1)) == 2


def test_a_second_writer_is_refused_and_told_by_whom(store, tmp_path):
    with pytest.raises(AlreadyRunning, match=f"process {os.getpid()}"):
        BarStore(tmp_path / "bars")
    opening = "from pathlib import Path; from rustro_kernel.records.bars.store import BarStore"
    code = f"import sys; {opening}; BarStore(Path(sys.argv[1]))"
    command = [sys.executable, "-c", code, str(tmp_path / "bars")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert "AlreadyRunning" in done.stderr
    store.close()
    subprocess.run(command, check=True)


def test_readers_see_a_growing_log_block_by_block(store, reader, tmp_path):
    day = day_of_bars(count=6)
    for number, one in enumerate(day, 1):
        store.append(NIFTY, M1, one)
        assert len(loaded(reader)) == number - 1
        store.flush()
        assert loaded(reader) == day[:number]


def test_readers_go_on_when_a_log_is_folded_and_begun_anew(store, reader):
    day = day_of_bars(count=4)
    for one in day[:2]:
        store.append(NIFTY, M1, one)
    store.flush()
    assert loaded(reader) == day[:2]
    store.compact(later(7))
    assert loaded(reader) == day[:2]
    for one in day[2:]:
        store.append(NIFTY, M1, one)
    store.flush()
    assert loaded(reader) == day == loaded(store)


def test_an_empty_or_missing_store_has_nothing(tmp_path):
    reader = BarReader(tmp_path / "none")
    assert reader.series() == []
    assert reader.days(NIFTY, M1) == {} == reader.sources(NIFTY, M1)
    assert loaded(reader) == [] == reader.recent(NIFTY, M1)


def test_columns_of_bars_are_bars_again():
    assert of_bars(day_of_bars()).bars() == day_of_bars()
    assert of_bars([]).bars() == []
