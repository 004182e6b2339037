"""Checks a day of paper or live trading: credentials, date, hours, and the session's name."""

import datetime as dt
import logging
from pathlib import Path
from urllib.parse import urlsplit

from msgspec.structs import replace

from rustro_kernel.config import Config
from rustro_kernel.configuration.checks import refuse_stub
from rustro_kernel.domain.errors import LiveRefused, OutsideRules, UnverifiedRule
from rustro_kernel.domain.market_time import ist_date
from rustro_kernel.domain.money import paise
from rustro_kernel.domain.rules import DayRules
from rustro_kernel.engine.inputs import SessionStarted
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.own_strategies.chosen import Chosen, of, stored
from rustro_kernel.session.live.addresses import check_addresses, is_here
from rustro_kernel.session.live.credentials import Found, load_credentials
from rustro_kernel.session.live.day_so_far import day_so_far
from rustro_kernel.session.live.pace import Pace, find_pace
from rustro_kernel.session.plans import LivePlan, strategy_of
from rustro_kernel.session.restart import as_recorded, first_input
from rustro_kernel.session.sessions_book import Entry, book_of, lot_cap, number, read_book
from rustro_kernel.session.unfinished import unfinished
from rustro_kernel.strategies import Strategy

log = logging.getLogger(__name__)

IN_A_FILE = (
    "a strategy from a notebook is not traded with real money; save it with rk.save_strategy and "
    "name the file in strategy.file"
)
NO_NEXT_DAY = "the next trading day"
SIMULATED = "everything: a simulated exchange on this machine"


def plan_live(cfg: Config, strategy: type[Strategy] | None = None) -> LivePlan:
    """Everything that can be known before a lock is taken; may block.

    `strategy` is a class from a notebook, which paper trades and live does not.

    Raises:
        NotATradingDay: If the market is closed today; it names the next day.
        BadUsage: If credentials are missing, or configuration and day do not fit.
        Refused: If what is known of the day is not enough to trade on, or live was given a class.
    """
    if strategy is not None and cfg.mode == "live":
        raise LiveRefused(IN_A_FILE)
    found = load_credentials()
    check_addresses(cfg.broker)
    return planned(cfg, find_pace(cfg.broker), found, strategy)


def planned(
    cfg: Config, pace: Pace, found: Found, strategy: type[Strategy] | None = None
) -> LivePlan:
    """The same, with these credentials and this clock."""
    cfg, date = _patient(cfg, pace.speed), ist_date(pace.now_ns())
    refuse_stub(cfg.strategy, date)
    rules = day_rules(cfg, date)
    left = unfinished(_sessions(cfg), cfg.mode, rules.date)
    if left is None:
        cfg, decides = strategy_of(cfg, strategy)
        return LivePlan(cfg, rules, _started(cfg, rules, decides), pace, *found, decides)
    started = first_input(left)
    cfg, ignored = as_recorded(cfg, started)
    if ignored:
        log.warning("session %s goes on under its own %s", left.id, ", ".join(ignored))
    decides = of(stored(Path(left.folder))[started.strategy])
    return LivePlan(cfg, started.rules, started, pace, *found, decides, left, ignored)


def day_rules(cfg: Config, date: dt.date) -> DayRules:
    """The day's rules; what nobody knows stands in `unverified`.

    Hours that the user's own file confirms are known: they are named, and live goes on.

    Raises:
        LiveRefused: If live would trade on something nobody knows.
    """
    try:
        rules = MarketRules.load(cfg.rules.override).day(date, cfg.market.underlyings)
    except (UnverifiedRule, OutsideRules) as exc:
        if cfg.mode != "live":
            raise
        raise LiveRefused(str(exc)) from exc
    if rules.next_day:
        return rules
    if cfg.mode == "live":
        raise LiveRefused(f"{NO_NEXT_DAY} after {date} is not known to the market rules")
    return replace(rules, unverified=(*rules.unverified, NO_NEXT_DAY))


def identity(cfg: Config) -> str:
    """Which market data this is, by its host; addresses can carry secrets, hosts cannot."""
    return f"angel one live stream from {urlsplit(cfg.broker.stream_url).hostname}"


def _patient(cfg: Config, speed: float) -> Config:
    """Where time runs faster, a silence shorter than a second of the wall is this machine's."""
    factor = min(max(cfg.data.gap_factor, round(speed)), 100_000)
    return cfg.model_copy(update={"data": cfg.data.model_copy(update={"gap_factor": factor})})


def _sessions(cfg: Config) -> tuple[Entry, ...]:
    return read_book(book_of(cfg.state.dir, cfg.account.id)).sessions


def _started(cfg: Config, rules: DayRules, strategy: Chosen) -> SessionStarted:
    sessions, is_simulated = _sessions(cfg), is_here(cfg.broker.stream_url)
    n = number(sessions, cfg.mode, rules.date)
    so_far = day_so_far(sessions, cfg.mode, rules.date, is_simulated=is_simulated)
    return SessionStarted(
        session_id=f"{rules.date}-{cfg.mode}-{cfg.account.id}-{n}",
        mode=cfg.mode,
        account=cfg.account.id,
        rules=rules,
        settings=cfg.engine().model_dump(mode="json"),
        config_hash=cfg.hash(),
        strategy=strategy.name,
        strategy_hash=strategy.source_hash,
        promotion=cfg.strategy.promotion,
        balance_paise=paise(cfg.account.balance) if cfg.mode == "paper" else 0,
        data=identity(cfg),
        synthetic=(SIMULATED,) if is_simulated else (),
        max_lots=lot_cap(sessions, cfg.mode, rules.date, cfg.risk.live_max_lots),
        day_funds_paise=so_far.funds,
        day_result_paise=so_far.result,
    )
