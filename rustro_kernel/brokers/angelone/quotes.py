"""Quotes over REST: the fallback when the stream is silent (facts/smartapi.md 5.1)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from rustro_kernel.brokers.angelone.client import Client
from rustro_kernel.brokers.angelone.quote_rows import Quote, QuoteRow, problem, quote
from rustro_kernel.brokers.angelone.routes import QUOTE
from rustro_kernel.domain.instruments import InstrumentKey, instrument_key

MOST_TOKENS = 50


class Unfetched(msgspec.Struct):
    """An instrument the broker has no quote of."""

    exchange: str = ""
    symbolToken: str = ""  # noqa: N815 - the broker's spelling
    message: str = ""
    errorCode: str = ""  # noqa: N815


class _Answer(msgspec.Struct):
    fetched: list[QuoteRow] | None = None
    unfetched: list[Unfetched] | None = None


class Quotes(NamedTuple):
    """Quotes by instrument, and why there is none of the others."""

    found: dict[InstrumentKey, Quote]
    missing: dict[InstrumentKey, str]


ANSWER = msgspec.json.Decoder(_Answer)


async def quotes(client: Client, keys: Iterable[InstrumentKey]) -> Quotes:
    """Full quotes of instruments, 50 a call. What was not asked for is not taken.

    Raises:
        BrokerError: A call failed; nothing is returned in part.
    """
    wanted = list(dict.fromkeys(keys))
    found: dict[InstrumentKey, Quote] = {}
    words: dict[InstrumentKey, str] = {}
    for first in range(0, len(wanted), MOST_TOKENS):
        body = request(wanted[first : first + MOST_TOKENS])
        part = await client.read(QUOTE, ANSWER, read_answer, body)
        found |= part.found
        words |= part.missing
    missing = {key: words.get(key, "no quote came") for key in wanted if key not in found}
    return Quotes({key: found[key] for key in wanted if key in found}, missing)


def request(keys: Sequence[InstrumentKey]) -> dict[str, object]:
    """The body of one call."""
    tokens: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        exchange, _, token = key.partition(":")
        tokens[exchange].append(token)
    return {"mode": "FULL", "exchangeTokens": tokens}


def read_answer(answer: _Answer) -> Quotes:
    """The quotes of one answer, in whatever order it has them; what cannot be is missing.

    Raises:
        ValueError, ArithmeticError: A number or a time makes no sense.
    """
    rows = [quote(row) for row in answer.fetched or ()]
    missing = {
        instrument_key(item.exchange, item.symbolToken): f"{item.errorCode} {item.message}".strip()
        for item in answer.unfetched or ()
    }
    odd = {each.tick.instrument: words for each in rows if (words := problem(each))}
    found = {each.tick.instrument: each for each in rows if not problem(each)}
    return Quotes(found, missing | odd)
