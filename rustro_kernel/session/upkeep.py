"""After the close, when a session's records are closed: check, backup, room, the next day.

Reconciliation and the records' own closing come before: the report is written and old bars are
folded when a run is closed. Everything here may fail and says so; it harms no record.
"""

import datetime as dt
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from rustro_kernel.config import Config
from rustro_kernel.domain.errors import RustroError
from rustro_kernel.housekeeping import backup, disk_use
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.records import layout
from rustro_kernel.records.ledger import read_slim
from rustro_kernel.records.lines import until_damage
from rustro_kernel.records.verify import verify
from rustro_kernel.session.sessions_book import read_book

LATER = "RUSTRO_BACKUP_LATER"
"""Set in the kernel of `rustro run`, which makes the backup once the notebook is whole as well."""
BOOKS = "*.sessions.json"


class Note(NamedTuple):
    """What came of one step."""

    level: str
    text: str


def is_wanted(cfg: Config) -> bool:
    """A simulated day can be made again."""
    return cfg.mode != "sim" or cfg.backup.sims


def post_market(
    cfg: Config, run: Path, date: str, environment: Mapping[str, str] = os.environ
) -> list[Note]:
    """The steps in order. May take minutes: blocks.

    Args:
        cfg: The session's configuration.
        run: Its closed run folder.
        date: Its day.
        environment: Says whether the backup is made by somebody else, later.
    """
    notes = [_checked(run)]
    if LATER not in environment:
        notes += backed_up(cfg, run)
    return [*notes, *_room(cfg, dt.date.fromisoformat(date)), _next_day(cfg, date)]


def after_notebook(cfg: Config, run: Path) -> list[Note]:
    """The backup that `LATER` put off, of a run that ended by the close of the market."""
    if not is_wanted(cfg):
        return []
    ends = {event.type for event in until_damage(read_slim(run))}
    return backed_up(cfg, run) if "PostMarketRequired" in ends else []


def backed_up(cfg: Config, run: Path) -> list[Note]:
    """A backup, and old ones removed, where one is wanted."""
    if cfg.backup.dir is None:
        return [Note("info", "No backup: backup.dir is not set")]
    try:
        made = back_up(cfg, cfg.backup.dir, run)
        old = backup.remove_old(cfg.backup.dir, cfg.backup.keep)
    except (OSError, RustroError) as exc:
        return [Note("critical", f"NO BACKUP was made: {exc}")]
    removed = f"; {len(old)} old removed" if old else ""
    return [Note("info", f"Backup {made}{removed}")]


def back_up(cfg: Config, into: Path, *more: Path) -> backup.Made:
    """Copy state folder, bars and run folders; the caller knows that no session runs on them.

    Raises:
        Refused, OSError: See `housekeeping.backup.make_backup`.
    """
    return backup.make_backup(cfg.state.dir, run_folders(cfg, *more), into, time.time_ns())


def run_folders(cfg: Config, *more: Path) -> list[Path]:
    """Of all paper and live sessions of the state folder; of simulated ones only if wanted."""
    books = (read_book(path) for path in sorted(cfg.state.dir.glob(BOOKS)))
    found = [Path(entry.folder) for book in books for entry in book.sessions if entry.folder]
    if cfg.backup.sims:
        found += sorted(Path("runs").glob("*"))
    unique = {path.absolute(): path for path in (*found, *more)}
    return [path for path in unique.values() if (path / layout.EVENTS).is_file()]


def _checked(run: Path) -> Note:
    """What was written is what the ledger says."""
    try:
        found = verify(run)
    except (OSError, RustroError) as exc:
        return Note("critical", f"THE RECORDS CANNOT BE CHECKED: {exc}")
    if found:
        return Note("critical", f"THE RECORDS DO NOT CHECK: {found[0]} ({len(found)} findings)")
    return Note("info", "Records verified: whole, and every file says what the ledger says")


def _room(cfg: Config, date: dt.date) -> Iterator[Note]:
    try:
        seen = disk_use.forecast(disk_use.note(cfg.state.dir, date))
    except OSError as exc:
        yield Note("warning", f"The disk's use could not be noted: {exc}")
        return
    if seen is not None:
        is_soon = seen.is_within(cfg.state.disk_warn_days)
        yield Note("critical" if is_soon else "info", f"Room: {seen}")


def _next_day(cfg: Config, date: str) -> Note:
    try:
        rules = MarketRules.load(cfg.rules.override)
        following = rules.next_trading_day(dt.date.fromisoformat(date))
    except RustroError as exc:
        return Note("critical", f"THE NEXT TRADING DAY IS NOT KNOWN: {exc}")
    return Note("info", f"Next trading day: {following}")
