"""Whether the market stream answers: index, future and VIX each send a packet.

A token that means nothing is never refused, only silent (facts/smartapi.md 10.1). Outside the
hours the server's cached packet counts: it proves the token.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from rustro_kernel.brokers.angelone.handshake import Access
from rustro_kernel.brokers.angelone.market_stream import MarketStream
from rustro_kernel.brokers.angelone.master import Master
from rustro_kernel.brokers.angelone.master_rows import VIX
from rustro_kernel.domain.instruments import Instrument, InstrumentKey, Kind
from rustro_kernel.session.live.checks import Check, fail, ok
from rustro_kernel.session.live.feed_settings import stream_settings
from rustro_kernel.session.live.visit import Visit

WAIT_S, LOOK_S = 8.0, 0.05


async def echo_check(visit: Visit, master: Master) -> Check:
    """Subscribe on a connection of its own, and wait for a packet of each.

    Raises:
        BrokerError: The stream refuses us.
    """
    wanted = liquid(master, visit.cfg.market.underlyings)
    silent = await _silent(visit, wanted)
    names = ", ".join(wanted[key].symbol for key in sorted(silent))
    if silent:
        return fail("feed", f"no packet of {names} in {WAIT_S:g} s; is the stream blocked here?")
    return ok("feed", f"packets of {', '.join(each.symbol for each in wanted.values())}")


def liquid(master: Master, names: tuple[str, ...]) -> Mapping[InstrumentKey, Instrument]:
    """The index and the nearest future of each underlying, and the VIX."""
    found = [master.index(name) for name in (*names, VIX)]
    futures = (i for i in master.instruments if i.kind is Kind.FUTURE and i.underlying in names)
    nearest: dict[str, Instrument] = {}
    for future in sorted(futures, key=lambda i: i.expiry):
        nearest.setdefault(future.underlying, future)
    return {each.key: each for each in (*found, *nearest.values()) if each is not None}


async def _silent(visit: Visit, wanted: Mapping[InstrumentKey, Instrument]) -> set[InstrumentKey]:
    """Those of which nothing came in time."""
    tokens = await visit.client.login.current()
    known = visit.credentials
    access = Access(known.client_id, known.api_key, tokens.jwt, tokens.feed)
    stream = MarketStream(
        visit.cfg.broker.stream_url,
        lambda: access,
        visit.pace,
        is_open=lambda _: False,
        settings=stream_settings(visit.cfg.stream, visit.pace.speed),
    )
    stream.subscribe(wanted)
    with suppress(TimeoutError):
        async with asyncio.timeout(WAIT_S):
            await _heard(stream, wanted)
    return set(wanted) - stream.answered


async def _heard(stream: MarketStream, wanted: Mapping[InstrumentKey, Instrument]) -> None:
    """Run the stream until each has sent something; a refusal is raised as what it is."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(stream.run(lambda _: None, lambda _: None), name="feed echo")
            while not stream.answered >= wanted.keys():  # noqa: ASYNC110 - packets ring no bell
                await asyncio.sleep(LOOK_S)
            await stream.close()
    except ExceptionGroup as refused:
        raise refused.exceptions[0] from None
