"""From intent to fill."""

from rustro_kernel.engine.events.payload import Payload


class OrderPlacementRequired(Payload, frozen=True):
    """An intent was born."""

    intent_id: str
    position_id: str
    instrument: str
    symbol: str
    side: str
    units: int
    reason: str


class Check(Payload, frozen=True):
    """One of the nine checks before an order; `ok` is None where it does not apply."""

    name: str
    value: float | int | str | None
    limit: float | int | str | None
    ok: bool | None


class PreOrderValidationPassed(Payload, frozen=True):
    """Every check that applies said yes."""

    intent_id: str
    checks: tuple[Check, ...]


class PreOrderValidationFailed(Payload, frozen=True):
    """At least one check said no; all are reported."""

    intent_id: str
    failed: tuple[str, ...]
    checks: tuple[Check, ...]


class OrderSubmissionRequired(Payload, frozen=True):
    """One attempt goes to the broker."""

    intent_id: str
    tag: str
    attempt: int
    side: str
    symbol: str
    units: int
    limit_paise: int
    ltp_paise: int
    trigger_paise: int  # 0: no stop


class OrderModificationRequired(Payload, frozen=True):
    """A resting stop is to follow what is held."""

    intent_id: str
    tag: str
    units: int
    limit_paise: int
    trigger_paise: int


class OrderSubmitted(Payload, frozen=True):
    """The broker took the order and gave it an id."""

    intent_id: str
    tag: str
    broker_id: str


class OrderAcknowledged(Payload, frozen=True):
    """The exchange has the order in its book."""

    intent_id: str
    tag: str


class OrderPartiallyFilled(Payload, frozen=True):
    """Some units traded. Figures are of this order so far."""

    intent_id: str
    tag: str
    filled: int
    units: int
    value_paise: int


class OrderExecuted(Payload, frozen=True):
    """All units of this order traded."""

    intent_id: str
    tag: str
    filled: int
    value_paise: int


class OrderRetryRequired(Payload, frozen=True):
    """The ladder goes one step on; the working order is cancelled first."""

    intent_id: str
    tag: str
    attempt: int
    filled: int


class OrderCancelled(Payload, frozen=True):
    """The broker confirmed the cancellation, with what was filled before."""

    intent_id: str
    tag: str
    filled: int
    value_paise: int


class OrderRejected(Payload, frozen=True):
    """The broker or the exchange refused, in its own words. Not retried for an entry."""

    intent_id: str
    tag: str
    code: str
    message: str


class OrderOutcomeUnknown(Payload, frozen=True):
    """The order was sent and nobody knows whether it was taken: no other until that is known."""

    intent_id: str
    tag: str
    message: str


class OrderAbsent(Payload, frozen=True):
    """The order is proven never to have reached the broker."""

    intent_id: str
    tag: str


class LateFillAdopted(Payload, frozen=True):
    """Units of an order traded that was over in our books."""

    intent_id: str
    tag: str
    position_id: str
    late_units: int
    late_value_paise: int
    filled: int  # of this order so far
    units: int
    value_paise: int


class FillRevalued(Payload, frozen=True):
    """Units counted at an average price have cost something else, by the broker's trade book."""

    intent_id: str
    tag: str
    position_id: str
    filled: int  # of this order so far
    value_paise: int
    change_paise: int
    is_after_trade: bool  # the trade of these units was stated with the average


class OrderReportImpossible(Payload, frozen=True):
    """The broker said of an order what cannot be true where it stands; only fills are believed."""

    intent_id: str
    tag: str
    state: str
    reported: str
    filled: int
    count: int  # of such reports today


class OrderFailedPermanent(Payload, frozen=True):
    """An entry's ladder ended; what was filled is a position. Never stated of an exit."""

    intent_id: str
    reason: str
    filled: int
    units: int
    bid_paise: int
    ask_paise: int


class ExitChaseStarted(Payload, frozen=True):
    """An exit's ladder is used up: it is re-priced every second until it is flat."""

    intent_id: str
    position_id: str
    remaining: int


class UnclosedAtClose(Payload, frozen=True):
    """The contract closed with units left: alert, exit code 4."""

    position_id: str
    symbol: str
    units: int


class DuplicateIgnored(Payload, frozen=True):
    """Something already done was asked for again; nothing happened."""

    what: str
    id: str
