"""`rustro pause | resume | flatten | set | stop`: commands to the session that runs."""

from pathlib import Path

import msgspec

from rustro_kernel.control.client import new_id
from rustro_kernel.control.finding import find
from rustro_kernel.control.messages import Reply, Send
from rustro_kernel.domain.errors import Refused
from rustro_kernel.session import outside

ACTOR = "command line"


def command(state: Path, account: str | None, name: str, **args: str) -> Reply:
    """Have a command judged.

    Raises:
        NotRunning: If no session runs there.
        NoAnswer: If it does not answer.
        BadUsage: If there are several and no account was named.
    """
    found = find(state, account).stem
    return outside.send(state, found, Send(id=new_id(), name=name, args=args, actor=ACTOR))


def told(name: str, reply: Reply, *, as_json: bool) -> tuple[int, str]:
    """The exit code and what to say."""
    code = 0 if reply.accepted else Refused.exit_code
    if as_json:
        return code, msgspec.json.encode(reply).decode()
    return code, f"{name}: {reply.text}" if reply.accepted else f"{name} refused: {reply.text}"
