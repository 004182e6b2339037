"""A finished walk-forward: its tests, its sets, what it says of the best one, and its page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec
import pandas as pd

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.own_strategies.chosen import STORED
from rustro_kernel.research import ratios
from rustro_kernel.research.evidence import EVIDENCE, Evidence, about, deflated
from rustro_kernel.research.folds import Fold, choose
from rustro_kernel.research.new_folder import unused
from rustro_kernel.research.plan import Plan
from rustro_kernel.research.plateau import plateau
from rustro_kernel.research.result import Result
from rustro_kernel.research.sets import SetRun, matrix, table
from rustro_kernel.research.trials import TrialBook, Tries, sharpe_of


@dataclass(frozen=True)
class WalkForward:
    """A finished walk-forward; what it shows is the out-of-sample result.

    Attributes:
        base: Data, strategy and settings before any set.
        runs: Every set over all days; those that failed have no days.
        folds: Which days trained and tested, by their place in the days played.
        rows: The set chosen for each fold, by its place in `played`; None: no set had traded.
        by: What sets were chosen by.
        oos: The tests, stitched together.
    """

    base: Plan
    runs: Sequence[SetRun]
    folds: Sequence[Fold]
    rows: Sequence[int | None]
    by: str
    oos: Result

    def __repr__(self) -> str:
        return self.summary()

    @cached_property
    def played(self) -> list[SetRun]:
        """The sets that could be played."""
        return [run for run in self.runs if not run.failed]

    @property
    def failed(self) -> dict[str, str]:
        """The sets that could not, and why."""
        return {str(dict(run.params)): run.failed for run in self.runs if run.failed}

    @property
    def params(self) -> list[str]:
        """The keys that sets differ in."""
        return list(dict.fromkeys(key for run in self.runs for key in run.params))

    @cached_property
    def best(self) -> int | None:
        """The set that is best over all days, trained as the next fold would be."""
        train = self.folds[-1].train
        days = len(self.base.numbers)
        first = 0 if train.start == 0 else days - len(train)
        return choose(matrix(self.played)[:, first:], self.by)

    @property
    def best_plan(self) -> Plan:
        """The best set as a plan.

        Raises:
            BadUsage: If no set has traded.
        """
        if self.best is None:
            raise BadUsage("no set of the walk-forward has traded: there is nothing to promote")
        return self.played[self.best].plan

    @cached_property
    def sets(self) -> pd.DataFrame:
        """One row a set over all days, in sample, with how its neighbours did (`plateau`)."""
        return plateau(table(self.runs), self.params)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a fold: its dates, what was chosen, and how that did before and after."""
        dates = self.base.dates
        rows = []
        for fold, row in zip(self.folds, self.rows, strict=True):
            spans = {"train": fold.train, "test": fold.test}
            found: dict[str, object] = {
                f"{name}_{end}": pd.Timestamp(dates[place])
                for name, span in spans.items()
                for end, place in (("first", span.start), ("last", span.stop - 1))
            }
            if row is not None:
                run = self.played[row]
                found |= run.params
                for name, span in spans.items():
                    part = run.returns[span.start : span.stop]
                    found[f"{name}_sharpe"] = float(ratios.sharpe(part))
            rows.append(found)
        return pd.DataFrame(rows)

    @property
    def metrics(self) -> object:
        """The figures of the tests."""
        return self.oos.metrics

    @cached_property
    def evidence(self) -> Evidence:
        """What it says of the set that is best over all its days, for the gate."""
        return _evidence(self)

    def save(self, folder: str | Path) -> Path:
        """Write evidence, settings and tables into a new folder, as `rustro promote` takes it.

        Raises:
            BadUsage: If there is something already, or no set has traded.
        """
        place, plan = unused(folder, "a walk-forward"), self.best_plan
        place.mkdir(parents=True, exist_ok=True)
        (place / EVIDENCE).write_bytes(msgspec.json.format(msgspec.json.encode(self.evidence)))
        (place / "config.toml").write_text(plan.cfg.dump_toml(), encoding="utf-8")
        (place / "summary.txt").write_text(self.summary() + "\n", encoding="utf-8")
        (place / STORED).write_text(plan.strategy.source, encoding="utf-8")
        self.sets.to_parquet(place / "sets.parquet")
        self.table.to_parquet(place / "folds.parquet")
        self.oos.trades.to_parquet(place / "trades.parquet")
        return place

    def summary(self) -> str:
        """The tests on one page, then the folds."""
        return "\n".join(_lines(self))


def _evidence(walk: WalkForward) -> Evidence:
    best, oos = walk.best, walk.oos
    control, tries = oos.control, _tries(walk)
    around = walk.sets[walk.sets["failed"] == ""].reset_index(drop=True)
    row = around.iloc[best] if best is not None else None
    drawn = control.drawn_rs
    return Evidence(
        **about(walk.base),
        sets=len(walk.played),
        tries=tries.count,
        by=walk.by,
        folds=len(walk.folds),
        anchored=walk.folds[-1].train.start == 0,
        deflated_sharpe=deflated(tries, walk.played[best].returns) if best is not None else None,
        neighbours=int(row["neighbours"]) if row is not None else 0,
        neighbours_good_pct=float(row["neighbours_good_pct"]) if row is not None else None,
        oos_first=str(oos.days[0].date),
        oos_last=str(oos.days[-1].date),
        oos_trades=len(oos.closed),
        oos_net_rs=oos.stress.net_rs,
        oos_sharpe=oos.metrics.returns.sharpe,
        oos_doubled_rs=oos.stress.doubled_rs,
        control_draws=len(drawn),
        control_percentile=control.percentile if control.trades else None,
        control_median_rs=drawn[len(drawn) // 2] if control.trades else None,
        reversed_rs=control.reversed_rs if control.trades else None,
    )


def _tries(walk: WalkForward) -> Tries:
    """What the book holds; its own sets if that is less, as of a folder that takes nothing."""
    kept = TrialBook.of(walk.base).tries()
    if kept.count >= len(walk.played):
        return kept
    return Tries.of([sharpe_of(one.returns) for one in walk.played])


def _lines(found: WalkForward) -> Iterator[str]:
    oos, days = found.oos, found.oos.days
    trades, returns = oos.metrics.trades, oos.metrics.returns
    kind = "anchored" if found.folds[-1].train.start == 0 else "rolling"
    yield (
        f"{oos.strategy} out of sample, {days[0].date} to {days[-1].date}: "
        f"{len(found.folds)} {kind} folds, chosen by {found.by} from {len(found.played)} sets"
    )
    yield (
        f"  net Rs {trades.net_rs:,.0f} on {trades.trades} trades, Sharpe "
        f"{_figure(returns.sharpe)}, drawdown {returns.max_drawdown_pct:.2f} %"
    )
    yield f"  in training the same choices had a Sharpe of {_trained(found)}"
    dates = found.base.dates
    for fold, row in zip(found.folds, found.rows, strict=True):
        picked = {} if row is None else found.played[row].params
        told = ", ".join(f"{key}={value}" for key, value in picked.items())
        span = f"{dates[fold.test.start]} .. {dates[fold.test.stop - 1]}"
        yield f"  {span}  {told or 'nothing: no set had traded'}"
    for name, why in list(found.failed.items())[:8]:
        yield f"  FAILED {name}: {why}"
    yield from (f"  {line}" for line in oos.remarks)


def _trained(found: WalkForward) -> str:
    """The middle of what the chosen sets had shown before they were traded."""
    shown = [
        float(ratios.sharpe(found.played[row].returns[fold.train.start : fold.train.stop]))
        for fold, row in zip(found.folds, found.rows, strict=True)
        if row is not None
    ]
    return _figure(sum(shown) / len(shown) if shown else None)


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
