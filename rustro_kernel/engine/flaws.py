"""Bad ticks are counted by the quality rule they break, and stated, though not every one."""

from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.domain.quality import NOT_WATCHED
from rustro_kernel.engine.events.market import DataQualityError
from rustro_kernel.engine.state import BarBook, State
from rustro_kernel.engine.world import World


def count(world: World, book: BarBook, rule: str) -> None:
    """Count a bad tick; the first of a minute and rule is stated."""
    book.flaws[rule] = book.flaws.get(rule, 0) + 1
    minute = world.now - world.now % MINUTE
    if book.flaw_minute.get(rule) != minute:
        book.flaw_minute[rule] = minute
        _state(world, book, rule)


def state_final_counts(world: World) -> None:
    """The last minute's later ticks were only counted: the record ends with all of them."""
    for key in sorted(world.state.books):
        book = world.state.books[key]
        for rule in sorted(book.flaws):
            if book.flaws[rule] != book.flaws_stated.get(rule):
                _state(world, book, rule)


def totals(state: State) -> dict[str, int]:
    """The bad ticks of all instruments by rule; most days there are next to none."""
    found = {NOT_WATCHED: state.strays} if state.strays else {}
    for book in state.books.values():
        for rule, ticks in book.flaws.items():
            found[rule] = found.get(rule, 0) + ticks
    return found


def _state(world: World, book: BarBook, rule: str) -> None:
    book.flaws_stated[rule] = book.flaws[rule]
    world.emit(DataQualityError(book.key, book.symbol, rule, book.flaws[rule]))
