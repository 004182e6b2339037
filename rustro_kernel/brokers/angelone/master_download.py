"""Today's instrument master: from today's file, else downloaded, else the last good one."""

import asyncio
import contextlib
import datetime as dt
import logging
import os
from pathlib import Path
from typing import NamedTuple

import aiohttp

from rustro_kernel.brokers.angelone.master import Master
from rustro_kernel.brokers.angelone.master_diff import MasterDiff, compare
from rustro_kernel.brokers.angelone.master_file import file_of, keep, read_file, stored_dates
from rustro_kernel.domain.errors import BadData, BrokerTransient

log = logging.getLogger(__name__)

ROUTE = "master"
CHUNK = 1 << 20


class Wanted(NamedTuple):
    """Which master is wanted, and where it is kept."""

    url: str
    folder: Path
    names: tuple[str, ...]
    on: dt.date
    min_rows: int


class Loaded(NamedTuple):
    """A master with the date of its file; `problem` says why it is not today's.

    `diff` is against the file before it; None where there is none.
    """

    master: Master
    file_date: dt.date
    diff: MasterDiff | None
    problem: str = ""


async def load_master(wanted: Wanted, *, fresh: bool = False) -> Loaded:
    """The master to trade with. `fresh` downloads even if today's file is there.

    Raises:
        BadData: What came is not fit to trade with, and no earlier file is.
        BrokerTransient: Nothing came, and no earlier file is there.
    """
    if not fresh:
        with contextlib.suppress(BadData):
            return await _loaded(wanted, wanted.on)
    try:
        await _download(wanted)
        return await _loaded(wanted, wanted.on)
    except (BadData, BrokerTransient) as exc:
        log.warning("no master of %s: %s", wanted.on, exc)
        return await _earlier(wanted, exc)


async def _earlier(wanted: Wanted, problem: BadData | BrokerTransient) -> Loaded:
    """The newest earlier file that is fit for today."""
    for date in await asyncio.to_thread(stored_dates, wanted.folder):
        with contextlib.suppress(BadData):
            return (await _loaded(wanted, date))._replace(problem=str(problem))
    raise problem


async def _loaded(wanted: Wanted, date: dt.date) -> Loaded:
    return await asyncio.to_thread(_read, wanted, date)


def _read(wanted: Wanted, date: dt.date) -> Loaded:
    path = file_of(wanted.folder, date)
    master = read_file(path, wanted.names, wanted.on, wanted.min_rows)
    return Loaded(master, date, _diff(wanted, date, master))


def _diff(wanted: Wanted, date: dt.date, master: Master) -> MasterDiff | None:
    before = next((d for d in stored_dates(wanted.folder) if d < date), None)
    if before is None:
        return None
    try:
        old = read_file(file_of(wanted.folder, before), wanted.names, before, wanted.min_rows)
    except BadData:
        return None
    return compare(old, master)


async def _download(wanted: Wanted) -> None:
    """Fetch into a file of our own process, check it, and only then make it today's."""
    part = wanted.folder / f"master.{os.getpid()}.part"
    try:
        await asyncio.to_thread(wanted.folder.mkdir, parents=True, exist_ok=True)
        await _fetch(wanted.url, part)
        args = (part, wanted.names, wanted.on, wanted.min_rows)
        await asyncio.to_thread(read_file, *args)
        await asyncio.to_thread(keep, part, wanted.folder, wanted.on)
    except OSError as exc:
        raise BrokerTransient(ROUTE, f"{type(exc).__name__} at {wanted.folder}") from exc
    finally:
        part.unlink(missing_ok=True)


async def _fetch(url: str, part: Path) -> None:
    """Stream the body to a file; the master needs no login and gets no header of ours."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session,
            session.get(url) as response,
        ):
            if response.status != 200:
                raise BrokerTransient(ROUTE, f"HTTP {response.status}")
            with part.open("wb") as file:  # here: a thread would open it for nobody when cancelled
                async for chunk in response.content.iter_chunked(CHUNK):
                    await asyncio.to_thread(file.write, chunk)
    except (aiohttp.ClientError, ValueError) as exc:
        raise BrokerTransient(ROUTE, type(exc).__name__) from exc
