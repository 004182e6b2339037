"""What the doctor says: checks, each a name, a verdict and one sentence, and how they are tried."""

import asyncio
from collections.abc import Awaitable, Iterable
from enum import Enum

import msgspec

from rustro_kernel.domain.errors import RustroError


class Verdict(Enum):
    """How a check came out. Only FAIL keeps live from starting."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    SKIP = "skip"


class Check(msgspec.Struct, frozen=True):
    """One thing that was looked at; the text says what was found and what to do about it."""

    name: str
    verdict: Verdict
    text: str


def ok(name: str, text: str) -> Check:
    """As it should be."""
    return Check(name, Verdict.OK, text)


def warn(name: str, text: str) -> Check:
    """Worth knowing; nothing to stop for."""
    return Check(name, Verdict.WARN, text)


def fail(name: str, text: str) -> Check:
    """Nobody should trade before this is put right."""
    return Check(name, Verdict.FAIL, text)


def skip(name: str, text: str) -> Check:
    """Could not be looked at, for a reason that has its own check."""
    return Check(name, Verdict.SKIP, text)


async def tried(name: str, looking: Awaitable[Check], timeout_s: float) -> Check:
    """A check that asks somebody: an error or no answer in time is its failure."""
    try:
        async with asyncio.timeout(timeout_s):
            return await looking
    except TimeoutError:
        return fail(name, f"no answer in {timeout_s:g} s; is the network there?")
    except RustroError as exc:
        return fail(name, str(exc))


def failures(checks: Iterable[Check]) -> list[Check]:
    """What failed."""
    return [check for check in checks if check.verdict is Verdict.FAIL]


def summary(checks: Iterable[Check]) -> str:
    """All of them in a few words."""
    verdicts = [check.verdict for check in checks]
    counted = {"passed": Verdict.OK, "warned": Verdict.WARN, "failed": Verdict.FAIL}
    parts = [f"{n} {word}" for word, kind in counted.items() if (n := verdicts.count(kind))]
    return f"{len(verdicts)} checks: {', '.join(parts)}"
