"""Today's instrument master: where it is kept, and what is new in it since the day before."""

import datetime as dt

from rustro_kernel.brokers.angelone.master_diff import Change, MasterDiff
from rustro_kernel.brokers.angelone.master_download import Loaded, Wanted
from rustro_kernel.config import Config
from rustro_kernel.session.live.checks import Check, ok, warn


def wanted_master(cfg: Config, on: dt.date) -> Wanted:
    """The master of a day, kept in the state folder: it serves doctor and session alike."""
    broker, names = cfg.broker, cfg.market.underlyings
    return Wanted(broker.master_url, cfg.state.dir / "master", names, on, broker.master_min_rows)


def master_check(loaded: Loaded, on: dt.date) -> Check:
    """How fresh it is, and what changed."""
    text = f"of {loaded.file_date}, {len(loaded.master.by_key)} instruments; {said(loaded.diff)}"
    if loaded.file_date != on:
        return warn("master", f"{text}; today's is not usable ({loaded.problem}), try again later")
    return (warn if loaded.diff and loaded.diff.changes else ok)("master", text)


def said(diff: MasterDiff | None) -> str:
    """What is new, in words; figures that size orders first."""
    if diff is None:
        return "no earlier one to compare with"
    figures = [_figure(change) for change in diff.changes]
    added = [f"expiry {name} {expiry} is new" for name, expiry in diff.expiries_added]
    gone = [f"expiry {name} {expiry} is gone" for name, expiry in diff.expiries_gone]
    reused = [f"{len(diff.reused)} tokens mean something else now"] if diff.reused else []
    return ", ".join([*figures, *added, *gone, *reused]) or "nothing changed since the day before"


def _figure(change: Change) -> str:
    figure = change.figure.replace("_", " ")
    whose = f"{change.underlying} {change.expiry} {change.kind.value}"
    return f"{figure} of {whose} {change.old} -> {change.new}"
