"""How long the live desk waits, and how often it looks."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DeskTimings:
    """Seconds. Those of the market pass with the pace, those of the wall with the network.

    Args:
        books: Order books in a row, each read whole, that must lack an order to prove it absent.
        absent_s: Wall: so long after its connection was closed the last of them is asked for.
        empty_times: An empty book has no row that shows it to be a true one: of those the last is
            asked for so many times as long after.
        unlisted_s: Wall: an order that the broker has, and that books have lacked for so long, does
            not keep them from proving that others are absent.
        read_s: Wall: a read that takes longer has failed.
        every_s: Market: between two order books while orders live.
        fast_s: Market: while an outcome is unknown or the order stream is down.
        watch_s: Market: while nothing is left but orders proven absent, which may yet show up.
        confirm_s: Market: a cancellation or change that nobody confirmed is looked at after so
            long, and asked for again; doubled each time up to `confirm_max_s`.
        confirm_max_s: Market: the longest of these; an order that cannot be cancelled must not use
            up the writes of the hour.
        changes: A change that the broker took and did not make so many times is refused.
        value_s: Wall: so long a fill waits for the trade book to say what it cost.
        relogin_s: Wall: after the order stream was refused; doubled up to `relogin_max_s`.
        relogin_max_s: Wall: the longest of these.
    """

    books: int = 3
    absent_s: float = 5.0
    empty_times: int = 3
    unlisted_s: float = 30.0
    read_s: float = 10.0
    every_s: float = 5.0
    fast_s: float = 1.0
    watch_s: float = 30.0
    confirm_s: float = 1.0
    confirm_max_s: float = 8.0
    changes: int = 3
    value_s: float = 3.0
    relogin_s: float = 1.0
    relogin_max_s: float = 60.0
