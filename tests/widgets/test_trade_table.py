"""The table of trades that the session's notebook shows."""

from rustro_kernel.records.projections import rebuild
from rustro_widgets.trade_table import trades
from tests.widgets import make


def test_a_trade_reads_in_rupees_and_times_of_the_day(tmp_path):
    rebuild(make.day_with_a_trade(tmp_path))
    trade = trades(tmp_path)[0]
    closed = make.closed()
    assert trade["symbol"] == make.OPTION
    assert (trade["gross"], trade["net"]) == (closed.gross_paise / 100, closed.net_paise / 100)
    assert (trade["entry"], trade["exit"]) == ("10:50:00", "11:35:00")
    assert not [name for name in trade.index if name.endswith(("_paise", "_ns"))]


def test_a_day_without_trades_is_an_empty_table(tmp_path):
    rebuild(make.day_without_one(tmp_path))
    assert trades(tmp_path).empty
