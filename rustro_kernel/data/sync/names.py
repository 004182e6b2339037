"""Which instruments a user means: an index with its futures, the VIX, or one contract."""

import asyncio
from collections.abc import Sequence

from rustro_kernel.brokers.angelone.master import Master
from rustro_kernel.brokers.angelone.master_download import ROUTE, Loaded, Wanted, load_master
from rustro_kernel.data.importing.target import VIX
from rustro_kernel.domain.errors import BadUsage, BrokerTransient, RustroError
from rustro_kernel.domain.instruments import Instrument, InstrumentKey, Kind
from rustro_kernel.market_rules import MarketRules


def underlyings(
    names: Sequence[str], configured: Sequence[str], rules: MarketRules
) -> tuple[str, ...]:
    """Whose instruments the master must hold: a contract is one of the configured underlyings."""
    wanted = (*configured, *(name for name in names if is_index(name, rules) and name != VIX))
    return tuple(dict.fromkeys(wanted))


def chosen(names: Sequence[str], master: Master, rules: MarketRules) -> tuple[Instrument, ...]:
    """The instruments of these names, each once.

    NIFTY is the index and its futures that are listed today, INDIAVIX the VIX, and a contract is
    EXCHANGE:TOKEN or the broker's trading symbol.

    Raises:
        BadUsage: If nothing of that name is listed today.
    """
    found = [each for name in names for each in _of(name, master, rules)]
    return tuple({each.key: each for each in found}.values())


def is_index(name: str, rules: MarketRules) -> bool:
    """Whether the market rules know an index of this name; the VIX is one."""
    try:
        rules.index_token(name)
    except RustroError:
        return False
    return True


def _of(name: str, master: Master, rules: MarketRules) -> list[Instrument]:
    mine = [master.index(name), *_futures(name, master)] if is_index(name, rules) else []
    mine = mine or [master.by_key.get(InstrumentKey(name)), _by_symbol(name, master)]
    found = [each for each in mine if each is not None]
    if not found:
        raise BadUsage(
            f"{name} is not listed today: a name is an index, INDIAVIX, EXCHANGE:TOKEN or a trading"
            " symbol, and the broker has no history of what has expired"
        )
    return found


def _futures(name: str, master: Master) -> list[Instrument]:
    mine = [i for i in master.instruments if i.kind is Kind.FUTURE and i.underlying == name]
    return sorted(mine, key=lambda each: each.expiry)


def _by_symbol(name: str, master: Master) -> Instrument | None:
    return next((i for i in master.instruments if i.symbol.upper() == name), None)


async def todays_master(wanted: Wanted, timeout_s: float) -> Loaded:
    """What is listed today; from the disk if it was fetched today.

    Raises:
        BadData: What came is not fit to be used.
        BrokerTransient: Nothing came.
    """
    try:
        async with asyncio.timeout(timeout_s):
            return await load_master(wanted)
    except TimeoutError as exc:
        raise BrokerTransient(ROUTE, f"no answer in {timeout_s:g} s") from exc
