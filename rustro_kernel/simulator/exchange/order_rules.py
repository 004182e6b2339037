"""What broker and exchange refuse, at once or a moment after they took the order."""

from dataclasses import dataclass

from rustro_kernel.domain.money import rupees
from rustro_kernel.domain.orders import Side
from rustro_kernel.domain.price_band import band
from rustro_kernel.domain.rules import PriceBand
from rustro_kernel.simulator.exchange.formats import money
from rustro_kernel.simulator.exchange.listing import Listed
from rustro_kernel.simulator.exchange.order import Form
from rustro_kernel.simulator.exchange.order_form import BAD_INPUT
from rustro_kernel.simulator.exchange.replies import Refusal
from rustro_kernel.simulator.exchange.settings import Habits
from rustro_kernel.simulator.exchange.ticker import Ticker

BARRED = "is not allowed for API orders: use LIMIT with DAY"


@dataclass(frozen=True, slots=True)
class OrderRules:
    """The day's band and the exchange's habits."""

    price_band: PriceBand
    habits: Habits

    def at_once(self, form: Form, ticker: Ticker) -> Refusal | None:
        """Why placeOrder or modifyOrder itself fails."""
        barred = self._barred(form)
        if barred:
            return Refusal(BAD_INPUT, barred)
        words = self.price_problem(form, ticker) if self.habits.refuses_price_at_once else ""
        return Refusal(BAD_INPUT, words) if words else None

    def price_problem(self, form: Form, ticker: Ticker) -> str:
        """Off tick, outside the band around the market, or a trigger on the wrong side."""
        if form.order_type.endswith("MARKET"):
            return ""
        tick = ticker.listed.instrument.tick
        if form.price <= 0 or form.price % tick or (form.is_stop and form.trigger % tick):
            step = f"{rupees(tick):.2f}"
            return f"Price {money(form.price)} is not a multiple of tick size {step}"
        if form.is_stop:
            return _trigger_problem(form)
        return self.band_problem(form, ticker)

    def band_problem(self, form: Form, ticker: Ticker) -> str:
        """A limit outside the band around the market; of a stop it matters when it is triggered."""
        reference = ticker.book.reference_paise or ticker.ltp
        low, high = band(reference, self.price_band)
        if reference and not low <= form.price <= high:
            return f"Price is beyond the limit price protection range {money(low)}-{money(high)}"
        return ""

    def _barred(self, form: Form) -> str:
        if self.habits.takes_market_and_ioc:
            return ""
        if form.order_type.endswith("MARKET"):
            return f"{form.order_type} {BARRED}"
        return f"IOC {BARRED}" if form.duration == "IOC" else ""


def broker_refusal(form: Form, listed: Listed) -> str:
    """What the broker's risk system says of the order itself."""
    instrument = listed.instrument
    if form.quantity % instrument.lot:
        return f"Quantity {form.quantity} should be in multiples of lot size {instrument.lot}"
    freeze = instrument.freeze_quantity
    if 0 < freeze < form.quantity:
        return f"17070 : Order quantity {form.quantity} exceeds the freeze quantity {freeze}"
    return ""


def exchange_refusal(form: Form, ticker: Ticker) -> str:
    """What the exchange says: daily limits, and stop orders at the market."""
    if form.order_type == "STOPLOSS_MARKET":
        return "16387 : Stop loss market orders are not allowed for options"
    if form.order_type == "MARKET":
        return ""
    low, high = ticker.quote.lower, ticker.quote.upper
    if high and not low <= form.price <= high:
        return f"16283 : Price is out of the current execution range {money(low)}-{money(high)}"
    return ""


def protected(form: Form, ticker: Ticker, rule: PriceBand) -> Form:
    """A market order as the limit order the broker makes of it."""
    tick = ticker.listed.instrument.tick
    low, high = band(ticker.book.reference_paise or ticker.ltp, rule)
    price = high // tick * tick if form.side is Side.BUY else -(-low // tick) * tick
    return form._replace(order_type="LIMIT", price=price)


def _trigger_problem(form: Form) -> str:
    if form.trigger <= 0:
        return "Trigger price should be greater than zero"
    if form.side is Side.BUY and form.trigger > form.price:
        return "Trigger price should be less than or equal to the limit price of a buy order"
    if form.side is Side.SELL and form.trigger < form.price:
        return "Trigger price should be greater than or equal to the limit price of a sell order"
    return ""
