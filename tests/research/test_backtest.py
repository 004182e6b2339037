import datetime as dt

import msgspec
import pandas as pd
import pytest

import rustro_kernel as rk
from rustro_kernel.domain.errors import BadConfig, BadUsage, StrategyRaised
from rustro_kernel.domain.settings import Section
from rustro_kernel.domain.verdicts import Direction, TriggerKind
from rustro_kernel.engine.engine import Engine
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.engine.inputs import Input, Minutes
from rustro_kernel.records.pick import said
from rustro_kernel.research import tables
from rustro_kernel.research.backtest import plan, played
from rustro_kernel.research.minutes import DayDriver
from rustro_kernel.strategies import Finding, Strategy, Trigger
from tests.research.bars import bars

DATA = bars(40)
HISTORY = rk.History.load(DATA)
OFTEN = {"exits.stop_pct": 5, "strategy.volume_filter": "off", "strategy.reentry_pause_s": 0}


class Always(Strategy):
    """Buys calls whenever it may."""

    name = "always"

    def direction(self, daily):
        return Finding(Direction.CE)

    def trigger(self, moment):
        return Finding(Trigger(TriggerKind.CUSTOM))


class Raises(Always):
    """Fails in the middle."""

    name = "raises"

    def trigger(self, moment):
        if moment.minute.close % 100 == 5:
            raise ZeroDivisionError("a quant's mistake")
        return Finding(None)


@pytest.fixture(scope="module")
def demo():
    return rk.backtest(HISTORY, profile="demo")


@pytest.fixture(scope="module")
def always():
    return rk.backtest(HISTORY, Always, OFTEN)


def test_the_adx_strategy_trades_on_days_that_trend(demo):
    assert [str(day.date) for day in demo.days][::11] == ["2021-11-12", "2021-11-30"]
    assert len(demo.trades) > 0
    assert set(demo.trades["trigger"]) <= {"BREAKOUT", "PULLBACK"}


def test_a_strategy_of_ones_own_runs_as_it_is(always):
    assert set(always.trades["trigger"]) == {"CUSTOM"}
    assert always.strategy == "always"


def test_the_same_backtest_gives_the_same_events(always):
    assert always.rerun().digest == always.digest


def same(day, other):
    """Trades up to the numbers of the inputs that tags are made of."""
    mine, theirs = (
        [
            msgspec.structs.replace(t, buy_orders=(), sell_orders=())
            for t in said(each, PositionClosed)
        ]
        for each in (day, other)
    )
    return mine == theirs


@pytest.mark.parametrize("made", ["demo", "always"])
def test_minutes_that_pass_in_a_stretch_decide_what_they_decide_one_by_one(made, request):
    result = request.getfixturevalue(made)
    for day in result.days:
        full = result.plan.play(day.number, day.balance_paise, is_full=True)
        assert same(day.events, full.events)
        mine, theirs = (tables.decisions([each]) for each in (day, full))
        pd.testing.assert_frame_equal(mine, theirs)


WATCHED = (
    *("PositionOpened", "PositionUpdated", "StopLossHit", "TargetReached", "PositionsClosed"),
    *("TrailingStopActivated", "TrailingStopUpdated", "UnderlyingMovedAgainst", "VixSpike"),
    *("DailyLossLimitHit", "MarginBreach", "ConsecutiveLossLimitHit", "HourlyAlignmentDetermined"),
)
WAYS = (
    {"exits.stop_pct": 8, "exits.trail_activate_pct": 3, "exits.trail_gap_pct": 2},
    {"exits.target_pct": 4, "exits.trail_floor": "breakeven", "strategy.reentry_pause_s": 0},
    {"risk.base_size_pct": 30, "risk.daily_loss_pct": 1, "exits.stop_pct": 40},
    {"exits.trail_activate_pct": 0, "exits.trail_gap_pct": 0.5, "risk.max_losses": 1},
    {"risk.base_size_pct": 60, "risk.margin_exit_pct": 50, "risk.margin_buffer": 1},
    {"exits.low_volume_exit": True, "exits.broker_stop": "on", "strategy.hourly_adx_threshold": 40},
    {"bars.anchor": "clock", "paper.latency_ms": 0, "strategy.atm_rounding": "itm"},
    {"risk.vix_max": 14, "risk.vix_resume": 13, "hours.daily_analysis": "11:02:30"},
    {"risk.max_positions_per_underlying": 3, "strategy.atm_rounding": "nearest"},
)


@pytest.mark.parametrize("settings", WAYS, ids=lambda settings: next(iter(settings)))
@pytest.mark.parametrize("strategy", [None, Always])
def test_a_position_in_whole_minutes_goes_the_way_it_goes_moment_by_moment(settings, strategy):
    """Every fact about positions and risk, its time and its figures."""
    data = DATA if "bars.anchor" in settings else HISTORY
    params = {"strategy.volume_filter": "off", "strategy.breakout_volume_mult": 0, **settings}
    made = plan(data, strategy, params, start="2021-11-22")
    for day in played(made).days:
        full = made.play(day.number, day.balance_paise, is_full=True)
        mine, theirs = (
            [(event.ts, event.data) for event in each.events if event.type in WATCHED]
            for each in (day, full)
        )
        assert mine == theirs
        assert same(day.events, full.events)


def test_a_daily_analysis_before_the_open_finds_the_same_trades(demo):
    """The direction is the same at any time of the morning; only the first minutes differ."""
    early = rk.backtest(HISTORY, None, {"hours.daily_analysis": "08:50:00"}, profile="demo")
    assert [trade.net_paise for trade in early.closed] == [t.net_paise for t in demo.closed]
    assert len(early.closed) > 0


def test_every_minute_of_every_day_is_decided_once(demo):
    found = demo.decisions
    assert len(found) == 375 * len(demo.days)
    assert found["at_ist"].is_unique
    assert found["at_ist"].iloc[0] == pd.Timestamp("2021-11-12 09:16", tz="Asia/Kolkata")


def test_what_comes_later_changes_nothing_before_it(always):
    """Another future, from a minute on: every event up to that minute stays what it was."""
    cut = pd.Timestamp("2021-11-24 11:37", tz="Asia/Kolkata")
    frame = DATA.copy()
    later = frame["ts"] >= cut
    frame.loc[later, ["open", "high", "low", "close"]] *= 0.97
    frame["low"] = frame[["open", "high", "low", "close"]].min(axis=1)
    other = rk.backtest(frame, Always, OFTEN)
    before = [
        [
            (event.type, event.ts, event.data)
            for day in result.days
            for event in day.events
            if event.ts <= cut.value and event.type not in IDENTITY
        ]
        for result in (always, other)
    ]
    assert before[0] == before[1]
    assert [len(result.trades) > 3 for result in (always, other)] == [True, True]
    assert always.digest != other.digest


IDENTITY = (
    *("LogInitialized", "ConfigLoaded", "DataIdentified", "OrderPlacementRequired"),
    *("OrderSubmissionRequired", "OrderSubmitted", "OrderAcknowledged", "OrderExecuted"),
    *("OrderCancelled", "OrderRetryRequired", "PreOrderValidationPassed", "PositionClosed"),
)
"""Facts that name the data or carry an order's tag, which is made of its identity."""


def test_the_recorded_inputs_give_the_identical_events_again():
    made = plan(HISTORY, Always, OFTEN)
    number, inputs = made.numbers[3], []
    day = HISTORY.day(number)
    started = made.started(number, 100_000_000)
    driver = DayDriver(
        HISTORY, day, started, made.strategy.all, made.engine, made.cfg.paper, inputs=inputs
    )
    driver.run()
    stored = [msgspec.json.decode(msgspec.json.encode(item), type=Input) for item in inputs]
    engine = Engine(made.strategy.all)
    assert [event for item in stored for event in engine.apply(item).events] == driver.events
    told = sum(len(item.body.closes) for item in stored if isinstance(item.body, Minutes))
    assert told >= 375


def test_a_snapshot_in_the_middle_goes_on_to_the_bit():
    made = plan(HISTORY, Always)
    number, inputs = made.numbers[0], []
    started = made.started(number, 100_000_000)
    args = HISTORY, HISTORY.day(number), started, made.strategy.all, made.engine, made.cfg.paper
    DayDriver(*args, inputs=inputs).run()
    whole, half = Engine(made.strategy.all), len(inputs) // 2
    for item in inputs[:half]:
        whole.apply(item)
    again = Engine.restore(whole.snapshot(), made.strategy.all)
    for item in inputs[half:]:
        assert again.apply(item).events == whole.apply(item).events
    assert again.snapshot() == whole.snapshot()


def test_each_day_begins_with_what_the_day_before_has_left(always):
    starts, nets = always.equity["start_rs"].tolist(), always.equity["net_rs"].tolist()
    assert starts[0] == 1_000_000
    for before, net, after in zip(starts, nets, starts[1:], strict=False):
        assert after == pytest.approx(before + net)
    assert always.equity["equity_rs"].iloc[-1] == pytest.approx(1_000_000 + sum(nets))


def test_without_compounding_every_day_begins_with_the_same():
    result = rk.backtest(HISTORY, Always, {"account.compound": False, **OFTEN})
    assert set(result.equity["start_rs"]) == {1_000_000.0}
    assert result.metrics.returns.end_rs == pytest.approx(result.equity["equity_rs"].iloc[-1])


def test_an_order_of_a_boundary_meets_the_next_minutes_open(always):
    first = always.orders.iloc[0]
    assert first["sent_ist"] == pd.Timestamp("2021-11-12 10:15", tz="Asia/Kolkata")
    assert first["limit_rs"] == first["ltp_rs"]
    filled = always.orders[always.orders["state"] == "executed"].iloc[0]
    after = (filled["updated_ist"] - first["sent_ist"]).total_seconds()
    assert after == 2.24  # cancelled at 2.12, sent again, and there 120 ms later


def test_a_trade_costs_what_the_charges_of_its_day_say(always):
    trade = always.trades.iloc[0]
    assert trade["gross_rs"] == pytest.approx(
        (trade["exit_price_rs"] - trade["entry_price_rs"]) * trade["units"]
    )
    assert trade["net_rs"] == pytest.approx(trade["gross_rs"] - trade["charges_rs"])
    assert trade["charges_rs"] > 40  # two orders at 20 rupees


def test_a_stop_is_looked_at_at_every_moment_of_a_minute(always):
    stopped = always.trades[always.trades["reason"] == "STOP_LOSS"]
    seconds = set(stopped["exit_ist"].dt.second)
    assert len(stopped) > 5
    assert seconds <= {0, 20, 40, 59}
    assert len(seconds) > 1


def test_it_says_why(always):
    day = always.trades["entry_ist"].iloc[0]
    assert "trigger CUSTOM" in always.why("2021-11-12 10:15")
    assert "trades, net" in always.why(day.date()) or "1 trade, net" in always.why(day.date())
    assert {gate.name: gate.ok for gate in always.gates("2021-11-12 09:16")}["time_window"] is False
    minute = day.to_pydatetime().replace(second=0, microsecond=0)
    assert always.why(minute) == always.why(f"{minute:%Y-%m-%d %H:%M}")


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        ("2021-11-14", "2021-11-14 was not played; this backtest holds 2021-11-12 to 2021-11-30"),
        ("soon", "a moment is YYYY-MM-DD or YYYY-MM-DD HH:MM, got 'soon'"),
        (pd.NaT, "a moment is a text, date or datetime, got NaT"),
        (None, "a moment is a text, date or datetime, got None"),
    ],
)
def test_it_does_not_know_why_of_what_was_not_played(always, moment, sentence):
    with pytest.raises(BadUsage) as caught:
        always.why(moment)
    assert str(caught.value) == sentence


def test_a_strategy_that_raises_ends_the_backtest_with_day_and_question():
    with pytest.raises(StrategyRaised) as caught:
        rk.backtest(HISTORY, Raises)
    assert str(caught.value).startswith("the strategy raises raised on 2021-11-12 in trigger: ")
    assert str(caught.value).endswith("ZeroDivisionError: a quant's mistake")


def test_the_other_days_go_on_if_that_is_wanted():
    result = rk.backtest(HISTORY, Raises, on_error="continue")
    assert len(result.days) == 12
    assert dt.date(2021, 11, 12) in result.failed
    assert "FAILED" in result.summary()


class BreaksInCalm(Always):
    name = "breaks_in_calm"

    def calm(self, direction, last_hour):
        raise KeyError("x")


def test_a_strategy_that_raises_while_it_is_calm_is_named_too():
    with pytest.raises(StrategyRaised, match="raised on 2021-11-12 in calm: KeyError: 'x'"):
        rk.backtest(HISTORY, BreaksInCalm)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"start": pd.NaT}, "start is a date such as 2021-11-30, got NaT"),
        (
            {"params": ["a"]},
            "settings are values by key, such as {'exits.stop_pct': 15}, got ['a']",
        ),
    ],
)
def test_dates_and_settings_that_are_none_are_refused(words, sentence):
    with pytest.raises(BadUsage) as caught:
        rk.backtest(HISTORY, **words)
    assert str(caught.value) == sentence


class Tuned(Always):
    """Has a parameter of its own."""

    name = "tuned"

    class Params(Section):
        every: int = 5


@pytest.mark.parametrize(
    ("strategy", "params", "sentence"),
    [
        (None, {"exits.stop_pc": 15}, "exits.stop_pc"),
        (None, {"exits.stop_pct": 150}, "exits.stop_pct"),
        ("adz", None, "strategy.name: 'adz' is not one of adx"),
        (dict, None, "strategy: is a name or a subclass of rk.Strategy, got dict"),
        (Tuned, {"strategy.params": {"evry": 3}}, "strategy.params.evry"),
        (None, {"strategy.params": {"every": 3}}, "strategy.params.every"),
    ],
)
def test_what_nobody_knows_is_refused(strategy, params, sentence):
    with pytest.raises(BadConfig) as caught:
        rk.backtest(HISTORY, strategy, params)
    assert str(caught.value).startswith(sentence)


def test_parameters_go_on_top_of_a_configuration():
    cfg = rk.Config.load(profile="demo")
    result = rk.backtest(HISTORY, None, {"exits.stop_pct": 12}, config=cfg, start="2021-11-29")
    assert result.params["exits.stop_pct"] == 12
    assert result.params["strategy.volume_filter"] == "off"
    assert [str(day.date) for day in result.days] == ["2021-11-29", "2021-11-30"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"start": "2021-11-30", "end": "2021-11-29"}, "the first date 2021-11-30 comes after"),
        ({"start": "30.11.2021"}, "start is a date such as 2021-11-30, got '30.11.2021'"),
        ({"on_error": "ignore"}, "on_error is raise or continue, got 'ignore'"),
    ],
)
def test_a_wrong_wish_is_refused_in_a_sentence(words, sentence):
    with pytest.raises(BadUsage) as caught:
        rk.backtest(HISTORY, **words)
    assert str(caught.value).startswith(sentence)


def test_the_tables_say_their_units(always):
    known = {"right", "symbol", "reason", "trigger", "units", "lot", "expiry", "underlying"}
    known |= {"instrument", "position_id", "signal_id", "secondary", "buy_orders", "sell_orders"}
    known |= {"entry_vix", "exit_vix", "premiums"}
    assert [
        c for c in always.trades if c not in known and not c.endswith(("_rs", "_ist", "_s"))
    ] == []


def test_the_picture_has_equity_and_drawdown(always):
    figure = always.figure()
    assert [mark.labels[0] for mark in figure.marks] == ["drawdown %", "equity Rs"]
    assert len(figure.marks[1].y) == 12
