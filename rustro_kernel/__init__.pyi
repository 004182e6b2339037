"""The public names, for type checkers."""

from rustro_kernel.config import Config as Config
from rustro_kernel.domain.settings import Section as Section
from rustro_kernel.domain.verdicts import (
    Direction as Direction,
    Gate as Gate,
    TriggerKind as TriggerKind,
)
from rustro_kernel.headless.verify import verify as verify
from rustro_kernel.own_strategies.file import save_strategy as save_strategy
from rustro_kernel.records.why import why as why
from rustro_kernel.research.backtest import (
    backtest as backtest,
    start_backtest as start_backtest,
)
from rustro_kernel.research.catalogue import runs as runs
from rustro_kernel.research.certificate import certificate as certificate
from rustro_kernel.research.compare import compare as compare
from rustro_kernel.research.history import History as History
from rustro_kernel.research.promotion import promote as promote
from rustro_kernel.research.strategy_check import check_strategy as check_strategy
from rustro_kernel.research.sweep.search import start_sweep as start_sweep, sweep as sweep
from rustro_kernel.research.sweep.sweeper import Sweeper as Sweeper
from rustro_kernel.research.walk import WalkForward as WalkForward
from rustro_kernel.research.walk_forward import walk_forward as walk_forward
from rustro_kernel.session.attached import attach as attach
from rustro_kernel.session.recorded import replay as replay
from rustro_kernel.session.result import SessionResult as SessionResult
from rustro_kernel.session.session import Session as Session
from rustro_kernel.session.waiting import wait as wait
from rustro_kernel.strategies import Finding as Finding, Strategy as Strategy, Trigger as Trigger

__version__: str
