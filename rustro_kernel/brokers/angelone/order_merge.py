"""The newest knowledge of every order, whichever source brought it first (facts 3.5, 10.1)."""

from msgspec.structs import replace

from rustro_kernel.brokers.angelone.order_rows import OrderRow


def merge(known: OrderRow | None, fresh: OrderRow) -> OrderRow:
    """What is known after a row came: the newer of two, with what only the older one says.

    An end beats what is not over, then more fills win, then the later time. Of equals the known one
    stays, but of two whole rows of a living order the one that came later: times are whole seconds,
    and within one an order may be changed. Fills never shrink: a cancelled row that has not heard
    of them yet keeps ours.
    """
    if known is None:
        return fresh
    is_newer = fresh.news > known.news or (fresh.news == known.news and _may_have_changed(fresh))
    newer, older = (fresh, known) if is_newer else (known, fresh)
    kept = newer if newer.filled >= older.filled else _with_fills(newer, older)
    return replace(kept, tag=kept.tag or older.tag, unique_id=kept.unique_id or older.unique_id)


def _may_have_changed(row: OrderRow) -> bool:
    return bool(row.words) and not row.is_final


def _with_fills(row: OrderRow, other: OrderRow) -> OrderRow:
    return replace(row, filled=other.filled, value_paise=other.value_paise)


class Orders:
    """All rows of the day by order id. Order ids are unique within a day only."""

    def __init__(self) -> None:
        self._rows: dict[str, OrderRow] = {}
        self._ids: dict[str, str] = {}  # by tag

    def learn(self, fresh: OrderRow) -> OrderRow | None:
        """Take a row in; the merged one if it tells something new, else None."""
        known = self._rows.get(fresh.order_id)
        merged = merge(known, fresh)
        self._rows[fresh.order_id] = merged
        if merged.tag:
            self._ids[merged.tag] = merged.order_id
        return None if known and _told(merged) == _told(known) else merged

    def by_id(self, order_id: str) -> OrderRow | None:
        """What is known of an order."""
        return self._rows.get(order_id)

    def by_tag(self, tag: str) -> OrderRow | None:
        """What is known of the order sent with a tag."""
        return self._rows.get(self._ids.get(tag, ""))

    def living(self) -> list[OrderRow]:
        """The orders that are not over, oldest first: what reconciliation asks about."""
        return [row for row in self._rows.values() if not row.is_final]


def _told(row: OrderRow) -> tuple[object, ...]:
    """What an engine sees of a row."""
    terms = row.limit_paise, row.quantity, row.trigger_paise
    return row.tag, row.status, row.filled, row.value_paise, *terms
