"""`rk.backtest`: the very engine over years of minutes, day after day."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rustro_kernel.config import Config
from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.research import own_strategy
from rustro_kernel.research.days import Progress, days_of
from rustro_kernel.research.history import History
from rustro_kernel.research.own_strategy import Chosen
from rustro_kernel.research.plan import AnyPlan, Plan, PlanOf
from rustro_kernel.research.recorded_days import RecordedDays, run_folders
from rustro_kernel.research.result import Result
from rustro_kernel.research.sides import CONFIG

if TYPE_CHECKING:
    from rustro_kernel.research.jobs import Job

Date = str | dt.date | None


def backtest(
    data: object,
    strategy: object = None,
    params: Mapping[str, object] | None = None,
    *,
    start: Date = None,
    end: Date = None,
    profile: str | None = None,
    config: str | Path | Config | None = None,
    option_bars: object = None,
    on_error: str = "raise",
    progress: Progress | None = None,
) -> Result:
    """Play a strategy over stored bars or ticks with the rules, costs and engine of live trading.

    Args:
        data: A path of 1m bars, a DataFrame of them (`ts` with its zone, open, high, low, close in
            rupees), or a loaded History. Or ticks: the folder of a run in sim, paper or live, or a
            list of them (`research.recorded_days`), with that run's settings unless told others.
        strategy: A name, a subclass of Strategy, or None: what the configuration names (ADX).
        params: Settings by dotted key, such as {"exits.stop_pct": 15}, on top of the configuration.
        start: First date; None: the first one with days enough before it.
        end: Last date, which is included; None: the last one there is.
        profile: A packaged profile, such as "demo".
        config: A TOML file, or a Config (then without `profile`).
        option_bars: Real 1m bars of options (`research.option_bars`): a path, a DataFrame or
            loaded OptionBars. They are used before the model, minute by minute.
        on_error: "raise", or "continue": a day on which the strategy raised is marked failed, its
            exits go on, and the other days are played.
        progress: Told after each day.

    Raises:
        BadUsage: If data, dates, settings or strategy cannot be used, in one sentence.
        DamagedRecord: If a run's records cannot be read.
        StrategyRaised: If the strategy raised and `on_error` is "raise".
    """
    if on_error not in ("raise", "continue"):
        raise BadUsage(f"on_error is raise or continue, got {on_error!r}")
    made: AnyPlan
    if folders := run_folders(data):
        if option_bars is not None:
            raise BadUsage("runs hold the ticks of their options: leave option_bars out")
        made = plan_of_runs(
            folders, strategy, params, start=start, end=end, profile=profile, config=config
        )
    else:
        made = plan(
            data,
            strategy,
            params,
            start=start,
            end=end,
            profile=profile,
            config=config,
            option_bars=option_bars,
        )
    result = played(made, on_error=on_error, progress=progress)
    result.count_try()
    return result


def plan(
    data: object,
    strategy: object = None,
    params: Mapping[str, object] | None = None,
    *,
    start: Date = None,
    end: Date = None,
    profile: str | None = None,
    config: str | Path | Config | None = None,
    option_bars: object = None,
) -> Plan:
    """The same over bars, checked and loaded, but not played."""
    first, last = _dates(start, end)
    cfg, found = _asked(strategy, configured(config, profile, params))
    if folders := run_folders(data):
        raise BadUsage(
            f"{folders[0]} is a folder: recorded ticks are for rk.backtest, bars for all"
        )
    history = History.load(data, cfg, option_bars)
    return Plan(cfg, history, found, history.between(first, last))


def plan_of_runs(
    folders: Sequence[Path],
    strategy: object = None,
    params: Mapping[str, object] | None = None,
    *,
    start: Date = None,
    end: Date = None,
    profile: str | None = None,
    config: str | Path | Config | None = None,
) -> PlanOf[RecordedDays]:
    """The same over recorded ticks; without `config` and `profile` as the last run was set."""
    first, last = _dates(start, end)
    days = RecordedDays.load(folders)
    if config is None and profile is None:
        config = days.newest.folder / CONFIG
        strategy = strategy or days.newest.own_strategy
    cfg, found = _asked(strategy, configured(config, profile, params))
    days.refuse_other(cfg)
    return PlanOf(cfg, days, found, days.between(first, last))


def _dates(start: Date, end: Date) -> tuple[dt.date | None, dt.date | None]:
    first, last = _date("start", start), _date("end", end)
    if first is not None and last is not None and first > last:
        raise BadUsage(f"the first date {first} comes after the last one {last}")
    return first, last


def _asked(strategy: object, cfg: Config) -> tuple[Config, Chosen]:
    """The configuration with the strategy's name, and the strategy."""
    found = own_strategy.chosen(strategy, cfg.strategy.name, cfg.strategy.file)
    if found.name != cfg.strategy.name:
        cfg = cfg.model_copy(
            update={"strategy": cfg.strategy.model_copy(update={"name": found.name})}
        )
    own_strategy.check(found.kind, cfg)
    return cfg, found


def played(
    made: AnyPlan, *, on_error: str = "continue", progress: Progress | None = None
) -> Result:
    """Play every day of a plan, each with the balance the one before has left.

    Raises:
        StrategyRaised: If the strategy raised and `on_error` is "raise".
    """
    return Result(made, days_of((made,), on_error=on_error, progress=progress))


def configured(config: object, profile: str | None, params: object) -> Config:
    """The configuration with the parameters on top.

    Raises:
        BadConfig: If a key is unknown or a value is not allowed.
        BadUsage: If they are no values by key, or there are a Config and a profile.
    """
    params = by_key(params)
    if isinstance(config, Config):
        if profile is not None:
            raise BadUsage("a Config and a profile: say one of them")
        return config.changed(params) if params else config
    path = Path(str(config)) if config is not None else None
    return Config.load(path, profile=profile, **params)


def by_key(params: object) -> dict[str, object]:
    """Settings by dotted key, as they were asked for.

    Raises:
        BadUsage: If they are no values by key.
    """
    if params is None:
        return {}
    if not isinstance(params, Mapping):
        such = "{'exits.stop_pct': 15}"
        raise BadUsage(f"settings are values by key, such as {such}, got {params!r}")
    for key in params:
        if not isinstance(key, str):
            raise BadUsage(f"settings are named by dotted keys such as exits.stop_pct, got {key!r}")
    return dict(params)


def _date(name: str, said: Date) -> dt.date | None:
    if said is None or (isinstance(said, dt.date) and not isinstance(said, dt.datetime)):
        return said
    try:
        if isinstance(said, dt.datetime):  # pandas' NaT is one, without a date
            return dt.date.fromisoformat(f"{said:%Y-%m-%d}")
        return dt.date.fromisoformat(said)
    except (TypeError, ValueError) as exc:
        raise BadUsage(f"{name} is a date such as 2021-11-30, got {said!r}") from exc


def start_backtest(
    data: object,
    strategy: object = None,
    params: Mapping[str, object] | None = None,
    **words: object,
) -> "Job[Result]":
    """The same as `backtest`, in a process of its own: `await` it, watch `progress`, `cancel` it.

    Takes what `backtest` takes, except `progress`. What is wrong with the wishes is raised when
    the result is asked for.

    Args:
        data: As for `backtest`.
        strategy: As for `backtest`.
        params: As for `backtest`.
        words: Its keyword arguments, such as `config`, `profile`, `start`.
    """
    from rustro_kernel.research.jobs import Job

    if isinstance(strategy, type):  # its source cannot be found from the other process
        strategy = own_strategy.chosen(strategy, "")
    return Job(_in_job, data, strategy, params, **words)


def _in_job(
    progress: Progress,
    data: object,
    strategy: object,
    params: Mapping[str, object] | None,
    **words: Any,  # noqa: ANN401 - those of `backtest`
) -> Result:
    return backtest(data, strategy, params, progress=progress, **words)
