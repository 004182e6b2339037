"""Which rows of a bhavcopy are kept, and by which rule of the table the others are not."""

import pyarrow as pa

from rustro_kernel.bar_files.source import Source

TRADED = ("open_paise", "high_paise", "low_paise")
LOOKED_AT = (
    *("token", "kind", "strike_paise", "volume_units", *TRADED),
    "close_paise",
)
Figure = int | None


def verdicts(table: pa.Table) -> list[str]:
    """The rule each row breaks, or nothing; of rows with one token the first stays."""
    seen: set[str] = set()
    found = []
    for token, kind, strike, volume, *prices in zip(
        *(table[name].to_pylist() for name in LOOKED_AT), strict=True
    ):
        is_contract = kind == "FUT" or (kind == "OPT" and strike is not None)
        flaw = _flaw(volume, prices) if is_contract else "no_contract"
        found.append(flaw or ("conflict" if token in seen else ""))
        seen.add(token)
    return found


def _flaw(volume: Figure, prices: list[Figure]) -> str:
    """Of an untraded contract only the close means something."""
    if volume is None or volume < 0:
        return "bad_volume"
    wanted = prices if volume else prices[-1:]
    known = [price for price in wanted if price is not None]
    if len(known) < len(wanted):
        return "no_price"
    if (volume and 0 in known) or min(known) < 0:
        return "bad_price"
    return "ohlc" if volume and not _is_enclosed(*known) else ""


def _is_enclosed(opened: int, high: int, low: int, close: int) -> bool:
    return low <= min(opened, close) and max(opened, close) <= high


def quarantine(source: Source, table: pa.Table, found: list[str]) -> pa.Table:
    """The rows that are not kept, each with its place in the file and its rule."""
    rows = [row for row, verdict in enumerate(found) if verdict]
    places = pa.array([source.place(row) for row in rows], pa.string())
    rules = pa.array([found[row] for row in rows], pa.string())
    lost = table.take(pa.array(rows, pa.int64()))
    return lost.add_column(0, "where", places).add_column(1, "rule", rules)
