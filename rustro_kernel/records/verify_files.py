"""Checking the files of a run against its manifest."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rustro_kernel.domain.errors import DamagedRecord
from rustro_kernel.engine.turn import Event
from rustro_kernel.records import layout
from rustro_kernel.records.identity import code_hash, strategy_hash
from rustro_kernel.records.input_log import read_inputs
from rustro_kernel.records.manifest import (
    Manifest,
    last_hash,
    mark,
    read_manifest,
    stated_strategy,
)
from rustro_kernel.records.report import RunFigures, run_figures
from rustro_kernel.records.verify_ledger import Finding


def check_inputs(folder: Path) -> Iterator[Finding]:
    """Every input can be read, none is missing, time never falls."""
    last_ts = 0
    try:
        for given in read_inputs(folder):
            if given.ts < last_ts:
                yield Finding("inputs", given.n, f"its time {given.ts} is before {last_ts}")
            last_ts = given.ts
    except DamagedRecord as exc:
        yield Finding(exc.file, exc.record, exc.problem)


def check_manifest(folder: Path) -> Iterator[Finding]:
    """Every sealed file is there and unchanged, and what replay reads is sealed."""
    try:
        manifest = read_manifest(folder)
    except DamagedRecord as exc:
        yield Finding(exc.file, None, exc.problem)
        return
    for name, sealed in manifest.files.items():
        if not (folder / name).is_file():
            yield Finding(name, None, "missing, but listed in the manifest")
        elif mark(folder / name) != sealed:
            yield Finding(name, None, "its content does not match the manifest")
    for name in (layout.EVENTS, layout.INPUTS, layout.TICKS):
        if (folder / name).is_file() and name not in manifest.files:
            yield Finding(name, None, "not listed in the manifest")


def check_claims(folder: Path, run: RunFigures) -> Iterator[Finding]:
    """What the manifest says of the run is what its ledger says; silent without a manifest."""
    try:
        manifest = read_manifest(folder)
    except DamagedRecord:
        return
    for name, claim, truth in _claims(manifest, run, last_hash(folder)):
        if claim != truth:
            yield Finding(layout.MANIFEST, None, f"{name} is {claim}, the ledger has {truth}")


def check_code(folder: Path, events: Sequence[Event]) -> Iterator[Finding]:
    """The code that ran is the code that is here, and its strategy the one the ledger names.

    A manifest of before these were written down claims nothing.
    """
    try:
        manifest = read_manifest(folder)
    except DamagedRecord:
        return
    said, named = manifest.strategy_hash, stated_strategy(events)
    if manifest.code_hash not in ("", code_hash()):
        yield Finding(layout.MANIFEST, None, _other("rustro", manifest.code_hash, code_hash()))
    if said not in ("", named):
        yield Finding(layout.MANIFEST, None, f"strategy_hash is {said}, the ledger has {named}")
    here = strategy_hash(folder, run_figures(events).strategy)
    if here and named not in ("", here):
        yield Finding(layout.MANIFEST, None, _other("the strategy", named, here))


def _other(what: str, was: str, here: str) -> str:
    return f"{what} was other code when this ran: {was[:12]}, here it is {here[:12]}"


def _claims(said: Manifest, run: RunFigures, hash_: str) -> Iterator[tuple[str, object, object]]:
    yield "session_id", said.session_id, run.session_id
    yield "events", said.events, run.events
    yield "last_hash", said.last_hash, hash_
    yield "config_hash", said.config_hash, run.config_hash
    yield "data", said.data, run.data
    yield "synthetic", said.synthetic, run.synthetic
    if run.exit_code is not None:  # a run that failed before its end has only the manifest's word
        yield "exit_code", said.exit_code, run.exit_code
        yield "reason", said.reason, run.reason
