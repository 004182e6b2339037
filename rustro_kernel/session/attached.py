"""`attach`: the handle on a session that runs in another process."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from pathlib import Path
from threading import BoundedSemaphore, Event as Signal, Thread
from time import monotonic
from typing import Any, Self, overload
from weakref import finalize, ref

from msgspec.structs import replace

from rustro_kernel.control.client import Client, new_id
from rustro_kernel.control.finding import find
from rustro_kernel.control.messages import Page, Reply, Send
from rustro_kernel.control.status import health
from rustro_kernel.domain.bars import Bar
from rustro_kernel.domain.errors import LiveRefused, RustroError
from rustro_kernel.domain.market_time import show_clock
from rustro_kernel.engine.asked import Chain, Preview, Setting
from rustro_kernel.engine.view import View
from rustro_kernel.records.last_record import says_over
from rustro_kernel.session import outside
from rustro_kernel.session.asking import Asking
from rustro_kernel.session.following import Following
from rustro_kernel.session.handle import Handle

log = logging.getLogger(__name__)

LOOK_S, STATUS_S = 0.1, 1.0
ANSWER_S = 2.0
STALE_S = 3.0
"""A picture that is older says so."""
MOST_SENT = 16
"""Commands that wait for their replies; a kill never waits for another one."""


def attach(state_dir: str | Path, account: str | None = None) -> "Attached":
    """A handle on the session of a state folder, whichever process it lives in.

    It lives on when the session ends or its process dies, and goes on with the next one.

    Args:
        state_dir: The session's state folder (`state.dir`).
        account: Whose session; None: the only one there.

    Raises:
        NotRunning: If no session runs there.
        NoAnswer: If one runs and does not answer.
        BadUsage: If there are several and no account was named.
    """
    folder = Path(state_dir).expanduser()
    return Attached(folder, find(folder, account))


class Attached(Handle):
    """Watches and commands a session in another process; made by `attach`.

    A thread looks ten times a second. Subscribers are told on the loop `attach` was called on, or,
    where there was none, on that thread. After a restart of the session's process they may be told
    of an event's number again, with other contents: what the disk did not have never was.
    """

    def __init__(self, state_dir: Path, path: Path) -> None:
        super().__init__(View())
        self._state_dir, self._account = state_dir, path.stem
        self._client = Client(path, ANSWER_S)
        self._following = Following(self._client)
        self._asking = Asking(path, lambda: self.stale_s == 0.0)
        self._has_loop = self._open_bus()
        self._room = BoundedSemaphore(MOST_SENT)
        self._closed = Signal()
        self._fresh = self.view
        self._looked_s, self._asked_s = 0.0, -STATUS_S
        self._looked_ns = 0  # the same as wall time, for people
        self._look(self._keep)
        finalize(self, self._closed.set).atexit = False
        following = (ref(self), self._closed, self._client)
        Thread(target=_follow, args=following, name="rustro-attached", daemon=True).start()

    @property
    def stale_s(self) -> float:
        """Seconds since the session last answered; 0 while it does, and once its day is over."""
        age_s = monotonic() - self._looked_s
        return age_s if age_s > STALE_S and self._fresh.state != "CLOSED" else 0.0

    @property
    def health(self) -> dict[str, int | float]:
        """The figures of the last status, which is at most about a second older than the view."""
        return health(self.status)

    @property
    def settings(self) -> tuple[Setting, ...]:
        """What `set` may change now; see `Handle.settings`."""
        return self._asking.settings()

    def chain(self, name: str = "") -> Chain:
        """The option chain around the money; see `Handle.chain`."""
        return self._asking.chain(name)

    def earlier_bars(self, name: str, timeframe: str) -> tuple[Bar, ...]:
        """The bars before today; see `Handle.earlier_bars`."""
        return self._asking.earlier_bars(name, timeframe)

    def preview(self, key: str, value: object) -> "Future[Preview]":
        """What a setting would have done to the day so far; see `Handle.preview`."""
        return self._asking.preview(key, str(value))

    @property
    def discarded(self) -> Mapping[str, int]:
        """Packets of the broker's stream that never became ticks, by quality rule."""
        return self.status.discarded

    @property
    def to_confirm(self) -> str:
        """Nothing: live trading is confirmed where it is started."""
        return ""

    def confirm_live(self, words: str) -> None:
        """Nothing can be confirmed from here."""
        raise LiveRefused("it is confirmed where the session is started")

    def send(
        self, name: str, *, id: str = "", actor: str = "operator", **args: str
    ) -> "Future[Reply]":
        """Ask the engine for something; see `Handle.send`.

        A reply that says `accepted=False` for want of an answer leaves open whether the command
        was taken; sent again with the same id it is the same command.
        """
        command = Send(id=id or new_id(), name=name, args=args, actor=actor)
        promised: Future[Reply] = Future()
        is_kill = name == "kill"
        if is_kill or self._room.acquire(blocking=False):
            done = (lambda: None) if is_kill else self._room.release
            where = (self._state_dir, self._account)
            Thread(target=_send, args=(*where, command, promised, done)).start()
        else:
            promised.set_result(Reply(command.id, accepted=False, text="too many wait already"))
        return promised

    @overload
    def close(self) -> None: ...
    @overload
    def close(self, position: str) -> Coroutine[Any, Any, Reply]: ...
    def close(self, position: str | None = None) -> Coroutine[Any, Any, Reply] | None:
        """Close one position; without one: let go of the session, which goes on."""
        if position is not None:
            return super().close(position)
        self._closed.set()
        self._asking.close()
        return None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open_bus(self) -> bool:
        try:
            self._bus.open(asyncio.get_running_loop())
        except RuntimeError:
            return False
        return True

    def _look(self, take: Callable[[Page, bool], None]) -> None:
        """Everything that has changed; the picture last, as in the session itself."""
        view = self._following.view()
        for page, is_other in self._following.pages():
            take(page, is_other)
        if monotonic() - self._asked_s > STATUS_S:
            self.status, self._asked_s = self._client.status(), monotonic()
        self._looked_s, self._looked_ns = monotonic(), time.time_ns()
        self._fresh = view or self._fresh
        self.view = self._fresh

    def _look_again(self) -> None:
        try:
            self._look(self._tell)
        except RustroError:
            pass  # it has ended, or is being started again
        except Exception:  # the thread must live on: without it the picture would age in silence
            log.exception("the session cannot be followed for now")
        if self.stale_s > STALE_S:
            is_over = says_over(Path(self.status.folder))
            self.view = ended(self._fresh) if is_over else aged(self._fresh, self._looked_ns)

    def _keep(self, page: Page, is_other: bool) -> None:
        if page.session_id != self.id:
            self.events.clear()
            self.id = page.session_id
        elif is_other and page.events:  # what its disk did not have has never happened
            while self.events and self.events[-1].seq >= page.events[0].seq:
                self.events.pop()
        self.events.extend(page.events)

    def _tell(self, page: Page, is_other: bool) -> None:
        self._keep(page, is_other)
        self._bus.publish(page.events)
        if not self._has_loop:
            self._bus.deliver()


def ended(view: View) -> View:
    """The last picture of a session that has ended since: it had no time to show its end."""
    if view.state == "CLOSED":
        return view
    return replace(view, state="CLOSED", accepting_entries=False, refusals=("the day is over",))


def aged(view: View, since_ns: int) -> View:
    """The last picture of a session that does not answer any more, marked as such.

    That of a session that has ended stays as it was.
    """
    if view.state == "CLOSED":
        return view
    why = f"no answer from the session since {show_clock(since_ns)}"
    overlays = (*view.overlays, "STALE")
    return replace(view, overlays=overlays, accepting_entries=False, refusals=(why, *view.refusals))


def _follow(of: "ref[Attached]", closed: Signal, client: Client) -> None:
    """The thread: as long as there is a handle that nobody has closed."""
    while not closed.wait(LOOK_S):
        handle = of()
        if handle is None:
            break
        handle._look_again()
        del handle
    client.close()


def _send(
    state_dir: Path,
    account: str,
    command: Send,
    promised: "Future[Reply]",
    done: Callable[[], None],
) -> None:
    """A thread for each command: none waits for another one's reply."""
    try:
        reply = outside.send(state_dir, account, command)
    except (RustroError, OSError) as exc:
        reply = Reply(command.id, accepted=False, text=str(exc))
    finally:
        done()
    with suppress(InvalidStateError):  # who waited has gone
        promised.set_result(reply)
