"""Whom the doctor visits: a logged-in or fresh client with what it trades by."""

from typing import NamedTuple

from rustro_kernel.brokers.angelone.client import Client
from rustro_kernel.brokers.angelone.forms import Credentials
from rustro_kernel.config import Config
from rustro_kernel.domain.rules import DayRules
from rustro_kernel.session.live.pace import Pace


class Visit(NamedTuple):
    """What the checks at the broker need. `rules` is None on a day without trading."""

    cfg: Config
    rules: DayRules | None
    pace: Pace
    client: Client
    credentials: Credentials
