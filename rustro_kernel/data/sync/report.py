"""What a sync came to: figures, kept beside those of imports, and the same in words."""

from collections.abc import Iterable
from pathlib import Path

import msgspec
import pyarrow as pa

from rustro_kernel.brokers.angelone.history import Dropped
from rustro_kernel.data.coverage import DayCoverage
from rustro_kernel.data.files import write_table
from rustro_kernel.data.importing.report import silence
from rustro_kernel.domain.market_time import show_time
from rustro_kernel.records.bars.merging import Written
from rustro_kernel.records.files import write_whole

SHOWN = 8
FRESH = "still forming"
"""Not worth a word: it is asked for again anyway."""


class Gained(msgspec.Struct, frozen=True):
    """What was read of one instrument. Bars received are those written and those dropped."""

    instrument: str
    name: str
    known: int  # days that needed no reading
    wanted: int  # days to be read
    read: int
    auction: int  # bars marked so
    written: Written
    dropped: dict[str, int]  # by reason
    not_read: tuple[str, ...]  # days it ended before
    unsettled: tuple[str, ...]  # days that a later sync reads again
    missing_days: tuple[str, ...]
    holes: tuple[DayCoverage, ...]  # days with some bars and not all
    silent: int  # minutes without a trade, of what need not trade every minute


class SyncReport(msgspec.Struct, frozen=True):
    """One sync. `ended` says why it stopped early; empty if all was done."""

    at_ns: int
    first_day: str
    last_day: str
    requests: int
    gained: tuple[Gained, ...]
    ended: str = ""


def keep(report: SyncReport, dropped: Iterable[tuple[str, Dropped]], folder: Path) -> Path:
    """Write `<time>.json`, and `.dropped.csv` if anything was dropped; returns the first."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp = show_time(report.at_ns).replace(" ", "T").replace(":", "")
    path = folder / f"{stamp}.{report.at_ns // 1_000_000 % 1000:03}.json"
    write_whole(path, msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")
    rows = [(key, candle.label, candle.reason) for key, candle in dropped]
    if rows:
        names = ("instrument", "label", "reason")
        columns = zip(names, zip(*rows, strict=True), strict=True)
        write_table(
            pa.table({name: list(c) for name, c in columns}), path.with_suffix(".dropped.csv")
        )
    return path


def words(report: SyncReport) -> str:
    """The report for people."""
    head = f"{report.first_day}..{report.last_day}, 1m bars, {report.requests} requests"
    lines = [line for each in report.gained for line in _gained(each)]
    return "\n".join([head, *lines])


def _gained(of: Gained) -> list[str]:
    days = f"{of.known} days were there, {of.read} of {of.wanted} read"
    new, changed, same = of.written.added, of.written.changed, of.written.same
    lines = [f"{of.name} {of.instrument}: {days}"]
    if of.read:
        lines.append(f"  {new} bars new, {changed} corrected, {same} as they were{_auction(of)}")
    lines += [f"  {count} dropped: {why}" for why, count in of.dropped.items() if why != FRESH]
    if of.not_read:
        lines.append(f"  {len(of.not_read)} trading days not read yet: {_some(of.not_read)}")
    if of.unsettled:
        lines.append(f"  not settled, read again next time: {_some(of.unsettled)}")
    if of.missing_days:
        lines.append(f"  {len(of.missing_days)} trading days missing: {_some(of.missing_days)}")
    if of.holes:
        lines.append(f"  {sum(day.expected - day.present for day in of.holes)} bars missing:")
        lines += [f"    {day}" for day in of.holes[:SHOWN]]
    if len(of.holes) > SHOWN:
        lines.append(f"    ... and {len(of.holes) - SHOWN} days more")
    if of.silent:
        lines.append(f"  {silence(of.silent, '1m')}")
    return lines


def _auction(of: Gained) -> str:
    return (
        f"; {of.auction} are of the closing auction, marked, in no longer bar" if of.auction else ""
    )


def _some(days: tuple[str, ...]) -> str:
    return ", ".join(days[:SHOWN]) + (", ..." if len(days) > SHOWN else "")
