"""A configuration as a row that compiled code reads, or why it cannot be one."""

from collections.abc import Mapping

import numpy as np

from rustro_kernel.config import Config
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.money import bps, paise
from rustro_kernel.engine.limits import limits
from rustro_kernel.research.sweep.layout import SET, STEPS

MILLISECOND = SECOND // 1000
ROUNDINGS = {"floor": 0, "nearest": 1, "itm": 2}
VOLUME_KINDS = {"hours20": 0, "same_hour": 1, "off": -1}


def unexpressed(cfg: Config) -> str:
    """Why only the engine can play this configuration; nothing if compiled code can."""
    steps, balance = cfg.orders.retry_at_s, cfg.account.balance
    reasons = {
        "another strategy than adx": cfg.strategy.name != "adx",
        "strategy.enabled": not cfg.strategy.enabled,
        "several positions in one underlying": min(
            cfg.risk.max_positions, cfg.risk.max_positions_per_underlying
        )
        > 1,
        "exits.broker_stop": cfg.exits.broker_stop == "on",
        "paper.latency_ms": not 1 <= cfg.paper.latency_ms <= 60_000,
        "orders.retry_at_s": not 1 <= len(steps) <= STEPS or list(steps) != sorted(steps),
        "orders.retry_steps_pct": len(cfg.orders.retry_steps_pct) >= STEPS,
        "account.balance": paise(balance) > 5_000_000_000,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def row(cfg: Config, keys: Mapping[str, int]) -> np.void:
    """The row of an expressed configuration; `keys` are the places of its shared columns."""
    strategy, risk, exits, orders, paper = (
        cfg.strategy,
        cfg.risk,
        cfg.exits,
        cfg.orders,
        cfg.paper,
    )
    exact = limits(cfg.engine())
    made = np.zeros(1, dtype=SET)
    values: dict[str, object] = {
        **keys,
        "variant": variant(cfg),
        "volume_kind": VOLUME_KINDS[strategy.volume_filter],
        "daily_adx": strategy.daily_adx_threshold,
        "hourly_adx": strategy.hourly_adx_threshold,
        "rsi_low": strategy.rsi_low,
        "rsi_high": strategy.rsi_high,
        "volume_mult": strategy.volume_mult,
        "breakout_mult": strategy.breakout_volume_mult,
        "max_spread_pct": strategy.max_spread_pct,
        "margin_buffer": risk.margin_buffer,
        "breakout_minutes": strategy.breakout_min_minutes,
        "min_dte": strategy.min_dte,
        "rounding": ROUNDINGS[strategy.atm_rounding],
        "max_reentries": strategy.max_reentries,
        "pause_ns": exact.pause_ns,
        "size_bps": bps(risk.base_size_pct),
        "max_quantity": risk.max_quantity,
        "loss_bps": exact.loss_bps,
        "max_losses": risk.max_losses,
        "cooldown_ns": exact.cooldown_ns,
        "vix_max": exact.vix_max,
        "vix_spike": exact.vix_spike,
        "vix_resume": exact.vix_resume,
        "margin_exit_bps": exact.margin_exit_bps,
        "max_order_value": _most_paise(risk.max_order_value),
        "max_order_lots": risk.max_order_lots,
        "same_intent_ns": exact.same_intent_ns,
        "underlying_bps": exact.underlying_bps,
        "stop_bps": exact.stop_bps,
        "arm_bps": exact.trail_arm_bps,
        "gap_bps": exact.trail_gap_bps,
        "target_bps": exact.target_bps,
        "is_floored": exits.trail_floor == "breakeven",
        "low_volume": exits.low_volume_exit,
        "chase_bps": exact.chase_bps,
        "steps": len(orders.retry_at_s),
        "slippage_ticks": paper.slippage_ticks,
        "latency_ns": paper.latency_ms * MILLISECOND,
        "balance": paise(cfg.account.balance),
        "compounds": cfg.account.compound,
    }
    for name, value in values.items():
        made[name] = value
    made["step_ns"][0, : len(exact.at_ns)] = exact.at_ns
    made["step_bps"][0, : len(exact.steps_bps)] = exact.steps_bps
    found: np.void = made[0]
    return found


def _most_paise(most_rs: float) -> int:
    """The largest amount that the engine, which compares in rupees, finds not above it."""
    found = int(most_rs * 100) + 1
    while found / 100 > most_rs:
        found -= 1
    return found


def variant(cfg: Config) -> int:
    """Whether stubs are kept (2) and special days dropped (1), as one number."""
    keeps, drops = cfg.strategy.hourly_stub == "keep", cfg.strategy.special_days == "drop"
    return 2 * keeps + drops
