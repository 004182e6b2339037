"""Random parameter sets for the law that compiled code and engine trade alike."""

import numpy as np

SPACE: dict[str, list[object]] = {
    "strategy.daily_adx_threshold": [0, 12.5, 18, 22, 25],
    "strategy.hourly_adx_threshold": [0, 10, 18.3, 25],
    "strategy.adx_period": [5, 10, 14, 21],
    "strategy.rsi_period": [5, 9, 14],
    "strategy.rsi_low": [30, 40, 45.5, 49.9],
    "strategy.rsi_high": [50, 55, 60, 70],
    "strategy.ema_period": [1, 5, 9, 20],
    "strategy.volume_filter": ["off", "off", "hours20", "same_hour"],
    "strategy.volume_mult": [0, 0.5, 0.8, 1.0],
    "strategy.breakout_volume_mult": [0, 0, 0.2, 0.5],
    "strategy.breakout_min_minutes": [0, 5, 15, 40],
    "strategy.pullback_rsi_lookback": [1, 3, 6, 12],
    "strategy.max_spread_pct": [0.5, 1, 2, 5],
    "strategy.min_dte": [0, 1, 1, 3, 8],
    "strategy.atm_rounding": ["floor", "nearest", "itm"],
    "strategy.warmup_bars": [40, 100, 150, 300],
    "strategy.hourly_stub": ["drop", "keep"],
    "strategy.special_days": ["keep", "drop"],
    "strategy.max_reentries": [0, 1, 2, 5],
    "strategy.reentry_pause_s": [0, 300, 1800],
    "risk.base_size_pct": [1, 2, 2, 5, 20, 60],
    "risk.max_quantity": [10_000, 300, 1800],
    "risk.daily_loss_pct": [0.3, 1, 3, 10],
    "risk.max_losses": [1, 2, 3],
    "risk.cooldown_s": [0, 600, 3600],
    "risk.vix_max": [17.5, 20, 30],
    "risk.vix_spike": [0.4, 1, 5],
    "risk.vix_resume": [15, 16.5, 17.4],
    "risk.margin_buffer": [1, 1.5, 3],
    "risk.margin_exit_pct": [10, 50, 80],
    "risk.max_order_value": [20_000, 100_000, 1_000_000],
    "risk.max_order_lots": [5, 100],
    "risk.same_intent_s": [60, 7200],
    "risk.max_underlying_pct": [10, 100],
    "exits.stop_pct": [2, 5, 10, 20],
    "exits.trail_activate_pct": [0, 1, 2, 10],
    "exits.trail_gap_pct": [0.5, 1.5, 8],
    "exits.trail_floor": ["none", "none", "breakeven"],
    "exits.target_pct": [None, None, 3, 10],
    "exits.low_volume_exit": [False, True],
    "orders.max_chase_pct": [0.1, 0.5, 2],
    "orders.retry_at_s": [[0, 2, 6, 14, 30], [0, 20, 60, 75.5, 130]],
    "hours.daily_analysis": ["09:30:00", "10:40:30", "08:50:00"],
    "hours.entry_window": [["10:00:00", "14:30:00"], ["09:15:00", "15:30:00"]],
    "hours.eod_exit": [None, "15:20:00", "14:47:31"],
    "hours.eod_exit_expiry_day": ["15:00:00", "13:10:20"],
    "account.balance": [150_000, 1_000_000, 20_000_000],
    "account.compound": [True, False],
    "paper.slippage_ticks": [0, 1, 3],
    "paper.latency_ms": [1, 120, 120, 900, 25_000],
}
"""Far from the defaults on purpose: every branch has to be taken often."""


def drawn(seed: int) -> dict[str, object]:
    """About two keys of five, each one of its values; the rest is as the demo profile has it."""
    rng = np.random.default_rng(seed)
    taken = [key for key in SPACE if rng.random() < 0.4]
    found = {key: SPACE[key][rng.integers(len(SPACE[key]))] for key in taken}
    found.setdefault("strategy.daily_adx_threshold", 12.5)
    found.setdefault("strategy.hourly_adx_threshold", 10)
    if "strategy.rsi_low" in found or "strategy.rsi_high" in found:
        found.setdefault("strategy.rsi_high", 60)
    if "risk.vix_max" in found:
        found.setdefault("risk.vix_resume", 16.5)
    return found
