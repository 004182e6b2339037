"""Two runs side by side: other settings, the first other decision, and the money between them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from rustro_kernel.domain.money import rupees
from rustro_kernel.pages.amounts import rs
from rustro_kernel.research.decisions import Parting, decisions, parting
from rustro_kernel.research.sides import Side, Source, changed_settings, side
from rustro_kernel.research.trade_pairs import Pair, pairs, split

if TYPE_CHECKING:
    import pandas as pd

CAUSES = (
    "trades only in a",
    "trades only in b",
    "contract",
    "size",
    "entry price",
    "exit reason",
    "exit price",
    "charges",
)


class Comparison:
    """What differs from `a` to `b`.

    Attributes:
        a: The first side.
        b: The second one.
        pairs: Trades by the signal they came of.
    """

    def __init__(self, a: Side, b: Side) -> None:
        self.a, self.b = a, b
        self.pairs: Sequence[Pair] = pairs(a.trades, b.trades)

    @cached_property
    def changed(self) -> dict[str, tuple[object, object]]:
        """Settings that decide and differ, by dotted key."""
        return changed_settings(self.a, self.b)

    @cached_property
    def first_difference(self) -> Parting | None:
        """The first decision that only one side made, or made otherwise."""
        return parting(decisions(self.a.events), decisions(self.b.events))

    @cached_property
    def by_cause(self) -> dict[str, int]:
        """What lies between the nets, in paise, b less a; the causes add up to it exactly.

        Paired trades of one contract are taken apart in the order of `CAUSES`; a pair in different
        contracts is not.
        """
        found: Counter[str] = Counter(dict.fromkeys(CAUSES, 0))
        for pair in self.pairs:
            for cause, paise in _causes(pair):
                found[cause] += paise
        return dict(found)

    @property
    def net_paise(self) -> int:
        """How much more b earned."""
        return sum(pair.net_paise for pair in self.pairs)

    @property
    def parameters(self) -> "pd.DataFrame":
        """The settings that differ: a row a key, columns a and b."""
        import pandas as pd

        table = pd.DataFrame(self.changed, index=["a", "b"], dtype=object).T
        return table.rename_axis("key")

    @property
    def pnl(self) -> "pd.DataFrame":
        """What lies between the nets: a row a cause, `rs` in rupees, b less a."""
        import pandas as pd

        money = {cause: rupees(paise) for cause, paise in self.by_cause.items()}
        return pd.DataFrame({"rs": money}).rename_axis("cause")

    @property
    def trades(self) -> "pd.DataFrame":
        """A row a signal that traded: nets of both in rupees, NaN where one did not trade."""
        import pandas as pd

        rows = [_row(pair) for pair in self.pairs]
        return pd.DataFrame(rows, columns=["signal", "a_net_rs", "b_net_rs", "b_less_a_rs"])

    def __repr__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"a: {self.a.name}, b: {self.b.name}"
        if self.a.data != self.b.data:
            yield f"data: {self.a.data} against {self.b.data}"
        for key, (ours, theirs) in self.changed.items():
            yield f"  {key}: {ours} against {theirs}"
        where = self.first_difference
        yield f"first other decision: {where}" if where else "every decision is the same"
        nets = (sum(t.net_paise for t in one.trades) for one in (self.a, self.b))
        yield "net: {} against {}".format(*map(rs, nets))
        for cause, paise in self.by_cause.items():
            if paise:
                yield f"  {cause}: {rs(paise, signed=True)}"


def compare(a: Source, b: Source) -> Comparison:
    """Put two run folders or results of backtests side by side.

    Args:
        a: A run folder, the folder of a saved backtest, or a `Result`.
        b: What it is held against.

    Raises:
        BadUsage: If one of them is neither.
        BadData: If a folder holds no run.
    """
    return Comparison(side(a), side(b))


def _causes(pair: Pair) -> Iterator[tuple[str, int]]:
    first, second = pair.first, pair.second
    if first is None or second is None:
        yield ("trades only in b" if first is None else "trades only in a"), pair.net_paise
    elif first.symbol != second.symbol or not first.units:
        yield "contract", pair.net_paise
    else:
        found = split(first, second)
        yield "size", found.size_paise
        yield "entry price", found.entry_paise
        yield ("exit price" if first.reason == second.reason else "exit reason"), found.exit_paise
        yield "charges", found.charges_paise


def _row(pair: Pair) -> tuple[str, float | None, float | None, float]:
    nets = [rupees(t.net_paise) if t else None for t in (pair.first, pair.second)]
    return pair.either.signal_id, nets[0], nets[1], rupees(pair.net_paise)
