"""What was wanted, sent and filled in a day."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from rustro_kernel.engine.turn import Event
from rustro_kernel.records.order_rows import order_rows


class OrderFigures(msgspec.Struct, frozen=True):
    """Counts. An intent is what one entry or exit asks for; each attempt at it is an order."""

    signals: int
    exit_signals: int
    intents: int
    refused_before_sending: int
    orders_placed: int
    filled: int  # completely
    partly_filled: int  # ended or stands with a part
    cancelled_unfilled: int
    rejected: int
    retries: int
    intents_failed: int
    chases: int
    outcomes_unknown: int
    absent: int  # proven never to have reached the broker
    late_fills: int
    duplicates_ignored: int
    unclosed_at_close: int


def order_figures(events: Sequence[Event]) -> OrderFigures:
    """Count a ledger's signals, intents and orders."""
    stated = Counter(e.type for e in events)
    rows = order_rows(events)
    return OrderFigures(
        signals=stated["SignalGenerated"],
        exit_signals=stated["ExitSignalGenerated"],
        intents=stated["OrderPlacementRequired"],
        refused_before_sending=stated["PreOrderValidationFailed"],
        orders_placed=len(rows),
        filled=sum(r.state == "executed" for r in rows),
        partly_filled=sum(r.state != "executed" and r.filled > 0 for r in rows),
        cancelled_unfilled=sum(r.state == "cancelled" and r.filled == 0 for r in rows),
        rejected=sum(r.state == "rejected" for r in rows),
        retries=stated["OrderRetryRequired"],
        intents_failed=stated["OrderFailedPermanent"],
        chases=stated["ExitChaseStarted"],
        outcomes_unknown=stated["OrderOutcomeUnknown"],
        absent=sum(r.state == "absent" for r in rows),
        late_fills=stated["LateFillAdopted"],
        duplicates_ignored=stated["DuplicateIgnored"],
        unclosed_at_close=stated["UnclosedAtClose"],
    )
