"""margin/batch and estimateCharges."""

from collections.abc import Callable, Mapping

from rustro_kernel.domain.charges import Charges, charges
from rustro_kernel.domain.instruments import Kind
from rustro_kernel.domain.rules import ChargeRates
from rustro_kernel.simulator.exchange.formats import paise_of, whole
from rustro_kernel.simulator.exchange.listing import Listed, Listing
from rustro_kernel.simulator.exchange.order_form import NO_SYMBOL
from rustro_kernel.simulator.exchange.portfolio import margin
from rustro_kernel.simulator.exchange.replies import Refusal
from rustro_kernel.simulator.exchange.ticker import Ticker

Body = Mapping[str, object]
Node = dict[str, object]
MOST_LEGS = 50
BAD_REQUEST = Refusal("AB1004", "Something Went Wrong, Please Try After Sometime")


class Estimates:
    """What orders would tie up and cost."""

    def __init__(
        self, listing: Listing, ticker: Callable[[Listed, int], Ticker], rates: ChargeRates
    ) -> None:
        self._listing, self._ticker, self._rates = listing, ticker, rates

    def margin(self, body: Body, now_ns: int) -> Node | Refusal:
        """The margin of up to 50 legs: premium of bought options, margin of everything else."""
        legs = _legs(body.get("positions"))
        if not legs or len(legs) > MOST_LEGS:
            return BAD_REQUEST
        premium = span = 0
        for leg in legs:
            listed = self._listing.find(leg.get("exchange"), leg.get("token"))
            units, price = whole(leg.get("qty")), paise_of(leg.get("price", 0))
            if listed is None or units is None or price is None:
                return NO_SYMBOL
            price = price or self._ticker(listed, now_ns).ltp
            if listed.instrument.kind is Kind.OPTION and leg.get("tradeType") == "BUY":
                premium += units * price
            else:
                span += margin(listed, units, price)
        zero = ("marginBenefit", "deliveryMargin", "nonNFOMargin")
        parts = {"netPremium": premium / 100, "spanMargin": span / 100, **dict.fromkeys(zero, 0)}
        parts["totOptionsPremium"] = premium / 100
        return {"totalMarginRequired": (premium + span) / 100, "marginComponents": parts}

    def charges(self, body: Body, _: int) -> Node | Refusal:
        """What executing orders would cost, each and together."""
        rows: list[tuple[int, Charges]] = []
        for one in _legs(body.get("orders")):
            units, price = whole(one.get("quantity")), paise_of(one.get("price"))
            if units is None or price is None:
                return BAD_REQUEST
            value = [units * price]
            is_buy = one.get("transaction_type") == "BUY"
            cost = charges(self._rates, value if is_buy else [], [] if is_buy else value)
            rows.append((value[0], cost))
        if not rows:
            return BAD_REQUEST
        return {"summary": _summary(rows), "charges": [_summary([row]) for row in rows]}


def _summary(rows: list[tuple[int, Charges]]) -> Node:
    def total(*items: str) -> float:
        paise: int = sum(getattr(cost, item) for _, cost in rows for item in items)
        return paise / 100

    external = [
        _node("Exchange Transaction Charges", total("exchange_txn", "ipft")),
        _node("Stamp Duty", total("stamp")),
        _node("SEBI Fees", total("sebi_fee")),
    ]
    taxes = [_node("Security Transaction Tax", total("stt")), _node("GST", total("tax"))]
    return {
        "total_charges": total("total"),
        "trade_value": sum(value for value, _ in rows) / 100,
        "breakup": [
            _node("Angel One Brokerage", total("brokerage")),
            _node("External Charges", total("exchange_txn", "ipft", "stamp", "sebi_fee"), external),
            _node("Taxes", total("stt", "tax"), taxes),
        ],
    }


def _node(name: str, amount: float, breakup: list[Node] | None = None) -> Node:
    return {"name": name, "amount": amount, "msg": "", "breakup": breakup or []}


def _legs(value: object) -> list[dict[str, object]]:
    return [leg for leg in value if isinstance(leg, dict)] if isinstance(value, list) else []
