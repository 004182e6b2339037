"""A session in a real Jupyter kernel is watched, commanded and killed while a cell blocks."""

import os
import signal
from time import monotonic

import pytest

import rustro_kernel as rk
from rustro_kernel.control.client import Client
from rustro_kernel.control.finding import holders
from rustro_kernel.control.places import socket_path
from rustro_kernel.domain.errors import NotRunning
from tests.session.kernels import execute
from tests.session.waiting import until_blocking

START = """
import time
import rustro_kernel as rk
session = rk.Session(rk.Config.load(**{{
    "state.dir": {state!r}, "run.out": {run!r}, "sim.speed": 20
}}), out=lambda line: None)
await session.start()
"""
SLACK = 5
"""Machines are shared; an answer may take so many times as long."""


@pytest.mark.kernel
def test_a_blocked_cell_keeps_nobody_from_looking_commanding_and_killing(kernel, tmp_path):
    _, client = kernel
    state = tmp_path / "state"
    execute(client, START.format(state=str(state), run=str(tmp_path / "run")))
    with Client(socket_path(state, "main"), 20) as control, rk.attach(state) as handle:
        until_blocking(lambda: control.status().state == "WAITING")
        client.execute("time.sleep(600)")
        while client.get_iopub_msg(timeout=20)["msg_type"] != "execute_input":
            pass
        begun = monotonic()
        before = control.status()
        assert control.send("pause").accepted
        after = control.status()
        assert monotonic() - begun < SLACK * 1.0
        assert "PAUSED" in after.overlays
        assert after.input > before.input
        assert handle.send("kill", reason="a blocked cell").result(20).accepted
        until_blocking(lambda: handle.view.kill is not None and handle.view.kill.outcome)
        os.kill(after.pid, signal.SIGKILL)
        until_blocking(lambda: not holders(state))
        with pytest.raises(NotRunning):
            control.status()
    assert socket_path(state, "main").is_socket()  # for the next one to replace
