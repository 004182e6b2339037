"""Nothing in sim or paper can reach an order route: by construction, not by care."""

import ast
import asyncio
import gc
import types

import pytest

from rustro_kernel.brokers.angelone.client import Client
from rustro_kernel.brokers.angelone.forms import Credentials
from rustro_kernel.brokers.angelone.rest import Rest
from rustro_kernel.brokers.angelone.routes import ALL
from rustro_kernel.domain.errors import LiveRefused
from rustro_kernel.domain.redaction import Redaction
from rustro_kernel.session import composition
from rustro_kernel.session.live.broker_desk import BrokerDesk
from rustro_kernel.session.live.credentials import Found
from rustro_kernel.session.live.pace import find_pace
from rustro_kernel.session.live.paper_desk import PaperDesk
from rustro_kernel.session.live.planning import planned
from tests.layers import modules
from tests.session.live.exchange_day import against, market
from tests.session.waiting import until
from tests.simulator.exchange.make import ACCOUNT

COMPOSITION = "rustro_kernel.session.composition"
SALE = "rustro_kernel.supervision.selling.sell"
"""What a session that was given up holds is sold without it."""
FOUND = Found(Credentials(ACCOUNT.client, ACCOUNT.pin, ACCOUNT.api_key, ACCOUNT.totp_seed), "test")
WRITES = [route for route in ALL if route.is_write]


def opens_the_order_routes(node: ast.AST) -> bool:
    """Whether a call makes a desk at the broker, or passes `may_order` anything but a parameter."""
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    given = [word.value for word in node.keywords if word.arg == "may_order"]
    handed_on = (ast.Name, ast.Attribute)
    return name == "BrokerDesk" or any(not isinstance(value, handed_on) for value in given)


def openers(source: str) -> list[ast.AST]:
    return [node for node in ast.walk(ast.parse(source)) if opens_the_order_routes(node)]


def sources() -> dict[str, str]:
    return {name: path.read_text() for name, path in modules()}


def live_branches(source: str) -> list[ast.If]:
    """Every `if ....mode == "live":` of a source."""
    return [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("mode == 'live'")
    ]


def test_only_composition_and_the_sale_open_the_order_routes():
    assert {name for name, source in sources().items() if openers(source)} == {COMPOSITION, SALE}


@pytest.mark.parametrize(("module", "times"), [(COMPOSITION, 2), (SALE, 1)])
def test_they_are_opened_in_live_branches_only(module, times):
    source = sources()[module]
    inside = [
        node
        for branch in live_branches(source)
        for part in branch.body
        for node in ast.walk(part)
        if opens_the_order_routes(node)
    ]
    assert len(inside) == len(openers(source)) == times


def test_every_default_is_closed():
    for source in sources().values():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                named = dict(zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True))
                for arg, default in named.items():
                    if arg.arg == "may_order" and default is not None:
                        assert ast.unparse(default) == "False"
                assert "may_order" not in [arg.arg for arg in node.args.args], "by name only"


@pytest.mark.parametrize(
    "planted",
    [
        "connect(url, may_order=True)",
        "connect(url, may_order=not False)",
        "connect(url, may_order=cfg.mode == 'paper')",
        "live.BrokerDesk(client)",
        "BrokerDesk(client)",
    ],
)
def test_a_planted_opening_is_seen(planted):
    assert openers(planted)


@pytest.mark.parametrize("route", WRITES, ids=lambda route: route.name)
async def test_a_client_that_may_not_order_sends_no_write(route):
    async with Rest("http://127.0.0.1:9", "key", Redaction()) as rest:
        with pytest.raises(LiveRefused, match="closed to a client that may not order"):
            await rest.send(route, {})


def test_every_route_that_moves_orders_is_a_write():
    assert {route.name for route in WRITES} == {"placeOrder", "modifyOrder", "cancelOrder"}
    moving = [route for route in ALL if any(word in route.path for word in ("place", "modify"))]
    assert set(moving) <= set(WRITES)


class Taking:
    """An intake that keeps what it is given."""

    is_full = is_idle = False

    def __init__(self):
        self.taken_in = []

    def take(self, body, ts_ns):
        self.taken_in.append(body)

    def taken(self):
        pass

    def note(self, kind, **values):
        pass

    def end(self, finish):
        self.taken_in.append(finish)


def reachable(root: object) -> list[object]:
    """Everything an object leads to, our modules' own globals left out."""
    seen, waiting = {}, [root]
    skipped = (type, types.ModuleType, types.FrameType, asyncio.AbstractEventLoop)
    while waiting:
        item = waiting.pop()
        if id(item) in seen or isinstance(item, skipped):
            continue
        seen[id(item)] = item
        waiting += [other for other in gc.get_referents(item) if not _is_globals(other)]
    return list(seen.values())


def _is_globals(item: object) -> bool:
    return isinstance(item, dict) and "__builtins__" in item


@pytest.mark.parametrize(
    ("mode", "expected", "kind"), [("paper", False, PaperDesk), ("live", True, BrokerDesk)]
)
async def test_what_a_gateway_leads_to_may_order_in_live_only(tmp_path, mode, expected, kind):
    async with market() as server:
        cfg = against(server, tmp_path, mode=mode)
        cfg.state.dir.mkdir()  # where a live session is noted
        pace = await asyncio.to_thread(find_pace, cfg.broker)
        gateway = composition.gateway(planned(cfg, pace, FOUND))
        intake = Taking()
        gateway.open(asyncio.get_running_loop(), intake)
        await until(lambda: any(getattr(b, "step", "") == "broker" for b in intake.taken_in))
        everything = reachable(gateway)
        gateway.close()
        await asyncio.wait([gateway._main])
        assert {item._may_order for item in everything if isinstance(item, Rest)} == {expected}
        desks = [item for item in everything if isinstance(item, BrokerDesk | PaperDesk)]
        assert {type(desk) for desk in desks} == {kind}
        assert any(isinstance(item, Client) for item in everything)
