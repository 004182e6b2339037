"""A broker's REST host in a few lines: answers as told, remembers what it was asked."""

import asyncio
import base64
import json
from collections import defaultdict
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from aiohttp import web

from rustro_kernel.brokers.angelone.auth import Login
from rustro_kernel.brokers.angelone.client import Client
from rustro_kernel.brokers.angelone.forms import Credentials
from rustro_kernel.brokers.angelone.rest import Rest
from rustro_kernel.brokers.angelone.routes import ALL, Group, Window
from rustro_kernel.brokers.angelone.turnstile import Turnstile
from rustro_kernel.brokers.angelone.wire import Wire
from rustro_kernel.domain.market_time import SECOND, at
from rustro_kernel.domain.redaction import Redaction
from tests.brokers.angelone.days import TODAY

SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
CREDENTIALS = Credentials("SIM001", "1234", "simkey-planted", SEED)
NOW = at(TODAY, "09:00")
RATE = "Access denied because of exceeding access rate"
DIE = object()
"""As an answer: the connection is cut instead."""
QUICK = {group: (Window(1000, SECOND),) for group in Group}


class Asked(NamedTuple):
    """One request as it arrived."""

    route: str
    body: dict[str, Any]
    headers: dict[str, str]
    path: str


class Told(NamedTuple):
    """What to answer; made into a response anew for every request."""

    status: int
    body: bytes
    kind: str = "application/json"

    def response(self):
        return web.Response(status=self.status, body=self.body, content_type=self.kind)


def told(body, status=200):
    return Told(status, json.dumps(body).encode())


def ok(data):
    return told({"status": True, "message": "SUCCESS", "errorcode": "", "data": data})


def no(code, message="no"):
    return told({"status": False, "message": message, "errorcode": code, "data": None})


def gateway(code, message="Invalid Token"):
    return told({"success": False, "message": message, "errorCode": code, "data": ""})


def rate_limited():
    return Told(403, RATE.encode(), "text/plain")


def bad_gateway():
    return Told(502, b"<html>502</html>", "text/html")


def jwt(number, exp_s=4_000_000_000):
    payload = base64.urlsafe_b64encode(json.dumps({"exp": exp_s}).encode()).decode().rstrip("=")
    return f"headerheader.{payload}.signature{number:04d}"


def granted(number=1):
    names = ("jwtToken", "refreshToken", "feedToken")
    tokens = {name: jwt(number) + name for name in names}
    return {**tokens, "state": None}


class RestBroker:
    """`answers[route]` are given in turn, the last one for ever; a callable gets the request."""

    def __init__(self):
        self.asked = []
        self.answers = defaultdict(list)
        self.logins = 0
        self.url = ""

    def of(self, route):
        return [asked for asked in self.asked if asked.route == route]

    async def handle(self, request):
        path = request.path
        route = max((r for r in ALL if path.startswith(r.path)), key=lambda r: len(r.path)).name
        body = await request.read()
        asked = Asked(route, json.loads(body) if body else {}, dict(request.headers), path)
        self.asked.append(asked)
        due = self.answers[route]
        answer = (due.pop(0) if len(due) > 1 else due[0]) if due else self.usual(route)
        answer = answer(asked) if callable(answer) else answer
        answer = await answer if asyncio.iscoroutine(answer) else answer
        if answer is DIE:
            request.transport.abort()
            answer = ok(None)
        return answer.response()

    def usual(self, route):
        if route in ("loginByPassword", "generateTokens"):
            self.logins += 1
            return ok(granted(self.logins))
        return ok(None)


@asynccontextmanager
async def serving(handler):
    """An HTTP server on a free port of this machine; its address."""
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


class Clock:
    """Stands still until somebody sleeps."""

    def __init__(self, now_ns=NOW):
        self.ns = now_ns
        self.slept = []

    def now_ns(self):
        return self.ns

    async def sleep(self, seconds):
        self.slept.append(seconds)
        self.ns += round(seconds * SECOND)
        await asyncio.sleep(0)


@asynccontextmanager
async def connected(url, clock, *, may_order=True, credentials=CREDENTIALS, order_timeout_s=7):
    """A client whose sleeps move its clock and whose rate limits are wide."""
    async with Rest(url, credentials.api_key, Redaction(), may_order=may_order) as rest:
        loop = asyncio.get_running_loop()
        wire = Wire(rest, Turnstile(lambda: round(loop.time() * SECOND), QUICK))
        login = Login(wire, credentials, clock, clock.sleep)
        yield Client(wire, login, clock.sleep, order_timeout_s)
