"""Does a day say the same from its bars, from its ticks, and in its ledger?

Three ways lead to a day's trades: the engine over one-minute bars (a backtest), the engine over the
recorded ticks (a replay), and what was traded in sim, paper or live (the ledger). The certificate
puts them side by side and says of every difference what it came from.
"""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec

from rustro_kernel.engine.engine import Engine
from rustro_kernel.engine.turn import Event
from rustro_kernel.own_strategies.chosen import stored
from rustro_kernel.pages.amounts import rs
from rustro_kernel.records.input_log import read_inputs
from rustro_kernel.records.replay import ReplayResult, replay
from rustro_kernel.records.report import run_figures
from rustro_kernel.research.backtest import backtest
from rustro_kernel.research.causes import CAUSES, Difference, differences
from rustro_kernel.research.decisions import Parting, agreement, decisions, parting
from rustro_kernel.research.result import Result
from rustro_kernel.research.sides import CONFIG, Side, changed_settings, is_backtest, side


class Agreement(msgspec.Struct, frozen=True):
    """How far two records of a day say the same.

    Attributes:
        minutes: Evaluated by both.
        same_minutes: With the same answer.
        parting: The first decision that differs.
        settings: Keys that decide and differ.
        differences: Of the nets, second less first; they add up to it.
    """

    first: str
    second: str
    minutes: int
    same_minutes: int
    parting: Parting | None
    settings: tuple[str, ...]
    net_paise: tuple[int, int]
    trades: tuple[int, int]
    differences: tuple[Difference, ...]

    @property
    def by_cause(self) -> dict[str, int]:
        """What lies between the nets, in paise."""
        found: Counter[str] = Counter(dict.fromkeys(CAUSES, 0))
        for one in self.differences:
            found[one.cause] += one.paise
        return dict(found)

    @property
    def is_exact(self) -> bool:
        """The same decisions and the same money."""
        return self.parting is None and not self.differences

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        nets = " against ".join(map(rs, self.net_paise))
        counts = " against ".join(map(str, self.trades))
        yield f"{self.first} against {self.second}: trades {counts}, net {nets}"
        yield f"  {self.same_minutes} of {self.minutes} minutes with the same answer"
        if self.settings:
            yield f"  other settings: {', '.join(self.settings)}"
        if self.parting:
            yield f"  first other decision: {self.parting}"
        for cause, paise in self.by_cause.items():
            if paise:
                yield f"  {cause}: {rs(paise, signed=True)}"
        for one in self.differences:
            yield f"    {one}"


class Certificate(msgspec.Struct, frozen=True):
    """A day from its bars, its ticks and its ledger.

    Attributes:
        session_id: The run's.
        replay: Whether the recorded ticks give the ledger byte for byte.
        ticks: Replay against ledger.
        bars: Backtest against ledger.
    """

    session_id: str
    replay: ReplayResult
    ticks: Agreement
    bars: Agreement

    @property
    def is_exact(self) -> bool:
        """All three say the same."""
        return self.replay.is_identical and self.ticks.is_exact and self.bars.is_exact

    def __str__(self) -> str:
        verdict = "all three say the same" if self.is_exact else "they differ, as follows"
        head = f"{self.session_id}: bars, ticks and ledger: {verdict}"
        return "\n".join([head, f"replay: {self.replay}", str(self.ticks), str(self.bars)])


def certificate(run: str | Path, bars: object, strategy: object = None) -> Certificate:
    """Put a run beside its replay and beside a backtest of the same day.

    Args:
        run: The folder of a run in sim, paper or live.
        bars: Minutes that hold the day and enough days before it, as `rk.backtest` takes them; it
            is played with the run's settings. Or the result of such a backtest.
        strategy: For that backtest; None: the one the run's settings name.

    Raises:
        BadData: If the folder holds no run.
        BadUsage: If the bars do not hold its day.
        DamagedRecord: If its records cannot be read.
    """
    folder = Path(run)
    ledger = side(folder, "ledger")
    played = bars if is_backtest(bars) else _played(folder, ledger, bars, strategy)
    from_ticks = Side("ticks", ledger.settings, replayed(folder))
    return Certificate(
        session_id=folder.name,
        replay=replay(folder, partial(Engine, stored(folder))),
        ticks=agreed(from_ticks, ledger),
        bars=agreed(side(played, "bars"), ledger),
    )


def _played(folder: Path, ledger: Side, bars: object, strategy: object) -> Result:
    date = run_figures(ledger.events).date
    own = stored(folder)[run_figures(ledger.events).strategy]
    return backtest(bars, strategy or own, config=folder / CONFIG, start=date, end=date)


def agreed(first: Side, second: Side) -> Agreement:
    """How far two sides say the same."""
    ours, theirs = decisions(first.events), decisions(second.events)
    both = (first, second)
    nets = [sum(trade.net_paise for trade in one.trades) for one in both]
    minutes, same = agreement(ours, theirs)
    return Agreement(
        first=first.name,
        second=second.name,
        minutes=minutes,
        same_minutes=same,
        parting=parting(ours, theirs),
        settings=tuple(changed_settings(first, second)),
        net_paise=(nets[0], nets[1]),
        trades=(len(first.trades), len(second.trades)),
        differences=tuple(differences(first, second)),
    )


def replayed(folder: Path) -> list[Event]:
    """What a fresh engine states of a run's recorded inputs."""
    engine = Engine(stored(folder))
    return [event for given in read_inputs(folder) for event in engine.apply(given).events]
