"""How an answer leaves: at once, late, cut off, never."""

import asyncio
import datetime as dt
from email.utils import format_datetime

from aiohttp import web

from rustro_kernel.simulator.exchange.replies import Reply

HOLD_S = 120.0
"""How long a request without an answer is kept, unless the client goes first."""


def http_date(ts_ns: int) -> str:
    """The Date header of a moment."""
    moment = dt.datetime.fromtimestamp(ts_ns // 1_000_000_000, dt.UTC)
    return format_datetime(moment, usegmt=True)


async def deliver(request: web.Request, reply: Reply, date: str) -> web.StreamResponse:
    """Answer a request as the reply's delivery says."""
    how, headers = reply.delivery, {"Date": date}
    if how.is_dropped and request.transport is not None:
        request.transport.abort()
    if how.is_held:
        await asyncio.sleep(HOLD_S)
    if how.delay_s:
        await asyncio.sleep(how.delay_s)
    if how.cut is not None:
        return await _cut(request, reply, headers, how.cut)
    return web.Response(
        body=reply.body, status=reply.status, content_type=reply.content_type, headers=headers
    )


async def _cut(
    request: web.Request, reply: Reply, headers: dict[str, str], cut: int
) -> web.StreamResponse:
    response = web.StreamResponse(status=reply.status, headers=headers)
    response.content_type, response.content_length = reply.content_type, len(reply.body)
    await response.prepare(request)
    await response.write(reply.body[:cut])
    if request.transport is not None:
        request.transport.close()
    return response
