"""MANIFEST.json: what belongs to a finished run, by hash, and under what it was made."""

import platform
from collections.abc import Iterable
from hashlib import file_digest
from importlib.metadata import version
from pathlib import Path

import msgspec

from rustro_kernel.domain.errors import DamagedRecord
from rustro_kernel.engine.events.startup import ConfigLoaded
from rustro_kernel.engine.turn import Event
from rustro_kernel.records import layout
from rustro_kernel.records.chain import START, split
from rustro_kernel.records.files import write_whole
from rustro_kernel.records.identity import code_hash
from rustro_kernel.records.ledger import ledger_lines, read_events
from rustro_kernel.records.lines import last_of
from rustro_kernel.records.pick import said
from rustro_kernel.records.report import run_figures

LATER = (layout.MANIFEST, layout.HEALTH, layout.PAGE)
"""Not sealed at first, nor any notebook: still written when the session ends. See `update`."""


DRAWN_BY = ("matplotlib", "pandas")
"""What pictures and tables look like depends on their versions."""


class FileMark(msgspec.Struct, frozen=True):
    """One file of the run."""

    sha256: str
    size: int


class Manifest(msgspec.Struct, frozen=True):
    """A finished run. `exit_code` is what `rustro run` returns; times are wall time in ns."""

    session_id: str
    exit_code: int
    reason: str
    events: int
    last_hash: str
    config_hash: str
    data: str
    synthetic: tuple[str, ...]
    started_ns: int
    ended_ns: int
    versions: dict[str, str]
    files: dict[str, FileMark]
    code_hash: str = ""  # of rustro, see `records.identity`
    strategy_hash: str = ""  # of the module the strategy decides by
    promotion: str = ""  # of the promoted parameter set that was in force


_decoder = msgspec.json.Decoder(Manifest)


def seal(
    folder: Path, *, exit_code: int, reason: str, started_ns: int, ended_ns: int, code: str = ""
) -> Manifest:
    """Write the manifest of everything in the folder except what is still being written.

    `code` is the hash of the code that has run; nothing: of the code that is here now.
    """
    events = list(read_events(folder))
    run = run_figures(events)
    made = Manifest(
        session_id=run.session_id,
        exit_code=exit_code,
        reason=reason,
        events=len(events),
        last_hash=last_hash(folder),
        config_hash=run.config_hash,
        data=run.data,
        synthetic=run.synthetic,
        started_ns=started_ns,
        ended_ns=ended_ns,
        versions=_versions(),
        files={name: mark(folder / name) for name in _names(folder) if not _is_later(name)},
        code_hash=code or code_hash(),
        strategy_hash=stated_strategy(events),
        promotion=next((config.promotion for config in said(events, ConfigLoaded)), ""),
    )
    return _write(folder, made)


def update(folder: Path, extra_files: Iterable[str]) -> Manifest:
    """Add files that were written later, or mark them anew."""
    made = read_manifest(folder)
    extra = {name: mark(folder / name) for name in extra_files}
    files = dict(sorted((made.files | extra).items()))
    return _write(folder, msgspec.structs.replace(made, files=files))


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a run.

    Raises:
        DamagedRecord: If there is none or it cannot be read.
    """
    path = folder / layout.MANIFEST
    if not path.exists():
        raise DamagedRecord(layout.MANIFEST, 1, "missing: the run was not finished")
    try:
        return _decoder.decode(path.read_bytes())
    except ValueError as exc:
        raise DamagedRecord(layout.MANIFEST, 1, str(exc)) from exc


def mark(path: Path) -> FileMark:
    """Hash and size of a file."""
    with path.open("rb") as file:
        return FileMark(file_digest(file, "sha256").hexdigest(), path.stat().st_size)


def last_hash(folder: Path) -> str:
    """The hash in a ledger's last line."""
    last = last_of(ledger_lines(folder))
    if last is None:
        return START
    parts = split(last)
    return parts[1] if parts else ""


def stated_strategy(events: Iterable[Event]) -> str:
    """The strategy's hash as the ledger states it; empty if it does not."""
    return next((config.strategy_hash for config in said(events, ConfigLoaded)), "")


def _is_later(name: str) -> bool:
    return name in LATER or name.endswith(".ipynb")


def _versions() -> dict[str, str]:
    return {
        "rustro": version("rustro"),
        "python": platform.python_version(),
        "platform": platform.platform(),
        **{name: version(name) for name in DRAWN_BY},
    }


def _names(folder: Path) -> list[str]:
    paths = (p for p in folder.rglob("*") if p.is_file() and ".ipynb_checkpoints" not in p.parts)
    return sorted(p.relative_to(folder).as_posix() for p in paths)


def _write(folder: Path, made: Manifest) -> Manifest:
    text = msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n"
    write_whole(folder / layout.MANIFEST, text)
    return made
