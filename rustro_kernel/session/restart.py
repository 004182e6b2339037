"""A paper or live session that goes on after its process was gone: name, folder and settings."""

from dataclasses import replace
from pathlib import Path

import msgspec

from rustro_kernel.config import Config
from rustro_kernel.domain.errors import DamagedRecord, Refused
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.settings import EngineSettings
from rustro_kernel.engine.inputs import Restarted, SessionStarted
from rustro_kernel.records import layout
from rustro_kernel.records.input_log import read_others
from rustro_kernel.records.recorder import Recorder
from rustro_kernel.session.inbox import Inbox
from rustro_kernel.session.plans import LivePlan
from rustro_kernel.session.sessions_book import Entry, book_of, read_book, record
from rustro_kernel.session.unfinished import unfinished

SNAPSHOT_NS = 60 * SECOND


def first_input(left: Entry) -> SessionStarted:
    """What the session began with.

    Raises:
        DamagedRecord: If that cannot be read.
    """
    first = next(read_others(Path(left.folder)), None)
    if first is None or not isinstance(first.body, SessionStarted):
        raise DamagedRecord(layout.INPUTS, 1, f"session {left.id} cannot go on: it has no start")
    return first.body


def as_recorded(cfg: Config, started: SessionStarted) -> tuple[Config, tuple[str, ...]]:
    """The configuration with the settings a session began with, and which were others now."""
    now = cfg.engine().model_dump(mode="json")
    then = EngineSettings.model_validate(started.settings)
    tree = then.model_dump(mode="json")
    differing = tuple(
        f"{section}.{key}"
        for section, values in tree.items()
        for key, value in values.items()
        if now[section][key] != value
    )
    kept = {name: getattr(then, name) for name in EngineSettings.model_fields if name != "account"}
    kept["strategy"] = cfg.strategy.model_copy(update=dict(then.strategy))
    money = {"balance": then.account.balance, "compound": then.account.compound}
    return cfg.model_copy(
        update={**kept, "account": cfg.account.model_copy(update=money)}
    ), differing


def enter(planned: LivePlan, folder: Path) -> None:
    """Write a new session into the account's book; one that goes on is there. Needs the lock.

    Raises:
        Refused: If its number was taken, or if another process ended it meanwhile.
    """
    book = book_of(planned.cfg.state.dir, planned.cfg.account.id)
    if planned.left is None:
        record(book, msgspec.structs.replace(planned.entry, folder=str(folder.absolute())))
    elif unfinished(read_book(book).sessions, planned.cfg.mode, planned.rules.date) != planned.left:
        raise Refused(f"session {planned.left.id} has ended meanwhile; start again")


def after_crash(planned: LivePlan, recorder: Recorder) -> tuple[LivePlan, Inbox]:
    """The plan with what the engine is told first, and the numbering that goes on."""
    found = recorder.repaired
    cuts = tuple(f"{cut.size} bytes of {cut.file}: {cut.reason}" for cut in found.cuts)
    down_ns = max(0, planned.pace.now_ns() - found.last_ts)
    told = Restarted(down_ns, cuts, planned.ignored)
    return replace(planned, restarted=told), Inbox(found.last_input, found.last_ts)
