"""What is held and not quoted: asked for every second, then a person is told; it stays."""

import pytest

from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.engine import effects
from rustro_kernel.engine.engine import Engine
from rustro_kernel.engine.inputs import MarketNotice, Restarted
from tests.make import CALL, Bench, clock, command, in_position, ns, ordered, tick


def silent(**changed) -> Bench:
    """A position that was quoted at 10:31:00 last, and REST that answers nothing."""
    bench = in_position(150, **changed)
    bench.is_quoted = False
    return bench


def asked(bench):
    return [
        clock(event.ts)
        for event in bench.inputs
        for effect in bench.effects
        if effect.input == event.n and isinstance(effect.action, effects.AskQuotes)
    ]


def exits(bench):
    return [e.reason for e in bench.said("ExitSignalGenerated")]


def test_after_five_seconds_a_quote_is_asked_for_and_then_every_second():
    bench = silent()
    bench.wait_to("10:31:04.999")
    assert asked(bench) == []
    bench.wait_to("10:31:08")
    assert asked(bench) == ["10:31:05", "10:31:06", "10:31:07", "10:31:08"]


def test_a_quote_that_comes_ends_the_asking_and_the_five_seconds_begin_anew():
    bench = silent()
    bench.wait_to("10:31:06.500")
    bench.tick(CALL, 151)
    bench.wait_to("10:31:11.499")
    assert asked(bench) == ["10:31:05", "10:31:06"]
    bench.wait_to("10:31:11.500")
    assert asked(bench)[-1] == "10:31:11.500"


def test_stops_run_on_the_answer():
    bench = silent()
    bench.wait_to("10:31:05.200")
    bench.tick(CALL, 119)
    assert exits(bench) == ["STOP_LOSS"]


def test_an_unchanged_answer_is_no_bad_tick_and_the_book_counts_once_the_print_is_old():
    bench = silent()
    bench.tick(CALL, 150, bid=11_000, ask=11_900)  # a print above the stop, a book below it
    assert exits(bench) == []
    bench.is_quoted = True
    bench.wait_to("10:31:05")
    assert exits(bench) == ["STOP_LOSS"]
    assert bench.said("DataQualityError") == []


def test_the_same_message_twice_is_a_bad_tick_when_nobody_asked():
    bench = silent()
    message = tick(CALL, 150, at=bench.now, bid=14_990, ask=15_010, bid_qty=5000, ask_qty=5000)
    bench.feed(message)
    bench.feed(message)
    assert bench.last("DataQualityError").rule == "duplicate"


def test_an_instrument_that_is_quiet_but_answered_for_never_alarms():
    bench = in_position(150)
    bench.wait_to("10:33")
    assert len(asked(bench)) == 24  # two minutes, every five seconds
    assert bench.said("PositionQuoteLate") == []
    assert "POSITION_STALE" not in bench.state.halts


def test_half_a_minute_without_any_is_an_alert_and_no_entries_and_closes_nothing():
    bench = silent()
    bench.wait_to("10:31:29.999")
    assert bench.said("PositionQuoteLate") == []
    bench.wait_to("10:31:40")
    late = bench.last("PositionQuoteLate")
    assert (clock(bench.event(late).ts), clock(late.since_ns)) == ("10:31:30", "10:31:00")
    symbol = late.symbol
    assert bench.state.halts["POSITION_STALE"] == f"no quote of {symbol}, which is held, for 30 s"
    assert "POSITION_STALE" in bench.engine.view().overlays
    alerts = [e for e in bench.said("Alerted") if "its stops are blind" in e.text]
    assert [e.level for e in alerts] == ["critical"]
    assert exits(bench) == []
    assert asked(bench)[-1] == "10:31:40"


def test_the_next_quote_allows_entries_again_and_the_next_silence_is_news():
    bench = silent()
    bench.wait_to("10:31:31")
    bench.tick(CALL, 150)
    assert "POSITION_STALE" not in bench.state.halts
    bench.wait_to("10:32:01")
    assert len(bench.said("PositionQuoteLate")) == 2


def test_a_position_that_is_gone_is_waited_for_no_more():
    bench = silent()
    bench.wait_to("10:31:31")
    position = next(iter(bench.state.positions.values()))
    bench.feed(command("close", position=position.id))
    bench.fill(price=149)
    bench.wait(1)
    assert "POSITION_STALE" not in bench.state.halts
    count = len(asked(bench))
    bench.wait(60)
    assert len(asked(bench)) == count
    assert bench.state.held_quotes == {}


def test_an_entry_at_work_is_nothing_held():
    bench = ordered()
    bench.is_quoted = False
    bench.wait(20)
    assert asked(bench) == []


def test_a_halted_market_quotes_nothing_and_is_not_asked():
    bench = silent()
    bench.feed(MarketNotice(halted=True, reason="outage"))
    bench.wait_to("10:40")
    assert asked(bench) == []
    bench.feed(MarketNotice(halted=False, reason="resumed"))
    bench.wait(24)
    assert bench.said("PositionQuoteLate") == []
    bench.wait(10)
    assert len(bench.said("PositionQuoteLate")) == 1


def test_after_a_restart_half_a_minute_passes_before_anybody_is_told():
    bench = silent()
    bench.engine = Engine.restore(bench.engine.snapshot(), bench.registry)
    bench.now = ns("10:33")
    bench.feed(Restarted(120 * SECOND))
    bench.wait(24)
    assert asked(bench)[0] == "10:33:00"
    assert bench.said("PositionQuoteLate") == []
    bench.wait(2)
    assert len(bench.said("PositionQuoteLate")) == 1


@pytest.mark.parametrize(("seconds", "first"), [(0, "10:31:01"), (60, "10:32:00")])
def test_the_time_is_a_setting(seconds, first):
    bench = silent(data__position_stale_s=seconds)
    bench.wait_to("10:32:10")
    assert asked(bench)[0] == first
