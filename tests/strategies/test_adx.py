"""The ADX strategy on hand-made windows: every threshold at its edge."""

import math

import pytest

from rustro_kernel.domain.settings import Strategy as Parameters
from rustro_kernel.domain.verdicts import Direction, TriggerKind
from rustro_kernel.strategies import AdxStrategy, Moment, Trigger, Window
from tests.make import bar, trend

CE, PE, NO_TRADE = Direction.CE, Direction.PE, Direction.NO_TRADE
BREAKOUT, PULLBACK = TriggerKind.BREAKOUT, TriggerKind.PULLBACK


class Given:
    """A window whose indicators are simply given."""

    def __init__(self, *, adx=(25.0, 20.0, 10.0), bars=28, ema=(), rsi=(), closes=()):
        self.bars = [bar(c) for c in closes] or [bar()] * bars
        self._adx, self._ema, self._rsi = adx, ema, rsi

    def __len__(self):
        return len(self.bars)

    def adx(self, period):
        return [self._adx]

    def ema(self, period):
        return [100 * value for value in self._ema]

    def rsi(self, period):
        return list(self._rsi)


def strategy(**params) -> AdxStrategy:
    made = AdxStrategy()
    made.params = Parameters(**params)
    return made


@pytest.mark.parametrize(
    ("adx", "plus", "minus", "answer"),
    [
        (25.0, 20, 10, CE),
        (25.0, 10, 20, PE),
        (math.nextafter(25, 0), 20, 10, NO_TRADE),
        (40.0, 15, 15, NO_TRADE),
        (math.nan, math.nan, math.nan, NO_TRADE),
    ],
)
def test_direction_needs_an_adx_of_25_and_an_order_of_the_two_dis(adx, plus, minus, answer):
    found = strategy().direction(Given(adx=(adx, plus, minus)))
    assert found.answer is answer
    assert [gate.name for gate in found.gates] == ["daily_bars", "daily_adx", "daily_di"]


def test_under_28_daily_bars_there_is_no_trade_and_nothing_else_is_evaluated():
    found = strategy().direction(Given(bars=27))
    assert found.answer is NO_TRADE
    assert [(g.name, g.value, g.ok) for g in found.gates] == [("daily_bars", 27, False)]


def test_the_gates_say_value_threshold_and_verdict():
    gates = strategy().direction(Given(adx=(18.5, 20.0, 10.0))).gates
    assert [(g.value, g.threshold, g.ok) for g in gates] == [
        (28, 28, True),
        (18.5, 25.0, False),
        (20.0, 10.0, True),
    ]


@pytest.mark.parametrize(
    ("direction", "adx", "plus", "minus", "aligned"),
    [
        (CE, 25.0, 20, 10, True),
        (CE, 24.999, 20, 10, False),
        (CE, 25.0, 10, 20, False),
        (CE, 25.0, 15, 15, False),
        (PE, 25.0, 10, 20, True),
        (PE, 25.0, 20, 10, False),
        (NO_TRADE, 25.0, 10, 20, False),
    ],
)
def test_an_hour_is_aligned_with_a_strong_adx_and_the_days_order(
    direction, adx, plus, minus, aligned
):
    found = strategy().alignment(Given(adx=(adx, plus, minus)), direction)
    assert found.answer is aligned


def test_under_28_hours_nothing_is_aligned():
    assert strategy().alignment(Given(bars=27), CE).answer is False


HOUR = bar(17_000, high=17_020, low=16_980)


def moment(direction=CE, close=17_020.05, *, into=15, running=1301, hour=HOUR, fives=None):
    return Moment(
        at_ns=0,
        direction=direction,
        minute=bar(close),
        fives=fives or Given(),
        is_five=fives is not None,
        hours=Given(),
        last_hour=hour,
        last_hour_volume=1000,
        running_volume=running,
        minutes_into_hour=into,
    )


def fired(asked: Moment, **params) -> Trigger | None:
    return strategy(**params).trigger(asked).answer


@pytest.mark.parametrize(
    ("direction", "close", "fires"),
    [
        (CE, 17_020.05, True),
        (CE, 17_020.00, False),
        (PE, 16_979.95, True),
        (PE, 16_980.00, False),
        (PE, 17_020.05, False),
    ],
)
def test_a_breakout_closes_strictly_past_the_last_hour(direction, close, fires):
    assert (fired(moment(direction, close)) == Trigger(BREAKOUT)) is fires


@pytest.mark.parametrize(("into", "fires"), [(14, False), (15, True), (59, True), (0, False)])
def test_a_breakout_comes_15_minutes_into_the_hour_or_later(into, fires):
    assert (fired(moment(into=into)) is not None) is fires


@pytest.mark.parametrize(("running", "fires"), [(1300, False), (1301, True)])
def test_a_breakout_needs_more_than_1_3_times_the_hours_volume(running, fires):
    assert (fired(moment(running=running)) is not None) is fires


def test_a_volume_multiple_of_0_asks_for_no_volume():
    assert fired(moment(running=0), breakout_volume_mult=0) == Trigger(BREAKOUT)


def test_without_a_full_hour_a_breakout_is_not_evaluated():
    found = strategy().trigger(moment(hour=None))
    assert found.answer is None
    assert [(g.name, g.ok) for g in found.gates] == [("breakout.close_paise", None)]


def dip(closes=(17_000, 17_030), ema=(17_010, 17_015), rsi=(50, 39.9)) -> Given:
    """A close that crosses the EMA upward after a low RSI."""
    return Given(closes=closes, ema=ema, rsi=rsi)


def pulled(fives, direction=CE, **params):
    quiet = moment(direction, 17_000, fives=fives)
    return fired(quiet, **params)


@pytest.mark.parametrize(
    ("fives", "fires"),
    [
        (dip(), True),
        (dip(ema=(17_000, 17_015)), True),  # the previous close on the EMA still counts
        (dip(ema=(16_999.99, 17_015)), False),  # it was above already
        (dip(ema=(17_010, 17_030)), False),  # the close on the EMA is not above it
        (dip(closes=(17_030, 17_030), ema=(17_040, 17_020)), False),  # no rise
        (dip(rsi=(50, 40)), False),  # 40 is not below 40
        (dip(rsi=(39, 45)), False),  # lookback 1: only the last RSI counts
        (dip(rsi=(math.nan, math.nan)), False),
        (dip(ema=(math.nan, 17_015)), False),
    ],
)
def test_a_pullback_crosses_the_ema_rising_from_a_low_rsi(fives, fires):
    assert (pulled(fives) == Trigger(PULLBACK)) is fires


def test_a_longer_lookback_remembers_the_low_rsi():
    assert pulled(dip(rsi=(39, 45)), pullback_rsi_lookback=2) == Trigger(PULLBACK)


@pytest.mark.parametrize(("rsi", "fires"), [((50, 60.1), True), ((50, 60), False)])
def test_a_put_wants_the_mirror_image(rsi, fires):
    fives = Given(closes=(17_030, 17_000), ema=(17_020, 17_015), rsi=rsi)
    assert (pulled(fives, PE) == Trigger(PULLBACK)) is fires


def test_between_5m_bars_there_is_no_pullback():
    asked = moment(close=17_000)
    assert "pullback.rsi" not in [g.name for g in strategy().trigger(asked).gates]


def test_both_at_once_is_a_breakout_with_a_secondary():
    assert fired(moment(fives=dip())) == Trigger(BREAKOUT, secondary=PULLBACK)


def test_real_windows_find_a_rising_and_a_falling_trend():
    rising, falling = Window(trend(60, 20)), Window(trend(60, -20))
    assert strategy().direction(rising).answer is CE
    assert strategy().direction(falling).answer is PE
    assert strategy().alignment(rising, CE).answer is True
    assert strategy().alignment(falling, CE).answer is False


@pytest.mark.parametrize("direction", [CE, PE])
@pytest.mark.parametrize("close", [16_979.95, 16_980.0, 17_000.0, 17_020.0, 17_020.05])
def test_at_a_calm_close_nothing_fires_and_past_it_a_breakout_may(direction, close):
    asked = moment(direction, close)
    least, most = AdxStrategy().calm(direction, asked.last_hour)
    fires = fired(asked) is not None
    assert fires is not (least <= asked.minute.close <= most)
