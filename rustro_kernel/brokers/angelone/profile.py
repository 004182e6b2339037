"""Whose account it is, and where it may trade (facts/smartapi.md 2.4)."""

import re
from typing import NamedTuple

import msgspec

from rustro_kernel.brokers.angelone.client import Client
from rustro_kernel.brokers.angelone.routes import PROFILE

Listed = list[str] | str | None
WORD = re.compile(r"\w+")


class _ProfileRow(msgspec.Struct):
    clientcode: str
    exchanges: Listed = None
    products: Listed = None


class Profile(NamedTuple):
    """The account; names as the broker spells them: "nse_fo", "NRML"."""

    client_id: str
    exchanges: tuple[str, ...]
    products: tuple[str, ...]


ROW = msgspec.json.Decoder(_ProfileRow)


async def profile(client: Client) -> Profile:
    """The account behind the login: the cheapest proof that it works."""
    return await client.read(PROFILE, ROW, read_profile)


def read_profile(row: _ProfileRow) -> Profile:
    """The profile of a row; lists come as lists or, in the docs, as one text."""
    return Profile(row.clientcode, _words(row.exchanges), _words(row.products))


def _words(listed: Listed) -> tuple[str, ...]:
    return tuple(WORD.findall(listed)) if isinstance(listed, str) else tuple(listed or ())
