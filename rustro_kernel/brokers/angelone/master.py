"""The instrument master of a day: the instruments of chosen underlyings, found by what they are.

A symbol is never built, always looked up (facts/smartapi.md 6.5).
"""

import datetime as dt
from collections.abc import Collection
from mmap import mmap

import msgspec

from rustro_kernel.brokers.angelone.master_rows import VIX, VIX_NAME, Row, instrument
from rustro_kernel.domain.errors import BadData
from rustro_kernel.domain.instruments import Instrument, InstrumentKey, Kind, Right

SOURCE = "instrument master"
NIFTY_TOKEN = "99926000"  # noqa: S105 - an instrument's
FURTHEST_DAYS = 40
"""The nearest expiry of an index is never further away, monthly ones and holidays included."""
MOST_UNREADABLE = 100

Identity = tuple[Kind, str, str, int, Right | None]
"""Kind, underlying, ISO expiry, strike in paise, right: what an instrument is."""

_ROWS = msgspec.json.Decoder(list[msgspec.Raw])
_ROW = msgspec.json.Decoder(Row)


class Master(msgspec.Struct, frozen=True):
    """Instruments of the chosen underlyings that have not expired, by key and by what they are.

    `rows` and `unreadable` count the whole file: `unreadable` rows were of our kinds or of none.
    """

    by_key: dict[InstrumentKey, Instrument]
    by_identity: dict[Identity, Instrument]
    rows: int
    unreadable: int
    has_nifty: bool

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        """All of them, in the file's order."""
        return tuple(self.by_key.values())

    def option(self, name: str, expiry: str, strike: int, right: Right) -> Instrument | None:
        """An underlying's option; `expiry` is ISO, `strike` in paise."""
        return self.by_identity.get((Kind.OPTION, name, expiry, strike, right))

    def future(self, name: str, expiry: str) -> Instrument | None:
        """An underlying's future; `expiry` is ISO."""
        return self.by_identity.get((Kind.FUTURE, name, expiry, 0, None))

    def index(self, name: str) -> Instrument | None:
        """The index itself, or the VIX as "INDIAVIX"."""
        kind = Kind.VIX if name == VIX else Kind.INDEX
        return self.by_identity.get((kind, name, "", 0, None))

    def expiries(self, name: str) -> tuple[str, ...]:
        """The expiries that have options, ISO, nearest first."""
        found = {i[2] for i in self.by_identity if i[0] is Kind.OPTION and i[1] == name}
        return tuple(sorted(found))


def identity(known: Instrument) -> Identity:
    """What an instrument is, whatever its token and symbol."""
    return known.kind, known.underlying, known.expiry, known.strike, known.right


def read_master(body: bytes | mmap, names: Collection[str], on: dt.date) -> Master:
    """The instruments of these underlyings, and the VIX, in a master file of a date.

    Raises:
        BadData: It is no JSON list: truncated, empty, or something else.
    """
    try:
        raws = _ROWS.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
        raise BadData(SOURCE, f"the file is no whole JSON list: {exc}") from None
    wanted = {*names, VIX_NAME}
    found: dict[InstrumentKey, Instrument] = {}
    unreadable, has_nifty = 0, False
    for raw in raws:
        try:
            row = _ROW.decode(raw)
            kept = instrument(row) if row.name in wanted or row.name.upper() == VIX_NAME else None
        except (msgspec.MsgspecError, ValueError, ArithmeticError, RecursionError):
            unreadable += 1
            continue
        has_nifty = has_nifty or (row.token == NIFTY_TOKEN and row.instrumenttype == "AMXIDX")
        if kept and (not kept.expiry or kept.expiry >= on.isoformat()):
            found.setdefault(kept.key, kept)
    by_identity = {identity(i): i for i in reversed(found.values())}
    return Master(found, by_identity, len(raws), unreadable, has_nifty)


def check_master(master: Master, names: Collection[str], on: dt.date, min_rows: int) -> None:
    """Refuse a file no day may be traded with (facts/smartapi.md 10.1).

    Raises:
        BadData: Too few rows, too many broken ones, NIFTY missing, no near expiry.
    """
    for problem in (
        _too_few(master, min_rows),
        "" if master.has_nifty else f"NIFTY 50 (token {NIFTY_TOKEN}) is missing",
        *(_no_near_expiry(master, name, on) for name in names),
    ):
        if problem:
            raise BadData(SOURCE, problem)


def _too_few(master: Master, min_rows: int) -> str:
    if master.rows < min_rows:
        return f"got {master.rows} rows, wanted at least {min_rows}"
    if master.unreadable > MOST_UNREADABLE:
        return f"{master.unreadable} of {master.rows} rows cannot be read"
    return ""


def _no_near_expiry(master: Master, name: str, on: dt.date) -> str:
    nearest = next(iter(master.expiries(name)), None)
    if master.index(name) is None or nearest is None:
        return f"{name} has no index row or no option that has not expired"
    if dt.date.fromisoformat(nearest) > on + dt.timedelta(days=FURTHEST_DAYS):
        return f"the nearest expiry of {name} is {nearest}, more than {FURTHEST_DAYS} days away"
    return ""
