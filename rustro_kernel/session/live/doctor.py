"""The doctor: what must be right before the open, looked at without ever placing an order."""

import asyncio
from collections.abc import Sequence

from rustro_kernel.brokers.angelone.client import Client
from rustro_kernel.brokers.angelone.connect import connect
from rustro_kernel.brokers.angelone.rest import Identity
from rustro_kernel.config import Config
from rustro_kernel.domain.errors import LiveRefused
from rustro_kernel.domain.market_time import ist_date
from rustro_kernel.domain.rules import DayRules
from rustro_kernel.session.live import doctor_broker, doctor_here as here
from rustro_kernel.session.live.addresses import check_addresses
from rustro_kernel.session.live.checks import Check, failures, skip, summary
from rustro_kernel.session.live.credentials import Found
from rustro_kernel.session.live.gateway import Examine, Note
from rustro_kernel.session.live.pace import Pace, find_pace
from rustro_kernel.session.live.visit import Visit
from rustro_kernel.session.plans import LivePlan
from rustro_kernel.session.sessions_book import book_of, clear


async def doctor(cfg: Config) -> tuple[Check, ...]:
    """Every check, on a login of its own. What follows from an earlier failure is skipped.

    Raises:
        BadConfig: If the addresses do not belong together, or nothing listens at one of ours.
    """
    check_addresses(cfg.broker)
    pace = await asyncio.to_thread(find_pace, cfg.broker)
    async with asyncio.TaskGroup() as group:
        following = group.create_task(pace.follow(), name="the market's clock")
        checks = await _seen(cfg, pace)
        following.cancel()
    return checks


def examination(plan: LivePlan) -> Examine:
    """The doctor's look at a live session that starts, on its own client: one login."""

    async def look(client: Client, note: Note) -> str:
        visit = Visit(plan.cfg, plan.rules, plan.pace, client, plan.credentials)
        checks = await examine(visit)
        for check in checks:
            note("doctor", check=check.name, verdict=check.verdict.value, text=check.text)
        if failed := failures(checks):
            words = "; ".join(f"{check.name}: {check.text}" for check in failed)
            raise LiveRefused(f"the doctor found {words}")
        book = book_of(plan.cfg.state.dir, plan.cfg.account.id)
        await asyncio.to_thread(clear, book, plan.session_id)  # from now on it is live trading
        return summary(checks)

    return look


async def examine(visit: Visit) -> tuple[Check, ...]:
    """The checks of a session that starts: its lock is held, its client has logged in."""
    _, of_day = here.rules_of(visit.cfg, ist_date(visit.pace.now_ns()))
    of_disk = await asyncio.to_thread(here.disk, visit.cfg)
    return (*of_day, of_disk, *await doctor_broker.examine(visit))


async def _seen(cfg: Config, pace: Pace) -> tuple[Check, ...]:
    found, of_credentials = await asyncio.to_thread(here.credentials)
    rules, of_day = here.rules_of(cfg, ist_date(pace.now_ns()))
    first = [*of_day, await asyncio.to_thread(here.disk, cfg)]
    first.append(await asyncio.to_thread(here.alerts, cfg))
    with here.lock(cfg) as of_lock:
        checks = [*first, of_lock, of_credentials]
        if found is None:
            return (*checks, *_skipped("the credentials are not complete", with_seed=True))
        checks.append(here.seed(found.credentials))
        if failures(checks[-3:]):
            return (*checks, *_skipped("see the lock and the TOTP seed"))
        return (*checks, *await _at_broker(cfg, rules, pace, found))


async def _at_broker(
    cfg: Config, rules: DayRules | None, pace: Pace, found: Found
) -> Sequence[Check]:
    identity = Identity(cfg.broker.public_ip)
    async with connect(
        cfg.broker.rest_url, found.credentials, pace, identity=identity, sleep=pace.sleep
    ) as client:
        return await doctor_broker.examine(Visit(cfg, rules, pace, client, found.credentials))


def _skipped(why: str, *, with_seed: bool = False) -> list[Check]:
    names = ("TOTP seed", *doctor_broker.NAMES) if with_seed else doctor_broker.NAMES
    return [skip(name, why) for name in names]
