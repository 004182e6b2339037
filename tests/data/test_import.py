"""What files say, what they leave open, and what becomes of each of their rows."""

import datetime as dt
import zipfile

import pyarrow.csv as pa_csv
import pyarrow.feather as feather
import pytest

from rustro_kernel.data.importing.bars import store
from rustro_kernel.data.importing.keep import dropped_table, keep_dropped
from rustro_kernel.data.importing.report import words
from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.domain.market_time import at, show_clock, show_time
from rustro_kernel.domain.quality import Gate, rules_of
from rustro_kernel.records.bars.columns import AUCTION, SPECIAL, STUB, SYNTHETIC
from rustro_kernel.records.bars.store import BarStore
from tests.data.make import DAYS, HEADER, clocks, csv, day, days, line, look, refusal


def csv_line(cells) -> str:
    return ",".join(f'"{cell}"' for cell in cells)


# what a file says and leaves open


def test_bars_labelled_by_their_end_move_by_a_minute(tmp_path):
    found = look(csv(tmp_path, days("09:16", "15:30")))
    assert (found.report.labels, found.report.kept) == ("end", 750)
    assert clocks(found) == ("09:15:00", "15:29:00")


def test_labels_that_may_be_either_must_be_said(tmp_path):
    path = csv(tmp_path, days("09:15", "15:30"))
    assert "say --labels start or --labels end" in refusal(path)
    assert look(path, labels="start").report.dropped == {"outside_hours": 2}
    assert look(path, labels="end").report.dropped == {"outside_hours": 2}


def test_a_file_of_other_days_is_not_asked_about_labels_it_cannot_show(tmp_path):
    sunday = csv(tmp_path, day(dt.date(2023, 3, 12)))
    assert "no date in it is known as an ordinary trading day" in refusal(sunday, zone="IST")


def test_hours_by_their_end_include_the_stub(tmp_path):
    labels = ("10:15", "11:15", "12:15", "13:15", "14:15", "15:15", "15:30")
    rows = [(at(d, c), *day()[0][1:]) for d in DAYS for c in labels]
    found = look(csv(tmp_path, rows), timeframe=Timeframe.H1)
    assert clocks(found) == ("09:15:00", "15:15:00")
    assert found.columns.flags.tolist() == [0, 0, 0, 0, 0, 0, STUB] * 2


@pytest.mark.parametrize(("first", "kept"), [("13/02/2023", "13"), ("02/13/2023", "13")])
def test_day_and_month_are_told_by_a_number_above_twelve(tmp_path, first, kept):
    rows = [line(row).replace("2023-03-14", first) for row in day()]
    assert look(csv(tmp_path, rows)).report.first_day == f"2023-02-{kept}"


def test_dates_that_can_be_read_in_two_ways_must_be_said(tmp_path):
    path = csv(tmp_path, [line(row).replace("2023-03-14", "02/03/2023") for row in day()])
    assert "02/03/2023 that can be read in two ways" in refusal(path)
    assert look(path, dates="dmy").report.first_day == "2023-03-02"
    assert look(path, dates="mdy").report.first_day == "2023-02-03"


def test_prices_in_paise_are_not_taken_for_rupees(tmp_path):
    rows = [(ns, o * 100, h * 100, lo * 100, c * 100, v) for ns, o, h, lo, c, v in days()]
    path = csv(tmp_path, rows)
    assert "if these are paise say --units paise" in refusal(path)
    assert int(look(path, units="paise").columns.open_paise[0]) == 1_700_000
    assert "if the file is right say --units" in refusal(
        csv(tmp_path, [(r[0], 5, 6, 4, 5, 0) for r in days()])
    )


def test_columns_that_say_paise_are_believed(tmp_path):
    header = "start_ist,open_paise,high_paise,low_paise,close_paise,volume_units"
    rows = [(ns, o * 100, h * 100, lo * 100, c * 100, v) for ns, o, h, lo, c, v in days()]
    assert int(look(csv(tmp_path, rows, header)).columns.close_paise[0]) == 1_700_050


def test_rupees_become_exact_paise(tmp_path):
    rows = [(ns, 17_000.05, 17_000.1, 16_999.95, 17_000.05, 0) for ns, *_ in days()]
    found = look(csv(tmp_path, rows))
    assert (found.columns.open_paise == 1_700_005).all()
    assert "off_grid" not in found.report.examples


def test_commas_group_thousands_and_are_no_decimal_point(tmp_path):
    def grouped(row, price="{:,.2f}"):
        return csv_line([show_time(row[0]), *(price.format(p) for p in row[1:5]), "1,23,456"])

    found = look(csv(tmp_path, map(grouped, days())))
    assert int(found.columns.open_paise[0]) == 1_700_000
    assert (found.columns.volume == 123_456).all()
    decimal = [line(row).replace(",", ";").replace(".", ",") for row in days()]
    assert "column open is no number: '17000,00'" in refusal(
        csv(tmp_path, decimal, HEADER.replace(",", ";"))
    )


# columns


def test_usual_names_are_known_and_others_are_mapped(tmp_path):
    named = csv(tmp_path, days(), "Date Time,Open Price,HIGH,l,Close,Vol")
    assert look(named).report.kept == 750
    odd = csv(tmp_path, days(), "when,p,q,r,s,t")
    assert "has no column ts, open, high, low, close" in refusal(odd)
    maps = {"ts": "when", "open": "p", "high": "q", "low": "r", "close": "s"}
    assert look(odd, columns=maps).report.kept == 750
    assert "--map ts=then: the file has 0 such columns" in refusal(odd, columns={"ts": "then"})


def test_a_date_and_a_time_column_belong_together(tmp_path):
    rows = [line(row).replace(" ", ",", 1) for row in days()]
    assert look(csv(tmp_path, rows, "Date,Time,open,high,low,close,volume")).report.kept == 750


def test_text_without_a_header_is_understood(tmp_path):
    def vendor(row):
        date, time, rest = line(row).replace(" ", ",", 1).split(",", 2)
        return f"NIFTY,{date.replace('-', '')},{time[:5]},{rest},0"

    found = look(csv(tmp_path, map(vendor, days("09:16", "15:30")), "", "feb.txt"))
    assert (found.report.kept, found.report.labels) == (750, "end")


def test_of_several_symbols_one_must_be_said(tmp_path):
    rows = [f"{name},{line(row)}" for name in ("A", "B") for row in days()]
    path = csv(tmp_path, rows, f"symbol,{HEADER}")
    assert "holds 2 symbols: A, B; say --symbol NAME" in refusal(path)
    assert look(path, symbol="B").report.rows == 750


def test_parquet_feather_gzip_and_zip_read_like_the_text(tmp_path):
    text = csv(tmp_path, days())
    table, expected = pa_csv.read_csv(text), look(text).columns
    feather.write_feather(table, tmp_path / "bars.feather")
    with zipfile.ZipFile(tmp_path / "bars.csv.zip", "w") as package:
        package.write(text, "bars.csv")
    for name in ("bars.feather", "bars.csv.zip"):
        assert look(tmp_path / name).columns == expected


# one sentence for a bad file


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ("2023-03-14 09:16:00,1,2,1,x,0", "bars.csv: line 3, column close is no number: 'x'"),
        ("yesterday,1,2,1,1,0", "bars.csv: line 3, column datetime is no time: 'yesterday'"),
        ("2023-03-14 25:16:00,1,2,1,1,0", "is no time: '2023-03-14 25:16:00'"),
        ("2023-02-30 09:16:00,1,2,1,1,0", "is no time: '2023-02-30 09:16:00'"),
        ("2023-03-14 09:16:00,1,2", "bars.csv: line 3 has 3 cells, the first line has 6"),
    ],
)
def test_a_bad_cell_is_named_by_line_and_column(tmp_path, bad, sentence):
    first, *rest = days()
    assert sentence in refusal(csv(tmp_path, [first, bad, *rest]))


def test_blank_lines_do_not_shift_the_number(tmp_path):
    first, *rest = days()
    path = csv(tmp_path, ["", first, "", "yesterday,1,2,1,1,0", *rest])
    assert refusal(path).startswith("bars.csv: line 5, column datetime")


def test_another_timeframe_is_recognised(tmp_path):
    path = csv(tmp_path, days("09:15", "15:25", step=5))
    assert "these are no 1m bars; say --timeframe 5m" in refusal(path)
    assert look(path, timeframe=Timeframe.M5).report.kept == 150


def test_an_option_nobody_trades_has_minutes_however_few(tmp_path):
    times = [15, 17, 18, 21, 24, 25, 27, 34, 36, 39, 45, 47]
    rows = [row for n, row in enumerate(day(price=50.0)) if n in times]
    few = csv(tmp_path, [rows[0], rows[-2]], name="few.csv")
    for path, kept in ((csv(tmp_path, rows), 12), (few, 2)):
        assert look(path, "NFO:1", labels="start", units="rupees").report.kept == kept
    threes = csv(tmp_path, [row for n, row in enumerate(day()) if n % 3 == 0 and n != 30])
    assert "its rows are 3 minutes apart, these are no 1m bars" in refusal(threes)


def test_json_is_called_so(tmp_path):
    assert "is JSON; bars come as" in refusal(csv(tmp_path, ["{", '"open": 1', "}"], header=""))


def test_what_an_export_says_of_its_bars_comes_back(tmp_path):
    rows = [f"{line(row)},{'true' if n < 2 else 'false'},false" for n, row in enumerate(days())]
    found = look(csv(tmp_path, rows, f"{HEADER},synthetic,corrected"))
    assert found.columns.flags[:4].tolist() == [SYNTHETIC, SYNTHETIC, 0, 0]


def test_an_unknown_name_is_refused(tmp_path):
    with pytest.raises(BadUsage, match="name it EXCHANGE:TOKEN"):
        look(csv(tmp_path, days()), "NIFTEE")


# every row has one verdict


def spoilt():
    """A day with one of everything that can be wrong, and its verdicts."""
    rows = day()
    ns, o, h, lo, c, v = rows[10]
    lines = [line(row) for row in rows]
    lines[20] = line((rows[20][0], o, lo, h, c, v))  # high below low
    lines[21] = line((rows[21][0], -1.0, h, lo, c, v))
    lines[22] = f"{lines[22].split(',')[0]},,,,,"
    lines[23] = "," + lines[23].split(",", 1)[1]
    lines[24] = lines[24][:-1] + "-5"
    lines[25] = lines[25].replace(":00,", ":30,", 1)
    extra = [
        lines[10],  # duplicate
        line((ns, o + 1, h + 1, lo, c, v)),  # conflict
        line((at(DAYS[0], "08:59"), o, h, lo, c, v)),
        line((at(dt.date(2023, 3, 12), "10:00"), o, h, lo, c, v)),  # a Sunday
        line((at(dt.date(2014, 3, 12), "10:00"), o, h, lo, c, v)),
    ]
    return lines + extra


EXPECTED = {
    "no_time": 1,
    "no_price": 1,
    "bad_price": 1,
    "bad_volume": 1,
    "ohlc": 1,
    "no_trading_day": 1,
    "unknown_day": 1,
    "off_minute": 1,
    "outside_hours": 1,
    "duplicate": 1,
    "conflict": 1,
}


def test_every_dropped_row_has_a_reason_and_the_sums_add_up(tmp_path):
    report = look(csv(tmp_path, spoilt())).report
    assert report.dropped == EXPECTED
    assert report.rows == 380 == report.kept + sum(report.dropped.values())
    assert report.adds_up
    assert report.examples["ohlc"] == "line 22 (2023-03-14 09:35)"
    assert report.examples["conflict"] == "line 378 (2023-03-14 09:25)"
    assert "line 22" in words(report)


def test_what_is_kept_but_odd_is_counted(tmp_path):
    rows = day()
    rows[3] = (rows[3][0], 17_000.01, 17_010, 16_990, 17_000, 0)
    lines = [line(row) for row in rows]
    lines[7] = lines[7].replace(".50,", ".503,", 1)
    lines[8], lines[9] = lines[9], lines[8]
    report = look(csv(tmp_path, lines)).report
    counts = {rule.rule: rule.count for rule in report.quality if rule.count}
    assert counts == {"off_grid": 1, "rounded": 1, "unsorted": 1}
    assert report.kept == 375


@pytest.mark.parametrize("units", ["1e25", "inf", "-1"])
def test_a_volume_that_cannot_be_is_dropped(tmp_path, units):
    lines = [line(row) for row in day()]
    lines[4] = lines[4][:-1] + units
    lines[5] = lines[5][:-1] + "2.9999999"
    found = look(csv(tmp_path, lines))
    assert found.report.dropped == {"bad_volume": 1}
    assert found.columns.volume[3:6].tolist() == [0, 3, 0]


def test_holes_and_missing_days_stand_against_the_calendar(tmp_path):
    friday, tuesday = day(dt.date(2023, 3, 10)), day(dt.date(2023, 3, 14))
    report = look(csv(tmp_path, friday[:100] + friday[110:] + tuesday)).report
    assert report.missing_days == ("2023-03-13",)
    assert [str(hole) for hole in report.holes] == ["2023-03-10: 10 missing: 10:55..11:04"]


def test_special_days_and_the_auction_are_marked(tmp_path):
    muhurat = look(csv(tmp_path, day(dt.date(2021, 11, 4), "18:15", "19:14")), labels="start")
    assert (muhurat.columns.flags == SPECIAL).all()
    late = look(csv(tmp_path, day(dt.date(2026, 8, 4), "09:15", "15:29", 24_000)), labels="start")
    is_auction = (late.columns.flags & AUCTION) != 0
    assert show_clock(int(late.columns.start_ns[is_auction][0])) == "15:15:00"
    assert int(is_auction.sum()) == 15


def test_a_file_of_nothing_usable_is_refused(tmp_path):
    rows = day(dt.date(2023, 3, 12))
    assert "has no usable bar of NIFTY: 375 no_trading_day" in refusal(
        csv(tmp_path, rows), labels="start", zone="IST"
    )


# storing


def test_the_same_file_twice_changes_nothing(tmp_path):
    found = look(csv(tmp_path, days()))
    bars = BarStore(tmp_path / "bars")
    assert store(found, bars).written.added == 750
    assert store(found, bars).written.same == 750
    bars.close()


def test_dropped_rows_are_kept_beside_the_report(tmp_path):
    found = look(csv(tmp_path, spoilt()))
    path = keep_dropped(found.report, dropped_table(found), tmp_path / "imports")
    kept = pa_csv.read_csv(path.with_suffix(".dropped.csv"))
    assert sorted(kept["rule"].to_pylist()) == sorted(EXPECTED)


def test_every_verdict_is_in_the_table():
    assert set(EXPECTED) | {"off_grid", "rounded", "unsorted", "no_contract"} == {
        rule.name for rule in rules_of(Gate.IMPORT)
    }
