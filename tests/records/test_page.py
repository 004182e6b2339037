import re

import msgspec
import pytest

from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.engine.events import positions as p
from rustro_kernel.engine.events.startup import LogInitialized, TradingDayChecked
from rustro_kernel.engine.events.system import ShutdownCompleted
from rustro_kernel.records.attribution import Attribution
from rustro_kernel.records.fill_quotes import mids
from rustro_kernel.records.page.day import Told, day_page, write_page
from rustro_kernel.records.page.pictures import hours, result
from rustro_kernel.records.pick import said
from rustro_kernel.records.recorder import Recorder
from rustro_kernel.records.report import report
from tests.pages.reading import asks_for, read
from tests.records.day import DAY, OPTION, trade
from tests.records.make import START, bar, finished_run, given, story, tick

PARTS = Attribution("P1", 5_000, 1_000, -500, 800, -1_200, -6_000, 4_900, 4_000)


def page(*payloads, attributions=None):
    events = story(*payloads)
    trades = said(events, p.PositionClosed)
    return day_page(Told(events, report(events), trades, attributions or [None] * len(trades)))


def texts(made):
    return [t.replace("\u00a0", " ") for t in read(made).texts]


def test_the_page_is_one_file_that_loads_and_runs_nothing():
    assert asks_for(page(*DAY)) == []


def test_the_page_says_what_the_day_came_to():
    found = texts(page(*DAY))
    assert "sim · Tuesday 30 November 2021 · 1 trade, net Rs 40.00." in found
    assert found[found.index("Net") + 1] == "+Rs 40.00"
    assert "Not measured but synthetic: option prices." in found
    assert "Of 4 minutes 1 passed all. " in "".join(found)


def test_a_trade_has_its_row_and_what_it_came_from():
    found = texts(page(*DAY, attributions=[PARTS]))
    row = found.index("NIFTY02DEC2117000CE")
    assert found[row + 1 : row + 12] == [
        "breakout", "09:15:00", "09:25:00", "10 min 00 s", "50", "100.00", "102.00",
        "trailing stop", "+100.00", "60.00", "+40.00",
    ]  # fmt: skip
    row = found.index("NIFTY02DEC2117000CE", row + 1)
    assert found[row + 1 : row + 9] == [
        "+50.00", "+10.00", "\u22125.00", "+8.00", "\u221212.00", "\u221260.00", "+49.00", "+40.00",
    ]  # fmt: skip


def test_a_result_that_cannot_be_attributed_says_so_and_keeps_its_net():
    found = texts(page(trade()))
    assert found.count("\u2013") >= 7
    assert "+40.00" in found


def test_a_day_without_a_trade_gives_the_reason():
    found = texts(page(TradingDayChecked("2021-11-30", "ordinary", "", "2021-12-01")))
    assert any("No trade: no minute was evaluated" in text for text in found)
    assert "Trades" in found
    assert "Where the result came from" not in found


def test_a_run_that_was_stopped_or_not_ended_says_so_at_the_top():
    stopped = texts(page(LogInitialized("s"), ShutdownCompleted(4, "killed by operator")))
    assert "Exit code 4: killed by operator" in stopped
    assert any("stated no end" in text for text in texts(page(LogInitialized("s"))))


def test_words_of_the_broker_and_of_a_strategy_stay_words():
    evil = "<img src=x onerror=alert(1)>"
    made = page(trade(reason=evil, symbol=evil), ShutdownCompleted(1, evil))
    assert asks_for(made) == []
    assert texts(made).count(evil) >= 3


def test_the_result_moves_with_the_open_position_and_ends_at_the_net():
    events = story(
        bar(), p.PositionUpdated("P1", "X", 50, 500_000, 10_300, 15_000, 300), trade(4_000), bar()
    )
    steps = [(ns - START, paise) for ns, paise in result(events)]
    assert steps == [(0, 0), (2 * MINUTE, 15_000), (3 * MINUTE, 4_000)]


def test_the_hours_of_the_clock_are_marked():
    assert [word for _, word in hours([(START, 0.0), (START + 150 * MINUTE, 0.0)])] == [
        "10:00",
        "11:00",
    ]
    assert hours([]) == []


def test_the_quotes_of_a_trade_are_the_last_before_its_ends(tmp_path):
    with_quotes = [
        tick(instrument=OPTION, ltp=10_000, bid=9_990, ask=10_010),
        tick(instrument=OPTION, ltp=10_100, bid=10_050, ask=10_110),
        tick(instrument=OPTION, ltp=10_200, bid=0, ask=10_300),
    ]
    recorder = Recorder(tmp_path)
    for n, one in enumerate(with_quotes, 1):
        recorder.take(given(n, one, START + n * MINUTE))
    recorder.close()

    def ends(entry, exit_):
        return trade(entry_ns=START + entry * MINUTE, exit_ns=START + exit_ * MINUTE)

    trades = [ends(1, 2), ends(1, 3), ends(0, 2), msgspec.structs.replace(trade(), instrument="x")]
    assert mids(tmp_path, trades) == [(10_000.0, 10_080.0), None, None, None]
    assert mids(tmp_path / "none", []) == []


def test_a_finished_run_gets_its_page(tmp_path):
    folder = finished_run(tmp_path)
    write_page(folder, report(story(*DAY)))
    assert re.match("<!doctype html>", (folder / "report.html").read_text())


@pytest.mark.parametrize("size", [0, 1])
def test_a_page_of_nothing_can_be_made(size):
    assert asks_for(page(*DAY[:size])) == []
