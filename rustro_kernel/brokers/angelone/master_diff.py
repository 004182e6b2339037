"""What changed in the instrument master since the day before."""

from typing import NamedTuple

from rustro_kernel.brokers.angelone.master import Master, identity
from rustro_kernel.domain.instruments import Instrument, InstrumentKey, Kind


class Change(NamedTuple):
    """A figure of all contracts of one underlying and expiry that had the old value."""

    underlying: str
    expiry: str
    kind: Kind
    figure: str  # lot, tick or freeze_quantity
    old: int
    new: int


class Reused(NamedTuple):
    """A token that means another instrument than yesterday."""

    key: InstrumentKey
    old_symbol: str
    new_symbol: str


class MasterDiff(NamedTuple):
    """Everything a trader wants to know before the open; empty tuples where nothing changed."""

    changes: tuple[Change, ...]
    expiries_added: tuple[tuple[str, str], ...]  # underlying and ISO expiry
    expiries_gone: tuple[tuple[str, str], ...]
    reused: tuple[Reused, ...]


FIGURES = ("lot", "tick", "freeze_quantity")


def compare(old: Master, new: Master) -> MasterDiff:
    """Yesterday's master against today's. Expired contracts are gone, not changed."""
    pairs = [
        (old.by_key[key], now)
        for key, now in new.by_key.items()
        if key in old.by_key and identity(old.by_key[key]) == identity(now)
    ]
    before, after = _expiries(old), _expiries(new)
    return MasterDiff(
        tuple(sorted({c for pair in pairs for c in _changes(*pair)}, key=_order)),
        tuple(sorted(after - before)),
        tuple(sorted(before - after)),
        _reused(old, new),
    )


def _changes(old: Instrument, new: Instrument) -> list[Change]:
    return [
        Change(new.underlying, new.expiry, new.kind, figure, was, now)
        for figure in FIGURES
        if (was := getattr(old, figure)) != (now := getattr(new, figure))
    ]


def _order(change: Change) -> tuple[str, str, str, str, int, int]:
    return change.underlying, change.expiry, change.kind.value, *change[3:]


def _expiries(master: Master) -> set[tuple[str, str]]:
    options = (i for i in master.by_key.values() if i.kind is Kind.OPTION)
    return {(i.underlying, i.expiry) for i in options}


def _reused(old: Master, new: Master) -> tuple[Reused, ...]:
    return tuple(
        Reused(key, old.by_key[key].symbol, now.symbol)
        for key, now in new.by_key.items()
        if key in old.by_key and identity(old.by_key[key]) != identity(now)
    )
