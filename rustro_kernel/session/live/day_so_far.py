"""What the day's earlier sessions began with and made: the loss limit of the day counts on.

A session that was stopped in good order is over, and the next one has a ledger of its own; the
money is the same.
"""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.engine.inputs import Funds, SessionStarted
from rustro_kernel.records.input_log import read_others
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.lines import until_damage
from rustro_kernel.session.sessions_book import Entry

log = logging.getLogger(__name__)


class DaySoFar(NamedTuple):
    """Paise. Both are 0 for the first session of a day."""

    funds: int = 0  # at the day's first login
    result: int = 0  # net of charges, of all closed trades


def day_so_far(sessions: Sequence[Entry], mode: str, date: str, *, is_simulated: bool) -> DaySoFar:
    """Funds and result of a mode's sessions of a day, as far as their folders are still there."""
    mine = [each for each in sessions if (each.mode, each.date) == (mode, date)]
    real = [each for each in mine if each.folder and each.is_simulated is is_simulated]
    sums = [_of(Path(each.folder)) for each in real]
    funds = next((each.funds for each in sums if each.funds), 0)
    return DaySoFar(funds, sum(each.result for each in sums))


def _of(folder: Path) -> DaySoFar:
    """One session's."""
    if not folder.is_dir():
        log.warning("%s is gone: the day's loss is counted without that session", folder)
        return DaySoFar()
    bodies = (item.body for item in until_damage(read_others(folder)))
    trades = (event.data for event in until_damage(read_events(folder)))
    return DaySoFar(
        next((paise for body in bodies if (paise := _funds(body))), 0),
        sum(trade.net_paise for trade in trades if isinstance(trade, PositionClosed)),
    )


def _funds(body: object) -> int:
    if isinstance(body, SessionStarted):
        return body.balance_paise
    return body.available_paise if isinstance(body, Funds) else 0
