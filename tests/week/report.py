"""The report of a week: a page to read, and the same as JSON."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from tests.week.findings import Figures

MOST_GROWTH_PCT = 5.0


class Report(msgspec.Struct):
    """The week."""

    speed: float
    wall_s: float
    dates: list[Figures]
    stopped_with: int
    alerts_taken: int
    mute_connections: int
    supervisor_growth_pct: float

    @property
    def sessions(self) -> list[Figures]:
        return [date for date in self.dates if date.session]

    @property
    def violations(self) -> list[str]:
        """What does not hold, of everything that must."""
        found = [
            f"{date.date}: {name}: {text}"
            for date in self.dates
            for name, texts in date.problems.items()
            for text in texts
        ]
        found += [f"{d.date}: {text}" for d in self.dates for text in d.done if "NOT DONE" in text]
        if self.stopped_with != 0:
            found.append(f"serve ended with {self.stopped_with}")
        if self.supervisor_growth_pct > MOST_GROWTH_PCT:
            found.append(f"the supervisor has grown by {self.supervisor_growth_pct:.1f} %")
        return found


def growth_pct(dates: list[Figures]) -> float:
    """Of the supervisor, from the first session's end to the last one's."""
    seen = [date.supervisor_mb for date in dates if date.supervisor_mb]
    return 100 * (seen[-1] / seen[0] - 1) if seen else 0.0


def as_text(report: Report) -> str:
    """The page."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    sessions = report.sessions
    yield f"A WEEK IN THE LIFE: {len(report.dates)} dates, {len(sessions)} sessions, live mode"
    yield f"at {report.speed:g} times the wall's speed, in {report.wall_s:.0f} s"
    for date in report.dates:
        yield ""
        yield from _of_a_date(date)
    yield ""
    yield f"trades {sum(d.trades for d in sessions)}, orders {sum(d.orders for d in sessions)}"
    restarts = sum(d.restarts for d in sessions)
    yield f"restarts {restarts}; serve ended with exit code {report.stopped_with}"
    yield f"alerts: {report.alerts_taken} taken by the web hook, refusals of it included"
    yield f"alerts: {report.mute_connections} connections to the channel that never answers"
    sizes = " ".join(f"{d.supervisor_mb:.1f}" for d in sessions)
    yield f"supervisor at each session's end, MB: {sizes} ({report.supervisor_growth_pct:+.1f} %)"
    wrong = report.violations
    yield f"violations: {len(wrong)}"
    yield from (f"  {text}" for text in wrong)


def _of_a_date(date: Figures) -> Iterator[str]:
    yield f"{date.date} {date.about}: {date.what}"
    for name in ("done", "faults", "said", "alerts"):
        for text in getattr(date, name):
            yield f"  {name:7}{text}"
    if date.session:
        yield f"  ended  exit code {date.exit_code} ({date.reason}) after {date.wall_s:.0f} s"
        yield f"  traded {date.trades} trades, {date.orders} orders, net Rs {date.net_rupees:,.2f}"
        yield f"  why    {date.why}"
    holds = [name for name, texts in date.problems.items() if not texts]
    yield f"  holds  {'; '.join(holds)}"
    for name, texts in date.problems.items():
        yield from (f"  WRONG  {name}: {text}" for text in texts)


def write(report: Report, folder: Path) -> None:
    """week.txt and week.json."""
    (folder / "week.txt").write_text(as_text(report))
    (folder / "week.json").write_bytes(msgspec.json.format(msgspec.json.encode(report)))
