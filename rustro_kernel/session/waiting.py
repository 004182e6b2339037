"""`wait`: for code that cannot say `await`. The only place that applies nest_asyncio."""

import asyncio
import inspect
from collections.abc import Awaitable
from typing import TypeVar

from rustro_kernel.domain.errors import Refused
from rustro_kernel.session import slot

T = TypeVar("T")


def wait(awaitable: Awaitable[T]) -> T:
    """Wait for a result where `await` is no syntax: in a plain function called from a cell, say.

    In a cell write ``await`` instead. Where no loop runs this is `asyncio.run`. Where one does,
    nest_asyncio is applied to it, for as long as the kernel lives: from then on clicks on the
    widgets of this kernel can get lost. So it refuses while a session of this kernel trades.

    Args:
        awaitable: A coroutine, a task, or a `Job` of `start_backtest` or `start_sweep`.

    Returns:
        Its result.

    Raises:
        Refused: If a session of this kernel trades: its cockpit would lose clicks.
        Exception: What the awaitable raises.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(_result(awaitable))
    session = slot.running()
    if session is not None:
        if inspect.iscoroutine(awaitable):
            awaitable.close()
        raise Refused(f"session {session.id} trades in this kernel; write await instead of wait")
    import nest_asyncio  # noqa: TID251 - the one place, and only for those who ask for it

    nest_asyncio.apply(loop)
    return loop.run_until_complete(_result(awaitable))


async def _result(awaitable: Awaitable[T]) -> T:
    return await awaitable
