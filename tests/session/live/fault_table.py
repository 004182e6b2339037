"""What was injected and what happened: each fault of a day with the trace it left."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from rustro_kernel.domain.market_time import SECOND, at, show_clock
from rustro_kernel.domain.orders import OrderUpdate
from rustro_kernel.engine.inputs import Funds
from rustro_kernel.records.input_log import read_inputs
from rustro_kernel.simulator.exchange.fault_script import Fault
from rustro_kernel.simulator.exchange.faults import Struck
from tests.session.live.fault_books import events
from tests.session.live.fault_day import Day
from tests.session.live.fault_traces import Trace, expected

TOLD = ("code", "reason", "rule", "problem", "message", "state", "filled")


class Happened(NamedTuple):
    """A line of the ledger, a report of the broker, or a line of the program's log."""

    ts_ns: int
    text: str
    tag: str = ""


class Pair(NamedTuple):
    """One line of the table: a fault, how often it struck, and what came of it."""

    struck: Struck
    times: int
    trace: Trace
    found: Happened | None

    @property
    def is_explained(self) -> bool:
        return self.found is not None or not self.trace.pattern

    def __str__(self) -> str:
        struck, said = self.struck, self.trace.why or "NOTHING"
        if self.found is not None:
            said = f"{show_clock(self.found.ts_ns)} {self.found.text}"
        many = f" x{self.times}" if self.times > 1 else ""
        what = f"{struck.what} on {struck.on or 'the broker'}{many}"
        return f"{struck.at}  {what:40} {struck.detail[:28]:30} - {said[:120]}"


def happenings(day: Day) -> list[Happened]:
    """Ledger, broker's reports and log in one, by time."""
    ledger = [Happened(e.ts, f"{e.type}{_told(e.data)}", getattr(e.data, "tag", ""))
              for e in events(day)]  # fmt: skip
    reports = [_report(each.ts, each.body) for each in read_inputs(day.folder)
               if isinstance(each.body, OrderUpdate | Funds)]  # fmt: skip
    log = [Happened(line.ts_ns, f"log: {line.text}") for line in day.lines]
    return sorted([*ledger, *reports, *log], key=lambda one: one.ts_ns)


def pairs(day: Day, script: Iterable[Fault]) -> list[Pair]:
    """Every fault that struck, with what came of the first strike that left a trace."""
    known, happened = tuple(script), happenings(day)
    strikes: dict[int, list[Struck]] = defaultdict(list)
    for struck in day.exchange.faults.log:
        strikes[struck.fault].append(struck)
    return [_pair(expected(known[number]), lines, happened, day)
            for number, lines in strikes.items()]  # fmt: skip


def _pair(trace: Trace, lines: list[Struck], happened: list[Happened], day: Day) -> Pair:
    ids = {order.id: order.form.tag for order in day.exchange.day.desk}
    times = sum(line.count for line in lines)
    for line in lines:
        moment = at(dt.date.fromisoformat(day.status["date"]), line.at)
        tags = _tags(line, moment, happened, ids) if trace.of_order else set()
        if found := _first(trace, moment, tags, happened):
            return Pair(line, times, trace, found)
    return Pair(lines[0], times, trace, None)


def _first(trace: Trace, moment: int, tags: set[str], happened: list[Happened]) -> Happened | None:
    if not trace.pattern:
        return None
    for one in happened:
        is_now = moment - SECOND <= one.ts_ns <= moment + trace.within_ns
        if is_now and re.match(trace.pattern, one.text) and (not tags or one.tag in tags):
            return one
    return None


def _tags(struck: Struck, moment: int, happened: list[Happened], ids: dict[str, str]) -> set[str]:
    """The order that was struck: by its id or tag where the log has it, else the newest two.

    The fault log tells whole seconds: the newest may have followed the one that was struck.
    """
    told = re.search(r'"orderid":"(\d+)"', struck.detail)
    if told:
        return {ids[told[1]]}
    if struck.what == "reject":
        return {struck.detail.split()[-1]}
    before = [
        one for one in happened
        if one.ts_ns <= moment + SECOND and one.text.startswith("OrderSubmissionRequired")
    ]  # fmt: skip
    return {one.tag for one in before[-2:]}


def _report(ts_ns: int, body: OrderUpdate | Funds) -> Happened:
    if isinstance(body, Funds):
        return Happened(ts_ns, f"funds {body.available_paise}")
    return Happened(ts_ns, f"report: {body.status.value} {body.code}", body.tag)


def _told(data: Any) -> str:
    values = msgspec.structs.asdict(data)
    return "".join(f" {name}={values[name]}" for name in TOLD if values.get(name))
