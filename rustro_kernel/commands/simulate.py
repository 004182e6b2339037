"""`rustro simulate`: a broker and exchange on a loopback port, until Ctrl-C."""

import asyncio
import contextlib
import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import typer

from rustro_kernel.config import Config
from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.domain.market_time import IST, at
from rustro_kernel.domain.money import paise
from rustro_kernel.domain.one_time_codes import codes_of
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.simulator.configured import configured
from rustro_kernel.simulator.exchange import (
    STATUS_PATH,
    Account,
    Exchange,
    Habits,
    MarketClock,
    Server,
    read_script,
)

NOW = "now"


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


def simulate(overrides: Mapping[str, str], options: Options, login: Login) -> None:
    """Open the exchange and keep it open.

    Raises:
        BadUsage: If date, data, speed, fault script, start, TOTP seed or port cannot be used.
    """
    config = Config.load(**overrides)
    speed = config.sim.speed
    if speed == "max":
        raise BadConfig("sim.speed", "an exchange has a clock: say a number, such as 10, not max")
    faults = read_script(options.faults) if options.faults else ()
    start_ns, habits = starting(config.sim.date, options.start), Habits(options.registered_ip)
    exchange = Exchange(
        configured(config, MarketRules.load(config.rules.override)), account(login), habits, faults
    )
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(Server(exchange, MarketClock(start_ns, speed), options.port)))


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
