"""The day so far with a setting and without it, and the sentence that says what differs."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec.structs import replace

from rustro_kernel.domain.settings import Paper
from rustro_kernel.engine import asked
from rustro_kernel.engine.inputs import Command, Input, SessionStarted
from rustro_kernel.engine.settings_change import changed
from rustro_kernel.records.input_log import whole_inputs
from rustro_kernel.records.words import count, rs
from rustro_kernel.session.preview.course import Course
from rustro_kernel.session.preview.question import Question
from rustro_kernel.strategies import STRATEGIES, Strategy


def preview(question: Question, strategies: Mapping[str, type[Strategy]]) -> asked.Preview:
    """Both courses of a recorded day; takes seconds.

    Raises:
        ValueError: If the setting cannot have that value.
    """
    paper = Paper(slippage_ticks=question.slippage_ticks, latency_ms=question.latency_ms)
    return compared(whole_inputs(Path(question.folder)), question, paper, strategies)


def compared(
    inputs: Iterable[Input],
    question: Question,
    paper: Paper,
    strategies: Mapping[str, type[Strategy]] = STRATEGIES,
) -> asked.Preview:
    """Both courses side by side, so that the inputs are read once."""
    stream, until_ns = iter(inputs), 0
    first = next(stream, None)
    if first is None or not isinstance(first.body, SessionStarted):
        return _nothing(question)
    other = _with(first.body, question)
    courses = Course(first.body, paper, strategies), Course(other, paper, strategies)
    courses[0].feed(first.ts, first.body)
    courses[1].feed(first.ts, other)
    for given in stream:
        until_ns = given.ts
        courses[0].feed(given.ts, given.body)
        if not _sets(given, question.key):
            courses[1].feed(given.ts, given.body)
    without, with_it = (course.seen() for course in courses)
    text = sentence(question, without, with_it)
    return asked.Preview(question.key, question.value, text, "", until_ns, without, with_it)


def sentence(question: Question, without: asked.Course, with_it: asked.Course) -> str:
    """What differs, in words."""
    said = f"With {question.key} = {question.value}, today so far"
    if with_it == without:
        return f"{said}: nothing different"
    if with_it.signals == without.signals and with_it.trades == without.trades:
        return f"{said}: the same signals and trades, some minutes stop at another gate"
    figures = (
        (count(len(with_it.signals), "signal"), str(len(without.signals))),
        (count(len(with_it.trades), "trade"), str(len(without.trades))),
        (f"Rs {rs(with_it.day_pnl_paise)}", f"Rs {rs(without.day_pnl_paise)}"),
    )
    words = [
        now if now.split()[0] == was else f"{now} instead of {was}" for now, was in figures[:2]
    ]
    words.append(_money(*figures[2]))
    return f"{said}: {', '.join(words)}"


def _money(now: str, was: str) -> str:
    return now if now == was else f"{now} instead of {was}"


def _with(started: SessionStarted, question: Question) -> SessionStarted:
    return replace(started, settings=changed(started.settings, question.key, question.value))


def _sets(given: Input, key: str) -> bool:
    """Whether the operator changed the same setting: the one that is tried holds all day."""
    body = given.body
    return isinstance(body, Command) and body.name == "set" and body.args.get("key") == key


def _nothing(question: Question) -> asked.Preview:
    text = "nothing of the day is recorded yet"
    return asked.Preview(question.key, question.value, text, text)
