"""Sells what a session that was given up holds at the broker; in live mode only."""

import asyncio
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import msgspec

from rustro_kernel.brokers.angelone.connect import connect
from rustro_kernel.brokers.angelone.rest import Identity
from rustro_kernel.config import Config
from rustro_kernel.domain.rules import DayRules
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.lines import until_damage
from rustro_kernel.session.live.credentials import load_credentials
from rustro_kernel.session.live.desk_timings import DeskTimings
from rustro_kernel.session.live.pace import Pace, find_pace
from rustro_kernel.session.lock import SessionLock
from rustro_kernel.session.restart import first_input
from rustro_kernel.session.sessions_book import Entry, book_of, read_book
from rustro_kernel.session.unfinished import left_by, unfinished
from rustro_kernel.supervision.selling.ours import Ours, ours
from rustro_kernel.supervision.selling.seller import Contract, Seller, Sold

Tell = Callable[[str], None]


class Outcome(msgspec.Struct, frozen=True):
    """What is left of a session that was given up."""

    is_flat: bool
    text: str
    was_needed: bool = True  # there was something that could be held


def sell(cfg: Config, date: dt.date, tell: Tell, timings: DeskTimings | None = None) -> Outcome:
    """Sell what a date's unfinished session holds; may take until the close.

    The account's lock is held meanwhile: nothing else of ours trades. Sessions of sim and paper
    hold nothing at a broker, so there is nothing to be done.

    Raises:
        RustroError: If the session's records or the broker's door cannot be opened.
    """
    lock = SessionLock(cfg.state.dir, cfg.account.id, "of the supervisor, which sells")
    try:
        entry = _unfinished(cfg, date)
        if entry is None:
            return Outcome(is_flat=True, text="no session was left unfinished", was_needed=False)
        if cfg.mode == "live":
            return _at_broker(cfg, entry, tell, timings)
        units = left_by(entry).units
        text = f"{entry.id} held {units or 'nothing'}; it is {cfg.mode}, nothing is at a broker"
        return Outcome(is_flat=True, text=text)
    finally:
        lock.release()


def _unfinished(cfg: Config, date: dt.date) -> Entry | None:
    sessions = read_book(book_of(cfg.state.dir, cfg.account.id)).sessions
    return unfinished(sessions, cfg.mode, date.isoformat())


def _at_broker(cfg: Config, entry: Entry, tell: Tell, timings: DeskTimings | None) -> Outcome:
    """The positions of one session, on a login of its own."""
    folder = Path(entry.folder)
    mine, rules = ours(entry.id, until_damage(read_events(folder))), first_input(entry).rules
    if not mine.tags:
        return Outcome(is_flat=True, text=f"{entry.id} sent no order", was_needed=False)
    pace = find_pace(cfg.broker)
    sold = asyncio.run(_sold(cfg, mine, rules, pace, tell, timings))
    left = ", ".join(f"{units} of {mine.symbols.get(key, key)}" for key, units in sold.left.items())
    if sold.is_flat:
        text = f"{entry.id} is flat, as the broker says; {sold.sales} sales were sent"
    else:
        text = f"{entry.id} is NOT flat: {'; '.join(filter(None, (left, sold.problem)))}"
    return Outcome(sold.is_flat, text)


async def _sold(
    cfg: Config, mine: Ours, rules: DayRules, pace: Pace, tell: Tell, timings: DeskTimings | None
) -> Sold:
    found = await asyncio.to_thread(load_credentials)
    contract = _contract(cfg, rules)
    if cfg.mode == "live":  # the only place beside the session's composition that may order
        async with (
            connect(
                cfg.broker.rest_url,
                found.credentials,
                pace,
                identity=Identity(cfg.broker.public_ip),
                may_order=True,
                order_timeout_s=cfg.broker.order_timeout_s,
                sleep=pace.sleep,
            ) as client,
            asyncio.TaskGroup() as tasks,
        ):
            following = tasks.create_task(pace.follow(), name="the market's clock")
            seller = Seller(client, mine, contract, pace, tell, timings)
            sold = await seller.sell(rules.derivative_legs[-1].close_ns)
            following.cancel()
            return sold
    raise AssertionError("only a live session holds anything at a broker")


def _contract(cfg: Config, rules: DayRules) -> Contract:
    """The coarsest tick and the smallest freeze quantity of all underlyings: both always pass."""
    return Contract(
        tick=max(each.option_tick for each in rules.contracts),
        freeze=min(each.freeze_quantity for each in rules.contracts),
        band=rules.price_band,
        product=cfg.orders.product,
    )
