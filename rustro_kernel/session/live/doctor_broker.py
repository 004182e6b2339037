"""What the doctor asks the broker: clock, login, token, master, funds, holdings, limits, feed."""

from rustro_kernel.brokers.angelone.funds import funds
from rustro_kernel.brokers.angelone.master_download import Loaded, load_master
from rustro_kernel.brokers.angelone.profile import profile
from rustro_kernel.config import Config
from rustro_kernel.domain.market_time import ist_date, show_clock, show_time
from rustro_kernel.session.live.addresses import is_here
from rustro_kernel.session.live.checks import Check, Verdict, fail, ok, skip, tried, warn
from rustro_kernel.session.live.clock_skew import skew_check
from rustro_kernel.session.live.doctor_positions import positions_check
from rustro_kernel.session.live.feed_echo import WAIT_S, echo_check
from rustro_kernel.session.live.master_today import master_check, wanted_master
from rustro_kernel.session.live.visit import Visit

NAMES = (
    "clock", "login", "token", "address", "master", "funds", "positions", "feed", "rate limits",
)  # fmt: skip
BUSY_S = 5.0
"""A group of routes that stays closed for longer is worth a word."""
ECHO_S = WAIT_S + 10
UNTOLD_IP = "127.0.0.1"


async def examine(visit: Visit) -> list[Check]:
    """Every check at the broker, in the order of `NAMES`."""
    times = visit.cfg.broker
    clock = await tried("clock", skew_check(times.rest_url, visit.pace), times.read_timeout_s)
    login = await tried("login", _login(visit), times.login_timeout_s)
    address = _address(visit.cfg)
    if login.verdict is Verdict.FAIL:
        rest = [skip(name, "needs a login") for name in NAMES[2:] if name != address.name]
        return [clock, login, rest[0], address, *rest[1:]]
    token = await tried("token", _token(visit), times.login_timeout_s)
    found: list[Loaded] = []
    master = await tried("master", _master(visit, found), times.master_timeout_s)
    money = await tried("funds", _funds(visit), times.read_timeout_s)
    held, feed = skip("positions", "needs the master"), skip("feed", "needs the master")
    if found:
        known = found[0].master
        held = await tried("positions", positions_check(visit, known), times.read_timeout_s)
        feed = await tried("feed", echo_check(visit, known), ECHO_S)
    return [clock, login, token, address, master, money, held, feed, _limits(visit)]


async def _login(visit: Visit) -> Check:
    tokens = await visit.client.login.current()
    return ok("login", f"works; the session lives until {show_time(tokens.expires_ns)}")


async def _token(visit: Visit) -> Check:
    """Whether a question with it is answered, and whether it outlives the day."""
    about = await profile(visit.client)
    tokens = await visit.client.login.current()
    if about.client_id != visit.credentials.client_id:
        return fail("token", "the broker answers for another client; check RUSTRO_CLIENT_ID")
    if visit.rules is None:
        return ok("token", "works")
    close_ns = visit.rules.derivative_legs[-1].close_ns
    text = f"until {show_clock(tokens.expires_ns)}, the market closes at {show_clock(close_ns)}"
    if tokens.expires_ns <= close_ns:
        return warn("token", f"works {text}: it will be renewed while the market is open")
    return ok("token", f"works {text}")


def _address(cfg: Config) -> Check:
    """Orders pass from a registered address only, and only an order would tell (AG7002)."""
    told = cfg.broker.public_ip
    if is_here(cfg.broker.rest_url):
        return ok("address", "a simulated exchange on this machine")
    if told == UNTOLD_IP:
        text = "broker.public_ip is not set: set it to the static IP registered for the API key"
        return warn("address", f"{text}, else orders are refused (AG7002)")
    text = f"{told} is told to the broker; that it is registered and really yours shows only"
    return ok("address", f"{text} with an order, and none is placed here")


async def _master(visit: Visit, found: list[Loaded]) -> Check:
    """Today's master; it is put into `found` for the feed."""
    on = ist_date(visit.pace.now_ns())
    found.append(await load_master(wanted_master(visit.cfg, on)))
    return master_check(found[0], on)


async def _funds(visit: Visit) -> Check:
    money = await funds(visit.client)
    text = f"Rs {money.available / 100:,.2f} can be traded with"
    if money.available <= 0 and visit.cfg.mode != "paper":
        return warn("funds", f"{text}: no entry will pass")
    return ok("funds", text)


def _limits(visit: Visit) -> Check:
    """Whether a group of routes is used up, or somebody waits."""
    loads = visit.client.wire.turnstile.loads()
    busy = [
        f"{load.group.value} for {load.free_in_s:.0f} s"
        for load in loads
        if load.free_in_s > BUSY_S
    ]
    if busy:
        return warn(
            "rate limits", f"closed: {', '.join(busy)}; does something else use the account?"
        )
    return ok("rate limits", f"{len(loads)} groups of routes, all open")
