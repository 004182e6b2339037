"""What the doctor looks at on this machine: the day, the disk, the lock, the credentials."""

import contextlib
import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rustro_kernel.alerts.opening import configured
from rustro_kernel.brokers.angelone.forms import Credentials
from rustro_kernel.brokers.angelone.totp import Codes
from rustro_kernel.config import Config
from rustro_kernel.domain.errors import (
    AlreadyRunning,
    BadConfig,
    BrokerMisconfigured,
    NotATradingDay,
    OutsideRules,
    UnverifiedRule,
)
from rustro_kernel.domain.market_time import IST, show_clock
from rustro_kernel.domain.rules import DayRules
from rustro_kernel.housekeeping import disk_use
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.session.live.checks import Check, fail, ok, skip, warn
from rustro_kernel.session.live.credentials import Found, load_credentials
from rustro_kernel.session.lock import SessionLock

GIGABYTE = 1_000_000_000
LITTLE, TOO_LITTLE = 2 * GIGABYTE, GIGABYTE // 5
"""A recorded day takes some hundred megabytes."""


def rules_of(cfg: Config, date: dt.date) -> tuple[DayRules | None, list[Check]]:
    """The rules of a day, if it can be traded, and what is to be said of it."""
    try:
        rules = MarketRules.load(cfg.rules.override).day(date, cfg.market.underlyings)
    except NotATradingDay as exc:
        return None, [warn("trading day", str(exc)), skip("hours", "no trading today")]
    except UnverifiedRule as exc:
        return None, [ok("trading day", f"{date} is one, with hours of its own"), _bad_hours(exc)]
    except OutsideRules as exc:
        return None, [fail("trading day", f"{exc}; install a newer version"), _bad_hours(exc)]
    return rules, [_trading_day(rules), _hours(rules)]


def disk(cfg: Config) -> Check:
    """Room and rights where state and runs are kept."""
    runs = cfg.run.out or Path("runs")
    places = [nearest(place) for place in (cfg.state.dir, runs)]
    free = min(shutil.disk_usage(place).free for place in places)
    for place in places:
        try:
            with tempfile.TemporaryFile(dir=place) as file:
                file.write(bytes(4096))
        except OSError as exc:
            return fail("disk", f"{place} cannot be written to: {exc.strerror}")
    text = f"{free / GIGABYTE:.1f} GB free where state and runs are kept, written to for a test"
    if free < TOO_LITTLE:
        return fail("disk", f"{text}: too little for a day's records, make room")
    seen = _forecast(cfg.state.dir)
    is_soon = seen is not None and seen.is_within(cfg.state.disk_warn_days)
    return (warn if free < LITTLE or is_soon else ok)("disk", f"{text}; {seen}" if seen else text)


def _forecast(state: Path) -> disk_use.Forecast | None:
    """By the days on record and the disk as it is now."""
    now = dt.datetime.now(IST).date()
    return disk_use.forecast(disk_use.with_now(disk_use.read_days(state), nearest(state), now))


def alerts(cfg: Config) -> Check:
    """Whether anybody would hear of trouble; nothing is sent."""
    try:
        found = configured(cfg)
    except BadConfig as exc:
        return fail("alerts", str(exc))
    if not found:
        return ok("alerts", "no channel is set (RUSTRO_ALERT_URLS): nobody is told elsewhere")
    names = ", ".join(address.name for address in found)
    return ok("alerts", f"{names}; rustro alerts test sends one through each")


def nearest(folder: Path) -> Path:
    """The folder, or the one it will be made in."""
    return next(
        place for place in (folder.absolute(), *folder.absolute().parents) if place.exists()
    )


@contextlib.contextmanager
def lock(cfg: Config) -> Iterator[Check]:
    """Hold the account's lock meanwhile, if nobody has it: no session starts beside the doctor."""
    try:
        held = SessionLock(cfg.state.dir, cfg.account.id, "of the doctor")
    except AlreadyRunning as exc:
        yield fail("lock", f"{exc}; its broker is left in peace")
        return
    except BadConfig as exc:
        yield fail("lock", str(exc))
        return
    try:
        yield ok("lock", f"no other session has account {cfg.account.id}")
    finally:
        held.release()


def credentials() -> tuple[Found | None, Check]:
    """Whether all four are there."""
    try:
        found = load_credentials()
    except BadConfig as exc:
        return None, fail("credentials", exc.problem)
    return found, ok("credentials", f"all four found: {found.source}")


def seed(known: Credentials) -> Check:
    """Whether one-time codes can be made at all."""
    try:
        Codes(known)
    except BrokerMisconfigured as exc:
        return fail("TOTP seed", f"{exc.words}; copy it again from the broker's TOTP page")
    return ok("TOTP seed", "valid base32")


def _trading_day(rules: DayRules) -> Check:
    kind = f" ({rules.name or rules.kind.value})"
    if not rules.next_day:
        text = f"{rules.date} is one{kind}, but the next is not known: live refuses to start"
        return fail("trading day", text)
    return ok("trading day", f"{rules.date} is one{kind}, the next is {rules.next_day}")


def _hours(rules: DayRules) -> Check:
    legs = rules.derivative_legs
    text = ", ".join(f"{show_clock(leg.open_ns)}-{show_clock(leg.close_ns)}" for leg in legs)
    if rules.unverified:
        return warn("hours", f"{text}, from your own rules file: compare with the circular")
    return ok("hours", f"{text}, verified")


def _bad_hours(exc: UnverifiedRule | OutsideRules) -> Check:
    return fail("hours", str(exc))
