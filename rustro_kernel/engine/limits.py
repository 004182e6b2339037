"""The settings of the hot path as integers, worked out once when they load or change."""

import msgspec

from rustro_kernel.domain.money import bps, paise
from rustro_kernel.domain.settings import EngineSettings


def _ns(seconds: float) -> int:
    return round(seconds * 1e9)


class Limits(msgspec.Struct, frozen=True):
    """Basis points, paise and ns of the settings that are read per tick or per order."""

    stop_bps: int
    trail_arm_bps: int
    trail_gap_bps: int
    target_bps: int  # 0: off
    broker_stop_bps: int
    chase_bps: int
    steps_bps: tuple[int, ...]
    at_ns: tuple[int, ...]
    vix_max: int
    vix_spike: int
    vix_resume: int
    vix_stale_ns: int
    loss_bps: int
    underlying_bps: int
    same_intent_ns: int
    margin_exit_bps: int
    grace_ns: int
    gap_ns: int
    gap_factor: int
    position_stale_ns: int
    delayed_ns: int
    cooldown_ns: int
    pause_ns: int


def limits(settings: EngineSettings) -> Limits:
    """The integers of these settings."""
    exits, risk, orders = settings.exits, settings.risk, settings.orders
    return Limits(
        stop_bps=bps(exits.stop_pct),
        trail_arm_bps=bps(exits.trail_activate_pct),
        trail_gap_bps=bps(exits.trail_gap_pct),
        target_bps=bps(exits.target_pct or 0),
        broker_stop_bps=bps(exits.broker_stop_pct),
        chase_bps=bps(orders.max_chase_pct),
        steps_bps=(0, *(bps(step) for step in orders.retry_steps_pct)),
        at_ns=tuple(_ns(at) for at in orders.retry_at_s),
        vix_max=paise(risk.vix_max),
        vix_spike=paise(risk.vix_spike),
        vix_resume=paise(risk.vix_resume),
        vix_stale_ns=_ns(risk.vix_stale_s),
        loss_bps=bps(risk.daily_loss_pct),
        underlying_bps=bps(risk.max_underlying_pct),
        same_intent_ns=_ns(risk.same_intent_s),
        margin_exit_bps=bps(risk.margin_exit_pct),
        grace_ns=_ns(settings.bars.close_grace_s),
        gap_ns=_ns(settings.data.gap_threshold_s),
        gap_factor=settings.data.gap_factor,
        position_stale_ns=_ns(settings.data.position_stale_s),
        delayed_ns=_ns(settings.bars.delayed_after_s),
        cooldown_ns=_ns(risk.cooldown_s),
        pause_ns=_ns(settings.strategy.reentry_pause_s),
    )
