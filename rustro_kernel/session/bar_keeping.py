"""Whether a run's bars go into the store all runs share, and the way there."""

import datetime as dt
import logging

from rustro_kernel.config import Config
from rustro_kernel.domain.errors import AlreadyRunning, BadConfig
from rustro_kernel.domain.past_day import past_hours
from rustro_kernel.domain.rules import DayRules
from rustro_kernel.records.bars.run_bars import RunBars, Upkeep
from rustro_kernel.records.bars.store import BarStore

log = logging.getLogger(__name__)
FOLDER = "bars"


def run_bars(cfg: Config, rules: DayRules) -> RunBars | None:
    """The way into the store; None for a simulated run or while another process writes there.

    A second account in the same state folder sees the same market: its run goes on without.

    Raises:
        BadConfig: If the folder cannot be used.
    """
    if cfg.mode == "sim" and not cfg.store.sim:
        return None
    folder = cfg.state.dir / FOLDER
    try:
        store = BarStore(folder, cfg.bars.hot_capacity)
    except AlreadyRunning as exc:
        log.warning("bars of this session are not stored: %s", exc)
        return None
    except OSError as exc:
        raise BadConfig("state.dir", f"{folder} cannot be used: {exc.strerror}") from exc
    today = dt.date.fromisoformat(rules.date)
    upkeep = Upkeep(today, cfg.store.compact_after_days, cfg.store.keep_days)
    return RunBars(store, upkeep, past_hours(rules), synthetic=cfg.store.sim)
