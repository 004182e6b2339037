"""What an import found: figures, and the same in words."""

import msgspec

from rustro_kernel.data.coverage import DayCoverage
from rustro_kernel.domain.quality import Counted
from rustro_kernel.records.bars.merging import Written

SHOWN = 8


class ImportReport(msgspec.Struct, frozen=True):
    """One file. `rows` is always `kept` plus the counts in `dropped`."""

    file: str
    sha256: str
    instrument: str
    timeframe: str
    labels: str
    zone: str
    units: str
    notices: tuple[str, ...]
    rows: int
    kept: int
    dropped: dict[str, int]
    examples: dict[str, str]  # of each rule that dropped or counted, where it did so first
    quality: tuple[Counted, ...]
    first_day: str
    last_day: str
    days: int
    missing_days: tuple[str, ...]
    holes: tuple[DayCoverage, ...]  # days with some bars and not all
    silent: int  # bars without a trade, of what need not trade every minute
    written: Written | None = None  # None: looked at, not stored

    @property
    def adds_up(self) -> bool:
        """Whether every row has one verdict."""
        return self.rows == self.kept + sum(self.dropped.values())

    @property
    def is_clean(self) -> bool:
        """Nothing dropped, nothing missing."""
        return not (self.dropped or self.missing_days or self.holes)


def words(report: ImportReport) -> str:
    """The report for people."""
    return "\n".join(
        [
            f"{report.file}: {report.rows} rows, {report.timeframe} bars of {report.instrument}",
            *(f"  {notice}" for notice in report.notices),
            f"  {report.kept} kept on {report.days} days, {report.first_day}..{report.last_day}",
            *_dropped(report),
            *_counted(report),
            *_missing(report),
            _stored(report.written),
        ]
    )


def _dropped(report: ImportReport) -> list[str]:
    lines = [f"  {sum(report.dropped.values())} dropped" + (":" if report.dropped else "")]
    return lines + [_line(rule, report) for rule in report.quality if rule.rule in report.dropped]


def _counted(report: ImportReport) -> list[str]:
    kept = [r for r in report.quality if r.count and r.rule not in report.dropped]
    return ["  kept, but noticed:", *(_line(rule, report) for rule in kept)] if kept else []


def _line(rule: Counted, report: ImportReport) -> str:
    first = report.examples.get(rule.rule, "")
    return f"    {rule.count:>8} {rule.rule:<14} {rule.meaning}; first: {first}"


def _missing(report: ImportReport) -> list[str]:
    lines = []
    if report.missing_days:
        lines.append(f"  {len(report.missing_days)} trading days missing: {_some(report)}")
    if report.holes:
        lost = sum(day.expected - day.present for day in report.holes)
        lines.append(f"  {lost} bars missing on {len(report.holes)} days:")
        lines += [f"    {day}" for day in report.holes[:SHOWN]]
    if len(report.holes) > SHOWN:
        lines.append(f"    ... and {len(report.holes) - SHOWN} days more")
    if report.silent:
        lines.append(f"  {silence(report.silent, report.timeframe)}")
    return lines or ["  no trading day and no bar is missing"]


def silence(bars: int, timeframe: str) -> str:
    """What is there of an instrument that need not trade all the time."""
    return f"{bars} {timeframe} bars without a trade; none is filled in"


def _some(report: ImportReport) -> str:
    more = ", ..." if len(report.missing_days) > SHOWN else ""
    return ", ".join(report.missing_days[:SHOWN]) + more


def _stored(written: Written | None) -> str:
    if written is None:
        return "  nothing stored: this was only a look"
    text = f"  stored: {written.added} new, {written.same} there already"
    if written.kept:
        text += f", {written.kept} differ from stored bars, which stay (--existing correct)"
    if written.changed:
        text += f", {written.changed} corrected"
    return text + (f", {written.removed} removed" if written.removed else "")
