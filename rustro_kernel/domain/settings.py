"""The engine's settings: every key with its default, unit and allowed range, defined once.

`_pct` keys are in percent, `_s` in seconds, times are "HH:MM:SS" IST, money is in rupees. The
names are a public contract.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from rustro_kernel.domain.market_time import clock_ns


def _time_of_day(text: str) -> str:
    clock_ns(text)
    return text


def _window(window: tuple[str, str]) -> tuple[str, str]:
    if clock_ns(window[0]) >= clock_ns(window[1]):
        raise ValueError(f"the window must start before it ends, got {window[0]} .. {window[1]}")
    return window


Clock = Annotated[str, AfterValidator(_time_of_day)]
Percent = Annotated[float, Field(ge=0, le=100)]
Seconds = Annotated[float, Field(ge=0, le=86_400)]
Rupees = Annotated[float, Field(gt=0, le=10**12)]  # in paise still far inside 64 bits
Every = Annotated[float, Field(ge=1, le=86_400)]  # looked at again and again: 0 would never end


class Section(BaseModel):
    """One section of the configuration: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class Market(Section):
    """What is traded."""

    underlyings: tuple[str, ...] = Field(("NIFTY",), min_length=1, description="indices traded")


class Strategy(Section):
    """The entry rules."""

    name: str = Field("adx", description="the registered strategy that decides")
    enabled: bool = Field(True, description="false records everything and decides nothing")
    daily_adx_threshold: float = Field(25, ge=0, le=100, description="daily ADX for a direction")
    hourly_adx_threshold: float = Field(25, ge=0, le=100, description="hourly ADX for alignment")
    adx_period: int = Field(14, ge=2, le=100, description="bars of ADX, +DI, -DI")
    rsi_period: int = Field(14, ge=2, le=100, description="bars of RSI")
    rsi_low: float = Field(40, ge=0, le=100, description="pullback in an uptrend: RSI below")
    rsi_high: float = Field(60, ge=0, le=100, description="pullback in a downtrend: RSI above")
    ema_period: int = Field(9, ge=1, le=200, description="bars of EMA")
    volume_filter: Literal["hours20", "same_hour", "off"] = Field(
        "hours20", description="what the last hour's volume is held against"
    )
    volume_mult: float = Field(1.2, ge=0, le=20, description="last hour over the mean hour")
    volume_source: Literal["future"] = Field("future", description="an index has no volume")
    breakout_volume_mult: float = Field(
        1.3, ge=0, le=20, description="running hour over the hour broken out of; 0: off"
    )
    breakout_min_minutes: int = Field(15, ge=0, le=59, description="minutes into the hour")
    pullback_rsi_lookback: int = Field(1, ge=1, le=50, description="5m bars")
    max_spread_pct: Percent = Field(2, description="(ask - bid) / ltp of the option")
    min_dte: int = Field(1, ge=0, le=60, description="calendar days to expiry")
    atm_rounding: Literal["floor", "nearest", "itm"] = Field("floor", description="strike choice")
    strikes_each_side: int = Field(4, ge=1, le=20, description="subscribed around ATM")
    warmup_bars: int = Field(150, ge=28, le=500, description="bars before the day, per timeframe")
    hourly_stub: Literal["drop", "keep"] = Field("drop", description="the short last hour")
    special_days: Literal["keep", "drop"] = Field("keep", description="special days in windows")
    invalidate_on_recompute: bool = Field(False, description="exit if recovery flips alignment")
    max_reentries: int = Field(2, ge=0, le=20, description="further entries a day after a loss")
    reentry_pause_s: Seconds = Field(1800, description="pause after a losing exit")
    params: dict[str, bool | int | float | str] = Field(
        {}, description="parameters of a strategy other than adx"
    )
    allow_stocks: bool = Field(False, description="F&O stocks as underlyings")


class Risk(Section):
    """Sizes and limits."""

    base_size_pct: Percent = Field(2, description="of the balance into one position")
    max_positions: int = Field(3, ge=1, le=50, description="open at once")
    max_positions_per_underlying: int = Field(1, ge=1, le=50, description="open at once")
    max_quantity: int = Field(10_000, ge=1, le=1_000_000, description="units in one position")
    daily_loss_pct: Percent = Field(3, description="of the funds at first login: halt")
    max_losses: int = Field(3, ge=1, le=100, description="in a row: cooldown")
    cooldown_s: Seconds = Field(1800, description="after that many losses")
    vix_max: float = Field(30, ge=0, le=200, description="breaker above")
    vix_spike: float = Field(5, ge=0, le=100, description="breaker: rise in 10 minutes")
    vix_resume: float = Field(28, ge=0, le=200, description="resume below, for 10 minutes")
    vix_stale_s: Every = Field(60, description="no VIX for so long: no entries")
    margin_buffer: float = Field(1.5, ge=1, le=10, description="funds over premium for an entry")
    margin_exit_pct: Percent = Field(80, description="of funds used: exit the weakest")
    live_max_lots: int = Field(1, ge=1, le=1000, description="in the first 10 live sessions")
    max_order_value: Rupees = Field(1_000_000, description="rupees in one entry: fat finger")
    max_order_lots: int = Field(100, ge=1, le=10_000, description="lots in one entry: fat finger")
    same_intent_s: Seconds = Field(60, description="same contract again so soon: fat finger")
    max_underlying_pct: Percent = Field(100, description="of the funds in one underlying")


class Exits(Section):
    """Stops, targets and technical exits."""

    stop_pct: Percent = Field(20, description="below the entry price")
    trail_activate_pct: Percent = Field(2, description="gain that arms the trailing stop")
    trail_gap_pct: Percent = Field(1.5, description="below the best price")
    trail_floor: Literal["none", "breakeven"] = Field("none", description="lowest trailing stop")
    target_pct: float | None = Field(None, gt=0, le=10_000, description="gain that closes; off")
    low_volume_exit: bool = Field(True, description="quiet futures market closes")
    broker_stop: Literal["live", "on", "off"] = Field("live", description="resting stop at broker")
    broker_stop_pct: Percent = Field(30, description="its trigger below the entry price")


class Orders(Section):
    """How orders are worked."""

    product: Literal["CARRYFORWARD", "INTRADAY"] = Field("CARRYFORWARD", description="product")
    retry_steps_pct: tuple[Percent, ...] = Field((0.25, 0.5, 0.75, 1.0), description="over ltp")
    retry_at_s: tuple[Seconds, ...] = Field((0, 2, 6, 14, 30), description="attempts")
    max_chase_pct: Percent = Field(2, description="over the first ltp, never above")


class Hours(Section):
    """Times of the day; empty means the dated default of the market rules."""

    daily_analysis: Clock = Field("09:30:00", description="daily direction")
    entry_window: Annotated[tuple[Clock, Clock], AfterValidator(_window)] = Field(
        ("10:00:00", "14:30:00"), description="entries: from <= t < to"
    )
    eod_exit: Clock | None = Field(None, description="everything is closed from here; dated")
    eod_exit_expiry_day: Clock = Field("15:00:00", description="for contracts expiring today")


class Bars(Section):
    """How ticks become bars."""

    anchor: Literal["open", "clock"] = Field("open", description="09:15 or 09:00 hours")
    close_grace_s: Seconds = Field(2, description="a bar closes so long after its boundary")
    delayed_after_s: Seconds = Field(120, description="no data past a boundary: BarDelayed")
    hot_capacity: int = Field(500, ge=10, le=100_000, description="bars kept in memory")


class Data(Section):
    """What counts as a gap."""

    gap_threshold_s: Every = Field(60, description="no tick on a liquid instrument: a gap, at most")
    gap_factor: int = Field(
        20, ge=5, le=100_000, description="sooner: so many times its usual interval"
    )
    position_stale_s: Seconds = Field(5, description="no quote for an open position")


class Account(Section):
    """Money at the start, where no broker says."""

    balance: Rupees = Field(1_000_000, description="rupees; sim and paper")
    compound: bool = Field(True, description="size from the balance with today's result")


class Paper(Section):
    """How the paper broker fills."""

    slippage_ticks: int = Field(1, ge=0, le=100, description="on marketable orders")
    latency_ms: int = Field(120, ge=0, le=60_000, description="from sending to the exchange")


class EngineSettings(Section):
    """The sections that decide trades; recorded whole with every run."""

    market: Market = Market()
    strategy: Strategy = Strategy()
    risk: Risk = Risk()
    exits: Exits = Exits()
    orders: Orders = Orders()
    hours: Hours = Hours()
    bars: Bars = Bars()
    data: Data = Data()
    account: Account = Account()
