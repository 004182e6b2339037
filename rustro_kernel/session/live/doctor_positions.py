"""What the account holds in the instruments we trade: ours, to be taken over, or somebody else's.

What is not ours is named and never touched.
"""

from collections import Counter
from collections.abc import Sequence

from rustro_kernel.brokers.angelone.book_rows import Held
from rustro_kernel.brokers.angelone.books import order_book, positions
from rustro_kernel.brokers.angelone.master import Master
from rustro_kernel.brokers.angelone.order_rows import OrderRow
from rustro_kernel.domain.market_time import ist_date
from rustro_kernel.session.live.checks import Check, ok, warn
from rustro_kernel.session.live.listed import listed
from rustro_kernel.session.live.visit import Visit
from rustro_kernel.session.sessions_book import Entry, book_of, read_book
from rustro_kernel.session.unfinished import left_by, unfinished

NAME = "positions"


async def positions_check(visit: Visit, master: Master) -> Check:
    """Open positions and living orders of the traded underlyings."""
    cfg, date = visit.cfg, ist_date(visit.pace.now_ns())
    keys = {each.key for each in listed(master, cfg.market.underlyings, date)}
    held = [one for one in await positions(visit.client) if one.net and one.instrument in keys]
    rows = [row for row in await order_book(visit.client) if row.instrument in keys]
    sessions = read_book(book_of(cfg.state.dir, cfg.account.id)).sessions
    return judged(held, rows, unfinished(sessions, "live", date.isoformat()))


def judged(held: Sequence[Held], rows: Sequence[OrderRow], session: Entry | None) -> Check:
    """The same, with what the broker says and the session that was left.

    What our tags have filled is ours, whatever of it that session still heard of.
    """
    tags = set(left_by(session).tags)
    ours: Counter[str] = Counter()
    for row in rows:
        if row.tag in tags:
            ours[row.instrument] += row.filled if row.side == "BUY" else -row.filled
    living = [row for row in rows if not row.is_final]
    strangers = [
        f"{one.net - ours[one.instrument]:+d} {one.symbol}"
        for one in held
        if one.net != ours[one.instrument]
    ]
    strangers += [f"order {row.order_id} {row.symbol}" for row in living if row.tag not in tags]
    if strangers:
        return warn(NAME, f"not of this program, and never touched by it: {', '.join(strangers)}")
    if session is not None and (held or living):
        text = f"{len(held)} positions and {len(living)} living orders of session {session.id}"
        return ok(NAME, f"{text} will be taken over")
    return ok(NAME, "none open, no living order")
