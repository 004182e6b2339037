"""What came of a backtest: tables, figures, a picture, and why.

Nothing is worked out before it is asked for. Every day keeps its events; a minute's gates are
found by playing that day once more with everything stated, which changes no trade.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pandas as pd

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.domain.market_time import IST
from rustro_kernel.domain.verdicts import Gate
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.engine.events.strategy import EntryEvaluated
from rustro_kernel.engine.turn import Event
from rustro_kernel.records.layout import PAGE
from rustro_kernel.records.pick import said
from rustro_kernel.records.why import why
from rustro_kernel.research import summary, tables
from rustro_kernel.research.bootstrap import Interval
from rustro_kernel.research.control import Control, control
from rustro_kernel.research.daily import Daily, daily
from rustro_kernel.research.days import days_of
from rustro_kernel.research.metrics import Metrics, intervals, metrics
from rustro_kernel.research.new_folder import unused
from rustro_kernel.research.page.backtest import account, write_page
from rustro_kernel.research.plan import AnyPlan, DayOutcome, is_of_bars
from rustro_kernel.research.premium import Source, source
from rustro_kernel.research.remarks import remarks
from rustro_kernel.research.saved import save
from rustro_kernel.research.stress import Stress, stress
from rustro_kernel.research.trials import TrialBook, Tries, trial

if TYPE_CHECKING:
    from bqplot import Figure

TABLES = ("trades", "orders", "equity", "decisions")
Moment = str | dt.date | dt.datetime
"""A day, or a minute of one: "2021-03-04", "2021-03-04 10:15", a date, a datetime."""


@dataclass(frozen=True)
class Result:
    """A finished backtest.

    Attributes:
        plan: What was asked for: settings, history, strategy.
        days: Each day's outcome with its events, oldest first.
        parts: Of a result stitched together (walk-forward): the plan of each stretch of days.
    """

    plan: AnyPlan
    days: Sequence[DayOutcome]
    parts: Sequence[AnyPlan] = ()

    def __repr__(self) -> str:
        return self.summary()

    @property
    def strategy(self) -> str:
        """The strategy's name."""
        return self.plan.strategy.name

    @property
    def params(self) -> dict[str, object]:
        """What was set besides the defaults of the configuration, by dotted key."""
        return self.plan.cfg.unusual

    @cached_property
    def closed(self) -> tuple[PositionClosed, ...]:
        """The trades as they were stated, in order of closing; money in paise."""
        return tuple(trade for day in self.days for trade in said(day.events, PositionClosed))

    @cached_property
    def trades(self) -> pd.DataFrame:
        """One row a round trip; `tables.trades` says what the columns mean."""
        return tables.trades(self.closed, [self._premiums(trade).value for trade in self.closed])

    def _premiums(self, trade: PositionClosed) -> Source:
        """Where its prices came from."""
        plan = self.plan
        return source(plan.history.option_bars, trade) if is_of_bars(plan) else Source.RECORDED

    @cached_property
    def orders(self) -> pd.DataFrame:
        """One row an order."""
        return tables.orders(self.days)

    @cached_property
    def equity(self) -> pd.DataFrame:
        """One row a day: what it began with, made and left, in rupees."""
        return tables.equity(self.days)

    @cached_property
    def decisions(self) -> pd.DataFrame:
        """One row a minute that was evaluated: direction, trigger, the gate that stopped it."""
        return tables.decisions(self.days)

    @cached_property
    def metrics(self) -> Metrics:
        """The figures of trades and days."""
        dates = [day.date for day in self.days]
        return metrics(self.closed, dates, self.days[0].balance_paise if self.days else 0)

    @cached_property
    def daily(self) -> Daily:
        """What each day earned."""
        dates = [day.date for day in self.days]
        return daily(self.closed, dates, self.days[0].balance_paise if self.days else 0)

    @property
    def tries(self) -> Tries:
        """How many different tries the trial book holds of this strategy on these data."""
        return TrialBook.of(self.plan).tries()

    @property
    def deflated_sharpe(self) -> float:
        """The chance that this is more than the best luck of all tries so far; NaN: no variation.

        A single try is held against none. Source: D. H. Bailey and M. Lopez de Prado, The Deflated
        Sharpe Ratio (2014); `research.deflated` has the formula.
        """
        return self.tries.deflated(self.daily.returns)

    @cached_property
    def control(self) -> Control:
        """The same exits with random entries at the same count, days and hours, 200 times.

        Raises:
            BadUsage: If recorded ticks were played: most minutes have no price of most options.
        """
        played = [(self.plan_of(day.date), day) for day in self.days]
        bars = [(plan, day) for plan, day in played if is_of_bars(plan)]
        if len(bars) < len(played):
            raise BadUsage("random entries need bars: recorded ticks hold few options' prices")
        return control(bars)

    @cached_property
    def stress(self) -> Stress:
        """What is left with twice the costs, and how high costs may be."""
        return stress(self.closed)

    @cached_property
    def intervals(self) -> dict[str, Interval]:
        """How sure the main figures are, from resampled days."""
        return intervals(self.daily)

    @property
    def remarks(self) -> list[str]:
        """What to be told before believing it, in sentences."""
        return remarks(self.plan, self.days, self.tries, self.daily.returns)

    def count_try(self) -> None:
        """Write this backtest into the trial book, as `rk.backtest` does."""
        if self.days and not self.failed:
            TrialBook.of(self.plan).add(self.plan.dates, [trial(self.plan, self.daily)])

    @cached_property
    def attribution(self) -> pd.DataFrame:
        """One row a trade: its net in rupees by what it came from; `tables.attribution`."""
        return tables.attribution(self.closed)

    @property
    def failed(self) -> dict[dt.date, str]:
        """Days on which the strategy raised: their exits went on, their entries did not."""
        return {day.date: day.failed for day in self.days if day.failed}

    @property
    def skipped(self) -> dict[dt.date, str]:
        """Dates of the data inside the period that were not played, and why."""
        first, last = self.days[0].date, self.days[-1].date
        found = self.plan.history.skipped
        return {one.date: one.why for one in found if first <= one.date <= last}

    @cached_property
    def digest(self) -> str:
        """SHA-256 over every event: equal for equal backtests."""
        digest = hashlib.sha256()
        for day in self.days:
            digest.update(msgspec.json.encode(day.events))
        return digest.hexdigest()

    def summary(self) -> str:
        """The backtest on one page."""
        return summary.text(self.plan, self.days, self.metrics, self.remarks, self.skipped)

    def why(self, moment: Moment) -> str:
        """Why there was or was not a trade, on a day or at one minute's end.

        Raises:
            BadUsage: If the day was not played.
        """
        date, at = _when(moment)
        return why(self.told(date), at)

    def gates(self, moment: Moment) -> tuple[Gate, ...]:
        """Every gate of the minute that ended then, with value, threshold and verdict.

        Raises:
            BadUsage: If no minute was evaluated then.
        """
        date, at = _when(moment)
        for fact in said(self.told(date), EntryEvaluated):
            if at == f"{dt.datetime.fromtimestamp(fact.at_ns / 1e9, IST):%H:%M}":
                return fact.gates
        raise BadUsage(f"no minute that ended at {at or 'no time'} on {date} was evaluated")

    def told(self, date: dt.date) -> Sequence[Event]:
        """Every event of a day, with all gates of all its minutes."""
        day = next((day for day in self.days if day.date == date), None)
        if day is None:
            held = f"{self.days[0].date} to {self.days[-1].date}" if self.days else "no day"
            raise BadUsage(f"{date} was not played; this backtest holds {held}")
        return self.plan_of(date).play(day.number, day.balance_paise, is_full=True).events

    def plan_of(self, date: dt.date) -> AnyPlan:
        """What a day was played by: the plan, or of a stitched result the stretch's."""
        return next((part for part in self.parts if date in part.dates), self.plan)

    def figure(self) -> "Figure":
        """Equity and drawdown over the days, as a bqplot figure."""
        from rustro_kernel.research.figure import figure

        return figure(self.equity)

    def save(self, folder: str | Path) -> Path:
        """Write settings, summary, tables and every day's events into a new folder.

        Raises:
            BadUsage: If there is something already.
        """
        place = unused(folder, "a backtest")
        save(place, self.plan, self.days, self.metrics, self.digest)
        (place / "summary.txt").write_text(self.summary() + "\n", encoding="utf-8")
        for name in TABLES:
            getattr(self, name).to_parquet(place / f"{name}.parquet")
        self.report(place / PAGE)
        return place

    def report(self, path: str | Path = "report.html") -> Path:
        """Write figures, pictures and trades as one HTML file that loads nothing."""
        write_page(account(self.plan, self.days, self.skipped), Path(path))
        return Path(path)

    def rerun(self) -> "Result":
        """The same backtest once more; its digest is the same."""
        return Result(self.plan, days_of(self.parts or (self.plan,)), self.parts)


def _when(moment: Moment) -> tuple[dt.date, str | None]:
    if isinstance(moment, str):
        try:
            moment = (
                dt.datetime.fromisoformat(moment)
                if len(moment) > 10
                else (dt.date.fromisoformat(moment))
            )
        except ValueError as exc:
            raise BadUsage(f"a moment is YYYY-MM-DD or YYYY-MM-DD HH:MM, got {moment!r}") from exc
    told: object = moment
    if not isinstance(told, dt.date) or told != told:  # NaT is not itself
        raise BadUsage(f"a moment is a text, date or datetime, got {moment!r}")
    if not isinstance(moment, dt.datetime):
        return moment, None
    here = moment.astimezone(IST) if moment.tzinfo else moment
    return here.date(), f"{here:%H:%M}"
