"""Closing everything: by market value, one at a time, sixty seconds each."""

import pytest

from rustro_kernel.domain.orders import OrderStatus
from rustro_kernel.engine.holdings import Position
from tests.make import VIX, Bench, clock, command, in_position, option_key, ordered

CLOSES = ("PositionClosed", "PositionsClosed", "ExitSignalGenerated")


def holding(*wanted, **changed) -> Bench:
    """A bench that holds (strike, units, price) options."""
    bench = in_position(150, **changed)
    first = bench.state.positions.pop("P1-NIFTY-CE-10:15")
    bench.state.by_instrument.clear()
    for n, (strike, units, price) in enumerate(wanted, 1):
        key = option_key(strike)
        position = Position(
            id=f"P{n}",
            signal_id=f"S{n}",
            underlying="NIFTY",
            instrument=key,
            symbol=f"{strike}CE",
            right="CE",
            strike=strike * 100,
            expiry=first.expiry,
            lot=50,
            trigger="BREAKOUT",
            bought=units,
            buy_value=units * price * 100,
            entry_underlying=1_700_000,
            price=price * 100,
            best=price * 100,
            worst=price * 100,
        )
        bench.state.positions[position.id] = position
        bench.state.by_instrument[key] = [position.id]
    bench.events.clear()
    for strike, _units, price in wanted:
        bench.tick(option_key(strike), price)
    return bench


def order_of_exits(bench):
    return [
        (clock(bench.event(e).ts), e.position_id, e.reason)
        for e in bench.said("ExitSignalGenerated")
    ]


THREE = ((17_000, 50, 150), (17_050, 150, 140), (17_100, 100, 130))


def test_the_largest_goes_first_and_the_next_when_it_is_gone():
    bench = holding(*THREE)
    bench.feed(command("flatten"))
    assert order_of_exits(bench) == [("10:31:00", "P2", "OPERATOR")]
    bench.wait(3)
    bench.fill()
    bench.wait(3)
    bench.fill()
    bench.fill()
    assert order_of_exits(bench) == [
        ("10:31:00", "P2", "OPERATOR"),
        ("10:31:03", "P3", "OPERATOR"),
        ("10:31:06", "P1", "OPERATOR"),
    ]
    over = bench.last("PositionsClosed")
    assert (over.reason, over.closed, over.unfinished) == ("OPERATOR", 3, 0)


def test_a_trade_is_stated_before_the_next_exit_and_before_the_end_of_the_bulk():
    bench = holding(*THREE[:2])
    bench.feed(command("flatten"))
    bench.fill()
    bench.fill()
    assert bench.names(*CLOSES) == [
        "ExitSignalGenerated",
        "PositionClosed",
        "ExitSignalGenerated",
        "PositionClosed",
        "PositionsClosed",
    ]


def test_each_has_sixty_seconds_and_an_unfinished_one_goes_on_chasing():
    bench = holding(*THREE)
    bench.feed(command("flatten"))
    bench.wait_to("10:31:59.999")
    assert len(order_of_exits(bench)) == 1
    bench.wait_to("10:32:00")
    assert order_of_exits(bench)[1] == ("10:32:00", "P3", "OPERATOR")
    bench.wait_to("10:34:00")
    over = bench.last("PositionsClosed")
    assert (over.closed, over.unfinished) == (0, 3)
    assert len(bench.live_orders) == 3  # all still at work
    bench.wait(1)
    assert len(bench.live_orders) == 3


def test_a_kill_closes_all_at_once():
    bench = holding(*THREE)
    bench.feed(command("kill"))
    assert {e[1] for e in order_of_exits(bench)} == {"P1", "P2", "P3"}
    assert [o.quantity for o in bench.live_orders] == [150, 100, 50]


def test_a_second_reason_joins_a_bulk_and_starts_no_other():
    bench = holding(*THREE)
    bench.feed(command("flatten"))
    bench.tick(VIX, 31)
    assert len(order_of_exits(bench)) == 1
    for _ in range(3):
        bench.fill()
    assert len(bench.said("PositionsClosed")) == 1


@pytest.mark.parametrize("how", ["flatten", "kill", "stop"])
def test_an_entry_that_fills_while_it_is_cancelled_for_a_bulk_is_closed_too(how):
    bench = ordered(holds_cancels=True)
    bench.feed(command(how))
    assert len(bench.cancels) == 1
    bench.fill()  # it won the race
    assert len(order_of_exits(bench)) == 1
    bench.fill()
    assert [p.units for p in bench.said("PositionClosed")] == [150]
    assert bench.state.positions == {}


@pytest.mark.parametrize("filled", [0, 50])
def test_an_entry_at_work_is_ended_by_a_vix_break_and_its_part_closed(filled):
    bench = ordered(holds_cancels=True)
    if filled:
        bench.fill(filled)
    bench.tick(VIX, 31)
    bench.report(OrderStatus.CANCELLED)
    assert sum(o.quantity for o in bench.live_orders) == filled
    if filled:
        bench.fill()
    assert bench.state.positions == {}
    assert bench.state.bulk is None


def test_a_bulk_without_positions_says_nothing():
    bench = Bench()
    bench.run_to("10:00")
    bench.feed(command("flatten"))
    assert bench.said("PositionsClosed") == []


def test_a_position_that_closes_by_itself_leaves_the_queue():
    bench = holding(*THREE)
    bench.state.positions["P1"].stop = 14_000
    bench.feed(command("flatten"))
    bench.tick(option_key(17_000), 120)  # P1's stop, while P2 is being closed
    bench.fill()
    assert [t.reason for t in bench.said("PositionClosed")] == ["STOP_LOSS"]
    bench.fill()
    bench.fill()
    assert bench.last("PositionsClosed").closed == 2


def test_every_exit_of_a_bulk_says_what_began_it():
    bench = holding(*THREE)
    bench.feed(command("flatten"))
    for _ in range(3):
        bench.fill()
    asked = bench.event(bench.last("CommandReceived")).seq
    exits = [e for e in bench.events if e.type in ("ExitSignalGenerated", "PositionsClosed")]
    assert [e.cause for e in exits] == [asked] * 4
