"""The Tuner: sliders over a strategy's parameters, and at once what each move would have made.

Every set that is played counts as a try, in the trial book and on the tiles: the more one looks,
the better the best must be.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import ipywidgets

from rustro_kernel.config import Config
from rustro_kernel.research.backtest import Date
from rustro_kernel.research.sweep.sweeper import Sweeper
from rustro_widgets.panels.leaving import close_with_parts
from rustro_widgets.panels.redraw import PERIOD_S, Redraw
from rustro_widgets.panels.style import CSS
from rustro_widgets.tuning import layout, style
from rustro_widgets.tuning.bench import Bench, Params, start
from rustro_widgets.tuning.equity import equity_svg
from rustro_widgets.tuning.head import head_html
from rustro_widgets.tuning.knobs import Knobs
from rustro_widgets.tuning.latest import Found, Latest
from rustro_widgets.tuning.parameter import Parameter
from rustro_widgets.tuning.parameters import parameters, values_in
from rustro_widgets.tuning.played import Played
from rustro_widgets.tuning.price_chart import PriceChart
from rustro_widgets.tuning.price_values import Prices
from rustro_widgets.tuning.promote_pane import SLIDERS, WALK, PromotePane
from rustro_widgets.tuning.sweep_pane import SweepPane
from rustro_widgets.tuning.tiles import tiles_html, warnings, warnings_html
from rustro_widgets.tuning.walk_pane import WalkPane
from rustro_widgets.tuning.wishes import wishes

if TYPE_CHECKING:
    import pandas as pd

    from rustro_kernel.research.walk import WalkForward

TEXTS = ("head", "tiles", "warnings", "equity")


class Tuner(ipywidgets.VBox):
    """Sliders, tiles, equity, trades, a sweep, a walk-forward and the way to promotion.

    `await tuner.settled()` waits until all that was asked for is shown; `close()` ends its thread.

    Args:
        data: As for `rk.backtest`.
        strategy: As for `rk.backtest`. Compiled rules play the ADX strategy at every move of a
            slider; the engine plays others in a process of its own when a slider is let go.
        config: A TOML file or a Config: where the sliders begin.
        params: Parameters that come first: their keys, or a mapping of keys to a value to begin
            at, to "START:STOP:STEP", or to a list of values.
        start: First date.
        end: Last date, included.
        profile: A packaged profile.

    Raises:
        BadUsage: If anything asked for cannot be used, in one sentence.
    """

    _is_made = False

    def __init__(
        self,
        data: object,
        strategy: object = None,
        *,
        config: str | Path | Config | None = None,
        params: Mapping[str, object] | Sequence[str] | None = None,
        start: Date = None,
        end: Date = None,
        profile: str | None = None,
    ) -> None:
        wished = wishes(params)
        self._sweeper = Sweeper(
            data, strategy, wished.values, start=start, end=end, profile=profile, config=config
        )
        self.played: Played | None = None
        self.problem = ""
        self._begun: Played | None = None
        self._seen: Found[Params, Played] | None = None
        self._drawn, self._drawn_s = asyncio.Event(), 0.0
        self._redraw = Redraw(self.draw)
        self._bench = Bench(self._sweeper)
        self._latest: Latest[Params, Played] = Latest(self._bench.play, self._soon)
        self._build(parameters(self._sweeper.plan.cfg, self._sweeper.plan.strategy.kind, wished))
        super().__init__(self._parts())
        for name in ("rustro-cockpit", "rustro-tuner"):
            self.add_class(name)
        self._is_made = True
        self._moved()
        self.draw()
        self._redraw.start()

    @property
    def params(self) -> dict[str, Any]:
        """What the sliders say where it differs from the configuration, by dotted key."""
        return self._knobs.params

    @property
    def config(self) -> Config:
        """The configuration as the sliders say."""
        return self._sweeper.planned(self.params).cfg

    @property
    def table(self) -> "pd.DataFrame | None":
        """The sweep so far, one row a set."""
        return self._sweep.table

    @property
    def walk(self) -> "WalkForward | None":
        """The last walk-forward that was finished."""
        return self._walk.walk

    @property
    def is_busy(self) -> bool:
        """Whether something is at work, or not shown yet."""
        is_behind = self._latest.is_busy or self._latest.found is not self._seen
        return is_behind or self._sweep.work.is_running or self._walk.work.is_running

    def move(self, values: Params) -> None:
        """Move sliders, as a hand would; several at once are one try.

        Args:
            values: By dotted key, in the unit of the slider.

        Raises:
            KeyError: If one of them has no slider.
        """
        self._knobs.take(values)

    def sweep(self, grid: Params) -> None:
        """Begin the sweep of two parameters, as its button would; `table` has what came of it.

        Args:
            grid: Two parameters by dotted key, each with its values.
        """
        self._sweep.begin(grid)

    def walk_forward(self) -> None:
        """Begin the walk-forward over the sweep's parameters, as its button would."""
        self._walk.work.begin()

    async def settled(self) -> Played | None:
        """Wait until everything that was asked for is shown; returns what the tiles show."""
        while self.is_busy:
            self._drawn.clear()
            await self._drawn.wait()
        return self.played

    def draw(self) -> None:
        """Show what is new. On the notebook's loop only."""
        found = self._latest.found
        if found is not None and found is not self._seen:
            self._seen, self._drawn_s = found, monotonic()
            self._show(found)
        job = self._bench.job
        part = job.progress if job is not None else None
        self._texts["head"].value = head_html(
            self._sweeper.plan, self.played, is_busy=self._latest.is_busy, part=part
        )
        self._stop.layout.display = None if job is not None else "none"
        self._show_work()
        self._promote.show()
        self._drawn.set()

    def close(self) -> None:
        """End its thread and its work, and take the panel away."""
        if not self._is_made:  # what it was given could not be used
            return
        self._redraw.stop()
        self._latest.close()
        self._promote.close()
        for work in (self._sweep.work, self._walk.work):
            work.cancel()
        close_with_parts(self, super().close)

    def _show(self, found: Found[Params, Played]) -> None:
        """A set that was played, or why it was not."""
        self.problem = found.problem
        if found.result is None:
            self._texts["warnings"].value = warnings_html([], found.problem)
            return
        self.played = played = found.result
        self._begun = self._begun or played
        cfg = self._sweeper.planned(played.params).cfg
        self._texts["tiles"].value = tiles_html(played)
        self._texts["warnings"].value = warnings_html(warnings(played, cfg))
        self._texts["equity"].value = equity_svg(played, self._begun)
        self._prices.show(played.trades)

    def _show_work(self) -> None:
        """The sweep and the walk-forward; their sets were tries, which the tiles then count."""
        sweep, walk = self._sweep.work, self._walk.work
        before = (sweep.is_running, walk.is_running)
        self._sweep.show()
        self._walk.show()
        after = (sweep.is_running, walk.is_running)
        is_over = any(was and not now for was, now in zip(before, after, strict=True))
        if is_over and self._sweeper.is_compiled:
            self._latest.want(self._knobs.params)  # the same set again is the same try

    def _moved(self) -> None:
        """A slider says something else. From any thread."""
        self._promote.forget()
        self._latest.want(self._knobs.params)

    def _soon(self) -> None:
        """Draw at once, unless that was done just now: then the timer does. From any thread."""
        if self._redraw.loop is None or monotonic() - self._drawn_s >= PERIOD_S:
            self._redraw.soon()

    def _sources(self) -> dict[str, Callable[[], object]]:
        """What could be promoted."""
        params, walk = self.params, self.walk
        found: dict[str, Callable[[], object]] = {
            SLIDERS: lambda: start(self._sweeper.planned(params)).result()
        }
        return found if walk is None else {**found, WALK: lambda: walk}

    def _cancel(self, _: object) -> None:
        job = self._bench.job
        if job is not None:
            job.cancel()

    def _build(self, found: list[Parameter]) -> None:
        sweeper, soon, plan = self._sweeper, self._redraw.soon, self._sweeper.plan
        self._texts = {name: ipywidgets.HTML() for name in TEXTS}
        self._texts["tiles"].value = tiles_html(None)
        base = values_in(plan.cfg, plan.strategy.kind, [each.key for each in found])
        self._knobs = Knobs(found, base, self._moved, is_live=sweeper.is_compiled)
        self._prices = PriceChart(Prices(plan.history, plan.numbers))
        knobs = self._knobs
        self._sweep = SweepPane(
            sweeper, lambda: knobs.numbers, lambda: knobs.params, knobs.take, soon
        )
        self._walk = WalkPane(
            sweeper,
            lambda: self._sweep.grid,
            lambda: self._sweep.names,
            lambda: knobs.params,
            soon,
        )
        self._promote = PromotePane(self._sources, soon)
        self._reset, self._stop = layout.button("Reset", "undo"), layout.button("Stop", "stop")
        self._reset.on_click(lambda _: knobs.reset())
        self._stop.on_click(self._cancel)

    def _parts(self) -> list[Any]:
        css = ipywidgets.HTML(CSS + style.CSS, layout={"display": "none"})
        tabs = {
            "sweep": self._sweep.widget,
            "walk-forward": self._walk.widget,
            "promote": self._promote.widget,
        }
        charts = [self._texts["equity"], self._prices.widget]
        head = layout.row(self._texts["head"], self._reset, self._stop)
        body = layout.body(self._knobs.widget, charts, tabs)
        return [css, head, self._texts["tiles"], self._texts["warnings"], body]
