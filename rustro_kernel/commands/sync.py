"""`rustro data sync`: the broker's history into the bar store, as far as it is missing there."""

import asyncio
import datetime as dt
import signal
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import typer

from rustro_kernel.commands.data import Answer, Place, dates, place
from rustro_kernel.commands.sync_progress import Tell, progress
from rustro_kernel.config import Config
from rustro_kernel.data.importing.target import VIX
from rustro_kernel.data.sync.book import Book
from rustro_kernel.data.sync.names import chosen, todays_master, underlyings
from rustro_kernel.data.sync.plan import Subject, subjects
from rustro_kernel.data.sync.report import keep, words
from rustro_kernel.data.sync.work import Asked, Sync
from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.errors import BadUsage, BrokerError
from rustro_kernel.domain.market_time import ist_date
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.records.bars.store import BarStore
from rustro_kernel.session.live.addresses import check_addresses
from rustro_kernel.session.live.asking import asking
from rustro_kernel.session.live.credentials import Found, load_credentials
from rustro_kernel.session.live.master_today import wanted_master
from rustro_kernel.session.live.pace import Pace, find_pace

USUAL_DAYS = 365
INTERRUPTED = 130
"""The shell's code of Ctrl-C: not all that was wanted is there."""
RESUME = "the same command goes on with what is missing"


class Wishes(NamedTuple):
    """What the command line asks for."""

    names: Sequence[str]
    first: str | None
    last: str | None
    timeframe: Timeframe
    again: bool


class Stop:
    """The first Ctrl-C ends the work after the piece at hand, the second at once."""

    def __init__(self, task: "asyncio.Task[object] | None") -> None:
        self._task = task
        self.is_wanted = False

    def press(self) -> None:
        """Ctrl-C came."""
        if self.is_wanted and self._task is not None:
            self._task.cancel()
        elif not self.is_wanted:
            typer.echo("stops after this piece; Ctrl-C again stops at once", err=True)
        self.is_wanted = True


def sync(wishes: Wishes, overrides: Mapping[str, str]) -> Answer:
    """Read what is missing, say what came of it; exit code 130 if it was interrupted.

    Raises:
        BadUsage: Credentials, dates, names or timeframe cannot be used.
        AlreadyRunning: A session writes to the bar store.
        BrokerError: The broker did not answer; what came before it is stored, the report kept.
    """
    if wishes.timeframe is not Timeframe.M1:
        frame = wishes.timeframe.value
        raise BadUsage(f"--timeframe {frame}: 1m is read, {frame} bars are made of it when read")
    config, where = Config.load(**overrides), place(overrides)
    check_addresses(config.broker, ("rest_url", "master_url"))
    found, pace = load_credentials(), find_pace(config.broker)
    asked = between(wishes, ist_date(pace.now_ns()))
    store = BarStore(where.store)
    try:
        wanted = _subjects(wishes.names, config, where.rules, asked_on=ist_date(pace.now_ns()))
        work = Sync(store, Book(where.folder / "syncs" / "read"), wanted, asked, pace.now_ns)
        return _carried_out(work, where, config, found, pace)
    finally:
        store.close()


def between(wishes: Wishes, today: dt.date) -> Asked:
    """The days: the last year, unless the user says otherwise; never later than today.

    Raises:
        BadUsage: If they are none.
    """
    first, last = dates(wishes.first, wishes.last)
    last = min(last, today)
    first = first if wishes.first else last - dt.timedelta(USUAL_DAYS)
    if first > last:
        raise BadUsage(f"--from {first}: is after {last}, the last day there is")
    return Asked(first, last, wishes.again)


def _subjects(
    names: Sequence[str], config: Config, rules: MarketRules, asked_on: dt.date
) -> list[Subject]:
    """The instruments, from the master of today."""
    configured = config.market.underlyings
    known = tuple(name.upper() for name in names) or (*configured, VIX)
    wanted = wanted_master(config, asked_on)._replace(names=underlyings(known, configured, rules))
    loaded = asyncio.run(todays_master(wanted, config.broker.master_timeout_s))
    return subjects(chosen(known, loaded.master, rules), rules)


def _carried_out(work: Sync, where: Place, config: Config, found: Found, pace: Pace) -> Answer:
    """Do the work; whatever ends it, the report is kept and shown."""
    failure: BrokerError | None = None
    try:
        with progress(len(work.left)) as tell:
            asyncio.run(_read(work, config, found, pace, tell))
    except asyncio.CancelledError:
        pass  # the second Ctrl-C
    except BrokerError as exc:
        failure = exc
    ended = str(failure) if failure else "interrupted" if work.left else ""
    report = work.report(ended)
    text = words(report)
    if work.left or report.requests:
        text += f"\n  report: {keep(report, work.dropped(), where.folder / 'syncs')}"
    if failure is not None:
        typer.echo(f"{text}\nnot finished: {RESUME}")
        raise failure
    if work.left:
        return INTERRUPTED, f"{text}\ninterrupted: {RESUME}"
    return 0, text


async def _read(work: Sync, config: Config, found: Found, pace: Pace, tell: Tell) -> None:
    """Log in only if there is anything to ask."""
    if not work.left:
        return
    loop, stop = asyncio.get_running_loop(), Stop(asyncio.current_task())
    loop.add_signal_handler(signal.SIGINT, stop.press)
    try:
        async with asking(config.broker, found, pace) as client:
            await work.carry_out(client, tell, lambda: stop.is_wanted)
    finally:
        loop.remove_signal_handler(signal.SIGINT)
