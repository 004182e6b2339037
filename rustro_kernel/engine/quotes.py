"""A tick comes in: is it good, and who needs to know."""

from rustro_kernel.domain.market_time import DAY, IST_OFFSET, SECOND
from rustro_kernel.domain.ticks import FALL_BELIEVED_AFTER, Tick
from rustro_kernel.engine import boundary, exits, flaws, gaps, held_quotes, losses, vix
from rustro_kernel.engine.bars import add_tick, restart_volume
from rustro_kernel.engine.state import BarBook, Quote
from rustro_kernel.engine.world import World

FUTURE_STAMP_NS = 5 * SECOND
DUPLICATE = "duplicate"
VOLUME_FELL = "volume_fell"
VOLUME_RESET = "volume_reset"


def on_tick(world: World, tick: Tick) -> None:
    """Check a tick, keep it as the quote, act on it, build bars with it.

    A counter that falls spoils the tick for bars only: its price still moves stops. One that stays
    down is believed, so that a single wrong figure does not cost the bars of the day.
    """
    state, key = world.state, tick.instrument
    if key not in state.watched:
        state.strays += 1  # sent after we unsubscribed, or never asked for
        return
    book = state.books[key]
    quote = state.quotes.get(key)
    if quote is None:
        quote = state.quotes[key] = Quote()
    now = world.turn.ts
    flaw = _flaw(quote, tick, now)
    if flaw:
        flaw = _counted(world, book, quote, tick, flaw)
        if flaw not in ("", VOLUME_FELL):
            return
    keep(quote, tick, now)
    if key in state.by_instrument:
        _of_held(world, key)
    elif key == state.vix_key:
        vix.on_vix(world, tick.ltp)
    if not flaw:
        _build(world, book, tick)


def _of_held(world: World, key: str) -> None:
    """Stops and the day's loss run on every quote of what is held."""
    if key in world.state.held_quotes:
        held_quotes.heard(world, key)
    else:
        held_quotes.watch(world, key)
    exits.on_quote(world, key)
    losses.on_mark(world)


def _build(world: World, book: BarBook, tick: Tick) -> None:
    """After the exits that run on ticks: a boundary this tick completes comes second."""
    state = world.state
    if state.silent and book.key in state.silent:
        gaps.on_data(world, book.key)
    if not state.boundary:
        return  # before the open: a quote, no bar
    if book.is_watched_for_gaps:
        gaps.heard(world, book)
    if not add_tick(world, book, tick):
        flaws.count(world, book, "late")
    if state.waiting <= 0 and tick.exch_ts >= state.boundary:
        boundary.complete_to(world, tick.exch_ts)


def _counted(world: World, book: BarBook, quote: Quote, tick: Tick, flaw: str) -> str:
    """The tick's flaw, counted; nothing where it is none after all."""
    if flaw == DUPLICATE and held_quotes.is_answer(world, book.key, quote):
        quote.seen_ns = world.now  # not new, and just what was asked for
        _of_held(world, book.key)
        return flaw
    if flaw == VOLUME_FELL:
        flaw = _fallen(world, book, quote, tick.volume)
    if flaw:
        flaws.count(world, book, flaw)
    return flaw


def _fallen(world: World, book: BarBook, quote: Quote, volume: int) -> str:
    """A flaw, until the counter has counted on from down there for so many ticks in a row."""
    goes_on = quote.fallen and volume >= quote.fallen_to
    quote.fallen, quote.fallen_to = (quote.fallen + 1 if goes_on else 1), volume
    if quote.fallen < FALL_BELIEVED_AFTER:
        return VOLUME_FELL
    quote.volume = volume
    restart_volume(book, volume)
    flaws.count(world, book, VOLUME_RESET)
    return ""


def quote_of(world: World, key: str) -> Quote:
    """The quote of an instrument as the state keeps it."""
    quote = world.state.quotes.get(key)
    if quote is None:
        quote = world.state.quotes[key] = Quote()
    return quote


def keep(quote: Quote, tick: Tick, now: int) -> None:
    """From now on a good tick is the quote."""
    if tick.volume >= quote.volume:
        quote.fallen, quote.volume = 0, tick.volume
    quote.ltp, quote.ltt = tick.ltp, tick.ltt or tick.exch_ts
    quote.bid, quote.ask = tick.bid, tick.ask
    quote.bid_qty, quote.ask_qty = tick.bid_qty, tick.ask_qty
    quote.exch_ts, quote.seen_ns, quote.oi = tick.exch_ts, now, tick.oi


def _flaw(quote: Quote, tick: Tick, now: int) -> str:
    """The first rule a tick breaks, or nothing. Many ticks may share one stamp."""
    stamp = tick.exch_ts
    if tick.ltp <= 0:
        return "bad_price"
    if stamp > now + FUTURE_STAMP_NS:
        return "future_stamp"
    if stamp < quote.exch_ts:
        return _other_day(stamp, now) or "out_of_order"
    if stamp == quote.exch_ts and _is_same(quote, tick):
        return DUPLICATE
    return VOLUME_FELL if tick.volume < quote.volume else _other_day(stamp, now)


def _other_day(stamp: int, now: int) -> str:
    return "" if (stamp + IST_OFFSET) // DAY == (now + IST_OFFSET) // DAY else "other_day"


def _is_same(quote: Quote, tick: Tick) -> bool:
    return (
        quote.ltp == tick.ltp
        and quote.volume == tick.volume
        and quote.bid == tick.bid
        and quote.ask == tick.ask
        and quote.bid_qty == tick.bid_qty
        and quote.ask_qty == tick.ask_qty
    )
