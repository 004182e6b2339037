"""Every bad file is refused with one clear sentence."""

import datetime as dt
import hashlib
from pathlib import Path

import pyarrow as pa
import pytest

from rustro_kernel.domain.errors import BadData, NotATradingDay
from rustro_kernel.simulator.bar_file import BarFile
from rustro_kernel.simulator.market import SimMarket
from tests.simulator.make import ORDINARY, RULES, parquet, rows, stored, table

NAN = float("nan")
DAY = ORDINARY.isoformat()
CSV = "ts,open,high,low,close,volume\n"


def refusal(path):
    with pytest.raises(BadData) as caught:
        BarFile.read(path)
    return str(caught.value)


def changed(row, **cells):
    names = ("ts", "open", "high", "low", "close")
    return tuple(cells.get(name, value) for name, value in zip(names, row, strict=True))


def csv(folder, text):
    path = folder / "bars.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_parquet_file_becomes_paise(tmp_path):
    bars = BarFile.read(parquet(tmp_path, rows(price=100.05))).bars
    assert (bars.open[0], bars.high[0], bars.low[0], bars.close[0]) == (10005, 10105, 9905, 10005)


def test_a_csv_file_reads_like_a_parquet_file(tmp_path):
    lines = [f"{DAY} 09:{15 + n}:00+05:30,100,101,99,100.0,0\n" for n in range(3)]
    text, stored_bars = csv(tmp_path, CSV + "".join(lines)), parquet(tmp_path, rows())
    assert BarFile.read(text).bars.bars() == BarFile.read(stored_bars).bars.bars()


def test_the_zone_of_the_timestamps_does_not_matter(tmp_path):
    path = parquet(tmp_path, table(rows(), zone="UTC"))
    assert BarFile.read(path).days == (ORDINARY,)


def test_the_identity_is_the_name_and_the_hash_of_the_bytes(tmp_path):
    path = parquet(tmp_path, rows())
    hexed = hashlib.sha256(path.read_bytes()).hexdigest()
    assert BarFile.read(path).identity == f"bars.parquet sha256:{hexed}"


def test_a_day_holds_its_own_bars_only(tmp_path):
    next_day = dt.date(2023, 3, 15)
    file = BarFile.read(parquet(tmp_path, rows(clocks=("09:15",)) + rows(next_day)))
    assert (file.days, len(file.day(ORDINARY)), len(file.day(next_day))) == (
        (ORDINARY, next_day),
        1,
        3,
    )
    assert file.days_before(next_day) == (ORDINARY,)


def test_a_missing_file_is_named(tmp_path):
    path = tmp_path / "gone.parquet"
    assert refusal(path) == f"{path}: no such file"


def test_a_folder_is_no_file(tmp_path):
    assert refusal(tmp_path) == f"{tmp_path}: is a folder, not a file"


def test_a_file_the_system_refuses_to_read_is_refused():
    path = Path("/proc/self/mem")  # nothing is mapped where it begins; root, too, gets an error
    if not path.is_file():
        pytest.skip("this system has no /proc/self/mem")
    assert refusal(path) == "mem: cannot be read: Input/output error"


def test_a_broken_parquet_file_is_refused(tmp_path):
    path = tmp_path / "bars.parquet"
    path.write_bytes(b"PAR1 but not really")
    assert refusal(path).startswith("bars.parquet: cannot be read as Parquet: ")


def test_a_broken_csv_file_is_refused(tmp_path):
    assert refusal(csv(tmp_path, "ts,open\n1,2\n1,2,3\n")) == (
        "bars.csv: line 3 has 3 cells, the first line has 2"
    )


@pytest.mark.parametrize(("content", "problem"), [("", "is empty"), (CSV, "has no rows")])
def test_an_empty_csv_file_is_refused(tmp_path, content, problem):
    assert refusal(csv(tmp_path, content)) == f"bars.csv: {problem}"


def test_an_empty_parquet_file_is_refused(tmp_path):
    assert refusal(parquet(tmp_path, [])) == "bars.parquet: has no rows"


def test_missing_columns_are_named(tmp_path):
    path = parquet(tmp_path, table(rows()).select(["ts", "open", "close"]))
    assert refusal(path) == "bars.parquet: has no column high, low; its columns are ts, open, close"


def test_repeated_columns_are_named(tmp_path):
    path = csv(tmp_path, f"ts,open,open,high,low,close\n{DAY} 09:15:00+05:30,1,1,2,1,2\n")
    assert "has more than one column open: open, open; its columns are ts, open, open" in refusal(
        path
    )


@pytest.mark.parametrize("name", ["__index_level_0__", "Unnamed: 0"])
def test_a_count_of_the_rows_that_pandas_left_is_no_second_time(tmp_path, name):
    counted = table(rows()).append_column(name, pa.array([4, 7, 9], pa.int64()))
    assert BarFile.read(parquet(tmp_path, counted)).days == (ORDINARY,)


@pytest.mark.parametrize("name", ["__index_level_0__", "Unnamed: 0"])
def test_an_index_without_a_name_is_the_time_where_no_column_is(tmp_path, name):
    indexed = table(rows()).rename_columns([name, "open", "high", "low", "close"])
    assert BarFile.read(parquet(tmp_path, indexed)).days == (ORDINARY,)


def test_times_beyond_any_calendar_are_refused(tmp_path):
    far = pa.array([10**14], pa.int64()).cast(pa.timestamp("s", "UTC"))
    path = parquet(tmp_path, table(rows()[:1]).set_column(0, "ts", far))
    assert refusal(path) == "bars.parquet: column ts holds times beyond any calendar"


def test_a_text_column_is_refused(tmp_path):
    path = csv(tmp_path, f"{CSV}{DAY} 09:15:00+05:30,a,2,1,2,0\n")
    assert refusal(path) == "bars.csv: line 2, column open is no number: 'a'"


def test_timestamps_that_are_none_are_refused(tmp_path):
    path = csv(tmp_path, f"{CSV}yesterday,1,2,1,2,0\n")
    assert refusal(path) == "bars.csv: line 2, column ts is no time: 'yesterday'"


def test_naive_timestamps_are_refused(tmp_path):
    assert refusal(parquet(tmp_path, table(rows(), zone=None))) == (
        "bars.parquet: timestamps in ts have no time zone; they need one, such as +05:30"
    )


def test_naive_timestamps_in_a_csv_file_are_refused(tmp_path):
    path = csv(tmp_path, f"{CSV}{DAY} 09:15:00,1,2,1,2,0\n")
    assert "have no time zone" in refusal(path)


def test_the_first_unsorted_row_is_named(tmp_path):
    first, second, third = rows()
    assert refusal(parquet(tmp_path, [first, third, second])) == (
        "bars.parquet: row 3 (2023-03-14 09:16) is earlier than the row above it; "
        "rows must be sorted by ts"
    )


def test_the_first_repeated_row_is_named(tmp_path):
    first, second, third = rows()
    assert refusal(parquet(tmp_path, [first, second, second, third])) == (
        "bars.parquet: row 3 (2023-03-14 09:16) repeats the ts of the row above it; "
        "every minute may occur once"
    )


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"close": NAN}, "has a price that is missing or not a number"),
        ({"close": None}, "has a price that is missing or not a number"),
        ({"high": float("inf")}, "has a price that is missing or not a number"),
        ({"low": 0.0}, "has a price that is not above zero, or beyond any index"),
        ({"high": 2e9}, "has a price that is not above zero, or beyond any index"),
        ({"high": 99.5}, "has a high or low that does not enclose its open and close"),
        ({"low": 100.5}, "has a high or low that does not enclose its open and close"),
    ],
)
def test_impossible_prices_are_refused_with_their_row(tmp_path, cells, sentence):
    first, second, third = rows()
    path = parquet(tmp_path, [first, changed(second, **cells), third])
    assert refusal(path) == f"bars.parquet: row 2 (2023-03-14 09:16) {sentence}"


def test_bars_that_start_inside_a_minute_are_refused(tmp_path):
    first, second, third = rows()
    path = parquet(tmp_path, [first, changed(second, ts=second[0] + 1_000_000_000), third])
    assert refusal(path).endswith("does not start at a full minute; rows must be 1m bars")


def test_a_row_without_a_timestamp_is_refused(tmp_path):
    whole = table(rows())
    stamps = pa.array([*whole["ts"].cast(pa.int64()).to_pylist()[:2], None], pa.int64())
    path = parquet(tmp_path, whole.set_column(0, "ts", stamps.cast(whole["ts"].type)))
    assert refusal(path) == "bars.parquet: row 3 has no timestamp"


def test_a_date_outside_the_file_is_told_its_span(tmp_path):
    with pytest.raises(BadData) as caught:
        stored(parquet(tmp_path, rows()), dt.date(2023, 3, 16))
    assert str(caught.value) == (
        "bars.parquet: 2023-03-16 lies outside the file, which holds 2023-03-14..2023-03-14; "
        "--date (sim.date) chooses another day"
    )


def test_a_trading_day_the_file_left_out_is_named(tmp_path):
    path = parquet(tmp_path, rows() + rows(dt.date(2023, 3, 16)))
    with pytest.raises(BadData) as caught:
        stored(path, dt.date(2023, 3, 15))
    assert str(caught.value) == (
        "bars.parquet: has no bars on 2023-03-15, although it holds 2023-03-14..2023-03-16"
    )


def test_a_day_with_bars_only_outside_the_hours_is_refused(tmp_path):
    with pytest.raises(BadData) as caught:
        stored(parquet(tmp_path, rows(clocks=("08:59", "16:00"))))
    assert str(caught.value) == ("bars.parquet: has no bars inside the trading hours of 2023-03-14")


def test_a_holiday_is_refused_before_the_file_is_asked(tmp_path):
    file = BarFile.read(parquet(tmp_path, rows()))
    with pytest.raises(NotATradingDay):
        SimMarket.from_file(file, dt.date(2023, 1, 26), RULES, "NIFTY", 1)


def test_a_vix_file_that_is_none_is_refused(tmp_path):
    path = parquet(tmp_path, rows())
    with pytest.raises(BadData, match="is no Parquet file of daily India VIX"):
        stored(path, vix_file=path)
