"""The protective stop where something else goes wrong at the same time."""

from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.orders import OrderStatus
from rustro_kernel.engine.effects import TakeOver
from rustro_kernel.engine.inputs import BrokerPositions, Restarted
from tests.engine.test_protective_stop import ON, changes, partly_bought, protected, sells
from tests.make import CALL, Bench, command, in_position


def with_ghost() -> tuple[Bench, str, str]:
    """The first stop was proven absent, a second one rests."""
    bench = in_position(150, **ON, holds_cancels=True)
    ghost = bench.live.tag
    bench.report(OrderStatus.ABSENT, ghost, broker_id="")
    bench.report(OrderStatus.OPEN)
    return bench, ghost, bench.live.tag


def test_a_kill_that_comes_while_the_stop_is_cancelled_does_not_walk_the_ladder():
    bench = protected(holds_cancels=True, exits__target_pct=10)
    stop = bench.live.tag
    bench.tick(CALL, 170)
    assert bench.last("ExitSignalGenerated").reason == "TARGET"
    bench.feed(command("kill"))
    bench.report(OrderStatus.CANCELLED, stop)
    assert [intent.kind for intent in bench.state.intents.values()] == ["chase"]
    assert sells(bench)[-1] == (150, 166.50, 0.0)  # the bid 169.90 less 2 %


def test_a_change_that_may_be_lost_with_the_process_is_asked_for_again():
    bench, entry, stop = partly_bought()
    bench.report(OrderStatus.OPEN, stop)
    bench.report(OrderStatus.COMPLETE, entry, filled=150, value_paise=150 * 15_000)
    bench.feed(Restarted(down_ns=20 * SECOND))
    assert [(o.tag, o.quantity) for o in changes(bench)] == [(stop, 150)] * 2


def test_one_that_was_never_changed_is_not_changed_after_a_restart():
    bench = protected()
    bench.feed(Restarted(down_ns=20 * SECOND))
    assert changes(bench) == []


def test_a_session_does_not_end_before_a_ghost_of_a_closed_position_is_gone():
    bench, ghost, stop = with_ghost()
    bench.tick(CALL, 119)
    bench.report(OrderStatus.CANCELLED, stop)
    bench.fill()
    assert bench.state.positions == {}
    bench.report(OrderStatus.OPEN, ghost)
    bench.feed(command("stop"))
    bench.wait(2)
    assert bench.finished is None
    bench.report(OrderStatus.CANCELLED, ghost)
    bench.wait(2)
    assert bench.finished.exit_code == 0


def test_no_stop_is_placed_beside_a_ghost_that_may_still_sell():
    bench, ghost, stop = with_ghost()
    bench.report(OrderStatus.OPEN, ghost)
    bench.report(OrderStatus.REJECTED, stop)
    bench.wait(20)
    assert len(sells(bench)) == 2
    bench.report(OrderStatus.CANCELLED, ghost)
    bench.wait(5)
    assert len(sells(bench)) == 3


def test_an_order_that_was_proven_absent_is_looked_for_after_a_restart_too():
    bench, ghost, _stop = with_ghost()
    bench.feed(Restarted(down_ns=20 * SECOND))
    asked = [e.action for e in bench.effects if isinstance(e.action, TakeOver)]
    assert [(o.tag, o.is_over) for o in asked[-1].orders if o.tag == ghost] == [(ghost, True)]


def test_what_the_stop_sold_before_a_restart_is_a_trade_at_its_price():
    bench = protected()
    stop = bench.live.tag
    bench.feed(Restarted(down_ns=20 * SECOND))
    bench.feed(BrokerPositions({}))
    bench.report(OrderStatus.COMPLETE, stop, filled=150, value_paise=150 * 10_400)
    bench.wait(1)
    bench.feed(BrokerPositions({}))
    trade = bench.last("PositionClosed")
    assert (trade.reason, trade.sell_value_paise) == ("BROKER_STOP", 150 * 10_400)
    assert "RECOVERING" not in bench.state.halts


def test_units_that_are_missing_are_left_to_a_stop_that_may_have_sold_them():
    bench = protected()
    stop = bench.live.tag
    bench.feed(Restarted(down_ns=20 * SECOND))
    bench.report(OrderStatus.OPEN, stop)  # an order book that lags
    for _ in range(5):
        bench.feed(BrokerPositions({}))
        bench.wait(1)
    bench.report(OrderStatus.COMPLETE, stop, filled=150, value_paise=150 * 10_400)
    bench.feed(BrokerPositions({}))
    trade = bench.last("PositionClosed")
    assert (trade.reason, trade.sell_value_paise) == ("BROKER_STOP", 150 * 10_400)
    assert not {"OVERSOLD", "RECOVERING"} & set(bench.state.halts)


def test_units_that_stay_missing_are_not_waited_for_for_ever():
    bench = protected(holds_cancels=True)
    stop = bench.live.tag
    bench.feed(Restarted(down_ns=20 * SECOND))
    bench.report(OrderStatus.OPEN, stop)
    for _ in range(11):
        assert bench.said("PositionReconciled") == []
        bench.feed(BrokerPositions({CALL: 100}))
        bench.wait(1)
    assert [e.held for e in bench.said("PositionReconciled")] == [100]
    assert bench.cancels[-1][1] == stop  # it would sell more than is held
