"""What a session of this process says of itself when it is asked, also after its day."""

from concurrent.futures import Future
from pathlib import Path

from rustro_kernel.config import Config
from rustro_kernel.control.status import health
from rustro_kernel.domain.bars import Bar
from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.engine.asked import Chain, Preview, Setting
from rustro_kernel.engine.view import View
from rustro_kernel.session.desk import SessionDesk
from rustro_kernel.session.driver import Driver
from rustro_kernel.session.handle import Handle
from rustro_kernel.session.preview.asked import Previews
from rustro_kernel.session.preview.question import Question
from rustro_kernel.session.questions import Questions


class Telling(Handle):
    """A handle on a session in this process, as long as it has a driver and afterwards.

    Attributes:
        folder: The run folder; None before there is one.
    """

    def __init__(self, cfg: Config) -> None:
        if not isinstance(cfg, Config):
            raise BadUsage(f"a session wants what rk.Config.load(...) gives, got {cfg!r}")
        super().__init__(View(mode=cfg.mode))
        self.folder: Path | None = None
        self._cfg = cfg
        self._driver: Driver | None = None
        self._desk: SessionDesk | None = None
        self._previews = Previews()
        self._questions = Questions(cfg.engine().model_dump(mode="json"))
        self._last_health: dict[str, int | float] = {}
        self._last_figures: dict[str, int] = {}
        self._last_discarded: dict[str, int] = {}

    @property
    def health(self) -> dict[str, int | float]:
        """Lags, ages and counts that belong to no record, and who turned the engine how often."""
        if self._desk is None:
            return self._last_health
        return {**self._figures(), **health(self._desk.status())}

    def _figures(self) -> dict[str, int]:
        """Those that are kept in the health log at the end."""
        figures = self._driver.health() if self._driver else self._last_figures
        wire = {f"wire_{rule}": count for rule, count in self.discarded.items()}
        return {**figures, **wire, "dropped": self.dropped}

    @property
    def settings(self) -> tuple[Setting, ...]:
        """What `set` may change now; see `Handle.settings`."""
        return self._questions.settings()

    def chain(self, name: str = "") -> Chain:
        """The option chain around the money as last quoted; see `Handle.chain`.

        Args:
            name: Of the underlying; empty: the first one.
        """
        return self._questions.chain(name)

    def earlier_bars(self, name: str, timeframe: str) -> tuple[Bar, ...]:
        """The bars before today, as the warm-up has them; see `Handle.earlier_bars`.

        Args:
            name: Of the underlying; empty: the first one.
            timeframe: "1m", "5m", "15m", "1h" or "1d".
        """
        return self._questions.earlier_bars(name, timeframe)

    def preview(self, key: str, value: object) -> "Future[Preview]":
        """What a setting would have done to the day so far; see `Handle.preview`.

        Args:
            key: One of `settings`.
            value: What it would be.
        """
        paper, folder = self._cfg.paper, str(self.folder.absolute()) if self.folder else ""
        question = Question(folder, key, str(value), paper.slippage_ticks, paper.latency_ms)
        return self._previews.ask(question, self._questions.in_force())

    @property
    def dropped(self) -> int:
        """Events that subscribers have missed, because the notebook was blocked for long."""
        return self._bus.dropped

    @property
    def discarded(self) -> dict[str, int]:
        """Packets of the broker's stream that never became ticks, by quality rule; none in sim."""
        return self._driver.discarded() if self._driver else self._last_discarded

    def _keep_figures(self) -> None:
        """The day is over: keep what was known, not whom it was asked of."""
        self._last_health = self.health
        self._questions.close(underlying.name for underlying in self.view.underlyings)
        driver, self._driver, self._desk = self._driver, None, None
        if driver is not None:
            self._last_figures, self._last_discarded = driver.health(), driver.discarded()
        self._previews.close()
