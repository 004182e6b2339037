import datetime as dt

import pytest

import rustro_kernel as rk
from rustro_kernel.domain.errors import DamagedRecord
from rustro_kernel.research.daily import daily
from rustro_kernel.research.page.backtest import Account, backtest_page
from rustro_kernel.research.page.pictures import months
from rustro_kernel.research.sides import side
from tests.pages.reading import asks_for, read
from tests.research.bars import bars
from tests.research.make import BALANCE, WEEK, closed

TRADES = [
    closed(0, 10_000, reason="TRAILING_STOP"),
    closed(1, -5_000, reason="STOP_LOSS", right="PE"),
    closed(4, 30_000, reason="EOD"),
]
EVIL = "<script>alert(1)</script>"


def page(trades=TRADES, dates=WEEK, **fields):
    return backtest_page(Account(f"adx {EVIL}", trades, dates, BALANCE, **fields))


def texts(made):
    return [text.replace("\u00a0", " ") for text in read(made).texts]


def test_the_page_loads_nothing_and_takes_words_as_words():
    assert asks_for(page(facts=[(EVIL, EVIL)], synthetic=[EVIL])) == []


def test_the_figures_come_first():
    found = texts(page())
    assert "2021-11-29 to 2021-12-03 \u00b7 5 trading days \u00b7 3 trades" in found
    assert found[found.index("Net") + 1] == "+Rs 35,000"
    assert found[found.index("Return") + 1] == "+3.50 %"
    assert found[found.index("Profit factor") + 1] == "8.00"


def test_a_month_is_the_sum_of_its_days():
    found = texts(page())
    year = found.index("2021")
    assert found[year + 1 : year + 4] == ["+5,000", "+30,000", "+35,000"]


def test_every_trade_is_a_row_with_its_date_and_the_sum_is_below():
    found = texts(page())
    assert [text for text in found if text.endswith(" 10:00")] == [
        "2021-11-29 10:00",
        "2021-11-30 10:00",
        "2021-12-03 10:00",
    ]
    assert found[found.index("all") + 1 :].index("+35,000.00") == 2


def test_few_trades_are_said_to_be_few_and_many_are_not():
    assert any("3 trades are too few" in text for text in texts(page()))
    assert not any("too few" in text for text in texts(page(TRADES * 34)))


@pytest.mark.parametrize("dates", [(), WEEK])
def test_a_backtest_without_a_trade_has_its_page(dates):
    made = page([], dates)
    assert asks_for(made) == []
    assert "Trades" not in texts(made)


def test_a_long_backtest_marks_no_more_months_than_can_be_read():
    dates = [dt.date(2015, 1, 1) + dt.timedelta(days=n) for n in range(0, 3650, 5)]
    marks = months(daily([], dates, BALANCE))
    assert len(marks) <= 14
    assert marks[0][1] == "Feb 15"


@pytest.fixture(scope="module")
def result():
    return rk.backtest(bars(34), profile="demo")


def test_a_result_writes_its_page_and_saves_it_with_everything(result, tmp_path):
    assert asks_for(result.report(tmp_path / "r.html").read_text()) == []
    folder = result.save(tmp_path / "saved")
    assert "adx on NIFTY" in (folder / "report.html").read_text()


def test_the_parts_of_every_trade_add_up_to_its_net(result):
    found = result.attribution
    parts = found.drop(columns="net_rs").dropna()
    assert len(found) == len(result.closed) > 0
    assert parts.sum(axis=1).tolist() == pytest.approx(found.loc[parts.index, "net_rs"].tolist())


def test_a_saved_backtest_is_compared_and_listed_like_a_run(result, tmp_path):
    folder = result.save(tmp_path / "saved")
    found = rk.compare(folder, result)
    assert (found.first_difference, found.changed, found.net_paise) == (None, {}, 0)
    [row] = rk.runs(tmp_path).to_dict("records")
    assert (row["mode"], row["session_id"]) == ("backtest", result.digest)
    assert row["trades"] == len(result.closed)
    assert (str(row["date"].date()), row["config_hash"]) == (
        str(result.days[0].date),
        result.plan.config_hash,
    )


def test_a_saved_backtest_that_was_damaged_says_where(result, tmp_path):
    folder = result.save(tmp_path / "saved")
    with (folder / "events.jsonl").open("ab") as file:
        file.write(b"{}\n")
    with pytest.raises(DamagedRecord, match=r"events\.jsonl, record"):
        side(folder)


def test_two_settings_part_at_a_decision_and_every_paisa_has_its_cause(result):
    other = rk.backtest(result.plan.history, None, {"exits.stop_pct": 3}, profile="demo")
    found = rk.compare(result, other)
    assert found.changed == {"exits.stop_pct": (20.0, 3.0)}
    nets = [sum(trade.net_paise for trade in one.closed) for one in (result, other)]
    assert sum(found.by_cause.values()) == nets[1] - nets[0] != 0
    assert found.first_difference is not None
