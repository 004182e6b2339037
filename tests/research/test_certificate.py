import msgspec
import pytest
from hypothesis import given, strategies as st

import rustro_kernel as rk
from rustro_kernel.config import Config
from rustro_kernel.domain.market_time import MINUTE, SECOND
from rustro_kernel.engine.events import orders as o
from rustro_kernel.engine.events.strategy import SignalGenerated
from rustro_kernel.engine.events.system import CommandReceived
from rustro_kernel.records.recorder import Recorder
from rustro_kernel.research import causes as causes_page
from rustro_kernel.research.causes import CAUSES, differences
from rustro_kernel.research.certificate import agreed, certificate
from rustro_kernel.research.sides import Side
from rustro_kernel.strategies import STRATEGIES
from tests.make import Bench
from tests.records.day import DAY, OPTION, SYMBOL, minute
from tests.records.make import START, story
from tests.research.test_compare import BASE, one, other, trades_

SIGNAL = next(data for data in DAY if isinstance(data, SignalGenerated))
PAUSE = CommandReceived("c1", "pause", {}, "operator", True, "")


def causes(first, second):
    return {d.cause: d.paise for d in differences(first, second)}


def ordered(name, trade, *, buy_ltp=10_000, sell_ltp=10_200, late_ns=0):
    """A side with the orders of its trade, and the last prices they were decided at."""
    sent = [
        o.OrderPlacementRequired("I1", "P1", OPTION, SYMBOL, "BUY", 50, "ENTRY"),
        o.OrderSubmissionRequired("I1", "b1", 0, "BUY", SYMBOL, 50, 10_100, buy_ltp, 0),
        o.OrderExecuted("I1", "b1", trade.units, trade.buy_value_paise),
        o.OrderPlacementRequired("I2", "P1", OPTION, SYMBOL, "SELL", 50, trade.reason),
        o.OrderSubmissionRequired("I2", "b2", 0, "SELL", SYMBOL, 50, 10_100, sell_ltp, 0),
        o.OrderExecuted("I2", "b2", trade.units, trade.sell_value_paise),
        trade,
    ]
    events = [msgspec.structs.replace(e, ts=e.ts + late_ns) for e in story(*sent)]
    return Side(name, {}, events)


FIRST = ordered("bars", BASE)


def test_the_same_fills_differ_in_nothing():
    assert differences(FIRST, ordered("ledger", BASE)) == []


def test_what_was_paid_away_from_the_decision_is_fill():
    worse = other(buy_value_paise=501_000)
    assert causes(FIRST, ordered("ledger", worse)) == {"fill": -1_000}


def test_another_price_at_the_same_decision_is_data():
    worse = other(buy_value_paise=505_000)
    assert causes(FIRST, ordered("ledger", worse, buy_ltp=10_100)) == {"data": -5_000}


def test_less_than_a_tick_a_unit_is_rounding():
    worse = other(buy_value_paise=500_200)
    assert causes(FIRST, ordered("ledger", worse, buy_ltp=10_004)) == {"rounding": -200}


def test_a_decision_in_another_minute_is_timing_and_two_seconds_are_not():
    worse = other(buy_value_paise=505_000)
    late = ordered("ledger", worse, buy_ltp=10_100, late_ns=MINUTE)
    soon = ordered("ledger", worse, buy_ltp=10_100, late_ns=2 * SECOND)
    assert causes(FIRST, late) == {"timing": -5_000}
    assert causes(FIRST, soon) == {"data": -5_000}


def test_a_part_of_what_was_wanted_is_fill():
    half = other(units=25, buy_value_paise=250_000, sell_value_paise=255_000)
    asked = story(msgspec.structs.replace(SIGNAL, signal_id="S1"))
    ours = Side("bars", {}, [*asked, *FIRST.events])
    theirs = Side("ledger", {}, [*asked, *ordered("ledger", half).events])
    assert causes(ours, theirs) == {"fill": -5_000}
    assert causes(FIRST, ordered("ledger", half)) == {"data": -5_000}


def test_other_charges_are_cost():
    dearer = msgspec.structs.replace(BASE, charges_paise=7_000, net_paise=3_000)
    assert causes(FIRST, ordered("ledger", dearer)) == {"cost": -1_000}


def test_a_position_closed_by_a_person_is_the_operator():
    closed = other(reason="OPERATOR", sell_value_paise=500_000)
    assert causes(FIRST, ordered("ledger", closed, sell_ltp=10_000)) == {"operator": -10_000}


def test_a_trade_that_is_lacking_has_the_reason_it_is_lacking_for():
    ledger = one("ledger", BASE)
    assert causes(one("bars"), ledger) == {"data": 4_000}
    assert causes(one("bars", **{"exits.stop_pct": 5}), ledger) == {"configuration": 4_000}
    assert causes(one("bars", msgspec.structs.replace(SIGNAL, signal_id="S1")), ledger) == {
        "fill": 4_000
    }
    near = msgspec.structs.replace(SIGNAL, signal_id="S2")
    assert causes(one("bars", near), ledger) == {"timing": 4_000}
    paused = msgspec.structs.replace(story(PAUSE)[0], ts=START - MINUTE)
    assert causes(one("bars", BASE), Side("ledger", {}, [paused])) == {"operator": -4_000}


def test_another_contract_is_data_unless_settings_differ():
    strike = other(symbol="NIFTY02DEC2117050CE", sell_value_paise=512_000)
    assert causes(one("bars", BASE), one("ledger", strike)) == {"data": 2_000}
    assert causes(one("bars", BASE, x=1), one("ledger", strike)) == {"configuration": 2_000}


@given(st.lists(trades_, max_size=4), st.lists(trades_, max_size=4), st.booleans())
def test_every_paisa_between_two_sides_has_a_cause(first, second, is_changed):
    ours, theirs = one("bars", *first), one("ledger", *second, **({"x": 1} if is_changed else {}))
    found = agreed(ours, theirs)
    assert sum(found.by_cause.values()) == found.net_paise[1] - found.net_paise[0]
    assert list(found.by_cause) == list(CAUSES)


def test_an_agreement_reads_as_sentences():
    found = agreed(
        Side("bars", {}, story(minute(60, "vix"), BASE)),
        Side("ledger", {}, story(minute(60, None))),
    )
    assert str(found).splitlines() == [
        "bars against ledger: trades 1 against 0, net Rs\u00a040.00 against Rs\u00a00.00",
        "  0 of 1 minutes with the same answer",
        "  first other decision: 2021-11-30 10:15, minute of NIFTY: vix against signal",
        "  data: \u2212Rs\u00a040.00",
        "    data: S1 traded only in bars: \u2212Rs\u00a040.00",
    ]
    assert not found.is_exact


class Played:
    """A backtest that states what it is given."""

    def __init__(self, events):
        self.plan, self.days = self, [self]
        self.events, self.cfg = events, Config()


def recorded(folder, bench, spoiled=0):
    """The bench's morning as a run folder; one event can be taken for another one."""
    recorder = Recorder(folder)
    for item in bench.inputs:
        recorder.take(item)
        events = [e for e in bench.events if e.input == item.n]
        other = msgspec.structs.replace
        recorder.state(item.n, [other(e, key="x") if e.seq == spoiled else e for e in events])
    recorder.close()
    (folder / "config.toml").write_text(Config().dump_toml())
    return folder


@pytest.fixture(scope="module")
def morning():
    """Until after the direction is found, by the ADX strategy."""
    bench = Bench(strategy=STRATEGIES["adx"])
    bench.run_to("09:35")
    return bench


def test_a_day_that_says_the_same_three_times_is_certified(tmp_path, morning):
    found = certificate(recorded(tmp_path, morning), Played(morning.events))
    assert found.is_exact
    assert str(found).startswith(f"{tmp_path.name}: bars, ticks and ledger: all three say the same")
    assert (found.bars.minutes, found.bars.same_minutes) == (19, 19)


def test_a_ledger_that_its_inputs_do_not_give_is_not_certified(tmp_path, morning):
    found = certificate(recorded(tmp_path, morning, spoiled=9), Played(morning.events))
    assert (found.is_exact, found.ticks.is_exact) == (False, True)
    assert "record 9: key differs" in str(found)


@pytest.mark.data
async def test_a_real_day_is_certified_with_a_cause_for_every_paisa(tmp_path, market_data):
    bars = market_data / "nifty_1m.parquet"
    chosen = {"sim.data": str(bars), "sim.date": "2021-11-30", "sim.speed": "max"}
    places = {"run.out": str(tmp_path / "run"), "state.dir": str(tmp_path / "state")}
    await rk.Session(Config.load(profile="demo", **chosen, **places)).run()
    found = rk.certificate(tmp_path / "run", bars)
    assert found.replay.is_identical
    assert found.ticks.is_exact
    assert (found.bars.settings, found.bars.minutes) == ((), 375)
    assert found.bars.same_minutes >= 365
    assert found.bars.trades[1] == 2
    assert sum(found.bars.by_cause.values()) == found.bars.net_paise[1] - found.bars.net_paise[0]
    assert found.bars.by_cause["configuration"] == found.bars.by_cause["operator"] == 0


def test_a_backtest_that_trades_alone_is_told_with_its_cause(tmp_path, morning):
    found = certificate(recorded(tmp_path, morning), Played([*morning.events, *story(BASE)]))
    assert (found.is_exact, found.ticks.is_exact) == (False, True)
    assert found.bars.by_cause["data"] == -4_000


@pytest.mark.parametrize("cause", CAUSES)
def test_every_cause_is_explained(cause):
    assert f"`{cause}`" in (causes_page.__doc__ or "")
