"""`rustro data`: import, look at, and export market data."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from rustro_kernel.bar_files.source import read_source
from rustro_kernel.config import Config
from rustro_kernel.data.coverage import DayCoverage, coverage
from rustro_kernel.data.importing import bars, bhavcopy
from rustro_kernel.data.importing.figures import holes_of
from rustro_kernel.data.importing.keep import dropped_table, keep_dropped
from rustro_kernel.data.importing.reading import Wishes
from rustro_kernel.data.importing.report import silence, words
from rustro_kernel.data.importing.target import has_cash_hours, may_be_silent, target
from rustro_kernel.data.longer_bars import Anchor
from rustro_kernel.data.market_hours import MarketHours
from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.market_time import midnight_ns
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.records.bars.merging import Mode
from rustro_kernel.records.bars.reader import BarReader
from rustro_kernel.records.bars.store import BarStore

Answer = tuple[int, str]
"""Exit code and text."""

EXISTING: tuple[Mode, ...] = ("fill", "correct", "replace")
ALL_TIME = (dt.date(1970, 1, 2), dt.date(2200, 1, 1))


class Place(NamedTuple):
    """The store, the calendar and the grid of longer bars that a configuration names."""

    folder: Path  # the state folder
    rules: MarketRules
    anchor: Anchor

    @property
    def store(self) -> Path:
        """The bar store."""
        return self.folder / "bars"


def place(overrides: Mapping[str, str]) -> Place:
    """Where the data is."""
    config = Config.load(**overrides)
    return Place(config.state.dir, MarketRules.load(config.rules.override), config.bars.anchor)


def import_file(
    path: Path, name: str | None, where: Place, wishes: Wishes, existing: str, *, dry: bool
) -> Answer:
    """Examine a file and, unless it is only to be looked at, store its bars."""
    if existing not in EXISTING:
        raise BadUsage(f"--existing {existing}: is none of {', '.join(EXISTING)}")
    if bhavcopy.is_bhavcopy(read_source(path)):
        return _import_bhavcopy(path, where, dry=dry)
    if name is None:
        raise BadUsage("--as says what the bars are of: NIFTY, INDIAVIX, or EXCHANGE:TOKEN")
    found = bars.examine(path, target(name, where.rules), where.rules, wishes)
    if dry:
        return 0, words(found.report)
    store = BarStore(where.store)
    try:
        report = bars.store(found, store, _mode(existing))
    finally:
        store.close()
    kept = keep_dropped(report, dropped_table(found), where.folder / "imports")
    return 0, f"{words(report)}\n  report and dropped rows: {kept}"


def _mode(existing: str) -> Mode:
    return next(mode for mode in EXISTING if mode == existing)


def _import_bhavcopy(path: Path, where: Place, *, dry: bool) -> Answer:
    found = bhavcopy.read_bhavcopy(path, where.rules)
    if dry:
        return 0, f"{found}\n  nothing stored: this was only a look"
    stored = bhavcopy.store_bhavcopy(found, where.folder)
    kept = keep_dropped(found.report, found.quarantine, where.folder / "imports")
    return 0, f"{found}\n  stored: {stored}\n  report and dropped rows: {kept}"


def validate(path: Path, name: str, where: Place, wishes: Wishes) -> Answer:
    """Examine a file; exit code 1 if anything is missing or would be dropped."""
    if bhavcopy.is_bhavcopy(read_source(path)):
        day = bhavcopy.read_bhavcopy(path, where.rules)
        return int(bool(day.dropped)), str(day)
    report = bars.examine(path, target(name, where.rules), where.rules, wishes).report
    return int(not report.is_clean), words(report)


def stats(where: Place) -> Answer:
    """What the store holds."""
    reader = BarReader(where.store)
    lines = []
    for key, frame in reader.series():
        days = reader.days(key, frame)
        span = f"{min(days)}..{max(days)}" if days else "nothing"
        sources = sorted(set(reader.sources(key, frame).values()))
        shown = (
            sources[0].partition(" sha256:")[0] if len(sources) == 1 else f"{len(sources)} sources"
        )
        lines.append(
            f"{key:<16} {frame.value:>4} {sum(days.values()):>9} bars {len(days):>6} days"
            f"  {span}  {shown}"
        )
    chains = sorted((where.folder / "chains").glob("*/*.parquet"))
    if chains:
        lines.append(f"{len(chains)} bhavcopies  {chains[0].stem}..{chains[-1].stem}")
    return 0, "\n".join(lines) or f"{where.store} holds no bars"


def gaps(where: Place, name: str | None, first: str | None, last: str | None) -> Answer:
    """What is missing against the calendar; exit code 1 if anything is."""
    wanted = target(name, where.rules).key if name else None
    lines, found = [], 0
    for key, frame in BarReader(where.store).series():
        if key == wanted or (wanted is None and not may_be_silent(key)):
            days = _days(where, key, frame, first, last)
            holes, silent = holes_of(days, key)
            whole_days = [day for day in days if not day.present]
            lost = sorted((*holes, *whole_days), key=lambda day: day.date)
            found += len(lost)
            lines.append(f"{key} {frame.value}: {len(lost)} days with something missing")
            lines += [f"  {day}" for day in lost]
            lines += [f"  {silence(silent, frame.value)}"] if silent else []
    return int(found > 0), "\n".join(lines) or f"{where.store} holds no such bars"


def _days(
    where: Place, key: InstrumentKey, frame: Timeframe, first: str | None, last: str | None
) -> list[DayCoverage]:
    start, end = dates(first, last)
    span = midnight_ns(start), midnight_ns(end + dt.timedelta(1))
    columns = BarReader(where.store).load(key, frame, *span)
    hours = MarketHours(where.rules, is_index=has_cash_hours(key, where.rules))
    asked = (start if first else None), (end if last else None)
    return coverage(columns.start_ns, hours, frame, *asked)


def dates(first: str | None, last: str | None) -> tuple[dt.date, dt.date]:
    """Two dates as the user wrote them; all time where he did not."""
    try:
        start, end = (
            dt.date.fromisoformat(text) if text else usual
            for text, usual in zip((first, last), ALL_TIME, strict=True)
        )
    except ValueError as exc:
        raise BadUsage(f"a date is YYYY-MM-DD: {exc}") from exc
    return start, end
