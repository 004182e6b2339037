"""`rustro simulate`: a broker and exchange on a loopback port, for a day or for several."""

import asyncio
import contextlib
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import typer

from rustro_kernel.config import Config
from rustro_kernel.domain.errors import BadConfig, NotATradingDay
from rustro_kernel.domain.market_time import IST, at
from rustro_kernel.domain.money import paise
from rustro_kernel.domain.one_time_codes import codes_of
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.simulator.configured import configured
from rustro_kernel.simulator.exchange import (
    STATUS_PATH,
    Account,
    Exchange,
    Fault,
    Habits,
    MarketClock,
    Playing,
    Quiet,
    Server,
    play_days,
    read_script,
)

NOW = "now"
QUIET_S = 20.0
"""What the account may take between two connections after the close, before the next day begins."""


class Login(NamedTuple):
    """The test account, as the command line has it."""

    client: str
    pin: str
    api_key: str
    totp_seed: str
    funds: float


class Options(NamedTuple):
    """What else the command line asks for, beside the configuration."""

    port: int
    start: str
    faults: Path | None
    registered_ip: str | None
    days: int = 1


@dataclass(frozen=True)
class Opening:
    """What every day's exchange has in common."""

    config: Config
    account: Account
    habits: Habits
    faults: tuple[Fault, ...]

    def exchange(self, date: dt.date, funds_paise: int) -> Exchange:
        """The exchange of a date.

        Raises:
            BadUsage: If date or data cannot be used.
        """
        sim = self.config.sim.model_copy(update={"date": date})
        rules = MarketRules.load(self.config.rules.override)
        market = configured(self.config.model_copy(update={"sim": sim}), rules)
        account = replace(self.account, funds_paise=funds_paise)
        return Exchange(market, account, self.habits, self.faults)

    def __call__(self, date: dt.date, funds_paise: int) -> Exchange | None:
        """The same; None where the market is closed."""
        try:
            return self.exchange(date, funds_paise)
        except NotATradingDay:
            return None


def simulate(overrides: Mapping[str, str], options: Options, login: Login) -> None:
    """Open the exchange and keep it open: until Ctrl-C, or until the last of several days.

    Raises:
        BadUsage: If date, data, speed, fault script, start, TOTP seed or port cannot be used.
    """
    config = Config.load(**overrides)
    speed, first = config.sim.speed, config.sim.date
    if speed == "max":
        raise BadConfig("sim.speed", "an exchange has a clock: say a number, such as 10, not max")
    faults = read_script(options.faults) if options.faults else ()
    start_ns, habits = starting(first, options.start), Habits(options.registered_ip)
    opening = Opening(config, account(login), habits, faults)
    exchange = opening.exchange(first, opening.account.funds_paise)
    with contextlib.suppress(KeyboardInterrupt):
        if options.days == 1:
            asyncio.run(_serve(Server(exchange, MarketClock(start_ns, speed), options.port)))
        else:
            asyncio.run(_serve_days(opening, options, speed))


def account(login: Login) -> Account:
    """The account.

    Raises:
        BadConfig: If the TOTP seed is none.
    """
    try:
        codes_of(login.totp_seed)
    except ValueError as exc:
        raise BadConfig("--totp-seed", str(exc)) from exc
    return Account(*login[:4], paise(login.funds))


def starting(date: dt.date, clock: str) -> int:
    """Where the market's clock starts: a time of day, or the time it is now.

    Raises:
        BadConfig: If it is no time.
    """
    text = f"{dt.datetime.now(IST):%H:%M:%S}" if clock == NOW else clock
    try:
        return at(date, text)
    except ValueError as exc:
        raise BadConfig("--start", f"{exc}; or {NOW}") from exc


def welcome(server: Server) -> str:
    """Addresses and the test account."""
    account, socket = server.exchange.account, server.url.replace("http", "ws")
    market = server.exchange.day.market
    return "\n".join(
        (
            f"SmartAPI exchange for {market.rules.date}: {market.identity}",
            f"  REST           {server.url}",
            f"  market stream  {socket}/smart-stream",
            f"  order stream   {socket}/smart-order-update",
            f"  status, faults {server.url}{STATUS_PATH}",
            f"  client {account.client}  PIN {account.pin}  API key {account.api_key}",
            f"  TOTP seed {account.totp_seed}  funds Rs {account.funds_paise / 100:,.2f}",
            "Ctrl-C closes it.",
        )
    )


async def _serve(server: Server) -> None:
    async with server:
        typer.echo(welcome(server))
        await asyncio.Event().wait()


async def _serve_days(opening: Opening, options: Options, speed: float) -> None:
    """One date after the other; those on which the market is closed pass in a moment."""
    first = opening.config.sim.date
    await play_days(
        (first + dt.timedelta(n) for n in range(options.days)),
        opening,
        lambda date: MarketClock(starting(date, options.start), speed),
        options.port,
        opening.account.funds_paise,
        Quiet(QUIET_S),
        _say,
    )


def _say(playing: Playing) -> None:
    """A date has begun."""
    if playing.is_open:
        typer.echo(welcome(playing.server))
    else:
        typer.echo(f"{playing.date}: the market is closed")
