"""A sync against the simulated exchange, and a command line of it that a test can kill."""

import datetime as dt
import os
import subprocess
import sys
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from rustro_kernel.data.sync.book import Book
from rustro_kernel.data.sync.names import chosen, todays_master
from rustro_kernel.data.sync.plan import subjects
from rustro_kernel.data.sync.work import Asked, Sync
from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.market_time import DAY, midnight_ns
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.records.bars.store import BarStore
from rustro_kernel.session.live.master_today import wanted_master
from tests.session.live.exchange_day import SECRETS, against
from tests.session.live.make import client_of, pace_of
from tests.simulator.exchange.make import DATE, INDEX

RULES = MarketRules()
NIFTY = f"NSE:{INDEX}"
M1 = Timeframe.M1
WEEK = dt.date(2026, 9, 2)
SPRING = dt.date(2026, 5, 20)
"""So many days before DATE that a sync needs several requests."""


class World:
    """A store, a client and an exchange; each `sync` is what one command does."""

    def __init__(self, server, client, folder: Path, master) -> None:
        self.server, self.client, self.master = server, client, master
        self.store, self.book = BarStore(folder / "bars"), Book(folder / "syncs")
        self.steps: list[Any] = []
        self.work: Any = None

    @property
    def requests(self) -> int:
        """How often candles were asked for."""
        return int(self.server.exchange.requests["getCandleData"])

    async def sync(self, *names: str, first=WEEK, last=DATE, again=False, stop_after=0, **kwargs):
        """The report."""
        subject = subjects(chosen(names or ("NIFTY",), self.master, RULES), RULES)
        asked, done = Asked(first, last, again), len(self.steps)
        self.work = Sync(self.store, self.book, subject, asked, self.server.clock.now_ns)

        def is_stopped():
            return bool(stop_after) and len(self.steps) - done >= stop_after

        await self.work.carry_out(self.client, self.steps.append, is_stopped, **kwargs)
        return self.work.report()

    def bars(self, key=NIFTY, date=None):
        """What is stored of a day, or of all of them."""
        ends = (midnight_ns(date), midnight_ns(date) + DAY) if date else (0, 4 * 10**18)
        return self.store.load(key, M1, *ends).bars()

    def clock(self, hours: float) -> None:
        """Let the market go on."""
        self.server.clock.wait(hours * 3600)


@asynccontextmanager
async def world(server, folder: Path):
    async with server:
        wanted = wanted_master(against(server, folder), DATE)
        loaded = await todays_master(wanted, 30)
        async with client_of(server, pace_of(server)) as client:
            here = World(server, client, folder, loaded.master)
            try:
                yield here
            finally:
                here.store.close()


def arguments(url: str, folder: Path, *words: str) -> list[str]:
    """The command line against an exchange."""
    keys = {
        "state.dir": folder / "state",
        "broker.rest_url": url,
        "broker.master_url": url + "/OpenAPI_File/files/OpenAPIScripMaster.json",
        "broker.master_min_rows": 1,
    }
    return ["data", "sync", *words, *(f"-p{key}={value}" for key, value in keys.items())]


@contextmanager
def child(*args: str):
    """The command in a process of its own that says each piece in a line of errors."""
    command = [sys.executable, "-c", "from rustro_kernel.cli import main; main()", *args]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, env=os.environ | SECRETS, stdout=pipe, stderr=pipe, text=True
    ) as started:
        try:
            yield started
        finally:
            started.kill()
