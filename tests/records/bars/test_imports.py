"""Whole days handed in: `write_days`."""

import pytest

from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.errors import BadData
from rustro_kernel.records.bars.columns import of_bars
from rustro_kernel.records.bars.merging import Written
from rustro_kernel.records.bars.reader import BarReader
from rustro_kernel.records.bars.store import BarStore
from tests.records.bars.make import DATE, EVER, NIFTY, bar, columns_of, day_of_bars, later

M1 = Timeframe.M1


@pytest.fixture
def store(tmp_path):
    store = BarStore(tmp_path)
    yield store
    store.close()


def write(store, *bars, mode="fill", source="file.csv"):
    return store.write_days(NIFTY, M1, of_bars(bars), source, mode=mode)


def loaded(store):
    return store.load(NIFTY, M1, 0, EVER).bars()


def test_days_come_back_and_say_where_they_are_from(store, tmp_path):
    columns = columns_of(DATE, later(1), later(40))
    assert store.write_days(NIFTY, M1, columns, "file.csv") == Written(added=1125)
    assert store.load(NIFTY, M1, 0, EVER) == columns
    assert store.days(NIFTY, M1) == {DATE: 375, later(1): 375, later(40): 375}
    assert set(BarReader(tmp_path).sources(NIFTY, M1).values()) == {"file.csv"}


def test_writing_the_same_again_changes_nothing(store, tmp_path):
    store.write_days(NIFTY, M1, columns_of(DATE), "file.csv")
    file = next(tmp_path.rglob("*.parquet"))
    before = file.stat()
    for mode in ("fill", "correct", "replace"):
        written = store.write_days(NIFTY, M1, columns_of(DATE), "again.csv", mode=mode)
        assert written == Written(same=375)
    assert file.stat() == before
    assert store.days(NIFTY, M1) == {DATE: 375}


def test_filling_leaves_what_is_stored(store):
    write(store, bar(0), bar(2))
    assert write(store, bar(0, close=5), bar(1)) == Written(added=1, kept=1)
    assert loaded(store) == [bar(0), bar(1), bar(2)]


def test_correcting_takes_the_new_bar_and_marks_it(store):
    write(store, bar(0), bar(1), bar(2))
    written = write(store, bar(0), bar(1, close=5), bar(3), mode="correct")
    assert written == Written(added=1, same=1, changed=1)
    assert loaded(store) == [bar(0), bar(1, close=5, corrected=True), bar(2), bar(3)]


def test_marks_of_the_calendar_make_no_other_bar(store):
    """A session states neither; imports and syncs do."""
    store.append(NIFTY, M1, bar(0))
    marked = [bar(minute, special=True, stub=True) for minute in range(2)]
    assert write(store, *marked, mode="correct") == Written(added=1, same=1)
    assert loaded(store)[0] == bar(0)
    assert not store.append(NIFTY, M1, bar(1))


def test_replacing_keeps_no_other_bar_of_the_day(store):
    write(store, bar(0), bar(1), bar(2))
    assert write(store, bar(1, close=5), mode="replace") == Written(changed=1, removed=2)
    assert loaded(store) == [bar(1, close=5, corrected=True)]


@pytest.mark.parametrize(("mode", "close"), [("fill", 1), ("correct", 2), ("replace", 2)])
def test_what_a_session_recorded_counts_as_stored(store, tmp_path, mode, close):
    store.append(NIFTY, M1, bar(0, close=1))
    store.append(NIFTY, M1, bar(1))
    write(store, bar(0, close=2), bar(1), bar(2), mode=mode)
    assert [one.close for one in loaded(store)] == [close, bar(1).close, bar(2).close]
    source = "file.csv" if mode == "replace" else "recorded + file.csv"
    assert BarReader(tmp_path).sources(NIFTY, M1) == {DATE: source}
    assert not store.append(NIFTY, M1, bar(2))


def test_other_days_of_the_same_file_stay(store):
    store.write_days(NIFTY, M1, columns_of(DATE, later(1), later(2)), "a.csv")
    store.write_days(NIFTY, M1, columns_of(later(1), seed=2), "b.csv", mode="replace")
    days = [(DATE, 1), (later(1), 2), (later(2), 1)]
    closes = [one.close for date, seed in days for one in day_of_bars(date, seed=seed)]
    assert [one.close for one in loaded(store)] == closes


def test_hours_and_days_are_kept_by_the_year(store, tmp_path):
    for timeframe in (Timeframe.H1, Timeframe.D1):
        store.write_days(NIFTY, timeframe, of_bars([bar(0)]), "file.csv")
    names = sorted(str(p.relative_to(tmp_path / "columns")) for p in tmp_path.rglob("*.parquet"))
    assert names == ["NSE%3A26000/1d/2021.parquet", "NSE%3A26000/1h/2021.parquet"]


@pytest.mark.parametrize("minutes", [(0, 0), (1, 0)])
def test_starts_that_do_not_rise_are_refused(store, minutes):
    with pytest.raises(BadData, match="oldest first"):
        write(store, *map(bar, minutes))
