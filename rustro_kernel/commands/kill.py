"""`rustro kill`: over the control socket, and by the file EMERGENCY_STOP where nobody answers."""

import time
from pathlib import Path

import msgspec

from rustro_kernel.commands.control import ACTOR
from rustro_kernel.control.client import new_id
from rustro_kernel.control.finding import holders, listening
from rustro_kernel.control.messages import Reply, Send
from rustro_kernel.domain.errors import Refused, RustroError
from rustro_kernel.records.file_lock import holder
from rustro_kernel.session import outside
from rustro_kernel.session.emergency import NAME

WAIT_S, LOOK_S = 5.0, 0.05


def kill(
    folder: Path,
    reason: str,
    account: str | None = None,
    *,
    as_json: bool = False,
    wait_s: float = WAIT_S,
) -> tuple[int, str]:
    """The exit code and what to say.

    Args:
        folder: The state folder.
        reason: For the record.
        account: Whose session; None: every one on the folder.
        as_json: Whether a program reads the answer: one reply a line.
        wait_s: So long a file that had to be written is waited for.

    Raises:
        Refused: If no session runs on this state folder: the file would only stop the next one.
    """
    names = holders(folder)
    wanted = [account] if account else sorted({*names, *listening(folder)})
    if not wanted or (account and account not in {*names, *listening(folder)}):
        raise Refused(f"no session runs on {folder}; nothing was killed{_soon(folder)}")
    replies = {each: _killed(folder, each, reason) for each in wanted}
    is_taken = _is_taken(folder / NAME, wait_s)
    code = 0 if is_taken and all(reply.accepted for reply in replies.values()) else 1
    if as_json:
        return code, "\n".join(msgspec.json.encode(reply).decode() for reply in replies.values())
    if not is_taken:
        waiting = ", ".join(names.values())
        return code, f"{folder / NAME} is written and not taken yet by {waiting}: look there"
    lines = (_line(names.get(each, each), reply) for each, reply in replies.items())
    return code, "\n".join(lines)


def _soon(folder: Path) -> str:
    """What a person must know who meets a session between its crash and its next start."""
    is_served = any(holder(path) is not None for path in folder.glob("*.serving"))
    return "; rustro serve runs and may be starting one: look, and try again" if is_served else ""


def _killed(folder: Path, account: str, reason: str) -> Reply:
    """One session's reply; that one does not answer must not save the next one."""
    order = Send(id=new_id(), name="kill", args={"reason": reason}, actor=ACTOR)
    try:
        return outside.send(folder, account, order)
    except (RustroError, OSError) as exc:
        return Reply(order.id, accepted=False, text=str(exc))


def _line(name: str, reply: Reply) -> str:
    if not reply.accepted:
        return f"not killed: {name}: {reply.text}"
    return f"killed {name}; its run folder gets an incident report"


def _is_taken(path: Path, wait_s: float) -> bool:
    """Whether there is no file any more that somebody has to take."""
    end = time.monotonic() + wait_s
    while path.exists():
        if time.monotonic() > end:
            return False
        time.sleep(LOOK_S)  # noqa: TID251 - a command of its own, on no loop
    return True
