"""The week itself: exchange, supervisor and misfortunes, and what is left of each date."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from rustro_kernel.session.sessions_book import book_of, read_book
from tests.week import findings
from tests.week.bench import Bench
from tests.week.exchange import WeekExchange
from tests.week.findings import Figures
from tests.week.misfortunes import Misfortunes
from tests.week.pacing import Pacing
from tests.week.plan import Date
from tests.week.report import Report, growth_pct, write
from tests.week.waiting import wait_until

DATE_S = 600.0
"""More than any date takes."""


class Week:
    """Lives through the dates.

    Args:
        dates: What to live through.
        speed: Market seconds a second.
        folder: For everything; new.
        is_muted: A channel of alerts never answers.
    """

    def __init__(
        self, dates: Sequence[Date], speed: float, folder: Path, *, is_muted: bool = True
    ) -> None:
        self._dates, self._speed, self.folder = dates, speed, folder
        self._exchange = WeekExchange(dates, self._is_done)
        self._bench = Bench(folder, self._exchange, is_muted=is_muted)

    def live(self) -> Report:
        """Live through it; nothing is left running."""
        begun_s = monotonic()
        folder = self.folder
        folder.mkdir(parents=True, exist_ok=True)
        try:
            self._exchange.start()
            assert wait_until(lambda: self._exchange.has_begun(self._dates[0].date), 60)
            self._bench.start()
            figures = [self._lived(date) for date in self._dates]
            code = self._bench.stop()
        finally:
            self._bench.close()
        for each in figures:
            self._examine(each)
        report = Report(
            speed=self._speed,
            wall_s=monotonic() - begun_s,
            dates=figures,
            stopped_with=code,
            alerts_taken=sum(len(each.alerts) for each in figures),
            mute_connections=len(self._bench.mute.got),
            supervisor_growth_pct=growth_pct(figures),
        )
        write(report, folder)
        return report

    def _lived(self, date: Date) -> Figures:
        """Until the date is over."""
        assert self._wait(lambda: self._exchange.has_begun(date.date)), self._bench.log[-6000:]
        begun_s, heard = monotonic(), len(self._bench.sink.got)
        figures = Figures(str(date.date), date.about)
        is_open = self._exchange.playing[date.date].is_open
        if is_open:
            with Pacing(self._bench, date.date, self._speed) as pacing:
                doings = Misfortunes(self._bench, date, pacing)
                doings.do()
                assert self._wait(lambda: self._bench.is_over(date.date)), self._bench.log[-6000:]
            figures.done, figures.what = doings.done, "a session"
            figures.supervisor_mb = self._bench.supervisor_mb
        else:
            assert self._wait(lambda: self._is_past(date.date))
        figures.wall_s = monotonic() - begun_s
        figures.alerts = findings.alerts(self._bench.sink.got[heard:])
        return figures

    def _is_past(self, date: dt.date) -> bool:
        return any(later > date for later in self._exchange.playing) or not (
            self._exchange.is_running
        )

    def _is_done(self, date: dt.date) -> bool:
        return self._bench.is_over(date)

    def _wait(self, condition) -> bool:
        return wait_until(condition, DATE_S)

    def _examine(self, figures: Figures) -> None:
        """Afterwards: what costs time is done when nobody trades."""
        date = dt.date.fromisoformat(figures.date)
        figures.said = findings.said_of(self._bench.log, date)
        playing = self._exchange.playing[date]
        sessions = read_book(book_of(self._bench.state, "main")).sessions
        runs = [self.folder / each.folder for each in sessions if each.date == figures.date]
        if not playing.is_open:
            idle = "is no trading day" in "".join(figures.said) and not runs
            figures.problems = {"idle, and said so": [] if idle else [f"{runs} {figures.said}"]}
            return
        if len(runs) != 1:
            figures.problems = {"one session": [f"{len(runs)} were begun"]}
            return
        number = [d.date for d in self._dates if self._exchange.playing[d.date].is_open].index(date)
        backups = sorted((self.folder / "backups").glob("rustro-*"))
        backup = backups[number] if number < len(backups) else None
        findings.examine(figures, runs[0], backup, playing.server.exchange)
