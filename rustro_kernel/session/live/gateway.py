"""The world of a paper or live session as a gateway: Angel One, on the I/O loop.

One main task opens the client and everything that hangs on it; `close` cancels it, and with it
everything it started. A failure of the broker is an input or a line in the health log; a failure
of ours ends the session.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from rustro_kernel.alerts.alerter import FROM_EVENT, LOGGER
from rustro_kernel.brokers.angelone.client import Client
from rustro_kernel.brokers.angelone.connect import connect
from rustro_kernel.brokers.angelone.funds import funds
from rustro_kernel.brokers.angelone.rest import Identity
from rustro_kernel.domain.errors import BadConfig, BrokerError, BrokerMisconfigured, Refused
from rustro_kernel.domain.money import paise
from rustro_kernel.engine import effects
from rustro_kernel.engine.effects import REACHES_BROKER, Action, Finish, TakeOver
from rustro_kernel.engine.inputs import Body, Funds, StepDone, TokensChanged, Wake
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.session.live.alarm import Alarm
from rustro_kernel.session.live.desk import Desk, Take
from rustro_kernel.session.live.feed import Feed
from rustro_kernel.session.live.market_side import Carry, MarketSide
from rustro_kernel.session.live.pace import Pace
from rustro_kernel.session.live.relisting import Relisting
from rustro_kernel.session.live.tokens import TokenWatch
from rustro_kernel.session.parts import Intake
from rustro_kernel.session.plans import LivePlan

alerts = logging.getLogger(LOGGER)
alerts.addHandler(logging.NullHandler())
"""Alerts for a handler of the user's; without one they are not printed: the session's line is."""

MakeDesk = Callable[[Client, Take, Pace], Desk]
Note = Callable[..., None]
"""`parts.Intake.note`."""
Examine = Callable[[Client, Note], Awaitable[str]]
"""Looks at everything before live trades: what it found in words, or it raises Refused."""

BROKER = "Angel One"
LEVELS = {"info": logging.INFO, "warning": logging.WARNING, "critical": logging.CRITICAL}


class LiveGateway:
    """Implements `parts.Gateway`.

    Args:
        plan: The day.
        make_desk: Where orders go; made on the I/O loop when the client is logged in.
        may_order: Whether the client may send orders: true in one place, for a live session.
        examine: The doctor's look at a live session; what it refuses ends the session.
    """

    def __init__(
        self,
        plan: LivePlan,
        make_desk: MakeDesk,
        *,
        may_order: bool = False,
        examine: Examine | None = None,
    ) -> None:
        self._plan, self._pace = plan, plan.pace
        self._make_desk, self._may_order, self._examine = make_desk, may_order, examine
        self._calendar = MarketRules.load(plan.cfg.rules.override)
        self._alarm = Alarm(plan.pace, lambda due_ns: self._take(Wake(due_ns)))
        self._main: asyncio.Task[None] | None = None
        self._feed: Feed | None = None
        self._client: Client | None = None
        self._relisting: Relisting | None = None
        self._early: list[Action] = []  # asked before anybody can do it
        self._carry: Carry = {
            effects.SetWake: lambda action: self._alarm.set(action.due_ns),
            effects.RaiseAlert: lambda a: alerts.log(
                LEVELS[a.level], "%s", a.text, extra={FROM_EVENT: True}
            ),
        }

    def open(self, loop: asyncio.AbstractEventLoop, intake: Intake) -> None:
        """Hand in what is known, then begin to log in."""
        self._intake = intake
        for body in self._plan.first_inputs:
            intake.take(body, self.now_ns())
        self._take(StepDone("credentials", self._plan.source))
        self._main = loop.create_task(self._run(), name="live gateway")
        self._main.add_done_callback(_raise_failure)

    def now_ns(self) -> int:
        """The market's time."""
        return self._pace.now_ns()

    def carry_out(self, action: Action) -> None:
        """Do what the engine asks for; answers are handed in.

        A session that goes on asks before the broker is there: that is done first of all then.
        """
        act = self._carry.get(type(action))
        if act is None or (self._early and type(action) in REACHES_BROKER):
            self._early.append(action)
        else:
            act(action)

    def close(self) -> None:
        """Cancel everything; the tasks end when the loop runs on.

        It comes twice, from the session's end and from the loop's: a second cancellation would
        cut the closing of the sockets short.
        """
        self._alarm.cancel()
        if self._main is not None and not self._main.cancelling():
            self._main.cancel()

    def discarded(self) -> dict[str, int]:
        """What the stream's gate has kept from the engine, by quality rule. From any thread."""
        return self._feed.discarded if self._feed is not None else {}

    def rate_budget(self) -> dict[str, int]:
        """Calls that may leave at once, by route group. From any thread."""
        return self._client.wire.turnstile.left() if self._client is not None else {}

    async def _run(self) -> None:
        cfg, plan = self._plan.cfg.broker, self._plan
        try:
            async with (
                connect(
                    cfg.rest_url,
                    plan.credentials,
                    self._pace,
                    identity=Identity(cfg.public_ip),
                    may_order=self._may_order,
                    order_timeout_s=cfg.order_timeout_s,
                    sleep=self._pace.sleep,
                ) as client,
                asyncio.TaskGroup() as tasks,
            ):
                self._client = client
                tasks.create_task(self._pace.follow())
                await self._start(client, tasks)
        except BrokerMisconfigured as exc:  # the key or the seed is none: nothing was sent
            self._take(TokensChanged(0, 0, str(exc)))

    async def _start(self, client: Client, tasks: asyncio.TaskGroup) -> None:
        """The steps up to a client that works, in the order of the contract."""
        plan, cfg = self._plan, self._plan.cfg
        self._take(StepDone("login", BROKER))
        tokens = TokenWatch(
            client.login,
            plan.credentials.api_key,
            self._pace,
            self._take,
            cfg.broker.login_timeout_s,
        )
        if not await tokens.log_in():
            if plan.restarted is not None:  # no new day: only a new process can go on with it
                self._intake.end(Finish("no tokens from the broker", 1))
            return  # who ends the day has been told why
        if not await self._is_ready(client):
            return
        desk = self._make_desk(client, self._take_of_desk, self._pace)
        market = MarketSide(plan, self._calendar, client, tokens, desk, self._intake)
        relisting = Relisting(market.reference.reload_master, tasks.create_task)
        self._relisting = relisting
        self._feed = market.feed
        tokens.when_renewed(market.feed.renewed, desk.renewed)
        tasks.create_task(desk.run(), name="desk")
        self._carry |= market.start(tasks.create_task)
        self._carry |= {
            effects.PlaceOrder: lambda action: desk.place(relisting.named(action.order)),
            effects.ModifyOrder: lambda action: desk.modify(relisting.named(action.order)),
            effects.CancelOrder: lambda action: desk.cancel(action.tag),
            effects.TakeOver: lambda action: self._take_over(action, market, desk),
            effects.AskPositions: lambda _: desk.report_positions(),
        }
        await asyncio.sleep(0)  # the desk begins to run
        early, self._early = self._early, []
        for action in early:
            self.carry_out(action)
        self._take(StepDone("broker", BROKER))

    async def _is_ready(self, client: Client) -> bool:
        """Whether there is money to trade with, and nothing the doctor refuses.

        He does not look at a session that goes on: what it holds must be watched at once.
        """
        try:
            async with asyncio.timeout(self._plan.cfg.broker.read_timeout_s):
                self._take(Funds(await self._funds(client)))
            if self._examine is not None and self._plan.restarted is None:
                found = await self._examine(client, self._intake.note)
                self._take(StepDone("doctor", found))
        except (BadConfig, Refused) as exc:
            self._intake.end(Finish(str(exc), exc.exit_code))
        except (BrokerError, TimeoutError) as exc:
            words = str(exc) or "no answer in time"
            self._intake.end(Finish(f"the broker is not ready: {words}", 1))
        else:
            return True
        return False

    def _take_over(self, left: TakeOver, market: MarketSide, desk: Desk) -> None:
        market.reference.know(left.instruments)
        desk.take_over(left)

    async def _funds(self, client: Client) -> int:
        """Paise free to trade with: the broker's, or on paper the configured balance."""
        if self._plan.cfg.mode == "live":
            return (await funds(client)).available
        return paise(self._plan.cfg.account.balance)

    def _take_of_desk(self, body: Body) -> None:
        """Hand in what the desk says of an order; it may be that the master is no good."""
        self._take(body)
        if self._relisting is not None:
            self._relisting.saw(body)

    def _take(self, body: Body) -> None:
        """Hand one input in, received now."""
        self._intake.take(body, self.now_ns())
        self._intake.taken()


def _raise_failure(task: asyncio.Task[None]) -> None:
    """Raised in a callback of the loop, which ends the session: never a silent stall."""
    if not task.cancelled() and (failure := task.exception()) is not None:
        raise failure
