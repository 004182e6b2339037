"""Commands to a session in another process. A kill has a second way: the file EMERGENCY_STOP."""

from pathlib import Path

from rustro_kernel.control.client import Client
from rustro_kernel.control.finding import holders, silence
from rustro_kernel.control.messages import Reply, Send
from rustro_kernel.control.places import socket_path
from rustro_kernel.domain.errors import NoAnswer, NotRunning
from rustro_kernel.session import emergency

COMMAND_S = 10.0
KILL_S = 2.0
"""So long a kill waits for its answer before it goes the other way as well; twice is once."""
WRITTEN = "no answer on its socket, so {path} was written: it stops every session on that folder"


def send(state_dir: Path, account: str, command: Send) -> Reply:
    """Have a command judged.

    Raises:
        NotRunning: If no session of the account runs there.
        NoAnswer: If it does not answer; a command other than a kill may have been taken.
    """
    if command.name == "kill":
        return _kill(state_dir, account, command)
    return _sent(state_dir, account, command, COMMAND_S)


def _kill(state_dir: Path, account: str, command: Send) -> Reply:
    try:
        return _sent(state_dir, account, command, KILL_S)
    except NoAnswer:
        if account not in holders(state_dir):
            raise
    path = emergency.put(state_dir, command.args.get("reason", ""))
    return Reply(command.id, accepted=True, text=WRITTEN.format(path=path))


def _sent(state_dir: Path, account: str, command: Send, timeout_s: float) -> Reply:
    try:
        with Client(socket_path(state_dir, account), timeout_s) as client:
            return client.ask(command)
    except NotRunning as exc:
        raise silence(state_dir, account) from exc
