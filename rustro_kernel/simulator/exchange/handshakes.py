"""Who may open a stream."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from rustro_kernel.simulator.exchange.logins import EXPIRED, Logins
from rustro_kernel.simulator.exchange.settings import Account

MARKET, ORDERS = "market", "orders"
QUERY = {"clientCode": "x-client-code", "feedToken": "x-feed-token", "apiKey": "x-api-key"}


class Denied(NamedTuple):
    """An HTTP status in place of a stream, and the x-error-message header."""

    status: int
    message: str = ""


TOO_MANY = Denied(429, "Connection limit exceeded")


class Handshakes:
    """Checks credentials and counts connections."""

    def __init__(self, account: Account, logins: Logins, most: int) -> None:
        self._account, self._logins, self._most = account, logins, most
        self.open: Counter[str] = Counter()

    def market(
        self, headers: Mapping[str, str], query: Mapping[str, str], now_ns: int
    ) -> Denied | None:
        """Client code and feed token decide, by header or query; a key, if sent, must be right."""
        sent = {name: headers.get(name) or "" for name in QUERY.values()}
        sent |= {name: query[key] for key, name in QUERY.items() if key in query}
        if sent["x-client-code"] != self._account.client:
            return _invalid("Client Code")
        if sent["x-api-key"] not in ("", self._account.api_key):
            return _invalid("API Key")
        if self._logins.problem(sent["x-feed-token"], now_ns):
            return _invalid("Feed Token")
        return self._counted(MARKET)

    def orders(self, headers: Mapping[str, str], now_ns: int) -> Denied | None:
        """The Authorization header decides."""
        problem = self._logins.header_problem(headers.get("authorization"), now_ns)
        if problem:
            return Denied(403 if problem is EXPIRED else 401, problem.message)
        return self._counted(ORDERS)

    def leave(self, stream: str) -> None:
        """A connection closed."""
        self.open[stream] -= 1

    def _counted(self, stream: str) -> Denied | None:
        if self.open[stream] >= self._most:
            return TOO_MANY
        self.open[stream] += 1
        return None


def _invalid(what: str) -> Denied:
    return Denied(401, f"Invalid Header - Invalid {what}")
