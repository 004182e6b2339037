"""The quality rules of market data, as one table: what is looked at, the limit, what happens.

Three gates judge data and each has its own moment: the `wire` judges packets of the broker's
stream, the `engine` judges ticks, the `import` judges rows of files. They name their verdicts by
the names here, so that a count of any of them can be shown with its rule.
"""

from collections.abc import Iterable, Mapping
from enum import Enum

import msgspec


class Gate(Enum):
    """Where a rule is asked."""

    WIRE = "wire"
    ENGINE = "engine"
    IMPORT = "import"


class Action(Enum):
    """What happens to what breaks a rule."""

    DISCARDED = "discarded"  # not used at all
    QUOTE_ONLY = "quote only"  # its price moves stops, no bar is built with it
    NO_BAR = "no bar"  # it was a quote; the bar of its minute is complete already
    KEPT = "kept"  # used, and counted


class Rule(msgspec.Struct, frozen=True):
    """One line of the table."""

    gate: Gate
    name: str
    threshold: str
    action: Action
    meaning: str


class Counted(msgspec.Struct, frozen=True):
    """A rule and how often it was broken."""

    gate: str
    rule: str
    threshold: str
    action: str
    count: int
    meaning: str


NOT_WATCHED, DAY_OVER = "not_watched", "day_over"
"""No flaw of a tick: nobody asked for its instrument, or the session had closed."""

_W, _E, _I = Gate.WIRE, Gate.ENGINE, Gate.IMPORT
_OUT, _KEPT = Action.DISCARDED, Action.KEPT

RULES: tuple[Rule, ...] = (
    Rule(_W, "not_subscribed", "", _OUT, "an instrument nobody asked for"),
    Rule(_W, "price", "0 < price <= Rs 10 crore", _OUT, "zero, negative or absurd"),
    Rule(_W, "circuit", "the day's price limits", _OUT, "a price the exchange does not allow"),
    Rule(_W, "figures", "0 <= units <= 10^12", _OUT, "volume, open interest or limits are absurd"),
    Rule(_W, "future", "5 s ahead of our clock", _OUT, "stamped in the future"),
    Rule(_W, "other_day", "today in India", _OUT, "stamped on another day, 1970 for instance"),
    Rule(_W, "stale_first", "10 s behind our clock", _OUT, "the server's cached packet"),
    Rule(_W, "duplicate", "stamp, sequence, price, volume", _OUT, "the same packet again"),
    Rule(_W, "backwards", "the packet before", _OUT, "older than what we have"),
    Rule(_E, "bad_price", "price > 0", _OUT, "a price that is none"),
    Rule(_E, "future_stamp", "5 s ahead of receipt", _OUT, "stamped in the future"),
    Rule(_E, "other_day", "today in India", _OUT, "stamped on another day, 1970 for instance"),
    Rule(_E, "out_of_order", "the tick before", _OUT, "stamped before the one we have"),
    Rule(_E, "duplicate", "stamp, price, volume, quote", _OUT, "the same tick again"),
    Rule(
        _E, "volume_fell", "the day's counter", Action.QUOTE_ONLY, "the day's volume ran backwards"
    ),
    Rule(_E, "volume_reset", "ticks in a row", _KEPT, "the counter stayed down and is believed"),
    Rule(_E, "late", "bars.close_grace_s", Action.NO_BAR, "its minute is complete already"),
    Rule(_E, NOT_WATCHED, "", _OUT, "an instrument nobody asked for"),
    Rule(_E, DAY_OVER, "the close", _OUT, "after the session's last record"),
    Rule(_I, "no_time", "", _OUT, "the row has no time"),
    Rule(_I, "no_price", "", _OUT, "a price is missing or no number"),
    Rule(_I, "bad_price", "0 < price <= Rs 100 crore", _OUT, "zero, negative or absurd"),
    Rule(_I, "no_contract", "of a bhavcopy", _OUT, "no future, and no option with a strike"),
    Rule(_I, "bad_volume", "0 <= units <= 10^12", _OUT, "a negative or absurd volume"),
    Rule(_I, "ohlc", "low <= open, close <= high", _OUT, "high and low do not enclose the rest"),
    Rule(_I, "no_trading_day", "the calendar", _OUT, "the exchange was closed on that date"),
    Rule(_I, "unknown_day", "the calendar", _OUT, "the market rules do not know the date"),
    Rule(_I, "off_minute", "the timeframe's grid", _OUT, "starts between two bars"),
    Rule(
        _I, "outside_hours", "the day's hours", _OUT, "before the open, in a halt, after the close"
    ),
    Rule(_I, "duplicate", "one row a bar", _OUT, "the same bar again"),
    Rule(_I, "conflict", "one row a bar", _OUT, "another bar of the same time; the first stays"),
    Rule(_I, "off_grid", "the instrument's tick", _KEPT, "a price that is no multiple of the tick"),
    Rule(_I, "rounded", "one paisa", _KEPT, "a price between two paise, rounded"),
    Rule(_I, "unsorted", "the row before", _KEPT, "earlier than the row above it, sorted"),
)


def rules_of(gate: Gate) -> tuple[Rule, ...]:
    """The rules of a gate, in the order of the table."""
    return tuple(rule for rule in RULES if rule.gate is gate)


def quarantined(rows: Iterable[Counted]) -> int:
    """How many were not used, or not for bars."""
    return sum(row.count for row in rows if row.action != Action.KEPT.value)


def counted(gate: Gate, counts: Mapping[str, int]) -> tuple[Counted, ...]:
    """Every rule of a gate with its count; a name that is in no table comes last, as it is."""
    known = {rule.name for rule in rules_of(gate)}
    unknown = [
        Rule(gate, name, "", Action.DISCARDED, "") for name in sorted(counts) if name not in known
    ]
    return tuple(
        Counted(
            gate.value,
            rule.name,
            rule.threshold,
            rule.action.value,
            counts.get(rule.name, 0),
            rule.meaning,
        )
        for rule in (*rules_of(gate), *unknown)
    )
