"""Who is logged in: PIN and one-time password in, three tokens out, all dead at midnight."""

from collections.abc import Mapping

from rustro_kernel.domain.market_time import DAY, HOUR, SECOND, ist_date, midnight_ns
from rustro_kernel.domain.one_time_codes import STEP_S, codes_of
from rustro_kernel.simulator.exchange.formats import plain
from rustro_kernel.simulator.exchange.replies import Refusal
from rustro_kernel.simulator.exchange.settings import Account
from rustro_kernel.simulator.exchange.tokens import signed

LIFE_NS = 28 * HOUR
"""The `exp` of a token; the session ends at midnight all the same."""
PROFILE_LISTS = {
    "exchanges": ["nse_fo", "nse_cm", "cde_fo", "ncx_fo", "bse_fo", "bse_cm", "mcx_fo"],
    "products": ["MARGIN", "MIS", "NRML", "CNC", "CO", "BO"],
}


INVALID = Refusal("AG8001", "Invalid Token")
EXPIRED = Refusal("AG8002", "Token Expired")
MISSING = Refusal("AG8003", "Token missing")
WRONG_CLIENT = Refusal("AB1007", "Invalid clientcode or pin: Login Id or password is invalid")
WRONG_CODE = Refusal("AB1050", "Invalid totp")
WRONG_REFRESH = Refusal("AB8050", "Invalid Refresh Token")
OLD_REFRESH = Refusal("AB8051", "Refresh Token Expired")
Tokens = dict[str, object]
"""`data` of a login."""


class Logins:
    """The tokens of one account. A code of the wall clock and one of the market's both count."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._codes = codes_of(account.totp_seed)
        self._used: set[str] = set()
        self._expiries: dict[str, int] = {}
        self._issued = 0
        self._last_login_ns = 0

    def login(self, body: Mapping[str, object], now_ns: int, wall_s: int) -> Tokens | Refusal:
        """Three tokens for PIN and code; a code is used up by its first success."""
        account = self._account
        if (body.get("clientcode"), body.get("password")) != (account.client, account.pin):
            return WRONG_CLIENT
        if not self._takes(str(body.get("totp", "")), (now_ns // SECOND, wall_s)):
            return WRONG_CODE
        self._last_login_ns = now_ns
        return self._issue(now_ns, body.get("state"))

    def renew(self, body: Mapping[str, object], now_ns: int) -> Tokens | Refusal:
        """Three new tokens for a refresh token; the old ones live on."""
        problem = self.problem(body.get("refreshToken"), now_ns)
        if problem:
            return OLD_REFRESH if problem is EXPIRED else WRONG_REFRESH
        return self._issue(now_ns, None)

    def problem(self, token: object, now_ns: int) -> Refusal | None:
        """What is wrong with a token, if anything."""
        if not isinstance(token, str) or token not in self._expiries:
            return INVALID
        return EXPIRED if now_ns >= self._expiries[token] else None

    def header_problem(self, header: str | None, now_ns: int) -> Refusal | None:
        """The same for an Authorization header; one "Bearer " and no more."""
        if not header:
            return MISSING
        kind, _, token = header.partition(" ")
        return self.problem(token, now_ns) if kind == "Bearer" else INVALID

    def end(self) -> None:
        """Log out: every token is unknown from now on."""
        self._expiries.clear()

    def expire(self) -> None:
        """Every token issued so far is too old from now on."""
        self._expiries = dict.fromkeys(self._expiries, 0)

    def profile(self) -> dict[str, object]:
        """Who this is, as getProfile says it."""
        who = {"clientcode": self._account.client, "name": "SIM USER", "email": "", "mobileno": ""}
        last = {"lastlogintime": plain(self._last_login_ns), "broker": ""}
        return {**who, **PROFILE_LISTS, **last}

    def _takes(self, code: str, clocks: tuple[int, ...]) -> bool:
        """Whether a code is of now, the step before or the one after, and was not used before."""
        moments = [clock + step * STEP_S for clock in clocks for step in (-1, 0, 1)]
        matching = {self._codes.at(moment) for moment in moments}
        if code not in matching or code in self._used:
            return False
        self._used = (self._used & matching) | {code}
        return True

    def _issue(self, now_ns: int, state: object) -> Tokens:
        end_ns = min(now_ns + LIFE_NS, midnight_ns(ist_date(now_ns)) + DAY)
        return {
            "jwtToken": self._token("jwt", now_ns, end_ns),
            "refreshToken": self._token("refresh", now_ns, end_ns),
            "feedToken": self._token("feed", now_ns, end_ns),
            "state": state,
        }

    def _token(self, kind: str, now_ns: int, end_ns: int) -> str:
        self._issued += 1
        claims: dict[str, object] = {
            "username": self._account.client,
            "roles": 0,
            "usertype": "USER",
            "kind": kind,
            "iat": now_ns // SECOND,
            "exp": (now_ns + LIFE_NS) // SECOND,
            "jti": str(self._issued),
        }
        token = signed(claims, self._account.totp_seed.encode())
        self._expiries[token] = end_ns
        return token
