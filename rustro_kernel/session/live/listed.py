"""Which instruments of a master a session is told of: recorded whole, so no more than it needs."""

import datetime as dt
from collections.abc import Sequence

from rustro_kernel.brokers.angelone.master import Master
from rustro_kernel.brokers.angelone.master_rows import VIX
from rustro_kernel.domain.instruments import Instrument, Kind

NEAR_DAYS = 45
NEAREST = 3


def listed(master: Master, names: Sequence[str], on: dt.date) -> tuple[Instrument, ...]:
    """Indices, VIX, futures and near options: in one order, whatever that of the file."""
    indices = [index for name in names if (index := master.index(name))]
    vix = [known] if (known := master.index(VIX)) else []
    contracts = [each for each in master.instruments if each.underlying in names]
    futures = [each for each in contracts if each.kind is Kind.FUTURE]
    near = {name: near_expiries(master.expiries(name), on) for name in names}
    options = [
        each
        for each in contracts
        if each.kind is Kind.OPTION and each.expiry in near[each.underlying]
    ]
    return (*indices, *vix, *sorted(futures, key=_place), *sorted(options, key=_place))


def near_expiries(expiries: Sequence[str], on: dt.date) -> tuple[str, ...]:
    """Those of the next 45 days, and the nearest three in any case; ISO, nearest first."""
    last = (on + dt.timedelta(days=NEAR_DAYS)).isoformat()
    return tuple(e for n, e in enumerate(expiries) if n < NEAREST or e <= last)


def _place(each: Instrument) -> tuple[str, str, int, str]:
    return each.underlying, each.expiry, each.strike, each.right.value if each.right else ""
