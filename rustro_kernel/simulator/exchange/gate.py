"""What every request must pass before its fields are looked at, in the gateway's order."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rustro_kernel.simulator.exchange.budgets import Windows
from rustro_kernel.simulator.exchange.logins import Logins
from rustro_kernel.simulator.exchange.replies import Reply, failure, gateway, too_fast
from rustro_kernel.simulator.exchange.request_faults import STATIC_IP
from rustro_kernel.simulator.exchange.routes import Route
from rustro_kernel.simulator.exchange.settings import Account, Habits

DEMANDED = ("x-sourceid", "x-clientlocalip", "x-clientpublicip", "x-macaddress")


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    address: str = "127.0.0.1"


class Gate:
    """Rate limit, token, key, address, headers: the first that fails answers."""

    def __init__(self, account: Account, habits: Habits, logins: Logins) -> None:
        self._account, self._habits, self._logins = account, habits, logins
        self.windows = Windows()

    def stops(self, route: Route, request: Request, now_ns: int) -> Reply | None:
        """The answer to a request that does not pass."""
        if self._habits.has_limits and not self.windows.admits(route.group, now_ns):
            return too_fast()
        if not route.group:  # a public file
            return None
        return (
            self._token(route, request, now_ns)
            or self._key(route, request)
            or self._address(route, request)
            or _headers(request)
        )

    def _token(self, route: Route, request: Request, now_ns: int) -> Reply | None:
        if not route.is_secure:
            return None
        problem = self._logins.header_problem(request.headers.get("authorization"), now_ns)
        return gateway(*problem) if problem else None

    def _key(self, route: Route, request: Request) -> Reply | None:
        if request.headers.get("x-privatekey") == self._account.api_key:
            return None
        if route.is_secure:
            return gateway("AG8004", "Invalid API Key")
        return failure("AB1034", "Apps not found")

    def _address(self, route: Route, request: Request) -> Reply | None:
        allowed = self._habits.registered_ip
        return STATIC_IP if route.writes and allowed and allowed != request.address else None


def _headers(request: Request) -> Reply | None:
    if request.headers.get("x-usertype") != "USER":
        return failure("AB1005", "User Type Must be USER")
    if any(not request.headers.get(name) for name in DEMANDED):
        return failure("AB1004", "Something Went Wrong, Please Try After Sometime")
    return None
