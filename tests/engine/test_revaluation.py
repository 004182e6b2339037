"""Units booked at an average price take the exact value when the broker tells it."""

from rustro_kernel.domain.orders import OrderStatus, OrderUpdate
from rustro_kernel.records.order_rows import order_rows
from tests.make import CALL, in_position


def told(bench, order, value):
    """The broker says once more what all units of an order have cost."""
    tag, units = bench.orders[order][1].tag, bench.orders[order][1].quantity
    return bench.feed(OrderUpdate(tag, OrderStatus.COMPLETE, f"B-{tag}", units, value))


def bought(bench):
    return next(iter(bench.state.positions.values()))


def test_what_was_bought_takes_its_exact_value_and_the_stop_follows():
    bench = in_position(150)
    units, value, stop = bought(bench).bought, bought(bench).buy_value, bought(bench).stop
    told(bench, 0, value + 20 * units)
    position, said = bought(bench), bench.last("FillRevalued")
    assert (said.change_paise, said.value_paise) == (20 * units, value + 20 * units)
    assert (position.bought, position.buy_value) == (units, value + 20 * units)
    assert position.stop == stop + 16
    assert not said.is_after_trade
    assert order_rows(bench.events)[0].value_paise == value + 20 * units


def test_the_trade_is_stated_with_the_value_that_came_before_its_end():
    bench = in_position(150)
    value = bought(bench).buy_value
    told(bench, 0, value - 325)
    bench.tick(CALL, 119)
    bench.fill(price=118)
    assert bench.last("PositionClosed").buy_value_paise == value - 325


def test_a_value_that_comes_after_the_trade_is_counted_to_the_day():
    bench = in_position(150)
    bench.tick(CALL, 119)
    bench.fill(price=118)
    trade, realised = bench.last("PositionClosed"), bench.state.account.realised
    told(bench, 1, trade.sell_value_paise - 325)
    assert bench.last("FillRevalued").is_after_trade
    assert bench.state.account.realised == realised - 325
    told(bench, 0, trade.buy_value_paise - 100)
    assert bench.state.account.realised == realised - 325 + 100
    assert len(bench.said("PositionClosed")) == 1


def test_the_same_value_again_is_no_news():
    bench = in_position(150)
    told(bench, 0, bought(bench).buy_value)
    assert bench.said("FillRevalued") == []
