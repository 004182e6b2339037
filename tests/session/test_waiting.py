"""Waiting in code that cannot say await; in processes of its own, since it changes asyncio."""

import asyncio
import subprocess
import sys

import pytest

from rustro_kernel.domain.errors import Refused
from rustro_kernel.session import slot
from rustro_kernel.session.waiting import wait


async def answer(value):
    await asyncio.sleep(0)
    return value


def test_without_a_loop_it_is_an_ordinary_run():
    assert wait(answer(3)) == 3


IN_A_CELL = """
import asyncio
import rustro_kernel as rk

async def answer(value):
    await asyncio.sleep(0.01)
    return value

def plain(value):  # a function that a cell calls
    return rk.wait(answer(value))

async def cell():
    beside = asyncio.get_running_loop().create_task(answer("beside"))
    found = plain("inside")
    return found, await beside

print(asyncio.run(cell()))
"""


def test_a_plain_function_in_a_cell_can_wait_while_others_go_on():
    done = subprocess.run(
        [sys.executable, "-c", IN_A_CELL], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.returncode) == ("('inside', 'beside')\n", 0), done.stderr


async def test_beside_a_session_it_refuses_and_nothing_is_changed():
    class Trading:
        id = "2026-07-15-sim-main-1"

    session = Trading()
    slot.claim(session)
    try:
        with pytest.raises(Refused, match="2026-07-15-sim-main-1 trades in this kernel"):
            wait(answer(3))
    finally:
        slot.free(session)
    assert "nest_asyncio" not in sys.modules
