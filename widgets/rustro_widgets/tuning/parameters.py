"""What can be tuned: every parameter of a strategy with its kind, range, step, unit and meaning.

Everything is read off the fields of the configuration and of a strategy's own `Params`; a new
field there is a new slider here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic.fields import FieldInfo

from rustro_kernel.config import Config
from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.strategies import Strategy
from rustro_widgets.tuning.parameter import Parameter, parameter
from rustro_widgets.tuning.wishes import Wishes, ranged

OWN = "strategy.params"
GROUPS: Mapping[str, Sequence[str]] = {
    "Exits": (
        *("exits.stop_pct", "exits.trail_activate_pct", "exits.trail_gap_pct"),
        *("exits.trail_floor", "exits.target_pct", "exits.low_volume_exit"),
    ),
    "Filters": (
        *("strategy.volume_filter", "strategy.volume_mult", "strategy.max_spread_pct"),
        *("strategy.min_dte", "strategy.atm_rounding"),
        *("strategy.max_reentries", "strategy.reentry_pause_s"),
    ),
    "Size and risk": (
        *("account.balance", "risk.base_size_pct", "risk.daily_loss_pct", "risk.max_losses"),
        *("risk.cooldown_s", "risk.vix_max", "risk.vix_spike"),
    ),
    "Fills": ("paper.slippage_ticks", "paper.latency_ms", "orders.max_chase_pct"),
}
"""What every strategy has, in the order of the panel."""
ADX = (
    *("strategy.daily_adx_threshold", "strategy.hourly_adx_threshold", "strategy.adx_period"),
    *("strategy.ema_period", "strategy.rsi_period", "strategy.rsi_low", "strategy.rsi_high"),
    *("strategy.pullback_rsi_lookback", "strategy.breakout_volume_mult"),
    "strategy.breakout_min_minutes",
)


def parameters(cfg: Config, kind: type[Strategy], wished: Wishes) -> list[Parameter]:
    """Every parameter of a strategy under a configuration, in the order of the panel.

    Raises:
        BadUsage: If a key that was asked for is none, or a range is none.
    """
    fields = _fields(kind)
    unknown = next((key for key in wished.keys if key not in fields), None)
    if unknown is not None:
        raise BadUsage(f"{unknown} is no parameter of {kind.name} or of the configuration")
    groups = {"Yours": wished.keys, **_groups(kind, fields)}
    found: dict[str, Parameter] = {}
    for group, keys in groups.items():
        for key in keys:
            made = parameter(key, group, fields[key], _value(cfg, key, fields[key]))
            found.setdefault(
                key, ranged(made, wished.ranges[key]) if key in wished.ranges else made
            )
    return list(found.values())


def values_in(cfg: Config, kind: type[Strategy], keys: Iterable[str]) -> dict[str, Any]:
    """What a configuration says of some keys."""
    fields = _fields(kind)
    return {key: _value(cfg, key, fields[key]) for key in keys}


def _fields(kind: type[Strategy]) -> dict[str, FieldInfo]:
    return {**Config.fields(), **dict(_own(kind))}


def _value(cfg: Config, key: str, field: FieldInfo) -> object:
    """The value in force; of a strategy's own parameter its default where none was set."""
    if key.startswith(f"{OWN}."):
        return cfg.strategy.params.get(key.removeprefix(f"{OWN}."), field.default)
    return cfg.value(key)


def _own(kind: type[Strategy]) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in kind.Params.model_fields.items():
        yield f"{OWN}.{name}", field


def _groups(kind: type[Strategy], fields: Mapping[str, FieldInfo]) -> dict[str, Sequence[str]]:
    own = [key for key in fields if key.startswith(f"{OWN}.")]
    entry = ADX if kind.name == "adx" else tuple(own)
    return {"Entry": entry, **GROUPS}
